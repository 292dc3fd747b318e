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

// Files that hold the address of a web page instead of the page.
const (
	urlFile = "application/x-mswinurl"
	webloc  = "application/x-webloc"
)

const copyIt = " that many computers cannot open; add a PDF or JPEG copy"

// Reject says, as a phrase to put behind the name of a file, why a reader may
// be unable or unwilling to take a file of that media type as proof. It
// returns "" for documents, common pictures, text and mail. The reasons are
// common sense; no board's rule is meant.
func Reject(mediaType string) string {
	switch mediaType {
	case "application/vnd.microsoft.portable-executable", "application/x-ms-installer",
		"application/x-elf", "application/x-object", "application/x-executable", "application/x-sharedlib",
		"application/x-mach-binary", "application/wasm", "application/x-java-applet", "application/java-archive",
		"application/x-bytecode.python", "application/vnd.android.package-archive",
		"application/vnd.debian.binary-package", "application/x-rpm", "application/x-chrome-extension",
		"application/x-bat", "application/x-powershell", "text/vbscript", "text/javascript", "text/x-shellscript",
		"text/x-php", "text/x-lua", "text/x-perl", "text/x-python", "text/x-ruby", "text/x-tcl":
		return "is a program; most mail systems refuse those"
	case "application/zip", "application/x-7z-compressed", "application/vnd.rar", "application/x-tar",
		"application/gzip", "application/x-bzip2", "application/x-xz", "application/zstd", "application/lzip",
		"application/zlib", "application/x-archive", "application/x-xar", "application/x-cpio",
		"application/vnd.ms-cab-compressed", "application/x-installshield":
		return "is an archive; add the certificate that is in it"
	case urlFile, webloc, "application/x-ms-shortcut":
		return "is a link to a page, not the page; save the page as a PDF"
	case "image/jpeg", "image/png", "image/apng", "image/gif", "image/tiff", "image/bmp", "image/webp",
		"application/pdf", "application/rtf", "application/json", "application/xml", "application/xhtml+xml",
		"message/rfc822", "application/vnd.ms-outlook",
		"application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint":
		return ""
	case "image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence":
		return "is a HEIC picture" + copyIt
	case "image/avif":
		return "is an AVIF picture" + copyIt
	}
	group, kind, _ := strings.Cut(mediaType, "/")
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
