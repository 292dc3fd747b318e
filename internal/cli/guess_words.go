package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cmpledger/internal/handover"
	"cmpledger/internal/ledger"
)

// otherWord finds the command of ours that a word of another tool means, also below a group.
func (m mistake) otherWord() (all []ledger.Command) {
	if len(m.parts) == 0 {
		return nil
	}
	word, rest := cmpWord(m.parts[0]), []string{}
	for _, p := range m.parts[1:] {
		rest = append(rest, p.typed()...)
	}
	if m.cmd.HasParent() {
		if c := m.below(word, rest); c != nil {
			return []ledger.Command{c}
		}
		return nil
	}
	switch _, err := os.Stat(word); {
	case len(rest) == 0 && (word == "-" || err == nil && m.cmd.Commands() != nil):
		return []ledger.Command{forFile(word)}
	case strings.EqualFold(word, "-help") || word == "--h":
		return []ledger.Command{{"help"}}
	case strings.EqualFold(word, "-version") || word == "-V":
		return []ledger.Command{{"version"}}
	}
	meanings := handover.Meant(word)
	if m.cmd.SuggestionsMinimumDistance = handover.Distance(word); meanings == nil && len(m.cmd.SuggestionsFor(word)) == 0 {
		meanings = handover.Meant(handover.NearOther(word))
	}
	for _, meaning := range meanings {
		if len(rest) > 0 && slices.Contains(settingNames(), rest[0]) && strings.HasPrefix(meaning, "edit") {
			meaning = "config path" // set format json
		}
		all = append(all, m.spelled(meaning, rest))
	}
	return all
}

// cmpWord is what stands in the place of a command.
func cmpWord(p part) string {
	if p.flag != "" {
		return p.flag
	}
	return p.value
}

// spelled returns a command of [handover.Meant] with what follows it.
func (m mistake) spelled(meaning string, rest []string) ledger.Command {
	command, without, _ := strings.Cut(meaning, " [")
	c := ledger.Command(strings.Fields(command))
	target, _, _ := m.cmd.Root().Find(c)
	if len(rest) == 0 || without == "list]" && strings.HasPrefix(rest[0], "-") {
		c = append(c, strings.Fields(strings.TrimSuffix(without, "]"))...)
		if held := m.codesHeld(); strings.HasSuffix(without, "CODE]") && len(held) > 0 {
			c[len(c)-1] = held[0]
		}
	}
	if target.HasParent() && (strings.Contains(target.Use, " ") || target.HasSubCommands() || target.Name() == "help") {
		c = append(c, rest...)
	}
	return c
}

// forFile returns what to do with a file that nobody said it of.
func forFile(path string) ledger.Command {
	if strings.EqualFold(filepath.Ext(path), ".db") {
		return ledger.Command{"status", "--db", path}
	}
	return ledger.Command{"import", path}
}

// below finds what is meant by a word below a group: a command of the group, one of ours
// that stands elsewhere, or the thing itself.
func (m mistake) below(word string, rest []string) ledger.Command {
	group := m.cmd.Name()
	if group == "export" && exported(word) != nil {
		return exported(word)
	}
	if group == "export" && filepath.Ext(word) != "" {
		what := map[bool]string{true: "ledger", false: "credits"}[strings.EqualFold(filepath.Ext(word), ".jsonl")]
		return ledger.Command{"export", what, "--output", word}
	}
	if word == "help" {
		return ledger.Command{"help", group}
	}
	near := map[string][]string{"add": {"new"}, "show": {"get", "list"}, "import": {"add"}, "edit": {"add"}}
	if group == "remind" {
		near = map[string][]string{"add": {"install"}, "on": {"install"}, "off": {"remove"}, "list": {"show"}, "status": {"show"}}
	}
	for _, meaning := range append([]string{word}, handover.Meant(word)...) {
		verb, _, _ := strings.Cut(strings.TrimPrefix(meaning, group+" "), " ")
		for _, name := range append([]string{verb}, near[verb]...) {
			sub, _, _ := m.cmd.Find([]string{name})
			if sub != m.cmd && name != "" && (name != "add" || verb != "edit") {
				return slices.Concat(m.path(), ledger.Command{name}, rest)
			}
		}
		if verb == "add" && group == "backup" || group == "config" && slices.Contains([]string{"show", "list"}, verb) {
			return m.path()
		}
		if verb == "add" && group == "courses" && len(rest) > 0 {
			if isFile(rest[0]) {
				return append(ledger.Command{"courses", "import"}, rest...)
			}
			return append(ledger.Command{"add"}, rest...)
		}
	}
	switch {
	case slices.Contains(settingNames(), word) && group == "config":
		return m.path()
	case group == "config" && (handover.Meant(word) != nil || slices.Contains(handover.Commands(), word)):
		return ledger.Command{"config", "path"}
	case slices.Contains(handover.Commands(), word) && slices.Contains([]string{"credential", "backup", "courses", "evidence"}, group):
		return append(ledger.Command{word}, rest...)
	}
	return m.belowItself(word, rest)
}

// belowItself finds what is meant where a group is followed by the thing itself: a code, a
// number, a topic or a file.
func (m mistake) belowItself(word string, rest []string) ledger.Command {
	group, file := m.cmd.Name(), isFile(word)
	switch {
	case file && group == "courses":
		return ledger.Command{"courses", "import", word}
	case file && slices.Contains([]string{"credential", "evidence", "profile", "rules"}, group):
		return forFile(word)
	case m.isCode(word) && (group == "credential" || group == "rules"):
		return append(ledger.Command{group, "show", word}, rest...)
	case m.isCode(word) && group == "evidence":
		return ledger.Command{"evidence", "list", "--credential", word}
	case isID(word) && group == "evidence":
		return ledger.Command{"evidence", "list", word}
	case m.topic(word) != "" && group == "courses":
		return ledger.Command{"courses", "list", "--topic", string(m.topic(word))}
	}
	return nil
}

