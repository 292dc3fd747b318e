package workbook_test

import (
	"archive/zip"
	"errors"
	"testing"

	"cmpledger/internal/ledger"
	"cmpledger/internal/workbook"
)

// check holds of whatever is read: a refusal says why, and what is read is
// trimmed.
func check(t *testing.T, data []byte) {
	t.Helper()
	s, err := workbook.Read(data, "")
	rows := s.Rows
	var refused *ledger.Error
	switch {
	case err != nil && (!errors.As(err, &refused) || refused.What == "" || refused.Try.IsEmpty()):
		t.Fatalf("Read: %v (%T), want a *ledger.Error", err, err)
	case err != nil:
		return
	case len(rows) == 0 || len(rows[len(rows)-1]) == 0:
		t.Fatalf("Read: %d rows, of which the last is empty", len(rows))
	}
	for i, row := range rows {
		if len(row) > 0 && row[len(row)-1] == "" {
			t.Fatalf("row %d ends with an empty cell", i+1)
		}
	}
}

// FuzzRead reaches behind the checksums of a zip file, which hide most of what bytes can
// do: the parts of an .xlsx, and the one of an .ods.
func FuzzRead(f *testing.F) {
	c := minimal(`<row r="2"><c r="B2" s="3"><v>46083</v></c><c t="s"><v>1</v></c><c t="b"><v>1</v></c></row>` +
		`<row hidden="1"><c t="inlineStr"><is><r><t>a_x000D_</t></r></is></c><c s="6"><f/><v>1.5</v></c></row></sheetData>` +
		`<mergeCells><mergeCell ref="B2:B3"/></mergeCells><sheetData>`)
	ods := minimalODS(`<table:table-column table:visibility="collapse"/><table:table-row table:number-rows-repeated="2">` + odsCell("a") +
		odsValue("float", `value="1.5"`, "1,5 h") + odsValue("time", `time-value="PT1H"`, "1") + `</table:table-row>`)
	part := func(name string) string { return c["xl/"+name+".xml"] }
	f.Add(part("worksheets/sheet1"), part("sharedStrings"), part("styles"), part("workbook"), "")
	f.Add("", "", "", "", ods["content.xml"])
	f.Add("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "", "", "", "")
	f.Fuzz(func(t *testing.T, sheet, texts, styles, book, body string) {
		check(t, []byte(sheet))
		if body != "" {
			check(t, content{"content.xml": body}.pack(t, zip.Store))
			return
		}
		check(t, c.with("xl/worksheets/sheet1.xml", sheet).with("xl/sharedStrings.xml", texts).
			with("xl/styles.xml", styles).with("xl/workbook.xml", book).pack(t, zip.Store))
	})
}
