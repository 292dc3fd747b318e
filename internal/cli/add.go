package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/actions"
	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

// creditFlags are what can be said of a credit.
type creditFlags struct {
	points                         ledger.Points
	hours, ceu, semester, quarter  ledger.Quantity
	date                           ledger.Day
	topics                         []ledger.CreditTopic
	activity                       ledger.Activity
	provider, reference, url, note string
}

func (f *creditFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.TextVar(&f.points, "points", ledger.Points(0), "`amount` of points, such as 1.5")
	flags.TextVar(&f.hours, "hours", ledger.Quantity(0), "`number` of contact hours, 1 point each")
	flags.TextVar(&f.ceu, "ceu", ledger.Quantity(0), "`number` of continuing education units, 10 points each")
	flags.TextVar(&f.semester, "semester-hours", ledger.Quantity(0), "`number` of college semester hours, 15 points each")
	flags.TextVar(&f.quarter, "quarter-hours", ledger.Quantity(0), "`number` of college quarter hours, 10 points each")
	flags.TextVar(&f.date, "date", ledger.Day{}, "`day` it was done: 2026-11-03, 11/23/2026, yesterday, \"3 days ago\" (default today)")
	flags.Var(&topicFlag{read: func(known ledger.Vocabulary, text string) error {
		all, err := known.ParseCreditTopics(text)
		f.topics = append(f.topics, all...)
		return err
	}}, "topic", "`topic` it is about, such as safety, or chemistry=1 for at most 1 point of it; several: heme,chem=1")
	flags.TextVar(&f.activity, "activity", ledger.Activity(""), "`kind` of activity (default course); cmp rules activities lists them")
	flags.StringVar(&f.provider, "provider", "", "`who` gave it")
	flags.StringVar(&f.reference, "reference", "", "the provider's `number` of the course or certificate")
	flags.StringVar(&f.url, "url", "", "`address` of its page")
	flags.StringVar(&f.note, "note", "", "`text` for yourself")
}

// units are the flags that state how much a credit is worth.
func units() []string { return []string{"points", "hours", "ceu", "semester-hours", "quarter-hours"} }

func (f *creditFlags) credit(a *app, title string) ledger.Credit {
	return ledger.Credit{
		Title: title, Date: cmp.Or(f.date.Date(a.today), a.today), Points: f.points, Topics: f.topics,
		Activity: cmp.Or(f.activity, ledger.CourseActivity), Provider: f.provider, Reference: f.reference, URL: f.url, Note: f.note,
	}
}

func (a *app) newAdd() *cobra.Command {
	var f creditFlags
	var files []string
	var cmd *cobra.Command
	cmd = a.writing(&cobra.Command{
		Use:   "add TITLE --points P",
		Short: "Add a credit",
		Long: `Add one credit: a course, a webinar or another activity that you finished. Say
what it is worth with --points, or with one of --hours, --ceu, --semester-hours
and --quarter-hours. Say what it is about with --topic. Without a topic it
counts only towards other.

On a terminal, cmp add alone asks you for each field. It shows the credit and
the command for it, and writes nothing before you say yes. Ctrl-C leaves
everything as it was, with exit code 1.`,
		Example: `  cmp add "Bloodborne pathogens update" --points 1 --topic safety --date 2026-11-03
  cmp add "Transfusion reactions" --hours 2 --topic blood-banking --topic chemistry=0.5 --provider AABB`,
		Args: func(cmd *cobra.Command, args []string) error {
			asks := len(args) == 0 && a.env.canAsk()
			if len(args) > 1 {
				return usage("add: takes only a title, but %q follows", args[1]).
					try("put the title in quotes; %s --help shows examples", cmd.CommandPath())
			}
			if err := oneArgument("a title")(cmd, args); err != nil && !asks {
				return err
			}
			if len(args) == 1 && isFile(args[0]) {
				return usage("%q: is a file, and no title", args[0])
			}
			return a.setWorth(cmd.Flags(), &f, !asks)
		},
		RunE: a.run(func(ctx context.Context, args []string) error {
			if len(args) == 0 {
				title, err := a.askCredit(ctx, cmd, &f, &files)
				if err != nil {
					return err
				}
				args = []string{title}
			}
			return a.add(ctx, f.credit(a, args[0]), files)
		}),
	})
	f.add(cmd)
	cmd.Flags().StringArrayVar(&files, "evidence", nil, "`file` that proves it, such as a certificate; may be repeated")
	return cmd
}

