package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

func (a *app) printDeclared(s snapshot, all []declared, on ledger.Date) error {
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
		if err := a.worksheet(s, t.Designation(), t.Cycle, d.declaration, t.Edition); err != nil {
			return err
		}
		fmt.Fprintln(a.env.Out)
	}
	a.printFees(all, on)
	for i, d := range all {
		if p := d.standing.Edition.Programme; p.Audit.Text != "" && !slices.ContainsFunc(all[:i], func(e declared) bool { return e.standing.Edition.Programme == p }) {
			a.tell("Keep every certificate: %s.", p.Audit.Text)
		}
	}
	if a.dryRun {
		return nil
	}
	for i, code := range codes {
		codes[i] = "cmp renew " + code
	}
	a.tell("Recorded as declared. When the board confirms: %s", strings.Join(codes, ", "))
	return nil
}

// worksheet prints what goes into the board's form, or went into it.
func (a *app) worksheet(s snapshot, name string, cycle ledger.Cycle, d ledger.Declaration, e *rules.Edition) error {
	screen := a.screen()
	days := fmt.Sprintf("cycle %s to %s", d.First, d.Last)
	if d.First != cycle.First || d.Last != cycle.Last {
		days = fmt.Sprintf("points of %s to %s", d.First, d.Last)
	}
	screen.Line([]answer.Cell{
		{Text: "Worksheet for " + name, Style: answer.Strong}, {Text: days}, {Text: "declared " + d.Date.String()},
	})
	columns := []answer.Column{
		{Title: "Requirement", Wrap: true}, {Title: "Credit", Right: true}, {Title: "Date"},
		{Title: "Points", Right: true}, {Title: "Title " + screen.Mark("·", "-") + " provider", Cut: true, Wide: true},
	}
	rows, credits, unproved := s.declaredRows(screen, d, e)
	if err := screen.Table(columns, rows); err != nil {
		return err
	}
	line := fmt.Sprintf("%s of %s points from %s", d.Counted, d.Required, words.Count(credits, "credit"))
	if len(unproved) > 0 {
		line += fmt.Sprintf("; %d %s no evidence yet: %s", len(unproved), words.Verb(len(unproved), "has", "have"), words.Numbers(unproved, ", "))
	}
	screen.Paragraph(line)
	return nil
}

// declaredRows returns the lines of a declaration as a table shows them, how
// many credits they are about, and which of those have no evidence.
func (s snapshot) declaredRows(screen answer.Screen, d ledger.Declaration, e *rules.Edition) (rows [][]answer.Cell, credits int, unproved []int64) {
	seen := map[int64]bool{}
	for i, line := range d.Credits {
		title, c := declaredTitle(d, e, line.Requirement), line.Credit
		if i > 0 && d.Credits[i-1].Requirement == line.Requirement {
			title = ""
		}
		what := c.Title
		if c.Provider != "" {
			what += " " + screen.Mark("·", "-") + " " + c.Provider
		}
		rows = append(rows, answer.Cells(title, strconv.FormatInt(c.ID, 10), c.Date.String(), line.Points.String(), what))
		if !seen[c.ID] && len(s.evidenceOf(c.ID)) == 0 {
			unproved = append(unproved, c.ID)
		}
		seen[c.ID] = true
	}
	slices.Sort(unproved)
	return rows, len(seen), unproved
}

// noFees says that nobody stated what declaring to a body costs.
func (a *app) noFees(body string) string {
	if p := a.programme(body); p.Cycle.Pack != "" {
		return fmt.Sprintf("No fees are recorded for %s in %s.", strings.ToUpper(body), p.Cycle.Pack+packEnding)
	}
	return strings.ToUpper(body) + " publishes no fee where we could read."
}

// declaredTitle returns the title of a requirement as it was declared, or, of
// what was declared before the ledger kept titles, as the edition has it.
func declaredTitle(d ledger.Declaration, e *rules.Edition, name ledger.Requirement) string {
	for _, r := range d.Requirements {
		if r.Name == name {
			return r.Title
		}
	}
	if r, ok := e.Requirement(name); ok {
		return r.Title
	}
	return name.Title()
}

// printFees says what the declarations of each body cost.
func (a *app) printFees(all []declared, on ledger.Date) {
	for _, body := range bodies(all) {
		var words []string
		sum, currency, confidence := 0, "", rules.Official
		for _, d := range all {
			if d.charge == nil || d.standing.Credential.Body != body {
				continue
			}
			word := fmt.Sprintf("%d (%s)", d.charge.Total, d.charge.Name.Code)
			if d.charge.Reason != "" {
				word = fmt.Sprintf("%d (%s, %s)", d.charge.Total, d.charge.Name.Code, d.charge.Reason)
			}
			words = append(words, word)
			sum, currency = sum+d.charge.Total, d.declaration.Currency
			confidence = rules.LeastSure(confidence, d.charge.Confidence)
		}
		switch len(words) {
		case 0:
			a.tell("%s", a.noFees(body))
		case 1:
			a.tell("Fee on %s: %s %s; the figure is %s.", on, currency, words[0], confidence)
		default:
			a.tell("Fees on %s: %s %s = %d; the figures are %s.", on, currency, strings.Join(words, " + "), sum, confidence)
		}
		if slices.ContainsFunc(all, func(d declared) bool {
			return d.charge != nil && d.charge.Further && d.standing.Credential.Body == body
		}) {
			if fees, err := a.book.Fees(body); err == nil {
				a.tell("For the fee of a further credential: %s.", fees.Further.Text)
			}
		}
	}
}
