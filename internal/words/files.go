package words

import (
	"errors"
	"io/fs"
	"strings"
	"syscall"

	"cmpledger/internal/ledger"
)

// A reason is what a system says of a file, in plain words, and what to do about it.
type reason struct {
	is        error
	what, try string
}

// reasons are what systems say of files; the first that fits holds.
func reasons() []reason {
	const room, later = "nothing was written; make room and run the command again", "run the command again in a while"
	return []reason{
		{fs.ErrNotExist, "no such file", ""},
		{syscall.EROFS, "its disk can only be read", "use a file on another disk"},
		{fs.ErrPermission, "permission denied", ""},
		{syscall.ENOSPC, "its disk is full", room},
		{syscall.EDQUOT, "your share of its disk is full", room},
		{syscall.EFBIG, "a file may not get so large there", "nothing was written; use a file on another disk"},
		{syscall.EMFILE, "too many files are open", "close this terminal, and run the command in a new one"},
		{syscall.ENFILE, "too many files are open on this computer", "close other programs, and run the command again"},
		{syscall.ENAMETOOLONG, "its name is too long", "give it a shorter name"},
		{syscall.ELOOP, "a link that leads back to itself", "name the file that you mean"},
		{syscall.EISDIR, "is a folder", "move it away, or use another name"},
		{syscall.ENOTDIR, "not a folder", ""},
		{syscall.ETXTBSY, "a program that is running", "use another file"},
		{syscall.EBUSY, "in use by the system", later},
		{syscall.EIO, "its disk has errors", "copy what matters to another disk, and have this one checked"},
		{syscall.ENXIO, "its disk is gone", "connect the disk, and run the command again"},
		{syscall.ENODEV, "its disk is gone", "connect the disk, and run the command again"},
		{syscall.ESTALE, "its network drive is gone", "connect the drive, and run the command again"},
		{syscall.ENOLCK, "its disk cannot lock files, so two programs might write at once", "move it to a disk of this computer"},
		{syscall.ENOMEM, "no memory is left", "close other programs, and run the command again"},
	}
}

// FileError says in words why the file at a path could not be used.
func FileError(path string, err error) *ledger.Error {
	return &ledger.Error{Where: path, What: FileReason(err), Err: err}
}

// FileReason says in words why a file could not be used.
func FileReason(err error) string {
	if what := reasonOf(err).what; what != "" {
		return what
	}
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return strings.Replace(path.Err.Error(), "a directory", "a folder", 1)
	}
	return strings.TrimSpace(err.Error())
}

// FileTry says what to do where a file could not be used for a reason that has nothing to do
// with its name, or nothing.
func FileTry(err error) string { return reasonOf(err).try }

// reasonOf returns the first reason that fits, or none.
func reasonOf(err error) reason {
	for _, r := range reasons() {
		if errors.Is(err, r.is) {
			return r
		}
	}
	return reason{}
}
