package rules

import (
	"errors"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
)

// Confidence says how sure a figure is. It is "" where nothing is stated.
type Confidence string

// The confidences, from the surest to the least sure.
const (
	Official Confidence = "official" // read on the body's or the regulator's own page
	Reported Confidence = "reported" // a professional society, vendor or guide says so
	Derived  Confidence = "derived"  // arithmetic on the two above
	Assumed  Confidence = "assumed"  // nobody could confirm it
)

var confidences = []Confidence{Official, Reported, Derived, Assumed} // never changed

// LeastSure returns the less sure of two confidences, of which one may be "".
func LeastSure(a, b Confidence) Confidence {
	return confidences[max(slices.Index(confidences, a), slices.Index(confidences, b))]
}

// UnmarshalText accepts the four confidences and nothing else.
func (c *Confidence) UnmarshalText(text []byte) error {
	if !slices.Contains(confidences, Confidence(text)) {
		return errors.New("not a confidence: official, reported, derived or assumed")
	}
	*c = Confidence(text)
	return nil
}

// A Provenance says where a figure comes from.
type Provenance struct {
	Confidence Confidence `json:"confidence"`
	Source     string     `json:"source" doc:"Where the figure comes from: an address or a printed work."`
	Pack       string     `json:"pack" doc:"Rule pack that states it, without its ending." empty:"for what ships with the program"` // "florida"
}

// Owner returns the pack that states a figure: "your own florida.yaml". It is "" for a
// figure that ships with the program.
func (p Provenance) Owner() string {
	if p.Pack == "" {
		return ""
	}
	return "your own " + p.Pack + packEnding
}

// Stated returns the source of a figure for a declaration, which others may read. For a
// figure of a pack it names the pack: "the holder's own florida.yaml: ...".
func (p Provenance) Stated() string {
	if p.Pack == "" {
		return p.Source
	}
	return holdersOwn + p.Pack + packEnding + ": " + p.Source
}

const holdersOwn = "the holder's own "

// owned returns the pack, if any, and the source that [Provenance.Stated] made stated of.
func owned(stated string) (pack, source string) {
	if rest, own := strings.CutPrefix(stated, holdersOwn); own {
		if pack, source, ok := strings.Cut(rest, packEnding+": "); ok {
			return pack, source
		}
	}
	return "", stated
}

// An Edition is what one credential requires of the cycles that end on From or later,
// up to the next edition.
type Edition struct {
	ID   string // "ascp/BB@2024-01-01"
	Name ledger.CredentialName
	// Title is the credential in words: "Technologist in Blood Banking".
	Title string
	From  ledger.Date
	// FromConfidence is how sure From is, or "" where it is as sure as the figures.
	FromConfidence Confidence
	Pack           string // the pack it is in, or "" for an edition that ships
	Programme      *Programme
	// NeedsBody says that the code alone does not name it: MLS is ASCP's, so AMT's is
	// amt/MLS.
	NeedsBody bool
	Total     Figure
	// Requirements are in the order of the board's form; other, if any of
	// the total is left for it, comes last. Their points add up to the total.
	Requirements []Requirement
	// Category is needed in each category that the credential is held in; nil where the
	// rules do not go by categories. FirstPeriods are the totals of a first cycle, the
	// shortest first. [Edition.For] makes requirements of them.
	Category     *Figure
	FirstPeriods []FirstPeriod
	Period       *FirstPeriod // the one that set the total, or nil
	Note         string       // what the holder should know of these figures, or ""
}

// A Figure is an amount of points that somebody stated.
type Figure struct {
	Points ledger.Points `json:"points"`
	Provenance
}

// Own reports whether a pack states the figure.
func (f Figure) Own() bool { return f.Pack != "" }

// A Requirement asks for points in certain topics.
type Requirement struct {
	Name  ledger.Requirement `json:"requirement"`
	Title string             `json:"name" doc:"In words: Blood banking."`
	Figure
	// Topics are accepted; ledger.Other accepts all and lists none.
	Topics []ledger.Topic `json:"topics" doc:"Topics it accepts. Empty where it accepts all."`
	// Except are the topics that ledger.Other does not accept. It accepts a credit that
	// has another topic beside them, but for what is limited to them, and one without a topic.
	Except []ledger.Topic `json:"except" doc:"Topics it does not accept, where it accepts all others."`
}

// Takes reports whether the requirement accepts a topic; "" stands for none.
func (r Requirement) Takes(t ledger.Topic) bool {
	if r.Name == ledger.Other {
		return !slices.Contains(r.Except, t)
	}
	return t != "" && (slices.Contains(r.Topics, t) || slices.Contains(r.Topics, t.PartOf()))
}

// Accepts reports whether a credit may serve the requirement.
func (r Requirement) Accepts(c ledger.Credit) bool {
	if len(c.Topics) == 0 {
		return r.Takes("")
	}
	return slices.ContainsFunc(c.Topics, func(t ledger.CreditTopic) bool { return r.Takes(t.Topic) })
}

