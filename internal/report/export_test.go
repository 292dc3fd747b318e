package report

import (
	"cmpledger/internal/ledger"
	"cmpledger/internal/markup"
)

// What tests of the arithmetic behind the charts need.
var (
	Share   = share
	Percent = percent
)

// Outlook is what the page says of a credential above its chart.
func (c Credential) Outlook(day ledger.Date) string { return c.outlook(day) }

// Clean is a text as the page shows it.
func Clean(s string) string { return markup.Clean(s, most) }

// A Label is a text at an axis, from and to so many ten-thousandths of the
// narrowest chart.
type Label struct {
	Text     string
	From, To int64
}

// Ticks returns the labels of the axis of a chart.
func Ticks(window Span, today ledger.Date) (labels []Label) {
	for _, t := range newScale(window, today).ticks() {
		if t.label != "" {
			labels = append(labels, Label{t.label, t.at, t.at + room(t.label)})
		}
	}
	return labels
}
