package certificate

import (
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

// A claim is how a certificate speaks of an amount.
type claim int

const (
	unsaid   claim = iota // an amount of points, of which nothing is said
	atMost                // what the activity offers
	awarded               // what was earned
	noClaim               // no points
	followed              // another unit of the amount before
)

// An amount is a number of points in the text.
type amount struct {
	claim
	from, to int
	points   ledger.Points
	err      error
	words    string
}

const (
	mostAmounts = 200
	mostPoints  = 60 * 100 // that one certificate is believed to be for
	mostCEU     = 10 * 100 // points; people call hours CEUs
)

// amounts finds what may be points.
func (r *reader) amounts() (all []amount) {
	for _, at := range amountPattern().FindAllStringIndex(r.text, mostAmounts) {
		at[1] = at[0] + len(strings.TrimRight(r.text[at[0]:at[1]], ".,"))
		if !r.standsAlone(at[0], at[1]) || r.inDay(at[0]) || isCount().MatchString(r.text[max(0, at[0]-20):at[0]]) {
			continue
		}
		if a, ok := r.amountAt(at[0], at[1]); ok {
			if n := len(all); a.claim == followed {
				a.claim = noClaim
				if n > 0 && n == len(all) && follows().MatchString(r.text[all[n-1].to:a.from]) {
					a.claim = all[n-1].claim
				}
			}
			all = append(all, a)
		}
	}
	return all
}

var follows = pattern(`(?i)^\s*(?:\(|/|,|;|or|=|and|\)\s*/)\s*$`)

func (r *reader) inDay(at int) bool {
	for _, d := range r.days {
		if d.from <= at && at < d.to {
			return true
		}
	}
	return false
}

// unitAt returns where the unit behind a number ends: the longest one, of up to eight
// words, that package transcript knows.
func (r *reader) unitAt(at, end int) (to int) {
	to = at
	words := wordsOf().FindAllStringIndex(r.text[at:end], mostWords)
	for _, w := range words {
		text := strings.TrimRight(r.text[at:at+w[1]], ".,;)")
		if transcript.UnitOf(unmarked(text)) != "" {
			to = at + len(text)
		}
		if strings.ContainsAny(r.text[at+w[0]:at+w[1]], ":;") {
			break
		}
	}
	return to
}

func unmarked(text string) string {
	return strings.NewReplacer("(R)", "", "(TM)", "", "(r)", "", "(tm)", "").Replace(text)
}

// amountAt reads the number at text[from:to] of the reader. It returns false for one
// that is no points.
func (r *reader) amountAt(from, to int) (a amount, ok bool) {
	i := r.cellAt(from)
	c := r.cells[i]
	l, labelled := r.labelOf(from, atLabel())
	limit := c.to
	if _, next := r.starting(i + 1); !next && from > c.from && r.alone(i) && i+1 < len(r.cells) {
		limit = r.cells[i+1].to // a sentence goes on in the next line
	}
	end := r.unitAt(to, max(limit, to))
	rest := strings.TrimLeft(r.text[end:max(end, c.to)], " )®™")
	unknown := false
	if !labelled && strings.TrimSpace(r.text[c.from:from]) == "" {
		l, labelled, unknown = r.beside(i)
	}
	a = amount{from: from, to: end}
	header := ""
	switch {
	case labelled:
		header = strings.TrimSuffix(r.text[l.from:l.to], ":")
		a.words = r.words(r.text[l.from:l.to], r.text[from:end])
	default:
		a.words = oneLine(r.text[from:end])
	}
	unit := transcript.UnitOf(unmarked(r.text[to:end]))
	number := oneLine(unmarked(r.text[from:end]))
	_, labelNext := r.labelAt(to, c.to)
	switch {
	case unit != "" && (strings.HasPrefix(rest, ":") || labelNext): // the unit is the next label
		a.to, number, rest = to, r.text[from:to], ""
		unit = ""
		a.words = strings.TrimSpace(strings.TrimSuffix(a.words, r.text[to:end]))
	case unit == "" && rest != "" && !strings.HasPrefix(rest, "(") && !labelNext:
		return a, false
	}
	if unit == "" && (!labelled || l.field != earned) {
		return a, false
	}
	a.points, a.err = transcript.Options{}.ParsePointsBelow(unmarked(header), number)
	a.claim = r.claimOf(a, l, labelled, unknown, rest, unit)
	if unit != "" && strings.IndexAny(rest, "0123456789") == 0 || a.points > mostPoints || unit == transcript.InCEU && a.points > mostCEU {
		a.claim = min(a.claim, unsaid)
	}
	return a, true
}

// labelAt returns the label that follows between two places.
func (r *reader) labelAt(from, to int) (label, bool) {
	if l := r.labelsBefore(to); l >= 0 && r.labels[l].from >= from {
		for l > 0 && r.labels[l-1].from >= from {
			l--
		}
		return r.labels[l], strings.TrimSpace(r.text[from:r.labels[l].from]) == ""
	}
	return label{}, false
}

// claimOf says how the certificate speaks of an amount.
func (r *reader) claimOf(a amount, l label, labelled, unknown bool, rest string, unit transcript.Unit) claim {
	plain := plainUnits(strings.ToLower(strings.Trim(r.text[a.from:a.to], "0123456789., ½¼¾()")))
	before := r.sentence(a.from)
	if labelled {
		switch {
		case l.field == earned && !amountAfter().MatchString(rest):
			return awarded
		case l.field != earned:
			return noClaim
		}
	}
	if m := amountAfter().FindStringSubmatch(rest); m != nil {
		if m[1] != "" {
			return awarded
		}
		return atMost
	}
	if unknown {
		return unsaid
	}
	group, at := lastMatch(amountVerbs(), before)
	if group >= 0 {
		between := strings.TrimSpace(before[at:])
		near := nearBy().MatchString(between)
		switch {
		case group == 1 && near:
			return awarded
		case group == 3 && len(between) < 60:
			return atMost
		case group == 0 && len(between) < 60:
			return noClaim
		case group == 2 && !plain && (near || strings.HasSuffix(between, "for") || strings.HasSuffix(between, "for a total of")):
			return awarded
		}
	}
	switch {
	case plain:
		return noClaim
	case r.cells[r.cellAt(a.from)].from == a.from && (rest == "" || strings.HasPrefix(rest, "(") || ownLine().MatchString(rest)):
		return awarded
	case follows().MatchString(tail(before)):
		return followed
	}
	return unsaid
}

// tail returns what stands behind the last letter of a text, or its last word.
func tail(before string) string {
	before = strings.TrimRight(before, " ")
	i := strings.LastIndexAny(before, " \n\t")
	word := before[i+1:]
	if strings.HasSuffix(word, "(") {
		return "("
	}
	return word
}

var (
	nearBy  = pattern(`(?i)^[\s:]*(?:(?:a|an|the|for|with|of|total|of|following|by|to|is|are|:)\s*)*$`)
	ownLine = pattern(`(?i)^(?:of\s+(?:continuing\s+education|ce|cme|instruction)(?:\s+(?:credits?|hours?))?|[/,]|or\b)`)
)

// points returns what was earned.
func (r *reader) points(d *Draft) (found Found[ledger.Points]) {
	all := r.amounts()
	byClaim := map[claim][]amount{}
	for _, a := range all {
		byClaim[a.claim] = append(byClaim[a.claim], a)
	}
	got, most := byClaim[awarded], byClaim[atMost]
	for _, claimed := range [][]amount{got, most, byClaim[unsaid]} {
		if len(claimed) == 0 {
			continue
		}
		first := claimed[0]
		for _, a := range claimed {
			switch {
			case a.err != nil:
				d.doubt("%q: %v", a.words, a.err)
				return found
			case a.points != first.points:
				d.doubt("it names several amounts: %q, %q", first.words, a.words)
				return found
			}
		}
		found = Found[ledger.Points]{first.points, first.words, len(got) > 0}
		for _, m := range most {
			if found.Sure && m.err == nil && m.points < found.Value {
				found.Sure = false
				d.doubt("%q is more than %q", first.words, m.words)
			}
		}
		if len(got) == 0 {
			d.doubt("%q may not be what you earned", first.words)
		}
		return found
	}
	return found
}
