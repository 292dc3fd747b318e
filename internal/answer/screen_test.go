package answer_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/answer"
)

func TestFormat(t *testing.T) {
	for _, f := range answer.Formats() {
		var got answer.Format
		if err := got.UnmarshalText([]byte(f)); err != nil || got != f {
			t.Errorf("%q reads as %q, %v", f, got, err)
		}
	}
	for _, text := range []string{"", "xml", "JSON", "csv "} {
		f := answer.CSV
		if err := f.UnmarshalText([]byte(text)); err == nil || f != answer.CSV {
			t.Errorf("%q is taken as %q", text, f)
		}
	}
}

func TestText(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"plain", "Red cells, 2nd part", "Red cells, 2nd part"},
		{"empty", "", ""},
		{"other scripts", "臨床検査 Ünïcödé e̊ 🔬", "臨床検査 Ünïcödé e̊ 🔬"},
		{"colour", "\x1b[31mred\x1b[0m", `\x1b[31mred\x1b[0m`},
		{"title of the window", "\x1b]0;x\a", `\x1b]0;x\x07`},
		{"line ends", "a\r\nb\nc", `a\x0d\nb\nc`},
		{"tab", "a\tb", "a b"},
		{"NUL and delete", "\x00\x7f", `\x00\x7f`},
		{"C1 control", "\u0085\u009b", `\x85\x9b`},
		{"turning marks", "a\u202eb\u2066c\u200fd", `a\u202eb\u2066c\u200fd`},
		{"line and paragraph separators", "a\u2028b\u2029c", `a\u2028b\u2029c`},
		{"replacement character", "a\ufffdb", "a\ufffdb"},
		{"not UTF-8", "a\xffb", "a\\xffb"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, answer.Text(test.in)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// checkText reports what a text that is safe to show may not have.
func checkText(t interface{ Errorf(string, ...any) }, in string) {
	got := answer.Text(in)
	if i := strings.IndexFunc(got, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
	}); i >= 0 {
		t.Errorf("%q is shown as %q, which has a control character at %d", in, got, i)
	}
	if !utf8.ValidString(got) {
		t.Errorf("%q is shown as %q, which is not UTF-8", in, got)
	}
	if again := answer.Text(got); again != got {
		t.Errorf("%q is shown as %q, and that as %q", in, got, again)
	}
}

func TestTextIsSafe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkText(t, rapid.String().Draw(t, "text")) })
}

func TestBar(t *testing.T) {
	for _, test := range []struct {
		name      string
		done, all int64
		want      string
	}{
		{"nothing", 0, 3600, "░░░░░░░░░░"},
		{"hardly anything", 1, 3600, "█░░░░░░░░░"},
		{"half", 50, 100, "█████░░░░░"},
		{"rounded down", 59, 100, "█████░░░░░"},
		{"all but a hundredth", 3599, 3600, "█████████░"},
		{"all", 3600, 3600, "██████████"},
		{"more than all", 4000, 3600, "██████████"},
		{"nothing required", 0, 0, "██████████"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := (answer.Screen{}).Bar(test.done, test.all); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			ascii := strings.NewReplacer("█", "#", "░", "-").Replace(test.want)
			if got := (answer.Screen{ASCII: true}).Bar(test.done, test.all); got != ascii {
				t.Errorf("got %s, want %s", got, ascii)
			}
		})
	}
}

// A bar is full only when all is done, and empty only when nothing is.
func TestBarNeverLies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.Int64Range(1, 1000000).Draw(t, "all")
		done := rapid.Int64Range(0, all+100).Draw(t, "done")
		n := strings.Count((answer.Screen{ASCII: true}).Bar(done, all), "#")
		if (n == 10) != (done >= all) || (n == 0) != (done == 0) {
			t.Errorf("%d of %d is shown as %d of 10", done, all, n)
		}
		if more := strings.Count((answer.Screen{ASCII: true}).Bar(done+1, all), "#"); more < n {
			t.Errorf("%d of %d is shown as %d of 10, one more as %d", done, all, n, more)
		}
	})
}

func TestPaint(t *testing.T) {
	for _, style := range []answer.Style{answer.Plain, answer.Strong, answer.Done, answer.Warning, answer.Hint} {
		if got := (answer.Screen{}).Paint(style, "text"); got != "text" {
			t.Errorf("style %d without colour: %q", style, got)
		}
		got := answer.Screen{Color: true}.Paint(style, "text")
		if painted := strings.HasPrefix(got, "\x1b["); painted != (style != answer.Plain) || !strings.Contains(got, "text") {
			t.Errorf("style %d with colour: %q", style, got)
		}
		if got := (answer.Screen{Color: true}).Paint(style, ""); got != "" {
			t.Errorf("style %d of nothing: %q", style, got)
		}
	}
}

