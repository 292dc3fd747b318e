package transcript

import (
	"math"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// blanks is the delimiter of a text whose columns stand below each other.
const blanks = ' '

// A placed is a text of a line and the characters that it takes.
type placed struct {
	text     string
	from, to int
}

// placedTexts returns the texts of a line that stand two blanks apart, but none of a ruler.
func placedTexts(line string) (all []placed) {
	if strings.Trim(line, "-=_+| \t\r") == "" {
		return nil
	}
	at := 0
	for _, gap := range append(wideGap().FindAllStringIndex(line, -1), []int{len(line), len(line)}) {
		if text := strings.TrimSpace(line[at:gap[0]]); text != "" {
			from := utf8.RuneCountInString(line[:at])
			all = append(all, placed{text, from, from + utf8.RuneCountInString(text)})
		}
		at = gap[1]
	}
	return all
}

var wideGap = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(^|[ \x{a0}])[ \x{a0}]+|\s*$`) })

// aligned returns the records of a text whose columns are kept apart by blanks, and the
// header, if that names a title and a date and two lines below have numbers in two of
// three columns or more. Else the header's score is below wholeScore.
func (s scanner) aligned(o layout) (records []record, h header) {
	first, _ := s.placed(max(maxPreamble, o.Skip+1))
	if h = findHeader(first, o); h.score < wholeScore {
		return nil, h
	}
	records, texts := s.placed(math.MaxInt)
	rows := 0
	for i := h.above + 1; i < len(records); i++ {
		numbers := 0
		for _, p := range texts[i] {
			if strings.ContainsAny(p.text, "0123456789") {
				numbers++
			}
		}
		if numbers > 1 && len(texts[i]) > 2 {
			rows++
		}
		records[i].place(texts[i], texts[h.above])
	}
	if rows < 2 {
		h.score = 0
	}
	return records, h
}

// placed returns a record for each of the first lines with a text, and where those stand.
func (s scanner) placed(most int) (records []record, texts [][]placed) {
	n := 0
	for line := range strings.SplitSeq(s.text, string(s.lineEnd)) {
		n++
		parts := placedTexts(line)
		if parts == nil {
			continue
		}
		rec := record{line: n}
		for _, p := range parts {
			rec.cells = append(rec.cells, p.text)
		}
		if records, texts = append(records, rec), append(texts, parts); len(records) == most {
			break
		}
	}
	return records, texts
}

// place gives each text the column below whose name its middle stands. It refuses a row
// where two stand in one column, or one runs into the next: it may be of both.
func (r *record) place(texts, names []placed) {
	r.cells = make([]string, len(names))
	for _, p := range texts {
		column, middle, next := 0, (p.from+p.to)/2, math.MaxInt
		for column+1 < len(names) && names[column+1].from <= middle {
			column++
		}
		if column+1 < len(names) {
			next = names[column+1].from
		}
		if r.bad == nil && (r.cells[column] != "" || p.to > next && len(texts) > 1) {
			r.bad = &Problem{Column: names[column].text, Value: clip(p.text), Message: "not clear where its column ends; put each text below the name of its column, two blanks apart"}
		}
		r.cells[column] = strings.TrimSpace(r.cells[column] + "  " + p.text)
	}
}
