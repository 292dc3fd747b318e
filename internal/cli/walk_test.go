package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"golang.org/x/text/width"

	"cmpledger/internal/cli"
)

// walked returns command lines that between them try every command that prints
// for people, as they are typed behind cmp in a [richWorld].
func walked() []string {
	return strings.Split(strings.TrimSpace(`
status
status SCYM MLSi
status --due 400d
status --short
explain MLSi
explain MLSi chemistry
explain CTgyn
explain SCYM
explain QIHC
explain CLT
explain MT
explain 1
explain 3
explain 7
plan
plan --expires BB=2029-10-31
cost
cost --exempt
courses list
courses list --needed
courses import --starter --dry-run
courses import courses.csv --dry-run
courses remove 1 --dry-run
rules list
rules show MLS
rules show SCYM
rules show CLT
rules show MT
rules activities
rules diff BB --from 2023-12-31 --to 2024-12-31
rules diff MLSi --from 2022-12-31
rules diff PA --from 2021-12-31
rules diff SCYM --from 2025-12-31
rules check cmp/rules/xy.yaml
rules list chemistry
rules list --state fl
rules check xy
credential list
credential show MLSi
credential show QIHC
credential show MLT
credential add SBB --expires 2028-01-31 --dry-run
credential edit MLSi --number 77 --dry-run
credential remove MLSi --yes --dry-run
list
list --unallocated
list --duplicates
show 1
show 3
show 4
add TITLE --points 2 --date 2026-11-01 --topic chemistry --dry-run
edit 5 6 --provider PROVIDER --dry-run
remove 5 6 --yes --dry-run
merge 1 2 --yes --dry-run
keep 1 2 --dry-run
topics
topics --suggest --apply --dry-run
allocate --auto --dry-run
allocate --auto --fresh --dry-run
allocate 16 other=1 --credential MLSi --dry-run
deallocate 16 --dry-run
declare QLS --dry-run
renew MLT --yes --dry-run
import portal.csv --dry-run
import bad.csv --dry-run --skip-bad
profile list
profile check labce
profile check portal portal.csv
reconcile portal.csv --dry-run
evidence list
evidence list --missing
evidence add 2 proof.pdf --dry-run
evidence get 1 --output got.pdf
evidence remove 1 --dry-run
evidence verify
audit MLSi --check
audit QIHC --check
audit QIHC --output again.zip
audit verify packet.zip
log
log 1
log 4
log 9
undo --dry-run
redo --dry-run
backup out.db
backup list
restore $backup --yes --dry-run
doctor --tidy --dry-run
config
config path
remind show
remind remove --dry-run
remind check
version
demo
`), "\n")
}

// notWalked says why the other commands need not fit a screen.
func notWalked() map[string]string {
	return map[string]string{
		"calendar":       "writes a file for calendar programs",
		"completion":     "writes a script for shells",
		"export credits": "writes records", "export ledger": "writes records",
		"profile new":    "writes a file, and talks on standard error",
		"profile show":   "writes a file as it is",
		"remind install": "shows files as they are",
		"report":         "writes a page of HTML",
		"schema":         "writes a schema for programs",
		"help":           "has tests of its own: TestHelpTopics, TestCalledFitsTheScreen",
	}
}

// Every command that prints for people keeps to the screen; what is cut or goes
// on below is never a number, a day or points, and colour adds to the text and
// changes nothing of it. A dry run says nothing as if it were done.
func TestScreens(t *testing.T) {
	w := richWorld(t)
	eachCommand(cli.NewRoot(w.Env), func(c *cobra.Command) {
		name := strings.Join(path(c), " ")
		if c.HasSubCommands() || notWalked()[name] != "" {
			return
		}
		dry := c.Flags().Lookup("dry-run") != nil
		if !slices.ContainsFunc(walked(), func(line string) bool {
			return strings.HasPrefix(line+" ", name+" ") && (!dry || strings.Contains(line, " --dry-run"))
		}) {
			t.Errorf("cmp %s is walked in no width, or in no dry run", name)
		}
	})
	widths := []int{60, 80}
	if full() {
		widths = []int{60, 120, 80}
	}
	for _, line := range walked() {
		t.Run(line, func(t *testing.T) {
			w.Width, w.UTF8 = 0, true
			wide := w.screen(t, line)
			if done := asDone.FindString(wide + w.err.String()); done != "" && strings.Contains(line, "--dry-run") {
				t.Errorf("a dry run says %q", done)
			}
			plain := ""
			for _, columns := range widths {
				w.Width = columns
				got := w.screen(t, line)
				plain = got
				checkWidths(t, got, columns)
				// The titles of some courses have numbers; in one line not all fits.
				if !strings.HasPrefix(line, "courses ") && line != "status --short" {
					checkNumbers(t, wide, got, columns)
				}
			}
			w.Width = 80
			w.environment["CLICOLOR_FORCE"] = "1"
			colour := w.screen(t, line)
			delete(w.environment, "CLICOLOR_FORCE")
			if diff := cmp.Diff(plain, bleached(colour)); diff != "" {
				t.Errorf("colour changes the text (-plain +colour)\n%s", diff)
			}
			w.UTF8 = false
			got := w.screen(t, line)
			checkWidths(t, got, w.Width)
			if i := strings.IndexAny(got, "█░…·–—→"); i >= 0 {
				t.Errorf("in ASCII %.20q is drawn", got[i:])
			}
		})
	}
}

