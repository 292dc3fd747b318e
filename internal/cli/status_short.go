package cli

import (
	"fmt"
	"strings"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// beShort prepares what --short is given for. It refuses it beside a format
// that was asked for with it, and goes before one that is set for all commands.
func (a *app) beShort(f statusFlags) error {
	a.hurried = f.short // a prompt is waited for
	switch {
	case !f.short || a.settings.Format == answer.Table:
		return nil
	case a.settings.from["format"] == "flag --format":
		return usage("--format %s: --short is a line of text", a.settings.Format).try("leave one of them out")
	}
	a.settings.Format = answer.Table
	return nil
}

// statusShort says in one line what is to be done, the most urgent first, and
// nothing where there is nothing to judge: a prompt has no room for it. On a
// terminal it is as much as fits, and how many credentials more there are.
func (a *app) statusShort(s snapshot, all []rules.Standing) {
	if len(all) == 0 {
		return
	}
	screen := a.screen()
	cells := make([]answer.Cell, len(all))
	for i, t := range all {
		cells[i] = answer.Cell{Text: s.shortName(t.Credential) + " " + shortOutlook(t)}
		switch {
		case t.State == rules.Expired:
			cells[i].Style = answer.Warning
		case t.State == rules.Declared, t.Begun() && t.Remaining == 0:
			cells[i].Style = answer.Done
		}
	}
	screen.OneLine(cells)
}

// shortOutlook says in the fewest words what is to be done for a credential,
// and by when: "1 to earn, 3.5 to allocate, 130d".
func shortOutlook(t rules.Standing) string {
	switch {
	case t.State == rules.Declared:
		return "declared"
	case !t.Begun():
		return "begins " + t.Cycle.First.String()
	}
	words := openWords(t, ledger.Points.String)
	days, expires := t.DaysLeft()
	if t.State == rules.Expired {
		words = append([]string{fmt.Sprintf("expired %dd ago", -days)}, words...)
	}
	inTime := t.DeclareBy != 0 && t.Today <= t.DeclareBy
	switch {
	case t.Remaining > 0:
	case inTime:
		words = append(words, "ready", "declare by "+t.DeclareBy.String())
	default:
		words = append(words, "ready to declare")
	}
	if expires && t.State != rules.Expired && (t.Remaining > 0 || !inTime) {
		words = append(words, fmt.Sprintf("%dd", days))
	}
	return strings.Join(words, ", ")
}
