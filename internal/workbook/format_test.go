package workbook_test

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
)

// A number is a date where its format shows a day, whatever else it shows.
func TestReadFormats(t *testing.T) {
	const day, number = "2026-03-02", "46083.5"
	tests := []struct{ code, want string }{
		{"yyyy-mm-dd", day}, {`yyyy\-mm\-dd;@`, day}, {"m/d/yy h:mm", day}, {"dd.mm.yyyy", day}, {"DD/MM/YYYY", day}, {"d-mmm", day}, {"mmm-yy", day},
		{"mmmm", day}, {"yyyy", day}, {`[$-F800]dddd\,\ mmmm\ dd\,\ yyyy`, day}, {`yyyy"年"m"月"d"日"`, day}, {`[Red][<1]0;d mmm`, day},
		{"m/d/yyyy h:mm AM/PM", day}, {`"Date: "d.m.`, day},
		{"General", number}, {"GENERAL", number}, {"Standard", number}, {"0.00", number}, {"#,##0", number}, {"0%", number}, {"@", number}, {"", number},
		{"h:mm", number}, {"mm:ss", number}, {"mm:ss.0", number}, {"h:mm AM/PM", number}, {"[h]:mm", number}, {"[mm]:ss", number}, {"[ss]", number},
		{"d [hh]:mm", number}, {`0.0 "days"`, number}, {`0\d`, number}, {"_d0_y", number}, {"*d0", number}, {"[$USD] 0", number}, {"[Red]0", number},
		{"0.00E+00", number}, {`0 "hours`, number}, {"[yy", number}, {"# ?/?", number}, {`_-* #,##0.00\ [$€-407]_-`, number},
	}
	for _, tt := range tests {
		t.Run(tt.code, func(t *testing.T) {
			var code strings.Builder
			if err := xml.EscapeText(&code, []byte(tt.code)); err != nil {
				t.Fatal(err)
			}
			c := minimal(`<row><c s="1"><v>46083.5</v></c></row>`).with("xl/styles.xml", fmt.Sprintf(
				`<styleSheet><numFmts><numFmt numFmtId="200" formatCode="%s"/></numFmts><cellXfs><xf/><xf numFmtId="200"/></cellXfs></styleSheet>`, code.String()))
			if got := read(t, c.zip(t), "")[0]; got != tt.want {
				t.Errorf("read %s, want %s", got, tt.want)
			}
		})
	}
}

// Formats that no workbook spells out have a number of their own.
func TestReadBuiltinFormats(t *testing.T) {
	days := map[int]bool{14: true, 15: true, 16: true, 17: true, 22: true, 27: true, 31: true, 36: true, 50: true, 58: true}
	for _, id := range []int{0, 1, 4, 9, 11, 13, 14, 15, 16, 17, 18, 21, 22, 23, 27, 31, 32, 33, 36, 37, 44, 45, 46, 47, 48, 49, 50, 58, 59} {
		c := minimal(`<row><c s="0"><v>46083</v></c></row>`).with("xl/styles.xml", fmt.Sprintf(`<styleSheet><cellXfs><xf numFmtId="%d"/></cellXfs></styleSheet>`, id))
		if got := read(t, c.zip(t), "")[0]; (got == "2026-03-02") != days[id] {
			t.Errorf("format %d shows %s", id, got)
		}
	}
}

// Hours are hours, and not the part of a day that a workbook holds.
func TestReadHours(t *testing.T) {
	tests := []struct{ format, value, want string }{
		{`formatCode="h:mm"`, "0.25", "6:00"},
		{`formatCode="[h]:mm"`, "1.5", "36:00"},
		{`formatCode="[hh]:mm:ss;@"`, "0.0625", "1:30"},
		{`formatCode="h:mm AM/PM"`, "0.5", "12:00"},
		{`formatCode="[mm]"`, "0.0625", "1:30"},
		{`formatCode="[Red]h:mm"`, "0.000694444444444444", "0:01"},
		{`formatCode="h:mm:ss"`, "0.0007", "0:01"},
		{`formatCode="h:mm"`, "0", "0:00"},
		{`formatCode="h:mm"`, "-0.25", "-0.25"},
		{`formatCode="0.00&quot; h&quot;"`, "0.25", "0.25"},
		{`formatCode="0.00\h"`, "0.25", "0.25"},
		{`formatCode="[Magenta]0.00"`, "0.25", "0.25"},
		{"", "0.25", "0.25"},
	}
	for _, tt := range tests {
		t.Run(tt.format, func(t *testing.T) {
			format := ""
			if tt.format != "" {
				format = `<numFmts><numFmt numFmtId="200" ` + tt.format + `/></numFmts>`
			}
			c := minimal(`<row><c s="0"><v>`+tt.value+`</v></c></row>`).with("xl/styles.xml",
				`<styleSheet>`+format+`<cellXfs><xf numFmtId="200"/></cellXfs></styleSheet>`)
			if got := read(t, c.zip(t), "")[0]; got != tt.want {
				t.Errorf("read %s, want %s", got, tt.want)
			}
		})
	}
	for id, want := range map[int]string{18: "6:00", 20: "6:00", 45: "6:00", 46: "6:00", 0: "0.25", 2: "0.25", 48: "0.25"} {
		c := minimal(`<row><c s="0"><v>0.25</v></c></row>`).with("xl/styles.xml", fmt.Sprintf(`<styleSheet><cellXfs><xf numFmtId="%d"/></cellXfs></styleSheet>`, id))
		if got := read(t, c.zip(t), "")[0]; got != want {
			t.Errorf("format %d shows %s, want %s", id, got, want)
		}
	}
}