// setWorth turns the unit that was given into points, and the activity that
// it implies. At most one may be given, and one has to be when required.
func (a *app) setWorth(flags *pflag.FlagSet, f *creditFlags, required bool) error {
	var given []string
	for _, name := range units() {
		if flags.Changed(name) {
			given = append(given, name)
		}
	}
	switch {
	case len(given) > 1:
		return usage("--%s and --%s: both say what it is worth", given[0], given[1]).try("give one of them")
	case len(given) == 0 && required:
		return usage("points are missing").try("give one of --points, --hours, --ceu, --semester-hours and --quarter-hours")
	case len(given) == 0 || given[0] == "points":
		return nil
	}
	quantity := map[string]ledger.Quantity{
		"hours": f.hours, "ceu": f.ceu, "semester-hours": f.semester, "quarter-hours": f.quarter,
	}[given[0]]
	all, err := a.book.Units()
	for _, unit := range all {
		if unit.Name != strings.TrimSuffix(given[0], "s") {
			continue
		}
		if f.points, err = quantity.Points(unit.Points); err != nil {
			return usage("--%s %q: %w", given[0], flags.Lookup(given[0]).Value, err)
		}
		f.activity = cmp.Or(f.activity, unit.Activity)
		return nil
	}
	return cmp.Or(err, fmt.Errorf("the rules know no unit for --%s", given[0]))
}

func (a *app) add(ctx context.Context, c ledger.Credit, files []string) error {
	if err := c.Validate(); err != nil {
		return invalid(err)
	}
	var added []ledger.Evidence
	var s snapshot
	var serves string
	err := a.update(ctx, func(tx *store.Tx) (_ string, err error) {
		if s, err = actions.Read(ctx, tx); err != nil {
			return "", err
		}
		serves = a.serves(s, c)
		if err = a.sure(c); err != nil {
			return "", err
		}
		if err = tx.AddCredit(ctx, &c); err == nil {
			added, err = a.addEvidence(ctx, tx, s, c.ID, files)
		}
		return fmt.Sprintf("credit %d added: %s", c.ID, c.Title), err
	})
	if err != nil {
		return err
	}
	like := s.Like(c)
	s.Credits = append(s.Credits, c)
	s = a.judgeOn(a.today).Judged(s)
	if a.auto() && a.differences == nil && serves == "" && c.Date <= a.today {
		serves = enough(c)
	}
	err = a.reply(a.creditsAnswer(s, []ledger.Credit{c}))
	a.tell("%s", strings.TrimSpace(fmt.Sprintf("%s credit %d: %s. %s", a.did("Added", "add"), c.ID, worth(c), serves)))
	if like != nil {
		a.say("It looks like credit %d (%s, %s).%s", like.ID, like.Date, like.Title, a.whenDone("If it is the same: %s; if not: %s",
			ledger.Command{"merge", id(*like), id(c)}, ledger.Command{"keep", id(*like), id(c)}))
	}
	a.sayOfEvidence(s, c.ID, added)
	a.sayFuture(c)
	a.sayMany(c)
	return err
}

// enough says that a credit counts for nothing, as what it is about is earned.
func enough(c ledger.Credit) string {
	topics := words.Map(c.Topics, func(t ledger.CreditTopic) string { return words.Lower(t.Topic.Name()) })
	if len(topics) == 0 {
		return "You have enough points that need no topic already."
	}
	return fmt.Sprintf("You have enough %s already.", words.List("and", topics))
}

// mostUsual is how many points one credit has at most, mostly: three of them would be more
// than any cycle asks for, and a college course of six semester hours is worth 90.
const mostUsual ledger.Points = 100_00

// sure asks on a terminal whether a credit is worth so much.
func (a *app) sure(c ledger.Credit) error {
	if c.Points <= mostUsual || !a.env.canAsk() || a.dryRun {
		return nil
	}
	return a.confirm(false, fmt.Sprintf("%s is a lot for one credit (%s)", words.Points(c.Points), c.Title))
}

// sayMany warns that a credit is worth so much, where nobody could be asked.
func (a *app) sayMany(c ledger.Credit) {
	if c.Points > mostUsual && (!a.env.canAsk() || a.dryRun) {
		a.say("%s is a lot for one credit.%s", words.Points(c.Points), a.whenDone("If that is wrong: %s", ledger.Command{"edit", id(c), "--points", "P"}))
	}
}

func (a *app) sayFuture(c ledger.Credit) {
	if c.Date > a.today {
		a.say("Credit %d is dated in the future and counts from %s on.", c.ID, c.Date)
	}
}

// invalid words what Validate says as a wrong command line.
func invalid(err error) error {
	var e *ledger.InvalidError
	if errors.As(err, &e) {
		return usage("%s: %s", e.Field, e.Reason)
	}
	return err
}

// serves says why a credit counts for nothing, or for which credentials it counts,
// where that is news; see [actions.Judge.Serves].
func (a *app) serves(s snapshot, c ledger.Credit) string {
	judge := a.judgeOn(a.today)
	accounts, left := judge.Accounts(s, s.Credentials, newest)
	if left != nil { // it is recorded all the same
		return a.text("Left out: %s.", a.classify(nil, left[0]).sentence())
	}
	return judge.Serves(s, c, accounts).As(a.call...)
}
