package evidence

import "strings"

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
