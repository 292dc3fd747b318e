package actions

import (
	"cmp"
	"maps"
	"slices"

	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
	"cmpledger/internal/rules"
	"cmpledger/internal/transcript"
	"cmpledger/internal/words"
)

// A Reconciling is a transcript to be held against the ledger.
type Reconciling struct {
	Rows    []transcript.Row // all usable
	Credits []ledger.Credit
	Known   []ledger.Known
	Portal  map[int64]ledger.Date // what earlier transcripts of the portal had, by credit
	Of      *rules.Standing       // whose credits are compared, or nil for all
	Asked   Days                  // the days that the holder names
}

// Days returns the days of the rows: those that the transcript speaks for.
func (q Reconciling) Days() (d Days) {
	for i, row := range q.Rows {
		if i == 0 || row.Credit.Date < d.First {
			d.First = row.Credit.Date
		}
		d.Last = max(d.Last, row.Credit.Date)
	}
	return d
}

// scope returns the days of the credits that are compared: those of the window of
// the credential, of the days that are asked for and, where nothing says since when,
// from the first of the file on.
func (q Reconciling) scope() (s Days) {
	if q.Of != nil {
		s.First = q.Of.First
		if !q.Of.Moving() || q.Of.Finished() {
			s.Last = q.Of.Last
		}
	} else if q.Asked.First == 0 {
		s.First = q.Days().First
	}
	s.First = max(s.First, q.Asked.First)
	if until := q.Asked.Last; until != 0 && (s.Last == 0 || until < s.Last) {
		s.Last = until
	}
	return s
}

// Days are a range of days, both ends included, where none is open.
type Days struct{ First, Last ledger.Date }

func (s Days) hold(d ledger.Date) bool { return d >= s.First && (s.Last == 0 || d <= s.Last) }

// String returns "from 2024-04-01 to 2027-03-31".
func (s Days) String() string {
	if s.Last == 0 {
		return "from " + s.First.String()
	}
	return "from " + s.First.String() + " to " + s.Last.String()
}

// A Reconciliation says how a transcript and the ledger differ.
type Reconciliation struct {
	Since      string      `json:"since" doc:"First day whose credits are compared." empty:"where there is none"`
	Until      string      `json:"until" doc:"Last day whose credits are compared." empty:"where there is none"`
	Credential string      `json:"credential" doc:"Code of the credential whose credits are compared." empty:"where all are"`
	Rows       int         `json:"rows" doc:"Of the file."`
	Portal     string      `json:"portal" doc:"Body whose portal it is: ascp. The ledger remembers what it has." empty:"where nothing is remembered"`
	Scope      Days        // since and until
	Found      []int64     // credits that a row is, whatever the scope
	Lacking    []int64     // credits of the days of the rows that no row is
	Earlier    int         `json:"earlier" doc:"Number of credits before the day since."`
	Known      int         `json:"known" doc:"Credits of days outside the file that an earlier reconcile found in the portal."`
	Both       []Pair      `json:"both"`
	OnlyHere   []OnlyHere  `json:"only_here"`
	OnlyThere  []OnlyThere `json:"only_there"`
	Different  []Different `json:"different"`
	// Records are what the ledger has, or the transcript where only that has it,
	// and behind it what the transcript has otherwise.
	Records []Reconciled `records:"state credit row date title provider points topics reference there_date=There.date there_title=There.title there_points=There.points"`
}

// A Pair is a row and the credit that it is, or most likely is.
type Pair struct {
	Credit int64 `json:"credit" doc:"Number of the credit."`
	Row    int   `json:"row" doc:"Row of the file."`
}

// OnlyHere is a credit that no row is.
type OnlyHere struct {
	Credit int64 `json:"credit" doc:"Number of the credit."`
	Entered
}

// OnlyThere is a row that no credit is.
type OnlyThere struct {
	Row  int `json:"row" doc:"Row of the file."`
	Line int `json:"line" doc:"Line of the file."`
	Entered
	Removed bool `json:"removed" doc:"The ledger had it, and it was removed: only cmp import --restore brings it back."`
}

