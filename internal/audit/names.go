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
// which is the given number of at most that many. It has lower-case ASCII letters,
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

// slug returns what a title has of ASCII letters and digits, in lower case,
// without accents and with hyphens for all between, up to 60 of them.
func slug(title string) string {
	s := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(title))
	s = strings.Join(strings.FieldsFunc(s, isGap), "-")
	return cmp.Or(strings.Trim(s[:min(len(s), 60)], "-"), "credit")
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
