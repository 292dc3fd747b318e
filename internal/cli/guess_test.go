package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"pgregory.net/rapid"

	"cmpledger/internal/cli"
	"cmpledger/internal/handover"
)

// guesser returns a world with two credentials and three credits, in a folder with files.
func guesser(t *testing.T) *world {
	t.Helper()
	folder := t.TempDir()
	t.Chdir(folder)
	for _, name := range []string{"transcript.csv", "abo.pdf", "ledger.db", "-my file.csv"} {
		need(t, os.WriteFile(filepath.Join(folder, name), []byte("x"), 0o600))
	}
	need(t, os.Mkdir(filepath.Join(folder, "papers"), 0o700))
	w := newWorld(t)
	w.must(t, "credential", "add", "MLS", "--expires", "2027-03-31")
	w.must(t, "credential", "add", "SBB", "--expires", "2027-03-31")
	w.must(t, "add", "Antibody screen", "--points", "1", "--topic", "blood-banking")
	w.must(t, "add", "Antibody panels", "--points", "1", "--topic", "blood-banking")
	w.must(t, "add", "Gram stain correlation", "--points", "1", "--topic", "microbiology")
	return w
}

// What a person types wrongly is answered with the command that was meant, and nothing is
// written.
func TestGuesses(t *testing.T) {
	w := guesser(t)
	before, err := os.ReadFile(w.db)
	need(t, err)
	for _, tt := range []struct {
		typed []string
		meant string // behind "did you mean" where it is a command, else a part of what is said; "" is no guess
	}{
		// Words of other tools.
		{words("rm 5"), "cmp remove 5"},
		{words("DELETE 5 6"), "cmp remove 5 6"},
		{words("rm -f 5"), "cmp remove --yes 5"},
		{words("purge 5"), "cmp remove 5"},
		{words("rm ./transcript.csv"), "leaves files alone"},
		{words("rm -rf /"), "leaves files alone"},
		{words("rm"), "cmp remove ID"},
		{words("--db x.db delete 46"), "cmp remove 46 --db x.db"},
		{words("fix 5"), "cmp edit 5 --points P"},
		{words("save transcript.csv"), "cmp import transcript.csv"},
		{words("inspect 3"), "cmp show 3"},
		{words("combine"), "cmp merge KEEP OTHER"},
		{words("combine 5"), "cmp help merge"},
		{words("assign"), "cmp help allocate"},
		{words("shw 3 chemistry"), "cmp help show"},
		{words("hours"), "cmp status"},
		{words("mv 1 2"), "cmp help"},
		{words("ls"), "cmp list"},
		{words("ls -l"), "cmp list"},
		{words("new|Red cells|--points|1"), "cmp add 'Red cells' --points 1"},
		{words("new|Red cells|-p|1"), "cmp add 'Red cells' --points 1"},
		{words("get 3"), "cmp show 3"},
		{words("view MLS"), "cmp status MLS"},
		{words("find antibody"), "cmp list antibody"},
		{words("serch antibody"), "cmp list antibody"},
		{words("rename|3|New title"), "cmp edit 3 --title 'New title'"},
		{words("tag 3 heme"), "cmp edit 3 --topic hematology"},
		{words("init"), "cmp credential add CODE --expires DATE"},
		{words("next"), "cmp"},
		{words("how many points"), "cmp"},
		{words("due"), "cmp status --due 90d"},
		{words("due 30d"), "cmp status --due 30d"},
		{words("--as-of 2026-12-31 due"), "cmp status --due 90d --as-of 2026-12-31"},
		{words("fees"), "cmp cost"},
		{words("expiry"), "cmp credential list"},
		{words("cert"), "cmp credential list, or cmp evidence list"},
		{words("certs add MLS"), "cmp credential add MLS"},
		{words("certificate add 3 abo.pdf"), "cmp evidence add 3 abo.pdf"},
		{words("done"), "cmp declare MLS, or cmp declare SBB"},
		{words("credentials"), "cmp credential list"},
		{words("credentials list"), "cmp credential list"},
		{words("credentials add BB 2027-03-31"), "cmp credential add BB --expires 2027-03-31"},
		{words("upload transcript.csv"), "cmp import transcript.csv"},
		{words("set format json"), `write "format: json" into `},

		// The opposite of what there is.
		{words("undeclare MLS"), "cmp log"},
		{words("unremove 5"), "cmp log"},
		{words("unkeep 1 2"), "cmp log"},
		{words("remind uninstall"), "cmp remind remove"},
		{words("remind stop"), "cmp remind remove"},

		// A credential or a credit in the place of a command.
		{words("mls"), "cmp status mls"},
		{words("MLS status"), "cmp status MLS"},
		{words("MLS points left"), "cmp status MLS"},
		{words("MLS renew --expires 2030-03-31"), "cmp renew MLS --expires 2030-03-31"},
		{words("MLS micro"), "cmp explain MLS micro"},
		{words("3"), "cmp show 3"},

		// Below a group.
		{words("credential new MLS"), "cmp credential add MLS"},
		{words("credential rm MLS"), "cmp credential remove MLS"},
		{words("credential MLS"), "cmp credential show MLS"},
		{words("credential renew MLS"), "cmp renew MLS"},
		{words("courses ls"), "cmp courses list"},
		{words("courses heme"), "cmp courses list --topic heme"},
		{words("courses|add|Gel|--points|1"), "cmp courses import FILE"},
		{words("evidence rm 1"), "cmp evidence remove 1"},
		{words("evidence attach 3 abo.pdf"), "cmp evidence add 3 abo.pdf"},
		{words("backup ls"), "cmp backup list"},
		{words("backup create"), "cmp backup"},
		{words("profile create transcript.csv"), "cmp profile new transcript.csv"},
		{words("rules MLS"), "cmp rules show MLS"},
		{words("rules find medical"), "cmp rules list medical"},
		{words("export excel"), "cmp export credits --format xlsx --output credits.xlsx"},
		{words("config set holder Jane Doe"), `write "holder: Jane Doe" into `},

		// A file.
		{words("transcript.csv"), "cmp import transcript.csv"},
		{words("papers"), "cmp import papers"},
		{words("transcript.cvs"), "no such file; did you mean transcript.csv?"},
		{words("import abo.pdf --credit 3"), "cmp evidence add 3 abo.pdf"},
		{words("-"), "cmp import -"},
		{words("ledger.db"), "cmp status --db ledger.db"},
		{words("add transcript.csv --points 1"), "cmp import transcript.csv"},
		{words("evidence add abo.pdf"), "cmp import abo.pdf"},
		{words("evidence add abo.pdf 3"), "cmp evidence add 3 abo.pdf"},
		{words("status transcript.csv"), "cmp import transcript.csv"},
		{words("profile check transcript.csv"), "cmp profile new transcript.csv"},
		{words("report report.html"), "cmp report --output report.html"},

		// One thing in the place of another.
		{words("show MLS"), "cmp status MLS"},
		{words("remove MLS"), "cmp credential remove MLS"},
		{words("status 3"), "cmp explain 3"},
		{words("credential show 3"), "cmp show 3"},
		{words("show gram"), "cmp show 3"},
		{words("show antibody"), "cmp list antibody"},
		{words("remove gram"), "cmp list gram"}, // what it is has to be seen first
		{words("remove 1,2"), "cmp remove 1 2"},
		{words("status micro"), "cmp explain MLS micro, or cmp explain SBB micro"},
		{words("declare all"), "cmp declare MLS SBB"},
		{words("explain 3 MLS"), "cmp explain 3"},
		{words("allocate 2 chem 1"), "cmp allocate 2 chem=1"},
		{words("allocate 2 MLS chem"), "cmp allocate 2 chem --credential MLS"},
		{words("allocate chem 2"), "cmp allocate 2 chem"},
		{words("allocate 2 chem MLS"), "cmp allocate 2 chem --credential MLS"},
		{words("topics micro"), "cmp list --topic micro"},

		// Words that lack their hyphens, or their quotes.
		{words("edit 3 points 2"), "cmp edit 3 --points 2"},
		{words("edit 3 points=2"), "cmp edit 3 --points 2"},
		{words("edit 3 heme"), "cmp edit 3 --topic hematology"},
		{words("edit 3 --title New words"), "cmp edit 3 --title 'New words'"},
		{words("credential add BB 3/31/2027"), "cmp credential add BB --expires 3/31/2027"},
		{words("credential add BB expires 2027-03-31"), "cmp credential add BB --expires 2027-03-31"},
		{words("declare MLS 2026-11-20"), "cmp declare MLS --date 2026-11-20"},
		{words("add|1.5|Red cells"), "cmp add 'Red cells' --points 1.5"},
		{words("add Red cells 1.5 heme yesterday"), "cmp add 'Red cells' --points 1.5 --topic hematology --date yesterday"},
		{words("add Red cells --points 1"), "cmp add 'Red cells' --points 1"},
		{words("status check"), "cmp status --check"},

		{words("credential add BB March 31 2027"), "cmp credential add BB --expires 'March 31 2027'"},
		{words("edit 3 provider State University"), "cmp edit 3 --provider 'State University'"},
		{words("edit 3 title Ethics for all"), "cmp edit 3 --title 'Ethics for all'"},
		{words("edit 3 name Ethics for all"), "cmp edit 3 --title 'Ethics for all'"},
		{words("edit 3 note done at work points 2"), "cmp edit 3 --note 'done at work' --points 2"},
		{words("edit 3 date Nov 3 2026"), "cmp edit 3 --date 'Nov 3 2026'"},
		{words("edit 3 date some day"), ""},
		{words("edit 3 Ethics for all"), "cmp edit 3 --title 'Ethics for all'"},
		{words("add Ethics 2026-11-03 1.5"), "cmp add Ethics --points 1.5 --date 2026-11-03"},
		{words("add Ethics --hours 2 yesterday"), "cmp add Ethics --date yesterday --hours 2"},
		{words("add Ethics --points=1 topic=ethics"), "cmp add Ethics --topic ethics --points 1"},
		{words("add Ethics points 1"), "cmp add Ethics --points 1"},
		{words("add|Ethics at the bench|1|hour|yesterday"), "cmp add 'Ethics at the bench' --hours 1 --date yesterday"},
		{words("add Ethics 1.5 points 2026-11-03"), "cmp add Ethics --points 1.5 --date 2026-11-03"},
		{words("add Ethics for techs 1.5 points on 2026-11-03"), "cmp add 'Ethics for techs' --points 1.5 --date 2026-11-03"},
		{words("add Ethics 1 hr ethics"), "cmp add Ethics --hours 1 --topic ethics"},
		{words("add Ethics --date Nov 3 2026 --points 1"), "cmp add Ethics --date 'Nov 3 2026' --points 1"},
		{words("add Notes on medical ethics --points 1"), "cmp add 'Notes on medical ethics' --points 1"},
		{words("add Notes from the bench --points 1"), "cmp add 'Notes from the bench' --points 1"},
		{words("add Red cells part 2 --points 1"), "cmp add 'Red cells part 2' --points 1"},
		{words("add Evidence based medicine --points 1"), "put the title in quotes"},
		{words("add Hematology 101 1.5"), ""},
		{words("plan 2027-03-01"), "cmp plan --on 2027-03-01"},
		{words("plan MLS 2027-03-01"), "cmp plan MLS --on 2027-03-01"},
		{words("credential BB --expires 2028-03-31"), "cmp credential add BB --expires 2028-03-31"},
		{words("credential MLS --expires 2028-03-31"), "cmp credential edit MLS --expires 2028-03-31"},
		{words("credential amt/MT 2028-12-31"), "cmp credential add amt/MT --expires 2028-12-31"},
		{words("credential expires MLS 2027-03-31"), ""},
		{words("remove --all"), "cmp remove ID"},
		{words("evidence missing"), "cmp evidence list --missing"},

		// What begins with a hyphen and is no flag.
		{words("add|--|-5 ways|--points|1"), "cmp add --points 1 -- '-5 ways'"},
		{words("add|-5 ways|--points|1"), "cmp add --points 1 -- '-5 ways'"},
		{words("find|--|-foo bar"), "cmp list -- '-foo bar'"},
		{words("add -- --points 1"), ""},
		{words("import|-my file.csv"), "cmp import './-my file.csv'"},
		{words("backup -x.db"), "cmp backup ./-x.db"},

		// Behind the other cmp's name, or what the other cmp would not know.
		{words("cmp status MLS"), "cmp status MLS"},
		{words("3 --topic heme"), "cmp edit 3 --topic heme"},
		{words("3 micro"), "cmp allocate 3 micro"},

		// The other way round.
		{words("remove credential MLS"), "cmp credential remove MLS"},
		{words("add credential BB 2027-03-31"), "cmp credential add BB --expires 2027-03-31"},
		{words("delete credit 3"), "cmp remove 3"},
		{words("status help"), "cmp help status"},
		{words("credential help"), "cmp help credential"},
		{words("merge 2 with 3"), "cmp merge 2 3"},
		{words("allocate 2 --topic heme"), "cmp allocate 2 heme"},
		{words("backup --output x.db"), "cmp backup x.db"},

		// Flags of other names, and values in other words.
		{words("credential add BB --exp 2027-03-31"), "cmp credential add BB --expires 2027-03-31"},
		{words("credential add BB --exp=2027-03-31"), "cmp credential add BB --expires 2027-03-31"},
		{words("add Red --points 1 --category heme"), "cmp add Red --points 1 --topic heme"},
		{words("add Red --points 1 -d 2026-01-01"), "cmp add Red --points 1 --date 2026-01-01"},
		{words("add MLS --expires 2027-03-31"), "cmp credential add MLS --expires 2027-03-31"},
		{words("list --date-from 2026-01-01"), "cmp list --since 2026-01-01"},
		{words("list --year 2026"), "cmp list --since 2026-01-01 --until 2026-12-31"},
		{words("status --days 30"), "cmp status --due 30d"},
		{words("list --due"), "cmp status --due 90d"},
		{words("backup --list"), "cmp backup list"},
		{words("--remove 5"), "cmp remove 5"},
		{words("--undo"), "cmp undo"},
		{words("--short"), "cmp status --short"},
		{words("-v"), "cmp version"},
		{words("credential add ASCP BB"), "cmp credential add ascp/BB --expires DATE"},
		{words("credential add BB ASCP --expires 2027-03-31"), "cmp credential add ascp/BB --expires 2027-03-31"},
		{words("add Red --points 90min"), "cmp add Red --hours 1.5"},
		{words("add Red --points 1 --date friday"), `; today, 11/21/2026 and "3 days ago" work too`},
		{words("status --as-of"), "needs a day such as"},
		{words("list --json"), "cmp list --format json"},
		{words("list --credit 3"), "cmp show 3"},
		{words("list --search gel"), "cmp list gel"},
		{words("status --credential MLS"), "cmp status MLS"},
		{words("declare MLS --yes"), "cmp declare MLS"},
		{words("--points 1"), "it goes with cmp add and cmp edit"},
		{words("add|Red|--points|2 hours"), "cmp add Red --hours 2"},
		{words("add Red --points 1 h"), "cmp add Red --hours 1"},

		// Too little.
		{words("declare"), "cmp declare MLS, or cmp declare SBB"},
		{words("explain"), "cmp explain MLS, or cmp explain SBB"},
		{words("show"), "; cmp list shows the numbers"},
		{words("rules show"), "cmp rules show MLS, or cmp rules show SBB"},
		{words("edit 3"), "such as cmp edit 3 --points P"},

		// Help as others call it.
		{words("/?"), "cmp help"},
		{words("-?"), "cmp help"},
		{words("-help"), "cmp help"},
		{words("help rm"), "cmp help remove"},
		{words("help add foo"), "cmp help add"},
		{words("help MLS"), "cmp rules show MLS"},
		{words("help deadline"), "cmp help dates"},
		{words("help exit"), "cmp help exit-codes"},
		{words("exit-codes"), "cmp help exit-codes"},
		{words("help stauts"), "cmp help status"},

		// Mistyped. What takes something away is not proposed for that.
		{words("stauts MLS"), "cmp status MLS"},
		{words("credential lst"), "cmp credential list"},
		{words("remov 3"), "cmp help remove"},
		{words("delte 3"), "cmp help remove"},
		{words("evidence remov 1"), "cmp help evidence remove"},
		{words("undoo"), "cmp help undo"},
		{words("edit 3 --ponits 2"), "cmp edit 3 --points 2"},
		{words("-version"), "cmp version"},
	} {
		if code := w.run(tt.typed...); code != 2 {
			t.Errorf("cmp %q: exit code %d\n%s", tt.typed, code, w.out.String())
		}
		want := tt.meant
		if strings.HasPrefix(want, "cmp ") {
			want = "did you mean " + want + "?\n"
		}
		if !strings.Contains(w.err.String(), want) || want == "" && strings.Contains(w.err.String(), "mean cmp") {
			t.Errorf("cmp %q: %swant: %s", tt.typed, w.err.String(), want)
		}
	}
	if after, err := os.ReadFile(w.db); err != nil || string(after) != string(before) {
		t.Errorf("the ledger changed: %v", err)
	}
}

