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
	at, from := 0, 0
	for _, gap := range append(wideGap().FindAllStringIndex(line, -1), []int{len(line), len(line)}) {
		if text := strings.TrimSpace(line[at:gap[0]]); text != "" {
			all = append(all, placed{text, from, from + utf8.RuneCountInString(text)})
		}
		from += utf8.RuneCountInString(line[at:gap[1]])
		at = gap[1]
	}
	return all
}

var wideGap = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(^|[ \x{a0}])[ \x{a0}]+`) })

// aligned returns the records of a text whose columns are kept apart by blanks, and the
// header, if that names a title and a date and two lines below have numbers in two of
// three columns or more. Else the header's score is below wholeScore.
func (s scanner) aligned(o layout) (records []record, h header, err error) {
	first, _, err := s.placed(max(maxPreamble, o.Skip+1))
	if h = findHeader(first, o); err != nil || h.score < wholeScore {
		return nil, h, err
	}
	records, texts, err := s.placed(math.MaxInt)
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
	return records, h, err
}

// placed returns a record for each of the first lines with a text, and where those stand.
func (s scanner) placed(most int) (records []record, texts [][]placed, err error) {
	n, cells := 0, 0
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
		records, texts, cells = append(records, rec), append(texts, parts), cells+len(parts)
		switch {
		case len(records) == most:
			return records, texts, nil
		case len(records) > maxRows:
			return nil, nil, errManyRows
		case cells > maxCells:
			return nil, nil, errManyCells
		}
	}
	return records, texts, nil
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
		if len(texts) > maxColumns && r.bad != nil {
			return
		}
		r.cells[column] = strings.TrimSpace(r.cells[column] + "  " + p.text)
	}
}
