package transcript

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"cmpledger/internal/charset"
	"cmpledger/internal/ledger"

	"golang.org/x/text/encoding/unicode"
)

const exportCSV = `export it as "CSV UTF-8" and import that`

// garbled returns two letters that were one letter of UTF-8, read as Windows-1252, or "".
func garbled(text string) string {
	for _, sign := range []string{"Ã\xc2", "â€"} { // Ã with what \xc2 begins, such as ©
		if i := strings.Index(text, sign); i >= 0 {
			return string([]rune(text[i:min(len(text), i+8)])[:2])
		}
	}
	return ""
}

// Decode returns the text of a file, without a byte order mark, the name of its encoding,
// and what makes that doubtful, or "". Without a mark that is UTF-8 or, if no letter
// outside ASCII is UTF-8, what makes words of the others. The error is a [*ledger.Error].
func Decode(data []byte) (text, e, doubt string, err error) {
	const noText = "a NUL byte: this is UTF-16 without a byte order mark, or no text at all"
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
			return "", "", "", unreadable(text, i, what)
		}
	default:
		if i := bytes.IndexByte(data, 0); i >= 0 { // before a large file is copied
			return "", "", "", unreadable(string(data[:i]), i, noText)
		}
		e, text = "UTF-8", string(data)
		if escaped := charset.Escaped(text); escaped != "" {
			return "", "", "", &ledger.Error{What: "a text in " + escaped + ", which is not read", Try: ledger.Say(exportCSV)}
		}
	}
	if i := strings.IndexByte(text, 0); i >= 0 {
		return "", "", "", unreadable(text, i, noText)
	}
	text = strings.TrimRight(strings.TrimLeft(text, "\ufeff"), "\x1a") // more marks, and that of DOS at the end
	if i := strings.IndexAny(text, "\r\n"); i >= 0 && strings.HasPrefix(text[i:], "\r\r\n") {
		text = strings.ReplaceAll(text, "\r\r\n", "\r\n")
	}
	if !utf8.ValidString(text) {
		text, e, doubt, err = decodeOther(text)
	} else if sign := garbled(text); sign != "" {
		doubt = fmt.Sprintf(`some letters are garbled (%q); export it anew as "CSV UTF-8" and import that`, sign)
	}
	begins := Squeeze(text[:min(100, len(text))]) // a header such as "[Title],[Date]" is not JSON
	switch {
	case err != nil:
	case strings.HasPrefix(begins, `{"schema":"cmp.ledger/`) && e == "UTF-16":
		err = &ledger.Error{What: "a ledger that was exported, but in UTF-16", Try: ledger.Say("write it anew: %s", ledger.Command{"export", "ledger", "--output", "ledger.jsonl"})}
	case strings.HasPrefix(begins, `{"schema":"cmp.ledger/`):
		err = &ledger.Error{What: "a ledger that was exported, not a table", Try: ledger.Say("to read it: %s", ledger.Command{"import", "FILE"})}
	case strings.HasPrefix(begins, `{"`) || strings.HasPrefix(begins, "[{") || strings.HasPrefix(begins, "[["):
		err = &ledger.Error{What: "JSON, not CSV", Try: ledger.Say("%s reads CSV, workbooks (.xlsx, .ods) and what %s wrote",
			ledger.Command{"import"}, ledger.Command{"export", "ledger"})}
	}
	return text, e, doubt, err
}

// unreadable says what is wrong with the character that begins at offset i.
func unreadable(text string, i int, what string) error {
	end := string(findLineEnd(text))
	start := strings.LastIndex(text[:i], end) + 1
	return &ledger.Error{
		Where: atLine(lineOf(text, i)),
		What:  fmt.Sprintf("character %d is %s", utf8.RuneCountInString(text[start:i])+1, what),
		Try:   ledger.Say(exportCSV),
	}
}

func lineOf(text string, i int) int {
	return strings.Count(text[:i], string(findLineEnd(text))) + 1
}

// isChance reports whether a letter of UTF-8 may be two of another encoding that stand side
// by side, as a quote and É do in Mac Roman. Those are never letters of the west or of Greek.
func isChance(r rune) bool { return r >= 0x180 && r < 0x370 || r >= 0x400 && r < 0x800 }

// decodeOther decodes Windows-1252 or Mac Roman. It refuses text that is UTF-8 in part,
// since that part would be garbled, and what makes no words in either.
func decodeOther(text string) (decoded, e, doubt string, err error) {
	for _, r := range strings.ToValidUTF8(text, "") {
		if r >= utf8.RuneSelf && !isChance(r) {
			bad := strings.IndexRune(text, utf8.RuneError)
			return "", "", "", unreadable(text, bad, fmt.Sprintf("byte 0x%02X, which is not UTF-8, though others such as %q are", text[bad], r))
		}
	}
	g := charset.Of(text)
	if g.Encoding == "" {
		return "", "", "", &ledger.Error{
			Where: atLine(lineOf(text, g.Odd)),
			What:  fmt.Sprintf("the encoding is not clear: a word is %q in Windows-1252 and %q in Mac Roman", clip(g.Word), clip(g.OtherWord)),
			Try:   ledger.Say(exportCSV),
		}
	}
	if g.Other != "" {
		doubt = fmt.Sprintf("read as %s, so a word is %q (in %[4]s: %[3]q); if that is wrong, %[5]s", g.Encoding, g.Word, g.OtherWord, g.Other, exportCSV)
	}
	return g.Text, g.Encoding, doubt, nil
}
