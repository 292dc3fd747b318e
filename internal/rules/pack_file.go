package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/yamlfile"
)

// A packReader reads the file of one pack.
type packReader struct {
	reader
	book  *Book
	to    *Pack
	body  *yamlfile.Node  // or nil where none is named
	of    *Programme      // how the body has its credentials maintained
	ships bool            // the body does, so that the pack has no programme
	given map[string]bool // keys that only a body of its own has
}

// readPack reads the file of a pack, which may rest on what ships and has to
// fit the packs that the book has. The error is a [*PackError].
func (b *Book) readPack(file PackFile) (*Pack, error) {
	p := &Pack{Name: strings.TrimSuffix(file.Name, packEnding), known: b.known}
	rd := packReader{reader: reader{owner: p.Name, example: isExample(file)}, book: b, to: p, of: &Programme{}, given: map[string]bool{}}
	err := file.Err
	switch {
	case err != nil:
	case len(file.Data) > MaxPack:
		err = errors.New("larger than 1 MiB")
	default:
		err = rd.read(file.Data)
	}
	if err != nil {
		return nil, &PackError{file.Name, err}
	}
	return p, nil
}

// read reads the whole file. Its topics are read before the editions that name
// them, and the body before all that depends on whether it ships.
func (rd *packReader) read(data []byte) error {
	p, fees := rd.to, &Fees{}
	own := rd.reader.programme(rd.of)
	fields := yamlfile.Fields{{"body?", rd.readBody}, {"topics?", each(&p.Topics, rd.readTopic)}}
	for _, f := range append(own, yamlfile.Fields{
		{"fees?", rd.fees(fees).Read},
		{"activities?", each(&p.activities, rd.activity)},
	}...) {
		key := strings.TrimSuffix(f.Key, "?")
		fields = append(fields, yamlfile.Fields{{key + "?", rd.own(key, f.Into)}}...)
	}
	err := yamlfile.Read(data, append(fields, yamlfile.Fields{
		{"editions?", yamlfile.List(rd.readEdition)},
		{"corrections?", each(&p.Corrections, rd.readCorrection)},
	}...))
	if err != nil {
		return err
	}
	if rd.body != nil && !rd.ships {
		p.Programme = rd.of
	}
	if rd.given["fees"] {
		fees.Body, p.fees = p.Body, fees
	}
	return rd.check(own)
}

// check reports what is missing.
func (rd *packReader) check(own yamlfile.Fields) error {
	p := rd.to
	switch {
	case rd.body == nil && p.Topics == nil && p.Corrections == nil:
		return &yamlfile.Error{Line: 1, Err: errors.New("it adds nothing: a body with editions, corrections or topics are expected")}
	case rd.body != nil && p.Editions == nil:
		return yamlfile.Errorf(rd.body, "body: needs editions, which say what its credentials require")
	case p.Programme == nil:
		return nil
	}
	if other := rd.book.packOf(p.Body); other != nil {
		return yamlfile.Errorf(rd.body, "body: %s is in %s already; a body is in one pack", p.Body, other.File())
	}
	for _, f := range own {
		if !strings.HasSuffix(f.Key, "?") && !rd.given[f.Key] {
			return yamlfile.Errorf(rd.body, "%s is missing, which %s needs since it does not ship with cmp", f.Key, p.Body)
		}
	}
	return nil
}

// mostLetters is how long the short name of a body may be: it stands in front
// of every code.
const mostLetters = 20

// readBody reads who grants the credentials of the editions.
func (rd *packReader) readBody(n *yamlfile.Node) error {
	if err := yamlfile.Value(n, &rd.to.Body); err != nil {
		return err
	}
	body := rd.to.Body
	if !isName(body) || strings.Contains(body, "-") || body[0] <= '9' || len(body) > mostLetters {
		return fmt.Errorf("%q is not the short name of a body, such as fl: lower-case letters and digits, at most %d", body, mostLetters)
	}
	rd.body, rd.of.Body = n, body
	if shipped, err := rd.book.Programme(body); err == nil && rd.book.packOf(body) == nil {
		rd.of, rd.ships = shipped, true
	}
	return nil
}

// own returns a reader of what only a body of the pack's own has.
func (rd *packReader) own(key string, into any) func(*yamlfile.Node) error {
	return func(n *yamlfile.Node) error {
		switch {
		case rd.body == nil:
			return errors.New("is that of a body, and none is named under body")
		case rd.ships:
			return fmt.Errorf("the body %s ships with cmp and has its own; a pack adds editions to it, or corrections", rd.to.Body)
		}
		rd.given[key] = true
		return yamlfile.Value(n, into)
	}
}

// readTopic reads a topic of the pack's own, which its requirements may name
// from here on.
func (rd *packReader) readTopic(n *yamlfile.Node, t *PackTopic) error {
	err := yamlfile.Fields{
		{"topic", (*string)(&t.Topic)},
		{"aliases?", each(&t.Aliases, func(n *yamlfile.Node, alias *string) error { return yamlfile.Value(n, (*prose)(alias)) })},
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
	if rd.to.known, err = rd.to.known.With(t.Topic, t.Aliases...); err != nil {
		return fmt.Errorf("topics: %w, by another pack", err)
	}
	return nil
}

// readEdition reads what some credentials require from one day on.
func (rd *packReader) readEdition(n *yamlfile.Node) error {
	p := rd.to
	if rd.body == nil {
		return errors.New("editions are those of a body, and none is named under body")
	}
	f := familyFile{reader: rd.reader, fits: rd.fits}
	f.body, f.name, f.pack = p.Body, p.Body+"-"+p.Name, p
	if err := f.fields().Read(n); err != nil {
		return err
	}
	for _, e := range f.editions {
		e.Programme = rd.of
	}
	p.Editions = append(p.Editions, f.editions...)
	p.families = append(p.families, &f.family)
	return nil
}

// fits refuses an edition that is there already, and a code that differs from a
// known one in case alone.
func (rd *packReader) fits(e *Edition) error {
	known := rd.to.Editions
	for _, f := range rd.book.families {
		if !rd.ships || !strings.HasPrefix(f.name, rd.to.Body+"-") {
			continue
		}
		editions, err := rd.book.editions(f)
		if err != nil {
			return err
		}
		known = slices.Concat(editions, known)
	}
	for _, x := range known {
		switch {
		case !strings.EqualFold(x.Name.Code, e.Name.Code):
		case x.Name != e.Name:
			return fmt.Errorf("is written %s before", x.Name.Code)
		case x.From != e.From:
		case x.Pack == "":
			return fmt.Errorf("%s ships with cmp; a figure of it is corrected under corrections", x.ID)
		case x.Pack != e.Pack:
			return fmt.Errorf("%s is in %s already", x.ID, x.Pack+packEnding)
		default:
			return fmt.Errorf("has an edition from %s already", x.From)
		}
	}
	return nil
}

// readCorrection reads another figure for one that ships.
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
		return fmt.Errorf("credential: %q is not written with its body, such as ascp/SCYM", credential)
	}
	c.Credential, c.node = ledger.CredentialName{Body: body, Code: code}, n
	return err
}
