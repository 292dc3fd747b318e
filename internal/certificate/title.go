package certificate

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"cmpledger/internal/transcript"
)

// How many lines and bytes a title has at most, and how many sentences are looked at.
const (
	mostTitle      = 6
	mostTitleBytes = 300
	mostSentences  = 20
)

// A span is text[from:to] of the reader.
type span struct{ from, to int }

// A candidate is what may be a value.
type candidate struct {
	Found[string]
	rank int
	span span // of a title that stands in one piece
}

// title returns the title of the activity.
func (r *reader) title(d *Draft) (found Found[string]) {
	all := append(r.labelled(title, r.labelledTitle), r.headedTitle())
	for _, at := range begun().FindAllStringIndex(r.text, mostSentences) {
		from, firm := r.pastNouns(at[1])
		all = append(all, r.sentenceTitle(at[0], at[1], from, firm))
	}
	for _, at := range named().FindAllStringIndex(r.text, mostSentences) {
		all = append(all, r.sentenceTitle(at[0], at[1], at[1], true))
	}
	all = slices.DeleteFunc(all, func(c candidate) bool { return !isTitle(c.Value, *d) })
	for i := range all {
		k := key(all[i].Value)
		all[i].Sure = all[i].Sure && k != key(d.Provider.Value) && k != key(d.Participant.Value)
	}
	if len(all) == 0 {
		return found
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return b.weight() - a.weight() })
	found = all[0].Found
	for _, c := range all {
		a, b := key(c.Value), key(found.Value)
		if a != b && (c.Sure || found.Sure && c.rank > 1 && !strings.Contains(a, b) && !strings.Contains(b, a)) {
			d.doubt("it names two titles: %q, %q", found.Value, c.Value)
			found.Sure = false
			return found
		}
	}
	if r.titled = all[0].span; !found.Sure {
		d.doubt("it is not clear where the title ends: %q", found.Value)
	}
	return found
}

func (c candidate) weight() int {
	if c.Sure {
		return 100 + c.rank
	}
	return c.rank
}

// isTitle reports whether a text may be one: no name of a person or provider, and no
// heading, day or amount.
func isTitle(text string, d Draft) bool {
	last := strings.ToLower(text[strings.LastIndexByte(text, ' ')+1:])
	k := key(text)
	return strings.ContainsFunc(text, unicode.IsLetter) && len(text) > 2 && len(text) <= mostTitleBytes &&
		!(d.Participant.Sure && k == key(d.Participant.Value)) && !(d.Provider.Sure && k == key(d.Provider.Value)) && !heading().MatchString(k) && !posts(last) && !allGeneric().MatchString(text) &&
		dayPattern().FindString(text) != text
}

func (r *reader) labelledTitle(l label, from, to int, sure bool) (c candidate) {
	if from == to {
		return c
	}
	paired := r.columns(l.cell) == 2 && r.cellAt(from) == l.cell+1
	sure = sure && (l.rank > 1 || l.colon || r.isHeader(l) || paired || r.upright && r.alone(l.cell))
	c = r.cutTitle(r.text[l.from:l.to], from, to, sure, false)
	c.rank = l.rank + 1
	return c
}

// sentenceTitle returns the title that begins behind wording text[before:to], and surely
// so if it is firm.
func (r *reader) sentenceTitle(before, to, from int, firm bool) (c candidate) {
	inLabel := func(l label) bool { return l.from < to && before < l.to || l.from == from && l.to < r.cells[l.cell].to }
	i := r.cellAt(from)
	if from >= r.cells[i].to || slices.ContainsFunc(r.labels, inLabel) {
		return c
	}
	c = r.cutTitle(r.text[before:from], from, r.untilLabel(i, from), firm, true)
	c.rank = 2
	return c
}

// pastNouns returns where the title begins behind "has completed": past "the continuing
// education program". Firm is whether it can begin nowhere else.
func (r *reader) pastNouns(at int) (from int, firm bool) {
	rest := r.text[at:min(len(r.text), at+longest)]
	if past := nounPhrase().FindString(rest); past != "" {
		next := firstOf(rest[len(past):])
		return at + len(past), !unicode.IsLower(next) || endsNamed().MatchString(past)
	}
	if past := nounsLine().FindString(rest); past != "" {
		return at + len(past), true
	}
	title := strings.TrimLeft(rest, " \n\t:")
	gap := rest[:len(rest)-len(title)]
	return at + len(gap), gap != " " || !startsGeneric().MatchString(title)
}

