package audit

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"cmpledger/internal/ledger"
)

// fileName returns the name in the packet of the nth certificate of a credit,
// which is the given number of that many. It has lower-case ASCII letters,
// digits, hyphens, one dot and the folder's slash only; it begins with digits,
// so that no system reserves it, and no other credit or certificate gets it.
func fileName(number, credits int, credit ledger.Credit, nth int, e ledger.Evidence) string {
	digits := max(2, len(strconv.Itoa(credits)))
	name := fmt.Sprintf("%s%0*d-%s-%s", folder, digits, number, credit.Date, slug(credit.Title))
	if nth > 1 {
		name += "-" + strconv.Itoa(nth)
	}
	return name + "." + extension(e)
}

// maxSlug is the most bytes that a title gives to a file name.
const maxSlug = 60

// slug returns what a title has of ASCII letters and digits, in lower case,
// with accents folded and hyphens for all between. It is cut between words
// unless that would leave little.
func slug(title string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(title) {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		letters := ascii(unicode.ToLower(r))
		if letters == "" {
			gap = b.Len() > 0
			continue
		}
		if gap {
			letters = "-" + letters
		}
		if b.Len()+len(letters) > maxSlug {
			if i := strings.LastIndexByte(b.String(), '-'); !gap && i >= maxSlug/2 {
				return b.String()[:i]
			}
			break
		}
		b.WriteString(letters)
		gap = false
	}
	if b.Len() == 0 {
		return "credit"
	}
	return b.String()
}

// ascii returns how a letter or digit in lower case is written in ASCII, or
// nothing. It knows the letters that Unicode does not take apart.
func ascii(r rune) string {
	switch {
	case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
		return string(r)
	}
	switch r {
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'đ', 'ð':
		return "d"
	case 'þ':
		return "th"
	case 'ı':
		return "i"
	}
	return ""
}

// extension returns the extension that fits the media type, else the file's
// own if it is short and plain, else "bin".
func extension(e ledger.Evidence) string {
	mediaType, _, _ := strings.Cut(strings.ToLower(e.MediaType), ";")
	switch strings.TrimSpace(mediaType) {
	case "application/pdf":
		return "pdf"
	case "image/jpeg":
		return "jpg"
	case "image/png":
		return "png"
	case "image/gif":
		return "gif"
	case "image/tiff":
		return "tif"
	case "image/webp":
		return "webp"
	case "image/heic":
		return "heic"
	case "text/plain":
		return "txt"
	case "message/rfc822":
		return "eml"
	}
	own := strings.ToLower(e.Name[strings.LastIndexByte(e.Name, '.')+1:])
	plain := len(own) > 0 && len(own) <= 5 && len(own) < len(e.Name)
	for _, r := range own {
		plain = plain && len(ascii(r)) == 1 && r < 0x80
	}
	if !plain {
		return "bin"
	}
	return own
}
