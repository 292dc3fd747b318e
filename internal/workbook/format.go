package workbook

import (
	"encoding/xml"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// A look is what a style makes of a number.
type look int

const (
	asNumber look = iota
	asDay
	asHours // hours and minutes, without a day
)

// looks returns what each style of cells makes of a number.
func (b *book) looks() ([]look, error) {
	if b.styles == "" {
		return nil, nil
	}
	codes := map[int]string{}
	var styles []look
	inCells := false
	err := b.walk(b.styles, maxSmall, func(_ *reader, e xml.StartElement) error {
		switch e.Name.Local {
		case "numFmt":
			if id, err := strconv.Atoi(attr(e, "numFmtId")); err == nil {
				codes[id] = attr(e, "formatCode")
			}
		case "cellXfs":
			inCells = true
		case "cellStyleXfs", "cellStyles", "dxfs":
			inCells = false
		case "xf":
			if id, _ := strconv.Atoi(attr(e, "numFmtId")); inCells {
				styles = append(styles, lookOf(id, codes))
			}
		}
		return nil
	})
	if errors.Is(err, errNoPart) {
		return nil, damaged("its part %s is missing", b.styles)
	}
	return styles, err
}

// lookOf returns what a number format makes of a number.
func lookOf(id int, codes map[int]string) look {
	code, spelt := codes[id]
	switch {
	case isDateFormat(id, codes):
		return asDay
	case spelt && isHoursCode(code), !spelt && (18 <= id && id <= 21 || 45 <= id && id <= 47):
		return asHours
	}
	return asNumber
}

// isHoursCode reports whether a number format that shows no day shows hours,
// such as h:mm or [h]:mm;@.
func isHoursCode(code string) bool {
	code = strings.ToLower(code)
	if code == "general" || code == "standard" {
		return false
	}
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '"':
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				return false
			}
			i += end + 1
		case '\\', '_', '*':
			i++
		case '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return false
			}
			if inside := code[i+1 : i+end]; strings.Trim(inside, "h") == "" || strings.Trim(inside, "m") == "" {
				return true
			}
			i += end
		case 'h':
			return true
		}
	}
	return false
}

// hoursOf returns days as hours and minutes, such as 1:30, and with seconds
// where there are any.
func hoursOf(days float64) (string, bool) {
	const most = 10_000 // hours
	if !(days >= 0 && days*24 < most) {
		return "", false
	}
	seconds := int(math.Round(days * 24 * 60 * 60))
	text := fmt.Sprintf("%d:%02d", seconds/3600, seconds/60%60)
	if seconds%60 != 0 {
		text += fmt.Sprintf(":%02d", seconds%60)
	}
	return text, true
}

// isDateFormat reports whether the number format shows a day. Formats that a
// workbook does not spell out are built into the programs; some of those from
// 27 on are a date in one language and a time in another, and there the number
// decides, for a time alone is less than a day.
func isDateFormat(id int, codes map[int]string) bool {
	if code, ok := codes[id]; ok {
		return isDateCode(code)
	}
	switch id {
	case 14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 34, 35, 36, 50, 51, 52, 53, 54, 55, 56, 57, 58:
		return true
	}
	return false
}

// isDateCode reports whether a number format such as yyyy\-mm\-dd or
// [$-409]d-mmm-yy;@ shows a day: the name of a month, a day or a year, but no
// hours of a duration such as [h]:mm.
func isDateCode(code string) bool {
	day, months := false, 0
	code = strings.ToLower(code)
	if code == "general" || code == "standard" {
		return false
	}
	for i := 0; i < len(code); i++ {
		c := code[i]
		switch c {
		case '"', '[':
			closing := c
			if c == '[' {
				closing = ']'
			}
			end := strings.IndexByte(code[i+1:], closing)
			if end < 0 {
				return day
			}
			inside := code[i+1 : i+1+end]
			if c == '[' && inside != "" && strings.Trim(inside, inside[:1]) == "" && strings.ContainsAny(inside, "hms") {
				return false
			}
			i += end + 1
		case '\\', '_', '*':
			i++ // the next is shown, or a blank as wide as it
		case 'd', 'y':
			day = true
		}
		if months++; c != 'm' {
			months = 0
		}
		day = day || months == 3 // mmm is a name, m and mm may be minutes
	}
	return day
}

// dateOf returns the day that a number stands for, or false when it is none:
// less than a day, or beyond the year 9999.
func dateOf(number float64, date1904 bool) (string, bool) {
	const lastDay = 2_958_465        // 9999-12-31, counted from 1900
	number += 0.001 / (24 * 60 * 60) // a time just below midnight is a sum of fractions
	if date1904 && number >= 1 {
		number += 1462
	}
	if !(number >= 1 && number < lastDay+1) {
		return "", false
	}
	days := int(number)
	switch {
	case days == 60:
		return "1900-02-29", true // there was none, but Excel counts it, after Lotus 1-2-3
	case days < 60:
		days++
	}
	return time.Date(1899, time.December, 30+days, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), true
}

// numberText returns a number as a person types it. Whole numbers are exact up
// to what a cell can hold; of others, ten digits count, as what is beyond is
// mostly the error of binary fractions.
func numberText(number float64) string {
	if number != math.Trunc(number) {
		number, _ = strconv.ParseFloat(strconv.FormatFloat(number, 'g', 10, 64), 64)
	}
	if number == 0 {
		return "0" // not -0
	}
	return strconv.FormatFloat(number, 'f', -1, 64)
}

// parseNumber reads a number as XML writes it, which is less than Go allows.
func parseNumber(text string) (float64, bool) {
	if text == "" || strings.Trim(text, "0123456789+-.eE") != "" {
		return 0, false
	}
	number, err := strconv.ParseFloat(text, 64)
	return number, err == nil
}
