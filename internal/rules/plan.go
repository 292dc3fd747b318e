package rules

import (
	"cmp"
	"slices"
	"sort"

	"cmpledger/internal/ledger"
)

// A Plan says how few points the holder can still earn for several cycles together. One
// activity serves every cycle that it fits by topic and date.
type Plan struct {
	Points ledger.Points `json:"points" doc:"The least to earn for all credentials together."`
	// Proved is the least that linear programming proves. It is below Points only if
	// fractions of a hundredth would need less; a search then ruled out all between.
	Proved ledger.Points `json:"proved" doc:"Less than points only where fractions of a hundredth would do with less."`
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
	Topics []ledger.Topic `json:"topics" doc:"Any of them. Empty where any topic serves."`
	// An activity from First to Last, both included, serves all that Serves says.
	First  ledger.Date   `json:"first_day" doc:"On which they count."`
	Last   ledger.Date   `json:"last_day" doc:"On which they count."`
	EarnBy ledger.Date   `json:"earn_by" doc:"To leave the body its time."`
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
	// A new activity counts from First to Last, both included. In a window that
	// moves, Last is the last day on which no more than Points are lacking.
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
	Ahead  []ledger.Credit `json:"ahead" only:"ID" doc:"Numbers of credits that count from a later day on."`
	Fading []ledger.Credit `json:"fading" only:"ID" doc:"Numbers of credits that are too old the day after last_day."`
	// After is what is lacking the day after Last, or Points if nothing changes then.
	After ledger.Points `json:"to_earn_after" doc:"That day."`
}

// A PlanDeadline is the day by which to earn for a cycle, and how much of the plan to
// earn by then.
type PlanDeadline struct {
	Account int         // its index
	Date    ledger.Date `json:"date"`
	ledger.CredentialName
	Expires  ledger.Date   `json:"expires" null:"where it does not"`
	Points   ledger.Points `json:"points" doc:"To earn by then."`
	PerMonth ledger.Points `json:"points_per_month" doc:"Until then."`
}

// NewPlan finds the fewest points that the holder still needs for all accounts. It
// assumes that every new point is earned today or later, has one topic and no cap, and
// serves every account whose window holds its day. Recorded credits are allocated in
// the best way, and those dated in the future count as done. A declared or closed cycle
// needs nothing. Of all plans with the fewest points it takes one with the fewest that
// need a certain topic, and of these one with the latest days. It does not change its
// arguments.
//
// By Hall's theorem, what an account lacks is the greatest lack of any set of its
// requirements: what the set requires less all that credits can supply to it. A new
// point serves the set if a requirement of the set accepts its topic. So a plan is
// an amount for each topic and stretch of days, such that the amounts meet the lack of
// every set of every account: a covering problem. Exact linear programming solves it. A
// set joins the program when amounts violate it; where an amount is not a whole
// hundredth, the search branches. For a window that moves, the plan considers one day
// only (see needOn), so that there a plan with less is possible.
func NewPlan(accounts []Account, today ledger.Date) Plan {
	plan, c := shortest(accounts, today)
	for _, a := range accounts {
		plan.Standings = append(plan.Standings, Evaluate(a, today))
	}
	if plan.Points > 0 {
		plan.Lines = c.lines(c.preferred(plan.Points))
	}
	for i := range plan.Lines {
		plan.Lines[i].EarnBy = plan.earnBy(plan.Lines[i])
	}
	plan.Deadlines = plan.deadlines(today)
	return plan
}

