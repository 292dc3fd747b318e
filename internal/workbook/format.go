package workbook

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"
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
func (b *book) looks() (looks []look, err error) {
	var styles struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if b.styles != "" {
		err = b.decode(b.styles, &styles)
	}
	codes := map[int]string{}
	for _, f := range styles.Formats {
		codes[f.ID] = f.Code
	}
	for _, cell := range styles.Cells {
		looks = append(looks, lookOf(cell.Format, codes))
	}
	return looks, err
}

// lookOf returns what a number format makes of a number. Formats that a workbook
// does not spell out are built into the programs; some of those from 27 on are a
// date in one language and a time in another, and there the number decides, for
// a time alone is less than a day.
func lookOf(id int, codes map[int]string) look {
	if code, ok := codes[id]; ok {
		return lookOfCode(code)
	}
	switch id {
	case 14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 34, 35, 36, 50, 51, 52, 53, 54, 55, 56, 57, 58:
		return asDay
	case 18, 19, 20, 21, 45, 46, 47:
		return asHours
	}
	return asNumber
}

// What stands in the code of a number format: texts that are shown as they are
// or as wide blanks, conditions and colors in brackets, and lengths of time such
// as [h].
var (
	literal  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`"[^"]*"?|\\.|_.|\*.`) })
	duration = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\[(h+|m+|s+)\]`) })
	brackets = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\[[^]]*\]?`) })
)

// lookOfCode returns what a number format such as yyyy\-mm\-dd or
// [$-409]d-mmm-yy;@ makes of a number: a day where it shows the name of a month, a
// day or a year, but no length of time; else hours where it shows those.
func lookOfCode(code string) look {
	code = literal().ReplaceAllString(strings.ToLower(code), " ")
	length := duration().FindString(code)
	code = brackets().ReplaceAllString(code, " ")
	switch {
	case strings.TrimSpace(code) == "standard":
		return asNumber
	case length == "" && (strings.ContainsAny(code, "dy") || strings.Contains(code, "mmm")): // m and mm may be minutes
		return asDay
	case strings.Contains(code, "h"), length != "" && length[1] != 's':
		return asHours
	}
	return asNumber
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

// dateOf returns the day that a number stands for, or false when it is none:
// before March 1900, where programs differ by a day, or beyond the year 9999.
func dateOf(number float64, date1904 bool) (string, bool) {
	const firstDay, lastDay = 61, 2_958_465 // 1900-03-01 and 9999-12-31
	number += 0.001 / (24 * 60 * 60)        // a time just below midnight is a sum of fractions
	if date1904 && number >= 1 {
		number += 1462
	}
	if !(number >= firstDay && number < lastDay+1) {
		return "", false
	}
	return time.Date(1899, time.December, 30+int(number), 0, 0, 0, 0, time.UTC).Format(time.DateOnly), true
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
