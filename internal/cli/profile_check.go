package cli

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/profile"
	"cmpledger/internal/transcript"
	"cmpledger/internal/words"
)

func (a *app) newProfileCheck() *cobra.Command {
	var sheet string
	cmd := &cobra.Command{
		Use:   "check PROFILE [FILE]",
		Short: "Check a profile, and how it reads a transcript",
		Long: `Check a profile. With a transcript, read that by the profile, and say how it was
understood, which rows are not usable, how many points the others make, which
topics are not understood, and which columns nothing looks at. Nothing is imported.

The exit code is 1 when the profile, the file or a row of it is not usable.`,
		Example: `  cmp profile check labce
  cmp profile check portal transcript.csv
  cmp profile check ./portal.yaml transcript.csv --format json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 2 {
				return usage("%s: takes a profile and a file, but %q follows", named(cmd), args[2]).
					try("%s --help shows examples", cmd.CommandPath())
			}
			return someArguments("the name of a profile")(cmd, args)
		},
		RunE: a.run(func(_ context.Context, args []string) error { return a.profileCheck(args, sheet) }),
	}
	cmd.Flags().StringVar(&sheet, "sheet", "", "`name` of the sheet of a workbook (default: the one of the profile, or the first one)")
	return cmd
}

// A textCount is a text and the rows that have it.
type textCount struct {
	Text string `json:"text"`
	Rows int    `json:"rows" doc:"How many have it."`
}

func (a *app) profileCheck(args []string, sheet string) error {
	found, err := a.findProfile(args[0])
	if err != nil {
		return err
	}
	p, err := a.parse(found)
	if err != nil {
		return err
	}
	if len(args) == 1 {
		a.tell("%s: sound. %s%s.", found.name, p.Title, layout(p))
		return a.reply(checkedProfile(found, p))
	}
	r, err := a.readBy(found, p, args[1], sheet)
	if err != nil {
		return err
	}
	a.tellReading(&r)
	out := checkedProfile(found, p)
	out.Transcript = r.answer()
	if err := a.reply(out); err != nil || len(r.rejected()) == 0 {
		return err
	}
	return r.badRows("").try("%s", r.mendHint())
}

// readBy reads a transcript by a profile and says how it was understood. What it
// tells to do next is about the profile.
func (a *app) readBy(found profileFile, p profile.Profile, path, sheet string) (reading, error) {
	c, err := a.readContent(path, sheet, p.Sheet)
	if err != nil {
		return reading{}, err
	}
	a.sayUnverified(found, p)
	c.forProfile = true
	return a.understand(path, c, p.Options)
}

// mendHint says what to mend where rows are not usable.
func (r *reading) mendHint() string {
	if !r.hasOtherDecimals() {
		return "mend the profile or the file"
	}
	key := "decimal: comma"
	if r.file.DecimalComma {
		key = "decimal: point"
	}
	return "write " + key + " into the profile if all its files are so, or mend the file"
}

// layout says how sure the layout of a profile is.
func layout(p profile.Profile) string {
	if p.Layout() == "" {
		return ""
	}
	return "; layout " + p.Layout() + inBrackets(p.Source)
}

// unknownTopics counts the texts of topics that are not understood.
func (r *reading) unknownTopics() []textCount {
	all := []textCount{}
	for _, t := range unknownTopics(r.rows()) {
		all = append(all, textCount{t.text, len(t.rows)})
	}
	return all
}

func (r *reading) rows() iter.Seq[*transcript.Row] {
	return func(yield func(*transcript.Row) bool) {
		for i := range r.file.Rows {
			if !yield(&r.file.Rows[i]) {
				return
			}
		}
	}
}

func (a *app) tellReading(r *reading) {
	rejected := len(r.rejected())
	usable := len(r.file.Rows) - rejected
	sum := []string{fmt.Sprintf("%d usable", usable)}
	if usable > 0 {
		sum = append(sum, words.Points(r.usablePoints()))
	}
	add := func(n int, what string) {
		if n > 0 {
			sum = append(sum, fmt.Sprintf("%d %s", n, what))
		}
	}
	add(rejected, "not usable")
	add(r.file.SkippedRows, "skipped")
	add(len(r.file.LeftOut), "left out by their status")
	a.tell("%s: %s.", words.Count(r.allRows(), "row"), strings.Join(sum, ", "))
	var topics []string
	for _, t := range r.unknownTopics() {
		topics = append(topics, fmt.Sprintf("Topic %q of %s is not understood; say what it means under topics in the profile.", t.Text, words.Count(t.Rows, "row")))
	}
	for _, line := range atMost(topics, "") {
		a.tell("%s", line)
	}
	if len(r.file.Unread) > 0 {
		a.tell("Columns that nothing looks at: %s.", r.file.NotRead())
	}
}

// allRows counts the rows of the file, also those that are skipped or left out.
func (r *reading) allRows() int { return len(r.file.Rows) + r.file.SkippedRows + len(r.file.LeftOut) }

// usablePoints returns what the usable rows sum up to.
func (r *reading) usablePoints() (sum ledger.Points) {
	for _, row := range r.file.Rows {
		if row.Problem == nil {
			sum += row.Credit.Points
		}
	}
	return sum
}

type profileCheckAnswer struct {
	Schema     string         `json:"schema" shape:"cmp.profile-check/1" title:"How a profile reads a transcript" doc:"Written by cmp profile check."`
	Profile    string         `json:"profile" doc:"Its name."`
	Path       string         `json:"path" doc:"Its file." empty:"where it ships with the program"`
	Title      string         `json:"title" doc:"What it reads."`
	Layout     string         `json:"layout" doc:"unverified, verified and the day, or empty."`
	Source     string         `json:"source" doc:"Where the layout comes from."`
	Transcript *readingAnswer `json:"transcript" null:"where none was given"`
}

type readingAnswer struct {
	File          string        `json:"file"`
	Understood    string        `json:"understood" doc:"How it was."`
	Rows          int           `json:"rows" doc:"Also those that were skipped."`
	Points        ledger.Points `json:"points" doc:"Of the usable rows."`
	Skipped       int           `json:"skipped"`
	LeftOut       int           `json:"left_out" doc:"Rows whose status says that nothing was earned."`
	Rejected      int           `json:"rejected"`
	Rejects       []rejectedRow `json:"rejects" doc:"Rows that are not usable."`
	UnknownTopics []textCount   `json:"unknown_topics" doc:"Texts that are not understood as topics."`
	UnusedColumns []string      `json:"unused_columns" doc:"Columns that nothing looks at."`
}

func checkedProfile(found profileFile, p profile.Profile) profileCheckAnswer {
	return profileCheckAnswer{Profile: found.name, Path: found.path, Title: p.Title, Layout: p.Layout(), Source: p.Source}
}

func (r *reading) answer() *readingAnswer {
	rejects := r.rejectedRows()
	out := &readingAnswer{
		File: r.name, Understood: r.file.Assumptions(),
		Rows: r.allRows(), Points: r.usablePoints(), Skipped: r.file.SkippedRows, LeftOut: len(r.file.LeftOut),
		Rejected: len(rejects), Rejects: rejects, UnknownTopics: r.unknownTopics(),
	}
	for _, c := range r.file.Unread {
		out.UnusedColumns = append(out.UnusedColumns, c.Header)
	}
	return out
}
