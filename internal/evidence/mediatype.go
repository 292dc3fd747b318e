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
			".url": "application/x-mswinurl", ".desktop": "application/x-mswinurl", ".webloc": "application/x-webloc",
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
		kinds = map[string]string{".webloc": "application/x-webloc"}
	}
	return cmp.Or(kinds[extension], found)
}

const copyIt = " that many computers cannot open; add a PDF or JPEG copy"

// Reject says, as a phrase to put behind the name of a file, why a reader may
// be unable or unwilling to take a file of that media type as proof. It
// returns "" for documents, common pictures, text and mail. The reasons are
// common sense; no board's rule is meant.
func Reject(mediaType string) string {
	group, kind, _ := strings.Cut(mediaType, "/")
	switch kind {
	case "vnd.microsoft.portable-executable", "x-ms-installer", "x-elf", "x-object", "x-executable", "x-sharedlib", "x-mach-binary",
		"java-archive", "vnd.android.package-archive", "vnd.debian.binary-package", "x-rpm", "x-bat", "x-powershell", "vbscript",
		"javascript", "x-shellscript", "x-php", "x-perl", "x-python", "x-ruby":
		return "is a program; most mail systems refuse those"
	case "zip", "x-7z-compressed", "vnd.rar", "x-tar", "gzip", "x-bzip2", "x-xz", "zstd", "x-archive", "x-xar", "x-cpio",
		"vnd.ms-cab-compressed":
		return "is an archive; add the certificate that is in it"
	case "x-mswinurl", "x-webloc", "x-ms-shortcut":
		return "is a link to a page, not the page; save the page as a PDF"
	case "jpeg", "png", "apng", "gif", "tiff", "bmp", "webp", "pdf", "rtf", "json", "xml", "xhtml+xml",
		"rfc822", "vnd.ms-outlook", "msword", "vnd.ms-excel", "vnd.ms-powerpoint":
		return ""
	case "heic", "heif", "heic-sequence", "heif-sequence":
		return "is a HEIC picture" + copyIt
	case "avif":
		return "is an AVIF picture" + copyIt
	}
	switch {
	case group == "text", strings.HasPrefix(kind, "vnd.openxmlformats-officedocument."), strings.HasPrefix(kind, "vnd.oasis.opendocument."):
		return ""
	case group == "audio":
		return "is a sound recording; add a certificate or letter that can be read"
	case group == "video":
		return "is a video; add a certificate or letter that can be read"
	case group == "image":
		return "is a kind of picture" + copyIt
	}
	return "is of a kind" + copyIt
}
