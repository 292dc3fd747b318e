// Package document reads the tables of documents that people hold, such as a
// transcript that a portal printed to PDF.
//
// It works on the bytes that the caller gives: it opens no file and reads no clock.
// What a document is, is told by its content, never by its name. It refuses to read a
// document in part, for a row that is silently missing is a credit that is lost.
package document

import (
	"bytes"

	"cmpledger/internal/ledger"
)

// A Document is one that was read.
type Document struct {
	Kind   string // such as "PDF"
	Tables []Table
}

// A Table is the rows of a table as a reader sees them, the header first.
type Table struct {
	Name string
	Rows [][]string
}

// Recognize reports whether data looks like a document, even if [Read] refuses it.
func Recognize(data []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(data[:min(len(data), maxAhead)], "\xef\xbb\xbf\x00\t\r\n "), []byte(pdfMagic))
}

// Read returns the tables of a document. The error is a [*ledger.Error] without a place.
func Read(data []byte) (Document, error) { return readPDF(data) }

func refused(what string, try ledger.Text) *ledger.Error {
	return &ledger.Error{What: what, Try: try}
}