// Different is a pair that has not the same day, title and points.
type Different struct {
	Pair
	Fields []Sides `json:"fields"`
	Title  string
}

// Sides are the values of a field that differs.
type Sides struct {
	Field pairing.Field `json:"field" enum:"date,title,points"`
	Here  any           `json:"here" as:"text-or-number" doc:"A day, a text or points, as the field is."`
	There any           `json:"there" as:"text-or-number" doc:"A day, a text or points, as the field is."`
}

// Entered is what a portal has of an activity.
type Entered struct {
	Date      ledger.Date          `json:"date"`
	Title     string               `json:"title"`
	Provider  string               `json:"provider" empty:"where it is not known"`
	Points    ledger.Points        `json:"points"`
	Topics    []ledger.CreditTopic `json:"topics"`
	Reference string               `json:"reference" empty:"where there is none"`
}

func entered(c ledger.Credit) Entered {
	return Entered{c.Date, c.Title, c.Provider, c.Points, c.Topics, c.Reference}
}

// Reconciled is one line of a reconciliation.
type Reconciled struct {
	State  string `json:"state"`
	Credit any    `json:"credit"`
	Row    any    `json:"row"`
	Entered
	There struct {
		Date   any `json:"date"`
		Title  any `json:"title"`
		Points any `json:"points"`
	}
}

// Compare holds the rows against the credits: first what is the same, under any
// form by which the ledger knows it, then what may be. A row may also be a credit
// outside the scope: one that is the same, or one so near that only a date differs.
func (q Reconciling) Compare() (r Reconciliation) {
	r.Scope, r.Rows = q.scope(), len(q.Rows)
	r.Since, r.Until = r.Scope.First.String(), r.Scope.Last.String()
	if q.Of != nil {
		r.Credential = q.Of.Designation()
	}
	rows := words.Map(q.Rows, func(row transcript.Row) ledger.Credit { return row.Credit })
	creditOf := make([]*ledger.Credit, len(rows))
	paired, removed := map[int64]bool{}, map[int]bool{}
	pair := func(row int, c *ledger.Credit) { creditOf[row], paired[c.ID] = c, true }
	at := map[int64]*ledger.Credit{} // by number
	for i := range q.Credits {
		at[q.Credits[i].ID] = &q.Credits[i]
	}
	var rest []int // rows, by index
	for i, slot := range pairing.Match(rows, q.Known) {
		var c *ledger.Credit
		if slot >= 0 {
			c = at[cmp.Or(q.Known[slot].MergedInto, q.Known[slot].Credit.ID)]
		}
		if c != nil {
			pair(i, c)
		} else {
			rest, removed[i] = append(rest, i), slot >= 0
		}
	}
	near := r.Scope
	near.First -= pairing.CorrectedDays
	if near.Last != 0 {
		near.Last += pairing.CorrectedDays
	}
	candidates := slices.DeleteFunc(slices.Clone(q.Credits), func(c ledger.Credit) bool { return paired[c.ID] || !near.hold(c.Date) })
	others := words.Map(rest, func(i int) ledger.Credit { return rows[i] })
	for k, at := range pairing.Likely(others, candidates) {
		if at >= 0 {
			pair(rest[k], &candidates[at])
		}
	}
	r.Found = slices.Sorted(maps.Keys(paired))
	for i, c := range creditOf {
		r.addRow(q, q.Rows[i], c, removed[i])
	}
	days := q.Days()
	for _, c := range q.Credits {
		switch {
		case paired[c.ID]:
		case c.Date < r.Scope.First:
			r.Earlier++
		case !r.Scope.hold(c.Date):
		case !days.hold(c.Date) && q.Portal[c.ID] != 0:
			r.Known++
		default:
			r.addOnlyHere(c, days.hold(c.Date))
		}
	}
	slices.SortStableFunc(r.Records, func(a, b Reconciled) int { return cmp.Compare(a.State, b.State) })
	return r
}

