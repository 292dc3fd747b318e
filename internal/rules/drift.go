package rules

import (
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
)

// Drifted is a declared credit that is no longer as it was declared.
type Drifted struct {
	Credit  ledger.Credit // as it was declared
	Removed bool          // the ledger no longer has it
	// Differences are in the order of a credit's fields; none when it was
	// removed.
	Differences []Difference
}

// A Difference is a field of a credit that became another since declaring.
type Difference struct {
	// Field is the word of the field: "date", "title", "provider", "points",
	// "topics", "activity", "reference", "url" or "note".
	Field string
	// Before and After are the field as text, "" where it is empty: days,
	// points and topics as they are typed, topics joined by semicolons.
	Before, After string
	// Claim says that what was claimed rests on the field: date, points,
	// topics and activity. The others only describe.
	Claim bool
}

// Claim reports whether what was claimed rests on anything that became
// another: the credit itself, or a field that says so.
func (d Drifted) Claim() bool {
	return d.Removed || slices.ContainsFunc(d.Differences, func(d Difference) bool { return d.Claim })
}

// Sentences says what became another, one sentence a difference, without a
// full stop. Texts stand in it as they were recorded, unsafe characters too; of
// a long one, its beginning.
func (d Drifted) Sentences() []string {
	if d.Removed {
		return []string{fmt.Sprintf("credit %d was declared and has been removed since", d.Credit.ID)}
	}
	all := make([]string, len(d.Differences))
	for i, difference := range d.Differences {
		all[i] = fmt.Sprintf("credit %d was declared %s", d.Credit.ID, difference)
	}
	return all
}

// String returns the end of a sentence about what was declared, such as "with
// 2 points and has 1.5 now". A note may be long, so it is not quoted.
func (d Difference) String() string {
	before, after := d.Before, d.After
	switch d.Field {
	case "title", "provider", "reference", "url":
		before, after = quote(before), quote(after)
	case "note":
		after = "another"
		if d.Before == "" {
			after = "one"
		}
	}
	if d.After == "" {
		after = "none"
	}
	with := "with the " + d.Field + " " + before
	switch {
	case d.Before == "":
		with = "without a " + strings.TrimSuffix(d.Field, "s")
	case d.Field == "note":
		with = "with a note"
	case d.Field == "points" && d.Before == "1":
		with = "with 1 point"
	case d.Field == "points":
		with = "with " + before + " points"
	}
	return with + " and has " + after + " now"
}

// quote puts a text in quotation marks, its beginning where it is long.
func quote(text string) string {
	if start := fmt.Sprintf("%.100s", text); start != text {
		return `"` + start + `…"`
	}
	return `"` + text + `"`
}

// Drift returns the declared credits that are not among the given ones as they
// were declared, each once and in the order of the declaration. A credit is
// known again by its UID, or by its ID where either has no UID. The order of
// its topics does not matter.
func Drift(d ledger.Declaration, now []ledger.Credit) []Drifted {
	byID, byUID := map[int64]ledger.Credit{}, map[string]ledger.Credit{}
	for _, c := range now {
		byID[c.ID] = c
		if c.UID != "" {
			byUID[c.UID] = c
		}
	}
	var all []Drifted
	seen := map[int64]bool{}
	for _, line := range d.Credits {
		was := line.Credit
		if seen[was.ID] {
			continue
		}
		seen[was.ID] = true
		is, found := byUID[was.UID]
		if !found {
			is, found = byID[was.ID]
			found = found && (was.UID == "" || is.UID == "")
		}
		if !found {
			all = append(all, Drifted{Credit: was, Removed: true})
			continue
		}
		if differences := compare(was, is); len(differences) > 0 {
			all = append(all, Drifted{Credit: was, Differences: differences})
		}
	}
	return all
}

// compare returns the fields in which two records of a credit differ.
func compare(was, is ledger.Credit) []Difference {
	all := []Difference{
		{"date", was.Date.String(), is.Date.String(), true},
		{"title", was.Title, is.Title, false},
		{"provider", was.Provider, is.Provider, false},
		{"points", was.Points.String(), is.Points.String(), true},
		{"topics", ledger.FormatCreditTopics(was.Topics), ledger.FormatCreditTopics(is.Topics), true},
		{"activity", string(was.Activity), string(is.Activity), true},
		{"reference", was.Reference, is.Reference, false},
		{"url", was.URL, is.URL, false},
		{"note", was.Note, is.Note, false},
	}
	return slices.DeleteFunc(all, func(d Difference) bool {
		return d.Before == d.After || d.Field == "topics" && sameTopics(was.Topics, is.Topics)
	})
}

func sameTopics(a, b []ledger.CreditTopic) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(t ledger.CreditTopic) bool { return !slices.Contains(b, t) })
}
