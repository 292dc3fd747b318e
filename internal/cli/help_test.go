package cli_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"cmpledger/internal/cli"
	"cmpledger/internal/prose"
)

// topic returns the text of a topic of help.
func topic(t *testing.T, name string) string {
	t.Helper()
	for _, h := range cli.HelpTopics() {
		if h.Name == name {
			return h.Text
		}
	}
	t.Fatalf("no topic %s", name)
	return ""
}

// terms returns the terms of a topic that a pattern fits, in order.
func terms(t *testing.T, name, pattern string) []string {
	t.Helper()
	fits := regexp.MustCompile("^(?:" + pattern + ")$")
	var found []string
	for _, block := range prose.Parse(topic(t, name)) {
		for _, term := range block.Terms {
			if fits.MatchString(term.Word) {
				found = append(found, term.Word)
			}
		}
	}
	slices.Sort(found)
	return found
}

// verbatim returns the lines that stand as they are below a heading of a
// topic, "" being the beginning.
func verbatim(t *testing.T, name, heading string) string {
	t.Helper()
	var b strings.Builder
	below := ""
	for _, block := range prose.Parse(topic(t, name)) {
		if block.Kind == prose.Heading {
			below = block.Text
		}
		if block.Kind == prose.Verbatim && below == heading {
			b.WriteString(block.Text + "\n\n")
		}
	}
	return b.String()
}

// inSource returns what the group of a pattern matches in the program, each
// once and in order.
func inSource(t *testing.T, pattern string) []string {
	t.Helper()
	find := regexp.MustCompile(pattern)
	found := map[string]bool{}
	for _, tree := range []string{"..", "../../cmd/cmp"} {
		err := filepath.WalkDir(tree, func(path string, d fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			data, err := os.ReadFile(path)
			for _, m := range find.FindAllStringSubmatch(string(data), -1) {
				found[m[1]] = true
			}
			return err
		})
		need(t, err)
	}
	return slices.Sorted(maps.Keys(found))
}

// A topic fits any screen but for what stands as it is, and that fits a narrow
// one. It is read in a few minutes, and there are few of them.
func TestHelpTopics(t *testing.T) {
	if n := len(cli.HelpTopics()); n > 14 { // rules is the help of a command, and not listed
		t.Errorf("%d topics; at most 14 are found again", n)
	}
	for _, h := range cli.HelpTopics() {
		if n := len(h.Short); n == 0 || n > 60 || strings.HasSuffix(h.Short, ".") || h.Text == "" {
			t.Errorf("%s: short description %q: missing, too long for 80 columns, or ends with a full stop; or no text", h.Name, h.Short)
		}
		w := newWorld(t)
		widths, most := []int{60, 80, 120}, 60
		if h.Name == "speed" { // is a table, and nobody reads all of it
			widths, most = widths[1:], 66
		}
		for _, w.Width = range widths {
			w.must(t, "help", h.Name)
			if n := strings.Count(w.out.String(), "\n"); w.Width == 80 && n > most && h.Name != "rules" {
				t.Errorf("%s: %d lines at 80 columns, and at most %d are read", h.Name, n, most)
			}
			for line := range strings.Lines(w.out.String()) {
				if len(line) > w.Width+1 && h.Name != "rules" { // whose usage and examples are longer
					t.Errorf("%s in %d columns: a line of %d: %s", h.Name, w.Width, len(line)-1, line)
				}
				if strings.ContainsFunc(line, func(r rune) bool { return r > '~' }) {
					t.Errorf("%s: not ASCII: %s", h.Name, line)
				}
			}
		}
	}
}

// The first page of help is one that is read: it says what to type first, and fits
// a screen of 80 columns and 70 lines.
func TestHelpIsOnePage(t *testing.T) {
	w := newWorld(t)
	w.Width = 80
	w.must(t, "help")
	lines := strings.Split(w.out.String(), "\n")
	if len(lines) > 70 || !slices.Contains(lines[:5], "Start here:") {
		t.Errorf("%d lines, want at most 70, the first of them what to type:\n%s", len(lines), w.out.String())
	}
}

func TestHelpTopicIsOffered(t *testing.T) {
	w := newWorld(t)
	w.must(t, "__complete", "help", "")
	for _, want := range []string{"\ncredential\t", "\nexit-codes\t", "\nrules\t"} {
		if strings.Count("\n"+w.out.String(), want) != 1 {
			t.Errorf("cmp help completes %q not once:\n%s", want, w.out.String())
		}
	}
}

