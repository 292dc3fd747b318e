package actions

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
	"cmpledger/internal/store"
	"cmpledger/internal/transcript"
)

// An Import is the rows of one file on their way into the ledger.
type Import struct {
	File            string           // its name, without a folder
	Rows            []transcript.Row // those too that are not usable
	Update, Restore bool             // write what rows say otherwise or more; bring removed credits back
	// Only are the numbers of the rows to take; none is all. The others are
	// compared all the same, so that equal rows are counted right.
	Only []int
	// All says what becomes of rows that are held back, and Choices of single ones,
	// by their numbers.
	All     Choice
	Choices map[int]Choice
	// Step is told now and then how far the work is.
	Step func(what string, done, of int)

	Verdicts []Verdict // what [Import.Judge] found, in the order of the rows
	Batch    int64     // number of the import, or 0 when it added nothing
	Edited   []Edited  // credits that rows changed
}

// An Edited is a credit that was changed, and what became of its allocations.
type Edited struct {
	Credit    ledger.Credit
	Trimmings []Trimming
}

// A Choice is what the holder says of a row that looks like a credit.
type Choice struct {
	Add  bool  // it is another one
	Join int64 // it is the credit of this number; 0 is none
}

// An Outcome is what a row is to the ledger.
type Outcome string

// The outcomes.
const (
	New      Outcome = "new"
	There    Outcome = "there"    // the ledger has it
	Changed  Outcome = "changed"  // the ledger has it with another day, title or points
	Removed  Outcome = "removed"  // the ledger had it, and the holder removed it
	Held     Outcome = "held"     // it looks like a credit, and nobody said what it is
	Rejected Outcome = "rejected" // the row is not usable
	Passed   Outcome = "passed"   // the row is not among those to take
)

// A Verdict says what a row is to the ledger.
type Verdict struct {
	Row     *transcript.Row
	Outcome Outcome
	// Slot is the record that the row is or, where it is Held or was added all the
	// same, looks like; nil for any other new row.
	Slot *ledger.Known
	// Of is the credit that the row is: the slot, or what it was merged into.
	Of *ledger.Known
	pairing.Difference
	Joined bool // the holder said that it is that credit
	Beside bool // another row of the file is that credit too
	Nth    int  // which of the equal rows of the file it is, from 1
}

// Credit returns the number of the credit that the row is now, or 0.
func (v Verdict) Credit() int64 {
	switch {
	case v.Outcome == New:
		return v.Row.Credit.ID
	case v.Of == nil || v.Outcome == Passed:
		return 0
	}
	return v.Of.Credit.ID
}

// Judge compares the rows with what the ledger has. It is an error when a row to
// take is not there, or is to be joined with a credit that the ledger lacks.
func (in *Import) Judge(ctx context.Context, tx *store.Tx) error {
	for _, n := range in.Only {
		if !slices.ContainsFunc(in.Rows, func(r transcript.Row) bool { return r.Number == n }) {
			return &ledger.Error{
				Where: in.File, What: fmt.Sprintf("has no row %d that is a credit", n),
				Try: ledger.Say("--dry-run shows the rows with their numbers"),
			}
		}
	}
	in.Step("looking up", 0, len(in.Rows))
	known, err := tx.Known(ctx)
	if err != nil {
		return err
	}
	in.Verdicts = make([]Verdict, len(in.Rows))
	usable := make([]int, 0, len(in.Rows)) // indexes of rows
	credits := make([]ledger.Credit, 0, len(in.Rows))
	for i := range in.Rows {
		row := &in.Rows[i]
		in.Verdicts[i] = Verdict{Row: row, Outcome: Rejected}
		if row.Problem == nil {
			usable, credits = append(usable, i), append(credits, row.Credit)
		}
	}
	match := pairing.Match(credits, known)
	alike := pairing.NewAlike(credits, match, known)
	type likeness struct {
		day    ledger.Date
		title  string
		points ledger.Points
	}
	nth := make(map[likeness]int, len(usable))
	for k, i := range usable {
		v := &in.Verdicts[i]
		equal := likeness{credits[k].Date, credits[k].Title, credits[k].Points}
		nth[equal]++
		v.Nth = nth[equal]
		switch {
		case match[k] >= 0:
			v.pair(match[k], known)
		case alike[k] >= 0:
			v.Outcome, v.Slot = Held, &known[alike[k]]
		default:
			v.Outcome = New
		}
		if err := in.choose(v, known); err != nil {
			return err
		}
		v.Beside = v.Joined && slices.ContainsFunc(match, func(slot int) bool { return slot >= 0 && &known[slot] == v.Slot })
	}
	return nil
}

