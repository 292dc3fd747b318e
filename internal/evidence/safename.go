package evidence

import (
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The longest name that SafeName gives, and the longest extension that it
// keeps when it shortens one, both in bytes and with its dot.
const (
	maxName      = 120
	maxExtension = 16
)

// Two invisible characters that Persian and the scripts of India spell with,
// and those that a name neither begins nor ends with.
const (
	joiners = "\u200c\u200d"
	notLast = " ." + joiners
)

// SafeName returns a name for a file that was once called name: the last part
// of it alone, without what any system or terminal takes for more than a
// character of a name. It is valid UTF-8, of at least one and at most 120
// bytes, and names a direct child of whatever folder it is joined to. Letters
// of all scripts are kept; a name that is shortened keeps its extension, and one
// of which nothing is left becomes "evidence".
//
// SafeName of a safe name is that name. Two names may become the same.
func SafeName(name string) string {
	parts := strings.FieldsFunc(name, func(r rune) bool { return r == '/' || r == '\\' })
	if len(parts) == 0 {
		return "evidence"
	}
	name = strings.Join(strings.Fields(strings.Map(safeRune, parts[len(parts)-1])), " ")
	name = strings.TrimRight(strings.TrimLeft(name, notLast+"-~"), notLast)
	if name == "" {
		return "evidence"
	}
	if IsReserved(name) {
		name = "_" + name
	}
	return shorten(name)
}

// safeRune returns a rune for a name, or -1 for none. Slashes of other scripts
// count as slashes, since some programs turn them into one.
func safeRune(r rune) rune {
	switch {
	case strings.ContainsRune("<>:\"|?*\uff0f\uff3c\u2044\u2215\u2216\u29f5\u29f8\u29f9\ufe68", r):
		return '_'
	case unicode.IsSpace(r):
		return ' '
	// All other invisible characters go, with them those that turn the
	// direction of text.
	case strings.ContainsRune(joiners, r), unicode.IsPrint(r):
		return r
	}
	return -1
}

// IsReserved reports whether Windows takes the name for a device, which it
// does with any extension and in any case of letters.
func IsReserved(name string) bool {
	stem, _, _ := strings.Cut(name, ".")
	stem = strings.ToUpper(strings.TrimRight(stem, " "))
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$":
		return true
	}
	number, port := strings.CutPrefix(stem, "COM")
	if !port {
		number, port = strings.CutPrefix(stem, "LPT")
	}
	return port && slices.Contains(strings.Split("0123456789¹²³", ""), number)
}

// shorten cuts a name to maxName bytes, before its extension.
func shorten(name string) string {
	if len(name) <= maxName {
		return name
	}
	extension := path.Ext(name)
	if len(extension) > maxExtension {
		extension = ""
	}
	end := maxName - len(extension)
	for !utf8.RuneStart(name[end]) {
		end--
	}
	return strings.TrimRight(name[:end], notLast) + extension
}
