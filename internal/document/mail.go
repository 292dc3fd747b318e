package document

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"strings"
	"unicode/utf8"

	"cmpledger/internal/charset"
	"cmpledger/internal/ledger"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// The most that is read of a mail.
const (
	maxParts = 500
	maxMails = 8       // parts within parts; a mail within a mail counts twice
	maxHead  = 1 << 20 // bytes of the header
)

var saveAttachment = ledger.Say("save its attachment, or its table as CSV, and import that")

var (
	errTooDeep  = refused(fmt.Sprintf("an email whose parts are nested more than %d times", maxMails), saveAttachment)
	errTooMany  = refused(fmt.Sprintf("an email of more than %d parts", maxParts), saveAttachment)
	errTooMuch  = refused("an email whose parts together are too large to read", saveAttachment)
	errTooLarge = refused(fmt.Sprintf("an email whose text is more than %d MB", maxToken>>20), saveAttachment)
)

var mailHeader = lazily(`(?im)^(mime-version|received|message-id|return-path|content-type|from:.*@|x-mailer)`)

// isMail reports whether data begin with the header of a mail.
func isMail(data []byte) bool {
	head := data[:min(len(data), 64<<10)]
	name, _, ok := bytes.Cut(head, []byte(":"))
	if !ok || len(name) > 60 || bytes.ContainsAny(name, " ,;\t\"\r\n") {
		return false
	}
	if i := bytes.Index(bytes.ReplaceAll(head, []byte("\r"), nil), []byte("\n\n")); i >= 0 {
		head = bytes.ReplaceAll(head, []byte("\r"), nil)[:i]
	}
	return mailHeader().Match(head)
}

// A mailReader collects what is in a mail.
type mailReader struct {
	parts, work  int
	files        []File
	attached     []Table
	pages, texts Document      // of the body
	unread       *ledger.Error // why the first part was not read
}

// readMail returns the tables of attachments, then those of the body.
func readMail(data []byte, depth int) (d Document, err error) {
	if head := data[:min(len(data), maxHead)]; len(head) == maxHead && !bytes.Contains(head, []byte("\n\n")) && !bytes.Contains(head, []byte("\n\r\n")) {
		return d, refused(fmt.Sprintf("an email with a header of more than %d MB", maxHead>>20), saveAttachment)
	}
	m, err := mail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		return d, refused("an email whose header cannot be read", saveAttachment)
	}
	var r mailReader
	if err = r.part(m.Header.Get, m.Body, depth); err != nil {
		return Document{work: r.work}, err
	}
	d = r.pages // it has real columns, and mostly a text that says the same
	if len(d.Lines) == 0 {
		d = r.texts
	}
	d.work = r.work
	d.Kind, d.Files, d.unread, d.Tables = "mail", r.files, r.unread, slices.Concat(r.attached, d.Tables)
	return d, nil
}

// part reads a part of a mail, or all of it.
func (r *mailReader) part(header func(string) string, from io.Reader, depth int) error {
	r.parts++
	switch {
	case r.parts > maxParts:
		return errTooMany
	case depth > maxMails:
		return errTooDeep
	case r.work > maxSteps:
		return errTooMuch
	}
	kind, params, err := mime.ParseMediaType(header("Content-Type"))
	if err != nil && kind == "" {
		kind = "text/plain"
	}
	if strings.HasPrefix(kind, "multipart/") {
		return r.multipart(multipart.NewReader(from, params["boundary"]), depth)
	}
	data, err := unpack(header("Content-Transfer-Encoding"), from)
	if err != nil {
		return refused("an email with a part that breaks off or is damaged", saveAttachment)
	}
	place, about, _ := mime.ParseMediaType(header("Content-Disposition"))
	name := about["filename"]
	if name == "" {
		name = params["name"]
	}
	if decoded, err := new(mime.WordDecoder).DecodeHeader(name); err == nil {
		name = decoded
	}
	if place == "attachment" || name != "" || kind == "message/rfc822" {
		if place == "attachment" || !strings.HasPrefix(kind, "image/") { // such as a logo in the text
			r.files = append(r.files, File{name, data})
		}
		return r.attachment(name, data, depth)
	}
	r.text(kind, params["charset"], data)
	return nil
}

func (r *mailReader) multipart(parts *multipart.Reader, depth int) error {
	for {
		p, err := parts.NextRawPart()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return refused("an email that breaks off or is damaged", saveAttachment)
		}
		if err := r.part(p.Header.Get, p, depth+1); err != nil {
			return err
		}
	}
}

// unpack undoes the transfer encoding.
func unpack(encoding string, from io.Reader) ([]byte, error) {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "base64":
		from = base64.NewDecoder(base64.StdEncoding, from)
	case "quoted-printable":
		from = quotedprintable.NewReader(from)
	}
	return io.ReadAll(from)
}

