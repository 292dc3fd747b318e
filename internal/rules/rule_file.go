package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"cmpledger/internal/ledger"
	"cmpledger/internal/yamlfile"
)

// prose is a text for people. It is put on one line, however the file breaks it.
type prose string

// UnmarshalText refuses control characters: packs are passed on, and a terminal could
// act on them.
func (p *prose) UnmarshalText(text []byte) error {
	if !utf8.Valid(text) {
		return errors.New("is not valid UTF-8 text")
	}
	words := strings.Join(strings.Fields(string(text)), " ")
	for _, r := range words {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return fmt.Errorf("holds %U, which no screen shows", r)
		}
	}
	*p = prose(words)
	return nil
}

// A reader reads rule files: with the zero value those that ship, else a pack.
type reader struct {
	owner string            // the pack, or ""
	known ledger.Vocabulary // the topics that may be named
}

// provenance returns the keys that every figure has, and sets the pack that states it.
func (rd reader) provenance(p *Provenance) yamlfile.Fields {
	p.Pack = rd.owner
	return yamlfile.Fields{{"confidence", &p.Confidence}, {"source", (*prose)(&p.Source)}}
}

// listOf returns a reader of a list. It calls read for each item.
func listOf[T any](all *[]T, read func(*yamlfile.Node, *T) error) func(*yamlfile.Node) error {
	return yamlfile.List(func(n *yamlfile.Node) error {
		var item T
		err := read(n, &item)
		*all = append(*all, item)
		return err
	})
}

// nonEmpty returns a reader of a list that must not be empty.
func nonEmpty[T any](all *[]T, list func(*yamlfile.Node) error, none string) func(*yamlfile.Node) error {
	return func(n *yamlfile.Node) error {
		err := list(n)
		if err == nil && len(*all) == 0 {
			return errors.New(none)
		}
		return err
	}
}

func readValue[T any](n *yamlfile.Node, to *T) error { return yamlfile.Value(n, to) }

// optional returns a reader of what is nil where it is not stated.
func optional[T any](to **T, read func(*yamlfile.Node, *T) error) func(*yamlfile.Node) error {
	return func(n *yamlfile.Node) error {
		*to = new(T)
		return read(n, *to)
	}
}

// topics returns a reader of a list of topics.
func (rd reader) topics(all *[]ledger.Topic) func(*yamlfile.Node) error {
	list := listOf(all, func(n *yamlfile.Node, t *ledger.Topic) error {
		var name string
		err := yamlfile.Value(n, &name)
		if err != nil {
			return err
		}
		if *t, err = rd.known.Parse(name); err != nil {
			return fmt.Errorf("%q: %w", name, err)
		}
		if slices.Contains(*all, *t) {
			return fmt.Errorf("%q: %s is there twice", name, *t)
		}
		return nil
	})
	return nonEmpty(all, list, "names no topic; leave it out, or name one")
}

// mostMonths is the longest span: longer than any career, and short enough
// for the calendar.
const mostMonths = 1200

// readSpan reads a length of time.
func (rd reader) readSpan(n *yamlfile.Node, s *Span) error {
	return readMonths(n, s, rd.provenance(&s.Provenance))
}

// readMonths reads a length of time that has other keys beside months.
func readMonths(n *yamlfile.Node, s *Span, others yamlfile.Fields) error {
	err := append(yamlfile.Fields{{"months", &s.Months}}, others...).Read(n)
	switch {
	case s.Months == 0 && errors.Is(err, yamlfile.ErrTooLarge), err == nil && s.Months > mostMonths:
		return fmt.Errorf("months must be at most %d", mostMonths)
	case err == nil && s.Months == 0:
		return errors.New("months must be more than 0")
	}
	return err
}

func (rd reader) note(n *yamlfile.Node, note *Note) error {
	return append(yamlfile.Fields{{"text", (*prose)(&note.Text)}}, rd.provenance(&note.Provenance)...).Read(n)
}

// ownArea stands in a family's requirements for the area of each of its credentials.
const ownArea ledger.Requirement = "area"

// A family is one rule file: an edition of several credentials that differ in little but
// their area. An edition in a pack is a family too.
type family struct {
	name     string      // "ascp-technologist"; for a pack made of body and pack
	body     string      // "ascp"
	from     ledger.Date // first last day of a cycle that the edition is for
	pack     *Pack       // or nil
	editions []*Edition  // in the order of the file; nil until it is read
}