// The topic names every variable that the program reads; that of a setting is named
// by it. Names that are put together are asked for at run time.
func TestHelpTopicSettings(t *testing.T) {
	read := inSource(t, `(?:[gG]etenv|LookupEnv)\("([A-Z_]+)"\)`)
	read = append(read, "LC_ALL", "LC_CTYPE", "LANG") // of utf8Locale, which loops over them
	w := newWorld(t)
	get := w.Getenv
	w.Getenv = func(name string) string {
		read = append(read, name)
		return get(name)
	}
	w.must(t, "status")
	named := terms(t, "settings", "[A-Z_]+")
	for _, setting := range terms(t, "settings", "[a-z-]+") {
		named = append(named, "CMP_"+strings.ToUpper(strings.ReplaceAll(setting, "-", "_")))
	}
	slices.Sort(read)
	for _, name := range slices.Compact(read) {
		if !slices.Contains(named, name) {
			t.Errorf("%s is read and not named", name)
		}
	}
}

func TestHelpTopicExitCodes(t *testing.T) {
	var codes []string
	for _, code := range cli.ExitCodes() {
		codes = append(codes, strconv.Itoa(code))
	}
	if diff := cmp.Diff(codes, terms(t, "exit-codes", `\d`)); diff != "" {
		t.Errorf("exit codes (-program +topic):\n%s", diff)
	}
	used := inSource(t, `(?:newFailure\([a-zA-Z]+, |\bno\()"([a-z-]+)"`)
	const names = "usage|not-found|refused|file|bad-rows|failed|not-ready|look-alikes"
	if diff := cmp.Diff(used, terms(t, "exit-codes", names)); diff != "" {
		t.Errorf("codes of errors (-program +topic):\n%s", diff)
	}
	for _, answer := range terms(t, "exit-codes", "[a-z]+( .*)?") {
		if slices.Contains(used, answer) {
			continue
		}
		found, flags, err := cli.Command("cmp").Find(strings.Fields(answer))
		if err != nil || len(flags) > 0 && found.Flags().Lookup(strings.TrimPrefix(flags[0], "--")) == nil {
			t.Errorf("%s: no such command or flag", answer)
		}
	}
}

func TestHelpTopicFormats(t *testing.T) {
	listed := regexp.MustCompile(` {2,}|\n`).Split(verbatim(t, "formats", ""), -1)
	listed = slices.DeleteFunc(listed, func(s string) bool { return s == "" })
	var have []string
	eachCommand(cli.Command("cmp"), func(c *cobra.Command) {
		if cli.RecordFormats(c) != "" {
			have = append(have, strings.Join(path(c), " "))
		}
	})
	slices.Sort(have)
	slices.Sort(listed)
	if diff := cmp.Diff(have, listed); diff != "" {
		t.Errorf("commands with records (-program +topic):\n%s", diff)
	}
}

// What the topics show of files is accepted as it stands.
func TestHelpTopicExamples(t *testing.T) {
	w := newWorld(t)
	folder := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(folder, name)
		need(t, os.WriteFile(file, []byte(text), 0o600))
		return file
	}
	profile := write("portal.yaml", verbatim(t, "import-profiles", "Example"))
	transcript := write("transcript.csv", "Course Title,Completed,Contact Hours,Category,Status\n"+
		"Bloodborne pathogens,03/25/2026,1.5,Compliance,Passed\nTransfusion reactions,03/26/2026,1,Transfusion Medicine,Failed\n")
	w.must(t, "profile", "check", profile, transcript)
	if want := "1.5 points"; !strings.Contains(w.out.String()+w.err.String(), want) {
		t.Errorf("the profile does not read %s:\n%s", want, w.out.String())
	}
	config := verbatim(t, "settings", "Configuration file")
	w.must(t, "config", "--config", write("config.yaml", config))
	if strings.Contains(config, "as-of") {
		t.Errorf("the example would stop the clock:\n%s", config)
	}
	w.must(t, "rules", "check", write("pack.yaml", verbatim(t, "packs", "Example")))

	if code := w.run("profile", "check", write("wrong.yaml", "qqqqqqq: 1\n")); code != 1 {
		t.Fatalf("a profile with an unknown key: exit code %d", code)
	}
	_, keys, _ := strings.Cut(w.err.String(), "keys are ")
	keys, _, _ = strings.Cut(keys, ";")
	known := strings.Split(keys, ", ")
	slices.Sort(known)
	if diff := cmp.Diff(known, terms(t, "import-profiles", "[a-z-]+")); diff != "" {
		t.Errorf("keys of a profile (-program +topic):\n%s", diff)
	}
}
