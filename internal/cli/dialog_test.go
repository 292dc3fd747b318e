package cli_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/prompt"
)

// asked runs a command on a terminal where the given lines are typed.
func (w *world) asked(lines []string, args ...string) int {
	w.In, w.InTerminal, w.ErrTerminal = strings.NewReader(strings.Join(lines, "\n")+"\n"), true, true
	defer func() { w.InTerminal, w.ErrTerminal = false, false }()
	return w.run(args...)
}

// unbroken returns what was said as one line, however wide the screen was.
func unbroken(said string) string { return strings.Join(strings.Fields(said), " ") }

// inOneGo returns the command that was shown last to do the same.
func inOneGo(said string) string {
	command := said[strings.LastIndex(said, "The same as a command: ")+len("The same as a command: "):]
	command, _, _ = strings.Cut(command, "\n")
	return command
}

func TestAddAsks(t *testing.T) {
	t.Parallel()
	const wrongTopic = `--topic "chm": not a topic; no board here asks for it; leave it out, and the credit counts for other; cmp topics lists the topics`
	tests := []struct {
		name    string
		args    []string
		answers []string
		want    string // the credit as CSV
		said    []string
	}{
		{
			"only what is needed", nil, []string{"Gram stains", "1", "", "", "", ""},
			"2026-11-21,Gram stains,,1,,course,,,",
			[]string{"Title: ", "Date [2026-11-21]: ", "Without a topic it can only count towards other.", "The same as a command: cmp add 'Gram stains' --points 1\n", "Write it? [Y/n] "},
		}, {
			"all", nil, []string{"Gram stains", "1.5", "3 days ago", "micro, safety=.5", "ASCP", "note", "a note", "url", "https://example.org/1", "activity", "labq", "REFERENCE", "R-1", "y"},
			"2026-11-18,Gram stains,ASCP,1.5,microbiology;safety=0.5,labq,R-1,https://example.org/1,a note",
			[]string{"  topics     microbiology, safety=0.5\n", "  note       a note\n"},
		}, {
			"wrong answers are asked again", nil,
			[]string{"", "  ", "Gram stains", "", "1,5", "2 days", "2", "2026-02-30", "1/3/2026", "yesterday", "chm", "safety, Safety", "safety", "", "nope", "activity", "knitting", "book", "YES"},
			"2026-11-20,Gram stains,,2,safety,book,,,",
			[]string{
				"  title: must not be empty\n", "points are missing; give one of", `--points "1,5": write 1.5`, `--points "2 days": `,
				`--date "2026-02-30": not a day of the calendar`, `--date "1/3/2026": January 3 or March 1?`, wrongTopic, "topic: names safety twice",
				`"nope": answer yes, no, or one of title, points, date, topic, provider, activity, reference, url, note, evidence`, `--activity "knitting": not an activity`,
			},
		}, {
			"the way back", nil, []string{"<", "Gram", "1", "<", "<", "Gram stains", "3", "yesterday", "<", "", "", "", "<", "<", "topic", "safety", ""},
			"2026-11-20,Gram stains,,3,safety,course,,,",
			[]string{"Title [Gram]: ", "Points (or 1.5 hours, 0.1 CEU): ", "Date [yesterday]: ", "cmp add 'Gram stains' --points 3 --date yesterday --topic safety\n"},
		}, {
			"what was answered is changed", nil,
			[]string{"Gram", "2 semester hours", "", "safety", "", "title", "Gram stains", "Points", "none", "1 h", "topic", "<", "topic", "chem", "activity", "labq", ""},
			"2026-11-21,Gram stains,,1,chemistry,labq,,,",
			[]string{"  activity  college-course\n", "cmp add 'Gram stains' --hours 1 --topic chem --activity labq\n"},
		}, {
			"a provider that is a topic, and is meant", nil, []string{"Gram stains", "1", "", "", "Quality", "Quality", ""},
			"2026-11-21,Gram stains,Quality,1,,course,,,",
			[]string{`"Quality": is a topic, and here goes who gave it; if it is the provider, type it once more`},
		}, {
			"a provider that is a topic, and is not meant", nil, []string{"Gram stains", "1", "", "", "micro", "", "topic", "micro", ""},
			"2026-11-21,Gram stains,,1,microbiology,course,,,",
			[]string{`"micro": is a topic, and here goes who gave it`},
		}, {
			"other units", nil, []string{"Semester", "100000 semester hours", "2 semester hours", "", "", "", ""},
			"2026-11-21,Semester,,30,,college-course,,,",
			[]string{`--semester-hours "100000":`, "cmp add Semester --semester-hours 2\n"},
		}, {
			"hours and CEUs by short names", []string{"--ceu", "0.1"}, []string{"CEU", "", "", "", ""},
			"2026-11-21,CEU,,1,,course,,,", nil,
		}, {
			"flags are not asked again", []string{"--points", "2", "--provider", "AABB", "--topic", "bb", "--date", "today", "--note", "n"}, []string{"Given", ""},
			"2026-11-21,Given,AABB,2,blood-banking,course,,,n",
			[]string{"type its name: title, activity, reference, url or evidence.", "cmp add --points 2 --provider AABB --topic bb --date today --note n Given\n"},
		}, {
			"what looks like a flag", nil, []string{"-1 to 5", "1.5 hours", "", "", "Bob's lab", ""},
			"2026-11-21,-1 to 5,Bob's lab,1.5,,course,,,",
			[]string{`cmp add --hours 1.5 --provider 'Bob'\''s lab' -- '-1 to 5'` + "\n"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.must(t, "credential", "add", "MLS", "--expires", "2027-03-31")
			if code := w.asked(tt.answers, append([]string{"add"}, tt.args...)...); code != 0 {
				t.Fatalf("exit code %d\n%s", code, w.err.String())
			}
			said := w.err.String()
			for _, want := range tt.said {
				if !strings.Contains(unbroken(said), unbroken(want)) {
					t.Errorf("%q was not said:\n%s", want, said)
				}
			}
			if answer := w.out.String(); !strings.HasPrefix(answer, "Added credit 1: ") || strings.Count(answer, "\n") != 2 || !strings.Contains(answer, "\nCounts: ") {
				t.Errorf("answered %q", answer)
			}
			w.must(t, "export", "credits", "--format", "csv")
			_, got, _ := strings.Cut(w.out.String(), "\n")
			if diff := cmp.Diff(tt.want+"\n", got); diff != "" {
				t.Errorf("credit (-want +got):\n%s", diff)
			}
			// What it says would have done the same does, and is in the log.
			command := inOneGo(said)
			w.must(t, "log", "2")
			if !strings.Contains(w.out.String(), command) {
				t.Errorf("the log does not name %q:\n%s", command, w.out.String())
			}
		})
	}
}

