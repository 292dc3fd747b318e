package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newAllocate() *cobra.Command {
	var auto, fresh bool
	var credential string
	cmd := a.writing(&cobra.Command{
		Use:   "allocate {ID TOPIC[=P]... | --auto}",
		Short: "Put points of credits towards requirements",
		Long: `Put points of a credit towards requirements, or let --auto find the best way for
all credits.

By hand, TOPIC=P sets that allocation; TOPIC alone takes what the credit has
left. Of several, each takes what its requirement lacks and the last takes the
rest. Without --credential it is done for every credential that has the
requirement and whose days hold the credit.

Points that you do not allocate are placed by themselves in the best way, after
every command, unless the setting allocate is manual. Then --auto does it. It
keeps what you allocated by hand and says what that costs; --fresh starts from
nothing. Declared cycles are left alone.`,
		Example: `  cmp allocate --auto --dry-run
  cmp allocate 12 safety
  cmp allocate 12 chemistry=1 other --credential MLS`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case auto && len(args) > 0:
				return usage("--auto: allocates all credits, but %q was given too", args[0]).try("leave one of them out")
			case auto:
				return nil
			case fresh:
				return usage("--fresh: goes with --auto only")
			case len(args) == 0:
				return usage("allocate: needs the number of a credit and a topic, or --auto").try("cmp allocate --help shows examples")
			case len(args) == 1:
				return usage("allocate %s: needs a topic", args[0]).try("such as: cmp allocate %s safety", args[0])
			}
			_, _, err := parseAsks(args)
			return err
		},
		RunE: a.run(func(ctx context.Context, args []string) error {
			if auto {
				return a.allocateAuto(ctx, credential, fresh)
			}
			id, asks, err := a.asks(args)
			if err != nil {
				return err
			}
			return a.allocate(ctx, id, asks, credential)
		}),
	})
	f := cmd.Flags()
	f.BoolVar(&auto, "auto", false, "allocate all credits as well as possible")
	f.BoolVar(&fresh, "fresh", false, "with --auto: start from nothing, also of what was allocated by hand")
	f.StringVar(&credential, "credential", "", "only for the credential of this `code`")
	return cmd
}

// allocate puts points of one credit where the asks say.
func (a *app) allocate(ctx context.Context, id int64, asks []ask, code string) error {
	var results []allocated
	var skipped []string // accounts that have nothing left to take
	err := a.change(ctx, func(tx *store.Tx) (string, error) {
		s, credit, targets, err := a.asked(ctx, tx, id, asks, code)
		if err != nil {
			return "", err
		}
		var why []*failure
		for _, account := range targets {
			result, err := a.put(account, credit, asks)
			if err == nil {
				err = s.ReplaceAllocations(ctx, tx, id, account.Cycle.ID, result.after)
			}
			var f *failure
			switch {
			case err == nil:
				results = append(results, result)
			case code == "" && errors.As(err, &f) && f.skippable:
				why = append(why, f)
			default:
				return "", err
			}
		}
		if len(results) == 0 {
			return "", nowhere(credit, why)
		}
		for _, err := range why {
			var e *rules.AskError
			if errors.As(err, &e) && e.Reason == rules.NothingLeft {
				skipped = append(skipped, err.Error())
			}
		}
		if err := a.judgeAgain(s, results); err != nil {
			return "", err
		}
		return fmt.Sprintf("allocation of credit %d: %s", id, given(results)), nil
	})
	if err != nil {
		return err
	}
	if err := a.printAllocated(id, results); err != nil {
		return err
	}
	for _, line := range skipped {
		a.say("Left as it is: %s", line)
	}
	return nil
}

// asked reads what asks for a credit are about: the credit, and the accounts
// of the credential with that code, or of all.
func (a *app) asked(ctx context.Context, tx *store.Tx, id int64, asks []ask, code string) (s snapshot, c ledger.Credit, targets []rules.Account, err error) {
	if s, err = read(ctx, tx); err != nil {
		return s, c, nil, err
	}
	s = a.ownAllocations(s, id)
	if c, err = s.credit(id); err != nil {
		return s, c, nil, err
	}
	if targets, err = a.targets(s, code); err != nil {
		return s, c, nil, err
	}
	return s, c, targets, checkAsks(targets, asks)
}

