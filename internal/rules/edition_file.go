package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/yamlfile"
)

// ownArea is the requirement of a family that each of its credentials
// replaces by its own area.
const ownArea ledger.Requirement = "area"

// A family is one rule file: the edition of several credentials that differ
// in little but their area.
type family struct {
	name     string      // "ascp-technologist"
	body     string      // "ascp"
	from     ledger.Date // first last day of a cycle that the edition is for
	editions []*Edition  // in the order of the file, without a programme
}

// edition returns the family's edition of the credential, or nil.
func (f *family) edition(name ledger.CredentialName) *Edition {
	for _, e := range f.editions {
		if e.Name == name {
			return e
		}
	}
	return nil
}

// A familyFile is what the file of a family says.
type familyFile struct {
	family
	total        Figure
	requirements []Requirement
	credentials  []familyCredential
	note         string
}

// A familyCredential is how one credential differs from its family.
type familyCredential struct {
	node       *yamlfile.Node // for errors
	code       string
	title      string
	area       Requirement // its own, or none
	provenance Provenance  // weakens every figure; none is possible
	note       string
}

// parseEdition reads the file of a family. Errors begin with name and the
// line.
func parseEdition(name string, data []byte) (*family, error) {
	file, err := readFamily(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	file.editions = make([]*Edition, 0, len(file.credentials))
	for _, c := range file.credentials {
		e, err := file.build(c)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, yamlfile.Errorf(c.node, "%s: %w", c.code, err))
		}
		file.editions = append(file.editions, e)
	}
	return &file.family, nil
}

func readFamily(data []byte) (*familyFile, error) {
	var f familyFile
	err := yamlfile.Read(data, yamlfile.Fields{
		{"family", &f.name},
		{"body", &f.body},
		{"from", &f.from},
		{"note?", &f.note},
		{"total", figureInto(&f.total)},
		{"requirements", yamlfile.List(func(n *yamlfile.Node) error {
			r, err := readRequirement(n)
			f.requirements = append(f.requirements, r)
			return err
		})},
		{"credentials", f.readCredentials},
	})
	switch {
	case err != nil:
		return nil, err
	case !strings.HasPrefix(f.name, f.body+"-"):
		return nil, fmt.Errorf("line 1: family: must begin with the body, as in %s-%s", f.body, f.name)
	}
	return &f, nil
}

func figureInto(f *Figure) func(*yamlfile.Node) error {
	return append(yamlfile.Fields{{"points", &f.Points}}, provenance(&f.Provenance)...).Read
}

func readRequirement(n *yamlfile.Node) (Requirement, error) {
	var r Requirement
	err := append(yamlfile.Fields{
		{"requirement", (*string)(&r.Name)},
		{"title?", &r.Title},
		{"topics?", topicsInto(&r.Topics)},
		{"points", &r.Points},
	}, provenance(&r.Provenance)...).Read(n)
	if err != nil || r.Name == ownArea {
		return r, err
	}
	return r, r.complete()
}

// complete fills in the topics and the title that follow from the name.
func (r *Requirement) complete() error {
	switch {
	case r.Name == ledger.Other:
		if r.Topics != nil {
			return errors.New("other accepts every topic and lists none")
		}
	case r.Topics == nil:
		topic, err := ledger.ParseTopic(string(r.Name))
		if err != nil {
			return fmt.Errorf("%s: %w; or list its topics", r.Name, err)
		}
		r.Name, r.Topics = ledger.Requirement(topic), []ledger.Topic{topic}
	case !isName(string(r.Name)):
		return errors.New("requirement: lower-case words joined by hyphens are expected")
	}
	if r.Title == "" {
		r.Title = r.Name.Title()
	}
	return nil
}

func isName(s string) bool {
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" && strings.Trim(s, "-") == s && s != ""
}

func (f *familyFile) readCredentials(n *yamlfile.Node) error {
	pairs := yamlfile.Pairs(n)
	if len(pairs) == 0 {
		return errors.New("codes with their names are expected")
	}
	f.credentials = make([]familyCredential, 0, len(pairs))
	for _, pair := range pairs {
		code := pair[0]
		for _, earlier := range f.credentials {
			if strings.EqualFold(earlier.code, code.Value) {
				return yamlfile.Errorf(code, "%s stands twice", code.Value)
			}
		}
		c, err := readCredential(code, pair[1])
		if err != nil {
			return yamlfile.Locate(code, err)
		}
		f.credentials = append(f.credentials, c)
	}
	return nil
}

