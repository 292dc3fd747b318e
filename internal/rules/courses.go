package rules

import (
	"cmp"
	"slices"

	"cmpledger/internal/ledger"
)

// A Closing is how much a course would help, taken on the first day on which it helps
// most.
type Closing struct {
	Course ledger.Course
	Points ledger.Points // how many fewer are then to earn for all accounts together
	First  ledger.Date   // that first day
	Parts  []ClosedPart  // in the order of the accounts
}

// A ClosedPart is how much a course would help one account by itself.
type ClosedPart struct {
	Account      int
	Points       ledger.Points `json:"points" doc:"Points that it fills there, by itself."`
	Requirements []Requirement `json:"requirements" only:"Name" doc:"Requirements it serves."`
}

// ClosingCourses returns the courses that close something: first those that close most,
// of these the cheapest, of these those with the fewest points. No known price comes
// after any price.
func ClosingCourses(accounts []Account, today ledger.Date, courses []ledger.Course) (all []Closing) {
	plan, _ := shortest(accounts, today, today)
	known := map[string]Closing{} // by points and topics, in which courses may be alike
	for _, c := range courses {
		key := c.Points.String() + " " + ledger.FormatCreditTopics(c.Topics)
		best, ok := known[key]
		if !ok && c.Points > 0 {
			best = closing(accounts, today, c, plan)
			known[key] = best
		}
		if best.Course = c; best.Points > 0 {
			all = append(all, best)
		}
	}
	price := func(c Closing) ledger.Price {
		if c.Course.HasPrice() {
			return c.Course.Price
		}
		return ledger.MaxPrice + 1
	}
	slices.SortStableFunc(all, func(a, b Closing) int {
		return cmp.Or(cmp.Compare(b.Points, a.Points), cmp.Compare(price(a), price(b)), cmp.Compare(a.Course.Points, b.Course.Points))
	})
	return all
}

// closing plans again as if the course were done, on the first day of each account that
// needs points, and returns the best.
func closing(accounts []Account, today ledger.Date, c ledger.Course, now Plan) (best Closing) {
	var days []ledger.Date
	for _, n := range now.Needs {
		if n.Points > 0 && !n.Lost && !slices.Contains(days, n.First) {
			days = append(days, n.First)
		}
	}
	slices.Sort(days)
	for _, day := range days {
		// Its number is one that no recorded credit has.
		credit := ledger.Credit{ID: -1, Date: day, Title: c.Title, Points: c.Points, Topics: c.Topics, Activity: ledger.CourseActivity}
		with := slices.Clone(accounts)
		for i := range with {
			with[i].Credits = append(slices.Clip(with[i].Credits), credit)
		}
		if then, _ := shortest(with, today, today); now.Points-then.Points > best.Points {
			best = Closing{Points: now.Points - then.Points, First: day, Parts: closedParts(now.Needs, then.Needs)}
		}
	}
	return best
}

// closedParts compares what each account needs by itself.
func closedParts(before, after []PlanNeed) (parts []ClosedPart) {
	for i, b := range before {
		if after[i].Points >= b.Points {
			continue
		}
		part := ClosedPart{Account: i, Points: b.Points - after[i].Points}
		for _, s := range b.Shortages {
			remains := slices.ContainsFunc(after[i].Shortages, func(t Shortage) bool {
				return t.Points >= s.Points && slices.EqualFunc(t.Requirements, s.Requirements, func(a, b Requirement) bool { return a.Name == b.Name })
			})
			if !remains {
				part.Requirements = append(part.Requirements, s.Requirements...)
			}
		}
		parts = append(parts, part)
	}
	return parts
}
