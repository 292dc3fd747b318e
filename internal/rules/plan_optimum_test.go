package rules_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// smallHolder draws the accounts of one holder: several credentials, each with
// a window of its own, over the same credits.
func smallHolder(t *rapid.T) []rules.Account {
	accounts := make([]rules.Account, rapid.IntRange(1, 4).Draw(t, "accounts"))
	credits := smallCredits(t)
	for i := range accounts {
		first := ledger.Date(rapid.IntRange(int(firstDay)-5, int(lastDay)+3).Draw(t, "first"))
		last := first + ledger.Date(rapid.IntRange(0, 12).Draw(t, "days"))
		cycle := ledger.Cycle{ID: int64(i + 1), First: first, Last: last}
		a := rules.Account{
			Edition:    smallEdition(t),
			Credential: ledger.Credential{Cycles: []ledger.Cycle{cycle}},
			Cycle:      cycle,
			Credits:    credits,
		}
		if rapid.IntRange(0, 3).Draw(t, "moves") == 0 { // once it is over
			a.Edition.Programme.LastYears = &rules.Span{Months: 1}
		}
		accounts[i] = a
	}
	return accounts
}

// A judge decides by Hall's theorem alone, set by set, whether an account is
// met: it has no network.
type judge struct {
	rules.Account
	// windows are those by which it may be judged, one for each day on which
	// it may be declared: credits from the first to the last day count.
	windows     []window
	first, last ledger.Date // the days on which more may be earned
}

type window struct{ first, last ledger.Date }

func judges(accounts []rules.Account) []judge {
	all := make([]judge, len(accounts))
	for i, a := range accounts {
		j := judge{Account: a, first: max(someDay, a.Cycle.First), last: a.Cycle.Last}
		j.windows = []window{{a.Cycle.First, a.Cycle.Last}}
		if span := a.Edition.Programme.LastYears; span != nil && a.Cycle.Last < someDay {
			j.windows, j.first, j.last = nil, someDay, someDay+40
			for day := someDay; day <= j.last; day++ {
				j.windows = append(j.windows, window{day.AddMonths(-span.Months) + 1, day})
			}
		}
		all[i] = j
	}
	return all
}

// met reports whether the account is met with more credits, on whatever day.
func (j judge) met(more []ledger.Credit) bool {
	return slices.ContainsFunc(j.windows, func(w window) bool {
		for among := range 1 << len(j.Edition.Requirements) {
			if j.lack(among, w, more) > 0 {
				return false
			}
		}
		return true
	})
}

// lack returns what a set of requirements asks for less all that can be
// supplied to it from a window, of what is recorded and more.
func (j judge) lack(among int, w window, more []ledger.Credit) ledger.Points {
	var lack, capped ledger.Points
	for i, r := range j.Edition.Requirements {
		if among>>i&1 != 0 {
			lack += r.Points
		}
	}
	for _, c := range slices.Concat(j.Credits, more) {
		switch {
		case c.Date < w.first || c.Date > w.last:
		case c.Activity == ledger.CollegeCourse:
			capped += j.supply(c, among)
		default:
			lack -= j.supply(c, among)
		}
	}
	return lack - min(capped, j.Edition.Programme.Caps[0].Points(j.Edition.Total.Points))
}

// supply returns the most that a credit can give to a set of requirements.
func (j judge) supply(c ledger.Credit, among int) ledger.Points {
	var sum ledger.Points
	for i, r := range j.Edition.Requirements {
		if among>>i&1 != 0 && r.Name == ledger.Other {
			return c.Points
		}
	}
	for _, topic := range c.Topics {
		for i, r := range j.Edition.Requirements {
			if among>>i&1 != 0 && slices.Contains(r.Topics, topic.Topic) {
				sum += c.Limit(topic.Topic)
				break
			}
		}
	}
	return min(sum, c.Points)
}

