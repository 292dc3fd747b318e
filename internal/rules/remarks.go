package rules

import (
	"slices"

	"cmpledger/internal/ledger"
)

// A Remark is what the sums of a standing do not say, as values. Package words
// says it in a sentence.
type Remark struct {
	Kind        RemarkKind
	Points      ledger.Points
	Credits     []int64
	Requirement RequirementStanding // of a surplus
	Cap         Cap                 // of what is over one
}

// A RemarkKind is what a remark is about. Remarks are said in the order of their
// kinds.
type RemarkKind int

// The kinds, each with the values that it has beside those of the standing.
const (
	RemarkDeclared     RemarkKind = iota // that it was, and what comes next
	RemarkDeclaredMore                   // more was declared than counts now
	RemarkUndeclared                     // it was renewed all the same
	RemarkWindowMoves
	RemarkPastDeclareBy
	RemarkSurplus     // Points of Requirement count as other
	RemarkUnallocated // Points are idle
	RemarkHandCost
	RemarkLost
	RemarkToEarn
	RemarkNothingRemains
	RemarkWithoutTopic // Credits
	RemarkLookAlikes   // these three are about the ledger, and added by who knows it
	RemarkRefusedTopic // Credits are allocated where the rules take no topic of theirs
	RemarkOutside      // Credits are allocated and dated outside the window
	RemarkComing       // Credits are allocated and dated in the future
	RemarkOverCap      // Points are beyond Cap
	RemarkDrift        // Credits are no longer as they were declared
	RemarkNoEvidence
	RemarkAssumed
	RemarkOwnFigures
)

// Code returns the word for programs of a remark that is a warning, or "".
func (k RemarkKind) Code() string {
	return map[RemarkKind]string{
		RemarkPastDeclareBy: "past-declare-by", RemarkUnallocated: "unallocated", RemarkWithoutTopic: "no-topic", RemarkRefusedTopic: "no-topic",
		RemarkLookAlikes: "look-alikes", RemarkOutside: "outside-window", RemarkComing: "outside-window", RemarkOverCap: "over-cap",
		RemarkDrift: "drift", RemarkNoEvidence: "no-evidence", RemarkAssumed: "assumed-rules",
	}[k]
}

// Remarks returns what the rules say beside the sums: where points went, what to
// do next, and what is not sure. Auto says that points are placed by themselves.
func (s Standing) Remarks(auto bool) []Remark {
	var all []Remark
	add := func(when bool, r Remark) {
		if when {
			all = append(all, r)
		}
	}
	if s.Cycle.Closed && s.State != Declared {
		return []Remark{{Kind: RemarkUndeclared}}
	}
	add(s.State == Declared, Remark{Kind: RemarkDeclared})
	add(s.State == Declared && s.Remaining > 0, Remark{Kind: RemarkDeclaredMore})
	if s.State != Declared {
		add(s.Moving(), Remark{Kind: RemarkWindowMoves})
		add(s.State != Expired && s.DeclareBy != 0 && !s.InTime(), Remark{Kind: RemarkPastDeclareBy})
		for _, r := range s.Requirements {
			surplus := s.sumPortions(func(p Portion) bool { return p.Allocated == r.Name && p.CountsAs == ledger.Other })
			add(surplus > 0 && r.Name != ledger.Other, Remark{Kind: RemarkSurplus, Points: surplus, Requirement: r})
		}
		idle := s.sumPortions(func(p Portion) bool {
			return p.Allocated == "" && slices.Contains([]Reason{NotAllocated, NothingLeft, OverCap}, p.Reason)
		})
		add(s.Closable > 0, Remark{Kind: RemarkUnallocated, Points: idle})
		add(s.Cost() > 0, Remark{Kind: RemarkHandCost})
		add(s.Lost(), Remark{Kind: RemarkLost})
		add(s.ToEarn > 0 && !s.Lost(), Remark{Kind: RemarkToEarn})
		add(s.Remaining == 0 && s.Begun(), Remark{Kind: RemarkNothingRemains})
		ids := s.withoutTopic()
		add(len(ids) > 0, Remark{Kind: RemarkWithoutTopic, Credits: ids})
	}
	all = append(all, s.NotCounted(auto)...)
	add(s.Edition.Confidence() == Assumed, Remark{Kind: RemarkAssumed})
	add(len(s.Edition.Which(Figure.Own)) > 0, Remark{Kind: RemarkOwnFigures})
	return all
}

// sumPortions returns the points of all portions that are so.
func (s Standing) sumPortions(so func(Portion) bool) (sum ledger.Points) {
	for _, f := range s.Findings {
		for _, p := range f.Parts {
			if so(p) {
				sum += p.Points
			}
		}
	}
	return sum
}

// withoutTopic returns the credits that could serve more if they had a topic:
// none where nothing but other is short.
func (s Standing) withoutTopic() (ids []int64) {
	if !slices.ContainsFunc(s.Shortages, func(t Shortage) bool { return t.Requirements[0].Name != ledger.Other }) {
		return nil
	}
	for _, f := range s.Findings {
		if len(f.Credit.Topics) == 0 && s.Holds(f.Credit.Date) {
			ids = append(ids, f.Credit.ID)
		}
	}
	return ids
}

// NotCounted says what is allocated and does not count. That credits to come are
// placed already is no news where points are placed by themselves.
func (s Standing) NotCounted(auto bool) []Remark {
	ids := map[RemarkKind][]int64{}
	over := map[ledger.Activity]ledger.Points{}
	for _, f := range s.Findings {
		for _, p := range f.Parts {
			var kind RemarkKind
			switch {
			case p.Reason == OverCap:
				over[f.Credit.Activity] += p.Points
				continue
			case p.Allocated == "":
				continue
			case p.Reason == NoTopic:
				kind = RemarkRefusedTopic
			case p.Reason == NotYet || f.Credit.Date > s.Today:
				if auto && p.AllocatedBy != ledger.ByHand {
					continue
				}
				kind = RemarkComing
			case p.Reason == BeforeWindow || p.Reason == AfterWindow:
				kind = RemarkOutside
			default:
				continue
			}
			if !slices.Contains(ids[kind], f.Credit.ID) {
				ids[kind] = append(ids[kind], f.Credit.ID)
			}
		}
	}
	var all []Remark
	for _, kind := range []RemarkKind{RemarkRefusedTopic, RemarkOutside, RemarkComing} {
		if ids[kind] != nil {
			all = append(all, Remark{Kind: kind, Credits: ids[kind]})
		}
	}
	for _, k := range s.Edition.Programme.Caps {
		if p := over[k.Activity]; p > 0 {
			all = append(all, Remark{Kind: RemarkOverCap, Points: p, Cap: k})
		}
	}
	return all
}
