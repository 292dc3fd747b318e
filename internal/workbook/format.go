package workbook

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"time"
)

type look int // how a style shows a number

const (
	asNumber look = iota
	asDay
	asHours // hours and minutes, without a day
)

// readLooks reads how each style shows a number.
func (b *book) readLooks() error {
	var styles struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	err := b.decode(b.stylesPart, &styles)
	codes := map[int]string{}
	for _, f := range styles.Formats {
		codes[f.ID] = f.Code
	}
	for _, cell := range styles.Cells {
		look := lookOf(cell.Format)
		if code, ok := codes[cell.Format]; ok {
			look = lookOfCode(code)
		}
		b.looks = append(b.looks, look)
	}
	return err
}

// lookOf returns the look of a number format that is built into the programs. Some of
// those from 27 on are dates in one language and times in another; the number decides
// then, since a time is less than a day.
func lookOf(format int) look {
	switch {
	case format >= 14 && format <= 17, format == 22, format >= 27 && format <= 31, format >= 34 && format <= 36,
		format >= 50 && format <= 58:
		return asDay
	case format >= 18 && format <= 21, format >= 45 && format <= 47:
		return asHours
	}
	return asNumber
}

// lookOfCode returns the look of a number format such as yyyy\-mm\-dd or
// [$-409]d-mmm-yy;@: a day if it shows a day, a year or the name of a month, but no
// duration such as [h]; else hours if it shows hours. Quoted texts, wide blanks, and
// conditions and colors in brackets do not matter.
func lookOfCode(code string) look {
	code = regexp.MustCompile(`"[^"]*"?|\\.|_.|\*.`).ReplaceAllString(strings.ToLower(code), " ")
	length := regexp.MustCompile(`\[(h+|m+|s+)\]`).FindString(code)
	code = regexp.MustCompile(`\[[^]]*\]?`).ReplaceAllString(code, " ")
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

// hoursOf returns a number of days as hours, minutes and, if there are any, seconds:
// 1:30.
func hoursOf(days float64) (string, bool) {
	const most = 10_000 // hours
	if !(days >= 0 && days*24 < most) {
		return "", false
	}
	seconds := int(math.Round(days * 24 * 60 * 60))
	text := fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	return strings.TrimSuffix(text, ":00"), true
}

// dateOf returns the day of a number, or false before March 1900, where programs differ
// by a day, and beyond the year 9999.
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
