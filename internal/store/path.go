package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"

	"cmpledger/internal/atomicfile"
)

// Real returns where the file of a ledger is. A symbolic link leads there, and what lies beside
// a ledger lies beside that file: SQLite keeps its journal there. A link that leads nowhere stays.
func Real(path string) string {
	if isLink(path) {
		if file, err := filepath.EvalSymlinks(path); err == nil {
			return file
		}
	}
	return path
}

func isLink(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode().Type() == fs.ModeSymlink
}

// lostLink says of a symbolic link why it leads to no ledger. Nothing is made where it leads: its
// disk or folder may only be away.
func lostLink(path string, err error) error {
	to, _ := os.Readlink(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fault(path, "is a link to "+to+", which does not exist", nil,
			"bring that file back, or connect its disk; to begin a new ledger, delete the link first")
	case errors.Is(err, syscall.ELOOP):
		return fault(path, "is a link that leads back to itself", nil, "delete the link, or name another file with --db")
	}
	return fmt.Errorf("%s: is a link to %s, which cannot be opened: %w", path, to, cause(err))
}

// How the files end that SQLite keeps beside a ledger for a while. Ours has only the first; the
// others are those of a write-ahead log.
const journalEnding, walEnding, indexEnding = "-journal", "-wal", "-shm"

// magic is what they begin with that hold something. A journal of which nothing is to be taken
// back begins with zeros, or is empty (https://sqlite.org/fileformat.html).
func magic(ending string) string {
	return map[string]string{journalEnding: "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", walEnding: "\x37\x7f\x06"}[ending]
}

// beginning returns the first bytes of a file, at most eight; none of one that cannot be read.
func beginning(path string) string {
	var b [8]byte
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close() //nolint:errcheck // it was only read
	n, _ := io.ReadFull(file, b[:])
	return string(b[:n])
}

// mayLieBeside refuses what is no file: SQLite would wait for a pipe, and follow a link. It
// refuses a file of others too, which SQLite would delete.
func mayLieBeside(path, ending string) error {
	info, err := os.Lstat(path + ending)
	what := ""
	switch {
	case errors.Is(err, syscall.ENAMETOOLONG):
		return tooLong(path)
	case err != nil:
		return nil
	case info.Mode().IsRegular():
		if first := beginning(path + ending); strings.Trim(first, "\x00") == "" || strings.HasPrefix(first, magic(ending)) {
			return nil
		}
		what = "is no file of the ledger"
	case info.IsDir():
		what = "is a folder"
	case info.Mode().Type() == fs.ModeSymlink:
		what = "is a link"
	case info.Mode().Type() == fs.ModeNamedPipe:
		what = "is a pipe"
	case info.Mode().Type() == fs.ModeSocket:
		what = "is a socket"
	default:
		what = "is not a file"
	}
	return fault(path+ending, what+", and cmp needs that name while it writes", nil, "move it away")
}
func tooLong(path string) error {
	return fault(path, "its name is too long: cmp makes files beside it with longer names", nil, "give it a shorter name")
}

// Apart refuses a file that is the ledger, or that lies where SQLite keeps something of it, or of
// another ledger that is there, for a while. Who writes there harms the ledger, even one that does
// not exist yet. It refuses the names of unfinished files too, which are removed.
func Apart(path, file string) error {
	name, of := filepath.Base(file), companionOf(Real(file))
	sameFolder := func(file string) bool { return sameFile(filepath.Dir(path), filepath.Dir(file)) }
	switch {
	case atomicfile.IsPart(name):
		return fault(file, "is the name of an unfinished file of cmp", nil, "name another file")
	case sameFile(path, file) || name == filepath.Base(path) && sameFolder(file):
		return fault(file, "is the ledger itself", nil, "name another file")
	case of == "":
		return nil
	case sameFile(path, of) || strings.EqualFold(filepath.Base(of), filepath.Base(path)) && sameFolder(of), isLedger(of):
		return belongs(file, of)
	}
	return nil
}

// companionOf returns the ledger beside which SQLite would keep a file of that name, or "".
func companionOf(file string) string {
	for _, ending := range []string{journalEnding, walEnding, indexEnding} {
		if at := len(file) - len(ending); at > 0 && strings.EqualFold(file[at:], ending) {
			return file[:at]
		}
	}
	return ""
}

func belongs(file, of string) error {
	return fault(file, "belongs to the ledger "+filepath.Clean(of), nil, "name another file")
}

// hardLinks counts the names (hard links) of a file, 1 where that is not known.
func hardLinks(info fs.FileInfo) uint64 {
	known := reflect.Indirect(reflect.ValueOf(info.Sys())).FieldByName("Nlink") // of another type on each system
	if !known.IsValid() || !known.CanUint() {
		return 1
	}
	return known.Uint()
}
