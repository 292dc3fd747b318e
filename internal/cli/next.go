package cli

import (
	"context"
	"fmt"
	"slices"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/evidence"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/suggest"
	"cmpledger/internal/words"
)

// welcome is what cmp does without a command: it says what to do next.
func (a *app) welcome(ctx context.Context, _ []string) error {
	s, err := a.look(ctx, actions.AllCycles)
	if err != nil {
		return err
	}
	all, err := a.standings(s, nil)
	switch {
	case err != nil:
		return err
	case a.settings.Format != answer.Table:
		return a.printStatus(s, all, nil)
	case len(all) == 0:
		a.beginnings()
		return nil
	}
	return a.head(s, all, nil)
}

// beginnings shows what to begin with.
func (a *app) beginnings() {
	what := "No ledger yet"
	if !a.lacksLedger() {
		what = "No credential yet"
	}
	a.screen().Sentence(fmt.Sprintf("%s (%s).", what, a.settings.DB))
	fmt.Fprintln(a.env.Out)
	a.screen().Fields([]answer.Field{
		{Name: a.text("%s", ledger.Command{"credential", "add", "MLS", "--expires", "2027-03-31"}), Text: "start with a credential"},
		{Name: a.text("%s", ledger.Command{"import", "transcript.csv", "certificates/"}), Text: "bring in what you have"},
		{Name: a.text("%s", ledger.Command{"demo"}), Text: "look around, touching nothing"},
	})
}

// head shows a line for each credential that codes name, or for all, and what to do next.
func (a *app) head(s snapshot, all []rules.Standing, codes []string) error {
	screen := a.page()
	a.headLines(screen, all)
	fmt.Fprintln(a.env.Out)
	next, err := a.next(s, all, codes)
	if len(next) == 0 && err == nil {
		next = []ledger.Text{words.Waits(all, s.ShortName)}
	}
	lead := "Next: "
	for _, text := range next {
		line := text.As(a.call...)
		if lead != "Next: " {
			line = words.Upper(line)
		}
		screen.Hanging(lead, line)
		lead = "      "
	}
	return err
}

// inHead reports whether the head has a line for a cycle: not for a finished one whose
// next is recorded.
func inHead(t rules.Standing) bool {
	return !t.Finished() || t.Cycle.ID == t.Credential.Current().ID
}

// headLines writes the lines in columns, with as many words as fit beside each other.
func (a *app) headLines(screen answer.Screen, all []rules.Standing) {
	var rows [][]answer.Cell
	for i := range 5 { // the last time with short days too
		rows = nil
		for _, t := range all {
			if !inHead(t) {
				continue
			}
			when, left := words.When(t), answer.Cell{Text: words.Left(t)[min(i, 3)]}
			if i == 4 {
				when = words.ShortWhen(t)
			}
			if t.Finished() || t.Begun() && t.Remaining == 0 {
				left.Style = answer.Done
			}
			rows = append(rows, []answer.Cell{{Text: t.Designation(), Style: answer.Strong}, {Text: when, Style: urgency(t)}, left})
		}
		if screen.Fits(rows) {
			break
		}
	}
	screen.Rows(rows)
}

// mostNext is how many lines there are at most of what to do next.
const mostNext = 5

// next says what to do next for credentials, the most useful first.
func (a *app) next(s snapshot, all []rules.Standing, codes []string) (next []ledger.Text, err error) {
	soon, later := a.steps(s, all)
	fees, err := a.feeOf(s, all)
	if err != nil {
		return nil, err
	}
	for _, text := range slices.Concat(soon, []ledger.Text{fees}, later, a.chores(s, all, toProve(s, all, codes))) {
		if !text.IsEmpty() && len(next) < mostNext {
			next = append(next, text)
		}
	}
	return next, nil
}

// chores says what is not in order, whatever is due: in the cycles, and of the credits
// that an audit may ask for.
func (a *app) chores(s snapshot, all []rules.Standing, credits []ledger.Credit) (chores []ledger.Text) {
	var idle, cost ledger.Points
	var bare []int64
	for _, t := range all {
		if t.Finished() {
			continue
		}
		idle, cost = max(idle, t.Closable), max(cost, t.Cost())
		bare = append(bare, t.WithoutTopic()...)
	}
	add := func(when bool, format string, args ...any) {
		if when {
			chores = append(chores, ledger.Say(format, args...))
		}
	}
	auto := ledger.Command{"allocate", "--auto"}
	add(idle > 0, "%s that you have %s not allocated yet: %s", words.Points(idle), words.Agree(idle, "is", "are"), auto)
	add(cost > 0, "your own allocations cost %s: %s", words.Points(cost), append(auto, "--fresh"))
	chores = append(chores, a.bareText(s, all, bare), a.alikeAmong(s, all))
	lacking, what := len(evidence.Bare(credits, s.Evidence)), words.Count(len(credits), "credit")
	if lacking < len(credits) {
		what = fmt.Sprintf("%d of %s", lacking, what)
	}
	add(lacking > 0, "%s %s no certificate: %s", what, words.Verb(lacking, "has", "have"), ledger.Command{"import", "FOLDER"})
	return chores
}

