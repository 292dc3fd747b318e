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
	"cmpledger/internal/words"
)

// Merge makes one credit of two: the first, with what it lacks from the other.
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

// Unlike says that two credits are hardly one activity, or nothing. It is an error
// where the other one was declared: that may not go.
func (j Judge) Unlike(s Snapshot, keep, other int64) (string, error) {
	c, err := s.Credit(keep)
	if err != nil {
		return "", err
	}
	gone, err := s.Credit(other)
	if err != nil {
		return "", err
	}
	with, declared := s.declaredWith(other)
	_, both := s.declaredWith(keep)
	switch {
	case declared && both:
		return "", refused(ledger.Say("if they are not the same: %s", ledger.Command{"keep", fmt.Sprint(keep), fmt.Sprint(other)}),
			"credits %d and %d: you declared both, so they stay as they are", keep, other)
	case declared:
		return "", refused(ledger.Say("to keep that one: %s", ledger.Command{"merge", fmt.Sprint(other), fmt.Sprint(keep)}),
			"credit %d: you declared it with %s, so it stays", other, j.Designation(with))
	case pairing.LooksAlike(c, gone):
		return "", nil
	}
	what := func(c ledger.Credit) string {
		return fmt.Sprintf("%s on %s (%s)", words.Points(c.Points), c.Date, c.Title)
	}
	return fmt.Sprintf("credits %d and %d do not look alike: %s and %s", keep, other, what(c), what(gone)), nil
}

// declaredWith returns the first credential with which a credit was declared.
func (s Snapshot) declaredWith(credit int64) (ledger.Credential, bool) {
	for _, x := range s.AllocationsOf(credit) {
		c := s.OfCycle(x.Cycle)
		if slices.ContainsFunc(c.Cycles, func(y ledger.Cycle) bool { return y.ID == x.Cycle && y.Declared != 0 }) {
			return c, true
		}
	}
	return ledger.Credential{}, false
}

// joined returns a credit with what it lacks from another one. Its note gets what the
// other one's says, and another reference, provider or address, each once.
func joined(c, other ledger.Credit) ledger.Credit {
	c.Topics = slices.Clone(c.Topics)
	for _, t := range other.Topics {
		if !slices.ContainsFunc(c.Topics, func(own ledger.CreditTopic) bool { return own.Topic == t.Topic }) {
			c.Topics = append(c.Topics, t)
		}
	}
	if pairing.Reference(c.Reference) == "" {
		c.Reference = cmp.Or(other.Reference, c.Reference)
	}
	c.Provider, c.URL = cmp.Or(c.Provider, other.Provider), cmp.Or(c.URL, other.URL)
	add := strings.Split(other.Note, "; ")
	if ref := pairing.Reference(other.Reference); ref != "" && ref != pairing.Reference(c.Reference) {
		add = append(add, "merged: reference "+other.Reference)
	}
	if from := pairing.Reference(other.Provider); from != "" && from != pairing.Reference(c.Provider) {
		add = append(add, "merged: provider "+other.Provider)
	}
	if other.URL != "" && other.URL != c.URL {
		add = append(add, "merged: address "+other.URL)
	}
	notes := strings.Split(c.Note, "; ")
	for _, note := range add {
		if note != "" && !slices.Contains(notes, note) {
			notes = append(notes, note)
		}
	}
	c.Note = strings.TrimPrefix(strings.Join(notes, "; "), "; ")
	return c
}

// moveAllocations gives a credit those of another one, in the snapshot alone.
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
