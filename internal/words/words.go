// Package words says amounts and lists as people do, and puts into words what package
// rules found out: standings, remarks and plans. Screens, pages and files all take
// their sentences from here. It judges nothing and prints nothing.
package words

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"cmpledger/internal/ledger"
)

// Points returns "1 point" or "1.5 points".
func Points(p ledger.Points) string { return p.String() + " " + Agree(p, "point", "points") }

// Count returns "1 credit" or "2 credits".
func Count(n int, noun string) string { return fmt.Sprintf("%d %s", n, Verb(n, noun, noun+"s")) }

// Verb returns one for 1 thing and many for any other number: "is" or "are".
func Verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// Agree does for an amount of points what [Verb] does for a number of things.
func Agree(p ledger.Points, one, many string) string {
	if p == 100 {
		return one
	}
	return many
}

// List joins words with commas and a last word such as "and".
func List(last string, words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + last + " " + words[len(words)-1]
}

// Numbers joins the numbers of credits with a separator: of more than 50 the first 50
// and "...".
func Numbers(ids []int64, separator string) string {
	const most = 50
	words := Map(ids[:min(len(ids), most)], func(id int64) string { return fmt.Sprint(id) })
	if len(ids) > most {
		words = append(words, "...")
	}
	return strings.Join(words, separator)
}

// Credits names credits by their numbers: "credit 7", "credits 3, 4".
func Credits(ids []int64) string {
	return Verb(len(ids), "credit", "credits") + " " + Numbers(ids, ", ")
}

// Listed is how many numbers of credits a sentence has at most.
const Listed = 10

// NoCertificate says which of so many credits have no certificate: "2 of 27 credits have
// no certificate: 14, 22."; or that all have one, or none. Of no credits it says nothing.
// The holder types code for the credential.
func NoCertificate(bare []int64, of int, code string) ledger.Text {
	lead := fmt.Sprintf("%d of %s %s no certificate: ", len(bare), Count(of, "credit"), Verb(len(bare), "has", "have"))
	switch {
	case of == 0:
		return ledger.Text{}
	case len(bare) == 0:
		return ledger.Say("Each has a certificate.")
	case len(bare) == of && of == 1:
		return ledger.Say("Credit %d has no certificate.", bare[0])
	case len(bare) == of:
		return ledger.Say("None of these %d credits has a certificate.", of)
	case len(bare) > Listed:
		return ledger.Say("%s%s and %d more. See all: %s", lead, Numbers(bare[:Listed], ", "), len(bare)-Listed,
			ledger.Command{"evidence", "list", "--missing", "--credential", code})
	}
	return ledger.Say("%s%s.", lead, Numbers(bare, ", "))
}

// Upper makes the first letter of a sentence a capital.
func Upper(sentence string) string {
	first, n := utf8.DecodeRuneInString(sentence)
	if n == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + sentence[n:]
}

// Strings returns named strings as plain ones.
func Strings[T ~string](names []T) []string { return Map(names, func(n T) string { return string(n) }) }

// Map returns the results of a function for all elements of a list.
func Map[T, U any](all []T, of func(T) U) []U {
	out := make([]U, len(all))
	for i, x := range all {
		out[i] = of(x)
	}
	return out
}

// Cite returns the numbers of sources in a list of sources: "[1, 2]". Semicolons
// separate the sources; Cite adds those that the list lacks.
func Cite(list *[]string, sources string) string {
	var numbers []string
	for s := range strings.SplitSeq(sources, "; ") {
		i := slices.Index(*list, s)
		if i < 0 {
			i = len(*list)
			*list = append(*list, s)
		}
		numbers = append(numbers, strconv.Itoa(i+1))
	}
	return "[" + strings.Join(numbers, ", ") + "]"
}
