package actions

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/suggest"
	"cmpledger/internal/words"
)

// An Ask is an argument such as "chemistry=1": what is wanted of a credit.
type Ask struct {
	Text    string
	Points  ledger.Points // 0 when none were named
	Topic   ledger.Topic  // that the text names, or ""
	Unknown error         // why it names none
}

// In returns the requirement asked for: by its own name, or by a topic it accepts.
func (k Ask) In(e *rules.Edition) (ledger.Requirement, bool) {
	for _, name := range []ledger.Requirement{ledger.Requirement(k.Text), ledger.Requirement(k.Topic)} {
		if _, ok := e.Requirement(name); ok {
			return name, true
		}
	}
	i := slices.IndexFunc(e.Requirements, func(r rules.Requirement) bool { return r.Topics != nil && r.Takes(k.Topic) })
	if i < 0 {
		return "", false
	}
	return e.Requirements[i].Name, true
}

// asked returns the asks of the edition. Only the last takes more than is lacking.
func asked(e *rules.Edition, asks []Ask) []rules.Ask {
	var known []rules.Ask
	for i, k := range asks {
		if name, ok := k.In(e); ok {
			known = append(known, rules.Ask{Requirement: name, Points: k.Points, OnlyLack: i < len(asks)-1})
		}
	}
	return known
}

// CheckAsks finds the topics asked for. It refuses a word that no account has a
// requirement for, and a requirement named twice. Other is the command that asks for
// other instead.
func (j Judge) CheckAsks(accounts []rules.Account, asks []Ask, other ledger.Command) error {
	topics, err := j.Book.Topics()
	if err != nil {
		return err
	}
	for i := range asks {
		k := &asks[i]
		k.Topic, k.Unknown = topics.Parse(k.Text)
		known := func(a rules.Account) bool { return len(asked(a.Edition, []Ask{*k})) > 0 }
		if slices.ContainsFunc(accounts, known) {
			continue
		}
		if k.Unknown != nil && k.Text != string(ledger.Other) {
			_, why := topics.ParseCreditTopic(k.Text) // which knows ethics:1
			return &ledger.Error{Code: "usage", What: fmt.Sprintf("%q: %s", k.Text, why), Err: why}
		}
		var names []string
		var try ledger.Text
		for _, a := range accounts {
			names = append(names, a.Credential.Designation())
			if _, ok := a.Edition.Requirement(ledger.Other); ok {
				try = ledger.Say("it can count as other: %s", other)
			}
		}
		return refused(try,
			"%s: %s no requirement %s", words.List("and", names), words.Verb(len(names), "has", "have"), k.Text)
	}
	for _, a := range accounts {
		seen := map[ledger.Requirement]bool{}
		for _, k := range asked(a.Edition, asks) {
			if seen[k.Requirement] {
				what := fmt.Sprintf("requirement %s: is named twice", k.Requirement)
				return &ledger.Error{Code: "usage", What: what, Try: ledger.Say("name it once, such as %s=1", k.Requirement)}
			}
			seen[k.Requirement] = true
		}
	}
	return nil
}

// An Allotted is what became of the allocations of an open cycle.
type Allotted struct {
	ledger.CredentialName
	Changes   []rules.Change      `json:"changes"`
	Remaining ledger.Points       `json:"remaining" doc:"As the credits are allocated now."`
	ToEarn    ledger.Points       `json:"to_earn" doc:"What would remain with the best allocation."`
	Cost      ledger.Points       `json:"cost" doc:"Of what was allocated by hand."`
	CostBy    []int64             `json:"cost_by" doc:"Numbers of the credits with the allocations by hand that cost it."`
	Standing  rules.Standing      `json:"-"`
	Now       []ledger.Allocation `json:"-"` // of the one credit that was allocated
}

func (j Judge) allotted(now rules.Account, changes []rules.Change) Allotted {
	x := rules.Explain(now, j.Today)
	out := Allotted{now.Credential.CredentialName, changes, x.Remaining, x.ToEarn, x.Cost(), nil, x.Standing, nil}
	for _, c := range x.Costs {
		out.CostBy = append(out.CostBy, c.Credit.ID)
	}
	return out
}

// Gives says what a credit puts where: "1 to safety by you and 0.5 to other".
func (r Allotted) Gives(hands bool) string {
	if len(r.Now) == 0 {
		return "nothing"
	}
	parts := make([]string, len(r.Now))
	for i, x := range r.Now {
		parts[i] = fmt.Sprintf("%s to %s", x.Points, x.Requirement)
		if hands && x.By == ledger.ByHand {
			parts[i] += " (your choice)"
		}
	}
	return words.List("and", parts)
}

