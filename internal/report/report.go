// Package report writes a page to look at: how far the credentials of a ledger
// are, with charts, on one day.
//
// It judges nothing: what counts and what remains it is told. It reads no clock
// and no file, so the same report gives the same bytes. The page stands alone:
// it loads nothing, runs no script and links to nothing but itself.
package report

import (
	_ "embed" // the style sheet
	"fmt"
	"io"
	"strconv"
	"strings"

	"cmpledger/internal/ledger"
)

//go:embed style.css
var style string

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
func Write(w io.Writer, r Report) error {
	var b strings.Builder
	r.head(&b)
	r.summary(&b)
	for i := range r.Credentials {
		r.section(&b, i)
	}
	r.credits(&b)
	b.WriteString("</main>\n<footer>\n<p>Made by cmp. It judges by published rules and is no substitute for the board’s own page.</p>\n</footer>\n</body>\n</html>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// head writes what comes before the summary.
func (r Report) head(b *strings.Builder) {
	b.WriteString(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<meta name="referrer" content="no-referrer"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"/>
`)
	fmt.Fprintf(b, "<title>Credentials on %s</title>\n<style>\n%s</style>\n</head>\n<body>\n", r.Day, style)
	entry := "an empty ledger"
	if r.Entry != 0 {
		entry = fmt.Sprintf("the ledger as of entry %d of its log", r.Entry)
	}
	fmt.Fprintf(b, "<header>\n<h1>Credentials</h1>\n<p>As of <strong>%s</strong>, from %s: %s, %s.</p>\n</header>\n<main>\n",
		r.Day, entry, count(r.Held, "credential"), count(len(r.Credits)+r.Elsewhere, "credit"))
}

// count returns "1 credit" or "2 credits".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

// points returns "1 point" or "1.5 points".
func points(p ledger.Points) string {
	if p == 100 {
		return "1 point"
	}
	return p.String() + " points"
}
