package words

import (
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// A Plan is a plan with what it takes to put it in words.
type Plan struct {
	rules.Plan
	Names    []string // the credential of each account, as the holder types it
	Supposed bool     // the plan is for supposed credits or credentials
	Courses  bool     // some are known, of which a few may fit
}

// Sentence says how much the holder has to earn, and for which credentials.
func (p Plan) Sentence() string {
	var lacking, alone, done []string
	for i, need := range p.Needs {
		switch {
		case need.Lost:
		case need.Points > 0:
			lacking = append(lacking, p.Names[i])
			alone = append(alone, fmt.Sprintf("%s %s", p.Names[i], need.Points))
		default:
			done = append(done, p.Names[i])
		}
	}
	text := "To earn: " + Points(p.Points) + " for " + List("and", lacking)
	switch {
	case len(p.Needs) == 0:
		return "No credential is left to plan for."
	case len(lacking)+len(done) == 0:
		return "Nothing can be earned any more."
	case len(lacking) == 0:
		return fmt.Sprintf("You have all the points for %s.", List("and", done))
	case len(lacking) > 1:
		text += fmt.Sprintf(" together (alone: %s)", strings.Join(alone, ", "))
	}
	if len(done) > 0 {
		text += "; nothing for " + List("and", done)
	}
	return text + "."
}

// PlanTopics names the topics of a line, or says that any topic will do.
func PlanTopics(l rules.PlanLine) string {
	if l.Topics == nil {
		return AnyTopic(l.Except)
	}
	if n := len(l.Topics); n > 5 {
		return fmt.Sprintf("any of %d topics, such as %s", n, List("or", Strings(l.Topics[:2])))
	}
	return List("or", Strings(l.Topics))
}

// Serves lists the credentials that a line serves, with the points if they are only a
// part of the line (CLT=2), and the first day if that is after today.
func (p Plan) Serves(l rules.PlanLine) string {
	var names []string
	var sum ledger.Points
	for i, service := range l.Serves {
		sum += service.Points
		if i+1 < len(l.Serves) && l.Serves[i+1].Account == service.Account {
			continue
		}
		name := p.Names[service.Account]
		if sum < l.Points {
			name += "=" + sum.String() // in one piece, however narrow the column is
		}
		names, sum = append(names, name), 0
	}
	text := strings.Join(names, ", ")
	if l.First > p.Standings[0].Today {
		text += "; from " + l.First.String()
	}
	return text
}

// Days says by when to earn a line, and until when it counts. For a window that moves the
// day that it is judged on is no deadline: what is earned today counts now.
func (p Plan) Days(l rules.PlanLine) (earnBy, until string) {
	earnBy, until = l.EarnBy.String(), l.Last.String()
	if slices.ContainsFunc(l.Serves, func(s rules.PlanService) bool { return p.Needs[s.Account].JudgedOn == l.Last }) {
		until = "-"
		if l.EarnBy == p.Standings[0].Today {
			earnBy = "now"
		}
	}
	return earnBy, until
}

// Deadline says what to do by a deadline.
func (p Plan) Deadline(d rules.PlanDeadline) string {
	what := "declare " + p.Names[d.Account]
	switch {
	case d.Expires < p.Standings[d.Account].Today:
		return what + " (expired " + d.Expires.String() + ")"
	case d.Date != d.Expires:
		return what + " (expires " + d.Expires.String() + ")"
	}
	return what + " (expires that day)"
}

// Remarks says what else to know of the plan: on which day it was judged, whether less may
// be needed, what to do first, and which figures are not sure.
func (p Plan) Remarks() (all []ledger.Text) {
	add := func(when bool, format string, args ...any) {
		if when {
			all = append(all, ledger.Say(format, args...))
		}
	}
	var judged, idle, ready []string
	var done []rules.Standing
	var ahead []int64
	var on ledger.Date
	for i, t := range p.Standings {
		if day := p.Needs[i].JudgedOn; day != 0 {
			judged, on = append(judged, p.Names[i]), day
		}
		if t.Closable > 0 && t.State != rules.Declared {
			idle = append(idle, p.Names[i]+" "+t.Closable.String())
		}
		for _, c := range p.Needs[i].Ahead {
			if !slices.Contains(ahead, c.ID) {
				ahead = append(ahead, c.ID)
			}
		}
		if t.State != rules.Declared && t.Begun() && p.Needs[i].Points == 0 && t.Remaining == 0 {
			ready, done = append(ready, p.Names[i]), append(done, t)
		}
	}
	add(len(judged) > 0, "For %s the days that count change every day. This plan is for %s. For another day: %s", List("and", judged), on,
		ledger.Command{"plan", "--on", "DATE"})
	add(!p.Proved, "You may need up to %s less: cmp stopped looking for a shorter plan.", Points(p.Gap))
	add(len(idle) > 0 && !p.Supposed, "The plan counts points that are not allocated yet (%s): %s",
		strings.Join(idle, ", "), ledger.Command{"allocate", "--auto"})
	add(len(ahead) > 0, "%s dated in the future. The plan counts %s as done.", Upper(Credits(ahead))+Verb(len(ahead), " is", " are"), Verb(len(ahead), "it", "them"))
	for i, t := range p.Standings {
		name, need := p.Names[i], p.Needs[i]
		add(t.Cost() > 0 && t.State != rules.Declared && !p.Supposed, "Your own allocations cost %s of %s. The plan counts as if you took them back: %s",
			Points(t.Cost()), name, ledger.Command{"allocate", "--auto", "--fresh", "--credential", name})
		add(t.Bound() && t.State != rules.Declared && !p.Supposed, "Your own allocations decide what to earn for %s: %s. The plan counts as if you took them back: %s",
			name, Shortages(t.Kept), ledger.Command{"allocate", "--auto", "--fresh", "--credential", name})
		add(t.AskedOnceExpired() != nil, "%s: %s", name, Expired(t))
		add(need.Lost, "%s expired on %s with %s missing. The days to earn %s are over.", name, t.Cycle.Last, Points(need.Points), Agree(need.Points, "it", "them"))
		add(t.State == rules.Declared, "%s is declared.", name)
		check := ToCheck(t.Edition, name)
		add(!check.IsEmpty(), "%s", check)
	}
	if p.Supposed {
		return all
	}
	all = append(all, Ready(ready, done)...)
	why := ledger.Command{"explain"}
	if p.Points > 0 {
		why = append(why, p.Names[p.neediest()])
	}
	add(p.Points > 0 && p.Courses, "Why: %s. Courses that fit: %s", why, ledger.Command{"courses", "list", "--needed"})
	add(p.Points > 0 && !p.Courses, "Why: %s. What else counts: %s", why, ledger.Command{"rules", "activities"})
	return all
}

// neediest returns the index of the account that has most points left to earn.
func (p Plan) neediest() (most int) {
	for i, n := range p.Needs {
		if !n.Lost && (p.Needs[most].Lost || n.Points > p.Needs[most].Points) {
			most = i
		}
	}
	return most
}
