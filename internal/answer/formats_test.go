package answer_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/answer"
)

func TestRecords(t *testing.T) {
	header := []string{"id", "title", "note"}
	rows := [][]string{
		{"1", `Antigens, "rare" | common`, "first\nsecond"},
		{"2", "tab\there", " blanks "},
		{"3", `<b> \ back`, "\x1b[31m"},
		{"4", "", "臨床"},
		{"5", "*a* _b_ [c](d) &amp;", "`e`"},
	}
	for _, test := range []struct {
		format answer.Format
		want   string
	}{
		{answer.CSV, "id,title,note\n" +
			"1,\"Antigens, \"\"rare\"\" | common\",\"first\nsecond\"\n" +
			"2,tab\there,\" blanks \"\n" +
			"3,<b> \\ back,\x1b[31m\n" +
			"4,,臨床\n" +
			"5,*a* _b_ [c](d) &amp;,`e`\n"},
		{answer.TSV, "id\ttitle\tnote\n" +
			"1\t\"Antigens, \"\"rare\"\" | common\"\t\"first\nsecond\"\n" +
			"2\t\"tab\there\"\t\" blanks \"\n" +
			"3\t<b> \\ back\t\x1b[31m\n" +
			"4\t\t臨床\n" +
			"5\t*a* _b_ [c](d) &amp;\t`e`\n"},
		{answer.Markdown, "| id | title | note |\n| --- | --- | --- |\n" +
			"| 1 | Antigens, \"rare\" \\| common | first<br>second |\n" +
			"| 2 | tab\there |  blanks  |\n" +
			"| 3 | &lt;b> \\\\ back | \x1b\\[31m |\n" +
			"| 4 |  | 臨床 |\n" +
			"| 5 | \\*a\\* \\_b\\_ \\[c](d) &amp;amp; | \\`e\\` |\n"},
	} {
		t.Run(string(test.format), func(t *testing.T) {
			var b bytes.Buffer
			if err := answer.Records(&b, test.format, header, rows); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, b.String()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestRecordsOfNothing(t *testing.T) {
	for format, want := range map[answer.Format]string{
		answer.CSV: "a,b\n", answer.TSV: "a\tb\n", answer.Markdown: "| a | b |\n| --- | --- |\n",
	} {
		var b bytes.Buffer
		if err := answer.Records(&b, format, []string{"a", "b"}, nil); err != nil || b.String() != want {
			t.Errorf("%s: got %q, %v, want %q", format, b.String(), err, want)
		}
	}
	for _, format := range []answer.Format{answer.Table, answer.JSON, ""} {
		var b bytes.Buffer
		if err := answer.Records(&b, format, []string{"a"}, nil); err == nil || b.Len() > 0 {
			t.Errorf("format %q: got %q, %v, want an error", format, b.String(), err)
		}
	}
	for _, format := range []answer.Format{answer.CSV, answer.Markdown} {
		if err := answer.Records(broken{}, format, []string{"a"}, nil); err == nil {
			t.Errorf("%s: no error of the writer", format)
		}
	}
}

var cells = rapid.SliceOfN(rapid.StringOf(rapid.SampledFrom([]rune("ab ,;|\\\"<>\t\n臨"))), 2, 2)

// What is written as CSV or TSV reads back as it was.
func TestRecordsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := append([][]string{{"a", "b"}}, rapid.SliceOfN(cells, 0, 5).Draw(t, "rows")...)
		for format, comma := range map[answer.Format]rune{answer.CSV: ',', answer.TSV: '\t'} {
			var b bytes.Buffer
			if err := answer.Records(&b, format, want[0], want[1:]); err != nil {
				t.Fatal(err)
			}
			r := csv.NewReader(&b)
			r.Comma = comma
			got, err := r.ReadAll()
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%s: %v (-want +got)\n%s", format, err, diff)
			}
		}
	})
}

// A row of Markdown is one line with as many cells as the header, whatever is
// in them.
func TestMarkdownKeepsItsCells(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(cells, 0, 5).Draw(t, "rows")
		var b bytes.Buffer
		if err := answer.Records(&b, answer.Markdown, []string{"a", "b"}, rows); err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitAfter(strings.TrimSuffix(b.String(), "\n"), "\n")
		if len(lines) != len(rows)+2 {
			t.Fatalf("%d lines for %d rows:\n%s", len(lines), len(rows), b.String())
		}
		for _, line := range lines {
			bare := strings.NewReplacer(`\\`, "", `\|`, "").Replace(line)
			if n := strings.Count(bare, "|"); n != 3 {
				t.Errorf("%d bars, want 3: %q", n, line)
			}
		}
	})
}
