package rules

import (
	"cmp"
	"slices"

	"cmpledger/internal/ledger"
)

// A Plan says how few points the holder can still earn for several cycles together. One
// activity serves every cycle that it fits by topic and date.
type Plan struct {
	Points ledger.Points `json:"points" doc:"The least to earn for all credentials together."`
	// The search has a limit. Where it stops there, a plan may exist that needs up to
	// Gap less.
	Proved bool          `json:"proved" doc:"Whether no plan needs less."`
	Gap    ledger.Points `json:"gap" doc:"The plan may be too long by this many points. 0 where it is proved."`
	// Lines are the shopping list: what stops being useful first comes first, any
	// topic after certain ones.
	Lines []PlanLine `json:"lines" doc:"Points to earn."`
	Needs []PlanNeed `json:"credentials"` // of each account, in the order given
	// Deadlines are those of the undeclared cycles, the earliest first.
	Deadlines []PlanDeadline `json:"deadlines"`
	Standings []Standing     // of each account, today
}

// A PlanLine is points to earn in one topic.
type PlanLine struct {
	Points ledger.Points  `json:"points"`
	Topics []ledger.Topic `json:"topics" doc:"Any of them will do. Empty where any topic will."`
	Except []ledger.Topic `json:"except" doc:"Topics that do not count, where any other does."`
	// An activity from First to Last, both included, serves all that Serves says.
	First  ledger.Date   `json:"first_day" doc:"First or last day on which they count."`
	Last   ledger.Date   `json:"last_day" doc:"First or last day on which they count."`
	EarnBy ledger.Date   `json:"earn_by" doc:"Day to earn them by, so that the body has time."`
	Serves []PlanService `json:"serves"` // in the order of the accounts
}

// A PlanService is what a line does for one requirement of an account.
type PlanService struct {
	Account int // its index
	ledger.CredentialName
	Requirement Requirement   `json:"requirement" only:"Name"`
	Points      ledger.Points `json:"points"`
}

// A PlanNeed is what one account still needs by itself.
type PlanNeed struct {
	// JudgedOn is the day that a window which moves is judged on.
	JudgedOn ledger.Date `json:"judged_on" doc:"The day that it is judged on." null:"where its window does not move"`
	// A new activity counts from First to Last, both included.
	First ledger.Date `json:"first_day" doc:"On which more may be earned." null:"where none may"`
	Last  ledger.Date `json:"last_day" doc:"On which more may be earned." null:"where none may"`
	// Points is what is lacking when all credits, also those dated in the future,
	// are allocated in the best way.
	Points ledger.Points `json:"to_earn" doc:"For it alone."`
	// Lost says that points are lacking and it is too late to earn them. No line
	// serves such an account.
	Lost      bool       `json:"lost" doc:"Nothing can be earned for it any more."`
	Shortages []Shortage `json:"shortages"`
	// Ahead are credits dated in the future, which the plan counts as done.
	Ahead []ledger.Credit `json:"ahead" only:"ID" doc:"Numbers of credits that count from a later day on."`
}

// A PlanDeadline is the day by which to earn for a cycle, and how much of the plan to
// earn by then.
type PlanDeadline struct {
	Account int         // its index
	Date    ledger.Date `json:"date"`
	ledger.CredentialName
	Expires  ledger.Date   `json:"expires"`
	Points   ledger.Points `json:"points" doc:"To earn by then."`
	PerMonth ledger.Points `json:"points_per_month" doc:"Until then."`
}

// NewPlan finds the fewest points that the holder still needs for all accounts. It
// assumes that every new point is earned today or later, has one topic and no cap, and
// serves every account whose window holds its day. Recorded credits are allocated in
// the best way, and those dated in the future count as done. A window that moves is
// judged on one day, today or later. A declared or closed cycle needs nothing. Of all
// plans with the fewest points it takes one with the fewest that need a certain topic,
// and of these one with the latest days. It does not change its arguments.
//
// By Hall's theorem, what an account lacks is the greatest lack of any set of its
// requirements: what the set requires less all that credits can supply to it. A new
// point serves the set if a requirement of the set accepts its topic. So a plan is
// an amount for each topic and stretch of days, such that the amounts meet the lack of
// every set of every account: a covering problem. Exact linear programming solves it. A
// set joins the program when amounts violate it; where an amount is not a whole
// hundredth, the search branches, up to a limit.
func NewPlan(accounts []Account, today, on ledger.Date) Plan {
	plan, c := shortest(accounts, today, on)
	for _, a := range accounts {
		plan.Standings = append(plan.Standings, Evaluate(a, today))
	}
	if plan.Proved {
		c.best = c.preferred()
	}
	plan.Lines = c.lines(c.best)
	for i := range plan.Lines {
		plan.Lines[i].EarnBy = plan.earnBy(plan.Lines[i])
	}
	plan.Deadlines = plan.deadlines(today)
	return plan
}

