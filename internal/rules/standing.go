package rules

import (
	"cmp"
	"slices"

	"cmpledger/internal/ledger"
)

// State says where a cycle stands.
type State string

// The states. The first that fits holds.
const (
	Declared   State = "declared"
	Expired    State = "expired"
	Ready      State = "ready" // nothing remains
	InProgress State = "in-progress"
)

// A Standing is the judgement of one cycle on one day.
type Standing struct {
	Edition    *Edition
	Credential ledger.Credential
	Cycle      ledger.Cycle
	// Today is the day it was judged by. First and Last are the window, both
	// included, in which credits count.
	Today, First, Last ledger.Date
	State              State
	// DeclareBy is the last day to declare, DeclareFrom the first on which the body
	// accepts it; no day if it publishes none or the credential does not expire.
	DeclareBy, DeclareFrom ledger.Date

	Sums
	// Closable is how much of Remaining cmp allocate --auto would close.
	Closable  ledger.Points
	Shortages []Shortage // what adds up to ToEarn
	// Kept is what would be lacking in the best allocation that keeps those by hand.
	// It adds up to Remaining less Closable. It may name other requirements than
	// Shortages even if the allocations by hand cost nothing.
	Kept []Shortage

	Requirements []RequirementStanding // in the order of the edition
	Findings     []Finding             // every credit, by date and title
}

// Sums are the points of a cycle.
type Sums struct {
	Required  ledger.Points `json:"required"`
	Recorded  ledger.Points `json:"recorded" doc:"Of all credits that may count for the cycle."`
	Allocated ledger.Points `json:"allocated"` // all of it, whether it counts or not
	Counted   ledger.Points `json:"counted" doc:"Sum of what counts for each requirement."`
	Remaining ledger.Points `json:"remaining" doc:"Required less counted."`
	ToEarn    ledger.Points `json:"to_earn" doc:"What would remain with the best allocation."`
}

// Designation returns the credential as it is written behind a name.
func (s Standing) Designation() string { return Designation(s.Edition.Programme, s.Credential) }

// Designation returns the credential as it is written behind a name, with the
// programme's suffix unless participation is voluntary and no cycle was
// completed yet.
func Designation(p *Programme, c ledger.Credential) string {
	if c.Voluntary && !c.Completed() {
		return c.Designation()
	}
	return c.Designation() + p.Suffix
}

// DaysLeft returns the days from today to the expiry, 0 on that day and negative after
// it, and whether the credential expires at all.
func (s Standing) DaysLeft() (int, bool) {
	return int(s.Cycle.Last - s.Today), s.Cycle.Last != 0
}

// Moving reports whether the window is the last years, up to today or to the day on which
// the cycle was declared, and not the cycle.
func (s Standing) Moving() bool { return s.First != s.Cycle.First || s.Last != s.Cycle.Last }

// Begun reports whether the cycle has begun.
func (s Standing) Begun() bool { return s.Today >= s.Cycle.First }

// InTime reports whether there is a day to declare by, and it has not passed.
func (s Standing) InTime() bool { return s.DeclareBy != 0 && s.Today <= s.DeclareBy }

// PastDeclareBy reports whether there was a day to declare by, and the expiry is still to
// come.
func (s Standing) PastDeclareBy() bool {
	return s.DeclareBy != 0 && s.Today > s.DeclareBy && s.State != Expired
}

// DeclareFromInDays returns the first day to declare by the body's count of days, if it
// says days too and that is another day than DeclareFrom; else no day.
func (s Standing) DeclareFromInDays() ledger.Date {
	return s.Edition.Programme.DeclareFrom.InDays(s.Cycle.Last)
}

// Opened reports whether the body accepts a declaration by now, however it counts.
func (s Standing) Opened() bool { return s.Today >= max(s.DeclareFrom, s.DeclareFromInDays()) }

// EarnBy returns the day by which to earn what is lacking: the last day to declare, once
// it has passed the expiry, and no day once that has passed too.
func (s Standing) EarnBy() ledger.Date {
	switch {
	case s.InTime():
		return s.DeclareBy
	case s.Today <= s.Cycle.Last:
		return s.Cycle.Last
	}
	return 0
}

// Due reports whether a cycle that is not finished has its last day to declare, or else
// its expiry, within so many days, the last of them included, or in the past.
func (s Standing) Due(days int) bool {
	by := cmp.Or(s.DeclareBy, s.Cycle.Last)
	return !s.Finished() && by != 0 && int(by-s.Today) <= days
}

