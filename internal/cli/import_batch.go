package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

// An importBatch is the files of one command on their way.
type importBatch struct {
	files  []*paperFile
	jobs   []*importJob
	papers actions.Papers
	known  snapshot // before anything is written
	there  snapshot // once the tables are
}

func newBatch(paths []string, files []*paperFile, f importFlags) *importBatch {
	b := &importBatch{files: files}
	b.papers.Name, b.papers.Update, b.papers.Restore = shownName(paths[0]), f.update, f.restore
	if len(paths) > 1 {
		b.papers.Name = words.Count(len(paths), "file")
	}
	for _, file := range files {
		if file.job == nil {
			file.Another = f.addAlike
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
func (a *app) importPapers(ctx context.Context, b *importBatch, yes bool) (err error) {
	for _, file := range b.files {
		if file.job != nil {
			a.sayUnderstood(file.job.reading)
			a.sayUnread(file.job)
		}
	}
	if err := a.rehearse(ctx, b); err != nil {
		return err
	}
	if i := slices.IndexFunc(b.jobs, (*importJob).refused); i >= 0 {
		return cmp.Or(a.reply(b.answer(a, false)), error(b.jobs[i].notTaken(", so nothing was imported", "import")))
	}
	asks := !yes && !slices.ContainsFunc(b.files, func(f *paperFile) bool { return !a.asksAbout(f.path) })
	switch {
	case asks:
		err = a.askBatch(ctx, b)
	case a.settings.Format == answer.Table:
		err = a.showPapers(a.screen(), b)
	}
	if err != nil {
		return err
	}
	if !asks {
		a.sayLines(b.remarks(a.settings.Holder))
	}
	writes := yes || asks || a.dryRun
	if writes && slices.ContainsFunc(b.papers.All, b.papers.Changes) || len(b.jobs) > 0 {
		err := a.update(ctx, func(tx *store.Tx) (string, error) { return b.write(ctx, tx, a.judgeOn(a.today), writes) })
		if err != nil {
			return err
		}
	}
	if err := cmp.Or(a.reply(b.answer(a, writes && !a.dryRun)), a.tellBatch(b, writes)); err != nil {
		return err
	}
	err = a.unwritten(b, writes)
	if err != nil && a.dryRun {
		a.tell("Nothing was written.")
	}
	return err
}

// rehearse judges all files, the papers as if the tables were written, and writes
// nothing.
func (a *app) rehearse(ctx context.Context, b *importBatch) error {
	before, differences := a.dryRun, a.differences
	a.dryRun = true
	defer func() { a.dryRun, a.differences = before, differences }()
	return a.update(ctx, func(tx *store.Tx) (_ string, err error) {
		if b.known, err = actions.Read(ctx, tx); err == nil {
			_, err = b.write(ctx, tx, a.judgeOn(a.today), false)
		}
		if err == nil {
			b.there, err = actions.Read(ctx, tx)
		}
		return "", err
	})
}

// write writes the tables, unless one is refused, and, if that is wanted, what the
// papers are.
func (b *importBatch) write(ctx context.Context, tx *store.Tx, j actions.Judge, papers bool) (did string, err error) {
	var all []string
	var batches []int64
	refused := slices.ContainsFunc(b.jobs, (*importJob).refused)
	for _, job := range b.jobs {
		job.Beside = batches
		if err = job.Judge(ctx, tx); err == nil && !refused {
			err = job.Write(ctx, tx, j)
		}
		if err != nil {
			return "", err
		}
		if job.Batch != 0 { // credits that were added by hand have none
			batches = append(batches, job.Batch)
		}
		all = append(all, job.name+": "+job.Did())
	}
	if err := b.papers.Judge(ctx, tx); err != nil || !papers {
		return "import of " + strings.Join(all, "; "), err
	}
	kept, err := b.papers.Write(ctx, tx, j)
	if kept > 0 {
		all = append(all, fmt.Sprintf("%s: %s added, %s kept", b.papers.Name, words.Count(b.papers.Count(actions.New), "credit"), words.Count(kept, "file")))
	}
	return "import of " + strings.Join(all, "; "), err
}

// pending counts the papers that are to be written.
func (b *importBatch) pending() int { return b.count(actions.Writes) + b.count(actions.Proves) }

func (b *importBatch) count(fate actions.Fate) (n int) {
	for _, p := range b.papers.All {
		if p.Fate == fate {
			n++
		}
	}
	return n
}

// open returns the papers that are no credit yet.
func (b *importBatch) open() []*paperFile {
	return slices.DeleteFunc(slices.Clone(b.files), func(f *paperFile) bool { return f.problem() == nil })
}

// unwritten is the failure for what is not written, or nil.
func (a *app) unwritten(b *importBatch, writes bool) error {
	open := b.open()
	left := len(open)
	see := words.Verb(left, "the line above says what to do", "the lines above say what to do")
	if a.settings.Format == answer.JSON {
		see = "the problem of each says what to do"
	}
	switch n, rows := b.pending(), b.rows(); {
	case n > 0 && !writes:
		what := words.Verb(n, "1 certificate is", fmt.Sprint(n, " certificates are")) + " not written yet"
		if rows > 0 {
			what = fmt.Sprintf("%s from transcripts added, but %s", words.Count(rows, "credit"), what)
		}
		return usage("%s: %s", b.papers.Name, what).try("give --yes to write %s", words.Verb(n, "it", "them"))
	case len(open) == 1 && len(b.files) == 1:
		return placed(open[0].shown(), open[0].problem())
	case len(open) > 0:
		return refused("%s: %d of %s %s not added", b.papers.Name, left, words.Count(len(b.files), "file"), words.Verb(left, "was", "were")).try("%s", see)
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
	Credit  int64                 `json:"credit" doc:"Number of the credit that it became or belongs to." null:"where there is none"`
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

func (b *importBatch) answer(a *app, written bool) (out draftsAnswer) {
	out.DryRun = a.dryRun
	for _, file := range b.files {
		item := draftFile{File: file.name, Part: file.part, Kind: file.kind}
		if job := file.job; job != nil {
			report := job.Report(a.dryRun, job.refused())
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
			item.Problem = problem.line().As(a.call...)
		} else if file.Fate.IsPending() && !written && !a.dryRun {
			item.Problem = "not written yet: --yes writes it"
		}
		item.Remark = file.remark(a.settings.Holder)
		out.Files = append(out.Files, item)
	}
	return out
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
	return screen.Table("File|wrap; Points|right dash; Date; Title|wrap wide; ", rows)
}

// sum counts the files by their kinds: "12 files: 9 certificates, 1 transcript".
func (b *importBatch) sum() string {
	var parts []string
	for _, kind := range []struct{ kind, one, many string }{
		{kindCertificate, "certificate", "certificates"}, {kindMail, "email", "emails"}, {kindTranscript, "transcript", "transcripts"},
		{kindPicture, "photo or scan", "photos or scans"}, {kindUnknown, "that cannot be read", "that cannot be read"},
	} {
		n := 0
		for _, file := range b.files {
			if file.kind == kind.kind {
				n++
			}
		}
		parts = counted(parts, n, words.Verb(n, kind.one, kind.many))
	}
	return fmt.Sprintf("%s: %s", words.Count(len(b.files), "file"), strings.Join(parts, ", "))
}

// tellBatch says what became of the files.
func (a *app) tellBatch(b *importBatch, writes bool) error {
	if a.settings.Format != answer.Table {
		return nil
	}
	for _, job := range b.jobs {
		if a.dryRun {
			a.tell("%s:", job.name)
		}
		if err := a.printImport(job); err != nil {
			return err
		}
	}
	if len(b.files) > 1 {
		for _, file := range b.open() {
			a.screen().Paragraph(file.shown() + ": " + file.problem().line().As(a.call...))
		}
	}
	jobs := b.jobs
	if writes {
		papers := &importJob{Import: b.papers.Import, of: "certificate"}
		a.tellPapers(b, papers)
		jobs = append(jobs, papers)
	}
	if line := a.suggestedLine(jobs...); line != "" {
		a.tell("%s", line)
	}
	return nil
}

// tellPapers says what became of the papers.
func (a *app) tellPapers(b *importBatch, papers *importJob) {
	tell := func(n int, noun, done string) {
		if n > 0 {
			a.tell("%s %s.", words.Count(n, noun), done)
		}
	}
	added, kept := "added", "kept with "
	if a.dryRun {
		added, kept = "to add", "to keep with "
	}
	restored := map[int64]bool{}
	for _, v := range papers.Of(actions.Removed) {
		restored[v.Credit()] = papers.Restore
	}
	tell(b.count(actions.Skipped), "file", "skipped")
	tell(papers.Updated(), "credit", "updated")
	if papers.Restore {
		tell(len(restored), "credit", "restored")
	}
	if worth := papers.Worth(); worth > 0 {
		tell(papers.Count(actions.New), "credit", "of "+words.Points(worth)+" "+added)
	}
	tell(b.pending(), "file", kept+words.Verb(b.pending(), "its credit", "their credits"))
	a.tellLines(slices.Concat(a.knownLines(papers), a.newLines(papers)))
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
	remark := func(file *paperFile) string { return file.remark(holder) }
	for _, files := range grouped(b.files, remark) {
		if what := remark(files[0]); what != "" {
			names := words.Map(files, (*paperFile).shown)
			lines = append(lines, fmt.Sprintf("%s: %s", words.List("and", atMost(names, "")), what))
		}
	}
	return lines
}
