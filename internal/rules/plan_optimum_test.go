package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// smallHolder draws the accounts of one holder over the same credits: cycles that go on,
// begin later, are over for good or count the last month since, with and without a
// licence by category, voluntary or not.
func smallHolder(t *rapid.T) []rules.Account {
	accounts := make([]rules.Account, rapid.IntRange(1, 5).Draw(t, "accounts"))
	credits := smallCredits(t)
	for i := range accounts {
		first := ledger.Date(rapid.IntRange(int(firstDay)-5, int(lastDay)+3).Draw(t, "first"))
		cycle := ledger.Cycle{ID: int64(i + 1), First: first, Last: first + ledger.Date(rapid.IntRange(0, 12).Draw(t, "days"))}
		a := rules.Account{Edition: smallEdition(t), Credits: credits}
		if rapid.IntRange(0, 3).Draw(t, "by category") == 0 {
			byCategory(t, a.Edition)
		}
		if rapid.IntRange(0, 2).Draw(t, "last month") == 0 {
			a.Edition.Programme.LastYears = &rules.Span{Months: 1}
			a.Credential.Voluntary = rapid.Bool().Draw(t, "voluntary")
			if a.Credential.Voluntary && rapid.Bool().Draw(t, "no cycle") {
				cycle.First, cycle.Last = 0, 0
			}
		}
		a.Cycle, a.Credential.Cycles = cycle, []ledger.Cycle{cycle}
		accounts[i] = a
	}
	return accounts
}

// byCategory asks a point in each category held, taken from other, as a licence does.
func byCategory(t *rapid.T, e *rules.Edition) {
	other := rules.Requirement{Name: ledger.Other, Figure: e.Total}
	e.Requirements = nil
	for _, topic := range rapid.SliceOfNDistinct(rapid.SampledFrom(world), 0, min(3, int(e.Total.Points)), rapid.ID).Draw(t, "categories") {
		e.Requirements = append(e.Requirements, rules.Requirement{Name: ledger.Requirement(topic), Topics: []ledger.Topic{topic}, Figure: rules.Figure{Points: 1}})
		other.Points--
	}
	e.Requirements = append(e.Requirements, other)
}

// A judge decides by Hall's theorem alone, set by set, whether an account is
// met: it has no network.
type judge struct {
	rules.Account
	window      window      // credits from its first to its last day count
	first, last ledger.Date // the days on which more may be earned
}

type window struct{ first, last ledger.Date }

func judges(accounts []rules.Account, on ledger.Date) []judge {
	all := make([]judge, len(accounts))
	for i, a := range accounts {
		w := window{a.Cycle.First, a.Cycle.Last}
		if span := a.Edition.Programme.LastYears; span != nil && (a.Cycle.Last < someDay || a.Credential.Voluntary) {
			w = window{on.AddMonths(-span.Months) + 1, on}
		}
		all[i] = judge{a, w, max(someDay, w.first), w.last}
	}
	return all
}

// met reports whether the account is met with more credits.
func (j judge) met(more []ledger.Credit) bool {
	for among := range 1 << len(j.Edition.Requirements) {
		if j.lack(among, more) > 0 {
			return false
		}
	}
	return true
}

