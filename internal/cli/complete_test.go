package cli_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"pgregory.net/rapid"

	"cmpledger/internal/cli"
)

// What completes something is there: a flag, or an argument of a usage line; and of
// an argument nobody knows nothing by accident.
func TestCompletersAreUsed(t *testing.T) {
	known := cli.Completers(newWorld(t).Env)
	there := map[string]bool{}
	eachCommand(cli.NewRoot(newWorld(t).Env), func(c *cobra.Command) {
		isThere := func(word string) { there[word], there[strings.Join(append(path(c), word), " ")] = true, true }
		c.Flags().VisitAll(func(f *pflag.Flag) { isThere("--" + f.Name) })
		c.PersistentFlags().VisitAll(func(f *pflag.Flag) { isThere("--" + f.Name) })
		line, _, _ := strings.Cut(c.Use, "--")
		for _, word := range regexp.MustCompile(`[A-Z]{2,}(\.zip)?`).FindAllString(line, -1) {
			isThere(word)
			if !slices.Contains(append(known, "TITLE", "COMMAND"), word) {
				t.Errorf("%s: nobody decided what completes %s", c.CommandPath(), word)
			}
		}
	})
	for _, name := range known {
		if !there[name] {
			t.Errorf("%s: is completed, but there is no such thing", name)
		}
	}
}

// Whatever texts a ledger holds, what is offered is a word to every shell, what
// is said of it is one line, and nothing else is said.
func TestCompletionOfHostileTexts(t *testing.T) {
	t.Parallel()
	line := regexp.MustCompile("^[^\\pC\t:;|$<>\\[\\]{}*?!~#\"`\\\\]+(\t\\P{Cc}+)?$")
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.must(t, "credential", "add", "MLS", "--expires", "2027-03-31")
			for range 2 {
				w.must(t, "add", text, "--points", "1", "--provider", text, "--topic", "safety")
			}
			w.must(t, "allocate", "1", "safety=0.5")
			for _, words := range []string{"show ", "list --provider ", "log ", "allocate 1 ", "deallocate 1 ", "explain ", "status "} {
				offers := w.complete(t, append(strings.Fields(words), "")...)
				for _, offer := range offers {
					if !line.MatchString(offer) {
						t.Errorf("%s<Tab>: offers %q", words, offer)
					}
				}
				if len(offers) == 0 && !strings.Contains(words, "provider") {
					t.Errorf("%s<Tab>: offers nothing", words)
				}
			}
		})
	}
}

// Whatever is typed, completion ends well, and offers what goes on from it.
func TestCompletionOfAnything(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(t, "credential", "add", "MLS", "--expires", "2027-03-31")
	w.must(t, "add", "Gram stains", "--points", "1", "--topic", "microbiology")
	var commands, flags [][]string
	eachCommand(cli.NewRoot(w.Env), func(c *cobra.Command) {
		commands = append(commands, path(c))
		c.NonInheritedFlags().VisitAll(func(f *pflag.Flag) {
			if f.NoOptDefVal == "" {
				flags = append(flags, append(path(c), "--"+f.Name))
			}
		})
	})
	try := func(t *rapid.T) {
		anything := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "1", "12", "MLS", "ascp/", "m", "2026-", "a=", "=", "-", "--", "x/y", "#1", "99999999999999999999", "T=che"}))
		args := slices.Clone(rapid.SampledFrom(flags).Draw(t, "flag"))
		if rapid.Bool().Draw(t, "of a command") {
			args = slices.Clone(rapid.SampledFrom(commands).Draw(t, "command"))
			isArgument := func(s string) bool { return !strings.HasPrefix(s, "-") }
			args = append(args, rapid.SliceOfN(anything.Filter(isArgument), 0, 2).Draw(t, "arguments")...)
		}
		typed := anything.Draw(t, "typed")
		for _, offer := range w.complete(t, append(args, typed)...) {
			word, _, _ := strings.Cut(offer, "\t")
			if len(word) < len(typed) || !strings.EqualFold(word[:len(typed)], typed) {
				t.Fatalf("%q %q<Tab> offers %q", args, typed, offer)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		for range 12 {
			try(t)
		}
	})
}

// complete asks what completes the last word, and returns what is offered: not
// the endings of files.
func (w *world) complete(t rapid.TB, words ...string) []string {
	if code := w.run(append([]string{"__complete"}, words...)...); code != 0 {
		t.Fatalf("cmp __complete %q: exit code %d\n%s", words, code, w.err.String())
	}
	lines := strings.Split(strings.TrimSuffix(w.out.String(), "\n"), "\n")
	directive, err := strconv.Atoi(strings.TrimPrefix(lines[len(lines)-1], ":"))
	if err != nil {
		t.Fatalf("cmp __complete %q: %v\n%s", words, err, w.out.String())
	}
	if cobra.ShellCompDirective(directive)&cobra.ShellCompDirectiveFilterFileExt != 0 {
		return nil
	}
	return lines[:len(lines)-1]
}
