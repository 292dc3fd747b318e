// Package certificate reads what a certificate says: the title of the activity, the day,
// the points, its provider and number, and who took part.
//
// It goes by wordings that certificates use (words.go), and says of each value whether it
// stands there beyond doubt. Where two readings are possible it chooses none. It reads one
// certificate; what has the rows of a transcript belongs to package transcript.
package certificate

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"cmpledger/internal/document"
	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

// What is looked at. A certificate has one page, rarely two.
const (
	mostLines = 300
	mostBytes = 64 << 10
)

// A Found is a value of a certificate. Its Words are "" where nothing was found.
type Found[T any] struct {
	Value T
	Words string // of the certificate, in which the value stands
	Sure  bool   // beyond doubt; else the value is a proposal
}

// A Draft is what a certificate says.
type Draft struct {
	Title, Provider, Reference, Participant Found[string]

	Date      Found[ledger.Date]
	Points    Found[ledger.Points]
	Topics    []ledger.CreditTopic // of some of the points, as in "2.0 (0.5 safety)"
	Problems  []string             // what is in doubt, as a sentence without a full stop
	NotEarned bool                 // nothing was earned, or nothing yet; the first problem says why
}

// Sure reports whether day, title and points were found beyond doubt.
func (d Draft) Sure() bool { return d.Title.Sure && d.Date.Sure && d.Points.Sure }

// Options say how to read what could mean two things.
type Options struct {
	DateFormat transcript.DateFormat // or "" to find out
	Known      ledger.Vocabulary     // the topics
	Today      ledger.Date           // no day is later; 0 is unknown
}

// Read reads a certificate. It returns false when nothing of one is in the lines.
func Read(lines []document.Line, o Options) (Draft, bool) {
	r := newReader(lines, o)
	var d Draft
	d.Participant = r.participant()
	d.Provider = r.provider()
	d.Reference = r.reference()
	d.Title = r.title(&d)
	d.Date = r.date(&d)
	d.Points = r.points(&d)
	sure := d.Title.Sure || d.Date.Sure || d.Points.Sure
	r.judge(&d)
	return d, sure || (d.Title.Words != "" || d.Points.Words != "") && saysCertificate().MatchString(r.text)
}

// A cell is a phrase of the certificate: text[from:to] of its reader.
type cell struct {
	line, from, to int
	left, right    float64
}

// overlap returns how much two cells stand above each other.
func (c cell) overlap(d cell) float64 { return min(c.right, d.right) - max(c.left, d.left) }

// A reader has the text of a certificate: its cells with a tab between those side by
// side, and a line feed behind each line.
type reader struct {
	Options
	text       string
	lines      []span // the first cell of each line and the one behind its last
	cells      []cell
	labels     []label
	days       []day
	flowing    bool   // the lines say nothing of places
	feet       []bool // of lines: labels stand there, below their values
	upsideDown bool   // labels stand below their values
	upright    bool   // labels stand above their values
	titled     span   // the title, whose words say nothing of what follows
}

func newReader(lines []document.Line, o Options) *reader {
	lines = lines[:min(mostLines, len(lines))]
	r := &reader{Options: o, flowing: isFlowing(lines)}
	var b strings.Builder
	for _, line := range lines {
		first := len(r.cells)
		for _, p := range justified(line) {
			text := clean(p.Text)
			if text == "" || b.Len()+len(text) > mostBytes {
				continue
			}
			if len(r.cells) > first {
				b.WriteByte('\t')
			}
			r.cells = append(r.cells, cell{len(r.lines), b.Len(), b.Len() + len(text), p.Left, p.Right})
			b.WriteString(text)
		}
		if len(r.cells) > first {
			b.WriteByte('\n')
			r.lines = append(r.lines, span{first, len(r.cells)})
		}
	}
	r.text = b.String()
	r.findDays()
	r.findLabels()
	r.findFeet()
	r.findUp()
	return r
}

// justified returns a line whose words were spread to fill it as one phrase.
func justified(line document.Line) document.Line {
	const few, wide, alike = 3, 1.8, 0.3 // phrases; letters' widths
	letters, width := 0, 0.0
	for _, p := range line {
		letters += utf8.RuneCountInString(p.Text)
		width += p.Right - p.Left
	}
	if len(line) < few {
		return line
	}
	least, most := math.Inf(1), 0.0
	for i, p := range line[1:] {
		gap := (p.Left - line[i].Right) * float64(letters) / width
		least, most = min(least, gap), max(most, gap)
	}
	if !(least > 0 && most < wide && most-least < alike) {
		return line
	}
	last := line[len(line)-1]
	return document.Line{{Text: line.Text(), Left: line[0].Left, Right: last.Right}}
}

// plainer writes what typesetting made of letters as they are typed.
var plainer = strings.NewReplacer("ﬁ", "fi", "ﬂ", "fl", "ﬀ", "ff", "ﬃ", "ffi", "ﬄ", "ffl",
	"‘", "'", "’", "'", "“", `"`, "”", `"`, "\u00ad", "", "\u200b", "", "\ufeff", "", "\u2010", "-", "\u2011", "-")

