package document_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"

	"cmpledger/internal/document"
	"cmpledger/internal/ledger"
)

// archive returns a zip file with such parts, of which the first one is not packed.
func archive(names ...string) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i, name := range names {
		w, _ := z.CreateHeader(&zip.FileHeader{Name: name, Method: []uint16{zip.Store, zip.Deflate}[min(i, 1)]})
		if name == "mimetype" {
			_, _ = w.Write([]byte("application/vnd.oasis.opendocument.text"))
		}
	}
	_ = z.Close()
	return b.String()
}

// What cannot be read says what it is, whatever its name.
func TestStrangers(t *testing.T) {
	const ole = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
	zeros := strings.Repeat("\x00", 600)
	tests := []struct {
		data, want string
		picture    bool
	}{
		{"GIF89a" + zeros, "a picture (GIF)", true},
		{"\xff\xd8\xff\xe0" + zeros, "a picture (JPEG)", true},
		{"\x89PNG\r\n\x1a\n" + zeros, "a picture (PNG)", true},
		{"II*\x00\x08\x00\x00\x00", "a picture (TIFF)", true},
		{"MM\x00*\x00\x00\x00\x08", "a picture (TIFF)", true},
		{"BM6\x00\x0c\x00\x00\x00\x00\x006", "a picture (BMP)", true},
		{"RIFF\x24\x00\x00\x00WEBPVP8 ", "a picture (WebP)", true},
		{"\x00\x00\x00\x24ftypheic\x00\x00\x00\x00", "a picture (HEIC)", true},
		{"\x00\x00\x00\x24ftypmif1\x00\x00\x00\x00", "a picture (HEIC)", true},
		{"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00", "a video or a recording", true},
		{"\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00", "a video or a recording", true},
		{"RIFF\x24\x00\x00\x00AVI LIST", "a video", true},
		{"\x1aE\xdf\xa3\x9f", "a video", true},
		{"ID3\x04\x00", "a recording", true},
		{string(pages("q 100 0 0 100 0 0 cm Q")), "a PDF without text, such as a scan or a photo", true},
		{archive("[Content_Types].xml", "word/document.xml"), "a Word document (.docx)", false},
		{archive("[Content_Types].xml", "ppt/presentation.xml"), "slides of PowerPoint (.pptx)", false},
		{archive("[Content_Types].xml", "xl/workbook.bin"), "a binary workbook (.xlsb)", false},
		{archive("preview.jpg", "Index/Document.iwa"), "a file of Pages, Numbers or Keynote", false},
		{archive("mimetype", "content.xml"), "a text document (.odt)", false},
		{ole + "W\x00o\x00r\x00d\x00D\x00o\x00c\x00u\x00m\x00e\x00n\x00t\x00", "an old Word document (.doc)", false},
		{ole + "P\x00o\x00w\x00e\x00r\x00P\x00o\x00i\x00n\x00t\x00", "old slides of PowerPoint (.ppt)", false},
		{"{\\rtf1\\ansi", "a rich text document (.rtf)", false},
		{"%!PS-Adobe-3.0", "a file for printers (PostScript)", false},
		{"bplist00\xd1", "a web archive of Safari, or settings of a Mac", false},
		{"SQLite format 3\x00", "a database (SQLite), such as a ledger", false},
		{"\x1f\x8b\x08", "a packed file (.gz)", false},
		{"7z\xbc\xaf\x27\x1c\x00\x04", "an archive (.7z)", false},
		{"Rar!\x1a\x07\x00", "an archive (.rar)", false},
		{"a.txt" + zeros[:252] + "ustar\x00", "an archive (.tar)", false},
		{"MZ\x90\x00\x03", "a program of Windows", false},
		{"\x7fELF\x02", "a program", false},
		{"\xcf\xfa\xed\xfe\x07", "a program", false},
	}
	for _, tt := range tests {
		d, err := document.Read([]byte(tt.data))
		var e *ledger.Error
		if !errors.As(err, &e) || e.What != tt.want || e.Try.IsEmpty() || (d.Kind == document.Picture) != tt.picture {
			t.Errorf("%.20q: %q, %v; want %s, picture %v", tt.data, d.Kind, err, tt.want, tt.picture)
		}
	}
	for _, text := range []string{"BM,Date\nA,1\n", "GIF8,Date\n", "MZ,Title\n", "ID3,Title\n", "BZh,Title\n", archive("a.txt"), archive("word/x.xml", "xl/workbook.xml")} {
		if d, err := document.Read([]byte(text)); err != nil || d.Kind != "" {
			t.Errorf("%.20q: %q, %v; want no stranger", text, d.Kind, err)
		}
	}
}
