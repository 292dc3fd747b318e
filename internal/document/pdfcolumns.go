package document

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// A span is where a phrase or a gap is from left to right.
type span struct{ left, right float64 }

func (s span) middle() float64 { return (s.left + s.right) / 2 }
func (s span) width() float64  { return s.right - s.left }

// phrases returns the words of a line that stand a blank apart, and no end of a column
// between them, as one.
func phrases(line []word, ends ...float64) (all []span) {
	for _, g := range line {
		last := len(all) - 1
		apart := func(end float64) bool { return all[last].right < end && end < g.left }
		if last >= 0 && g.left-all[last].right < wideBlank*g.size && !slices.ContainsFunc(ends, apart) {
			all[last].right = max(all[last].right, g.right)
		} else {
			all = append(all, span{g.left, g.right})
		}
	}
	return all
}

// textOf returns the words of a line with a blank between them, as many as a heading or
// the header of a table may have.
func textOf(line []word) (text string) {
	for _, g := range line {
		if text = joined(text, g.text, " "); len(text) > maxWord {
			break
		}
	}
	return text
}

// A header is the lines of one, and where its columns end.
type header struct {
	at, lines int
	ends      []float64
	narrow    int // of the ends, those that are no wider than a blank
}

const (
	mostOfHeader = 4  // lines
	mostAbove    = 20 // lines above the first row
)

// better reports whether more columns stand below a header than below another.
func (h header) better(than header) bool {
	return cmp.Or(len(h.ends)-len(than.ends), than.narrow-h.narrow, than.lines-h.lines) > 0
}

// A layout is the lines of a text with what may stand in one cell: words, and days.
type layout struct {
	lines [][]word
	cells [][]span
	days  []bool
	rows  []bool // whether a line may be a row
	last  int    // row
}

func layoutOf(lines [][]word) (l layout) {
	l = layout{lines: lines, cells: make([][]span, len(lines)), days: make([]bool, len(lines)), rows: make([]bool, len(lines))}
	var edges alignment
	days := make([]span, len(lines))
	for i, line := range lines {
		var day int
		if l.cells[i], day = atoms(line); day >= 0 {
			l.days[i], days[i] = true, l.cells[i][day]
			edges.add(days[i])
		}
	}
	for i, line := range lines {
		if l.rows[i] = l.days[i] && edges.share(days[i]) > 0.25 || len(phrases(line)) >= minColumns; l.rows[i] {
			l.last = i
		}
	}
	for l.last+1 < len(lines) && l.near(l.last) {
		l.last++
	}
	return l
}

// An alignment counts where spans begin, end and have their middle.
type alignment struct {
	at    [3]map[int]int
	spans int
}

func edgesIn(s span) [3]int {
	return [3]int{int(math.Round(s.left)), int(math.Round(s.right)), int(math.Round(s.middle()))}
}

func (a *alignment) add(s span) {
	for i, x := range edgesIn(s) {
		if a.at[i] == nil {
			a.at[i] = map[int]int{}
		}
		a.at[i][x]++
	}
	a.spans++
}

// near returns how many spans are where that one is, a point aside.
func (a *alignment) near(i, x int) int { return a.at[i][x-1] + a.at[i][x] + a.at[i][x+1] }

// share returns how many of the spans share an edge or their middle with that one.
func (a *alignment) share(s span) float64 {
	most := 0
	for i, x := range edgesIn(s) {
		most = max(most, a.near(i, x))
	}
	return float64(most) / max(float64(a.spans), 1)
}

// score is how many spans share an edge or their middle, less those that do not. That
// they share others too weighs little.
func (a *alignment) score() float64 {
	best, all := 0, 0
	for i := range a.at {
		most := 0
		for x := range a.at[i] {
			most = max(most, a.near(i, x))
		}
		best, all = max(best, most), all+most
	}
	return float64(2*best-a.spans) + 0.1*float64(all)/max(float64(a.spans), 1)
}

// atoms returns the words of a line, and each day with its weekday and time as one, and
// which of them is the first day, or -1.
func atoms(line []word) (all []span, day int) {
	text, found := textOf(line), [][]int{}
	if wholeDay().MatchString(text) {
		found = dayAndTime().FindAllStringIndex(text, -1)
	}
	at, before := 0, -1 // the day that the word before is of
	day = -1
	for _, g := range line {
		of := slices.IndexFunc(found, func(m []int) bool { return at < m[1] && at+len(g.text) > m[0] })
		if last := len(all) - 1; of >= 0 && of == before {
			all[last].right = max(all[last].right, g.right)
		} else {
			all = append(all, span{g.left, g.right})
		}
		if of == 0 {
			day = len(all) - 1
		}
		at, before = at+len(g.text)+1, of
	}
	return all, day
}