// words divides a command line by |, or else by blanks.
func words(line string) []string {
	if strings.Contains(line, "|") {
		return strings.Split(line, "|")
	}
	return strings.Fields(line)
}

// Every word of another tool is answered with a command that there is, and no other
// program gets it.
func TestOtherWordsMeanCommands(t *testing.T) {
	w := guesser(t)
	root, tried := cli.NewRoot(w.Env), map[string]bool{}
	for _, word := range handover.OtherWords() {
		if len(handover.Meant(word)) == 0 || handover.Theirs([]string{word, "5"}, func(string) bool { return false }) {
			t.Errorf("%s: has no meaning, or is handed over", word)
		}
		for _, meaning := range handover.Meant(word) {
			command, _, _ := strings.Cut(meaning, " [")
			if found, _, err := root.Find(strings.Fields(command)); meaning != "" && (err != nil || found == root) {
				t.Errorf("%s: means %q, which is no command", word, meaning)
			}
		}
		meaning := strings.Join(handover.Meant(word), "|")
		if tried[meaning] {
			continue
		}
		tried[meaning] = true
		if code := w.run(word); code != 2 || !strings.HasPrefix(w.err.String(), "cmp: "+word+": ") && !strings.HasPrefix(word, "-") {
			t.Errorf("cmp %s: exit code %d\n%s", word, code, w.err.String())
		}
	}
}

