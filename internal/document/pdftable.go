package document

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// The least that is a table of credits has a title, a day and points.
const minColumns = 3

// Columns are told apart by a gap that holds over the header and the rows, in letters'
// sizes and in points. A blank is 0.25 to 0.33 of a size.
const (
	wideBlank  = 0.4
	bin        = 0.5 // points, in which gaps are measured
	pageWidth  = 8000
	mostBefore = 60 // lines above the header
	maxCell    = 20_000
	overflow   = 6 // of so many rows, one may run over the next column
)

// A tableLine is a line with its words in their columns.
type tableLine struct {
	page, filled, over int // over is how many ends of columns it runs over
	until              int // the line of the text behind it
	y, size            float64
	ruled, closed      float32
	phrases            []span
	font               *font
	cells              []string
	ends               *float64 // of its columns, which those of another table are not
	at                 []place  // where each cell is
	day                bool     // it has a day in the column of days
}

// A place is where a cell is, and how wide its first word is.
type place struct {
	span
	first float64
}

// text returns the cells as one text.
func (l tableLine) text() string {
	return strings.Join(strings.Fields(strings.Join(l.cells, " ")), " ")
}

func newLine(line []word, ends []float64) tableLine {
	l := tableLine{page: line[0].page, y: line[0].y, size: line[0].size, font: line[0].font, ruled: line[0].ruled, closed: line[0].closed, phrases: phrases(line, ends...), cells: make([]string, len(ends)+1), at: make([]place, len(ends)+1), ends: &ends[0]}
	for _, g := range line {
		middle := span{g.left, g.right}.middle()
		i, _ := slices.BinarySearch(ends, middle)
		if l.cells[i] == "" {
			l.at[i] = place{span{g.left, g.right}, g.right - g.left}
		}
		l.at[i].right = g.right
		l.cells[i] = joined(l.cells[i], g.text, " ")
	}
	for _, cell := range l.cells {
		if cell != "" {
			l.filled++
		}
	}
	for _, s := range l.phrases {
		for _, end := range ends {
			if s.left < end && end < s.right {
				l.over++
			}
		}
	}
	if raw := phrases(line); l.over > 0 && len(raw) == 1 { // a sentence
		l.phrases = raw
	}
	return l
}

func joined(a, b, by string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + by + b
}

// begins reports whether the line has most cells of a row, and not those that go on. Of
// a row, one cell may run over the next column.
func (l tableLine) begins() bool {
	return l.filled > len(l.cells)/2 && (l.over == 0 || l.over == 1 && len(l.phrases) >= minColumns)
}

// fits reports whether the line may be a part of a row.
func (l tableLine) fits() bool { return l.over == 0 }

// A line goes on with a row where it stands at most so many sizes of letters below the
// line before. Between lines of a row is less than between rows, by so much.
const (
	nextLine  = 1.7
	clearly   = 1.05
	wellBelow = 1.4 // of the most that is between lines
	footBelow = 3.0 // the same
	inLine    = 1.5 // points
	pitches   = 1.3 // how far a row stands from the next one, of the usual
	longRow   = 60  // lines
)

// A table is the lines from its header on. Each belongs to the row of the line that has
// most cells, which is the first of them, or the middle one where cells are centered.
type table struct {
	lines   []tableLine
	starts  []bool // whether a row begins with the line
	days    bool   // there is a column of days
	column  int    // of days
	rest    string // what stands well below the last day, or ""
	last    int    // where the last row begins, as far as boxes are filled
	open    bool   // no line is drawn below that row on the page before
	owner   []int  // the line that a line belongs to, or -1
	pitch   float64
	samples []span // of the first rows
	centred bool   // lines stand above the one that has most cells
}

const mostSplits = 20

// tablesOf returns the tables of a text, of which each may have columns of its own, or
// nothing, and whether the rows of all are there.
func tablesOf(lines [][]word, splits int) (all []Table, whole bool) {
	rows, from, to, whole := tableOf(lines)
	cut := 0
	switch {
	case rows == nil || !whole:
		return nil, whole
	case holdsTable(lines[:from]):
		cut = from
	case holdsTable(lines[to:]):
		cut = to
	case len(rows) < 2:
		return nil, true
	default:
		return []Table{{Rows: rows}}, true
	}
	for _, part := range [][][]word{lines[:cut], lines[cut:]} {
		more, ok := []Table(nil), splits < mostSplits
		if ok {
			more, ok = tablesOf(part, splits+1)
		}
		if !ok || len(more) == 0 {
			return nil, !layoutOf(lines).manyRows()
		}
		all = append(all, more...)
	}
	return all, true
}

