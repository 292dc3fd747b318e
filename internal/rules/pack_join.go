package rules

import "slices"

// join adds the packs to the rules that ship. The error is a [*PackError].
func (b *Book) join() error {
	files, err := b.packFiles()
	if err != nil {
		return err
	}
	for _, file := range files {
		p, err := b.readPack(file)
		if err != nil {
			return err
		}
		b.add(p)
	}
	for _, p := range b.packs {
		if err := b.correct(p); err != nil {
			return err
		}
	}
	for _, p := range b.packs {
		if err := p.checkCorrected(); err != nil {
			return err
		}
	}
	for _, f := range b.families {
		f.open(b.known) // also to the topics of packs behind its own
	}
	return nil
}

// add makes what a pack says part of the book.
func (b *Book) add(p *Pack) {
	b.packs = append(b.packs, p)
	b.known = p.known
	if p.Programme != nil {
		b.programmes[p.Body] = p.Programme
	}
	b.families = append(b.families, p.families...)
	b.sort()
}

// packOf returns the pack that a body is from, or nil where it ships.
func (b *Book) packOf(body string) *Pack {
	i := slices.IndexFunc(b.packs, func(p *Pack) bool { return p.Programme != nil && p.Body == body })
	if i < 0 {
		return nil
	}
	return b.packs[i]
}