// What is guessed is a command that there is, and no command line breaks the guessing.
func TestGuessesAreCommands(t *testing.T) {
	w := guesser(t)
	var pool []string
	eachCommand(cli.NewRoot(w.Env), func(c *cobra.Command) { pool = append(pool, c.Name()) })
	pool = append(pool, handover.OtherWords()...)
	pool = append(pool, words("MLS SBB MT 1 3 99 1.5 1,2 1-3 2027-03-31 3/31/2027 today heme chemistry other all antibody gram transcript.csv papers - -- --points --points= --exp --topic --json -p -v --db --format --yes --title --due points topic expires = x=y --= a|b")...)
	word := rapid.OneOf(rapid.SampledFrom(pool), rapid.StringMatching(`-{0,2}[a-z]{0,6}=?[0-9]{0,2}`))
	rapid.Check(t, func(t *rapid.T) {
		args := rapid.SliceOfN(word, 1, 5).Draw(t, "args")
		args = append(args, "--dry-run") // where a command has it; else it is one more mistake
		if code := w.run(args...); code != 2 {
			return
		}
		_, meant, ok := strings.Cut(w.err.String(), "did you mean cmp ")
		named := strings.Fields(meant)
		for len(named) > 2 && (named[0] == "--db" || named[0] == "--config") { // as they were given
			named = named[2:]
		}
		if ok {
			name := strings.Trim(named[0], "?,\n")
			known := false
			for _, c := range handover.Commands() {
				known = known || c == name
			}
			if !known {
				t.Errorf("cmp %q: %s", args, w.err.String())
			}
		}
	})
}