// holdsTable reports whether lines have several rows, or a row below a header. What has a
// label beside it, such as the number of a license, is none.
func holdsTable(lines [][]word) bool {
	if len(lines) == 0 {
		return false
	}
	rows, headed := 0, false
	for _, line := range lines {
		cells := lineOf(line)
		has := func(is func(string) bool) bool {
			return slices.ContainsFunc(cells, func(p Phrase) bool { return is(p.Text) })
		}
		switch isDay := func(s string) bool { return dayAndTime().FindString(s) == s }; {
		case len(cells) < minColumns || has(func(s string) bool { return strings.HasSuffix(s, ":") }):
		case has(isDay) && holdsRow(textOf(line)):
			rows++
		case !has(isDay):
			headed = true
		}
	}
	return rows > 1 || rows > 0 && headed || layoutOf(lines).manyRows()
}

// tableOf returns the rows of a table that may go over several pages, the header first
// and once, or nothing, and from where to where it goes, and whether its rows are all there.
func tableOf(lines [][]word) (rows [][]string, from, to int, whole bool) {
	l := layoutOf(lines)
	head := l.findHeader()
	ends := slices.Repeat([][]float64{head.ends}, len(lines)-head.at)
	if few := len(head.ends)+1 < minColumns; few || moves(lines[head.at:]) {
		if at, each := l.findTables(); each != nil {
			head, ends = header{at: at, lines: 1}, each
		} else if few {
			return nil, 0, 0, !l.manyRows()
		}
	}
	t := table{}
	edges := edgesOf(lines)
	for i := head.at; i < len(lines); i++ {
		n := 1
		if sameText(lines[i:], lines[head.at:head.at+head.lines]) {
			n = head.lines
		}
		if n > 1 || i == head.at || holdsRow(textOf(lines[i])) || edges[edgeOf(lines[i])] < 2 {
			t.lines = append(t.lines, newLines(lines[i:i+n], ends[i-head.at]))
			i += n - 1
			t.lines[len(t.lines)-1].until = i + 1
		}
	}
	t.findPitch()
	t.findDays()
	t.findStarts()
	if t.isRuled() {
		t.eachBox(t.fill)
	} else {
		t.eachRun(t.split)
		t.eachRun(t.carryOver)
	}
	if whole = t.name(); !whole && !l.manyRows() {
		return nil, 0, 0, true // a certificate, whose values stand in columns
	}
	return t.rows(), head.at, t.lines[t.lastRow()].until, whole
}

// sameText reports whether the first lines have the text of others.
func sameText(lines, others [][]word) bool {
	return len(lines) >= len(others) && slices.EqualFunc(lines[:len(others)], others, func(a, b []word) bool {
		return a[0].page == lines[0][0].page && textOf(a) == textOf(b)
	})
}

// newLines returns the lines of a header as one.
func newLines(lines [][]word, ends []float64) tableLine {
	all := newLine(lines[0], ends)
	for _, line := range lines[1:] {
		l := newLine(line, ends)
		l.ruled, l.phrases, l.filled = all.ruled, merged(all.phrases, l.phrases), 0
		for c := range l.cells {
			if l.cells[c] == "" {
				l.at[c] = all.at[c]
			}
			if l.cells[c] = wrapped(all.cells[c], l.cells[c]); l.cells[c] != "" {
				l.filled++
			}
		}
		all = l
	}
	return all
}

// name makes headings of the lines above the last row that no row has, and reports
// whether none of them may be one itself.
func (t *table) name() bool {
	last := t.lastRow()
	for i, l := range t.lines[:last] {
		if t.owner[i] >= 0 {
			continue
		}
		if holdsRow(l.text()) || t.owner[i] != aGroup && len(l.phrases) > 1 && t.inRow(i) {
			return false
		}
		t.owner[i] = aGroup
	}
	return true
}

// lastRow returns the last line that a row has.
func (t *table) lastRow() int {
	last := len(t.lines) - 1
	for last > 0 && t.owner[last] < 0 {
		last--
	}
	return last
}

// holdsRow reports whether a line has a day and a number.
func holdsRow(text string) bool {
	day := wholeDay().FindString(text)
	return day != "" && slices.ContainsFunc(strings.Fields(strings.Replace(text, day, " ", 1)), isNumber)
}

