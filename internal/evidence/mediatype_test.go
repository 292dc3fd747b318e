package evidence_test

import (
	"strings"
	"testing"

	"cmpledger/internal/evidence"
)

const (
	archive  = "is an archive; add the certificate that is in it"
	link     = "is only a link to a page; save the page as a PDF"
	other    = "cannot be opened on many computers; add a PDF or JPEG copy"
	zip      = "PK\x03\x04\x14\x00\x00\x00\x00\x00"
	ole      = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00\x00\x00"
	mail     = "Received: from a by b\r\nFrom: a@example.org\r\nTo: b@example.org\r\nSubject: Certificate\r\n\r\nHello\r\n"
	shortcut = "[InternetShortcut]\r\nURL=https://example.org/certificate\r\n"
	plist    = `<?xml version="1.0"?><!DOCTYPE plist><plist><dict><key>URL</key></dict></plist>`
)

var kinds = []struct {
	name string
	file string
	data string
	want string
	why  string // that Reject gives, or ""
}{
	{"PDF", "a.pdf", "%PDF-1.7\n", "application/pdf", ""},
	{"PDF behind a byte order mark", "a.pdf", "\xef\xbb\xbf%PDF-1.4\n", "application/pdf", ""},
	{"PDF under another name", "a.txt", "%PDF-1.7\n", "application/pdf", ""},
	{"PNG", "a.png", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image/png", ""},
	{"JPEG", "a.jpg", "\xff\xd8\xff\xe0\x00\x10JFIF\x00", "image/jpeg", ""},
	{"WebP", "a.webp", "RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp", ""},
	{"HEIC", "a.heic", "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "image/heic", other},
	{"HEIF", "a.heic", "\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", "image/heif", other},
	{"AVIF", "a.avif", "\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf", "image/avif", other},
	{"Photoshop", "a.psd", "8BPS\x00\x01", "image/vnd.adobe.photoshop", other},

	{"text in UTF-8", "a.txt", "Grüße\n", "text/plain", ""},
	{"text in Latin 1", "a.txt", "Gr\xfc\xdfe\n", "text/plain", ""},
	{"text without an extension", "README", "hello\n", "text/plain", ""},
	{"a letter with commas", "letter.txt", "Dear Sir,\nthank you,\n", "text/plain", ""},
	{"CSV", "a.CSV", "title;points\nSafety;1\n", "text/csv", ""},
	{"CSV by its content", "transcript", "title,points\nSafety,1\n", "text/csv", ""},
	{"HTML", "a.htm", "<!DOCTYPE html><html><body>x", "text/html", ""},
	{"RTF", "a.rtf", `{\rtf1\ansi hello}`, "text/rtf", ""},
	{"mail", "a.eml", mail, "message/rfc822", ""},
	{"mail by its name", "a.eml", "X-Mailer: x\nFrom: a@example.org\n\nHello\n", "message/rfc822", ""},

	{"Word", "a.docx", zip, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ""},
	{"Excel", "A.XLSX", zip, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ""},
	{"LibreOffice", "a.odt", zip, "application/vnd.oasis.opendocument.text", ""},
	{"LibreOffice by its content", "a.zip", "PK\x03\x04\x14\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x27\x00\x00\x00\x27\x00\x00\x00\x08\x00\x00\x00" +
		"mimetypeapplication/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text", ""},
	{"old Word", "a.doc", ole, "application/msword", ""},
	{"Outlook", "a.msg", ole, "application/vnd.ms-outlook", ""},
	{"Word with a password", "a.docx", ole, "application/x-ole-storage", other},
	{"Pages", "a.pages", zip, "application/zip", archive},

	{"zip", "a.zip", zip, "application/zip", archive},
	{"zip as PDF", "a.pdf", zip, "application/zip", archive},
	{"an empty zip", "a.zip", "PK\x05\x06" + strings.Repeat("\x00", 18), "application/zip", archive},
	{"7z", "a.7z", "7z\xbc\xaf\x27\x1c\x00\x04", "application/x-7z-compressed", archive},
	{"Windows program as PDF", "certificate.pdf", "MZ\x90\x00\x03\x00\x00\x00", "application/vnd.microsoft.portable-executable", other},
	{"shell script", "a", "#!/bin/sh\necho x\n", "text/x-shellscript", other},
	{"batch file", "a.bat", "@echo off\r\n", "text/plain", ""},
	{"Windows link", "a.url", shortcut, "application/x-mswinurl", link},
	{"Mac link", "a.webloc", plist, "application/x-webloc", link},
	{"a film", "a.mp4", "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42", "video/mp4", other},
	{"a sound", "a.flac", "fLaC\x00\x00\x00\x22", "audio/flac", other},
	{"nothing known", "a.pdf", "\x00\x01\x02\x03", "application/octet-stream", other},
}

func TestMediaType(t *testing.T) {
	for _, tt := range kinds {
		t.Run(tt.name, func(t *testing.T) {
			if got := evidence.MediaType(tt.file, []byte(tt.data)); got != tt.want {
				t.Errorf("MediaType() = %q, want %q", got, tt.want)
			}
			if got := evidence.Reject(tt.want); got != tt.why {
				t.Errorf("Reject(%q) = %q, want %q", tt.want, got, tt.why)
			}
		})
	}
}

// Whatever the content is, the kind has the form of one, and does not depend
// on the folder or on the case of letters in the extension.
func FuzzMediaType(f *testing.F) {
	for _, tt := range kinds {
		f.Add(tt.file, []byte(tt.data))
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		got := evidence.MediaType(name, data)
		group, kind, ok := strings.Cut(got, "/")
		if !ok || group == "" || kind == "" || strings.ContainsAny(got, "; \n") {
			t.Errorf("MediaType() = %q, which is no media type", got)
		}
		if again := evidence.MediaType("folder/"+name, data); again != got {
			t.Errorf("MediaType() = %q, and in a folder %q", got, again)
		}
		if why := evidence.Reject(got); why != "" && !strings.HasPrefix(why, "is ") && !strings.HasPrefix(why, "cannot ") {
			t.Errorf("Reject(%q) = %q, which is no phrase", got, why)
		}
	})
}