// headedTitle returns the title that stands below the heading, if a full stop and an award
// follow it.
func (r *reader) headedTitle() (c candidate) {
	i := slices.IndexFunc(r.cells, func(c cell) bool { return heading().MatchString(key(r.of(c))) })
	if i < 0 {
		return c
	}
	below := r.next(i, 1)
	if below != i+1 || r.startsOther(below) {
		return c
	}
	from := r.cells[below].from
	c = r.cutTitle("", from, r.untilLabel(below, from), true, true)
	if c.span.to == 0 || r.text[c.span.to] != '.' || begun().MatchString(c.Value) || certifies().MatchString(c.Value) {
		return candidate{}
	}
	c.rank = 2
	words := strings.Fields(strings.ToLower(c.Value))
	c.Sure = c.Sure && len(words) > 3 && (strings.Contains(c.Value, ": ") || slices.ContainsFunc(words, hanging)) // no name
	return c
}

// startsOther reports whether a cell begins something that is no title.
func (r *reader) startsOther(i int) bool {
	c := r.cells[i]
	text := r.of(c)
	l, labelled := r.starting(i)
	oneWord := labelled && !l.colon && l.to == c.to && !strings.Contains(text, " ") && !r.isHeader(l) && !r.isCapital(i) // such as "Renewal", which may end a title
	if left := r.left(i); left >= 0 {
		_, beside := r.ending(left)
		labelled = labelled || beside || strings.HasSuffix(r.of(r.cells[left]), ":")
	}
	if labelled && !oneWord || r.isFoot(r.inColumn(i, 1)) || noise().MatchString(text) || heading().MatchString(key(text)) {
		return true
	}
	if at := clause().FindStringIndex(text); at != nil && at[0] == 0 {
		return true
	}
	at := amountPattern().FindStringIndex(text)
	return at != nil && at[0] == 0 && r.unitAt(c.from+at[1], c.to) > c.from+at[1]
}

// isCapital reports whether a cell is in capitals and the one above it is not.
func (r *reader) isCapital(i int) bool {
	text, above := r.of(r.cells[i]), r.next(i, -1)
	return strings.ToUpper(text) == text && above >= 0 && strings.ToUpper(r.of(r.cells[above])) != r.of(r.cells[above])
}

// region returns the text from a place to the end of its cell, and of the cells that go
// on with it below, up to what begins something else. Known is whether that, or the end
// of the certificate, was seen; behind is its text.
func (r *reader) region(from, to int, prose bool) (cells []int, text, behind string, known bool) {
	i := r.cellAt(from)
	open := strings.HasPrefix(r.text[from:to], `"`)
	text, cells = r.text[from:to], []int{i}
	for to == r.cells[i].to {
		below := r.next(i, 1)
		switch {
		case below < 0 || r.cells[below].line > r.cells[i].line+1:
			line := r.cells[i].line + 1
			return cells, text, "", line >= len(r.lines) || r.startsOther(r.lines[line].from)
		case open && strings.Count(text, `"`) == 1:
		case r.startsOther(below):
			return cells, text, r.of(r.cells[below]), true
		case len(cells) == mostTitle, !prose && someLabel().MatchString(r.of(r.cells[below])):
			return cells, text, "", false
		}
		i, to = below, r.untilLabel(below, r.cells[below].from)
		text += "\n" + r.text[r.cells[i].from:to]
		cells = append(cells, i)
	}
	return cells, text, "", true
}

// closes reports whether a text goes on with the sentence that the title stands in, as
// "and is awarded" does and a day alone does not.
func closes(text string) bool {
	at := clause().FindString(text)
	day := dayPattern().FindStringIndex(strings.TrimLeft(at, " .,;(\n"))
	return at != "" && strings.HasPrefix(text, at) && (day == nil || day[0] > 0)
}

