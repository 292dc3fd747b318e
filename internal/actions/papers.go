package actions

import (
	"cmp"
	"context"
	"slices"

	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
	"cmpledger/internal/store"
	"cmpledger/internal/transcript"
)

// A Paper is a file that may prove a credit, such as a certificate.
type Paper struct {
	SHA256  string          // of the file, in hexadecimal, or "" if it cannot be opened
	Reads   []ledger.Credit // what it says, once for each reading of its day, without what was not found; or nothing
	Sure    bool            // day, title and points were found without doubt, or confirmed
	Vague   bool            // it is not certain enough to tell which activity it is of
	Content func() (ledger.Evidence, []byte, error)

	// What the holder says of it.
	Skip    bool
	Belongs int64 // it proves the credit of this number; 0 is none
	Another bool  // it is another one than the credit that it looks like

	// What [Papers.Judge] found.
	Fate    Fate
	Verdict *Verdict // what its activity is to the ledger, or nil
	As      *Paper   // an earlier one, of the same activity or a [Copy] of it
	credit  int64
}

// A Fate is what becomes of a paper.
type Fate string

// The fates.
const (
	Writes  Fate = "writes"  // it becomes a credit, and its evidence
	Proves  Fate = "proves"  // it becomes evidence of a credit that is there, or that another paper becomes
	Kept    Fate = "kept"    // it is evidence already
	Copy    Fate = "copy"    // an earlier paper has the same content
	Dropped Fate = "dropped" // its credit was removed
	Waits   Fate = "waits"   // it looks like a credit, and nobody said what it is
	Unsure  Fate = "unsure"  // day, title or points are not certain
	Skipped Fate = "skipped" // the holder does not want it
)

// IsPending reports whether the paper is to be written, whatever the holder adds.
func (f Fate) IsPending() bool { return f == Writes || f == Proves }

// Known reports whether the paper is a credit, proves one, or was seen before.
func (p *Paper) Known() bool {
	if p.Fate == Copy {
		return p.As.Known()
	}
	return slices.Contains([]Fate{Writes, Proves, Kept, Dropped}, p.Fate)
}

// Credit returns the number of the credit that the paper belongs to, or 0, as long as
// that was not written.
func (p *Paper) Credit() int64 {
	switch {
	case !p.Known():
		return 0
	case p.As != nil:
		return p.As.Credit()
	case p.credit != 0:
		return p.credit
	}
	return p.Verdict.Credit()
}

// Papers are those of one import. What they say goes the way of the rows of a file, but
// several of one activity are one credit.
type Papers struct {
	Import
	All []*Paper
}

// Judge finds what becomes of each paper.
func (p *Papers) Judge(ctx context.Context, tx *store.Tx) error {
	known, err := tx.Known(ctx)
	if err != nil {
		return err
	}
	kept, err := tx.Evidence(ctx)
	if err != nil {
		return err
	}
	var rest []*Paper
	for i, paper := range p.All {
		paper.settle(p.All[:i], kept)
		if (paper.Fate == Unsure || paper.Fate == Kept) && len(paper.Reads) > 0 {
			rest = append(rest, paper)
		}
	}
	slices.SortStableFunc(rest, comparePapers)
	p.File.Rows, p.Choices = nil, map[int]Choice{}
	for i, paper := range rest {
		p.File.Rows = append(p.File.Rows, transcript.Row{Number: i + 1, Credit: paper.reading()})
		p.Choices[i+1] = Choice{Add: paper.Another}
	}
	if err := p.Import.Judge(ctx, tx); err != nil {
		return err
	}
	for i, paper := range rest {
		paper.Verdict = &p.Verdicts[i]
	}
	later := func(p *Paper) bool { return p.Verdict.Outcome == Held } // as it may be of one that is new
	slices.SortStableFunc(rest, func(a, b *Paper) int { return compareFlags(later(a), later(b)) })
	for i, paper := range rest {
		paper.pair(rest[:i], known)
	}
	return nil
}

// comparePapers orders papers whatever their order in a folder: what is sure and has a
// reference first, as others may be of the same activity.
func comparePapers(a, b *Paper) int {
	x, y := a.Reads[0], b.Reads[0]
	return cmp.Or(compareFlags(!a.Sure, !b.Sure), compareFlags(x.Reference == "", y.Reference == ""),
		cmp.Compare(x.Date, y.Date), cmp.Compare(x.Title, y.Title), cmp.Compare(a.SHA256, b.SHA256))
}

