package cli

import (
	"embed"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// A HelpTopic is a text about what concerns all commands.
type HelpTopic struct {
	Name  string
	Short string // without a full stop
	Text  string // as package prose reads it
}

// helpTexts has one file a topic: what it is about in one line, a blank line,
// and the text.
//
//go:embed help/*.txt
var helpTexts embed.FS

// rulesHelp is the topic that the command rules says itself.
//
//go:embed help/rules.txt
var rulesHelp string

// HelpTopics returns the topics by name. The name of a topic may be that of a
// command, whose own help then is the text.
func HelpTopics() []HelpTopic {
	files, _ := helpTexts.ReadDir("help") // is embedded, and cannot fail
	topics := make([]HelpTopic, len(files))
	for i, f := range files {
		text, _ := helpTexts.ReadFile("help/" + f.Name())
		topics[i] = HelpTopic{Name: strings.TrimSuffix(f.Name(), ".txt")}
		topics[i].Short, topics[i].Text = helpText(string(text))
	}
	return topics
}

// IsCommand reports whether the topic is the help of a command of that name.
func (t HelpTopic) IsCommand(root *cobra.Command) bool {
	return slices.ContainsFunc(root.Commands(), func(c *cobra.Command) bool { return c.Name() == t.Name })
}

// helpText returns what a text is about, and the text itself.
func helpText(file string) (short, text string) {
	short, text, _ = strings.Cut(file, "\n\n")
	return short, strings.TrimSpace(text)
}

// helpTopic returns the topic that one word names.
func helpTopic(words []string) (HelpTopic, bool) {
	topics := HelpTopics()
	i := slices.IndexFunc(topics, func(t HelpTopic) bool { return len(words) == 1 && t.Name == words[0] })
	if i < 0 {
		return HelpTopic{}, false
	}
	return topics[i], true
}
