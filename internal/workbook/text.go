package workbook

import (
	"encoding/xml"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

// sharedTexts returns the texts that cells refer to by number.
func (b *book) sharedTexts() ([]string, error) {
	if b.texts == "" {
		return nil, nil
	}
	var texts []string
	err := b.walk(b.texts, func(x *reader, e xml.StartElement) error {
		if e.Name.Local != "si" {
			return nil
		}
		text, err := x.richText()
		texts = append(texts, text)
		return err
	})
	if errors.Is(err, errNoPart) {
		return nil, damaged("its part %s is missing", b.texts)
	}
	return texts, err
}

// richText reads to the end of the element that has just begun and returns its
// text, without regard to fonts and without the reading aids of Japanese, which
// repeat it.
func (x *reader) richText() (string, error) {
	var text strings.Builder
	for depth := 1; depth > 0; {
		t, err := x.token()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "rPh":
				err = x.skip()
			case "t":
				var part string
				part, err = x.plainText()
				text.WriteString(part)
			default:
				depth++
			}
			if err != nil {
				return "", err
			}
		case xml.EndElement:
			depth--
		}
	}
	return unescape(text.String()), nil
}

// plainText reads to the end of the element that has just begun and returns
// the text in it.
func (x *reader) plainText() (string, error) {
	var text strings.Builder
	for depth := 1; depth > 0; {
		t, err := x.token()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		case xml.CharData:
			text.Write(t)
		}
	}
	return text.String(), nil
}

// skip reads to the end of the element that has just begun.
func (x *reader) skip() error {
	_, err := x.plainText()
	return err
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
