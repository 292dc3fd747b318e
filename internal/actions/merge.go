package actions

import (
	"context"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
	"cmpledger/internal/store"
	"cmpledger/internal/transcript"
)

// Merge makes one credit of two that are the same activity: the first, with what
// it lacks from the other one, which goes. It returns both.
func (j Judge) Merge(ctx context.Context, tx *store.Tx, s *Snapshot, keep, other int64) (merged Edited, gone ledger.Credit, err error) {
	c, err := s.Credit(keep)
	if err != nil {
		return merged, gone, err
	}
	if gone, err = s.Credit(other); err != nil {
		return merged, gone, err
	}
	if err := tx.MoveEvidence(ctx, gone.ID, c.ID); err != nil {
		return merged, gone, err
	}
	if err := tx.MergeCredit(ctx, gone.ID, c.ID); err != nil {
		return merged, gone, err
	}
	c = joined(c, gone)
	s.moveAllocations(gone.ID, c.ID)
	s.Credits = slices.DeleteFunc(s.Credits, func(x ledger.Credit) bool { return x.ID == gone.ID })
	trimmed, err := j.EditCredit(ctx, tx, s, c)
	return Edited{c, trimmed}, gone, err
}

// DeclaredWith returns the first credential with which a credit was declared,
// and whether there is one.
func (s Snapshot) DeclaredWith(credit int64) (ledger.Credential, bool) {
	for _, x := range s.AllocationsOf(credit) {
		c := s.OfCycle(x.Cycle)
		if slices.ContainsFunc(c.Cycles, func(y ledger.Cycle) bool { return y.ID == x.Cycle && y.Declared != 0 }) {
			return c, true
		}
	}
	return ledger.Credential{}, false
}

// joined returns a credit with what it lacks from another one, whose note, and
// other reference, provider and address, are noted.
func joined(c, other ledger.Credit) ledger.Credit {
	c.Topics = slices.Clone(c.Topics)
	for _, t := range other.Topics {
		if !slices.ContainsFunc(c.Topics, func(own ledger.CreditTopic) bool { return own.Topic == t.Topic }) {
			c.Topics = append(c.Topics, t)
		}
	}
	_, noted, _ := strings.Cut(c.Note, "merged: ")
	noted = ", " + strings.NewReplacer("; merged: ", ", ", "; ", ", ").Replace(noted) + ", "
	var names []string
	take := func(own *string, other, name string, same func(string) string) {
		if same(*own) == "" && same(other) != "" {
			*own = other
		}
		if same(other) != "" && same(other) != same(*own) && !strings.Contains(noted, ", "+name+", ") {
			names = append(names, name)
		}
	}
	take(&c.Reference, other.Reference, "reference "+other.Reference, pairing.Reference)
	take(&c.Provider, other.Provider, other.Provider, transcript.Squeeze)
	take(&c.URL, other.URL, other.URL, transcript.Squeeze)
	note := func(text string) {
		if c.Note != "" {
			c.Note += "; "
		}
		c.Note += text
	}
	if !strings.Contains(c.Note, other.Note) {
		note(other.Note)
	}
	if len(names) > 0 {
		note("merged: " + strings.Join(names, ", "))
	}
	return c
}

// moveAllocations gives the allocations of one credit to another one, in the
// snapshot alone.
func (s *Snapshot) moveAllocations(from, to int64) {
	var all []ledger.Allocation
	for _, x := range s.Allocations {
		if x.Credit == from {
			x.Credit = to
		}
		i := slices.IndexFunc(all, func(y ledger.Allocation) bool {
			return y.Credit == x.Credit && y.Cycle == x.Cycle && y.Requirement == x.Requirement && y.By == x.By
		})
		if i >= 0 && x.Credit == to {
			all[i].Points += x.Points
			continue
		}
		all = append(all, x)
	}
	s.Allocations = all
}
