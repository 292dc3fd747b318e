package rules

import (
	"slices"

	"cmpledger/internal/ledger"
)

// A Remark is something that the sums of a standing do not say. Package words puts it in
// a sentence.
type Remark struct {
	Kind        RemarkKind
	Points      ledger.Points
	Credits     []int64
	Day         ledger.Date
	Requirement RequirementStanding // of a surplus
	Cap         Cap                 // of what is over one
}

// A RemarkKind is what a remark is about. Remarks are shown in the order of the kinds.
type RemarkKind int

// The kinds, each with the fields of Remark that it uses.
const (
	RemarkDeclared     RemarkKind = iota // the cycle was declared
	RemarkDeclaredMore                   // more was declared than counts now, on that day or later
	RemarkUndeclared                     // the cycle was renewed without being declared
	RemarkWindowMoves
	RemarkExpired // what else the body asks for then
	RemarkPastDeclareBy
	RemarkFirstPeriod // it set the total
	RemarkNoCategory  // the rules ask for points in each, and none is recorded
	RemarkUnasked     // the rules have no points for a category that is held
	RemarkSurplus     // Points of Requirement count as other
	RemarkUnallocated // Points are idle
	RemarkHandCost
	RemarkLost
	RemarkToEarn
	RemarkNothingRemains
	RemarkWithoutTopic // Credits
	RemarkLookAlikes   // this, Drift and NoEvidence need the ledger; package cli adds them
	RemarkRefusedTopic // Credits are allocated where the rules take no topic of theirs
	RemarkOutside      // Credits are allocated and dated outside the window
	RemarkComing       // Credits are allocated and dated in the future
	RemarkOverCap      // Points are beyond Cap
	RemarkDrift        // Credits are no longer as they were declared
	RemarkNoEvidence
	RemarkNotInPortal // Credits are not in the portal, as of Day; package cli adds it
	RemarkAnnualFee   // is due in a month; package cli adds it, since it needs the fees
	RemarkAssumed
	RemarkOwnFigures
)

// Code returns the code of a warning in JSON, or "" for a remark that is no warning.
func (k RemarkKind) Code() string {
	return map[RemarkKind]string{
		RemarkPastDeclareBy: "past-declare-by", RemarkUnallocated: "unallocated", RemarkWithoutTopic: "no-topic", RemarkRefusedTopic: "no-topic",
		RemarkLookAlikes: "look-alikes", RemarkOutside: "outside-window", RemarkComing: "outside-window", RemarkOverCap: "over-cap",
		RemarkDrift: "drift", RemarkNoEvidence: "no-evidence", RemarkNotInPortal: "not-in-portal", RemarkAssumed: "assumed-rules",
	}[k]
}

// Remarks returns what to say beside the sums: where points went, what to do next, and
// which figures are not sure. auto says that cmp allocates by itself.
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
	add(s.State == Declared && s.Remaining > 0 && s.Today >= s.Cycle.Declared, Remark{Kind: RemarkDeclaredMore})
	if s.State != Declared {
		add(s.Moving(), Remark{Kind: RemarkWindowMoves})
		add(s.AskedOnceExpired() != nil, Remark{Kind: RemarkExpired})
		add(s.PastDeclareBy(), Remark{Kind: RemarkPastDeclareBy})
		add(s.Edition.Period != nil, Remark{Kind: RemarkFirstPeriod})
		add(s.Edition.Category != nil && len(s.Credential.Categories) == 0 && s.Required > 0, Remark{Kind: RemarkNoCategory})
		add(len(s.Edition.Unasked(s.Credential.Categories)) > 0, Remark{Kind: RemarkUnasked})
		surplus := map[ledger.Requirement]ledger.Points{}
		var idle ledger.Points
		for _, f := range s.Findings {
			for _, p := range f.Parts {
				switch {
				case p.CountsAs == ledger.Other:
					surplus[p.Allocated] += p.Points
				case p.Allocated == "" && (p.Reason == NotAllocated || p.Reason == NothingLeft || p.Reason == OverCap):
					idle += p.Points
				}
			}
		}
		for _, r := range s.Requirements {
			add(surplus[r.Name] > 0 && r.Name != ledger.Other, Remark{Kind: RemarkSurplus, Points: surplus[r.Name], Requirement: r})
		}
		add(s.Closable > 0, Remark{Kind: RemarkUnallocated, Points: idle})
		add(s.Cost() > 0, Remark{Kind: RemarkHandCost})
		add(s.Lost(), Remark{Kind: RemarkLost})
		add(s.ToEarn > 0 && !s.Lost(), Remark{Kind: RemarkToEarn})
		add(s.Remaining == 0 && s.Begun(), Remark{Kind: RemarkNothingRemains})
		ids := s.WithoutTopic()
		add(len(ids) > 0, Remark{Kind: RemarkWithoutTopic, Credits: ids})
	}
	all = append(all, s.NotCounted(auto)...)
	add(s.Edition.Confidence() == Assumed, Remark{Kind: RemarkAssumed})
	add(len(s.Edition.Which(Figure.Own)) > 0, Remark{Kind: RemarkOwnFigures})
	return all
}

// WithoutTopic returns the credits that could serve a shortage if they had a topic. There
// are none if only other is short.
func (s Standing) WithoutTopic() (ids []int64) {
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

// NotCounted returns remarks on what is allocated and does not count. If auto says that
// cmp allocates by itself, it leaves out credits dated in the future.
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
