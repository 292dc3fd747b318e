package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

type filterFlags struct {
	words        []string // in lower case
	topics       []ledger.CreditTopic
	noTopic      bool
	since, until ledger.Day
	provider     string
	unallocated  bool
	notInPortal  bool
	credential   string
}

func (f *filterFlags) add(flags *pflag.FlagSet) {
	flags.Var(&topicFlag{read: f.readTopic}, "topic", "only credits with this `topic`, or with one of several: heme,chem")
	flags.BoolVar(&f.noTopic, "no-topic", false, "only credits without a topic")
	flags.TextVar(&f.since, "since", ledger.Day{}, "only credits of this `day` or later")
	flags.TextVar(&f.until, "until", ledger.Day{}, "only credits of this `day` or earlier")
	flags.StringVar(&f.provider, "provider", "", "only credits whose provider contains the `text`")
	flags.BoolVar(&f.unallocated, "unallocated", false, "only credits with points that are not allocated")
	flags.BoolVar(&f.notInPortal, "not-in-portal", false, "only credits that you still have to type into the portal, as on the board's form")
	flags.StringVar(&f.credential, "credential", "", "only credits of days that count for the credential with this `code`")
}

// readTopic takes more topics.
func (f *filterFlags) readTopic(known ledger.Vocabulary, text string) error {
	all, err := known.ParseCreditTopics(text)
	for _, t := range all {
		if t.Limit > 0 {
			return fmt.Errorf("credits are chosen by topic alone; write %s", t.Topic)
		}
	}
	f.topics = append(f.topics, all...)
	return err
}

// fits reports whether a credit has all words, and one of the topics.
func (f *filterFlags) fits(c ledger.Credit) bool {
	text := strings.ToLower(strings.Join([]string{c.Title, c.Provider, c.Reference}, "\n"))
	lacks := func(word string) bool { return !strings.Contains(text, word) }
	has := func(t ledger.CreditTopic) bool { return c.Limit(t.Topic) > 0 }
	return !slices.ContainsFunc(f.words, lacks) && (f.topics == nil || slices.ContainsFunc(f.topics, has))
}

func (a *app) newList() *cobra.Command {
	var f filterFlags
	var duplicates bool
	cmd := withRecords(&cobra.Command{
		Use:   "list [WORD...]",
		Short: "List your credits",
		Long: `List your credits by date. Words narrow the list: a credit must have them all in
its title, provider or reference. With several filters, it must fit all of them.

--duplicates lists credits that may be the same activity. They have the same
reference, or similar titles on one day, or similar titles and the same points
within seven days. The list leaves out credits with different references, a
series of three days or more, and what you kept apart with cmp keep.

--not-in-portal lists the credits of undeclared cycles that you still have to
type into the portal of your board. These are the ones that cmp reconcile did
not find there. They come as on the board's form: by requirement, then by date.`,
		Example: `  cmp list antibody aabb
  cmp list --no-topic
  cmp list --unallocated --credential MLS
  cmp list --since 2026-01-01 --format csv
  cmp list --duplicates
  cmp list --not-in-portal --credential MLS`,
		RunE: a.run(func(ctx context.Context, args []string) error {
			f.words = strings.Fields(strings.ToLower(strings.Join(args, " ")))
			if duplicates {
				return a.listDuplicates(ctx, f)
			}
			return a.list(ctx, f)
		}),
	})
	f.add(cmd.Flags())
	cmd.Flags().BoolVar(&duplicates, "duplicates", false, "list credits that may be the same activity")
	return cmd
}

// selected returns the credits that a filter selects, and the ledger, judged where the filter
// or what is shown asks where points are.
func (a *app) selected(ctx context.Context, f filterFlags, showsPoints bool) (s snapshot, credits []ledger.Credit, err error) {
	read := a.facts
	if showsPoints || f.credential != "" || f.unallocated || f.notInPortal {
		read = a.look
	}
	if s, err = read(ctx); err != nil {
		return s, nil, err
	}
	fits, err := a.fitting(s, f)
	since, until, provider := f.since.Date(a.today), f.until.Date(a.today), strings.ToLower(f.provider)
	credits = s.CreditsWhere(func(c *ledger.Credit) bool {
		return f.fits(*c) && (!f.noTopic || c.Topics == nil) && c.Date >= since && (until == 0 || c.Date <= until) &&
			strings.Contains(strings.ToLower(c.Provider), provider) && (fits == nil || fits[c.ID])
	})
	if f.notInPortal && err == nil {
		credits, err = a.toType(s, credits, f.credential)
	}
	return s, credits, err
}

// toType returns those of some credits that are still to be typed into a portal, in the
// order of its form.
func (a *app) toType(s snapshot, among []ledger.Credit, code string) (credits []ledger.Credit, err error) {
	standings, err := a.standings(s, oneOrAll(code))
	known, left := false, map[int64]ledger.Credit{}
	for _, c := range among {
		left[c.ID] = c
	}
	for _, t := range standings {
		ids, reconciled := s.NotInPortal(t)
		known = known || reconciled != 0
		for _, id := range ids {
			if c, ok := left[id]; ok {
				credits = append(credits, c)
			}
			delete(left, id)
		}
	}
	if err == nil && !known {
		err = refused("--not-in-portal: nothing was reconciled yet, so what the portal has is not known").
			try("save its transcript, then %s", ledger.Command{"reconcile", "FILE"})
	}
	return credits, err
}

