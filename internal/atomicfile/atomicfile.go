// Package atomicfile reads and writes files whole or not at all.
// What is read is a file, and no larger than its reader says. What is written goes to a
// temporary file in the same folder, is brought to disk, and only then gets its name.
// What fails leaves what was there, and nothing beside it. Files have mode 0600. It makes
// no folders.
package atomicfile

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Write makes the file at path of what fill writes. An error of fill is returned as it is.
// Without overwrite a name that is taken is an error that wraps [fs.ErrExist]. With
// it the file is replaced, through symbolic links, with the new one's mode and
// owner; what is no regular file is never replaced. Errors of the file system are a
// [*fs.PathError] with the given path.
func Write(path string, fill func(io.Writer) error, overwrite bool) error {
	target, err := vacant(path, overwrite)
	if err != nil {
		return under("write", path, err)
	}
	temporary, part, err := Temporary(filepath.Dir(target), "*")
	if err != nil {
		return under("write", path, err)
	}
	defer part.End()
	defer func() { _ = os.Remove(temporary.Name()) }() // gone already if it was renamed
	to := filling{to: temporary}
	err = fill(&to)
	if closed := temporary.Close(); to.err != nil || err == nil {
		err = under("write", path, cmp.Or(to.err, closed))
	}
	if err == nil {
		err = part.Keep(func() error { return Place(temporary.Name(), target, overwrite) })
		err = under("write", path, err)
	}
	return err
}

// Data fills a file with data that is there already.
func Data(data []byte) func(io.Writer) error {
	return func(to io.Writer) error {
		_, err := to.Write(data)
		return err
	}
}

// A filling is a file that is being filled, with the first error of the file itself.
type filling struct {
	to  io.Writer
	err error
}

// Write implements [io.Writer].
func (f *filling) Write(data []byte) (int, error) {
	n, err := f.to.Write(data)
	f.err = cmp.Or(f.err, err)
	return n, err
}

// Spool returns a file without a name that holds what fill writes, from its beginning. It is
// gone when it is closed. An error of fill is returned as it is; one of the file is a
// [*fs.PathError] with the folder for temporary files.
func Spool(fill func(io.Writer) error) (*Spooled, error) {
	file, err := os.CreateTemp("", PartPrefix+"*"+PartSuffix)
	if err != nil {
		return nil, under("write", os.TempDir(), err)
	}
	spooled := &Spooled{file}
	_ = os.Remove(file.Name()) // Windows removes no open file; Close does it there
	to := filling{to: file}
	if err = fill(&to); err == nil {
		_, to.err = file.Seek(0, io.SeekStart)
	}
	if err = cmp.Or(under("write", os.TempDir(), to.err), err); err != nil {
		_ = spooled.Close()
		return nil, err
	}
	return spooled, nil
}

// A Spooled is a file that [Spool] made.
type Spooled struct{ *os.File }

// Close closes and removes the file.
func (s *Spooled) Close() error {
	err := s.File.Close()
	_ = os.Remove(s.Name()) // gone already, but on Windows
	return err
}

// How temporary files are called, with a word between.
const (
	PartPrefix = ".cmp-"
	PartSuffix = ".part"
)

// Temporary makes a temporary file that is removed where the program is stopped; a star
// in the word becomes a number. Whoever makes it removes it in the end.
func Temporary(folder, word string) (file *os.File, part *Begun, err error) {
	part, err = Begin(func() (func(), error) {
		file, err = os.CreateTemp(folder, PartPrefix+word+PartSuffix)
		return func() {
			_ = file.Close() // Windows removes no file that is open
			_ = os.Remove(file.Name())
		}, err
	})
	return file, part, err
}

// Place brings a finished file to disk and gives it the name path, in the same
// folder. Without overwrite a taken name is an error that wraps [fs.ErrExist].
func Place(part, path string, overwrite bool) error {
	file, err := os.OpenFile(part, os.O_RDWR, 0)
	if err == nil {
		err = errors.Join(file.Sync(), file.Close())
	}
	switch {
	case err != nil:
	case overwrite:
		err = os.Rename(part, path)
	default:
		err = claim(part, path)
	}
	if err != nil {
		return under("write", path, err)
	}
	// The new name is brought to disk too, where a system can.
	if folder, err := os.Open(filepath.Dir(path)); err == nil {
		_ = folder.Sync()
		_ = folder.Close()
	}
	return nil
}

// vacant returns the path to write to, through links, or why it cannot be written.
func vacant(path string, overwrite bool) (string, error) {
	if overwrite {
		if linked, err := filepath.EvalSymlinks(path); err == nil {
			path = linked
		}
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return path, nil
	case err != nil:
		return "", err
	case info.IsDir():
		return "", errors.New("is a folder")
	case !overwrite && info.Mode().Type()&^fs.ModeSymlink == 0:
		return "", fs.ErrExist
	case !info.Mode().IsRegular():
		return "", errors.New("is not a regular file")
	}
	return path, nil
}

// claim gives the temporary file its name, unless that is taken: by a link, which is
// made whole or not at all. Where a disk has no links an empty file takes the name
// first, and a crash between the two steps may leave it.
func claim(temporary, target string) error {
	switch err := os.Link(temporary, target); {
	case err == nil:
		return os.Remove(temporary)
	case errors.Is(err, fs.ErrExist):
		return err
	}
	place, err := os.OpenFile(target, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = place.Close()
	if err == nil {
		err = os.Rename(temporary, target)
	}
	if err != nil {
		_ = os.Remove(target)
	}
	return err
}

// under gives an error of the file system the path of the caller.
func under(op, path string, err error) error {
	if err == nil {
		return nil
	}
	if inner, ok := errors.AsType[*fs.PathError](err); ok {
		err = inner.Err
	} else if inner, ok := errors.AsType[*os.LinkError](err); ok {
		err = inner.Err
	}
	return &fs.PathError{Op: op, Path: path, Err: err}
}

// NoFolder says why no file can be made in a folder, and what to do, where the system says
// only that there is none.
func NoFolder(folder string) (what, try string) {
	whole, err := filepath.Abs(folder)
	if err != nil { // it begins where one stands
		return "its folder was removed", "go to another folder, such as your own: cd"
	}
	if _, err := os.Stat(whole); err == nil { // such as /proc
		return "its folder " + folder + " takes no files", "name a file in another folder"
	}
	return "its folder " + folder + " does not exist", "make the folder, or name another file"
}