// clean returns a phrase with single blanks, or "" for a mark that was raised above the
// line it belongs to.
func clean(text string) string {
	if len(text) > mostBytes {
		return ""
	}
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	text = oneLine(plainer.Replace(norm.NFC.String(text)))
	if slices.Contains([]string{"®", "™", "(R)", "(TM)", "TM", "SM", "CM", "℠"}, text) {
		return ""
	}
	return text
}

// key returns the lower-case letters and digits of a text; "#" and "No." are "number".
func key(text string) string {
	text = unmarked.Replace(strings.ReplaceAll(text, "#", " number "))
	var b strings.Builder
	for word := range strings.FieldsSeq(text) {
		word = strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return unicode.ToLower(r)
			}
			return -1
		}, word)
		if word == "no" || word == "num" {
			word = "number"
		}
		b.WriteString(word)
	}
	return b.String()
}

// of returns the text of a cell.
func (r *reader) of(c cell) string { return r.text[c.from:c.to] }

// cellAt returns the index of the cell that holds a place of the text.
func (r *reader) cellAt(at int) int {
	i, _ := slices.BinarySearchFunc(r.cells, at, func(c cell, at int) int { return c.to - at })
	return min(i, len(r.cells)-1)
}

// left and right return the neighbour of a cell in its line, or -1.
func (r *reader) left(i int) int {
	if i > 0 && r.cells[i-1].line == r.cells[i].line {
		return i - 1
	}
	return -1
}

func (r *reader) right(i int) int {
	if i+1 < len(r.cells) && r.cells[i+1].line == r.cells[i].line {
		return i + 1
	}
	return -1
}

// farthest is how many lines a cell may be below the one that it goes on.
const farthest = 3

// isFlowing reports whether the lines say nothing of places: their phrases stand two
// blanks apart, as those of a page do.
func isFlowing(lines []document.Line) bool {
	for _, line := range lines {
		at := 0.0
		for _, p := range line {
			if p.Left != at {
				return false
			}
			at = p.Right + 2
		}
	}
	return true
}

// columns returns how many cells the line of cell i has.
func (r *reader) columns(i int) int {
	return r.lines[r.cells[i].line].to - r.lines[r.cells[i].line].from
}

// inColumn returns the cell of the same place in the line above (step -1) or below, if
// that has as many; else -1.
func (r *reader) inColumn(i, step int) int {
	line := r.cells[i].line
	if line+step < 0 || line+step >= len(r.lines) || r.columns(i) != r.columns(r.lines[line+step].from) {
		return -1
	}
	return i - r.lines[line].from + r.lines[line+step].from
}

// nextFlowing is next without places: the cell of the same column, or what is read next
// where one of the lines has one cell only.
func (r *reader) nextFlowing(i, step int) int {
	j := i + step
	if same := r.inColumn(i, step); same >= 0 {
		return same
	}
	if j < 0 || j >= len(r.cells) || r.cells[j].line == r.cells[i].line || r.columns(i) > 1 && r.columns(j) > 1 {
		return -1
	}
	return j
}

// next returns the cell that stands above cell i (step -1) or below it (step 1): the one
// of the nearest line that has one, or -1.
func (r *reader) next(i, step int) int {
	if r.flowing {
		return r.nextFlowing(i, step)
	}
	best, line := -1, -1
	if j := r.inColumn(i, step); j >= 0 && r.columns(i) >= 3 {
		return j
	}
	for j, n := i+step, 0; j >= 0 && j < len(r.cells) && n < 100; j, n = j+step, n+1 {
		c := r.cells[j]
		apart := (c.line - r.cells[i].line) * step
		switch {
		case apart == 0:
			continue
		case apart > farthest || best >= 0 && c.line != line:
			return best
		}
		if apart == 1 && r.alone(i) && r.alone(j) {
			return j
		}
		if over := c.overlap(r.cells[i]); over > 0 && (best < 0 || over > r.cells[best].overlap(r.cells[i])) {
			best, line = j, c.line
		}
	}
	return best
}

// alone reports whether a cell has its line for itself.
func (r *reader) alone(i int) bool { return r.left(i) < 0 && r.right(i) < 0 }

// found returns a value with its words: those before it too, if they stand right there.
func (r *reader) found(before, value string, sure bool) Found[string] {
	value = oneLine(value)
	return Found[string]{value, r.words(before, value), sure}
}

// words returns a label and a value as one, or the value if they stand apart.
func (r *reader) words(before, value string) string {
	both, value := oneLine(before+" "+value), oneLine(value)
	if strings.Contains(bare(r.text), bare(both)) {
		return both
	}
	return value
}

// oneLine returns a text with single blanks.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// bare returns a text without white space.
func bare(text string) string { return strings.Join(strings.Fields(text), "") }