// On a terminal an error is broken between words where the terminal ends, and nowhere
// else, not in quotes either; in a pipe it is one line.
func TestErrorsFillTheTerminal(t *testing.T) {
	w := guesser(t)
	for _, line := range []string{
		"credential add BB 2027-03-31", "add|Red cells, part 2, and what to do about them|1.5", "explain antibody",
		"allocate 1 chem", "status --format nonsense", "frobnicate",
	} {
		w.ErrTerminal, w.Width = false, 0
		w.run(words(line)...)
		whole := w.err.String()
		w.ErrTerminal = true
		for _, width := range []int{40, 60, 80} {
			w.Width = width
			w.run(words(line)...)
			if got, want := strings.Join(strings.Fields(w.err.String()), " "), strings.Join(strings.Fields(whole), " "); got != want {
				t.Errorf("%q at %d columns:\n%s\nwant %s", line, width, got, want)
			}
			for row := range strings.Lines(w.err.String()) {
				if n := len(strings.TrimSpace(row)); n > width && strings.Count(row, "cmp ") == 0 && row[0] != '\'' && strings.Count(row, " ") > 1 {
					t.Errorf("%q at %d columns: a line of %d: %s", line, width, n, row)
				}
			}
		}
	}
	w.Width = 60
	if w.run("add", "Red cells, part 2", "1.5"); !strings.Contains(w.err.String(), "mean cmp add 'Red cells, part 2' --points 1.5?\n") {
		t.Errorf("a command is broken:\n%s", w.err.String())
	}
}

