package audit

import (
	"cmp"
	"fmt"
	"path"
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
	s := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(title))
	letters := strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "ı", "i")
	s = strings.Join(strings.FieldsFunc(letters.Replace(s), isGap), "-")
	if len(s) > maxSlug {
		cut := strings.LastIndexByte(s[:maxSlug+1], '-')
		if cut < maxSlug/2 {
			cut = maxSlug
		}
		s = s[:cut]
	}
	return cmp.Or(s, "credit")
}

// isGap reports whether a character is none of those that names are made of.
func isGap(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }

// extension returns the extension that fits the media type, else the file's
// own if it is short and plain, else "bin".
func extension(e ledger.Evidence) string {
	mediaType, _, _ := strings.Cut(e.MediaType, ";")
	known := map[string]string{
		"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/tiff": "tif",
		"image/webp": "webp", "image/heic": "heic", "text/plain": "txt", "message/rfc822": "eml",
	}[strings.ToLower(strings.TrimSpace(mediaType))]
	own := strings.ToLower(path.Ext(e.Name))
	switch {
	case known != "":
		return known
	case len(own) < 2 || len(own) > 6 || strings.ContainsFunc(own[1:], isGap):
		return "bin"
	}
	return own[1:]
}