// attachment reads one that may be a document. What cannot be read is not missed if
// another one can.
func (r *mailReader) attachment(name string, data []byte, depth int) error {
	d, err := read(data, depth+2) // a mail within is kept twice
	r.work += d.work
	switch {
	case errors.Is(err, errTooDeep):
		return err
	case err != nil:
		r.keep(err)
	case d.Kind == "" && len(bytes.TrimSpace(data)) > 0:
		r.attached = append(r.attached, Table{Name: name, Data: data})
		r.work += unpacked(data) / 16
	case len(d.Tables) == 1 && name != "":
		d.Tables[0].Name = name
		fallthrough
	default:
		r.attached = append(r.attached, d.Tables...)
	}
	return nil
}

// unpacked returns how many bytes a zip file, such as a workbook, has unpacked.
func unpacked(data []byte) (size int) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return 0
	}
	for _, f := range z.File {
		size += int(min(f.UncompressedSize64, maxOpen))
	}
	return size
}

// text reads a body.
func (r *mailReader) text(kind, charset string, data []byte) {
	text, err := decode(data, charset)
	switch {
	case err != nil:
	case len(text) > maxToken:
		err = errTooLarge
	case kind == "text/html":
		if charset != "" {
			data = []byte("\ufeff" + text)
		}
		var page Document
		page, err = readPage(data)
		r.work += page.work
		r.pages = r.pages.with(page)
	case kind == "text/plain":
		var tables []Table
		tables, err = textTables(text)
		r.texts = r.texts.with(Document{Tables: tables, Lines: Text(text)})
	}
	r.keep(err)
}

// with returns two parts of a body as one.
func (d Document) with(more Document) Document {
	d.Tables, d.Lines, d.Doubt = append(d.Tables, more.Tables...), append(d.Lines, more.Lines...), d.Doubt+more.Doubt
	return d
}

func (r *mailReader) keep(err error) {
	if r.unread == nil {
		r.unread, _ = errors.AsType[*ledger.Error](err)
	}
}

var gap = lazily(`[ \x{a0}]*\t[ \x{a0}]*|[ \x{a0}]{2,}`)

// textTables returns the tables in a text: lines of three cells or more, with tabs or
// several blanks between them.
func textTables(text string) (tables []Table, err error) {
	var rows [][]string
	cellsLeft := maxCells
	end := func() {
		if len(rows) > 1 {
			tables = append(tables, Table{Rows: rows})
		}
		rows = nil
	}
	for line := range strings.Lines(text) {
		line = strings.TrimLeft(strings.TrimRight(line, " \t\r\n\u00a0"), "> ")
		cells := gap().Split(line, -1)
		if cellsLeft -= len(cells); cellsLeft < 0 {
			return nil, refused(fmt.Sprintf("an email of more than %d cells", maxCells), saveAttachment)
		}
		switch {
		case len(cells) >= 3:
			rows = append(rows, cells)
		case line != "":
			end()
		}
	}
	end()
	return tables, nil
}

var asUTF8 = ledger.Say("save it as UTF-8 and import that")

// decode returns the text of a charset, or of what data show themselves: a byte order
// mark goes before what was said of them.
func decode(data []byte, label string) (string, error) {
	label = strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(label))
	mark := string(data[:min(2, len(data))])
	var from encoding.Encoding
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		label, data = "utf8", data[3:]
	case mark == "\xff\xfe" || mark == "\xfe\xff":
		from = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case label == "iso88591":
		label = "windows1252" // as browsers do
	case label != "" && label != "usascii":
	case charset.Escaped(string(data)) != "":
		label = charset.Escaped(string(data))
	case !utf8.Valid(data):
		if label = "windows1252"; charset.Of(string(data)).Encoding != "Windows-1252" {
			return "", refused("a text that does not say in which encoding it is, and makes no sense in UTF-8 or Windows-1252", asUTF8)
		}
	}
	for _, e := range charmap.All {
		if c, ok := e.(*charmap.Charmap); ok && from == nil && strings.NewReplacer("-", "", " ", "").Replace(strings.ToLower(c.String())) == label {
			from = e
		}
	}
	text := string(data)
	if from != nil {
		decoded, err := from.NewDecoder().Bytes(data)
		if text = string(decoded); err != nil || strings.ContainsRune(text, utf8.RuneError) {
			return "", refused(fmt.Sprintf("a text that is not %s, though it says so", label), asUTF8)
		}
	} else if label != "" && label != "utf8" && label != "usascii" {
		return "", refused(fmt.Sprintf("a text in %q, which is not read", label), asUTF8)
	}
	if !utf8.ValidString(text) {
		return "", refused("a text that is not UTF-8, though it says so", asUTF8)
	}
	return text, nil
}
