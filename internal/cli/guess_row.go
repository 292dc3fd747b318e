package cli

import (
	_ "embed"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/handover"
	"cmpledger/internal/ledger"
	"cmpledger/internal/words"
)

// guesses are the mistakes that are understood, a row each. It says itself how it is read.
//
//go:embed guess.txt
var guesses string

// A guess is a row of [guesses] tried on a mistake.
type guess struct {
	mistake
	said map[string][]string // what its words stand for so far
}

// row finds the command that is meant by the words of a command line, its flags left aside.
// Where it is one for each credential held, there are several.
func (m mistake) row() (all []ledger.Command) {
	words := append(m.path(), m.words()...)
	for row := range strings.Lines(guesses) {
		left, right, ok := strings.Cut(row, " -> ")
		left, flag, flagged := strings.Cut(left, " --")
		g := guess{m, map[string][]string{}}
		if !ok || flagged && !m.given(flag) || !g.fits(strings.Fields(left), words) {
			continue
		}
		each := []string{""}
		if strings.Contains(right, "EACH") {
			each = m.codesHeld()
		}
		for _, code := range each[:min(3, len(each))] {
			c := g.command(strings.ReplaceAll(right, "EACH", code))
			if slices.Equal(c, words) {
				return nil // it is right already
			}
			if m.isCommand(c) {
				all = append(all, append(c, m.flagsOf(c)...))
			}
		}
		if all != nil {
			return all
		}
	}
	return nil
}

// isCommand reports whether a command line names a command.
func (m mistake) isCommand(c ledger.Command) bool {
	target, rest, err := m.cmd.Root().Find(c)
	return err == nil && target.HasParent() && (len(rest) == 0 || !target.HasSubCommands() || named(target) == "audit")
}

// fits reports whether words fit a pattern, and notes what each of it stands for.
func (g guess) fits(pattern, typed []string) bool {
	if len(pattern) == 0 {
		return len(typed) == 0
	}
	token := strings.Trim(pattern[0], "[].")
	if strings.HasPrefix(pattern[0], "[") && g.fits(pattern[1:], typed) {
		return true
	}
	least, before := 0, g.said[token]
	if len(pattern) == 1 && token == strings.Trim(pattern[0], "[]") {
		least = len(typed)
	}
	for n := least; n <= len(typed); n++ {
		said := g.stand(token, typed[:n])
		if said == nil {
			continue
		}
		g.said[token] = slices.Concat(before, said)
		if g.fits(pattern[1:], typed[n:]) || n > 0 && strings.HasSuffix(pattern[0], "...") && g.fits(pattern, typed[n:]) {
			return true
		}
		g.said[token] = before
	}
	return false
}

// stand returns what is meant by words that stand in the place of a token, or nil.
func (g guess) stand(token string, typed []string) []string {
	text := strings.Join(typed, " ")
	switch token { // of any number of words
	case "REST":
		return append([]string{}, typed...)
	case "TEXT":
		return only(len(typed) > 0 && !slices.ContainsFunc(typed, g.says), text)
	case "PHRASE":
		return only(strings.Contains(text, " ") && !slices.ContainsFunc(typed, g.says), text)
	case "DAY":
		_, err := g.readDay(text)
		return only(err == nil, text)
	case "AMOUNT":
		if name, number, ok := strings.Cut(strings.ToLower(strings.ReplaceAll(text, "=", " ")), " "); ok && slices.Contains(units(), name) { // points 1
			text = number + " " + name
		}
		amount := unitAndAmount(text)
		_, err := ledger.ParsePoints(amount[1])
		return only(err == nil && !slices.ContainsFunc(units(), g.given), amount...)
	case "VALUES":
		return g.values(typed)
	case "FOUND":
		return only(titledSo(g.glance().Credits, typed) != nil, typed...)
	case "TITLED":
		found := words.Map(titledSo(g.glance().Credits, typed), id)
		return only(len(found) == 1, found...)
	}
	if len(typed) == 1 {
		return g.one(token, text)
	}
	return nil
}

