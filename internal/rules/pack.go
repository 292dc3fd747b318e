package rules

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/yamlfile"
)

// A PackFile is the file of a pack, read by the caller.
type PackFile struct {
	Name string // without a folder: "florida.yaml"
	Data []byte
	Err  error // why it could not be read, or nil
}

// A Pack is what one file of the holder's own adds to the rules that ship: a
// body with its credentials, editions of credentials of a body that ships, or
// corrected figures of these.
type Pack struct {
	Name string // of its file, without the ending: "florida"
	Body string // the body of its editions, or ""
	// Programme is that of Body, or nil if that of what ships holds.
	Programme   *Programme
	Editions    []*Edition // in the order of the file
	Topics      []PackTopic
	Corrections []Correction

	families   []*family
	known      ledger.Vocabulary // its topics and those of earlier packs
	fees       *Fees
	activities []ActivityRule
}

// A PackTopic is a topic that a pack adds, with its other names.
type PackTopic struct {
	Topic   ledger.Topic `json:"topic"`
	Aliases []string     `json:"aliases" doc:"Other texts that are understood as it."`
}

// A Correction replaces a figure that ships.
type Correction struct {
	Credential  ledger.CredentialName
	From        ledger.Date // which edition, or no day for all with the figure
	Requirement ledger.Requirement
	Figure
	// Corrected are the figures that it replaced, the newest edition's first.
	Corrected []Corrected

	node *yamlfile.Node // for errors
}

// Corrected is a figure that a correction replaced.
type Corrected struct {
	Edition *Edition // with the correction
	Title   string   // of the requirement: "Cytometry", or "Total"
	Before  Figure
}

// A PackError says what is wrong with the file of a pack.
type PackError struct {
	File string // its name
	Err  error  // with the line, where there is one
}

func (e *PackError) Error() string { return e.File + ": " + e.Err.Error() }

// Unwrap returns the error without the file.
func (e *PackError) Unwrap() error { return e.Err }

// File returns the name of the pack's file.
func (p *Pack) File() string { return p.Name + packEnding }

const packEnding = ".yaml"

// fault returns a [*PackError] at a node of the pack's file.
func (p *Pack) fault(n *yamlfile.Node, format string, args ...any) error {
	return &PackError{p.File(), yamlfile.Errorf(n, format, args...)}
}

// An unusable is a pack that the book leaves out.
type unusable struct {
	PackFile
	fault *PackError
}

// Faults returns what is wrong with the packs that the book leaves out. It knows of them
// once the book was asked for something else.
func (b *Book) Faults() (all []*PackError) {
	for _, u := range b.unusable {
		all = append(all, u.fault)
	}
	return all
}

// faultOf returns the fault of a left-out pack that names the credential, and so may
// state rules for it. It is nil if there is none.
func (b *Book) faultOf(name ledger.CredentialName) error {
	for _, u := range b.unusable {
		if bytes.Contains(u.Data, []byte(name.Body)) && bytes.Contains(u.Data, []byte(name.Code)) {
			return u.fault
		}
	}
	return nil
}

// joinPacks adds the packs to the rules that ship. It tries again without each pack that
// turns out to be unusable.
func (b *Book) joinPacks() error {
	files, err := b.packFiles()
	if err != nil || len(files) == 0 {
		return err
	}
	b.built = nil // all books share it, and packs correct what ships
	again := func() error {
		b.bodies, b.families, b.packs, b.known = nil, nil, nil, ledger.Vocabulary{}
		clear(b.programmes)
		return b.listFamilies()
	}
	var without []unusable
	var fault *PackError
	for err = again(); err == nil && errors.As(b.joinFiles(files), &fault); err = again() {
		i := slices.IndexFunc(files, func(f PackFile) bool { return f.Name == fault.File })
		without = append(without, unusable{files[i], fault})
		files = slices.Concat(files[:i], files[i+1:])
	}
	b.unusable = without
	return err
}

// joinFiles adds all packs, or stops with a [*PackError] at one that cannot be used.
func (b *Book) joinFiles(files []PackFile) error {
	for _, file := range files {
		p, err := b.readPack(file)
		if err != nil {
			return err
		}
		b.addPack(p)
	}
	for _, p := range b.packs {
		if err := b.applyCorrections(p); err != nil {
			return err
		}
	}
	for _, p := range b.packs {
		for _, c := range slices.Backward(p.Corrections) {
			for _, at := range c.Corrected {
				at.Edition.lowerPeriods()
				if err := at.Edition.check(); err != nil { // the requirements no longer add up to the total
					return p.fault(c.node, "%s: %w; correct what else changes", at.Edition.ID, err)
				}
			}
		}
	}
	return nil
}

// addPack adds the rules of a pack to the book.
func (b *Book) addPack(p *Pack) {
	b.packs = append(b.packs, p)
	b.known = p.known
	if p.Programme != nil {
		b.programmes[p.Body] = p.Programme
		b.families = slices.DeleteFunc(b.families, func(f *family) bool { return f.pack == nil && strings.HasPrefix(f.name, p.Body+"-") })
	}
	b.families = append(b.families, p.families...)
	b.sortFamilies()
}

