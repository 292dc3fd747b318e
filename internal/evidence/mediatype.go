package evidence

import (
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
	var named string
	switch found {
	// What looks like a table is often a letter with commas.
	case "text/plain", "text/csv", "text/tab-separated-values", "text/xml":
		named = textType(extension)
	case "application/zip":
		named = zipType(extension)
	case "application/x-ole-storage":
		named = oleType(extension)
	case "application/octet-stream":
		if extension == ".webloc" {
			return webloc
		}
	}
	if named != "" {
		return named
	}
	return found
}

// textType returns the kind of a text with that extension, or "".
func textType(extension string) string {
	switch extension {
	case ".txt":
		return "text/plain"
	case ".csv":
		return "text/csv"
	case ".tsv":
		return "text/tab-separated-values"
	case ".md":
		return "text/markdown"
	case ".htm", ".html":
		return "text/html"
	case ".eml":
		return "message/rfc822"
	case ".url", ".desktop":
		return urlFile
	case ".webloc":
		return webloc
	case ".bat", ".cmd":
		return "application/x-bat"
	case ".ps1":
		return "application/x-powershell"
	case ".vbs":
		return "text/vbscript"
	case ".js":
		return "text/javascript"
	}
	return ""
}

// zipType returns the kind of a zip file with that extension, or "".
func zipType(extension string) string {
	const microsoft = "application/vnd.openxmlformats-officedocument."
	const oasis = "application/vnd.oasis.opendocument."
	switch extension {
	case ".docx":
		return microsoft + "wordprocessingml.document"
	case ".xlsx":
		return microsoft + "spreadsheetml.sheet"
	case ".pptx":
		return microsoft + "presentationml.presentation"
	case ".odt":
		return oasis + "text"
	case ".ods":
		return oasis + "spreadsheet"
	case ".odp":
		return oasis + "presentation"
	case ".pages":
		return "application/vnd.apple.pages"
	case ".jar":
		return "application/java-archive"
	}
	return ""
}

// oleType returns the kind of an older Office file with that extension, or "".
func oleType(extension string) string {
	switch extension {
	case ".doc":
		return "application/msword"
	case ".xls":
		return "application/vnd.ms-excel"
	case ".ppt":
		return "application/vnd.ms-powerpoint"
	case ".msg":
		return "application/vnd.ms-outlook"
	}
	return ""
}