// one returns what is meant by one word that stands in the place of a token, or nil.
func (g guess) one(token, word string) []string {
	switch token {
	case "COMMAND", "GROUP":
		return g.namedBy(word, token)
	case "ELSEWHERE": // a command behind a group that does not have it
		return only(g.cmd.HasSubCommands(), g.namedBy(word, token)...)
	case "BODY":
		p, err := g.book.Programme(strings.ToLower(word))
		return only(err == nil && p != nil, strings.ToLower(word))
	case "NUMBERS":
		return only(strings.Contains(word, ",") && isID(strings.ReplaceAll(word, ",", "")), strings.FieldsFunc(word, func(r rune) bool { return r == ',' })...)
	case "FLAG":
		f := g.cmd.Flags().Lookup(strings.ToLower(word))
		return only(f != nil && f.NoOptDefVal != "" && !g.given(f.Name) && f.Name != "help" && f.Name != "all", "--"+strings.ToLower(word))
	case "HELP":
		topic := nearTopic(word)
		likely := handover.Like(word, handover.Commands()) == nil || strings.HasPrefix(topic, strings.ToLower(word))
		otherWord := !g.cmd.HasParent() && handover.Meant(word) != nil
		return only(topic != "" && likely && !otherWord && !slices.Contains(handover.Commands(), word), topic)
	}
	parses := func(_ any, err error) bool { return err == nil }
	kinds := map[string]func() bool{
		"ID":      func() bool { return isID(word) },
		"CODE":    func() bool { return g.isCode(word) },
		"MINE":    func() bool { return slices.Contains(g.codesHeld(), strings.ToUpper(word)) },
		"TOPIC":   func() bool { return g.topic(word) != "" },
		"SETTING": func() bool { return slices.Contains(settingNames(), word) },
		"FILE":    func() bool { return isFile(word) },
		"PATH":    func() bool { return word == "-" || handover.Meant(word) == nil && parses(os.Stat(word)) },
		"POINTS":  func() bool { return parses(ledger.ParsePoints(word)) },
		"YEAR":    func() bool { return parses(ledger.ParseDate(word + "-01-01")) },
	}
	if is := kinds[token]; is != nil {
		return only(is(), word)
	}
	for name := range strings.SplitSeq(token, "|") {
		fits, _ := filepath.Match(name, strings.ToLower(word))
		switch {
		case fits && strings.Contains(name, "*"):
			return []string{word}
		case fits || len(g.said) > 0 && !slices.Contains(g.path(), word) && slices.Contains(otherMeanings(word), name):
			return []string{name}
		}
	}
	return nil
}

// only returns words if they are what they should be.
func only(ok bool, typed ...string) []string {
	if ok {
		return typed
	}
	return nil
}

