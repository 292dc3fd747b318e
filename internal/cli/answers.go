package cli

import (
	"slices"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// What several answers have in common. Fields are added, never renamed, within
// the number of a shape.

// naming names a credential.
type naming struct {
	ledger.CredentialName
	Designation string `json:"designation" doc:"As it is written: MLS(ASCP)CM."`
}

// An editionRef names an edition of the rules.
type editionRef struct {
	Edition    string           `json:"edition" doc:"Such as ascp/MLS@2023-01-01."`
	Confidence rules.Confidence `json:"confidence" doc:"Of its least sure figure."`
	Pack       string           `json:"pack" doc:"Rule pack that states it, without its ending." empty:"for what ships with the program"`
}

func refTo(e *rules.Edition) editionRef { return editionRef{e.ID, e.Confidence(), e.Pack} }

// judgedCycle names the cycle that is judged, and the rules that hold for it.
type judgedCycle struct {
	naming
	Rules    editionRef   `json:"rules"`
	Cycle    ledger.Cycle `json:"cycle" null:"before the first cycle of a voluntary credential"`
	Window   ledger.Cycle `json:"window" doc:"Days on which a credit counts."`
	State    rules.State  `json:"state"`
	Declared ledger.Date  `json:"declared" doc:"Day on which the cycle was declared." null:"while it is not"`
}

func cycleOf(t rules.Standing) judgedCycle {
	window := ledger.Cycle{First: t.First, Last: t.Last}
	return judgedCycle{nameOf(t), refTo(t.Edition), t.Cycle, window, t.State, t.Cycle.Declared}
}

func nameOf(t rules.Standing) naming { return naming{t.Credential.CredentialName, t.Designation()} }

// requirementMet is how far a requirement of a cycle is met.
type requirementMet struct {
	Requirement ledger.Requirement `json:"requirement"`
	Name        string             `json:"name" doc:"In words: Laboratory or patient safety."`
	Required    ledger.Points      `json:"required"`
	Allocated   ledger.Points      `json:"allocated"`
	Counted     ledger.Points      `json:"counted" doc:"Never more than required."`
	Remaining   ledger.Points      `json:"remaining" doc:"Required less counted."`
	Confidence  rules.Confidence   `json:"confidence" doc:"How sure the required points are."`
	Pack        string             `json:"pack" doc:"Rule pack that states it, without its ending." empty:"for what ships with the program"`
}

func metOf(r rules.RequirementStanding) requirementMet {
	return requirementMet{r.Name, r.Title, r.Points, r.Allocated, r.Counted, r.Remaining, r.Confidence, r.Pack}
}

type creditsAnswer struct {
	Schema  string       `json:"schema" shape:"cmp.credits/1" title:"Credits and their allocations" doc:"Written by cmp add, edit, export credits, keep, list, merge, remove and show."`
	DryRun  bool         `json:"dry_run,omitempty" doc:"It was asked for, and nothing was written. Absent otherwise."`
	Credits []creditItem `json:"credits" records:"id date title provider points topics activity reference url note" table:"id|Credit|right; date|Date; points|Points|right; title|Title|cut wide; topics|Topics|cut; provider|Provider|cut from100"`
}

// A creditItem is a credit with its allocations; of cmp show also with what
// proves it and what was declared of it.
type creditItem struct {
	creditWithAllocations
	Evidence []ledger.Evidence `json:"evidence,omitempty" doc:"Of cmp show, where there is some."`
	Declared []claimItem       `json:"declared,omitempty" doc:"What was declared of it. Of cmp show, where something was."`
	Drift    []string          `json:"drift,omitempty" doc:"How it is no longer as it was declared. Of cmp show, where it is not."`
}

type creditWithAllocations struct {
	ID int64 `json:"id" doc:"Number in this ledger, as in cmp show 12."`
	ledger.Credit
	Allocations []allocationItem `json:"allocations"`
}

// A claimItem is what was declared of a credit.
type claimItem struct {
	ledger.CredentialName
	Date        ledger.Date        `json:"date" doc:"Day of the declaration."`
	Requirement ledger.Requirement `json:"requirement"`
	Points      ledger.Points      `json:"points" doc:"That counted."`
}

// An allocationItem is points of a credit put towards a requirement.
type allocationItem struct {
	ledger.CredentialName
	ledger.Allocation
	ledger.Cycle `doc:"Of the cycle." null:"before the first cycle of a voluntary credential"`
}

func (a *app) creditsAnswer(s snapshot, credits []ledger.Credit) creditsAnswer {
	allocations := map[int64][]allocationItem{}
	for _, x := range allocationItems(s, s.Allocations) {
		allocations[x.Credit] = append(allocations[x.Credit], x)
	}
	out := creditsAnswer{DryRun: a.dryRun}
	for _, c := range credits {
		out.Credits = append(out.Credits, creditItem{creditWithAllocations: creditWithAllocations{c.ID, c, allocations[c.ID]}})
	}
	return out
}

func allocationItems(s snapshot, all []ledger.Allocation) (items []allocationItem) {
	for _, x := range all {
		c := s.OfCycle(x.Cycle)
		i := slices.IndexFunc(c.Cycles, func(y ledger.Cycle) bool { return y.ID == x.Cycle })
		items = append(items, allocationItem{c.CredentialName, x, c.Cycles[i]})
	}
	return items
}

// claimItems returns what was declared of a credit.
func claimItems(k claim) []claimItem {
	var all []claimItem
	for _, line := range k.declaration.Credits {
		all = append(all, claimItem{k.credential.CredentialName, k.declaration.Date, line.Requirement, line.Points})
	}
	return all
}

// reply writes an answer as JSON where that is asked for; people were told.
func (a *app) reply(v any) error {
	if a.settings.Format != answer.JSON {
		return nil
	}
	return a.print(v)
}

// print writes an answer as JSON, as records, or as a table.
func (a *app) print(v any) error { return a.screen().Write(a.settings.Format, v) }

// titled is the title of an activity and who gave it.
func titled(screen answer.Screen, title, provider string) string {
	if provider == "" {
		return title
	}
	return title + " " + screen.Mark("·", "-") + " " + provider
}
