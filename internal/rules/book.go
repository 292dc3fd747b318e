package rules

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/yamlfile"
)

//go:embed data
var builtin embed.FS // never changed

// A Book holds the rules of all bodies: those that ship, and those of packs. It reads
// a file of ours when something in it is first asked for, and all packs at once, since
// each may say something about any credential. It leaves out a pack that cannot be
// used; asking for a credential that such a pack names is a [*PackError]. Callers must
// not change what the book returns. One goroutine at a time may use it.
type Book struct {
	files     fs.FS
	dir       string
	packFiles func() ([]PackFile, error) // or nil

	opened     bool
	failed     error     // why the book cannot be used
	bodies     []string  // that ship
	families   []*family // with those of packs, newest first; those in a body's file once it is read
	programmes map[string]*Programme
	built      []builtBody // that need not be read from their files
	packs      []*Pack
	unusable   []unusable
	known      ledger.Vocabulary
}

// Builtin returns the rules that ship with the program.
func Builtin() *Book {
	b := newBook(builtin, "data")
	b.built = built
	return b
}

// A builtBody is what the files of a body say, as built.go has it: reading those of ascp
// takes 0.5 ms, of 4.4 for cmp status.
type builtBody struct {
	programme *Programme
	families  []*family
	fees      *Fees // or nil
}

// With returns a book of the same rules and those of packs. It calls packs when it
// first needs them.
func (b *Book) With(packs func() ([]PackFile, error)) *Book {
	with := newBook(b.files, b.dir)
	with.packFiles, with.built = packs, b.built
	return with
}

// newBook returns the rules in the files of the folder dir.
func newBook(files fs.FS, dir string) *Book {
	return &Book{files: files, dir: dir, programmes: make(map[string]*Programme)}
}

// open lists the families and reads the packs, once. Reading a pack uses the book
// itself, as far as it is filled by then.
func (b *Book) open() error {
	if b.opened {
		return b.failed
	}
	b.opened = true
	b.failed = b.listFamilies()
	if b.failed == nil && b.packFiles != nil {
		b.failed = b.joinPacks()
	}
	return b.failed
}

// listFamilies finds the families that ship, by the names of their files where they are not built.
func (b *Book) listFamilies() error {
	for _, of := range b.built {
		b.bodies = append(b.bodies, of.programme.Body)
		b.programmes[of.programme.Body] = of.programme
		b.families = append(b.families, of.families...)
	}
	if b.built != nil {
		b.sortFamilies()
		return nil
	}
	entries, err := fs.ReadDir(b.files, b.dir)
	for _, entry := range entries {
		name, rest, ok := strings.Cut(entry.Name(), "@")
		if !ok {
			if body := strings.TrimSuffix(name, ".yaml"); body != "units" && !strings.Contains(body, "-") {
				b.bodies = append(b.bodies, body)
			}
			continue
		}
		from, err := ledger.ParseDate(strings.TrimSuffix(rest, ".yaml"))
		if err != nil {
			return fmt.Errorf("%s: what follows the @ is %w", entry.Name(), err)
		}
		b.families = append(b.families, &family{name: name, from: from})
	}
	b.sortFamilies()
	return err
}

func (b *Book) sortFamilies() {
	slices.SortStableFunc(b.families, func(a, b *family) int { return cmp.Compare(b.from, a.from) })
}

// Edition returns the rules of the credential for a cycle with the given last
// day. It is an [UnknownCredentialError] when no rules know the credential,
// and another error when the day is before its first edition.
func (b *Book) Edition(name ledger.CredentialName, last ledger.Date) (*Edition, error) {
	all, err := b.newest(name, last)
	if err != nil {
		return nil, err
	}
	if e := all[len(all)-1]; e.From <= last {
		return e, nil
	}
	return nil, fmt.Errorf("no rules for a cycle that ends on %s; the first are for cycles that end on %s or later", last, all[len(all)-1].From)
}

