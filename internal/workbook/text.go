package workbook

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

// sharedTexts returns the texts that cells refer to by number.
func (b *book) sharedTexts() (texts []string, err error) {
	var list struct {
		Texts []richText `xml:"si"`
	}
	if b.texts != "" {
		err = b.decode(b.texts, &list)
	}
	for _, text := range list.Texts {
		texts = append(texts, text.String())
	}
	return texts, err
}

// A richText is a text in pieces, each with a font. The reading aids of Japanese,
// which repeat it, are elements of another name.
type richText struct {
	Plain  string `xml:"t"`
	Pieces []struct {
		Text string `xml:"t"`
	} `xml:"r"`
}

// String returns the text without regard to fonts.
func (t richText) String() string {
	text := t.Plain
	for _, piece := range t.Pieces {
		text += piece.Text
	}
	return unescape(text)
}

// What is escaped: the format writes what XML cannot hold, or would not return
// as it was, as _x0007_.
var (
	escaped  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`) })
	toEscape = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`_x[0-9A-Fa-f]{4}|[\x00-\x08\x0b-\x1f\x{fffe}\x{ffff}]`)
	})
)

// unescape returns the text with escapes replaced by what they stand for. Half
// a character is left as it is written.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	return escaped().ReplaceAllStringFunc(s, func(escape string) string {
		unit, err := strconv.ParseUint(escape[2:6], 16, 16)
		if err != nil || utf16.IsSurrogate(rune(unit)) {
			return escape
		}
		return string(rune(unit))
	})
}

// escape returns the text with escapes for what XML cannot hold, and for
// underscores that could be taken for the first of an escape.
func escape(s string) string {
	if !strings.Contains(s, "_x") && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r >= '\uFFFE' }) {
		return s
	}
	return toEscape().ReplaceAllStringFunc(s, func(part string) string {
		if part[0] == '_' {
			return "_x005F" + part
		}
		r, _ := utf8.DecodeRuneInString(part)
		return fmt.Sprintf("_x%04X_", r)
	})
}
