package transcript

import "cmpledger/internal/ledger"

// CorrectedDays is how many days the dates of two records may be apart for
// them to be one activity of which the date was corrected.
const CorrectedDays = 31

// An entry is a credit with what makes comparing it cheap.
type entry struct {
	credit    ledger.Credit
	title     title
	reference string // see [ReferenceKey]
}

func newEntry(c ledger.Credit) entry {
	return entry{credit: c, title: newTitle(c.Title), reference: ReferenceKey(c)}
}

// alike reports whether two entries look alike, as [Duplicates] says.
func alike(a, b *entry) bool {
	worth := a.credit.Points == b.credit.Points
	switch {
	case sameReference(a, b) && apart(a, b) <= CorrectedDays:
		return worth || similar(&a.title, &b.title)
	case worth && a.credit.Date == b.credit.Date:
		return similar(&a.title, &b.title)
	}
	return false
}

func sameReference(a, b *entry) bool { return a.reference != "" && a.reference == b.reference }

// apart returns how many days lie between two entries.
func apart(a, b *entry) ledger.Date {
	return max(a.credit.Date-b.credit.Date, b.credit.Date-a.credit.Date)
}

// MayBeOne reports whether two credits may be one activity all the same: all that
// look alike as [Duplicates] says, those of the same reference, and those with similar titles
// at most [CorrectedDays] apart.
func MayBeOne(a, b ledger.Credit) bool {
	x, y := newEntry(a), newEntry(b)
	return sameReference(&x, &y) || apart(&x, &y) <= CorrectedDays && similar(&x.title, &y.title)
}

// An Alike is a new row that may be a credit that the ledger has under
// another name: typed by hand and uploaded later, say.
type Alike struct {
	Verdict int // index of the row's verdict
	Credit  ledger.Credit
}

// LookAlikes finds new rows that look like a credit, as [Duplicates] says, which no
// other row is. A row is listed once, with the first such credit, those of its
// own date and points before others. Of very many of them it finds what
// [Duplicates] does.
func LookAlikes(verdicts []Verdict, credits []ledger.Credit) []Alike {
	c := newCatalog(candidates(verdicts, credits))
	var all []Alike
	for i, v := range verdicts {
		if v.Kind != New {
			continue
		}
		if j := c.first(v.Row.Credit); j >= 0 {
			all = append(all, Alike{i, c.entries[j].credit})
		}
	}
	return all
}

// first returns the index of the first entry that looks like a credit, or -1.
func (c *catalog) first(credit ledger.Credit) int {
	if len(c.entries) == 0 {
		return -1
	}
	e := newEntry(credit)
	for _, j := range c.near(&e) {
		if alike(&e, &c.entries[j]) {
			return j
		}
	}
	return -1
}

// candidates returns the credits that no row is and that have the date and the
// points of a new row, or its reference.
func candidates(verdicts []Verdict, credits []ledger.Credit) []ledger.Credit {
	taken := make(map[int64]bool)
	worths, references := make(map[dayWorth]bool), make(map[string]bool)
	for _, v := range verdicts {
		switch {
		case v.Kind != New:
			taken[v.Existing.ID] = true
			continue
		case v.Row.Credit.Reference != "":
			references[ReferenceKey(v.Row.Credit)] = true
		}
		worths[dayWorthOf(v.Row.Credit)] = true
	}
	delete(references, "")
	var some []ledger.Credit
	for _, c := range credits {
		if !taken[c.ID] && (worths[dayWorthOf(c)] || c.Reference != "" && references[ReferenceKey(c)]) {
			some = append(some, c)
		}
	}
	return some
}
