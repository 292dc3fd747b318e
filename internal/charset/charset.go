// Package charset tells in which encoding a text is that does not say so and is not UTF-8:
// Windows-1252 or Mac Roman. Both have a letter for nearly every byte. What tells them apart
// is whether the letters make words: "cafŽ" and "whatÕs" are none. What makes words in
// neither, such as Chinese or Czech, it refuses to tell.
package charset

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// A Guess is what a text seems to be.
type Guess struct {
	Encoding string // "" where nothing fits
	Text     string
	Other    string // the encoding that may be right instead, or ""
	// Word is one that is another in the other encoding, which is OtherWord. Where nothing
	// fits, Windows-1252 makes a Word and Mac Roman an OtherWord that is none.
	Word, OtherWord string
	Odd             int // where that is, where nothing fits
}

// tolerance is one odd character in so many: people mistype.
const tolerance = 20

// mostJudged is how many characters beyond ASCII tell the encoding: the more there are, the
// less each says.
const mostJudged = 5000

// Of tells the encoding of bytes that are not UTF-8.
func Of(data string) Guess {
	windows, mac := reading{charmap.Windows1252, data}, reading{charmap.Macintosh, data}
	high, oddWindows, oddMac, differs := 0, 0, 0, -1
	var first [2]int // odd byte in each
	for i := range len(data) {
		if data[i] < utf8.RuneSelf {
			continue
		}
		if high >= mostJudged && differs >= 0 {
			break
		}
		high++
		if windows.isOdd(i) {
			if oddWindows++; oddWindows == 1 {
				first[0] = i
			}
		}
		if mac.isOdd(i) {
			if oddMac++; oddMac == 1 {
				first[1] = i
			}
		}
		if differs < 0 && windows.at(i) != mac.at(i) {
			differs = i
		}
	}
	g := Guess{Encoding: "Windows-1252"}
	is, other := windows, mac
	switch {
	case differs < 0: // either reading is the same text
	case oddMac < oddWindows || oddMac == oddWindows && endsInCR(data):
		g.Encoding, g.Other, is, other = "Mac Roman", "Windows-1252", mac, windows
	case oddMac == oddWindows:
		g.Other = "Mac Roman"
	}
	if tolerance*min(oddWindows, oddMac) > high {
		odd := first[0]
		if oddMac < oddWindows {
			odd = first[1]
		}
		return Guess{Word: windows.word(odd), OtherWord: mac.word(odd), Odd: odd}
	}
	if g.Other != "" {
		g.Word, g.OtherWord = is.word(differs), other.word(differs)
	}
	g.Text, _ = is.page.NewDecoder().String(data)
	return g
}

// endsInCR reports whether lines end in CR alone, as on an old Macintosh.
func endsInCR(data string) bool { return strings.Contains(data, "\r") && !strings.Contains(data, "\n") }

// A reading is data as one encoding has them.
type reading struct {
	page *charmap.Charmap
	data string
}

// at returns a character, or a line feed outside of the text.
func (r reading) at(i int) rune {
	if i < 0 || i >= len(r.data) {
		return '\n'
	}
	return r.page.DecodeByte(r.data[i])
}

// around returns the letters that stand before and after a character.
func (r reading) around(i int) (before, after string) {
	from, to := i, i+1
	for unicode.IsLetter(r.at(from-1)) && i-from < 20 {
		from--
	}
	for unicode.IsLetter(r.at(to)) && to-i < 20 {
		to++
	}
	text := func(part string) string { text, _ := r.page.NewDecoder().String(part); return text }
	return text(r.data[from:i]), text(r.data[i+1 : to])
}

func (r reading) word(i int) string {
	before, after := r.around(i)
	return before + string(r.at(i)) + after
}

