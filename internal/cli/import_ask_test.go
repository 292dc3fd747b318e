package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// On a terminal it is asked what rows are that look like credits, row by row or
// all at once; what is not answered stays held back.
func TestImportAsksWhatLooksAlike(t *testing.T) {
	t.Parallel()
	const sum = "3 rows: "
	for _, tt := range []struct {
		name    string
		answers []string
		want    string
	}{
		{"one by one", []string{"yes", "n", ""}, sum + "1 added (1 point), 1 already there, 1 held back."},
		{"asked again", []string{"?", "Yes", "No", "y"}, sum + "1 added (1 point), 2 already there."},
		{"all the same", []string{"l", "Y"}, sum + "0 added, 2 already there, 1 held back."},
		{"all others", []string{"N"}, sum + "3 added (3 points)."},
		{"later", []string{"L"}, sum + "0 added, 3 held back."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			file := "Title,Date,Hours\n"
			for _, day := range []string{"01", "02", "03"} {
				w.must(t, "add", "Case study "+day, "--points", "1", "--date", "2026-02-"+day)
				file += "The case study " + day + ",2026-02-" + day + ",1\n"
			}
			path := filepath.Join(t.TempDir(), "portal.csv")
			need(t, os.WriteFile(path, []byte(file), 0o600))
			if code := w.asked(nil, "import", path); code != 1 || !strings.Contains(w.err.String(), "cmp: stopped, nothing was written") {
				t.Errorf("left at the second question: exit code %d: %s", code, w.err.String())
			}
			if code := w.asked(tt.answers, "import", path); code != 0 {
				t.Fatalf("exit code %d: %s", code, w.err.String())
			}
			if !strings.Contains(w.out.String(), tt.want) {
				t.Errorf("%q lacks %q", w.out.String(), tt.want)
			}
			if !strings.Contains(w.err.String(), "Is row 2 the same as credit 1? yes, no, later; Y, N, L for all [later] ") {
				t.Errorf("was not asked: %s", w.err.String())
			}
			if tt.answers[0] == "?" && !strings.Contains(w.err.String(), `"?": answer yes, no or later`) {
				t.Errorf("does not say what is wrong: %s", w.err.String())
			}
			w.must(t, "import", path)
			if tt.name != "later" && strings.Contains(w.out.String(), "1 added") {
				t.Errorf("again: %s", w.out.String())
			}
		})
	}
}

