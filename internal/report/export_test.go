package report

import "cmpledger/internal/ledger"

// Share is how long bars and rings are, in ten-thousandths.
func Share(done, all ledger.Points) int64 { return int64(share(done, all)) }

// A Label is a text at an axis, from and to so many ten-thousandths of the
// narrowest chart.
type Label struct {
	Text     string
	From, To int64
}

// Ticks returns the labels of the axis of a chart.
func Ticks(window ledger.Cycle) (labels []Label) {
	var c picture
	c.First, c.Last = window.First, window.Last
	for _, t := range c.Ticks() {
		if t.Label != "" {
			labels = append(labels, Label{t.Label, int64(t.Place), int64(t.Place + room)})
		}
	}
	return labels
}
