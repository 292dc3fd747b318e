// Package markup makes texts of a ledger fit for a page of HTML, so that
// whatever they hold they neither break out of it nor garble it.
//
// It knows texts only. What a page looks like is the business of who writes it.
package markup

import (
	"html"
	"strings"
	"unicode"
)

// Clean makes a text safe to show on one line. Line ends and tabs become
// blanks; what else controls a screen, turns the writing direction or is no
// character becomes U+FFFD, so that one sees that something was there. What
// exceeds most characters is cut, with a mark.
func Clean(s string, most int) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n++; n > most {
			return b.String() + "… [cut]"
		}
		switch {
		case r == '\n', r == '\r', r == '\t', r == '\u2028', r == '\u2029', r == '\u0085':
			b.WriteByte(' ')
		case unicode.IsControl(r), turns(r), unicode.Is(unicode.Noncharacter_Code_Point, r):
			b.WriteRune(unicode.ReplacementChar)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// turns reports whether a character opens or closes a run of text in another
// direction. The marks that only stand for a letter of one direction do not:
// honest Arabic and Hebrew has them.
func turns(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// Escape returns a text, cleaned, as it may stand in an element or in a quoted
// attribute.
func Escape(s string, most int) string { return html.EscapeString(Clean(s, most)) }

// Text returns a text, cleaned, as an element of its own, so that its writing
// direction moves nothing beside it. No text is no element.
func Text(s string, most int) string {
	if s == "" {
		return ""
	}
	return "<bdi>" + Escape(s, most) + "</bdi>"
}