// inRow reports whether a line stands between two others of its page that rows have.
func (t *table) inRow(i int) bool {
	return t.on(i-1, i) && t.on(i, i+1) && t.owner[i-1] >= 0 && t.owner[i+1] >= 0
}

// findDays finds the column that has most days.
func (t *table) findDays() {
	found := make([]int, len(t.lines[0].cells))
	for _, l := range t.lines {
		for i, cell := range l.cells {
			if l.filled > 1 && l.fits() && wholeDay().MatchString(cell) {
				found[i]++
			}
		}
	}
	most, last := slices.Max(found), 0
	column := slices.Index(found, most)
	t.days, t.column = most > 0, column
	for i, l := range t.lines {
		if t.lines[i].day = t.days && wholeDay().MatchString(l.cells[column]); t.lines[i].day {
			last = i
		}
	}
	t.end(last)
}

// end drops what stands well below the last day, such as the points of each topic. The
// first line of it is said where it is a table or a foot.
func (t *table) end(last int) {
	most := 0.0
	for i := range last {
		if t.on(i, i+1) {
			most = max(most, t.apart(i))
		}
	}
	for i := last; last > 0 && t.on(i, i+1); i++ {
		if t.apart(i) > wellBelow*most {
			near := t.apart(i) < footBelow*most
			if near || slices.ContainsFunc(t.lines[i+1:], func(l tableLine) bool { return len(l.phrases) >= minColumns }) {
				t.rest = t.lines[i+1].text()
			}
			t.lines = t.lines[:i+1]
		}
	}
}

// findStarts finds the lines that rows begin with: those that have most cells of a row,
// and not a day less than a line that stands close to them.
func (t *table) findStarts() {
	t.starts, t.owner = make([]bool, len(t.lines)), make([]int, len(t.lines))
	rows := map[*font]int{}
	for i, l := range t.lines {
		if l.day || t.isHeader(i) {
			t.starts[i] = l.filled > 1 && l.fits() || l.begins()
		} else {
			t.starts[i] = l.begins() && !t.isNearDay(i) || l.filled > 1 && l.fits() && (t.isBeside(i, i-1) || t.isBeside(i, i+1))
		}
		if t.owner[i] = i; t.starts[i] && !t.isHeader(i) {
			rows[l.font]++
			rows[nil]++
		}
	}
	t.findGroups(rows)
}

var (
	aTotal = lazily(`(?i)\btotals?\b.*\d`)
	aTime  = lazily(`\d:\d\d|^[AaPp]\.?[Mm]\.?$|\b[A-Z]{3}$`)
)

// findGroups finds the headings between rows that are in another font than any row
// begins with, unless most rows have such a line, totals as far away as rows, and what
// stands below a day and is no time.
func (t *table) findGroups(rows map[*font]int) {
	var odd []int
	for i := 1; i < len(t.lines); i++ {
		above, below := t.on(i-1, i), t.on(i, i+1)
		in := above && below || t.inColumns(i) && (above && t.apart(i-1) < 2*t.pitch || below && t.apart(i) < 2*t.pitch)
		l := t.lines[i]
		total := above && below && min(t.apart(i-1), t.apart(i)) > 0.95*t.pitch && aTotal().MatchString(l.text())
		if in && len(l.phrases) == 1 && !t.starts[i] && (total || rows[l.font] == 0 || t.isBelowDay(i)) {
			odd = append(odd, i)
		}
	}
	for _, i := range odd {
		if 3*len(odd) < 2*rows[nil] {
			t.starts[i], t.owner[i] = true, aGroup
		}
	}
}

// isBeside reports whether the line stands in the middle of a row whose day has several.
func (t *table) isBeside(i, day int) bool {
	return t.on(i, day) && t.lines[day].day && t.lines[day].filled == 1 && math.Abs(t.lines[i].y-t.lines[day].y) < t.lines[i].size
}

// isBelowDay reports whether a line has text in the column of days alone, below a whole one.
func (t *table) isBelowDay(i int) bool {
	l, above := t.lines[i], i-1
	if !t.days || l.day || l.filled != 1 || l.cells[t.column] == "" || aTime().MatchString(l.text()) {
		return false
	}
	for t.on(above, i) && (t.lines[above].cells[t.column] == "" || aTime().MatchString(t.lines[above].text()) && !t.lines[above].day) {
		above--
	}
	return t.on(above, i) && t.lines[above].day
}