// Over reports whether nothing can be earned any more: the cycle is finished, or it expired
// and the programme counts no later credits.
func (s Standing) Over() bool { return s.Finished() || s.State == Expired && !s.Moving() }

// Lost reports whether the cycle is over with points lacking, and still to be renewed.
func (s Standing) Lost() bool { return s.ToEarn > 0 && s.Over() && !s.Finished() }

// AskedOnceExpired returns what the body asks of an expired cycle beside what is judged
// here, or nil.
func (s Standing) AskedOnceExpired() *Note {
	if note := &s.Edition.Programme.Expired; s.State == Expired && note.Text != "" {
		return note
	}
	return nil
}

// Cost returns how many points the allocations by hand cost.
func (s Standing) Cost() ledger.Points { return s.Remaining - s.Closable - s.ToEarn }

// Bound reports whether the allocations by hand cost nothing and yet change what is to be
// earned: Kept names other requirements than Shortages.
func (s Standing) Bound() bool {
	return s.Cost() == 0 && !slices.EqualFunc(s.Kept, s.Shortages, func(a, b Shortage) bool {
		same := func(x, y Requirement) bool { return x.Name == y.Name }
		return a.Points == b.Points && slices.EqualFunc(a.Requirements, b.Requirements, same)
	})
}

// Finished reports whether nothing is left to do in the cycle: it was declared, or the
// next one was begun without that.
func (s Standing) Finished() bool { return s.State == Declared || s.Cycle.Closed }

// Urgent reports whether a cycle is to be declared, or else expires, within 30 days or
// was to be.
func (s Standing) Urgent() bool { return s.Due(30) }

// Soon is the number of days within which a day is near: what is due in them comes first.
const Soon = 90

// ByUrgency compares standings by what to do first: what is due soon and can be done in
// time, then what expired undeclared, then the others. Finished cycles come last. Among
// each other they go by the last day to declare or, where there is none, by expiry.
func ByUrgency(a, b Standing) int {
	rank := func(s Standing) (turn int, due ledger.Date) {
		switch {
		case s.Finished():
			return 3, cmp.Or(s.Cycle.Last, forever)
		case s.State == Expired:
			return 1, s.Cycle.Last
		case s.Due(Soon):
			return 0, cmp.Or(s.DeclareBy, s.Cycle.Last)
		}
		return 2, cmp.Or(s.DeclareBy, s.Cycle.Last, forever)
	}
	turnA, dueA := rank(a)
	turnB, dueB := rank(b)
	return cmp.Or(turnA-turnB, cmp.Compare(dueA, dueB),
		cmp.Compare(a.Credential.String(), b.Credential.String()), cmp.Compare(a.Cycle.ID, b.Cycle.ID))
}

// A RequirementStanding is how far one requirement is met.
type RequirementStanding struct {
	Requirement
	Allocated ledger.Points // to it, whether it counts or not
	Counted   ledger.Points // at most what is required; surplus of others may count in other
	Remaining ledger.Points
}

// A Shortage is points that nothing recorded can supply. A point earned for
// any one of the requirements makes it smaller.
type Shortage struct {
	Points       ledger.Points `json:"points" doc:"A point earned for any of the requirements makes it smaller."`
	Requirements []Requirement `json:"requirements" only:"Name"`
}

// A Finding accounts for every hundredth of one credit.
type Finding struct {
	Credit  ledger.Credit
	Counted ledger.Points
	Parts   []Portion
}

// A Portion is a part of a credit that counts as one thing, or does not for one reason.
type Portion struct {
	Points      ledger.Points      `json:"points"`
	Reason      Reason             `json:"reason" doc:"counts, or the one reason why they do not."`
	CountsAs    ledger.Requirement `json:"counts_as" doc:"Requirement that they count for." empty:"where they do not count"`
	Allocated   ledger.Requirement `json:"allocated" doc:"Requirement that they are allocated to." empty:"where they are not"`
	AllocatedBy ledger.Allocator   `json:"by" doc:"Who allocated them." empty:"where nobody did"`
}

// A Reason says why points count or do not.
type Reason string

