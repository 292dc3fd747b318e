package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"cmpledger/internal/cli"
)

// A newcomer reads README and the page for contributors to the end, so they are short.
func TestReadmeIsShort(t *testing.T) {
	for file, most := range map[string]int{"README.md": 1500, ".github/CONTRIBUTING.md": 400} {
		if n := len(strings.Fields(readmeOf(t, file))); n > most {
			t.Errorf("%s has %d words, and at most %d are read", file, n, most)
		}
	}
}

// README shows what the program says: each command behind "$ " is run, in one ledger, in
// the order of the page. The first screen is what all of them lead to, and comes last.
// With -update it is written anew.
func TestReadme(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("bash"); err != nil || runtime.GOOS == "windows" {
		t.Skip("the commands of README are run by bash of a Unix")
	}
	readme := readmeOf(t, "README.md")
	bin, folder := t.TempDir(), t.TempDir()
	install(t, bin)
	for _, sub := range []string{"home", "work"} {
		need(t, os.Mkdir(filepath.Join(folder, sub), 0o700))
	}
	need(t, os.Symlink(absolute(t, "../../testdata"), filepath.Join(folder, "work", "testdata")))
	screens := screen.FindAllString(readme, -1)
	if len(screens) < 3 {
		t.Fatalf("README shows %d screens", len(screens))
	}
	got := readme
	for _, shown := range append(slices.Clone(screens[1:]), screens[0]) {
		var said strings.Builder
		for line := range strings.Lines(shown) {
			command, ok := strings.CutPrefix(strings.TrimSpace(line), "$ ")
			if !ok {
				continue
			}
			out, code := typed(t, bin, folder, command)
			if code != 0 {
				t.Errorf("%s: exit code %d\n%s", command, code, out)
			}
			for _, l := range append([]string{"$ " + command}, strings.Split(out, "\n")...) {
				said.WriteString(strings.TrimRight("    "+l, " ") + "\n")
			}
		}
		got = strings.Replace(got, shown, said.String(), 1)
	}
	if *update {
		need(t, os.WriteFile("../../README.md", []byte(got), 0o600))
		return
	}
	if diff := gocmp.Diff(readme, got); diff != "" {
		t.Errorf("README (-page +program); -update writes it anew:\n%s", diff)
	}
}

// screen finds what README shows of a terminal: indented lines, the first a command.
var screen = regexp.MustCompile(`(?m)^    \$ .*\n(?:\n*    .*\n)*`)

// README names every topic of help, and no command, flag or topic that there is not.
func TestReadmeNames(t *testing.T) {
	readme := readmeOf(t, "README.md")
	for _, topic := range cli.HelpTopics() {
		if !strings.Contains(readme, "| `"+topic.Name+"` |") {
			t.Errorf("README does not name the topic %s", topic.Name)
		}
	}
	for _, command := range regexp.MustCompile("`cmp ([^`]+)`").FindAllStringSubmatch(readme, -1) {
		found, rest, err := cli.Command("cmp").Find(strings.Fields(command[1]))
		if err != nil || found.Name() != "help" && !found.Runnable() {
			t.Errorf("%s: no such command: %v", command[1], err)
			continue
		}
		if _, topic := cli.Topic(strings.Join(rest, " ")); found.Name() == "help" && !topic {
			if _, _, err := cli.Command("cmp").Find(rest); err != nil {
				t.Errorf("%s: no such topic", command[1])
			}
		}
		for _, word := range rest {
			if flag, ok := strings.CutPrefix(word, "--"); ok && found.Flags().Lookup(flag) == nil {
				t.Errorf("%s: no flag --%s", command[1], flag)
			}
		}
	}
}

// readmeOf returns a page at the top of the source.
func readmeOf(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../..", filepath.FromSlash(file)))
	need(t, err)
	return string(data)
}