// A file of evidence is read before anything is written.
func TestAddAsksForEvidence(t *testing.T) {
	w := newWorld(t)
	home := t.TempDir()
	w.environment["HOME"] = home
	need(t, errors.Join(os.Mkdir(filepath.Join(home, "my files"), 0o700), os.WriteFile(filepath.Join(home, "my files", "one.pdf"), []byte("one"), 0o600)))
	w.Console = prompt.Console{Raw: func() func() { return func() {} }, Columns: func() int { return 60 }}
	for _, typed := range []string{"~/my files/o\t", "~/m\t\t", `~/my\ files/one.pdf`, "'" + home + "/my files/one.pdf' "} {
		if code := w.asked([]string{"T\r1\r\r\r\revidence\r~/nothing.pdf\r" + typed + "\r\r"}, "add"); code != 0 {
			t.Fatalf("%q: exit code %d\n%s", typed, code, w.err.String())
		}
		if said := unbroken(w.err.String()); !strings.Contains(said, "nothing.pdf: no such file; the folder "+home+" has no nothing.pdf") {
			t.Errorf("a missing file: %s", said)
		}
	}
	if w.must(t, "evidence", "list"); strings.Count(w.out.String(), "one.pdf") != 4 {
		t.Errorf("it is not there: %s", w.out.String())
	}
}

// Before it writes it warns of what looks the same, and of a credit that
// counts for nothing.
func TestAddAsksWarns(t *testing.T) {
	w := newWorld(t)
	w.must(t, "credential", "add", "MLS", "--expires", "2027-03-31")
	w.must(t, "add", "Gram stains", "--points", "1", "--date", "2020-01-01")
	if code := w.asked([]string{"gram  STAINS", "1", "2020-01-01", "", "", "n"}, "add"); code != 1 {
		t.Fatalf("exit code %d", code)
	}
	for _, want := range []string{"It looks like credit 1 (2020-01-01, Gram stains).", "its date is in no open cycle"} {
		if !strings.Contains(w.err.String(), want) {
			t.Errorf("%q was not said:\n%s", want, w.err.String())
		}
	}
}

