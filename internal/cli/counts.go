package cli

import (
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/words"
)

// tellDifferences says what counts more or less after a command, in one line.
func (a *app) tellDifferences() {
	line := differenceLine(a.differences)
	switch {
	case line == "":
	case a.settings.Format == answer.JSON:
		a.say("%s", line)
	default:
		a.tell("%s", line)
	}
}

// fewRequirements is how many requirements of a credential are named one by
// one. Of more, only the sum is said.
const fewRequirements = 2

// differenceLine says what counts more and what less: requirement by
// requirement where these are few, else only how much in all.
func differenceLine(all []actions.Difference) string {
	few := !slices.ContainsFunc(all, func(d actions.Difference) bool {
		return len(d.More)+len(d.Less) > fewRequirements && d.Is != d.Was
	})
	var more, less []string
	if few {
		more = countedFor(all, func(d actions.Difference) []actions.Counted { return d.More })
		less = countedFor(all, func(d actions.Difference) []actions.Counted { return d.Less })
		return differenceWords(strings.Join(more, "; "), strings.Join(less, "; "))
	}
	for _, d := range all {
		parts := fmt.Sprintf("%s %s of %s", d.Name, d.Is, d.Of)
		if !d.Opened {
			parts += fmt.Sprintf(" (was %s)", d.Was)
		}
		if d.Is < d.Was {
			less = append(less, parts)
		} else {
			more = append(more, parts)
		}
	}
	return differenceWords(strings.Join(more, ", "), strings.Join(less, ", "))
}

func differenceWords(more, less string) string {
	var all []string
	if more != "" {
		all = append(all, "Counts: "+more+".")
	}
	if less != "" {
		all = append(all, "No longer counts: "+less+".")
	}
	return strings.Join(all, " ")
}

// countedFor says which points are counted for which credentials, those
// together that have the same: "safety 1 for MLS and SBB".
func countedFor(all []actions.Difference, of func(actions.Difference) []actions.Counted) []string {
	var what []string
	codes := map[string][]string{}
	for _, d := range all {
		var parts []string
		for _, c := range of(d) {
			parts = append(parts, fmt.Sprintf("%s %s", c.Requirement, c.Points))
		}
		if parts == nil {
			continue
		}
		key := words.List("and", parts)
		if codes[key] == nil {
			what = append(what, key)
		}
		codes[key] = append(codes[key], d.Name)
	}
	for i, key := range what {
		what[i] = key + " for " + words.List("and", codes[key])
	}
	return what
}
