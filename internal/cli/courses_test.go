package cli_test

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

// catalogueFile generates a catalogue, all of it usable.
func catalogueFile() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		var columns []string
		for _, f := range transcript.CourseFields() {
			if f == transcript.Title || rapid.Bool().Draw(t, string(f)) {
				columns = append(columns, string(f))
			}
		}
		records := [][]string{columns}
		for i := range rapid.IntRange(0, 5).Draw(t, "rows") {
			cells := map[string]string{
				"title": string(rune('A'+i)) + few("Gram stains", "gram  STAINS").Draw(t, "title"), "provider": few("", "LabCE").Draw(t, "provider"),
				"points": rapid.SampledFrom([]string{"", "1", "1.5"}).Draw(t, "points"), "hours": rapid.SampledFrom([]string{"", "2"}).Draw(t, "hours"),
				"topics": few("", "Hematology", "safety=0.5;chemistry").Draw(t, "topics"), "url": hostileCell().Draw(t, "url"),
			}
			switch rapid.IntRange(0, 3).Draw(t, "charge") {
			case 0:
				cells["price"], cells["free"] = "0", "yes"
			case 1:
				cells["price"], cells["free"] = "19.50", "no"
			case 2:
				cells["free"] = "no"
			}
			var record []string
			for _, column := range columns {
				record = append(record, cells[column])
			}
			records = append(records, record)
		}
		return table(t, records)
	})
}

// csvRows reads rows of CSV.
func csvRows(t rapid.TB, text string) [][]string {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	need(t, err)
	return rows
}

// Whatever the cells hold, importing a catalogue again changes nothing, what is
// listed as CSV is imported as it was, and to undo leaves what there was.
func TestCoursesTwiceAreOnce(t *testing.T) {
	t.Parallel()
	h, other := newHistory(t), newHistory(t)
	listed := func(h *history, t rapid.TB) string {
		h.mustDo(t, "courses", "list", "--format", "csv")
		_, rows, _ := strings.Cut(h.out.String(), "\n")
		return rows
	}
	rapid.Check(t, func(t *rapid.T) {
		h.begin(t)
		other.begin(t)
		h.do(t, "courses", "import", h.write(t, "before.csv", catalogueFile().Draw(t, "before")))
		before, entries := h.content(t), h.entries(t)
		file := h.write(t, "file.csv", catalogueFile().Draw(t, "file"))
		if h.do(t, "courses", "import", file) != 0 {
			return // two titles may be one course by chance
		}
		once := h.content(t)
		h.mustDo(t, "courses", "import", file)
		h.check(t, "imported twice", once)
		h.mustDo(t, "courses", "list", "--format", "csv")
		all := h.out.String()
		h.mustDo(t, "courses", "import", h.write(t, "all.csv", all))
		h.check(t, "listed and imported", once)
		other.mustDo(t, "courses", "import", other.write(t, "all.csv", all))
		withoutIDs := func(rows string) (all []string) {
			for _, r := range csvRows(t, rows) {
				all = append(all, strings.Join(r[1:], "|"))
			}
			return all
		}
		if diff := cmp.Diff(withoutIDs(listed(h, t)), withoutIDs(listed(other, t))); diff != "" {
			t.Fatalf("the courses of another ledger (-want +got):\n%s", diff)
		}
		if h.entries(t) > entries {
			h.mustDo(t, "undo")
			h.check(t, "undone", before)
		}
	})
}

// Whatever a catalogue holds, nothing that is said of it garbles the terminal.
func TestHostileCourses(t *testing.T) {
	t.Parallel()
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.Width = 60
			text := strings.ToValidUTF8(text[:min(len(text), 50_000)], "")
			path := filepath.Join(t.TempDir(), "catalogue.csv")
			write := func(points string) {
				content := table(t, [][]string{
					{"title", "provider", "points", "topics", "url", text}, {"A " + text, text, points, text, text, text}, {"B " + text, "", "1", "", "", ""},
				})
				need(t, os.WriteFile(path, []byte(content), 0o600))
			}
			w.must(t, "credential", "add", "MLS", "--expires", "2027-03-31")
			run := func(exit int, args ...string) {
				t.Helper()
				if code := w.run(args...); code != exit {
					t.Fatalf("cmp %q: exit code %d, want %d: %.300s", args, code, exit, w.err.String())
				}
				checkScreen(t, w)
			}
			write(text)
			run(1, "courses", "import", path)
			run(1, "courses", "import", path, "--dry-run")
			write("1")
			run(0, "courses", "import", path)
			write("2")
			run(0, "courses", "import", path, "--dry-run")
			run(0, "courses", "list")
			run(0, "courses", "list", "--needed")
			run(0, "log", "2")
			w.must(t, "courses", "list", "--format", "json")
			var got struct{ Courses []struct{ Title string } }
			if err := json.Unmarshal(w.out.Bytes(), &got); err != nil || len(got.Courses) != 2 || got.Courses[0].Title != strings.TrimSpace("A "+text) {
				t.Errorf("courses are not as they were given: %v, %d", err, len(got.Courses))
			}
			run(0, "courses", "remove", "1")
			run(0, "undo")
		})
	}
}

// The catalogue that comes with cmp can be read, and makes up neither a price
// nor points.
func TestStarterCatalogue(t *testing.T) {
	data, err := os.ReadFile("courses.csv")
	need(t, err)
	c, err := transcript.Text(data).Courses(transcript.Options{})
	need(t, err)
	for i, row := range c.Rows {
		course := c.Courses[i]
		switch {
		case row.Problem != nil || len(row.UnknownTopics) > 0:
			t.Errorf("row %d: %v, %q", row.Number, row.Problem, row.UnknownTopics)
		case course.Provider != "ASCP" || course.URL != "" || course.Charge == ledger.Charged:
			t.Errorf("row %d says more than is known: %+v", row.Number, course)
		case course.Points != 0 != strings.HasPrefix(course.Title, "LabQ"), course.Charge == ledger.Free != strings.Contains(course.Title, "podcast"):
			t.Errorf("row %d: points or price are made up: %+v", row.Number, course)
		}
	}
}
