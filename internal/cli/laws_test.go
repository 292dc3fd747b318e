package cli_test

import (
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/transcript"
)

// hostileCell generates texts that are apt to break a file of records.
func hostileCell() *rapid.Generator[string] {
	part := rapid.OneOf(
		rapid.SampledFrom([]string{
			`"`, `""`, ",", ";", "|", "\t", "\n", "\r\n", "\r", " ", "\u00a0", "\ufeff", "\u2028", "é", "e\u0301", "漢", "👩‍🔬",
			"=1+1", "-1", "'", `\`, `{"a": [1, "b"]}`, "sep=;", "n/a",
		}),
		rapid.StringMatching(`[A-Za-z0-9 ,."]{0,8}`),
	)
	return rapid.Map(rapid.SliceOfN(part, 0, 5), func(parts []string) string { return strings.Join(parts, "") })
}

// few generates one of a few texts, or a hostile one, so that rows of
// different files are often the same.
func few(texts ...string) *rapid.Generator[string] {
	return rapid.OneOf(rapid.SampledFrom(texts), rapid.SampledFrom(texts), hostileCell())
}

// table writes records as CSV.
func table(t rapid.TB, records [][]string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	need(t, w.WriteAll(records))
	return b.String()
}

// foreignFile generates a portal's transcript. Some rows are not usable.
func foreignFile() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		records := [][]string{{"Course", "Date", "Hours", "Sponsor", "Certificate", "Category", "Comments"}}
		for range rapid.IntRange(0, 6).Draw(t, "rows") {
			records = append(records, []string{
				few("Gram stains", "gram  STAINS", "Blood films").Draw(t, "title"),
				rapid.SampledFrom([]string{"2026-03-02", "2026-03-03", "2026-02-30"}).Draw(t, "date"),
				rapid.SampledFrom([]string{"1", "1", "1.5", "1,5"}).Draw(t, "points"),
				few("", "LabCE").Draw(t, "provider"),
				few("", "", "LC-1").Draw(t, "reference"),
				few("", "Hematology").Draw(t, "topic"),
				hostileCell().Draw(t, "note"),
			})
		}
		return table(t, records)
	})
}

// ownFile generates a file in the ledger's own format, all of it usable.
func ownFile() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		records := [][]string{transcript.Header()}
		for range rapid.IntRange(0, 6).Draw(t, "rows") {
			title := few("Gram stains", "Blood films").Draw(t, "title")
			if strings.TrimSpace(title) == "" {
				title += "untitled"
			}
			records = append(records, []string{
				rapid.SampledFrom([]string{"2026-03-02", "2026-03-03"}).Draw(t, "date"), title, few("", "LabCE").Draw(t, "provider"),
				rapid.SampledFrom([]string{"1", "1", "1.5"}).Draw(t, "points"),
				rapid.SampledFrom([]string{"", "safety=0.5;hematology", "chemistry"}).Draw(t, "topics"),
				rapid.SampledFrom([]string{"course", "labq"}).Draw(t, "activity"),
				few("", "", "LC-1").Draw(t, "reference"), hostileCell().Draw(t, "url"), hostileCell().Draw(t, "note"),
			})
		}
		return table(t, records)
	})
}

func anyFile() *rapid.Generator[string] { return rapid.OneOf(foreignFile(), ownFile()) }

// imported imports a file, as far as it is usable.
func (h *history) imported(t rapid.TB, name, content string) {
	t.Helper()
	h.mustDo(t, "import", h.write(t, name, content), "--skip-bad")
}

// exported returns the credits in a format.
func (h *history) exported(t rapid.TB, format string) string {
	t.Helper()
	if code := h.run("export", "credits", "--format", format); code != 0 {
		t.Fatalf("cmp export: exit code %d\n%s", code, h.err.String())
	}
	return h.out.String()
}

// Whatever the cells hold, importing a file again adds nothing, and changes
// nothing with --update where the first time did.
func TestImportTwiceIsOnce(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	rapid.Check(t, func(t *rapid.T) {
		h.begin(t)
		if rapid.Bool().Draw(t, "something there") {
			h.imported(t, "before.csv", anyFile().Draw(t, "before"))
		}
		file := h.write(t, "file.csv", anyFile().Draw(t, "file"))
		h.mustDo(t, "import", file, "--skip-bad")
		once := h.content(t)
		h.mustDo(t, "import", file, "--skip-bad")
		h.check(t, "imported twice", once)
		if h.entries(t) > 0 && !strings.Contains(h.out.String(), " 0 added") {
			t.Fatalf("the second import says: %s", h.out.String())
		}
		h.mustDo(t, "import", file, "--skip-bad", "--update")
		updated := h.content(t)
		h.mustDo(t, "import", file, "--skip-bad", "--update")
		h.check(t, "updated twice", updated)
	})
}

