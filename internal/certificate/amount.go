package certificate

import (
	"slices"
	"strings"
	"unicode"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

// A claim is how a certificate speaks of an amount.
type claim int

const (
	noClaim claim = iota // no points
	unsaid               // points, of which nothing is said
	atMost               // what the activity offers
	loose                // earned, in a unit that may be another
	awarded              // what was earned
	follows              // the amount before in another unit
)

// An amount is a number of points, text[from:to] of the reader.
type amount struct {
	claim
	from, to int
	points   ledger.Points
	err      error
	unit     string // its words
	words    string
	topics   []ledger.CreditTopic // between number and unit
}

const (
	mostAmounts = 200
	mostPoints  = 60 * 100 // that one certificate is believed to be for
	mostCEU     = 10 * 100 // points; people call hours CEUs
)

// amounts finds what may be points.
func (r *reader) amounts() (all []amount) {
	end := 0 // of the amount before, which may have two numbers
	for _, at := range amountPattern().FindAllStringIndex(r.text, mostAmounts) {
		from, to := at[0], at[0]+len(strings.TrimRight(r.text[at[0]:at[1]], ".,"))
		if from < end || !r.standsAlone(from, to) || r.inDay(from) || isCount().MatchString(r.text[max(0, from-20):from]) {
			continue
		}
		a := r.amountAt(from, to)
		end = a.to
		if n := len(all); n > 0 && (a.claim == follows || a.claim == unsaid) && joint().MatchString(r.text[all[n-1].to:from]) {
			a.claim = all[n-1].claim
		}
		if a.claim != noClaim {
			all = append(all, a)
		}
	}
	return all
}

func (r *reader) inDay(at int) bool {
	for _, d := range r.days {
		if d.from <= at && at < d.to {
			return true
		}
	}
	return false
}

var unmarked = strings.NewReplacer("(R)", "", "(TM)", "", "(r)", "", "(tm)", "")

func unitOf(words string) transcript.Unit { return transcript.UnitOf(unmarked.Replace(words)) }

// hourAndMinutes reports whether words go on with the minutes behind hours, as "h 30 min".
func hourAndMinutes(words string) bool {
	_, err := transcript.Options{}.ParsePoints("1 " + words)
	return err == nil && strings.ContainsAny(words, "0123456789") && unicode.IsLetter(rune(words[len(words)-1]))
}

// unitAt returns where the unit behind a number ends: the longest that package transcript
// knows.
func (r *reader) unitAt(at, end int) (to int) {
	to = at
	for _, w := range wordsOf().FindAllStringIndex(r.text[at:max(at, end)], mostWords) {
		text := strings.TrimRight(r.text[at:at+w[1]], ".,:;)_\n ")
		if unitOf(text) != "" || hourAndMinutes(text) {
			to = at + len(text)
		}
		if strings.ContainsAny(r.text[at+w[0]:at+w[1]], ":;") {
			break
		}
	}
	if strings.HasPrefix(r.text[to:], ")") && strings.Contains(r.text[at:to], "(") {
		to++
	}
	return to
}

// withUnit returns the number text[from:to] with its unit: right behind it, or behind a
// bracket that names topics, as in "2.0 (0.5 safety) contact hours".
func (r *reader) withUnit(from, to, end int) amount {
	inner := bracket().FindString(r.text[to:max(to, end)])
	at := to + len(inner)
	if end := r.unitAt(at, end); inner != "" {
		a := amount{from: from, to: end, unit: r.text[at:end]}
		if a.topics = r.topicsOf(r.text[from:to] + a.unit + inner); a.topics != nil {
			return a
		}
	}
	end = r.unitAt(to, end)
	return amount{from: from, to: end, unit: r.text[to:end]}
}

// amountAt reads the number text[from:to] of the reader, its unit and its label.
func (r *reader) amountAt(from, to int) amount {
	i := r.cellAt(from)
	end := r.cells[i].to
	l, labelled := r.labelOf(from, atLabel())
	unknown := false
	if !labelled && r.cells[i].from == from {
		l, labelled, unknown = r.beside(i)
	}
	if _, next := r.starting(i + 1); !next && from > r.cells[i].from && r.alone(i) && i+1 < len(r.cells) {
		end = r.cells[i+1].to // a sentence goes on in the next line
	}
	a := r.withUnit(from, to, end)
	next := r.untilLabel(i, to)
	if next < min(a.to, r.cells[i].to) {
		a = amount{from: from, to: to} // the unit is the next label
	}
	rest := strings.TrimLeft(r.text[a.to:max(a.to, r.cells[i].to)], " )®™")
	if a.unit == "" {
		if l.field != earned || strings.TrimSpace(r.text[a.to:max(a.to, next)]) != "" && !strings.HasPrefix(rest, "(") {
			return a
		}
		a.unit = " " + string(labelUnit(key(r.text[l.from:l.to])))
	}
	if a.words = oneLine(r.text[from:a.to]); labelled {
		a.words = r.words(r.text[l.from:l.to], a.words)
	}
	a.points, a.err = transcript.Options{}.ParsePoints(oneLine(unmarked.Replace(r.text[from:to] + a.unit)))
	if a.claim = r.claimOf(a, rest, unknown); labelled && l.field != earned {
		a.claim = noClaim
	} else if labelled && !amountAfter().MatchString(rest) {
		a.claim = awarded
	}
	if strings.IndexAny(rest, ":0123456789") == 0 || r.unclear(a, rest) || takenBack().MatchString(rest) || a.points > mostPoints || unitOf(a.unit) == transcript.InCEU && a.points > mostCEU {
		a.claim = min(a.claim, loose)
	}
	return a
}

// unclear reports whether the bracket behind an amount is neither a unit nor topics, or
// another amount is added.
func (r *reader) unclear(a amount, rest string) bool {
	rest = unmarked.Replace(rest)
	m := aside().FindStringSubmatch(rest)
	return added().MatchString(rest) || m != nil && unitOf(" "+m[1]) == "" && r.topicsOf(r.text[a.from:a.to]+" "+m[0]) == nil
}

// labelUnit returns what a number behind a label without a unit of its own counts, or ""
// for points.
func labelUnit(label string) transcript.Unit {
	switch {
	case strings.Contains(label, "ceu"), strings.Contains(label, "educationunit"):
		return transcript.InCEU
	case strings.Contains(label, "minutes"):
		return transcript.InMinutes
	}
	return ""
}

func notLetter(c rune) bool { return !unicode.IsLetter(c) }

func notPlain(word string) bool { return !plainUnits(word) }

// claimOf says how the sentence around an amount speaks of it.
func (r *reader) claimOf(a amount, rest string, unknown bool) claim {
	before := r.sentence(a.from)
	i := r.cellAt(a.from)
	begins := r.cells[i].from == a.from
	if _, labelled := r.starting(i - 1); begins && labelled {
		before = ""
	} else if begins && i > 0 { // of a longer sentence only the end speaks of it
		before = before[max(0, len(before)-(a.from-r.cells[i-1].from)):]
	}
	if onlyIf().MatchString(before) {
		return atMost
	}
	plain := !slices.ContainsFunc(strings.FieldsFunc(strings.ToLower(a.unit), notLetter), notPlain) // a unit of much else
	if m := amountAfter().FindStringSubmatch(rest); m != nil && m[1] != "" {
		return awarded
	} else if m != nil {
		return atMost
	}
	verb, at := lastMatch(amountVerbs(), before)
	between := strings.TrimSpace(before[at:])
	near := nearBy().MatchString(between)
	switch {
	case unknown:
		return unsaid
	case verb == 1 && near, verb == 2 && !plain && (near || endsFor().MatchString(between)):
		return awarded
	case verb == 3 && len(between) < 60:
		return atMost
	case verb == 0 && len(between) < 60, plain:
		return noClaim
	case begins && ownLine().MatchString(rest):
		return awarded
	case joint().MatchString(before[strings.LastIndexAny(strings.TrimRight(before, " ("), " \n\t")+1:]), strings.HasSuffix(before, "("):
		return follows
	}
	return unsaid
}

// points returns what was earned. All that speak of it must agree.
func (r *reader) points(d *Draft) (found Found[ledger.Points]) {
	byClaim := map[claim][]amount{}
	for _, a := range r.amounts() {
		byClaim[a.claim] = append(byClaim[a.claim], a)
	}
	said := awarded
	for said > noClaim && len(byClaim[said]) == 0 {
		said--
	}
	for i, a := range byClaim[said] {
		switch {
		case a.err != nil:
			d.doubt("%q is not clear as points", a.words)
			return Found[ledger.Points]{}
		case i == 0:
			found = Found[ledger.Points]{a.points, a.words, said == awarded}
			d.Topics = r.topicsBehind(a)
		case a.points != found.Value:
			d.doubt("it names several amounts, such as %q and %q", found.Words, a.words)
			return Found[ledger.Points]{}
		}
	}
	for _, a := range append(byClaim[atMost], byClaim[loose]...) {
		fits := a.err != nil || a.points >= found.Value && a.claim == atMost || a.points == found.Value || a.points == 10*found.Value
		if found.Sure && !fits {
			found.Sure = false
			d.doubt("%q does not fit %q", found.Words, a.words)
		}
	}
	if said > noClaim && said < awarded {
		d.doubt("%q may not be what you earned", found.Words)
	}
	return found
}

var (
	bracket = pattern(`^\s*\(\d[^()"\n]+\)`)
	aside   = pattern(`^\((\pL[^()"\n]*)\)`)
	added   = pattern(`(?i)^(?:\(\pL[^()"\n]*\)|\.\))?\s*(?:and|[&+]|plus)\s*\d`)
)

// topicsBehind returns the topics that the bracket of an amount names.
func (r *reader) topicsBehind(a amount) []ledger.CreditTopic {
	if a.claim != awarded || a.topics != nil {
		return a.topics
	}
	return r.topicsOf(strings.Trim(r.text[a.from:a.to], " ()") + " " + bracket().FindString(r.text[a.to:]))
}

// topicsOf returns the topics of a cell of points.
func (r *reader) topicsOf(cell string) []ledger.CreditTopic {
	table := "Title,Date,Points\nA,2000-01-01,\"" + oneLine(unmarked.Replace(cell)) + "\"\n"
	f, err := transcript.Text([]byte(table)).Read(transcript.Options{Known: r.Known})
	if err != nil || len(f.Rows) != 1 {
		return nil
	}
	return f.Rows[0].Credit.Topics
}