// So many points that they are hardly meant are asked about on a terminal.
func TestManyPoints(t *testing.T) {
	for _, tt := range []struct {
		answer, points string
		code           int
		asked          bool
	}{
		{"y\n", "100.01", 0, true},
		{"n\n", "100.01", 1, true},
		{"", "100", 0, false},
	} {
		w := newWorld(t)
		w.In, w.InTerminal, w.ErrTerminal = strings.NewReader(tt.answer), true, true
		code := w.run("add", "Gram stain", "--points", tt.points)
		if asked := strings.Contains(w.err.String(), "100.01 points is a lot for one credit (Gram stain). Go on? [y/N]"); code != tt.code || asked != tt.asked {
			t.Errorf("%s points, %q: exit code %d, asked %t\n%s", tt.points, tt.answer, code, asked, w.err.String())
		}
		if there := w.run("show", "1") == 0; there != (tt.code == 0) {
			t.Errorf("%s points, %q: recorded %t", tt.points, tt.answer, there)
		}
	}
}

// No terminal gets a page of HTML that nobody asked for.
func TestReportToTerminal(t *testing.T) {
	w := guesser(t)
	w.OutTerminal = true
	if code := w.run("report", "MLS"); code != 2 || w.out.Len() > 0 || !strings.Contains(w.err.String(), "cmp report MLS --output report.html") {
		t.Errorf("exit code %d, %d bytes\n%s", code, w.out.Len(), w.err.String())
	}
	for _, line := range []string{"report --output -", "report --output x.html", "report --format json"} {
		w.must(t, words(line)...)
	}
}

// What waits for somebody to type says so.
func TestWaitsAloud(t *testing.T) {
	for _, line := range []string{"import -", "reconcile -", "courses import -", "profile new -", "audit verify -"} {
		w := newWorld(t)
		w.run(words(line)...)
		if strings.Contains(w.err.String(), "Ctrl-") {
			t.Errorf("cmp %s: in a pipe: %s", line, w.err.String())
		}
		w.InTerminal, w.ErrTerminal = true, true
		if w.run(words(line)...); !strings.HasPrefix(w.err.String(), "Paste it here, then press Enter and Ctrl-") {
			t.Errorf("cmp %s: %s", line, w.err.String())
		}
	}
}