// imports imports a file with flags, and adds what looks alike.
func (h *history) imports(t rapid.TB, content string, flags ...string) {
	t.Helper()
	h.mustDo(t, append([]string{"import", h.write(t, "file.csv", content), "--skip-bad", "--add-alike"}, flags...)...)
}

// credits counts the credits of the ledger.
func (h *history) credits(t rapid.TB) int {
	t.Helper()
	f, err := transcript.Text([]byte(h.exported(t, "csv"))).Read(transcript.Options{})
	need(t, err)
	return len(f.Rows)
}

// Two files, in either order, come to as many credits, where a reference is that
// of one course: what is the same is the same whoever comes first.
func TestImportOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	file := rapid.Custom(func(t *rapid.T) string {
		records := [][]string{{"Course", "Date", "Hours", "Sponsor", "Certificate"}}
		for range rapid.IntRange(0, 6).Draw(t, "rows") {
			title := rapid.SampledFrom([]string{"Gram stains", "gram  STAINS", "Blood films"}).Draw(t, "title")
			points := rapid.SampledFrom([]string{"1", "1", "1.5"}).Draw(t, "points")
			records = append(records, []string{
				title, rapid.SampledFrom([]string{"2026-03-02", "2026-03-03"}).Draw(t, "date"), points,
				rapid.SampledFrom([]string{"", "LabCE", "ASCP"}).Draw(t, "provider"),
				rapid.SampledFrom([]string{"", strings.ToLower(title[:3]) + points}).Draw(t, "reference"),
			})
		}
		return table(t, records)
	})
	rapid.Check(t, func(t *rapid.T) {
		files := []string{file.Draw(t, "a"), file.Draw(t, "b")}
		var counts [2]int
		for i := range counts {
			h.begin(t)
			h.imports(t, files[i])
			h.imports(t, files[1-i])
			counts[i] = h.credits(t)
		}
		if counts[0] != counts[1] {
			t.Fatalf("%d credits, in the other order %d", counts[0], counts[1])
		}
	})
}

// However a file is read, with whatever columns beside day, title and points, in
// whatever order of its rows, and in parts that keep equal rows together: each of
// its rows is one credit. Equal are rows of one day, and of one title and points
// or one reference.
func TestFlagsDoNotMatter(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	rapid.Check(t, func(t *rapid.T) {
		var rows [][]string
		for range rapid.IntRange(1, 7).Draw(t, "rows") {
			rows = append(rows, []string{
				rapid.SampledFrom([]string{"Gram stains", "GRAM  stains!", "Blood films"}).Draw(t, "title"),
				rapid.SampledFrom([]string{"2026-03-02", "2026-03-03"}).Draw(t, "day"),
				rapid.SampledFrom([]string{"1", "1.5"}).Draw(t, "points"),
				rapid.SampledFrom([]string{"", "LabCE", "ASCP"}).Draw(t, "house"),
				rapid.SampledFrom([]string{"", "LC-1", "LC-2"}).Draw(t, "sign"),
			})
		}
		h.begin(t)
		for range rapid.IntRange(2, 5).Draw(t, "readings") {
			var flags []string
			if rapid.Bool().Draw(t, "with provider") {
				flags = append(flags, "--map", "provider=House")
			}
			if rapid.Bool().Draw(t, "with reference") {
				flags = append(flags, "--map", "reference=Sign")
			}
			rows = rapid.Permutation(rows).Draw(t, "order")
			only := ""
			if rapid.Bool().Draw(t, "in parts") {
				only = "2026-03-02"
			}
			for _, first := range []bool{true, false} {
				part := slices.DeleteFunc(slices.Clone(rows), func(r []string) bool { return (only == "" || r[1] == only) != first })
				h.imports(t, table(t, append([][]string{{"Course", "Date", "Hours", "House", "Sign"}}, part...)), flags...)
			}
			if n := h.credits(t); n != len(rows) {
				t.Fatalf("%d credits of %d rows", n, len(rows))
			}
		}
	})
}

// What was exported is imported into an empty ledger as it was, and is the
// same to reconcile.
func TestExportIsImported(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	rapid.Check(t, func(t *rapid.T) {
		h.begin(t)
		h.imported(t, "file.csv", anyFile().Draw(t, "file"))
		h.checkExportImported(t)
	})
}

