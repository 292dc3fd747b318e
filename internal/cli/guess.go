package cli

import (
	"context"
	"errors"
	"os"
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
	for _, mend := range []func() ledger.Command{m.nounBehind, m.otherFormat, m.otherFlag, m.wholeText, m.otherHelp, m.elsewhere, m.flagWord, m.wordsAsFlags, m.otherTitle, m.allocation, m.numbers, m.codes} {
		if c := mend(); c != nil {
			return []ledger.Command{c}
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

// codesHeld returns the codes of the credentials in the ledger.
func (m mistake) codesHeld() []string {
	s := m.glance()
	return words.Map(s.Credentials, s.ShortName)
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
