package actions

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
	"cmpledger/internal/store"
	"cmpledger/internal/transcript"
	"cmpledger/internal/words"
)

// An Import is the rows of one file on their way into the ledger.
type Import struct {
	Name            string // of the file, without a folder
	File            transcript.File
	Update, Restore bool // write what rows say otherwise or more; bring removed credits back
	// Only are the numbers of the rows to take; none is all. The others are
	// compared all the same, so that equal rows are counted right.
	Only []int
	// All says what becomes of rows that are held back, and Choices of single ones,
	// by their numbers.
	All     Choice
	Choices map[int]Choice
	Beside  []int64 // imports of the same command: rows do not look like their credits

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
	Nth    int  // which of the equal rows of the file it is, from 1
}

// Credit returns the number of the credit that the row is now, or 0.
func (v *Verdict) Credit() int64 {
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
		if !slices.ContainsFunc(in.File.Rows, func(r transcript.Row) bool { return r.Number == n }) {
			return &ledger.Error{
				Where: in.Name, What: fmt.Sprintf("has no row %d with a credit", n),
				Try: ledger.Say("to see the rows with their numbers: --dry-run"),
			}
		}
	}
	known, err := tx.Known(ctx)
	if err != nil {
		return err
	}
	in.Verdicts = make([]Verdict, len(in.File.Rows))
	usable, credits := make([]*Verdict, 0, len(in.File.Rows)), make([]ledger.Credit, 0, len(in.File.Rows))
	for i := range in.File.Rows {
		row := &in.File.Rows[i]
		in.Verdicts[i] = Verdict{Row: row, Outcome: Rejected}
		if row.Problem == nil {
			usable, credits = append(usable, &in.Verdicts[i]), append(credits, row.Credit)
		}
	}
	match := pairing.Match(credits, known)
	alike := pairing.NewAlike(credits, match, in.others(known))
	nth, back := make(map[ledger.Form]int, len(credits)), map[*ledger.Known]bool{}
	for k, v := range usable {
		equal := ledger.Form{Date: credits[k].Date, Title: credits[k].Title, Points: credits[k].Points}
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
		switch restored := in.Restore && v.Outcome == Removed; {
		case restored && back[v.Of]:
			v.Outcome, v.Difference = There, pairing.Difference{} // once an earlier row brings it back
		case restored:
			back[v.Of] = true
		}
	}
	return nil
}