// steps says what to do for each credential: soon, what is due within 90 days, then what
// has no day by which to do it; if nothing is due, the first that can wait. What an
// earlier step earns is not asked for again: one credit serves several.
func (a *app) steps(s snapshot, all []rules.Standing) (soon, later []ledger.Text) {
	var undated []ledger.Text
	var said []rules.Shortage
	for _, t := range all {
		again := slices.ContainsFunc(t.Shortages, func(x rules.Shortage) bool { return asked(said, x) > 0 })
		more := slices.ContainsFunc(t.Shortages, func(x rules.Shortage) bool { return asked(said, x) < x.Points })
		step := words.Step(t, s.ShortName(t.Credential), again)
		switch {
		case step.IsEmpty():
		case t.ToEarn > 0 && !t.Lost() && !more:
		case t.State == rules.Expired, t.State == rules.Declared:
			undated = append(undated, step)
			if t.State == rules.Expired && !t.Lost() { // what can no longer be earned serves nobody
				said = append(said, t.Shortages...)
			}
		case t.Due(rules.Soon), t.Remaining == 0 && t.DeclareFrom != 0:
			soon, said = append(soon, step), append(said, t.Shortages...)
		case later == nil:
			later = append(later, step)
		}
	}
	if soon != nil {
		later = nil
	}
	return append(soon, undated...), later
}

// asked returns how many points earlier steps ask for where a shortage is.
func asked(earlier []rules.Shortage, s rules.Shortage) (most ledger.Points) {
	for _, e := range earlier {
		if words.AnyOf(e.Requirements) == words.AnyOf(s.Requirements) {
			most = max(most, e.Points)
		}
	}
	return most
}

// feeOf says what it costs to declare what is open to be declared, or due.
func (a *app) feeOf(s snapshot, all []rules.Standing) (ledger.Text, error) {
	open := slices.DeleteFunc(slices.Clone(all), func(t rules.Standing) bool {
		return t.Finished() || !t.Begun() || !t.Urgent() && (t.DeclareFrom == 0 || t.Today < t.DeclareFrom)
	})
	costs, err := a.costs(s, open, a.today, false)
	out := costOf(costs)
	if err != nil || out.Together == nil || *out.Together == 0 || slices.ContainsFunc(costs, func(b bodyCost) bool { return b.TooMany }) {
		return ledger.Text{}, err
	}
	var names []string
	for _, b := range costs {
		for i := range b.open {
			if b.Alone[i] != nil {
				names = append(names, b.names[i])
			}
		}
	}
	return ledger.Say("declaring %s costs %s %d: %s", words.List("and", names), out.Currency, *out.Together, ledger.Command{"cost"}), nil
}

// bareText says how many credits have no topic, where any of open cycles has none, and
// what gives them one. It counts what the command lists.
func (a *app) bareText(s snapshot, all []rules.Standing, ids []int64) ledger.Text {
	if len(ids) == 0 {
		return ledger.Text{}
	}
	n, next := 0, ledger.Command{"list", "--no-topic"}
	for _, c := range s.Credits {
		if c.Topics == nil {
			n++
		}
	}
	if slices.ContainsFunc(all, func(t rules.Standing) bool { return a.suggestions(t, ids) > 0 }) {
		next = ledger.Command{"topics", "--suggest"}
	}
	return ledger.Say("%s %s no topic: %s", words.Count(n, "credit"), words.Verb(n, "has", "have"), next)
}

// suggestions returns for how many of some credits a topic is suggested.
func (a *app) suggestions(t rules.Standing, ids []int64) (n int) {
	known, _ := a.book.Topics() // the standing was judged by it
	wanted := make(map[int64]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	for _, f := range t.Findings {
		if wanted[f.Credit.ID] && len(suggest.Topics(known, f.Credit)) == 1 {
			n++
		}
	}
	return n
}
