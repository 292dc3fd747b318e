// Package pairing decides which record is the same activity as which: a row of
// a file and a credit of the ledger, a row and a credit of a reconciliation,
// two credits of the ledger, the credits of two ledgers.
//
// [Match] finds what is the same, [NewAlike] and [Groups] what looks alike and
// needs somebody to decide. It reads nothing, writes nothing and knows no
// command: callers pass records and get indexes back.
package pairing

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"cmpledger/internal/ledger"
)

// Title returns what equal titles have in common: case, spacing, punctuation
// and Unicode form do not matter, symbols such as + and # do. What is nothing
// but punctuation stays as it is.
func Title(s string) string {
	if t := plain(s); t != "" {
		return t
	}
	return strings.Join(strings.Fields(fold(s)), " ")
}

// Reference returns what equal references have in common, their letters and
// digits, or "" for none and for what only says that there is none.
func Reference(s string) string {
	if s = lettersOf(fold(s)); isPlaceholder(s) {
		return ""
	}
	return s
}

// contradict reports whether both name a provider and neither one's words are all
// among the other's: LabCE is no contradiction to LabCE Inc. Both are normalised.
func contradict(a, b string) bool {
	return a != b && a != "" && b != "" && !wordsAmong(a, b) && !wordsAmong(b, a)
}

func wordsAmong(some, others string) bool {
	there := strings.Fields(others)
	for word := range strings.FieldsSeq(some) {
		if !slices.Contains(there, word) {
			return false
		}
	}
	return true
}

func provider(s string) string {
	if s = plain(s); isPlaceholder(strings.ReplaceAll(s, " ", "")) {
		return ""
	}
	return s
}

// isPlaceholder reports whether a text, in small letters and digits alone, says
// that there is nothing to say.
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

// plain folds a text, drops apostrophes, and makes one blank of each run of
// blanks and punctuation, none at the ends.
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

// A whole is what records are the same by that have no reference in common.
type whole struct {
	day    ledger.Date
	points ledger.Points
	title  string
}

// A form is what a record says, normalised.
type form struct {
	whole
	provider, reference string // "" where it does not say
}

func formOf(f ledger.Form) form {
	return form{whole{f.Date, f.Points, Title(f.Title)}, provider(f.Provider), Reference(f.Reference)}
}

func asForm(c ledger.Credit) ledger.Form {
	return ledger.Form{Date: c.Date, Title: c.Title, Provider: c.Provider, Points: c.Points, Reference: c.Reference}
}

func compareForms(a, b form) int {
	return cmp.Or(
		cmp.Compare(a.day, b.day), cmp.Compare(a.title, b.title), cmp.Compare(a.points, b.points),
		cmp.Compare(a.reference, b.reference), cmp.Compare(a.provider, b.provider),
	)
}