// addOnlyHere files a credit that no row is, and whether the portal would show it.
func (r *Reconciliation) addOnlyHere(c ledger.Credit, lacking bool) {
	r.OnlyHere = append(r.OnlyHere, OnlyHere{c.ID, entered(c)})
	r.Records = append(r.Records, Reconciled{State: "only_here", Credit: c.ID, Entered: entered(c)})
	if lacking {
		r.Lacking = append(r.Lacking, c.ID)
	}
}

// addRow files a row by the credit that it is, or nil, and whether they differ.
func (r *Reconciliation) addRow(q Reconciling, row transcript.Row, c *ledger.Credit, removed bool) {
	switch {
	case c == nil && q.Asked.hold(row.Credit.Date):
		r.OnlyThere = append(r.OnlyThere, OnlyThere{row.Number, row.Line, entered(row.Credit), removed})
		r.Records = append(r.Records, Reconciled{State: "only_there", Row: row.Number, Entered: entered(row.Credit)})
		return
	case c == nil || !r.Scope.hold(c.Date) && !r.Scope.hold(row.Credit.Date):
		return
	}
	pair := Pair{c.ID, row.Number}
	record := Reconciled{State: "both", Credit: c.ID, Row: row.Number, Entered: entered(*c)}
	var fields []Sides
	differ := func(is bool, field pairing.Field, there *any) {
		if is {
			*there = ValueOf(row.Credit, field)
			fields = append(fields, Sides{field, ValueOf(*c, field), *there})
		}
	}
	differ(row.Credit.Date != c.Date, pairing.FieldDate, &record.There.Date)
	differ(pairing.Title(row.Credit.Title) != pairing.Title(c.Title), pairing.FieldTitle, &record.There.Title)
	differ(row.Credit.Points != c.Points, pairing.FieldPoints, &record.There.Points)
	if fields == nil {
		r.Both = append(r.Both, pair)
	} else {
		record.State = "different"
		r.Different = append(r.Different, Different{pair, fields, c.Title})
	}
	r.Records = append(r.Records, record)
}

// ValueOf returns a field of a credit as JSON has it.
func ValueOf(c ledger.Credit, field pairing.Field) any {
	switch field {
	case pairing.FieldDate:
		return c.Date
	case pairing.FieldPoints:
		return c.Points
	case pairing.FieldProvider:
		return c.Provider
	case pairing.FieldReference:
		return c.Reference
	case pairing.FieldURL:
		return c.URL
	case pairing.FieldTopics:
		return ledger.FormatCreditTopics(c.Topics)
	}
	return c.Title
}

// PortalOf returns the body whose portal a transcript is of: that of the credential
// whose credits are compared, else the only one that the holder has credentials of, or "".
func (s Snapshot) PortalOf(t *rules.Standing) (body string) {
	if t != nil {
		return t.Credential.Body
	}
	for _, c := range s.Credentials {
		if body != "" && body != c.Body {
			return ""
		}
		body = c.Body
	}
	return body
}

// NotInPortal returns the credits of a cycle that reconcile did not find in the portal of its
// body, as a worksheet has them: by requirement, then by date, and last those that do not
// count. It also returns the day of the latest reconcile, 0 where there was none.
func (s Snapshot) NotInPortal(t rules.Standing) (credits []int64, reconciled ledger.Date) {
	found := s.Portals[t.Credential.Body]
	reconciled = found[0]
	if reconciled == 0 || t.Finished() {
		return nil, reconciled
	}
	taken := map[int64]bool{}
	take := func(f rules.Finding, counts bool) {
		id := f.Credit.ID
		if counts && !taken[id] && found[id] == 0 && t.Holds(f.Credit.Date) && f.Credit.Date <= t.Today {
			credits, taken[id] = append(credits, id), true
		}
	}
	for _, r := range t.Requirements {
		for _, f := range t.Findings {
			take(f, slices.ContainsFunc(f.Parts, func(p rules.Portion) bool { return p.CountsAs == r.Name }))
		}
	}
	for _, f := range t.Findings {
		take(f, true)
	}
	return credits, reconciled
}
