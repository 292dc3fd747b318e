// Package page writes pages of HTML in one frame and style. A page stands alone: it
// loads nothing and runs no script. Texts are not trusted: gomponents escapes them, and
// control characters are replaced.
//
// The pages are Go functions rather than templates: a program that executes a template
// has every exported method in it, which is 2.3 MB of ours.
package page

import (
	_ "embed" // the style sheet
	"html"
	"io"
	"regexp"
	"strings"
	"sync"
	"unicode"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

//go:embed style.css
var style string

// head is what the heads of all pages begin with.
const head = `
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<meta name="referrer" content="no-referrer"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>`

// most is how many characters a page shows of one text.
const most = 2000

// Write writes the page that has this title and, each on a line, these elements.
func Write(w io.Writer, title string, body ...g.Node) error {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html>\n")
	err := h.HTML(h.Lang("en"), Lines(
		h.Head(g.Raw(head), Lines(h.TitleEl(g.Text(title)), h.StyleEl(g.Raw("\n"+style)))),
		h.Body(Lines(body...)),
	)).Render(&b)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, strings.Map(visible, b.String())+"\n")
	return err
}

// Lines puts each element on a line of its own, those of groups too: pages are compared
// and searched line by line.
func Lines(elements ...g.Node) g.Node { return append(g.Group{g.Raw("\n")}, lines(elements)...) }

func lines(elements []g.Node) (all []g.Node) {
	for _, e := range elements {
		switch e := e.(type) {
		case nil:
		case g.Group:
			all = append(all, lines(e)...)
		default:
			all = append(all, e, g.Raw("\n"))
		}
	}
	return all
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

// Text returns a text as an element of its own, whose writing direction moves nothing
// beside it. It is cut where it is very long. Where no element may stand, in titles, use
// [Clean].
func Text(s string) g.Node {
	if s == "" {
		return nil
	}
	return g.El("bdi", g.Text(Clean(s)))
}

// Sentence returns a sentence whose commands stand out, and whose days stay on one line.
func Sentence(s string) g.Node { return g.Raw(marked()(s)) }

// marked returns the function that marks commands and days. A command begins with cmp
// and ends with the sentence, a parenthesis or a mark.
var marked = sync.OnceValue(func() func(string) string {
	const word = `[^ (](?:[^ ]*[^ .,;:)])?(?:\.\.\.)?`
	command := regexp.MustCompile(`(^| )(\(?)(cmp(?:-ledger)?(?: +` + word + `)+)([.,;:)]*)`)
	day := regexp.MustCompile(`\(?[0-9]{4}-[0-9]{2}-[0-9]{2}[.,;:)]*`)
	// Control characters, of which a clean text has none, stand for elements
	// until the text is escaped.
	elements := strings.NewReplacer("\x01", `<span class="try">`, "\x02", "<code>", "\x03", "</code>", "\x04", `<span class="date">`, "\x05", "</span>")
	return func(s string) string {
		s = command.ReplaceAllString(Clean(s), "$1\x01$2\x02$3\x03$4\x05")
		s = day.ReplaceAllString(s, "\x04$0\x05")
		return elements.Replace(html.EscapeString(s))
	}
})

// Column returns the head of a column.
func Column(name string) g.Node { return h.Th(h.Scope("col"), g.Text(name)) }

// Numbers returns the head of a column of numbers.
func Numbers(name string) g.Node { return h.Th(h.Scope("col"), h.Class("r"), g.Text(name)) }

// Cell returns a cell of a row. The label stands beside it where the page is narrow.
func Cell(class, label string, content ...g.Node) g.Node {
	return h.Td(h.Class(class), h.Data("label", label), g.Group(content))
}

// More returns what stands behind a text and says more of it, if it is there.
func More(content g.Node) g.Node {
	if content == nil {
		return nil
	}
	return g.Group{g.Text(" "), h.Span(h.Class("more"), content)}
}
