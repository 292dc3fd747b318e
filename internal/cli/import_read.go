package cli

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"cmpledger/internal/document"
	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
	"cmpledger/internal/profile"
	"cmpledger/internal/transcript"
	"cmpledger/internal/words"
	"cmpledger/internal/workbook"
)

// meanings are flags that say what columns and texts of a file mean.
type meanings struct {
	columns []string
	topics  *topicFlag
	texts   map[string][]ledger.Topic // of texts, once the topics are known
}

func (m *meanings) add(flags *pflag.FlagSet) {
	flags.StringArrayVar(&m.columns, "map", nil, "`field=Column`: the column that a field is in; may be repeated")
	m.texts = map[string][]ledger.Topic{}
	m.topics = &topicFlag{read: func(known ledger.Vocabulary, text string) error { // which options accepted
		i := strings.LastIndex(text, "=")
		topic, err := known.Parse(text[i+1:])
		m.texts[text[:i]] = []ledger.Topic{topic}
		return err
	}}
	flags.Var(m.topics, "map-topic", "`Text=topic`: what a text in the topic column means; may be repeated")
}

// options reads the flags, which name such fields. What texts mean is known only
// when the topics are.
func (m meanings) options(fields []transcript.Field) (transcript.Options, error) {
	o := transcript.Options{Columns: map[transcript.Field]string{}, Topics: m.texts}
	for _, text := range m.columns {
		name, column, ok := strings.Cut(text, "=")
		if !ok || column == "" {
			return o, usage("--map %q: write field=Column", text).try(`such as --map title="Course Name"`)
		}
		field, err := transcript.ParseField(name, fields)
		if err != nil {
			return o, usage("--map %q: %w", text, err)
		}
		if o.Columns[field] != "" {
			return o, usage("--map %q: %s is in column %q already", text, field, o.Columns[field]).try("leave one of them out")
		}
		o.Columns[field] = column
	}
	for _, text := range m.topics.given {
		if strings.LastIndex(text, "=") <= 0 {
			return o, usage("--map-topic %q: write Text=topic", text).try(`such as --map-topic "Transfusion Medicine=blood-banking"`)
		}
	}
	return o, nil
}

// readFlags say how to read a transcript.
type readFlags struct {
	meanings
	unit           transcript.Unit
	dateFormat     transcript.DateFormat
	profile, sheet string
	keepStatus     bool
}

func (f *readFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.profile, "profile", "", "`name` or path of the profile that says how to read the file")
	flags.StringVar(&f.sheet, "sheet", "", "`name` of the sheet of a workbook (default: the first), or of the table of a PDF, page or mail (default: the likeliest)")
	flags.BoolVar(&f.keepStatus, "keep-status", false, "take rows with a status such as failed or enrolled, too")
	f.meanings.add(flags)
	flags.TextVar(&f.unit, "unit", transcript.Unit(""), "what a number without `unit` is: points, hours, ceu (10 points each) or minutes (60 to the point)")
	flags.TextVar(&f.dateFormat, "date-format", transcript.DateFormat(""),
		"`format` of dates: YYYY-MM-DD, MM/DD/YYYY, DD/MM/YYYY, MM/DD/YY or DD/MM/YY (default: what the file shows)")
}

// command returns a command on a file with the flags as they were given.
func (f readFlags) command(name, path string) ledger.Command {
	args := ledger.Command{name, ledger.File(path)}
	add := func(flag string, values ...string) {
		for _, value := range values {
			if value != "" {
				args = args.With(flag, value)
			}
		}
	}
	add("--profile", f.profile)
	add("--sheet", f.sheet)
	add("--map", f.columns...)
	add("--map-topic", f.topics.given...)
	add("--unit", string(f.unit))
	add("--date-format", string(f.dateFormat))
	if f.keepStatus {
		args = append(args, "--keep-status")
	}
	return args
}

// options reads the flags that say how to understand a file. What texts mean
// is known only when the topics are.
func (f readFlags) options() (transcript.Options, error) {
	o, err := f.meanings.options(transcript.ColumnFields())
	o.Unit, o.DateFormat, o.KeepStatus = f.unit, f.dateFormat, f.keepStatus
	return o, err
}

// A reading is a file that is read for a command.
type reading struct {
	transcript.Source
	path        string // as it was given, or "-"
	name        string // as it is shown
	data        []byte
	sheet       string   // that is read, or "" for text
	alike       []string // tables that are as much a transcript as the one that is read
	hidden      []string // rows and columns of the sheet that cannot be seen
	doubt       string   // whether a document is whole, or ""
	like        int      // how many of title, day and points the table of a document has
	otherSheets []string // of the workbook or document, those that can be seen
	another     string   // what one of them is
	options     transcript.Options
	file        transcript.File
}

