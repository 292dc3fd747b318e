package certificate

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"cmpledger/internal/transcript"
)

// How many lines and bytes a title has at most.
const (
	mostTitle      = 6
	mostTitleBytes = 300
	mostSentences  = 20
)

// A piece is a line of a title.
type piece struct {
	cell     int
	from, to int
}

// region returns the text from a place to the end of its cell, and what goes on below it
// up to what begins something else. Known is whether that something else, or the end of
// the certificate, was seen, and behind the text of that cell.
func (r *reader) region(from, to int) (pieces []piece, known bool, behind string) {
	i := r.cellAt(from)
	pieces = []piece{{i, from, to}}
	for to == r.cells[i].to {
		below := r.next(i, 1)
		switch {
		case below < 0:
			return pieces, true, ""
		case r.startsOther(below):
			return pieces, true, r.of(r.cells[below])
		case len(pieces) == mostTitle:
			return pieces, false, ""
		}
		i, to = below, r.untilLabel(below, r.cells[below].from)
		pieces = append(pieces, piece{i, r.cells[i].from, to})
	}
	return pieces, true, ""
}

// closes reports whether a text goes on with the sentence that the title stands in, as
// "and is awarded" does and a day alone does not.
func closes(text string) bool {
	at := clause().FindString(text)
	day := dayPattern().FindStringIndex(strings.TrimLeft(at, " .,;(\n"))
	return at != "" && strings.HasPrefix(text, at) && (day == nil || day[0] > 0)
}

// startsOther reports whether a cell begins something that is no title.
func (r *reader) startsOther(i int) bool {
	c := r.cells[i]
	text := r.of(c)
	l, labelled := r.starting(i)
	oneWord := !l.colon && l.to == c.to && !strings.Contains(text, " ") // such as "Renewal", which may end a title
	if labelled && !oneWord || noise().MatchString(text) || heading().MatchString(key(text)) {
		return true
	}
	if at := clause().FindStringIndex(text); at != nil && at[0] == 0 {
		return true
	}
	if at := amountPattern().FindStringIndex(text); at != nil && at[0] == 0 {
		return r.unitAt(c.from+at[1], c.to) > c.from+at[1]
	}
	return false
}

// A candidate is what may be the title.
type candidate struct {
	Found[string]
	rank int
	span piece // of the title in the text, if it is in one piece
}

// title returns the title of the activity.
func (r *reader) title(d *Draft) (found Found[string]) {
	var all []candidate
	for _, l := range r.labels {
		if l.field == title {
			all = append(all, r.labelledTitle(l))
		}
	}
	for _, at := range begun().FindAllStringIndex(r.text, mostSentences) {
		begin, firm := r.pastNouns(at[1])
		all = append(all, r.sentenceTitle(at[0], at[1], begin, firm))
	}
	for _, at := range named().FindAllStringIndex(r.text, mostSentences) {
		all = append(all, r.sentenceTitle(at[0], at[1], at[1], true))
	}
	all = append(all, r.headedTitle())
	best := -1
	for i, c := range all {
		if c.Value != "" && r.isTitle(c.Value, *d) && (best < 0 || better(c, all[best])) {
			best = i
		}
	}
	if best < 0 {
		return found
	}
	found = all[best].Found
	for _, c := range all {
		if c.Value != "" && c.rank > 0 && key(c.Value) != key(found.Value) && r.isTitle(c.Value, *d) && c.Sure {
			found.Sure = false
			d.doubt("it names two titles: %q, %q", found.Value, c.Value)
			return found
		}
	}
	if found.Sure {
		r.titled = all[best].span
	} else {
		d.doubt("where the title ends is not clear: %q", found.Value)
	}
	return found
}

func better(a, b candidate) bool {
	if a.Sure != b.Sure {
		return a.Sure
	}
	return a.rank > b.rank
}

// isTitle reports whether a text may be one: no name of a person or provider, and no
// heading, day or amount.
func (r *reader) isTitle(text string, d Draft) bool {
	letters := strings.ContainsFunc(text, unicode.IsLetter)
	last := strings.ToLower(text[strings.LastIndexByte(text, ' ')+1:])
	return letters && len(text) > 2 && len(text) <= mostTitleBytes && key(text) != key(d.Participant.Value) &&
		key(text) != key(d.Provider.Value) && !heading().MatchString(key(text)) && !posts(last) && !r.allGeneric(text) &&
		dayPattern().FindString(text) != text
}