// exported returns the export that a word means.
func exported(word string) ledger.Command {
	switch word = strings.ToLower(word); word {
	case "all", "everything", "db", "database", "backup":
		return ledger.Command{"export", "ledger"}
	case "excel", "xlsx", "spreadsheet":
		return ledger.Command{"export", "credits", "--format", "xlsx", "--output", "credits.xlsx"}
	case "csv", "json", "tsv", "markdown":
		return ledger.Command{"export", "credits", "--format", word}
	}
	return nil
}

// otherHelp finds what cmp help is asked about.
func (m mistake) otherHelp() ledger.Command {
	all := m.words()
	if m.cmd.Name() != "help" || len(all) == 0 {
		return nil
	}
	for _, topic := range HelpTopics() {
		if len(all) == 1 && len(all[0]) > 2 && strings.HasPrefix(topic.Name, strings.ToLower(all[0])) {
			return ledger.Command{"help", topic.Name}
		}
	}
	found, rest, err := m.cmd.Root().Find(all)
	if err == nil && found.HasParent() && !found.HasSubCommands() && len(rest) > 0 {
		return append(ledger.Command{"help"}, strings.Fields(named(found))...)
	}
	if meanings := handover.Meant(all[0]); meanings != nil {
		c, _, _ := strings.Cut(meanings[0], " [")
		if found, _, err := m.cmd.Root().Find(strings.Fields(c)); err == nil && found.HasParent() && found != m.cmd {
			return append(ledger.Command{"help"}, strings.Fields(named(found))...)
		}
		return ledger.Command{"help"}
	}
	if m.isCode(all[0]) {
		return ledger.Command{"rules", "show", all[0]}
	}
	return nil
}

// nounBehind finds a command below a group that was typed the other way round: remove
// credential MLS, show rules MLS. The word credit says nothing here, and help may be last.
func (m mistake) nounBehind() ledger.Command {
	all := m.words()
	if m.cmd.HasSubCommands() || !m.cmd.HasParent() || len(all) == 0 {
		return nil
	}
	if all[len(all)-1] == "help" && m.cmd.Name() != "help" && !slices.Contains([]string{"add", "list"}, named(m.cmd)) {
		return append(ledger.Command{"help"}, m.path()...)
	}
	noun := strings.ToLower(all[0])
	at := slices.IndexFunc(m.parts, func(p part) bool { return p.flag == "" })
	if credit := noun == "credit" || noun == "credits"; credit && len(all) > 1 && slices.Contains([]string{"add", "edit", "remove", "show"}, named(m.cmd)) {
		return m.instead(at, 1)
	}
	for _, meaning := range append([]string{noun}, handover.Meant(noun)...) {
		name, _, _ := strings.Cut(meaning, " ")
		group, _, _ := m.cmd.Root().Find([]string{name})
		sub, _, _ := m.cmd.Root().Find([]string{name, m.cmd.Name()})
		if group.HasParent() && sub != group && !m.cmd.Parent().HasParent() && (len(all) > 1 || m.cmd.Name() == "list") {
			return slices.Concat(ledger.Command{name}, m.path(), m.instead(at, 1)[1:])
		}
	}
	return nil
}

// elsewhere finds what is meant by words behind a command that takes none, or others.
func (m mistake) elsewhere() ledger.Command {
	all := m.words()
	if len(all) == 0 {
		return nil
	}
	first, rest := strings.ToLower(all[0]), all[1:]
	switch name := named(m.cmd); {
	case name == "log" && (first == "list" || first == "ls"), name == "redo",
		name == "undo" && slices.Contains([]string{"all", "it", "last", "that", "the"}, first):
		return m.path()
	case strings.HasPrefix(name, "export ") && filepath.Ext(first) != "" && len(rest) == 0:
		return append(m.with(), "--output", all[0])
	case name == "backup" && first == "to" && len(rest) == 1:
		return append(m.path(), rest...)
	case name == "evidence list" && m.isCode(first):
		return append(m.path(), "--credential", all[0])
	case name == "evidence get" && len(rest) == 1 && filepath.Ext(rest[0]) != "":
		return append(m.path(), all[0], "--output", rest[0])
	case name == "log" && first == "show" && len(rest) == 1:
		return append(m.path(), rest...)
	case name == "log" && (first == "undo" || first == "redo"):
		return all
	case name == "topics" && m.topic(all[0]) != "" && len(rest) == 0:
		return ledger.Command{"list", "--topic", string(m.topic(all[0]))}
	case name == "topics" && len(rest) == 2 && isID(rest[0]) && m.topic(rest[1]) != "":
		return ledger.Command{"edit", rest[0], "--topic", rest[1]}
	case name == "profile check" && isFile(all[0]) && len(rest) == 1 && !isFile(rest[0]):
		return append(m.path(), rest[0], all[0])
	case name == "profile check" && isFile(all[0]) && len(rest) == 0 && !strings.HasSuffix(first, ".yaml"):
		return ledger.Command{"profile", "new", all[0]}
	case name == "rules check" && isFile(all[0]) && !strings.HasSuffix(first, ".yaml"):
		return forFile(all[0])
	case (name == "show" || name == "merge") && len(rest) > 0 && isID(all[0]) && isID(rest[0]):
		most := map[string]int{"show": 1, "merge": 2}[name]
		if len(all) > most {
			return m.with(all[:most]...)
		}
	}
	return nil
}
