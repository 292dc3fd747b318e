package words

import (
	"fmt"
	"strings"
	"sync"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// Shortages lists what to earn: "1 point of medical ethics and 2 of chemistry or
// hematology".
func Shortages(all []rules.Shortage) string {
	var parts []string
	for i, s := range all {
		amount := s.Points.String()
		if i == 0 {
			amount = Points(s.Points)
		}
		parts = append(parts, amount+" of "+shortOf(s))
	}
	return List("and", parts)
}

// shortOf names what a shortage is about, of which the holder may choose one.
func shortOf(s rules.Shortage) string {
	if r := s.Requirements[0]; r.Name == ledger.Other {
		return AnyTopic(r.Except)
	}
	return AnyOf(s.Requirements)
}

// AnyOf names requirements, of which the holder may choose one.
func AnyOf(requirements []rules.Requirement) string {
	return List("or", Map(requirements, func(r rules.Requirement) string {
		if r.Name == ledger.Other {
			return "other (" + AnyTopic(r.Except) + ")"
		}
		return Lower(r.Title)
	}))
}

// AnyTopic says that all topics are accepted, but some: "any topic but safety".
func AnyTopic(except []ledger.Topic) string {
	if len(except) == 0 {
		return "any topic"
	}
	return "any topic but " + List("and", Strings(except))
}

// Lower makes the first letter of a title small, for the middle of a sentence, if the
// title begins as one of our topics does. A pack's own title stays as it is: it may
// begin with a name, such as Florida.
func Lower(title string) string {
	begin, _, _ := strings.Cut(title, " ")
	if begin == "Prevention" { // of medical errors, as a state calls the topic
		return strings.ToLower(begin) + title[len(begin):]
	}
	if topicBegins()[begin] && begin != strings.ToUpper(begin) { // HIV/AIDS stays
		return strings.ToLower(begin) + title[len(begin):]
	}
	return title
}

// topicBegins are the first words of topics. They are looked for in every credit of a long list.
var topicBegins = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for _, t := range append(ledger.Topics(), ledger.Topic(ledger.Other), ledger.Topic(rules.Total)) {
		word, _, _ := strings.Cut(t.Name(), " ")
		all[word] = true
	}
	return all
})

// Months returns a length of time: "3 years", "18 months".
func Months(n int) string {
	if n%12 == 0 {
		return Count(n/12, "year")
	}
	return Count(n, "month")
}

// Length returns how long it is from one day to another, both included: "7 years and 5
// months".
func Length(first, last ledger.Date) string {
	months := 0
	for first.AddMonths(months+1) <= last+1 {
		months++
	}
	var parts []string
	for _, part := range []struct {
		n    int
		unit string
	}{{months / 12, "year"}, {months % 12, "month"}, {int(last + 1 - first.AddMonths(months)), "day"}} {
		if part.n > 0 {
			parts = append(parts, Count(part.n, part.unit))
		}
	}
	return List("and", parts)
}

// Outlook says in a few words what is left to do for a credential: "1 point to earn,
// 3.5 to allocate".
func Outlook(t rules.Standing) string {
	var parts []string
	add := func(when bool, part string) {
		if when {
			parts = append(parts, part)
		}
	}
	switch {
	case t.State == rules.Declared:
		return "declared"
	case !t.Begun():
		return "begins " + t.Cycle.First.String()
	case t.Cycle.Closed:
		return "not declared"
	}
	add(t.State == rules.Expired, "expired")
	add(t.Lost(), Points(t.ToEarn)+" missing")
	add(t.ToEarn > 0 && !t.Lost(), Points(t.ToEarn)+" to earn")
	add(t.Closable > 0, t.Closable.String()+" to allocate")
	add(t.Closable == 0 && t.ToEarn == 0 && t.Remaining > 0, Points(t.Remaining)+" remaining") // the holder's own allocations cost it
	switch {
	case t.Remaining > 0:
	case t.Today < t.DeclareFrom:
		add(true, fmt.Sprintf("ready, declare from %s", t.DeclareFrom))
	case t.Today == t.DeclareBy:
		add(true, "to declare today")
	case t.InTime():
		add(true, "to declare within "+Count(int(t.DeclareBy-t.Today), "day"))
	default:
		add(true, "to declare")
	}
	return strings.Join(parts, ", ")
}

// ShortOutlook says the day that is next and what is left, for a prompt: "declare in 4d,
// 4.5 to earn", "ready, from Dec 31", "19 to earn, 641d".
func ShortOutlook(t rules.Standing) string {
	left := Left(t)[3]
	days, expires := t.DaysLeft()
	switch {
	case t.Finished():
		return Outlook(t)
	case !t.Begun():
		return "begins " + Day(t.Cycle.First, t.Today)
	case t.State == rules.Expired:
		return "expired, " + left
	case !expires:
		return left
	case t.PastDeclareBy():
		return fmt.Sprintf("late, %s, %dd", left, days)
	case t.InTime() && t.Today >= t.DeclareFrom:
		return fmt.Sprintf("declare in %dd, %s", t.DeclareBy-t.Today, left)
	case t.Remaining == 0 && t.Today < t.DeclareFrom:
		return "ready, from " + Day(t.DeclareFrom, t.Today)
	}
	return fmt.Sprintf("%s, %dd", left, days)
}