func (r *reader) allGeneric(text string) bool {
	for word := range strings.FieldsSeq(strings.ToLower(text)) {
		if !generic(strings.Trim(word, ".,:;")) && !generic(key(word)) {
			return false
		}
	}
	return true
}

func (r *reader) labelledTitle(l label) (c candidate) {
	from, to, doubt := r.valueOf(l)
	if from == to {
		return c
	}
	c = r.cutTitle(l.from, from, to, !doubt && (l.rank > 1 || l.colon || r.isHeader(l)))
	c.rank = l.rank + 1
	return c
}

// sentenceTitle returns the title that begins behind wording text[from:to], and surely so
// if it is firm.
func (r *reader) sentenceTitle(from, to, begin int, firm bool) (c candidate) {
	for _, l := range r.labels {
		if l.from < to && from < l.to {
			return c
		}
	}
	if begin < 0 {
		return c
	}
	i := r.cellAt(begin)
	c = r.cutTitle(from, begin, r.untilLabel(i, begin), firm)
	c.rank = 2
	return c
}

// pastNouns returns where the title begins behind "has completed": past "the continuing
// education program". Firm is whether it can begin nowhere else. It returns -1 where no
// title follows.
func (r *reader) pastNouns(at int) (begin int, firm bool) {
	const mostNouns = 20
	begin = at
	noun, capital, broken := false, false, false // of the words before: ended in a noun, had a capital, had a line end
	for n := 0; n < mostNouns; n++ {
		rest := strings.TrimLeft(r.text[at:], " \n\t:")
		gap := r.text[at : len(r.text)-len(rest)]
		at += len(gap)
		if n == 0 || strings.ContainsAny(gap, "\n\t:") {
			begin, firm, capital, broken = at, n == 0 || noun, false, broken || gap != " "
		}
		word, _, _ := strings.Cut(strings.NewReplacer("\n", " ", "\t", " ", ":", " ").Replace(rest[:min(len(rest), 80)]), " ")
		if word == "" {
			return -1, false
		}
		lower := strings.Trim(strings.ToLower(word), ",;")
		letter, _ := utf8.DecodeRuneInString(word)
		upper := unicode.IsUpper(letter) && !acronym(key(word))
		switch {
		case strings.Contains(gap, ":"), namedNouns(noun, r.text[begin:at]), letter == '"':
			return at, true
		case (generic(lower) || generic(key(lower))) && !(upper && broken):
			noun, capital = nouns(lower), capital || upper
			at += len(word)
		case begin == at:
			return at, firm
		case !capital && (unicode.IsUpper(letter) || unicode.IsDigit(letter)):
			return at, noun
		default:
			return begin, false
		}
	}
	return -1, false
}

// namedNouns reports whether the words of a text end in "titled".
func namedNouns(noun bool, text string) bool {
	return noun && endsNamed().MatchString(text)
}

var endsNamed = pattern(`(?i)\b(?:titled|entitled|called|named)\s+$`)

var acronym = listed("ce cme cmle pace ceu ascls ascp ceus")

// headedTitle returns the title that stands below the heading, if a full stop and an award
// follow it.
func (r *reader) headedTitle() (c candidate) {
	for i, head := range r.cells {
		if !heading().MatchString(key(r.of(head))) {
			continue
		}
		below := r.next(i, 1)
		if below < 0 || r.startsOther(below) {
			return c
		}
		from := r.cells[below].from
		c = r.cutTitle(from, from, r.untilLabel(below, from), true)
		rest := strings.TrimLeft(r.text[min(len(r.text), from+len(c.raw())):], " \n")
		c.Sure = c.Sure && strings.HasPrefix(rest, ".") && sentenceLike(c.Value)
		if !strings.HasPrefix(rest, ".") {
			return candidate{}
		}
		return c
	}
	return c
}

func (c candidate) raw() string { return c.Value }

// sentenceLike reports whether a text is none of a name: it has many words, and a colon or
// a word such as "of".
func sentenceLike(text string) bool {
	words := strings.Fields(strings.ToLower(text))
	small := strings.Contains(text, ": ")
	for _, w := range words {
		small = small || hanging(w)
	}
	return small && len(words) > 3
}