// cutTitle returns the title that begins at text[from:to], of which to is the end of the
// cell or a label, and which may stand in a sentence.
func (r *reader) cutTitle(label string, from, to int, firm, sentence bool) (c candidate) {
	from += len(r.text[from:to]) - len(strings.TrimLeft(r.text[from:to], " "))
	prose := sentence && from > r.cells[r.cellAt(from)].from
	cells, text, behind, known := r.region(from, to, prose)
	if quoted, ok := strings.CutPrefix(text, `"`); ok && strings.Contains(quoted, `"`) {
		text, _, _ = strings.Cut(quoted, `"`)
		firm = firm && !strings.HasSuffix(text, "\n") && !(strings.Contains(text, "\n") && dayPattern().MatchString(text)) // the quote of another
		text = strings.TrimRight(text, " .,\n")
		c.Found = r.found(label, `"`+text, firm)
		c.Value = strings.TrimPrefix(c.Value, `"`)
		c.span = span{from, from + 1 + len(text)}
		return c
	}
	whole := text + "\n" + behind // "on" may stand in a line before its day
	closed := closes(behind)
	at := clause().FindStringIndex(whole)
	switch {
	case at == nil || at[0] >= len(text):
	case sentence:
		ends := whole[at[0]:at[1]]
		word := firstOf(strings.TrimLeft(ends, " \n.;,("))
		firm = firm && (unicode.IsLower(word) || strings.ContainsAny(ends[:1], "\n.;") || unicode.IsDigit(word) || dayPattern().MatchString(ends)) // "Care Provided by"
		prose = prose || ends[0] != '\n'
		text, closed, known = text[:at[0]], closes(whole[at[0]:]), true
	case strings.ContainsAny(whole[at[0]:at[1]], "0123456789"):
		firm = false
	}
	text = strings.TrimRight(text, " .,;\n")
	lines := strings.Split(text, "\n")
	sure := firm && known && wellEnded(text) && !(prose && vague().MatchString(text))
	for i := range lines[1:] {
		sure = sure && (goesOn(r.of(r.cells[cells[i]]), lines[i+1], closed, prose) || !sentence && r.fills(cells[0], cells[i], lines[i+1]))
	}
	c.Found = r.found(label, text, sure)
	c.span = span{from, from + len(text)}
	if c.span.to > len(r.text) || r.text[from:c.span.to] != text {
		c.span = span{}
	}
	return c
}

// wellEnded reports whether a text is a title that misses nothing and has nothing more.
func wellEnded(text string) bool {
	words := strings.Fields(text)
	if len(words) == 0 {
		return false
	}
	last := strings.ToLower(words[len(words)-1])
	for _, m := range counted().FindAllStringSubmatch(text, -1) { // "2 hours of"
		if transcript.UnitOf(m[1]) != "" || transcript.UnitOf(m[1]+m[2]) != "" {
			return false
		}
	}
	return !hanging(last) && !strings.HasSuffix(text, "-") && !strings.HasSuffix(text, ":") && !lowerStart().MatchString(text) &&
		!fullStop().MatchString(text) && !spaced().MatchString(text) && !strings.Contains(text, "%") &&
		strings.Count(text, `"`)%2 == 0 && strings.Count(text, "(") == strings.Count(text, ")")
}

// fills reports whether cell i, or one below it, is as wide as its column and what stands
// below it goes on with it.
func (r *reader) fills(first, i int, next string) bool {
	const gap = 3 // letters
	right, c := r.right(first), r.cells[i]
	word, _, _ := strings.Cut(next, " ")
	letter := (c.right - c.left) / float64(utf8.RuneCountInString(r.of(c)))
	return right >= 0 && !r.flowing && c.right+letter*float64(1+utf8.RuneCountInString(word)+gap) > r.cells[right].left &&
		(unicode.IsLower(firstOf(next)) || strings.Trim(next, "IVX123456789") == "")
}

// firstOf returns the first letter of a text.
func firstOf(text string) rune {
	first, _ := utf8.DecodeRuneInString(text)
	return first
}

// longLine is how many letters a line has that was broken for its length.
const longLine = 30

// goesOn reports whether a title certainly goes on from a line to the next: the line
// hangs, or the sentence around it is closed and the line was full. Below a title that
// stands in lines of its own there may be a place or a speaker: these have no small words.
func goesOn(line, next string, closed, prose bool) bool {
	before, words := strings.Fields(line), strings.Fields(next)
	if len(before) == 0 || len(words) == 0 || slices.ContainsFunc(words, func(w string) bool { return orgs(key(w)) || posts(key(w)) }) {
		return false
	}
	last := strings.ToLower(before[len(before)-1])
	if hanging(last) || strings.HasSuffix(last, "-") || strings.HasSuffix(last, ":") {
		return true
	}
	if leading(words[0]) && len(words) > 1 {
		second := firstOf(words[1])
		return unicode.IsUpper(second) || leading(words[1])
	}
	letter := firstOf(words[0])
	size := utf8.RuneCountInString(line)
	full := size >= longLine && size+1+utf8.RuneCountInString(words[0]) > utf8.RuneCountInString(next)
	return closed && full && !unicode.IsLower(letter) && (prose || slices.ContainsFunc(words, hanging))
}
