package ledger

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Vocabulary is the topics that people may name: those of [Topics], which
// every Vocabulary has, and more of them by the words that mean them, folded
// as [Vocabulary.Parse] folds what it reads. The zero Vocabulary has no more.
type Vocabulary map[string]Topic

// With returns the vocabulary with one more topic and the names that people
// use for it. That it has the topic already is no error, but a name that
// means another one is.
func (v Vocabulary) With(topic Topic, aliases ...string) (Vocabulary, error) {
	switch {
	case !topic.WellFormed() || fold(string(topic)) != string(topic):
		return nil, errors.New("not a topic such as blood-banking: lower-case words joined by hyphens")
	case slices.Contains(topics, topic):
		return nil, fmt.Errorf("%s is a topic that cmp knows already", topic)
	}
	more := maps.Clone(v)
	if more == nil {
		more = Vocabulary{}
	}
	for _, name := range append([]string{string(topic)}, aliases...) {
		words := fold(name)
		known, err := v.Parse(words)
		switch {
		case words == "" || words == string(Other):
			return nil, fmt.Errorf("%q cannot mean a topic", name)
		case err == nil && known != topic:
			return nil, fmt.Errorf("%q means the topic %s already", name, known)
		}
		more[words] = topic
	}
	return more, nil
}

// Topics returns every topic of the vocabulary: those of [Topics], then the
// others by their names.
func (v Vocabulary) Topics() []Topic {
	own := slices.Compact(slices.Sorted(maps.Values(v)))
	return append(Topics(), own...)
}

// Parse reads a topic by its name or by one of the names that people and
// providers use for it. Case, blanks, underscores and slashes do not matter.
func (v Vocabulary) Parse(s string) (Topic, error) {
	words := fold(s)
	if t := Topic(words); slices.Contains(topics, t) {
		return t, nil
	}
	if t := topicAlias(words); t != "" {
		return t, nil
	}
	if t := v[words]; t != "" {
		return t, nil
	}
	if words == string(Other) {
		return "", errors.New("a requirement, not a topic; a credit without a topic counts there")
	}
	return "", Unknown("a topic", "topics", words, v.Topics())
}

// fold returns words without what does not matter in a topic: "Blood Bank" is
// "blood-bank".
func fold(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return strings.ContainsRune(" \t-_/&,()", r)
	}), "-")
}

// WellFormed reports whether t can be a topic: lower-case letters and digits
// in words joined by hyphens. What is stored need be no more, so that a ledger
// can be read where the rules that have a topic of their own are missing.
func (t Topic) WellFormed() bool {
	return strings.Trim(string(t), "abcdefghijklmnopqrstuvwxyz0123456789-") == "" && strings.Trim(string(t), "-") == string(t) && t != ""
}

// ParseCreditTopic reads "chemistry" or, with a limit, "chemistry=1".
func (v Vocabulary) ParseCreditTopic(s string) (CreditTopic, error) {
	name, limit, limited := strings.Cut(s, "=")
	topic, err := v.Parse(name)
	if err != nil {
		return CreditTopic{}, err
	}
	t := CreditTopic{Topic: topic}
	if limited {
		if t.Limit, err = ParsePoints(limit); err != nil {
			return CreditTopic{}, fmt.Errorf("limit of %s: %w", topic, err)
		}
	}
	return t, nil
}

// ParseCreditTopics reads topics separated by semicolons, such as
// "safety=1;chemistry"; no text is no topics.
func (v Vocabulary) ParseCreditTopics(s string) ([]CreditTopic, error) {
	var all []CreditTopic
	if strings.TrimSpace(s) == "" {
		return nil, nil
	}
	for part := range strings.SplitSeq(s, ";") {
		t, err := v.ParseCreditTopic(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, nil
}