// packOf returns the pack that adds a body, or nil if none does.
func (b *Book) packOf(body string) *Pack {
	i := slices.IndexFunc(b.packs, func(p *Pack) bool { return p.Programme != nil && p.Body == body })
	if i < 0 {
		return nil
	}
	return b.packs[i]
}

// A packReader reads the file of one pack.
type packReader struct {
	reader
	book      *Book
	pack      *Pack
	body      *yamlfile.Node  // or nil where none is named
	own       *Programme      // as the pack states it
	programme *Programme      // how the body has its credentials maintained: own, or what ships
	seen      map[string]bool // keys that only a body of its own has
}

// readPack reads the file of a pack and checks that it fits the rules that ship and the
// packs already in the book. The error is a [*PackError].
func (b *Book) readPack(file PackFile) (*Pack, error) {
	p := &Pack{Name: strings.TrimSuffix(file.Name, packEnding), known: b.known}
	rd := packReader{reader: reader{owner: p.Name}, book: b, pack: p, own: &Programme{}, seen: map[string]bool{}}
	err := file.Err
	if err == nil {
		err = rd.read(file.Data)
	}
	if err != nil {
		return nil, &PackError{file.Name, err}
	}
	return p, nil
}

// read reads the whole file: the body first, since most keys depend on whether it
// ships, then the topics, which the editions name.
func (rd *packReader) read(data []byte) error {
	p, fees := rd.pack, &Fees{}
	own := rd.reader.programme(rd.own)
	fields := yamlfile.Fields{{"body?", rd.readBody}, {"topics?", listOf(&p.Topics, rd.readTopic)}}
	for _, f := range append(own, yamlfile.Fields{
		{"fees?", rd.fees(fees).Read},
		{"activities?", listOf(&p.activities, rd.activity)},
	}...) {
		key := strings.TrimSuffix(f.Key, "?")
		fields = append(fields, yamlfile.Fields{{key + "?", rd.ownBodyOnly(key, f.Into)}}...)
	}
	err := yamlfile.Read(data, append(fields, yamlfile.Fields{
		{"editions?", yamlfile.List(rd.readEdition)},
		{"corrections?", listOf(&p.Corrections, rd.readCorrection)},
	}...))
	if err != nil {
		return err
	}
	if rd.body != nil && rd.programme == rd.own {
		p.Programme = rd.programme
	}
	if rd.seen["fees"] {
		fees.Body, p.fees = p.Body, fees
	}
	return rd.check(own)
}

// check reports what is missing.
func (rd *packReader) check(own yamlfile.Fields) error {
	p := rd.pack
	switch {
	case rd.body == nil && p.Topics == nil && p.Corrections == nil:
		return &yamlfile.Error{Line: 1, Err: errors.New("it adds nothing: write a body with editions, corrections or topics")}
	case rd.body != nil && p.Editions == nil:
		return yamlfile.Errorf(rd.body, "body: needs editions, which say what its credentials require")
	case p.Programme == nil:
		return nil
	}
	if other := rd.book.packOf(p.Body); other != nil {
		return yamlfile.Errorf(rd.body, "body: %s is in %s already; a body is in one pack", p.Body, other.File())
	}
	for _, f := range own {
		if !strings.HasSuffix(f.Key, "?") && !rd.seen[f.Key] {
			return yamlfile.Errorf(rd.body, "%s is missing; a pack for a body of its own needs it (here: %s)", f.Key, p.Body)
		}
	}
	return nil
}

// mostLetters is how long the short name of a body may be, as in fl/CLT.
const mostLetters = 20

// readBody reads the short name of the body that grants the pack's credentials.
func (rd *packReader) readBody(n *yamlfile.Node) error {
	if err := yamlfile.Value(n, &rd.pack.Body); err != nil {
		return err
	}
	body := rd.pack.Body
	if !ledger.Topic(body).WellFormed() || strings.Contains(body, "-") || body[0] <= '9' || len(body) > mostLetters {
		return fmt.Errorf("%q is not the short name of a body, such as fl: lower-case letters and digits, at most %d", body, mostLetters)
	}
	rd.body, rd.own.Body, rd.programme = n, body, rd.own
	if shipped, err := rd.book.Programme(body); err == nil && rd.book.packOf(body) == nil {
		rd.programme = shipped
	}
	return nil
}

// ownBodyOnly returns a reader of a key that is refused unless the pack adds its body.
// The body may be one that ships, if its codes need it: a bare MLS stays ASCP's.
func (rd *packReader) ownBodyOnly(key string, into any) func(*yamlfile.Node) error {
	return func(n *yamlfile.Node) error {
		switch {
		case rd.body == nil:
			return errors.New("needs a body, and the pack names none under body")
		case rd.programme == rd.own:
		case !rd.programme.NeedsBody:
			return fmt.Errorf("cmp has this for the body %s already; a pack can add editions, or corrections", rd.pack.Body)
		default:
			rd.programme, rd.own.Replaces = rd.own, true
		}
		rd.seen[key] = true
		return yamlfile.Value(n, into)
	}
}

