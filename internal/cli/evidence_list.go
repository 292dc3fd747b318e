package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/evidence"
	"cmpledger/internal/ledger"
	"cmpledger/internal/words"
)

func (a *app) newEvidenceList() *cobra.Command {
	var missing bool
	cmd := withRecords(&cobra.Command{
		Use:   "list [CREDIT...]",
		Short: "List evidence, or what is missing of it",
		Long: `List the evidence of all credits, or of those that are named. With --missing,
list what an audit would miss of the credits in your open and declared cycles:
credits without evidence, files that prove several credits, and files of a kind
that may not be accepted.`,
		Example: `  cmp evidence list
  cmp evidence list 12
  cmp evidence list --missing --format csv`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			_, err := creditNumbers(cmd, args)
			return err
		},
		RunE: a.run(func(ctx context.Context, args []string) error {
			ids, err := parseIDs(args)
			if err != nil {
				return err
			}
			return a.evidenceList(ctx, ids, missing)
		}),
	})
	cmd.Flags().BoolVar(&missing, "missing", false, "list what an audit would miss")
	return cmd
}

func (a *app) evidenceList(ctx context.Context, ids []int64, missing bool) error {
	s, err := a.look(ctx, actions.AllCycles)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if _, err := s.credit(id); err != nil {
			return err
		}
	}
	other := func(credit int64) bool { return len(ids) > 0 && !slices.Contains(ids, credit) }
	if missing {
		credits, err := a.provable(s)
		if err != nil {
			return err
		}
		credits = slices.DeleteFunc(credits, func(c ledger.Credit) bool { return other(c.ID) })
		return a.printFindings(len(credits), evidence.Lint(credits, s.Evidence))
	}
	all := slices.DeleteFunc(slices.Clone(s.Evidence), func(e ledger.Evidence) bool { return other(e.Credit) })
	return a.printEvidence(s, all, ids)
}

func (a *app) printEvidence(s snapshot, all []ledger.Evidence, ids []int64) error {
	if a.settings.Format == answer.Table && len(all) == 0 {
		of, credit := "", "CREDIT"
		if len(ids) > 0 {
			of, credit = fmt.Sprintf(" of %s %s", words.Verb(len(ids), "credit", "credits"), words.Numbers(ids, ", ")), fmt.Sprint(ids[0])
		}
		a.say("No evidence%s yet: cmp evidence add %s FILE", of, credit)
		return nil
	}
	out := a.evidenceAnswer(all)
	for i, e := range all {
		c, err := s.credit(e.Credit)
		if err != nil && a.settings.Format == answer.Table {
			return err
		}
		out.Evidence[i].Title = c.Title
	}
	return a.print(out)
}

type missingAnswer struct {
	Schema  string        `json:"schema" shape:"cmp.missing/1" title:"What an audit would miss" doc:"Written by cmp evidence list --missing."`
	Missing []findingItem `json:"missing" records:"credit kind name message"`
}

type findingItem struct {
	Credit   int64         `json:"credit" doc:"Number of the credit."`
	Kind     evidence.Kind `json:"kind" doc:"missing: no evidence; shared: the file proves other credits too; unfit: a reader may not take or open it."`
	Evidence int64         `json:"evidence,omitempty" doc:"Number of the evidence. Absent where there is none."`
	Name     string        `json:"name,omitempty" doc:"Of the file. Absent where there is none."`
	Message  string        `json:"message" doc:"In words."`
}

// printFindings shows what an audit would miss of so many credits.
func (a *app) printFindings(credits int, found []evidence.Finding) error {
	switch {
	case a.settings.Format != answer.Table:
		var out missingAnswer
		for _, f := range found {
			out.Missing = append(out.Missing, findingItem{f.Credit.ID, f.Kind, f.Evidence.ID, f.Evidence.Name, lintSentence(f)})
		}
		return a.print(out)
	case credits == 0:
		a.say("There is nothing to prove: no credit is in the days of an open cycle, and none of them was declared.")
		return nil
	case len(found) == 0:
		a.tell("Nothing is missing: %s of your open and declared cycles, each with evidence.", words.Count(credits, "credit"))
		return nil
	}
	return a.findingTable(found)
}

// findingTable shows credits without evidence, and what is to be said of the
// evidence of others.
func (a *app) findingTable(found []evidence.Finding) error {
	var table struct {
		Credits []ledger.Credit `table:"ID|No evidence|right; date|Date; points|Points|right; title|Title|cut wide"`
	}
	for _, f := range found {
		if f.Kind == evidence.Missing {
			table.Credits = append(table.Credits, *f.Credit)
		}
	}
	if len(table.Credits) > 0 {
		if err := a.print(table); err != nil {
			return err
		}
		a.tell("Add a file: cmp evidence add CREDIT FILE")
	}
	for _, f := range found {
		if f.Kind != evidence.Missing {
			a.tell("Credit %d: %s", f.Credit.ID, lintSentence(f))
		}
	}
	return nil
}
