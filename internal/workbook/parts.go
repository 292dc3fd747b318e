package workbook

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// The namespaces and the one part whose name is needed twice.
const (
	mainSpace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	linkSpace = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	sheetPart = "xl/worksheets/sheet1.xml"
)

// The styles of cells, by their place in the part with the styles.
const (
	stylePlain = iota
	styleHeader
	styleDate
	styleQuoted // stays a text when somebody edits it
)

type part struct{ name, content string }

// parts returns all that is not the sheet itself.
func parts(sheet string, columns, rows int) []part {
	var name strings.Builder
	_ = xml.EscapeText(&name, []byte(sheet)) // it is in memory
	filter := strconv.Itoa(rows + 1)
	const types = "application/vnd.openxmlformats-officedocument.spreadsheetml."
	return []part{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + types + `sheet.main+xml"/>` +
			`<Override PartName="/` + sheetPart + `" ContentType="` + types + `worksheet+xml"/>` +
			`<Override PartName="/xl/styles.xml" ContentType="` + types + `styles+xml"/></Types>`},
		{"_rels/.rels", links("officeDocument", "xl/workbook.xml")},
		{"xl/_rels/workbook.xml.rels", links("worksheet", "worksheets/sheet1.xml", "styles", "styles.xml")},
		{"xl/workbook.xml", `<workbook xmlns="` + mainSpace + `" xmlns:r="` + linkSpace + `"><sheets>` +
			`<sheet name="` + name.String() + `" sheetId="1" r:id="rId1"/></sheets><definedNames>` +
			`<definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">'` + strings.ReplaceAll(name.String(), "&#39;", "&#39;&#39;") + `'!$A$1:$` +
			strings.TrimSuffix(refOf(columns, 1), "1") + `$` + filter + `</definedName></definedNames></workbook>`},
		{"xl/styles.xml", styles},
	}
}

// links returns a part of links, each given as its kind and its target.
func links(kindsAndTargets ...string) string {
	s := `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	for i := 0; i < len(kindsAndTargets); i += 2 {
		s += fmt.Sprintf(`<Relationship Id="rId%d" Type="%s/%s" Target="%s"/>`,
			i/2+1, linkSpace, kindsAndTargets[i], kindsAndTargets[i+1])
	}
	return s + `</Relationships>`
}

// styles has the number format of days and the styles in their order. The two
// fills are those that programs expect to be first.
const styles = `<styleSheet xmlns="` + mainSpace + `"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/></numFmts>` +
	`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
	`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
	`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
	`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
	`<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
	`<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>` +
	`<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/></cellXfs>` +
	`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
