package transcript

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// An Encoding is how the bytes of a file are read as text. Its text is the
// name by which it is shown.
type Encoding string

// The encodings that are understood.
const (
	UTF8        Encoding = "UTF-8"
	UTF8BOM     Encoding = "UTF-8 with a byte order mark"
	UTF16       Encoding = "UTF-16" // of either byte order, which a mark has to say
	Windows1252 Encoding = "Windows-1252"
	Workbook    Encoding = "workbook" // of which the sheet is named behind it
)

const exportCSV = `export it as "CSV UTF-8" and import that`

// decode returns the text of a file, without a byte order mark, and how it was
// encoded. Without a mark it is UTF-8, or Windows-1252 where no letter outside
// ASCII is UTF-8. The error is a [*FileError].
func decode(data []byte) (text string, e Encoding, err error) {
	if what := foreignFormat(data); what != "" {
		return "", "", &FileError{Message: what, Hint: exportCSV}
	}
	switch mark := string(data[:min(2, len(data))]); {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		e, text = UTF8BOM, string(data[3:])
	case mark == "\xff\xfe":
		e = UTF16
		text, err = decodeUTF16(data[2:], binary.LittleEndian)
	case mark == "\xfe\xff":
		e = UTF16
		text, err = decodeUTF16(data[2:], binary.BigEndian)
	default:
		e, text = UTF8, string(data)
	}
	if err != nil {
		return "", "", err
	}
	if i := strings.IndexByte(text, 0); i >= 0 {
		return "", "", unreadable(text, i, "a NUL byte: this is UTF-16 without a byte order mark, or no text at all")
	}
	if bad := firstInvalid(text); bad < len(text) {
		if e != UTF8 {
			return "", "", unreadable(text, bad, notUTF8(text[bad])+", though the file begins with a mark of UTF-8")
		}
		e = Windows1252
		text, err = decodeWindows(text, bad)
	}
	if err == nil && looksLikeJSON(text) {
		err = &FileError{Message: "JSON, not CSV", Hint: "cmp import reads CSV, workbooks (.xlsx) and what cmp export ledger wrote"}
	}
	return text, e, err
}

// looksLikeJSON reports whether a text begins as an object or a list of JSON
// does. A header such as "[Title],[Date]" is none.
func looksLikeJSON(text string) bool {
	start := strings.TrimLeft(text, " \t\r\n")
	if !strings.HasPrefix(start, "{") && !strings.HasPrefix(start, "[") {
		return false
	}
	const enough = 4 // tokens, for what is a list of one number to JSON may be a title
	d := json.NewDecoder(strings.NewReader(start))
	for range enough {
		if _, err := d.Token(); err != nil {
			return errors.Is(err, io.EOF)
		}
	}
	return true
}

// unreadable says what is wrong with the character that begins at offset i.
func unreadable(text string, i int, what string) error {
	end := string(findLineEnd(text))
	start := strings.LastIndex(text[:i], end) + 1
	return &FileError{
		Line:    strings.Count(text[:i], end) + 1,
		Message: fmt.Sprintf("character %d is %s", utf8.RuneCountInString(text[start:i])+1, what),
		Hint:    exportCSV,
	}
}

// firstInvalid returns the offset of the first byte that is not UTF-8, or the
// length of the text.
func firstInvalid(text string) int {
	if utf8.ValidString(text) {
		return len(text)
	}
	i := 0
	for {
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
}

// decodeUTF16 refuses what a lenient decoder replaces: half a character in a
// title could not be told from another later.
func decodeUTF16(data []byte, order binary.ByteOrder) (string, error) {
	var b strings.Builder
	b.Grow(len(data) / 2)
	for ; len(data) >= 2; data = data[2:] {
		r := rune(order.Uint16(data))
		if utf16.IsSurrogate(r) {
			high := r
			if len(data) >= 4 {
				r = utf16.DecodeRune(high, rune(order.Uint16(data[2:])))
			}
			if r == utf8.RuneError || r == high {
				return "", unreadable(b.String(), b.Len(), fmt.Sprintf("half a character of UTF-16 (0x%04X)", high))
			}
			data = data[2:]
		}
		b.WriteRune(r)
	}
	if len(data) > 0 {
		return "", unreadable(b.String(), b.Len(), "cut in half: the file is not complete")
	}
	return b.String(), nil
}

// decodeWindows reads text that is not UTF-8 from the byte at offset bad on.
// It refuses text of which a part is UTF-8, for that part would come out
// garbled, and bytes that Windows-1252 has no character for.
func decodeWindows(text string, bad int) (string, error) {
	var b strings.Builder
	b.Grow(len(text) + len(text)/8)
	for i := 0; i < len(text); i++ {
		if text[i] < utf8.RuneSelf {
			b.WriteByte(text[i])
			continue
		}
		if r, size := utf8.DecodeRuneInString(text[i:]); size > 1 {
			return "", unreadable(text, bad, fmt.Sprintf("%s, though others such as %q are", notUTF8(text[bad]), r))
		}
		r := charmap.Windows1252.DecodeByte(text[i])
		if r == utf8.RuneError {
			return "", unreadable(text, i, fmt.Sprintf("byte 0x%02X, which is neither UTF-8 nor Windows-1252", text[i]))
		}
		b.WriteRune(r)
	}
	return b.String(), nil
}

func notUTF8(b byte) string { return fmt.Sprintf("byte 0x%02X, which is not UTF-8", b) }

// foreignFormat names a format that is recognized by its first bytes and is
// not text, or returns "".
func foreignFormat(data []byte) string {
	for _, format := range []struct{ magic, name string }{
		{"PK\x03\x04", "a workbook (.xlsx) or another zip file, not CSV"},
		{"\xd0\xcf\x11\xe0", "an old workbook (.xls), not CSV"},
		{"%PDF-", "a PDF document, not CSV"},
	} {
		if bytes.HasPrefix(data, []byte(format.magic)) {
			return format.name
		}
	}
	return ""
}