// fitting returns the credits in the window of the credential, or of any, and
// of these, when only unallocated ones are wanted, those with points left that an
// open cycle could still have. It is nil where nothing of that is asked for, or there is no credential.
func (a *app) fitting(s snapshot, f filterFlags) (map[int64]bool, error) {
	if f.credential == "" && (!f.unallocated || len(s.Credentials) == 0) {
		return nil, nil
	}
	accounts, err := a.currentOf(s, f.credential)
	fits := map[int64]bool{}
	for _, account := range accounts {
		if f.unallocated && account.Cycle.Declared != 0 {
			continue
		}
		standing := rules.Evaluate(account, a.today)
		for _, finding := range standing.Findings {
			if standing.Holds(finding.Credit.Date) && (!f.unallocated || finding.Unallocated() > 0) {
				fits[finding.Credit.ID] = true
			}
		}
	}
	return fits, err
}

func (a *app) list(ctx context.Context, f filterFlags) error {
	s, credits, err := a.selected(ctx, f, a.settings.Format == answer.JSON)
	if err != nil {
		return err
	}
	people := a.settings.Format == answer.Table
	switch {
	case people && len(s.Credits) == 0:
		a.say("No credits yet (%s): %s, or %s", a.settings.DB, ledger.Command{"add", "TITLE", "--points", "P"}, ledger.Command{"import", "FILE"})
		return nil
	case people && len(credits) == 0:
		a.sayNoneFits(len(s.Credits))
		return nil
	}
	var sum ledger.Points
	for _, c := range credits {
		sum += c.Points
	}
	err = a.print(a.creditsAnswer(s, credits))
	a.tell("%s, %s", words.Count(len(credits), "credit"), words.Points(sum))
	return err
}

// sayNoneFits says that no credit has the words, and what else they may mean.
func (a *app) sayNoneFits(of int) {
	none := fmt.Sprintf("None of the %s fits", words.Count(of, "credit"))
	if meant := a.mistaken(a.typed).meant(1); len(meant) == 1 {
		a.say("%s; did you mean %s?", none, meant[0])
		return
	}
	a.say("%s", none)
}

type creditsAnswer struct {
	Schema  string       `json:"schema" shape:"cmp.credits/1" title:"Credits and their allocations" doc:"Written by cmp add, edit, export credits, keep, list, merge, remove and show."`
	DryRun  bool         `json:"dry_run,omitempty" doc:"It was asked for, and nothing was written. Absent otherwise."`
	Credits []creditItem `json:"credits" records:"id date title provider points topics activity reference url note" table:"id|Credit|right; date|Date; points|Points|right; title|Title|cut wide; topics|Topics|cut; provider|Provider|cut from100"`
}

// A creditItem is a credit with its allocations; of cmp show also with what
// proves it and what was declared of it.
type creditItem struct {
	creditWithAllocations
	Evidence []ledger.Evidence `json:"evidence,omitempty" doc:"Of cmp show, where there is some."`
	Declared []claimItem       `json:"declared,omitempty" doc:"What was declared of it. Of cmp show, where something was."`
	Drift    []string          `json:"drift,omitempty" doc:"How it is no longer as it was declared. Of cmp show, where it is not."`
}

type creditWithAllocations struct {
	ID int64 `json:"id" doc:"Number in this ledger, as in cmp show 12."`
	ledger.Credit
	Allocations []allocationItem `json:"allocations"`
}

// An allocationItem is points of a credit put towards a requirement.
type allocationItem struct {
	ledger.CredentialName
	ledger.Allocation
	ledger.Cycle `doc:"Of the cycle." null:"before the first cycle of a voluntary credential"`
}

func (a *app) creditsAnswer(s snapshot, credits []ledger.Credit) creditsAnswer {
	allocations := map[int64][]allocationItem{}
	for _, x := range allocationItems(s, s.Allocations) {
		allocations[x.Credit] = append(allocations[x.Credit], x)
	}
	out := creditsAnswer{DryRun: a.dryRun, Credits: make([]creditItem, 0, len(credits))}
	for _, c := range credits {
		out.Credits = append(out.Credits, creditItem{creditWithAllocations: creditWithAllocations{c.ID, c, allocations[c.ID]}})
	}
	return out
}

func allocationItems(s snapshot, all []ledger.Allocation) (items []allocationItem) {
	for _, x := range all {
		c := s.OfCycle(x.Cycle)
		i := slices.IndexFunc(c.Cycles, func(y ledger.Cycle) bool { return y.ID == x.Cycle })
		items = append(items, allocationItem{c.CredentialName, x, c.Cycles[i]})
	}
	return items
}

// titled is the title of an activity and who gave it.
func titled(screen answer.Screen, title, provider string) string {
	if provider == "" {
		return title
	}
	return title + " " + screen.Mark("·", "-") + " " + provider
}
