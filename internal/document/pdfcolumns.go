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
}

const mostOfHeader = 4 // lines

// findHeader returns the first lines without a day that have most columns with what is
// below them. The cells of a header may stand at different heights.
func findHeader(lines [][]word) (best header) {
	all := make([][]span, len(lines))
	left := cover{at: make([]int, pageWidth/bin)}
	for i, line := range lines {
		all[i] = phrases(line)
		left.add(all[i], 1)
	}
	for i := range min(len(lines)-1, mostBefore) {
		var band []span
		for n := 1; n <= mostOfHeader && i+n < len(lines) && !wholeDay().MatchString(textOf(lines[i+n-1])); n++ {
			if n > 1 && (lines[i][0].page != lines[i+n-1][0].page || lines[i+n-2][0].y-lines[i+n-1][0].y > nextLine*lines[i][0].size) {
				break
			}
			if band = merged(band, all[i+n-1]); len(band) < minColumns {
				continue
			}
			if got := left.gaps(band); len(got) > len(best.ends) || len(got) == len(best.ends) && n < best.lines {
				best = header{i, n, got}
			}
		}
		left.add(all[i], -1)
	}
	return best
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

// findTables returns where the columns of each line end, where several tables have the
// same header and columns of their own, and the first line of the first one.
func findTables(lines [][]word) (at int, ends [][]float64) {
	texts := make([]string, len(lines))
	for i, line := range lines {
		texts[i] = textOf(line)
	}
	for i, text := range texts[:min(len(texts), mostBefore)] {
		head := phrases(lines[i])
		if len(head) < minColumns || wholeDay().MatchString(text) || slices.Contains(texts[:i], text) {
			continue
		}
		var all [][]float64
		for from, to, n := i, 0, 0; from < len(lines); from, n = to, n+1 {
			below := cover{at: make([]int, pageWidth/bin)}
			for to = from; to < len(lines) && (to == from || texts[to] != text); to++ {
				below.add(phrases(lines[to]), 1)
			}
			got := below.gaps(phrases(lines[from]))
			if len(got)+1 != len(head) || n > maxPages {
				all = nil
				break
			}
			all = append(all, slices.Repeat([][]float64{got}, to-from)...)
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
		if least/rowWeight <= c.rows/overflow && least%rowWeight <= max(c.parts/2, c.rows/belowRows) && width > 1 {
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

// wholeDay matches a day that no line breaks.
var wholeDay = lazily(`\b(\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}|\pL{3,9}\.? \d{1,2},? \d{4}|\d{1,2}[ -]\pL{3,9}\.?[ -]\d{4})\b`)
