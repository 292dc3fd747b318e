package workbook_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/workbook"
)

// A content is the parts of a workbook by name.
type content map[string]string

// minimal returns the least that a workbook needs, with that much in its
// sheet's data.
func minimal(sheetData string) content {
	return content{
		"_rels/.rels": `<Relationships><Relationship Id="rId1" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml": `<workbook xmlns:r="r"><workbookPr/><sheets>` +
			`<sheet name="Chart" sheetId="9" r:id="rId9"/><sheet name="Notes" sheetId="3" state="hidden" r:id="rId3"/>` +
			`<sheet id="9" name="Data" sheetId="1" r:id="rId1"/><sheet name=" More &amp; more " sheetId="2" r:id="rId2"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships>` +
			`<Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="x/worksheet" Target="/xl/worksheets/Sheet2.xml"/>` +
			`<Relationship Id="rId3" Type="x/worksheet" Target="../xl/worksheets/sheet3.xml"/>` +
			`<Relationship Id="rId4" Type="x/sharedStrings" Target="sharedStrings.xml"/>` +
			`<Relationship Id="rId5" Type="x/styles" Target="styles.xml"/>` +
			`<Relationship Id="rId9" Type="x/chartsheet" Target="chartsheets/sheet1.xml"/></Relationships>`,
		"xl/sharedStrings.xml": `<sst><si><t>plain</t></si><si><r><t xml:space="preserve">rich </t></r><r><rPr><b/></rPr><t>text</t></r></si>` +
			`<si><t>日本</t><rPh sb="0" eb="1"><t>ニホン</t></rPh><phoneticPr fontId="1"/></si><si/><si><t>a_x000D_b_x005F_x0041_ _xD83D__xDE00_</t></si></sst>`,
		// Styles 0 to 9; the one of cellStyleXfs is none of them.
		"xl/styles.xml": `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-409]d\-mmm\-yyyy;@"/><numFmt numFmtId="165" formatCode="[h]:mm:ss"/>` +
			`<numFmt numFmtId="166" formatCode="#,##0.00\ &quot;days&quot;"/><numFmt numFmtId="167" formatCode="[$USD] #,##0"/></numFmts>` +
			`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="164"/>` +
			`<xf numFmtId="165"/><xf numFmtId="20"/><xf numFmtId="166"/><xf numFmtId="4"/><xf numFmtId="9"/><xf numFmtId="167"/></cellXfs>` +
			`<dxfs><dxf><numFmt numFmtId="4" formatCode="yyyy"/></dxf></dxfs></styleSheet>`,
		"xl/worksheets/sheet1.xml": sheetOf(sheetData),
		"xl/worksheets/sheet2.xml": sheetOf(`<row><c t="inlineStr"><is><t>second</t></is></c></row>`),
		"xl/worksheets/sheet3.xml": sheetOf(`<row><c t="inlineStr"><is><t>hidden</t></is></c></row>`),
	}
}

func sheetOf(data string) string {
	return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet><sheetData>` + data + `</sheetData></worksheet>`
}

// minimalODS returns the least that an OpenDocument workbook needs, with that much in the
// sheet that is read.
func minimalODS(rows string) content {
	const space = `urn:oasis:names:tc:opendocument:xmlns:`
	sheet := func(name, style, rows string) string {
		return `<table:table table:name="` + name + `" table:style-name="` + style + `"><table:shapes><table:table-row>` + odsCell("no") + `</table:table-row></table:shapes>` + rows + `</table:table>`
	}
	row := func(text string) string { return `<table:table-row>` + odsCell(text) + `</table:table-row>` }
	return content{"content.xml": `<office:document-content xmlns:office="` + space + `office:1.0" xmlns:table="` + space + `table:1.0" xmlns:text="` + space + `text:1.0" ` +
		`xmlns:style="` + space + `style:1.0"><style:style style:name="h"><style:table-properties table:display="false"/></style:style><style:style style:name="s"/>` +
		`<office:body><office:spreadsheet>` + sheet("Notes", "h", row("hidden")) + sheet("Data", "s", rows) + sheet("More", "s", row("second")) +
		`</office:spreadsheet></office:body></office:document-content>`}
}

func odsCell(text string) string {
	return `<table:table-cell><text:p>` + text + `</text:p></table:table-cell>`
}

func odsValue(kind, value, shown string) string {
	if value != "" {
		value = " office:" + value
	}
	return `<table:table-cell office:value-type="` + kind + `"` + value + `><text:p>` + shown + `</text:p></table:table-cell>`
}

// with returns the content with a part replaced.
func (c content) with(part, text string) content {
	c = maps.Clone(c)
	c[part] = text
	return c
}

func (c content) without(part string) content {
	c = maps.Clone(c)
	delete(c, part)
	return c
}

// zip returns the workbook as a file.
func (c content) zip(t testing.TB) []byte {
	t.Helper()
	return c.pack(t, zip.Deflate)
}

func (c content) pack(t testing.TB, method uint16) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(c)) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err == nil {
			_, err = io.WriteString(w, c[name])
		}
		need(t, err)
	}
	need(t, z.Close())
	return b.Bytes()
}

// unzip returns the parts of a file.
func unzip(t testing.TB, data []byte) content {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	need(t, err)
	c := content{}
	for _, f := range z.File {
		r, err := f.Open()
		need(t, err)
		text, err := io.ReadAll(r)
		need(t, err)
		c[f.Name] = string(text)
	}
	return c
}

// read reads a sheet that has to be readable, and returns it as one text a row,
// with its cells between bars.
func read(t testing.TB, data []byte, sheet string) []string {
	t.Helper()
	s, err := workbook.Read(data, sheet)
	need(t, err)
	var lines []string
	for _, row := range s.Rows {
		lines = append(lines, strings.Join(row, "|"))
	}
	return lines
}

// refusal returns what is said of a workbook that has to be refused.
func refusal(t testing.TB, data []byte, sheet string) string {
	t.Helper()
	s, err := workbook.Read(data, sheet)
	var refused *ledger.Error
	if !errors.As(err, &refused) || s.Name != "" || s.Rows != nil {
		t.Fatalf("Read = %q, %v, want a *ledger.Error alone", s, err)
	}
	return refused.What + "; " + refused.Try.As("cmp")
}

// need ends the test where there is an error.
func need(t rapid.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