// others returns what is known, as if what the same command has imported were not there.
func (in *Import) others(known []ledger.Known) []ledger.Known {
	if len(in.Beside) == 0 {
		return known
	}
	others := slices.Clone(known)
	for i := range others {
		others[i].Removed = others[i].Removed || slices.Contains(in.Beside, others[i].Credit.Import)
	}
	return others
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

// noJoin says why a row cannot be joined with a credit.
func (v *Verdict) noJoin(c ledger.Credit, is string) error {
	row := v.Row.Credit
	what := fmt.Sprintf("row %d (%q, %s) %s credit %d (%q, %s)", v.Row.Number, row.Title, row.Date, is, c.ID, c.Title, c.Date)
	return &ledger.Error{Code: "refused", What: what, Try: ledger.Say("if they are the same, import it without --join, and then: %s", ledger.Command{"merge"})}
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
		switch c := known[i].Credit; {
		case v.Of != nil:
			return v.noJoin(c, fmt.Sprintf("is credit %d already, not", v.Credit()))
		case (v.Outcome != Held || v.Slot.Credit.ID != c.ID) && !pairing.LooksAlike(v.Row.Credit, c):
			return v.noJoin(c, "does not look like")
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
	in.Batch, in.Edited = 0, nil
	if err := in.add(ctx, tx, j.Today); err != nil {
		return err
	}
	var s Snapshot // for what is changed
	if in.Update {
		var err error
		if s, err = Read(ctx, tx); err != nil {
			return err
		}
	}
	for _, v := range in.Verdicts {
		if v.Of == nil || v.Outcome == Passed {
			continue
		}
		if v.Joined {
			if err := v.joinBeside(ctx, tx); err != nil {
				return err
			}
		}
		if form, news := pairing.News(v.Row.Credit, *v.Slot); news {
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
			c, _ := s.Credit(v.Credit())
			c = v.updated(c)
			trimmings, err := j.EditCredit(ctx, tx, &s, c)
			if err != nil {
				return err
			}
			in.Edited = append(in.Edited, Edited{c, trimmings})
		}
	}
	return nil
}

// joinBeside records a row as a credit that was merged into the one that it is, so
// that it is found again beside other rows that are that one.
func (v *Verdict) joinBeside(ctx context.Context, tx *store.Tx) error {
	c := v.Row.Credit
	if err := tx.AddCredit(ctx, &c); err != nil {
		return err
	}
	v.Slot = &ledger.Known{Credit: c}
	return tx.MergeCredit(ctx, c.ID, v.Of.Credit.ID)
}

// updated returns a credit with what the row says otherwise or more.
func (v *Verdict) updated(c ledger.Credit) ledger.Credit {
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
	for _, v := range in.Of(New) {
		credits = append(credits, &v.Row.Credit)
	}
	if len(credits) == 0 {
		return nil
	}
	batch := ledger.Import{File: in.Name, Date: today}
	if err := tx.AddImport(ctx, &batch); err != nil {
		return err
	}
	in.Batch = batch.ID
	for _, c := range credits {
		c.Import = batch.ID
	}
	if err := tx.AddCredits(ctx, credits); err != nil {
		return err
	}
	for _, v := range in.Of(New) {
		if v.Slot != nil {
			if err := tx.KeepApart(ctx, v.Slot.Credit.ID, v.Row.Credit.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// Of returns the verdicts of an outcome.
func (in *Import) Of(o Outcome) (all []*Verdict) {
	for i := range in.Verdicts {
		if v := &in.Verdicts[i]; v.Outcome == o {
			all = append(all, v)
		}
	}
	return all
}

// Count counts the rows of an outcome.
func (in *Import) Count(o Outcome) int { return len(in.Of(o)) }

// Worth sums up the points of the new rows.
func (in *Import) Worth() (sum ledger.Points) {
	for _, v := range in.Of(New) {
		sum += v.Row.Credit.Points
	}
	return sum
}

// Did says in the log what the import did: "12 credits added, 2 updated".
func (in *Import) Did() string {
	var parts []string
	if n := in.Count(New); n > 0 {
		parts = append(parts, words.Count(n, "credit")+" added")
	}
	if n := in.Count(Removed); in.Restore && n > 0 {
		parts = append(parts, fmt.Sprintf("%d restored", n))
	}
	if n := in.Updated(); n > 0 {
		parts = append(parts, fmt.Sprintf("%d updated", n))
	}
	return cmp.Or(strings.Join(parts, ", "), "nothing new")
}

// Updated counts the rows whose credits were changed by what they say.
func (in *Import) Updated() (n int) {
	for _, v := range slices.Concat(in.Of(Changed), in.Of(There)) {
		if in.Update && len(v.Changed)+len(v.More) > 0 {
			n++
		}
	}
	return n
}

// An ImportReport says what became of a file.
type ImportReport struct {
	Batch        int64                 `json:"batch" min:"0" doc:"Number of the import. 0 where nothing was added."`
	DryRun       bool                  `json:"dry_run" doc:"Whether it was asked for, and nothing was written."`
	Rows         int                   `json:"rows" doc:"Rows of the file, or records."`
	Added        int                   `json:"added"`
	Duplicates   int                   `json:"duplicates" doc:"Rows that the ledger has already."` // those that were removed earlier too
	Changed      int                   `json:"changed" doc:"Rows that differ from their credit."`
	Updated      int                   `json:"updated" doc:"Credits that were changed to what the file says."`
	Rejected     int                   `json:"rejected"`
	LookAlikes   int                   `json:"look_alikes" doc:"Rows held back because they look like a credit."`
	LeftOut      int                   `json:"left_out" doc:"Rows with a status that earns nothing, or of another person."`
	Totals       int                   `json:"totals" doc:"Lines that sum up others, or stand below the table."`
	Understood   string                `json:"understood" doc:"How cmp read the file."`
	NotRead      []transcript.Unread   `json:"not_read" doc:"Columns that cmp does not use."`
	Rejects      []transcript.Rejected `json:"rejects" doc:"Rows that cannot be used."`
	RejectedFile string                `json:"rejected_file" doc:"Always empty: the rows are mended in the file itself."`
	Changes      []ImportChange        `json:"changes" doc:"Rows that say something else, or more, than their credit, written or not."`
	Held         []HeldRow             `json:"held" doc:"Rows that are held back."`
}

// An ImportChange is a row that says something else, or more, than its credit.
type ImportChange struct {
	Row    int            `json:"row" doc:"Row of the file."`
	Line   int            `json:"line" doc:"Line of the file."`
	Credit int64          `json:"credit" doc:"Number of the credit."`
	Fields []ChangedField `json:"fields"`
}

// A ChangedField is a field that differs.
type ChangedField struct {
	Field  string `json:"field" doc:"Name of the field."`
	Before any    `json:"before" doc:"A text, a number, true, false, a list or null, as the field is."`
	After  any    `json:"after" doc:"As before."`
}

// A HeldRow is a row that looks like a credit.
type HeldRow struct {
	Row    int   `json:"row" doc:"Row of the file."`
	Line   int   `json:"line" doc:"Line of the file."`
	Credit int64 `json:"credit" doc:"Number of the credit that it looks like."`
}

// Report says what became of the file. Where rows that are not usable keep the
// others out, nothing was added.
func (in *Import) Report(dryRun, refused bool) ImportReport {
	f := in.File
	out := ImportReport{
		Batch: in.Batch, DryRun: dryRun, Rows: f.All() + f.Sums, Added: in.Count(New), Duplicates: in.Count(There), Changed: in.Count(Changed),
		Updated: in.Updated(), Rejected: in.Count(Rejected), LookAlikes: in.Count(Held), LeftOut: len(f.LeftOut), Totals: f.Sums,
		Understood: f.Assumptions(), NotRead: f.Unread, Rejects: f.Rejected(),
	}
	if n := in.Count(Removed); in.Restore {
		out.Added += n
	} else {
		out.Duplicates += n
	}
	if dryRun {
		out.Batch = 0
	}
	if refused {
		out.Added = 0
	}
	for _, v := range in.Verdicts {
		switch fields := slices.Concat(v.Changed, v.More); {
		case v.Outcome == Held:
			out.Held = append(out.Held, HeldRow{v.Row.Number, v.Row.Line, v.Slot.Credit.ID})
		case (v.Outcome == Changed || v.Outcome == There) && len(fields) > 0:
			c := ImportChange{v.Row.Number, v.Row.Line, v.Credit(), nil}
			for _, field := range fields {
				c.Fields = append(c.Fields, ChangedField{string(field), ValueOf(v.Of.Credit, field), ValueOf(v.Row.Credit, field)})
			}
			out.Changes = append(out.Changes, c)
		}
	}
	return out
}
