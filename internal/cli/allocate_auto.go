package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

// automatic is the best allocation of one account, and what allocations by
// hand cost in it.
type automatic struct {
	account   rules.Account
	proposal  rules.Proposal
	explained rules.Explanation
}

// allocateAuto allocates all credits as well as possible.
func (a *app) allocateAuto(ctx context.Context, code string, fresh bool) error {
	var s snapshot
	var results []automatic
	err := a.change(ctx, func(tx *store.Tx) (_ string, err error) {
		if s, err = read(ctx, tx); err != nil {
			return "", err
		}
		results, err = a.autoAllocate(ctx, tx, s, code, fresh)
		return "automatic allocation: " + changed(results), err
	})
	if err != nil {
		return err
	}
	return a.printAllAutomatic(s, results)
}

func (a *app) printAllAutomatic(s snapshot, results []automatic) error {
	if a.settings.Format == answer.JSON {
		return a.print(a.automaticAnswer(results))
	}
	for _, r := range results {
		if err := a.printAutomatic(s, r); err != nil {
			return err
		}
	}
	return nil
}

// changed says how many allocations were changed: "3 changes for MLS(ASCP)CM".
func changed(results []automatic) string {
	parts := make([]string, len(results))
	for i, r := range results {
		parts[i] = words.Count(len(r.proposal.Changes), "change") + " for " + r.account.Credential.Code
	}
	return strings.Join(parts, ", ")
}

// autoAllocate finds the best allocation of each account that is not
// declared, and writes it.
func (a *app) autoAllocate(ctx context.Context, tx *store.Tx, s snapshot, code string, fresh bool) ([]automatic, error) {
	targets, err := a.targets(s, code)
	if err != nil {
		return nil, err
	}
	var results []automatic
	for _, account := range targets {
		if account.Cycle.Declared != 0 {
			a.say("%s: declared on %s, left alone", a.designation(account.Credential), account.Cycle.Declared)
			continue
		}
		p := rules.Allocate(account, a.today, fresh)
		if fresh {
			account.Allocations = slices.DeleteFunc(slices.Clone(account.Allocations), func(x ledger.Allocation) bool {
				return x.Cycle == account.Cycle.ID
			})
		}
		results = append(results, automatic{account, p, rules.Explain(account, a.today)})
		if len(p.Changes) > 0 {
			if err := tx.ReplaceAllocations(ctx, account.Cycle.ID, p.Allocations); err != nil {
				return nil, err
			}
		}
	}
	return results, nil
}

func (a *app) printAutomatic(s snapshot, r automatic) error {
	screen := a.screen()
	name := a.designation(r.account.Credential)
	fmt.Fprintln(a.env.Out, screen.Paint(answer.Strong, name))
	if len(r.proposal.Changes) > 0 {
		if err := screen.Table("Credit|right; Date; Title|cut wide; Requirement; Points|right dash; Before|right dash any", changeRows(r.proposal.Changes)); err != nil {
			return err
		}
	}
	a.tell("%s", a.summary(s, r))
	return nil
}

// changeRows shows changes; what was before only where there was something.
func changeRows(changes []rules.Change) (rows [][]any) {
	for i, c := range changes {
		date, title := c.Credit.Date.String(), c.Credit.Title
		if i > 0 && changes[i-1].Credit.ID == c.Credit.ID {
			date, title = "", ""
		}
		rows = append(rows, []any{c.Credit.ID, date, title, c.Requirement, c.After, c.Before})
	}
	return rows
}

// summary says what an allocation came to, and why it could not be better.
func (a *app) summary(s snapshot, r automatic) string {
	var sum ledger.Points
	p, x := r.proposal, r.explained
	for _, given := range p.Allocations {
		sum += given.Points
	}
	line := "Nothing to change"
	if len(p.Changes) > 0 {
		line = words.Count(len(p.Changes), "change")
	}
	line += fmt.Sprintf("; %s allocated. ", words.Points(sum))
	code := s.shortName(r.account.Credential)
	switch {
	case p.Remaining == 0:
		line += fmt.Sprintf("Nothing remains: cmp declare %s", code)
	case x.Cost > 0:
		by := r.costBy()
		line += fmt.Sprintf("Your own %s of credit %s %s %s: cmp allocate --auto --fresh",
			words.Verb(len(by), "allocation", "allocations"), words.Numbers(by, ", "), words.Verb(len(by), "costs", "cost"), words.Points(x.Cost))
	default:
		line += "No allocation of your credits leaves less: "
		if x.Standing.Lost() {
			return line + fmt.Sprintf("lacking are %s, and the days to earn them are over.", shortages(x.Kept))
		}
		line += fmt.Sprintf("still to earn %s.", shortages(x.Kept))
	}
	return line
}

// costBy returns the credits whose allocations by hand cost something.
func (r automatic) costBy() []int64 {
	by := []int64{}
	for _, c := range r.explained.Costs {
		by = append(by, c.Credit.ID)
	}
	return by
}

func (a *app) automaticAnswer(results []automatic) allocateAnswer {
	out := allocateAnswer{DryRun: a.dryRun}
	for _, r := range results {
		p, x := r.proposal, r.explained
		out.Credentials = append(out.Credentials, allocatedItem{r.account.Credential.CredentialName, p.Changes, p.Remaining, x.ToEarn, x.Cost, r.costBy()})
	}
	return out
}