// accountDeadline returns the day by which to earn for an account: the last to declare
// in time, later the last that counts.
func (p *Plan) accountDeadline(account int) ledger.Date {
	if t := p.Standings[account]; t.InTime() {
		return min(t.DeclareBy, p.Needs[account].Last)
	}
	return p.Needs[account].Last
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
		if t.State == Declared || p.Needs[i].Lost {
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
func shortest(accounts []Account, today ledger.Date) (plan Plan, c *choice) {
	plan.Needs = make([]PlanNeed, len(accounts))
	var all []need
	for i, a := range accounts {
		if a.Cycle.Declared != 0 || a.Cycle.Closed {
			continue // such a cycle needs nothing
		}
		n := a.needOn(today)
		n.account, plan.Needs[i] = i, n.planNeed(today)
		all = append(all, n)
	}
	c = newPlanner(all).shortest()
	plan.Points, plan.Proved = ledger.Points(c.cost), ledger.Points(c.proved)
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
	for k, n := range p.open {
		p.serve(all, k, n, amounts)
	}
	all = slices.DeleteFunc(all, func(l PlanLine) bool { return l.Points == 0 })
	slices.SortStableFunc(all, func(a, b PlanLine) int {
		return cmp.Or(cmp.Compare(a.Last, b.Last), cmp.Compare(a.First, b.First), cmp.Compare(min(1, len(b.Topics)), min(1, len(a.Topics))))
	})
	return all
}

// serve adds to the lines what they do for open account k. Recorded credits go first, so
// that a line gives only what is lacking.
func (p *planner) serve(lines []PlanLine, k int, n need, amounts []int64) {
	supplies := p.suppliesWith(k, amounts, 1)
	f := build(n.required, n.caps, supplies)
	bought := supplies[len(n.supplies):]
	for i := range bought {
		f.net.arcs[f.outlet[len(n.supplies)+i].feed].room = 0
	}
	f.complete()
	for i, s := range bought {
		f.net.arcs[f.outlet[len(n.supplies)+i].feed].room = s.points
	}
	f.net.maximise(source, sink) // recorded credits still give as much
	for i := range bought {
		for r, points := range f.givenBy(len(n.supplies) + i) {
			if points > 0 {
				l := &lines[i]
				l.First, l.Last = max(l.First, n.First), min(l.Last, n.Last)
				l.Serves = append(l.Serves, PlanService{n.account, n.Credential.CredentialName, n.Edition.Requirements[r], points})
			}
		}
	}
}

// A need is an account on the day that its plan is made for, and what it needs then.
type need struct {
	*holdings
	PlanNeed
	account  int
	supplies []supply
	best     *filling
}

func newNeed(h *holdings, first, last ledger.Date) need {
	n := need{holdings: h}
	n.best, n.supplies = h.bestFilling(keepNone)
	n.First, n.Last, n.Points = first, last, n.best.shortfall()
	n.After = n.Points
	return n
}

// planNeed returns the need as the plan tells it.
func (n need) planNeed(today ledger.Date) PlanNeed {
	n.Shortages, n.Lost = n.shortages(n.best), n.Points > 0 && n.Last < n.First
	for _, c := range n.credits {
		switch {
		case c.counts != Counts, c.ID <= 0: // one that is supposed has no number to tell
		case c.Date > today:
			n.Ahead = append(n.Ahead, c.Credit)
		case n.After > n.Points && n.lastDay(c.Date) == n.Last:
			n.Fading = append(n.Fading, c.Credit)
		}
	}
	return n.PlanNeed
}

// needOn returns what an account needs once the days of all its recorded credits have
// come.
//
// In a window that moves, credits become too old while others come. So it looks for the
// last day on which all credits of today still count, leaves out later ones, and goes on
// from there to the last day on which no more is lacking.
func (a Account) needOn(today ledger.Date) need {
	end := a.Cycle.Last
	h := a.holdings(max(today, end))
	if !h.moves {
		return newNeed(h, max(today, h.first), h.last)
	}
	h = a.holdings(today)
	most := h.lastDay(today)
	if end >= today {
		most = min(most, end)
	}
	whole := most
	for _, c := range h.credits {
		if c.counts == Counts {
			whole = min(whole, h.lastDay(c.Date))
		}
	}
	a.Credits = slices.DeleteFunc(slices.Clone(a.Credits), func(c ledger.Credit) bool { return c.Date > whole })
	lacks := func(days int) ledger.Points {
		best, _ := a.holdings(whole + ledger.Date(days)).bestFilling(keepNone)
		return best.shortfall()
	}
	points := lacks(0)
	longer := sort.Search(int(most-whole), func(i int) bool { return lacks(i+1) > points })
	n := newNeed(a.holdings(whole+ledger.Date(longer)), today, whole+ledger.Date(longer))
	if n.Last < most {
		n.After = lacks(longer + 1)
	}
	return n
}

// lastDay returns the last day on which a credit of that date counts in a window that
// moves.
func (h *holdings) lastDay(date ledger.Date) ledger.Date {
	months := h.Edition.Programme.LastYears.Months
	day := date.AddMonths(months) - 1
	if (day + 1).AddMonths(-months) < date { // 29 February counts on 28 February too
		day++
	}
	return day
}