// ownAllocations returns a snapshot without what was placed by itself of a
// credit, which gives way to what the holder wants.
func (a *app) ownAllocations(s snapshot, credit int64) snapshot {
	if !a.auto() {
		return s
	}
	s.Allocations = slices.DeleteFunc(slices.Clone(s.Allocations), func(x ledger.Allocation) bool {
		c := s.OfCycle(x.Cycle)
		open := len(c.Cycles) > 0 && c.Current().ID == x.Cycle && c.Current().Declared == 0
		return open && x.Credit == credit && x.By == ledger.ByAuto
	})
	return s
}

// judgeAgain judges the accounts in which a credit has something else now.
func (a *app) judgeAgain(s snapshot, results []allocated) error {
	s.Snapshot = a.judgeOn(a.today).Judged(s.Snapshot)
	for i := range results {
		r := &results[i]
		account, err := a.account(s, r.credential, r.credential.Current())
		if err != nil {
			return err
		}
		r.after = slices.DeleteFunc(s.AllocationsOf(r.credit), func(x ledger.Allocation) bool { return x.Cycle != account.Cycle.ID })
		r.standing = rules.Evaluate(account, a.today)
		r.notes = a.notCounted(s, r.standing, r.credit)
	}
	return nil
}

// targets returns the accounts that are allocated to: of the credential with
// that code, or of all.
func (a *app) targets(s snapshot, code string) ([]rules.Account, error) {
	credentials := s.Credentials
	if code != "" {
		c, err := a.held(s, code)
		if err != nil {
			return nil, err
		}
		credentials = []ledger.Credential{c}
	}
	if len(credentials) == 0 {
		return nil, refused("there is no credential to allocate to").try("cmp credential add CODE --expires DATE")
	}
	return a.current(s, credentials)
}

// allocated is what a credit has in one account now.
type allocated struct {
	credit        int64
	credential    ledger.Credential
	standing      rules.Standing
	before, after []ledger.Allocation
	notes         []string // on what does not count of it
}

// put allocates in one account. An error that is skippable says why this
// account is not concerned.
func (a *app) put(account rules.Account, credit ledger.Credit, asks []ask) (allocated, error) {
	known := resolve(account.Edition, asks)
	name := a.designation(account.Credential)
	if len(known) == 0 {
		return allocated{}, notConcerned("%s: has no requirement %s", name, asks[0].text)
	}
	if account.Cycle.Declared != 0 {
		return allocated{}, notConcerned("%s: its cycle was declared on %s and stays as it is", name, account.Cycle.Declared).
			try("cmp renew %s begins the next one", account.Credential.Code)
	}
	result := allocated{credit: credit.ID, credential: account.Credential}
	for _, x := range account.Allocations {
		if x.Credit == credit.ID && x.Cycle == account.Cycle.ID {
			result.before = append(result.before, x)
		}
	}
	after, err := rules.Put(account, credit.ID, known, a.today)
	result.after = after
	var e *rules.AskError
	if !errors.As(err, &e) {
		return result, err
	}
	switch e.Reason {
	case rules.BeforeWindow, rules.AfterWindow:
		return result, notConcerned("%s: %w", name, err).try("cmp status shows the days that count")
	case rules.NoTopic:
		return result, refused("%s: %w", name, err).try("give it that topic: cmp edit %d%s", credit.ID, words.WithTopic(credit, account.Edition, e.Requirement))
	case rules.NothingLeft:
		f := notConcerned("%s: %w", name, err).try("cmp show %d shows where it is allocated, cmp deallocate %d takes that back", credit.ID, credit.ID)
		if e.Left > 0 {
			f.hint = ledger.Say("give at most that: %s=%s", e.Requirement, e.Left)
		}
		return result, f
	}
	return result, refused("%s: %w", name, err)
}

// notConcerned is a failure that only matters when no other credential takes
// the allocation.
func notConcerned(format string, args ...any) *failure {
	f := refused(format, args...)
	f.skippable = true
	return f
}

// nowhere says why an allocation found no credential: of those that have the
// requirement, if any does.
func nowhere(credit ledger.Credit, why []*failure) error {
	having := slices.DeleteFunc(slices.Clone(why), func(f *failure) bool { return f.hint.IsEmpty() })
	if len(having) == 1 || len(why) == 1 {
		return append(having, why...)[0]
	}
	f := refused("credit %d: no credential takes this allocation", credit.ID).try("see why:")
	for _, w := range having {
		f.details = append(f.details, w.line())
	}
	return f
}

