// Package report writes a page to look at: how far the credentials of a ledger
// are, with charts, on one day.
//
// It judges nothing: what counts and what remains it is told. It reads no clock
// and no file, so the same report gives the same bytes. The page stands alone:
// it loads nothing, runs no script and links to nothing but itself.
package report

import (
	_ "embed" // the page
	"fmt"
	"io"
	"slices"

	"cmpledger/internal/ledger"
	"cmpledger/internal/page"
)

//go:embed report.html
var body string

// Declared is the state of a credential that is declared.
const Declared = "declared"

// A Report is what the page shows.
type Report struct {
	Day         ledger.Date // the day it was judged by
	Entry       int64       // newest entry of the ledger's log, or 0 where it has none
	Summary     string      // all credentials in a sentence, or ""
	LeftOut     string      // which credentials are not shown and why, or ""
	Held        int         // credentials; one of which two cycles are shown is one
	Credentials []Credential
	// Credits are those dated in the days that count for a credential, by date
	// and number; Elsewhere is how many others the ledger has.
	Credits   []Credit
	Elsewhere int
}

// A Span is days from First to Last, both included. The zero Span is none.
type Span struct{ First, Last ledger.Date }

// A Credential is one cycle of a credential and where it stands.
type Credential struct {
	Code        string // as the holder types it: "MLS"
	Designation string // as it is written behind a name: "MLS(ASCP)CM"
	Title       string // in words, or ""
	State       string // "declared", "expired", "ready" or "in-progress"
	// Days says in a few phrases until when it lasts: "130 days left".
	Days []string
	ToDo string // what is to be done, in a few words, or ""
	// Cycle is none before the first one of a voluntary credential. Window is
	// the days whose credits count.
	Cycle, Window       Span
	Declared, DeclareBy ledger.Date   // or none
	Edition, Confidence string        // of the rules
	Required            ledger.Points // more than none
	Counted             ledger.Points // at most Required
	ToEarn              ledger.Points // lacking even if all were allocated in the best way
	Lost                bool          // the days on which that could be earned are over
	Requirements        []Requirement // their points add up to Required and Counted
	Warnings, Notes     []string      // sentences, commands to type among them
}

// A Requirement is how far one requirement is met.
type Requirement struct {
	Title             string
	Required, Counted ledger.Points
}

// A Credit is one activity, and what it is to each credential.
type Credit struct {
	ID              int64
	Date            ledger.Date
	Title, Provider string
	Points          ledger.Points
	Topics          string // "safety, chemistry=1", or ""
	Proof           bool   // the ledger has evidence of it
	Uses            []Use
}

// A Use is what a credit is to one credential that its date may count for.
type Use struct {
	Credential int           // index in [Report.Credentials]
	Counted    ledger.Points // at most those of the credit
	Fate       string        // of all its points: "1 safety, 0.5 not counted (not allocated)"
}

// Write writes the page.
func Write(w io.Writer, r Report) error { return page.Write(w, body, sheet{r}) }

// A sheet is a report as the template sees it.
type sheet struct{ Report }

// All returns how many credits the ledger has.
func (r Report) All() int { return len(r.Credits) + r.Elsewhere }

// Points returns the sum of the credits.
func (r Report) Points() (sum ledger.Points) {
	for _, c := range r.Credits {
		sum += c.Points
	}
	return sum
}

// Proved returns how many credits have evidence.
func (r Report) Proved() (n int) {
	for _, c := range r.Credits {
		if c.Proof {
			n++
		}
	}
	return n
}

// of returns the use of a credit for a credential, or nil.
func (c Credit) of(credential int) *Use {
	i := slices.IndexFunc(c.Uses, func(u Use) bool { return u.Credential == credential })
	if i < 0 {
		return nil
	}
	return &c.Uses[i]
}

// A picture is a credential as the page shows it.
type picture struct {
	Credential
	Day    ledger.Date
	report *Report
	index  int
}

// Pictures returns the credentials as the page shows them.
func (s sheet) Pictures() []picture {
	all := make([]picture, len(s.Credentials))
	for i, c := range s.Credentials {
		all[i] = picture{c, s.Day, &s.Report, i}
	}
	return all
}

// ID returns the identity of a credential within the page.
func (p picture) ID() string { return fmt.Sprintf("credential-%d", p.index+1) }

// Total returns all requirements together.
func (p picture) Total() Requirement { return Requirement{"Total", p.Required, p.Counted} }

// ValueSize is that of the letters in the ring: a long number has to fit, too.
func (p picture) ValueSize() int { return min(29, 115/len(p.Counted.String())) }

// Share returns how much of a requirement is met.
func (r Requirement) Share() Place { return share(r.Counted, r.Required) }

// Class returns the class of what shows that.
func (r Requirement) Class() string {
	if r.Counted >= r.Required {
		return "done"
	}
	return "part"
}

// Remaining returns what is still needed.
func (r Requirement) Remaining() ledger.Points { return max(r.Required-r.Counted, 0) }
