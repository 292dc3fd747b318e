package cli

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/certificate"
	"cmpledger/internal/document"
	"cmpledger/internal/evidence"
	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
	"cmpledger/internal/store"
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
	why      error  // nothing could be read
	plain    bool   // a text or a workbook, and no document
	exported []byte // what cmp export ledger wrote
}

// listFiles returns the files that are named and those in folders, each with the name
// that it is shown by. It leaves out what is hidden, and the ledger itself.
func listFiles(paths []string, db string) (files []paperFile, err error) {
	ledgerFile, _ := os.Stat(db) // may not be there yet
	for _, path := range paths {
		if info, err := os.Stat(path); path == "-" || err != nil || !info.IsDir() {
			files = append(files, paperFile{path: path, name: shownName(path)})
			continue
		}
		err := filepath.WalkDir(path, func(at string, entry fs.DirEntry, err error) error {
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
				return badFile("%s: has more than %d files", path, mostFiles).try("import a part of it")
			}
			if within, err := filepath.Rel(path, at); err == nil {
				name = within
			}
			if len(paths) > 1 {
				name = at
			}
			if info, err := os.Stat(at); err == nil && (info.IsDir() || os.SameFile(info, ledgerFile)) { // by a link
				return nil
			}
			files = append(files, paperFile{path: at, name: name})
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
	return filepath.Base(path)
}

// openPapers reads files and, of mails, what is attached to them.
func (a *app) openPapers(paths []string, f readFlags, o transcript.Options) (all []*paperFile, err error) {
	files, err := listFiles(paths, a.settings.DB)
	if err == nil && len(files) == 0 {
		err = badFile("%s: has no file", paths[0]).try("name a folder with certificates or transcripts")
	}
	if err != nil {
		return nil, err
	}
	how, err := a.readingOf(f, o)
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		if file.why != nil { // a folder in it that cannot be read
			all = append(all, &file)
			continue
		}
		data, err := a.readInput(file.path, maxImport)
		switch {
		case err != nil && len(files) == 1:
			return nil, err
		case err != nil:
			why := *failureOf(err)
			why.message = strings.TrimPrefix(why.message, file.path+": ")
			file.kind, file.why = kindUnknown, &why
			all = append(all, &file)
		default:
			all = append(all, a.openPaper(file, data, how)...)
		}
	}
	return all, nil
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
	case exchange.Recognize(data):
		file.why = refused("a ledger that cmp export wrote").try("import it alone: %s", ledger.Command{"import", file.path})
		file.exported = data
	default:
		file.plain = d.Kind == ""
		a.readPaper(&file, d, data, how)
	}
	switch {
	case file.why != nil && len(pictures) > 0:
		return pictures
	case file.why == nil && file.job == nil && len(data) > evidence.MaxSize:
		file.why, file.Reads = refused("larger than %d MiB, the most that is kept of one file", evidence.MaxSize>>20).try("print the pages that matter to PDF"), nil
	}
	return []*paperFile{&file}
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

// readPaper reads the table of a file, else its text as that of a certificate.
func (a *app) readPaper(file *paperFile, d document.Document, data []byte, how howToRead) {
	r := reading{path: file.path, name: file.name, data: data, options: how.Options}
	err := r.take(d, how.sheet, how.other, how.Options)
	table := err == nil && (d.Kind == "" || r.like == 3)
	if table {
		if r.file, err = r.Read(r.options); err != nil {
			err = r.noTable(err)
		}
	}
	if d.Kind == "" && err != nil && len(data) < 1<<20 && utf8.Valid(data) {
		d.Lines = document.Text(string(data))
	}
	if len(d.Lines) > 0 && how.sheet == "" {
		file.read(d.Lines, how)
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

// isOne reports whether a document with a table is a certificate all the same, whose
// values stand side by side.
func (file *paperFile) isOne(table transcript.File) bool {
	bad := len(table.Rejected())
	usable := len(table.Rows) - bad
	switch {
	case len(file.Reads) == 0 || len(table.LeftOut) > 0 || usable > 1:
		return false
	case bad > 0 && usable == 1:
		return file.Sure && file.draft.Participant.Words != ""
	}
	return file.Sure || bad > 0
}

// read reads a text as that of a certificate. A day with two readings is read in both
// ways: the ledger may know which.
func (file *paperFile) read(lines []document.Line, how howToRead) {
	options := certificate.Options{DateFormat: how.DateFormat, Known: how.Known}
	d, ok := certificate.Read(lines, options)
	if !ok {
		return
	}
	file.draft = d
	file.Sure = d.Sure()
	doubts := 0
	for _, sure := range []bool{d.Title.Sure, d.Date.Sure, d.Points.Sure} {
		if !sure {
			doubts++
		}
	}
	file.Vague = doubts > 1 && !(d.Reference.Sure && d.Date.Sure)
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
	points, day := "N", "DAY"
	if c.Points > 0 {
		points = c.Points.String()
	}
	if c.Date != 0 {
		day = c.Date.String()
	}
	line := ledger.Command{"add", cmp.Or(c.Title, "TITLE"), "--points", points, "--date", day}
	if c.Provider != "" {
		line = append(line, "--provider", c.Provider)
	}
	if c.Reference != "" {
		line = append(line, "--reference", c.Reference)
	}
	return append(line, "--evidence", file.path)
}

// An importBatch is the files of one command on their way.
type importBatch struct {
	files  []*paperFile
	jobs   []*importJob
	papers actions.Papers
	name   string
	flags  importFlags
	kept   []ledger.Evidence
	known  snapshot // before anything is written
}

func newBatch(paths []string, files []*paperFile, f importFlags) *importBatch {
	b := &importBatch{files: files, name: shownName(paths[0]), flags: f}
	if len(paths) > 1 {
		b.name = words.Count(len(paths), "file")
	}
	b.papers.Name, b.papers.Update, b.papers.Restore = b.name, f.update, f.restore
	for _, file := range files {
		if file.job == nil {
			b.papers.All = append(b.papers.All, &file.Paper)
			continue
		}
		file.job.begin(f)
		file.job.among = true
		b.jobs = append(b.jobs, file.job)
	}
	return b
}

// importPapers imports several files, or one that is no table.
func (a *app) importPapers(ctx context.Context, b *importBatch, yes bool) error {
	for _, file := range b.files {
		if file.job != nil {
			a.sayUnderstood(file.job.reading)
		}
	}
	if i := slices.IndexFunc(b.jobs, (*importJob).refused); i >= 0 {
		if err := a.rehearse(ctx, b, false); err != nil {
			return err
		}
		return cmp.Or(a.reply(b.answer(a.dryRun, false, a.settings.Holder)), error(b.jobs[i].notTaken(", so nothing was imported", "import")))
	}
	if err := a.rehearse(ctx, b, true); err != nil {
		return err
	}
	asks := !yes && !a.dryRun && a.env.canAsk() && a.settings.Format == answer.Table && !slices.ContainsFunc(b.files, func(f *paperFile) bool { return f.path == "-" })
	switch {
	case asks:
		if err := a.askBatch(ctx, b); err != nil {
			return err
		}
	case a.settings.Format == answer.Table:
		if err := a.showPapers(a.screen(), b); err != nil {
			return err
		}
	}
	if !asks {
		for _, remark := range b.remarks(a.settings.Holder) {
			a.say("%s", remark)
		}
	}
	writes := yes || asks || a.dryRun
	if writes && b.changes() > 0 || len(b.jobs) > 0 {
		err := a.update(ctx, func(tx *store.Tx) (string, error) { return b.write(ctx, tx, a.judgeOn(a.today), writes) })
		if err != nil {
			return err
		}
	}
	if err := cmp.Or(a.reply(b.answer(a.dryRun, writes && !a.dryRun, a.settings.Holder)), a.tellBatch(b, writes)); err != nil {
		return err
	}
	err := a.unwritten(b, writes)
	if err != nil && a.dryRun {
		a.tell("Nothing was written.")
	}
	return err
}

// rehearse judges all files, the papers as if the tables were written, and writes
// nothing.
func (a *app) rehearse(ctx context.Context, b *importBatch, tables bool) error {
	before, differences := a.dryRun, a.differences
	a.dryRun = true
	defer func() { a.dryRun, a.differences = before, differences }()
	return a.update(ctx, func(tx *store.Tx) (_ string, err error) {
		if b.known, err = actions.Read(ctx, tx); err != nil {
			return "", err
		}
		if tables {
			_, err = b.write(ctx, tx, a.judgeOn(a.today), false)
			return "", err
		}
		for _, job := range b.jobs {
			if err := job.Judge(ctx, tx); err != nil {
				return "", err
			}
		}
		return "", b.papers.Judge(ctx, tx)
	})
}

// write writes the tables and, if that is wanted, what the papers are.
func (b *importBatch) write(ctx context.Context, tx *store.Tx, j actions.Judge, papers bool) (did string, err error) {
	var all []string
	var batches []int64
	for _, job := range b.jobs {
		job.Beside = batches
		if err := job.Judge(ctx, tx); err != nil {
			return "", err
		}
		if err := job.Write(ctx, tx, j); err != nil {
			return "", err
		}
		batches = append(batches, job.Batch)
		all = append(all, job.name+": "+job.Did())
	}
	if err := b.papers.Judge(ctx, tx); err != nil || !papers {
		return "import of " + strings.Join(all, "; "), err
	}
	if b.kept, err = b.papers.Write(ctx, tx, j); err != nil {
		return "", err
	}
	if len(b.kept) > 0 {
		all = append(all, fmt.Sprintf("%s: %s, %s kept", b.name, words.Count(b.papers.Count(actions.New), "credit")+" added", words.Count(len(b.kept), "file")))
	}
	return "import of " + strings.Join(all, "; "), nil
}

// pending counts the papers that are to be written.
func (b *importBatch) pending() int { return b.count(actions.Writes) + b.count(actions.Proves) }

// changes counts the papers for which something is to be written.
func (b *importBatch) changes() (n int) {
	for _, p := range b.papers.All {
		switch v := p.Verdict; {
		case p.Fate == actions.Writes || p.Fate == actions.Proves || p.Fate == actions.Dropped && b.papers.Restore,
			p.Fate == actions.Kept && b.papers.Update && v != nil && len(v.Changed)+len(v.More) > 0:
			n++
		}
	}
	return n
}

func (b *importBatch) count(fate actions.Fate) (n int) {
	for _, p := range b.papers.All {
		if p.Fate == fate {
			n++
		}
	}
	return n
}

// unwritten is the failure for what is not written, or nil.
func (a *app) unwritten(b *importBatch, writes bool) error {
	var open []*paperFile
	for _, file := range b.files {
		if file.job == nil && file.problem() != nil {
			open = append(open, file)
		}
	}
	see := "what to do stands above"
	if a.settings.Format == answer.JSON {
		see = "its problem says what to do"
	}
	switch n, rows := b.pending(), b.rows(); {
	case n > 0 && !writes && rows > 0:
		return usage("%s: %s of transcripts %s written, %s not", b.name, words.Count(rows, "credit"), words.Verb(rows, "is", "are"), words.Count(n, "certificate")).
			try("give --yes to write %s", words.Verb(n, "it", "them"))
	case n > 0 && !writes:
		return usage("%s: %s not written yet", b.name, words.Verb(n, "1 certificate is", fmt.Sprint(n, " certificates are"))).
			try("give --yes to write %s", words.Verb(n, "it", "them"))
	case len(open) == 1 && len(b.files) == 1:
		return placed(open[0].shown(), open[0].problem())
	case len(open) > 0:
		return refused("%s: %s no credit yet", b.name, words.Verb(len(open), "1 file is", fmt.Sprint(len(open), " files are"))).try("%s", see)
	}
	return nil
}

// rows counts the rows of tables that are new.
func (b *importBatch) rows() (n int) {
	for _, job := range b.jobs {
		n += job.Count(actions.New)
	}
	return n
}

// A draftsAnswer is what cmp import says of files that are no table, or of several.
type draftsAnswer struct {
	Schema string      `json:"schema" shape:"cmp.drafts/1" title:"What was read of certificates, and of several files" doc:"Written by cmp import."`
	DryRun bool        `json:"dry_run" doc:"Whether it was asked for, and nothing was written."`
	Files  []draftFile `json:"files"`
}

// A draftFile is what was read of a file.
type draftFile struct {
	File    string                `json:"file"`
	Part    string                `json:"part" doc:"Name of the attachment of a mail." empty:"where it is the file"`
	Kind    string                `json:"kind" enum:"certificate,transcript,mail,picture,unknown"`
	Draft   *draftItem            `json:"draft" null:"where no certificate was read"`
	Credit  int64                 `json:"credit" doc:"Number of the credit that it was written as or belongs to." null:"where there is none"`
	Problem string                `json:"problem" doc:"Why it is no credit yet." null:"where there is nothing to do"`
	Remark  string                `json:"remark" doc:"What to look at, such as somebody else's name." null:"where there is nothing"`
	Import  *actions.ImportReport `json:"import" doc:"Of a transcript: what became of its rows." null:"elsewhere"`
}

// A draftItem is what a certificate says. What was not found, or is not certain, is null.
type draftItem struct {
	Title       string               `json:"title" null:"where it is not certain"`
	Date        ledger.Date          `json:"date" null:"where it is not certain"`
	Points      ledger.Points        `json:"points" null:"where they are not certain"`
	Provider    string               `json:"provider" null:"where it is not certain"`
	Reference   string               `json:"reference" null:"where it is not certain"`
	Participant string               `json:"participant" null:"where it is not certain"`
	Topics      []ledger.CreditTopic `json:"topics"`
	Sure        bool                 `json:"sure" doc:"Title, day and points all are certain."`
	ReadFrom    readFrom             `json:"read_from" doc:"The words that each was read from."`
}

type readFrom struct {
	Title       string `json:"title,omitempty"`
	Date        string `json:"date,omitempty"`
	Points      string `json:"points,omitempty"`
	Provider    string `json:"provider,omitempty"`
	Reference   string `json:"reference,omitempty"`
	Participant string `json:"participant,omitempty"`
}

func (b *importBatch) answer(dryRun, written bool, holder string) (out draftsAnswer) {
	out.DryRun = dryRun
	for _, file := range b.files {
		item := draftFile{File: file.name, Part: file.part, Kind: file.kind}
		if job := file.job; job != nil {
			report := job.Report(dryRun, job.refused())
			item.Import = &report
			out.Files = append(out.Files, item)
			continue
		}
		if d := file.draft; len(file.Reads) > 0 {
			item.Draft = &draftItem{
				certain(d.Title), certain(d.Date), certain(d.Points), certain(d.Provider), certain(d.Reference), certain(d.Participant), file.said().Topics, d.Sure(),
				readFrom{d.Title.Words, d.Date.Words, d.Points.Words, d.Provider.Words, d.Reference.Words, d.Participant.Words},
			}
		}
		if _, err := b.known.Credit(file.Credit()); err == nil || written {
			item.Credit = file.Credit()
		}
		if problem := file.problem(); problem != nil {
			item.Problem = problem.line().As("cmp")
		} else if !written && (file.Fate == actions.Writes || file.Fate == actions.Proves) && !dryRun {
			item.Problem = "not written yet: --yes writes it"
		}
		item.Remark = file.remark(holder)
		out.Files = append(out.Files, item)
	}
	return out
}

// problem says why a file is no credit yet, and what to type, or is nil.
func (file *paperFile) problem() *failure {
	var missing []string
	for _, field := range []struct {
		name string
		sure bool
	}{{"title", file.draft.Title.Sure}, {"day", file.draft.Date.Sure}, {"points", file.draft.Points.Sure}} {
		if !field.sure {
			missing = append(missing, field.name)
		}
	}
	switch {
	case file.Known() || file.Fate == actions.Skipped || file.Fate == actions.Copy:
		return nil
	case file.Fate == actions.Waits:
		c := file.Verdict.Slot.Credit
		return refused("looks like credit %d (%s, %s, %s)", c.ID, c.Date, words.Points(c.Points), c.Title).
			try("the same: %s; another one: %s", ledger.Command{"evidence", "add", id(c), file.path}, file.addLine())
	case file.kind == kindPicture:
		return refused("%s", file.why).try("if its credit is there: %s; else: %s", ledger.Command{"evidence", "add", "CREDIT", file.path}, file.addLine())
	case file.why != nil:
		f := *failureOf(file.why)
		f.hint = f.hint.On(file.path)
		return &f
	case len(file.draft.Problems) > 0:
		return refused("%s", strings.Join(file.draft.Problems, "; ")).try("%s", file.addLine())
	}
	return refused("%s not certain", words.List("and", missing)).try("%s", file.addLine())
}

// failureOf says what is wrong with a paper, and what to do.
func failureOf(err error) *failure {
	if f, ok := errors.AsType[*failure](err); ok {
		return f
	}
	f := badFile("%w", err)
	if bad, ok := errors.AsType[*ledger.Error](err); ok {
		f.code, f.hint = cmp.Or(bad.Code, f.code), bad.Try
	}
	return f
}

// outcome says in a few words what becomes of a paper.
func (file *paperFile) outcome() string {
	switch file.Fate {
	case actions.Writes:
		return "new"
	case actions.Proves:
		if file.As != nil {
			return "the same credit"
		}
		return fmt.Sprintf("for credit %d", file.Credit())
	case actions.Kept:
		return fmt.Sprintf("in credit %d", file.Credit())
	case actions.Copy:
		return "a copy"
	case actions.Dropped:
		return fmt.Sprintf("credit %d, removed", file.Credit())
	case actions.Waits:
		return fmt.Sprintf("like credit %d", file.Verdict.Slot.Credit.ID)
	case actions.Skipped:
		return "skipped"
	}
	if len(file.Reads) == 0 {
		return "not read"
	}
	return "not certain"
}

// showPapers shows what was read of the files that are no table, and what is to be
// done about each that is no credit yet.
func (a *app) showPapers(screen answer.Screen, b *importBatch) error {
	if len(b.files) > 1 {
		screen.Sentence(b.sum())
	}
	var rows [][]any
	for _, file := range b.files {
		if file.job == nil {
			c := file.said()
			rows = append(rows, []any{file.shown(), c.Points, c.Date, strings.Join(slices.DeleteFunc([]string{c.Title, c.Provider, c.Reference}, func(s string) bool { return s == "" }), " · "), file.outcome()})
		}
	}
	if len(rows) == 0 || len(rows) == 1 && b.papers.All[0].Fate == actions.Unsure && len(b.papers.All[0].Reads) == 0 {
		return nil
	}
	return screen.Table("File|wrap; Points|right dash; Date; Title|cut wide; ", rows)
}

// sum counts the files by their kinds: "12 files: 9 certificates, 1 transcript".
func (b *importBatch) sum() string {
	var parts []string
	for _, kind := range []struct{ kind, one, many string }{
		{kindCertificate, "certificate", "certificates"}, {kindMail, "mail", "mails"}, {kindTranscript, "transcript", "transcripts"},
		{kindPicture, "photo or scan", "photos or scans"}, {kindUnknown, "that cannot be read", "that cannot be read"},
	} {
		n := 0
		for _, file := range b.files {
			if file.kind == kind.kind {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprint(n, " ", words.Verb(n, kind.one, kind.many)))
		}
	}
	return fmt.Sprintf("%s: %s", words.Count(len(b.files), "file"), strings.Join(parts, ", "))
}

// tellBatch says what became of the files.
func (a *app) tellBatch(b *importBatch, writes bool) error {
	if a.settings.Format != answer.Table {
		return nil
	}
	for _, job := range b.jobs {
		a.tell("%s:", job.name)
		if err := a.printImport(job); err != nil {
			return err
		}
	}
	screen := a.screen()
	for _, file := range b.files {
		if file.job == nil {
			if problem := file.problem(); problem != nil && len(b.files) > 1 {
				screen.Paragraph(file.shown() + ": " + problem.line().As(a.name))
			}
		}
	}
	if !writes {
		if line := a.suggestedLine(b.jobs...); line != "" {
			a.tell("%s", line)
		}
		return nil
	}
	papers := &importJob{Import: b.papers.Import, reading: reading{options: transcript.Options{}}, of: "certificate"}
	var worth ledger.Points
	for _, v := range papers.Of(actions.New) {
		worth += v.Row.Credit.Points
	}
	if n := b.count(actions.Skipped); n > 0 {
		a.tell("%s skipped.", words.Count(n, "file"))
	}
	restored := map[int64]bool{}
	for _, v := range papers.Of(actions.Removed) {
		restored[v.Credit()] = true
	}
	if papers.Restore && len(restored) > 0 {
		a.tell("%s restored.", words.Count(len(restored), "credit"))
	}
	if n := papers.Updated(); n > 0 {
		a.tell("%s updated.", words.Count(n, "credit"))
	}
	if n := b.pending(); n > 0 {
		credits, added, kept := "", "added", "kept"
		if a.dryRun {
			added, kept = "to add", "to keep"
		}
		if worth > 0 {
			credits = fmt.Sprintf("%s of %s %s, ", words.Count(papers.Count(actions.New), "credit"), words.Points(worth), added)
		}
		a.tell("%s%s %s as evidence.", credits, words.Count(n, "file"), kept)
	}
	for _, line := range slices.Concat(papers.knownLines(a.dryRun), a.newLines(papers)) {
		a.tell("%s", line)
	}
	if line := a.suggestedLine(append(b.jobs, papers)...); line != "" {
		a.tell("%s", line)
	}
	return nil
}

// remark says whether somebody else's name is on the certificate.
func (file *paperFile) remark(holder string) string {
	on := file.draft.Participant
	if holder == "" || !on.Sure || file.Fate == actions.Skipped || pairing.SameHolder(holder, on.Value) {
		return ""
	}
	return fmt.Sprintf("made out to %s, not to %s", on.Value, holder)
}

// remarks are those of all files, each once.
func (b *importBatch) remarks(holder string) (lines []string) {
	of := map[string][]string{}
	for _, file := range b.files {
		if remark := file.remark(holder); remark != "" {
			of[remark] = append(of[remark], file.shown())
		}
	}
	for _, remark := range slices.Sorted(maps.Keys(of)) {
		files := of[remark]
		lines = append(lines, fmt.Sprintf("%s: %s", words.List("and", atMost(files, "")), remark))
	}
	return lines
}