// isNearDay reports whether the line stands as close to one with a day, or below the
// header, as lines of a row do, and has no number where that has one, as a total has.
func (t *table) isNearDay(i int) bool {
	near := func(k int) bool {
		for c, cell := range t.lines[k].cells {
			if cell != "" && isNumber(cell[:1]) && isNumber(t.lines[i].cells[c]) {
				return false
			}
		}
		return true
	}
	up, down := i, i
	for t.on(up-1, up) && t.goesOn(up-1) && !t.lines[up].day && i-up < longRow {
		up--
	}
	for t.on(down, down+1) && t.goesOn(down) && !t.lines[down].day && down-i < longRow {
		down++
	}
	return t.days && ((up == 0 || t.lines[up].day) && near(up) || t.lines[down].day && near(down))
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789.") == "" }

// width is how wide the rows are.
func (t *table) width() float64 {
	left, right := math.Inf(1), 0.0
	for _, s := range t.samples {
		left, right = min(left, s.left), max(right, s.right)
	}
	return right - left
}

// eachBox calls do with the lines i to j-1 that stand between two drawn lines, or on one
// page.
func (t *table) eachBox(do func(i, j int)) {
	least := float32(0.8 * t.width())
	for i := 0; i < len(t.lines); {
		j := i + 1
		for t.on(i, j) && t.lines[j].ruled < least {
			j++
		}
		do(i, j)
		i = j
	}
}

// isRuled reports whether a line is drawn between most rows: what is between two has one
// day, or, where no line has a whole one, is short.
func (t *table) isRuled() bool {
	const short = 8 // lines
	one, more := 0, 0
	t.eachBox(func(i, j int) {
		days := 0
		for k := i; k < j; k++ {
			if t.lines[k].day {
				days++
			}
		}
		if days > 1 || !t.days && j-i > short {
			more++
		} else if i > 0 && (days == 1 || !t.days) && (t.on(i-1, i) || t.on(j-1, j)) {
			one++
		}
	})
	return one > 4*more && (t.days && one > 0 || one > 2)
}

// aGroup owns the lines of a heading between rows.
const aGroup = -2

// fill makes a row of what is between two drawn lines. At the edges of a page it may be
// the end of a row that the page before begins, or nothing of the table.
func (t *table) fill(i, j int) {
	best := t.fullest(i, j)
	if t.isHeader(best) {
		if cut := t.splitHeader(best, j); cut < j {
			t.fill(i, cut)
			t.fill(cut, j)
			return
		}
	}
	owner, above, below := best, t.on(i-1, i), t.on(i, j)
	if !above {
		t.open = t.isOpen(i)
	}
	switch {
	case t.isCarried(i, j):
		owner = t.last
	case t.isGroup(i, j):
		owner = aGroup
	}
	for k := range j - i {
		t.owner[i+k] = -1
	}
	if !(above && below || owner == aGroup || t.lines[best].day || t.isHeader(best) || t.inColumns(best)) {
		return
	}
	if t.owner[best] = owner; owner == best && i > 0 && !t.isHeader(best) {
		t.last = best
	}
	for k := best + 1; k < j && (below || t.goesOn(k-1) && t.lines[k].fits()); k++ {
		t.owner[k] = owner
	}
	for k := best - 1; k >= i; k-- {
		switch {
		case t.isHeader(best) && len(t.lines[k].phrases) == 1: // the name of another table
			t.owner[k] = aGroup
		case t.isHeader(best):
		case above || t.goesOn(k) && t.inColumns(k):
			t.owner[k] = owner
		default:
			return
		}
	}
}

// fullest returns the header among the lines, or the first that has most cells.
func (t *table) fullest(i, j int) int {
	best := i
	for k := i; k < j && !t.isHeader(best); k++ {
		if t.isHeader(k) || t.lines[k].filled > t.lines[best].filled {
			best = k
		}
	}
	return best
}

// splitHeader cuts a box that has both a header and the row below it, where most is
// between the lines.
func (t *table) splitHeader(i, j int) int {
	cut, most := j, 0.0
	for k := i + 1; k < j; k++ {
		if t.apart(k-1) > most {
			cut, most = k, t.apart(k-1)
		}
		if t.lines[k].day {
			return cut
		}
	}
	return j
}

// isOpen reports whether no line is drawn below the last row, where a page begins.
func (t *table) isOpen(i int) bool {
	least := float32(0.8 * t.width())
	for k := t.last + 1; k < i; k++ {
		if t.lines[k].ruled >= least {
			return false
		}
	}
	return t.last > 0 && t.lines[i-1].closed < least
}

// isCarried reports whether the lines go on with the row that the page before ends with:
// that is open, and they have no day.
func (t *table) isCarried(i, j int) bool {
	another := func(l tableLine) bool { return l.day || slices.Equal(l.cells, t.lines[0].cells) }
	return t.open && t.days && t.lines[t.last].page != t.lines[i].page && !slices.ContainsFunc(t.lines[i:j], another)
}

// isGroup reports whether the lines are one text, such as the heading of a year.
func (t *table) isGroup(i, j int) bool {
	var columns []string
	for _, l := range t.lines[i:j] {
		if len(l.phrases) > 1 {
			return false
		}
		for c, cell := range l.cells {
			if cell != "" && l.fits() {
				columns = append(columns, strconv.Itoa(c))
			}
		}
	}
	return i > 0 && len(slices.Compact(columns)) < 2
}

// findPitch finds how far apart rows usually stand, and lets each own itself.
func (t *table) findPitch() {
	var all []float64
	last := 0
	for i, l := range t.lines {
		if len(t.samples) < 1000 && (l.begins() || l.fits() && t.on(i-1, i+1) && t.goesOn(i-1) && t.goesOn(i)) {
			t.samples = append(t.samples, l.phrases...)
		}
		if l.begins() {
			if i > 0 && t.lines[last].page == l.page {
				all = append(all, t.lines[last].y-l.y)
			}
			last = i
		}
	}
	if slices.Sort(all); len(all) > 0 {
		t.pitch = all[len(all)/2]
	}
}

// eachRun calls do with the lines i to j-1 that stand between two rows of a page.
func (t *table) eachRun(do func(i, j int)) {
	for i := 0; i < len(t.lines); i++ {
		if t.starts[i] {
			continue
		}
		j := i + 1
		for j < len(t.lines) && !t.starts[j] && t.lines[j].page == t.lines[i].page {
			j++
		}
		do(i, j)
		i = j - 1
	}
}

// on reports whether the lines stand on one page.
func (t *table) on(i, j int) bool {
	return i >= 0 && j >= 0 && j < len(t.lines) && t.lines[i].page == t.lines[j].page
}

func (t *table) apart(i int) float64 { return t.lines[i].y - t.lines[i+1].y }

// goesOn reports whether line i+1 is close enough to be of one row with line i.
func (t *table) goesOn(i int) bool { return t.apart(i) <= nextLine*t.lines[i].size }

// inColumns reports whether the line is a part of a row and not of what stands at the
// edges of a page, such as its number, which is in line with no column.
func (t *table) inColumns(i int) bool {
	for _, p := range t.lines[i].phrases {
		if !slices.ContainsFunc(t.samples, func(s span) bool {
			return min(math.Abs(s.left-p.left), math.Abs(s.right-p.right), math.Abs(s.middle()-p.middle())) < inLine
		}) {
			return false
		}
	}
	return t.lines[i].fits()
}

// split gives lines to the rows above and below them.
func (t *table) split(i, j int) {
	cut := i
	if t.on(i-1, i) {
		cut = t.cut(i, j)
	}
	for k := range j - i {
		t.owner[i+k] = -1
	}
	for k := i; k < cut && t.goesOn(k-1) && (t.on(i, j) && t.lines[k].fits() || t.inColumns(k)); k++ {
		t.owner[k] = t.owner[i-1]
	}
	for k := j - 1; t.on(k, j) && k >= cut && t.owner[j] == j && t.goesOn(k) && t.lines[k].fits(); k-- {
		if t.on(i-1, i) {
			t.owner[k], t.centred = j, true
		}
	}
	t.alone(i, j)
}

// cut returns the first of the lines that belong to the row below them, or to none.
func (t *table) cut(i, j int) int {
	least, most, cut := t.apart(i-1), t.apart(i-1), i
	for k := i; t.on(k, k+1) && k < j; k++ {
		least = min(least, t.apart(k))
		if t.apart(k) > most {
			most, cut = t.apart(k), k+1
		}
	}
	if most > clearly*least {
		return cut
	}
	return j
}

// alone makes a row of a line that stands for itself and has several cells, so that it
// is refused where it says too little, not lost. What stands at the edge of a page is
// none.
func (t *table) alone(i, j int) {
	for k := i; k < j && t.on(i-1, i); k++ {
		near := t.on(i, j) || t.apart(k-1) <= pitches*t.pitch && t.inColumns(k)
		if t.owner[k] < 0 && near && t.lines[k].filled > 1 && t.lines[k].fits() {
			t.owner[k] = k
		}
	}
	for k := i; k < j; k++ {
		if t.owner[k] < 0 && len(t.lines[k].phrases) == 1 {
			t.owner[k] = aGroup
		}
	}
}

// isHeader reports whether the line is that of the header, here or repeated.
func (t *table) isHeader(i int) bool { return slices.Equal(t.lines[i].cells, t.lines[0].cells) }

// carryOver gives the first lines of a page to the row that the page before ends with.
func (t *table) carryOver(i, j int) {
	again := t.on(i-1, i) && t.isHeader(i-1) && i > 1
	if t.on(i-1, i) && !again || !t.on(i, j) || t.isHeader(j) || again && t.owner[1] == 0 {
		return
	}
	last := i - 1
	for last > 0 && (t.owner[last] != last || t.isHeader(last)) {
		last--
	}
	into := j
	for k := j - 1; k >= i && t.inColumns(k) && t.apart(k) <= pitches*max(t.pitch, nextLine*t.lines[k].size); k-- {
		if into = min(into, k+1); t.centred && into == k+1 && t.goesOn(k) {
			t.owner[k], into = j, k
		} else {
			t.owner[k] = last
		}
	}
}

// rows puts the lines together.
func (t *table) rows() (rows [][]string) {
	wide, columns := t.widths(), len(t.lines[0].cells)
	row := map[int]int{} // by the line that owns it
	var last []tableLine // of each row, as far as it is put together
	for i, l := range t.lines {
		owner := t.owner[i]
		if owner == aGroup {
			rows, last = append(rows, group(l.text(), columns)), append(last, l)
		}
		if owner < 0 {
			continue
		}
		n, ok := row[owner]
		if !ok {
			n = len(rows)
			row[owner] = n
			rows, last = append(rows, make([]string, columns)), append(last, tableLine{cells: make([]string, columns), at: l.at})
		}
		above := last[n]
		last[n] = l
		for c, cell := range l.cells {
			if len(rows[n][c]) > maxCell {
				panic(tooLargePDF(fmt.Sprintf("%d letters in a cell", maxCell)))
			}
			if cell == "" {
				l.at[c], l.cells[c] = above.at[c], above.cells[c]
			} else if t.isEnd(above, l, c, wide[l.ends][c]) {
				rows[n][c] += "\n" + cell
			} else {
				rows[n][c] = wrapped(rows[n][c], cell)
			}
		}
	}
	if t.rest != "" {
		rows = append(rows, group(t.rest, len(rows[0])))
	}
	header := rows[0]
	return slices.Concat(rows[:1], slices.DeleteFunc(rows[1:], func(r []string) bool { return slices.Equal(r, header) }))
}

// isEnd reports whether a cell ends a line with the one above, and does not only wrap
// there: the next word had room, or an entry of a list or a number
// begins.
func (t *table) isEnd(above, l tableLine, c int, wide float64) bool {
	had := above.cells[c]
	begins := strings.HasPrefix(l.cells[c], "•") || strings.HasPrefix(l.cells[c], "# ")
	return had != "" && (begins || !strings.HasSuffix(had, "-") && !strings.HasSuffix(had, "/") &&
		above.at[c].width()+l.at[c].first+l.size/3 < wide)
}

// widths returns how wide the lines of each column are at most, for each table. One that
// ends where the next word had room does not only break there.
func (t *table) widths() map[*float64][]float64 {
	all := map[*float64][]float64{}
	for i, l := range t.lines {
		wide, ok := all[l.ends]
		if !ok {
			wide = make([]float64, len(l.cells))
			all[l.ends] = wide
		}
		for c := range wide {
			if t.owner[i] >= 0 {
				wide[c] = max(wide[c], l.at[c].width())
			}
		}
	}
	return all
}

// group returns the row of a heading: its text spans all columns.
func group(text string, columns int) []string { return slices.Repeat([]string{text}, columns) }

// wrapped returns a cell with its next line. A line that breaks behind a hyphen or slash
// had no blank there.
func wrapped(a, b string) string {
	by := " "
	if strings.HasSuffix(a, "/") || strings.HasSuffix(a, "-") && !strings.HasSuffix(a, " -") {
		by = ""
	}
	return joined(a, b, by)
}
