// Package workbook reads the cells of one sheet of a workbook (.xlsx, .ods) as text, and
// writes a workbook of one sheet.
//
// What a cell shows is what is read: 1.0 CEU, 00578. Only days are YYYY-MM-DD, in
// whatever format they are shown. It calculates nothing and follows no link. A workbook that is
// damaged is refused, never read in part: a row that is silently missing is a credit
// that is lost.
//
// The usual library, excelize, is used in the tests only, which compare. In the program
// it would lengthen the start of every command by half, and it reads a sheet that
// breaks off as a shorter one.
package workbook

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"cmpledger/internal/ledger"
)

// The most that is read. A sheet of Excel has 1,048,576 rows and 16,384 columns.
const (
	maxFile     = 32 << 20 // bytes
	maxRows     = 1_000_000
	maxColumns  = 16_384
	maxCells    = 1_000_000 // with the empty ones before others in their row
	maxRepeated = 100_000   // of an OpenDocument file, which writes them once
	maxText     = 32_767    // UTF-16 units in one cell, as the format has it
	maxXML      = 32 << 20  // bytes unpacked, of all parts that are read
	maxRatio    = 100       // bytes unpacked for each of the file; spreadsheet programs get to 40
	alwaysFree  = 4 << 20   // bytes unpacked, however small the file is
	maxBytes    = 32 << 20  // bytes of text in all cells, of a shared text each time
	maxToken    = 1 << 20   // bytes of one tag or text
	maxDepth    = 256       // of elements within each other
)

func refused(what, try string) error { return &ledger.Error{What: what, Try: ledger.Say("%s", try)} }

const (
	saveAgain = "open it in a spreadsheet program, save it as .xlsx and import that"
	another   = "name a workbook, or import CSV"
)

func damaged(format string, args ...any) error {
	return refused("a damaged workbook: "+fmt.Sprintf(format, args...), saveAgain)
}

var errEncrypted = refused("an encrypted workbook", "open it with its password, save it without one and import that")

func tooLarge(what string) error {
	return refused("a workbook with more than "+what, "take out what is not needed, or export the sheet as CSV")
}

// The first bytes of a zip file, and of a file of Office from before, which also holds
// a workbook that has a password.
const (
	zipMagic = "PK\x03\x04"
	oleMagic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
)

// Recognize reports whether data looks like a workbook, even if [Read] refuses it. Text
// never does.
func Recognize(data []byte) bool {
	return bytes.HasPrefix(data, []byte(zipMagic)) || bytes.HasPrefix(data, []byte(oleMagic))
}

// A Sheet is one that was read.
type Sheet struct {
	Name   string
	Rows   [][]string // with empty ones in between; a row ends with its last cell that is not empty
	Others []string   // names of the other visible sheets
	Hidden []string   // what is read but not seen, such as row 3 and column C
}

// Read returns all cells of a sheet, as text. Case and outer blanks of the name do not
// matter; "" is the first visible sheet. Hidden rows are read, and so is a hidden sheet
// that is named.
//
// A number is read as its format shows it, with its unit and leading zeros, but without
// separators of thousands, and never rounded further than to hundredths. A date is
// YYYY-MM-DD, without its time of day; a time or a duration is 6:00. Without a format, a
// whole number is exact and others have ten significant digits, so that 0.1+0.2 is 0.3; so
// have fractions and powers of ten. A truth value is TRUE or FALSE, a formula is its last
// result, and an error is its text, such as #N/A. The text of a merged cell stands in each
// of its rows; a number that is merged only in the first.
//
// The error is a [*ledger.Error] without a place.
func Read(data []byte, name string) (s Sheet, err error) {
	b, err := open(data)
	if err != nil {
		return s, err
	}
	chosen, err := b.read(strings.TrimSpace(name))
	if err != nil {
		return s, err
	}
	if len(b.rows) == 0 {
		return s, refused(fmt.Sprintf("sheet %q has no cells", chosen.name), "name another file, or another sheet: "+b.names())
	}
	s.Name, s.Rows, s.Hidden = chosen.name, b.rows, b.concealed()
	for _, other := range b.sheets {
		if !other.hidden && other != chosen {
			s.Others = append(s.Others, other.name)
		}
	}
	return s, nil
}

// read reads the cells of a sheet.
func (b *book) read(name string) (listedSheet, error) {
	list := b.list
	if b.parts["xl/workbook.xml"] == nil && b.parts[odsPart] != nil {
		list = func() error { return b.readODS(name) }
	}
	if err := list(); err != nil {
		return listedSheet{}, err
	}
	chosen, err := b.choose(name)
	if err == nil && chosen.part != "" {
		err = b.readSheet(chosen.part)
	}
	if err == nil {
		err = b.fill()
	}
	return chosen, err
}

