package workbook

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/nfp"
)

// readFormats reads the number format of each style.
func (b *book) readFormats() error {
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
		code, ok := codes[cell.Format]
		if !ok {
			code = builtin(cell.Format)
		}
		b.codes = append(b.codes, code)
	}
	return err
}

// builtin returns the code of a number format that the programs know by its number.
// Some of those from 27 on are dates in one language and times in another; the number
// decides then, since a time is less than a day.
func builtin(id int) string {
	switch {
	case id >= 14 && id <= 17, id == 22, id >= 27 && id <= 31, id >= 34 && id <= 36, id >= 50 && id <= 58:
		return "yyyy-mm-dd"
	case id >= 18 && id <= 21, id >= 45 && id <= 47:
		return "[h]:mm"
	}
	return map[int]string{1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"}[id]
}

// A format is the sections of a number format, such as 0.0" CEU" and 0;-0;;@.
type format []nfp.Section

// parseFormat reads the code of a format. One that says nothing is empty, as for General.
func parseFormat(code string) format {
	const most = 255 // characters that the programs allow
	if code == "" || len([]rune(code)) > most || strings.EqualFold(code, "standard") {
		return nil
	}
	parser := nfp.NumberFormatParser()
	return parser.Parse(code)
}

// show returns a number as a cell shows it, but a day as YYYY-MM-DD, hours as 1:30, and
// no separators of thousands. What would be shown as a fraction or in powers of ten is
// the plain number.
func (f format) show(number float64, date1904 bool) string {
	s, n, ok := f.section(number)
	if !ok {
		return plainNumber(number)
	}
	text := ""
	switch day, hours, plain := s.look(); {
	case day:
		text, ok = dateOf(number, date1904)
	case hours:
		text, ok = hoursOf(number)
	case plain:
		ok = false
	default:
		text, ok = s.toHundredths().digits(n)
	}
	if !ok {
		return plainNumber(number)
	}
	return text
}

// A section is a part of a format: for all numbers, or those of a sign or condition.
type section []nfp.Token

// section returns the part of the format that shows a number, if any, and the number for
// it: a part for negative numbers has a sign of its own.
func (f format) section(n float64) (section, float64, bool) {
	conditional := false
	for _, s := range f[:min(len(f), 3)] {
		holds, ok := section(s.Items).holds(n)
		conditional = conditional || ok
		if conditional && (holds || !ok) {
			return s.Items, n, true
		}
	}
	switch {
	case len(f) == 0 || conditional:
		return nil, n, false
	case n < 0 && len(f) > 1:
		return f[1].Items, -n, true
	case n == 0 && len(f) > 2:
		return f[2].Items, n, true
	}
	return f[0].Items, n, true
}

// holds reports whether a condition such as [<1] holds, and whether there is one.
func (s section) holds(n float64) (holds, is bool) {
	i := slices.IndexFunc(s, func(t nfp.Token) bool { return t.TType == nfp.TokenTypeCondition && len(t.Parts) == 2 })
	if i < 0 {
		return false, false
	}
	limit, err := strconv.ParseFloat(strings.TrimSpace(s[i].Parts[1].Token.TValue), 64)
	if err != nil {
		return false, true
	}
	switch s[i].Parts[0].Token.TValue {
	case "<":
		return n < limit, true
	case "<=":
		return n <= limit, true
	case ">":
		return n > limit, true
	case ">=":
		return n >= limit, true
	case "<>":
		return n != limit, true
	}
	return n == limit, true
}

// look says what a section shows: a day if it has a day, a year or the name of a month,
// but no duration such as [h]; else hours if it has hours; or what only a plain number
// shows without loss.
func (s section) look() (day, hours, plain bool) {
	for i, t := range s {
		value := strings.ToLower(t.TValue)
		switch t.TType {
		case nfp.TokenTypeDateTimes:
			day = day || strings.ContainsAny(value, "dy") || strings.Contains(value, "mmm")
			hours = hours || strings.Contains(value, "h")
			plain = true
		case nfp.TokenTypeElapsedDateTimes:
			hours, plain = hours || strings.ContainsAny(value, "hm"), true
			defer func() { day = false }()
		case nfp.TokenTypeExponential, nfp.TokenTypeFraction, nfp.TokenTypeDenominator:
			plain = true
		case nfp.TokenTypeThousandsSeparator: // before no digit it divides by a thousand
			plain = plain || i+1 == len(s) || !isDigits(s[i+1])
		}
	}
	return day, hours, plain
}

func isDigits(t nfp.Token) bool {
	return t.TType == nfp.TokenTypeZeroPlaceHolder || t.TType == nfp.TokenTypeHashPlaceHolder || t.TType == nfp.TokenTypeDigitalPlaceHolder
}

// toHundredths returns the section with places for hundredths, where the number has some:
// 1.5 in 0" hr" is 1.5 hr. Rounded, half a point would be one that nobody earned.
func (s section) toHundredths() section {
	point := slices.IndexFunc(s, func(t nfp.Token) bool { return t.TType == nfp.TokenTypeDecimalPoint })
	last, decimals := -1, 0
	for i, t := range s {
		if isDigits(t) {
			if last = i; point >= 0 && i > point {
				decimals += len(t.TValue)
			}
		}
	}
	if last < 0 || decimals > 1 {
		return s
	}
	more := []nfp.Token{{TType: nfp.TokenTypeDecimalPoint, TValue: "."}, {TType: nfp.TokenTypeHashPlaceHolder, TValue: "##"[decimals:]}}
	if point >= 0 {
		more = more[1:]
	}
	return slices.Insert(slices.Clone(s), max(last, point)+1, more...)
}

// digits writes a number with the digits and texts of a section: 578026 in 000-000 is
// 578-026.
func (s section) digits(n float64) (string, bool) {
	places := [2]string{} // before and after the decimal point
	side := 0
	for _, t := range s {
		switch {
		case t.TType == nfp.TokenTypeDecimalPoint:
			side = 1
		case isDigits(t):
			places[side] += t.TValue
		case t.TType == nfp.TokenTypePercent:
			n *= 100
		}
	}
	if len(places[1]) > 30 || math.Abs(n) >= 1e15 {
		return "", false
	}
	whole, fraction, _ := strings.Cut(rounded(math.Abs(n), len(places[1])), ".")
	for strings.HasSuffix(fraction, "0") && places[1][len(fraction)-1] != '0' {
		fraction = fraction[:len(fraction)-1]
	}
	if whole == "0" && fraction == "" && !strings.Contains(places[0], "0") { // # and ? show no zero
		whole = ""
	}
	text := s.write(places[0], whole, fraction, plainNumber(math.Abs(n)))
	if n < 0 && strings.Trim(whole+fraction, "0") != "" {
		text = "-" + text
	}
	return text, true
}

// write fills the places of a section, those of the whole number from the right.
func (s section) write(places, whole, fraction, general string) string {
	if n := len(places) - len(whole); n > 0 { // "" where a place without a digit stays empty
		whole = strings.Map(func(r rune) rune { return map[rune]rune{'0': '0'}[r] }, places[:n]) + whole
	}
	var b strings.Builder
	after := false
	left := len(places) // places of the whole number that are still to fill
	for _, t := range s {
		switch {
		case t.TType == nfp.TokenTypeDecimalPoint:
			if left == 0 && places == "" {
				b.WriteString(whole)
			}
			if after = true; fraction != "" {
				b.WriteString(".")
			}
		case isDigits(t) && after:
			n := min(len(t.TValue), len(fraction))
			b.WriteString(fraction[:n])
			fraction = fraction[n:]
		case isDigits(t): // the first place takes what there is no place for
			left -= len(t.TValue)
			b.WriteString(strings.ReplaceAll(whole[:len(whole)-left], "\x00", ""))
			whole = whole[len(whole)-left:]
		case t.TType == nfp.TokenTypeLiteral, t.TType == nfp.TokenTypePercent:
			b.WriteString(t.TValue)
		case t.TType == nfp.TokenTypeAlignment:
			b.WriteString(" ")
		case t.TType == nfp.TokenTypeGeneral, t.TType == nfp.TokenTypeTextPlaceHolder:
			b.WriteString(general)
		case t.TType == nfp.TokenTypeCurrencyLanguage && len(t.Parts) > 0:
			if t.Parts[0].Token.TType == nfp.TokenSubTypeCurrencyString {
				b.WriteString(t.Parts[0].Token.TValue)
			}
		}
	}
	return strings.TrimSpace(b.String())
}

// rounded rounds as the programs do, which hold fifteen digits: 1.005 is 1.01.
func rounded(n float64, decimals int) string {
	power := math.Pow10(decimals)
	scaled, _ := strconv.ParseFloat(strconv.FormatFloat(n*power, 'g', 15, 64), 64)
	return strconv.FormatFloat(math.Round(scaled)/power, 'f', decimals, 64)
}

// plainNumber returns a number as a person types it. Digits beyond the tenth of a
// fraction are mostly errors of binary fractions.
func plainNumber(n float64) string {
	if n != math.Trunc(n) {
		n, _ = strconv.ParseFloat(strconv.FormatFloat(n, 'g', 10, 64), 64)
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
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
// by a day, and beyond the year 9999. A time is a sum of fractions, exact to the
// millisecond.
func dateOf(number float64, date1904 bool) (string, bool) {
	const firstDay, lastDay = 61, 2_958_465 // 1900-03-01 and 9999-12-31
	const day = 24 * 60 * 60 * 1000         // milliseconds
	if date1904 && number >= 1 {
		number += 1462
	}
	if number = math.Round(number*day) / day; !(number >= firstDay && number < lastDay+1) {
		return "", false
	}
	return time.Date(1899, time.December, 30+int(number), 0, 0, 0, 0, time.UTC).Format(time.DateOnly), true
}
