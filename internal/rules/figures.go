package rules

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"cmpledger/internal/ledger"
	"cmpledger/internal/yamlfile"
)

// prose is a text for people, on one line whatever the lines of the file are.
type prose string

// UnmarshalText refuses characters that no screen shows: packs are passed on,
// and a terminal may act on what they hold.
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

// A suffix is what a maintained credential adds to its designation.
type suffix string

// UnmarshalText refuses what cannot stand behind a code.
func (s *suffix) UnmarshalText(text []byte) error {
	const most = 8
	if len(text) > most || !isName(strings.ToLower(string(text))) || bytes.ContainsRune(text, '-') {
		return fmt.Errorf("%q is not a suffix such as CM: letters and digits, at most %d", text, most)
	}
	*s = suffix(text)
	return nil
}

// A reader reads rule files, those that ship and packs alike. The zero reader
// reads those that ship.
type reader struct {
	owner   string            // whose figures they are, or ""
	example bool              // it is one that ships, as it ships
	known   ledger.Vocabulary // the topics that may be named
}

// provenance returns the keys that every figure has, and says whose it is.
func (rd reader) provenance(p *Provenance) yamlfile.Fields {
	p.Pack, p.Example = rd.owner, rd.example
	return yamlfile.Fields{{"confidence", &p.Confidence}, {"source", (*prose)(&p.Source)}}
}

// each returns a reader of a list, each item of which read fills in.
func each[T any](all *[]T, read func(*yamlfile.Node, *T) error) func(*yamlfile.Node) error {
	return yamlfile.List(func(n *yamlfile.Node) error {
		var item T
		err := read(n, &item)
		*all = append(*all, item)
		return err
	})
}

// some returns a reader of a list that must not be empty.
func some[T any](all *[]T, list func(*yamlfile.Node) error, none string) func(*yamlfile.Node) error {
	return func(n *yamlfile.Node) error {
		err := list(n)
		if err == nil && len(*all) == 0 {
			return errors.New(none)
		}
		return err
	}
}

// topics returns a reader of a list of topics.
func (rd reader) topics(all *[]ledger.Topic) func(*yamlfile.Node) error {
	list := each(all, func(n *yamlfile.Node, t *ledger.Topic) error {
		var name string
		err := yamlfile.Value(n, &name)
		if err != nil {
			return err
		}
		if *t, err = rd.known.Parse(name); err != nil {
			return fmt.Errorf("%q: %w", name, err)
		}
		if slices.Contains(*all, *t) {
			return fmt.Errorf("%q: %s stands twice", name, *t)
		}
		return nil
	})
	return some(all, list, "names no topic; leave it out, or name one")
}

func (rd reader) span(s **Span) func(*yamlfile.Node) error {
	return func(n *yamlfile.Node) error {
		*s = new(Span)
		return rd.length(n, *s)
	}
}

// mostMonths is the longest span: longer than any career, and short enough
// for the calendar.
const mostMonths = 1200

func (rd reader) length(n *yamlfile.Node, s *Span) error {
	err := append(yamlfile.Fields{{"months", &s.Months}}, rd.provenance(&s.Provenance)...).Read(n)
	switch {
	case errors.Is(err, yamlfile.ErrTooLarge), err == nil && s.Months > mostMonths:
		return fmt.Errorf("months must be at most %d", mostMonths)
	case err == nil && s.Months == 0:
		return errors.New("months must be more than 0")
	}
	return err
}

func (rd reader) note(n *yamlfile.Node, note *Note) error {
	return append(yamlfile.Fields{{"text", (*prose)(&note.Text)}}, rd.provenance(&note.Provenance)...).Read(n)
}