// isOdd reports whether the character at i is not what stands there in a western text.
func (r reading) isOdd(i int) bool {
	c, before, after := r.at(i), r.at(i-1), r.at(i+1)
	word := func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }
	is := func(all string) bool { return strings.ContainsRune(all, c) }
	switch {
	case is("\u00a0±×µ¶«»≤≥©"):
		return false
	case is("§"):
		return unicode.IsLetter(before)
	case is("–—…"):
		return unicode.IsSpace(before) && unicode.IsLetter(after)
	case is("“‘„¿¡"):
		return word(before) || unicode.IsSpace(after)
	case is("”"):
		return unicode.IsSpace(before) || word(after)
	case is("’"):
		return r.isOddApostrophe(i)
	case is("²³¹"):
		return !word(before) || unicode.IsLetter(after)
	case is("ªº"):
		return !unicode.IsDigit(before)
	case is("½¼¾"):
		return unicode.IsLetter(before) || unicode.IsLetter(after)
	case is("€£"):
		return !unicode.IsDigit(before) && !unicode.IsDigit(after) && !unicode.IsSpace(before) && !unicode.IsSpace(after)
	case is("™®"):
		return word(after)
	case is("°"):
		return unicode.IsLower(after)
	case is("·•†"):
		return word(before) && word(after)
	case is("ðþÐÞ") || !unicode.IsLetter(c) || is("ƒıˆˇ"):
		return true // Icelandic, but more often the sign of another encoding
	}
	return r.isOddLetter(i)
}

// suffixes are what English has behind an apostrophe.
const suffixes = " s t d m re ll ve S T D M RE LL VE "

func (r reading) isOddApostrophe(i int) bool {
	before, after := r.around(i)
	if after == "" {
		return unicode.IsSpace(r.at(i - 1))
	}
	return before == "" || len(before) > 2 && !strings.Contains(suffixes, " "+after+" ") // O’Brien, l’hôpital
}

func (r reading) isOddLetter(i int) bool {
	c := r.at(i)
	before, after := r.around(i)
	last, _ := utf8.DecodeLastRuneInString(before)
	next, _ := utf8.DecodeRuneInString(after)
	is := func(all string) bool { return strings.ContainsRune(all, c) }
	switch {
	case is("Œœ") && after != "" && !strings.ContainsRune("udsntlicUDSNTLIC", next):
		return true
	case last >= utf8.RuneSelf && next >= utf8.RuneSelf && before != "" && after != "":
		return true // three side by side
	case unicode.IsUpper(c):
		alone := before == "" && after == "" && r.at(i+1) != '.' && c != 'À'
		return alone || unicode.IsLower(last) || unicode.IsUpper(last) && unicode.IsLower(next)
	case unicode.IsUpper(next), unicode.IsDigit(r.at(i - 1)), unicode.IsDigit(r.at(i + 1)):
		return true
	case before == "" && after == "":
		return !is("àèé")
	case before == "":
		return is("ìëñïôîß")
	case after == "":
		return is("ñïôî") || is("í") && strings.HasSuffix(before, "s") && len(before) > 2
	}
	return is("ì") || is("í") && (len(before) > 2 || strings.EqualFold(before, "it")) && strings.Contains(suffixes, " "+after+" ")
}

// Escaped returns the encoding of a text that writes letters with ASCII alone: ISO-2022-JP
// or UTF-7. It is "" for any other.
func Escaped(text string) string {
	if strings.Contains(text, "\x1b$") || strings.Contains(text, "\x1b(") {
		return "ISO-2022-JP"
	}
	beyond, ended := false, false
	for i, part := range strings.Split(text, "+") { // which begins letters in base64
		if i == 0 {
			continue
		}
		run := part[:len(part)-len(strings.TrimLeft(part, base64Letters))]
		units, err := base64.RawStdEncoding.Strict().DecodeString(run)
		if err != nil || len(units)%2 == 1 || run == "" && !strings.HasPrefix(part, "-") {
			return ""
		}
		ended = ended || run != "" && strings.HasPrefix(part[len(run):], "-")
		for i := 0; i < len(units); i += 2 {
			letter := rune(units[i])<<8 | rune(units[i+1])
			beyond = beyond || letter >= utf8.RuneSelf && letter != utf8.RuneError && unicode.IsPrint(letter)
		}
	}
	if beyond && ended && !strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return "UTF-7"
	}
	return ""
}

const base64Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/"
