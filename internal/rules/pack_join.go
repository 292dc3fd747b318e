package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// joinPacks reads the packs, unless they were read before.
func (b *Book) joinPacks() error {
	if b.joined || b.packFiles == nil {
		return b.failed
	}
	b.joined = true
	files, err := b.packFiles()
	if err == nil && len(files) > 0 {
		err = b.join(files)
	}
	b.failed = err
	return err
}

// packOf returns the pack that a body is from, or nil where it ships.
func (b *Book) packOf(body string) (*Pack, error) {
	if err := b.joinPacks(); err != nil {
		return nil, err
	}
	for _, p := range b.packs {
		if p.Programme != nil && p.Body == body {
			return p, nil
		}
	}
	return nil, nil
}

// join adds the packs to the rules that ship. The error is a [*PackError].
func (b *Book) join(files []PackFile) error {
	for _, file := range files {
		p, err := b.readPack(file)
		if err != nil {
			return err
		}
		b.packs = append(b.packs, p)
		if err := b.learn(p); err != nil {
			return err
		}
	}
	for _, p := range b.packs {
		if err := b.correct(p); err != nil {
			return err
		}
	}
	for _, p := range b.packs {
		if err := b.checkCorrected(p); err != nil {
			return err
		}
	}
	for _, p := range b.packs {
		if err := b.checkEditions(p); err != nil {
			return err
		}
	}
	return b.include()
}

// learn adds the pack's topics to those that are known. Packs may have a topic
// in common, but no word may mean two.
func (b *Book) learn(p *Pack) error {
	for i, t := range p.Topics {
		known, err := b.known.With(t.Topic, t.Aliases...)
		if err != nil {
			return p.fault(p.topicNodes[i], "topics: %w, by another pack", err)
		}
		b.known = known
	}
	return nil
}

// checkEditions refuses a body that two packs have, and an edition that is
// there already.
func (b *Book) checkEditions(p *Pack) error {
	if p.Programme != nil {
		for _, other := range b.packs {
			if other == p {
				break
			}
			if other.Programme != nil && other.Body == p.Body {
				return p.fault(p.bodyNode, "body: %s is in %s already; a body is in one pack", p.Body, other.File())
			}
		}
		return nil
	}
	for i, e := range p.Editions {
		if err := b.checkEdition(p, i, e); err != nil {
			return err
		}
	}
	return nil
}

// checkEdition refuses an edition, of a body that ships, that is there
// already, and a code that differs from a known one in case alone.
func (b *Book) checkEdition(p *Pack, i int, e *Edition) error {
	editions, err := b.editions(e.Name)
	if unknown := (*UnknownCredentialError)(nil); err != nil && !errors.As(err, &unknown) {
		return err
	}
	if slices.ContainsFunc(editions, func(x *Edition) bool { return x.From == e.From }) {
		return p.fault(p.nodes[i], "%s: %s ships with cmp; a figure of it is corrected under corrections", e.Name.Code, e.ID)
	}
	known, err := b.credentials()
	if err != nil {
		return err
	}
	for _, l := range known {
		if l.Name.Body == e.Name.Body && l.Name.Code != e.Name.Code && strings.EqualFold(l.Name.Code, e.Name.Code) {
			return p.fault(p.nodes[i], "%s: is written %s", e.Name.Code, l.Name.Code)
		}
	}
	for _, other := range b.packs {
		if other == p {
			break
		}
		if slices.ContainsFunc(other.Editions, func(x *Edition) bool { return x.ID == e.ID }) {
			return p.fault(p.nodes[i], "%s: %s is in %s already", e.Name.Code, e.ID, other.File())
		}
	}
	return nil
}

// include makes the editions of the packs ones of the book.
func (b *Book) include() error {
	files, err := b.editionFiles()
	if err != nil {
		return err
	}
	for _, p := range b.packs {
		if p.Body == "" {
			continue // it has no editions
		}
		if p.Programme != nil {
			b.programmes[p.Body] = p.Programme
		}
		programme, err := b.programme(p.Body)
		if err != nil {
			return err
		}
		for i, f := range p.families {
			f.open(b.known)
			for _, e := range f.editions {
				e.Programme = programme
			}
			file := editionFile{name: fmt.Sprintf("%s %d", p.File(), i), family: f.name, from: f.from, pack: p}
			b.families[file.name] = f
			files = append(files, file)
		}
	}
	sortNewest(files)
	b.listed = files
	return nil
}
