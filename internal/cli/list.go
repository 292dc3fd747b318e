package cli

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

// filterFlags select credits.
type filterFlags struct {
	topic        ledger.Topic
	unknown      error // why no rules know the topic, or nil
	noTopic      bool
	since, until ledger.Day
	provider     string
	unallocated  bool
	credential   string
}

func (f *filterFlags) add(a *app, cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.Var(&topicFlag{read: f.readTopic}, "topic", "only credits that have the `topic`")
	flags.BoolVar(&f.noTopic, "no-topic", false, "only credits without a topic")
	flags.TextVar(&f.since, "since", ledger.Day{}, "only credits of the `day` or later")
	flags.TextVar(&f.until, "until", ledger.Day{}, "only credits of the `day` or earlier")
	flags.StringVar(&f.provider, "provider", "", "only credits whose provider contains the `text`")
	flags.BoolVar(&f.unallocated, "unallocated", false, "only credits with points left that are not allocated")
	flags.StringVar(&f.credential, "credential", "", "only credits in the window of the credential of this `code`")
}

// readTopic takes the topic; that which is given last holds. One that no rules
// know may be that of a credit all the same, if its pack is gone.
func (f *filterFlags) readTopic(known ledger.Vocabulary, text string) error {
	f.topic, f.unknown = known.Parse(text)
	t := ledger.Topic(strings.ToLower(text))
	if f.unknown == nil || !t.WellFormed() {
		return f.unknown
	}
	f.topic, f.unknown = t, usage("--topic %q: %w", text, f.unknown)
	return nil
}

func (a *app) newList() *cobra.Command {
	var f filterFlags
	var duplicates bool
	cmd := withRecords(&cobra.Command{
		Use:   "list",
		Short: "List credits",
		Long: `List credits by date. Several filters select what fits all of them. With
--duplicates, list groups that may be one activity recorded several times: of one
day and worth the same, with similar titles; or of one reference, within 31 days,
worth the same or with similar titles.`,
		Example: `  cmp list --no-topic
  cmp list --unallocated --credential MLS
  cmp list --since 2026-01-01 --format csv
  cmp list --duplicates`,
		Args: noArguments,
		RunE: a.run(func(ctx context.Context, _ []string) error {
			if duplicates {
				return a.listDuplicates(ctx, f)
			}
			return a.list(ctx, f)
		}),
	})
	f.add(a, cmd)
	cmd.Flags().BoolVar(&duplicates, "duplicates", false, "list credits that look the same")
	return cmd
}

// selected reads the ledger and returns it with the credits that the filters
// select.
func (a *app) selected(ctx context.Context, f filterFlags) (s snapshot, credits []ledger.Credit, err error) {
	if s, err = a.look(ctx); err != nil {
		return s, nil, err
	}
	if f.unknown != nil && !slices.ContainsFunc(s.Credits, func(c ledger.Credit) bool { return c.Limit(f.topic) > 0 }) {
		return s, nil, f.unknown
	}
	fits, err := a.fitting(s, f)
	since, until, provider := f.since.Date(a.today), f.until.Date(a.today), strings.ToLower(f.provider)
	credits = slices.DeleteFunc(slices.Clone(s.Credits), func(c ledger.Credit) bool {
		return f.topic != "" && c.Limit(f.topic) == 0 || f.noTopic && c.Topics != nil || c.Date < since || until != 0 && c.Date > until ||
			!strings.Contains(strings.ToLower(c.Provider), provider) || fits != nil && !fits[c.ID]
	})
	return s, credits, err
}

// fitting returns the credits in the window of the credential, or of any, and
// of these, when only unallocated ones are wanted, those with points left. It is
// nil where nothing of that is asked for, or there is no credential.
func (a *app) fitting(s snapshot, f filterFlags) (map[int64]bool, error) {
	if f.credential == "" && (!f.unallocated || len(s.Credentials) == 0) {
		return nil, nil
	}
	accounts, err := a.currentOf(s, f.credential)
	fits := map[int64]bool{}
	for _, account := range accounts {
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
	s, credits, err := a.selected(ctx, f)
	if err != nil {
		return err
	}
	people := a.settings.Format == answer.Table
	switch {
	case people && len(s.Credits) == 0:
		a.say("No credits yet (%s): %s, or %s", a.settings.DB, ledger.Command{"add", "TITLE", "--points", "P"}, ledger.Command{"import", "FILE"})
		return nil
	case people && len(credits) == 0:
		a.say("None of the %s fits", words.Count(len(s.Credits), "credit"))
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

type duplicatesAnswer struct {
	Schema string         `json:"schema" shape:"cmp.duplicates/1" title:"Credits that may be one" doc:"Written by cmp list --duplicates."`
	Pairs  []pairItem     `json:"pairs" doc:"As many as connect each group of credits that are alike." records:"credit other date points title other_title other_date other_points group"`
	Rows   []duplicateRow `table:"Group|Group|right; ID|Credit|right; date|Date; points|Points|right; title|Title|wrap wide; reference|Reference|wrap any"`
}

type pairItem struct {
	Credit      int64         `json:"credit" doc:"Number of a credit."`
	Other       int64         `json:"other" doc:"Number of the one that it is like."`
	Date        ledger.Date   `json:"date" doc:"Of credit, as title and points."`
	Points      ledger.Points `json:"points"`
	Title       string        `json:"title"`
	OtherTitle  string        `json:"other_title"`
	OtherDate   ledger.Date   `json:"other_date"`
	OtherPoints ledger.Points `json:"other_points"`
	Group       int64         `json:"group" doc:"Number of the group, from 1."`
}

// A duplicateRow is a credit of a group, of which the first has the number.
type duplicateRow struct {
	Group string
	ledger.Credit
}

// listDuplicates shows credits that may be one activity recorded several
// times: for programs in pairs, on a screen in groups.
func (a *app) listDuplicates(ctx context.Context, f filterFlags) error {
	s, credits, err := a.selected(ctx, f)
	if err != nil {
		return err
	}
	groups := s.Alike(credits)
	if a.settings.Format == answer.Table && len(groups) == 0 {
		a.say("No two of %s look the same.", words.Count(len(credits), "credit"))
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
	a.tell("If two are the same activity: %s keeps the first. If not: %s", ledger.Command{"merge", x, y}, ledger.Command{"keep", x, y})
	return nil
}

func id(c ledger.Credit) string { return strconv.FormatInt(c.ID, 10) }
