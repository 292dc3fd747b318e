package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
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
	err = a.view(ctx, func(tx *store.Tx) error {
		if s, err = a.judged(ctx, tx); err != nil {
			return err
		}
		credits, err = tx.Credits(ctx, store.CreditFilter{
			Topic: f.topic, NoTopic: f.noTopic, Provider: f.provider,
			Since: f.since.Date(a.today), Until: f.until.Date(a.today),
		})
		return err
	})
	if err == nil && f.unknown != nil && !slices.ContainsFunc(s.Credits, func(c ledger.Credit) bool { return c.Limit(f.topic) > 0 }) {
		err = f.unknown
	}
	if err != nil {
		return s, nil, err
	}
	if f.credential == "" && !f.unallocated {
		return s, credits, nil
	}
	fits, err := a.fitting(s, f)
	return s, slices.DeleteFunc(credits, func(c ledger.Credit) bool { return !fits[c.ID] }), err
}

// fitting returns the credits in the window of the credential, or of any, and
// of these, when only unallocated ones are wanted, those with points left.
func (a *app) fitting(s snapshot, f filterFlags) (map[int64]bool, error) {
	credentials := s.Credentials
	if f.credential != "" {
		c, err := a.held(s, f.credential)
		if err != nil {
			return nil, err
		}
		credentials = []ledger.Credential{c}
	}
	accounts, err := a.current(s, credentials)
	if err != nil {
		return nil, err
	}
	fits := map[int64]bool{}
	for _, account := range accounts {
		standing := rules.Evaluate(account, a.today)
		for _, finding := range standing.Findings {
			if standing.Holds(finding.Credit.Date) && (!f.unallocated || finding.Unallocated() > 0) {
				fits[finding.Credit.ID] = true
			}
		}
	}
	if f.unallocated && len(s.Credentials) == 0 {
		for _, c := range s.Credits {
			fits[c.ID] = true
		}
	}
	return fits, nil
}

func (a *app) list(ctx context.Context, f filterFlags) error {
	s, credits, err := a.selected(ctx, f)
	if err != nil {
		return err
	}
	people := a.settings.Format == answer.Table
	switch {
	case people && len(s.Credits) == 0:
		a.say("No credits yet (%s): cmp add TITLE --points P, or cmp import FILE", a.settings.DB)
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
