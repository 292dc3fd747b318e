package document

import (
	"math"
	"slices"
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
	overflow   = 10 // of so many rows, one may run over the next column
)

// A span is where a phrase or a gap is from left to right.
type span struct{ left, right float64 }

func (s span) middle() float64 { return (s.left + s.right) / 2 }

// phrases returns the words of a line that stand a blank apart, as one.
func phrases(line []word) (all []span) {
	for _, g := range line {
		if last := len(all) - 1; last >= 0 && g.left-all[last].right < wideBlank*g.size {
			all[last].right = max(all[last].right, g.right)
		} else {
			all = append(all, span{g.left, g.right})
		}
	}
	return all
}

// findHeader returns the first line that has most columns with what is below it, and
// where they end.
func findHeader(lines [][]word) (at int, ends []float64) {
	all := make([][]span, len(lines))
	left := cover{at: make([]int, pageWidth/bin)}
	for i, line := range lines {
		all[i] = phrases(line)
		left.add(all[i], 1)
	}
	for i := range min(len(lines)-1, mostBefore) {
		if len(all[i]) >= minColumns {
			if got := left.gaps(all[i]); len(got) > len(ends) {
				at, ends = i, got
			}
		}
		left.add(all[i], -1)
	}
	return at, ends
}

// A cover counts the lines that have text in each bin. Those that may be rows weigh
// most; what else there is, such as the number of a page, may stand where it likes.
type cover struct {
	at          []int
	rows, parts int
}

const rowWeight = 1 << 20

func (c *cover) add(phrases []span, n int) {
	if len(phrases) < minColumns {
		c.parts += n
	} else {
		c.rows += n
		n *= rowWeight
	}
	for _, s := range phrases {
		for x := binOf(s.left); x <= binOf(s.right); x++ {
			c.at[x] += n
		}
	}
}

func binOf(x float64) int { return int(min(max(x, 0), pageWidth-bin) / bin) }

// gaps returns the middle of the gap behind each phrase of a header that few lines run
// over.
func (c *cover) gaps(header []span) (ends []float64) {
	for i := 1; i < len(header); i++ {
		from, to := binOf(header[i-1].middle()), binOf(header[i].middle())
		if from >= to {
			continue
		}
		least := slices.Min(c.at[from:to])
		gap, width := widest(c.at[from:to], least)
		if least/rowWeight <= c.rows/overflow && least%rowWeight <= c.parts/2 && width > 1 {
			ends = append(ends, float64(from+gap)*bin)
		}
	}
	return ends
}

// widest returns the middle of the longest run of such numbers, and its length.
func widest(counts []int, least int) (middle, width int) {
	run := 0
	for x, n := range counts {
		if run++; n > least {
			run = 0
		}
		if run > width {
			middle, width = x-run/2, run
		}
	}
	return middle, width
}

// A tableLine is a line with its words in their columns.
type tableLine struct {
	page, filled, over int // over is how many ends of columns it runs over
	y, size            float64
	phrases            []span
	cells              []string
}

func newLine(line []word, ends []float64) tableLine {
	l := tableLine{page: line[0].page, y: line[0].y, size: line[0].size, phrases: phrases(line), cells: make([]string, len(ends)+1)}
	for _, g := range line {
		middle := span{g.left, g.right}.middle()
		i, _ := slices.BinarySearch(ends, middle)
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
	nextLine = 1.7
	clearly  = 1.25
	inLine   = 1.5 // points
	pitches  = 1.3 // how far a row stands from the next one, of the usual
)

// A table is the lines from its header on. Each belongs to the row of the line that has
// most cells, which is the first of them, or the middle one where cells are centered.
type table struct {
	lines   []tableLine
	owner   []int // the line that a line belongs to, or -1
	pitch   float64
	samples []span // of the first rows
	centred bool   // lines stand above the one that has most cells
}

// tableOf returns the rows of a table that may go over several pages, the header first
// and once, or nothing.
func tableOf(lines [][]word) [][]string {
	at, ends := findHeader(lines)
	if len(ends)+1 < minColumns {
		return nil
	}
	t := table{}
	for _, line := range lines[at:] {
		t.lines = append(t.lines, newLine(line, ends))
	}
	t.findPitch()
	t.owner = make([]int, len(t.lines))
	t.eachRun(t.split)
	t.eachRun(t.carryOver)
	return t.rows()
}

// findPitch finds how far apart rows usually stand, and lets each own itself.
func (t *table) findPitch() {
	var all []float64
	last := 0
	for i, l := range t.lines {
		if l.begins() {
			if len(t.samples) < 1000 {
				t.samples = append(t.samples, l.phrases...)
			}
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
		if t.lines[i].begins() {
			t.owner[i] = i
			continue
		}
		j := i + 1
		for j < len(t.lines) && !t.lines[j].begins() && t.lines[j].page == t.lines[i].page {
			j++
		}
		do(i, j)
		i = j - 1
	}
}

// on reports whether the lines stand on one page.
func (t *table) on(i, j int) bool {
	return i >= 0 && j < len(t.lines) && t.lines[i].page == t.lines[j].page
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
	cut := j
	if !t.on(i-1, i) {
		cut = i
	} else if t.on(i, j) {
		cut = t.cut(i, j)
	}
	for k := range j - i {
		t.owner[i+k] = -1
	}
	for k := i; k < cut && t.goesOn(k-1) && (t.on(i, j) && t.lines[k].fits() || t.inColumns(k)); k++ {
		t.owner[k] = t.owner[i-1]
	}
	for k := j - 1; t.on(k, j) && k >= cut && t.goesOn(k) && t.lines[k].fits(); k-- {
		if t.on(i-1, i) {
			t.owner[k], t.centred = j, true
		}
	}
	t.alone(i, j)
}

// cut returns the first of the lines that belong to the row below them.
func (t *table) cut(i, j int) int {
	least, most, cut := t.apart(i-1), t.apart(i-1), i
	for k := i; k < j; k++ {
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
	row := map[int]int{} // by the line that owns it
	for i, l := range t.lines {
		owner := t.owner[i]
		if owner < 0 {
			continue
		}
		n, ok := row[owner]
		if !ok {
			n = len(rows)
			row[owner] = n
			rows = append(rows, make([]string, len(l.cells)))
		}
		for c, cell := range l.cells {
			rows[n][c] = wrapped(rows[n][c], cell)
		}
	}
	header := rows[0]
	return slices.Concat(rows[:1], slices.DeleteFunc(rows[1:], func(r []string) bool { return slices.Equal(r, header) }))
}

// wrapped returns a cell with its next line. A line that breaks behind a hyphen or slash
// had no blank there.
func wrapped(a, b string) string {
	by := " "
	if strings.HasSuffix(a, "/") || strings.HasSuffix(a, "-") && !strings.HasSuffix(a, " -") {
		by = ""
	}
	return joined(a, b, by)
}
