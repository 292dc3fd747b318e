//go:build unix

package atomicfile_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/atomicfile"
)

const full = "ATOMICFILE_TEST_FULL"

// Where no more than 1,000 bytes can be written, nothing of a longer file is
// left, and the error names the file that was asked for.
func TestWriteFull(t *testing.T) {
	if path := os.Getenv(full); path != "" {
		writeFull(path)
		return
	}
	for _, name := range []string{"new.zip", "there.zip"} {
		folder := t.TempDir()
		create(t, filepath.Join(folder, "there.zip"), before)
		path := filepath.Join(folder, name)
		child := exec.Command(os.Args[0], "-test.run=^TestWriteFull$")
		child.Env = append(os.Environ(), full+"="+path)
		out, err := child.Output()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		want := fmt.Sprintf("write %s: %s\n", path, syscall.EFBIG)
		if diff := cmp.Diff(want+"PASS\n", string(out)); diff != "" {
			t.Errorf("errors (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(map[string]string{"there.zip": before}, files(t, folder)); diff != "" {
			t.Errorf("files afterwards (-want +got):\n%s", diff)
		}
	}
}

// writeFull prints how it ends to write too much.
func writeFull(path string) {
	signal.Ignore(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 1000, Max: 1000}); err != nil {
		fmt.Println(err)
	}
	fmt.Println(atomicfile.Write(path, atomicfile.Data(make([]byte, 1001)), true))
}

// What is not a file stays, whether it may be overwritten or not.
func TestWriteIrregular(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, overwrite := range []bool{false, true} {
		err := atomicfile.Write(path, atomicfile.Data([]byte(after)), overwrite)
		if want := "write " + path + ": is not a regular file"; err == nil || err.Error() != want || errors.Is(err, fs.ErrExist) {
			t.Errorf("overwriting %v: %v, want %v", overwrite, err, want)
		}
		if info, err := os.Lstat(path); err != nil || info.Mode().Type() != fs.ModeNamedPipe {
			t.Errorf("overwriting %v: the pipe became %v, %v", overwrite, info, err)
		}
	}
}
