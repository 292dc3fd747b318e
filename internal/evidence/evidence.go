// Package evidence reads files of proof, tells their kinds, makes names for them that
// are safe on any system, and finds what an audit would miss. It refuses no kind of
// file, and does not look for harm in one.
package evidence

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"unicode"

	"github.com/gabriel-vasile/mimetype"

	"cmpledger/internal/atomicfile"
	"cmpledger/internal/ledger"
	"cmpledger/internal/words"
)

// Read reads a regular file, through symbolic links, of 1 byte to [ledger.MostEvidence]. The
// error is a [*ledger.Error].
func Read(path string) (e ledger.Evidence, data []byte, err error) {
	bad := func(what, try string) (ledger.Evidence, []byte, error) {
		return e, nil, &ledger.Error{Where: path, What: what, Try: ledger.Say("%s", try), Err: err}
	}
	data, err = atomicfile.Read(path, ledger.MostEvidence)
	switch large := atomicfile.TooLarge(0); {
	case errors.Is(err, syscall.EISDIR):
		return bad("is a folder", "name the files in it")
	case errors.As(err, &large):
		return bad(fmt.Sprintf("is larger than %d MiB, the most that one file may have", ledger.MostEvidence>>20),
			"scan it with fewer dots per inch, or keep only the pages that prove the credit")
	case err != nil:
		return e, nil, words.FileError(path, err)
	case len(data) == 0:
		return bad("is empty", "download or scan it again")
	}
	return New(filepath.Base(path), data), data, nil
}

// New returns the evidence that a file is.
func New(name string, data []byte) (e ledger.Evidence) {
	e.Name = strings.ToValidUTF8(name, "\uFFFD")
	e.MediaType, e.Size, e.SHA256 = MediaType(e.Name, data), int64(len(data)), fmt.Sprintf("%x", sha256.Sum256(data))
	return e
}

// MediaType returns the media type of a file without parameters. The content
// decides; the extension only where that leaves several kinds open.
func MediaType(name string, data []byte) string {
	found, _, _ := strings.Cut(mimetype.Detect(data).String(), ";")
	extension := strings.ToLower(path.Ext(name))
	var kinds map[string]string // left open by the content, by extension
	switch found {
	// A letter with commas looks like a table.
	case "text/plain", "text/csv", "text/tab-separated-values", "text/xml":
		kinds = map[string]string{
			".txt": "text/plain", ".csv": "text/csv", ".tsv": "text/tab-separated-values", ".md": "text/markdown",
			".htm": "text/html", ".html": "text/html", ".eml": "message/rfc822",
			".url": "application/x-mswinurl", ".webloc": "application/x-webloc",
		}
	case "application/zip":
		const microsoft = "application/vnd.openxmlformats-officedocument."
		const oasis = "application/vnd.oasis.opendocument."
		kinds = map[string]string{
			".docx": microsoft + "wordprocessingml.document", ".xlsx": microsoft + "spreadsheetml.sheet",
			".pptx": microsoft + "presentationml.presentation",
			".odt":  oasis + "text", ".ods": oasis + "spreadsheet", ".odp": oasis + "presentation",
		}
	case "application/x-ole-storage":
		kinds = map[string]string{
			".doc": "application/msword", ".xls": "application/vnd.ms-excel", ".ppt": "application/vnd.ms-powerpoint",
			".msg": "application/vnd.ms-outlook",
		}
	}
	return cmp.Or(kinds[extension], found)
}

// Reject says why a reader may not accept a file of that type, as a phrase to follow
// its name, or "". It is not a rule of any board.
func Reject(mediaType string) string {
	group, kind, _ := strings.Cut(mediaType, "/")
	switch kind {
	case "jpeg", "png", "apng", "gif", "tiff", "bmp", "webp", "pdf", "rtf", "json", "xml", "xhtml+xml",
		"rfc822", "vnd.ms-outlook", "msword", "vnd.ms-excel", "vnd.ms-powerpoint":
		return ""
	case "zip", "x-7z-compressed", "vnd.rar", "x-tar", "gzip":
		return "is an archive; add the certificate that is in it"
	case "x-mswinurl", "x-webloc":
		return "is only a link to a page; save the page as a PDF"
	}
	if group == "text" && !strings.HasPrefix(kind, "x-") || // a script
		strings.HasPrefix(kind, "vnd.openxmlformats-officedocument.") || strings.HasPrefix(kind, "vnd.oasis.opendocument.") {
		return ""
	}
	return "cannot be opened on many computers; add a PDF or JPEG copy"
}

