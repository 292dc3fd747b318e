package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	sqlite3 "modernc.org/sqlite/lib"
)

// SQLiteVersion is the version of SQLite that the program has in it.
const SQLiteVersion = sqlite3.SQLITE_VERSION

// A Verdict says how something looks.
type Verdict string

// The verdicts, from the best to the worst. Skipped is what could not be
// looked at, for a reason that another check names.
const (
	OK      Verdict = "ok"
	Skipped Verdict = "skipped"
	Warning Verdict = "warning"
	Wrong   Verdict = "wrong"
)

// A Check is one side of a ledger that was looked at.
type Check struct {
	Name     string  `json:"check" doc:"Its name."`
	Verdict  Verdict `json:"result"`
	Detail   string  `json:"detail" doc:"What was seen." empty:"where there is nothing to say"`
	Findings []Finding
}

// A Finding is something that is not as it should be.
type Finding struct {
	Verdict Verdict `json:"result"`                        // Warning or Wrong
	What    string  `json:"message" doc:"What was found."` // a sentence without a full stop
	Try     string  `json:"hint" doc:"What to type next." empty:"where nothing helps"`
}

// mostFindings is how many findings of one kind are told one by one.
const mostFindings = 10

func newCheck(name string) *Check { return &Check{Name: name, Verdict: OK} }

func (c *Check) warn(try, format string, args ...any) { c.find(Warning, try, format, args...) }

func (c *Check) wrong(try, format string, args ...any) { c.find(Wrong, try, format, args...) }

func (c *Check) find(v Verdict, try, format string, args ...any) {
	c.Findings = append(c.Findings, Finding{v, fmt.Sprintf(format, args...), try})
	if c.Verdict != Wrong {
		c.Verdict = v
	}
}

// each notes findings of one kind, and of many only how many more there are.
func (c *Check) each(found []Finding) {
	for i, f := range found {
		if i == mostFindings {
			c.wrong(f.Try, "%d more of this kind", len(found)-i)
			return
		}
		c.wrong(f.Try, "%s", f.What)
	}
}

// failed notes that the check itself could not be done.
func (c *Check) failed(path, try string, err error) {
	switch {
	case isDamage(err):
		c.wrong(try, "damaged or cut short where this is kept")
	case err != nil:
		c.wrong(try, "cannot be checked: %s", strings.TrimPrefix(explain(path, err).Error(), path+": "))
	}
}

func several(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", many)
}

// Examine looks at a ledger from all sides: the file, what is beside it, and
// all that is in it. It writes nothing, takes back no transaction of a program
// that crashed, and goes on after what is damaged, so that it tells of all at
// once. The file need not exist.
func Examine(ctx context.Context, path string) []Check { return known().examine(ctx, path) }

func (s schemas) examine(ctx context.Context, path string) []Check {
	backups, remedy := s.checkBackups(ctx, path)
	var all []Check
	for _, c := range []*Check{checkFile(path, remedy), checkPermissions(path), checkDisk(path), checkBeside(path), checkCopies(path)} {
		all = append(all, *c)
	}
	all = append(all, s.checkContents(ctx, path, remedy)...)
	return append(all, *backups)
}

// checkBackups looks for backups and whether the newest can be restored. It
// also returns what to type where the ledger itself is damaged. Damaged
// ledgers that were kept are no backups.
func (s schemas) checkBackups(ctx context.Context, path string) (c *Check, remedy string) {
	c = newCheck("backups")
	remedy = "keep a copy of the file as it is before anything else; there is no backup to restore"
	all, err := Backups(path)
	if err != nil {
		c.failed(path, "see who may read the folder", err)
		return c, remedy
	}
	kept := len(all)
	all = slices.DeleteFunc(all, func(b Backup) bool { return b.Reason == Damaged })
	kept -= len(all)
	sound := false
	for _, b := range all {
		_, err := s.inspect(ctx, b.Path)
		if sound = err == nil; sound {
			remedy = "cmp restore " + b.Path
			c.Detail = fmt.Sprintf("%d, the newest of %s opens", len(all), b.At.Format("2006-01-02 15:04 UTC"))
			break
		}
		try := "cmp restore refuses it; delete it, or move it away"
		if errors.Is(err, fs.ErrPermission) {
			try = "see who may read it"
		}
		c.warn(try, "%s", err)
	}
	switch {
	case len(all) == 0:
		c.Detail = "none"
		if exists(path) {
			c.warn("cmp backup", "there is none yet")
		}
	case !sound:
		c.wrong("cmp backup, once the ledger is right", "none of %s can be restored", several(int64(len(all)), "backup", "backups"))
	}
	if kept > 0 {
		c.Detail = strings.TrimPrefix(c.Detail+"; "+several(int64(kept), "damaged ledger", "damaged ledgers")+" kept", "; ")
	}
	return c, remedy
}
