// Package pairing decides which records are the same activity: a row of a file and a
// credit, two credits of a ledger, or the credits of two ledgers.
//
// [Match] finds what is the same. [NewAlike] and [Groups] find what looks alike, which a
// person has to decide. The package reads nothing, writes nothing and knows no command:
// callers pass records and get indexes back.
package pairing

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
	"golang.org/x/text/unicode/norm"

	"cmpledger/internal/ledger"
)

// Title normalises a title: case, spacing, punctuation and Unicode form do not matter,
// symbols do. A title of nothing but punctuation keeps it.
func Title(s string) string {
	if t := plain(s); t != "" {
		return t
	}
	return strings.Join(strings.Fields(fold(s)), " ")
}

// Reference normalises a reference: only letters and digits matter. It is "" for a
// placeholder such as "n/a".
func Reference(s string) string {
	if s = lettersOf(fold(s)); isPlaceholder(s) {
		return ""
	}
	return s
}

// contradict reports whether each of two providers has a word that the other lacks.
func contradict(a, b string) bool {
	return a != b && a != "" && b != "" && !hasAllWords(a, b) && !hasAllWords(b, a)
}

func hasAllWords(some, others string) bool {
	there := strings.Fields(others)
	for word := range strings.FieldsSeq(some) {
		if !slices.Contains(there, word) {
			return false
		}
	}
	return true
}

func normalProvider(s string) string {
	if s = plain(s); isPlaceholder(strings.ReplaceAll(s, " ", "")) {
		return ""
	}
	return s
}

// isPlaceholder reports whether a text means "none", such as "na" or "000".
func isPlaceholder(s string) bool {
	switch s {
	case "na", "none", "nil", "null", "tbd", "tba", "notapplicable", "unknown":
		return true
	}
	return strings.Trim(s, "0") == ""
}

// fold makes letters small and gives equal texts one Unicode form.
func fold(s string) string { return strings.Map(small, norm.NFKC.String(s)) }

// small makes a letter small. Both small forms of a Greek sigma have one capital.
func small(r rune) rune { return unicode.ToLower(unicode.ToUpper(r)) }

// plain folds a text and replaces blanks and punctuation by one blank.
func plain(s string) string {
	inWord := false
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\'' || r == '’':
			return -1
		case !unicode.IsSpace(r) && (!unicode.IsPunct(r) || r == '#'):
			inWord = true
			return small(r)
		case inWord:
			inWord = false
			return ' '
		}
		return -1
	}, norm.NFKC.String(s))
	return strings.TrimSuffix(s, " ")
}

func lettersOf(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// A whole is what has to be equal in two records if they have no reference in common.
type whole struct {
	day    ledger.Date
	points ledger.Points
	title  string
}

// A form is what a record says, normalised.
type form struct {
	whole
	provider, reference string // "" if the record has none
}

func formOf(f ledger.Form) form {
	return form{wholeOf(f), normalProvider(f.Provider), Reference(f.Reference)}
}

func wholeOf(f ledger.Form) whole { return whole{f.Date, f.Points, Title(f.Title)} }

func asForm(c ledger.Credit) ledger.Form {
	return ledger.Form{Date: c.Date, Title: c.Title, Provider: c.Provider, Points: c.Points, Reference: c.Reference}
}

func compareForms(a, b form) int {
	return cmp.Or(
		cmp.Compare(a.day, b.day), cmp.Compare(a.title, b.title), cmp.Compare(a.points, b.points),
		cmp.Compare(a.reference, b.reference), cmp.Compare(a.provider, b.provider),
	)
}

// A title is a normalised title, prepared for comparing.
type title struct {
	letters string   // all letters and digits
	words   []string // sorted, see wordsOf
	numbers []string // those of words that are numbers
}

// newTitle takes what [Title] returns.
func newTitle(s string) (t title) {
	t.letters, t.words = lettersOf(s), wordsOf(s)
	slices.Sort(t.words)
	for _, w := range t.words {
		if isNumber(w) {
			t.numbers = append(t.numbers, w)
		}
	}
	return t
}

// wordsOf returns the words of a title, split between letters and digits. A number gets
// a leading zero, as do Roman numbers up to 39 and single letters but a: "covid 19b iv"
// gives covid, 019, 0b and 04.
func wordsOf(s string) []string {
	var spaced strings.Builder
	digits := false
	for _, r := range s {
		if unicode.IsDigit(r) != digits {
			digits = !digits
			spaced.WriteByte(' ')
		}
		spaced.WriteRune(r)
	}
	words := strings.FieldsFunc(spaced.String(), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
	roman := []string{"", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"}
	for i, w := range words {
		first, size := utf8.DecodeRuneInString(w)
		tens := len(w) - len(strings.TrimLeft(w, "x"))
		ones := slices.Index(roman, w[tens:])
		switch {
		case unicode.IsDigit(first):
			words[i] = "0" + strings.TrimLeft(w, "0")
		case tens <= 3 && ones >= 0:
			words[i] = "0" + strconv.Itoa(10*tens+ones)
		case size == len(w) && w != "a":
			words[i] = "0" + w
		}
	}
	return words
}

func isNumber(word string) bool { return word[0] == '0' }

// similar reports whether two titles may be of one activity: the same words in any order,
// one inside the other, or at most a fifth of the letters different. Numbers have to be
// the same: part I is not part II, session B not session C.
func similar(a, b *title) bool {
	if a.letters == b.letters || slices.EqualFunc(a.words, b.words, sameWord) {
		return true
	}
	if len(a.letters) > len(b.letters) {
		a, b = b, a
	}
	if len(a.letters) < 6 || !numbersAmong(a.numbers, b.numbers) {
		return false
	}
	if strings.Contains(b.letters, a.letters) {
		return true
	}
	few := len(a.letters) / 5
	return len(b.letters)-len(a.letters) <= few && len(a.letters) < 200 && slices.Equal(a.numbers, b.numbers) &&
		levenshtein.ComputeDistance(a.letters, b.letters) <= few
}

// sameWord reports whether two words are equal or one may be short for the other, such
// as "Suscept." They need three first letters in common.
func sameWord(a, b string) bool {
	if a == b {
		return true
	}
	if isNumber(a) || isNumber(b) || a[0] != b[0] {
		return false
	}
	x, y := []rune(a), []rune(b)
	common, shorter := 0, min(len(x), len(y))
	for common < shorter && x[common] == y[common] {
		common++
	}
	return common >= 3 && common >= shorter-1
}

// numbersAmong reports whether others has all of some, each as often. Both are sorted.
func numbersAmong(some, others []string) bool {
	for _, w := range some {
		i, found := slices.BinarySearch(others, w)
		if !found {
			return false
		}
		others = others[i+1:]
	}
	return true
}
