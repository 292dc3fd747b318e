package certificate

import (
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A label is text[from:to] of the reader, with its colon.
type label struct {
	meaning
	cell     int
	from, to int
	colon    bool
}

// mostWords is how many words a label has.
const mostWords = 8

var (
	colons  = pattern(`:|\s[-–—]\s`)
	wordsOf = pattern(`\S+`)
)

// findLabels finds the labels: before a colon, a whole cell, or at the start of a cell
// before a number; that of a reference also in a sentence.
func (r *reader) findLabels() {
	for i, c := range r.cells {
		words := wordsOf().FindAllStringIndex(r.of(c), -1)
		var all []label
		for _, colon := range colons().FindAllStringIndex(r.of(c), 100) {
			all = append(all, r.endingAt(i, words, colon))
		}
		for first := range words {
			all = append(all, r.startingAt(i, words, first))
		}
		slices.SortStableFunc(all, func(a, b label) int { return a.from - b.from })
		for _, l := range all {
			if last := len(r.labels) - 1; l.field != noField && (last < 0 || l.from >= r.labels[last].to) {
				r.labels = append(r.labels, l)
			}
		}
	}
}

// startingAt returns the longest label without a colon that begins at a word of cell i.
func (r *reader) startingAt(i int, words [][]int, first int) label {
	c, inside := r.cells[i], first > 0
	for n := min(mostWords, len(words)-first); n > 0; n-- {
		from, to, next := c.from+words[first][0], c.from+words[first+n-1][1], c.to
		if first+n < len(words) {
			next = c.from + words[first+n][0]
		}
		if inside && (n == 1 || !startsNumber(r.text[next:c.to]) || !startsGeneric().MatchString(r.text[from:to])) {
			continue
		}
		m, ok := meanings()[key(r.text[from:to])]
		switch {
		case !ok, inside && m.field != reference:
		case next == c.to && isHead(m.field, r.text[from:to]), next < c.to && r.startsValue(m.field, next, c.to):
			return label{m, i, from, to, false}
		}
	}
	return label{}
}

// isHead reports whether a label without a colon is one, and no part of a sentence.
func isHead(f field, text string) bool {
	first := firstOf(text)
	phrase := f == participant || f == provider || f == doneDay && strings.HasSuffix(text, " on")
	return (phrase || !unicode.IsLower(first)) && (!strings.HasSuffix(text, ".") || strings.HasSuffix(text, "o."))
}

// measured reports whether the values of a label are days or numbers.
func (m meaning) measured() bool { return m.field >= doneDay && m.field <= earned }

// startsValue reports whether text[from:to] begins with what a label of the field, without
// a colon, can have behind it.
func (r *reader) startsValue(f field, from, to int) bool {
	switch f {
	case doneDay, issuedDay, otherDay:
		return slices.ContainsFunc(r.days, func(d day) bool { return d.from == from })
	case reference, earned:
		return startsNumber(r.text[from:to])
	}
	return false
}

// startsNumber reports whether a text begins with a digit, or with letters that a digit
// stands right behind, as "JA0012".
func startsNumber(text string) bool {
	word, _, _ := strings.Cut(text, " ")
	return strings.ContainsAny(word, "0123456789½¼¾") && strings.ToUpper(word) == word
}

// mayFollow reports whether a label of so many words can stand behind a letter. A word
// before it would change most: "Maximum credits".
func (m meaning) mayFollow(before rune, words int) bool {
	switch {
	case words == 1:
		return strings.ContainsRune(".;,|)•", before)
	case m.field == reference || m.field == other || m.field == otherDay:
		return true
	}
	return !unicode.IsLetter(before)
}

// endingAt returns the longest label that ends at a colon of cell i.
func (r *reader) endingAt(i int, words [][]int, colon []int) (l label) {
	c := r.cells[i]
	last := len(words) - 1
	for last >= 0 && words[last][0] >= colon[0] {
		last--
	}
	for first := last; first >= 0 && last-first < mostWords; first-- {
		m, ok := meanings()[key(r.of(c)[words[first][0]:colon[0]])]
		before, _ := utf8.DecodeLastRuneInString(strings.TrimRight(r.of(c)[:words[first][0]], " "))
		to := c.from + colon[1]
		to += len(r.text[to:c.to]) - len(strings.TrimLeft(r.text[to:c.to], " "))
		if ok && (to == c.to || !m.measured() || r.startsValue(m.field, to, c.to)) && (first == 0 || m.mayFollow(before, last-first+1)) {
			l = label{m, i, c.from + words[first][0], c.from + colon[1], true}
		}
	}
	return l
}

// labelOf returns the last label before a place that only what pattern between matches
// parts from it.
func (r *reader) labelOf(at int, between *regexp.Regexp) (label, bool) {
	c := r.cells[r.cellAt(at)]
	for i := r.labelsBefore(at); i >= 0 && r.labels[i].from >= c.from; i-- {
		if l := r.labels[i]; l.to <= at && between.MatchString(r.text[l.to:at]) {
			return l, true
		}
	}
	return label{}, false
}

// labelsBefore returns the index of the last label that begins before a place, or -1.
func (r *reader) labelsBefore(at int) int {
	return sort.Search(len(r.labels), func(i int) bool { return r.labels[i].from >= at }) - 1
}

// ending returns the label that a cell ends with.
func (r *reader) ending(i int) (label, bool) {
	if i < 0 {
		return label{}, false
	}
	l := r.labelsBefore(r.cells[i].to)
	if l < 0 || r.labels[l].cell != i || strings.TrimSpace(r.text[r.labels[l].to:r.cells[i].to]) != "" {
		return label{}, false
	}
	return r.labels[l], true
}

// starting returns the label that a cell begins with.
func (r *reader) starting(i int) (label, bool) {
	if i < 0 || i >= len(r.cells) {
		return label{}, false
	}
	l := r.labelsBefore(r.cells[i].from + 1)
	if l < 0 || r.labels[l].from != r.cells[i].from {
		return label{}, false
	}
	return r.labels[l], true
}

// beside returns the label of what begins cell i: to the left of it, else above it.
// Known is whether something that no label is known for speaks of it.
func (r *reader) beside(i int) (l label, ok, unknown bool) {
	left := r.left(i)
	if below := r.inColumn(i, 1); r.isFoot(below) {
		l, ok = r.whole(below)
		return l, ok, false
	}
	if l, ok = r.ending(left); ok && (l.colon || !r.isHeader(l)) {
		return l, true, false
	}
	if left >= 0 && strings.HasSuffix(r.of(r.cells[left]), ":") && !ok {
		return label{}, false, true
	}
	above := r.next(i, -1)
	for n := 0; n < mostRows && above >= 0 && r.isValue(above); n++ {
		above = r.next(above, -1)
	}
	if l, ok = r.ending(above); ok && (l.colon || !r.upsideDown || r.serves(above, 1)) &&
		(l.from == r.cells[above].from || l.colon && r.alone(above) && above == i-1) {
		return l, true, false
	}
	return label{}, false, above >= 0 && strings.HasSuffix(r.of(r.cells[above]), ":")
}

// mostRows is how many values are looked at below a label.
const mostRows = 5

// isValue reports whether a cell is a day or a number.
func (r *reader) isValue(i int) bool {
	text := r.of(r.cells[i])
	return dayPattern().FindString(text) == text || strings.Trim(text, "0123456789.") == ""
}

// findUp finds out whether labels stand below their values, as below a line to write on,
// or above them: by those for a day or points.
func (r *reader) findUp() {
	holds := func(l label, step int) bool {
		i := r.next(l.cell, step)
		pattern := dayPattern()
		if l.field == earned {
			pattern = amountPattern()
		}
		return i >= 0 && pattern.MatchString(r.of(r.cells[i]))
	}
	for _, l := range r.labels {
		whole := l.from == r.cells[l.cell].from && l.to == r.cells[l.cell].to
		if l.field != doneDay && l.field != earned || l.colon || !whole || r.right(l.cell) >= 0 && !r.isHeader(l) {
			continue
		}
		r.upsideDown = r.upsideDown || !holds(l, 1)
		r.upright = r.upright || holds(l, 1) && !holds(l, -1)
	}
}

// whole returns the label without a colon that is all of cell i.
func (r *reader) whole(i int) (label, bool) {
	l, ok := r.starting(i)
	return l, ok && !l.colon && l.to == r.cells[i].to
}

// isHeader reports whether a label without a colon is one of several in its line, whose
// values stand below.
func (r *reader) isHeader(l label) bool {
	line := r.lines[r.cells[l.cell].line]
	for i := line.from; i < line.to && !l.colon && !r.isPaired(l.cell); i++ {
		if _, ok := r.whole(i); ok && i != l.cell {
			return true
		}
	}
	return false
}

// isPaired reports whether the line of a cell has labels and values in turn.
func (r *reader) isPaired(i int) bool {
	line := r.lines[r.cells[i].line]
	return (line.to-line.from)%2 == 0 && r.serve(line, 2, 1)
}

// findFeet finds the lines of labels only whose values stand above, and are not those of
// labels above these.
func (r *reader) findFeet() {
	r.feet = make([]bool, len(r.lines))
	for n, line := range r.lines {
		if r.columns(line.from) > 1 && r.serves(line.from, -1) {
			heads := r.inColumn(r.lines[n-1].from, -1)
			r.feet[n] = heads < 0 || r.feet[n-2] || !r.serves(heads, 1)
		}
	}
}

// isFoot reports whether cell i is a label whose value stands above.
func (r *reader) isFoot(i int) bool { return i >= 0 && r.feet[r.cells[i].line] }

// serves reports whether the line of cell i has the labels of the line above (step -1) or
// below it.
func (r *reader) serves(i, step int) bool {
	other := r.inColumn(i, step)
	return other >= 0 && r.serve(r.lines[r.cells[i].line], 1, other-i)
}

// serve reports whether every so many cells of a line are labels of the cells so far from
// them: where they are for days and numbers these are there, and one is.
func (r *reader) serve(line span, every, apart int) (measured bool) {
	for i := line.from; i < line.to; i += every {
		l, ok := r.ending(i)
		if _, taken := r.starting(i + apart); !ok || taken {
			return false
		}
		value := r.cells[i+apart]
		switch {
		case r.startsValue(l.field, value.from, value.to):
			measured = true
		case l.measured():
			return false
		}
	}
	return measured
}

// valueOf returns where the value of a label is: in its cell up to the next label, else
// to the right, else below. Doubt is whether it may be another's.
func (r *reader) valueOf(l label) (from, to int, doubt bool) {
	c := r.cells[l.cell]
	from, to = l.to, c.to
	for i := r.labelsBefore(l.to) + 1; i < len(r.labels) && r.labels[i].from < to; i++ {
		to = r.labels[i].from
	}
	if strings.TrimSpace(r.text[from:to]) != "" {
		return from, to, false
	}
	if !l.colon && r.isFoot(l.cell) {
		c = r.cells[r.inColumn(l.cell, -1)]
		return c.from, c.to, false
	}
	right := r.right(l.cell)
	_, taken := r.starting(right)
	if right >= 0 && !taken && !r.isHeader(l) {
		c = r.cells[right]
		return c.from, r.untilLabel(right, c.from), !l.colon && r.columns(right) > 2 && !r.isPaired(right)
	}
	below := r.next(l.cell, 1)
	_, taken = r.starting(below)
	if _, beside := r.ending(r.left(max(0, below))); below < 0 || taken || beside || r.isFoot(r.inColumn(below, 1)) || strings.HasSuffix(r.of(r.cells[below]), ":") {
		return 0, 0, false
	}
	return r.cells[below].from, r.untilLabel(below, r.cells[below].from), l.colon && r.hasInline(l.cell) || !l.colon && r.upsideDown
}

// hasInline reports whether a neighbour of a cell has its value behind its label, so that
// what stands below the cell may be no value.
func (r *reader) hasInline(i int) bool {
	for _, j := range []int{r.left(i), r.right(i)} {
		if l, ok := r.starting(j); ok && l.colon && l.to < r.cells[j].to {
			return true
		}
	}
	return false
}

// untilLabel returns where cell i ends, or the first label behind a place in it begins.
func (r *reader) untilLabel(i, at int) int {
	if l := r.labelsBefore(at+1) + 1; l < len(r.labels) && r.labels[l].cell == i {
		return r.labels[l].from
	}
	return r.cells[i].to
}