// On a terminal papers are shown and asked for: what is certain all at once or one by
// one, the rest with its fields.
func TestImportAsksForPapers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		answers []string
		code    int
		want    string // list of credits and their files
	}{
		{"no", []string{"no"}, 1, ""},
		{"what is certain", []string{"", "skip", "skip", "skip"}, 0, "Gram stains 2026-03-02 1.5: a.txt"},
		{"stopped", []string{"yes", "stop"}, 0, "Gram stains 2026-03-02 1.5: a.txt"},
		{"points are missing", []string{"y", "1", "yes", "skip", "skip"}, 0, "Gram stains 2026-03-02 1.5: a.txt\nRare donors 2026-08-18 1: b.txt"},
		{"other points", []string{"y", "zero", "0", "1.5 hours", "date", "8/31/2026", "", "skip", "skip"}, 0, "Gram stains 2026-03-02 1.5: a.txt\nRare donors 2026-08-31 1.5: b.txt"},
		{"one by one", []string{"each", "title", "Gram stain", "yes", "stop"}, 0, "Gram stain 2026-03-02 1.5: a.txt"},
		{"stopped one by one", []string{"each", "stop"}, 0, ""},
		{"not understood", []string{"y", "n", "skip", "y", "#99", "#1", "what?", "skip"}, 0, "Titers 2026-02-01 1: c.jpg\nGram stains 2026-03-02 1.5: a.txt"},
		{"a photo", []string{"y", "skip", "Smears", "2026-01-05", "2", "topic", "hematology", "what?", "yes", "skip"}, 0, "Smears 2026-01-05 2: c.jpg\nGram stains 2026-03-02 1.5: a.txt"},
		{"a photo of a credit", []string{"y", "skip", "99", "1", "skip"}, 0, "Titers 2026-02-01 1: c.jpg\nGram stains 2026-03-02 1.5: a.txt"},
		{"like a credit, the same", []string{"y", "skip", "skip", "yes"}, 0, "Titers 2026-02-01 1: d.txt\nGram stains 2026-03-02 1.5: a.txt"},
		{"like a credit, another one", []string{"y", "skip", "skip", "no", "yes"}, 0, "Titers 2026-02-01 2: d.txt\nGram stains 2026-03-02 1.5: a.txt"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.must(t, "add", "Titers", "--points", "1", "--date", "2026-02-01")
			folder := t.TempDir()
			for name, text := range map[string]string{
				"a.txt": certificateText("Gram stains", "March 2, 2026", "1.5", "", ""),
				"b.txt": "A. Holder has participated in the activity titled Rare donors on 08/18/2026. It was designated for a maximum of 1.00 contact hours.\n",
				"c.jpg": "\xff\xd8\xff\xe0",
				"d.txt": certificateText("Titers", "February 1, 2026", "2", "", ""),
			} {
				need(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
			}
			if code := w.asked(tt.answers, "import", folder); code != tt.code {
				t.Fatalf("exit code %d, want %d: %s", code, tt.code, w.err.String())
			}
			said := w.err.String()
			w.must(t, "list", "--format", "csv")
			credits := strings.Split(w.out.String(), "\n")
			w.must(t, "evidence", "list", "--format", "csv")
			var got []string
			for _, line := range credits[1 : len(credits)-1] {
				c := strings.Split(line, ",")
				var files []string
				for e := range strings.Lines(w.out.String()) {
					if e := strings.Split(e, ","); e[1] == c[0] {
						files = append(files, e[2])
					}
				}
				if files != nil {
					got = append(got, c[2]+" "+c[1]+" "+c[4]+": "+strings.Join(files, " "))
				}
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, "\n")); diff != "" {
				t.Errorf("(-want +got)\n%s\n%s", diff, said)
			}
		})
	}
}

// What a question is about stands above it whole, also where two titles differ at their end
// alone, in a window of any width.
func TestTablesBeforeQuestionsCutNothing(t *testing.T) {
	t.Parallel()
	const title, last = "Transfusion medicine grand rounds of the whole hospital: massive transfusion in", "Xanadu"
	file := filepath.Join(t.TempDir(), "rounds")
	for _, tt := range []struct{ name, text, args, question, last string }{
		{"a row that looks like a credit", "Title,Date,Points,Provider,Reference\n" + title + " " + last + ",2026-10-07,1,AABB of " + last + ",\n",
			"import " + file, "Is row 2 the same as credit 1?", last},
		{"a certificate", certificateText(title+" "+last, "October 8, 2026", "1.5", "", ""), "import " + file, "Write 1 new credit", last},
		{"topics that a title tells", "", "topics --suggest", "Give the credit this topic?", "trauma"},
	} {
		for _, width := range []int{40, 60, 80, 120} {
			t.Run(fmt.Sprint(tt.name, " ", width), func(t *testing.T) {
				w := newWorld(t)
				w.must(t, "add", title+" trauma", "--points", "1", "--date", "2026-10-07")
				need(t, os.WriteFile(file, []byte(tt.text), 0o600))
				w.Width, w.Console.Columns = width, func() int { return width }
				w.asked(nil, strings.Fields(tt.args)...)
				said := w.out.String() + w.err.String()
				if before, _, asked := strings.Cut(strings.Join(strings.Fields(w.err.String()), " "), tt.question); !asked {
					t.Errorf("%q is not asked:\n%s", tt.question, said)
				} else if all := w.out.String() + before; strings.Contains(all, "…") || !strings.Contains(all, tt.last) {
					t.Errorf("is cut:\n%s", said)
				}
			})
		}
	}
}