// ComesTo says what remains, or what the holder's own choice costs.
func (r Allotted) ComesTo(auto bool) ledger.Text {
	byHand := slices.ContainsFunc(r.Now, func(x ledger.Allocation) bool { return x.By == ledger.ByHand })
	switch {
	case auto && byHand && r.Cost > 0:
		return ledger.Say("Your own allocations cost %s: %s", words.Points(r.Cost), ledger.Command{"allocate", "--auto", "--fresh"})
	case auto && byHand && r.Standing.Bound():
		return ledger.Say("Your own allocations cost nothing, but decide what to earn: %s. To take them back: %s",
			words.Shortages(r.Standing.Kept), ledger.Command{"allocate", "--auto", "--fresh"})
	case auto && byHand:
		return ledger.Say("Your own allocations cost nothing.")
	case r.Remaining == 0:
		return ledger.Say("Nothing remains.")
	}
	return ledger.Say("%s remaining.", words.Points(r.Remaining))
}

// Given says for the log what a credit puts where in each credential.
func Given(all []Allotted) string {
	parts := make([]string, len(all))
	for i, r := range all {
		parts[i] = r.Gives(false) + " of " + r.Standing.Designation()
	}
	return strings.Join(parts, "; ")
}

// Allocate puts points of a credit where the asks say. For accounts that they do not
// concern it returns why.
func (j Judge) Allocate(ctx context.Context, tx *store.Tx, s *Snapshot, credit ledger.Credit, accounts []rules.Account, asks []Ask) (
	done []Allotted, why []*ledger.Error, err error,
) {
	var concerned []rules.Account
	for _, account := range accounts {
		after, e, elsewhere := j.put(account, credit, asks)
		switch {
		case e == nil:
			concerned = append(concerned, account)
			err = s.ReplaceAllocations(ctx, tx, credit.ID, account.Cycle.ID, after)
		case elsewhere:
			why = append(why, e)
		default:
			err = e
		}
		if err != nil {
			return nil, nil, err
		}
	}
	done, err = j.judgeAgain(*s, credit.ID, concerned)
	return done, why, err
}

// put allocates in one account. Where it cannot, it says why, and whether another
// credential may take the points all the same.
func (j Judge) put(a rules.Account, c ledger.Credit, asks []Ask) (after []ledger.Allocation, why *ledger.Error, elsewhere bool) {
	name, known := rules.Designation(a.Edition.Programme, a.Credential), asked(a.Edition, asks)
	switch {
	case len(known) == 0:
		return nil, refused(ledger.Text{}, "%s: has no requirement %s", name, asks[0].Text), true
	case a.Cycle.Declared != 0:
		return nil, refused(ledger.Say("%s begins the next one", ledger.Command{"renew", a.Credential.Code}),
			"%s: you declared its cycle on %s, so it stays as it is", name, a.Cycle.Declared), true
	}
	after, err := rules.Put(a, c.ID, known, j.Today)
	if err == nil {
		return after, nil, false
	}
	why = refused(ledger.Text{}, "%s: %s", name, err)
	why.Err = err
	id := fmt.Sprint(c.ID)
	var e *rules.AskError
	switch errors.As(err, &e); {
	case e == nil:
	case e.Reason == rules.BeforeWindow || e.Reason == rules.AfterWindow:
		why.Try, elsewhere = ledger.Say("%s shows the days that count", ledger.Command{"status"}), true
	case e.Reason == rules.NoTopic:
		why.Try = j.otherTopic(a, c, e.Requirement)
	case e.Reason == rules.NothingLeft && e.Left > 0:
		why.Try, elsewhere = ledger.Say("give at most that: %s=%s", e.Requirement, e.Left), true
	case e.Reason == rules.NothingLeft:
		why.Try = ledger.Say("%s shows where it is allocated, %s takes that back", ledger.Command{"show", id}, ledger.Command{"deallocate", id})
		elsewhere = true
	}
	return nil, why, elsewhere
}

// otherTopic says what to do about a credit whose topics a requirement does not accept: to
// give it one, unless its title tells another.
func (j Judge) otherTopic(a rules.Account, c ledger.Credit, name ledger.Requirement) ledger.Text {
	id := fmt.Sprint(c.ID)
	edit := append(ledger.Command{"edit", id}, words.WithTopic(c, a.Edition, name)...)
	known, err := j.Book.Topics()
	r, _ := a.Edition.Requirement(name)
	told := suggest.Topics(known, ledger.Credit{Title: c.Title})
	switch {
	case err != nil || len(told) == 0:
		return ledger.Say("if it is about that: %s", edit)
	case slices.ContainsFunc(told, func(t suggest.Reading) bool { return r.Takes(t.Topic) }):
		return ledger.Say("give it that topic: %s", edit)
	}
	about := words.Map(told, func(t suggest.Reading) string { return t.Topic.Name() })
	return ledger.Say("its title is about %s: %s shows where it can count", words.Lower(words.List("and", about)), ledger.Command{"explain", id})
}