// checkExportImported exports the credits, as CSV and as TSV, and imports each
// into an empty ledger.
func (h *history) checkExportImported(t rapid.TB) {
	t.Helper()
	want := h.exported(t, "csv")
	files := map[string]string{"csv": want, "tsv": h.exported(t, "tsv")}
	for _, format := range slices.Sorted(maps.Keys(files)) {
		h.begin(t)
		path := h.write(t, "exported."+format, files[format])
		h.mustDo(t, "import", path)
		if diff := cmp.Diff(want, h.exported(t, "csv")); diff != "" {
			t.Fatalf("imported from %s (-want +got):\n%s", format, diff)
		}
		if code := h.run("reconcile", path, "--since", "0001-01-01"); code != 0 {
			t.Fatalf("cmp reconcile: exit code %d\n%s%s", code, h.out.String(), h.err.String())
		}
	}
}

// Whatever a transcript holds, nothing that is said of it garbles the terminal.
func TestHostileTranscripts(t *testing.T) {
	t.Parallel()
	const most = 50_000 // bytes: a transcript has a text many times
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.Width = 60
			text := strings.ToValidUTF8(text[:min(len(text), most)], "")
			write := func(title string) string {
				path := filepath.Join(t.TempDir(), "portal.csv")
				content := table(t, [][]string{
					{"Course", "Date", "Hours", "Sponsor", "Certificate", text},
					{title, "2026-03-02", "1", text, text + "1", text}, {title, "2026-03-03", text, text, text + "2", text},
					{text, text, "1", text, text + "3", text}, {title, "2026-03-04", "1", text},
				})
				need(t, os.WriteFile(path, []byte(content), 0o600))
				return path
			}
			first, second := write("A "+text), write("B "+text)
			for _, command := range []struct {
				exit int
				args []string
			}{
				{1, []string{"import", first}}, {1, []string{"import", first, "--dry-run"}},
				{0, []string{"import", first, "--skip-bad"}}, {0, []string{"import", second, "--skip-bad", "--dry-run"}},
				{1, []string{"reconcile", first}},
				{0, []string{"import", second, "--skip-bad", "--update"}},
			} {
				if code := w.run(command.args...); code != command.exit {
					t.Fatalf("cmp %q: exit code %d, want %d: %.300s", command.args, code, command.exit, w.err.String())
				}
				checkScreen(t, w)
			}
			w.must(t, "list", "--format", "json")
			if !strings.Contains(w.out.String(), `"title": "B `) || strings.Contains(w.out.String(), `"title": "A `) {
				t.Error("the title was not updated")
			}
			usable := filepath.Join(t.TempDir(), "usable.csv")
			content := table(t, [][]string{{"Course", "Date", "Hours", "Sponsor"}, {"C " + text, "2026-03-02", "1", text}})
			need(t, os.WriteFile(usable, []byte(content), 0o600))
			if code := w.run("reconcile", usable); code != 3 && code != 0 {
				t.Errorf("cmp reconcile: exit code %d: %.300s", code, w.err.String())
			}
			checkScreen(t, w)
		})
	}
}

// The ways in which files of records differ: each is imported with its texts
// as they are, exported, and imported again.
func TestSpectrum(t *testing.T) {
	t.Parallel()
	const folder = "../../testdata/import/spectrum"
	want := map[string][]string{ // title, provider, reference, note
		"simple.csv":              {"Gram stains|LabCE|LC-1|first", "Blood films|ASCP|AS-2|second"},
		"simple-crlf.csv":         {"Gram stains|LabCE|LC-1|first", "Blood films|ASCP|AS-2|second"},
		"comma-in-quotes.csv":     {"Hemolysis, icterus, lipemia|Labs, Inc.|LC,1|a, b; c\td|e"},
		"escaped-quotes.csv":      {`The "left shift" revisited|"LabCE"|"1"|a "" b`, `"|||""`},
		"newlines.csv":            {"Two\nlines|Lab\nCE|LC\n1|first\n\nlast"},
		"newlines-crlf.csv":       {"Two\r\nlines|Lab\r\nCE|LC\r\n1|first\r\n\r\nlast"},
		"quotes-and-newlines.csv": {"A\n\"quoted\" line\n\"\"|||\"\n\""},
		"utf8.csv":                {"Naïve B cells – ʤ 血液 🩸|Ärzteakademie|№ 7|ن", "re\u0301sume\u0301 of cases|||kept\u00a0inside"},
		"json.csv":                {`{"type": "Point", "coordinates": [102.0, 0.5], "note": "a\nb"}|[]|{}|null`},
		"empty.csv":               {"Gram stains|||", "Blood films|||", "Reticulocytes|||"},
		"blanks.csv":              {"Gram stains|||", "Blood films|||"},
		"formulas.csv":            {"=1+1|+LabCE|-1|@note", `=HYPERLINK("http://example.org","x")|||'=1`},
	}
	entries, err := os.ReadDir(folder)
	need(t, err)
	if len(entries) != len(want) {
		t.Errorf("%d files, want %d", len(entries), len(want))
	}
	for _, e := range entries {
		t.Run(e.Name(), func(t *testing.T) {
			h := newHistory(t)
			h.mustDo(t, "import", filepath.Join(folder, e.Name()))
			f, err := transcript.Text([]byte(h.exported(t, "csv"))).Read(transcript.Options{})
			need(t, err)
			var got []string
			for _, row := range f.Rows {
				c := row.Credit
				got = append(got, fmt.Sprint(c.Title, "|", c.Provider, "|", c.Reference, "|", c.Note))
			}
			if diff := cmp.Diff(want[e.Name()], got); diff != "" {
				t.Errorf("imported (-want +got):\n%s", diff)
			}
			h.checkExportImported(t)
		})
	}
}

