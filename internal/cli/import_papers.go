package cli

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"cmpledger/internal/actions"
	"cmpledger/internal/certificate"
	"cmpledger/internal/document"
	"cmpledger/internal/evidence"
	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
	"cmpledger/internal/words"
)

// A paperFile is a file to import, or one that is attached to a mail.
type paperFile struct {
	actions.Paper
	path     string     // as a command names it, or "-"
	name     string     // as it is shown
	part     string     // name of the attachment, or ""
	kind     string     // for programs
	job      *importJob // of a table
	draft    certificate.Draft
	why      error       // nothing could be read
	plain    bool        // a text or a workbook, and no document
	exported io.ReaderAt // what cmp export ledger wrote
}

// listFiles returns the files that are named and those in folders, each with the name
// that it is shown by. It leaves out what is hidden, and the ledger itself. A path that is not
// there is an error, so that nothing of the others is written: it may be a flag without hyphens.
func listFiles(paths []string, db string) (files []paperFile, err error) {
	ledgerFile, _ := os.Stat(db) // may not be there yet
	for _, path := range paths {
		info, err := os.Stat(path)
		if path != "-" && errors.Is(err, fs.ErrNotExist) {
			return nil, words.FileError(path, err)
		}
		if path == "-" || err != nil || !info.IsDir() {
			files = append(files, paperFile{path: path, name: shownName(path)})
			continue
		}
		err = filepath.WalkDir(path, func(at string, entry fs.DirEntry, err error) error {
			if err != nil {
				files = append(files, paperFile{path: at, name: at, kind: kindUnknown, why: words.FileError("", err)})
				return nil
			}
			name := entry.Name()
			hidden := at != path && strings.HasPrefix(name, ".") || name == "Thumbs.db" || name == "desktop.ini"
			switch {
			case hidden && entry.IsDir():
				return fs.SkipDir
			case hidden || entry.IsDir():
				return nil
			case len(files) == mostFiles:
				return badFile("%s: has more than %d files", path, mostFiles).try("import one of its folders at a time")
			}
			shown, err := filepath.Rel(path, at)
			if err != nil || len(paths) > 1 {
				shown = at
			}
			if info, err := os.Stat(at); err == nil && (info.IsDir() || os.SameFile(info, ledgerFile)) { // by a link
				return nil
			}
			files = append(files, paperFile{path: at, name: shown})
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}

const mostFiles = 10_000

func shownName(path string) string {
	if path == "-" {
		return "standard input"
	}
	return strings.ToValidUTF8(filepath.Base(path), "\uFFFD")
}

// openPapers reads files and, of mails, what is attached to them.
func (a *app) openPapers(paths []string, f readFlags, o transcript.Options) (all []*paperFile, err error) {
	files, err := listFiles(paths, a.settings.DB)
	if err == nil && len(files) == 0 {
		err = badFile("%s: no files in it", paths[0]).try("name a folder with certificates or transcripts")
	}
	if err != nil {
		return nil, err
	}
	how, err := a.readingOf(f, o)
	if err != nil {
		return nil, err
	}
	var held load
	for _, file := range files {
		if file.why != nil { // a folder in it that cannot be read
			all = append(all, &file)
			continue
		}
		data, exported, err := a.readOrOpen(file.path)
		switch {
		case exported != nil && err == nil:
			file.kind = kindUnknown
			file.take(exported)
			all = append(all, &file)
			if len(files) > 1 {
				_ = exported.Close()
			}
		case err != nil && len(files) == 1:
			return nil, err
		case err != nil:
			why := failureOf(err)
			why.message = strings.TrimPrefix(why.message, file.path+": ")
			file.kind, file.why = kindUnknown, why
			all = append(all, &file)
		default:
			opened := a.openPaper(file, data, how)
			if held.add(opened, len(data)); len(files) > 1 && held.tooMuch() {
				return nil, badFile("these files together have more than %d tables, 100,000 rows, 32 MB of tables or 200 MB of email", mostTables).
					try("import one of their folders at a time, or some of the files")
			}
			all = append(all, opened...)
		}
	}
	return all, nil
}

// mostTables is how many tables one import takes: for each the whole ledger is compared.
const mostTables = 200

// A load is what an import holds in memory until it is written.
type load struct{ tables, rows, text, mail int }

// add counts what was opened of a file of so many bytes.
func (l *load) add(opened []*paperFile, size int) {
	for _, file := range opened {
		if file.job != nil {
			l.tables, l.rows, l.text = l.tables+1, l.rows+len(file.job.file.Rows), l.text+len(file.job.data)
		}
	}
	if len(opened) > 0 && opened[0].part != "" {
		l.mail += size
	}
}

func (l *load) tooMuch() bool {
	return l.tables > mostTables || l.rows > 100_000 || l.text > 32<<20 || l.mail > 200<<20
}

// The kinds of files, for programs.
const (
	kindCertificate = "certificate"
	kindTranscript  = "transcript"
	kindMail        = "mail"
	kindPicture     = document.Picture
	kindUnknown     = "unknown"
)

// openPaper reads a file, or of a mail the attachments that are of use.
func (a *app) openPaper(file paperFile, data []byte, how howToRead) []*paperFile {
	file.kind, file.SHA256 = kindUnknown, fmt.Sprintf("%x", sha256.Sum256(data))
	file.Content = contentOf(file, data)
	d, err := document.Read(data)
	attached, pictures := a.openAttached(file, d.Files, how)
	if len(attached) > 1 || len(attached) == 1 && attached[0].job == nil {
		return attached
	}
	switch {
	case err != nil:
		if file.why = err; d.Kind == document.Picture {
			file.kind = kindPicture
		}
	case exchange.Recognize(data): // attached to a mail
		file.take(bytes.NewReader(data))
	default:
		file.plain = d.Kind == ""
		a.readPaper(&file, d, data, how)
	}
	switch {
	case file.why != nil && len(pictures) > 0:
		return pictures
	case file.why == nil && file.job == nil && len(data) > ledger.MostEvidence:
		file.why, file.Reads = refused("larger than %d MiB, the most that one file may have", ledger.MostEvidence>>20).try("print only the pages that matter to PDF"), nil
	}
	return []*paperFile{&file}
}

// take takes a whole ledger, which has to be the only file.
func (file *paperFile) take(exported io.ReaderAt) {
	file.why = refused("a whole ledger, from cmp export ledger").try("import it alone: %s", ledger.Command{"import", ledger.File(file.path)})
	file.exported = exported
}

// aPicture is how many bytes a file has at least that is no logo, signature or card.
const aPicture = 30_000

// openAttached reads what is attached to a mail, also what cannot be read if it is large.
// Small pictures are apart, as they may be nothing but a logo.
func (a *app) openAttached(mail paperFile, files []document.File, how howToRead) (read, pictures []*paperFile) {
	for _, f := range files {
		mail.part = cmp.Or(f.Name, "attachment")
		for _, file := range a.openPaper(mail, f.Data, how) {
			switch {
			case file.why == nil:
				read = append(read, file)
			case len(f.Data) >= aPicture:
				read = append(read, file)
			case file.kind == kindPicture:
				pictures = append(pictures, file)
			}
		}
	}
	return read, pictures
}

// contentOf returns what reads the file as evidence: again, as several would fill the memory.
func contentOf(file paperFile, data []byte) func() (ledger.Evidence, []byte, error) {
	if file.path != "-" && file.part == "" {
		return func() (ledger.Evidence, []byte, error) { return evidence.Read(file.path) }
	}
	return func() (ledger.Evidence, []byte, error) {
		return evidence.New(cmp.Or(file.part, "pasted"), data), data, nil
	}
}

// readPaper reads the table of a file, else its text as that of a certificate. Where a header
// names title, day and points, what is wrong with the table is the answer.
func (a *app) readPaper(file *paperFile, d document.Document, data []byte, how howToRead) {
	r := reading{path: file.path, name: file.name, data: data, options: how.Options}
	err := r.take(d, how)
	table := err == nil && (d.Kind == "" || r.like == 3)
	sure := table && how.mapped
	if table {
		if r.file, err = r.Read(r.options); err != nil {
			sure = sure || r.Likeness(r.options) == 3
			err = r.noTable(err)
		}
	}
	if d.Kind == "" && err != nil && !sure && len(data) < 1<<20 {
		d.Lines = a.textLines(file.name, data)
	}
	if len(d.Lines) > 0 && how.sheet == "" && !sure {
		file.read(d.Lines, how, a.today)
	}
	switch {
	case table && err == nil && !file.isOne(r.file):
		file.kind, file.job, file.Reads = kindTranscript, &importJob{reading: r}, nil
	case len(file.Reads) > 0:
		file.kind = kindCertificate
		if d.Kind == "mail" {
			file.kind = kindMail
		}
	case err == nil:
		_, err = r.Read(r.options)
		file.why = r.noTable(cmp.Or[error](err, d.NoTable()))
	default:
		file.why = err
	}
}

// textLines returns the lines of a text, or none of what is no text.
func (a *app) textLines(name string, data []byte) []document.Line {
	text, _, doubt, err := transcript.Decode(data)
	if err != nil {
		return nil
	}
	if doubt != "" {
		a.say("%s: %s", name, doubt)
	}
	return document.Text(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text))
}

// isOne reports whether a document with a table is a certificate all the same, whose
// values stand side by side.
func (file *paperFile) isOne(table transcript.File) bool {
	if len(table.LeftOut) > 0 || len(table.Usable()) > 1 {
		return false
	}
	return file.Sure && (len(table.Rows) < 2 || file.draft.Participant.Words != "")
}

// read reads a text as that of a certificate. A day with two readings is read in both
// ways: the ledger may know which.
func (file *paperFile) read(lines []document.Line, how howToRead, today ledger.Date) {
	options := certificate.Options{DateFormat: how.DateFormat, Known: how.Known, Today: today}
	d, ok := certificate.Read(lines, options)
	if !ok || file.plain && d.Title.Words == "" && d.Date.Words == "" { // any text has a number
		return
	}
	file.draft = d
	file.Sure = d.Sure()
	file.Vague = len(file.doubts()) > 1 && !(d.Reference.Sure && d.Date.Sure)
	file.Reads = []ledger.Credit{creditOf(d)}
	if !d.Date.Sure && how.DateFormat == "" {
		for _, format := range transcript.DateFormats()[1:3] {
			options.DateFormat = format
			if other, _ := certificate.Read(lines, options); other.Date.Sure {
				file.Reads = append(file.Reads, creditOf(other))
			}
		}
	}
}

// doubts are what a credit needs and the paper does not say for certain.
func (file *paperFile) doubts() (all []string) {
	d := file.draft
	for i, sure := range []bool{d.Title.Sure, d.Date.Sure, d.Points.Sure} {
		if !sure {
			all = append(all, []string{"title", "day", "points"}[i])
		}
	}
	return all
}

func creditOf(d certificate.Draft) ledger.Credit {
	c := ledger.Credit{
		Title: d.Title.Value, Date: d.Date.Value, Points: d.Points.Value,
		Provider: certain(d.Provider), Reference: certain(d.Reference), Topics: d.Topics, Activity: ledger.CourseActivity,
	}
	if words := strings.ToLower(d.Points.Words); strings.Contains(words, "semester") || strings.Contains(words, "quarter") {
		c.Activity = ledger.CollegeCourse
	}
	return c
}

func certain[T any](f certificate.Found[T]) (value T) {
	if f.Sure {
		value = f.Value
	}
	return value
}

// shown is the name of the file, with that of the attachment.
func (file *paperFile) shown() string {
	if file.part != "" {
		return file.name + ", " + file.part
	}
	return file.name
}

// said is what the paper says as far as it is certain.
func (file *paperFile) said() (c ledger.Credit) {
	switch {
	case len(file.Reads) == 0:
		return c
	case file.Verdict != nil && file.Fate != actions.Unsure:
		return file.Verdict.Row.Credit
	case file.Sure:
		return file.Reads[0]
	}
	d := file.draft
	c = creditOf(d)
	c.Title, c.Date, c.Points = certain(d.Title), certain(d.Date), certain(d.Points)
	return c
}

// addLine is the command that adds the credit, with what is certain.
func (file *paperFile) addLine() ledger.Command {
	c := file.said()
	points := "P"
	if c.Points > 0 {
		points = c.Points.String()
	}
	line := ledger.Command{"add", "--points", points, "--date", cmp.Or(c.Date.String(), "DAY")}
	if c.Provider != "" {
		line = line.With("--provider", c.Provider)
	}
	if c.Reference != "" {
		line = line.With("--reference", c.Reference)
	}
	return line.With("--evidence", ledger.File(file.path)).About(cmp.Or(c.Title, "TITLE"))
}

// problem says why a file is no credit yet, and what to type, or is nil.
func (file *paperFile) problem() *failure {
	switch {
	case file.job != nil || file.Known() || file.Fate == actions.Skipped || file.Fate == actions.Copy:
		return nil
	case file.Fate == actions.Waits:
		c, another := file.Verdict.Slot.Credit, file.addLine()
		if file.Sure {
			another = ledger.Command{"import", ledger.File(file.path), "--yes", "--add-alike"}
		}
		return refused("looks like credit %d (%s, %s, %s)", c.ID, c.Date, words.Points(c.Points), c.Title).
			try("if it is the same: %s; if it is another: %s", ledger.Command{"evidence", "add", id(c), ledger.File(file.path)}, another)
	case file.kind == kindPicture:
		return refused("%s", file.why).try("if you have its credit: %s; if not: %s", ledger.Command{"evidence", "add", "CREDIT", ledger.File(file.path)}, file.addLine())
	case file.why != nil:
		f := failureOf(file.why)
		f.hint = f.hint.On(file.path)
		return f
	case file.draft.NotEarned:
		return refused("%s", file.draft.Problems[0]).try("import the certificate when you have it, or type the credit in: %s", ledger.Command{"add"})
	case len(file.draft.Problems) > 0:
		return refused("%s", strings.Join(file.draft.Problems, "; ")).try("to add it: %s", file.addLine())
	}
	doubts := file.doubts()
	return refused("%s %s not certain", words.List("and", doubts), words.Verb(len(doubts), "is", "are")).try("to add it: %s", file.addLine())
}

// outcome says in a few words what becomes of a paper.
func (file *paperFile) outcome() string {
	switch file.Fate {
	case actions.Writes:
		return "new"
	case actions.Proves:
		if file.As != nil {
			return "as another file"
		}
		return fmt.Sprintf("for credit %d", file.Credit())
	case actions.Kept:
		return fmt.Sprintf("already in credit %d", file.Credit())
	case actions.Copy:
		return "a copy"
	case actions.Dropped:
		return fmt.Sprintf("removed credit %d", file.Credit())
	case actions.Waits:
		return fmt.Sprintf("looks like credit %d", file.Verdict.Slot.Credit.ID)
	case actions.Skipped:
		return "skipped"
	}
	switch {
	case len(file.Reads) == 0:
		return "not read"
	case file.draft.NotEarned:
		return "not earned"
	}
	return "not certain"
}
