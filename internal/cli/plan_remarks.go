package cli

import (
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

// planRemarks says why no plan needs less, what to do first, and what is not
// sure.
func (a *app) planRemarks(p planned) []string {
	var all []string
	add := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	if len(p.Bounds) > 0 {
		add("%s", p.proof())
	}
	var idle, ready []string
	var ahead []int64
	for i, t := range p.standings {
		code, need := p.name(i), p.Needs[i]
		if t.Closable > 0 && t.State != rules.Declared {
			idle = append(idle, code+" "+t.Closable.String())
		}
		for _, c := range need.Ahead {
			if c.ID > 0 && !slices.Contains(ahead, c.ID) {
				ahead = append(ahead, c.ID)
			}
		}
		if t.State != rules.Declared && t.Begun() && need.Points == 0 && t.Remaining == 0 {
			ready = append(ready, code)
		}
	}
	if len(idle) > 0 && !p.supposed {
		add("The plan counts points that you have and that are not allocated yet (%s): cmp allocate --auto", strings.Join(idle, ", "))
	}
	if len(ahead) > 0 {
		add("It counts as done what is dated in the future: %s %s.", words.Verb(len(ahead), "credit", "credits"), words.Numbers(ahead, ", "))
	}
	for i, t := range p.standings {
		if cost := costOf(t); cost > 0 && t.State != rules.Declared && !p.supposed {
			add("Your own allocations cost %s %s that the plan counts: cmp allocate --auto --fresh --credential %s", p.name(i), words.Points(cost), p.name(i))
		}
		for _, text := range needRemarks(p.name(i), p.Needs[i], t) {
			add("%s", text)
		}
	}
	if p.punctual > p.Points {
		add("Some of it comes later than the day to declare by. To be in time, %s are to be earned: cmp plan --in-time", words.Points(p.punctual))
	}
	if len(ready) > 0 && !p.supposed {
		add("Nothing remains for %s: cmp declare %s", words.List("and", ready), strings.Join(ready, " "))
	}
	return all
}

// needRemarks says of one credential what the lists do not.
func needRemarks(code string, need rules.PlanNeed, t rules.Standing) []string {
	var all []string
	add := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	switch {
	case need.Lost:
		add("%s expired %s and lacks %s, which can no longer be earned.", code, t.Cycle.Last, words.Points(need.Points))
	case t.State == rules.Declared:
		add("%s is declared.", code)
	case need.Points > 0 && need.After > need.Points:
		var ids []int64
		for _, c := range need.Fading {
			if c.ID > 0 {
				ids = append(ids, c.ID)
			}
		}
		add("For %s the last %s count: after %s what is too old (%s) leaves %s to earn instead of %s.", code,
			months(t.Edition.Programme.LastYears.Months), need.Last, strings.TrimSpace(words.Verb(len(ids), "credit", "credits")+" "+words.Numbers(ids, ", ")),
			words.Points(need.After), need.Points)
	}
	if titles := assumedFigures(t.Edition); titles != "" {
		add("Assumed for %s, and to be checked on the board's page: %s. cmp rules show %s", code, titles, code)
	}
	return all
}

// proof says why no plan needs fewer points.
func (p planned) proof() string {
	var parts []string
	fractions := false
	for _, b := range p.Bounds {
		parts = append(parts, fmt.Sprintf("%s lacks %s in %s", p.name(b.Account), b.Points, boundNames(b.Requirements, p.accounts[b.Account].Edition)))
		fractions = fractions || b.Weight != b.WeightOf
	}
	if len(parts) == 1 && !fractions && p.Proved == p.Points {
		return "No plan needs less: whatever is allocated, " + parts[0] + "."
	}
	text := "As long as each activity has one topic, no plan needs less: whatever is allocated, " + words.List("and", parts)
	switch {
	case fractions || p.Proved < p.Points:
		return text + ", and every other way to earn for all of that was tried."
	}
	return text + ", and no such activity serves two of these."
}

// boundNames names the requirements of a bound: all, or nearly all, by one
// word.
func boundNames(requirements []rules.Requirement, e *rules.Edition) string {
	other := slices.ContainsFunc(requirements, func(r rules.Requirement) bool { return r.Name == ledger.Other })
	if len(requirements) == len(e.Requirements) || other && len(requirements) > 3 {
		return "all"
	}
	names := make([]string, len(requirements))
	for i, r := range requirements {
		names[i] = lower(r.Title)
	}
	return words.List("and", names)
}
