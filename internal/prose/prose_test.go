package prose_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/prose"
)

const sample = `A paragraph of a few words
on two lines.

# Words

  0      done
  total  what a cycle needs, and
         why
    from   nested
    points, source

    cmp list  --since today
    cmp show 1
`

func TestParse(t *testing.T) {
	want := []prose.Block{
		{Kind: prose.Paragraph, Text: "A paragraph of a few words on two lines."},
		{Kind: prose.Heading, Text: "Words"},
		{Kind: prose.Terms, Terms: []prose.Term{
			{Indent: 2, Word: "0", Text: "done"},
			{Indent: 2, Word: "total", Text: "what a cycle needs, and why"},
			{Indent: 4, Word: "from", Text: "nested"},
			{Indent: 4, Word: "points, source"},
		}},
		{Kind: prose.Verbatim, Text: "    cmp list  --since today\n    cmp show 1"},
	}
	if diff := cmp.Diff(want, prose.Parse(sample)); diff != "" {
		t.Errorf("Parse (-want +got):\n%s", diff)
	}
}

func TestLines(t *testing.T) {
	tests := []struct {
		name  string
		give  string
		width int
		want  string
	}{
		{"wide", sample, 80, `A paragraph of a few words on two lines.

Words

  0       done
  total   what a cycle needs, and why
    from  nested
    points, source

    cmp list  --since today
    cmp show 1
`},
		{"narrow", sample, 28, `A paragraph of a few words
on two lines.

Words

  0      done
  total  what a cycle needs,
         and why
    from
         nested
    points, source

    cmp list  --since today
    cmp show 1
`},
		{"a term that is too long", "  --edition  another one of the rules\n  -h  help", 24, "  --edition\n      another one of the\n      rules\n  -h  help\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := prose.Lines(tt.give, tt.width)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Lines (-want +got):\n%s", diff)
			}
		})
	}
}

// No word is lost at any width, and no line is wider than it has to be.
func TestLinesKeepWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[a-z,.]{1,12}`), 1, 60).Draw(t, "words")
		width := rapid.IntRange(20, 120).Draw(t, "width")
		text := strings.Join(words, " ")
		if rapid.Bool().Draw(t, "term") {
			text = "  " + words[0] + "  " + text
		}
		got := prose.Lines(text, width)
		if diff := cmp.Diff(strings.Fields(text), strings.Fields(got)); diff != "" {
			t.Fatalf("words (-want +got):\n%s", diff)
		}
		for line := range strings.Lines(got) {
			if line = strings.TrimRight(line, "\n"); len(line) > width {
				t.Fatalf("a line of %d columns, at most %d are there: %q", len(line), width, line)
			}
		}
	})
}
