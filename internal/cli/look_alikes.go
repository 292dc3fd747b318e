package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cmpledger/internal/actions"
	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

// alikeLine says how many credits look alike, or nothing where none do.
func alikeLine(groups []pairing.Group) string {
	n := 0
	for _, g := range groups {
		n += len(g.Credits)
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d credits look alike: cmp list --duplicates", n)
}

// alikeIn says how many credits look alike among those in the days that count for
// a cycle, or nothing.
func alikeIn(s snapshot, t rules.Standing) string {
	const most = 5000 // more take longer to compare than anybody waits for; cmp doctor compares all
	credits := slices.DeleteFunc(slices.Clone(s.Credits), func(c ledger.Credit) bool { return !t.Holds(c.Date) })
	if len(credits) > most {
		return ""
	}
	return alikeLine(s.Alike(credits))
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
	var pairs []string
	for _, g := range s.Alike(credits) {
		for _, p := range g.Pairs {
			pairs = append(pairs, fmt.Sprintf("%d %d", p[0].ID, p[1].ID))
		}
	}
	if pairs == nil {
		return nil
	}
	return no("look-alikes", "%s: %s that it would count look alike (%s)", name, words.Verb(len(pairs), "two credits", "credits"),
		strings.ReplaceAll(strings.Join(pairs, ", "), " ", " and ")).
		try("if they are the same: cmp merge %[1]s; if not: cmp keep %[1]s", pairs[0])
}

// sayAlike warns of a credit that is there already, or looks like one that is.
func (a *app) sayAlike(like *ledger.Credit, id int64) {
	if like != nil {
		a.say("It looks like credit %d (%s, %s). If it is the same: cmp merge %[1]d %[4]d; if not: cmp keep %[1]d %[4]d",
			like.ID, like.Date, like.Title, id)
	}
}

// examineAlike counts the credits that look alike. That is no damage.
func (a *app) examineAlike(ctx context.Context) store.Check {
	c := store.Check{Name: "look-alikes", Verdict: store.OK}
	err := a.view(ctx, func(tx *store.Tx) error {
		s, err := actions.Read(ctx, tx)
		groups := s.Alike(s.Credits)
		if line := alikeLine(groups); line != "" {
			first := groups[0].Pairs[0]
			pair := strconv.FormatInt(first[0].ID, 10) + " " + strconv.FormatInt(first[1].ID, 10)
			c.Verdict = store.Warning
			c.Findings = append(c.Findings, store.Finding{
				Verdict: store.Warning, What: line, Try: fmt.Sprintf("if two are the same: cmp merge %[1]s; if not: cmp keep %[1]s", pair),
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