// asDone is what a command says of what it did, or of the way back.
var asDone = regexp.MustCompile(`(?m)^([A-Z][a-z]+ed|Undone|Redone) .*|\bcmp (undo|redo)\b`)

// On a terminal there is colour, unless it cannot show any or somebody says no;
// the script colour.txtar has what else decides.
func TestColourOfATerminal(t *testing.T) {
	w := newWorld(t)
	w.OutTerminal = true
	w.must(t, "credential", "add", "MLS", "--expires", "2027-03-31")
	for variable, want := range map[string]bool{"": true, "TERM=dumb": false, "NO_COLOR=1": false, "CMP_COLOR=never": false} {
		name, value, _ := strings.Cut(variable, "=")
		w.environment[name] = value
		w.must(t, "status")
		delete(w.environment, name)
		if got := strings.Contains(w.out.String(), "\x1b["); got != want {
			t.Errorf("with %q colour %v, want %v", variable, got, want)
		}
	}
}

// screen runs a command line on the ledger as it was at first, and returns what
// it answers.
func (w *rich) screen(t *testing.T, line string) string {
	t.Helper()
	for _, name := range []string{"again.zip", "got.pdf", "out.db"} {
		need(t, os.RemoveAll(name))
	}
	need(t, os.WriteFile(w.db, w.ledger, 0o600))
	args := strings.Fields(os.Expand(line, func(name string) string { return w.named[name] }))
	if code := w.run(args...); code == 1 || code == 2 || w.out.Len() == 0 {
		t.Fatalf("exit code %d\n%s%s", code, w.out.String(), w.err.String())
	}
	return freeSpace.ReplaceAllString(w.out.String(), "9999 MB free")
}

// freeSpace is what doctor says of the disk, which others write to meanwhile.
var freeSpace = regexp.MustCompile(`\d+ MB free`)

// checkWidths checks that no line is wider than the screen, but for one word
// that has no place to break, such as a path, alone or behind its label.
func checkWidths(t *testing.T, text string, columns int) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		const label = 20
		if n := columnsOf(line); n > columns && columnsOf(line[strings.LastIndex(line, " ")+1:]) < columns-label {
			t.Errorf("in %d columns a line has %d: %s", columns, n, line)
		}
	}
}

// checkNumbers checks that the numbers, days, points and codes of a wide screen
// stand in a narrow one too.
func checkNumbers(t *testing.T, wide, narrow string, columns int) {
	t.Helper()
	shown := map[string]bool{}
	for _, n := range numbersOf(narrow) {
		shown[n] = true
	}
	for _, n := range numbersOf(wide) {
		if !shown[n] {
			shown[n] = true
			t.Errorf("in %d columns %s is missing", columns, n)
		}
	}
}

var number = regexp.MustCompile(`\d{4}-\d\d-\d\d|\d+(\.\d+)?|\w+\((ASCPi?|AMT|FL)\)(CM)?`)

// numbersOf returns the days, amounts and codes in a text, but not those in
// paths and addresses.
func numbersOf(text string) []string {
	var all []string
	for _, word := range strings.Fields(text) {
		if !strings.Contains(word, "/") {
			all = append(all, number.FindAllString(word, -1)...)
		}
	}
	return all
}