func readCredential(code, value *yamlfile.Node) (familyCredential, error) {
	c := familyCredential{node: code, code: code.Value}
	if !isName(strings.ToLower(c.code)) {
		return c, errors.New("not a code such as MLS")
	}
	err := yamlfile.Fields{
		{"name", &c.title},
		{"area?", (*string)(&c.area.Name)},
		{"area-title?", &c.area.Title},
		{"area-topics?", topicsInto(&c.area.Topics)},
		{"confidence?", &c.provenance.Confidence},
		{"source?", &c.provenance.Source},
		{"note?", &c.note},
	}.Read(value)
	if err != nil || c.area.Name == "" {
		return c, err
	}
	return c, c.area.complete()
}

// build returns the edition of one credential.
func (f *familyFile) build(c familyCredential) (*Edition, error) {
	name := ledger.CredentialName{Body: f.body, Code: c.code}
	e := &Edition{
		ID:    name.String() + "@" + f.from.String(),
		Name:  name,
		Title: c.title,
		From:  f.from,
		Total: f.total.weakened(c.provenance),
		Note:  strings.Trim(f.note+"; "+c.note, "; "),

		Requirements: make([]Requirement, 0, len(f.requirements)),
	}
	hasArea := false
	for _, r := range f.requirements {
		if r.Name == ownArea {
			hasArea = true
			r.Name, r.Title, r.Topics = c.area.Name, c.area.Title, c.area.Topics
		}
		r.Figure = r.Figure.weakened(c.provenance)
		e.Requirements = append(e.Requirements, r)
	}
	if hasArea != (c.area.Name != "") {
		return nil, errors.New("an area and the requirement area need each other")
	}
	return e, e.check()
}

// weakened returns the figure as sure as the less sure of itself and p, with
// the sources of both.
func (f Figure) weakened(p Provenance) Figure {
	if p.Confidence != "" {
		f.Confidence = LeastSure(f.Confidence, p.Confidence)
	}
	if !strings.Contains(f.Source, p.Source) {
		f.Source += "; " + p.Source
	}
	return f
}

// check reports what makes an edition contradict itself.
func (e *Edition) check() error {
	if len(e.Requirements) > mostRequirements {
		return fmt.Errorf("more than %d requirements", mostRequirements)
	}
	var sum ledger.Points
	for i, r := range e.Requirements {
		for _, earlier := range e.Requirements[:i] {
			if earlier.Name == r.Name {
				return fmt.Errorf("the requirement %s stands twice", r.Name)
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
	return nil
}

// parseProgramme reads the file of a body's programme. Errors begin with name
// and the line.
func parseProgramme(name string, data []byte) (*Programme, error) {
	var p Programme
	err := yamlfile.Read(data, yamlfile.Fields{
		{"body", &p.Body},
		{"name", &p.Name},
		{"programme", &p.Title},
		{"suffix?", &p.Suffix},
		{"cycle", p.Cycle.read},
		{"declare-by?", spanInto(&p.DeclareBy)},
		{"declare-from?", spanInto(&p.DeclareFrom)},
		{"last-years?", spanInto(&p.LastYears)},
		{"caps?", yamlfile.List(func(n *yamlfile.Node) error {
			c, err := readCap(n)
			if err == nil && slices.ContainsFunc(p.Caps, func(k Cap) bool { return k.Activity == c.Activity }) {
				return fmt.Errorf("activity: %s has a cap already", c.Activity)
			}
			p.Caps = append(p.Caps, c)
			return err
		})},
		{"audit", noteInto(&p.Audit)},
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &p, nil
}

func spanInto(s **Span) func(*yamlfile.Node) error {
	return func(n *yamlfile.Node) error {
		*s = new(Span)
		return (*s).read(n)
	}
}

func (s *Span) read(n *yamlfile.Node) error {
	err := append(yamlfile.Fields{{"months", &s.Months}}, provenance(&s.Provenance)...).Read(n)
	if err == nil && s.Months == 0 {
		return errors.New("months must be more than 0")
	}
	return err
}

func readCap(n *yamlfile.Node) (Cap, error) {
	var c Cap
	err := append(yamlfile.Fields{{"activity", &c.Activity}, {"percent", &c.Percent}}, provenance(&c.Provenance)...).Read(n)
	if err == nil && (c.Percent == 0 || c.Percent > 100) {
		return c, errors.New("percent must be from 1 to 100")
	}
	return c, err
}

func noteInto(note *Note) func(*yamlfile.Node) error {
	return append(yamlfile.Fields{{"text", &note.Text}}, provenance(&note.Provenance)...).Read
}
