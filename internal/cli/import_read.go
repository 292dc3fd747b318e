package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/document"
	"cmpledger/internal/ledger"
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
			return o, usage("--map %q: not of the form field=Column", text).try(`such as --map title="Course Name"`)
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
			return o, usage("--map-topic %q: not of the form Text=topic", text).try(`such as --map-topic "Transfusion Medicine=blood-banking"`)
		}
	}
	return o, nil
}

// readFlags say how to read a transcript.
type readFlags struct {
	meanings
	dateFormat     transcript.DateFormat
	profile, sheet string
	keepStatus     bool
}

func (f *readFlags) add(a *app, cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.profile, "profile", "", "`name` or path of the profile that says how to read the file")
	flags.StringVar(&f.sheet, "sheet", "", "`name` of the sheet of a workbook (default: the first one)")
	flags.BoolVar(&f.keepStatus, "keep-status", false, "take rows too whose status says failed, enrolled, planned or the like")
	f.meanings.add(flags)
	flags.TextVar(&f.dateFormat, "date-format", transcript.DateFormat(""),
		"`format` of dates: YYYY-MM-DD, MM/DD/YYYY, DD/MM/YYYY, MM/DD/YY or DD/MM/YY (default: what the file shows)")
}

// command returns a command on a file with the flags as they were given.
func (f readFlags) command(name, path string) ledger.Command {
	args := ledger.Command{name, path}
	add := func(flag string, values ...string) {
		for _, value := range values {
			if value != "" {
				args = append(args, flag, value)
			}
		}
	}
	add("--profile", f.profile)
	add("--sheet", f.sheet)
	add("--map", f.columns...)
	add("--map-topic", f.topics.given...)
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
	o.DateFormat, o.KeepStatus = f.dateFormat, f.keepStatus
	return o, err
}

// A reading is a file that is read for a command.
type reading struct {
	transcript.Source
	path        string // as it was given, or "-"
	name        string // as it is shown
	data        []byte
	sheet       string   // that is read, or "" for text
	otherSheets []string // of the workbook, those that can be seen
	options     transcript.Options
	file        transcript.File
}

// openTranscript reads a file, or standard input for "-". The options of the
// flags go before those of a profile.
func (a *app) openTranscript(path string, f readFlags, o transcript.Options) (r reading, err error) {
	var p profileFile
	if f.profile != "" {
		if p, err = a.profileNamed(f.profile); err == nil && p.Layout == profile.Unverified {
			a.say("%s: its layout is unverified%s; look at what it reads before you rely on it", p.place(), inBrackets(p.Source))
		}
	} else {
		p.Options.Known, err = a.book.Topics()
	}
	if err != nil {
		return r, err
	}
	r, err = a.readContent(path, f.sheet, p.Sheet)
	r.options = o.Over(p.Options)
	return r, err
}

// understand reads a transcript and says how it was understood.
func (a *app) understand(r *reading) (err error) {
	if r.file, err = r.Read(r.options); err != nil {
		return r.unusable(err)
	}
	a.sayUnderstood(*r)
	return nil
}

func (a *app) sayUnderstood(r reading) {
	a.say("%s: %s", r.name, r.file.Form())
	a.say("  read     %s", strings.Join(r.file.ReadColumns(), ", "))
	if len(r.file.Unread) > 0 {
		a.say("  not read %s", r.file.NotRead())
	}
	for _, warning := range r.file.Warnings {
		a.say("%s: %s", r.name, warning)
	}
}

// readContent reads a file, or standard input for "-". What it is, is told by its
// content. Of a workbook it takes the named sheet, else the other one where that has a name, else the first one.
func (a *app) readContent(path, sheet, other string) (r reading, err error) {
	r.path, r.name = path, filepath.Base(path)
	if path == "-" {
		r.name = "standard input"
	}
	if r.data, err = a.readInput(path); err != nil {
		return r, err
	}
	switch {
	case workbook.Recognize(r.data):
		var read workbook.Sheet
		read, err = workbook.Read(r.data, cmp.Or(sheet, other))
		r.sheet, r.otherSheets = read.Name, read.Others
		r.Source = transcript.Sheet(read.Name, read.Rows)
	case sheet != "":
		return r, usage("--sheet %q: %s is not a workbook", sheet, r.name).try("leave it out")
	case document.Recognize(r.data):
		var d document.Document
		if d, err = document.Read(r.data); err == nil {
			r.Source = transcript.Table(d.Kind+", "+d.Tables[0].Name, d.Tables[0].Rows)
		}
	default:
		r.Source = transcript.Text(r.data)
	}
	var bad *ledger.Error
	if errors.As(err, &bad) {
		bad.Where = r.name
	}
	return r, err
}

// readInput reads a file, or standard input for "-".
func (a *app) readInput(path string) (data []byte, err error) {
	if path == "-" {
		path = "standard input"
		data, err = io.ReadAll(a.env.In)
	} else {
		data, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, words.FileError(path, err)
	}
	return data, nil
}

// unusable words why a file cannot be read. Another sheet may be the one.
func (r reading) unusable(err error) error {
	var e *ledger.Error
	if !errors.As(err, &e) {
		return badFile("%s: %w", r.name, err)
	}
	hint := e.Try
	if others := words.Map(r.otherSheets, strconv.Quote); len(others) > 0 {
		if !hint.IsEmpty() {
			hint = ledger.Say("%s; ", hint)
		}
		hint = ledger.Say("%sthe workbook has another sheet: --sheet %s", hint, words.List("or", others))
	}
	return badFile("%s: %s", r.name, e).try("%s", hint)
}

// badRows is the failure that lists the rows that are not usable, after a
// sentence on what came of it, such as ", so none was imported".
func (r *reading) badRows(so string) *failure {
	const most = 100
	rows := r.file.Rejected()
	f := newFailure(exitFailed, "bad-rows", "%s: %d of %s %s not usable%s",
		[]any{r.name, len(rows), words.Count(len(r.file.Rows), "row"), words.Verb(len(rows), "is", "are"), so})
	for _, row := range rows[:min(most, len(rows))] {
		f.details = append(f.details, ledger.Say("%s", row.Text()))
	}
	if n := len(rows) - most; n > 0 {
		f.details = append(f.details, ledger.Say("and %d more, which show when these are mended", n))
	}
	return f
}

// notTaken is badRows where the flags may be wrong, or the other rows taken.
func (r *reading) notTaken(so, take string) *failure {
	if shown := r.file.Shown; shown != "" {
		return r.badRows(so).try("read the dates as they are written: --date-format %s", shown)
	}
	return r.badRows(so).try("mend the file, or %s the rest with --skip-bad", take)
}

// notUnderstood begins a sentence on a topic: `Topic "Yoga" of 2 rows is not
// understood`.
func notUnderstood(t transcript.UnknownTopic) string {
	return fmt.Sprintf("Topic %q of %s is not understood", t.Text, words.Count(t.Rows, "row"))
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
