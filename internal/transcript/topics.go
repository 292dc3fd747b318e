package transcript

import (
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
)

// A topicReader reads cells of topics. It caches each text, since files repeat a few
// texts many times; without the cache it takes ten times as long.
type topicReader struct {
	known  ledger.Vocabulary
	mapped map[string][]ledger.Topic // by squeezed text
	own    bool
	cells  map[string]topicCell
}

// mostCells is how many texts are cached. A file that repeats a few has fewer.
const mostCells = 10_000

type topicCell struct {
	topics  []ledger.CreditTopic
	unknown []string
	err     error
}

func (t topicReader) read(cell string) ([]ledger.CreditTopic, []string, error) {
	c, ok := t.cells[cell]
	if !ok {
		c.topics, c.unknown, c.err = t.parse(cell)
		if len(t.cells) < mostCells {
			t.cells[cell] = c
		}
	}
	return slices.Clone(c.topics), c.unknown, c.err
}

// parse returns the topics of a cell: one, or several separated by semicolons. Each part
// may again hold several, see readSeveral. A text that is not understood is an error in
// the ledger's own format; in others parse returns it as unknown.
func (t topicReader) parse(cell string) (topics []ledger.CreditTopic, unknown []string, err error) {
	whole, notOne := t.readSeveral(cell)
	if notOne == nil {
		return whole, nil, nil
	}
	for part := range strings.SplitSeq(cell, ";") {
		all, err := whole, notOne
		if part = strings.TrimSpace(part); part != cell {
			all, err = t.readSeveral(part)
		}
		switch {
		case part == "":
		case err == nil:
			topics = addTopics(topics, all)
		case t.own && part != cell:
			return nil, nil, fmt.Errorf("%q: %w", clip(part), err)
		case t.own:
			return nil, nil, err
		default:
			unknown = append(unknown, part)
		}
	}
	return topics, unknown, nil
}

// readSeveral reads a text that is one topic ("Blood Bank, Transfusion Medicine"), or
// several separated by commas or slashes, all understood ("Hematology, Chemistry"). The
// error says why the whole text is not one topic.
func (t topicReader) readSeveral(text string) (topics []ledger.CreditTopic, err error) {
	// A portal's "Other" means no topic: the credit counts where any may.
	if topics, err = t.readOne(text); err == nil || Squeeze(text) == "other" && !t.own {
		return topics, nil
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '/' })
	if len(parts) < 2 || strings.Contains(text, ";") {
		return nil, err
	}
	for _, part := range parts {
		all, not := t.readOne(strings.TrimSpace(part))
		if not != nil {
			return nil, err
		}
		topics = addTopics(topics, all)
	}
	return topics, nil
}

// readOne reads a text that the options map to topics, or that is a topic.
func (t topicReader) readOne(text string) ([]ledger.CreditTopic, error) {
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

// addTopics adds those of more that topics lacks.
func addTopics(topics, more []ledger.CreditTopic) []ledger.CreditTopic {
	for _, topic := range more {
		if !slices.ContainsFunc(topics, func(t ledger.CreditTopic) bool { return t.Topic == topic.Topic }) {
			topics = append(topics, topic)
		}
	}
	return topics
}

// An UnknownTopic is a text that is not understood as a topic.
type UnknownTopic struct {
	Text string `json:"text"` // as the first row writes it
	Rows int    `json:"rows" doc:"How many have it."`
	In   []Row  // those
}

// UnknownTopics groups rows by the texts that are not understood as topics, in the order
// in which the texts come. Case and blanks do not matter.
func UnknownTopics(rows []Row) (all []UnknownTopic) {
	at := map[string]int{} // by squeezed text
	for _, row := range rows {
		for _, text := range row.UnknownTopics {
			i, known := at[Squeeze(text)]
			if !known {
				i, all = len(all), append(all, UnknownTopic{Text: text})
				at[Squeeze(text)] = i
			}
			all[i].Rows++
			all[i].In = append(all[i].In, row)
		}
	}
	return all
}
