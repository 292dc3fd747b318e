package actions

import (
	"context"
	"errors"
	"io"
	"slices"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
)

// EvidenceOf returns the evidence of a credit.
func (s Snapshot) EvidenceOf(credit int64) []ledger.Evidence {
	return slices.DeleteFunc(slices.Clone(s.Evidence), func(e ledger.Evidence) bool { return e.Credit != credit })
}

// ToProve returns the credits of a cycle that an audit may ask for: of a declared cycle
// those declared, else those that count, or would once they are allocated.
func (s Snapshot) ToProve(t rules.Standing) []ledger.Credit {
	if d, declared := s.Declarations[t.Cycle.ID]; declared {
		return s.DeclaredIn(d)
	}
	asked := map[int64]bool{}
	for _, f := range t.Findings {
		idle := func(p rules.Portion) bool { return p.Reason == rules.NotAllocated }
		if f.Counted > 0 || slices.ContainsFunc(f.Parts, idle) {
			asked[f.Credit.ID] = true
		}
	}
	return s.Among(asked)
}

// DeclaredIn returns the credits of a declaration as they are now. One that was removed
// since is not among them.
func (s Snapshot) DeclaredIn(d ledger.Declaration) []ledger.Credit { return s.Among(d.Numbers()) }

// Among returns the credits whose numbers are wanted, in the order of the ledger.
func (s Snapshot) Among(wanted map[int64]bool) []ledger.Credit {
	return s.CreditsWhere(func(c *ledger.Credit) bool { return wanted[c.ID] })
}

// Damage says how content is no longer what was added; any other error it returns.
func Damage(err error) (string, error) {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return "the file is missing", nil
	case errors.Is(err, store.ErrDamagedContent):
		return "the file is no longer what was added", nil
	}
	return "", err
}

// A Verified is what was found of evidence that was verified.
type Verified struct {
	Evidence int       `json:"evidence" doc:"Pieces of evidence."`
	Contents int       `json:"contents" doc:"Files; one may prove several credits."`
	Damaged  int       // of the files
	Findings []Damaged `json:"findings"`
}

// A Damaged is evidence that is no longer what was added.
type Damaged struct {
	Evidence int64  `json:"evidence" doc:"Number of the evidence."`
	Credit   int64  `json:"credit" doc:"Number of the credit."`
	Name     string `json:"name" doc:"Of the file."`
	Message  string `json:"message" doc:"What is wrong with it."`
}

// Verify holds the content of evidence of the wanted credits, also removed ones,
// against what was added.
func Verify(ctx context.Context, tx *store.Tx, wanted func(credit int64) bool) (v Verified, err error) {
	all, err := tx.AllEvidence(ctx)
	damage := map[string]string{} // by content
	for _, e := range all {
		if !wanted(e.Credit) {
			continue
		}
		v.Evidence++
		why, seen := damage[e.SHA256]
		if !seen {
			err := tx.Content(ctx, e.SHA256, io.Discard)
			if why, err = Damage(err); err != nil {
				return v, err
			}
			damage[e.SHA256] = why
			v.Contents++
			if why != "" {
				v.Damaged++
			}
		}
		if why != "" {
			v.Findings = append(v.Findings, Damaged{e.ID, e.Credit, e.Name, why})
		}
	}
	return v, err
}
