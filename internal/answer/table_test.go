package answer_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/answer"
)

func draw(t *testing.T, s answer.Screen, columns string, rows [][]any) string {
	t.Helper()
	var b bytes.Buffer
	s.Out = &b
	if err := s.Table(columns, rows); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTable(t *testing.T) {
	columns := "Credit|right; Title|cut wide; Provider|cut; Points|right"
	rows := [][]any{
		{"1", "Blood films and their artefacts", "Society of Hematology", "0.25"},
		{"12", "臨床検査における品質管理", "検査技師会", "1000"},
		{"120", "e\u030a\x1b[31m", "", "1"},
	}
	for _, test := range []struct {
		name   string
		screen answer.Screen
		want   string
	}{
		{"no limit", answer.Screen{}, `
  Credit  Title                            Provider               Points
       1  Blood films and their artefacts  Society of Hematology    0.25
      12  臨床検査における品質管理         検査技師会               1000
     120  e` + "\u030a" + `\x1b[31m                                                    1
`},
		{"narrow", answer.Screen{Width: 50}, `
  Credit  Title                 Provider    Points
       1  Blood films and the…  Society o…    0.25
      12  臨床検査における品…   検査技師会    1000
     120  e` + "\u030a" + `\x1b[31m                              1
`},
		{"as narrow as it gets", answer.Screen{Width: 36}, `
  Credit  Title     Provider  Points
       1  Blood f…  Society…    0.25
      12  臨床検…   検査技…     1000
     120  e` + "\u030a" + `\x1b[3…                 1
`},
		{"too narrow for a table", answer.Screen{Width: 35}, `
  Credit    1
  Title     Blood films and their
            artefacts
  Provider  Society of Hematology
  Points    0.25

  Credit    12
  Title     臨床検査における品質管
            理
  Provider  検査技師会
  Points    1000

  Credit    120
  Title     e` + "\u030a" + `\x1b[31m
  Points    1
`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, "\n"+draw(t, test.screen, columns, rows)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// Colour moves nothing.
func TestTableInColour(t *testing.T) {
	columns := "Requirement; Points|right; State"
	rows := [][]any{
		{answer.Cell{Text: "Safety", Style: answer.Done}, answer.Cell{Text: "1", Style: answer.Warning}, "ready"},
		{"Other", "26", answer.Cell{Style: answer.Done}},
	}
	colour := draw(t, answer.Screen{Color: true}, columns, rows)
	if !strings.Contains(colour, "\x1b[32mSafety") || !strings.Contains(colour, "\x1b[31m1\x1b") {
		t.Errorf("no colour: %q", colour)
	}
	if diff := cmp.Diff(draw(t, answer.Screen{}, columns, rows), bleach(colour)); diff != "" {
		t.Errorf("(-plain +colour)\n%s", diff)
	}
}

// bleach takes the colour out of lines, and the blanks that it hides.
func bleach(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		for {
			before, rest, ok := strings.Cut(line, "\x1b[")
			if !ok {
				break
			}
			_, after, _ := strings.Cut(rest, "m")
			line = before + after
		}
		b.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	return b.String()
}

// columnsOf counts the columns of a text made of ASCII and wide characters.
func columnsOf(text string) int {
	n := 0
	for _, r := range text {
		n++
		if r >= 0x2e80 {
			n++
		}
	}
	return n
}

func TestTableKeepsToTheScreen(t *testing.T) {
	const least, whole = 8, 12 // what a column is not cut below, nor wrapped where a word is as long
	text := rapid.StringOfN(rapid.SampledFrom([]rune("abc 臨床検査")), 0, 30, -1)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "columns")
		columns := make([]string, n)
		rows := make([][]any, rapid.IntRange(0, 5).Draw(t, "rows"))
		possible := 0 // how narrow the table can get
		for j := range columns {
			title := strings.Repeat("T", rapid.IntRange(1, 12).Draw(t, "title"))
			looks := rapid.SliceOfDistinct(rapid.SampledFrom([]string{"right", "cut", "wide", "wrap"}), rapid.ID[string]).Draw(t, "looks")
			cut, wrap := slices.Contains(looks, "cut"), slices.Contains(looks, "wrap")
			if cut && wrap {
				looks, wrap = slices.DeleteFunc(looks, func(l string) bool { return l == "wrap" }), false
			}
			columns[j] = title + "|" + strings.Join(looks, " ")
			widest, word := len(title), 0
			for i := range rows {
				cell := strings.TrimSpace(text.Draw(t, "text"))
				rows[i] = append(rows[i], cell)
				widest = max(widest, columnsOf(cell))
				for w := range strings.FieldsSeq(cell) {
					word = max(word, min(columnsOf(w), whole))
				}
			}
			if cut {
				widest = min(widest, max(least, len(title)))
			}
			if wrap {
				widest = min(widest, max(least, word, len(title)))
			}
			possible += 2 + widest
		}
		width := rapid.IntRange(possible, possible+60).Draw(t, "width")
		var b bytes.Buffer
		if err := (answer.Screen{Out: &b, Width: width}).Table(strings.Join(columns, "; "), rows); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			line = strings.TrimSuffix(line, "\n")
			if columnsOf(line) > width {
				t.Errorf("%d of %d columns: %q", columnsOf(line), width, line)
			}
			if strings.HasSuffix(line, " ") {
				t.Errorf("blanks at the end: %q", line)
			}
		}
	})
}

