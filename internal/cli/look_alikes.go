package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/actions"
	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

// alikeLine says how many credits look alike, or nothing where none do.
func (a *app) alikeLine(groups []pairing.Group) string {
	n := 0
	for _, g := range groups {
		n += len(g.Credits)
	}
	if n == 0 {
		return ""
	}
	return a.text("%d credits look alike: %s", n, ledger.Command{"list", "--duplicates"})
}

// alikeRemark says how many credits look alike among those in the days that
// count for a cycle.
func (a *app) alikeRemark(add addRemark, s snapshot, t rules.Standing) {
	const most = 5000 // more take longer to compare than anybody waits for; cmp doctor compares all
	credits := slices.DeleteFunc(slices.Clone(s.Credits), func(c ledger.Credit) bool { return !t.Holds(c.Date) })
	if len(credits) > most {
		return
	}
	if line := a.alikeLine(s.Alike(credits)); line != "" {
		add(warnLookAlikes, "%s", line)
	}
}

// undecided says which credits look alike among those that would be declared
// for a cycle, and were not said to be two; nil where none do.
func (a *app) undecided(s snapshot, name string, d ledger.Declaration) *failure {
	var credits []ledger.Credit
	for _, line := range d.Credits {
		if !slices.ContainsFunc(credits, func(c ledger.Credit) bool { return c.ID == line.Credit.ID }) {
			credits = append(credits, line.Credit)
		}
	}
	slices.SortFunc(credits, func(a, b ledger.Credit) int { return int(a.ID - b.ID) })
	groups := s.Alike(credits)
	if len(groups) == 0 {
		return nil
	}
	var pairs []string
	for _, g := range groups {
		for _, p := range g.Pairs {
			pairs = append(pairs, fmt.Sprintf("%d and %d", p[0].ID, p[1].ID))
		}
	}
	x, y := id(groups[0].Pairs[0][0]), id(groups[0].Pairs[0][1])
	return no("look-alikes", "%s: %s that it would count look alike (%s)", name, words.Verb(len(pairs), "two credits", "credits"),
		strings.Join(pairs, ", ")).
		try("if they are the same: %s; if not: %s", ledger.Command{"merge", x, y}, ledger.Command{"keep", x, y})
}

// examineAlike counts the credits that look alike. That is no damage.
func (a *app) examineAlike(ctx context.Context) store.Check {
	c := store.Check{Name: "look-alikes", Verdict: store.OK}
	err := a.view(ctx, func(tx *store.Tx) error {
		s, err := actions.Read(ctx, tx)
		groups := s.Alike(s.Credits)
		if line := a.alikeLine(groups); line != "" {
			x, y := id(groups[0].Pairs[0][0]), id(groups[0].Pairs[0][1])
			c.Verdict = store.Warning
			c.Findings = append(c.Findings, store.Finding{
				Verdict: store.Warning, What: line, Try: fmt.Sprintf("if two are the same: cmp merge %[1]s %[2]s; if not: cmp keep %[1]s %[2]s", x, y),
			})
		}
		c.Detail = words.Count(len(s.Credits), "credit")
		return err
	})
	if err != nil {
		c.Verdict = store.Skipped // something changed meanwhile
	}
	return c
}
