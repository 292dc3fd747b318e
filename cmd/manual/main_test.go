package main

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"cmpledger/internal/cli"
)

// written returns the files that the generator writes below a folder.
func written(t *testing.T, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(folder, path)
		files[filepath.ToSlash(name)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// There is a page for each command and each topic, and scripts for each shell,
// all under the name that is asked for.
func TestFiles(t *testing.T) {
	for _, name := range []string{"cmp", "cmp-ledger"} {
		want := []string{"completions/" + name + ".bash", "completions/_" + name, "completions/" + name + ".fish", "completions/" + name + ".ps1"}
		var add func(c *cobra.Command)
		add = func(c *cobra.Command) {
			want = append(want, "man1/"+name+strings.TrimPrefix(page(c), "cmp")+".1")
			for _, sub := range c.Commands() {
				add(sub)
			}
		}
		root := cli.Command("cmp")
		root.InitDefaultHelpCmd()
		add(root)
		for _, h := range cli.HelpTopics() {
			if h.Name != "rules" { // the page of the command
				want = append(want, "man7/"+name+"-"+h.Name+".7")
			}
		}
		folder := t.TempDir()
		if err := run([]string{"--name", name, "--date", "2026-11-21", folder}); err != nil {
			t.Fatal(err)
		}
		slices.Sort(want)
		if diff := cmp.Diff(want, slices.Sorted(maps.Keys(written(t, folder)))); diff != "" {
			t.Errorf("files of %s (-want +got):\n%s", name, diff)
		}
	}
}

func TestRunRefuses(t *testing.T) {
	for _, args := range [][]string{{"x"}, {"--date", "2026-02-30", "x"}, {"--date", "2026-11-21"}} {
		if err := run(args); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
}

// Installed under another name, the program is called by it wherever a text
// names it; the other program of its old name keeps that.
func TestName(t *testing.T) {
	m := manual{name: "cmp-ledger", date: "2026-11-21"}
	files, err := m.files()
	if err != nil {
		t.Fatal(err)
	}
	ours := regexp.MustCompile(`(?:^|[\s("'|<])cmp(?:$|[\s,;:)"'])`)
	for name, data := range files {
		if strings.HasPrefix(name, "completions/") || strings.HasSuffix(name, cli.OtherCmp+".7") { // which speaks of both
			continue
		}
		page, _, _ := strings.Cut(string(data), "THE OTHER CMP")
		for _, l := range strings.Split(page, "\n") {
			if ours.MatchString(l) {
				t.Errorf("%s: %s", name, l)
			}
		}
	}
	for give, want := range map[string]string{
		"cmp":                           "cmp-ledger",
		"source <(cmp completion bash)": "source <(cmp-ledger completion bash)",
		`> "${fpath[1]}/_cmp"`:          `> "${fpath[1]}/_cmp-ledger"`,
		"completions/cmp.fish":          "completions/cmp-ledger.fish",
		"a schema, cmp.status/1":        "a schema, cmp.status/1",
		"$XDG_DATA_HOME/cmp/ledger.db":  "$XDG_DATA_HOME/cmp/ledger.db",
		"that ship with cmp. Yours":     "that ship with cmp-ledger. Yours",
	} {
		if got := m.named(give); got != want {
			t.Errorf("named(%q) = %q, want %q", give, got, want)
		}
	}
}

// Nothing that a text holds is taken for a macro or an escape.
func TestEscape(t *testing.T) {
	var r roff
	r.prose("Say \\fB and 'so'.\n\n    .so /etc/passwd\n    'ds x", "SS")
	want := "Say \\efB and \\(aqso\\(aq.\n.PP\n.RS \"4\"\n.EX\n\\&.so /etc/passwd\n\\(aqds x\n.EE\n.nh\n.RE\n"
	if diff := cmp.Diff(want, r.String()); diff != "" {
		t.Errorf("prose (-want +got):\n%s", diff)
	}
}

// Both programs that read manual pages have nothing to say about ours.
func TestLint(t *testing.T) {
	folder := t.TempDir()
	if err := run([]string{"--name", "cmp-ledger", "--date", "2026-11-21", folder}); err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob(filepath.Join(folder, "man?", "*"))
	if err != nil || len(pages) < 60 {
		t.Fatalf("%d pages: %v", len(pages), err)
	}
	t.Run("mandoc", func(t *testing.T) {
		if _, err := exec.LookPath("mandoc"); err != nil {
			t.Skip("mandoc is not installed")
		}
		if out, err := exec.Command("mandoc", append([]string{"-T", "lint", "-W", "warning"}, pages...)...).CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("mandoc: %v\n%s", err, out)
		}
	})
	t.Run("groff", func(t *testing.T) {
		if _, err := exec.LookPath("groff"); err != nil {
			t.Skip("groff is not installed")
		}
		cmd := exec.Command("groff", append([]string{"-man", "-ww", "-z"}, pages...)...)
		var said bytes.Buffer
		cmd.Stderr = &said
		if err := cmd.Run(); err != nil || said.Len() > 0 {
			t.Errorf("groff: %v\n%s", err, said.String())
		}
	})
}
