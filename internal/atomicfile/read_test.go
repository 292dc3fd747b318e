package atomicfile_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"

	"cmpledger/internal/atomicfile"
)

// All is read up to the limit, and nothing is cut: neither of a file, nor of what comes
// from a program bit by bit.
func TestRead(t *testing.T) {
	const most = 3 << 20
	all := bytes.Repeat([]byte("abcdefg\n"), most/8+1)
	path := filepath.Join(t.TempDir(), "file")
	for _, size := range []int{0, 1, 1 << 16, 1<<20 + 1, most, most + 1} {
		data := all[:size]
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := atomicfile.Read(path, most)
		input, err2 := atomicfile.ReadFrom(iotest.HalfReader(bytes.NewReader(data)), most)
		if size <= most {
			if err != nil || err2 != nil || !bytes.Equal(file, data) || !bytes.Equal(input, data) {
				t.Errorf("%d bytes: %d and %d, %v and %v", size, len(file), len(input), err, err2)
			}
			continue
		}
		var large atomicfile.TooLarge
		var at *fs.PathError
		if !errors.As(err, &large) || !errors.As(err2, &large) || !errors.As(err, &at) || at.Path != path {
			t.Errorf("%d bytes: %v and %v, want that both are too large", size, err, err2)
		}
	}
	if _, err := atomicfile.ReadFrom(iotest.ErrReader(fs.ErrClosed), most); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("a reader that fails: %v", err)
	}
}
