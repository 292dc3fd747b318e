package markup_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"cmpledger/internal/markup"
)

func TestText(t *testing.T) {
	for _, tt := range []struct{ name, give, want string }{
		{"nothing", "", ""},
		{"plain", "Gram stains", "<bdi>Gram stains</bdi>"},
		{"markup", `<b title="x">&'`, "<bdi>&lt;b title=&#34;x&#34;&gt;&amp;&#39;</bdi>"},
		{"line ends and tabs", "a\nb\rc\td\u2028e\u0085f", "<bdi>a b c d e f</bdi>"},
		{"a terminal's colours", "\x1b[31mred", "<bdi>\ufffd[31mred</bdi>"},
		{"a direction turned", "invoice \u202exslx.gnp\u202c", "<bdi>invoice \ufffdxslx.gnp\ufffd</bdi>"},
		{"a direction marked", "אב\u200f", "<bdi>אב\u200f</bdi>"},
		{"no character", "\ufffe", "<bdi>\ufffd</bdi>"},
		{"no text", "\xff", "<bdi>\ufffd</bdi>"},
		{"as long as may be", "ééééééééé1", "<bdi>ééééééééé1</bdi>"},
		{"longer", "ééééééééé12", "<bdi>ééééééééé1… [cut]</bdi>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			most := 10
			if !strings.HasPrefix(tt.name, "as long") && tt.name != "longer" {
				most = 100
			}
			if got := markup.Text(tt.give, most); got != tt.want {
				t.Errorf("Text(%q) = %q, want %q", tt.give, got, tt.want)
			}
		})
	}
}

// Whatever a text holds, in an element and in an attribute it is that text,
// cleaned, and nothing else.
func TestEscapeHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
			rapid.StringMatching(`[<>&"'/!\-=a]{0,20}`)).Draw(t, "text")
		const most = 30
		want := markup.Clean(s, most)
		d := xml.NewDecoder(strings.NewReader(`<p a="` + markup.Escape(s, most) + `">` + markup.Escape(s, most) + "</p>"))
		var inside string
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			switch token := token.(type) {
			case xml.StartElement:
				if token.Name.Local != "p" || len(token.Attr) != 1 || token.Attr[0].Value != want {
					t.Fatalf("element %v, want one attribute %q", token, want)
				}
			case xml.CharData:
				inside += string(token)
			}
		}
		if inside != want {
			t.Fatalf("inside is %q, want %q", inside, want)
		}
		for _, r := range want {
			if unicode.IsControl(r) || r >= '\u202a' && r <= '\u202e' {
				t.Fatalf("%U was not taken out", r)
			}
		}
		if n := utf8.RuneCountInString(want); n > most+len(" [cut]")+1 {
			t.Fatalf("%d characters", n)
		}
	})
}
