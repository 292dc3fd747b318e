// Package report writes a page that shows how far the credentials are on one day. It
// judges nothing and reads no clock, so the same report gives the same bytes.
package report

import (
	"fmt"
	"slices"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

// A Report is what the page shows.
type Report struct {
	Day         ledger.Date // the day it was judged by
	Holder      string      // whose credentials they are, or ""
	Entry       int64       // newest entry of the ledger's log, or 0 where it has none
	Summary     string      // all credentials in a sentence, or ""
	Held        int         // how many credentials; one may be shown with two cycles
	Credentials []Credential
	Credits     []Credit // those that may count, by date and title
	Elsewhere   int      // how many others there are
}

// A Credential is one cycle of a credential, as it is judged.
type Credential struct {
	rules.Standing
	Code            string   // as the holder types it: "MLS"
	Warnings, Notes []string // sentences, commands to type among them
}

// A Credit is one activity, and how each credential uses it.
type Credit struct {
	ledger.Credit
	Proof bool // the ledger has evidence of it
	Uses  []Use
}

// A Use says what a credit counts for in one credential whose days it is in.
type Use struct {
	Credential int // index in [Report.Credentials]
	rules.Finding
}

// Take adds the credits that may count for a credential, and counts the others.
func (r *Report) Take(evidence []ledger.Evidence) {
	proved := map[int64]bool{}
	for _, e := range evidence {
		proved[e.Credit] = true
	}
	for k := range r.Credentials[0].Findings { // every standing has every credit, in the same order
		c := Credit{Credit: r.Credentials[0].Findings[k].Credit}
		c.Proof = proved[c.ID]
		for i, t := range r.Credentials {
			if t.Holds(c.Date) {
				c.Uses = append(c.Uses, Use{i, t.Findings[k]})
			}
		}
		if c.Uses != nil {
			r.Credits = append(r.Credits, c)
		} else {
			r.Elsewhere++
		}
	}
}

// All returns how many credits the ledger has.
func (r *Report) All() int { return len(r.Credits) + r.Elsewhere }

// mostCredits is how many credits the page lists: nobody reads or prints more.
const mostCredits = 1000

// listed returns the credits that the page lists: all that count and, up to
// mostCredits, the newest others.
func (r *Report) listed() (all []Credit) {
	others := mostCredits
	for _, c := range r.Credits {
		if c.counts() {
			others--
		}
	}
	for _, c := range slices.Backward(r.Credits) {
		if counts := c.counts(); counts || others > 0 {
			if all = append(all, c); !counts {
				others--
			}
		}
	}
	slices.Reverse(all)
	return all
}

func (c Credit) counts() bool {
	return slices.ContainsFunc(c.Uses, func(u Use) bool { return u.Counted > 0 })
}

// Points returns the sum of the credits.
func (r *Report) Points() (sum ledger.Points) {
	for _, c := range r.Credits {
		sum += c.Points
	}
	return sum
}

// Proved returns how many credits have evidence.
func (r *Report) Proved() (n int) {
	for _, c := range r.Credits {
		if c.Proof {
			n++
		}
	}
	return n
}

// A picture is a credential in the page, with all credits.
type picture struct {
	Credential
	credits []Credit
	index   int // of the credential
}

// ID names the credential within the page.
func (p picture) ID() string { return fmt.Sprintf("credential-%d", p.index+1) }

// Rows returns the requirements.
func (p picture) Rows() (all []row) {
	for _, r := range p.Requirements {
		all = append(all, row{r.Title, r.Points, r.Counted})
	}
	return all
}

// Total returns all requirements together.
func (p picture) Total() row { return row{"Total", p.Required, p.Counted} }

// ValueSize is the size of the number in the ring: a long one has to fit, too.
func (p picture) ValueSize() int { return min(29, 115/len(p.Counted.String())) }

// A row is how far a requirement is met.
type row struct {
	Title             string
	Required, Counted ledger.Points
}

// Share returns how far it is met.
func (r row) Share() Place { return share(r.Counted, r.Required) }

// Class returns the class of the bar that shows it.
func (r row) Class() string {
	if r.Counted >= r.Required {
		return "done"
	}
	return "part"
}

// Remaining returns what is still needed.
func (r row) Remaining() ledger.Points { return max(r.Required-r.Counted, 0) }

// Outlook compares a credential with the straight line, and says what it needs.
func (c Credential) Outlook() string {
	s := fmt.Sprintf("%s of %s %s.", c.Counted, words.Points(c.Required), words.Agree(c.Counted, "counts", "count"))
	if !c.Begun() {
		s = fmt.Sprintf("The cycle begins on %s.", c.Cycle.First)
	}
	if p := c.Pace(); p != nil && c.Counted < c.Required {
		how := words.Points(p.Ahead) + " ahead"
		if p.Ahead < 0 {
			how = words.Points(-p.Ahead) + " behind"
		}
		s += fmt.Sprintf(" An even pace would be %s by now; you are %s.", p.Expected, how)
	}
	n := c.Need()
	switch {
	case c.State == rules.Declared:
		return s + fmt.Sprintf(" It was declared on %s.", c.Cycle.Declared)
	case n == nil:
		return s + " Nothing is left to earn."
	case c.Lost():
		return s + fmt.Sprintf(" %s %s missing, and it is too late to earn %s.",
			words.Points(n.Points), words.Agree(n.Points, "is", "are"), words.Agree(n.Points, "it", "them"))
	}
	s += " To earn: " + words.Points(n.Points)
	if n.By != 0 {
		s += fmt.Sprintf(" by %s", n.By)
	}
	if n.PerMonth != 0 {
		s += fmt.Sprintf(", about %s a month", words.Points(n.PerMonth))
	}
	return s + "."
}
