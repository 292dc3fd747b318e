package answer_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/answer"
)

func draw(t *testing.T, s answer.Screen, columns []answer.Column, rows [][]answer.Cell) string {
	t.Helper()
	var b bytes.Buffer
	s.Out = &b
	if err := s.Table(columns, rows); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTable(t *testing.T) {
	columns := []answer.Column{
		{Title: "Credit", Right: true}, {Title: "Title", Cut: true, Wide: true}, {Title: "Provider", Cut: true}, {Title: "Points", Right: true},
	}
	rows := [][]answer.Cell{
		answer.Cells("1", "Blood films and their artefacts", "Society of Hematology", "0.25"),
		answer.Cells("12", "臨床検査における品質管理", "検査技師会", "1000"),
		answer.Cells("120", "e\u030a\x1b[31m", "", "1"),
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
	columns := []answer.Column{{Title: "Requirement"}, {Title: "Points", Right: true}, {Title: "State"}}
	rows := [][]answer.Cell{
		{{Text: "Safety", Style: answer.Done}, {Text: "1", Style: answer.Warning}, {Text: "ready"}},
		{{Text: "Other"}, {Text: "26"}, {Text: "", Style: answer.Done}},
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
		columns := make([]answer.Column, n)
		rows := make([][]answer.Cell, rapid.IntRange(0, 5).Draw(t, "rows"))
		for i := range rows {
			rows[i] = make([]answer.Cell, n)
		}
		possible := 0 // how narrow the table can get
		for j := range columns {
			columns[j] = answer.Column{
				Title: strings.Repeat("T", rapid.IntRange(1, 12).Draw(t, "title")),
				Right: rapid.Bool().Draw(t, "right"), Cut: rapid.Bool().Draw(t, "cut"), Wide: rapid.Bool().Draw(t, "wide"),
			}
			columns[j].Wrap = !columns[j].Cut && rapid.Bool().Draw(t, "wrap")
			widest, word := len(columns[j].Title), 0
			for i := range rows {
				rows[i][j].Text = strings.TrimSpace(text.Draw(t, "text"))
				widest = max(widest, columnsOf(rows[i][j].Text))
				for w := range strings.FieldsSeq(rows[i][j].Text) {
					word = max(word, min(columnsOf(w), whole))
				}
			}
			if columns[j].Cut {
				widest = min(widest, max(least, len(columns[j].Title)))
			}
			if columns[j].Wrap {
				widest = min(widest, max(least, word, len(columns[j].Title)))
			}
			possible += 2 + widest
		}
		width := rapid.IntRange(possible, possible+60).Draw(t, "width")
		var b bytes.Buffer
		if err := (answer.Screen{Out: &b, Width: width}).Table(columns, rows); err != nil {
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
	columns := []answer.Column{
		{Title: "Row", Right: true}, {Title: "Title", Cut: true, Wide: true}, {Title: "Outcome", Wrap: true, Wide: true},
	}
	rows := [][]answer.Cell{
		answer.Cells("2", "Blood films and their artefacts", "new"),
		answer.Cells("3", "検査", "already there (credit 12)"),
		{{Text: "4"}, {}, {Text: "rejected: 臨床検査における品質管理 supercalifragilistic", Style: answer.Warning}},
	}
	const want = `
  Row  Title        Outcome
    2  Blood film…  new
    3  検査         already there
                    (credit 12)
    4               rejected:
                    臨床検査におけ
                    る品質管理
                    supercalifragi
                    listic
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
		if err := screen.Table([]answer.Column{{Title: "Outcome", Wrap: true}}, [][]answer.Cell{answer.Cells(text)}); err != nil {
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
	err := answer.Screen{Out: broken{}}.Table([]answer.Column{{Title: "Title"}}, nil)
	if err == nil || err.Error() != "broken" {
		t.Errorf("got %v, want broken", err)
	}
}

func TestTableLeavesOutWhatItCanSpare(t *testing.T) {
	columns := []answer.Column{{Title: "Credit", Right: true}, {Title: "Bar", Spare: true}, {Title: "Title"}}
	for width, want := range map[int]string{
		0:  "  Credit  Bar  Title\n       1  ##   Sepsis\n",
		72: "  Credit  Bar  Title\n       1  ##   Sepsis\n",
		71: "  Credit  Title\n       1  Sepsis\n",
	} {
		var b strings.Builder
		err := answer.Screen{Out: &b, Width: width}.Table(columns, [][]answer.Cell{answer.Cells("1", "##", "Sepsis")})
		if err != nil || b.String() != want {
			t.Errorf("%d columns: %v\n%swant\n%s", width, err, b.String(), want)
		}
	}
}
