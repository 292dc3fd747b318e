package transcript

import (
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
)

// A topicReader reads cells of topics. Files repeat a few texts many times, so it
// remembers each: to read them again takes ten times as long.
type topicReader struct {
	known  ledger.Vocabulary
	mapped map[string][]ledger.Topic // by squeezed text
	own    bool
	cells  map[string]topicCell
}

type topicCell struct {
	topics  []ledger.CreditTopic
	unknown []string
	err     error
}

func (t topicReader) read(cell string) ([]ledger.CreditTopic, []string, error) {
	c, ok := t.cells[cell]
	if !ok {
		c.topics, c.unknown, c.err = t.parse(cell)
		t.cells[cell] = c
	}
	return slices.Clone(c.topics), c.unknown, c.err
}

// parse returns the topics of a cell, which is one topic, or several separated by
// semicolons, of which each may again be several when all are understood: "Blood
// Bank, Transfusion Medicine" is one, "Hematology, Chemistry" are two. In the
// ledger's own format a text that is not understood is an error, in others it is
// returned as unknown.
func (t topicReader) parse(cell string) (topics []ledger.CreditTopic, unknown []string, err error) {
	if t.own {
		topics, err = t.ownTopics(cell)
		return topics, nil, err
	}
	if all, ok := t.several(cell); ok {
		return all, nil, nil
	}
	for part := range strings.SplitSeq(cell, ";") {
		part = strings.TrimSpace(part)
		if all, ok := t.several(part); ok {
			topics = addTopics(topics, all)
		} else if part != "" {
			unknown = append(unknown, part)
		}
	}
	return topics, unknown, nil
}

// ownTopics reads what [ledger.FormatCreditTopics] writes.
func (t topicReader) ownTopics(cell string) ([]ledger.CreditTopic, error) {
	if cell == "" {
		return nil, nil
	}
	var topics []ledger.CreditTopic
	for part := range strings.SplitSeq(cell, ";") {
		all, err := t.one(strings.TrimSpace(part))
		switch {
		case err != nil && strings.Contains(cell, ";"):
			return nil, fmt.Errorf("%q: %w", strings.TrimSpace(part), err)
		case err != nil:
			return nil, err
		}
		for _, topic := range all {
			if hasTopic(topics, topic.Topic) {
				return nil, fmt.Errorf("names %s twice", topic.Topic)
			}
			topics = append(topics, topic)
		}
	}
	return topics, nil
}

// several reads a text that is one topic, or several separated by commas or
// slashes. It reports false when any of them is not understood.
func (t topicReader) several(text string) ([]ledger.CreditTopic, bool) {
	if all, err := t.one(text); err == nil {
		return all, true
	}
	// A portal's "Other" is no topic: the credit counts where any may.
	if Squeeze(text) == "other" {
		return nil, true
	}
	if !strings.ContainsAny(text, ",/") || strings.Contains(text, ";") {
		return nil, false
	}
	var topics []ledger.CreditTopic
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '/' })
	for _, part := range parts {
		all, err := t.one(strings.TrimSpace(part))
		if err != nil {
			return nil, false
		}
		topics = addTopics(topics, all)
	}
	return topics, len(parts) > 0
}

// one reads a text that the holder gave a meaning, or that is a topic.
func (t topicReader) one(text string) ([]ledger.CreditTopic, error) {
	if topics, ok := t.mapped[Squeeze(text)]; ok {
		all := make([]ledger.CreditTopic, len(topics))
		for i, topic := range topics {
			all[i].Topic = topic
		}
		return all, nil
	}
	topic, err := t.known.ParseCreditTopic(text)
	if err != nil {
		return nil, err
	}
	return []ledger.CreditTopic{topic}, nil
}

// addTopics adds those that are not there yet.
func addTopics(topics, more []ledger.CreditTopic) []ledger.CreditTopic {
	for _, topic := range more {
		if !hasTopic(topics, topic.Topic) {
			topics = append(topics, topic)
		}
	}
	return topics
}

func hasTopic(topics []ledger.CreditTopic, topic ledger.Topic) bool {
	return slices.ContainsFunc(topics, func(t ledger.CreditTopic) bool { return t.Topic == topic })
}
