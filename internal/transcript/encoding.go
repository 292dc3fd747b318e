package transcript

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

const exportCSV = `export it as "CSV UTF-8" and import that`

// decode returns the text of a file, which has to be UTF-8, without a byte
// order mark, and says whether there was one.
func decode(data []byte) (text string, bom bool, err error) {
	if what := foreignFormat(data); what != "" {
		return "", false, &FileError{Message: what, Hint: exportCSV}
	}
	data, bom = bytes.CutPrefix(data, []byte("\xef\xbb\xbf"))
	text = string(data)
	if i := strings.IndexByte(text, 0); i >= 0 {
		return "", bom, &FileError{
			Line: lineAt(text, i), Message: "holds a NUL byte: this is UTF-16 or no text at all", Hint: exportCSV,
		}
	}
	if !utf8.ValidString(text) {
		valid := 0
		for valid < len(text) {
			r, size := utf8.DecodeRuneInString(text[valid:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			valid += size
		}
		return "", bom, &FileError{
			Line: lineAt(text, valid), Message: "not UTF-8 text, perhaps Windows-1252 or Latin 1", Hint: exportCSV,
		}
	}
	return text, bom, nil
}

// foreignFormat names a format that is recognised by its first bytes and is
// not text in UTF-8, or returns "".
func foreignFormat(data []byte) string {
	for _, format := range []struct{ magic, name string }{
		{"PK\x03\x04", "a workbook (.xlsx) or another zip file, not CSV"},
		{"\xd0\xcf\x11\xe0", "an old workbook (.xls), not CSV"},
		{"%PDF-", "a PDF document, not CSV"},
		{"\xff\xfe", "text in UTF-16, not UTF-8"},
		{"\xfe\xff", "text in UTF-16, not UTF-8"},
	} {
		if bytes.HasPrefix(data, []byte(format.magic)) {
			return format.name
		}
	}
	return ""
}

// lineAt returns the line, from 1, that holds the byte at the given offset.
func lineAt(text string, offset int) int { return strings.Count(text[:offset], "\n") + 1 }
