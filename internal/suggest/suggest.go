// Package suggest reads from a credit's title what topic it is about. It goes by the
// words in words.txt, and by the categories of a portal that the note keeps. It changes
// nothing; a title that may be about several topics is for the holder to judge.
package suggest

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"
	"sync"

	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
)

//go:embed words.txt
var data string

// A Reading is a topic, and the words that it was read from.
type Reading struct {
	Topic ledger.Topic `json:"topic"`
	From  string       `json:"read_from" doc:"Words of the title, or of a category that the note keeps."`
}

// A phrase is words of a title that mean a topic. The last may end in *.
type phrase struct {
	topic ledger.Topic
	words []string
}

// phrases returns what means a topic, longer phrases first, and what rules out one, or
// all if it has none.
var phrases = sync.OnceValues(func() (means, excludes []phrase) {
	for line := range strings.Lines(data) {
		name, list, ok := strings.Cut(line, ":")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		to := &means
		if topic, not := strings.CutPrefix(name, "not "); not {
			name, to = topic, &excludes
		} else if name == "unclear" {
			name, to = "", &excludes
		}
		for text := range strings.SplitSeq(list, ",") {
			*to = append(*to, phrase{ledger.Topic(name), strings.Fields(text)})
		}
	}
	slices.SortStableFunc(means, func(a, b phrase) int { return cmp.Compare(len(b.words), len(a.words)) })
	return means, excludes
})

// Topics returns the topics that a credit without one may be about, each once, in the
// order in which it names them: one if that is certain. The known topics are those of
// packs.
func Topics(known ledger.Vocabulary, c ledger.Credit) []Reading {
	if len(c.Topics) > 0 {
		return nil
	}
	all := read(c.Title)
	for part := range strings.SplitSeq(c.Note, "; ") {
		category, ok := strings.CutPrefix(part, "topic: ")
		if !ok {
			continue
		}
		if topic, err := known.Parse(category); err == nil {
			all = append(all, Reading{topic, category})
		} else {
			all = append(all, read(category)...)
		}
	}
	return distinct(all)
}

// distinct returns the first reading of each topic, without those that another topic is
// a part of.
func distinct(all []Reading) (some []Reading) {
	for i, r := range all {
		if !slices.ContainsFunc(all[:i], func(x Reading) bool { return x.Topic == r.Topic }) &&
			!slices.ContainsFunc(all, func(x Reading) bool { return x.Topic.PartOf() == r.Topic }) {
			some = append(some, r)
		}
	}
	return some
}

// read returns what the words of a text mean, in their order.
func read(text string) (all []Reading) {
	words := strings.Fields(pairing.Title(text))
	means, excludes := phrases()
	var not []ledger.Topic
	for _, p := range excludes {
		if p.in(words) >= 0 {
			not = append(not, p.topic)
		}
	}
	at := make([][]Reading, len(words)) // by their first word
	free := slices.Clone(words)         // "" for those that a longer phrase has
	for n, p := range means {
		if n == 0 || len(p.words) < len(means[n-1].words) {
			for i, found := range at {
				for _, r := range found {
					clear(free[i : i+len(strings.Fields(r.From))])
				}
			}
		}
		if i := p.in(free); i >= 0 {
			at[i] = append(at[i], Reading{p.topic, strings.Join(words[i:i+len(p.words)], " ")})
		}
	}
	return slices.DeleteFunc(slices.Concat(at...), func(r Reading) bool {
		return slices.Contains(not, r.Topic) || slices.Contains(not, "")
	})
}

// in returns where the phrase begins among the words, or -1.
func (p phrase) in(words []string) int {
	for i := range len(words) - len(p.words) + 1 {
		if slices.EqualFunc(p.words, words[i:i+len(p.words)], func(want, word string) bool {
			begin, open := strings.CutSuffix(want, "*")
			return word == begin || open && strings.HasPrefix(word, begin)
		}) {
			return i
		}
	}
	return -1
}