// isFile reports whether a word is the path of something that is there.
func isFile(word string) bool {
	_, err := os.Stat(word)
	return err == nil && strings.ContainsAny(word, `./\`)
}

// namedBy returns the command that a word names, here, in another tool or with a letter
// wrong, or nil. The first word of a line names a command already.
func (g guess) namedBy(word, token string) []string {
	all := []string{word}
	if len(g.said) > 0 {
		all = append(all, otherMeanings(word)...)
	}
	if len(g.said) > 0 && token == "COMMAND" {
		all = append(all, handover.Like(word, handover.Commands())...)
	}
	for _, c := range all {
		found, rest, err := g.cmd.Root().Find(strings.Fields(c))
		if err == nil && found.HasParent() && len(rest) == 0 && (token != "GROUP" || found.HasSubCommands()) {
			return strings.Fields(c)
		}
	}
	return nil
}

// command returns the right side of a row with what its words stand for.
func (g guess) command(right string) (c ledger.Command) {
	for _, token := range strings.Fields(right) {
		said, ok := g.said[strings.Trim(token, "[].")]
		switch {
		case token == "@":
			said = g.path()
		case token == "HELD":
			said = g.codesHeld()
		case token == "AMOUNT" && !ok && !slices.ContainsFunc(units(), g.given):
			said = []string{"--points", "P"}
		case !ok && token != "AMOUNT" && token[0] != '[':
			for name, all := range g.said {
				if strings.ToUpper(name) == name && len(all) == 1 {
					token = strings.ReplaceAll(token, name, all[0])
				}
			}
			said = []string{token}
		}
		c = append(c, said...)
	}
	return c
}

// flagsOf returns the flags that were typed, as far as a command has them.
func (m mistake) flagsOf(c ledger.Command) (all []string) {
	target := m
	target.cmd, _, _ = m.cmd.Root().Find(c)
	target.cmd.InheritedFlags()
	for _, p := range m.parts {
		ours := target.synonym(strings.TrimLeft(p.flag, "-"))
		if p.flag != "" && ours != "" && !(p.bare && target.cmd.Flags().Lookup(ours) == nil) {
			all = append(all, typed(p)...)
		}
	}
	return all
}

// values returns words as flags of the command with their values, if all can be read so:
// points 2, topic=heme, or a value alone that only one flag takes. Behind a title of which
// nobody knows where it ends, a word that may belong to it is none.
func (g guess) values(typed []string) (flags []string) {
	if flag, day := g.valueOf(strings.Join(typed, " ")); flag != "" { // March 31 2027
		return []string{"--" + flag, day}
	}
	for i := 0; i < len(typed); {
		name, value, set := strings.Cut(typed[i], "=")
		flag, n := g.synonym(strings.ToLower(name)), 1
		ours := g.cmd.Flags().Lookup(flag)
		switch {
		case ours == nil || ours.NoOptDefVal != "" || g.titled() && !set && (flag != name || isText(ours)):
			n = 0
		case !set:
			for n = len(typed) - i; n > 1; n-- { // the longest that it takes
				value = strings.Join(typed[i+1:i+n], " ")
				if g.takes(ours, value) && (n == 2 || !isText(ours) || !slices.ContainsFunc(typed[i+1:i+n], g.says)) {
					break
				}
			}
		}
		if n == 0 || n == 1 && !(set && g.takes(ours, value)) {
			n = 1
			if flag, value = g.valueOf(typed[i]); flag == "" {
				return nil
			}
		}
		flags, i = append(flags, "--"+flag, value), i+n
	}
	return flags
}

// titled reports whether words stand behind a title with no amount between.
func (g guess) titled() bool { return g.said["TEXT"] != nil && g.said["AMOUNT"] == nil }

// isText reports whether a flag takes any text.
func isText(f *pflag.Flag) bool { return strings.HasPrefix(f.Value.Type(), "string") }

// takes reports whether a value is one that a flag takes.
func (m mistake) takes(f *pflag.Flag, value string) bool {
	known, err := m.book.Topics()
	if topics, ok := f.Value.(*topicFlag); ok && err == nil {
		err = topics.read(known, value)
	}
	return err == nil && value != "" && f.Value.Set(value) == nil
}

// says reports whether a word does not belong to a title: it names a flag, or is a day or an
// amount, unless a flag says that already.
func (g guess) says(word string) bool {
	name, _, set := strings.Cut(strings.ToLower(word), "=")
	flag := g.cmd.Flags().Lookup(name)
	value, _ := g.valueOf(word)
	_, number := ledger.ParsePoints(word)
	worth := slices.ContainsFunc(units(), g.given)
	return flag != nil || set && g.synonym(name) != "" || value != "" && value != "topic" || number == nil && !worth
}

// valueOf returns the flag of the command that a value alone can only belong to.
func (g guess) valueOf(word string) (flag, value string) {
	has := func(names ...string) string {
		for _, name := range names {
			if f := g.cmd.Flags().Lookup(name); f != nil && !g.given(name) && g.takes(f, word) {
				return name
			}
		}
		return ""
	}
	_, notDay := g.readDay(word)
	switch topic := g.topic(word); {
	case word == "" || isID(word):
	case g.said["AMOUNT"] == nil && has("points") != "":
		return "points", word
	case notDay == nil:
		return has("date", "on", "expires"), word
	case topic != "" && !g.titled():
		return has("topic", "category"), string(topic)
	}
	return "", ""
}

// below returns the names of the commands below one.
func below(cmd *cobra.Command) []string { return words.Map(cmd.Commands(), (*cobra.Command).Name) }