// findHeader returns the first lines without a day that have most columns with what is
// below them. The cells of a header may stand at different heights.
func (l layout) findHeader() (best header) {
	left := cover{at: make([]int, pageWidth/bin)}
	for i := range l.last + 1 {
		left.add(l.cells[i], l.rows[i], 1)
	}
	first := l.until()
	for i := range min(first, mostBefore) {
		var band []span
		for n := 1; n <= mostOfHeader && i >= first-mostAbove && i+n <= l.last && !l.days[i+n-1]; n++ {
			if n > 1 && !l.goesOn(i, i+n-1) {
				break
			}
			if band = merged(band, l.cells[i+n-1]); len(band) < minColumns {
				continue
			}
			if h := l.columns(header{at: i, lines: n}, band, left); h.better(best) {
				best = h
			}
		}
		left.add(l.cells[i], l.rows[i], -1)
	}
	return l.whole(best)
}

// columnsOf returns the columns below the header of the first line.
func (l layout) columnsOf() header {
	all := cover{at: make([]int, pageWidth/bin)}
	for i := range l.last + 1 {
		all.add(l.cells[i], l.rows[i], 1)
	}
	return l.columns(header{lines: 1}, l.cells[0], all)
}

// goesOn reports whether a line is of the header that begins with another one: closer than
// the first row may be, where that has the same font.
func (l layout) goesOn(head, i int) bool {
	const close = 1.25 // sizes
	a, b := l.lines[i-1][0], l.lines[i][0]
	own := a.font != l.lines[l.until()][0].font
	return l.near(i-1) && b.font == l.lines[head][0].font && (own || a.y-b.y < close*a.size)
}

// near reports whether line i+1 is close enough to be of one cell with line i.
func (l layout) near(i int) bool {
	return l.lines[i][0].page == l.lines[i+1][0].page && l.lines[i][0].y-l.lines[i+1][0].y <= nextLine*l.lines[i][0].size
}

// manyRows reports whether a text is a transcript, and no certificate whose values stand in
// columns: three lines have a day, below each other, and a number.
func (l layout) manyRows() bool {
	n := 0
	for i, line := range l.lines {
		if l.rows[i] && holdsRow(textOf(line)) {
			n++
		}
	}
	return n >= 3
}

// until returns the first row, above which the header stands.
func (l layout) until() int {
	for i := range l.lines {
		if l.rows[i] && l.days[i] {
			return i
		}
	}
	return l.last
}

// whole returns the header with the lines below it that are centred with those above.
func (l layout) whole(h header) header {
	fullest := h.at
	for i := h.at; i < h.at+h.lines; i++ {
		if len(l.cells[i]) > len(l.cells[fullest]) {
			fullest = i
		}
	}
	y := func(i int) float64 { return l.lines[i][0].y }
	for k := 1; fullest-k >= h.at && fullest+k < len(l.lines); k++ {
		if below := fullest + k; !l.days[below] && math.Abs(y(fullest-k)+y(below)-2*y(fullest)) < inLine {
			h.lines = max(h.lines, below-h.at+1)
		}
	}
	return h
}

// merged returns the spans of both from left to right, those that overlap as one.
func merged(a, b []span) (all []span) {
	both := slices.Concat(a, b)
	slices.SortFunc(both, func(a, b span) int { return cmp.Compare(a.left, b.left) })
	for _, s := range both {
		if last := len(all) - 1; last >= 0 && s.left <= all[last].right {
			all[last].right = max(all[last].right, s.right)
		} else {
			all = append(all, s)
		}
	}
	return all
}

// A cut is a place between two words of a header where a column may end.
type cut struct {
	at     int // the word before
	x      float64
	narrow bool // in the header, like a blank
	score  float64
	before int // the cut where the column begins, or -1
}

const (
	mostSample = 60 // lines
	mostCells  = 60 // words in one
	mostCuts   = 8  // between two words
	mostTries  = 80
	splitCost  = 0.3
)

