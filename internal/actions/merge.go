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

// MergeCredits makes one credit of two that are the same activity: c, with what
// it lacks from the one that goes. It brings the snapshot up to date, and
// returns the credit and what became of allocations.
func (j Judge) MergeCredits(ctx context.Context, tx *store.Tx, s *Snapshot, c, gone ledger.Credit) (ledger.Credit, []Trimming, error) {
	if err := tx.MoveEvidence(ctx, gone.ID, c.ID); err != nil {
		return c, nil, err
	}
	if err := tx.MergeCredit(ctx, gone.ID, c.ID); err != nil {
		return c, nil, err
	}
	c = joined(c, gone)
	s.moveAllocations(gone.ID, c.ID)
	s.Credits = slices.DeleteFunc(s.Credits, func(x ledger.Credit) bool { return x.ID == gone.ID })
	trimmed, err := j.EditCredit(ctx, tx, s, c)
	return c, trimmed, err
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
	names := slices.DeleteFunc(OtherNames(c, other), func(name string) bool { return mentions(c.Note, name) })
	if len(names) > 0 {
		if c.Note != "" {
			c.Note += "; "
		}
		c.Note += "merged: " + strings.Join(names, ", ")
	}
	return c
}

// OtherNames returns the provider, reference and address of another credit
// that are not those of the one that is kept, as they are noted.
func OtherNames(c, other ledger.Credit) (names []string) {
	if key := pairing.Reference(other.Reference); key != "" && key != pairing.Reference(c.Reference) {
		names = append(names, "reference "+other.Reference)
	}
	if Differs(c.Provider, other.Provider) {
		names = append(names, other.Provider)
	}
	if Differs(c.URL, other.URL) {
		names = append(names, other.URL)
	}
	return names
}

// Differs reports whether there is another text, and not only in case and
// spacing.
func Differs(own, other string) bool {
	return other != "" && transcript.Squeeze(own) != transcript.Squeeze(other)
}

// mentions reports whether a note has a name that was noted when merging.
func mentions(note, name string) bool {
	for from := 0; ; {
		i := strings.Index(note[from:], name)
		if i < 0 {
			return false
		}
		before, after := note[:from+i], note[from+i+len(name):]
		if (strings.HasSuffix(before, "merged: ") || strings.HasSuffix(before, ", ")) &&
			(after == "" || strings.HasPrefix(after, ", ") || strings.HasPrefix(after, "; ")) {
			return true
		}
		from += i + len(name)
	}
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
