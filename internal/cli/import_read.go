package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/ledger"
	"cmpledger/internal/profile"
	"cmpledger/internal/transcript"
	"cmpledger/internal/words"
	"cmpledger/internal/workbook"
)

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
	flags.TextVar(&f.dateFormat, "date-format", transcript.DateFormat(""), "`format` of dates: YYYY-MM-DD, MM/DD/YYYY, DD/MM/YYYY, MM/DD/YY or DD/MM/YY (default: what the file shows)")
}

// args returns a command on a file with the flags as they were given.
func (f readFlags) args(command, path string) []string {
	args := []string{command, path}
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
	o, err := f.meanings.options(transcript.ParseField)
	o.DateFormat, o.KeepStatus = f.dateFormat, f.keepStatus
	return o, err
}

// A reading is a transcript that was read for a command.
type reading struct {
	path string // as it was given, or "-"
	name string // as it is shown
	file transcript.File
}

// readTranscript reads a file, or standard input for "-", as the flags and the
// options say, which go before those of a profile, and says how it was
// understood.
func (a *app) readTranscript(path string, f readFlags, o transcript.Options) (reading, error) {
	p, err := a.profileOf(f)
	if err != nil {
		return reading{}, err
	}
	c, err := a.readContent(path, f.sheet, p.Sheet)
	if err != nil {
		return reading{}, err
	}
	return a.understand(path, c, o.Over(p.Options))
}

// profileOf returns the profile that is to be used, which says nothing where
// none is.
func (a *app) profileOf(f readFlags) (p profile.Profile, err error) {
	if f.profile != "" {
		return a.profileNamed(f.profile)
	}
	p.Options.Known, err = a.book.Topics()
	return p, err
}

// understand reads a transcript and says how it was understood.
func (a *app) understand(path string, c content, o transcript.Options) (reading, error) {
	r := reading{path: path, name: transcriptName(path)}
	var err error
	if r.file, err = c.Read(o); err != nil {
		return r, c.unusable(r.name, err)
	}
	a.sayUnderstood(r)
	return r, nil
}

func (a *app) sayUnderstood(r reading) {
	a.say("%s: %s", r.name, r.file.Form())
	a.say("  read     %s", strings.Join(r.file.Read(), ", "))
	if len(r.file.Unread) > 0 {
		a.say("  not read %s", r.file.NotRead())
	}
	for _, warning := range r.file.Warnings {
		a.say("%s: %s", r.name, warning)
	}
}

// transcriptName returns how a transcript is called in messages.
func transcriptName(path string) string {
	if path == "-" {
		return "standard input"
	}
	return filepath.Base(path)
}

// A content is what a file holds that is to be read.
type content struct {
	transcript.Source
	data   []byte
	sheet  string   // that is read, or "" for text
	sheets []string // the names of those that can be seen, where it is a workbook

	forProfile bool // what to do next is about the profile
}

// readContent reads a file, or standard input for "-". Of a workbook it takes the
// named sheet, else the other one where that has a name, else the first one.
func (a *app) readContent(path, sheet, other string) (g content, err error) {
	if g.data, err = a.readInput(path); err != nil {
		return g, err
	}
	if !workbook.Recognize(g.data) {
		g.Source = transcript.Text(g.data)
		if sheet != "" {
			err = usage("--sheet %q: %s is not a workbook", sheet, transcriptName(path)).try("leave it out")
		}
		return g, err
	}
	var rows [][]string
	g.sheets = workbook.Sheets(g.data)
	g.sheet, rows, err = workbook.Read(g.data, cmp.Or(sheet, other))
	g.Source = transcript.Sheet(g.sheet, rows)
	var bad *ledger.Error
	if errors.As(err, &bad) {
		bad.Where = transcriptName(path)
	}
	return g, err
}

// readInput reads a file, or standard input for "-".
func (a *app) readInput(path string) ([]byte, error) {
	if path == "-" {
		data, err := io.ReadAll(a.env.In)
		if err != nil {
			return nil, badFile("standard input: %s", fileReason(err))
		}
		return data, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, badFile("%s: %s", path, fileReason(err))
	}
	return data, nil
}