// file returns the name of the file of a family that ships.
func (f *family) file() string { return f.name + "@" + f.from.String() + ".yaml" }

// A familyFile reads a family from its own file or from a pack.
type familyFile struct {
	reader
	family
	fromConfidence Confidence
	total          Figure
	requirements   []Requirement
	category       *Figure
	firstPeriods   []FirstPeriod
	note           string
	fits           func(*Edition) error // a further check of each edition, or nil
}

// parseEdition reads the file of a family. Errors begin with its name and the line.
func parseEdition(name string, data []byte) (*family, error) {
	var f familyFile
	err := yamlfile.Read(data, append(yamlfile.Fields{{"family", &f.name}, {"body", &f.body}}, f.fields()...))
	if err == nil && !strings.HasPrefix(f.name, f.body+"-") {
		err = fmt.Errorf("line 1: family: must begin with the body, as in %s-%s", f.body, f.name)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &f.family, nil
}

// fields returns the keys of an edition.
func (f *familyFile) fields() yamlfile.Fields {
	return yamlfile.Fields{
		{"from", &f.from},
		{"from-confidence?", &f.fromConfidence},
		{"note?", (*prose)(&f.note)},
		{"total", func(n *yamlfile.Node) error { return f.readFigure(n, &f.total) }},
		{"category?", optional(&f.category, f.readFigure)},
		{"first-period?", listOf(&f.firstPeriods, f.readFirstPeriod)},
		{"requirements", nonEmpty(&f.requirements, listOf(&f.requirements, f.readRequirement), "there is none")},
		{"credentials", f.readCredentials},
	}
}

func (rd reader) readFigure(n *yamlfile.Node, f *Figure) error {
	return append(yamlfile.Fields{{"points", &f.Points}}, rd.provenance(&f.Provenance)...).Read(n)
}

func (rd reader) readFirstPeriod(n *yamlfile.Node, p *FirstPeriod) error {
	return append(yamlfile.Fields{{"within", &p.Within}, {"points", func(n *yamlfile.Node) error {
		if n.Value == "0" {
			return nil
		}
		return yamlfile.Value(n, &p.Points)
	}}}, rd.provenance(&p.Provenance)...).Read(n)
}

func (rd reader) readRequirement(n *yamlfile.Node, r *Requirement) error {
	err := append(yamlfile.Fields{
		{"requirement", (*string)(&r.Name)},
		{"title?", (*prose)(&r.Title)},
		{"topics?", rd.topics(&r.Topics)},
		{"except?", rd.topics(&r.Except)},
		{"points", &r.Points},
	}, rd.provenance(&r.Provenance)...).Read(n)
	switch {
	case err != nil:
		return err
	case r.Name != ownArea:
		return rd.complete(r)
	case r.Topics != nil || r.Except != nil:
		return errors.New("the topics of an area are those of each credential, under area-topics")
	}
	return nil
}

// complete checks a requirement and fills in a topic and a title that follow from its
// name.
func (rd reader) complete(r *Requirement) error {
	switch {
	case r.Name == Total:
		return errors.New("requirement: total means the sum; give it another name")
	case r.Name == ledger.Margin:
		return errors.New("requirement: margin means points declared beyond the total; give it another name")
	case r.Name == ledger.Other:
		if r.Topics != nil {
			return errors.New("other accepts every topic and lists none; name topics that do not count under except")
		}
	case r.Except != nil:
		return errors.New("except belongs to the requirement other, which accepts all other topics")
	case r.Topics == nil:
		topic, err := rd.known.Parse(string(r.Name))
		if err != nil {
			return fmt.Errorf("%s: %w; or list its topics", r.Name, err)
		}
		r.Name, r.Topics = ledger.Requirement(topic), []ledger.Topic{topic}
	case !ledger.Topic(r.Name).WellFormed():
		return errors.New("requirement: write lower-case words joined by hyphens")
	}
	if r.Title == "" {
		r.Title = r.Name.Title()
	}
	return nil
}

func (f *familyFile) readCredentials(n *yamlfile.Node) error {
	pairs := yamlfile.Pairs(n)
	if len(pairs) == 0 {
		return errors.New("write codes with their names")
	}
	for _, pair := range pairs {
		code := pair[0]
		for _, earlier := range f.editions {
			if strings.EqualFold(earlier.Name.Code, code.Value) {
				return yamlfile.Errorf(code, "%s is there twice", code.Value)
			}
		}
		e, err := f.readCredential(code.Value, pair[1])
		if err == nil && f.fits != nil {
			err = f.fits(e)
		}
		if err != nil {
			return yamlfile.Locate(code, err)
		}
		f.editions = append(f.editions, e)
	}
	return nil
}

// readCredential reads how a credential differs from its family and returns its edition.
func (f *familyFile) readCredential(code string, n *yamlfile.Node) (*Edition, error) {
	if !ledger.Topic(strings.ToLower(code)).WellFormed() {
		return nil, errors.New("not a code such as MLS")
	}
	name := ledger.CredentialName{Body: f.body, Code: code}
	e := &Edition{ID: name.String() + "@" + f.from.String(), Name: name, From: f.from, FromConfidence: f.fromConfidence, Pack: f.owner}
	var area Requirement // the credential's own area, or none
	var weak Provenance  // makes every figure less sure; may be empty
	err := yamlfile.Fields{
		{"name", (*prose)(&e.Title)},
		{"area?", (*string)(&area.Name)},
		{"area-title?", (*prose)(&area.Title)},
		{"area-topics?", f.topics(&area.Topics)},
		{"area-confidence?", &area.Confidence},
		{"needs-body?", &e.NeedsBody},
		{"confidence?", &weak.Confidence},
		{"source?", (*prose)(&weak.Source)},
		{"note?", (*prose)(&e.Note)},
	}.Read(n)
	if err == nil && area.Name != "" {
		err = f.complete(&area)
	}
	if err != nil || f.requirements == nil || f.total.Points == 0 {
		return e, err // the caller's Read then reports the missing keys
	}
	e.Note = strings.Trim(f.note+"; "+e.Note, "; ")
	e.Total = f.total.weakened(weak)
	if f.category != nil {
		each := f.category.weakened(weak)
		e.Category = &each
	}
	for _, p := range f.firstPeriods {
		e.FirstPeriods = append(e.FirstPeriods, FirstPeriod{p.Within, p.Figure.weakened(weak)})
	}
	return e, f.require(e, area, weak)
}

// require gives an edition the requirements of its family, with the credential's area.
func (f *familyFile) require(e *Edition, area Requirement, weak Provenance) error {
	e.Requirements = slices.Clone(f.requirements)
	hasArea := false
	for i := range e.Requirements {
		r := &e.Requirements[i]
		if r.Name == ownArea {
			hasArea = true
			r.Name, r.Title, r.Topics = area.Name, area.Title, area.Topics
			r.Figure = r.Figure.weakened(Provenance{Confidence: area.Confidence})
		}
		r.Figure = r.Figure.weakened(weak)
	}
	if hasArea != (area.Name != "") {
		return errors.New("give both an area and the requirement area, or neither")
	}
	return e.check()
}

// weakened returns the figure with the less sure of its own confidence and p's, and with
// the sources of both.
func (f Figure) weakened(p Provenance) Figure {
	f.Confidence = LeastSure(f.Confidence, p.Confidence)
	if !strings.Contains(f.Source, p.Source) {
		f.Source += "; " + p.Source
	}
	return f
}

// check refuses an edition that contradicts itself.
func (e *Edition) check() error {
	if len(e.Requirements) > mostRequirements {
		return fmt.Errorf("more than %d requirements", mostRequirements)
	}
	var sum ledger.Points
	for i, r := range e.Requirements {
		for _, earlier := range e.Requirements[:i] {
			if earlier.Name == r.Name {
				return fmt.Errorf("the requirement %s is there twice", r.Name)
			}
		}
		if r.Name == ledger.Other && i < len(e.Requirements)-1 {
			return errors.New("the requirement other must be the last")
		}
		sum += r.Points
	}
	if sum != e.Total.Points {
		return fmt.Errorf("the requirements add up to %s, the total is %s", sum, e.Total.Points)
	}
	return e.checkHeld()
}

// programme returns the keys of a programme.
func (rd reader) programme(p *Programme) yamlfile.Fields {
	return yamlfile.Fields{
		{"name", (*prose)(&p.Name)},
		{"programme", (*prose)(&p.Title)},
		{"suffix?", (*prose)(&p.Suffix)},
		{"needs-body?", &p.NeedsBody},
		{"cycle", func(n *yamlfile.Node) error { return rd.readSpan(n, &p.Cycle) }},
		{"declare-by?", rd.aheadReader(&p.DeclareBy, p, nil)},
		{"declare-from?", rd.aheadReader(&p.DeclareFrom, p, &p.DeclareBy)},
		{"renews-from?", optional(&p.RenewsFrom, rd.readDayOfMonth)},
		{"last-years?", optional(&p.LastYears, rd.readSpan)},
		{"caps?", listOf(&p.Caps, func(n *yamlfile.Node, c *Cap) error {
			err := append(yamlfile.Fields{{"activity", &c.Activity}, {"percent", &c.Percent}}, rd.provenance(&c.Provenance)...).Read(n)
			switch {
			case err == nil && (c.Percent == 0 || c.Percent > 100):
				return errors.New("percent must be from 1 to 100")
			case err == nil && p.capIndex(c.Activity) >= 0:
				return fmt.Errorf("activity: %s has a cap already", c.Activity)
			}
			return err
		})},
		{"ends?", optional(&p.Ends, rd.readYearDay)},
		{"audit?", func(n *yamlfile.Node) error { return rd.note(n, &p.Audit) }},
		{"expired?", func(n *yamlfile.Node) error { return rd.note(n, &p.Expired) }},
		{"notes?", listOf(&p.Notes, rd.note)},
	}
}

func (rd reader) readDayOfMonth(n *yamlfile.Node, m *DayOfMonth) error {
	err := append(yamlfile.Fields{{"day", &m.Day}}, rd.provenance(&m.Provenance)...).Read(n)
	if err == nil && (m.Day == 0 || m.Day > 28) {
		return errors.New("day must be from 1 to 28")
	}
	return err
}

func (rd reader) readYearDay(n *yamlfile.Node, d *YearDay) error {
	err := append(yamlfile.Fields{{"month", &d.Month}, {"day", &d.Day}}, rd.provenance(&d.Provenance)...).Read(n)
	if err == nil && !d.Is(ledger.MakeDate(2000, d.Month, d.Day)) {
		return fmt.Errorf("month %d, day %d: not a day of the year", d.Month, d.Day)
	}
	return err
}

// readBodyEdition reads an edition that stands in the file of its body. The family is
// named for the body and that file.
func (rd reader) readBodyEdition(n *yamlfile.Node, p *Programme, file string, fits func(*Edition) error) (*family, error) {
	f := familyFile{reader: rd, fits: fits}
	f.body, f.name = p.Body, p.Body+"-"+file
	if err := f.fields().Read(n); err != nil {
		return nil, err
	}
	f.join(p)
	return &f.family, nil
}

// join gives the editions of a family the programme of their body.
func (f *family) join(p *Programme) {
	for _, e := range f.editions {
		e.Programme = p
		e.NeedsBody = e.NeedsBody || p.NeedsBody
	}
}

// aheadReader returns a reader of a span before expiry. It refuses one longer than the
// cycle and, if by is set, one shorter than by.
func (rd reader) aheadReader(to **Span, p *Programme, by **Span) func(*yamlfile.Node) error {
	return optional(to, func(n *yamlfile.Node, s *Span) error {
		err := readMonths(n, s, append(yamlfile.Fields{{"days?", &s.Days}}, rd.provenance(&s.Provenance)...))
		switch {
		case err != nil:
			return err
		case s.Days != 0 && (s.Days < 28*s.Months || s.Days > 31*s.Months):
			return fmt.Errorf("days: %d are not %d months", s.Days, s.Months)
		case p.Cycle.Months != 0 && s.Months > p.Cycle.Months:
			return fmt.Errorf("%d months are longer than the cycle of %d", s.Months, p.Cycle.Months)
		case by != nil && *by != nil && s.Months < (*by).Months:
			return fmt.Errorf("%d months before expiry are after declare-by, %d months before", s.Months, (*by).Months)
		}
		return nil
	})
}