// columns finds where the columns end: of all places between the words of a header it takes
// those with which most cells of a column share an edge or their middle.
func (l layout) columns(h header, band []span, left cover) header {
	size := l.lines[h.at][0].size
	var cuts []cut
	for i := 1; i < len(band); i++ {
		narrow := band[i].left-band[i-1].right < wideBlank*size
		for _, s := range left.clear(band[i-1].right, band[i].left) {
			cuts = append(cuts, cut{at: i, x: s.middle(), narrow: narrow, before: -1})
		}
	}
	if len(cuts)+1 < minColumns || len(cuts) > mostTries {
		return h
	}
	var sample [][]span
	blank := l.blank()
	for i := h.at + h.lines; i <= l.last && len(sample) < mostSample; i++ {
		sample = append(sample, l.cells[i][:min(len(l.cells[i]), mostCells)])
	}
	cuts = append(cuts, cut{at: len(band), x: math.Inf(1), before: -1})
	for i := range cuts {
		g := &cuts[i]
		g.score = aligned(band, sample, math.Inf(-1), g.x, 2*wideBlank*size)
		for k := range cuts[:i] {
			if b := cuts[k]; b.at < g.at {
				score := b.score + aligned(band, sample, b.x, g.x, 2*wideBlank*size) - b.cost(sample, size, blank)
				if score > g.score {
					g.score, g.before = score, k
				}
			}
		}
	}
	for k := cuts[len(cuts)-1].before; k >= 0; k = cuts[k].before {
		h.ends = append(h.ends, cuts[k].x)
		if cuts[k].narrow {
			h.narrow++
		}
	}
	slices.Reverse(h.ends)
	return h
}

// blank returns how wide most blanks are.
func (l layout) blank() (wide float64) {
	found := map[float64]int{}
	for _, line := range l.lines[:min(len(l.lines), mostSample)] {
		for i, g := range line[1:] {
			if by := math.Round(5*(g.left-line[i].right)) / 5; by > 0 && by < wideBlank*g.size {
				if found[by]++; found[by] > found[wide] {
					wide = by
				}
			}
		}
	}
	return wide
}

// cost is what an end must earn. A blank in the header ends no column for a few lines, or
// where a blank stands in all. Of two places, more room tells.
func (c cut) cost(sample [][]span, size, blank float64) float64 {
	const most = 2 // sizes
	room, between, both := 0.0, 0.0, 0.0
	for _, cells := range sample {
		i, by := slices.IndexFunc(cells, func(s span) bool { return s.middle() > c.x }), most*size
		if i > 0 {
			by = min(cells[i].left-cells[i-1].right, by)
			between, both = between+by, both+1
		}
		room += by
	}
	room /= float64(len(sample)) * size * most
	switch {
	case !c.narrow:
		return -0.5 - room
	case both > 0 && math.Abs(between/both-blank) < 0.1*blank:
		return math.Inf(1)
	}
	return 1 + splitCost*float64(len(sample)) - room
}

// aligned returns how many cells between two places share an edge or their middle, less
// those that do not, or have a wide gap. That the header shares it too decides between
// two places.
func aligned(head []span, lines [][]span, from, to, wide float64) float64 {
	var edges alignment
	for _, line := range lines {
		if cell, gap := cellIn(line, from, to); gap > wide {
			edges.spans++
		} else if gap >= 0 {
			edges.add(cell)
		}
	}
	score := edges.score()
	if cell, gap := cellIn(head, from, to); gap >= 0 {
		score += 0.2 * edges.share(cell)
	}
	return score
}

// cellIn returns the cell that has the words between two places, and the widest gap in
// it, or -1 where there are none.
func cellIn(line []span, from, to float64) (cell span, gap float64) {
	gap = -1
	for _, s := range line {
		switch m := s.middle(); {
		case m <= from || m >= to:
		case gap < 0:
			cell, gap = s, 0
		default:
			cell.right, gap = s.right, max(gap, s.left-cell.right)
		}
	}
	return cell, gap
}

// findTables returns where the columns of each line end, where several tables have the
// same header and columns of their own, and the first line of the first one.
func (l layout) findTables() (at int, ends [][]float64) {
	texts := make([]string, len(l.lines))
	for i, line := range l.lines {
		texts[i] = textOf(line)
	}
	for i, text := range texts[:min(len(texts), mostBefore)] {
		head := phrases(l.lines[i])
		if len(head) < minColumns || l.days[i] || slices.Contains(texts[:i], text) {
			continue
		}
		var all [][]float64
		for from, to, n := i, 0, 0; from < len(texts); from, n = to, n+1 {
			for to = from + 1; to < len(texts) && texts[to] != text; to++ {
			}
			got := layoutOf(l.lines[from:to]).columnsOf()
			if len(got.ends)+1 != len(head) || n > maxPages {
				all = nil
				break
			}
			all = append(all, slices.Repeat([][]float64{got.ends}, to-from)...)
		}
		if len(all) > 0 {
			return i, all
		}
	}
	return 0, nil
}

