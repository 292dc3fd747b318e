package document

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// A matrix turns x, y into m[0]x+m[2]y+m[4], m[1]x+m[3]y+m[5].
type matrix [6]float64

var unmoved = matrix{1, 0, 0, 1, 0, 0}

// over returns the matrix that turns by m, then by n.
func (m matrix) over(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

func moved(x, y float64) matrix { return matrix{1, 0, 0, 1, x, y} }

const maxTurned = 10_000 // bytes

const maxWord = 500 // bytes, of which letters without width may be any number

// A word is where a page shows it: from left to right on a baseline that is y above the
// foot of the page.
type word struct {
	page           int
	left, right, y float64
	size           float64 // of its letters
	font           *font   // or nil where others may be the same
	text           string
	ended          bool // a blank follows
	// Of the first word of a line, how wide what is drawn above it is, and, at the end of
	// a page, below it.
	ruled, closed float32
}

// A rule is a line that is drawn from left to right, or an edge of what is painted.
type rule struct {
	page int
	span
	y float64
}

const (
	maxRules = 200_000
	thinRule = 3.0 // points, of a box that is drawn as a line
	highBox  = 300 // points, of one that is no row
)

// look is what q keeps and Q brings back.
type look struct {
	place                        matrix
	font                         *font
	size, letter, blank, stretch float64
	leading, rise                float64
	low, high                    float64 // what is painted lies between these
}

// A writer draws pages and keeps their words.
type writer struct {
	*pdf
	page   int
	fonts  map[ref]*font
	words  []word
	turned strings.Builder // what does not run from left to right
	rules  []rule
	path   []rule // not drawn yet
	pen    [2]float64

	clipped bool // by the path

	look
	kept       []look
	text, line matrix
	resources  dict
	depth      int // of forms
}

func (w *writer) drawPage(page, inherited dict) {
	turned := map[int]matrix{90: {0, -1, 1, 0, 0, 0}, 180: {-1, 0, 0, -1, 0, 0}, 270: {0, 1, -1, 0, 0, 0}}
	w.look = look{place: unmoved, stretch: 1, low: math.Inf(-1), high: math.Inf(1)}
	if m, ok := turned[(int(w.number(inherited["Rotate"]))%360+360)%360]; ok {
		w.place = m
	}
	w.resources = w.dict(inherited["Resources"])
	var parts [][]byte // which may end within a text
	for _, part := range w.list(w.drawn(page["Contents"])) {
		s := w.stream(w.drawn(part))
		if s == nil {
			panic(errPDFBreaksOff)
		}
		parts = append(parts, w.unpack(s))
	}
	w.draw(bytes.Join(parts, []byte("\n")))
}

// operators are all that a page may have.
var operators = sync.OnceValue(func() []string {
	return strings.Fields(`b B b* B* BDC BI BMC BT BX c cm cs CS d d0 d1 Do DP EI EMC ET EX f F f* g G gs h i j J k K l m M MP n
		q Q re rg RG ri s S sc SC scn SCN sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' "`)
})

func (w *writer) draw(content []byte) {
	kept := w.kept
	w.kept = nil
	l := &lexer{pdf: w.pdf, data: content}
	var args array
	for {
		v := l.object()
		op, ok := v.(operator)
		switch {
		case !ok:
			args = append(args, v)
			continue
		case op == "":
			w.kept = kept
			return
		case op == "ID":
			l.skipPicture()
		case w.doubtful && !slices.Contains(operators(), string(op)):
			panic(errPDFBreaksOff)
		default:
			w.do(op, args)
		}
		args = args[:0]
	}
}

// skipPicture goes behind a picture that stands within the content.
func (l *lexer) skipPicture() {
	for {
		i := bytes.Index(l.data[l.at:], []byte("EI"))
		if i < 0 {
			l.at = len(l.data)
			return
		}
		l.at += i + 2
		before := l.at < 3 || strings.IndexByte(blanks, l.data[l.at-3]) >= 0
		if before && (l.at == len(l.data) || strings.IndexByte(blanks, l.data[l.at]) >= 0) {
			return
		}
	}
}

func (w *writer) do(op operator, args array) {
	n := func(i int) float64 {
		if i >= len(args) {
			return 0
		}
		return w.number(args[i])
	}
	m := matrix{n(0), n(1), n(2), n(3), n(4), n(5)}
	switch op {
	case "q":
		if len(w.kept) < 1000 {
			w.kept = append(w.kept, w.look)
		}
	case "Q":
		if last := len(w.kept) - 1; last >= 0 {
			w.look, w.kept = w.kept[last], w.kept[:last]
		}
	case "cm":
		w.place = m.over(w.place)
	case "BT":
		w.text, w.line = unmoved, unmoved
	case "Tm":
		w.text, w.line = m, m
	case "TD":
		w.leading = -n(1)
		w.nextLine(n(0), n(1))
	case "Td":
		w.nextLine(n(0), n(1))
	case "T*":
		w.nextLine(0, -w.leading)
	case "Tf":
		w.size, w.font = n(1), w.fontNamed(args.first())
	case "Tc":
		w.letter = n(0)
	case "Tw":
		w.blank = n(0)
	case "Tz":
		w.stretch = n(0) / 100
	case "TL":
		w.leading = n(0)
	case "Ts":
		w.rise = n(0)
	case "Do":
		w.form(w.stream(w.drawn(w.dict(w.resources["XObject"])[w.name(args.first())])))
	default:
		w.show(op, args)
		w.trace(op, m)
	}
}

// trace does the operators of a path, of which only what goes from left to right is kept.
func (w *writer) trace(op operator, m matrix) {
	at := moved(m[0], m[1]).over(w.place)
	add := func(x, y, toX, toY float64) {
		left, right := min(x, toX), max(x, toX)
		if len(w.rules)+len(w.path) < maxRules && math.Abs(y-toY) < thinRule && right-left > thinRule && fits(word{left: left, right: right, y: y, size: 1}) {
			w.path = append(w.path, rule{w.page, span{left, right}, (y + toY) / 2})
		}
	}
	switch op {
	case "m":
	case "l":
		add(w.pen[0], w.pen[1], at[4], at[5])
	case "re":
		to := moved(m[0]+m[2], m[1]+m[3]).over(w.place)
		add(at[4], at[5], to[4], to[5])
		if math.Abs(at[5]-to[5]) >= thinRule {
			add(at[4], at[5], to[4], at[5])
			add(at[4], to[5], to[4], to[5])
		}
	case "W", "W*":
		w.clipped = true
		return
	case "n":
		if w.clipped { // what is painted then ends there
			w.ruleOff()
		}
		if w.clipped && len(w.path) == 2 {
			w.low, w.high = max(w.low, min(w.path[0].y, w.path[1].y)), min(w.high, max(w.path[0].y, w.path[1].y))
		}
		w.path = nil
	case "S", "s", "f", "F", "f*", "B", "B*", "b", "b*":
		w.ruleOff()
		w.path = nil
	default:
		return
	}
	w.pen, w.clipped = [2]float64{at[4], at[5]}, false
}

// ruleOff keeps what goes from left to right of a path, unless it is the background of a
// page.
func (w *writer) ruleOff() {
	if len(w.path) == 2 && math.Abs(w.path[0].y-w.path[1].y) >= highBox {
		return
	}
	for _, r := range w.path {
		if r.y > w.low-1 && r.y < w.high+1 {
			w.rules = append(w.rules, r)
		}
	}
}

func (w *writer) nextLine(x, y float64) {
	w.line = moved(x, y).over(w.line)
	w.text = w.line
}

// show does the operators that show text.
func (w *writer) show(op operator, args array) {
	switch op {
	case `"`:
		if len(args) == 3 {
			w.blank, w.letter = w.number(args[0]), w.number(args[1])
		}
		w.nextLine(0, -w.leading)
	case "'":
		w.nextLine(0, -w.leading)
	case "TJ":
		if list, ok := args.first().(array); ok {
			args = list
		}
	case "Tj":
	default:
		return
	}
	for _, v := range args {
		switch v := v.(type) {
		case string:
			w.letters(v)
		case float64:
			if op == "TJ" {
				w.text = moved(-v/1000*w.size*w.stretch, 0).over(w.text)
			}
		}
	}
}

// fontNamed returns a font of the resources.
func (w *writer) fontNamed(v any) *font {
	found := w.dict(w.resources["Font"])[w.name(v)]
	r, ok := found.(ref)
	if f := w.fonts[r]; ok && f != nil {
		return f
	}
	f := w.readFont(found)
	if f.shared = ok; ok {
		w.fonts[r] = f
	}
	return f
}

// form draws a form, which is content with resources of its own.
func (w *writer) form(s *stream) {
	if s == nil || w.name(s.dict["Subtype"]) != "Form" {
		return
	}
	if w.depth++; w.depth > maxNested {
		panic(brokenPDF("a part is within itself"))
	}
	look, resources, text, line := w.look, w.resources, w.text, w.line
	if own := w.dict(s.dict["Resources"]); own != nil {
		w.resources = own
	}
	if m := w.array(s.dict["Matrix"]); len(m) == 6 {
		var by matrix
		for i, v := range m {
			by[i] = w.number(v)
		}
		w.place = by.over(w.place)
	}
	w.draw(w.unpack(s))
	w.look, w.resources, w.text, w.line = look, resources, text, line
	w.depth--
}

// letters writes a text and goes to its end.
func (w *writer) letters(text string) {
	if w.font == nil {
		return
	}
	w.font.each(text, func(code int, letters string, width float64) {
		w.step(1)
		at := matrix{w.size * w.stretch, 0, 0, w.size, 0, w.rise}.over(w.text).over(w.place)
		next := width*w.size + w.letter
		if code == ' ' && !w.font.wide {
			next += w.blank
		}
		w.add(letters, at, width)
		w.text = moved(next*w.stretch, 0).over(w.text)
	})
}

// add adds letters to the last word, or as a new one. Text that does not run from left
// to right, such as a watermark, is no part of a table, and kept apart.
func (w *writer) add(letters string, at matrix, width float64) {
	turned := at[0] <= 0 || math.Abs(at[1]) > at[0]/10
	if turned && w.turned.Len() < maxTurned {
		w.turned.WriteString(letters)
	}
	if strings.TrimFunc(letters, unicode.IsSpace) == "" || turned {
		if last := len(w.words) - 1; last >= 0 && letters != "" {
			w.words[last].ended = true
		}
		return
	}
	g := word{page: w.page, left: at[4], right: at[4] + width*at[0], y: at[5], size: math.Hypot(at[2], at[3]), font: w.font, text: letters}
	if !w.font.shared {
		g.font = nil
	}
	if !fits(g) {
		return
	}
	if last := len(w.words) - 1; last >= 0 && w.words[last].goesOn(g) {
		w.words[last] = w.words[last].with(g)
	} else {
		w.words = append(w.words, g)
	}
}

// fits reports whether a place is one of a page, which has at most 200 inches.
func fits(g word) bool {
	for _, v := range []float64{g.left, g.right, g.y, g.size} {
		if math.IsNaN(v) || math.Abs(v) > 1e5 {
			return false
		}
	}
	return g.size > 0
}

// goesOn reports whether b begins where a ends, with less than a blank in between.
func (a word) goesOn(b word) bool {
	return !a.ended && len(a.text) < maxWord && a.page == b.page && math.Abs(a.y-b.y) < a.size/5 && b.left-a.right < a.size*0.16 && b.left-a.right > -a.size/2
}

func (a word) with(b word) word {
	a.text += b.text
	a.right, a.ended = b.right, b.ended
	return a
}

// done returns the lines of all pages. Letters that were drawn one by one are put
// together, and what was drawn twice, to be bold, is there once.
func (w *writer) done() [][]word {
	lines := linesOf(w.words)
	for i, line := range lines {
		row := line[:0:0]
		for _, g := range line {
			g.text = strings.ToValidUTF8(g.text, "\uFFFD")
			last := len(row) - 1
			switch {
			case last >= 0 && row[last].text == g.text && math.Abs(row[last].left-g.left) < g.size/5:
			case last >= 0 && row[last].goesOn(g):
				row[last] = row[last].with(g)
			default:
				row = append(row, g)
			}
		}
		lines[i] = row
	}
	w.rule(lines)
	return lines
}

// rule notes how wide what is drawn between two lines is.
func (w *writer) rule(lines [][]word) {
	slices.SortStableFunc(w.rules, func(a, b rule) int { return cmp.Or(a.page-b.page, cmp.Compare(b.y, a.y), cmp.Compare(a.left, b.left)) })
	next := 0
	for i, line := range lines {
		first := &line[0]
		above := math.Inf(1)
		if i > 0 && lines[i-1][0].page == first.page {
			above = lines[i-1][0].y
		}
		for next < len(w.rules) && w.rules[next].before(*first) {
			r := w.rules[next]
			width, n := w.covered(next)
			if next += n; r.page == first.page && r.y < above {
				first.ruled = max(first.ruled, float32(width))
			}
		}
		if i+1 < len(lines) && lines[i+1][0].page == first.page {
			continue
		}
		for next < len(w.rules) && w.rules[next].page <= first.page {
			r := w.rules[next]
			width, n := w.covered(next)
			if next += n; r.page == first.page && r.y < first.y {
				first.closed = max(first.closed, float32(width))
			}
		}
	}
}

// before reports whether the rule is drawn above a word, and not through or below it.
func (r rule) before(g word) bool {
	return r.page < g.page || r.page == g.page && r.y > g.y+g.size/2
}

// covered returns how wide the rules are that are drawn at the height of this one, and
// how many they are.
func (w *writer) covered(i int) (width float64, n int) {
	end := math.Inf(-1)
	for _, r := range w.rules[i:] {
		if r.page != w.rules[i].page || w.rules[i].y-r.y > 1 {
			break
		}
		width += max(0, r.right-max(r.left, end))
		end = max(end, r.right)
		n++
	}
	return width, n
}

// linesOf returns the words that share a baseline, from the top of the first page.
func linesOf(words []word) (lines [][]word) {
	slices.SortStableFunc(words, func(a, b word) int { return cmp.Or(a.page-b.page, cmp.Compare(b.y, a.y)) })
	for _, g := range words {
		last := len(lines) - 1
		if last >= 0 && lines[last][0].page == g.page && lines[last][0].y-g.y < min(g.size, lines[last][0].size)*0.3 {
			lines[last] = append(lines[last], g)
		} else {
			lines = append(lines, []word{g})
		}
	}
	for _, line := range lines {
		slices.SortStableFunc(line, func(a, b word) int { return cmp.Compare(a.left, b.left) })
	}
	return lines
}