// pair makes the row a record of the ledger.
func (v *Verdict) pair(slot int, known []ledger.Known) {
	v.Slot, v.Of = &known[slot], &known[slot]
	if into := v.Slot.MergedInto; into != 0 {
		v.Of = &known[slices.IndexFunc(known, func(k ledger.Known) bool { return k.Credit.ID == into })]
	}
	v.Difference = pairing.Compare(v.Row.Credit, *v.Slot, *v.Of)
	switch {
	case v.Of.Removed:
		v.Outcome = Removed
	case len(v.Changed) > 0:
		v.Outcome = Changed
	default:
		v.Outcome = There
	}
}

// noJoin says that a row cannot be joined with a credit: it is another one already,
// or does not look like that credit.
func (v Verdict) noJoin(c ledger.Credit) error {
	row := v.Row.Credit
	what := fmt.Sprintf("row %d (%q, %s) does not look like credit %d (%q, %s)", v.Row.Number, row.Title, row.Date, c.ID, c.Title, c.Date)
	if is := v.Credit(); is != 0 {
		what = fmt.Sprintf("row %d is credit %d already, not credit %d", v.Row.Number, is, c.ID)
	}
	return &ledger.Error{Code: "refused", What: what, Try: ledger.Say("import it without --join, and %s makes one credit of two", ledger.Command{"merge"})}
}

// choose does to a verdict what the holder said.
func (in *Import) choose(v *Verdict, known []ledger.Known) error {
	number := v.Row.Number
	if len(in.Only) > 0 && !slices.Contains(in.Only, number) {
		v.Outcome = Passed
		return nil
	}
	choice, chosen := in.Choices[number]
	if !chosen {
		choice = in.All
	}
	switch {
	case choice.Join != 0 && v.Outcome != Rejected && v.Credit() != choice.Join:
		i := slices.IndexFunc(known, func(k ledger.Known) bool { return k.Credit.ID == choice.Join && !k.Removed })
		if i < 0 {
			return &NoCreditError{choice.Join}
		}
		if v.Of != nil || !pairing.LooksAlike(v.Row.Credit, known[i].Credit) {
			return v.noJoin(known[i].Credit)
		}
		v.pair(i, known)
		v.Joined = true
		if !in.Update { // the holder knows in what they differ
			v.Outcome, v.Changed = There, nil
		}
	case choice.Add && v.Outcome == Held:
		v.Outcome = New
	}
	return nil
}

// Write writes what is new, remembers what rows say of credits that are there,
// and writes what they say otherwise or more where that is wanted.
func (in *Import) Write(ctx context.Context, tx *store.Tx, j Judge) error {
	if err := in.add(ctx, tx, j.Today); err != nil {
		return err
	}
	var s *Snapshot
	for i, v := range in.Verdicts {
		if v.Of == nil || v.Outcome == Passed {
			continue
		}
		in.Step("updating", i, len(in.Verdicts))
		if v.Beside {
			if err := in.joinBeside(ctx, tx, v); err != nil {
				return err
			}
		} else if form, news := pairing.News(v.Row.Credit, *v.Slot); news {
			form.Imported = v.Joined // what the holder joined is no change
			if err := tx.AddForm(ctx, v.Slot.Credit.ID, form); err != nil {
				return err
			}
		}
		switch {
		case v.Outcome == Removed && in.Restore:
			if _, err := tx.RestoreCredit(ctx, v.Of.Credit.UID); err != nil {
				return err
			}
		case in.Update && v.Outcome != Removed && len(v.Changed)+len(v.More) > 0:
			if s == nil {
				all, err := Read(ctx, tx)
				if err != nil {
					return err
				}
				s = &all
			}
			c, _ := s.Credit(v.Credit())
			c = v.updated(c)
			trimmings, err := j.EditCredit(ctx, tx, s, c)
			if err != nil {
				return err
			}
			in.Edited = append(in.Edited, Edited{c, trimmings})
		}
	}
	return nil
}

