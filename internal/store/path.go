package store

import (
	"errors"
	"fmt"
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

// mayLieBeside refuses what is no file: SQLite would wait for a pipe, and follow a link.
func mayLieBeside(path, ending string) error {
	info, err := os.Lstat(path + ending)
	switch {
	case errors.Is(err, syscall.ENAMETOOLONG):
		return tooLong(path)
	case err != nil || info.Mode().IsRegular():
		return nil
	}
	what := "is not a file"
	switch info.Mode().Type() {
	case fs.ModeDir:
		what = "is a folder"
	case fs.ModeSymlink:
		what = "is a link"
	case fs.ModeNamedPipe:
		what = "is a pipe"
	case fs.ModeSocket:
		what = "is a socket"
	}
	return fault(path+ending, what+", and cmp needs that name while it writes", nil, "move it away")
}

func tooLong(path string) error {
	return fault(path, "its name is too long: cmp makes files beside it with longer names", nil, "give it a shorter name")
}

// Apart refuses a file that is the ledger, or that lies where SQLite keeps something of it for a
// while. Who writes there harms the ledger, even one that does not exist yet. It refuses the names
// of unfinished files too, which are removed.
func Apart(path, file string) error {
	if atomicfile.IsPart(filepath.Base(file)) {
		return fault(file, "is the name of an unfinished file of cmp", nil, "name another file")
	}
	sameFolder := sameFile(filepath.Dir(path), filepath.Dir(file))
	for _, ending := range []string{"", journalEnding, walEnding, indexEnding} {
		own := path + ending
		name, other := filepath.Base(own), filepath.Base(file)
		switch is := sameFile(own, file) || sameFolder && (name == other || ending != "" && strings.EqualFold(name, other)); {
		case is && ending == "":
			return fault(file, "is the ledger itself", nil, "name another file")
		case is:
			return fault(file, "belongs to the ledger "+path, nil, "name another file")
		}
	}
	return nil
}

// hardLinks counts the names (hard links) of a file, 1 where that is not known.
func hardLinks(info fs.FileInfo) uint64 {
	known := reflect.Indirect(reflect.ValueOf(info.Sys())).FieldByName("Nlink") // of another type on each system
	if !known.IsValid() || !known.CanUint() {
		return 1
	}
	return known.Uint()
}
