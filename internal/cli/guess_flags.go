package cli

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/ledger"
)

// otherFlags are names that people give a flag of ours, each behind ours. Names in upper
// case stand for an argument: the flag is left out, and its value stays. Those behind - mean
// nothing here: their commands do it anyway, or never.
//
//go:embed guess_flags.txt
var otherFlags string

// idle stands for a flag that means nothing here.
const idle = "-"

// takesValue reports whether a value follows a flag of that name, of whatever command.
func (m mistake) takesValue(name string) bool {
	ours := m.meaning(name)
	if f := m.cmd.Flags().Lookup(ours); f != nil {
		return f.NoOptDefVal == ""
	}
	return ours != "" && ours != idle || slices.ContainsFunc(m.owners(name), func(c *cobra.Command) bool {
		return c.Flags().Lookup(name).NoOptDefVal == ""
	})
}

// meaning returns the flag of the command that a name means, mistyped or not, the argument,
// or [idle], or "".
func (m mistake) meaning(name string) string {
	if ours := m.synonym(name); ours != "" {
		return ours
	}
	var names []string
	m.cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return ledger.Nearest(name, names)
}

// synonym is meaning of a name without mistakes.
func (m mistake) synonym(name string) string {
	if m.cmd.Flags().Lookup(name) != nil {
		return name
	}
	for row := range strings.Lines(otherFlags) {
		ours, others, _ := strings.Cut(row, ": ")
		argument := strings.ToUpper(ours) == ours && (ours == idle || strings.Contains(m.cmd.Use, ours))
		if slices.Contains(strings.Fields(others), strings.ToLower(name)) && (argument || m.cmd.Flags().Lookup(ours) != nil) {
			return ours
		}
	}
	return ""
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

// given reports whether a flag is there.
func (m mistake) given(flag string) bool {
	return slices.ContainsFunc(m.parts, func(p part) bool { return strings.TrimLeft(p.flag, "-") == flag })
}

// known reports whether the command has a flag that is typed so.
func (m mistake) known(typed string) bool {
	name := strings.TrimLeft(typed, "-")
	return strings.HasPrefix(typed, "--") && m.cmd.Flags().Lookup(name) != nil || len(typed) == 2 && m.cmd.Flags().ShorthandLookup(name) != nil
}

// otherFlag mends the first flag that the command does not have, or has with another value.
func (m mistake) otherFlag() []ledger.Command {
	for i, p := range m.parts {
		if n, better := m.instead(i, p); better != nil && !slices.Equal(better, typed(p)) {
			return []ledger.Command{slices.Concat(m.path(), typed(m.parts[:i]...), better, typed(m.parts[i+n:]...))}
		}
	}
	return nil
}

// instead returns what belongs in the place of a flag and of the words behind it, n parts
// in all, or nil.
func (m mistake) instead(at int, p part) (n int, better []string) {
	switch {
	case p.bare && !m.known(p.flag) && slices.Contains(below(m.cmd), strings.TrimPrefix(p.flag, "--")):
		return 1, []string{strings.TrimPrefix(p.flag, "--")}
	case p.flag == "" || !m.cmd.HasParent():
		return 0, nil
	}
	name, whole := strings.TrimLeft(p.flag, "-"), p.value
	for n = 1; at+n < len(m.parts) && m.parts[at+n].flag == ""; n++ {
		whole += " " + m.parts[at+n].value
	}
	ours, known := m.meaning(name), m.known(p.flag)
	f := m.cmd.Flags().Lookup(ours)
	switch {
	case known && slices.Contains(units(), name): // 2 hours
		amount := unitAndAmount(whole)
		if _, err := ledger.ParsePoints(amount[1]); err == nil && !p.bare && amount[1] != whole {
			return n, amount
		}
	case known && n > 1 && isDay(f) && !m.takes(f, p.value) && m.takes(f, whole): // Nov 3 2026
		return n, []string{p.flag, whole}
	case known && slices.Contains([]string{"title", "provider", "note", "holder"}, name) && n > 1:
		if strings.Contains(m.cmd.Use, "I") == (len(m.words()) >= n) { // a text without its quotes
			return n, []string{p.flag, whole}
		}
	case known && name == "due" && (p.bare || isID(p.value)):
		return 1, []string{p.flag, cmp.Or(p.value, "90") + "d"}
	case known:
	case slices.Contains(formatsOf(m.cmd), name) && p.bare:
		return 1, []string{"--format", name}
	case ours == idle:
		return 1, []string{}
	case f == nil && ours != "" && !p.bare && (len(m.words()) == 0 || !strings.HasPrefix(m.cmd.Use, m.cmd.Name()+" "+ours) || strings.Contains(m.cmd.Use, ours+"...")):
		return 1, []string{p.value}
	case f == nil || m.given(ours) && ours != "topic" && !strings.HasSuffix(f.Value.Type(), "rray"): // it says another thing
	case ours == "format" && !slices.Contains(formatsOf(m.cmd), p.value):
	case p.bare:
		return 1, []string{"--" + ours}
	default:
		return 1, []string{"--" + ours, p.value}
	}
	return 0, nil
}