// Days says how long a credential lasts, in a few phrases: "expires 2027-03-31", "130
// days left", "declare from 2026-12-31 to 2027-02-28".
func Days(t rules.Standing) (parts []string) {
	days, expires := t.DaysLeft()
	switch {
	case !expires:
		return []string{"voluntary, no cycle yet"}
	case t.State == rules.Declared:
		parts = append(parts, fmt.Sprintf("declared %s", t.Cycle.Declared))
	case !t.Begun():
		parts = append(parts, fmt.Sprintf("begins %s", t.Cycle.First))
	}
	if days < 0 {
		return append(parts, fmt.Sprintf("expired %s", t.Cycle.Last), Count(-days, "day")+" ago")
	}
	parts = append(parts, fmt.Sprintf("expires %s", t.Cycle.Last), Count(days, "day")+" left")
	if period := DeclarationPeriod(t); period != "" && t.Begun() && !t.Finished() {
		parts = append(parts, period)
	}
	return parts
}

// DeclarationPeriod says when to declare a cycle: "declare from 2026-12-31 to
// 2027-02-28", "declare from 2027-02-28 (2027-03-02 if the board counts 90 days) to
// 2027-04-30", or "declare by 2027-02-28" once that has passed. It is "" if the body
// says nothing of it.
func DeclarationPeriod(t rules.Standing) string {
	from := t.DeclareFrom.String()
	if other := t.DeclareFromInDays(); other != 0 {
		from += fmt.Sprintf(" (%s if the board counts %d days)", other, t.Edition.Programme.DeclareFrom.Days)
	}
	switch {
	case t.DeclareFrom == 0 && t.DeclareBy == 0:
		return ""
	case t.DeclareBy == 0:
		return "declare from " + from
	case t.DeclareFrom == 0 || !t.InTime():
		return fmt.Sprintf("declare by %s", t.DeclareBy)
	}
	return fmt.Sprintf("declare from %s to %s", from, t.DeclareBy)
}

// NothingRemains says so, and the next step: to declare, or when, if it is too early.
func NothingRemains(t rules.Standing, code string) ledger.Text {
	return ledger.Say("You have all the points. Next: %s%s", ledger.Command{"declare", code}, opens(t))
}

// opens says from which day on the board accepts a declaration, if that is still to come.
// The day by its count of days is named once it matters.
func opens(t rules.Standing) string {
	days := t.DeclareFromInDays()
	switch {
	case t.Opened():
		return ""
	case t.Today >= t.DeclareFrom:
		return fmt.Sprintf(" (if the board counts %d days, from %s on)", t.Edition.Programme.DeclareFrom.Days, days)
	}
	return fmt.Sprintf(" (from %s on)", t.DeclareFrom)
}

// Ready says of several what [NothingRemains] says of one.
func Ready(names []string, all []rules.Standing) (texts []ledger.Text) {
	var open []string
	for i, t := range all {
		if t.Today < t.DeclareFrom {
			texts = append(texts, ledger.Say("%s has all its points: %s%s", names[i], ledger.Command{"declare", names[i]}, opens(t)))
		} else {
			open = append(open, names[i])
		}
	}
	if open != nil {
		first := ledger.Say("%s all %s points: %s", List("and", open)+Verb(len(open), " has", " have"),
			Verb(len(open), "its", "their"), append(ledger.Command{"declare"}, open...))
		texts = append([]ledger.Text{first}, texts...)
	}
	return texts
}

// FirstToDeclare names the first day to declare before an expiry, and beside it the one
// that the body's count of days gives: "2027-02-28 (2027-03-02 if it counts 90 days)".
func FirstToDeclare(p *rules.Programme, last ledger.Date) string {
	day := p.DeclareFrom.Before(last).String()
	if other := p.DeclareFrom.InDays(last); other != 0 {
		day += fmt.Sprintf(" (%s if it counts %d days)", other, p.DeclareFrom.Days)
	}
	return day
}

// YearDay returns a day of every year: "December 31".
func YearDay(y *rules.YearDay) string { return fmt.Sprintf("%s %d", monthName(y.Month), y.Day) }

func monthName(month int) string {
	return strings.Fields("January February March April May June July August September October November December")[month-1]
}

// Span returns a length of time as the body says it: "3 months (90 days)".
func Span(s rules.Span) string {
	text := Months(s.Months)
	if s.Days != 0 {
		text += fmt.Sprintf(" (%s)", Count(s.Days, "day"))
	}
	return text
}

// Topics lists the topics of a credit, or says that there are none.
func Topics(topics []ledger.CreditTopic) string {
	if len(topics) == 0 {
		return "no topic"
	}
	return strings.Join(Map(topics, ledger.CreditTopic.String), ", ")
}

// Fate says in a few words what becomes of a whole credit: "1 safety, 0.5 not counted
// (not allocated)".
func Fate(f rules.Finding) string {
	var order []string
	sums := map[string]ledger.Points{}
	for _, p := range f.Parts {
		what := string(p.CountsAs)
		switch {
		case what != "":
		case f.Counted == 0:
			what = Reason(p.Reason)
		default:
			what = fmt.Sprintf("not counted (%s)", Reason(p.Reason))
		}
		if sums[what] == 0 {
			order = append(order, what)
		}
		sums[what] += p.Points
	}
	if len(order) == 1 && f.Counted == 0 {
		return order[0]
	}
	for i, what := range order {
		order[i] = sums[what].String() + " " + what
	}
	return strings.Join(order, ", ")
}

// Reason says why points do not count, in a few words.
func Reason(r rules.Reason) string {
	switch r {
	case rules.BeforeWindow, rules.AfterWindow:
		return "outside the days that count"
	case rules.NotYet:
		return "in the future"
	case rules.NoTopic:
		return "no topic that counts"
	case rules.OverCap:
		return "over the cap of its activity"
	case rules.NothingLeft:
		return "not needed: all that it fits is full"
	case rules.OtherCycle:
		return "used in another cycle"
	case rules.NoSuchRule:
		return "allocated to something not required now"
	}
	return "not allocated"
}