// columnsOf returns how many columns a line takes: two for a wide character,
// none for a mark, and for characters that are joined as many as for the first.
func columnsOf(line string) int {
	n, joined := 0, false
	for _, r := range line {
		switch kind := width.LookupRune(r).Kind(); {
		case r == '\u200d':
			joined = true
			continue
		case joined, unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case kind == width.EastAsianWide, kind == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
		joined = false
	}
	return n
}

// bleached takes the colour out of a text.
func bleached(text string) string {
	return regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(text, "")
}

// rich is a world with a ledger that is the same before every command.
type rich struct {
	*world
	ledger []byte
	named  map[string]string // what command lines name by a variable
}

// richWorld returns a world with all kinds of credentials, long titles, wide
// characters, packs and files.
func richWorld(t *testing.T) *rich {
	t.Helper()
	w := &rich{world: newWorld(t), named: map[string]string{}}
	home := filepath.Dir(w.db)
	t.Chdir(home)
	write := func(name, content string) {
		need(t, os.WriteFile(filepath.Join(home, name), []byte(content), 0o600))
	}
	long := strings.TrimSpace(strings.Repeat("quality assurance of coagulation testing ", 5))
	titles := []string{
		"Title " + long,
		"臨床検査における品質管理と安全対策についての長い題名のセミナー臨床検査における品質管理と安全対策についての長い題名のセミナー",
		"مراقبة الجودة في المختبر السريري وسلامة المرضى وأخلاقيات المهنة الطبية",
		"Z\u0335a\u0335l\u0335g\u0335o\u0335 e\u0301tudes d\u0327e combining marks " + long,
		"👩‍🔬 Emoji 🧪🧫🔬 and flags 🇩🇪 in a title that is long enough to be cut somewhere",
		"Short",
		"Short",
	}
	providers := []string{"ASCP", "Society of everybody who works in laboratories of any kind and size", "日本臨床衛生検査技師会", ""}
	topics := []string{"safety", "ethics", "chemistry", "microbiology", "cytometry", "immunohistochemistry", "cytology", "blood-banking"}
	var csv strings.Builder
	csv.WriteString("Title,Date,Points,Provider,Topic,Reference,URL,Note\n")
	for i := range 48 {
		fmt.Fprintf(&csv, "%s,%d-%02d-%02d,%d.25,%s,%s,R-%d-%s,https://example.org/courses/%s/%d,%s\n", titles[i%len(titles)], 2023+i%4, 1+i%11, 1+i%27, 1+i%3,
			providers[i%len(providers)], topics[i%len(topics)], 1000+i, strings.Repeat("x", i), strings.Repeat("path/", i), i, long)
	}
	write("credits.csv", csv.String())
	write("portal.csv", csv.String()[:2000]+"\nOnly there "+long+",2026-05-05,2,"+providers[1]+",Chemistry,R-7,,\n")
	write("bad.csv", "Course Title,Completed,Contact Hours,Category\nGood "+long+",2026-04-30,1,Something that nobody understands\nBad "+long+",2026-02-31,1,Chemistry\n")
	write("courses.csv", "Title,Provider,Points,Topic,Price,URL\n"+titles[0]+","+providers[1]+",2,Chemistry,19.5,https://example.org/courses/"+strings.Repeat("path/", 20)+"\n")
	need(t, os.MkdirAll(filepath.Join(home, "cmp", "rules"), 0o700))
	write("cmp/rules/xy.yaml", pack)
	write("proof.pdf", "%PDF-1.4 proof")
	for _, line := range []string{
		"credential add MLSi --expires 2027-03-31 --number 1234567",
		"credential add CTgyn --expires 2027-04-30",
		"credential add SCYM --expires 2026-12-10",
		"credential add fl/CLT --expires 2027-06-30",
		"credential add amt/MT --expires 2026-11-01",
		"credential add ascp/MLT --expires 2026-09-30",
		"credential add QIHC --expires 2026-12-31",
		"credential add QLS --expires 2027-12-31",
		"import credits.csv",
		"backup",
		"add " + strings.ReplaceAll(titles[2], " ", "_") + " --points 8 --topic immunohistochemistry --topic safety --topic ethics --date 2026-06-06 --evidence proof.pdf",
		"evidence add 1 proof.pdf",
		"allocate 16 other=1 --credential MLSi",
		"declare QIHC",
		"edit 49 --date 2026-06-07",
		"renew QIHC",
		"add Same --points 1 --date 2026-08-08 --provider One",
		"add Same --points 1 --date 2026-08-08 --provider Another --reference " + strings.Repeat("7", 11),
		"courses import --starter",
		"courses import courses.csv",
		"profile new portal.csv --name portal",
		"audit QIHC --output packet.zip",
		"remove 9",
		"undo",
		"edit 17 --points 3 --note " + strings.ReplaceAll(long, " ", "_"),
		"edit 20 --points 1",
		"undo",
		"remind install",
	} {
		w.must(t, strings.Fields(line)...)
	}
	backups, err := filepath.Glob("backups/*")
	if err != nil || backups == nil {
		t.Fatal("no backup", err)
	}
	w.named["backup"] = backups[0]
	if w.ledger, err = os.ReadFile(w.db); err != nil {
		t.Fatal(err)
	}
	return w
}
