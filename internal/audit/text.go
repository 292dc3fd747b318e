package audit

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/markup"
)

// maxShown is how many characters of one text the index shows.
const maxShown = 2000

// clean makes a text safe to show on one line.
func clean(s string) string { return markup.Clean(s, maxShown) }

// escaped returns a text of the ledger as it may stand in an element.
func escaped(s string) string { return markup.Escape(s, maxShown) }

// text returns a text of the ledger as an element of its own.
func text(s string) string { return markup.Text(s, maxShown) }

// csv returns one row a declared line; points are those that counted for the
// requirement, confidence and source those of what it required. Texts are
// unchanged.
func (c compiled) csv() ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	records := [][]string{{
		"number", "credit", "date", "title", "provider", "points", "requirement", "activity", "reference", "url", "certificates",
		"confidence", "source",
	}}
	for _, g := range c.groups {
		for _, l := range g.lines {
			credit := l.Credit
			records = append(records, []string{
				strconv.Itoa(l.number), strconv.FormatInt(credit.ID, 10), credit.Date.String(), credit.Title, credit.Provider,
				l.Points.String(), string(l.Requirement), string(credit.Activity), credit.Reference, credit.URL,
				strings.Join(c.files[credit.ID], ";"), g.Confidence, g.Source,
			})
		}
	}
	if err := w.WriteAll(records); err != nil {
		return nil, fmt.Errorf("write %s: %w", csvFile, err)
	}
	return b.Bytes(), nil
}

// rules returns what the cycle was judged by, as text to read.
func (c compiled) rules() []byte {
	d := c.Declaration
	var b bytes.Buffer
	fmt.Fprintf(&b, "Rules that %s was declared by on %s\n\n", clean(d.Designation), d.Date)
	fmt.Fprintf(&b, "Edition: %s\n", clean(d.Edition))
	fmt.Fprintf(&b, "Credits count from %s to %s, both days included.\n", d.First, d.Last)
	figure := func(title string, required, counted ledger.Points, confidence, source string) {
		fmt.Fprintf(&b, "\n%s\n  required:   %s\n  counted:    %s\n  confidence: %s\n  source:     %s\n", clean(title),
			required, counted, clean(orNone(confidence)), clean(orNone(source)))
	}
	for _, r := range d.Requirements {
		figure(fmt.Sprintf("%s (%s)", r.Title, r.Name), r.Required, r.Counted, r.Confidence, r.Source)
	}
	figure("Total", d.Required, d.Counted, d.Confidence, d.Source)
	b.WriteString("\nHow sure a required figure is:\n")
	for _, m := range confidences() {
		fmt.Fprintf(&b, "  %-8s  %s\n", m.word, m.meaning)
	}
	return b.Bytes()
}

// A meaning is a word for how sure a figure is, and what it says.
type meaning struct{ word, meaning string }

// assumed is the confidence of a figure that nobody could confirm.
const assumed = "assumed"

func confidences() []meaning {
	return []meaning{
		{"official", "read on the body's own page"},
		{"reported", "stated by a professional society, a vendor or a guide"},
		{"derived", "calculated from official and reported figures"},
		{assumed, "confirmed by nobody"},
	}
}

func orNone(s string) string {
	if s == "" {
		return "not recorded"
	}
	return s
}

// assumedTitles returns what was required by assumed figures.
func (c compiled) assumedTitles() []string {
	var titles []string
	for _, r := range c.Declaration.Requirements {
		if r.Confidence == assumed {
			titles = append(titles, r.Title)
		}
	}
	if c.Declaration.Confidence == assumed {
		titles = append(titles, "Total")
	}
	return titles
}
