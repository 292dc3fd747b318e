package rules

import (
	"bytes"
	"embed"
	"slices"

	"cmpledger/internal/ledger"
	"cmpledger/internal/yamlfile"
)

// MaxPack is how many bytes the file of a pack may have.
const MaxPack = 1 << 20

// A PackFile is the file of a pack, as whoever opened it hands it over.
type PackFile struct {
	Name string // without a folder: "florida.yaml"
	Data []byte
	Err  error // why it could not be read, or nil; then a book cannot use it
}

// A Pack is what one file of the holder's own adds to the rules that ship: a
// body with its credentials, editions of credentials of a body that ships, or
// corrected figures of these.
type Pack struct {
	Name string // of its file, without the ending: "florida"
	Body string // that its editions are of, or ""
	// Programme is that of a body of its own, or nil.
	Programme   *Programme
	Editions    []*Edition // in the order of the file
	Topics      []PackTopic
	Corrections []Correction

	families   []*family
	known      ledger.Vocabulary // its topics with those of the packs before it
	fees       *Fees
	activities []ActivityRule
}

// A PackTopic is a topic that a pack adds, and the names that people use for
// it.
type PackTopic struct {
	Topic   ledger.Topic `json:"topic"`
	Aliases []string     `json:"aliases" doc:"Other texts that are understood as it."`
}

// A Correction puts a figure in the place of one that ships.
type Correction struct {
	Credential  ledger.CredentialName
	From        ledger.Date // of the edition, or none for every one that has the figure
	Requirement ledger.Requirement
	Figure
	// Corrected are the figures that it took the place of, the newest
	// edition's first.
	Corrected []Corrected

	node *yamlfile.Node // for errors
}

// Corrected is a figure that a correction took the place of.
type Corrected struct {
	Edition *Edition // as it is with the correction
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

//go:embed examples
var examples embed.FS // never changed

// Examples returns the packs that ship with the program without being active,
// by the names of their files.
func Examples() []PackFile {
	entries, err := examples.ReadDir("examples")
	if err != nil {
		return nil // the folder is part of the program
	}
	files := make([]PackFile, 0, len(entries))
	for _, e := range entries {
		data, err := examples.ReadFile("examples/" + e.Name())
		if err == nil {
			files = append(files, PackFile{Name: e.Name(), Data: data})
		}
	}
	return files
}

// isExample reports whether a pack is one of the examples, byte for byte.
func isExample(file PackFile) bool {
	data, err := examples.ReadFile("examples/" + file.Name)
	return err == nil && bytes.Equal(data, file.Data)
}

// File returns the name of the pack's file.
func (p *Pack) File() string { return p.Name + packEnding }

const packEnding = ".yaml"

// fault is what is wrong with the pack at a node.
func (p *Pack) fault(n *yamlfile.Node, format string, args ...any) error {
	return &PackError{p.File(), yamlfile.Errorf(n, format, args...)}
}

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