// A Finding is something about evidence that may matter in an audit.
type Finding struct {
	Credit   int64  `json:"credit" doc:"Number of the credit."`
	Kind     Kind   `json:"kind" doc:"missing: no evidence; shared: the file proves other credits too; unfit: a board may not accept or open it."`
	Evidence int64  `json:"evidence,omitempty" doc:"Number of the evidence. Absent where there is none."`
	Name     string `json:"name,omitempty" doc:"Of the file. Absent where there is none."`
	Message  string `json:"message" doc:"In words."` // the end of a sentence about the credit
}

// A Kind is a kind of findings.
type Kind string

// The kinds of findings.
const (
	Missing Kind = "missing" // the credit has no evidence
	Shared  Kind = "shared"  // the same file proves other credits too
	Unfit   Kind = "unfit"   // a file that a reader may not take or open
)

// Lint looks at the evidence of the given credits; all is that of every credit.
func Lint(credits []ledger.Credit, all []ledger.Evidence) (found []Finding) {
	of := map[int64][]ledger.Evidence{}
	proves := map[int64][]int64{} // by content
	for _, e := range all {
		of[e.Credit] = append(of[e.Credit], e)
		proves[e.Content] = append(proves[e.Content], e.Credit)
	}
	for _, c := range credits {
		if len(of[c.ID]) == 0 {
			found = append(found, Finding{Credit: c.ID, Kind: Missing, Message: "no certificate yet"})
		}
		for _, e := range of[c.ID] {
			if reason := Reject(e.MediaType); reason != "" {
				found = append(found, Finding{c.ID, Unfit, e.ID, e.Name, e.Name + " " + reason})
			}
			if len(proves[e.Content]) == 1 {
				continue
			}
			others := slices.DeleteFunc(slices.Clone(proves[e.Content]), func(id int64) bool { return id == c.ID })
			found = append(found, Finding{c.ID, Shared, e.ID, e.Name, fmt.Sprintf("%s is also the certificate of %s %s",
				e.Name, words.Verb(len(others), "credit", "credits"), words.Numbers(others, ", "))})
		}
	}
	return found
}

// Bare returns the numbers of those of the given credits that have no evidence, in order.
func Bare(credits []ledger.Credit, all []ledger.Evidence) (ids []int64) {
	for _, f := range Lint(credits, all) {
		if f.Kind == Missing {
			ids = append(ids, f.Credit)
		}
	}
	slices.Sort(ids)
	return ids
}

// SafeName returns a file name that is safe on any system and terminal: the last part
// of a path, without special characters, and never empty. Letters of all scripts are
// kept. Two names may become the same.
func SafeName(name string) string {
	name = strings.TrimRight(name, `/\`)
	name = strings.Map(safeRune, name[strings.LastIndexAny(name, `/\`)+1:])
	name = strings.Join(strings.Fields(name), " ")
	name = cmp.Or(strings.TrimRight(strings.TrimLeft(name, " .-~"), " ."), "evidence")
	if IsReserved(name) {
		name = "_" + name
	}
	return name
}

// safeRune drops invisible characters, and so those that turn the direction of text.
// Slashes of other scripts count as slashes.
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

// IsReserved reports whether Windows takes the name for a device.
func IsReserved(name string) bool {
	stem, _, _ := strings.Cut(name, ".")
	stem = strings.ToUpper(strings.TrimRight(stem, " "))
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$":
		return true
	}
	return len(stem) > 3 && (stem[:3] == "COM" || stem[:3] == "LPT") && slices.Contains(strings.Split("0123456789¹²³", ""), stem[3:])
}
