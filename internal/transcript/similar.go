package transcript

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// A title is a title in the forms that make comparing it cheap.
type title struct {
	letters string    // and digits, all that counts of it
	counts  signature // of letters
	words   []string  // of letters alone or of digits alone, sorted
	numbers []string  // of these the numbers
	heads   string    // how the words begin: equal for titles of the same words
}

func newTitle(s string) title {
	t := title{letters: letters(s), words: wordsOf(s)}
	t.counts = sign(t.letters)
	slices.Sort(t.words)
	var heads strings.Builder
	for _, w := range t.words {
		if isNumber(w) {
			t.numbers = append(t.numbers, w)
		} else {
			w = w[:prefix(w, w, headLetters)]
		}
		heads.WriteString(w)
		heads.WriteByte(' ')
	}
	t.heads = heads.String()
	return t
}

// wordsOf returns the words of a title in lower case. Numbers are words of
// their own, without the zeros in front: "COVID-019b" is covid, 19 and b.
func wordsOf(s string) []string {
	s = strings.Map(func(r rune) rune {
		if r == '\'' || r == '’' || unicode.IsMark(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
	var words []string
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		var part func(rune) bool
		switch {
		case unicode.IsDigit(r):
			part = unicode.IsDigit
		case unicode.IsLetter(r):
			part = unicode.IsLetter
		default:
			s = s[size:]
			continue
		}
		n := strings.IndexFunc(s, func(r rune) bool { return !part(r) })
		if n < 0 {
			n = len(s)
		}
		word := s[:n]
		if unicode.IsDigit(r) {
			word = "0" + strings.TrimLeft(word, "0")
		}
		words, s = append(words, word), s[n:]
	}
	return words
}

// isNumber reports whether a word of [wordsOf] is a number.
func isNumber(word string) bool { return word[0] == '0' }

// similar compares titles: their letters are the same, or they are of the same
// words in any order, or one contains the other, or few letters differ. The
// numbers of such titles are the same, or of one that is contained they are
// among those of the other: part 1 is not part 2.
func similar(a, b *title) bool {
	if a.letters == b.letters || a.heads == b.heads && sameWords(a.words, b.words) {
		return true
	}
	if len(a.letters) > len(b.letters) {
		a, b = b, a
	}
	if len(a.letters) < 6 {
		return false
	}
	over, under := differ(a.counts, b.counts)
	if over == 0 && strings.Contains(b.letters, a.letters) {
		return among(a.numbers, b.numbers)
	}
	few := len(a.letters) / 5
	return max(over, under) <= few && len(a.letters) < 200 && slices.Equal(a.numbers, b.numbers) &&
		levenshtein.ComputeDistance(a.letters, b.letters) <= few
}

// headLetters is how many letters two words have to begin with in common for
// one to be short for the other.
const headLetters = 3

// sameWords compares words that are sorted, each with the one at its place.
func sameWords(a, b []string) bool { return slices.EqualFunc(a, b, sameWord) }

// sameWord reports whether two words are the same, or one may be short for the
// other: "Suscept.", "Labs" for laboratories.
func sameWord(a, b string) bool {
	if a == b {
		return true
	}
	if isNumber(a) || isNumber(b) {
		return false
	}
	shorter := min(utf8.RuneCountInString(a), utf8.RuneCountInString(b))
	common := utf8.RuneCountInString(a[:prefix(a, b, shorter)])
	return common >= headLetters && common >= shorter-1
}

// prefix returns how many bytes two words begin with in common, of at most so
// many letters.
func prefix(a, b string, letters int) int {
	for i, r := range a {
		if s, size := utf8.DecodeRuneInString(b[min(i, len(b)):]); letters == 0 || size == 0 || r != s {
			return i
		}
		letters--
	}
	return len(a)
}

// among reports whether all of some sorted words are among others, as often.
func among(some, others []string) bool {
	for _, w := range some {
		i, found := slices.BinarySearch(others, w)
		if !found {
			return false
		}
		others = others[i+1:]
	}
	return true
}

// A signature counts the characters of a title in a few classes, which tells
// most titles apart at a fraction of what comparing them takes.
type signature [32]uint8

func sign(title string) (s signature) {
	for _, r := range title {
		if c := &s[r%32]; *c < 255 {
			*c++
		}
	}
	return s
}

// differ counts the characters that a has over b's, and those that it has
// less, or fewer than either.
func differ(a, b signature) (over, under int) {
	for i := range a {
		d := int(a[i]) - int(b[i])
		over, under = over+max(d, 0), under+max(-d, 0)
	}
	return over, under
}
