package pairing

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// SameHolder reports whether the name on a certificate may be the holder's: the same
// family name, and the same first name or its initial. Case, accents, punctuation, middle
// names, titles, what stands behind a comma or has parentheses, and the order "Doe, Jane"
// do not matter. A name without letters contradicts nothing.
func SameHolder(holder, participant string) bool {
	ours, theirs := nameReadings(holder), nameReadings(participant)
	commas := len(ours) > 1 && len(theirs) > 1
	return len(ours) == 0 || len(theirs) == 0 || slices.ContainsFunc(ours, func(a []string) bool {
		return slices.ContainsFunc(theirs, func(b []string) bool {
			return sameName(a, b) && !(commas && len(a) == 1) // "Doe, Jane" and "Doe, Jim"
		})
	})
}

// sameName compares the words of two names, of which the last is the family's.
func sameName(a, b []string) bool {
	if len(a) == 1 || len(b) == 1 {
		return slices.Equal(a, b)
	}
	short, long := a[0], b[0]
	if len(short) > len(long) {
		short, long = long, short
	}
	first := short == long || len([]rune(short)) == 1 && strings.HasPrefix(long, short)
	return first && a[len(a)-1] == b[len(b)-1]
}

// nameReadings returns the words of a name in the ways in which its first comma can be
// read: credentials follow it, or the first name does.
func nameReadings(s string) (all [][]string) {
	family, behind, _ := strings.Cut(s, ",")
	given, _, _ := strings.Cut(behind, ",")
	words := nameWords(family)
	if more := nameWords(given); len(words) > 0 && len(more) > 0 {
		all = append(all, append(more, words...))
	}
	if len(words) > 0 && (len(all) == 0 || !isGiven(given)) {
		all = append(all, words)
	}
	return all
}

// isGiven reports whether a text begins as a first name does, "Jane", and not as
// credentials do: "PhD", "MLS".
func isGiven(s string) bool {
	_, size := utf8.DecodeRuneInString(strings.TrimSpace(s))
	first, _, _ := strings.Cut(strings.TrimSpace(s)[size:], " ")
	return len(first) > 1 && strings.ToLower(first) == first && !strings.ContainsAny(first, ".(")
}

// nameWords returns the words of a name without accents, titles and credentials.
func nameWords(s string) []string {
	kept := slices.DeleteFunc(strings.Fields(s), func(word string) bool { return strings.Contains(word, "(") })
	s = strings.Map(func(r rune) rune {
		if unicode.IsMark(r) || r == '\'' || r == '’' {
			return -1
		}
		return small(r)
	}, norm.NFKD.String(strings.Join(kept, " ")))
	s = strings.NewReplacer("ø", "o", "ł", "l", "đ", "d", "ß", "ss", "æ", "ae").Replace(s)
	words := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	for len(words) > 1 && slices.Contains([]string{"dr", "mr", "mrs", "ms", "miss", "prof"}, words[0]) {
		words = words[1:]
	}
	for len(words) > 1 && slices.Contains([]string{"jr", "sr", "ii", "iii", "iv"}, words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	return words
}
