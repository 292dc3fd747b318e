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
	"sync"

	"cmpledger/internal/ledger"
)

//go:embed data
var builtin embed.FS // never changed

// A Book holds the rules of all bodies: those that ship, and those of packs.
// It reads a file when it is first asked for something in it; the packs all at
// once, since each may say something about any credential. A pack that cannot
// be used fails whatever is asked, with a [*PackError]. What the book returns
// is shared and must not be changed. It may be used by several goroutines.
type Book struct {
	files     fs.FS
	dir       string
	packFiles func() ([]PackFile, error) // or nil

	mu         sync.Mutex
	joined     bool          // the packs were read
	failed     error         // why they cannot be used
	listed     []editionFile // newest first, once it is not nil
	families   map[string]*family
	programmes map[string]*Programme
	packs      []*Pack
	known      ledger.Vocabulary
}

// An editionFile is the file of one edition of a family, by its name:
// FAMILY@FROM.yaml; or an edition in a pack, which is read already.
type editionFile struct {
	name   string
	family string
	from   ledger.Date
	pack   *Pack // or nil
}

// Builtin returns the rules that ship with the program. It reads none yet.
func Builtin() *Book { return newBook(builtin, "data") }

// With returns a book of the same rules and those of packs, which it asks for
// when it first needs them.
func (b *Book) With(packs func() ([]PackFile, error)) *Book {
	with := newBook(b.files, b.dir)
	with.packFiles = packs
	return with
}

// newBook returns the rules in the files of the folder dir.
func newBook(files fs.FS, dir string) *Book {
	return &Book{
		files:      files,
		dir:        dir,
		families:   make(map[string]*family),
		programmes: make(map[string]*Programme),
	}
}

// Edition returns the rules of the credential for a cycle with the given last
// day. It is an [UnknownCredentialError] when no rules know the credential,
// and another error when the day is before its first edition.
func (b *Book) Edition(name ledger.CredentialName, last ledger.Date) (*Edition, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.joinPacks(); err != nil {
		return nil, err
	}
	files, err := b.editionFiles()
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		if file.from > last {
			continue
		}
		if e, err := b.edition(file, name); e != nil || err != nil {
			return e, err
		}
	}
	editions, err := b.editions(name)
	if err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("no rules for a cycle that ends on %s; the first are for cycles that end on %s or later",
		last, editions[0].From)
}

// Editions returns every edition of the credential's rules, oldest first. It
// is an [UnknownCredentialError] when there is none.
func (b *Book) Editions(name ledger.CredentialName) ([]*Edition, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.joinPacks(); err != nil {
		return nil, err
	}
	return b.editions(name)
}

func (b *Book) editions(name ledger.CredentialName) ([]*Edition, error) {
	files, err := b.editionFiles()
	if err != nil {
		return nil, err
	}
	var all []*Edition
	for _, file := range slices.Backward(files) {
		e, err := b.edition(file, name)
		if err != nil {
			return nil, err
		}
		if e != nil {
			all = append(all, e)
		}
	}
	if all == nil {
		return nil, b.unknown(name.String())
	}
	return all, nil
}

// Programme returns how the body has its credentials maintained.
func (b *Book) Programme(body string) (*Programme, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.joinPacks(); err != nil {
		return nil, err
	}
	return b.programme(body)
}

// Topics returns the topics that are known: those that ship and those of packs.
func (b *Book) Topics() (ledger.Vocabulary, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	err := b.joinPacks()
	return b.known, err
}

// Packs returns the packs, in the order in which they were handed over.
func (b *Book) Packs() ([]*Pack, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	err := b.joinPacks()
	return b.packs, err
}

func (b *Book) programme(body string) (*Programme, error) {
	if p := b.programmes[body]; p != nil {
		return p, nil
	}
	file := body + ".yaml"
	data, err := b.read(file)
	if err != nil {
		return nil, err
	}
	if data == nil {
		return nil, errors.New("not a body that the rules know, such as ascp")
	}
	p, err := parseProgramme(file, data)
	if err != nil {
		return nil, err
	}
	if p.Body != body {
		return nil, fmt.Errorf("%s: body: must be %s, as the file is named", file, body)
	}
	b.programmes[body] = p
	return p, nil
}

// editionFiles returns the files of all editions, newest first.
func (b *Book) editionFiles() ([]editionFile, error) {
	if b.listed != nil {
		return b.listed, nil
	}
	entries, err := fs.ReadDir(b.files, b.dir)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		family, rest, ok := strings.Cut(entry.Name(), "@")
		if !ok {
			continue
		}
		from, err := ledger.ParseDate(strings.TrimSuffix(rest, ".yaml"))
		if err != nil {
			return nil, fmt.Errorf("%s: what follows the @ is %w", entry.Name(), err)
		}
		b.listed = append(b.listed, editionFile{name: entry.Name(), family: family, from: from})
	}
	sortNewest(b.listed)
	return b.listed, nil
}

func sortNewest(files []editionFile) {
	slices.SortStableFunc(files, func(a, b editionFile) int { return cmp.Compare(b.from, a.from) })
}

// edition returns the edition in file of the credential, or nil when the file
// does not hold it. It parses no file that cannot.
func (b *Book) edition(file editionFile, name ledger.CredentialName) (*Edition, error) {
	if !strings.HasPrefix(file.family, name.Body+"-") {
		return nil, nil
	}
	if b.families[file.name] == nil {
		data, err := b.read(file.name)
		if err != nil || !hasWord(data, name.Code) {
			return nil, err
		}
	}
	f, err := b.family(file)
	if err != nil {
		return nil, err
	}
	return f.edition(name), nil
}

// family reads a file, unless it was read before.
func (b *Book) family(file editionFile) (*family, error) {
	if f := b.families[file.name]; f != nil {
		return f, nil
	}
	data, err := b.read(file.name)
	if err != nil {
		return nil, err
	}
	f, err := parseEdition(file.name, data)
	if err != nil {
		return nil, err
	}
	if f.name != file.family || f.from != file.from {
		return nil, fmt.Errorf("%s: family and from must be %s and %s, as the file is named", file.name, file.family, file.from)
	}
	p, err := b.programme(f.body)
	if err != nil {
		return nil, fmt.Errorf("%s: body: %w", file.name, err)
	}
	f.open(b.known)
	for _, e := range f.editions {
		e.Programme = p
	}
	b.families[file.name] = f
	return f, nil
}

// read returns the contents of a file, or nil when there is none.
func (b *Book) read(name string) ([]byte, error) {
	data, err := fs.ReadFile(b.files, b.dir+"/"+name)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		return nil, nil
	}
	return data, err
}

// hasWord reports whether word stands in text, not as part of a longer word.
func hasWord(text []byte, word string) bool {
	for word != "" {
		i := bytes.Index(text, []byte(word))
		if i < 0 {
			return false
		}
		end := i + len(word)
		if (i == 0 || !isWordByte(text[i-1])) && (end == len(text) || !isWordByte(text[end])) {
			return true
		}
		text = text[i+1:]
	}
	return false
}

func isWordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
