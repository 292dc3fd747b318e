package workbook_test

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
)

// A number is a date where its format shows a day, whatever else it shows, and
// hours where it shows those, not the part of a day that a workbook holds.
func TestReadFormats(t *testing.T) {
	days := []string{
		"yyyy-mm-dd", `yyyy\-mm\-dd;@`, "m/d/yy h:mm", "dd.mm.yyyy", "DD/MM/YYYY", "d-mmm", "mmm-yy", "mmmm", "yyyy", "m/d/yyyy h:mm AM/PM",
		`[$-F800]dddd\,\ mmmm\ dd\,\ yyyy`, `yyyy"年"m"月"d"日"`, `[Red][<1]0;d mmm`, `"Date: "d.m.`,
	}
	hours := []string{
		"h:mm", "h:mm AM/PM", "h:mm:ss", "[h]:mm", "[hh]:mm:ss;@", "[mm]", "[mm]:ss", "[Red]h:mm", "d [hh]:mm",
	}
	numbers := []string{
		"General", "GENERAL", "Standard", "0.00", "#,##0", "0%", "@", "", "mm:ss", "mm:ss.0", "[ss]", `0.0 "days"`, `0\d`, "_d0_y", "*d0", "[$USD] 0",
		"[Red]0", "[Magenta]0.00", "0.00E+00", `0 "hours`, `0.00" h"`, `0.00\h`, "[yy", "# ?/?", `_-* #,##0.00\ [$€-407]_-`,
	}
	for want, codes := range map[string][]string{"1900-03-01": days, "1476:00": hours, "61.5": numbers} {
		for _, code := range codes {
			var escaped strings.Builder
			if err := xml.EscapeText(&escaped, []byte(code)); err != nil {
				t.Fatal(err)
			}
			c := minimal(`<row><c s="1"><v>61.5</v></c></row>`).with("xl/styles.xml", fmt.Sprintf(
				`<styleSheet><numFmts><numFmt numFmtId="200" formatCode="%s"/></numFmts><cellXfs><xf/><xf numFmtId="200"/></cellXfs></styleSheet>`, &escaped))
			if got := read(t, c.zip(t), "")[0]; got != want {
				t.Errorf("%s: read %s, want %s", code, got, want)
			}
		}
	}
}

// Formats that no workbook spells out have a number of their own.
func TestReadBuiltinFormats(t *testing.T) {
	for want, ids := range map[string][]int{
		"1900-03-01": {14, 15, 16, 17, 22, 27, 31, 36, 50, 58},
		"1476:00":    {18, 20, 21, 45, 46, 47},
		"61.5":       {0, 1, 2, 4, 9, 11, 13, 23, 32, 33, 37, 44, 48, 49, 59},
	} {
		for _, id := range ids {
			c := minimal(`<row><c s="0"><v>61.5</v></c></row>`).with("xl/styles.xml", fmt.Sprintf(`<styleSheet><cellXfs><xf numFmtId="%d"/></cellXfs></styleSheet>`, id))
			if got := read(t, c.zip(t), "")[0]; got != want {
				t.Errorf("format %d shows %s, want %s", id, got, want)
			}
		}
	}
}

// Style 5 of the least workbook is h:mm.
func TestReadHours(t *testing.T) {
	for value, want := range map[string]string{
		"0.25": "6:00", "0.0625": "1:30", "0.000694444444444444": "0:01", "0.0007": "0:01", "0": "0:00", "0.5001": "12:00:09", "-0.25": "-0.25", "500": "500",
	} {
		if got := read(t, minimal(`<row><c s="5"><v>`+value+`</v></c></row>`).zip(t), "")[0]; got != want {
			t.Errorf("%s is %s, want %s", value, got, want)
		}
	}
}
