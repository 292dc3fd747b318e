package profile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

// Draft writes a profile for files like the one that was surveyed, which is that
// sheet of a workbook, or "" where the first or only one is meant. It fills in
// what is sure, and leaves the rest as comments for a person to decide. It
// reads the file exactly as no profile does, as long as it is not changed.
func Draft(file, sheet string, s transcript.Survey) []byte {
	d := draft{file: quoted(file), sheet: strings.ToValidUTF8(sheet, "\uFFFD"), survey: s}
	d.head()
	d.values()
	d.columns()
	d.constants()
	d.topics()
	d.rules()
	return []byte(d.String())
}

// A draft is a profile that is being written.
type draft struct {
	strings.Builder
	file   string // as YAML has it
	sheet  string
	survey transcript.Survey
}

func (d *draft) line(format string, args ...any) { fmt.Fprintf(d, format+"\n", args...) }

func (d *draft) head() {
	d.line("# How to read files like %s, from which this was drafted. Look through it,", d.file)
	d.line("# then try it: cmp profile check PROFILE FILE")
	d.line("title: %s", quoted("Files like "+unquoted(d.file)))
	d.line("# source: where the layout is known from")
	d.line("# verified: the day on which it was held against a real file, as 2026-11-21")
	d.line("")
}

// values writes where the header is, and how dates and points are written.
func (d *draft) values() {
	s := d.survey
	d.line("# Which sheet of a workbook is read. Without it the first one is.")
	if strings.TrimSpace(d.sheet) != "" {
		d.line("sheet: %s", quoted(d.sheet))
	} else {
		d.line("# sheet: CE History")
	}
	d.line("# How many lines that are not empty stand above the header, always. Without it the header is looked for.")
	d.line("# skip: %d", max(s.Skipped, 1))
	if s.DateFormat != "" {
		d.line("date-format: %s", s.DateFormat)
	} else {
		d.line("# How dates are written: YYYY-MM-DD, MM/DD/YYYY or DD/MM/YYYY, and of two digits of the year MM/DD/YY or DD/MM/YY.")
		if d.has(transcript.Date) && s.Open[transcript.Date] != "" {
			d.line("# %s", comment(s.Open[transcript.Date]))
		}
		d.line("# date-format: MM/DD/YYYY")
	}
	d.line("# How decimals are written: point or comma.")
	if s.DecimalComma {
		d.line("decimal: comma")
	} else {
		d.line("# decimal: comma")
	}
	d.line("# What numbers without a unit count, where no column has it: points, hours, ceu (10 points each) or minutes (60 to the point).")
	d.line("# unit: hours")
	d.line("")
}

// has reports whether a column was found for the field.
func (d *draft) has(field transcript.Field) bool {
	return slices.ContainsFunc(d.survey.Columns, func(c transcript.Column) bool { return c.Field == field })
}

func (d *draft) columns() {
	s := d.survey
	if s.Own {
		d.line("# The columns are those of the ledger's own format, which are known by their names.")
		d.line("")
		return
	}
	named := "# columns:"
	if len(s.Columns) > 0 {
		named = "columns:"
	}
	d.line("%s", named)
	var used []string
	for _, c := range s.Columns {
		d.line("  %s: %s", c.Field, quoted(c.Header))
		used = append(used, c.Header)
	}
	for _, field := range transcript.ColumnFields() {
		if why := s.Open[field]; why != "" && !d.has(field) {
			d.line("  # %s: %s", field, comment(why))
		}
	}
	d.others(used)
	d.line("")
}

// others lists the columns that mean nothing yet.
func (d *draft) others(used []string) {
	first := true
	for _, header := range d.survey.Headers {
		if slices.Contains(used, header) {
			continue
		}
		if first {
			d.line("# Not named above:")
			first = false
		}
		d.line("#   %s", quoted(header))
	}
}

func (d *draft) constants() {
	d.line("# What a field holds where the file has nothing for it:")
	d.line("# set:")
	d.line("#   provider: Mercy Hospital")
	d.line("#   activity: course")
	d.line("")
}

// topics lists the texts of the column of topics.
func (d *draft) topics() {
	d.line("# What texts of the column of topics mean: a topic, several as [management, quality], or [] for none.")
	s := d.survey
	known := slices.ContainsFunc(s.Topics, func(t transcript.TopicText) bool { return len(t.Topics) > 0 && keyable(t.Text) })
	open := "#   "
	if known {
		open = "  # "
		d.line("topics:")
	} else {
		d.line("# topics:")
	}
	for _, t := range s.Topics {
		switch {
		case !keyable(t.Text):
			d.line("%stoo long to be named: %.60q", open, t.Text)
		case len(t.Topics) == 0:
			d.line("%s%s:   # not understood, in %s", open, quoted(t.Text), rows(t.Rows))
		default:
			d.line("  %s: %s", quoted(t.Text), topicList(t.Topics))
		}
	}
	if s.MoreTopics > 0 {
		d.line("%sand %d more", open, s.MoreTopics)
	}
	d.line("")
}

func rows(n int) string {
	if n == 1 {
		return "1 row"
	}
	return fmt.Sprintf("%d rows", n)
}

func topicList(topics []ledger.Topic) string {
	if len(topics) == 1 {
		return string(topics[0])
	}
	words := make([]string, len(topics))
	for i, t := range topics {
		words[i] = string(t)
	}
	return "[" + strings.Join(words, ", ") + "]"
}

func (d *draft) rules() {
	d.line("# What a text in any column says more about its row. Patterns are RE2, in upper or lower case.")
	d.line("# if:")
	d.line(`#   - {column: Status, matches: "^(failed|in progress)$", skip: true}`)
	d.line(`#   - {column: Title, matches: "blood|transfusion", topics: [blood-banking]}`)
	d.line("#   - {column: Type, matches: journal, activity: journal-article}")
}

// keyable reports whether YAML takes the text as a key on one line.
func keyable(text string) bool { return utf8.RuneCountInString(quoted(text)) < 250 }

// quoted writes a text as YAML, in quotes unless it is plain words.
func quoted(text string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 /&().-_"
	first := strings.IndexAny(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
	if first == 0 && strings.Trim(text, plain) == "" && !strings.HasSuffix(text, " ") {
		return text
	}
	return strconv.Quote(text)
}

// unquoted takes back what quoted did.
func unquoted(text string) string {
	if plain, err := strconv.Unquote(text); err == nil {
		return plain
	}
	return text
}

// comment makes a text fit for a comment, which is one line of what can be
// printed.
func comment(text string) string {
	if q := strconv.Quote(text); strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`) != text {
		return q
	}
	return text
}
