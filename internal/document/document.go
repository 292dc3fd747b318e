// Package document reads the tables and the text of what people hold: saved pages, mails,
// and PDFs.
//
// What a document is, is told by its content, never by its name. The package opens no
// file, follows no link and runs no script. It says what stands in a table, not what a
// column means. A document that breaks off or is too large is refused, never read in part;
// only of a page that ends between two rows nobody knows, and [Document.Doubt] says so.
package document

import (
	"fmt"
	"strings"

	"cmpledger/internal/ledger"
)

// maxBytes is the most that is read of a page or mail.
const maxBytes = 32 << 20

// A Document is what was read.
type Document struct {
	Kind   string  // "PDF", "page" or "mail", or "" for what is no document, such as CSV or a workbook; also [Picture]
	Tables []Table // also those of what is attached to a mail
	Lines  []Line  // the text as a reader sees it; of a mail, that of its body
	Files  []File  // attached to a mail
	Doubt  string  // whether it is whole, or ""
	unread *ledger.Error
	work   int // what it took, in steps: a mail may have so many small files that unpack to large ones
}

// Picture is the kind of a picture, a recording or a scan. It comes with the error that says
// so: there is no text to read, but it may be evidence.
const Picture = "picture"

// A File is one that is attached to a mail.
type File struct {
	Name string // may be ""
	Data []byte
}

// NoTable says why there is none.
func (d Document) NoTable() *ledger.Error {
	what := strings.Replace("a "+d.Kind, "a mail", "an email", 1) + " without a table of credits"
	if d.unread == nil {
		return refused(what, addByHand)
	}
	return refused(what+", and with "+d.unread.What, d.unread.Try)
}

// A Table is one of a document. An attachment that is no document itself, such as CSV
// or a workbook, has Data instead of Rows. A cell may hold a line feed where a line of
// the page ended. A heading between the rows stands in every cell of its row.
type Table struct {
	Name     string // of its own in the document
	Rows     [][]string
	Headless bool // the first row is one of credits, and no header
	Data     []byte
}

func refused(what string, try ledger.Text) *ledger.Error { return &ledger.Error{What: what, Try: try} }

// Read reads a document. The error is a [*ledger.Error] without a place.
func Read(data []byte) (Document, error) { return read(data, 0) }

// read reads a document that is within so many mails.
func read(data []byte, depth int) (d Document, err error) {
	switch k := strangerOf(data); {
	case k == nil:
	case k.try.IsEmpty():
		return Document{Kind: Picture}, refused(k.is, asEvidence)
	default:
		return d, refused(k.is, k.try)
	}
	if len(data) > maxBytes && (isPage(data) || isMail(data)) {
		return d, refused(fmt.Sprintf("a page or email of more than %d MB", maxBytes>>20), saveTable)
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
