// Package words says amounts, numbers and lists of things as people do, and what
// package rules found of a standing or a plan, once for the screen, the pages and
// the files. It judges nothing, and prints nothing.
package words

import (
	"errors"
	"fmt"
	"io/fs"
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

// Verb returns the form of a verb that fits n things.
func Verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// Agree returns the form of a verb that fits an amount of points.
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

// Numbers joins numbers of credits with the given separator, the first of them
// where there are many.
func Numbers(ids []int64, separator string) string {
	const most = 50
	words := make([]string, min(len(ids), most))
	for i := range words {
		words[i] = fmt.Sprint(ids[i])
	}
	if len(ids) > most {
		words = append(words, "...")
	}
	return strings.Join(words, separator)
}

// Credits names credits by their numbers: "credit 7", "credits 3, 4".
func Credits(ids []int64) string {
	return Verb(len(ids), "credit", "credits") + " " + Numbers(ids, ", ")
}

// Upper begins a sentence in upper case.
func Upper(sentence string) string {
	first, n := utf8.DecodeRuneInString(sentence)
	if n == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + sentence[n:]
}

// Strings returns names as plain strings.
func Strings[T ~string](names []T) []string { return Map(names, func(n T) string { return string(n) }) }

// Map returns what a function makes of each of a list.
func Map[T, U any](all []T, of func(T) U) []U {
	out := make([]U, len(all))
	for i, x := range all {
		out[i] = of(x)
	}
	return out
}

// FileError says in words why the file at a path could not be used.
func FileError(path string, err error) *ledger.Error {
	return &ledger.Error{Where: path, What: FileReason(err), Err: err}
}

// FileReason says in words why a file could not be used.
func FileReason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "no such file"
	case errors.Is(err, fs.ErrPermission):
		return "permission denied"
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		return strings.Replace(path.Err.Error(), "a directory", "a folder", 1)
	}
	return strings.TrimSpace(err.Error())
}

// Cite returns the numbers that sources, with semicolons between, have in a list:
// "[1, 2]". It adds those that the list lacks.
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
