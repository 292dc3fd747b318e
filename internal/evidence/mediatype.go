package evidence

import (
	"cmp"
	"path"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// MediaType returns the kind of a file as a media type without parameters,
// such as "application/pdf". The content decides; the extension of the name,
// in any case of letters, is asked only where the content leaves several kinds
// open: text, zip files, the older Office documents and links to web pages. What
// is of no known kind is "application/octet-stream".
func MediaType(name string, data []byte) string {
	found, _, _ := strings.Cut(mimetype.Detect(data).String(), ";")
	extension := strings.ToLower(path.Ext(name))
	var kinds map[string]string // that the content leaves open, by extension
	switch found {
	// What looks like a table is often a letter with commas.
	case "text/plain", "text/csv", "text/tab-separated-values", "text/xml":
		kinds = map[string]string{
			".txt": "text/plain", ".csv": "text/csv", ".tsv": "text/tab-separated-values", ".md": "text/markdown",
			".htm": "text/html", ".html": "text/html", ".eml": "message/rfc822",
			".url": urlFile, ".desktop": urlFile, ".webloc": webloc,
			".bat": "application/x-bat", ".cmd": "application/x-bat", ".ps1": "application/x-powershell",
			".vbs": "text/vbscript", ".js": "text/javascript",
		}
	case "application/zip":
		const microsoft = "application/vnd.openxmlformats-officedocument."
		const oasis = "application/vnd.oasis.opendocument."
		kinds = map[string]string{
			".docx": microsoft + "wordprocessingml.document", ".xlsx": microsoft + "spreadsheetml.sheet",
			".pptx": microsoft + "presentationml.presentation",
			".odt":  oasis + "text", ".ods": oasis + "spreadsheet", ".odp": oasis + "presentation",
			".pages": "application/vnd.apple.pages", ".jar": "application/java-archive",
		}
	case "application/x-ole-storage":
		kinds = map[string]string{
			".doc": "application/msword", ".xls": "application/vnd.ms-excel", ".ppt": "application/vnd.ms-powerpoint",
			".msg": "application/vnd.ms-outlook",
		}
	case "application/octet-stream":
		kinds = map[string]string{".webloc": webloc}
	}
	return cmp.Or(kinds[extension], found)
}
