package workbook_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"cmpledger/internal/workbook"
)

// What another program wrote is read as it was meant.
func TestReadExcelize(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	set := func(cell string, value any, style *excelize.Style) {
		t.Helper()
		err := f.SetCellValue("Sheet1", cell, value)
		if style != nil && err == nil {
			var id int
			if id, err = f.NewStyle(style); err == nil {
				err = f.SetCellStyle("Sheet1", cell, cell, id)
			}
		}
		need(t, err)
	}
	month := `mmm\ yyyy`
	set("A1", "Title", &excelize.Style{Font: &excelize.Font{Bold: true}})
	set("B1", time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), nil)
	set("C1", time.Date(2026, 3, 2, 23, 59, 59, 0, time.UTC), nil)
	set("D1", 46083, &excelize.Style{CustomNumFmt: &month})
	set("E1", 90*time.Minute, nil)
	set("A3", 0.1+0.2, nil)
	set("B3", 1234.5, &excelize.Style{NumFmt: 4})
	set("C3", true, nil)
	set("D3", "=1+1\r\n<b>", nil)
	set("A4", "merged", nil)
	set("E5", "right", nil)
	need(t, f.MergeCell("Sheet1", "A4", "C5"))
	need(t, f.SetCellRichText("Sheet1", "E4", []excelize.RichTextRun{{Text: "rich "}, {Text: "text", Font: &excelize.Font{Italic: true}}}))
	want := []string{"Title|2026-03-02|2026-03-02|2026-03-02|1:30", "", "0.3|1234.50|TRUE|=1+1\r\n<b>", "merged||||rich text", "merged||||right"}
	if diff := cmp.Diff(want, read(t, save(t, f), "sheet1")); diff != "" {
		t.Errorf("Read (-want +got):\n%s", diff)
	}
}

func save(t testing.TB, f *excelize.File, o ...excelize.Options) []byte {
	t.Helper()
	var b bytes.Buffer
	need(t, f.Write(&b, o...))
	return b.Bytes()
}

func TestReadEncrypted(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	need(t, f.SetCellValue("Sheet1", "A1", "secret"))
	want := "an encrypted workbook; open it with its password, save it without one and import that"
	if got := refusal(t, save(t, f, excelize.Options{Password: "p"}), ""); got != want {
		t.Errorf("Read: %s, want %s", got, want)
	}
}

// What is written is to other programs what it is meant to be.
func TestWriteExcelize(t *testing.T) {
	kinds := map[int]workbook.Kind{0: workbook.Date, 2: workbook.Number}
	data := write(t, []string{"date", "title", "points"}, kinds, [][]string{
		{"2026-03-02", "=1+1", "1.5"}, {"1899-12-31", "a\r\n\x01\"_x000D_ ", ""},
	})
	f, err := excelize.OpenReader(bytes.NewReader(data))
	need(t, err)
	defer f.Close()
	rows, err := f.GetRows("credits")
	need(t, err)
	want := [][]string{
		{"date", "title", "points"}, {"2026-03-02", "=1+1", "1.5"}, {"1899-12-31", "a\r\n\x01\"_x000D_ "},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("excelize reads (-want +got):\n%s", diff)
	}
	if formula, err := f.GetCellFormula("credits", "B2"); err != nil || formula != "" {
		t.Errorf("formula %q, %v in a title", formula, err)
	}
	for cell, want := range map[string]excelize.CellType{
		"A2": excelize.CellTypeUnset, "B2": excelize.CellTypeInlineString, "C2": excelize.CellTypeUnset, "A3": excelize.CellTypeInlineString,
	} {
		if got, err := f.GetCellType("credits", cell); err != nil || got != want {
			t.Errorf("%s has type %d, %v, want %d", cell, got, err, want)
		}
	}
	checkLook(t, f)
}

// checkLook checks what a person sees: a bold header that stays, and columns that
// are wide enough for days.
func checkLook(t *testing.T, f *excelize.File) {
	t.Helper()
	id, err := f.GetCellStyle("credits", "B1")
	need(t, err)
	if style, err := f.GetStyle(id); err != nil || style.Font == nil || !style.Font.Bold {
		t.Errorf("the header has style %+v, %v", style, err)
	}
	if panes, err := f.GetPanes("credits"); err != nil || !panes.Freeze || panes.YSplit != 1 || panes.TopLeftCell != "A2" {
		t.Errorf("panes %+v, %v", panes, err)
	}
	if width, err := f.GetColWidth("credits", "A"); err != nil || width != 20 {
		t.Errorf("column of dates: width %v, %v", width, err)
	}
}