// readTopic reads a topic that the pack adds. Its requirements may name it from then on.
func (rd *packReader) readTopic(n *yamlfile.Node, t *PackTopic) error {
	err := yamlfile.Fields{
		{"topic", (*string)(&t.Topic)},
		{"aliases?", listOf(&t.Aliases, func(n *yamlfile.Node, alias *string) error { return yamlfile.Value(n, (*prose)(alias)) })},
	}.Read(n)
	if err != nil {
		return err
	}
	if t.Topic == ledger.Topic(ownArea) || t.Topic == ledger.Topic(Total) {
		return fmt.Errorf("topic: %s means something else in a pack", t.Topic)
	}
	if rd.known, err = rd.known.With(t.Topic, t.Aliases...); err != nil {
		return fmt.Errorf("topic: %w", err)
	}
	if rd.pack.known, err = rd.pack.known.With(t.Topic, t.Aliases...); err != nil {
		return fmt.Errorf("topics: %w, by another pack", err)
	}
	return nil
}

// readEdition reads one edition of some credentials.
func (rd *packReader) readEdition(n *yamlfile.Node) error {
	p := rd.pack
	if rd.body == nil {
		return errors.New("editions need a body, and the pack names none under body")
	}
	f, err := rd.readBodyEdition(n, rd.programme, p.Name, rd.fits)
	if err != nil {
		return err
	}
	f.pack = p
	p.Editions = append(p.Editions, f.editions...)
	p.families = append(p.families, f)
	return nil
}

// fits refuses an edition that exists already, and a code that differs from a known one
// only in case.
func (rd *packReader) fits(e *Edition) error {
	known := rd.pack.Editions
	for _, f := range rd.book.families {
		if rd.programme == rd.own || !strings.HasPrefix(f.name, rd.pack.Body+"-") {
			continue
		}
		editions, err := rd.book.editions(f, "")
		if err != nil {
			return err
		}
		known = slices.Concat(editions, known)
	}
	for _, x := range known {
		switch {
		case !strings.EqualFold(x.Name.Code, e.Name.Code):
		case x.Name != e.Name:
			return fmt.Errorf("is written %s elsewhere", x.Name.Code)
		case x.From != e.From:
		case x.Pack == "":
			return fmt.Errorf("%s comes with cmp; to change a figure, write it under corrections", x.ID)
		default:
			return fmt.Errorf("%s is in %s already", x.ID, x.Pack+packEnding)
		}
	}
	return nil
}

// readCorrection reads a correction, without looking for the figure that it corrects.
func (rd *packReader) readCorrection(n *yamlfile.Node, c *Correction) error {
	var credential string
	err := append(yamlfile.Fields{
		{"credential", &credential},
		{"from?", &c.From},
		{"requirement", (*string)(&c.Requirement)},
		{"points", &c.Points},
	}, rd.provenance(&c.Provenance)...).Read(n)
	body, code, ok := strings.Cut(credential, "/")
	if err == nil && !ok {
		return fmt.Errorf("credential: %q: write its body before it, as in ascp/SCYM", credential)
	}
	c.Credential, c.node = ledger.CredentialName{Body: body, Code: code}, n
	return err
}

// applyCorrections replaces the figures that a pack corrects.
func (b *Book) applyCorrections(p *Pack) error {
	for i := range p.Corrections {
		c := &p.Corrections[i]
		editions, err := b.Editions(c.Credential)
		if err != nil {
			return p.fault(c.node, "credential: %s: %w", c.Credential, err)
		}
		newest := editions[len(editions)-1]
		editions = slices.DeleteFunc(editions, func(e *Edition) bool { return e.Pack != "" })
		if len(editions) == 0 {
			return p.fault(c.node, "credential: %s is in %s; corrections are for rules that come with cmp, so change the figure there", c.Credential, newest.Pack+packEnding)
		}
		for _, e := range slices.Backward(editions) {
			if c.From != 0 && c.From != e.From {
				continue
			}
			figure, title := e.figure(c.Requirement)
			if figure == nil {
				continue
			}
			if figure.Pack != "" {
				return p.fault(c.node, "requirement: %s of %s is corrected in %s already", c.Requirement, e.ID, figure.Pack+packEnding)
			}
			c.Corrected = append(c.Corrected, Corrected{e, title, *figure})
			*figure = c.Figure
		}
		if c.Corrected == nil {
			from := cmp.Or(c.From, editions[0].From)
			return p.fault(c.node, "from and requirement: %s has no %s from %s", c.Credential, c.Requirement, from)
		}
	}
	return nil
}

// figure returns the figure of a requirement or of the total, for the caller to change,
// and its title. It is nil if the edition has no such requirement.
func (e *Edition) figure(name ledger.Requirement) (*Figure, string) {
	if name == Total {
		return &e.Total, "Total"
	}
	i := e.requirementIndex(name)
	if i < 0 {
		return nil, ""
	}
	return &e.Requirements[i].Figure, e.Requirements[i].Title
}