// certificateText writes what a certificate may say.
func certificateText(title, day, points, number, extra string) string {
	text := "Certificate of Completion\n\nThis certifies that\nA. Holder\nhas successfully completed\n" + title +
		"\nand is awarded " + points + " contact hours\nDate of Completion: " + day + "\nProvider: LabCE\n"
	if number != "" {
		text += "Program Number: " + number + "\n"
	}
	return text + extra + "\n"
}

// A folder of certificates is imported once, however often, and in whatever order its
// files are named. Those of one activity are one credit with several files.
func TestPapersTwiceIsOnce(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	rapid.Check(t, func(t *rapid.T) {
		h.begin(t)
		before := rapid.Bool().Draw(t, "something there")
		if before {
			h.imports(t, foreignFile().Draw(t, "before"))
		}
		var paths []string
		activities := map[string]bool{}
		for i := range rapid.IntRange(1, 6).Draw(t, "files") {
			title := rapid.SampledFrom([]string{"Gram stains", "Blood films", "Urine sediments"}).Draw(t, "title")
			day := rapid.SampledFrom([]string{"March 2, 2026", "March 3, 2026"}).Draw(t, "day")
			number := rapid.SampledFrom([]string{"", title[:3] + "-" + day[6:7]}).Draw(t, "number")
			activities[title+day] = true
			text := certificateText(title, day, "1.5", number, rapid.SampledFrom([]string{"", "Printed again"}).Draw(t, "extra"))
			paths = append(paths, h.write(t, fmt.Sprintf("c%d.txt", i), text))
		}
		imports := func(paths []string) {
			if code := h.run(append([]string{"import", "--yes"}, paths...)...); code > 1 { // what looks like a credit is left
				t.Fatalf("exit code %d: %s", code, h.err.String())
			}
		}
		imports(paths)
		if n := h.credits(t); !before && n != len(activities) {
			t.Fatalf("%d credits of %d activities", n, len(activities))
		}
		once := h.content(t)
		imports(rapid.Permutation(paths).Draw(t, "again"))
		h.check(t, "imported twice", once)
	})
}

// Certificates come to as many credits in any order, each with as many files.
func TestPapersInAnyOrder(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	rapid.Check(t, func(t *rapid.T) {
		var texts []string
		for range rapid.IntRange(1, 6).Draw(t, "files") {
			title := rapid.SampledFrom([]string{"Gram stains", "Blood films"}).Draw(t, "title")
			day := rapid.SampledFrom([]string{"March 2, 2026", "March 3, 2026", "03/02/2026"}).Draw(t, "day")
			number := rapid.SampledFrom([]string{"", title[:4] + "-1", title[:4] + "-2"}).Draw(t, "number")
			texts = append(texts, certificateText(title, day, "1.5", number, rapid.SampledFrom([]string{"", "Printed again"}).Draw(t, "extra")))
		}
		orders := [][]string{texts, rapid.Permutation(texts).Draw(t, "other")}
		before := rapid.SampledFrom([]string{"", "Gram stains,2026-03-02,1.5\n", "Gram stain,2026-03-02,1\nGram stains,2026-03-03,1.5\n"}).Draw(t, "before")
		var counts [2][2]int
		for i, texts := range orders {
			h.begin(t)
			h.imports(t, "Title,Date,Hours\n"+before)
			var paths []string
			for k, text := range texts {
				paths = append(paths, h.write(t, fmt.Sprintf("c%d.txt", k), text))
			}
			h.run(append([]string{"import", "--yes"}, paths...)...) // days that may be two are left
			counts[i][0] = h.credits(t)
			h.mustDo(t, "evidence", "list", "--format", "csv")
			counts[i][1] = strings.Count(h.out.String(), "\n")
		}
		if counts[0] != counts[1] {
			t.Fatalf("credits and files %v, in the other order %v", counts[0], counts[1])
		}
	})
}
