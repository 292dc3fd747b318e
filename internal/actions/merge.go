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
	"cmpledger/internal/words"
)

// Merge makes one credit of two that are the same activity: the first, with what
// it lacks from the other one, which goes. It returns the first, and what the other
// one had otherwise.
func (j Judge) Merge(ctx context.Context, tx *store.Tx, s *Snapshot, keep, other int64) (merged Edited, had []string, err error) {
	c, err := s.Credit(keep)
	if err != nil {
		return merged, nil, err
	}
	gone, err := s.Credit(other)
	if err != nil {
		return merged, nil, err
	}
	if err := tx.MoveEvidence(ctx, gone.ID, c.ID); err != nil {
		return merged, nil, err
	}
	if err := tx.MergeCredit(ctx, gone.ID, c.ID); err != nil {
		return merged, nil, err
	}
	c = joined(c, gone)
	s.moveAllocations(gone.ID, c.ID)
	s.Credits = slices.DeleteFunc(s.Credits, func(x ledger.Credit) bool { return x.ID == gone.ID })
	trimmed, err := j.EditCredit(ctx, tx, s, c)
	return Edited{c, trimmed}, notKept(c, gone), err
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

// joined returns a credit with what it lacks from another one, whose other
// reference, provider and address are noted.
func joined(c, other ledger.Credit) ledger.Credit {
	c.Topics = slices.Clone(c.Topics)
	for _, t := range other.Topics {
		if !slices.ContainsFunc(c.Topics, func(own ledger.CreditTopic) bool { return own.Topic == t.Topic }) {
			c.Topics = append(c.Topics, t)
		}
	}
	if pairing.Reference(c.Reference) == "" && pairing.Reference(other.Reference) != "" {
		c.Reference = other.Reference
	}
	for _, text := range []struct {
		own   *string
		other string
	}{{&c.Provider, other.Provider}, {&c.URL, other.URL}, {&c.Note, other.Note}} {
		if *text.own == "" {
			*text.own = text.other
		}
	}
	_, noted, _ := strings.Cut(c.Note, "merged: ")
	noted = ", " + strings.NewReplacer("; merged: ", ", ", "; ", ", ").Replace(noted) + ", "
	names := slices.DeleteFunc(otherNames(c, other), func(name string) bool { return strings.Contains(noted, ", "+name+", ") })
	if len(names) > 0 {
		if c.Note != "" {
			c.Note += "; "
		}
		c.Note += "merged: " + strings.Join(names, ", ")
	}
	return c
}

// otherNames returns the provider, reference and address of another credit
// that are not those of the one that is kept, as they are noted.
func otherNames(c, other ledger.Credit) (names []string) {
	if key := pairing.Reference(other.Reference); key != "" && key != pairing.Reference(c.Reference) {
		names = append(names, "reference "+other.Reference)
	}
	if differs(c.Provider, other.Provider) {
		names = append(names, other.Provider)
	}
	if differs(c.URL, other.URL) {
		names = append(names, other.URL)
	}
	return names
}

// differs reports whether there is another text, and not only in case and
// spacing.
func differs(own, other string) bool {
	return other != "" && transcript.Squeeze(own) != transcript.Squeeze(other)
}

// notKept returns what a credit had that the one it was merged into has
// otherwise.
func notKept(c, gone ledger.Credit) (had []string) {
	if c.Points != gone.Points {
		had = append(had, words.Points(gone.Points))
	}
	if c.Date != gone.Date {
		had = append(had, gone.Date.String())
	}
	if differs(c.Title, gone.Title) {
		had = append(had, fmt.Sprintf("title %q", gone.Title))
	}
	had = append(had, otherNames(c, gone)...)
	if c.Activity != gone.Activity {
		had = append(had, "activity "+string(gone.Activity))
	}
	for _, t := range gone.Topics {
		if !slices.Contains(c.Topics, t) { // but with another limit, for it has all topics
			had = append(had, "topic "+t.String())
		}
	}
	if differs(c.Note, gone.Note) && !strings.HasPrefix(c.Note, gone.Note) {
		had = append(had, fmt.Sprintf("note %q", gone.Note))
	}
	return had
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
