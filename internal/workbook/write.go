package workbook

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"time"
	"unicode/utf16"
)

// A Kind says what the cells of a column hold.
type Kind int

// The kinds.
const (
	Text   Kind = iota // a text, whatever it looks like; it never is a formula
	Number             // a decimal number such as 1.5
	Date               // a day, YYYY-MM-DD, from 1900-03-01 on; an earlier one becomes a text
)

// A TextError says which text a workbook cannot hold, and why.
type TextError struct {
	Row, Column int // from 0, without the header
	Reason      string
}

// Error returns the reason, with the place.
func (e *TextError) Error() string { return refOf(e.Column+1, e.Row+2) + " " + e.Reason }

// Write writes a workbook with one sheet, which is called credits: a bold and frozen
// header, then the rows. kinds has the columns, from 0, that are not texts. [Read]
// returns the same cells. The same rows make the same bytes.
//
// If a text is too long for a cell, nothing is written, and the error is a [*TextError].
func Write(w io.Writer, header []string, kinds map[int]Kind, rows [][]string) error {
	for i, row := range rows {
		for j, value := range row {
			if n := len(utf16.Encode([]rune(value))); n > maxText {
				return &TextError{i, j, fmt.Sprintf("has %d characters, and a cell of a workbook holds %d", n, maxText)}
			}
		}
	}
	z := zip.NewWriter(w)
	for _, part := range []struct{ name, content string }{
		{"[Content_Types].xml", contentTypes}, {"_rels/.rels", bookLink}, {"xl/_rels/workbook.xml.rels", sheetLinks},
		{"xl/workbook.xml", workbook}, {"xl/styles.xml", styles}, {"xl/worksheets/sheet1.xml", ""},
	} {
		out, err := z.CreateHeader(&zip.FileHeader{
			Name: part.name, Method: zip.Deflate, Modified: time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC), // as Office dates them
		})
		if err != nil {
			return err
		}
		p := bufio.NewWriter(out) // it keeps its error until it is flushed
		fmt.Fprint(p, xml.Header, part.content)
		if part.content == "" {
			writeSheet(p, header, kinds, rows)
		}
		if err := p.Flush(); err != nil {
			return err
		}
	}
	return z.Close()
}

// The parts beside the sheet itself.
const (
	office     = "http://schemas.openxmlformats.org/"
	linkSpace  = office + "officeDocument/2006/relationships"
	mainSpace  = office + "spreadsheetml/2006/main"
	links      = `<Relationships xmlns="` + office + `package/2006/relationships">`
	bookLink   = links + `<Relationship Id="rId1" Type="` + linkSpace + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	sheetLinks = links + `<Relationship Id="rId1" Type="` + linkSpace + `/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="rId2" Type="` + linkSpace + `/styles" Target="styles.xml"/></Relationships>`
	workbook = `<workbook xmlns="` + mainSpace + `" xmlns:r="` + linkSpace + `"><sheets>` +
		`<sheet name="credits" sheetId="1" r:id="rId1"/></sheets></workbook>`
	typeOf       = `" ContentType="application/vnd.openxmlformats-`
	contentTypes = `<Types xmlns="` + office + `package/2006/content-types">` +
		`<Default Extension="rels` + typeOf + `package.relationships+xml"/>` +
		`<Override PartName="/xl/workbook.xml` + typeOf + `officedocument.spreadsheetml.sheet.main+xml"/>` +
		`<Override PartName="/xl/worksheets/sheet1.xml` + typeOf + `officedocument.spreadsheetml.worksheet+xml"/>` +
		`<Override PartName="/xl/styles.xml` + typeOf + `officedocument.spreadsheetml.styles+xml"/></Types>`
)

// The styles of cells, by their place in the part with the styles.
const (
	stylePlain = iota
	styleHeader
	styleDate
)

// styles has the number format of days and the styles in their order. Programs expect
// these two fills to be first.
const styles = `<styleSheet xmlns="` + mainSpace + `"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/></numFmts>` +
	`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
	`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
	`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
	`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
	`<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
	`<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>` +
	`<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>` +
	`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`

func writeSheet(p io.Writer, header []string, kinds map[int]Kind, rows [][]string) {
	fmt.Fprint(p, `<worksheet xmlns="`+mainSpace+`"><sheetViews><sheetView workbookViewId="0">`+
		`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>`+
		`<selection pane="bottomLeft" activeCell="A2" sqref="A2"/></sheetView></sheetViews>`+
		`<sheetFormatPr defaultColWidth="20" defaultRowHeight="15"/><sheetData><row r="1">`)
	for i, name := range header {
		writeText(p, refOf(i+1, 1), styleHeader, name)
	}
	for i, row := range rows {
		fmt.Fprintf(p, `</row><row r="%d">`, i+2)
		for j, value := range row {
			writeCell(p, refOf(j+1, i+2), kinds[j], value)
		}
	}
	fmt.Fprint(p, `</row></sheetData></worksheet>`)
}

func writeCell(p io.Writer, ref string, kind Kind, value string) {
	// A day is a number in the calendar from 1900 on. Before March 1900 programs
	// differ by a day.
	const day0 = -25569 // 1899-12-30, counted from 1970-01-01
	day, err := time.Parse(time.DateOnly, value)
	serial := day.Unix()/(24*60*60) - day0
	switch {
	case value == "":
	case kind == Date && err == nil && serial > 60:
		fmt.Fprintf(p, `<c r="%s" s="%d"><v>%d</v></c>`, ref, styleDate, serial)
	case kind == Number:
		fmt.Fprintf(p, `<c r="%s"><v>%s</v></c>`, ref, value)
	default:
		writeText(p, ref, stylePlain, value)
	}
}

func writeText(p io.Writer, ref string, style int, text string) {
	fmt.Fprintf(p, `<c r="%s" s="%d" t="inlineStr"><is><t xml:space="preserve">`, ref, style)
	_ = xml.EscapeText(p, []byte(escape(text))) // p keeps its error until it is flushed
	fmt.Fprint(p, `</t></is></c>`)
}
