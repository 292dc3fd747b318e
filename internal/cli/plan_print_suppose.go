package cli

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/words"
)

// printSupposed shows what is to be earned as it is and as it would be, side by
// side, and then the plan as it would be.
func (a *app) printSupposed(now planned, then supposed) error {
	screen := a.page()
	screen.Sentence("What if " + words.List("and", then.words) + "?")
	for _, part := range []struct {
		title string
		rows  [][]answer.Cell
	}{{"To earn", compareNeeds(now, then.planned)}, {"By topic", compareTopics(now, then.planned)}} {
		if len(part.rows) == 0 {
			continue
		}
		fmt.Fprintln(a.env.Out)
		if err := screen.Table([]answer.Column{{Title: part.title, Wrap: true}, {Title: "As it is", Right: true}, {Title: "What if", Right: true}}, part.rows); err != nil {
			return err
		}
	}
	fmt.Fprintln(a.env.Out)
	return a.printList(screen, then.planned)
}

// compareNeeds shows what each credential lacks in two plans, and what all do
// together.
func compareNeeds(now, then planned) [][]answer.Cell {
	var rows [][]answer.Cell
	need := func(p planned, c ledger.CredentialName) string {
		for i, account := range p.accounts {
			switch {
			case account.Credential.CredentialName != c:
			case p.Needs[i].Lost:
				return "lost"
			default:
				return p.Needs[i].Points.String()
			}
		}
		return "-"
	}
	seen := map[ledger.CredentialName]bool{}
	for _, p := range []planned{now, then} {
		for i, account := range p.accounts {
			if name := account.Credential.CredentialName; !seen[name] {
				seen[name] = true
				rows = append(rows, answer.Cells(p.standings[i].Designation(), need(now, name), need(then, name)))
			}
		}
	}
	return append(rows, answer.Cells("In all", now.Points.String(), then.Points.String()))
}

// compareTopics shows what is to be earned by topic in two plans.
func compareTopics(now, then planned) [][]answer.Cell {
	var topics []string
	sums := map[string]*[2]ledger.Points{}
	for i, p := range []planned{now, then} {
		for _, l := range p.Lines {
			topic := lineTopics(l)
			if sums[topic] == nil {
				topics, sums[topic] = append(topics, topic), new([2]ledger.Points)
			}
			sums[topic][i] += l.Points
		}
	}
	slices.SortStableFunc(topics, func(a, b string) int { return cmp.Compare(place(a), place(b)) })
	rows := make([][]answer.Cell, len(topics))
	for i, topic := range topics {
		rows[i] = answer.Cells(topic, dash(sums[topic][0]), dash(sums[topic][1]))
	}
	return rows
}

// place returns where the topics of a line stand in a list.
func place(topics string) int {
	if topics == anyTopic {
		return math.MaxInt
	}
	first, _, _ := strings.Cut(topics, " ")
	if i := slices.Index(ledger.Topics(), ledger.Topic(strings.TrimSuffix(first, ","))); i >= 0 {
		return i
	}
	return math.MaxInt - 1 // one of the holder's own rules
}
