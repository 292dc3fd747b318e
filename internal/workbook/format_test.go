package workbook_test

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
)

// A number is read as its format shows it, but a day and hours as those.
func TestReadFormats(t *testing.T) {
	tests := map[string]map[string]string{ // what a number is in a format
		"61.5": {
			"yyyy-mm-dd": "1900-03-01", `yyyy\-mm\-dd;@`: "1900-03-01", "m/d/yy h:mm": "1900-03-01", "dd.mm.yyyy": "1900-03-01", "DD/MM/YYYY": "1900-03-01", "d-mmm": "1900-03-01",
			"mmm-yy": "1900-03-01", "mmmm": "1900-03-01", "yyyy": "1900-03-01", "m/d/yyyy h:mm AM/PM": "1900-03-01", `[$-F800]dddd\,\ mmmm\ dd\,\ yyyy`: "1900-03-01",
			`yyyy"年"m"月"d"日"`: "1900-03-01", `[Red][<1]0;d mmm`: "1900-03-01", `"Date: "d.m.`: "1900-03-01",

			"h:mm": "1476:00", "h:mm AM/PM": "1476:00", "h:mm:ss": "1476:00", "[h]:mm": "1476:00", "[hh]:mm:ss;@": "1476:00", "[mm]": "1476:00", "[mm]:ss": "1476:00",
			`[m]" min"`: "1476:00", "[Red]h:mm": "1476:00", "d [hh]:mm": "1476:00",

			"General": "61.5", "GENERAL": "61.5", "Standard": "61.5", "@": "61.5", "": "61.5", "mm:ss": "61.5", "mm:ss.0": "61.5", "[ss]": "61.5",
			"0.00E+00": "61.5", "##0.0E+0": "61.5", "# ?/?": "61.5", "# ?/4": "61.5", "0,": "61.5", "0;0;0;@;0": "61.5", strings.Repeat("0", 256): "61.5",

			"0.00": "61.50", "#,##0": "61.5", "0%": "6150%", "0.0%": "6150.0%", `0.0 "days"`: "61.5 days", `0\d`: "61.5d", "_d0_y": "61.5", "*d0": "61.5",
			"[$USD] 0": "USD 61.5", "[Red]0": "61.5", "[Magenta]0.00": "61.50", `0 "hours`: "61.5 hours", `0.00" h"`: "61.50 h", `0.00\h`: "61.50h",
			`_-* #,##0.00\ [$€-407]_-`: "61.50 €", `"CE"`: "CE", `General" pts"`: "61.5 pts", `@" pts"`: "61.5 pts", "0.##": "61.5", "0.#0#": "61.50", "?0.0?": "61.5", ";;;": "",
		},
		"1":           {`0.0" CEU"`: "1.0 CEU", "0.##": "1", "# ?/?": "1", "0%": "100%", `[=1]0" hour";0" hours"`: "1 hour", `[<1]0.0" CEU";[<=9]0" h";0" min"`: "1 h", ".00": "1.00"},
		"90":          {`0" min"`: "90 min", `[<1]0.0" CEU";[<=9]0" h";0" min"`: "90 min", `[<1]0;[<2]0`: "90", `[>=90]"all";0`: "all", `[<>90]0;"all"`: "all", `[>100]0;0.0`: "90.0"},
		"0.5":         {`[<1]0.0" CEU";[<=9]0" h";0" min"`: "0.5 CEU", "#.#": "0.5", ".0": "0.5", "00.00": "00.50"},
		"578":         {"00000": "00578", "000-000-000": "000-000-578"},
		"57802426":    {"000-000-00": "578-024-26", "00-00": "578024-26", "#-00": "578024-26", "000-00-00000": "005-78-02426"},
		"1.005":       {"0.00": "1.01", "0.0": "1.01", "0": "1.01"},
		"1234567.891": {"#,##0.00": "1234567.89", "0.0,,": "1234567.891"},
		"-1.5":        {"0.0": "-1.5", "0.0;(0.0)": "(1.5)", "0.0;-0.0": "-1.5", "0;": "", "yyyy": "-1.5", "h:mm": "-1.5"},
		"-0.001":      {"0.0": "0.0"},
		"0": {"0.0": "0.0", "0;-0;;@": "", `0;-0;"none"`: "none", `0.0"h";-0`: "0.0h", "#": "", "#.0": "0.0",
			`_(* #,##0.00_);_(* \(#,##0.00\);_(* "-"??_);_(@_)`: "-"},
		"0.75":      {"0": "0.75", "0.0": "0.75", `0" hr"`: "0.75 hr", "#": "0.75", "#,##0": "0.75"},
		"59.999":    {`0" min"`: "60 min"},
		"1.6666667": {"0": "1.67", "0.0": "1.67", "0.000": "1.667"},
		"1e18":      {"0.00": "1000000000000000000"},
	}
	for value, codes := range tests {
		for code, want := range codes {
			var escaped strings.Builder
			need(t, xml.EscapeText(&escaped, []byte(code)))
			c := minimal(`<row><c s="1"><v>`+value+`</v></c><c t="b"><v>1</v></c></row>`).with("xl/styles.xml", fmt.Sprintf(
				`<styleSheet><numFmts><numFmt numFmtId="200" formatCode="%s"/></numFmts><cellXfs><xf/><xf numFmtId="200"/></cellXfs></styleSheet>`, &escaped))
			if got := strings.TrimSuffix(read(t, c.zip(t), "")[0], "|TRUE"); got != want {
				t.Errorf("%s in %s: read %s, want %s", value, code, got, want)
			}
		}
	}
}

// Formats that no workbook spells out have a number of their own.
func TestReadBuiltinFormats(t *testing.T) {
	for want, ids := range map[string][]int{
		"1900-03-01": {14, 15, 16, 17, 22, 27, 31, 36, 50, 58},
		"1476:00":    {18, 20, 21, 45, 46, 47},
		"61.5":       {0, 1, 3, 11, 12, 13, 23, 32, 33, 37, 44, 48, 49, 59},
		"61.50":      {2, 4}, "6150%": {9}, "6150.00%": {10},
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
