package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/actions"
	"cmpledger/internal/handover"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

// otherFlags are names that people give a flag of ours, each behind ours. Names in upper
// case stand for an argument: the flag is left out, and its value stays.
const otherFlags = `
on: date by when day until d
expires: exp expiry expire expiration expiration-date expiry-date end until valid-until on date e d
since: from date-from after start
until: to date-to before end
points: point pts pt p credit credits ce ces cme value worth amount
hours: hour hrs hr h contact-hours
topic: topics category categories subject area tag t c
date: on when day completed completed-on earned d
provider: by from sponsor vendor organization org
evidence: file files certificate cert attach attachment proof f
reference: ref id number certificate-number
activity: type kind
title: name
note: notes comment comments
url: link web
credential: cred code for credit
output: out file save o
dry-run: dry preview simulate what-if n test
auto: all
duplicates: dup dups dupes dedupe
number: id no
check: strict
help: h
format: f as
TITLE: title name
WORD: search word words query find text title q
FILE: file path input f
CODE: code credential cred c
ID: id credit number n
`

// idleFlags mean nothing here: their commands do it anyway, or never.
const idleFlags = "yes y force f confirm all a quiet q long l la"

// formatFlags are names of formats that people write as flags.
const formatFlags = "json csv tsv markdown xlsx"

// A mistake is a command line that is wrong, as far as it can be understood.
type mistake struct {
	*app
	cmd   *cobra.Command // that is named, in a tree of all commands
	parts []part         // what follows it
}

// A part is a word, or a flag with its value.
type part struct {
	flag  string // as it was typed, with its hyphens; "" for a word
	value string
	bare  bool // a flag without a value
}

// mistaken takes a command line apart.
func (a *app) mistaken(args []string) mistake {
	cmd, rest, _ := Command(a.name).Find(args) // what is unknown stays in the rest
	cmd.InitDefaultHelpFlag()
	cmd.InheritedFlags() // which adds them to its own
	m := mistake{app: a, cmd: cmd}
	for i := 0; i < len(rest); i++ {
		switch arg := rest[i]; {
		case arg == "--":
			m.parts = append(m.parts, words.Map(rest[i+1:], func(w string) part { return part{value: w} })...)
			return m
		case arg == "-" || !strings.HasPrefix(arg, "-"):
			m.parts = append(m.parts, part{value: arg})
		default:
			p := part{flag: arg}
			var ok bool
			if p.flag, p.value, ok = strings.Cut(arg, "="); !ok {
				p.bare = i+1 == len(rest) || !m.takesValue(strings.TrimLeft(arg, "-"))
				if !p.bare {
					i++
					p.value = rest[i]
				}
			}
			m.parts = append(m.parts, p)
		}
	}
	return m
}

// takesValue reports whether a value follows a flag of that name, of whatever command.
func (m mistake) takesValue(name string) bool {
	if name == "credit" || name == "year" {
		return true
	}
	if f := m.cmd.Flags().Lookup(m.ours(name)); f != nil {
		return f.NoOptDefVal == ""
	}
	return m.argument(name) || slices.ContainsFunc(m.owners(name), func(c *cobra.Command) bool {
		return c.Flags().Lookup(name).NoOptDefVal == ""
	})
}

// ours returns the flag of the command that a name means, mistyped or not, or "".
func (m mistake) ours(name string) string {
	if flag := m.synonym(name); flag != "" {
		return flag
	}
	var names []string
	m.cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return ledger.Nearest(name, names)
}

// synonym returns the flag of the command that has a name here or elsewhere, or "".
func (m mistake) synonym(name string) string {
	flags := m.cmd.Flags()
	if flags.Lookup(name) != nil {
		return name
	}
	for row := range strings.Lines(otherFlags) {
		flag, others, _ := strings.Cut(row, ": ")
		if slices.Contains(strings.Fields(others), strings.ToLower(name)) && flags.Lookup(flag) != nil {
			return flag
		}
	}
	return ""
}