// Deallocate takes back what is asked for, or all where nothing is, in every open
// cycle. It is an error when there is nothing to take back.
func (j Judge) Deallocate(ctx context.Context, tx *store.Tx, s *Snapshot, credit ledger.Credit, accounts []rules.Account, asks []Ask) (
	done []Allotted, why []*ledger.Error, err error,
) {
	var concerned []rules.Account
	for _, a := range accounts {
		known, before := asked(a.Edition, asks), allocationsIn(a, credit.ID)
		after := slices.DeleteFunc(slices.Clone(before), func(x ledger.Allocation) bool {
			return len(asks) == 0 || slices.ContainsFunc(known, func(k rules.Ask) bool { return k.Requirement == x.Requirement })
		})
		if a.Cycle.Declared != 0 || len(after) == len(before) {
			continue
		}
		concerned = append(concerned, a)
		if err := s.ReplaceAllocations(ctx, tx, credit.ID, a.Cycle.ID, after); err != nil {
			return nil, nil, err
		}
	}
	if len(concerned) > 0 {
		done, err = j.judgeAgain(*s, credit.ID, concerned)
		return done, nil, err
	}
	what := fmt.Sprintf("credit %d: is not allocated", credit.ID)
	if j.Auto {
		what += " by hand"
	}
	for i, k := range asks {
		what += []string{" to ", ", "}[min(i, 1)] + k.Text
	}
	try := ledger.Say("%s shows where it is", ledger.Command{"show", fmt.Sprint(credit.ID)})
	return nil, nil, &ledger.Error{Code: "not-found", What: what + " in any open cycle", Try: try}
}

// judgeAgain says what a credit has now that accounts are no longer as before.
func (j Judge) judgeAgain(s Snapshot, credit int64, before []rules.Account) (all []Allotted, err error) {
	s = j.Judged(s)
	for _, was := range before {
		now, err := j.Account(s, was.Credential, was.Cycle)
		if err != nil {
			return nil, err
		}
		out := j.allotted(now, nil)
		out.Now = allocationsIn(now, credit)
		for _, r := range now.Edition.Requirements {
			c := rules.Change{Credit: ledger.Credit{ID: credit}, Requirement: r.Name}
			c.Before, c.After = towards(r.Name, allocationsIn(was, credit)), towards(r.Name, out.Now)
			if c.Before != c.After {
				out.Changes = append(out.Changes, c)
			}
		}
		all = append(all, out)
	}
	return all, nil
}

// towards sums the allocations of a requirement.
func towards(name ledger.Requirement, all []ledger.Allocation) (sum ledger.Points) {
	for _, x := range all {
		if x.Requirement == name {
			sum += x.Points
		}
	}
	return sum
}

func allocationsIn(a rules.Account, credit int64) []ledger.Allocation {
	return slices.DeleteFunc(slices.Clone(a.Allocations), func(x ledger.Allocation) bool { return x.Credit != credit || x.Cycle != a.Cycle.ID })
}

// WithoutPlaced returns the snapshot without what was placed by itself of a credit.
func (j Judge) WithoutPlaced(s Snapshot, credit int64) Snapshot {
	s.Allocations = slices.DeleteFunc(slices.Clone(s.Allocations), func(x ledger.Allocation) bool {
		c := s.OfCycle(x.Cycle)
		open := len(c.Cycles) > 0 && c.Current().ID == x.Cycle && c.Current().Declared == 0
		return j.Auto && open && x.Credit == credit && x.By == ledger.ByAuto
	})
	return s
}

// AllocateAll writes the best allocation of each account. Fresh starts from nothing.
func (j Judge) AllocateAll(ctx context.Context, tx *store.Tx, accounts []rules.Account, fresh bool) (all []Allotted, err error) {
	for _, a := range accounts {
		p := rules.Allocate(a, j.Today, fresh)
		if len(p.Changes) > 0 {
			if err := tx.ReplaceAllocations(ctx, a.Cycle.ID, p.Allocations); err != nil {
				return nil, err
			}
		}
		others := slices.DeleteFunc(slices.Clone(a.Allocations), func(x ledger.Allocation) bool { return x.Cycle == a.Cycle.ID })
		a.Allocations = append(others, p.Allocations...)
		all = append(all, j.allotted(a, p.Changes))
	}
	return all, nil
}

func refused(try ledger.Text, format string, args ...any) *ledger.Error {
	return &ledger.Error{Code: "refused", What: fmt.Sprintf(format, args...), Try: try}
}