// howToRead says how to understand a table: the flags, and then the profile.
type howToRead struct {
	transcript.Options
	sheet, other string // that is asked for, and that a profile names if it is there
	mapped       bool   // the holder says which columns the table has
}

func (a *app) readingOf(f readFlags, o transcript.Options) (how howToRead, err error) {
	var p profileFile
	if f.profile != "" {
		if p, err = a.profileNamed(f.profile); err == nil && p.Layout == profile.Unverified {
			a.say("%s: nobody has tried this profile on a real file yet%s; check what it reads", p.place(), inBrackets(p.Source))
		}
	} else {
		p.Options.Known, err = a.book.Topics()
	}
	o.Holder, o.Same = a.settings.Holder, pairing.SameHolder
	return howToRead{o.Over(p.Options), f.sheet, p.Sheet, len(f.columns) > 0}, err
}

// openTranscript reads a transcript, and says how it was understood.
func (a *app) openTranscript(path string, f readFlags, o transcript.Options) (r reading, err error) {
	how, err := a.readingOf(f, o)
	if err == nil {
		r, err = a.readContent(path, how)
	}
	if err != nil {
		return r, err
	}
	if r.file, err = r.Read(r.options); err != nil {
		return r, r.unusable(err)
	}
	a.sayUnderstood(r)
	return r, nil
}

func (a *app) sayUnderstood(r reading) {
	a.say("%s: %s", r.name, r.file.Form())
	a.say("  read     %s", strings.Join(r.file.ReadColumns(), ", "))
	if len(r.file.Unread) > 0 {
		a.say("  not read %s", r.file.NotRead())
	}
	if len(r.hidden) > 0 {
		a.say("%s: the sheet hides %s; cmp reads them too", r.name, words.List("and", atMost(r.hidden, "")))
	}
	if r.doubt != "" {
		a.say("%s: %s; save it anew, or compare its rows", r.name, r.doubt)
	}
	for _, other := range r.alike {
		a.say("%s: %q may be a transcript too; to read it: --sheet %s", r.name, other, ledger.ShellWord(other))
	}
	for _, warning := range r.file.Warnings {
		a.say("%s: %s", r.name, warning)
	}
}

// sayUnread says which command reads a column that looks like a field. Its rows may be
// credits by then.
func (a *app) sayUnread(job *importJob) {
	for _, column := range job.file.Unread {
		if column.Like != "" && column.Like != transcript.Status {
			field := strings.Replace(string(column.Like), "topics", "topic", 1)
			a.say("  To read %s: %s", column.Header, append(job.flags.command("import", job.path), "--map", field+"="+column.Header, "--update"))
		}
	}
}

// readContent reads a file, or standard input for "-". Of a workbook or document it
// takes the named sheet or table, else the other one where that has a name, else the
// first sheet, or the table that is most like a transcript.
func (a *app) readContent(path string, how howToRead) (r reading, err error) {
	r.path, r.name, r.options = path, shownName(path), how.Options
	if r.data, err = a.readInput(path, maxImport); err != nil {
		return r, err
	}
	d, err := document.Read(r.data)
	if err == nil {
		err = r.take(d, how)
	}
	return r, placed(r.name, err)
}

// take takes the sheet, table or text that is read.
func (r *reading) take(d document.Document, how howToRead) (err error) {
	name := cmp.Or(how.sheet, how.other)
	r.doubt = d.Doubt
	switch {
	case d.Kind != "":
		err, r.another = r.choose(d, name, how.Options), d.Kind+" has another table"
	case workbook.Recognize(r.data):
		err, r.another = r.readSheet(r.data, name), "workbook has another sheet"
	case how.sheet != "":
		return usage("--sheet %q: %s is not a workbook", how.sheet, r.name).try("leave it out")
	default:
		r.Source = transcript.Text(r.data)
	}
	return err
}

// placed says of which file an error is.
func placed(name string, err error) error {
	if f, ok := errors.AsType[*failure](err); ok && f.exit != exitUsage {
		at := *f
		at.message = name + ": " + f.message
		return &at
	}
	if bad, ok := errors.AsType[*ledger.Error](err); ok && bad.Where == "" {
		at := *bad
		at.Where = name
		return &at
	}
	return err
}