type book struct {
	parts      map[string]*zip.File // by name, in lower case and without the first slash
	left       uint64               // how many bytes may still be unpacked
	tight      bool                 // because of the size of the file
	date1904   bool                 // days are counted from 1904-01-01
	sheets     []listedSheet        // that hold cells, in their order
	textsPart  string               // has the shared texts; may be ""
	stylesPart string               // has the number formats; may be ""

	// What is read for one sheet.
	grid
	texts   []string          // that cells share
	begun   []bool            // by row
	codes   []string          // of the number format of each style
	formats map[string]format // by code
}

type listedSheet struct {
	name   string
	hidden bool
	part   string // or "" in an OpenDocument file, which has one for all
}

// is reports whether the sheet is the one of that name, or "" for one that can be seen.
func (s listedSheet) is(name string) bool {
	return name == "" && !s.hidden || name != "" && strings.EqualFold(strings.TrimSpace(s.name), name)
}

func open(data []byte) (*book, error) {
	const encrypted = "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e" // in UTF-16
	switch {
	case !Recognize(data):
		return nil, refused("not a workbook (.xlsx, .ods)", another)
	case bytes.HasPrefix(data, []byte(oleMagic)) && bytes.Contains(data, []byte(encrypted)):
		return nil, errEncrypted
	case bytes.HasPrefix(data, []byte(oleMagic)) && (bytes.Contains(data, []byte("B\x00o\x00o\x00k\x00")) || bytes.Contains(data, []byte("b\x00o\x00o\x00k\x00"))):
		return nil, refused("an old workbook (.xls)", saveAgain)
	case bytes.HasPrefix(data, []byte(oleMagic)):
		return nil, refused("an old file of Office, but not a workbook", "save or print it as PDF and import that")
	}
	if len(data) > maxFile {
		return nil, refused("a workbook or zip file of more than 32 MB", "export the sheet as CSV")
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, damaged("its zip directory cannot be read; the file may not be complete")
	}
	b := &book{parts: map[string]*zip.File{}, left: maxXML, formats: map[string]format{}, grid: grid{hidden: map[int]bool{}}}
	if most := max(alwaysFree, maxRatio*uint64(len(data))); most < maxXML {
		b.left, b.tight = most, true
	}
	for _, f := range z.File {
		b.parts[partName("", f.Name)] = f
	}
	return b, nil
}

// A sheetList is the part of a workbook that lists its sheets.
type sheetList struct {
	XMLName    xml.Name
	Properties struct {
		Date1904 string `xml:"date1904,attr"`
	} `xml:"workbookPr"`
	Sheets []struct {
		Name  string     `xml:"name,attr"`
		State string     `xml:"state,attr"`
		Attrs []xml.Attr `xml:",any,attr"`
	} `xml:"sheets>sheet"`
}

// list finds the sheets, and the parts with texts and styles.
func (b *book) list() error {
	part := "xl/workbook.xml"
	links, err := b.links("")
	if i := slices.IndexFunc(links, func(l link) bool { return l.Type == "officeDocument" }); i >= 0 {
		part = links[i].Target
	}
	var list sheetList
	if err == nil && b.parts[part] != nil {
		err = b.decode(part, &list)
	}
	switch {
	case err != nil:
		return err
	case list.XMLName.Local == "workbook":
	default:
		return refused("a zip file, but not a workbook (.xlsx, .ods)", "unpack it and import the files in it")
	}
	b.date1904 = isTrue(list.Properties.Date1904)
	if links, err = b.links(part); err != nil {
		return err
	}
	parts := map[string]string{} // of sheets that hold cells, by link; charts and dialogs are sheets too
	for _, l := range links {
		switch l.Type {
		case "sharedStrings":
			b.textsPart = l.Target
		case "styles":
			b.stylesPart = l.Target
		case "worksheet":
			parts[l.ID] = l.Target
		}
	}
	for _, s := range list.Sheets {
		for _, a := range s.Attrs { // the link is in a namespace, of which there are two
			if part := parts[a.Value]; a.Name.Local == "id" && a.Name.Space != "" && part != "" {
				b.sheets = append(b.sheets, listedSheet{unescape(s.Name), s.State != "" && s.State != "visible", part})
			}
		}
	}
	return nil
}

