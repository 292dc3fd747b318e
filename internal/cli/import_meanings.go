package cli

import (
	"strings"

	"github.com/spf13/pflag"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

// meanings are flags that say what columns and texts of a file mean.
type meanings struct{ columns, topics []string }

func (m *meanings) add(flags *pflag.FlagSet) {
	flags.StringArrayVar(&m.columns, "map", nil, "`field=Column`: the column that a field is in; may be repeated")
	flags.StringArrayVar(&m.topics, "map-topic", nil, "`Text=topic`: what a text in the topic column means; may be repeated")
}

// options reads the flags; parse reads the name of a field.
func (m meanings) options(parse func(string) (transcript.Field, error)) (transcript.Options, error) {
	o := transcript.Options{Columns: map[transcript.Field]string{}, Topics: map[string][]ledger.Topic{}}
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
	for _, text := range m.topics {
		i := strings.LastIndex(text, "=")
		if i <= 0 {
			return o, usage("--map-topic %q: not of the form Text=topic", text).try(`such as --map-topic "Transfusion Medicine=blood-banking"`)
		}
		topic, err := ledger.ParseTopic(text[i+1:])
		if err != nil {
			return o, usage("--map-topic %q: %w", text, err)
		}
		o.Topics[text[:i]] = []ledger.Topic{topic}
	}
	return o, nil
}
