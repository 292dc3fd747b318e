package cli

import (
	"fmt"
	"strconv"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/render"
	"cmpledger/internal/rules"
)

func (a *app) printDeclared(s snapshot, all []declared, on ledger.Date, dryRun bool) error {
	var codes []string
	for _, d := range all {
		t := d.standing
		codes = append(codes, s.shortName(t.Credential))
		if t.DeclareBy != 0 && on > t.DeclareBy && t.State != rules.Expired {
			a.say("%s was to be declared by %s; the board may not be done before the expiry on %s.", t.Designation(), t.DeclareBy, t.Cycle.Last)
		}
		if titles := assumedFigures(t.Edition); titles != "" {
			a.say("%s: assumed, and to be checked on the board's page: %s.", t.Designation(), titles)
		}
		if err := a.worksheet(d, on); err != nil {
			return err
		}
	}
	a.printFees(all, on)
	fmt.Fprintln(a.env.Out, "Keep every certificate: "+all[0].standing.Edition.Programme.Audit.Text+".")
	if dryRun {
		a.say("Nothing was recorded.")
		return nil
	}
	for i, code := range codes {
		codes[i] = "cmp renew " + code
	}
	_, err := fmt.Fprintf(a.env.Out, "Recorded as declared. When the board confirms: %s\n", strings.Join(codes, ", "))
	return err
}

// worksheet prints what goes into the board's form.
func (a *app) worksheet(d declared, on ledger.Date) error {
	t, screen := d.standing, a.screen()
	days := fmt.Sprintf("cycle %s to %s", t.Cycle.First, t.Cycle.Last)
	if t.Moving() {
		days = fmt.Sprintf("points of %s to %s", t.First, t.Last)
	}
	fmt.Fprintf(a.env.Out, "%s, %s, declared %s\n", screen.Paint(render.Strong, "Worksheet for "+t.Designation()), days, on)
	columns := []render.Column{
		{Title: "Requirement", Cut: true}, {Title: "Credit", Right: true}, {Title: "Date"},
		{Title: "Points", Right: true}, {Title: "Title " + screen.Mark("·", "-") + " provider", Cut: true, Wide: true},
	}
	var rows [][]render.Cell
	credits := map[int64]bool{}
	for i, line := range d.declaration.Credits {
		requirement, _ := t.Edition.Requirement(line.Requirement)
		title, c := requirement.Title, line.Credit
		if i > 0 && d.declaration.Credits[i-1].Requirement == line.Requirement {
			title = ""
		}
		what := c.Title
		if c.Provider != "" {
			what += " " + screen.Mark("·", "-") + " " + c.Provider
		}
		rows = append(rows, render.Cells(title, strconv.FormatInt(c.ID, 10), c.Date.String(), line.Points.String(), what))
		credits[c.ID] = true
	}
	if err := screen.Table(columns, rows); err != nil {
		return err
	}
	_, err := fmt.Fprintf(a.env.Out, "  %s of %s points from %s\n\n", t.Counted, t.Required, count(len(credits), "credit"))
	return err
}

func (a *app) printFees(all []declared, on ledger.Date) {
	var words []string
	sum, confidence := 0, rules.Official
	for _, d := range all {
		if d.charge == nil {
			continue
		}
		word := fmt.Sprintf("%d (%s)", d.charge.Total, d.charge.Name.Code)
		if d.charge.Reason != "" {
			word = fmt.Sprintf("%d (%s, %s)", d.charge.Total, d.charge.Name.Code, d.charge.Reason)
		}
		words = append(words, word)
		sum += d.charge.Total
		confidence = rules.LeastSure(confidence, d.charge.Confidence)
	}
	switch len(words) {
	case 0:
		fmt.Fprintln(a.env.Out, "The body publishes no fee where we could read.")
	case 1:
		fmt.Fprintf(a.env.Out, "Fee on %s: %s US dollars; %s\n", on, words[0], confidence)
	default:
		fmt.Fprintf(a.env.Out, "Fees on %s: %s = %d US dollars; %s\n", on, strings.Join(words, " + "), sum, confidence)
	}
}