// Total names the total of an edition where a requirement can be named.
const Total ledger.Requirement = "total"

// Confidence returns the confidence of the least sure figure of the edition.
func (e *Edition) Confidence() Confidence {
	least := e.Total.Confidence
	for _, r := range e.Requirements {
		least = LeastSure(least, r.Confidence)
	}
	return least
}

// Which returns the total, as a requirement, and the requirements: those for whose
// figure is returns true.
func (e *Edition) Which(is func(Figure) bool) []Requirement {
	all := append([]Requirement{{Name: Total, Title: Total.Title(), Figure: e.Total}}, e.Requirements...)
	return slices.DeleteFunc(all, func(r Requirement) bool { return !is(r.Figure) })
}

// Requirement returns the requirement with a name, and whether there is one.
func (e *Edition) Requirement(name ledger.Requirement) (Requirement, bool) {
	i := e.requirementIndex(name)
	if i < 0 {
		return Requirement{}, false
	}
	return e.Requirements[i], true
}

// requirementIndex returns the place of a requirement in the edition, or -1.
func (e *Edition) requirementIndex(name ledger.Requirement) int {
	return slices.IndexFunc(e.Requirements, func(r Requirement) bool { return r.Name == name })
}

// A Programme is what a body asks of all credentials that it grants.
type Programme struct {
	Body string // "ascp"
	Name string // of the body, in words
	// Title is the programme's own name: "Credential Maintenance Program (CMP)".
	Title string
	// Suffix is what a maintained credential adds to its designation: "CM".
	Suffix string
	// Cycle is how long a cycle lasts.
	Cycle Span
	// DeclareBy is how long before expiry a declaration has to be in. DeclareFrom is how
	// long before expiry it may first be. RenewsFrom is from when on in the month of the
	// expiry the body renews. Each is nil if the body publishes none.
	DeclareBy   *Span
	DeclareFrom *Span
	RenewsFrom  *DayOfMonth
	// LastYears is how far back from today credits count in the two exceptions of
	// [Account.Window]; nil if the programme does not have them.
	LastYears *Span
	Caps      []Cap
	NeedsBody bool     // so do all of its editions
	Replaces  bool     // a pack states it in the place of one that ships
	Ends      *YearDay // on which cycles end, or nil where that depends on the holder
	Audit     Note     // what to keep for an audit; empty if the body does not say
	Expired   Note     // what an expired cycle needs beside what is judged here, or empty
	Notes     []Note   // what else the holder should know
}

// A YearDay is a day of every year.
type YearDay struct {
	Month, Day int
	Provenance
}

// Is reports whether d is such a day.
func (y YearDay) Is(d ledger.Date) bool {
	_, month, day := d.YMD()
	return month == y.Month && day == y.Day
}

// Nearest returns the one of such days after first that is nearest to d.
func (y YearDay) Nearest(d, first ledger.Date) (nearest ledger.Date) {
	year, _, _ := d.YMD()
	for of := year - 1; of <= year+1; of++ {
		day := ledger.MakeDate(of, y.Month, y.Day)
		if day > first && (nearest == 0 || max(day-d, d-day) < max(nearest-d, d-nearest)) {
			nearest = day
		}
	}
	return nearest
}

// capIndex returns the place of the cap on an activity, or -1.
func (p *Programme) capIndex(activity ledger.Activity) int {
	return slices.IndexFunc(p.Caps, func(c Cap) bool { return c.Activity == activity })
}

// A Span is a length of time in whole months, such as three years.
type Span struct {
	Months int
	Days   int // the same in days, where the body says both; else 0
	Provenance
}

// Before returns the day that is the span before d, or no day if s or d is none.
func (s *Span) Before(d ledger.Date) ledger.Date {
	if s == nil {
		return 0
	}
	return d.AddMonths(-s.Months)
}

// InDays returns the day before d by the body's count of days, where it says both and
// that is another day than by months; else it is no day.
func (s *Span) InDays(d ledger.Date) ledger.Date {
	if s == nil || s.Days == 0 || d == 0 {
		return 0
	}
	if day := max(d-ledger.Date(s.Days), 1); day != s.Before(d) {
		return day
	}
	return 0
}

// A DayOfMonth is a day of any month, at most the 28th.
type DayOfMonth struct {
	Day int
	Provenance
}

// In returns the day in the month of d, or no day if m or d is none.
func (m *DayOfMonth) In(d ledger.Date) ledger.Date {
	if m == nil || d == 0 {
		return 0
	}
	year, month, _ := d.YMD()
	return ledger.MakeDate(year, month, m.Day)
}

// A Cap limits what credits of one activity count together in a cycle.
type Cap struct {
	Activity ledger.Activity
	// Percent of the credential's total, rounded down to the hundredth.
	Percent int
	Provenance
}

// Points returns what credits of the activity may count together.
func (c Cap) Points(total ledger.Points) ledger.Points {
	return total * ledger.Points(c.Percent) / 100
}

// A Note is a sentence with its source.
type Note struct {
	Text string
	Provenance
}
