package workbook_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/workbook"
)

func TestReadCells(t *testing.T) {
	tests := []struct {
		name, data string
		want       []string
	}{
		{"places", `<row r="2"><c r="B2"><v>1</v></c><c r="D2"><v>2</v></c></row><row r="5"><c r="A5"><v>3</v></c></row>`,
			[]string{"", "|1||2", "", "", "3"}},
		{"no places", `<row><c><v>1</v></c><c/><c><v>2</v></c></row><row/><row><c r="c3"><v>3</v></c><c><v>4</v></c></row>`,
			[]string{"1||2", "", "||3|4"}},
		{"empty cells and rows at the ends", `<row r="1"><c r="A1"><v>1</v></c><c r="B1" s="3"/></row><row r="900000"><c r="C900000" s="1"/></row>`,
			[]string{"1"}},
		{"a hidden row", `<row r="1" hidden="1"><c><v>1</v></c></row>`, []string{"1"}},
		{"rows in no order", `<row r="2"><c><v>2</v></c></row><row r="1"><c><v>1</v></c></row>`, []string{"1", "2"}},
		{"numbers", `<row><c><v>1.5</v></c><c t="n"><v>0.30000000000000004</v></c><c><v>1E-2</v></c><c><v> 2 </v></c><c><v>0</v></c></row>`,
			[]string{"1.5|0.3|0.01|2|0"}},
		{"more numbers", `<row><c><v>1.4999999999999998</v></c><c><v>100234567890</v></c><c><v>123456789012345</v></c><c><v>1.005</v></c><c><v>1e21</v></c></row>`,
			[]string{"1.5|100234567890|123456789012345|1.005|1000000000000000000000"}},
		{"no numbers", `<row><c><v>NaN</v></c><c><v>0x10</v></c><c><v>1,5</v></c><c><v>1e999</v></c></row>`, []string{"NaN|0x10|1,5|1e999"}},
		{"formats of numbers", `<row><c s="6"><v>1234.5</v></c><c s="7"><v>1234.5</v></c><c s="8"><v>0.125</v></c><c s="9"><v>1200</v></c><c s="99"><v>1</v></c></row>`,
			[]string{"1234.50 days|1234.50|12.5%|USD 1200|1"}},
		{"dates", `<row><c s="1"><v>46083</v></c><c s="2"><v>46083.75</v></c><c s="3"><v>46083</v></c><c s="0"><v>46083</v></c></row>`,
			[]string{"2026-03-02|2026-03-02|2026-03-02|46083"}},
		{"durations and times", `<row><c s="4"><v>46083.5</v></c><c s="5"><v>46083.5</v></c><c s="1"><v>0.5</v></c><c s="1"><v>-3</v></c></row>`,
			[]string{"46083.5|46083.5|0.5|-3"}},
		{"the first and the last days", `<row><c s="1"><v>1</v></c><c s="1"><v>59</v></c><c s="1"><v>60</v></c><c s="1"><v>61</v></c><c s="1"><v>2958465</v></c><c s="1"><v>2958466</v></c></row>`,
			[]string{"1|59|60|1900-03-01|9999-12-31|2958466"}},
		{"around midnight", `<row><c s="2"><v>46083.99998843</v></c><c s="2"><v>46083.999999999993</v></c><c s="1"><v>0.99999</v></c><c s="2"><v>46083.99999998843</v></c></row>`,
			[]string{"2026-03-02|2026-03-03|0.99999|2026-03-02"}},
		{"dates as text", `<row><c t="d"><v>2026-03-02</v></c><c t="d"><v>2026-03-02T23:59:59Z</v></c><c t="str"><v>46083</v></c></row>`,
			[]string{"2026-03-02|2026-03-02|46083"}},
		{"truth", `<row><c t="b"><v>1</v></c><c t="b"><v>0</v></c><c t="b"/></row>`, []string{"TRUE|FALSE"}},
		{"errors", `<row><c t="e"><v>#N/A</v></c><c t="e"><f>1/0</f><v>#DIV/0!</v></c></row>`, []string{"#N/A|#DIV/0!"}},
		{"formulas", `<row><c><f>1+1</f><v>2</v></c><c t="str"><f>A1&amp;"x"</f><v>2x_x0009_</v></c><c t="str"><f>B1</f><v></v></c><c s="1"><f>A1</f><v>46083</v></c></row>`,
			[]string{"2|2x\t||2026-03-02"}},
		{"texts", `<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c><c t="s"><v>3</v></c><c t="s"/><c t="s"><v>4</v></c></row>`,
			[]string{"plain|rich text|日本|||a\rb_x0041_ _xD83D__xDE00_"}},
		{"texts that look like numbers", `<row><c s="1" t="inlineStr"><is><t>007</t></is></c><c t="inlineStr"><is><t xml:space="preserve"> 1.50 </t></is></c></row>`,
			[]string{"007| 1.50 "}},
		{"texts in the cell", `<row><c t="inlineStr"><is><r><t>a</t></r><rPh><t>no</t></rPh><r><t>b<!-- no -->c</t></r></is></c><c t="inlineStr"><is><t>x&#10;y</t></is></c><c><extLst><ext><v>no</v></ext></extLst></c></row>`,
			[]string{"abc|x\ny"}},
		{"merged down", `<row><c t="b"><v>1</v></c><c s="1"><v>46083</v></c><c><v>3</v></c></row><row r="3"><c/><c/><c/><c><v>9</v></c></row><row><c/><c/><c/><c><v>9</v></c></row>` +
			`</sheetData><mergeCells><mergeCell ref="A1:A3"/><mergeCell ref="B1:B1048576"/><mergeCell ref="C1:C3"/><mergeCell ref="D4:XFD4"/><mergeCell ref="?"/></mergeCells><sheetData>`,
			[]string{"TRUE|2026-03-02|3", "", "TRUE|2026-03-02||9", "|2026-03-02||9"}},
		{"other tables of extensions", `<row><c><v>1</v></c></row></sheetData><extLst><ext><row r="2"><c><v>2</v></c></row></ext></extLst><sheetData>`, []string{"1"}},

		{"ods: places", `<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>` +
			`<table:table-row-group><table:table-row>` + odsCell("a") + `<table:table-cell table:number-columns-repeated="2"/>` + odsCell("b") + `</table:table-row></table:table-row-group>` +
			`<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2"><text:p>c</text:p></table:table-cell></table:table-row>` +
			`<table:table-row table:number-rows-repeated="1048571"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>`,
			[]string{"", "", "a|||b", "c|c", "c|c"}},
		{"ods: texts", `<table:table-row>` + odsCell(`a<text:s text:c="9999999"/><text:span>b<text:note>no</text:note></text:span><office:annotation><text:p>no</text:p></office:annotation>`) +
			`<table:table-cell><office:annotation><text:p>no</text:p></office:annotation><text:p>c</text:p><text:p>d</text:p></table:table-cell></table:table-row>`,
			[]string{"a b|c\nd"}},
		{"ods: values", `<table:table-row>` + odsValue("float", `value="1"`, "1.0 CEU") + odsValue("float", `value="1234.5"`, "1,234.50") + odsValue("float", `value="1.5"`, "1,5 h") +
			odsValue("percentage", `value="0.5"`, "50%") + odsValue("float", `value="578"`, "00578") + odsValue("float", `value="2"`, "") + odsValue("currency", `value="7"`, "$7,3") + `</table:table-row>`,
			[]string{"1.0 CEU|1234.50|1.5 h|50%|00578|2|7"}},
		{"ods: what is rounded", `<table:table-row>` + odsValue("float", `value="1.5"`, "2 hr") + odsValue("float", `value="0.75"`, "0,8") + odsValue("float", `value="1.995"`, "2") +
			odsValue("float", `value="1234.5"`, "1,235") + odsValue("float", `value="0.667"`, "0.67") + odsValue("float", `value="59.999"`, "60 min") + `</table:table-row>`,
			[]string{"1.5 hr|0.75|2|1234.5|0.67|60 min"}},
		{"ods: days, times and truth", `<table:table-row>` + odsValue("date", `date-value="2026-03-02T23:59:59.999"`, "3/2/26") + odsValue("date", ``, "3/2/26") +
			odsValue("time", `time-value="PT01H30M00S"`, "01:30 AM") + odsValue("time", `time-value="P?"`, "?") + odsValue("boolean", `boolean-value="true"`, "WAHR") + `</table:table-row>`,
			[]string{"2026-03-02|3/2/26|1:30|?|TRUE"}},
		{"ods: merged down", `<table:table-row><table:table-cell table:number-rows-spanned="2" table:number-columns-spanned="2"><text:p>a</text:p></table:table-cell><table:covered-table-cell><text:p>no</text:p></table:covered-table-cell>` + odsCell("1") +
			`</table:table-row><table:table-row><table:covered-table-cell table:number-columns-repeated="2"/>` + odsCell("2") + `</table:table-row>`,
			[]string{"a||1", "a||2"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := minimal(tt.data)
			if strings.HasPrefix(tt.name, "ods: ") {
				c = minimalODS(tt.data)
			}
			if diff := cmp.Diff(tt.want, read(t, c.zip(t), "")); diff != "" {
				t.Errorf("Read (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRead1904(t *testing.T) {
	data := `<row><c s="1"><v>44621</v></c><c s="2"><v>1.5</v></c><c s="1"><v>0.5</v></c><c s="1"><v>2957003</v></c><c s="1"><v>2957004</v></c><c><v>44621</v></c></row>`
	c := minimal(data)
	for _, value := range []string{`date1904="1"/>`, `date1904="true"><extLst/></workbookPr>`, `date1904="1"/><extLst><ext><x15:workbookPr xmlns:x15="x" date1904="0"/></ext></extLst>`} {
		got := read(t, c.with("xl/workbook.xml", strings.Replace(c["xl/workbook.xml"], "<workbookPr/>", `<workbookPr `+value, 1)).zip(t), "data")
		if diff := cmp.Diff([]string{"2026-03-02|1904-01-02|0.5|9999-12-31|2957004|44621"}, got); diff != "" {
			t.Errorf("<workbookPr %s (-want +got):\n%s", value, diff)
		}
	}
}

// What nobody sees is read, and said.
func TestReadHidden(t *testing.T) {
	one := `<c><v>1</v></c>`
	tests := map[string]content{
		"xlsx": minimal("").with("xl/worksheets/sheet1.xml", `<worksheet><cols><col min="1" max="1"/><col min="2" max="16384" hidden="1"/></cols><sheetData>`+
			`<row>`+one+one+`</row><row hidden="1">`+one+`</row><row hidden="1"/></sheetData></worksheet>`),
		"ods": minimalODS(`<table:table-column/><table:table-column table:visibility="collapse" table:number-columns-repeated="16383"/>` +
			`<table:table-row>` + odsCell("1") + odsCell("1") + `</table:table-row><table:table-row table:visibility="filter">` + odsCell("1") +
			`</table:table-row><table:table-row table:visibility="collapse" table:number-rows-repeated="1048574"><table:table-cell/></table:table-row>`),
	}
	for name, c := range tests {
		got, err := workbook.Read(c.zip(t), "")
		need(t, err)
		if diff := cmp.Diff([]string{"row 2", "column B"}, got.Hidden); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestReadSheets(t *testing.T) {
	data := minimal(`<row><c><v>1</v></c></row>`).zip(t)
	const more = " More & more "
	for given, want := range map[string]workbook.Sheet{
		"": {"Data", [][]string{{"1"}}, []string{more}, nil}, "data": {"Data", [][]string{{"1"}}, []string{more}, nil},
		" DATA ": {"Data", [][]string{{"1"}}, []string{more}, nil}, "more & more": {more, [][]string{{"second"}}, []string{"Data"}, nil},
		"Notes": {"Notes", [][]string{{"hidden"}}, []string{"Data", more}, nil},
	} {
		got, err := workbook.Read(data, given)
		need(t, err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("sheet %q (-want +got):\n%s", given, diff)
		}
	}
	ods := minimalODS(`<table:table-row>` + odsCell("1") + `</table:table-row>`).zip(t)
	for given, want := range map[string]workbook.Sheet{
		"": {"Data", [][]string{{"1"}}, []string{"More"}, nil}, " more ": {"More", [][]string{{"second"}}, []string{"Data"}, nil},
		"notes": {"Notes", [][]string{{"hidden"}}, []string{"Data", "More"}, nil},
	} {
		if got, err := workbook.Read(ods, given); err != nil || !cmp.Equal(want, got) {
			t.Errorf("sheet %q of .ods: %q, %v, want %q", given, got, err, want)
		}
	}
	want := `has no sheet "Chart"; its sheets are "Notes", "Data", " More & more "`
	if got := refusal(t, data, "Chart"); got != want {
		t.Errorf("sheet of a chart: %s, want %s", got, want)
	}
}

// Programs write names of parts in other cases and from the root, and leave
// parts out.
func TestReadUnusual(t *testing.T) {
	c := minimal(`<row><c><v>1</v></c></row>`)
	tests := map[string]content{
		"no links of the whole": c.without("_rels/.rels"),
		"no texts and styles": c.without("xl/sharedStrings.xml").without("xl/styles.xml").with("xl/_rels/workbook.xml.rels",
			`<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`),
		"another place": c.without("xl/workbook.xml").without("xl/_rels/workbook.xml.rels").
			with("_rels/.rels", `<Relationships><Relationship Id="a" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument" Target="/Book.xml"/></Relationships>`).
			with("book.xml", c["xl/workbook.xml"]).
			with("_rels/Book.xml.rels", `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="xl\worksheets\sheet1.xml"/></Relationships>`),
	}
	for name, c := range tests {
		if diff := cmp.Diff([]string{"1"}, read(t, c.zip(t), "")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	const again = "; open it in a spreadsheet program, save it as .xlsx and import that"
	cell := `<row><c><v>1</v></c></row>`
	whole := minimal(cell).zip(t)
	sheet := "xl/worksheets/sheet1.xml"
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"nothing", nil, "not a workbook (.xlsx, .ods); name a workbook, or import CSV"},
		{"CSV", []byte("title,date,points\n"), "not a workbook (.xlsx, .ods); name a workbook, or import CSV"},
		{"a page that is called .xls", []byte("<html><table>"), "not a workbook (.xlsx, .ods); name a workbook, or import CSV"},
		{"an old workbook", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 W\x00o\x00r\x00k\x00b\x00o\x00o\x00k\x00"), "an old workbook (.xls)" + again},
		{"another old file", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 V\x00i\x00s\x00i\x00o\x00"), "an old file of Office, but not a workbook; save or print it as PDF and import that"},
		{"another zip file", content{"a.txt": "a"}.zip(t), "a zip file, but not a workbook (.xlsx, .ods); unpack it and import the files in it"},
		{"a document", minimal("").with("xl/workbook.xml", `<document/>`).zip(t),
			"a zip file, but not a workbook (.xlsx, .ods); unpack it and import the files in it"},
		{"a binary workbook", content{"xl/workbook.bin": "\x83\x01", "_rels/.rels": `<R><Relationship Type="x/officeDocument" Target="xl/workbook.bin"/></R>`}.zip(t),
			"a damaged workbook: its part xl/workbook.bin cannot be read" + again},
		{"OpenDocument", content{"mimetype": "", "content.xml": ""}.zip(t), "an OpenDocument file, but not a workbook (.ods); name a workbook, or import CSV"},
		{"OpenDocument with a password", minimalODS("").with("META-INF/manifest.xml", `<m><e><manifest:encryption-data xmlns:manifest="m"/></e></m>`).zip(t),
			"an encrypted workbook; open it with its password, save it without one and import that"},
		{"OpenDocument that breaks off", content{"content.xml": strings.TrimSuffix(minimalODS("")["content.xml"], "</office:document-content>")}.zip(t),
			"a damaged workbook: its part content.xml cannot be read" + again},
		{"OpenDocument without cells", minimalODS("").zip(t), `sheet "Data" has no cells; name another file, or another sheet: "Notes", "Data", "More"`},
		{"a formula that no program worked out", minimal(`<row r="2"><c r="C2"><f>A2</f></c></row>`).zip(t), "the formula in cell C2 has no result yet" + again},
		{"cut", whole[:len(whole)/2], "a damaged workbook: its zip directory cannot be read; the file may not be complete" + again},
		{"a sheet that breaks off", minimal("").with(sheet, `<worksheet><sheetData>`+cell+`<row><c>`).zip(t),
			"a damaged workbook: its part xl/worksheets/sheet1.xml cannot be read" + again},
		{"a sheet without an end", minimal("").with(sheet, `<worksheet><sheetData>`+cell).zip(t),
			"a damaged workbook: its part xl/worksheets/sheet1.xml cannot be read" + again},
		{"an empty sheet part", minimal("").with(sheet, ``).zip(t), "a damaged workbook: its part xl/worksheets/sheet1.xml is not a sheet" + again},
		{"no sheet part", minimal("").without(sheet).zip(t), "a damaged workbook: its part xl/worksheets/sheet1.xml is missing" + again},
		{"no texts", minimal(cell).without("xl/sharedStrings.xml").zip(t), "a damaged workbook: its part xl/sharedstrings.xml is missing" + again},
		{"no styles", minimal(cell).without("xl/styles.xml").zip(t), "a damaged workbook: its part xl/styles.xml is missing" + again},
		{"damaged links", minimal(cell).with("_rels/.rels", `<R`).zip(t), "a damaged workbook: its part _rels/.rels cannot be read" + again},
		{"no such text", minimal(`<row r="3"><c r="B3" t="s"><v>5</v></c></row>`).zip(t), `a damaged workbook: cell B3 refers to text "5", which is missing` + again},
		{"row 0", minimal(`<row r="0"><c><v>1</v></c></row>`).zip(t), `a damaged workbook: it has a row "0"` + again},
		{"a cell that is none", minimal(`<row><c r="1A"><v>1</v></c></row>`).zip(t), `a damaged workbook: it has a cell "1A"` + again},
		{"a row twice", minimal(`<row r="2"><c><v>1</v></c></row><row r="1"/><row><c><v>2</v></c></row>`).zip(t), `a damaged workbook: row 2 is there twice` + again},
		{"a cell twice", minimal(`<row r="2"><c r="B2"><v>1</v></c><c r="B2"><v>2</v></c></row>`).zip(t), `a damaged workbook: cell B2 is there twice` + again},
		{"a cell of another row", minimal(`<row r="3"><c r="B2"><v>1</v></c></row>`).zip(t), `a damaged workbook: its row 3 has a cell "B2"` + again},
		{"a cell without a row", minimal(`<c><v>1</v></c>`).zip(t), `a damaged workbook: it has a cell outside of its rows` + again},
		{"rows beyond counting", minimal(`<row r="9223372036854775807"/>` + cell).zip(t), `a damaged workbook: it has a cell outside of its rows` + again},
		{"a cell with a sign", minimal(`<row><c r="A+1"><v>1</v></c></row>`).zip(t), `a damaged workbook: it has a cell "A+1"` + again},
		{"no cells", minimal(`<row r="1"><c s="1"/></row>`).zip(t), `sheet "Data" has no cells; name another file, or another sheet: "Notes", "Data", " More & more "`},
		{"all sheets hidden", minimal(cell).with("xl/workbook.xml", `<workbook xmlns:r="r"><sheets><sheet name="A" state="veryHidden" r:id="rId1"/></sheets></workbook>`).zip(t),
			`a workbook whose sheets are all hidden; name another file, or one of its hidden sheets`},
		{"no sheets", minimal(cell).with("xl/workbook.xml", `<workbook/>`).zip(t), `a workbook whose sheets are all hidden; name another file, or one of its hidden sheets`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, refusal(t, tt.data, "")); diff != "" {
				t.Errorf("Read (-want +got):\n%s", diff)
			}
		})
	}
}

// One byte that changed on its way is found, whichever part that is read it is
// in.
func TestReadChecksums(t *testing.T) {
	c := minimal(`<row><c t="inlineStr"><is><t>row 50</t></is></c></row>`)
	for part, bytesOf := range map[string]string{
		"xl/worksheets/sheet1.xml": "row 50", "xl/sharedstrings.xml": "plain", "xl/styles.xml": "d\\-mmm", "xl/workbook.xml": "Chart",
	} {
		data := stored(t, c)
		at := bytes.Index(data, []byte(bytesOf))
		data[at]++
		want := "a damaged workbook: its part " + part + " cannot be read; "
		if got := refusal(t, data, ""); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, want %s…", part, got, want)
		}
	}
}

// stored returns the workbook without compression.
func stored(t *testing.T, c content) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range c {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		need(t, err)
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	need(t, z.Close())
	return b.Bytes()
}

// What is small as a file and large in memory is refused before it is.
func TestReadBombs(t *testing.T) {
	random := make([]byte, 400_000) // so that the file is not small
	_, _ = rand.NewChaCha8([32]byte{}).Read(random)
	picture := string(random)
	var wide strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&wide, `<row><c r="XFD%d"><v>1</v></c></row>`, i+1)
	}
	tests := []struct {
		name string
		c    content
		want string
	}{
		{"a long text", minimal(`<row><c t="inlineStr"><is><t>` + strings.Repeat("a", 33<<20) + `</t></is></c></row>`), "with more than 32 MB of content; "},
		{"packed tightly", minimal(strings.Repeat(`<row><c><v>1</v></c></row>`, 200_000)), "with more than a hundred times its size packed in it; "},
		{"ods: nested tags", minimalODS(`<table:table-row><table:table-cell><text:p>` + strings.Repeat("<text:span>", 300)),
			"with more than 256 elements within each other; "},
		{"a large tag", minimal(`<row ` + strings.Repeat(`a="1" `, 1<<18) + `/>`), "with more than 1 MB in one tag; "},
		{"wide rows", minimal(wide.String()), "with more than a million cells; "},
		{"too wide", minimal(`<row><c r="XFE1"><v>1</v></c></row>`), "with more than a million rows or 16,384 columns; "},
		{"very wide", minimal(`<row><c r="ZZZZZ1"><v>1</v></c></row>`), "it has a cell \"ZZZZZ1\"; "},
		{"too far down", minimal(`<row r="1000001"><c><v>1</v></c></row>`), "with more than a million rows or 16,384 columns; "},
		{"shared text", minimal(strings.Repeat(`<row>`+strings.Repeat(`<c t="s"><v>0</v></c>`, 16)+`</row>`, 1000)).with("xl/sharedStrings.xml", `<sst><si><t>`+strings.Repeat("y", 30_000)+`</t></si></sst>`),
			"with more than 32 MB of text in its cells; "},
		{"cells without content", minimal(`<row>` + strings.Repeat(`<c/>`, 2_000_000) + `</row>`), "with more than a million cells; "},
		{"merged cells over each other", minimal(`<row r="1"><c t="b"><v>1</v></c></row><row r="900000"><c r="B900000"><v>1</v></c></row></sheetData><mergeCells>` +
			strings.Repeat(`<mergeCell ref="A1:A900000"/>`, 10_000) + `</mergeCells><sheetData>`), "with more than a million cells; "},
		{"texts without content", minimal(``).with("xl/sharedStrings.xml", `<sst>`+strings.Repeat(`<si/>`, 2_000_000)+`</sst>`), "with more than a million texts; "},
		{"nested tags", minimal(strings.Repeat(`<row>`, 10_000)), "with more than 256 elements within each other; "},
		{"ods: repeated", minimalODS(`<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="16384"><text:p>1</text:p></table:table-cell></table:table-row>`),
			"with more than 100,000 repeated cells; "},
		{"ods: blanks", minimalODS(`<table:table-row>` + odsCell(strings.Repeat(`<text:s text:c="99999999"/>`, 100_000)) + strings.Repeat(`<table:table-cell/>`, 1_000_000) + `</table:table-row>`),
			"with more than a million cells; "},
		{"ods: too far down", minimalODS(strings.Repeat(`<table:table-row table:number-rows-repeated="99999999999999999999"/>`, 9)), "with more than a million rows or 16,384 columns; "},
		{"a number without end", minimal(`<row r="99999999999999999999"><c><v>1</v></c></row>`), "it has a row \"99999999999999999999\"; "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.name != "packed tightly" {
				tt.c["picture"] = picture
			}
			if got := refusal(t, tt.c.zip(t), ""); !strings.Contains(got, tt.want) {
				t.Errorf("Read: %s, want %s", got, tt.want)
			}
		})
	}
}

// A part that says of itself that it is small does not become large.
func TestReadWrongSize(t *testing.T) {
	data := minimal(`<row><c><v>1</v></c></row>` + strings.Repeat(" ", 1<<20)).zip(t)
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	need(t, err)
	for _, f := range z.File {
		if f.Name != "xl/worksheets/sheet1.xml" {
			continue
		}
		size := binary.LittleEndian.AppendUint32(nil, uint32(f.UncompressedSize64))
		data = bytes.ReplaceAll(data, size, []byte{100, 0, 0, 0})
	}
	if got := refusal(t, data, ""); !strings.HasPrefix(got, "a damaged workbook: its part xl/worksheets/sheet1.xml cannot be read; ") {
		t.Errorf("Read: %s", got)
	}
}