// accountDeadline returns the day by which to earn for an account: the last to declare
// in time, later the last that counts.
func (p *Plan) accountDeadline(account int) ledger.Date {
	return cmp.Or(p.Standings[account].EarnBy(), p.Needs[account].Last)
}

// earnBy returns the day by which to earn a line for all that it serves.
func (p *Plan) earnBy(l PlanLine) ledger.Date {
	by := l.Last
	for _, service := range l.Serves {
		by = min(by, p.accountDeadline(service.Account))
	}
	if by < l.First {
		return l.Last // a cycle has to be declared before another one, also served, begins
	}
	return by
}

func (p *Plan) deadlines(today ledger.Date) (all []PlanDeadline) {
	for i, t := range p.Standings {
		if t.State == Declared || t.Cycle.Last == 0 || p.Needs[i].Lost {
			continue
		}
		d := PlanDeadline{Account: i, Date: p.accountDeadline(i), CredentialName: t.Credential.CredentialName, Expires: t.Cycle.Last}
		first := d.Date
		for _, l := range p.Lines {
			if l.EarnBy <= d.Date {
				d.Points, first = d.Points+l.Points, min(first, l.First)
			}
		}
		d.PerMonth = PerMonth(d.Points, daysToEarn(today, first, d.Date))
		all = append(all, d)
	}
	slices.SortStableFunc(all, func(a, b PlanDeadline) int { return cmp.Compare(a.Date, b.Date) })
	return all
}

// shortest returns a plan without lines, and how it was found.
func shortest(accounts []Account, today, on ledger.Date) (plan Plan, c *choice) {
	plan.Needs = make([]PlanNeed, len(accounts))
	var all []need
	for i, a := range accounts {
		if a.Cycle.Declared != 0 || a.Cycle.Closed {
			continue // such a cycle needs nothing
		}
		n := a.need(today, on)
		n.account, plan.Needs[i] = i, n.PlanNeed
		all = append(all, n)
	}
	c, proved := newPlanner(all).shortest()
	plan.Points, plan.Gap = ledger.Points(c.cost), ledger.Points(c.cost-proved)
	plan.Proved = plan.Gap == 0
	return plan, c
}

// forever is the last day of the calendar.
var forever = ledger.MakeDate(9999, 12, 31) // never changed

// lines makes the shopping list of the amounts of all offers.
func (p *planner) lines(amounts []int64) []PlanLine {
	all := make([]PlanLine, len(p.offers))
	for i, o := range p.offers {
		all[i] = PlanLine{Points: ledger.Points(amounts[i]), Topics: o.topics, Last: forever}
	}
	for _, n := range p.open {
		n.serve(all, amounts)
	}
	all = slices.DeleteFunc(all, func(l PlanLine) bool { return l.Points == 0 })
	slices.SortStableFunc(all, func(a, b PlanLine) int {
		return cmp.Or(cmp.Compare(a.Last, b.Last), cmp.Compare(a.First, b.First), cmp.Compare(min(1, len(b.Topics)), min(1, len(a.Topics))))
	})
	return all
}

// serve adds to the lines what they do for an open account. Recorded credits go first, so
// that a line gives only what is lacking.
func (n need) serve(lines []PlanLine, amounts []int64) {
	f := n.best.with(amounts, 1)
	for i := range lines {
		for r, points := range f.givenBy(len(f.outlet) - len(lines) + i) {
			if points > 0 {
				l := &lines[i]
				l.First, l.Last = max(l.First, n.First), min(l.Last, n.Last)
				l.Serves = append(l.Serves, PlanService{n.account, n.Credential.CredentialName, n.Edition.Requirements[r], points})
				for _, t := range n.Edition.Requirements[r].Except {
					if l.Topics == nil && !slices.Contains(l.Except, t) {
						l.Except = append(l.Except, t)
					}
				}
			}
		}
	}
}

// A need is an account on the day that it is judged on, and what it needs then.
type need struct {
	*holdings
	PlanNeed
	account int
	best    *filling // by recorded credits and, of those open, by offers
}

// need returns what an account needs: on a day if its window moves, else at its end,
// once the days of all its recorded credits have come.
func (a Account) need(today, on ledger.Date) need {
	day := max(today, a.Cycle.Last)
	if a.moving(today) {
		day = on
	}
	n := need{holdings: a.holdings(day)}
	n.First, n.Last = max(today, n.first), n.last
	if n.moves {
		n.JudgedOn = on
	}
	n.best, _ = n.bestFilling(keepNone)
	n.Points = n.best.shortfall()
	n.Shortages, n.Lost = n.shortages(n.best), n.Points > 0 && n.Last < n.First
	for _, c := range n.credits {
		if c.counts == Counts && c.Date > today && c.ID > 0 { // one that is supposed has no number to tell
			n.Ahead = append(n.Ahead, *c.Credit)
		}
	}
	return n
}