func (b *book) choose(name string) (listedSheet, error) {
	for _, s := range b.sheets {
		if s.is(name) {
			return s, nil
		}
	}
	if name == "" {
		return listedSheet{}, refused("a workbook whose sheets are all hidden", "name another file, or one of its hidden sheets")
	}
	return listedSheet{}, refused(fmt.Sprintf("has no sheet %q", name), "its sheets are "+b.names())
}

func (b *book) names() string {
	quoted := make([]string, len(b.sheets))
	for i, s := range b.sheets {
		quoted[i] = strconv.Quote(s.name)
	}
	return strings.Join(quoted, ", ")
}

// partName returns the key of a part, whose name may be relative to a folder.
func partName(folder, name string) string {
	name = strings.ReplaceAll(name, `\`, "/")
	if !strings.HasPrefix(name, "/") {
		name = "/" + folder + "/" + name
	}
	return strings.ToLower(strings.TrimPrefix(path.Clean(name), "/"))
}

// A link is a reference from one part to another.
type link struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`   // the last word of its address
	Target string `xml:"Target,attr"` // the key of the part
}

// links returns the links of a part; "" is the workbook as a whole.
func (b *book) links(part string) ([]link, error) {
	folder, file := path.Split(part)
	list := path.Join(folder, "_rels", file+".rels")
	if b.parts[list] == nil {
		return nil, nil
	}
	var found struct {
		Links []link `xml:"Relationship"`
	}
	err := b.decode(list, &found)
	for i, l := range found.Links {
		found.Links[i].Type, found.Links[i].Target = path.Base(l.Type), partName(folder, l.Target)
	}
	return found.Links, err
}

var errBrokenOff = errors.New("breaks off")

// decode reads a part into a value.
func (b *book) decode(part string, into any) error {
	return b.parse(part, func(d *xml.Decoder) error { return d.Decode(into) })
}

// walk visits the elements of a part in their order, so that a large one is never held
// as a whole. A visitor may read on to the end of its element.
func (b *book) walk(part string, visit func(d *xml.Decoder, e xml.StartElement) error) error {
	return b.parse(part, func(d *xml.Decoder) error {
		for {
			token, err := d.Token()
			if err != nil {
				return err
			}
			if e, ok := token.(xml.StartElement); ok {
				if err := visit(d, e); errors.Is(err, io.EOF) {
					return errBrokenOff
				} else if err != nil {
					return err
				}
			}
		}
	})
}

// parse reads a part, and on to its end, where its checksum is. A workbook may have no
// part for texts or styles: then its name is "".
func (b *book) parse(part string, read func(*xml.Decoder) error) error {
	f := b.parts[part]
	switch {
	case part == "":
		return nil
	case f == nil:
		return damaged("its part %s is missing", part)
	case f.UncompressedSize64 > b.left && b.tight:
		return tooLarge("a hundred times its size packed in it")
	case f.UncompressedSize64 > b.left:
		return tooLarge("32 MB of content")
	}
	b.left -= f.UncompressedSize64 // more than it says of itself is not read
	from, err := f.Open()
	if err == nil {
		defer from.Close() //nolint:errcheck // it is read to its end
		d := newDecoder(from)
		for err = read(d); err == nil; {
			_, err = d.Token()
		}
	}
	switch bad := (*ledger.Error)(nil); {
	case errors.As(err, &bad):
		return bad
	case errors.Is(err, io.EOF):
		return nil
	}
	return damaged("its part %s cannot be read", part)
}

// A guard gives the decoder its tokens one by one. The decoder itself holds whatever is
// nested in memory, and a tag of any length.
type guard struct {
	from  io.Reader
	raw   *xml.Decoder
	left  int // bytes that may be read for this token
	depth int
}

func newDecoder(from io.Reader) *xml.Decoder {
	g := &guard{from: from}
	g.raw = xml.NewDecoder(g)
	return xml.NewTokenDecoder(g)
}

// Read reads for the raw decoder.
func (g *guard) Read(p []byte) (int, error) {
	if g.left <= 0 {
		return 0, tooLarge("1 MB in one tag")
	}
	n, err := g.from.Read(p)
	g.left -= n
	return n, err
}

// Token returns the next token.
func (g *guard) Token() (xml.Token, error) {
	g.left = maxToken
	t, err := g.raw.RawToken()
	switch t.(type) {
	case xml.StartElement:
		if g.depth++; g.depth > maxDepth {
			return nil, tooLarge(fmt.Sprintf("%d elements within each other", maxDepth))
		}
	case xml.EndElement:
		g.depth--
	}
	return t, err
}

func isTrue(s string) bool { return s == "1" || s == "true" || s == "on" }
