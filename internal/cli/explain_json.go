package cli

import (
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// What cmp explain answers has one schema in three forms, by what it explains.
type explainJSON struct {
	Schema   string      `json:"schema"`
	AsOf     ledger.Date `json:"as_of"`
	Explains string      `json:"explains"` // "credit", "credential" or "requirement"
}

func (a *app) explains(what string) explainJSON {
	return explainJSON{"cmp.explain/1", a.today, what}
}

// portionJSON is points of a credit with one fate. Reason is "counts" where
// they do; else it is the one reason for which they do not, and Next what to
// type about it, or "".
type portionJSON struct {
	Credit    int64              `json:"credit"`
	Date      ledger.Date        `json:"date"`
	Title     string             `json:"title"`
	Points    ledger.Points      `json:"points"`
	Reason    rules.Reason       `json:"reason"`
	CountsAs  ledger.Requirement `json:"counts_as"`
	Allocated ledger.Requirement `json:"allocated"`
	By        ledger.Allocator   `json:"by"`
	Text      string             `json:"text"`
	Next      string             `json:"next"`
}

func (s snapshot) portionsToJSON(t rules.Standing, all []fated) []portionJSON {
	out := make([]portionJSON, len(all))
	for i, f := range all {
		out[i] = portionJSON{
			Credit: f.Credit.ID, Date: f.Credit.Date, Title: f.Credit.Title, Points: f.Points, Reason: f.Reason,
			CountsAs: f.CountsAs, Allocated: f.Allocated, By: f.AllocatedBy,
			Text: s.fate(t, f), Next: s.remedy(t, f),
		}
	}
	return out
}

// checkJSON is what one rule made of the points that came to it. The codes of
// the rules, in the order in which they are tried: "one-cycle" (a point counts
// for one cycle of a credential), "days" (its day is among those that count),
// "today" (and has come), "topic" (a requirement accepts what it is about),
// "need" (and has room for it), "cap" (its activity counts only so far) and
// "allocation" (it is allocated). A result is "pass", "partly" (some points were
// stopped), "fail" (all were) or "not-reached".
type checkJSON struct {
	Rule    rules.Rule         `json:"rule"`
	Result  rules.Result       `json:"result"`
	Tried   ledger.Points      `json:"tried"`
	Stopped ledger.Points      `json:"stopped"`
	Text    string             `json:"text"` // the rule with its figures, in words
	Sources []rules.Provenance `json:"sources"`
}

type creditCycleJSON struct {
	judgedJSON
	Counted  ledger.Points `json:"counted"`
	Portions []portionJSON `json:"portions"` // they add up to the points of the credit
	Checks   []checkJSON   `json:"checks"`   // in the order in which they are tried
	// CostBy is what allocations by hand of the credit cost: at most one.
	CostBy []handCostJSON `json:"cost_by"`
	// Declarations are what was declared of the credit, and Drift how it is no
	// longer as it was then.
	Declarations []claimJSON `json:"declarations"`
	Drift        []string    `json:"drift"`
}

func (a *app) explainCreditJSON(s snapshot, c ledger.Credit, all []explainedCredential) any {
	out := struct {
		explainJSON
		Credit creditJSON        `json:"credit"`
		Cycles []creditCycleJSON `json:"cycles"`
		// Others are cycles that neither hold its date nor have points of it.
		Others []explainedOtherJSON `json:"other_cycles"`
	}{a.explains("credit"), a.creditsToJSON(s, []ledger.Credit{c}).Credits[0], []creditCycleJSON{}, []explainedOtherJSON{}}
	for _, credential := range all {
		for _, x := range credential.near {
			out.Cycles = append(out.Cycles, s.creditCycleToJSON(x))
		}
		name := credential.near[0].standing.Credential
		for _, y := range credential.far {
			out.Others = append(out.Others, explainedOtherJSON{name.Code, name.Body, y.First, y.Last})
		}
	}
	return out
}

type explainedOtherJSON struct {
	Credential string      `json:"credential"`
	Body       string      `json:"body"`
	FirstDay   ledger.Date `json:"first_day"`
	LastDay    ledger.Date `json:"last_day"`
}

func (s snapshot) creditCycleToJSON(x explainedCycle) creditCycleJSON {
	t := x.standing
	out := creditCycleJSON{
		judgedJSON: judgedToJSON(t), Counted: x.Counted, Portions: s.portionsToJSON(t, partsOf(x.Finding)),
		Checks: []checkJSON{}, CostBy: s.handCostsToJSON(t, x.costs),
		Declarations: []claimJSON{}, Drift: append([]string{}, x.drift...),
	}
	for _, c := range x.Checks {
		out.Checks = append(out.Checks, checkJSON{
			c.Rule, c.Result(), c.Tried, c.Stopped, s.ruleText(x, c.Rule), append([]rules.Provenance{}, c.Sources...),
		})
	}
	for _, d := range x.declared.Credits {
		out.Declarations = append(out.Declarations, claimJSON{t.Credential.Code, t.Credential.Body, x.declared.Date, d.Requirement, d.Points})
	}
	return out
}

type filledJSON struct {
	requirementJSON
	Source   string         `json:"source"`
	Topics   []ledger.Topic `json:"topics"` // accepted; none for other, which accepts all
	FilledBy []portionJSON  `json:"filled_by"`
}

func (s snapshot) filledToJSON(t rules.Standing, r rules.RequirementStanding) filledJSON {
	return filledJSON{
		requirementToJSON(r),
		r.Source, append([]ledger.Topic{}, r.Topics...), s.portionsToJSON(t, filledBy(t, r.Name)),
	}
}

// witnessJSON proves a shortage: what its requirements ask for, less what all
// the credits that can serve them have to give, is what is short. Where the
// shortage is one of other, that may hold other shortages too.
type witnessJSON struct {
	Requirements []ledger.Requirement `json:"requirements"`
	Required     ledger.Points        `json:"required"`
	Supply       ledger.Points        `json:"supply"`
	Short        ledger.Points        `json:"short"`
	Bounds       []boundJSON          `json:"bounds"` // they add up to the supply
}

// boundJSON is the most that credits have to give: one, or, where a cap on an
// activity is named, all of that activity together.
type boundJSON struct {
	Credits []int64         `json:"credits"`
	AtMost  ledger.Points   `json:"at_most"`
	Cap     ledger.Activity `json:"cap"`
}

type provenShortageJSON struct {
	shortageJSON
	Witness witnessJSON `json:"witness"`
}

// handCostJSON is what the allocations by hand of one credit cost: how much
// less would remain without them alone; 0 where they cost something only
// together with others. Next is what to type about them.
type handCostJSON struct {
	Credit      int64            `json:"credit"`
	Allocations []allocationJSON `json:"allocations"`
	Cost        ledger.Points    `json:"cost"`
	Next        string           `json:"next"`
}

func (s snapshot) handCostsToJSON(t rules.Standing, all []rules.HandCost) []handCostJSON {
	out := make([]handCostJSON, len(all))
	for i, c := range all {
		out[i] = handCostJSON{c.Credit.ID, allocationsToJSON(s, c.Allocations), c.Points, s.mend(t, c)}
	}
	return out
}

type credentialCycleJSON struct {
	judgedJSON
	Points       pointsJSON           `json:"points"`
	Requirements []filledJSON         `json:"requirements"`
	NotCounted   []portionJSON        `json:"not_counted"`
	Shortages    []provenShortageJSON `json:"shortages"`
	Closable     ledger.Points        `json:"closable"` // by cmp allocate --auto
	Cost         ledger.Points        `json:"cost"`     // of allocations by hand
	CostBy       []handCostJSON       `json:"cost_by"`
}

func (a *app) explainCredentialJSON(s snapshot, all []rules.Explanation) any {
	out := struct {
		explainJSON
		Cycles []credentialCycleJSON `json:"cycles"`
	}{a.explains("credential"), []credentialCycleJSON{}}
	for _, x := range all {
		j := credentialCycleJSON{
			judgedJSON: judgedToJSON(x.Standing), Points: pointsToJSON(x.Standing), Requirements: []filledJSON{},
			NotCounted: s.portionsToJSON(x.Standing, uncounted(x.Standing)), Shortages: []provenShortageJSON{},
			Closable: x.Closable, Cost: x.Cost, CostBy: s.handCostsToJSON(x.Standing, x.Costs),
		}
		for _, r := range x.Requirements {
			j.Requirements = append(j.Requirements, s.filledToJSON(x.Standing, r))
		}
		for i, short := range shortagesJSON(x.Shortages) {
			j.Shortages = append(j.Shortages, provenShortageJSON{short, witnessToJSON(x.Witnesses[i])})
		}
		out.Cycles = append(out.Cycles, j)
	}
	return out
}

func witnessToJSON(w rules.Witness) witnessJSON {
	out := witnessJSON{requirementNames(w.Requirements), w.Required, w.Supply, w.Short, []boundJSON{}}
	for _, b := range w.Bounds {
		j := boundJSON{AtMost: b.Points}
		if b.Cap != nil {
			j.Cap = b.Cap.Activity
		}
		for _, c := range b.Credits {
			j.Credits = append(j.Credits, c.ID)
		}
		out.Bounds = append(out.Bounds, j)
	}
	return out
}

// candidateJSON is a credit that could serve a requirement with more than it
// does: at most so many of its points, so many of them free of any allocation.
// Cap is its activity where the cap on that makes one of the two less, or "".
type candidateJSON struct {
	Credit int64           `json:"credit"`
	Date   ledger.Date     `json:"date"`
	Title  string          `json:"title"`
	AtMost ledger.Points   `json:"at_most"`
	Free   ledger.Points   `json:"free"`
	Cap    ledger.Activity `json:"cap"`
	Future bool            `json:"future"` // it counts from its day on
	Parts  []portionJSON   `json:"portions"`
}

type requirementCycleJSON struct {
	judgedJSON
	filledJSON
	Candidates []candidateJSON `json:"candidates"`
	NoTopic    []int64         `json:"no_topic"` // credits of these days that a topic would have to be added to
	Activities []activityJSON  `json:"activities"`
}

func (a *app) explainRequirementJSON(s snapshot, all []explainedRequirement) any {
	out := struct {
		explainJSON
		Cycles []requirementCycleJSON `json:"cycles"`
	}{a.explains("requirement"), []requirementCycleJSON{}}
	for _, r := range all {
		j := requirementCycleJSON{
			judgedToJSON(r.standing), s.filledToJSON(r.standing, r.RequirementStanding), []candidateJSON{},
			append([]int64{}, r.noTopic...), activitiesOf(r.standing.Credential.Body, r.activities),
		}
		for _, c := range r.candidates {
			of := candidateJSON{
				Credit: c.Credit.ID, Date: c.Credit.Date, Title: c.Credit.Title, AtMost: c.Most, Free: c.Free, Future: c.Future,
				Parts: s.portionsToJSON(r.standing, partsOf(c.Finding)),
			}
			if c.Cap != nil {
				of.Cap = c.Cap.Activity
			}
			j.Candidates = append(j.Candidates, of)
		}
		out.Cycles = append(out.Cycles, j)
	}
	return out
}
