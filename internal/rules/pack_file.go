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
	to    *Pack
	body  *yamlfile.Node  // or nil where none is named
	ships bool            // the body does, so that the pack has no programme
	given map[string]bool // keys that only a body of its own has
}

// readPack reads the file of a pack, alone but for the bodies that ship. The
// error is a [*PackError].
func (b *Book) readPack(file PackFile) (*Pack, error) {
	p := &Pack{Name: strings.TrimSuffix(file.Name, packEnding)}
	rd := packReader{reader: reader{pack: p.Name, example: isExample(file)}, to: p, given: map[string]bool{}}
	err := file.Err
	switch {
	case err != nil:
	case len(file.Data) > MaxPack:
		err = errors.New("larger than 1 MiB")
	default:
		err = rd.read(b, file.Data)
	}
	if err != nil {
		return nil, &PackError{file.Name, err}
	}
	return p, nil
}

// read reads the whole file. Its topics are read before the editions that name
// them, and the body before all that depends on whether it ships.
func (rd *packReader) read(b *Book, data []byte) error {
	p, programme := rd.to, &Programme{}
	fields := yamlfile.Fields{
		{"body?", func(n *yamlfile.Node) error { return rd.readBody(b, n) }},
		{"topics?", yamlfile.List(rd.readTopic)},
	}
	own := rd.programme(programme)
	for _, f := range own {
		key := strings.TrimSuffix(f.Key, "?")
		fields = append(fields, yamlfile.Fields{{key + "?", rd.own(key, f.Into)}}...)
	}
	p.fees = &Fees{}
	err := yamlfile.Read(data, append(fields, yamlfile.Fields{
		{"fees?", rd.own("fees", rd.fees(p.fees).Read)},
		{"activities?", rd.own("activities", rd.activities(&p.activities))},
		{"editions?", yamlfile.List(rd.readEdition)},
		{"corrections?", yamlfile.List(rd.readCorrection)},
	}...))
	if err != nil {
		return err
	}
	if !rd.given["fees"] {
		p.fees = nil
	}
	if rd.body != nil && !rd.ships {
		programme.Body, p.Programme = p.Body, programme
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
	for _, f := range own {
		if !strings.HasSuffix(f.Key, "?") && !rd.given[f.Key] {
			return yamlfile.Errorf(rd.body, "%s is missing, which %s needs since it does not ship with cmp", f.Key, p.Body)
		}
	}
	if p.fees != nil {
		p.fees.Body = p.Body
	}
	return nil
}

// mostLetters is how long the short name of a body may be: it stands in front
// of every code.
const mostLetters = 20

// readBody reads who grants the credentials of the editions.
func (rd *packReader) readBody(b *Book, n *yamlfile.Node) error {
	if err := yamlfile.Value(n, &rd.to.Body); err != nil {
		return err
	}
	p, body := rd.to, rd.to.Body
	if !isName(body) || strings.Contains(body, "-") || body[0] <= '9' || len(body) > mostLetters {
		return fmt.Errorf("%q is not the short name of a body, such as fl: lower-case letters and digits, at most %d", body, mostLetters)
	}
	files, err := b.editionFiles()
	rd.body, p.bodyNode = n, n
	rd.ships = slices.ContainsFunc(files, func(f editionFile) bool { return f.pack == nil && strings.HasPrefix(f.family, body+"-") })
	return err
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
func (rd *packReader) readTopic(n *yamlfile.Node) error {
	var t PackTopic
	err := yamlfile.Fields{
		{"topic", (*string)(&t.Topic)},
		{"aliases?", yamlfile.List(func(n *yamlfile.Node) error {
			t.Aliases = append(t.Aliases, "")
			return yamlfile.Value(n, (*prose)(&t.Aliases[len(t.Aliases)-1]))
		})},
	}.Read(n)
	if err != nil {
		return err
	}
	if t.Topic == ledger.Topic(ownArea) || t.Topic == ledger.Topic(Total) {
		return fmt.Errorf("topic: %s means something else in a pack", t.Topic)
	}
	known, err := rd.known.With(t.Topic, t.Aliases...)
	if err != nil {
		return fmt.Errorf("topic: %w", err)
	}
	rd.known = known
	rd.to.Topics = append(rd.to.Topics, t)
	rd.to.topicNodes = append(rd.to.topicNodes, n)
	return nil
}

// readEdition reads what some credentials require from one day on.
func (rd *packReader) readEdition(n *yamlfile.Node) error {
	p := rd.to
	if rd.body == nil {
		return errors.New("editions are those of a body, and none is named under body")
	}
	f := familyFile{reader: rd.reader}
	f.body, f.name = p.Body, p.Body+"-"+p.Name
	if err := f.fields().Read(n); err != nil {
		return err
	}
	if err := f.build(); err != nil {
		return err
	}
	for i, e := range f.editions {
		node := f.credentials[i].node
		for _, earlier := range p.Editions {
			switch {
			case earlier.ID == e.ID:
				return yamlfile.Errorf(node, "%s: has an edition from %s already", e.Name.Code, e.From)
			case earlier.Name != e.Name && strings.EqualFold(earlier.Name.Code, e.Name.Code):
				return yamlfile.Errorf(node, "%s: is written %s before", e.Name.Code, earlier.Name.Code)
			}
		}
		p.nodes = append(p.nodes, node)
	}
	p.Editions = append(p.Editions, f.editions...)
	p.families = append(p.families, &f.family)
	return nil
}

// readCorrection reads another figure for one that ships.
func (rd *packReader) readCorrection(n *yamlfile.Node) error {
	var c Correction
	var credential string
	err := append(yamlfile.Fields{
		{"credential", &credential},
		{"from?", &c.From},
		{"requirement", (*string)(&c.Requirement)},
		{"points", &c.Points},
	}, rd.provenance(&c.Provenance)...).Read(n)
	if err != nil {
		return err
	}
	body, code, ok := strings.Cut(credential, "/")
	if !ok {
		return fmt.Errorf("credential: %q is not written with its body, such as ascp/SCYM", credential)
	}
	c.Credential, c.node = ledger.CredentialName{Body: body, Code: code}, n
	rd.to.Corrections = append(rd.to.Corrections, c)
	return nil
}
