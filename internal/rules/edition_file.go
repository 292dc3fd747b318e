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
// in little but their area; or an edition in a pack.
type family struct {
	name     string      // "ascp-technologist"; of a pack, not in its file
	body     string      // "ascp"
	from     ledger.Date // first last day of a cycle that the edition is for
	pack     *Pack       // or nil
	editions []*Edition  // in the order of the file; nil until it is read
}

// file returns the name of the file of a family that ships.
func (f *family) file() string { return f.name + "@" + f.from.String() + ".yaml" }

// A familyFile is what the file of a family says, or an edition in a pack.
type familyFile struct {
	reader
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
	var f familyFile
	err := yamlfile.Read(data, append(yamlfile.Fields{{"family", &f.name}, {"body", &f.body}}, f.fields()...))
	switch {
	case err != nil:
	case !strings.HasPrefix(f.name, f.body+"-"):
		err = fmt.Errorf("line 1: family: must begin with the body, as in %s-%s", f.body, f.name)
	default:
		err = f.build()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &f.family, nil
}

// fields returns the keys of an edition, in a file that ships as in a pack.
func (f *familyFile) fields() yamlfile.Fields {
	return yamlfile.Fields{
		{"from", &f.from},
		{"note?", (*prose)(&f.note)},
		{"total", append(yamlfile.Fields{{"points", &f.total.Points}}, f.provenance(&f.total.Provenance)...).Read},
		{"requirements", each(&f.requirements, f.readRequirement)},
		{"credentials", f.readCredentials},
	}
}

// build makes the editions of all credentials.
func (f *familyFile) build() error {
	f.editions = make([]*Edition, 0, len(f.credentials))
	for _, c := range f.credentials {
		e, err := f.edition(c)
		if err != nil {
			return yamlfile.Errorf(c.node, "%s: %w", c.code, err)
		}
		f.editions = append(f.editions, e)
	}
	return nil
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

// complete fills in the topics and the title that follow from the name.
func (rd reader) complete(r *Requirement) error {
	switch {
	case r.Name == Total:
		return errors.New("requirement: total is what they add up to")
	case r.Name == ledger.Other:
		if r.Topics != nil || r.Except != nil {
			return errors.New("other accepts every topic and lists none")
		}
	case r.Topics != nil && r.Except != nil:
		return errors.New("topics and except contradict each other")
	case r.Topics == nil && r.Except == nil:
		topic, err := rd.known.Parse(string(r.Name))
		if err != nil {
			return fmt.Errorf("%s: %w; or list its topics", r.Name, err)
		}
		r.Name, r.Topics = ledger.Requirement(topic), []ledger.Topic{topic}
	case !isName(string(r.Name)):
		return errors.New("requirement: lower-case words joined by hyphens are expected")
	}
	r.open(rd.known)
	if r.Title == "" {
		r.Title = r.Name.Title()
	}
	return nil
}

// open makes the topics of a requirement that accepts all but some those that
// are known.
func (r *Requirement) open(known ledger.Vocabulary) {
	if r.Except != nil {
		r.Topics = slices.DeleteFunc(known.Topics(), func(t ledger.Topic) bool { return slices.Contains(r.Except, t) })
	}
}

// open does that for all requirements of a family, once all packs were read.
func (f *family) open(known ledger.Vocabulary) {
	for _, e := range f.editions {
		for i := range e.Requirements {
			e.Requirements[i].open(known)
		}
	}
}

// isName reports whether s is written as names are: lower-case words joined by
// hyphens.
func isName(s string) bool { return ledger.Topic(s).WellFormed() }

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
		c, err := f.readCredential(code, pair[1])
		if err != nil {
			return yamlfile.Locate(code, err)
		}
		f.credentials = append(f.credentials, c)
	}
	return nil
}

func (rd reader) readCredential(code, value *yamlfile.Node) (familyCredential, error) {
	c := familyCredential{node: code, code: code.Value}
	if !isName(strings.ToLower(c.code)) {
		return c, errors.New("not a code such as MLS")
	}
	err := yamlfile.Fields{
		{"name", (*prose)(&c.title)},
		{"area?", (*string)(&c.area.Name)},
		{"area-title?", (*prose)(&c.area.Title)},
		{"area-topics?", rd.topics(&c.area.Topics)},
		{"confidence?", &c.provenance.Confidence},
		{"source?", (*prose)(&c.provenance.Source)},
		{"note?", (*prose)(&c.note)},
	}.Read(value)
	if err != nil || c.area.Name == "" {
		return c, err
	}
	return c, rd.complete(&c.area)
}

// edition returns the edition of one credential.
func (f *familyFile) edition(c familyCredential) (*Edition, error) {
	name := ledger.CredentialName{Body: f.body, Code: c.code}
	e := &Edition{
		ID:    name.String() + "@" + f.from.String(),
		Name:  name,
		Title: c.title,
		From:  f.from,
		Pack:  f.owner,
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
