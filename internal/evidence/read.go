// Package evidence knows what a file of proof is: before it goes into the
// ledger, and when it comes out again.
//
// It reads files within limits, says of what kind they are, and makes names
// that are safe on any system. It refuses no file for its kind and looks for
// no harm in it: [Reject] only says what a person may want to hear.
package evidence

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// MaxSize is the size of the largest file that is taken as proof, in bytes.
const MaxSize = 25 << 20

// A File is a file of proof as it was read.
type File struct {
	Name      string // its own name, without a folder; valid UTF-8; not to be trusted as a path
	MediaType string // as [MediaType] has it: "application/pdf"
	SHA256    string // of Data, 64 hexadecimal digits in lower case
	Data      []byte // never empty, at most MaxSize
}

// A FileError says why a file cannot serve as proof.
type FileError struct {
	Path    string // as it was given
	Message string // what is wrong, behind the path
	Hint    string // what to do next, or ""
	cause   error
}

// Error returns the path and the message. The hint is left to the caller.
func (e *FileError) Error() string { return e.Path + ": " + e.Message }

// Unwrap returns what the system said, or nil.
func (e *FileError) Unwrap() error { return e.cause }

// Read reads a regular file, through symbolic links, of at least one byte and
// at most [MaxSize], included. The error is a [*FileError].
func Read(path string) (File, error) {
	// Opening a named pipe waits for its writer, and opening a device may move
	// it; so this is asked first.
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return File{}, unreadable(path, err)
	case info.IsDir():
		return File{}, &FileError{Path: path, Message: "is a folder", Hint: "name the files in it"}
	case !info.Mode().IsRegular():
		return File{}, &FileError{Path: path, Message: "is not a regular file", Hint: "save its content to a file, and name that"}
	}
	file, err := os.Open(path)
	if err != nil {
		return File{}, unreadable(path, err)
	}
	defer func() { _ = file.Close() }() // it was only read
	data, err := io.ReadAll(io.LimitReader(file, MaxSize+1))
	switch {
	case err != nil:
		return File{}, unreadable(path, err)
	case len(data) == 0:
		return File{}, &FileError{Path: path, Message: "is empty", Hint: "download or scan it again"}
	case len(data) > MaxSize:
		return File{}, &FileError{
			Path:    path,
			Message: fmt.Sprintf("is larger than %d MiB, the most that is kept of one file", MaxSize>>20),
			Hint:    "scan it more coarsely, or keep only the pages that prove the credit",
		}
	}
	name := strings.ToValidUTF8(filepath.Base(path), "\uFFFD")
	return File{Name: name, MediaType: MediaType(name, data), SHA256: Sum(data), Data: data}, nil
}

// Sum returns the SHA-256 of data as it is recorded: 64 hexadecimal digits in
// lower case.
func Sum(data []byte) string {
	return fmt.Sprintf("%x", sha256.Sum256(data))
}

// unreadable words what the system said of a file.
func unreadable(path string, err error) error {
	e := &FileError{Path: path, Message: err.Error(), cause: err}
	var system *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.Message = "no such file"
	case errors.Is(err, fs.ErrPermission):
		e.Message, e.Hint = "permission denied", "make it readable for yourself"
	case errors.As(err, &system):
		e.Message = system.Err.Error()
	}
	return e
}
