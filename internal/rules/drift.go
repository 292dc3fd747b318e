package rules

import (
	"fmt"
	"slices"

	"cmpledger/internal/ledger"
)

// Drifted is a credit that changed or was removed after it was declared.
type Drifted struct {
	Credit ledger.Credit // as it was declared
	// Claim reports whether the change matters to what was declared: the credit was
	// removed, or its date, points, topics or activity changed.
	Claim bool
	// Sentences say what changed, one a field, without a full stop. They quote at
	// most 100 characters of a text, as recorded and with its unsafe characters.
	Sentences []string
}

// Drift compares the declared credits with those of now, and returns those that
// changed or are gone, in the order of the declaration. It finds a credit by its UID,
// or by its ID where either side has no UID. The order of topics does not matter.
func Drift(d ledger.Declaration, now []ledger.Credit) []Drifted {
	byID, byUID := map[int64]*ledger.Credit{}, map[string]*ledger.Credit{} // of those declared
	for _, line := range d.Credits {
		byID[line.Credit.ID], byUID[line.Credit.UID] = nil, nil
	}
	for i, c := range now {
		if _, declared := byID[c.ID]; declared {
			byID[c.ID] = &now[i]
		}
		if _, declared := byUID[c.UID]; declared && c.UID != "" {
			byUID[c.UID] = &now[i]
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
		is := byUID[was.UID]
		if same := byID[was.ID]; is == nil && same != nil && (was.UID == "" || same.UID == "") {
			is = same
		}
		x := Drifted{was, true, []string{fmt.Sprintf("credit %d was declared and has been removed since", was.ID)}}
		if is != nil {
			x = compare(was, *is)
		}
		if x.Sentences != nil {
			all = append(all, x)
		}
	}
	return all
}

// compare says in which fields two records of a credit differ: "credit 12: points 2
// when declared, 1.5 now".
func compare(was, is ledger.Credit) Drifted {
	d := Drifted{Credit: was}
	for _, f := range differing(was, is) {
		d.Claim = d.Claim || f.claim
		d.Sentences = append(d.Sentences, fmt.Sprintf("credit %d: %s %s when declared, %s now", was.ID, f.name, quote(f.was, f.claim), quote(f.is, f.claim)))
	}
	return d
}

// Changes says in which fields a credit was changed, and how: "points 0.5 -> 1".
func Changes(was, is ledger.Credit) (all []string) {
	for _, f := range differing(was, is) {
		all = append(all, fmt.Sprintf("%s %s -> %s", f.name, quote(f.was, f.claim), quote(f.is, f.claim)))
	}
	return all
}

// A difference is a field in which two records of a credit differ.
type difference struct {
	name, was, is string
	claim         bool // it matters to what was declared
}

func differing(was, is ledger.Credit) (all []difference) {
	if len(was.Topics) == len(is.Topics) &&
		!slices.ContainsFunc(was.Topics, func(t ledger.CreditTopic) bool { return !slices.Contains(is.Topics, t) }) {
		is.Topics = was.Topics // in another order
	}
	for _, f := range []difference{
		{"date", was.Date.String(), is.Date.String(), true},
		{"title", was.Title, is.Title, false},
		{"provider", was.Provider, is.Provider, false},
		{"points", was.Points.String(), is.Points.String(), true},
		{"topics", ledger.FormatCreditTopics(was.Topics), ledger.FormatCreditTopics(is.Topics), true},
		{"activity", string(was.Activity), string(is.Activity), true},
		{"reference", was.Reference, is.Reference, false},
		{"url", was.URL, is.URL, false},
		{"note", was.Note, is.Note, false},
	} {
		if f.was != f.is {
			all = append(all, f)
		}
	}
	return all
}

// quote puts a text in quotation marks, unless it is plain, and shortens a long one.
func quote(text string, plain bool) string {
	switch start := fmt.Sprintf("%.100s", text); {
	case text == "":
		return "none"
	case plain:
		return text
	case start != text:
		text = start + "…"
	}
	return `"` + text + `"`
}