// purchases returns a point of every topic, and of none, on every day on which
// a window begins or ends, one of each kind that serves the same.
func purchases(all []judge) []ledger.Credit {
	days := []ledger.Date{someDay}
	for _, j := range all {
		days = append(days, j.first, j.last, j.last+1)
	}
	slices.Sort(days) // of two that serve the same the earlier one does where windows move
	var options []ledger.Credit
	seen := map[string]bool{}
	for _, day := range days {
		for _, topic := range append([]ledger.Topic{""}, world...) {
			c := ledger.Credit{Date: day, Points: 1, Activity: ledger.CourseActivity}
			if topic != "" {
				c.Topics = []ledger.CreditTopic{{Topic: topic}}
			}
			var serves []ledger.Points
			for _, j := range all {
				for i := range j.Edition.Requirements {
					if day >= j.first && day <= j.last && day >= someDay {
						serves = append(serves, j.supply(c, 1<<i))
					} else {
						serves = append(serves, 0)
					}
				}
			}
			if key := fmt.Sprint(serves); !seen[key] && slices.Max(serves) > 0 {
				seen[key] = true
				options = append(options, c)
			}
		}
	}
	return options
}

// possible reports whether n of the options, any of them several times, meet
// all accounts.
func possible(all []judge, options, chosen []ledger.Credit, n int) bool {
	if n == 0 {
		return !slices.ContainsFunc(all, func(j judge) bool { return !j.met(chosen) })
	}
	for i, c := range options {
		if possible(all, options[i:], append(chosen, c), n-1) {
			return true
		}
	}
	return false
}

// A plan meets every account that can still be met, on the first day of its
// lines as on the last, and nothing that is a point shorter does where windows
// stay where they are.
func TestPlanIsShortest(t *testing.T) {
	most := 0
	rapid.Check(t, func(t *rapid.T) {
		accounts := smallHolder(t)
		plan := rules.NewPlan(accounts, someDay)
		all := judges(accounts)
		for i, j := range all {
			if lost := !j.met(nil) && j.last < j.first; lost != plan.Needs[i].Lost {
				t.Fatalf("account %d: lost %t, by search %t", i, plan.Needs[i].Lost, lost)
			}
		}
		all = slices.DeleteFunc(all, func(j judge) bool { return j.last < j.first })
		for _, last := range []bool{false, true} {
			if !possible(all, nil, bought(plan, last), 0) {
				t.Fatalf("the plan does not do: %+v", plan.Lines)
			}
		}
		checkPlan(t, accounts, plan)
		if plan.Points == 0 || slices.ContainsFunc(all, func(j judge) bool { return len(j.windows) > 1 }) {
			return // days that move are judged one way of several
		}
		options := purchases(all)
		if combinations(len(options), int(plan.Points)-1) > 20000 {
			t.Skip()
		}
		most = max(most, int(plan.Points))
		if possible(all, options, nil, int(plan.Points)-1) {
			t.Fatalf("a plan of %d points does too: %+v", plan.Points-1, plan.Lines)
		}
	})
	if most < 5 {
		t.Errorf("no plan of more than %d points was tried", most)
	}
}

// bought returns the credits of a plan that is done on the first day of its
// lines, or on the last.
func bought(plan rules.Plan, last bool) []ledger.Credit {
	var all []ledger.Credit
	for _, l := range plan.Lines {
		c := ledger.Credit{Date: l.First, Points: l.Points, Activity: ledger.CourseActivity}
		if last && l.Last != 0 {
			c.Date = l.Last
		}
		if l.Topics != nil {
			c.Topics = []ledger.CreditTopic{{Topic: l.Topics[len(l.Topics)-1]}}
		}
		all = append(all, c)
	}
	return all
}

func combinations(options, n int) int {
	all := 1
	for i := range n {
		if all = all * (options + i) / (i + 1); all > 1<<30 {
			return all
		}
	}
	return all
}

// checkPlan holds the parts of a plan against each other: lines against
// points, what they serve against what is needed.
func checkPlan(t *rapid.T, accounts []rules.Account, plan rules.Plan) {
	served := make([]ledger.Points, len(accounts))
	var sum ledger.Points
	for _, l := range plan.Lines {
		sum += l.Points
		of := make([]ledger.Points, len(accounts))
		for _, s := range l.Serves {
			of[s.Account] += s.Points
			served[s.Account] += s.Points
		}
		if l.Points <= 0 || slices.Max(of) > l.Points || slices.Max(of) == 0 {
			t.Fatalf("a line of %d points serves %v", l.Points, of)
		}
	}
	if sum != plan.Points {
		t.Fatalf("the lines have %d points of %d", sum, plan.Points)
	}
	for i, need := range plan.Needs {
		if !need.Lost && served[i] != need.Points {
			t.Fatalf("account %d needs %d and gets %d", i, need.Points, served[i])
		}
	}
	if plan.Proved > plan.Points {
		t.Fatalf("proved %d of %d", plan.Proved, plan.Points)
	}
}

