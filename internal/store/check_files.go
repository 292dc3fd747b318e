package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
)

// checkFile looks at the ledger as a file. One that has backups was not always
// missing or empty; remedy is what to type then.
func checkFile(path, remedy string) *Check {
	c := newCheck("file")
	size, err := stat(path)
	lost := ""
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c.Detail, lost = "there is none yet", "is gone"
	case err != nil:
		c.wrong("", "%s", err)
	case size == 0:
		c.Detail, lost = "nothing in it yet", "is empty"
	default:
		c.Detail = fmt.Sprintf("%d bytes", size)
	}
	if all, _ := Backups(path); lost != "" && len(all) > 0 {
		c.Detail = ""
		c.wrong(remedy, "%s %s, but has backups", path, lost)
	}
	return c
}

// checkPermissions looks at who may read and write the file, and whether the
// user may. That others may read its folder does no harm; that they may write
// there lets them replace the ledger.
func checkPermissions(path string) *Check {
	c := newCheck("permissions")
	folder := filepath.Dir(path)
	for _, p := range []string{path, folder, BackupFolder(path)} {
		info, err := os.Stat(p)
		if err != nil {
			continue
		}
		if runtime.GOOS != "windows" { // has no permission bits
			checkMode(c, p, info)
		}
		switch {
		case p == BackupFolder(path):
		case p == path && !mayRead(p):
			c.Detail = ""
			c.wrong("run cmp as who may, or have them let you", "%s may not be read by you (mode %04o); whether it is whole cannot be told",
				p, info.Mode().Perm())
		case !mayWrite(p):
			c.warn("", "%s may not be written: the ledger can only be read", p)
		}
	}
	return c
}

func checkMode(c *Check, path string, info fs.FileInfo) {
	mode := info.Mode()
	switch {
	case mode&0o022 != 0 && mode&fs.ModeSticky == 0:
		c.wrong("chmod go-w "+path, "%s can be written by others (mode %04o)", path, mode.Perm())
	case !info.IsDir() && mode&0o044 != 0:
		c.warn("chmod go-rwx "+path, "%s can be read by others (mode %04o)", path, mode.Perm())
	case !info.IsDir():
		c.Detail = "for you alone"
	}
}

// checkDisk looks at what the file is kept on.
func checkDisk(path string) *Check {
	c := newCheck("disk")
	free, kind, remote, ok := disk(filepath.Dir(path))
	if !ok {
		c.Verdict, c.Detail = Skipped, "not told by this system"
		return c
	}
	c.Detail = fmt.Sprintf("%d MB free", free>>20)
	if remote {
		c.warn("keep the ledger on a disk of this computer, or write from one computer at a time",
			"%s is on a network or user-space file system (%s), where locks may not work", path, kind)
	}
	size, _ := stat(path)
	if need := 2*uint64(max(size, 0)) + 1<<20; free < need {
		c.warn("make room", "%d kB are free, and a backup or a large import may need %d kB", free>>10, need>>10)
	}
	return c
}

// checkBeside looks for what should not lie beside a ledger at rest.
func checkBeside(path string) *Check {
	c := newCheck("beside")
	c.Detail = "nothing else lies there"
	switch {
	case hasJournal(path):
		c.wrong("cmp status takes it back; then cmp doctor again",
			"%s-journal: a command was broken off while it wrote, or is writing right now", path)
	case exists(path + "-journal"):
		c.warn("the next command that writes removes it",
			"%s-journal: a command was broken off before it changed anything, or is about to write", path)
	}
	for _, suffix := range []string{"-wal", "-shm"} {
		if exists(path + suffix) {
			c.wrong("close that program; sqlite3 "+path+" 'PRAGMA journal_mode = delete' ends it",
				"%s%s: another program keeps the ledger with a write-ahead log, part of it is in that file", path, suffix)
		}
	}
	for _, folder := range []string{filepath.Dir(path), BackupFolder(path)} {
		files, _ := os.ReadDir(folder) // of one that cannot be read, checkCopies tells
		for _, file := range files {
			if name, isPart := strings.CutPrefix(file.Name(), partPrefix); isPart && strings.Contains(name, partSuffix) {
				c.warn("delete it, unless a command is running", "%s was left by a command that was broken off", filepath.Join(folder, file.Name()))
			}
		}
	}
	if len(c.Findings) > 0 {
		c.Detail = ""
	}
	return c
}

// checkCopies looks for copies that folder synchronisation makes when two
// computers wrote at once: what only one of them holds is missing in the other.
func checkCopies(path string) *Check {
	c := newCheck("copies")
	c.Detail = "none by folder synchronisation"
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			c.warn("", "the folder of %s cannot be read: %s", path, cause(err))
		}
		return c
	}
	name := filepath.Base(path)
	extension := filepath.Ext(name)
	stem := regexp.QuoteMeta(strings.TrimSuffix(name, extension))
	extension = regexp.QuoteMeta(extension)
	// Dropbox, Nextcloud; Syncthing.
	certain := regexp.MustCompile(`^` + stem + `( \(.*conflicted copy.*\)|\.sync-conflict-.*|_conflict-.*)` + extension + `$`)
	// iCloud; Google Drive; OneDrive, which adds the name of the computer.
	likely := regexp.MustCompile(`^` + stem + `( \d+| \(\d+\)|-[\w-]+)` + extension + `$`)
	for _, file := range files {
		other := filepath.Join(filepath.Dir(path), file.Name())
		switch {
		case certain.MatchString(file.Name()):
			c.wrong("compare the two with cmp log --db, keep one, move the other away",
				"%s: a conflicting copy that folder synchronisation made; either may hold what the other lacks", other)
		case likely.MatchString(file.Name()) && file.Type().IsRegular():
			if h, _ := readHeader(other); h.schema > 0 {
				c.warn("if it is, compare the two with cmp log --db, keep one, move the other away",
					"%s: a ledger too, and named as folder synchronisation names conflicting copies", other)
			}
		}
	}
	if len(c.Findings) > 0 {
		c.Detail = ""
	}
	return c
}