func (a *app) printAllocated(id int64, results []allocated) error {
	if err := a.reply(a.allocatedAnswer(id, results)); err != nil {
		return err
	}
	for _, r := range results {
		a.tell("%s: credit %d now gives %s. %s", r.standing.Designation(), id, a.gives(r), a.comesTo(r))
		for _, note := range r.notes {
			a.say("%s", note)
		}
	}
	return nil
}

// gives says what a credit puts where: "1 to safety and 0.5 to other".
func (r allocated) gives() string {
	parts := make([]string, len(r.after))
	for i, x := range r.after {
		parts[i] = fmt.Sprintf("%s to %s", x.Points, x.Requirement)
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return words.List("and", parts)
}

// byHand reports whether the holder chose any of it.
func (r allocated) byHand() bool {
	return slices.ContainsFunc(r.after, func(x ledger.Allocation) bool { return x.By == ledger.ByHand })
}

// gives says what a credit puts where and, where points are placed by
// themselves too, what of it the holder chose.
func (a *app) gives(r allocated) string {
	if !a.auto() || !r.byHand() {
		return r.gives()
	}
	parts := make([]string, len(r.after))
	for i, x := range r.after {
		parts[i] = fmt.Sprintf("%s to %s", x.Points, x.Requirement)
		if x.By == ledger.ByHand {
			parts[i] += " by you"
		}
	}
	return words.List("and", parts)
}

// comesTo says what remains as everything is allocated. Where points are placed
// by themselves and the holder chose otherwise, it says what that costs.
func (a *app) comesTo(r allocated) string {
	left := r.standing.Remaining
	switch {
	case a.auto() && r.byHand():
	case left == 0:
		return "Nothing remains."
	default:
		return fmt.Sprintf("%s remaining.", words.Points(left))
	}
	if cost := costOf(r.standing); cost > 0 {
		return fmt.Sprintf("Your own allocations cost %s: cmp allocate --auto --fresh", words.Points(cost))
	}
	return "Your own allocations cost nothing."
}

// given says what a credit puts where in each credential.
func given(results []allocated) string {
	parts := make([]string, len(results))
	for i, r := range results {
		parts[i] = r.gives() + " of " + r.standing.Designation()
	}
	return strings.Join(parts, "; ")
}

type allocateAnswer struct {
	Schema      string          `json:"schema" shape:"cmp.allocate/1" title:"What was allocated" doc:"Written by cmp allocate and cmp deallocate."`
	DryRun      bool            `json:"dry_run" doc:"Whether it was asked for, and nothing was written."`
	Credentials []allocatedItem `json:"credentials"`
}

type allocatedItem struct {
	ledger.CredentialName
	Changes   []rules.Change `json:"changes"`
	Remaining ledger.Points  `json:"remaining" doc:"As the credits are allocated now."`
	ToEarn    ledger.Points  `json:"to_earn" doc:"What would remain if everything were allocated in the best possible way."`
	Cost      ledger.Points  `json:"cost" doc:"Of what was allocated by hand."`
	CostBy    []int64        `json:"cost_by" doc:"Numbers of the credits whose allocations by hand cost it."`
}

func (a *app) allocatedAnswer(id int64, results []allocated) allocateAnswer {
	out := allocateAnswer{DryRun: a.dryRun}
	for _, r := range results {
		item := allocatedItem{CredentialName: r.credential.CredentialName, Remaining: r.standing.Remaining, ToEarn: r.standing.ToEarn}
		for _, q := range r.standing.Requirements {
			if before, after := sumOf(r.before, q.Name), sumOf(r.after, q.Name); before != after {
				item.Changes = append(item.Changes, rules.Change{Credit: ledger.Credit{ID: id}, Requirement: q.Name, Before: before, After: after})
			}
		}
		out.Credentials = append(out.Credentials, item)
	}
	return out
}

func sumOf(all []ledger.Allocation, r ledger.Requirement) (sum ledger.Points) {
	for _, x := range all {
		if x.Requirement == r {
			sum += x.Points
		}
	}
	return sum
}
