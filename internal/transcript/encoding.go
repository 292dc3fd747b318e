package transcript

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"cmpledger/internal/ledger"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

const exportCSV = `export it as "CSV UTF-8" and import that`

// decode returns the text of a file, without a byte order mark, and the name of its
// encoding. Without a mark that is UTF-8, or Windows-1252 if no letter outside ASCII is
// UTF-8. The error is a [*ledger.Error].
func decode(data []byte) (text, e string, err error) {
	switch mark := string(data[:min(2, len(data))]); {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		e, text = "UTF-8 with a byte order mark", string(data[3:])
	case mark == "\xff\xfe", mark == "\xfe\xff":
		decoded, _ := unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM).NewDecoder().Bytes(data)
		e, text = "UTF-16", string(decoded)
		// Refused now, since a lost character cannot be told from others later.
		what, i := "half a character of UTF-16, or one that was lost before", strings.IndexRune(text, utf8.RuneError)
		if len(data)%2 == 1 && i == len(text)-len("\uFFFD") {
			what = "cut in half: the file is not complete"
		}
		if i >= 0 {
			return "", "", unreadable(text, i, what)
		}
	default:
		e, text = "UTF-8", string(data)
	}
	if i := strings.IndexByte(text, 0); i >= 0 {
		return "", "", unreadable(text, i, "a NUL byte: this is UTF-16 without a byte order mark, or no text at all")
	}
	if !utf8.ValidString(text) {
		e = "Windows-1252"
		text, err = decodeWindows(text)
	}
	begins := Squeeze(text[:min(100, len(text))]) // a header such as "[Title],[Date]" is not JSON
	if err == nil && (strings.HasPrefix(begins, `{"`) || strings.HasPrefix(begins, "[{") || strings.HasPrefix(begins, "[[")) {
		err = &ledger.Error{What: "JSON, not CSV", Try: ledger.Say("%s reads CSV, workbooks (.xlsx, .ods) and what %s wrote",
			ledger.Command{"import"}, ledger.Command{"export", "ledger"})}
	}
	return text, e, err
}

// unreadable says what is wrong with the character that begins at offset i.
func unreadable(text string, i int, what string) error {
	end := string(findLineEnd(text))
	start := strings.LastIndex(text[:i], end) + 1
	return &ledger.Error{
		Where: atLine(strings.Count(text[:i], end) + 1),
		What:  fmt.Sprintf("character %d is %s", utf8.RuneCountInString(text[start:i])+1, what),
		Try:   ledger.Say(exportCSV),
	}
}

// decodeWindows decodes Windows-1252. It refuses text that is UTF-8 in part, since that
// part would be garbled, and bytes that Windows-1252 has no character for.
func decodeWindows(text string) (string, error) {
	for _, r := range strings.ToValidUTF8(text, "") {
		if r >= utf8.RuneSelf {
			bad := strings.IndexRune(text, utf8.RuneError)
			return "", unreadable(text, bad, fmt.Sprintf("byte 0x%02X, which is not UTF-8, though others such as %q are", text[bad], r))
		}
	}
	decoded, err := charmap.Windows1252.NewDecoder().String(text)
	if i := strings.IndexRune(decoded, utf8.RuneError); i >= 0 {
		b := text[utf8.RuneCountInString(decoded[:i])]
		return "", unreadable(decoded, i, fmt.Sprintf("byte 0x%02X, which is neither UTF-8 nor Windows-1252", b))
	}
	return decoded, err
}
