package cli

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/actions"
	"cmpledger/internal/handover"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

// A mistake is a command line that is wrong, as far as it can be understood.
type mistake struct {
	*app
	cmd   *cobra.Command // that is named, in a tree of all commands
	parts []part         // what follows it
	moved bool           // it has a word that begins with a hyphen, which is typed otherwise
}

// literal stands before a word that begins with a hyphen and is no flag, while it is guessed.
const literal = "\x00"

// flagLetters are those that names of flags have.
const flagLetters = "abcdefghijklmnopqrstuvwxyz0123456789-?"

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
	behind := false // the -- after which nothing is a flag, unless it can be only that
	for i := 0; i < len(rest); i++ {
		name, value, ok := strings.Cut(rest[i], "=")
		switch arg := rest[i]; {
		case arg == "--" && !behind:
			behind = true
		case arg == "-" || !strings.HasPrefix(arg, "-"):
			m.parts = append(m.parts, part{value: arg})
		case behind && !m.known(name) || strings.Trim(strings.ToLower(name), flagLetters) != "":
			m.moved = true
			if arg = literal + arg; strings.Contains(cmd.Use, "FILE") {
				arg = ledger.File(rest[i])
			}
			m.parts = append(m.parts, part{value: arg})
		default:
			p := part{name, value, false}
			if p.bare = !ok && (i+1 == len(rest) || !m.takesValue(strings.TrimLeft(name, "-"))); !ok && !p.bare {
				i++
				p.value = rest[i]
			}
			m.parts = append(m.parts, p)
		}
	}
	slices.SortStableFunc(m.parts, func(p, q part) int { return setting(p.flag) - setting(q.flag) }) // which may come first
	return m
}

// setting returns 0 for a flag that all commands have, or else -1.
func setting(flag string) int { return min(0, slices.Index(handover.Flags(), flag+"=")) }

// words returns the parts that are no flags.
func (m mistake) words() (all []string) {
	for _, p := range m.parts {
		if p.flag == "" {
			all = append(all, p.value)
		}
	}
	return all
}

// typed returns parts as they are typed.
func typed(parts ...part) (all []string) {
	for _, p := range parts {
		if p.flag != "" {
			all = append(all, p.flag)
		}
		if !p.bare {
			all = append(all, p.value)
		}
	}
	return all
}

// path returns the words that name the command.
func (m mistake) path() ledger.Command { return strings.Fields(m.cmd.CommandPath())[1:] }

// guessed adds to a failure what was meant, if that can be seen.
func (a *app) guessed(cmd *cobra.Command, f *failure) *failure {
	_ = a.settle(cmd.Flags()) // without them there is no ledger to look into
	m := a.mistaken(a.typed)
	meant := m.meant(5)
	if c := m.finished(append(m.path(), typed(m.parts...)...)); meant == nil && m.moved && c != nil && !slices.Equal(c, a.typed) {
		meant = []ledger.Command{c}
	}
	note := m.note()
	if meant == nil && note.IsEmpty() {
		m.example(f)
		return f
	}
	if word, _ := m.command(); word != "" && !strings.ContainsAny(word[:1], "-"+literal) && m.cmd.Name() != "audit" {
		f.given = strings.Join(append(m.path(), word), " ")
	}
	if i := strings.LastIndex(f.message, "; "); i > 0 && !strings.Contains(f.message[i:], `"`) {
		f.message = f.message[:i] // a list of all that is known
	}
	if !note.IsEmpty() {
		f.hint = note
		return f
	}
	format := "did you mean %s" + strings.Repeat(", or %s", len(meant)-1) + "?"
	f.hint = ledger.Say(format, words.Map(meant, func(c ledger.Command) any { return c })...)
	return f
}

