package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newMerge() *cobra.Command {
	var yes bool
	var ids []int64
	cmd := a.writing(&cobra.Command{
		Use:   "merge KEEP OTHER",
		Short: "Make one credit of two that are the same",
		Long: `Make one credit of two that are the same activity. The first one stays. It gets
what only the other has: topics, texts, certificates, and allocations as far as its
points allow. Its note also gets the note of the other, and a reference,
provider or address that differs. The other one is removed. Importing its file
again does not bring it back.

If the two do not look alike, cmp refuses without --yes.`,
		Example: `  cmp merge 12 47
  cmp merge 12 47 --dry-run`,
		Args: func(cmd *cobra.Command, args []string) (err error) {
			if ids, err = creditIDs(cmd, args); err == nil && (len(args) != 2 || len(ids) != 2) {
				return usage("merge: give the numbers of two credits").try("first the one to keep: %s", ledger.Command{"merge", "12", "47"})
			}
			return err
		},
		RunE: a.run(func(ctx context.Context, _ []string) error { return a.merge(ctx, ids[0], ids[1], yes) }),
	})
	cmd.Flags().BoolVar(&yes, "yes", false, "merge credits that do not look alike, too, without asking")
	return cmd
}

func (a *app) merge(ctx context.Context, keep, other int64, yes bool) error {
	var merged actions.Edited
	var gone ledger.Credit
	s, err := a.alter(ctx, func(tx *store.Tx, s *snapshot) (string, error) {
		unlike, err := a.judgeOn(a.today).Unlike(*s, keep, other)
		if err == nil && unlike != "" {
			err = a.confirm(yes, unlike)
		}
		if err == nil {
			merged, gone, err = a.judgeOn(a.today).Merge(ctx, tx, s, keep, other)
		}
		return fmt.Sprintf("credit %d merged into credit %d: %s", other, keep, merged.Credit.Title), err
	})
	if err != nil {
		return err
	}
	err = a.reply(a.creditsAnswer(s, []ledger.Credit{merged.Credit}))
	a.tell("%s credit %d into credit %d: %s: %s", a.did("Merged", "merge"), other, keep, worth(merged.Credit), merged.Credit.Title)
	a.say("Credit %d was %s: %s", other, worth(gone), gone.Title)
	a.sayLines(a.saidOfTrimmed(merged.Credit, merged.Trimmings))
	return err
}

func (a *app) newKeep() *cobra.Command {
	var ids []int64
	return a.writing(&cobra.Command{
		Use:   "keep ID ID...",
		Short: "Say that credits that look alike are different",
		Long: `Say that credits that look alike are different activities. cmp no longer asks
about them, and cmp declare no longer waits for an answer. If you name more than
two, each differs from all others. If two are the same, use cmp merge.`,
		Example: `  cmp keep 12 47
  cmp keep 12 47 53`,
		Args: func(cmd *cobra.Command, args []string) (err error) {
			if ids, err = creditIDs(cmd, args); err == nil && len(ids) < 2 {
				return usage("keep: give the numbers of two credits or more").try("such as: %s", ledger.Command{"keep", "12", "47"})
			}
			return err
		},
		RunE: a.run(func(ctx context.Context, _ []string) error {
			var credits []ledger.Credit
			s, err := a.alter(ctx, func(tx *store.Tx, s *snapshot) (_ string, err error) {
				credits, err = s.CreditsOf(ids)
				for i, id := range ids {
					for k := 0; err == nil && k < i; k++ {
						err = tx.KeepApart(ctx, ids[k], id)
					}
				}
				return fmt.Sprintf("credits %s are different", words.Numbers(ids, ", ")), err
			})
			if err != nil {
				return err
			}
			all := words.Numbers(ids, ", ")
			a.tell("%s", a.did("Credits "+all+" are different; cmp will not ask again.", "record that credits "+all+" are different."))
			return a.reply(a.creditsAnswer(s, credits))
		}),
	})
}

func (a *app) alikeLine(groups []pairing.Group) string { return alikeText(groups).As(a.call...) }