func TestCredentialAddAsks(t *testing.T) {
	tests := []struct {
		name    string
		answers []string
		want    string // the command that says the same
		said    []string
	}{
		{"only what is needed", []string{"mls", "2027-03-31", ""}, "mls --expires 2027-03-31",
			[]string{"MLS(ASCP)CM: cycle 2024-04-01 to 2027-03-31, 36 points, declare from 2026-12-31\nto 2027-02-28."}},
		{"wrong answers are asked again", []string{"", "XYZ", "MT", "RMA", "amt/MT", "", "2027-03-32", "voluntary", "2027-03-31", "start", "2028-01-01", "2025-01-01", ""},
			"amt/MT --expires 2027-03-31 --start 2025-01-01",
			[]string{
				"credential add: needs the code of a credential", "XYZ: not a credential that cmp knows", "MT: two boards grant it; write ascp/MT or amt/MT",
				"RMA(AMT): you have it already", "say when it expires", `--expires "2027-03-32": not a day`,
				"needs an expiry date, even if it is voluntary", "--start 2028-01-01: after it expires, on 2027-03-31",
			}},
		{"a category that the rules do not ask for", []string{"mls", "2027-03-31", "category", "hemo, chem", "heme, chem", "", ""}, "mls --expires 2027-03-31",
			[]string{`--category "hemo, chem": not a topic`, "--category hematology,chemistry: MLS(ASCP)CM: its rules have no categories"}},
		{"a licence is asked for its categories", []string{"clinical", "florida", "fl/CLT", "2028-08-31", "ethic, heme", "heme, chem", ""}, "fl/CLT --expires 2028-08-31 --category 'heme, chem'",
			[]string{
				"clinical: could be", "credentials; type its code, such as MLS",
				"Supervisor (Clinical Laboratory Supervisor, Florida); type fl/CLT, fl/Director or fl/Supervisor", `--category "ethic, heme": not a topic`,
				"held in hematology and chemistry",
			}},
		{"back from the categories, and out of them", []string{"fl/CLT", "2028-08-31", "<", "2028-09-30", "", "<", "chem", ""}, "fl/CLT --expires 2028-09-30 --category chem", nil},
		{"voluntary", []string{"SBB", "Voluntary", "certified", "2001-02-03", "number", "12 34", ""}, "SBB --voluntary --certified 2001-02-03 --number '12 34'",
			[]string{"SBB(ASCP): voluntary, no cycle yet; 36 points of the last", "  number     12 34\n", "  certified  2001-02-03\n"}},
		{"expired", []string{"BB", "2020-01-31", ""}, "BB --expires 2020-01-31", []string{"It expired on 2020-01-31."}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.must(t, "credential", "add", "RMA", "--expires", "2028-01-31")
			if code := w.asked(tt.answers, "credential", "add"); code != 0 {
				t.Fatalf("exit code %d\n%s", code, w.err.String())
			}
			for _, want := range append(tt.said, "The same as a command: cmp credential add "+tt.want+"\n") {
				if !strings.Contains(unbroken(w.err.String()), unbroken(want)) {
					t.Errorf("%q was not said:\n%s", want, w.err.String())
				}
			}
			if !strings.HasPrefix(w.out.String(), "Added ") {
				t.Errorf("answered %q", w.out.String())
			}
			w.must(t, "credential", "list", "--format", "json")
			if n := strings.Count(w.out.String(), `"designation"`); n != 2 {
				t.Errorf("%d credentials, want 2", n)
			}
		})
	}
}

