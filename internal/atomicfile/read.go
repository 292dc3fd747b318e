package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"syscall"
)

// ErrNotFile is that a path is that of a pipe or device: it may wait, or never end.
var ErrNotFile = errors.New("is not a file")

// A TooLarge is that there are more bytes than these.
type TooLarge int64

// Error says it in megabytes.
func (most TooLarge) Error() string { return fmt.Sprintf("larger than %d MB", int64(most)>>20) }

// Read reads a regular file, through symbolic links, of at most so many bytes. What is
// refused is not opened. Errors are a [*fs.PathError] with the given path.
func Read(path string, most int64) ([]byte, error) {
	file, size, err := Open(path, most)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // only read
	data, err := readAll(file, size+1, most)
	return data, under("read", path, err)
}

// Open opens a file as [Read] does, and returns its size.
func Open(path string, most int64) (file *os.File, size int64, err error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
	case info.IsDir():
		err = syscall.EISDIR
	case !info.Mode().IsRegular():
		err = ErrNotFile
	case info.Size() > most:
		err = TooLarge(most)
	}
	if err != nil {
		return nil, 0, under("read", path, err)
	}
	file, err = os.Open(path)
	return file, info.Size(), err
}

// ReadFrom reads what is no file, such as standard input, of at most so many bytes.
func ReadFrom(in io.Reader, most int64) ([]byte, error) { return readAll(in, 1<<16, most) }

// readAll reads parts of which the first may be all: a buffer that grows would take twice
// the memory before it is known that there is too much.
func readAll(in io.Reader, first, most int64) ([]byte, error) {
	var parts [][]byte
	for left := most + 1; ; first = 1 << 20 {
		part := make([]byte, min(left, first))
		n, err := io.ReadFull(in, part)
		parts = append(parts, part[:n])
		left -= int64(n)
		switch {
		case left == 0:
			return nil, TooLarge(most)
		case err == nil:
		case !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
			return nil, err
		case len(parts) == 1:
			return part[:n], nil
		default:
			return slices.Concat(parts...), nil
		}
	}
}
