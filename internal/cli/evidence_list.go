package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

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
			return creditArguments(cmd, args)
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
	s, err := a.lookDeclared(ctx)
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
	switch {
	case a.settings.Format == answer.JSON:
		return answer.WriteJSON(a.env.Out, a.evidenceToJSON(all))
	case a.settings.Format != answer.Table:
		var rows [][]string
		for _, e := range all {
			rows = append(rows, []string{
				strconv.FormatInt(e.ID, 10), strconv.FormatInt(e.Credit, 10), e.Name, e.MediaType,
				strconv.FormatInt(e.Size, 10), e.SHA256, e.Added.String(),
			})
		}
		header := []string{"id", "credit", "name", "media_type", "size", "sha256", "added"}
		return answer.Records(a.env.Out, a.settings.Format, header, rows)
	case len(all) == 0:
		of, credit := "", "CREDIT"
		if len(ids) > 0 {
			of, credit = fmt.Sprintf(" of %s %s", words.Verb(len(ids), "credit", "credits"), words.Numbers(ids, ", ")), fmt.Sprint(ids[0])
		}
		a.say("No evidence%s yet: cmp evidence add %s FILE", of, credit)
		return nil
	}
	columns := []answer.Column{
		{Title: "Evidence", Right: true}, {Title: "Credit", Right: true}, {Title: "File", Cut: true},
		{Title: "Size", Right: true}, {Title: "Added"}, {Title: "Title", Cut: true, Wide: true},
	}
	rows := make([][]answer.Cell, len(all))
	for i, e := range all {
		c, err := s.credit(e.Credit)
		if err != nil {
			return err
		}
		rows[i] = answer.Cells(strconv.FormatInt(e.ID, 10), strconv.FormatInt(e.Credit, 10), e.Name, size(e.Size), e.Added.String(), c.Title)
	}
	return a.screen().Table(columns, rows)
}

// printFindings shows what an audit would miss of so many credits.
func (a *app) printFindings(credits int, found []evidence.Finding) error {
	switch {
	case a.settings.Format == answer.JSON:
		out := missingJSON{Schema: "cmp.missing/1", Missing: []findingJSON{}}
		for _, f := range found {
			out.Missing = append(out.Missing, findingJSON{f.Credit.ID, f.Kind, f.Evidence.ID, f.Evidence.Name, lintSentence(f)})
		}
		return answer.WriteJSON(a.env.Out, out)
	case a.settings.Format != answer.Table:
		var rows [][]string
		for _, f := range found {
			rows = append(rows, []string{strconv.FormatInt(f.Credit.ID, 10), string(f.Kind), f.Evidence.Name, lintSentence(f)})
		}
		return answer.Records(a.env.Out, a.settings.Format, []string{"credit", "kind", "name", "message"}, rows)
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
	screen := a.screen()
	columns := []answer.Column{{Title: "No evidence", Right: true}, {Title: "Date"}, {Title: "Points", Right: true}, {Title: "Title", Cut: true, Wide: true}}
	var rows [][]answer.Cell
	for _, f := range found {
		if f.Kind == evidence.Missing {
			rows = append(rows, answer.Cells(strconv.FormatInt(f.Credit.ID, 10), f.Credit.Date.String(), f.Credit.Points.String(), f.Credit.Title))
		}
	}
	if len(rows) > 0 {
		if err := screen.Table(columns, rows); err != nil {
			return err
		}
		screen.Sentence("Add a file: cmp evidence add CREDIT FILE")
	}
	for _, f := range found {
		if f.Kind != evidence.Missing {
			screen.Sentence(fmt.Sprintf("Credit %d: %s", f.Credit.ID, lintSentence(f)))
		}
	}
	return nil
}

type missingJSON struct {
	Schema  string        `json:"schema"`
	Missing []findingJSON `json:"missing"`
}

type findingJSON struct {
	Credit   int64         `json:"credit"`
	Kind     evidence.Kind `json:"kind"`
	Evidence int64         `json:"evidence,omitempty"`
	Name     string        `json:"name,omitempty"`
	Message  string        `json:"message"`
}
