package handover

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// otherWords are words that other tools have for commands, each behind the command of
// ours that it means. What is in brackets is typed where nothing follows the word; [.] leaves
// out what follows. A | stands between two commands that it may mean.
//
//go:embed words.txt
var otherWords string

// Meant returns the commands of ours that a word of another tool may mean, with what is
// typed in brackets where nothing follows: "remove [ID]" for rm. It is nil for all other words.
func Meant(word string) []string {
	word = strings.ToLower(word)
	for row := range strings.Lines(otherWords) {
		command, words, ok := strings.Cut(row, ": ")
		if ok && slices.Contains(strings.Fields(words), word) {
			return strings.Split(command, "|")
		}
	}
	return nil
}

// NearOther returns the word of another tool that a word most likely is, with a letter wrong
// in five, or "".
func NearOther(word string) string {
	all := OtherWords()
	i := slices.IndexFunc(all, func(other string) bool {
		return levenshtein.ComputeDistance(strings.ToLower(word), other) <= len(word)/5
	})
	if i < 0 {
		return ""
	}
	return all[i]
}

// OtherWords returns all words of other tools.
func OtherWords() (all []string) {
	for row := range strings.Lines(otherWords) {
		if _, words, ok := strings.Cut(row, ": "); ok {
			all = append(all, strings.Fields(words)...)
		}
	}
	return all
}