// compareFlags puts false first.
func compareFlags(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// settle finds what becomes of a paper whatever it says.
func (p *Paper) settle(before []*Paper, kept []ledger.Evidence) {
	p.Fate, p.Verdict, p.As, p.credit = Unsure, nil, nil, p.Belongs
	if p.SHA256 == "" { // it cannot be opened
		return
	}
	same := func(e ledger.Evidence) bool { return e.SHA256 == p.SHA256 && (p.Belongs == 0 || e.Credit == p.Belongs) }
	if i := slices.IndexFunc(kept, same); i >= 0 {
		p.Fate, p.credit = Kept, kept[i].Credit
		return
	}
	i := slices.IndexFunc(before, func(other *Paper) bool { return other.SHA256 == p.SHA256 })
	switch {
	case p.Skip:
		p.Fate = Skipped
	case p.Belongs != 0:
		p.Fate = Proves
	case i >= 0:
		p.Fate, p.As = Copy, before[i]
	}
}

// reading returns what the paper says, without its day where that may be read in two ways.
func (p *Paper) reading() ledger.Credit {
	said := p.Reads[0]
	if len(p.Reads) > 1 {
		said.Date = 0
	}
	return said
}

// onDay returns the records that have, or had, that day, and where they are.
func onDay(known []ledger.Known, day ledger.Date) (slots []ledger.Known, at []int) {
	for i, k := range known {
		if k.Credit.Date == day || slices.ContainsFunc(k.Forms, func(f ledger.Form) bool { return f.Date == day }) {
			slots, at = append(slots, k), append(at, i)
		}
	}
	return slots, at
}

// pair finds what becomes of a paper after those before it: of several that are the
// same as one credit, each is its evidence.
func (p *Paper) pair(before []*Paper, known []ledger.Known) {
	v := p.Verdict
	switch {
	case p.Fate == Kept:
		v.pair(slices.IndexFunc(known, func(k ledger.Known) bool { return k.Credit.ID == p.credit }), known)
		p.complete()
		return
	case !p.Another && slices.Contains([]Outcome{New, Held, Removed}, v.Outcome):
		p.pairAgain(before, known)
	}
	if v.Outcome == Held && p.isAnother(before) {
		v.Slot, v.Outcome = nil, New
	}
	there := v.Outcome == There || v.Outcome == Changed
	switch {
	case p.Vague && there:
		v.Slot, v.Outcome, p.Fate = v.Of, Held, Waits
	case p.As != nil && !p.Vague:
		p.Fate, v.Outcome = Proves, Passed
	case v.Outcome == Removed:
		p.Fate = Dropped
	case v.Outcome == Held:
		p.Fate = Waits
	case there:
		p.Fate = Proves
		p.complete()
	case p.Sure:
		p.Fate = Writes
	default:
		v.Outcome, p.As = Passed, nil
	}
}

// isAnother reports whether one of the papers before gives the credit that a paper looks
// like another reference than its own: imported again, the two would not look alike.
func (p *Paper) isAnother(before []*Paper) bool {
	own, like := pairing.Reference(p.Reads[0].Reference), p.Verdict.Slot.Credit.ID
	return own != "" && slices.ContainsFunc(before, func(q *Paper) bool {
		said := pairing.Reference(q.Reads[0].Reference)
		return q.Fate == Proves && q.Verdict.Of != nil && q.Verdict.Of.Credit.ID == like && said != "" && said != own
	})
}

// pairAgain pairs a paper with a record that another one is already, or with what another
// one becomes. It does so by the one reading of its day that fits.
func (p *Paper) pairAgain(before []*Paper, known []ledger.Known) {
	v := p.Verdict
	readings := p.Reads
	if v.Row.Credit.Date != 0 {
		readings = []ledger.Credit{v.Row.Credit}
	}
	slot, as, said := -1, (*Paper)(nil), v.Row.Credit
	for _, c := range readings {
		slots, at := onDay(known, c.Date)
		var papers []*Paper
		for _, other := range before {
			if (other.Fate == Writes || other.Fate == Proves) && other.Verdict.Row.Credit.Date == c.Date {
				slots, papers = append(slots, ledger.Known{Credit: other.Verdict.Row.Credit}), append(papers, other)
			}
		}
		i := pairing.Match([]ledger.Credit{c}, slots)[0]
		switch {
		case i < 0:
			continue
		case slot >= 0 || as != nil:
			return // either reading fits
		case i < len(at):
			slot, said = at[i], c
		default:
			as, said = papers[i-len(at)], c
		}
	}
	if p.As = as; slot >= 0 || as != nil {
		v.Row.Credit = said
	}
	if slot >= 0 {
		v.pair(slot, known)
	}
}

// complete makes a paper that is not sure say what the credit says: that is certain.
func (p *Paper) complete() {
	v := p.Verdict
	if p.Sure {
		return
	}
	c := &v.Row.Credit
	c.Title, c.Date, c.Points = v.Slot.Credit.Title, v.Slot.Credit.Date, v.Slot.Credit.Points
	v.Outcome, v.Difference = There, pairing.Compare(*c, *v.Slot, *v.Of)
}

// keeps reports whether a paper is to be kept as evidence.
func (p *Papers) keeps(paper *Paper) bool {
	return paper.Fate.IsPending() || paper.Fate == Dropped && p.Restore
}

// Changes reports whether something is to be written for a paper.
func (p *Papers) Changes(paper *Paper) bool {
	v := paper.Verdict
	return p.keeps(paper) || paper.Fate == Kept && p.Update && v != nil && len(v.Changed)+len(v.More) > 0
}

// Write writes the credits that papers become, remembers what they say of credits that
// are there, and keeps papers as evidence, which it counts.
func (p *Papers) Write(ctx context.Context, tx *store.Tx, j Judge) (added int, err error) {
	if err := p.Import.Write(ctx, tx, j); err != nil {
		return 0, err
	}
	kept, err := tx.Evidence(ctx) // with that of restored credits
	if err != nil {
		return 0, err
	}
	for _, paper := range p.All {
		of := paper.Credit()
		has := func(e ledger.Evidence) bool { return e.Credit == of && e.SHA256 == paper.SHA256 }
		if !p.keeps(paper) || slices.ContainsFunc(kept, has) {
			continue
		}
		e, data, err := paper.Content()
		if err == nil && e.SHA256 != paper.SHA256 {
			err = &ledger.Error{Where: e.Name, What: "changed while cmp read it", Try: ledger.Say("import it again")}
		}
		if err == nil {
			e.Credit, e.Added = of, j.Today
			err = tx.AddEvidence(ctx, &e, data)
		}
		if err != nil {
			return 0, err
		}
		added++
	}
	return added, nil
}