// note says what to do where that is no command, or nothing.
func (m mistake) note() ledger.Text {
	typed := m.words()
	set := slices.IndexFunc(typed, func(w string) bool { return slices.Contains(settingNames(), w) })
	name := named(m.cmd)
	if word, _ := m.command(); !m.cmd.HasParent() && slices.Contains(otherMeanings(word), "remove") {
		name = "remove"
	}
	switch {
	case name == "remove" && slices.ContainsFunc(typed, func(w string) bool { return isFile(w) || strings.ContainsAny(w, `/\`) }):
		return ledger.Say("%s takes the numbers of credits (%s shows them), and leaves files alone", ledger.Command{"remove"}, ledger.Command{"list"})
	case (name == "config" || name == "edit" || !m.cmd.HasParent()) && (set == 0 || set == 1) && set+1 < len(typed):
		return ledger.Say("write %q into %s", typed[set]+": "+strings.ReplaceAll(strings.Join(typed[set+1:], " "), literal, ""), m.settings.Config)
	}
	return ledger.Text{}
}

// meant returns the command lines that may be meant instead, each as right as it gets in so
// many steps: it may be wrong in several ways. What would be refused is none.
func (m mistake) meant(steps int) (all []ledger.Command) {
	for _, c := range m.better() {
		var next []ledger.Command
		if steps > 1 {
			next = m.mistaken(c).meant(steps - 1)
		}
		if next == nil {
			if c = m.finished(c); c != nil {
				next = []ledger.Command{c}
			}
		}
		all = append(all, next...)
	}
	return all
}

// lacking is what a command needs behind its arguments, where little was typed.
var lacking = map[string][]string{"add": {"--points", "P"}, "edit": {"--points", "P"}, "credential edit": {"--expires", "DATE"}}

// finished returns a command line as it is typed, with what it still lacks, or nil if the
// program would refuse it all the same.
func (m mistake) finished(c ledger.Command) ledger.Command {
	var line, behind ledger.Command
	for _, arg := range c {
		if text := strings.ReplaceAll(arg, literal, ""); text != arg && strings.HasPrefix(text, "-") {
			behind = append(behind, text)
		} else {
			line = append(line, text)
		}
	}
	if behind != nil {
		behind = append(ledger.Command{"--"}, behind...)
	}
	target, _, _ := m.cmd.Root().Find(line)
	all := []ledger.Command{slices.Concat(line, behind), slices.Concat(line, lacking[named(target)], behind)}
	if named(target) == strings.Join(line, " ") { // and nothing else was typed
		use, _, _ := strings.Cut(strings.ReplaceAll(target.Use, "...", ""), " [")
		needs := strings.Fields(use)[1:]
		all = append(all, slices.Concat(line, needs), slices.Concat(line, needs, lacking[named(target)]))
	}
	if i := slices.IndexFunc(all, m.works); i >= 0 {
		return append(ledger.Command{}, all[i]...) // cmp alone is one too
	}
	return nil
}

// orHelp returns a command line, or help about its command where nothing mends the line.
func (m mistake) orHelp(c ledger.Command) ledger.Command {
	if target, _, _ := m.cmd.Root().Find(c); target.HasParent() && m.finished(c) == nil && m.mistaken(c).meant(4) == nil {
		return append(ledger.Command{"help"}, strings.Fields(named(target))...)
	}
	return c
}

// works reports whether the program would take a command line: its flags, their values and
// the arguments, with any value for a word such as DATE.
func (m mistake) works(c ledger.Command) bool {
	trial := &app{env: m.env, name: m.name, settings: defaults(), book: m.book, trial: true}
	trial.env.Out, trial.env.Err = io.Discard, io.Discard
	root := trial.newRoot("")
	root.SetOut(io.Discard)
	root.SetErr(io.Discard)
	root.SetArgs(words.Map(c, func(arg string) string {
		return cmp.Or(map[string]string{"P": "1", "ID": "1", "CREDIT": "1", "KEEP": "1", "OTHER": "2", "DATE": "today"}[arg], arg)
	}))
	return root.Execute() == nil
}

// better mends the first thing that is wrong.
func (m mistake) better() []ledger.Command {
	order := []func() []ledger.Command{m.otherWord, m.otherFlag, m.row, m.nearWord}
	if word, _ := m.command(); !m.cmd.HasParent() && !strings.HasPrefix(word, "--") {
		order = slices.Insert(order, 0, m.row)
	}
	for _, mend := range order {
		if all := mend(); all != nil {
			return all
		}
	}
	return nil
}

// command returns the word that stands where a command belongs, and what is typed beside it.
func (m mistake) command() (word string, rest []string) {
	for _, p := range m.parts {
		if m.cmd.HasSubCommands() && word == "" && !m.known(p.flag) {
			word = cmp.Or(p.flag, p.value)
		} else {
			rest = append(rest, typed(p)...)
		}
	}
	return word, rest
}

// otherWord finds the commands of ours that a word of another tool means, also below a group.
func (m mistake) otherWord() (all []ledger.Command) {
	word, rest := m.command()
	for _, meaning := range handover.Meant(word) {
		command, _, _ := strings.Cut(strings.TrimPrefix(meaning, m.cmd.Name()+" "), " [")
		verb := strings.Fields(command)
		switch {
		case !m.cmd.HasParent():
			all = append(all, m.orHelp(m.spelled(meaning, rest)))
		case len(verb) > 0 && slices.Contains(below(m.cmd), verb[0]):
			return []ledger.Command{slices.Concat(m.path(), verb, rest)}
		}
	}
	return all
}

// spelled returns a command of [handover.Meant] with what follows it.
func (m mistake) spelled(meaning string, rest []string) ledger.Command {
	command, without, _ := strings.Cut(meaning, " [")
	c := ledger.Command(strings.Fields(command))
	target, _, _ := m.cmd.Root().Find(c)
	without = strings.TrimSuffix(without, "]")
	switch alone := len(rest) == 0 || setting(rest[0]) == 0; {
	case without == ".":
		return c
	case alone || without == "list" && strings.HasPrefix(rest[0], "-"):
		c = append(c, strings.Fields(without)...)
	}
	if target.HasParent() && (strings.Contains(target.Use, " ") || target.HasSubCommands()) {
		c = append(c, rest...)
	}
	return c
}

// nearWord finds the commands that a word may be that is spelled wrongly or cut short. Of one
// that takes something away there is only the help: it may have been meant for another.
func (m mistake) nearWord() (all []ledger.Command) {
	word, rest := m.command()
	owners := m.owners(strings.TrimPrefix(word, "--"))
	if strings.HasPrefix(word, "--") && len(owners) == 1 && !m.cmd.HasParent() {
		return []ledger.Command{append(strings.Fields(named(owners[0])), typed(m.parts...)...)}
	}
	likely := handover.Like(word, below(m.cmd))
	if other := handover.NearOther(word); likely == nil && other != "" && !m.cmd.HasParent() {
		likely = []string{other}
	}
	for _, name := range likely {
		c := append(m.path(), name)
		takes := slices.ContainsFunc(append(otherMeanings(name), name), func(w string) bool { return slices.Contains([]string{"remove", "undo", "restore"}, w) })
		if takes {
			all = append(all, append(ledger.Command{"help"}, c...))
		} else {
			all = append(all, m.orHelp(slices.Concat(c, rest)))
		}
	}
	return all
}

// otherMeanings returns the commands that a word of another tool means, each with and without
// what stands below it.
func otherMeanings(word string) (all []string) {
	for _, meaning := range handover.Meant(word) {
		command, _, _ := strings.Cut(meaning, " [")
		group, _, _ := strings.Cut(command, " ")
		all = append(all, command, group)
	}
	return all
}

// glance reads the ledger if that can be done at once.
func (m mistake) glance() (s snapshot) {
	m.hurried = true
	_ = m.preview(context.Background(), func(tx *store.Tx) (err error) { // without it there is less to guess from
		s, err = actions.Read(context.Background(), tx)
		return err
	})
	return s
}

// codesHeld returns the codes of the credentials in the ledger, for declare those that can be.
func (m mistake) codesHeld() []string {
	s := m.glance()
	return words.Map(slices.DeleteFunc(s.Credentials, func(c ledger.Credential) bool {
		return m.cmd.Name() == "declare" && c.Current().Declared != 0
	}), s.ShortName)
}

// topic returns the topic that a word names, or "".
func (m mistake) topic(word string) ledger.Topic {
	known, err := m.book.Topics()
	if err != nil {
		return ""
	}
	topic, _ := known.Parse(word)
	return topic
}

// isCode reports whether a word is the code of a credential.
func (m mistake) isCode(word string) bool {
	_, err := m.book.Resolve(word)
	unknown, ok := errors.AsType[*rules.UnknownCredentialError](err)
	return err == nil || ok && slices.ContainsFunc(unknown.Like, func(e *rules.Edition) bool { return strings.EqualFold(e.Name.Code, word) })
}

// example says in a failure what a command could be typed like, or which commands have a
// flag, where nothing else can be seen in what was typed.
func (m mistake) example(f *failure) {
	_, use, _ := strings.Cut(m.cmd.Use, " ")
	what := lacking[named(m.cmd)]
	switch {
	case strings.HasPrefix(f.message, "unknown flag"):
		var names []string
		for _, p := range m.parts {
			for _, c := range m.owners(strings.TrimLeft(p.flag, "-")) {
				if !m.known(p.flag) {
					names = append(names, ledger.Command(strings.Fields(named(c))).As(m.name))
				}
			}
		}
		if len(names) > 4 {
			names = append(names[:3], "others")
		}
		if names != nil {
			f.hint = ledger.Say("it goes with %s", words.List("and", names))
		}
	case len(m.parts) == 1 && m.parts[0].flag == "" && what != nil && m.cmd.Name() != "add":
		f.hint = ledger.Say("say what, such as %s", slices.Concat(m.path(), []string{m.parts[0].value}, what))
	case len(m.parts) > 0:
	case named(m.cmd) == "credential remove":
		f.hint = ledger.Say("%s shows yours", ledger.Command{"credential", "list"})
	case strings.HasPrefix(use, "ID") && named(m.cmd) == m.cmd.Name() || use == "KEEP OTHER" || strings.HasPrefix(use, "CREDIT "):
		f.hint = ledger.Say("%s shows the numbers", ledger.Command{"list"})
	}
}