// Where requirements accept overlapping topics, the linear program alone comes
// out with fractions of hundredths. Then too a plan is the shortest, and of
// those one with the fewest points that have to have a certain topic.
func TestPlanOfOverlappingTopics(t *testing.T) {
	topics := ledger.Topics()[:5]
	gaps := 0
	rapid.Check(t, func(t *rapid.T) {
		accounts := make([]rules.Account, rapid.IntRange(1, 9).Draw(t, "accounts"))
		var credits []ledger.Credit
		for i := range rapid.IntRange(0, 2).Draw(t, "credits") {
			two := rapid.SliceOfNDistinct(rapid.SampledFrom(topics), 2, 2, rapid.ID).Draw(t, "topics")
			credits = append(credits, ledger.Credit{
				ID: int64(i + 1), Date: someDay, Points: 2, Activity: rapid.SampledFrom([]ledger.Activity{ledger.CourseActivity, ledger.CollegeCourse}).Draw(t, "activity"),
				Topics: []ledger.CreditTopic{{Topic: two[0], Limit: 1}, {Topic: two[1], Limit: 1}},
			})
		}
		for i := range accounts {
			e := &rules.Edition{Programme: &rules.Programme{Caps: []rules.Cap{{Activity: ledger.CollegeCourse, Percent: 50}}}}
			add := func(name ledger.Requirement, points int, topics []ledger.Topic) {
				r := rules.Requirement{Name: name, Topics: topics, Figure: rules.Figure{Points: ledger.Points(points)}}
				e.Requirements, e.Total.Points = append(e.Requirements, r), e.Total.Points+r.Points
			}
			add("either", rapid.IntRange(1, 2).Draw(t, "either"), rapid.SliceOfNDistinct(rapid.SampledFrom(topics), 2, 2, rapid.ID).Draw(t, "accepted"))
			if other := rapid.IntRange(0, 2).Draw(t, "other"); other > 0 {
				add(ledger.Other, other, nil)
			}
			accounts[i] = rules.Account{Edition: e, Cycle: ledger.Cycle{First: firstDay, Last: lastDay}, Credits: credits}
		}
		plan := rules.NewPlan(accounts, someDay)
		checkPlan(t, accounts, plan)
		var specific int
		for _, l := range plan.Lines {
			if l.Topics != nil {
				specific += int(l.Points)
			}
		}
		points, fewest := fewestOf(judges(accounts), topics, int(plan.Points))
		if points != int(plan.Points) || fewest != specific {
			t.Fatalf("a plan of %d points, %d of certain topics; by search %d and %d", plan.Points, specific, points, fewest)
		}
		if plan.Proved < plan.Points {
			gaps++
		}
	})
	t.Logf("%d plans were longer than the bounds", gaps)
}

// fewestOf returns the fewest points, at most some, that meet all judges, and
// how many of them, at the least, need one of the topics.
func fewestOf(all []judge, topics []ledger.Topic, most int) (points, specific int) {
	points, specific = most+1, most+1
	var buy func(i, sum int, chosen []ledger.Credit)
	buy = func(i, sum int, chosen []ledger.Credit) {
		if sum > most || sum > points {
			return
		}
		if i < len(topics) {
			for n := range 5 {
				c := ledger.Credit{Date: someDay, Points: ledger.Points(n), Activity: ledger.CourseActivity, Topics: []ledger.CreditTopic{{Topic: topics[i]}}}
				buy(i+1, sum+n, append(chosen[:i:i], c))
			}
			return
		}
		for any := 0; sum+any <= min(most, points); any++ {
			with := append(chosen[:i:i], ledger.Credit{Date: someDay, Points: ledger.Points(any), Activity: ledger.CourseActivity})
			if possible(all, nil, with, 0) {
				if sum+any < points || sum < specific {
					points, specific = sum+any, sum
				}
				return
			}
		}
	}
	buy(0, 0, nil)
	return points, specific
}
