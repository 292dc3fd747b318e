package cli

import (
	"cmp"
	"fmt"
	"slices"

	"cmpledger/internal/evidence"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

// A remark is a sentence under the table of a status. Those with a code are
// warnings, in JSON too.
type remark struct {
	Code    string `json:"code" enum:"unallocated,assumed-rules,outside-window,over-cap,past-declare-by,no-topic,no-evidence,drift,look-alikes"`
	Message string `json:"message" doc:"For people; its words may change."`
}

// Codes of warnings that the audit has too.
const (
	warnAssumed    = "assumed-rules"
	warnNoEvidence = "no-evidence"
	warnDrift      = "drift"
	warnLookAlikes = "look-alikes"
)

// remarks says what the table of a standing cannot: what the rules remark, and
// what the ledger shows beside them.
func (a *app) remarks(s snapshot, t rules.Standing) []remark {
	all, code := t.Remarks(a.auto()), s.shortName(t.Credential)
	ledgers := map[rules.RemarkKind]string{
		rules.RemarkNoEvidence: evidenceRemark(evidence.Lint(s.ToProve(t.Cycle, t.Holds), s.Evidence)).As(a.name),
	}
	if t.State != rules.Declared {
		ledgers[rules.RemarkLookAlikes] = alikeIn(s, t)
	}
	for kind, line := range ledgers {
		if line != "" {
			all = append(all, rules.Remark{Kind: kind})
		}
	}
	if drifted := rules.Drift(s.Declarations[t.Cycle.ID], s.Credits); len(drifted) > 0 {
		r := rules.Remark{Kind: rules.RemarkDrift}
		for _, d := range drifted {
			r.Credits = append(r.Credits, d.Credit.ID)
		}
		slices.Sort(r.Credits)
		all = append(all, r)
	}
	slices.SortStableFunc(all, func(x, y rules.Remark) int { return cmp.Compare(x.Kind, y.Kind) })
	out := make([]remark, len(all))
	for i, r := range all {
		text := cmp.Or(ledgers[r.Kind], words.Remark(r, t, code).As(a.name))
		if r.Kind == rules.RemarkWindowMoves {
			text += a.reinstatement(t)
		}
		out[i] = remark{r.Kind.Code(), text}
	}
	return out
}

// reinstatement says what an expired credential costs, or nothing.
func (a *app) reinstatement(t rules.Standing) string {
	fees, err := a.book.Fees(t.Credential.Body)
	if t.State != rules.Expired || err != nil || fees == nil {
		return ""
	}
	fee := fees.On(t.Today)
	return fmt.Sprintf(" Reinstatement: %d on top of the fee of %d (%s).", fee.Reinstatement, fee.Application, fee.Confidence)
}
