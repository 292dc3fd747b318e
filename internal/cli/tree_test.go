package cli_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/cli"
	"cmpledger/internal/prose"
)

// eachCommand calls fn for every command of the tree, the root too.
func eachCommand(root *cobra.Command, fn func(*cobra.Command)) {
	fn(root)
	for _, c := range root.Commands() {
		eachCommand(c, fn)
	}
}

// path returns a command as it is typed behind cmp.
func path(c *cobra.Command) []string { return strings.Fields(c.CommandPath())[1:] }

func TestCommandsAreDescribed(t *testing.T) {
	day := regexp.MustCompile(`\d{4}-\d\d-\d\d`)
	columns := regexp.MustCompile(`\S {2,}\S`)
	eachCommand(cli.NewRoot(newWorld(t).Env), func(c *cobra.Command) {
		name := c.CommandPath()
		if c.Short == "" || strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: short description %q: missing, or ends with a full stop", name, c.Short)
		}
		if len(c.Long) < 2*len(c.Short) {
			t.Errorf("%s: its description says hardly more than %q", name, c.Short)
		}
		if n := strings.Count(c.Example, "\n") + 1; n < 2 {
			t.Errorf("%s: %d examples, want two and more", name, n)
		}
		for part := range strings.SplitSeq(c.Long, "\n\n") {
			if prose.Parse(part)[0].Kind == prose.Paragraph && columns.MatchString(part) {
				t.Errorf("%s: a list within a paragraph: %s", name, part)
			}
		}
		for line := range strings.Lines(c.Example) {
			if !strings.HasPrefix(line, "  cmp ") && !strings.HasPrefix(line, "  source <(cmp ") {
				t.Errorf("%s: example %q does not begin with the program", name, line)
			}
		}
		if c.RunE == nil {
			t.Errorf("%s: does nothing, not even fail", name)
		}
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if day.MatchString(f.DefValue) {
				t.Errorf("%s --%s: its default shows the day %s", name, f.Name, f.DefValue)
			}
			if wrong := usageFault(f); wrong != "" {
				t.Errorf("%s --%s: %s: %q", name, f.Name, wrong, f.Usage)
			}
		})
	})
}

// usageFault says what is wrong with the description of a flag.
func usageFault(f *pflag.Flag) string {
	value, text := pflag.UnquoteUsage(f)
	begin := strings.TrimPrefix(text, value)
	switch {
	case text == "":
		return "not described"
	case f.Value.Type() != "bool" && strings.Count(f.Usage, "`") != 2:
		return "does not name its value in backquotes"
	case strings.HasSuffix(text, "."):
		return "ends with a full stop"
	case begin == text && strings.ToLower(text[:1]) != text[:1]:
		return "begins in upper case"
	case strings.Contains(text, "default ") && !strings.Contains(text, "(default "):
		return "does not say its default in brackets"
	}
	return ""
}

// typed returns the words behind "cmp" of a line as a shell would split it.
func typed(line string) []string {
	_, line, _ = strings.Cut(line, "cmp ")
	line, _, _ = strings.Cut(line, " > ")
	line = strings.TrimSuffix(strings.TrimSpace(line), ")")
	var words []string
	word, quoted, any := "", false, false
	for _, r := range line + " " {
		switch {
		case r == '"':
			quoted, any = !quoted, true
		case r == ' ' && !quoted:
			if any {
				words = append(words, word)
			}
			word, any = "", false
		default:
			word, any = word+string(r), true
		}
	}
	return words
}

func TestUnknownWordsAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	eachCommand(cli.NewRoot(w.Env), func(c *cobra.Command) {
		if !c.HasSubCommands() {
			return
		}
		next := "--help lists the commands"
		if c.Name() == "audit" { // which takes a code too, and may have been called without its flag
			next = "audit qqqqqqq --output qqqqqqq.zip"
		}
		if code := w.run(append(path(c), "qqqqqqq")...); code != 2 || !strings.Contains(w.err.String(), next) {
			t.Errorf("%s qqqqqqq: exit code %d, want 2, and %q\n%s", c.CommandPath(), code, next, w.err.String())
		}
		for _, sub := range c.Commands() {
			mistyped := sub.Name()[:len(sub.Name())-1]
			if code := w.run(append(path(c), mistyped)...); code != 2 || !strings.Contains(w.err.String(), sub.Name()) {
				t.Errorf("%s %s: exit code %d, want 2, and %q suggested\n%s", c.CommandPath(), mistyped, code, sub.Name(), w.err.String())
			}
		}
		if w.out.Len() > 0 {
			t.Errorf("%s: a refusal wrote to stdout: %s", c.CommandPath(), w.out.String())
		}
	})
}

func TestUnknownFlagsAreRefused(t *testing.T) {
	w := newWorld(t)
	eachCommand(cli.NewRoot(w.Env), func(c *cobra.Command) {
		if code := w.run(append(path(c), "--no-such-flag")...); code != 2 || !strings.Contains(w.err.String(), "unknown flag --no-such-flag") {
			t.Errorf("%s --no-such-flag: exit code %d, want 2\n%s", c.CommandPath(), code, w.err.String())
		}
	})
}

// Every command answers --help and help, without a ledger and without writing.
func TestHelp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	eachCommand(cli.NewRoot(w.Env), func(c *cobra.Command) {
		w.must(t, append(path(c), "--help")...)
		help := w.out.String()
		if c.HasParent() != strings.Contains(help, "Usage:") || c.HasParent() != strings.Contains(help, "Examples:") || c.HasParent() == strings.Contains(help, "Start here:") {
			t.Errorf("%s --help: no usage, no examples or nothing to start with\n%s", c.CommandPath(), help)
		}
		w.must(t, append([]string{"help"}, path(c)...)...)
		if w.out.String() != help {
			t.Errorf("help %s says something else than --help", strings.Join(path(c), " "))
		}
	})
}

// A value that a flag cannot take is told in our words, not in those of a library.
func TestWrongValuesAreToldInOurWords(t *testing.T) {
	w := newWorld(t)
	library := regexp.MustCompile(`strconv|parsing|invalid|syntax|range|unmarshal`)
	eachCommand(cli.NewRoot(w.Env), func(c *cobra.Command) {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			for _, value := range []string{"a/b", "\"a", "99999999999999999999", ""} {
				if f.Value.Type() == "string" || f.Value.Set(value) == nil {
					continue
				}
				code := w.run(append(path(c), "--"+f.Name+"="+value)...)
				if said := w.err.String(); code != 2 || library.MatchString(said) {
					t.Errorf("%s --%s=%s: exit %d: %s", c.CommandPath(), f.Name, value, code, said)
				}
			}
		})
	})
}
