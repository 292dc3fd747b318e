package rules

import (
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
)

// Drifted is a declared credit that is no longer as it was declared.
type Drifted struct {
	Credit ledger.Credit // as it was declared
	// Claim reports whether what was claimed rests on anything that became
	// another: the credit itself, its date, points, topics or activity. The other
	// fields only describe.
	Claim bool
	// Sentences say what became another, one a field in the order of a credit's
	// fields, without a full stop. Texts stand in them as they were recorded,
	// unsafe characters too; of a long one, its beginning.
	Sentences []string
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
		x := Drifted{was, true, []string{fmt.Sprintf("credit %d was declared and has been removed since", was.ID)}}
		if found {
			x = compare(was, is)
		}
		if x.Sentences != nil {
			all = append(all, x)
		}
	}
	return all
}

// compare says in which fields two records of a credit differ.
func compare(was, is ledger.Credit) Drifted {
	d := Drifted{Credit: was}
	d.differ("date", was.Date.String(), is.Date.String(), true)
	d.differ("title", was.Title, is.Title, false)
	d.differ("provider", was.Provider, is.Provider, false)
	d.differ("points", was.Points.String(), is.Points.String(), true)
	sameTopics := len(was.Topics) == len(is.Topics) &&
		!slices.ContainsFunc(was.Topics, func(t ledger.CreditTopic) bool { return !slices.Contains(is.Topics, t) })
	if !sameTopics {
		d.differ("topics", ledger.FormatCreditTopics(was.Topics), ledger.FormatCreditTopics(is.Topics), true)
	}
	d.differ("activity", string(was.Activity), string(is.Activity), true)
	d.differ("reference", was.Reference, is.Reference, false)
	d.differ("url", was.URL, is.URL, false)
	d.differ("note", was.Note, is.Note, false)
	return d
}

// differ adds a sentence such as "credit 12 was declared with 2 points and has 1.5
// now" where a field has become another. A note may be long, so it is not quoted.
func (d *Drifted) differ(field, before, after string, claim bool) {
	if before == after {
		return
	}
	d.Claim = d.Claim || claim
	with, has := "with the "+field+" "+before, after
	switch {
	case field == "note":
		with, has = "with a note", "another"
	case field == "points" && before == "1":
		with = "with 1 point"
	case field == "points":
		with = "with " + before + " points"
	case !claim:
		with, has = "with the "+field+" "+quote(before), quote(after)
	}
	if before == "" {
		with = "without a " + strings.TrimSuffix(field, "s")
	}
	switch {
	case after == "":
		has = "none"
	case field == "note" && before == "":
		has = "one"
	}
	d.Sentences = append(d.Sentences, fmt.Sprintf("credit %d was declared %s and has %s now", d.Credit.ID, with, has))
}

// quote puts a text in quotation marks, its beginning where it is long.
func quote(text string) string {
	if start := fmt.Sprintf("%.100s", text); start != text {
		text = start + "…"
	}
	return `"` + text + `"`
}
