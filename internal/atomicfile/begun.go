package atomicfile

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Begun is something that may not stay half done where the program is stopped: a
// temporary file, a transaction, a terminal that was changed. A process has one list of
// them, as it has one set of files.
type Begun struct{ undo func() }

var begun struct {
	sync.Mutex
	all  []*Begun
	kept bool
}

// Before runs first in the background. Nothing begins until it has ended.
func Before(first func()) {
	begun.Lock()
	go func() {
		defer begun.Unlock()
		first()
	}()
}

// Begin runs start, and notes how what it began is undone by [Stop].
func Begin(start func() (undo func(), err error)) (*Begun, error) {
	begun.Lock()
	defer begun.Unlock()
	undo, err := start()
	if err != nil {
		return nil, err
	}
	b := &Begun{undo}
	begun.all = append(begun.all, b)
	return b, nil
}

// Step runs what is to be whole where the program is stopped, or not there at all.
func Step(step func() error) error {
	begun.Lock()
	defer begun.Unlock()
	return step()
}

// Keep runs the last step. When it succeeds nothing is undone any more, and [Stop] leaves
// the command time to say so.
func (b *Begun) Keep(last func() error) error {
	return Step(func() error {
		err := last()
		if err == nil {
			b.forget()
			begun.kept = true
		}
		return err
	})
}

// End notes that it was undone already, or kept.
func (b *Begun) End() {
	begun.Lock()
	defer begun.Unlock()
	b.forget()
}

func (b *Begun) forget() {
	begun.all = slices.DeleteFunc(begun.all, func(other *Begun) bool { return other == b })
}

// Stop undoes what was begun, the last first. Then it holds the lock: whatever begins, is
// kept or ends waits, until the caller ends the program. Where something was kept it does
// nothing and returns false, unless it is to stop anyway.
func Stop(anyway bool) bool {
	begun.Lock()
	if begun.kept && !anyway {
		begun.Unlock()
		return false
	}
	for _, b := range slices.Backward(begun.all) {
		b.undo()
	}
	return true
}

// IsPart reports whether a temporary file, or what SQLite leaves beside it, has that name: its
// word is the number that [Temporary] gave it, or begins with before- and ends with that number.
func IsPart(name string) bool {
	word, ours := strings.CutPrefix(strings.TrimSuffix(name, "-journal"), PartPrefix)
	word, part := strings.CutSuffix(word, PartSuffix)
	number := word[strings.LastIndexByte(word, '-')+1:]
	return ours && part && number != "" && strings.Trim(number, "0123456789") == "" && (number == word || strings.HasPrefix(word, "before-"))
}

// Unfinished returns the temporary files in a folder, with what SQLite left beside them, to
// which nobody has written since that time.
func Unfinished(folder string, since time.Time) (all []string) {
	entries, _ := os.ReadDir(folder) // of one that cannot be read, nothing is known
	for _, e := range entries {
		if info, err := e.Info(); IsPart(e.Name()) && err == nil && info.Mode().IsRegular() && info.ModTime().Before(since) {
			all = append(all, filepath.Join(folder, e.Name()))
		}
	}
	return all
}
