package workbook

import (
	"encoding/xml"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// sharedTexts returns the texts that cells refer to by number.
func (b *book) sharedTexts() ([]string, error) {
	if b.texts == "" {
		return nil, nil
	}
	var texts []string
	err := b.walk(b.texts, maxElements, func(x *reader, e xml.StartElement) error {
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

// escapeLength is that of an escape such as _x0007_, by which the format writes
// a UTF-16 unit that XML cannot hold.
const escapeLength = len("_x0007_")

// escaped returns the unit of the escape that the text begins with.
func escaped(s string) (unit uint16, ok bool) {
	if len(s) < escapeLength || s[:2] != "_x" || s[escapeLength-1] != '_' {
		return 0, false
	}
	n, err := strconv.ParseUint(s[2:escapeLength-1], 16, 16)
	return uint16(n), err == nil
}

// unescape returns the text with escapes replaced by what they stand for. Half
// a character is left as it is written.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		used := 1
		if unit, ok := escaped(s); !ok {
			b.WriteByte(s[0])
		} else if r := rune(unit); !utf16.IsSurrogate(r) {
			b.WriteRune(r)
			used = escapeLength
		} else {
			low, _ := escaped(s[escapeLength:])
			used = 2 * escapeLength
			if r = utf16.DecodeRune(r, rune(low)); r == utf8.RuneError {
				b.WriteByte(s[0])
				used = 1
			} else {
				b.WriteRune(r)
			}
		}
		s = s[used:]
	}
	return b.String()
}

// escape returns the text with escapes for what XML cannot hold or would not
// return as it was, such as a carriage return, and for underscores that could
// be taken for the first of an escape, be it with one that is put behind them.
func escape(s string) string {
	var b strings.Builder
	for i, r := range s {
		_, ambiguous := escaped(s[i:min(i+escapeLength-1, len(s))] + "_")
		switch {
		case ambiguous:
			writeEscape(&b, '_')
		case r < ' ' && r != '\t' && r != '\n', r == '\uFFFE', r == '\uFFFF':
			writeEscape(&b, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func writeEscape(b *strings.Builder, r rune) { fmt.Fprintf(b, "_x%04X_", r) }