func TestParagraph(t *testing.T) {
	for _, test := range []struct {
		name  string
		width int
		text  string
		want  string
	}{
		{"no limit", 0, "one two three", "  one two three\n"},
		{"fits exactly", 15, "one two three", "  one two three\n"},
		{"one column less", 14, "one two three", "  one two\n  three\n"},
		{"a word that is too long", 6, "a extraordinary b", "  a\n  extraordinary\n  b\n"},
		{"wide characters", 8, "臨床 検査", "  臨床\n  検査\n"},
		{"line ends", 0, "one\ntwo\x1b", "  one\\ntwo\\x1b\n"},
		{"blanks", 0, "  one   two ", "  one two\n"},
		{"a command stays whole", 20, "one two: cmp undo 12; three", "  one two:\n  cmp undo 12; three\n"},
		{"a command in brackets", 20, "one two (cmp undo 12) three", "  one two\n  (cmp undo 12)\n  three\n"},
		{"a command that is too long", 12, "one cmp undo 12 and more", "  one cmp\n  undo 12\n  and more\n"},
		{"blanks in quotes", 0, "one:  cmp import 'a  b.csv'", "  one: cmp import 'a  b.csv'\n"},
		{"quotes on a narrow screen", 16, "one: cmp import 'a  b c.csv'; two", "  one: cmp\n  import\n  'a  b c.csv';\n  two\n"},
		{"quotes that are too long", 8, "cmp show 'a  b c d'", "  cmp\n  show\n  'a  b c d'\n"},
		{"quotes behind a flag, and of wide characters", 8, "cmp x --db='検  査  室'", "  cmp x\n  --db='検  査  室'\n"},
		{"quotes in quotes", 0, `cmp show 'it'\''s  a' $'a  \'b  c' (x  y)`, `  cmp show 'it'\''s  a' $'a  \'b  c' (x y)` + "\n"},
		{"quotes of Windows", 0, `"a  b": cmp show "a  b"`, `  "a b": cmp show "a  b"` + "\n"},
		{"apostrophes", 12, "the boards'  rule isn't  'tis", "  the\n  boards'\n  rule isn't\n  'tis\n"},
		{"a command at the end", 14, "one two cmp undo", "  one two\n  cmp undo\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b bytes.Buffer
			answer.Screen{Out: &b, Width: test.width}.Paragraph(test.text)
			if diff := cmp.Diff(test.want, b.String()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestLine(t *testing.T) {
	cells := []answer.Cell{{Text: "MLS(ASCP)CM"}, {Text: "expires 2027-03-31"}, {Text: "130 days left"}}
	for width, want := range map[int]string{
		0:  "MLS(ASCP)CM   expires 2027-03-31   130 days left\n",
		48: "MLS(ASCP)CM   expires 2027-03-31   130 days left\n",
		47: "MLS(ASCP)CM   expires 2027-03-31\n  130 days left\n",
		20: "MLS(ASCP)CM\n  expires 2027-03-31\n  130 days left\n",
		1:  "MLS(ASCP)CM\n  expires\n  2027-03-31\n  130\n  days\n  left\n",
	} {
		var b bytes.Buffer
		answer.Screen{Out: &b, Width: width}.Line(cells)
		if diff := cmp.Diff(want, b.String()); diff != "" {
			t.Errorf("in %d columns (-want +got)\n%s", width, diff)
		}
	}
}

func TestOneLine(t *testing.T) {
	cells := []answer.Cell{{Text: "SBB ready"}, {Text: "MLS 1 to earn"}, {Text: "HT declared"}}
	for _, test := range []struct {
		screen answer.Screen
		cells  []answer.Cell
		want   string
	}{
		{answer.Screen{}, cells, "SBB ready · MLS 1 to earn · HT declared\n"},
		{answer.Screen{ASCII: true}, cells, "SBB ready - MLS 1 to earn - HT declared\n"},
		{answer.Screen{Width: 39}, cells, "SBB ready · MLS 1 to earn · HT declared\n"},
		{answer.Screen{Width: 38}, cells, "SBB ready · MLS 1 to earn · 1 more\n"},
		{answer.Screen{Width: 30}, cells, "SBB ready · 2 more\n"},
		{answer.Screen{Width: 1}, cells[:1], "SBB ready\n"},
	} {
		var b bytes.Buffer
		test.screen.Out = &b
		test.screen.OneLine(test.cells)
		if diff := cmp.Diff(test.want, b.String()); diff != "" {
			t.Errorf("%d cells in %d columns (-want +got)\n%s", len(test.cells), test.screen.Width, diff)
		}
	}
}

func TestFields(t *testing.T) {
	var b bytes.Buffer
	screen := answer.Screen{Out: &b, Width: 26, Color: true}
	screen.Fields([]answer.Field{
		{Name: "note", Text: "one two three four"}, {Name: "reference"},
		{Name: "url", Text: "https://example.org/courses/17"}, {Name: "臨床", Text: "検査における品質管理", Style: answer.Warning},
	})
	screen.Item("[7]", "a source with a long name")
	const want = `
  note       one two three
             four
  url        https://example.org/courses/17
  臨床       \e[31m検査における\e[0m
             \e[31m品質管理\e[0m
  [7] a source with a long
      name
`
	if diff := cmp.Diff(want, "\n"+strings.ReplaceAll(b.String(), "\x1b", `\e`)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestWriteJSON(t *testing.T) {
	var b bytes.Buffer
	if err := answer.WriteJSON(&b, map[string]any{"title": "<A & B>\x1b", "list": []int{}}); err != nil {
		t.Fatal(err)
	}
	want := "{\n  \"list\": [],\n  \"title\": \"<A & B>\\u001b\"\n}\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if !json.Valid(b.Bytes()) {
		t.Error("not JSON")
	}
	b.Reset()
	if err := answer.WriteJSON(&b, func() {}); err == nil || b.Len() > 0 {
		t.Errorf("a function is written as %q, %v", b.String(), err)
	}
}
