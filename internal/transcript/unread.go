package transcript

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// unread returns the columns that have a name, no meaning and no rule that looks
// at them. Those that [WriteRejected] puts behind the others are none.
func (u *understanding) unread(rules []boundRule) []int {
	var all []int
	for i, h := range withoutReasons(u.headers) {
		if h != "" && u.meaning[i] == "" && !slices.ContainsFunc(rules, func(r boundRule) bool { return r.index == i }) {
			all = append(all, i)
		}
	}
	return all
}

// isOutcome reports whether a header names how the course of a row ended.
func isOutcome(header string) bool {
	switch letters(header) {
	case "status", "result", "results", "outcome", "attendance", "grade", "passfail",
		"completionstatus", "coursestatus", "activitystatus", "registrationstatus", "enrollmentstatus", "attendancestatus", "creditstatus",
		"completion", "completed", "passed", "attended":
		return true
	}
	return false
}

// isNotDone reports whether a whole cell says that a course earned nothing, or
// nothing yet.
func isNotDone(cell string) bool {
	words := strings.FieldsFunc(strings.ToLower(cell), func(r rune) bool { return strings.ContainsRune(" \t-_\u00a0", r) })
	if len(words) > 3 {
		return false
	}
	switch strings.Join(words, " ") {
	case "fail", "failed", "not passed", "unsuccessful", "enrolled", "registered", "in progress", "in process", "started", "not started",
		"incomplete", "not complete", "not completed", "uncompleted", "no show", "absent", "cancelled", "canceled", "withdrawn",
		"withdrew", "dropped", "pending", "booked", "scheduled", "waitlisted", "wait listed", "waiting list", "not attended",
		"did not attend", "did not complete", "did not pass", "expired", "denied", "rejected", "no", "false":
		return true
	}
	return false
}

// An outcome is an unread column that says how courses ended, and what it says
// of those that were not completed.
type outcome struct {
	header string
	index  int
	texts  []string // each once, in the order of the file
	rows   int
}

// outcomes returns the columns among those that are unread that say how
// courses ended.
func outcomes(names []string, unread []int) []outcome {
	var all []outcome
	for _, i := range unread {
		if isOutcome(names[i]) {
			all = append(all, outcome{header: names[i], index: i})
		}
	}
	return all
}

// see notes what a record says.
func (o *outcome) see(rec record) {
	if rec.problem != "" || o.index >= len(rec.cells) {
		return
	}
	cell := strings.TrimSpace(rec.cells[o.index])
	if !isNotDone(cell) {
		return
	}
	o.rows++
	if !slices.ContainsFunc(o.texts, func(s string) bool { return strings.EqualFold(s, cell) }) {
		o.texts = append(o.texts, cell)
	}
}

// warning says what it means that the column is not read, or nothing where
// all courses were completed. What it shows can be copied into a profile.
func (o *outcome) warning() []string {
	if o.rows == 0 {
		return nil
	}
	patterns := make([]string, len(o.texts))
	for i, text := range o.texts {
		patterns[i] = regexp.QuoteMeta(text)
	}
	say := "say"
	if o.rows == 1 {
		say = "says"
	}
	return []string{fmt.Sprintf(
		"column %s is not read, and %s %s %s: leave such rows out with a profile, as in if: [{column: %s, matches: %q, skip: true}]",
		o.header, counted(o.rows, "row"), say, someOf(o.texts), yamlWord(o.header), "^("+strings.Join(patterns, "|")+")$")}
}

// someOf joins texts, of many of them the first.
func someOf(texts []string) string {
	const most = 6
	if len(texts) <= most {
		return strings.Join(texts, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(texts[:most], ", "), len(texts)-most)
}

// yamlWord writes a text as YAML has it between braces.
func yamlWord(text string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ "
	if strings.Trim(text, plain) == "" {
		return text
	}
	return strconv.Quote(text)
}
