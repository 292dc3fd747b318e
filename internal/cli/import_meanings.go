package cli

import (
	"strings"

	"github.com/spf13/pflag"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

// meanings are flags that say what columns and texts of a file mean.
type meanings struct {
	columns []string
	topics  *topicFlag
	texts   map[string][]ledger.Topic // of texts, once the topics are known
}

func (m *meanings) add(flags *pflag.FlagSet) {
	flags.StringArrayVar(&m.columns, "map", nil, "`field=Column`: the column that a field is in; may be repeated")
	m.texts, m.topics = map[string][]ledger.Topic{}, &topicFlag{read: m.readMeaning}
	flags.Var(m.topics, "map-topic", "`Text=topic`: what a text in the topic column means; may be repeated")
}

// readMeaning takes what a text means from an argument that
// [meanings.options] accepted.
func (m *meanings) readMeaning(known ledger.Vocabulary, text string) error {
	i := strings.LastIndex(text, "=")
	topic, err := known.Parse(text[i+1:])
	m.texts[text[:i]] = []ledger.Topic{topic}
	return err
}

// options reads the flags; parse reads the name of a field. What texts mean is
// known only when the topics are.
func (m meanings) options(parse func(string) (transcript.Field, error)) (transcript.Options, error) {
	o := transcript.Options{Columns: map[transcript.Field]string{}, Topics: m.texts}
	for _, text := range m.columns {
		name, column, ok := strings.Cut(text, "=")
		if !ok || column == "" {
			return o, usage("--map %q: not of the form field=Column", text).try(`such as --map title="Course Name"`)
		}
		field, err := parse(name)
		if err != nil {
			return o, usage("--map %q: %w", text, err)
		}
		if o.Columns[field] != "" {
			return o, usage("--map %q: %s is in column %q already", text, field, o.Columns[field]).try("leave one of them out")
		}
		o.Columns[field] = column
	}
	for _, text := range m.topics.given {
		if strings.LastIndex(text, "=") <= 0 {
			return o, usage("--map-topic %q: not of the form Text=topic", text).try(`such as --map-topic "Transfusion Medicine=blood-banking"`)
		}
	}
	return o, nil
}
