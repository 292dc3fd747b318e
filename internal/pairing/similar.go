package pairing

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// Similar reports whether two titles may be of one activity: their letters are
// the same, or their words in any order, one may contain the other, or few
// letters differ. Numbers have to be the same, also Roman ones and single letters: part I is
// not part II, session B not session C.
func Similar(a, b string) bool { return similar(newTitle(Title(a)), newTitle(Title(b))) }

// A title is a title in the forms that make comparing it cheap.
type title struct {
	letters string    // and digits, all that counts of it
	counts  signature // of letters
	words   []string  // of letters alone or of digits alone, sorted
	numbers []string  // of these the numbers
	heads   string    // how the words begin: equal for titles of the same words
}

// newTitle takes what [Title] returns.
func newTitle(s string) *title {
	t := &title{letters: lettersOf(s), words: wordsOf(s)}
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

func lettersOf(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// wordsOf returns the words of a title. Numbers are words of their own, which
// begin with a zero: "covid 019b" is covid, 019 and 0b. Single letters are numbers but for a,
// and so are Roman numerals up to 39.
func wordsOf(s string) []string {
	var words []string
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }) {
		for part != "" {
			first, _ := utf8.DecodeRuneInString(part)
			n := strings.IndexFunc(part, func(r rune) bool { return unicode.IsDigit(r) != unicode.IsDigit(first) })
			if n < 0 {
				n = len(part)
			}
			word := part[:n]
			switch roman := romanNumber(word); {
			case unicode.IsDigit(first):
				word = "0" + strings.TrimLeft(word, "0")
			case roman > 0:
				word = "0" + strconv.Itoa(roman)
			case word != "a" && utf8.RuneCountInString(word) == 1:
				word = "0" + word
			}
			words, part = append(words, word), part[n:]
		}
	}
	return words
}

// romanNumber returns what a word of x, v and i is as a number, or 0.
func romanNumber(word string) int {
	tens := len(word) - len(strings.TrimLeft(word, "x"))
	ones := slices.Index([]string{"", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"}, word[tens:])
	if tens > 3 || ones < 0 {
		return 0
	}
	return 10*tens + ones
}

// isNumber reports whether a word of [wordsOf] is a number.
func isNumber(word string) bool { return word[0] == '0' }

// similar compares titles as [Similar] says.
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