// moves reports whether a line is there again with other places.
func moves(lines [][]word) bool {
	text, head := textOf(lines[0]), phrases(lines[0])
	return slices.ContainsFunc(lines[1:], func(line []word) bool {
		other := func(a, b span) int { return cmp.Compare(math.Round((a.left-b.left)/4), 0) }
		return line[0].text == lines[0][0].text && textOf(line) == text && slices.CompareFunc(phrases(line), head, other) != 0
	})
}

// A cover counts the lines that have text in each bin. Those that may be rows weigh
// most; what else there is, such as the number of a page, may stand where it likes.
type cover struct {
	at          []int
	rows, parts int
}

const rowWeight = 1 << 20

func (c *cover) add(cells []span, row bool, n int) {
	if row {
		c.rows += n
		n *= rowWeight
	} else {
		c.parts += n
	}
	for _, s := range cells {
		for x := binOf(s.left); x <= binOf(s.right); x++ {
			c.at[x] += n
		}
	}
}

func binOf(x float64) int { return int(min(max(x, 0), pageWidth-bin) / bin) }

// clear returns the widest cuts from left to right that few lines run over.
func (c *cover) clear(left, right float64) (all []span) {
	from, to := binOf(left)+1, binOf(right)
	if from >= to {
		return nil
	}
	least := slices.Min(c.at[from:to])
	if least/rowWeight > c.rows/overflow || least%rowWeight > (c.parts+1)/2 {
		return nil
	}
	for x := from; x < to; x++ {
		if c.at[x] > least {
			continue
		}
		begin := x
		for x < to && c.at[x] <= least {
			x++
		}
		if x-begin > 1 {
			all = append(all, span{float64(begin) * bin, float64(x) * bin})
		}
	}
	if len(all) > mostCuts {
		slices.SortFunc(all, func(a, b span) int { return cmp.Compare(b.width(), a.width()) })
		all = all[:mostCuts]
		slices.SortFunc(all, func(a, b span) int { return cmp.Compare(a.left, b.left) })
	}
	return all
}

// An edge is a short line, such as the name or number of the page, and where it stands.
type edge struct {
	text string // without numbers such as that of the page
	y    float64
}

// edgesOf counts the pages on which a line is the first or last one, or the one next to
// a short one, and stands apart.
func edgesOf(lines [][]word) map[edge]int {
	edges := map[edge]int{}
	// outer reports whether what is beyond a line is the edge, or a short line before it.
	outer := func(i, step int) bool {
		on := func(k int) bool { return k >= 0 && k < len(lines) && lines[k][0].page == lines[i][0].page }
		apart := on(i-step) && math.Abs(lines[i][0].y-lines[i-step][0].y) > nextLine*lines[i][0].size
		return apart && (!on(i+step) || edgeOf(lines[i+step]) != edge{} && !on(i+2*step))
	}
	for i, line := range lines {
		if outer(i, 1) || outer(i, -1) {
			edges[edgeOf(line)]++
		}
	}
	delete(edges, edge{})
	return edges
}

// edgeOf returns a line as an edge, or none if it may be a row.
func edgeOf(line []word) edge {
	if len(phrases(line)) >= minColumns {
		return edge{}
	}
	words := strings.FieldsFunc(textOf(line), func(r rune) bool { return r == ' ' || r == '/' })
	words = slices.DeleteFunc(words, func(w string) bool { return len(w) < 4 && strings.Trim(w, "0123456789") == "" })
	return edge{strings.Join(words, " "), math.Round(line[0].y)}
}

const aDay = `\b(\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}|(19|20)\d\d(0[1-9]|1[0-2])\d\d|\pL{3,9}\.? \d{1,2}(-\d{1,2})?,? \d{4}|\d{1,2}[ -]\pL{3,9}\.?[ -]\d{4})\b`

// wholeDay matches a day that no line breaks, and dayAndTime one with its weekday and time.
var (
	wholeDay   = lazily(aDay)
	dayAndTime = lazily(`((Mon|Tues?|Wed(nes)?|Thu(rs)?|Fri|Sat(ur)?|Sun)(day)?\.?,? )?` + aDay + `(,? \d{1,2}:\d\d(:\d\d)?( ?[AaPp][Mm])?)?`)
)