// readSheet takes a sheet of a workbook.
func (r *reading) readSheet(data []byte, name string) error {
	read, err := workbook.Read(data, name)
	r.sheet, r.otherSheets, r.hidden = read.Name, read.Others, read.Hidden
	r.Source = transcript.Sheet(read.Name, read.Rows)
	return err
}

// choose takes the table of that name, or the one that is most like a transcript, with
// those below the same header, and the first of several alike. A table without a header
// may be one too.
func (r *reading) choose(d document.Document, name string, o transcript.Options) error {
	best, most := -1, -1
	var unread error
	for i, t := range d.Tables {
		one := reading{}
		if err := one.takeTable(d.Kind, t); err != nil {
			unread = cmp.Or(unread, err)
			continue
		}
		like := one.Likeness(o)
		switch {
		case name != "" && !strings.EqualFold(name, t.Name):
		case like > most:
			if best >= 0 && d.Tables[best].Headless {
				r.alike = append(r.alike, d.Tables[best].Name)
			}
			best, most = i, like
			r.Source, r.sheet = one.Source, t.Name
		case like == most && like == 3, t.Headless:
			r.alike = append(r.alike, t.Name)
		}
		r.otherSheets = append(r.otherSheets, t.Name)
	}
	r.like = most
	switch {
	case len(d.Tables) == 0:
		return d.NoTable()
	case best >= 0:
		r.otherSheets = slices.DeleteFunc(r.otherSheets, func(s string) bool { return s == r.sheet })
		return nil
	case name != "":
		return &ledger.Error{What: fmt.Sprintf("has no table %q", name), Try: ledger.Say("its tables are %s", words.List("and", words.Map(r.otherSheets, strconv.Quote)))}
	}
	return unread
}

// takeTable takes a table, or the file that it is.
func (r *reading) takeTable(kind string, t document.Table) (err error) {
	switch {
	case t.Data == nil:
		r.Source = transcript.Sheet(t.Name, t.Rows)
	case workbook.Recognize(t.Data):
		err = r.readSheet(t.Data, "")
	default:
		r.Source = transcript.Text(t.Data)
	}
	r.Source = r.From(kind + ", " + t.Name)
	return err
}

// unusable words why a file cannot be read.
func (r reading) unusable(err error) error { return placed(r.name, r.noTable(err)) }

// noTable words why no table can be read of a file. Another sheet may be the one.
func (r reading) noTable(err error) *failure {
	f := failureOf(err)
	f.hint = f.hint.On(r.path)
	if others := words.Map(r.otherSheets, ledger.ShellWord); len(others) > 0 {
		if !f.hint.IsEmpty() {
			f.hint = ledger.Say("%s; ", f.hint)
		}
		f.hint = ledger.Say("%sthe %s: --sheet %s", f.hint, r.another, words.List("or", others))
	}
	return f
}

// badRows is the failure that lists the rows that are not usable, after a
// sentence on what came of it, such as ", so none was imported".
func (r *reading) badRows(so string) *failure {
	const most = 100
	rows := r.file.Rejected()
	f := newFailure(exitFailed, "bad-rows", "%s: %d of %s cannot be used%s",
		[]any{r.name, len(rows), words.Count(len(r.file.Rows), "row"), so})
	for _, row := range rows[:min(most, len(rows))] {
		f.details = append(f.details, ledger.Say("%s", row.Text()))
	}
	if n := len(rows) - most; n > 0 {
		f.details = append(f.details, ledger.Say("and %d more; correct these first", n))
	}
	return f
}

// notTaken is badRows where the flags may be wrong, or the other rows taken.
func (r *reading) notTaken(so, take string) *failure {
	if shown := r.file.Shown; shown != "" {
		return r.badRows(so).try("the dates look like %[1]s: --date-format %[1]s", shown)
	}
	return r.badRows(so).try("correct the file, or %s the rest with --skip-bad", take)
}

// unknownTopic begins a sentence on a topic: `Unknown topic "Yoga" in 2 rows`.
func unknownTopic(t transcript.UnknownTopic) string {
	return fmt.Sprintf("Unknown topic %q in %s", t.Text, words.Count(t.Rows, "row"))
}

// mostLines is how many lines of one kind a report has, so that the others are
// not lost among them.
const mostLines = 10

// atMost returns the first lines, and one that says where the rest is.
func atMost(lines []string, rest string) []string {
	if len(lines) <= mostLines+1 { // one more takes no more room than saying so
		return lines
	}
	return append(lines[:mostLines:mostLines], fmt.Sprintf("and %d more%s", len(lines)-mostLines, rest))
}