// argument reports whether a name is that of an argument of the command.
func (m mistake) argument(name string) bool {
	for row := range strings.Lines(otherFlags) {
		argument, others, _ := strings.Cut(row, ": ")
		if strings.ToUpper(argument) == argument && slices.Contains(strings.Fields(others), name) && strings.Contains(m.cmd.Use, argument) {
			return true
		}
	}
	return false
}

// owners returns the commands that have a flag of that name.
func (m mistake) owners(name string) (all []*cobra.Command) {
	var visit func(*cobra.Command)
	visit = func(c *cobra.Command) {
		if c.LocalNonPersistentFlags().Lookup(name) != nil {
			all = append(all, c)
		}
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(m.cmd.Root())
	return all
}

// words returns the parts that are no flags.
func (m mistake) words() (all []string) {
	for _, p := range m.parts {
		if p.flag == "" {
			all = append(all, p.value)
		}
	}
	return all
}

// flags returns the parts that are flags, as they are typed.
func (m mistake) flags() (all []string) {
	for _, p := range m.parts {
		if p.flag != "" {
			all = append(all, p.typed()...)
		}
	}
	return all
}

func (p part) typed() []string {
	switch {
	case p.flag == "":
		return []string{p.value}
	case p.bare:
		return []string{p.flag}
	}
	return []string{p.flag, p.value}
}

// path returns the words that name the command.
func (m mistake) path() ledger.Command { return strings.Fields(m.cmd.CommandPath())[1:] }

// with returns the command with other words before its flags.
func (m mistake) with(words ...string) ledger.Command {
	return slices.Concat(m.path(), words, m.flags())
}

// guessed adds to a failure what was meant, if that can be seen.
func (a *app) guessed(cmd *cobra.Command, f *failure) *failure {
	_ = a.settle(cmd.Flags()) // without them there is no ledger to look into
	m := a.mistaken(a.typed)
	if leaves := len(a.typed) > 0 && slices.Contains(handover.Meant(a.typed[0]), handover.Leave); leaves {
		f.given, f.hint = a.typed[0], ledger.Say("there is nothing to leave; each command ends by itself")
		return f
	}
	meant := m.meant()
	if meant == nil {
		if try := m.example(strings.HasPrefix(f.message, "unknown flag")); !try.IsEmpty() {
			f.hint = try
		}
		return f
	}
	if m.cmd.HasSubCommands() && len(m.parts) > 0 && m.parts[0].flag == "" && m.cmd.Name() != "audit" {
		f.given = strings.Join(append(m.path(), m.parts[0].value), " ")
	}
	if i := strings.LastIndex(f.message, "; "); i > 0 && !strings.Contains(f.message[i:], `"`) {
		f.message = f.message[:i] // a list of all that is known
	}
	f.hint = ledger.Say("did you mean %s?", eitherOf(meant))
	return f
}

// eitherOf joins commands with "or".
func eitherOf(all []ledger.Command) ledger.Text {
	if len(all[0]) == 0 {
		return ledger.Say("%s alone", all[0])
	}
	text := ledger.Say("%s", all[0])
	for _, c := range all[1:] {
		text = ledger.Say("%s, or %s", text, c)
	}
	return text
}

// meant returns the command lines that may be meant instead, each as right as it gets.
func (m mistake) meant() []ledger.Command {
	all := m.better()
	for i, c := range all {
		for range 3 { // a command line may be wrong in several ways
			next := m.mistaken(c).better()
			if len(next) != 1 || slices.ContainsFunc(c, isPlaceholder) {
				break
			}
			c = next[0]
		}
		all[i] = c
	}
	return all
}

// isPlaceholder reports whether a word stands for what only the holder knows.
func isPlaceholder(word string) bool {
	return slices.Contains([]string{"CODE", "DATE", "FILE", "ID", "P", "TITLE", "WORD"}, word)
}

// better mends the first thing that is wrong.
func (m mistake) better() []ledger.Command {
	if m.cmd.HasSubCommands() {
		if all := m.otherWord(); all != nil {
			return all
		}
	}
	for _, mend := range []func() ledger.Command{m.otherFormat, m.otherFlag, m.wholeText, m.otherHelp, m.elsewhere, m.flagWord, m.wordsAsFlags, m.otherTitle, m.allocation, m.numbers, m.codes} {
		if c := mend(); c != nil {
			return []ledger.Command{c}
		}
	}
	return nil
}

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
	near := map[string][]string{"add": {"new"}, "show": {"get", "list"}, "import": {"add"}, "edit": {"add"}}
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
	case group == "config" && handover.Meant(word) != nil:
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

// otherFormat finds the command that writes what was asked of another one: a workbook, or
// a file.
func (m mistake) otherFormat() ledger.Command {
	if named(m.cmd) != "list" {
		return nil
	}
	for i, p := range m.parts {
		name := strings.TrimLeft(p.flag, "-")
		switch file := strings.TrimPrefix(filepath.Ext(p.value), "."); {
		case name == "format" && (p.value == "xlsx" || p.value == "excel"):
			return m.exports(i, "--format", "xlsx", "--output", "credits.xlsx")
		case !slices.Contains([]string{"output", "out", "o", "save", "file"}, name) || p.value == "":
		case slices.Contains(strings.Fields(formatFlags), file):
			return m.exports(i, "--format", file, "--output", p.value)
		}
	}
	return nil
}

// exports returns cmp export credits with other words in the place of a part.
func (m mistake) exports(at int, typed ...string) ledger.Command {
	return append(ledger.Command{"export", "credits"}, m.instead(at, 1, typed...)[1:]...)
}

// otherFlag puts the right flag in the place of one that the command does not have.
func (m mistake) otherFlag() ledger.Command {
	for i, p := range m.parts {
		typed := strings.TrimLeft(p.flag, "-")
		if p.flag == "" {
			continue
		}
		if exact := m.cmd.Flags().Lookup(typed) != nil && strings.HasPrefix(p.flag, "--"); exact || len(p.flag) == 2 && m.cmd.Flags().ShorthandLookup(typed) != nil {
			if better := mendedValue(typed, p, m.parts[i+1:]); better != nil {
				skip := 1
				if better[len(better)-1] == "" { // the unit was a word of its own
					better, skip = better[:len(better)-1], 2
				}
				return m.instead(i, skip, better...)
			}
			continue
		}
		if named(m.cmd) == "list" && isID(p.value) && slices.Contains([]string{"credit", "id", "number"}, typed) {
			return ledger.Command{"show", p.value}
		}
		if better, ok := m.namedFlag(p, typed); ok {
			return m.instead(i, 1, better...)
		}
		if c := m.twin(typed); c != nil {
			return c
		}
	}
	return nil
}

// instead returns the command with other words in the place of some parts.
func (m mistake) instead(at, n int, typed ...string) ledger.Command {
	c := m.path()
	for i, p := range m.parts {
		switch {
		case i == at:
			c = append(c, typed...)
		case i < at || i >= at+n:
			c = append(c, p.typed()...)
		}
	}
	return c
}

// namedFlag returns what is typed for a flag that the command does not have.
func (m mistake) namedFlag(p part, typed string) (better []string, ok bool) {
	value := func(flag string) []string {
		if p.bare {
			return []string{"--" + flag}
		}
		return []string{"--" + flag, p.value}
	}
	format := map[string]string{"excel": "xlsx", "md": "markdown"}[typed]
	if format == "" && slices.Contains(strings.Fields(formatFlags), typed) {
		format = typed
	}
	switch flag := m.ours(typed); {
	case isID(typed) && strings.Contains(m.cmd.Use, "ID"):
		return []string{typed}, true
	case format != "" && slices.Contains(formatsOf(m.cmd), format):
		return []string{"--format", format}, true
	case m.argument(typed) && !p.bare && len(m.words()) == 0:
		return []string{p.value}, true
	case flag != "" && m.given(flag) && !strings.HasSuffix(m.cmd.Flags().Lookup(flag).Value.Type(), "rray") && flag != "topic":
		return nil, false // it says another thing
	case flag != "" && (flag != "format" || slices.Contains(formatsOf(m.cmd), p.value)):
		return value(flag), true
	case typed == "year" && m.cmd.Flags().Lookup("since") != nil && len(p.value) == 4:
		return []string{"--since", p.value + "-01-01", "--until", p.value + "-12-31"}, true
	case m.argument(typed) && !p.bare:
		return []string{p.value}, true
	case m.cmd.HasParent() && slices.Contains(strings.Fields(idleFlags), typed) && p.bare && (len(m.words()) > 0 || !required(m.cmd)):
		return nil, true
	}
	return nil, false
}

// given reports whether a flag is there already.
func (m mistake) given(flag string) bool {
	return slices.ContainsFunc(m.parts, func(p part) bool { return p.flag == "--"+flag })
}

// required reports whether a command does nothing without an argument.
func required(cmd *cobra.Command) bool {
	_, use, _ := strings.Cut(cmd.Use, " ")
	return use != "" && !strings.HasPrefix(use, "[")
}

// twin returns the command about credentials where one about credits was typed: the flag
// goes with it, and the first word is a code.
func (m mistake) twin(flag string) ledger.Command {
	words := m.words()
	if len(words) == 0 || !m.isCode(words[0]) || m.cmd.HasParent() && m.cmd.Parent().HasParent() {
		return nil
	}
	for _, c := range m.owners(flag) {
		if named(c) == "credential "+m.cmd.Name() {
			return append(strings.Fields(named(c)), slices.Concat(words, m.flags())...)
		}
	}
	return nil
}

// mendedValue returns a flag with the value that was meant. An empty word at its end says
// that the next part belongs to it.
func mendedValue(flag string, p part, next []part) []string {
	_, notPoints := ledger.ParsePoints(p.value)
	switch {
	case p.bare:
	case flag == "points" && len(next) > 0 && next[0].flag == "" && notPoints == nil:
		if all := unitAndAmount(p.value + " " + next[0].value); all[1] == p.value {
			return append(all, "")
		}
	case slices.Contains(units(), flag) && notPoints != nil:
		all := unitAndAmount(p.value)
		if _, err := ledger.ParsePoints(all[1]); err == nil {
			return all
		}
	case flag == "due":
		return mendedDays(p.value, next)
	}
	return nil
}

// mendedDays reads how many days are meant by "90", "90days" and "3 months".
func mendedDays(text string, next []part) []string {
	digits := text[:len(text)-len(strings.TrimLeft(text, "0123456789"))]
	n, err := strconv.Atoi(digits)
	unit, joined := strings.TrimLeft(text, "0123456789 "), []string{}
	if unit == "" && len(next) > 0 && next[0].flag == "" {
		unit, joined = next[0].value, []string{""}
	}
	each := map[string]int{"": 1, "day": 1, "days": 1, "w": 7, "week": 7, "weeks": 7, "m": 30, "month": 30, "months": 30, "y": 365, "year": 365, "years": 365}[strings.ToLower(unit)]
	if err != nil || each == 0 || len(digits) > 4 {
		return nil
	}
	return append([]string{"--due", fmt.Sprintf("%dd", n*each)}, joined...)
}

// wholeText joins words that follow a flag of free text, which lacks its quotes.
func (m mistake) wholeText() ledger.Command {
	for i, p := range m.parts {
		if !slices.Contains([]string{"--title", "--provider", "--note", "--holder"}, p.flag) || p.bare {
			continue
		}
		n, text := 1, p.value
		for ; i+n < len(m.parts) && m.parts[i+n].flag == ""; n++ {
			text += " " + m.parts[i+n].value
		}
		if n > 1 && strings.ContainsAny(m.cmd.Use, "I") == (len(m.words()) > n-1) {
			return m.instead(i, n, p.flag, text)
		}
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
	for _, meaning := range handover.Meant(all[0]) {
		c, _, _ := strings.Cut(meaning, " [")
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

// flagWord puts the hyphens before a word that is a flag without a value: status check.
func (m mistake) flagWord() ledger.Command {
	for i, p := range m.parts {
		name := strings.ToLower(p.value)
		f := m.cmd.Flags().Lookup(name)
		if p.flag == "" && f != nil && f.NoOptDefVal != "" && !m.given(name) && name != "help" && m.cmd.HasParent() && named(m.cmd) != "add" {
			c := m.instead(i, 1)
			return append(c, "--"+name)
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

// wordsAsFlags finds what a word says that should stand behind a flag: points 2, topic
// heme, expires 2027-03-31, or the value alone.
func (m mistake) wordsAsFlags() ledger.Command {
	all := m.words()
	at := 1
	switch name := named(m.cmd); {
	case name == "edit" || name == "declare": // which take several
		for at < len(all) && (isID(all[at]) || name == "declare" && m.isCode(all[at])) {
			at++
		}
	case !slices.Contains([]string{"renew", "credential add", "credential edit", "list", "courses list", "plan"}, name):
		return nil
	case name == "plan" || strings.HasSuffix(name, "list"):
		at = slices.IndexFunc(all, func(w string) bool {
			_, err := m.readDay(w)
			return err == nil || m.isSetting(w) || w != all[len(all)-1] && m.synonym(w) != ""
		})
	}
	if at < 0 || at >= len(all) || len(all) == 0 {
		return nil
	}
	flags, ok := m.asFlags(slices.Clone(all[at:]))
	if title := strings.Join(all[at:], " "); !ok && named(m.cmd) == "edit" && isID(all[0]) && strings.Contains(title, " ") && !slices.ContainsFunc(all[at:], isID) {
		flags, ok = []string{"--title", title}, true
	}
	if !ok {
		return nil
	}
	return slices.Concat(m.path(), all[:at], flags, m.flags())
}

// isSetting reports whether a word is of the form topic=heme.
func (m mistake) isSetting(word string) bool {
	name, _, ok := strings.Cut(word, "=")
	return ok && m.ours(name) != ""
}

// asFlags returns words as flags of the command with their values, if all can be read so.
func (m mistake) asFlags(words []string) (flags []string, ok bool) {
	for i := 0; i < len(words); i++ {
		name, value, set := strings.Cut(words[i], "=")
		flag := m.ours(strings.TrimSuffix(strings.ToLower(name), ":"))
		switch {
		case slices.Contains([]string{"to", "is", "on", "by"}, words[i]) && i+1 < len(words):
		case flag != "" && set && value != "":
			flags = append(flags, "--"+flag, value)
		case flag != "" && i+1 < len(words):
			if i++; words[i] == "to" && i+1 < len(words) {
				i++
			}
			flags = append(flags, "--"+flag, words[i])
		default:
			if flag, value = m.valueOf(words[i]); flag == "" {
				return nil, false
			}
			flags = append(flags, "--"+flag, value)
		}
	}
	return flags, true
}

// valueOf returns the flag of the command that a value alone can only belong to.
func (m mistake) valueOf(word string) (flag, value string) {
	has := func(names ...string) string {
		i := slices.IndexFunc(names, func(name string) bool { return m.cmd.Flags().Lookup(name) != nil })
		if i < 0 {
			return ""
		}
		return names[i]
	}
	_, notDay := m.readDay(word)
	_, notPoints := ledger.ParsePoints(word)
	switch {
	case notPoints == nil && has("points") != "" && !isID(word):
		return "points", word
	case notDay == nil && !isID(word):
		return has("expires", "date", "on"), word
	case m.topic(word) != "":
		return has("topic", "category"), string(m.topic(word))
	}
	return "", ""
}

// otherTitle reads a title that was typed without quotes, or with what belongs behind flags.
func (m mistake) otherTitle() ledger.Command {
	all := m.words()
	if named(m.cmd) != "add" || len(all) == 0 {
		return nil
	}
	if isFile(all[0]) && len(all) == 1 {
		return forFile(all[0])
	}
	if len(all) == 1 {
		return nil
	}
	var title, flags []string
	given := slices.ContainsFunc(m.parts, func(p part) bool { return slices.Contains(units(), strings.TrimLeft(p.flag, "-")) })
	end := len(all)
	for i, w := range all { // what follows the points is no title
		if _, err := ledger.ParsePoints(w); err == nil && !given {
			given, end = true, i
			flags = append(flags, unitAndAmount(w)...)
			break
		}
	}
	title = all[:end]
	for i, w := range all[min(end+1, len(all)):] {
		flag, value := m.valueOf(w)
		switch {
		case end == 0 || flag == "" && i > 0:
			title = append(title, w)
		case slices.Contains([]string{"point", "points", "pt", "pts"}, strings.ToLower(w)):
		case flag != "":
			flags = append(flags, "--"+flag, value)
		default:
			title = append(title, w)
		}
	}
	if !given {
		flags = append(flags, "--points", "P")
	}
	return slices.Concat(ledger.Command{"add", strings.Join(title, " ")}, flags, m.flags())
}

// allocation puts the words of cmp allocate in their order.
func (m mistake) allocation() ledger.Command {
	all := m.words()
	if named(m.cmd) != "allocate" || len(all) == 0 {
		return nil
	}
	var number, code string
	var asks []string
	for _, w := range all {
		_, notPoints := ledger.ParsePoints(w)
		name, _, _ := strings.Cut(w, "=")
		switch last := len(asks) - 1; {
		case isID(w) && number == "":
			number = w
		case m.topic(name) != "" || strings.EqualFold(name, string(ledger.Other)):
			asks = append(asks, w)
		case notPoints == nil && last >= 0 && !strings.Contains(asks[last], "="):
			asks[last] += "=" + w
		case m.isCode(w) && code == "":
			code = w
		case slices.Contains([]string{"to", "for", "as", "in", "points", "point", "auto", "all"}, strings.ToLower(w)):
		default:
			return nil
		}
	}
	c := ledger.Command{"allocate", number}
	if number == "" {
		c = ledger.Command{"allocate", "--auto"}
		if asks != nil {
			return nil
		}
	}
	c = append(c, asks...)
	if code != "" {
		c = append(c, "--credential", code)
	}
	if slices.Equal(c, append(ledger.Command{"allocate"}, all...)) {
		return nil
	}
	return append(c, m.flags()...)
}

// ofCreditNumbers are the commands behind which numbers of credits stand.
func ofCreditNumbers() []string {
	return []string{"show", "edit", "remove", "merge", "keep", "deallocate", "evidence add"}
}

// numbers finds what was meant where the number of a credit belongs.
func (m mistake) numbers() ledger.Command {
	all := m.words()
	if !slices.Contains(ofCreditNumbers(), named(m.cmd)) {
		return nil
	}
	most := len(all) // words that are numbers
	if m.cmd.Name() == "add" || m.cmd.Name() == "deallocate" {
		most = 1
	}
	i := slices.IndexFunc(all[:min(most, len(all))], func(w string) bool { return !isID(w) })
	switch {
	case i < 0:
		return nil
	case all[i] == "and" || all[i] == "&":
		return m.with(slices.Delete(slices.Clone(all), i, i+1)...)
	case numberList(all[i]) != nil:
		return m.with(slices.Concat(all[:i], numberList(all[i]), all[i+1:])...)
	case isFile(all[i]) && len(all) == 2 && isID(all[1]):
		return m.with(all[1], all[0])
	case isFile(all[i]):
		return forFile(all[i])
	case m.isCode(all[i]) && i == 0:
		return m.ofCredential(all[i])
	}
	return m.titled(all)
}

// numberList returns the numbers of "5,6" and "5-8".
func numberList(text string) (all []string) {
	for part := range strings.SplitSeq(strings.Trim(text, ","), ",") {
		from, to, between := strings.Cut(strings.TrimSpace(part), "-")
		first, err := strconv.Atoi(strings.TrimPrefix(from, "#"))
		last := first
		if between && err == nil {
			last, err = strconv.Atoi(strings.TrimPrefix(to, "#"))
		}
		if err != nil || first < 1 || last-first > 30 {
			return nil
		}
		for n := first; n <= last; n++ {
			all = append(all, strconv.Itoa(n))
		}
	}
	return all
}

// ofCredential returns what the command is called for a credential.
func (m mistake) ofCredential(code string) ledger.Command {
	switch named(m.cmd) {
	case "show":
		return ledger.Command{"status", code}
	case "remove":
		return append(ledger.Command{"credential", "remove", code}, m.flags()...)
	case "edit":
		c := append(ledger.Command{"credential", "edit", code}, m.flags()...)
		if len(c) == 3 {
			c = append(c, "--expires", "DATE")
		}
		return c
	}
	return nil
}

// titled finds the credits that words are about: the one number stands in the place of
// the words, or else the words find several.
func (m mistake) titled(all []string) ledger.Command {
	about := slices.DeleteFunc(slices.Clone(all), isID)
	switch found := titledSo(m.glance().Credits, about); len(found) {
	case 0:
		return nil
	case 1:
		if named(m.cmd) == "remove" || named(m.cmd) == "merge" { // what it is has to be seen first
			break
		}
		return m.with(append([]string{id(found[0])}, slices.DeleteFunc(slices.Clone(all), func(w string) bool { return !isID(w) })...)...)
	}
	return append(ledger.Command{"list"}, about...)
}

// glance reads the ledger if that can be done at once.
func (m mistake) glance() (s snapshot) {
	db, err := store.Glance(m.settings.DB)
	if err != nil {
		return s
	}
	defer db.Close()
	_ = db.View(context.Background(), func(tx *store.Tx) (err error) { // without it there is less to guess from
		s, err = actions.Read(context.Background(), tx)
		return err
	})
	return s
}

// codes finds what was meant where the code of a credential belongs.
func (m mistake) codes() ledger.Command {
	_, use, _ := strings.Cut(m.cmd.Use, " ")
	all := m.words()
	explains := named(m.cmd) == "explain"
	if !explains && !strings.HasPrefix(strings.Trim(use, "["), "CODE") {
		return nil
	}
	if len(all) > 1 && !explains && !strings.Contains(use, "...") && !slices.ContainsFunc(all, func(w string) bool { return !m.isCode(w) }) {
		return m.with(all[0])
	}
	if named(m.cmd) == "credential add" {
		return nil
	}
	if explains && len(all) > 1 {
		if i := slices.IndexFunc(all, isID); i >= 0 {
			return ledger.Command{"explain", all[i]}
		}
	}
	i := slices.IndexFunc(all, func(w string) bool { return !m.isCode(w) })
	if i < 0 || explains && i > 0 {
		return nil
	}
	w := all[i]
	held := m.codesHeld()
	switch page := strings.ToLower(filepath.Ext(w)); {
	case isID(w) && named(m.cmd) == "courses list":
		return nil
	case isID(w) && !explains:
		if of := m.cmd.Parent(); of.HasParent() && of.Name() == "credential" {
			return append(ledger.Command{m.cmd.Name(), w}, m.flags()...)
		}
		return ledger.Command{"explain", w}
	case m.cmd.Flags().Lookup("output") != nil && slices.Contains([]string{".html", ".htm", ".ics", ".zip"}, page):
		return append(m.with(slices.Delete(slices.Clone(all), i, i+1)...), "--output", w)
	case isFile(w):
		return forFile(w)
	case slices.Contains([]string{"all", "both", "everything"}, strings.ToLower(w)) && len(all) == 1:
		if required(m.cmd) {
			if len(held) == 0 || len(held) > 1 && !strings.Contains(use, "...") {
				return nil
			}
			return m.with(held...)
		}
		return m.with()
	case m.topic(w) != "" && named(m.cmd) == "courses list":
		return append(m.with(slices.Delete(slices.Clone(all), i, i+1)...), "--topic", string(m.topic(w)))
	case m.topic(w) != "":
		return m.explained(append(slices.Clone(all[:i]), held...), m.topic(w))
	}
	_, err := m.book.Resolve(w)
	if unknown, ok := errors.AsType[*rules.UnknownCredentialError](err); ok && unknown.Nearest != "" {
		return nil
	}
	if found := titledSo(m.glance().Credits, all); found != nil && !explains && named(m.cmd) != "courses list" {
		return append(ledger.Command{"list"}, all...)
	}
	return nil
}

// codesHeld returns the codes of the credentials in the ledger.
func (m mistake) codesHeld() []string {
	s := m.glance()
	return words.Map(s.Credentials, s.ShortName)
}

// explained returns what explains the first of some credentials that asks for the topic.
func (m mistake) explained(codes []string, topic ledger.Topic) ledger.Command {
	s := m.glance()
	for _, code := range codes {
		for _, c := range s.Credentials {
			account, err := m.account(s, c, c.Current())
			if err != nil || !c.Matches(code) {
				continue
			}
			if name, ok := (actions.Ask{Text: string(topic), Topic: topic}).In(account.Edition); ok {
				return ledger.Command{"explain", code, string(name)}
			}
		}
	}
	return nil
}

// topic returns the topic that a word names, or "".
func (m mistake) topic(word string) ledger.Topic {
	known, err := m.book.Topics()
	if err != nil {
		return ""
	}
	topic, err := known.Parse(word)
	if err != nil {
		return ""
	}
	return topic
}

// isCode reports whether a word is the code of a credential.
func (m mistake) isCode(word string) bool {
	_, err := m.book.Resolve(word)
	unknown, ok := errors.AsType[*rules.UnknownCredentialError](err)
	return err == nil || ok && slices.ContainsFunc(unknown.Like, func(e *rules.Edition) bool { return strings.EqualFold(e.Name.Code, word) })
}

// isFile reports whether a word is the path of something that is there.
func isFile(word string) bool {
	_, err := os.Stat(word)
	return err == nil && strings.ContainsAny(word, `./\`)
}

// example says what a command could be typed like where nothing can be seen in what was
// typed: which commands have the flag, or an example with what is in the ledger.
func (m mistake) example(unknownFlag bool) ledger.Text {
	for _, p := range m.parts {
		typed := strings.TrimLeft(p.flag, "-")
		if !unknownFlag || p.flag == "" || m.cmd.Flags().Lookup(typed) != nil {
			continue
		}
		if named(m.cmd) == "status" && slices.Contains([]string{"v", "verbose", "details", "long"}, typed) {
			return ledger.Say("%s says more", ledger.Command{"explain", "CODE"})
		}
		if owners := m.owners(typed); len(owners) > 0 {
			names := words.Map(owners, func(c *cobra.Command) string { return ledger.Command(strings.Fields(named(c))).As(m.name) })
			return ledger.Say("it goes with %s", words.List("and", atMostNamed(names)))
		}
		return ledger.Text{}
	}
	_, use, _ := strings.Cut(m.cmd.Use, " ")
	held := m.codesHeld()
	switch {
	case len(m.parts) == 1 && (named(m.cmd) == "edit" && isID(m.parts[0].value)):
		return ledger.Say("say what, such as %s", m.with(m.parts[0].value, "--points", "P"))
	case len(m.parts) == 1 && named(m.cmd) == "credential edit" && m.isCode(m.parts[0].value):
		return ledger.Say("say what, such as %s", m.with(m.parts[0].value, "--expires", "DATE"))
	case len(m.parts) > 0 || strings.HasPrefix(use, "CODE --"):
	case named(m.cmd) == "credential remove":
		return ledger.Say("%s shows yours", ledger.Command{"credential", "list"})
	case (strings.HasPrefix(use, "CODE") || named(m.cmd) == "explain") && len(held) == 1:
		return ledger.Say("did you mean %s?", append(m.path(), held[0]))
	case (strings.HasPrefix(use, "CODE") || named(m.cmd) == "explain") && len(held) > 1:
		return ledger.Say("yours are %s: %s", words.List("and", held), append(m.path(), held[0]))
	case slices.Contains(ofCreditNumbers(), named(m.cmd)):
		return ledger.Say("%s shows the numbers", ledger.Command{"list"})
	}
	return ledger.Text{}
}

// atMostNamed returns three names, and that there are others.
func atMostNamed(names []string) []string {
	if len(names) > 4 {
		return append(names[:3:3], "others")
	}
	return names
}