// Editions returns every edition of the credential's rules, oldest first. It
// is an [UnknownCredentialError] when there is none.
func (b *Book) Editions(name ledger.CredentialName) ([]*Edition, error) {
	all, err := b.newest(name, 0)
	slices.Reverse(all)
	return all, err
}

// newest returns the editions of a credential, newest first, up to the one in force on
// the day until. It parses no older file, which would make cmp status slower.
func (b *Book) newest(name ledger.CredentialName, until ledger.Date) (all []*Edition, err error) {
	if err := cmp.Or(b.open(), b.faultOf(name)); err != nil {
		return nil, err
	}
	if _, err := b.Programme(name.Body); err != nil && !errors.Is(err, errNoBody) {
		return nil, err
	}
	for _, f := range b.families {
		if !strings.HasPrefix(f.name, name.Body+"-") {
			continue
		}
		editions, err := b.editions(f, name.Code)
		if err != nil {
			return nil, err
		}
		for _, e := range editions {
			if e.Name != name {
				continue
			}
			if all = append(all, e); e.From <= until {
				return all, nil
			}
		}
	}
	if all == nil {
		return nil, b.unknown(name.String())
	}
	return all, nil
}

var errNoBody = errors.New("not a body that the rules know, such as ascp")

// Programme returns the programme by which the body's credentials are maintained.
func (b *Book) Programme(body string) (*Programme, error) {
	if err := b.open(); err != nil {
		return nil, err
	}
	if p := b.programmes[body]; p != nil {
		return p, nil
	}
	p, file := new(Programme), body+".yaml"
	var families []*family
	fields := append(yamlfile.Fields{{"body", &p.Body}}, reader{}.programme(p)...)
	found, err := b.parseFile(file, append(fields, yamlfile.Fields{{"editions?", yamlfile.List(func(n *yamlfile.Node) error {
		f, err := reader{}.readBodyEdition(n, p, fmt.Sprint("licence-", len(families)+1), nil)
		families = append(families, f)
		return err
	})}}...))
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, errNoBody
	case p.Body != body:
		return nil, fmt.Errorf("%s: body: must be %s, as the file is named", file, body)
	}
	b.programmes[body] = p
	b.families = append(b.families, families...)
	b.sortFamilies()
	return p, nil
}

// Topics returns the topics that are known, with those of packs.
func (b *Book) Topics() (ledger.Vocabulary, error) {
	err := b.open()
	return b.known, err
}

// Packs returns the usable packs, in the order in which [Book.With] got them.
func (b *Book) Packs() ([]*Pack, error) {
	err := b.open()
	return b.packs, err
}

// editions returns the editions of a family. It skips a file in which the code does
// not occur: that finds an edition in a fifth of the time.
func (b *Book) editions(f *family, code string) ([]*Edition, error) {
	if f.editions != nil {
		return f.editions, nil
	}
	data, err := b.readFile(f.file())
	if err != nil || !bytes.Contains(data, []byte(code)) {
		return nil, err
	}
	parsed, err := parseEdition(f.file(), data)
	if err != nil {
		return nil, err
	}
	if parsed.name != f.name || parsed.from != f.from {
		return nil, fmt.Errorf("%s: family and from must be %s and %s, as the file is named", f.file(), f.name, f.from)
	}
	p, err := b.Programme(parsed.body)
	if err != nil {
		return nil, fmt.Errorf("%s: body: %w", f.file(), err)
	}
	parsed.join(p)
	*f = *parsed
	return f.editions, nil
}

// parseFile reads the fields of a file, and reports whether there is one.
func (b *Book) parseFile(file string, fields yamlfile.Fields) (found bool, err error) {
	data, err := b.readFile(file)
	if data == nil {
		return false, err
	}
	if err := yamlfile.Read(data, fields); err != nil {
		return true, fmt.Errorf("%s: %w", file, err)
	}
	return true, nil
}

// readFile returns the contents of a file, or nil when there is none.
func (b *Book) readFile(name string) ([]byte, error) {
	data, err := fs.ReadFile(b.files, b.dir+"/"+name)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		return nil, nil
	}
	return data, err
}
