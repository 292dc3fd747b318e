// Package page writes pages of HTML in one frame and style. A page stands alone: it
// loads nothing and runs no script. Texts are not trusted: templates escape them, and
// control characters are replaced.
package page

import (
	_ "embed" // the frame and the style sheet
	"html"
	"html/template"
	"io"
	"regexp"
	"strings"
	"unicode"

	"cmpledger/internal/words"
)

//go:embed frame.html
var frame string

//go:embed style.css
var style template.CSS

// most is how many characters a page shows of one text.
const most = 2000

// Write writes the page of a template that has the blocks "title" and "body". Beside
// the functions of package words, it can use:
//
//	text S      the text as an element of its own, cut where it is very long
//	cut S       the same where no element may stand: in titles
//	sentence S  a sentence whose commands stand out
func Write(w io.Writer, body string, data any) error {
	t, err := template.New("frame").Funcs(template.FuncMap{
		"text": text, "cut": Clean, "sentence": sentences(), "count": words.Count, "points": words.Points, "verb": words.Verb,
		"days": words.Days, "fate": words.Fate, "outlook": words.Outlook, "topics": words.Topics,
		"style": func() template.CSS { return style },
	}).Parse(frame + body)
	if err != nil {
		return err
	}
	var b strings.Builder
	if err := t.Execute(&b, data); err != nil {
		return err
	}
	_, err = io.WriteString(w, strings.Map(visible, b.String()))
	return err
}

// Clean makes a text safe to show on one line: characters that control a screen or turn
// the writing direction become U+FFFD. A very long text is cut.
func Clean(s string) string {
	n := 0
	for i := range s {
		if n++; n > most {
			s = s[:i] + "… [cut]"
			break
		}
	}
	return strings.Map(visible, strings.ReplaceAll(s, "\n", " "))
}

// visible returns the character that a page shows for one. Marks for the direction of
// one letter stay: honest Arabic and Hebrew has them.
func visible(r rune) rune {
	switch {
	case r == '\n':
		return r
	case r == '\r', r == '\t', r == '\u2028', r == '\u2029', r == '\u0085':
		return ' '
	case unicode.IsControl(r), r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', unicode.Is(unicode.Noncharacter_Code_Point, r):
		return unicode.ReplacementChar
	}
	return r
}

// text returns an element, whose writing direction moves nothing beside it.
func text(s string) template.HTML {
	if s == "" {
		return ""
	}
	return template.HTML("<bdi>" + html.EscapeString(Clean(s)) + "</bdi>")
}

// sentences makes commands stand out, and keeps days on one line. A command begins with
// cmp and ends with the sentence, a parenthesis or a mark.
func sentences() func(string) template.HTML {
	const word = `[^ (](?:[^ ]*[^ .,;:)])?(?:\.\.\.)?`
	command := regexp.MustCompile(`(^| )(\(?)(cmp(?:-ledger)?(?: +` + word + `)+)([.,;:)]*)`)
	day := regexp.MustCompile(`\(?[0-9]{4}-[0-9]{2}-[0-9]{2}[.,;:)]*`)
	// Control characters, of which a clean text has none, stand for elements
	// until the text is escaped.
	elements := strings.NewReplacer("\x01", `<span class="try">`, "\x02", "<code>", "\x03", "</code>", "\x04", `<span class="date">`, "\x05", "</span>")
	return func(s string) template.HTML {
		s = command.ReplaceAllString(Clean(s), "$1\x01$2\x02$3\x03$4\x05")
		s = day.ReplaceAllString(s, "\x04$0\x05")
		return template.HTML(elements.Replace(html.EscapeString(s)))
	}
}