func TestTableWraps(t *testing.T) {
	columns := "Row|right; Title|cut wide; Outcome|wrap wide"
	rows := [][]any{
		{"2", "Blood films and their artefacts", "new"},
		{"3", "検査", "already there (credit 12)"},
		{"4", "", answer.Cell{Text: "rejected: 臨床検査における品質管理 supercalifragilistic", Style: answer.Warning}},
	}
	const want = `
  Row  Title         Outcome
    2  Blood films…  new
    3  検査          already there
                     (credit 12)
    4                rejected:
                     臨床検査にお
                     ける品質管理
                     supercalifrag
                     ilistic
`
	if diff := cmp.Diff(want, "\n"+draw(t, answer.Screen{Width: 34}, columns, rows)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	colour := draw(t, answer.Screen{Width: 34, Color: true}, columns, rows)
	if diff := cmp.Diff(draw(t, answer.Screen{Width: 34}, columns, rows), bleach(colour)); diff != "" {
		t.Errorf("(-plain +colour)\n%s", diff)
	}
}

// A column that is wrapped loses nothing but blanks.
func TestTableWrapsWithoutLoss(t *testing.T) {
	word := rapid.OneOf(
		rapid.StringOfN(rapid.SampledFrom([]rune("abc 臨床e\u0301👩")), 1, 60, -1),
		rapid.Map(rapid.IntRange(1, 3000), func(n int) string { return strings.Repeat("e\u0301\u0335", n) }),
		rapid.Map(rapid.IntRange(1, 3000), func(n int) string { return strings.Repeat("\u0301", n) }),
	)
	rapid.Check(t, func(t *rapid.T) {
		text := "x" + word.Draw(t, "text")
		width := rapid.IntRange(10, 70).Draw(t, "width")
		got := ""
		var b bytes.Buffer
		screen := answer.Screen{Out: &b, Width: width}
		if err := screen.Table("Outcome|wrap", [][]any{{text}}); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			got += strings.TrimSpace(line)
		}
		if want := "Outcome" + strings.ReplaceAll(text, " ", ""); strings.ReplaceAll(got, " ", "") != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("broken") }

func TestTableReturnsTheErrorOfTheWriter(t *testing.T) {
	err := answer.Screen{Out: broken{}}.Table("Title", nil)
	if err == nil || err.Error() != "broken" {
		t.Errorf("got %v, want broken", err)
	}
}

func TestTableLeavesOutWhatItCanSpare(t *testing.T) {
	columns := "Credit|right; Bar|from72; Title"
	for width, want := range map[int]string{
		0:  "  Credit  Bar  Title\n       1  ##   Sepsis\n",
		72: "  Credit  Bar  Title\n       1  ##   Sepsis\n",
		71: "  Credit  Title\n       1  Sepsis\n",
	} {
		var b strings.Builder
		err := answer.Screen{Out: &b, Width: width}.Table(columns, [][]any{{"1", "##", "Sepsis"}})
		if err != nil || b.String() != want {
			t.Errorf("%d columns: %v\n%swant\n%s", width, err, b.String(), want)
		}
	}
}

// A long table, which tablewriter does not draw, begins as a short one of the same rows.
func TestLongTableIsAsAShortOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("abc 12 é e\u0301臨床👩🇩🇪…")), 0, 12, -1)
		style := rapid.SampledFrom([]answer.Style{answer.Plain, answer.Strong, answer.Warning})
		cell := rapid.Custom(func(t *rapid.T) any { return answer.Cell{Text: text.Draw(t, "text"), Style: style.Draw(t, "style")} })
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 3, 3), 1, 5).Draw(t, "rows")
		var short, long bytes.Buffer
		screen := answer.Screen{Out: &short, Width: rapid.IntRange(30, 80).Draw(t, "width"), Color: rapid.Bool().Draw(t, "colour")}
		if err := screen.Table("ID|right; Title|wrap wide; Note|cut", rows); err != nil {
			t.Fatal(err)
		}
		screen.Out = &long
		if err := screen.Table("ID|right; Title|wrap wide; Note|cut", slices.Repeat(rows, 2001)); err != nil {
			t.Fatal(err)
		}
		if got := long.String(); bleach(got[:min(len(got), short.Len())]) != bleach(short.String()) {
			t.Errorf("got\n%q, want\n%q", got[:min(len(got), short.Len())], short.String())
		}
	})
}