// lack returns what a set of requirements asks for less all that can be
// supplied to it, of what is recorded and more.
func (j judge) lack(among int, more []ledger.Credit) ledger.Points {
	var lack, capped ledger.Points
	for i, r := range j.Edition.Requirements {
		if among>>i&1 != 0 {
			lack += r.Points
		}
	}
	for _, c := range slices.Concat(j.Credits, more) {
		switch {
		case c.Date < j.window.first || c.Date > j.window.last:
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
	var requirements []rules.Requirement
	for i, r := range j.Edition.Requirements {
		if among>>i&1 != 0 {
			requirements = append(requirements, r)
		}
	}
	return ability(c, requirements)
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

// The laws of a plan. It meets every account that can still be met, on the first day of
// its lines as on the last; a hundredth less of any line does not, nor does any other
// plan that is a hundredth shorter; and a further credit never makes it longer.
func TestPlanIsShortest(t *testing.T) {
	most, moved := 0, 0
	checkSeen(t, func(t *rapid.T) {
		accounts := smallHolder(t)
		on := someDay + ledger.Date(rapid.IntRange(0, 40).Draw(t, "on"))
		plan := rules.NewPlan(accounts, someDay, on)
		all := judges(accounts, on)
		for i, j := range all {
			if lost := !j.met(nil) && j.last < j.first; lost != plan.Needs[i].Lost {
				t.Fatalf("account %d: lost %t, by search %t", i, plan.Needs[i].Lost, lost)
			}
			if plan.Needs[i].JudgedOn != 0 && plan.Needs[i].Points > 0 {
				moved++
			}
		}
		all = slices.DeleteFunc(all, func(j judge) bool { return j.last < j.first })
		for _, last := range []bool{false, true} {
			credits := bought(plan, last)
			if !possible(all, nil, credits, 0) {
				t.Fatalf("the plan does not do: %+v", plan.Lines)
			}
			for i := range credits {
				if credits[i].Points--; possible(all, nil, credits, 0) {
					t.Fatalf("less of line %d does too: %+v", i, plan.Lines)
				}
				credits[i].Points++
			}
		}
		checkPlan(t, accounts, plan)
		more := slices.Concat(accounts[0].Credits, smallCredits(t))
		for i := range accounts {
			accounts[i].Credits = more
		}
		if then := rules.NewPlan(accounts, someDay, on); then.Points > plan.Points {
			t.Fatalf("a plan of %d points; with %v of %d", plan.Points, more, then.Points)
		}
		if plan.Points == 0 {
			return
		}
		options := purchases(all)
		if combinations(len(options), int(plan.Points)-1) > 20000 {
			return
		}
		most = max(most, int(plan.Points))
		if possible(all, options, nil, int(plan.Points)-1) {
			t.Fatalf("a plan of %d points does too: %+v", plan.Points-1, plan.Lines)
		}
	}, func() bool { return most >= 5 && moved > 0 })
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
	if !plan.Proved || plan.Gap != 0 {
		t.Fatalf("proved %t, at most %d too many", plan.Proved, plan.Gap)
	}
}

// Where requirements accept overlapping topics, the linear program alone comes
// out with fractions of hundredths. Then too a plan is the shortest, and of
// those one with the fewest points that have to have a certain topic.
func TestPlanOfOverlappingTopics(t *testing.T) {
	topics := ledger.Topics()[:5]
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
		plan := rules.NewPlan(accounts, someDay, someDay)
		checkPlan(t, accounts, plan)
		var specific int
		for _, l := range plan.Lines {
			if l.Topics != nil {
				specific += int(l.Points)
			}
		}
		points, fewest := fewestOf(judges(accounts, someDay), topics, int(plan.Points))
		if points != int(plan.Points) || fewest != specific {
			t.Fatalf("a plan of %d points, %d of certain topics; by search %d and %d", plan.Points, specific, points, fewest)
		}
	})
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

// The same laws for credentials as people hold them. Every line may be done in any of its
// topics, and all plans are proved.
func TestPlanOfCredentials(t *testing.T) {
	today := ledger.MakeDate(2026, 11, 21)
	rapid.Check(t, func(t *rapid.T) {
		on := today + ledger.Date(rapid.IntRange(0, 900).Draw(t, "on"))
		accounts := make([]rules.Account, rapid.IntRange(1, 5).Draw(t, "accounts"))
		for i := range accounts {
			accounts[i] = someCredential(t, today)
		}
		credits := someCredits(t, today, 30)
		plan := rules.NewPlan(holding(accounts, credits), today, on)
		if checkPlan(t, accounts, plan); len(plan.Lines) > 0 {
			short := bought(plan, rapid.Bool().Draw(t, "last day"))
			k := rapid.IntRange(0, len(short)-1).Draw(t, "line")
			if line := plan.Lines[k]; line.Topics != nil {
				short[k].Topics = []ledger.CreditTopic{{Topic: rapid.SampledFrom(line.Topics).Draw(t, "topic")}}
			}
			if left := leftBy(plan, holding(accounts, slices.Concat(credits, short))); left != 0 {
				t.Fatalf("the plan leaves %s: %+v", left, plan.Lines)
			}
			short[k].Points--
			if leftBy(plan, holding(accounts, slices.Concat(credits, short))) == 0 {
				t.Fatalf("less of line %d does too: %+v", k, plan.Lines)
			}
		}
		more := slices.Concat(credits, someCredits(t, today, 3))
		if then := rules.NewPlan(holding(accounts, more), today, on); then.Points > plan.Points {
			t.Fatalf("a plan of %s points; with %v of %s", plan.Points, more[len(credits):], then.Points)
		}
	})
}

// someCredential draws a credential without credits: one that goes on, begins later, has
// expired or is voluntary, or a licence, also by category and in a first period.
func someCredential(t *rapid.T, today ledger.Date) rules.Account {
	name := rapid.SampledFrom([]string{"ascp/MLS", "ascp/SBB", "ascp/HT", "ascp/CT", "ascp/PBT", "ascp/QLS", "ascp/PA", "amt/RMA",
		"fl/CLT", "fl/Supervisor", "nd/CLP", "la/CLP", "ca/LPT"}).Draw(t, "credential")
	body, code, _ := strings.Cut(name, "/")
	last := today + ledger.Date(rapid.IntRange(-400, 1500).Draw(t, "last"))
	e, err := rules.Builtin().Edition(ledger.CredentialName{Body: body, Code: code}, last)
	need(t, err)
	cycle := ledger.Cycle{ID: 1, First: rules.FirstDay(e.Programme, last), Last: last}
	c := ledger.Credential{CredentialName: e.Name, Certified: last - ledger.Date(rapid.IntRange(0, 500).Draw(t, "certified"))}
	c.Categories = []ledger.Topic{"chemistry", "hematology", "microbiology", "blood-banking"}[:rapid.IntRange(0, 4).Draw(t, "categories")]
	switch kind := rapid.IntRange(0, 4).Draw(t, "kind"); {
	case e.Programme.LastYears == nil || kind > 1:
	case kind == 0:
		c.Voluntary, cycle.First, cycle.Last = true, 0, 0
	default:
		c.Voluntary = true
	}
	c.Cycles = []ledger.Cycle{cycle}
	return rules.Account{Edition: e.For(c, cycle), Credential: c, Cycle: cycle}
}

func someCredits(t *rapid.T, today ledger.Date, most int) []ledger.Credit {
	credits := make([]ledger.Credit, rapid.IntRange(0, most).Draw(t, "credits"))
	for i := range credits {
		c := &credits[i]
		c.ID, c.Date = int64(i+1), today+ledger.Date(rapid.IntRange(-1200, 600).Draw(t, "date"))
		c.Points = ledger.Points(rapid.IntRange(1, 300).Draw(t, "points"))
		c.Activity = rapid.SampledFrom([]ledger.Activity{ledger.CourseActivity, ledger.CollegeCourse}).Draw(t, "activity")
		for _, topic := range rapid.SliceOfNDistinct(rapid.SampledFrom(ledger.Topics()), 0, 3, rapid.ID).Draw(t, "topics") {
			c.Topics = append(c.Topics, ledger.CreditTopic{Topic: topic, Limit: ledger.Points(rapid.IntRange(0, int(c.Points)).Draw(t, "limit"))})
		}
	}
	return credits
}

// holding returns the accounts with credits.
func holding(accounts []rules.Account, credits []ledger.Credit) []rules.Account {
	with := slices.Clone(accounts)
	for i := range with {
		with[i].Credits = credits
	}
	return with
}

// leftBy returns what the accounts lack, each on the day that the plan judges it on.
func leftBy(plan rules.Plan, accounts []rules.Account) (left ledger.Points) {
	for i, a := range accounts {
		if n := plan.Needs[i]; !n.Lost {
			left += rules.Evaluate(a, n.Last).ToEarn
		}
	}
	return left
}
