package rules

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"cmpledger/internal/ledger"
)

// An UnknownCredentialError reports a credential that no rules know.
type UnknownCredentialError struct {
	Text    string     // the name that was asked for
	Nearest string     // a known name like it, or ""
	Like    []*Edition // what [Book.Find] finds by the text
}

// Error says what is wrong, and leaves Text to the caller.
func (e *UnknownCredentialError) Error() string {
	if e.Nearest != "" {
		return "not a credential that cmp knows; did you mean " + e.Nearest + "?"
	}
	return "not a credential that cmp knows"
}

// Credentials returns the newest edition of every credential, by body and code: first
// ASCP, which most ledgers are kept for, last the bodies that do not ship. It leaves out
// credentials that the newest file of their family no longer names.
func (b *Book) Credentials() ([]*Edition, error) {
	if err := b.open(); err != nil {
		return nil, err
	}
	for _, body := range b.bodies {
		if _, err := b.Programme(body); err != nil {
			return nil, err
		}
	}
	var all []*Edition
	read := map[string]bool{}                  // families that ship
	listed := map[ledger.CredentialName]bool{} // a pack may have several editions, also of what ships
	for _, f := range b.families {
		if f.pack == nil && read[f.name] {
			continue // its newest file names all of its credentials
		}
		read[f.name] = read[f.name] || f.pack == nil
		editions, err := b.editions(f, "")
		if err != nil {
			return nil, err
		}
		for _, e := range editions {
			if !listed[e.Name] {
				listed[e.Name] = true
				all = append(all, e)
			}
		}
	}
	slices.SortStableFunc(all, func(x, y *Edition) int {
		return cmp.Or(cmp.Compare(b.rank(x.Name.Body), b.rank(y.Name.Body)), cmp.Compare(x.Name.Body, y.Name.Body),
			cmp.Compare(strings.ToLower(x.Name.Code), strings.ToLower(y.Name.Code)))
	})
	return all, nil
}

// rank returns where the credentials of a body are listed.
func (b *Book) rank(body string) int {
	switch {
	case body == "ascp":
		return 0
	case b.packOf(body) == nil:
		return 1
	}
	return 2
}

// Find returns the newest edition of each credential that all words of a text are about:
// words of its names, as for [Edition.Named], and of the topics that it requires of its own,
// such as histology. If there is none, beginnings of such words will do. A text without words
// finds nothing.
func (b *Book) Find(text string) ([]*Edition, error) {
	all, err := b.Credentials()
	if err != nil {
		return nil, err
	}
	given := wordsOf(text)
	if len(given) == 0 {
		return nil, nil
	}
	for _, fits := range []func(word, given string) bool{func(word, given string) bool { return word == given }, strings.HasPrefix} {
		var found []*Edition
		for _, e := range all {
			if allFit(given, append(e.nameWords(), e.topicWords()...), fits) {
				found = append(found, e)
			}
		}
		if found != nil {
			return found, nil
		}
	}
	return nil, nil
}

// Named reports whether all words of a text, and it has some, are whole words of the
// credential's code, of its name, or of its body's short name and name.
func (e *Edition) Named(text string) bool {
	given := wordsOf(text)
	return len(given) > 0 && allFit(given, e.nameWords(), func(word, given string) bool { return word == given })
}

func (e *Edition) nameWords() []string {
	return wordsOf(strings.Join([]string{e.Name.Code, e.Name.Body, e.Title, e.Programme.Name}, " "))
}

// topicWords returns the words of the topics that are required, but for those of everybody.
func (e *Edition) topicWords() (all []string) {
	for _, r := range e.Requirements {
		if r.Name != ledger.Requirement(ledger.Safety) && r.Name != ledger.Requirement(ledger.Ethics) {
			for _, t := range r.Topics {
				all = append(all, wordsOf(string(t))...)
			}
		}
	}
	return all
}

// allFit reports whether each given word fits one of the words.
func allFit(given, words []string, fits func(word, given string) bool) bool {
	return !slices.ContainsFunc(given, func(given string) bool {
		return !slices.ContainsFunc(words, func(word string) bool { return fits(word, given) })
	})
}

// Place returns the name of the body up to a comma: "Florida".
func (p *Programme) Place() string {
	place, _, _ := strings.Cut(p.Name, ",")
	return place
}

// wordsOf returns the words of a text in lower case.
func wordsOf(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// Resolve returns every credential that text names, in the order of [Book.Credentials].
// If there is none it is an [UnknownCredentialError].
func (b *Book) Resolve(text string) ([]ledger.CredentialName, error) {
	all, err := b.Credentials()
	if err != nil {
		return nil, err
	}
	var names []ledger.CredentialName
	for _, e := range all {
		bare := strings.EqualFold(strings.TrimSpace(text), e.Name.Code)
		if e.Name.Matches(text) && !(bare && e.NeedsBody) {
			names = append(names, e.Name)
		}
	}
	if names == nil {
		return nil, b.unknown(text)
	}
	return names, nil
}

// ShortName returns what [Book.Resolve] knows a credential by: its code, with its body
// where another credential has that code or it needs its body.
func (b *Book) ShortName(name ledger.CredentialName) string {
	if names, err := b.Resolve(name.Code); err == nil && len(names) == 1 && names[0] == name {
		return name.Code
	}
	return name.String()
}

// unknown returns the error for a credential that no rules know.
func (b *Book) unknown(text string) error {
	like, err := b.Find(text)
	if err != nil {
		return err
	}
	all, _ := b.Credentials() // which Find has read
	var candidates []string
	for _, e := range all {
		full := []string{e.Name.String(), e.Name.Designation()}
		switch {
		case !e.NeedsBody:
			candidates = append(append(candidates, e.Name.Code), full...)
		case slices.Contains(wordsOf(text), e.Name.Body):
			candidates = append(candidates, full...)
		default: // another state is not near
			candidates = append(candidates, e.Programme.Place())
		}
	}
	return &UnknownCredentialError{text, ledger.Nearest(text, candidates), like}
}