// unusable words why a content cannot be read. Another sheet may be the one.
func (g content) unusable(name string, err error) error {
	var e *ledger.Error
	if !errors.As(err, &e) {
		return badFile("%s: %w", name, err)
	}
	hint := e.Try
	if g.forProfile && strings.Contains(hint.As(""), "--") {
		hint = ledger.Say("%s; a profile says it under columns or date-format", hint)
	}
	if others := slices.DeleteFunc(g.sheets, func(s string) bool { return s == g.sheet }); len(others) > 0 {
		if !hint.IsEmpty() {
			hint = ledger.Say("%s; ", hint)
		}
		hint = ledger.Say("%sthe workbook has another sheet: --sheet %s", hint, words.List("or", quoted(others)))
	}
	return badFile("%s: %s", name, e).try("%s", hint)
}

func quoted(texts []string) []string {
	all := make([]string, len(texts))
	for i, text := range texts {
		all[i] = strconv.Quote(text)
	}
	return all
}

// An unknownTopic is a text of a topic that is not understood, and the rows that
// have it.
type unknownTopic struct {
	text string // as the first of them writes it
	rows []*transcript.Row
}

// unknownTopics groups rows by the topics that are not understood, in the order
// in which those come. Case and blanks do not matter.
func unknownTopics(rows iter.Seq[*transcript.Row]) []unknownTopic {
	at := map[string]int{}
	var all []unknownTopic
	for row := range rows {
		for _, text := range row.UnknownTopics {
			key := transcript.Squeeze(text)
			i, ok := at[key]
			if !ok {
				i, at[key] = len(all), len(all)
				all = append(all, unknownTopic{text: text})
			}
			all[i].rows = append(all[i].rows, row)
		}
	}
	return all
}

// rejected returns the rows that are not usable.
func (r *reading) rejected() []transcript.Row {
	var rows []transcript.Row
	for _, row := range r.file.Rows {
		if row.Problem != nil {
			rows = append(rows, row)
		}
	}
	return rows
}

// badRows is the failure that lists the rows that are not usable, after a
// sentence on what came of it, such as ", so none was imported".
func (r *reading) badRows(so string) *failure {
	const most = 20
	rows := r.rejected()
	f := newFailure(exitFailed, "bad-rows", "%s: %d of %s %s not usable%s",
		[]any{r.name, len(rows), words.Count(len(r.file.Rows), "row"), words.Verb(len(rows), "is", "are"), so})
	for i, row := range rows {
		if i == most {
			f.details = append(f.details, ledger.Say("and %d more", len(rows)-most))
			break
		}
		f.details = append(f.details, ledger.Say("%s", badRow(row)))
	}
	return f
}

// hasOtherDecimals reports whether rows are not usable because their decimals
// stand behind a comma where a point was expected, or the other way round.
func (r *reading) hasOtherDecimals() bool {
	return slices.ContainsFunc(r.file.Rows, func(row transcript.Row) bool { return row.Problem != nil && row.Problem.Decimals })
}

// rejectedRows lists the rows that are not usable.
func (r *reading) rejectedRows() (all []rejectedRow) {
	for _, row := range r.rejected() {
		p := row.Problem
		all = append(all, rejectedRow{row.Number, row.Line, p.Column, p.Value, p.Message})
	}
	return all
}

// badRow says which row is not usable, and why.
func badRow(row transcript.Row) string {
	return fmt.Sprintf("row %d (line %d), %s", row.Number, row.Line, row.Problem)
}

// meanings are flags that say what columns and texts of a file mean.
type meanings struct {
	columns []string
	topics  *topicFlag
	texts   map[string][]ledger.Topic // of texts, once the topics are known
}

func (m *meanings) add(flags *pflag.FlagSet) {
	flags.StringArrayVar(&m.columns, "map", nil, "`field=Column`: the column that a field is in; may be repeated")
	m.texts, m.topics = map[string][]ledger.Topic{}, &topicFlag{read: m.readMeaning}
	flags.Var(m.topics, "map-topic", "`Text=topic`: what a text in the topic column means; may be repeated")
}

// readMeaning takes what a text means from an argument that
// [meanings.options] accepted.
func (m *meanings) readMeaning(known ledger.Vocabulary, text string) error {
	i := strings.LastIndex(text, "=")
	topic, err := known.Parse(text[i+1:])
	m.texts[text[:i]] = []ledger.Topic{topic}
	return err
}

// options reads the flags; parse reads the name of a field. What texts mean is
// known only when the topics are.
func (m meanings) options(parse func(string) (transcript.Field, error)) (transcript.Options, error) {
	o := transcript.Options{Columns: map[transcript.Field]string{}, Topics: m.texts}
	for _, text := range m.columns {
		name, column, ok := strings.Cut(text, "=")
		if !ok || column == "" {
			return o, usage("--map %q: not of the form field=Column", text).try(`such as --map title="Course Name"`)
		}
		field, err := parse(name)
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