// joinBeside records a row as a credit that was merged into the one that it is,
// since another row of the file is that one: each row of it is to be found again.
func (in *Import) joinBeside(ctx context.Context, tx *store.Tx, v Verdict) error {
	c := v.Row.Credit
	if err := tx.AddCredit(ctx, &c); err != nil {
		return err
	}
	return tx.MergeCredit(ctx, c.ID, v.Of.Credit.ID)
}

// updated returns a credit with what the row says otherwise or more.
func (v Verdict) updated(c ledger.Credit) ledger.Credit {
	row := v.Row.Credit
	for _, field := range slices.Concat(v.Changed, v.More) {
		switch field {
		case pairing.FieldDate:
			c.Date = row.Date
		case pairing.FieldTitle:
			c.Title = row.Title
		case pairing.FieldPoints:
			c.Points = row.Points
		case pairing.FieldProvider:
			c.Provider = row.Provider
		case pairing.FieldReference:
			c.Reference = row.Reference
		case pairing.FieldURL:
			c.URL = row.URL
		case pairing.FieldTopics:
			c.Topics = row.Topics
		}
	}
	return c
}

// add writes the rows that are new, and keeps apart those that look like a
// credit and are another one.
func (in *Import) add(ctx context.Context, tx *store.Tx, today ledger.Date) error {
	var credits []*ledger.Credit
	for _, v := range in.Verdicts {
		if v.Outcome == New {
			credits = append(credits, &v.Row.Credit)
		}
	}
	if len(credits) == 0 {
		return nil
	}
	batch := ledger.Import{File: in.File, Date: today}
	if err := tx.AddImport(ctx, &batch); err != nil {
		return err
	}
	in.Batch = batch.ID
	for _, c := range credits {
		c.Import = batch.ID
	}
	in.Step("adding", 0, len(credits))
	if err := tx.AddCredits(ctx, credits, func(done int) { in.Step("adding", done, len(credits)) }); err != nil {
		return err
	}
	for _, v := range in.Verdicts {
		if v.Outcome == New && v.Slot != nil {
			if err := tx.KeepApart(ctx, v.Slot.Credit.ID, v.Row.Credit.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// Count counts the rows of an outcome.
func (in *Import) Count(o Outcome) (n int) {
	for _, v := range in.Verdicts {
		if v.Outcome == o {
			n++
		}
	}
	return n
}

// Did says in the log what the import did: "12 credits added, 2 updated".
func (in *Import) Did() string {
	var words []string
	switch n := in.Count(New); n {
	case 0:
	case 1:
		words = append(words, "1 credit added")
	default:
		words = append(words, fmt.Sprintf("%d credits added", n))
	}
	if n := in.Count(Removed); in.Restore && n > 0 {
		words = append(words, fmt.Sprintf("%d restored", n))
	}
	if n := in.Updated(); n > 0 {
		words = append(words, fmt.Sprintf("%d updated", n))
	}
	if words == nil {
		return "nothing new; its rows are remembered"
	}
	return strings.Join(words, ", ")
}

// Updated counts the rows whose credits were changed by what they say.
func (in *Import) Updated() (n int) {
	for _, v := range in.Verdicts {
		if in.Update && (v.Outcome == Changed || v.Outcome == There) && len(v.Changed)+len(v.More) > 0 {
			n++
		}
	}
	return n
}
