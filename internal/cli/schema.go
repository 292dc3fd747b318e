package cli

import (
	"cmp"
	"context"
	"slices"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/evidence"
	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
)

func (a *app) newSchema() *cobra.Command {
	return &cobra.Command{
		Use:   "schema [NAME]",
		Short: "Print the JSON Schema of an answer",
		Long: `Print the JSON Schema (draft 2020-12) of one kind of answer, or list all kinds.
It is for programs that read the JSON of cmp. The field schema of an answer has
its name: status in "cmp.status/1". The name for errors is error.

A required field is always there. Fields may be added under the same number, and
none is renamed. So a schema allows fields that it does not name.`,
		Example: `  cmp schema
  cmp schema status > status.schema.json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			if err := oneArgument("the name of a shape")(cmd, args); err != nil {
				return err
			}
			_, err := shapeNamed(args[0])
			return err
		},
		RunE: a.run(func(_ context.Context, args []string) error {
			if len(args) == 0 {
				return a.print(schemasAnswer{Schemas: shapes()})
			}
			shape, err := shapeNamed(args[0])
			if err == nil {
				_, err = a.env.Out.Write(shape.Schema(schemaTerms()))
			}
			return err
		}),
	}
}

func shapeNamed(text string) (answer.Shape, error) {
	var names []string
	for _, s := range shapes() {
		if text == s.Name || text == s.Field() {
			return s, nil
		}
		names = append(names, s.Name)
	}
	f := usage("%q: not a shape that is known", text)
	if near := ledger.Nearest(text, names); near != "" {
		return answer.Shape{}, f.try("did you mean %s?", near)
	}
	return answer.Shape{}, f.try("%s lists them", ledger.Command{"schema"})
}

type schemasAnswer struct {
	Schema  string         `json:"schema" shape:"cmp.schemas/1" title:"Schemas of all that the program writes as JSON" doc:"Written by cmp schema."`
	Schemas []answer.Shape `json:"schemas" table:"name|Name; title|Describes|cut"`
}

func shapes() []answer.Shape {
	all := []answer.Shape{
		answer.ShapeOf(explainedCreditAnswer{}, explainedCredentialAnswer{}, explainedRequirementAnswer{}),
		answer.ShapeOf(exchange.Lines()...),
	}
	for _, v := range []any{
		activitiesAnswer{}, allocateAnswer{}, auditAnswer{}, backupAnswer{}, backupsAnswer{}, calendarAnswer{}, configAnswer{}, pathsAnswer{},
		costAnswer{}, coursesAnswer{}, courseImportAnswer{}, neededAnswer{}, credentialsAnswer{}, creditsAnswer{}, declareAnswer{}, doctorAnswer{},
		draftsAnswer{}, duplicatesAnswer{}, errorAnswer{}, evidenceAnswer{}, ledgerAnswer{}, logAnswer{}, missingAnswer{}, packetAnswer{}, planAnswer{},
		profileText{}, profileCheckAnswer{}, profilesAnswer{}, reconcileAnswer{}, remindAnswer{}, reportAnswer{}, restoreAnswer{}, rulesAnswer{}, packAnswer{},
		rulesDiffAnswer{}, rulesListAnswer{}, schemasAnswer{}, statusAnswer{}, suggestionsAnswer{}, topicsAnswer{}, verifiedAnswer{}, verifiedPacket{},
		versionAnswer{},
	} {
		all = append(all, answer.ShapeOf(v))
	}
	slices.SortStableFunc(all, func(a, b answer.Shape) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// schemaTerms returns the types that several schemas share.
func schemaTerms() []answer.Term {
	const name = "^[a-z0-9]+(-[a-z0-9]+)*$"
	const time = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})$"
	text := func(pattern, doc string) answer.Schema {
		return answer.Schema{Type: "string", Pattern: pattern, Description: doc}
	}
	return []answer.Term{
		answer.TermOf[ledger.Date]("day", text("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "Calendar day: YYYY-MM-DD.")),
		answer.NamedTerm("time", text(time, "Moment by the clock of the holder: 2026-11-21T14:02:11+01:00.")),
		answer.NamedTerm("sha256", text("^[0-9a-f]{64}$", "SHA-256 of a content.")),
		answer.NamedTerm("base64", answer.Schema{Type: "string", Encoding: "base64"}),
		answer.NamedTerm("credential-name", text("^[^/ ]+/[^/ ]+$", "Body and code: ascp/MLS.")),
		answer.NamedTerm("stamp", text("", "When the record was changed. Stamps sort as text. Empty where it is not known.")),
		answer.NamedTerm("past", answer.Schema{Type: "array", Items: &answer.Schema{Type: "string"},
			Description: "Earlier values of changed, here and elsewhere."}),
		answer.NamedTerm("text-or-number", answer.Schema{Type: []string{"string", "number"}}),
		answer.NamedTerm("record-value", answer.Schema{Type: "object", Description: "Record as in cmp schema ledger, without changed and past."}),
		answer.TermOf[ledger.Topic]("topic", text(name, "Topic, such as blood-banking. Rule packs may add some.")),
		answer.TermOf[ledger.Requirement]("requirement", text(name, "Name of a requirement: a topic, safety-specialty, or other for the rest.")),
		answer.TermOf[ledger.Points]("points", answer.Schema{Type: "number", Minimum: new(0),
			Description: "Points, with at most two decimals."}),
		answer.TermOf[ledger.Price]("price", answer.Schema{Type: "number", Minimum: new(0)}),
		answer.EnumOf("activity", "What a credit was earned by.", ledger.Activities()...),
		answer.EnumOf("by", "hand: you placed it; auto: cmp placed it, and moves it where that is better.", ledger.ByHand, ledger.ByAuto),
		answer.EnumOf("confidence", "How sure a figure is, from the surest to the least sure.",
			rules.Official, rules.Reported, rules.Derived, rules.Assumed),
		answer.EnumOf("state", "State of a cycle. ready: nothing remains.", rules.Declared, rules.Expired, rules.Ready, rules.InProgress),
		answer.EnumOf("reason", "", rules.Counts, rules.BeforeWindow, rules.AfterWindow, rules.NotYet, rules.NoTopic, rules.OverCap,
			rules.NothingLeft, rules.NotAllocated, rules.OtherCycle, rules.NoSuchRule),
		answer.NamedTerm("failure-code", answer.Schema{
			Enum: []string{"usage", "not-found", "refused", "file", "bad-rows", "not-ready", "look-alikes", "failed"},
			Description: "usage: the command line is wrong; not-found: the ledger does not have it; refused: cannot be done now; " +
				"file: cannot be read, written or understood; bad-rows: rows of a file cannot be used; not-ready: points are missing; " +
				"look-alikes: credits look alike, and nobody said whether they are the same; failed: anything else.",
		}),
		answer.EnumOf("verdict", "From the best to the worst. skipped: could not be looked at, for a reason that another check names.",
			store.OK, store.Skipped, store.Warning, store.Wrong),
		answer.EnumOf("backup-reason", "", store.BeforeMigration, store.BeforeRestore, store.ByHand, store.Damaged),
		answer.EnumOf("finding", "", evidence.Missing, evidence.Shared, evidence.Unfit),
		answer.EnumOf("pack-state", "", packActive, packChanged, packInactive),
	}
}
