package workbook

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
)

// A book is an open workbook.
type book struct {
	parts    map[string]*zip.File // by name, in lower case and without the first slash
	left     uint64               // how many bytes may still be unpacked
	date1904 bool                 // days are counted from 1904-01-01
	sheets   []sheet              // that hold cells, in their order
	texts    string               // the part with the shared texts, or ""
	styles   string               // the part with the number formats, or ""
}

// A sheet is one that holds cells.
type sheet struct {
	name   string
	hidden bool
	part   string
}

// open finds out what the workbook has. It reads no cell.
func open(data []byte) (*book, error) {
	if err := refuse(data); err != nil {
		return nil, err
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, damaged("its zip directory cannot be read; the file may not be complete")
	}
	b := &book{parts: map[string]*zip.File{}, left: maxXML}
	for _, f := range z.File {
		b.parts[partName("", f.Name)] = f
	}
	part, err := b.bookPart()
	if err != nil {
		return nil, err
	}
	return b, b.readBook(part)
}

// What a zip file begins with, and what Office wrote before there were any,
// which also holds a workbook that has a password.
const (
	zipMagic = "PK\x03\x04"
	oleMagic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
)

// Recognize reports whether data looks like a workbook, be it one that [Read]
// refuses. Text never does.
func Recognize(data []byte) bool {
	return bytes.HasPrefix(data, []byte(zipMagic)) || bytes.HasPrefix(data, []byte(oleMagic))
}

// refuse says why it is no workbook that can be read, as far as the first
// bytes show.
func refuse(data []byte) error {
	switch {
	case bytes.HasPrefix(data, []byte(zipMagic)):
		return nil
	case !bytes.HasPrefix(data, []byte(oleMagic)):
		return &Error{"not a workbook (.xlsx)", "name a workbook, or import CSV"}
	case bytes.Contains(data, []byte(strings.Join(strings.Split("EncryptedPackage", ""), "\x00"))): // in UTF-16
		return &Error{"an encrypted workbook", "open it with its password, save it without one and take that"}
	}
	return &Error{"an old workbook (.xls)", saveAgain}
}

// partName returns the key of a part that is named from within a folder.
func partName(folder, name string) string {
	name = strings.ReplaceAll(name, `\`, "/")
	if !strings.HasPrefix(name, "/") {
		name = "/" + folder + "/" + name
	}
	return strings.ToLower(strings.TrimPrefix(path.Clean(name), "/"))
}

// bookPart returns the part that lists the sheets.
func (b *book) bookPart() (string, error) {
	links, err := b.links("")
	for _, l := range links {
		if l.kind == "officeDocument" {
			return l.part, nil
		}
	}
	return "xl/workbook.xml", err
}

// A link is how one part refers to another.
type link struct{ id, kind, part string }

// links returns what a part refers to, which may be nothing; "" is the workbook
// as a whole.
func (b *book) links(part string) (links []link, err error) {
	folder, file := path.Split(part)
	list := path.Join(folder, "_rels", file+".rels")
	if b.parts[list] == nil {
		return nil, nil
	}
	err = b.walk(list, func(_ *reader, e xml.StartElement) error {
		if e.Name.Local == "Relationship" && attr(e, "TargetMode") != "External" {
			links = append(links, link{
				attr(e, "Id"), path.Base(attr(e, "Type")), partName(folder, attr(e, "Target")),
			})
		}
		return nil
	})
	return links, err
}

// readBook reads the part that lists the sheets.
func (b *book) readBook(part string) error {
	links, err := b.links(part)
	if err != nil {
		return err
	}
	named := map[string]link{}
	for _, l := range links {
		named[l.id] = l
		switch l.kind {
		case "sharedStrings":
			b.texts = l.part
		case "styles":
			b.styles = l.part
		}
	}
	if b.parts[part] == nil || strings.HasSuffix(part, ".bin") {
		return b.otherFile()
	}
	var list struct {
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
	if err := b.decode(part, &list); err != nil {
		return err
	}
	if list.XMLName.Local != "workbook" {
		return b.otherFile()
	}
	b.date1904 = isTrue(list.Properties.Date1904)
	for _, s := range list.Sheets {
		// The id of the link is in a namespace, of which there are two; others may be beside it.
		linked := slices.IndexFunc(s.Attrs, func(a xml.Attr) bool { return a.Name.Local == "id" && a.Name.Space != "" })
		if linked < 0 {
			continue
		}
		if l := named[s.Attrs[linked].Value]; l.kind == "worksheet" { // charts and dialogs are sheets too
			b.sheets = append(b.sheets, sheet{unescape(s.Name), s.State != "" && s.State != "visible", l.part})
		}
	}
	return nil
}

// otherFile names a zip file that is no workbook of this kind.
func (b *book) otherFile() error {
	switch {
	case b.parts["xl/workbook.bin"] != nil:
		return &Error{"a binary workbook (.xlsb)", saveAgain}
	case b.parts["content.xml"] != nil:
		return &Error{"an OpenDocument file, not a workbook (.xlsx)", saveAgain}
	}
	return &Error{"a zip file, but not a workbook (.xlsx)", "name a workbook, or import CSV"}
}

func attr(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

func isTrue(s string) bool { return s == "1" || s == "true" || s == "on" }

// A reader reads one part. It holds no more than one element of it.
type reader struct {
	xml  *xml.Decoder
	part string
}

// token returns the next token, or io.EOF behind the last one.
func (x *reader) token() (xml.Token, error) {
	t, err := x.xml.Token()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, damaged("its part %s cannot be read", x.part)
	}
	return t, err
}

// walk calls visit with every element of a part that begins, unless visit has
// read beyond it. It reads the part to its end, where its checksum is.
func (b *book) walk(part string, visit func(x *reader, e xml.StartElement) error) error {
	f := b.parts[part]
	if f == nil {
		return damaged("its part %s is missing", part)
	}
	if f.UncompressedSize64 > b.left {
		return tooLarge("128 MB of content")
	}
	b.left -= f.UncompressedSize64 // more than it says of itself is not read
	from, err := f.Open()
	if err != nil {
		return damaged("its part %s cannot be unpacked", part)
	}
	defer from.Close() //nolint:errcheck // it is read to its end
	x := &reader{xml.NewDecoder(from), part}
	for {
		t, err := x.token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if e, ok := t.(xml.StartElement); ok {
			if err := visit(x, e); err != nil {
				return err
			}
		}
	}
}

// decode reads a whole part into a value.
func (b *book) decode(part string, into any) error {
	return b.walk(part, func(x *reader, e xml.StartElement) error { return x.decode(into, e) })
}

// decode reads to the end of the element that has just begun.
func (x *reader) decode(into any, e xml.StartElement) error {
	if err := x.xml.DecodeElement(into, &e); err != nil {
		return damaged("its part %s cannot be read", x.part)
	}
	return nil
}
