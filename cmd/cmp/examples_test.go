package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/xuri/excelize/v2"

	"cmpledger/internal/cli"
)

// before is what has to be done before an example that begins so: where it
// makes what is there already, or needs what another example makes.
var before = map[string]string{
	"cmp list --not-in-portal":    "cmp export credits --topic ethics > portal.csv && cmp reconcile portal.csv || test $? = 3",
	"cmp credential add MLS":      "cmp credential remove MLS --yes",
	"cmp credential add SBB":      "cmp credential remove SBB --yes",
	"cmp renew MLS":               "cmp declare MLS",
	"cmp audit verify packet.zip": "cmp audit MLS --output packet.zip",
	"cmp allocate 12":             "cmp edit 12 --topic safety --topic chemistry --topic general; cmp deallocate 12 || true",
	"cmp deallocate 12":           "cmp allocate 12 chemistry=1 safety=1",
	"cmp redo":                    "cmp undo",
	"cmp evidence get":            "rm certificate.pdf",
	"cmp import portal.csv":       "echo 'Point of care,26/03/2026,,Chemistry' >>portal.csv", // a row to be skipped
	"cmp profile check portal":    "cmp profile new transcript.csv --name portal",
	"cmp profile check ./portal":  "cmp profile new transcript.csv --output portal.yaml",
	"cmp restore ./":              "cmp backup ./ledger-of-today.db",
	"cmp completion zsh":          "fpath=(. .)",
	"cmp remind":                  "for name in systemctl notify-send launchctl osascript; do ln -s $(type -P true) $name; done; PATH=$PWD:$PATH",

	"cmp import transcript.csv --profile":       "cmp profile new transcript.csv --name portal",
	"cmp import transcript.csv --only 7 --join": "cmp edit 12 --title 'Flow cytometry for the generalists' --date 2024-06-24 --points 1",
	"cmp import laptop.jsonl":                   "cmp export ledger --output laptop.jsonl",
}

// behind is what shows whether an example did anything that fails without an
// exit code.
var behind = map[string]string{
	"source <(cmp completion bash)": "complete -p cmp",
}

// sayNo are the examples whose answer about the ledger of the examples is no,
// and why.
var sayNo = map[string]string{
	"cmp status --due 90d":  "SBB is to be declared in 12 days",
	"cmp audit MLS --check": "most credits have no evidence",
	"cmp reconcile":         "the portal knows nothing of what is in the ledger",
}

// Every example of help and of its topics does what it says, in a ledger as rich as it
// expects.
func TestExamples(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("bash"); err != nil || runtime.GOOS == "windows" {
		t.Skip("examples are run by bash of a Unix")
	}
	bin := t.TempDir()
	install(t, bin)
	rich := t.TempDir()
	if out, code := typed(t, bin, rich, ". "+absolute(t, "../../testdata/examples/prepare.sh")); code != 0 {
		t.Fatalf("prepare.sh: exit code %d\n%s", code, out)
	}
	workbook(t, filepath.Join(rich, "work", "history.xlsx"), "History", [][]any{
		{"Course", "Course #", "Completed", "Provider", "Reported by", "Subject areas covered", "Credits earned"},
		{"Sepsis markers", "20-1", "03/25/2026", "AABB", "Provider", "Medical Errors", 1.5},
	})
	workbook(t, filepath.Join(rich, "work", "fall.xlsx"), "Courses", [][]any{
		{"Title", "Provider", "Points", "Topics", "Member rate"},
		{"Leading a shift", "CLMA", 1, "Lab Ops", 20},
	})
	used := map[string]bool{}
	for _, example := range append(examples(cli.Command("cmp")), topicExamples()...) {
		line, want := example, 0
		if first, ok := lookup(used, before, example); ok {
			line = "{ " + first + "; } >/dev/null && " + line
		}
		if last, ok := lookup(used, behind, example); ok {
			line += " && " + last
		}
		if _, ok := lookup(used, sayNo, example); ok {
			want = 3
		}
		t.Run(strings.ReplaceAll(example, "/", "|"), func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			need(t, os.CopyFS(folder, os.DirFS(rich)))
			if out, code := typed(t, bin, folder, line); code != want {
				t.Errorf("%s\nexit code %d, want %d\n%s", line, code, want, out)
			}
		})
	}
	for _, table := range []map[string]string{before, behind, sayNo} {
		for begin := range table {
			if !used[begin] {
				t.Errorf("%q: no example begins so; take it out of the table", begin)
			}
		}
	}
}

// lookup returns what a table says of the longest beginning of an example.
func lookup(used map[string]bool, table map[string]string, example string) (string, bool) {
	longest := ""
	for begin := range table {
		if strings.HasPrefix(example, begin) && len(begin) > len(longest) {
			longest = begin
		}
	}
	used[longest] = true
	return table[longest], longest != ""
}

// examples returns the examples of a command and of those below it.
func examples(cmd *cobra.Command) []string {
	var all []string
	for line := range strings.Lines(cmd.Example) {
		all = append(all, strings.TrimSpace(line))
	}
	for _, c := range cmd.Commands() {
		all = append(all, examples(c)...)
	}
	return all
}

// topicExamples returns the commands that the topics of help show on lines of their
// own, and that no command has as an example.
func topicExamples() []string {
	var all []string
	known := examples(cli.Command("cmp"))
	for _, topic := range cli.HelpTopics() {
		for line := range strings.Lines(topic.Text) {
			command := strings.TrimSpace(line)
			if strings.HasPrefix(line, "    cmp") && !slices.Contains(known, command) {
				all, known = append(all, command), append(known, command)
			}
		}
	}
	return all
}

// typed runs a line in the folder work below another one, whose folder home is
// the holder's own, and returns what it said and its exit code.
func typed(t *testing.T, bin, folder, line string) (string, int) {
	t.Helper()
	home, work := filepath.Join(folder, "home"), filepath.Join(folder, "work")
	for _, f := range []string{home, work} {
		need(t, os.MkdirAll(f, 0o700))
	}
	cmd := exec.Command("bash", "-c", line)
	cmd.Dir = work
	cmd.Env = []string{
		"PATH=" + bin + string(filepath.ListSeparator) + os.Getenv("PATH"),
		"HOME=" + home, "USERPROFILE=" + home, "XDG_CONFIG_HOME=" + filepath.Join(home, ".config"),
		"CMP_DB=" + filepath.Join(home, "cmp", "ledger.db"), "CMP_AS_OF=2026-11-21", "LC_ALL=C.UTF-8",
		"IMPORT=" + absolute(t, "../../testdata/import"), "EXAMPLES=" + absolute(t, "../../testdata/examples"),
	}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(bytes.TrimSpace(out)), cmd.ProcessState.ExitCode()
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	need(t, err)
	return path
}

// workbook writes a workbook of one sheet.
func workbook(t *testing.T, path, sheet string, rows [][]any) {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	need(t, f.SetSheetName("Sheet1", sheet))
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		need(t, err)
		need(t, f.SetSheetRow(sheet, cell, &row))
	}
	need(t, f.SaveAs(path))
}
