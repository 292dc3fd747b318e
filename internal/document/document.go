// Package document reads the tables and the text of what people hold: saved pages, mails,
// and PDFs.
//
// What a document is, is told by its content, never by its name. The package opens no
// file, follows no link and runs no script. It says what stands in a table, not what a
// column means. A document that breaks off or is too large is refused, never read in part.
package document

import (
	"bytes"
	"fmt"

	"cmpledger/internal/ledger"
)

// maxBytes is the most that is read of a page or mail.
const maxBytes = 32 << 20

// A Document is what was read.
type Document struct {
	Kind   string  // "PDF", "page" or "mail", or "" for what is no document, such as CSV or a workbook
	Tables []Table // also those of what is attached to a mail
	Lines  []Line  // the text as a reader sees it; of a mail, that of its body
	Files  []File  // attached to a mail
	unread *ledger.Error
	work   int // what it took, in steps: a mail may have so many small files that unpack to large ones
}

// A File is one that is attached to a mail.
type File struct {
	Name string // may be ""
	Data []byte
}

// NoTable says why there is none.
func (d Document) NoTable() *ledger.Error {
	what := "a " + d.Kind + " without a table of credits"
	if d.unread == nil {
		return refused(what, addByHand)
	}
	return refused(what+", and with "+d.unread.What, d.unread.Try)
}

// A Table is one of a document. An attachment that is no document itself, such as CSV
// or a workbook, has Data instead of Rows.
type Table struct {
	Name string // of its own in the document
	Rows [][]string
	Data []byte
}

func refused(what string, try ledger.Text) *ledger.Error { return &ledger.Error{What: what, Try: try} }

// Read reads a document. The error is a [*ledger.Error] without a place.
func Read(data []byte) (Document, error) { return read(data, 0) }

// read reads a document that is within so many mails.
func read(data []byte, depth int) (d Document, err error) {
	for _, k := range strangers {
		if bytes.HasPrefix(data, []byte(k.begins)) && bytes.Contains(data, []byte(k.has)) {
			return d, refused(k.is, k.try)
		}
	}
	if len(data) > maxBytes && (isPage(data) || isMail(data)) {
		return d, refused(fmt.Sprintf("a page or mail of more than %d MB", maxBytes>>20), saveTable)
	}
	switch {
	case isPDF(data):
		return readPDF(data)
	case isPage(data):
		d, err = readPage(data)
	case isMail(data):
		d, err = readMail(data, depth)
	}
	for i := range d.Tables {
		d.Tables[i].Name = unused(d.Tables[:i], d.Tables[i].Name, i+1)
	}
	return d, err
}

// unused returns a name that no table has yet.
func unused(tables []Table, name string, number int) string {
	if name == "" {
		name = fmt.Sprintf("table %d", number)
	}
	for _, t := range tables {
		if t.Name == name {
			return fmt.Sprintf("%s, table %d", name, number)
		}
	}
	return name
}

const (
	pkzip = "PK\x03\x04"
	ole   = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" // a file of Office from before
)

var (
	saveAsPage = ledger.Say("save it as a web page (.html) or its table as CSV, and import that")
	addCredit  = ledger.Command{"add", "TITLE", "--date", "DAY", "--points", "N", "--evidence", "FILE"}
	asEvidence = ledger.Say("keep it as the evidence of its credit: %s", addCredit)
	addByHand  = ledger.Say("type its credits in: %s", addCredit)
)

// strangers are what this package can name and not read: how a file begins, and what
// else stands in it.
var strangers = []struct {
	begins, has, is string
	try             ledger.Text
}{
	{pkzip, "word/document.xml", "a Word document (.docx)", saveAsPage},
	{ole, "W\x00o\x00r\x00d\x00D\x00o\x00c\x00u\x00m\x00e\x00n\x00t", "an old Word document (.doc)", saveAsPage},
	{ole, "_\x00_\x00s\x00u\x00b\x00s\x00t\x00g\x001", "a mail of Outlook (.msg)", ledger.Say("save it as .eml, or save its attachment, and import that")},
	{`{\rtf`, "", "a rich text document (.rtf)", saveAsPage},
	{"From ", "\nReceived:", "a mailbox of mails (mbox)", ledger.Say("save the one mail as .eml and import that")},
	{"\xff\xd8\xff", "", "a picture (JPEG)", asEvidence},
	{"\x89PNG\r\n", "", "a picture (PNG)", asEvidence},
	{"<", "urn:schemas-microsoft-com:office:spreadsheet\"", "a spreadsheet in XML, of 2003", ledger.Say("open it in a spreadsheet program, save it as .xlsx and import that")},
}
