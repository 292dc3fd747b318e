package page_test

import (
	"encoding/xml"
	"strings"
	"testing"

	g "maragu.dev/gomponents"
	"pgregory.net/rapid"

	"cmpledger/internal/page"
)

func TestClean(t *testing.T) {
	for _, tt := range []struct{ name, give, want string }{
		{"nothing", "", ""},
		{"line ends and tabs", "a\nb\rc\td\u2028e\u0085f", "a b c d e f"},
		{"a terminal's colours", "\x1b[31mred", "\ufffd[31mred"},
		{"a direction turned", "invoice \u202exslx.gnp\u202c", "invoice \ufffdxslx.gnp\ufffd"},
		{"a direction marked", "אב\u200f", "אב\u200f"},
		{"no character", "\ufffe", "\ufffd"},
		{"no text", "\xff", "\ufffd"},
		{"as long as may be", strings.Repeat("é", 2000), strings.Repeat("é", 2000)},
		{"longer", strings.Repeat("é", 2001), strings.Repeat("é", 2000) + "… [cut]"},
	} {
		if got := page.Clean(tt.give); got != tt.want {
			t.Errorf("%s: Clean(%q) = %q, want %q", tt.name, tt.give, got, tt.want)
		}
	}
}

// shown returns what a page has in its body, of one element.
func shown(t interface{ Fatalf(string, ...any) }, body g.Node) string {
	var b strings.Builder
	if err := page.Write(&b, "t", body); err != nil {
		t.Fatalf("Write: %v", err)
	}
	_, rest, _ := strings.Cut(b.String(), "<body>\n")
	return strings.TrimSuffix(rest, "\n</body>\n</html>\n")
}

func TestSentence(t *testing.T) {
	for give, want := range map[string]string{
		"Nothing remains: cmp declare MLT":     `Nothing remains: <span class="try"><code>cmp declare MLT</code></span>`,
		"To earn: 1 point by 2027-02-28, now.": `To earn: 1 point by <span class="date">2027-02-28,</span> now.`,
		"No topic: cmp edit ID... --topic TOPIC (cmp list --no-topic), or <b>": `No topic: <span class="try"><code>cmp edit ID... --topic TOPIC</code></span> ` +
			`<span class="try">(<code>cmp list --no-topic</code>),</span> or &lt;b&gt;`,
	} {
		if got := shown(t, page.Sentence(give)); got != want {
			t.Errorf("%q is shown as\n%s, want\n%s", give, got, want)
		}
	}
}

// Whatever a text holds, an element and an attribute have that text, cleaned,
// and nothing else; and a sentence, in which commands are looked for, loses no
// word of it.
func TestTextsStay(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.StringMatching(`[<>&"'/!\-=a]{0,20}`), rapid.StringMatching(`((cmp|\(cmp|list|ID\.\.\.|x,|y\)|<b>|\() ?){1,8}`))
	rapid.Check(t, func(t *rapid.T) {
		s := text.Draw(t, "text")
		var got struct {
			Title string `xml:"title,attr"`
			Text  string `xml:"bdi"`
			All   []struct {
				Text string `xml:",innerxml"`
			} `xml:"q"`
		}
		p := shown(t, g.El("p", g.Attr("title", page.Clean(s)), page.Text(s), g.El("q", page.Sentence(s))))
		if err := xml.Unmarshal([]byte(p), &got); err != nil {
			t.Fatalf("%s: %v", p, err)
		}
		want := page.Clean(s)
		if got.Title != want || got.Text != want {
			t.Fatalf("%q is shown as %q and %q, want %q", s, got.Title, got.Text, want)
		}
		var sentence strings.Builder
		d := xml.NewDecoder(strings.NewReader("<q>" + got.All[0].Text + "</q>"))
		for token, err := d.Token(); err == nil; token, err = d.Token() {
			if text, ok := token.(xml.CharData); ok {
				sentence.Write(text)
			}
		}
		squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if squeeze(sentence.String()) != squeeze(want) {
			t.Fatalf("%q as a sentence is %q", want, sentence.String())
		}
	})
}
