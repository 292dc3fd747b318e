package cli

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/ledger"
)

// otherFlags are names that people give a flag of ours, each behind ours. Names in upper
// case stand for an argument: the flag is left out, and its value stays.
//
//go:embed guess_flags.txt
var otherFlags string

// idleFlags mean nothing here: their commands do it anyway, or never.
const idleFlags = "yes y force f confirm all a quiet q long l la list"

// formatFlags are names of formats that people write as flags.
const formatFlags = "json csv tsv markdown xlsx"

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

// flagWord puts the hyphens before a word that is a flag without a value: status check.
func (m mistake) flagWord() ledger.Command {
	for i, p := range m.parts {
		name := strings.ToLower(p.value)
		f := m.cmd.Flags().Lookup(name)
		if _, err := os.Stat(p.value); err != nil && p.flag == "" && f != nil && f.NoOptDefVal != "" && !m.given(name) && name != "help" && name != "all" && m.cmd.HasParent() && named(m.cmd) != "add" {
			c := m.instead(i, 1)
			return append(c, "--"+name)
		}
	}
	return nil
}
