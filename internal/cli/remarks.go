package cli

import (
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/evidence"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

// A remark is a sentence under the table of a status. Those with a code are
// warnings, in JSON too.
type remark struct {
	Code    string `json:"code" enum:"unallocated,assumed-rules,outside-window,over-cap,past-declare-by,no-topic,no-evidence,drift,look-alikes"`
	Message string `json:"message" doc:"For people; its words may change."`
}

// Codes of warnings, as the contract has them.
const (
	warnUnallocated   = "unallocated"
	warnAssumed       = "assumed-rules"
	warnOutsideWindow = "outside-window"
	warnOverCap       = "over-cap"
	warnPastDeclareBy = "past-declare-by"
	warnNoTopic       = "no-topic"
	warnNoEvidence    = "no-evidence"
	warnDrift         = "drift"
	warnLookAlikes    = "look-alikes"
)

// remarks says what the table cannot: where points went, what to do next, and
// what is not sure.
func (a *app) remarks(s snapshot, t rules.Standing) []remark {
	var all []remark
	add := func(code, format string, args ...any) {
		all = append(all, remark{code, a.text(format, args...)})
	}
	code := s.shortName(t.Credential)
	if t.State == rules.Declared {
		next := "When the board confirms: cmp renew " + code
		if t.Cycle.ID != t.Credential.Current().ID {
			next = "The next cycle is recorded."
		}
		add("", "Declared %s. %s", t.Cycle.Declared, next)
		if t.Remaining > 0 {
			add("", "All %s were declared. As credits and days are now, %s count: cmp credential show %s", words.Points(t.Required), t.Counted, code)
		}
	} else {
		a.deadlineRemarks(add, code, t)
		allocationRemarks(add, t)
		nextRemarks(add, code, t)
		topicRemark(add, t)
		a.alikeRemark(add, s, t)
	}
	countRemarks(add, t, a.auto())
	driftRemark(add, code, s, t)
	evidenceRemark(add, evidence.Lint(s.ToProve(t.Cycle, t.Holds), s.Evidence))
	if titles := assumedFigures(t.Edition); titles != "" {
		add(warnAssumed, "Assumed, and to be checked on the board's page: %s. cmp rules show %s", titles, code)
	}
	if line := ownFigures(t.Edition); line != "" {
		add("", "%s. cmp rules show %s", line, code)
	}
	return all
}

type addRemark func(code, format string, args ...any)

// deadlineRemarks says what an expiry means and when the day to declare by
// has passed.
func (a *app) deadlineRemarks(add addRemark, code string, t rules.Standing) {
	if t.Moving() {
		add("", "Points of the last %s count (%s to %s).%s", months(t.Edition.Programme.LastYears.Months), t.First, t.Last, a.reinstatement(t))
	}
	if t.State != rules.Expired && t.DeclareBy != 0 && t.Today > t.DeclareBy {
		next := "declare as soon as nothing remains"
		if t.Remaining == 0 {
			next = "cmp declare " + code
		}
		add(warnPastDeclareBy, "The day to declare by was %s; the board may not be done before the expiry: %s", t.DeclareBy, next)
	}
}

// reinstatement says what an expired credential costs, or nothing.
func (a *app) reinstatement(t rules.Standing) string {
	if t.State != rules.Expired {
		return ""
	}
	fees, err := a.book.Fees(t.Credential.Body)
	if err != nil || fees == nil {
		return ""
	}
	fee := fees.On(t.Today)
	return fmt.Sprintf(" Reinstatement: %d on top of the fee of %d (%s).", fee.Reinstatement, fee.Application, fee.Confidence)
}

// allocationRemarks says where surplus counts and what allocating would
// close.
func allocationRemarks(add addRemark, t rules.Standing) {
	for _, r := range t.Requirements {
		if surplus := surplusOf(t, r.Name); surplus > 0 {
			add("", "%s are allocated to %s; %s beyond its minimum %s towards other.",
				words.Points(r.Allocated), lower(r.Title), theRest(surplus), words.Agree(surplus, "counts", "count"))
		}
	}
	if t.Closable == 0 {
		return
	}
	var idle ledger.Points
	for _, f := range t.Findings {
		for _, p := range f.Parts {
			switch p.Reason {
			case rules.NotAllocated, rules.NothingLeft, rules.OverCap:
				if p.Allocated == "" {
					idle += p.Points
				}
			}
		}
	}
	if idle < t.Closable {
		add(warnUnallocated, "Another allocation of your credits would close %s: cmp allocate --auto", t.Closable)
		return
	}
	add(warnUnallocated, "%s %s recorded but not allocated and would close %s: cmp allocate --auto",
		words.Points(idle), words.Agree(idle, "is", "are"), t.Closable)
}

func theRest(p ledger.Points) string {
	if p == 100 {
		return "the 1 point"
	}
	return "the " + p.String()
}

// surplusOf returns what is allocated to a requirement and counts as other.
func surplusOf(t rules.Standing, r ledger.Requirement) ledger.Points {
	var surplus ledger.Points
	for _, f := range t.Findings {
		for _, p := range f.Parts {
			if p.Allocated == r && p.CountsAs == ledger.Other && r != ledger.Other {
				surplus += p.Points
			}
		}
	}
	return surplus
}

// nextRemarks says what is left to do when everything is allocated as well as
// possible.
func nextRemarks(add addRemark, code string, t rules.Standing) {
	if cost := costOf(t); cost > 0 {
		add("", "Your own allocations cost %s: cmp allocate --auto --fresh", words.Points(cost))
	}
	switch {
	case isLost(t):
		add("", "%s %s lacking, and the days on which %s could be earned are over: cmp renew %s --yes begins the next cycle",
			words.Points(t.ToEarn), words.Agree(t.ToEarn, "is", "are"), words.Agree(t.ToEarn, "it", "they"), code)
	case t.ToEarn > 0:
		still := "Still"
		if t.ToEarn < t.Remaining {
			still = "Then still"
		}
		short := t.Shortages
		if costOf(t) == 0 {
			short = t.Kept // what is lacking beside the holder's own allocations is nearer at hand
		}
		serve := ""
		if t.Recorded > 0 {
			serve = " Nothing you have can serve " + words.Verb(len(short), "it.", "them.")
		}
		add("", "%s to earn: %s.%s", still, shortages(short), serve)
	case t.Remaining > 0 || !t.Begun():
	case t.DeclareFrom != 0 && t.Today < t.DeclareFrom:
		add("", "Nothing remains. Declare by %s, better from %s on: cmp declare %s", t.DeclareBy, t.DeclareFrom, code)
	default:
		add("", "Nothing remains: cmp declare %s", code)
	}
}

// isLost reports whether points are lacking that can no longer be earned: the
// cycle expired, and its programme counts no later days.
func isLost(t rules.Standing) bool { return t.ToEarn > 0 && t.State == rules.Expired && !t.Moving() }

// costOf returns what the holder's own allocations cost.
func costOf(t rules.Standing) ledger.Points { return t.Remaining - t.Closable - t.ToEarn }

// topicRemark names credits that could serve more if they had a topic.
func topicRemark(add addRemark, t rules.Standing) {
	lacking := false
	for _, s := range t.Shortages {
		lacking = lacking || s.Requirements[0].Name != ledger.Other
	}
	var ids []int64
	for _, f := range t.Findings {
		if len(f.Credit.Topics) == 0 && t.Holds(f.Credit.Date) {
			ids = append(ids, f.Credit.ID)
		}
	}
	if !lacking || len(ids) == 0 {
		return
	}
	which := words.Numbers(ids, " ")
	if len(ids) > 10 {
		which = "ID..."
	}
	add(warnNoTopic, "%s no topic and can only count towards other: cmp edit %s --topic TOPIC (cmp list --no-topic)",
		words.Count(len(ids), "credit")+" "+words.Verb(len(ids), "has", "have"), which)
}

// countRemarks says what is allocated and does not count. That credits to come
// are placed already is no news where points are placed by themselves.
func countRemarks(add addRemark, t rules.Standing, auto bool) {
	var outside, future, stray []int64
	over := map[ledger.Activity]ledger.Points{}
	for _, f := range t.Findings {
		for _, p := range f.Parts {
			switch {
			case p.Reason == rules.OverCap:
				over[f.Credit.Activity] += p.Points
			case p.Allocated == "":
			case p.Reason == rules.NoTopic:
				stray = once(stray, f.Credit.ID)
			case p.Reason == rules.NotYet || f.Credit.Date > t.Today:
				if !auto || p.AllocatedBy == ledger.ByHand {
					future = once(future, f.Credit.ID)
				}
			case p.Reason == rules.BeforeWindow || p.Reason == rules.AfterWindow:
				outside = once(outside, f.Credit.ID)
			}
		}
	}
	if len(stray) > 0 {
		add(warnNoTopic, "Allocated but not counted, since the rules take no topic of it there: %s %s: cmp allocate --auto --fresh",
			words.Verb(len(stray), "credit", "credits"), words.Numbers(stray, ", "))
	}
	if len(outside) > 0 {
		add(warnOutsideWindow, "Allocated but not counted, since dated outside the days that count (%s to %s): %s %s",
			t.First, t.Last, words.Verb(len(outside), "credit", "credits"), words.Numbers(outside, ", "))
	}
	if len(future) > 0 {
		add(warnOutsideWindow, "Allocated and counted only from the day on that each is dated: %s %s",
			words.Verb(len(future), "credit", "credits"), words.Numbers(future, ", "))
	}
	for _, k := range t.Edition.Programme.Caps {
		if p := over[k.Activity]; p > 0 {
			add(warnOverCap, "%s of %s do not count: together such credits count for at most %s.",
				words.Points(p), strings.ReplaceAll(string(k.Activity), "-", " ")+"s", k.Points(t.Required))
		}
	}
}

// driftRemark says which credits are no longer as they were declared.
func driftRemark(add addRemark, code string, s snapshot, t rules.Standing) {
	d, ok := s.Declarations[t.Cycle.ID]
	if !ok {
		return
	}
	var ids []int64
	for _, c := range rules.Drift(d, s.Credits) {
		ids = append(ids, c.Credit.ID)
	}
	slices.Sort(ids)
	if len(ids) > 0 {
		add(warnDrift, "No longer as declared: %s %s. The declaration stays as it was: cmp audit %s --check --cycle %s",
			words.Verb(len(ids), "credit", "credits"), words.Numbers(ids, ", "), code, t.Cycle.Last)
	}
}

// assumedFigures names the figures of an edition that nobody could confirm.
func assumedFigures(e *rules.Edition) string {
	return figures(e, func(f rules.Figure) bool { return f.Confidence == rules.Assumed })
}

// ownFigures says which figures of an edition are from packs: "Your own figures
// (letter.yaml): total and cytometry", or, where that is one that ships and was
// not changed, "Figures of the example florida.yaml: all figures".
func ownFigures(e *rules.Edition) string {
	var files []string
	example := true
	titles := figures(e, func(f rules.Figure) bool {
		if file := f.Pack + packEnding; f.Pack != "" && !slices.Contains(files, file) {
			files, example = append(files, file), example && f.Example
		}
		return f.Pack != ""
	})
	switch {
	case titles == "":
		return ""
	case example:
		return fmt.Sprintf("Figures of the example %s: %s", words.List("and", files), titles)
	}
	return fmt.Sprintf("Your own figures (%s): %s", words.List("and", files), titles)
}

// figures names the figures of an edition that are so.
func figures(e *rules.Edition, so func(rules.Figure) bool) string {
	var titles []string
	if so(e.Total) {
		titles = append(titles, "total")
	}
	for _, r := range e.Requirements {
		if so(r.Figure) {
			titles = append(titles, lower(r.Title))
		}
	}
	if len(titles) > len(e.Requirements) {
		return "all figures"
	}
	return words.List("and", titles)
}

// once adds a number that is not the last already.
func once[T comparable](ids []T, id T) []T {
	if len(ids) > 0 && ids[len(ids)-1] == id {
		return ids
	}
	return append(ids, id)
}
