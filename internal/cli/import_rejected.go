package cli

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

// A rejectsFile is where an import keeps the rows that are not usable.
type rejectsFile struct {
	path    string // "" when there are none, or no file for them
	there   bool   // with those very rows
	written bool
}

// placeRejects finds out where to keep the rows that are not usable: beside
// the file that they come from. What is there already is left alone: it may be
// the work of an hour.
func (a *app) placeRejects(job *importJob) error {
	if len(job.rejected()) == 0 {
		return nil
	}
	if info, err := os.Stat(job.path); job.path == "-" || err == nil && !info.Mode().IsRegular() {
		return nil // a pipe has nothing beside it
	}
	path := job.path + ".rejected.csv"
	if err := a.writable(path, true); err != nil {
		return err
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		job.rejects.path = path
		return nil
	}
	if err == nil && !info.Mode().IsRegular() {
		return notOurs(path)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		return badFile("%s: %s", path, fileReason(err))
	}
	var again bytes.Buffer
	switch err := transcript.WriteRejected(&again, job.file); {
	case err != nil:
		return err
	case bytes.Equal(before, again.Bytes()):
		job.rejects.path, job.rejects.there = path, true
		return nil
	case transcript.IsRejected(before):
		return refused("%s: holds rows that an earlier import rejected, and you may have mended; nothing was imported", path).
			try("import that first, then remove it or move it away, and repeat the command")
	}
	return notOurs(path)
}

func notOurs(path string) error {
	return refused("%s: exists already, and holds no rows that an import rejected; nothing was imported", path).
		try("move it away, and repeat the command")
}

// writeRejects keeps the rows that are not usable.
func (a *app) writeRejects(job *importJob) error {
	if job.rejects.path == "" || job.rejects.there || a.dryRun {
		return nil
	}
	err := a.writeFile(job.rejects.path, false, func(w io.Writer) error { return transcript.WriteRejected(w, job.file) })
	job.rejects.written = err == nil
	var f *failure
	if errors.As(err, &f) {
		return f.try("nothing was imported; import from a folder that can be written to")
	}
	return err
}

// takeBack removes what was written, after an import that came to nothing.
func (r *rejectsFile) takeBack() {
	if r.written {
		_ = os.Remove(r.path)
	}
	r.written = false
}

// mend returns the command that imports the rows that were kept, once they are
// mended. It names the order of day and month, which a few rows may not show.
func (job *importJob) mend() string {
	flags := job.flags.readFlags
	flags.sheet = "" // it is text, whatever they came from
	args := flags.args("import", job.rejects.path)
	if job.flags.dateFormat != "" {
		return ledger.Command(args).As("cmp")
	}
	for format := range strings.SplitSeq(job.file.DateFormat, " and ") {
		var known transcript.DateFormat
		if known.UnmarshalText([]byte(format)) == nil && known != "" && known != "YYYY-MM-DD" {
			return ledger.Command(append(args, "--date-format", string(known))).As("cmp")
		}
	}
	return ledger.Command(args).As("cmp")
}