// alikeText says how many credits look alike, or nothing. What lists them may be only of
// one credential.
func alikeText(groups []pairing.Group, only ...string) ledger.Text {
	n := 0
	for _, g := range groups {
		n += len(g.Credits)
	}
	if n == 0 {
		return ledger.Text{}
	}
	return ledger.Say("%d credits look alike: %s", n, append(ledger.Command{"list", "--duplicates"}, only...))
}

// undecided says which credits look alike among those that would be declared
// for a cycle, and were not said to be two; nil where none do.
func (a *app) undecided(s snapshot, name string, d ledger.Declaration) *failure {
	credits := words.Map(d.Credits, func(line ledger.DeclaredCredit) ledger.Credit { return line.Credit })
	slices.SortFunc(credits, func(a, b ledger.Credit) int { return cmp.Compare(a.ID, b.ID) })
	credits = slices.CompactFunc(credits, func(a, b ledger.Credit) bool { return a.ID == b.ID })
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
	return no("look-alikes", "%s: %s that would count look alike (%s)", name, words.Verb(len(pairs), "two credits", "credits"),
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
			c.Warn("%s", line).Try = ledger.Say("if two are the same: %s; if not: %s", ledger.Command{"merge", x, y}, ledger.Command{"keep", x, y})
		}
		c.Detail = words.Count(len(s.Credits), "credit")
		return err
	})
	if err != nil {
		return store.Check{Name: c.Name, Verdict: store.Skipped} // something changed meanwhile
	}
	return c
}

type duplicatesAnswer struct {
	Schema string         `json:"schema" shape:"cmp.duplicates/1" title:"Credits that may be one" doc:"Written by cmp list --duplicates."`
	Pairs  []pairItem     `json:"pairs" doc:"Enough pairs to connect each group of credits that look alike." records:"credit other date points title other_title other_date other_points group"`
	Rows   []duplicateRow `table:"Group|Group|right; ID|Credit|right; date|Date; points|Points|right; title|Title|wrap wide; reference|Reference|wrap any"`
}

type pairItem struct {
	Credit      int64         `json:"credit" doc:"Number of a credit."`
	Other       int64         `json:"other" doc:"Number of the credit that it looks like."`
	Date        ledger.Date   `json:"date" doc:"Of credit, as title and points."`
	Points      ledger.Points `json:"points"`
	Title       string        `json:"title"`
	OtherTitle  string        `json:"other_title"`
	OtherDate   ledger.Date   `json:"other_date"`
	OtherPoints ledger.Points `json:"other_points"`
	Group       int64         `json:"group" doc:"Number of the group, from 1."`
}

type duplicateRow struct {
	Group string
	ledger.Credit
}

// listDuplicates shows credits that may be one activity recorded several
// times: for programs in pairs, on a screen in groups.
func (a *app) listDuplicates(ctx context.Context, f filterFlags) error {
	s, credits, err := a.selected(ctx, f, false)
	if err != nil {
		return err
	}
	groups := s.Alike(credits)
	if a.settings.Format == answer.Table && len(groups) == 0 {
		a.say("No credits look alike.")
		return nil
	}
	var out duplicatesAnswer
	for n, g := range groups {
		for _, p := range g.Pairs {
			out.Pairs = append(out.Pairs, pairItem{
				p[0].ID, p[1].ID, p[0].Date, p[0].Points, p[0].Title, p[1].Title, p[1].Date, p[1].Points, int64(n + 1),
			})
		}
		group := strconv.Itoa(n + 1)
		for _, c := range g.Credits {
			out.Rows = append(out.Rows, duplicateRow{group, c})
			group = ""
		}
	}
	if err := a.print(out); err != nil || len(groups) == 0 {
		return err
	}
	x, y := id(groups[0].Pairs[0][0]), id(groups[0].Pairs[0][1])
	a.tell("If two are the same: %s (keeps the first). If not: %s", ledger.Command{"merge", x, y}, ledger.Command{"keep", x, y})
	return nil
}

func id(c ledger.Credit) string { return strconv.FormatInt(c.ID, 10) }