// cutTitle returns the title that begins at from, in a cell that counts to its end at to.
// Its words begin at before.
func (r *reader) cutTitle(before, from, to int, firm bool) (c candidate) {
	for from < to && r.text[from] == ' ' {
		from++
	}
	pieces, known, behind := r.region(from, to)
	var b strings.Builder
	var ends []int
	for _, p := range pieces {
		b.WriteString(r.text[p.from:p.to])
		ends = append(ends, b.Len())
		b.WriteByte('\n')
	}
	text := strings.TrimRight(b.String(), "\n ")
	closed := closes(behind)
	if quoted, ok := strings.CutPrefix(text, `"`); ok {
		if end := strings.IndexByte(quoted, '"'); end > 0 {
			value := strings.TrimRight(quoted[:end], " .,\n")
			c.Found = r.found(r.text[before:from], `"`+value, firm)
			c.Value = strings.TrimPrefix(c.Value, `"`)
			c.span = piece{from: from, to: min(len(r.text), from+end)}
			return c
		}
	}
	whole := text + "\n" + behind // "on" may stand in a line before its day
	if at := clause().FindStringIndex(whole); at != nil && at[0] < len(text) {
		if at[0] == 0 {
			return c
		}
		text, closed, known = text[:at[0]], closes(whole[at[0]:]), true
	}
	text = strings.TrimRight(text, " .,;\n")
	sure := firm && known && wellEnded(text)
	for i, end := range ends {
		if i+1 < len(ends) && end < len(text) {
			sure = sure && goesOn(r.of(r.cells[pieces[i].cell]), text[end+1:], closed)
		}
	}
	label := ""
	if before < from {
		label = r.text[before:from]
	}
	c.Found = r.found(label, text, sure)
	if to := from + len(text); to <= len(r.text) && r.text[from:to] == text {
		c.span = piece{from: from, to: to}
	}
	return c
}

var (
	fullStop    = pattern(`[\pL)]{4}[.!?]\s+\p{Lu}`)
	amountStart = pattern(`^\d[\d.,]*[ -]\pL+`)
	spaced      = pattern(`(?:^|\s)\pL\s\pL\s\pL(?:\s|$)`)
)

// wellEnded reports whether a text is a title that misses nothing and has nothing more.
func wellEnded(text string) bool {
	words := strings.Fields(text)
	if len(words) == 0 {
		return false
	}
	first, last := strings.ToLower(words[0]), strings.ToLower(words[len(words)-1])
	start := words[0] == first && generic(first) || nouns(first) && words[0] == first
	if at := amountStart().FindString(text); at != "" && transcript.UnitOf(text[strings.IndexAny(at, " -"):len(at)]) != "" {
		start = true // "2 hours of"
	}
	return !hanging(last) && !strings.HasSuffix(text, "-") && !strings.HasSuffix(text, ":") && !start && !fullStop().MatchString(text) &&
		!spaced().MatchString(text) && strings.Count(text, `"`)%2 == 0 && strings.Count(text, "(") == strings.Count(text, ")")
}

// longLine is how many letters a line has that was broken for its length.
const longLine = 30

// goesOn reports whether a title certainly goes on from a line to the rest of it: the
// line hangs, or the sentence around it is closed and the line was full.
func goesOn(line, rest string, closed bool) bool {
	next, _, _ := strings.Cut(rest, "\n")
	before, words := strings.Fields(line), strings.Fields(next)
	if len(before) == 0 || len(words) == 0 {
		return false
	}
	for _, w := range words {
		if orgs(key(w)) {
			return false
		}
	}
	last := strings.ToLower(before[len(before)-1])
	if hanging(last) || strings.HasSuffix(last, "-") || strings.HasSuffix(last, ":") {
		return true
	}
	letter, _ := utf8.DecodeRuneInString(words[0])
	if leading(words[0]) && len(words) > 1 {
		second, _ := utf8.DecodeRuneInString(words[1])
		return unicode.IsUpper(second) || leading(words[1])
	}
	full := utf8.RuneCountInString(line) >= longLine && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(words[0]) > utf8.RuneCountInString(next)
	return closed && full && (unicode.IsUpper(letter) || unicode.IsDigit(letter) || letter == '(')
}
