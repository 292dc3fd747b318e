package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"cmpledger/internal/evidence"
	"cmpledger/internal/ledger"
	"cmpledger/internal/render"
	"cmpledger/internal/store"
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
		return a.printFindings(evidence.Lint(credits, s.evidence))
	}
	return a.printEvidence(s, slices.DeleteFunc(s.evidence, func(e ledger.Evidence) bool { return other(e.Credit) }))
}

// lookDeclared reads the ledger with all that was declared.
func (a *app) lookDeclared(ctx context.Context) (s snapshot, err error) {
	err = a.view(ctx, func(tx *store.Tx) error {
		if s, err = read(ctx, tx); err != nil {
			return err
		}
		s.declarations, err = declarations(ctx, tx, s.credentials, allCycles)
		return err
	})
	return s, err
}

func allCycles(c ledger.Credential) []ledger.Cycle { return c.Cycles }

// declarations returns what was declared of the wanted cycles of the
// credentials, by cycle.
func declarations(ctx context.Context, tx *store.Tx, credentials []ledger.Credential, wanted func(ledger.Credential) []ledger.Cycle) (map[int64]ledger.Declaration, error) {
	all := map[int64]ledger.Declaration{}
	for _, c := range credentials {
		for _, y := range wanted(c) {
			if y.Declared == 0 {
				continue
			}
			d, err := tx.Declaration(ctx, y.ID)
			if err != nil {
				return nil, err
			}
			all[y.ID] = d
		}
	}
	return all, nil
}

// provable returns the credits that an audit may ask for: those in the days of
// an open cycle, and those that were declared.
func (a *app) provable(s snapshot) ([]ledger.Credit, error) {
	wanted := map[int64]bool{}
	for _, c := range s.credentials {
		for _, y := range c.Cycles {
			if y.Closed && y.Declared == 0 {
				continue
			}
			account, err := a.account(s, c, y)
			if err != nil {
				return nil, err
			}
			holds := func(day ledger.Date) bool { return account.Holds(day, a.today) }
			for _, credit := range s.toProve(y, holds) {
				wanted[credit.ID] = true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(s.credits), func(c ledger.Credit) bool { return !wanted[c.ID] }), nil
}

// toProve returns the credits of one cycle that an audit may ask for, as far as
// the ledger still has them: those declared, else those that its days hold.
func (s snapshot) toProve(cycle ledger.Cycle, holds func(ledger.Date) bool) []ledger.Credit {
	declared := map[int64]bool{}
	d, ok := s.declarations[cycle.ID]
	for _, line := range d.Credits {
		declared[line.Credit.ID] = true
	}
	return slices.DeleteFunc(slices.Clone(s.credits), func(c ledger.Credit) bool {
		if ok {
			return !declared[c.ID]
		}
		return !holds(c.Date)
	})
}

func (a *app) printEvidence(s snapshot, all []ledger.Evidence) error {
	switch {
	case a.settings.Format == render.JSON:
		return render.WriteJSON(a.env.Out, evidenceToJSON(all))
	case a.settings.Format != render.Table:
		var rows [][]string
		for _, e := range all {
			rows = append(rows, []string{
				strconv.FormatInt(e.ID, 10), strconv.FormatInt(e.Credit, 10), e.Name, e.MediaType,
				strconv.FormatInt(e.Size, 10), e.SHA256, e.Added.String(),
			})
		}
		header := []string{"id", "credit", "name", "media_type", "size", "sha256", "added"}
		return render.Records(a.env.Out, a.settings.Format, header, rows)
	case len(all) == 0:
		a.say("No evidence yet: cmp evidence add CREDIT FILE")
		return nil
	}
	columns := []render.Column{
		{Title: "Evidence", Right: true}, {Title: "Credit", Right: true}, {Title: "File", Cut: true},
		{Title: "Size", Right: true}, {Title: "Added"}, {Title: "Title", Cut: true, Wide: true},
	}
	rows := make([][]render.Cell, len(all))
	for i, e := range all {
		c, err := s.credit(e.Credit)
		if err != nil {
			return err
		}
		rows[i] = render.Cells(strconv.FormatInt(e.ID, 10), strconv.FormatInt(e.Credit, 10), e.Name, size(e.Size), e.Added.String(), c.Title)
	}
	return a.screen().Table(columns, rows)
}

// printFindings shows what an audit would miss.
func (a *app) printFindings(found []evidence.Finding) error {
	switch {
	case a.settings.Format == render.JSON:
		out := missingJSON{Schema: "cmp.missing/1", Missing: []findingJSON{}}
		for _, f := range found {
			out.Missing = append(out.Missing, findingJSON{f.Credit.ID, f.Kind, f.Evidence.ID, f.Evidence.Name, lintSentence(f)})
		}
		return render.WriteJSON(a.env.Out, out)
	case a.settings.Format != render.Table:
		var rows [][]string
		for _, f := range found {
			rows = append(rows, []string{strconv.FormatInt(f.Credit.ID, 10), string(f.Kind), f.Evidence.Name, lintSentence(f)})
		}
		return render.Records(a.env.Out, a.settings.Format, []string{"credit", "kind", "name", "message"}, rows)
	case len(found) == 0:
		a.tell("Nothing is missing: every credit of your open and declared cycles has evidence.")
		return nil
	}
	columns := []render.Column{
		{Title: "Credit", Right: true}, {Title: "Date"}, {Title: "Points", Right: true},
		{Title: "Title", Cut: true, Wide: true}, {Title: "What", Cut: true, Wide: true},
	}
	rows := make([][]render.Cell, len(found))
	for i, f := range found {
		rows[i] = render.Cells(strconv.FormatInt(f.Credit.ID, 10), f.Credit.Date.String(), f.Credit.Points.String(), f.Credit.Title, lintSentence(f))
	}
	if err := a.screen().Table(columns, rows); err != nil {
		return err
	}
	_, err := fmt.Fprintln(a.env.Out, "Add a file: cmp evidence add CREDIT FILE")
	return err
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
