package cli

import (
	"cmp"
	"slices"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// A closing is what a course would close, done as soon as that counts.
type closing struct {
	course ledger.Course
	closes ledger.Points // by so much fewer are then to be earned in all
	first  ledger.Date   // on which it does, and no day before
	parts  []closedPart  // in the order of the accounts
}

// A closedPart is what a course would close for one account by itself.
type closedPart struct {
	account      int
	points       ledger.Points
	requirements []rules.Requirement
}

// A need is what is to be earned, and what each course would change of it.
type need struct {
	planned
	today ledger.Date
	days  []ledger.Date // on which the window of an account begins to hold what is earned
	known map[string]closing
}

func newNeed(p planned, today ledger.Date) *need {
	n := &need{planned: p, today: today, known: map[string]closing{}}
	for _, account := range p.Needs {
		if account.Points > 0 && !account.Lost {
			n.days = append(n.days, account.First)
		}
	}
	slices.Sort(n.days)
	n.days = slices.Compact(n.days)
	return n
}

// closes plans once more, as if the course were done, on each of the days, for
// windows differ. Of courses that are worth the same it does so once.
func (n *need) closes(c ledger.Course) closing {
	topics := slices.Clone(c.Topics)
	slices.SortStableFunc(topics, func(a, b ledger.CreditTopic) int { return cmp.Compare(a.Topic, b.Topic) })
	key := c.Points.String() + " " + ledger.FormatCreditTopics(topics)
	best, ok := n.known[key]
	if !ok && c.Points > 0 {
		for _, day := range n.days {
			points, needs := rules.Fewest(n.with(c, day), n.today, false)
			if closes := n.Points - points; closes > best.closes {
				best = closing{closes: closes, first: day, parts: n.parts(needs)}
			}
		}
		n.known[key] = best
	}
	best.course = c
	return best
}

// with returns the accounts with a credit for the course, under a number that no
// recorded one has.
func (n *need) with(c ledger.Course, day ledger.Date) []rules.Account {
	credit := ledger.Credit{ID: -1, Date: day, Title: c.Title, Points: c.Points, Topics: c.Topics, Activity: ledger.CourseActivity}
	accounts := slices.Clone(n.accounts)
	for i := range accounts {
		accounts[i].Credits = append(slices.Clip(accounts[i].Credits), credit)
	}
	return accounts
}

// parts compares what each account needs by itself.
func (n *need) parts(then []rules.PlanNeed) []closedPart {
	var all []closedPart
	for i, before := range n.Needs {
		after := then[i]
		if after.Points >= before.Points {
			continue
		}
		part := closedPart{account: i, points: before.Points - after.Points}
		for _, s := range before.Shortages {
			if s.Points > shortageOf(after.Shortages, s.Requirements) {
				part.requirements = append(part.requirements, s.Requirements...)
			}
		}
		all = append(all, part)
	}
	return all
}

// shortageOf returns the points that are lacking in just these requirements.
func shortageOf(all []rules.Shortage, requirements []rules.Requirement) ledger.Points {
	same := func(a, b rules.Requirement) bool { return a.Name == b.Name }
	for _, s := range all {
		if slices.EqualFunc(s.Requirements, requirements, same) {
			return s.Points
		}
	}
	return 0
}

// byUse orders courses: what closes most comes first, then what is known to
// cost least for that, then what wastes the fewest points.
func byUse(a, b closing) int {
	price := func(c closing) ledger.Price {
		if c.course.HasPrice() {
			return c.course.Price
		}
		return ledger.MaxPrice + 1
	}
	return cmp.Or(cmp.Compare(b.closes, a.closes), cmp.Compare(price(a), price(b)), cmp.Compare(a.course.Points, b.course.Points))
}
