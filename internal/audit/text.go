package audit

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/page"
)

// Linked reports whether the address of a credit becomes a link: only those of
// the web do that are shown as they are.
func (l line) Linked() bool {
	url := l.Credit.URL
	return (strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://")) && page.Clean(url) == url
}

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
	for _, g := range c.Groups {
		for _, l := range g.Lines {
			credit := l.Credit
			records = append(records, []string{
				strconv.Itoa(l.Number), strconv.FormatInt(credit.ID, 10), credit.Date.String(), credit.Title, credit.Provider,
				l.Points.String(), string(l.Requirement), string(credit.Activity), credit.Reference, credit.URL,
				strings.Join(l.Files, ";"), g.Confidence, g.Source,
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
	fmt.Fprintf(&b, "Rules that %s was declared by on %s\n\n", page.Clean(d.Designation), d.Date)
	fmt.Fprintf(&b, "Edition: %s\n", page.Clean(d.Edition))
	fmt.Fprintf(&b, "Credits count from %s to %s, both days included.\n", d.First, d.Last)
	for _, r := range append(slices.Clone(d.Requirements), c.All()) {
		title := r.Title
		if r.Name != "" {
			title += fmt.Sprintf(" (%s)", r.Name)
		}
		fmt.Fprintf(&b, "\n%s\n  required:   %s\n  counted:    %s\n  confidence: %s\n  source:     %s\n", page.Clean(title),
			r.Required, r.Counted, page.Clean(cmp.Or(r.Confidence, unknown)), page.Clean(cmp.Or(r.Source, unknown)))
	}
	b.WriteString("\nHow sure a required figure is:\n")
	for _, m := range c.Confidences() {
		fmt.Fprintf(&b, "  %-8s  %s\n", m.Word, m.Meaning)
	}
	return b.Bytes()
}

// All returns all requirements together.
func (c compiled) All() ledger.DeclaredRequirement {
	d := c.Declaration
	return ledger.DeclaredRequirement{Title: "Total", Required: d.Required, Counted: d.Counted, Confidence: d.Confidence, Source: d.Source}
}

const (
	assumed = "assumed"      // the confidence of a figure that nobody could confirm
	unknown = "not recorded" // what stands for a confidence or source that is not
)

// A meaning is a word for how sure a figure is, and what it says.
type meaning struct{ Word, Meaning string }

// Confidences returns the words for how sure a figure is.
func (compiled) Confidences() []meaning {
	return []meaning{
		{"official", "read on the body's own page"},
		{"reported", "stated by a professional society, a vendor or a guide"},
		{"derived", "calculated from official and reported figures"},
		{assumed, "confirmed by nobody"},
	}
}

// Assumed lists what was required by assumed figures.
func (c compiled) Assumed() string {
	var titles []string
	for _, r := range append(slices.Clone(c.Declaration.Requirements), c.All()) {
		if r.Confidence == assumed {
			titles = append(titles, r.Title)
		}
	}
	return strings.Join(titles, ", ")
}
