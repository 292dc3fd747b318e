// Package profile reads profiles: YAML files that say how to read the transcripts of one
// portal or provider. Some ship with the program. It opens no file. It refuses any key
// that it does not understand: a profile that is half understood would silently change
// credits.
package profile

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
	"cmpledger/internal/words"
	"cmpledger/internal/yamlfile"
)

// A Profile says how to read the transcripts of one portal or provider.
type Profile struct {
	Title string `json:"title" doc:"What it reads."` // the name of the profile where it does not say
	// Layout is "unverified" where nobody held it against a real transcript,
	// "verified" and the day on which somebody did, or "".
	Layout  string `json:"layout" doc:"unverified, verified and the day, or empty."`
	Source  string `json:"source" doc:"Where the layout comes from."`
	Sheet   string // the sheet that is read of a workbook, or "" for the first one
	Options transcript.Options
}

// Unverified is the layout that nobody held against a real transcript.
const Unverified = "unverified"

// Parse reads a profile, which may name the known topics. Errors begin with name, which
// may be a path, the line and the key.
func Parse(name string, data []byte, known ledger.Vocabulary) (Profile, error) {
	var f file
	f.Options.Known = known
	err := yamlfile.Read(data, yamlfile.Fields{
		{"title?", &f.Title},
		{"layout?", either(&f.unverified, Unverified, Unverified, "not a layout; write unverified, or leave layout out and write verified with the day")},
		{"verified?", &f.verified},
		{"source?", &f.Source},
		{"sheet?", &f.Sheet},
		{"skip?", &f.Options.Skip},
		{"date-format?", &f.Options.DateFormat},
		{"decimal?", either(&f.Options.DecimalComma, "comma", "point", "not point or comma")},
		{"unit?", &f.Options.Unit},
		{"columns?", f.readColumns},
		{"set?", f.readConstants},
		{"topics?", f.readTopics},
		{"if?", yamlfile.List(f.readRule)},
	})
	if err == nil {
		err = f.check()
	}
	if err != nil {
		return Profile{}, fmt.Errorf("%s: %w", name, err)
	}
	if f.Title == "" { // then it has the name of its file
		f.Title = name[strings.LastIndexAny(name, `/\`)+1:]
		f.Title = cmp.Or(strings.TrimSuffix(f.Title, ".yaml"), f.Title)
	}
	return f.Profile, nil
}

// A file is a profile that is being read.
type file struct {
	Profile
	unverified bool
	verified   ledger.Date
	points     *yamlfile.Node // the constant points; the unit gives them a meaning
}

// check checks the profile as a whole.
func (f *file) check() error {
	switch {
	case f.unverified && f.verified != 0:
		return errors.New("give layout or verified, not both")
	case f.verified != 0 && f.Source == "":
		return errors.New("verified needs source too: say what it was checked against")
	case f.unverified:
		f.Layout = Unverified
	case f.verified != 0:
		f.Layout = "verified " + f.verified.String()
	}
	if f.points == nil {
		return nil
	}
	if _, err := f.Options.ParsePoints(f.points.Value); err != nil {
		return yamlfile.Errorf(f.points, "points: %w", err)
	}
	return nil
}

// word reads a single value.
func word(n *yamlfile.Node) (s string, err error) {
	err = yamlfile.Value(n, &s)
	return s, err
}

// either returns a reader of one of two words, which sets whether it was the first.
func either(is *bool, yes, no, otherwise string) func(*yamlfile.Node) error {
	return func(n *yamlfile.Node) error {
		s, err := word(n)
		if err == nil && s != yes && s != no {
			err = errors.New(otherwise)
		}
		*is = s == yes
		return err
	}
}

// eachField calls read for each pair of a mapping whose keys are fields.
func eachField(n *yamlfile.Node, read func(transcript.Field, *yamlfile.Node) error) error {
	pairs := yamlfile.Pairs(n)
	if len(pairs) == 0 {
		return errors.New("write fields with their values, such as title: Course Name")
	}
	seen := map[transcript.Field]bool{}
	for _, pair := range pairs {
		key := pair[0]
		field, err := transcript.ParseField(key.Value, transcript.ColumnFields())
		switch {
		case err != nil:
			return yamlfile.Errorf(key, "%q is %w", key.Value, err)
		case seen[field]:
			return yamlfile.Errorf(key, "%s is there twice", field)
		}
		seen[field] = true
		if err := read(field, pair[1]); err != nil {
			return yamlfile.Locate(key, err)
		}
	}
	return nil
}

func (f *file) readColumns(n *yamlfile.Node) error {
	f.Options.Columns = map[transcript.Field]string{}
	return eachField(n, func(field transcript.Field, value *yamlfile.Node) (err error) {
		f.Options.Columns[field], err = word(value)
		return err
	})
}

func (f *file) readConstants(n *yamlfile.Node) error {
	f.Options.Constants = map[transcript.Field]string{}
	return eachField(n, func(field transcript.Field, value *yamlfile.Node) error {
		if field != transcript.Topics {
			return f.setConstant(field, value)
		}
		topics, err := f.readTopicList(value)
		if len(topics) == 0 && err == nil {
			err = errors.New("names no topic")
		}
		f.Options.Constants[field] = strings.Join(words.Strings(topics), ";")
		return err
	})
}

func (f *file) setConstant(field transcript.Field, n *yamlfile.Node) error {
	s, err := word(n)
	switch {
	case err != nil:
	case field == transcript.Title, field == transcript.Date:
		err = errors.New("cannot be the same for every row")
	case field == transcript.PointsUnit:
		err = errors.New("belongs outside of set: unit: hours")
	case field == transcript.Activity:
		var activity ledger.Activity
		activity, err = ledger.ParseActivity(s)
		s = string(activity)
	case field == transcript.Points:
		f.points = n
	}
	f.Options.Constants[field] = s
	return err
}

// readTopicList reads one topic, or a list of topics that may be empty.
func (f *file) readTopicList(n *yamlfile.Node) ([]ledger.Topic, error) {
	topics := []ledger.Topic{}
	one := func(n *yamlfile.Node) error {
		s, err := word(n)
		if err != nil {
			return err
		}
		topic, err := f.Options.Known.Parse(s)
		if err != nil {
			return fmt.Errorf("%q is %w", s, err)
		}
		topics = append(topics, topic)
		return nil
	}
	if yamlfile.IsList(n) {
		return topics, yamlfile.List(one)(n)
	}
	return topics, one(n)
}

func (f *file) readTopics(n *yamlfile.Node) error {
	pairs := yamlfile.Pairs(n)
	if len(pairs) == 0 {
		return errors.New("write texts with their topics, such as Transfusion Medicine: blood-banking")
	}
	f.Options.Topics = map[string][]ledger.Topic{}
	for _, pair := range pairs {
		text := transcript.Squeeze(pair[0].Value)
		if _, twice := f.Options.Topics[text]; twice {
			return yamlfile.Errorf(pair[0], "%s is there twice", pair[0].Value)
		}
		if text == "" {
			return yamlfile.Errorf(pair[0], "write a text before the colon")
		}
		topics, err := f.readTopicList(pair[1])
		if err != nil {
			return yamlfile.Locate(pair[0], err)
		}
		f.Options.Topics[text] = topics
	}
	return nil
}

func (f *file) readRule(n *yamlfile.Node) error {
	var rule transcript.Rule
	err := yamlfile.Fields{
		{"column", &rule.Column},
		{"matches", func(n *yamlfile.Node) error {
			s, err := word(n)
			if err != nil {
				return err
			}
			if _, err = regexp.Compile(s); err != nil { // the error shows what was written
				return fmt.Errorf("%q is not a pattern: %s", s, strings.TrimPrefix(err.Error(), "error parsing regexp: "))
			}
			rule.Match, err = regexp.Compile("(?i)" + s)
			return err
		}},
		{"skip?", either(&rule.Skip, "true", "false", "not true or false")},
		{"topics?", func(n *yamlfile.Node) (err error) {
			rule.Topics, err = f.readTopicList(n)
			return err
		}},
		{"activity?", &rule.Activity},
	}.Read(n)
	does := len(rule.Topics) > 0 || rule.Activity != ""
	switch {
	case err != nil:
		return err
	case rule.Skip && does:
		return errors.New("if: a row that is skipped needs neither topics nor an activity")
	case !rule.Skip && !does:
		return errors.New("if: say what to do: topics, activity or skip: true")
	}
	f.Options.Rules = append(f.Options.Rules, rule)
	return nil
}

//go:embed data
var shipped embed.FS // never changed

// Shipped returns the names of the profiles that ship with the program.
func Shipped() (names []string) {
	entries, _ := shipped.ReadDir("data") // the folder is part of the program
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".yaml"))
	}
	return names
}

// ShippedText returns the text of a profile that ships with the program, or
// nil when none has that name.
func ShippedText(name string) []byte {
	text, _ := shipped.ReadFile("data/" + name + ".yaml")
	return text
}
