package evidence

import (
	"cmp"
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

// SafeName returns a name for a file that was once called name: the last part
// of it alone, without what any system or terminal takes for more than a
// character of a name. It is valid UTF-8, of at least one and at most 120
// bytes, and names a direct child of whatever folder it is joined to. Letters
// of all scripts are kept; a name that is shortened keeps its extension, and one
// of which nothing is left becomes "evidence".
//
// SafeName of a safe name is that name. Two names may become the same.
func SafeName(name string) string {
	name = strings.TrimRight(name, `/\`)
	name = strings.Map(safeRune, name[strings.LastIndexAny(name, `/\`)+1:])
	name = strings.Join(strings.Fields(name), " ")
	name = cmp.Or(strings.TrimRight(strings.TrimLeft(name, " .-~"), " ."), "evidence")
	if IsReserved(name) {
		name = "_" + name
	}
	return shorten(name)
}

// safeRune returns a rune for a name, or -1 for none: invisible characters go,
// with them those that turn the direction of text. Slashes of other scripts count
// as slashes, since some programs turn them into one.
func safeRune(r rune) rune {
	switch {
	case strings.ContainsRune("<>:\"|?*\uff0f\uff3c\u2044\u2215\u2216\u29f5\u29f8\u29f9\ufe68", r):
		return '_'
	case unicode.IsSpace(r):
		return ' '
	case unicode.IsPrint(r):
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
	return len(stem) > 3 && (stem[:3] == "COM" || stem[:3] == "LPT") && slices.Contains(strings.Split("0123456789¹²³", ""), stem[3:])
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
	return strings.TrimRight(name[:end], " .") + extension
}
