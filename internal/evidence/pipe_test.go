//go:build unix

package evidence_test

import (
	"path/filepath"
	"syscall"
	"testing"

	"cmpledger/internal/evidence"
)

// Nobody writes to the pipe, so that opening it would wait forever.
func TestReadPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err := evidence.Read(path)
	checkRefused(t, err, path, "is not a file")
}
