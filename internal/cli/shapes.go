package cli

import (
	"cmp"
	"slices"

	"cmpledger/internal/answer"
	"cmpledger/internal/evidence"
	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

// shapes are all shapes of JSON that the program writes, by name.
func shapes() []answer.Shape {
	all := []answer.Shape{
		answer.ShapeOf(explainedCreditAnswer{}, explainedCredentialAnswer{}, explainedRequirementAnswer{}),
		answer.ShapeOf(exchange.Lines()...),
	}
	for _, v := range []any{
		activitiesAnswer{}, allocateAnswer{}, auditAnswer{}, backupAnswer{}, backupsAnswer{}, calendarAnswer{}, configAnswer{}, pathsAnswer{},
		coursesAnswer{}, courseImportAnswer{}, neededAnswer{}, credentialsAnswer{}, creditsAnswer{}, declareAnswer{}, doctorAnswer{},
		duplicatesAnswer{}, errorAnswer{}, evidenceAnswer{}, ledgerAnswer{}, logAnswer{}, missingAnswer{}, packetAnswer{}, planAnswer{},
		profileText{}, profileCheckAnswer{}, profilesAnswer{}, reconcileAnswer{}, reportAnswer{}, restoreAnswer{}, rulesAnswer{}, checkedPack{},
		rulesDiffAnswer{}, rulesListAnswer{}, packsAnswer{}, usedPack{}, schemasAnswer{}, statusAnswer{}, verifiedAnswer{}, verifiedPacket{},
		versionAnswer{},
	} {
		all = append(all, answer.ShapeOf(v))
	}
	slices.SortStableFunc(all, func(a, b answer.Shape) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// terms are what the schemas share.
func terms() []answer.Term {
	const about = "description"
	const name = "^[a-z0-9]+(-[a-z0-9]+)*$"
	const time = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})$"
	merged := words.Of(slices.DeleteFunc(exchange.Kinds(), func(k exchange.Kind) bool { return k == exchange.GoneKind }))
	return []answer.Term{
		answer.Of[ledger.Date]("day", "type", "string", "pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", about, "Calendar day: YYYY-MM-DD."),
		answer.Named("time", "type", "string", "pattern", time, about, "Moment by the clock of the holder: 2026-11-21T14:02:11+01:00."),
		answer.Named("sha256", "type", "string", "pattern", "^[0-9a-f]{64}$", about, "SHA-256 of a content."),
		answer.Named("base64", "type", "string", "contentEncoding", "base64"),
		answer.Named("credential-name", "type", "string", "pattern", "^[^/ ]+/[^/ ]+$", about, "Body and code: ascp/MLS."),
		answer.Named("stamp", "type", "string", about, "When the record was changed. Stamps sort as text. Empty where it is not known."),
		answer.Named("past", "type", "array", "items", map[string]string{"type": "string"}, about, "Earlier values of changed, here and elsewhere."),
		answer.Named("text-or-number", "type", []string{"string", "number"}),
		answer.Named("record-value", "type", "object", about, "Record as in cmp schema ledger, without changed and past."),
		answer.Of[ledger.Topic]("topic", "type", "string", "pattern", name, about, "Topic, such as blood-banking. Rule packs may add some."),
		answer.Of[ledger.Requirement]("requirement", "type", "string", "pattern", name,
			about, "Name of a requirement: a topic, safety-specialty, or other for the rest."),
		answer.Of[ledger.Points]("points", "type", "number", "minimum", 0, about, "Points, with at most two decimals."),
		answer.Of[ledger.Price]("price", "type", "number", "minimum", 0),
		answer.ValuesOf("activity", "What a credit was earned by.", ledger.Activities()...),
		answer.ValuesOf("by", "hand: the holder; auto: placed by itself, and moved where that is better.", ledger.ByHand, ledger.ByAuto),
		answer.ValuesOf("confidence", "How sure a figure is, from the surest to the least sure.", rules.Official, rules.Reported, rules.Derived, rules.Assumed),
		answer.ValuesOf("state", "State of a cycle. ready: nothing remains.", rules.Declared, rules.Expired, rules.Ready, rules.InProgress),
		answer.ValuesOf("reason", "", rules.Counts, rules.BeforeWindow, rules.AfterWindow, rules.NotYet, rules.NoTopic, rules.OverCap,
			rules.NothingLeft, rules.NotAllocated, rules.OtherCycle, rules.NoSuchRule),
		answer.ValuesOf("rule-tried",
			"one-cycle: a point counts for one cycle of a credential; days: its day is among those that count; today: and has come; "+
				"topic: a requirement accepts what it is about; need: and has room; cap: its activity counts only so far; "+
				"allocation: it is allocated.",
			rules.RuleOneCycle, rules.RuleDays, rules.RuleToday, rules.RuleTopic, rules.RuleNeed, rules.RuleCap, rules.RuleAllocation),
		answer.Named("failure-code", "enum", []string{"usage", "not-found", "refused", "file", "bad-rows", "not-ready", "look-alikes", "failed"}, about,
			"usage: the command line is wrong; not-found: the ledger lacks it; refused: cannot be done as things stand; "+
				"file: cannot be read, written or understood; bad-rows: rows of a file are not usable; not-ready: points are missing; "+
				"look-alikes: credits look alike, and nobody said whether they are the same; failed: anything else."),
		answer.ValuesOf("result", "", rules.Pass, rules.Partly, rules.Fail, rules.NotReached),
		answer.ValuesOf("verdict", "From the best to the worst. skipped: could not be looked at, for a reason that another check names.",
			store.OK, store.Skipped, store.Warning, store.Wrong),
		answer.ValuesOf("backup-reason", "", store.BeforeMigration, store.BeforeRestore, store.ByHand, store.Damaged),
		answer.ValuesOf("finding", "", evidence.Missing, evidence.Shared, evidence.Unfit),
		answer.ValuesOf("pack-state", "", packActive, packChanged, packInactive),
		answer.ObjectOf[ledger.Cycle]("days", "Days from the first to the last, both included."),
		answer.ObjectOf[ledger.CreditTopic]("credit-topic", ""),
		answer.ObjectOf[creditWithAllocations]("credit", "Credit with its allocations."),
		answer.ObjectOf[allocationItem]("allocation", "Points of a credit put towards a requirement."),
		answer.ObjectOf[claimItem]("claim", "What was declared of a credit."),
		answer.ObjectOf[declaredLine]("declared-line", "Points of a credit that counted for a requirement when it was declared."),
		answer.ObjectOf[ledger.Evidence]("evidence", "File that proves a credit."),
		answer.ObjectOf[courseItem]("course", "Course of the catalogue."),
		answer.ObjectOf[editionRef]("edition", "Edition of the rules."),
		answer.ObjectOf[rules.Figure]("figure", "Number of points that rules state."),
		answer.ObjectOf[rules.Requirement]("rule", "Requirement as rules state it."),
		answer.ObjectOf[activityItem]("activity-rule", "What an activity is worth and what proves it."),
		answer.ObjectOf[rules.Sums]("standing-points", "Points of a cycle."),
		answer.ObjectOf[requirementMet]("standing-requirement", "Requirement of a cycle and how far it is met."),
		answer.ObjectOf[rules.Shortage]("shortage", "Points that nothing recorded can supply."),
		answer.ObjectOf[portion]("portion", "Points of a credit with one fate."),
		answer.ObjectOf[handCost]("hand-cost", "What allocations by hand of one credit cost."),
		answer.ObjectOf[plannedAnswer]("planned", "The plan where nothing is supposed."),
		answer.ObjectOf[remark]("warning", ""),
		answer.ObjectOf[auditRemark]("remark", ""),
		answer.ObjectOf[rejectedRow]("reject", "Row that is not usable."),
		answer.ObjectOf[changedField]("changed-field", "Field that differs."),
		answer.ObjectOf[store.Contents]("contents", "What a ledger holds."),
		answer.ObjectOf[exchange.Count]("merged", ""),
		answer.MapOf("merged-records", "Numbers of records by kind.", "merged", merged...),
	}
}
