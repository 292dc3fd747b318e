package document

import (
	"archive/zip"
	"bytes"
	"strings"

	"cmpledger/internal/ledger"
)

const (
	pkzip = "PK\x03\x04"
	ole   = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" // a file of Office from before
)

var (
	saveAsPage = ledger.Say("save it as a web page (.html) or its table as CSV, and import that")
	saveAsPDF  = ledger.Say("save or print it as PDF and import that")
	saveAsXLSX = ledger.Say("open it in a spreadsheet program, save it as .xlsx and import that")
	unpackIt   = ledger.Say("unpack it and import the files in it")
	addCredit  = ledger.Command{"add", "TITLE", "--date", "DAY", "--points", "P", "--evidence", "FILE"}
	asEvidence = ledger.Say("add its credit, and keep it as the certificate: %s", addCredit)
	addByHand  = ledger.Say("type its credits in: %s", addCredit)
)

// A stranger is what this package can name and not read.
type stranger struct {
	at      int    // where its mark stands
	mark    string // how it begins, or nearly
	has, is string // what else is in it: of a zip file, the name of a part
	try     ledger.Text
}

// picture stands for what to try with a picture or a recording, which may be evidence.
var picture = ledger.Text{}

var strangers = []stranger{
	{0, pkzip, "word/document.xml", "a Word document (.docx)", saveAsPage},
	{0, pkzip, "ppt/presentation.xml", "slides of PowerPoint (.pptx)", saveAsPDF},
	{0, pkzip, "xl/workbook.bin", "a binary workbook (.xlsb)", saveAsXLSX},
	{0, pkzip, ".iwa", "a file of Pages, Numbers or Keynote", ledger.Say("export it as PDF, .xlsx or CSV and import that")},
	{0, pkzip, "opendocument.text", "a text document (.odt)", saveAsPage},
	{0, ole, "W\x00o\x00r\x00d\x00D\x00o\x00c\x00u\x00m\x00e\x00n\x00t", "an old Word document (.doc)", saveAsPage},
	{0, ole, "P\x00o\x00w\x00e\x00r\x00P\x00o\x00i\x00n\x00t", "old slides of PowerPoint (.ppt)", saveAsPDF},
	{0, ole, "_\x00_\x00s\x00u\x00b\x00s\x00t\x00g\x001", "an email of Outlook (.msg)", ledger.Say("save it as .eml, or save its attachment, and import that")},
	{0, `{\rtf`, "", "a rich text document (.rtf)", saveAsPage},
	{0, "%!PS", "", "a file for printers (PostScript)", saveAsPDF},
	{0, "bplist00", "", "a web archive of Safari, or settings of a Mac", saveAsPDF},
	{0, "From ", "\nReceived:", "a mailbox of emails (mbox)", ledger.Say("save the one email as .eml and import that")},
	{0, "<", "urn:schemas-microsoft-com:office:spreadsheet\"", "a spreadsheet in XML, of 2003", saveAsXLSX},
	{0, "SQLite format 3\x00", "", "a database (SQLite), such as a ledger", ledger.Say("write it out with %s and import that", ledger.Command{"export", "ledger", "--db", "FILE", "--output", "ledger.jsonl"})},

	{0, "\xff\xd8\xff", "", "a picture (JPEG)", picture},
	{0, "\x89PNG\r\n", "", "a picture (PNG)", picture},
	{0, "GIF8", "\x00", "a picture (GIF)", picture},
	{0, "II*\x00", "", "a picture (TIFF)", picture},
	{0, "MM\x00*", "", "a picture (TIFF)", picture},
	{0, "BM", "\x00\x00\x00\x00", "a picture (BMP)", picture},
	{8, "WEBP", "RIFF", "a picture (WebP)", picture},
	{4, "ftyphei", "", "a picture (HEIC)", picture},
	{4, "ftypmif1", "", "a picture (HEIC)", picture},
	{4, "ftypavif", "", "a picture (AVIF)", picture},
	{4, "ftyp", "", "a video or a recording", picture},
	{8, "AVI ", "RIFF", "a video", picture},
	{8, "WAVE", "RIFF", "a recording", picture},
	{0, "\x1aE\xdf\xa3", "", "a video", picture},
	{0, "ID3", "\x00", "a recording", picture},
	{0, "OggS", "\x00", "a recording", picture},

	{0, "\x1f\x8b", "", "a packed file (.gz)", unpackIt},
	{0, "BZh", "1AY&SY", "a packed file (.bz2)", unpackIt},
	{0, "\xfd7zXZ\x00", "", "a packed file (.xz)", unpackIt},
	{0, "7z\xbc\xaf\x27\x1c", "", "an archive (.7z)", unpackIt},
	{0, "Rar!\x1a\x07", "", "an archive (.rar)", unpackIt},
	{257, "ustar", "\x00", "an archive (.tar)", unpackIt},
	{0, "MZ", "\x00", "a program of Windows", anotherFile},
	{0, "\x7fELF", "", "a program", anotherFile},
	{0, "\xcf\xfa\xed\xfe", "", "a program", anotherFile},
	{0, "\xca\xfe\xba\xbe", "", "a program", anotherFile},
}

var anotherFile = ledger.Say("name a transcript or a certificate")

// strangerOf returns what data are, or nil for what may be read.
func strangerOf(data []byte) *stranger {
	in := data
	if !bytes.HasPrefix(data, []byte(pkzip)) || len(data) > maxBytes { // a list of its files would be large
	} else if z, err := zip.NewReader(bytes.NewReader(data), int64(len(data))); err == nil {
		names := []string{string(data[:min(len(data), 100)])} // where OpenDocument has its kind
		for _, f := range z.File[:min(len(z.File), 10_000)] {
			names = append(names, f.Name)
		}
		in = []byte(strings.Join(names, "\n"))
	}
	for i, k := range strangers {
		if len(data) > k.at && bytes.HasPrefix(data[k.at:], []byte(k.mark)) && bytes.Contains(in, []byte(k.has)) {
			return &strangers[i]
		}
	}
	return nil
}