// The reasons.
const (
	Counts       Reason = "counts"
	BeforeWindow Reason = "before-window"  // dated before the window
	AfterWindow  Reason = "after-window"   // dated after it
	NotYet       Reason = "not-yet"        // dated in the future
	NoTopic      Reason = "no-topic"       // no requirement accepts what it is about
	OverCap      Reason = "over-cap"       // its activity counts only so far
	NothingLeft  Reason = "nothing-left"   // what it could fill is full
	NotAllocated Reason = "not-allocated"  // something it could fill is not full
	OtherCycle   Reason = "other-cycle"    // allocated to another cycle of the credential
	NoSuchRule   Reason = "no-requirement" // allocated to what the edition does not have
)

// Holds reports whether the window holds the day, as [Account.Holds] does.
func (s Standing) Holds(d ledger.Date) bool {
	return Account{Edition: s.Edition, Credential: s.Credential, Cycle: s.Cycle, First: s.First, Last: s.Last}.Holds(d, s.Today)
}

// FirstDay returns the first day of a cycle with a given last day: the day after the date
// one cycle length before. It is never after last, and no day if last is none.
func FirstDay(p *Programme, last ledger.Date) ledger.Date {
	return min(last.AddMonths(-p.Cycle.Months)+1, last)
}

// NextCycle returns the cycle that follows c: it begins the day after c ends and ends one
// cycle length after c. Neither day is after the last of the calendar. It is none if c
// has no last day.
func NextCycle(p *Programme, c ledger.Cycle) ledger.Cycle {
	last := c.Last.AddMonths(p.Cycle.Months)
	return ledger.Cycle{First: min(c.Last+1, last), Last: last}
}

// Unallocated returns how many points of the credit are not allocated, though a
// requirement accepts the credit.
func (f Finding) Unallocated() ledger.Points {
	var left ledger.Points
	for _, p := range f.Parts {
		if p.Allocated == "" && p.Reason != OtherCycle && p.Reason != NoTopic {
			left += p.Points
		}
	}
	return left
}

// A Pace compares what counts with a straight line, from nothing before the first day of
// a cycle to all required points at the end of its last.
type Pace struct {
	// Expected is on the line at the end of today, rounded to tenths of a point.
	Expected ledger.Points `json:"expected" doc:"On a straight line to what is required."`
	Ahead    ledger.Points `json:"ahead" min:"none" doc:"Points, with at most two decimals. Below 0 when behind."`
}

// Pace returns the pace of a cycle. It is nil before the cycle begins, once it is
// declared, and in a window that moves, which has no end to work towards.
func (s Standing) Pace() *Pace {
	if s.Moving() || s.State == Declared || s.Today < s.First {
		return nil
	}
	all := int64(s.Last-s.First) + 1
	gone := min(int64(s.Today-s.First)+1, all)
	tenths := (int64(s.Required)*gone + 5*all) / (10 * all)
	expected := ledger.Points(tenths * 10)
	return &Pace{expected, s.Counted - expected}
}

// A Need is what is still to be earned, and by when.
type Need struct {
	Points   ledger.Points `json:"points" doc:"To earn."`
	By       ledger.Date   `json:"by" null:"where that has passed"`
	DaysLeft *int          `json:"days_left" min:"none" doc:"Until then. Null as by is."`
	PerMonth ledger.Points `json:"per_month" null:"where 60 days or fewer are left"`
}

// Need returns what is still to be earned, or nil if nothing is. Before the cycle begins
// its days are counted from the first day of the cycle.
func (s Standing) Need() *Need {
	if s.State == Declared || s.ToEarn == 0 {
		return nil
	}
	n := &Need{Points: s.ToEarn, By: s.EarnBy()}
	if n.By == 0 {
		return n
	}
	days := daysToEarn(s.Today, s.Cycle.First, n.By)
	n.DaysLeft = &days
	if days > 60 {
		n.PerMonth = PerMonth(n.Points, days)
	}
	return n
}

// daysToEarn returns the days from today to by. If credits count only from a later first
// day on, it counts from the day before that.
func daysToEarn(today, first, by ledger.Date) int { return max(int(by-max(today, first-1)), 0) }

// PerMonth returns how many points a month add up to p in the given days, rounded up to
// the tenth. A month has 30.4375 days (487/16). In less than 31 days it is all of p.
func PerMonth(p ledger.Points, days int) ledger.Points {
	if days < 31 {
		return p
	}
	tenth := 16 * int64(days) * 10
	return ledger.Points((int64(p)*487 + tenth - 1) / tenth * 10)
}