// Who says no, or leaves, finds everything as it was; so does a dry run.
func TestAskedAndLeft(t *testing.T) {
	for _, tt := range []struct {
		name    string
		args    []string
		answers []string
		exit    int
		said    string
	}{
		{"no", []string{"add"}, []string{"T", "1", "", "", "", "n"}, 1, "cmp: not confirmed, nothing was written\n"},
		{"left at the first question", []string{"add"}, nil, 1, "cmp: stopped, nothing was written\n"},
		{"left at the last question", []string{"add"}, []string{"T", "1", "", "", ""}, 1, "cmp: stopped, nothing was written\n"},
		{"left a credential", []string{"credential", "add"}, []string{"MLS"}, 1, "cmp: stopped, nothing was written\n"},
		{"dry run", []string{"add", "--dry-run"}, []string{"T", "1", "", "", ""}, 0, "The same as a command: cmp add --dry-run T --points 1\n"},
		{"wrong flags", []string{"add", "--points", "1", "--hours", "1"}, []string{"T"}, 2, "both say what it is worth"},
		{"JSON", []string{"add", "--format", "json"}, []string{"T", "1", "", "", "", "n"}, 1, `"message": "not confirmed, nothing was written"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.In, w.InTerminal, w.ErrTerminal = strings.NewReader(strings.Join(append(tt.answers, ""), "\n")), true, true
			if got := w.run(tt.args...); got != tt.exit {
				t.Errorf("exit code %d, want %d", got, tt.exit)
			}
			if !strings.Contains(w.err.String(), tt.said) {
				t.Errorf("%q was not said:\n%s", tt.said, w.err.String())
			}
			if _, err := os.Stat(w.db); err == nil {
				t.Error("a ledger was made")
			}
		})
	}
}

// Nothing asks unless stdin and stderr are terminals.
func TestNothingAsksInAPipe(t *testing.T) {
	for _, args := range [][]string{{"add"}, {"credential", "add"}} {
		for _, terminals := range [][2]bool{{false, true}, {true, false}, {false, false}} {
			w := newWorld(t)
			w.In, w.InTerminal, w.ErrTerminal = strings.NewReader("T\n1\n\n\n\n\n\n"), terminals[0], terminals[1]
			if code := w.run(args...); code != 2 || !strings.Contains(w.err.String(), ": needs ") {
				t.Errorf("cmp %v: exit code %d\n%s", args, code, w.err.String())
			}
		}
	}
}

// On a terminal Tab knows providers, topics and codes, and hostile texts of the
// ledger neither garble the line nor are offered.
func TestAskingCompletes(t *testing.T) {
	w := newWorld(t)
	w.Console = prompt.Console{Raw: func() func() { return func() {} }, Columns: func() int { return 60 }}
	w.must(t, "add", "One", "--points", "1", "--provider", "State University")
	w.must(t, "add", "Two", "--points", "1", "--provider", "State\x1b[31m red")
	w.asked([]string{"\x1b[200~Pasted\n title\x1b[201~\r1\r\rche\t, bb\rst\t\r" + "not\t\ra note\r\r"}, "add")
	w.must(t, "export", "credits", "--format", "csv")
	if want := "2026-11-21,Pasted title,State University,1,chemistry;blood-banking,course,,,a note\n"; !strings.Contains(w.out.String(), want) {
		t.Errorf("no credit %q: %s", want, w.out.String())
	}
	w.asked([]string{"histo\t\tHTL\x15HTL\r\r2027-03-31\r\r"}, "credential", "add")
	if !strings.Contains(w.err.String(), "Histotechnologist") || !strings.Contains(w.out.String(), "Added HTL(ASCP)CM") {
		t.Errorf("said %q, answered %q", w.err.String(), w.out.String())
	}
}

// A refused answer does not stay in the line, and [prompt.Back] leads back behind the
// answer that stands there.
func TestAskingGoesBack(t *testing.T) {
	w := newWorld(t)
	w.Console = prompt.Console{Raw: func() func() { return func() {} }, Columns: func() int { return 80 }}
	w.In, w.InTerminal, w.ErrTerminal = iotest.OneByteReader(strings.NewReader("xyz\rhtl\r31.3.2027\r<\r\r2027-03-31\rcredential\r<\r\r")), true, true
	w.run("credential", "add")
	if !strings.Contains(w.out.String(), "Added HTL(ASCP)CM: cycle 2024-04-01 to 2027-03-31") {
		t.Errorf("said %q, answered %q", w.err.String(), w.out.String())
	}
}

// What is typed is shown and kept as it is, by whatever name the program was
// called; only what the program says itself names it so.
func TestAskingShowsWhatIsTyped(t *testing.T) {
	w := newWorld(t)
	w.Program = "/usr/bin/cmp-ledger"
	w.Console = prompt.Console{Raw: func() func() { return func() {} }, Columns: func() int { return 120 }}
	w.asked([]string{"How to cmp status\r1\r\r\r\r\r\r"}, "add")
	for _, want := range []string{"Title: How to cmp status\r\n", "The same as a command: cmp-ledger add 'How to cmp status'", "cmp-ledger credential add CODE"} {
		if !strings.Contains(w.err.String(), want) {
			t.Errorf("%q was not said: %q", want, w.err.String())
		}
	}
}
