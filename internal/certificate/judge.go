package certificate

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

// firstYear is before any activity that somebody still has a paper of to import.
const firstYear = 1970

// judge takes back what the text as a whole, or plain sense, speaks against. The values
// stay as proposals, and a sentence says why.
func (r *reader) judge(d *Draft) {
	title, before := d.Title, d.Problems
	d.Problems = nil
	text := r.besides(d.Title.Value)
	r.judgePaper(d, text)
	r.judgeDay(d, text)
	r.judgePoints(d, text)
	if d.Title.Sure = title.Sure && !isBlank(title.Value); title.Sure && !d.Title.Sure {
		d.doubt("%q is not a title", title.Value)
	}
	r.judgeNames(d)
	d.Problems = append(d.Problems, before...)
}

// besides returns the text with blanks in the place of the title, which may speak of
// anything.
func (r *reader) besides(title string) string {
	blank := func(s string) string { return strings.Repeat(" ", len(s)) }
	text := r.text[:r.titled.from] + blank(r.text[r.titled.from:r.titled.to]) + r.text[r.titled.to:]
	if title != "" && !isBlank(title) {
		text = strings.ReplaceAll(text, title, blank(title))
	}
	return text
}

// judgePaper takes day and points back if nothing was earned, or if the paper is none that
// is given out afterwards.
func (r *reader) judgePaper(d *Draft, text string) {
	attested := r.attested(text)
	if words := r.notDone(text); words != "" {
		d.doubt("it says %q", words)
	} else if name := kindOf(text, attested); name != "" {
		d.doubt("it looks like %s, not like a certificate", name)
	} else {
		return
	}
	d.Date.Sure, d.Points.Sure, d.NotEarned = false, false, true
}

// attested reports whether the text says that somebody took part.
func (r *reader) attested(text string) bool {
	headed := func(c cell) bool {
		cell := text[c.from:c.to]
		k := key(cell)
		return len(k) < 50 && k != "certification" && heading().MatchString(k) && !conditional().MatchString(cell)
	}
	return plainly(attests(), text) != "" || slices.ContainsFunc(r.cells, headed)
}

// kindOf returns what a paper is that is given out before an activity, or "".
func kindOf(text string, attested bool) string {
	for _, kind := range kinds {
		if kind.always().MatchString(text) || !attested && kind.unless().MatchString(text) {
			return kind.name
		}
	}
	return ""
}

// notDone returns the words that say that nothing was earned, or nothing yet, or "".
func (r *reader) notDone(text string) string {
	for i, c := range r.cells {
		cell := text[c.from:c.to]
		if _, labelled := r.starting(i); !labelled && endsNotDone(cell) {
			return oneLine(cell)
		}
		for _, at := range stateLabel().FindAllStringSubmatchIndex(cell, -1) {
			if state := stateOf(cell[at[2]:at[3]], cell[at[1]:]); state != "" {
				return oneLine(cell[at[2]:at[1]] + " " + state)
			}
		}
		for _, j := range []int{r.next(i, 1), r.right(i)} {
			if j >= 0 && stateOf(cell, text[r.cells[j].from:r.cells[j].to]) != "" {
				return oneLine(cell + " " + r.of(r.cells[j]))
			}
		}
	}
	return cmp.Or(plainly(against(), text), oneLine(withheld().FindString(text)), oneLine(sample().FindString(text)), belowPass(text))
}

// plainly returns the first match of an expression in a line that names no condition, or "".
func plainly(expr *regexp.Regexp, text string) string {
	const behind = len(" without")
	for _, at := range expr.FindAllStringIndex(text, -1) {
		from := strings.LastIndexAny(text[:at[0]], "\n\t.") + 1
		if !conditional().MatchString(text[from:min(len(text), at[1]+behind)]) {
			return oneLine(text[at[0]:at[1]])
		}
	}
	return ""
}

// endsNotDone reports whether a cell of few words ends with a state of nothing earned. A
// number has no state: "Cat. no. 13".
func endsNotDone(cell string) bool {
	words := strings.Fields(cell)
	for n := 1; n <= len(words) && len(words) <= 4; n++ {
		state := strings.Join(words[len(words)-n:], " ")
		if _, label := meanings()[key(state)]; !label && !strings.ContainsAny(state, "0123456789") && len(key(state)) > 3 && transcript.SaysNotDone("status", state) {
			return true
		}
	}
	return false
}

// stateOf returns the state of nothing earned that a value begins with, or "". One of few
// letters is the whole value.
func stateOf(label, value string) string {
	words := strings.Fields(value)
	for n := 1; n <= min(len(words), 3); n++ {
		state := strings.Join(words[:n], " ")
		if (n == len(words) || len(key(state)) > 3) && transcript.SaysNotDone(label, state) {
			return state
		}
	}
	return ""
}

// belowPass returns the score that is below the one to pass with, or "".
func belowPass(text string) (words string) {
	got, need := -1, -1
	for _, m := range percents().FindAllStringSubmatch(text, -1) {
		n, _ := strconv.Atoi(m[2]) // three digits at most
		switch {
		case toPass().MatchString(m[1]):
			need = n
		case scored().MatchString(m[1]):
			got, words = n, oneLine(scored().FindString(m[1])+m[2]+"%")
		}
	}
	if got >= need {
		return ""
	}
	return words
}

// judgeDay takes back a day that is not that of an activity somebody took part in.
func (r *reader) judgeDay(d *Draft, text string) {
	if !d.Date.Sure {
		return
	}
	year, _, _ := d.Date.Value.YMD()
	switch {
	case r.Today != 0 && d.Date.Value > r.Today:
		d.doubt("the day %s is in the future", d.Date.Value)
	case year < firstYear:
		d.doubt("the day %s is too long ago", d.Date.Value)
	case planned().MatchString(key(d.Date.Words)) && !r.attested(text):
		d.doubt("%q does not say that you attended", d.Date.Words)
	default:
		return
	}
	d.Date.Sure = false
}

// judgePoints takes back an amount that the text asks for or corrects, or that may be a
// score.
func (r *reader) judgePoints(d *Draft, text string) {
	if !d.Points.Sure {
		return
	}
	const mostTaken = 10 * 100 // points of a paper with a grade
	value, words := d.Points.Value, d.Points.Words
	asked := amountIn(text, goals(), func(p ledger.Points) bool { return p == value })
	mended := amountIn(text, corrected(), func(p ledger.Points) bool { return p != value })
	d.Points.Sure = false
	switch {
	case asked+mended != "":
		d.doubt("%q does not fit %q", words, cmp.Or(asked, mended))
	case footnoted().MatchString(words):
		d.doubt("%q may include the number of a footnote", words)
	case (value >= mostTaken || questions().MatchString(text)) && graded().MatchString(text) && barePoints().MatchString(words):
		d.doubt("%q may be a score", words)
	default:
		d.Points.Sure = true
	}
}

// amountIn returns the first match of an expression whose amount fits, or "".
func amountIn(text string, expr *regexp.Regexp, fits func(ledger.Points) bool) string {
	for _, m := range expr.FindAllStringSubmatch(text, -1) {
		if p, err := ledger.ParsePoints(m[1]); err == nil && fits(p) {
			return oneLine(m[0])
		}
	}
	return ""
}

// judgeNames takes back what stands in the place of a name or number and is none, or is
// that of somebody else.
func (r *reader) judgeNames(d *Draft) {
	for _, f := range []*Found[string]{&d.Provider, &d.Participant, &d.Reference} {
		f.Sure = f.Sure && !isBlank(f.Value)
	}
	words := strings.Fields(d.Provider.Value)
	if n := len(words); n > 0 && meanings()[key(words[n-1])].field == provider && !orgs(key(words[n-1])) { // "Acme Provider", cut from its number
		d.Provider.Sure = false
	}
	k := key(d.Participant.Value)
	if k == key(d.Provider.Value) || strings.Contains(key(d.Title.Value), k) {
		d.Participant.Sure = false
	}
	post := func(word string) bool { return posts(key(word)) || orgs(key(word)) }
	if rest, _ := r.behind(d.Participant.Value); slices.ContainsFunc(strings.Fields(d.Participant.Value+" "+rest), post) { // who signs
		d.Participant.Sure = false
	}
	if rest, below := r.behind(d.Reference.Value); goesOnBelow().MatchString(rest + "\n" + below) {
		d.Reference.Sure = false
	}
}

// behind returns the text behind a value in its cell, and the cell below.
func (r *reader) behind(value string) (rest, below string) {
	at := strings.LastIndex(r.text, value)
	if at < 0 || value == "" {
		return "", ""
	}
	i := r.cellAt(at)
	if j := r.next(i, 1); j >= 0 {
		below = r.of(r.cells[j])
	}
	return r.text[min(at+len(value), r.cells[i].to):r.cells[i].to], below
}

// isBlank reports whether a value is what stands where there is none, or ends with a state
// of nothing earned.
func isBlank(value string) bool {
	k, state := key(value), value[strings.LastIndexAny(value, "([-–—:")+1:]
	return blanks(k) || meanings()[k].field == title || template().MatchString(value) || transcript.SaysNotDone("status", state)
}

// kinds are papers that are given out before an activity, or for its price: some words
// always say so, others unless the paper says that somebody took part.
var kinds = []struct {
	name           string
	always, unless func() *regexp.Regexp
}{
	{"a registration", wording(`\b`, `
		thank(?:s| you) for (?:registering|enrolling|signing up|your (?:registration|order|purchase))
		(?:registration|enrollment|booking|order) (?:confirmation|confirmed)|confirmation of (?:your )?(?:registration|enrollment)
		(?:complet\w+|confirm\w*|received) (?:your|the|a) (?:registration|enrollment|order|purchase)
		you (?:are|have been|were) (?:now )?(?:registered|enrolled|signed up)|(?:on|to) (?:the|our) wait(?:ing )?-?list`, `\b`),
		wording(`\b`, `
		join(?:ing)? link|see you (?:there|soon)|order (?:number|id)|wait(?:ing )?-?list(?:ed)?|your registration`, `\b`)},
	{"an invoice", wording(``, `
		(?m:^)invoice(?: \d+)?(?m:$)|\b(?:payment|sales) receipt\b|\bamount due\b|\bbalance due\b`, ``),
		wording(`\b`, `
		unit price|bill(?:ed)? to|sub-?total|total: \$|amount: \$|paid: \$`, ``)},
	{"a log of work", wording(`(?m:^)`, `
		(?:\pL+ )?(?:maintenance|calibration|temperature|cleaning|repair) (?:log|record|checklist)
		(?:service report|time ?(?:card|sheet)|calibration certificate|competency assessment)`, `(?m:$)`), wording(`(?m:^)`, `
		(?:work|instrument|equipment) log`, `(?m:$)`)},
	{"an announcement", wording(`\b`, `
		save the date|join us (?:for|on|at)`, `\b`), wording(`\b`, `
		register (?:now|today|here|online|early|at|by)|join us|please bring|sign up|(?:will|to) be (?:held|awarded|offered|presented)
		(?:next|upcoming|future) (?:courses?|events?|sessions?|webinars?|programs?)|(?:course )?(?:syllabus|catalog|brochure)`, `\b`)},
}

// blanks stand in the place of a value.
var blanks = listed("blanks")

var (
	template = pattern(`^[\[<{_].*[\]>}_]$|(?i)^(?:see|refer to) (?:the |an? )?(?:attach|below|above|reverse|back|list|enclos)`)
	sample   = pattern(`(?im)^\W*(?:(?:this|it) is )?(?:an? )?(?:sample|specimen|template|draft|example|demo|preview)(?: (?:certificate|copy|version|only))*\W*?$|` +
		`\b(?:sample|specimen|draft|demo) certificate\b|\bcertif(?:y|ies) that(?:[ \t]+_{3,}(?:\s|$)|\s+_{3,}\s+(?:has|did|completed|attended)\b)|^\W*(?:on hold\W*?$|provisional(?:\W*$| (?:certificate|credit)| +[-–—]))|^name\s*:\s*_{3,}\s*?$|` +
		`(?-i:\bYOUR (?:FULL )?NAME\b)|\[[^\]]*\b(?:name|title|date|hours)\b[^\]]*\]|<<[^>]+>>|\{\{\w*`)

	// stateLabel matches a label before its value; percents what is said of a percentage.
	stateLabel = pattern(`([\pL/]+)(?: ?:| [-–—=] )`)
	percents   = pattern(`([^.;,%\d]{0,40})\b(\d{1,3})(?:\.\d+)?\s*%`)
	toPass     = pattern(`(?i)\b(?:pass\w*|required?|minimum|needed|least|must)\b`)
	scored     = pattern(`(?i)\b(?:score|grade|result|mark)\b[^\pL]*(?:(?:is|was|of)\b[^\pL]*)?$`)

	// against are words of nothing earned, where no condition stands before them.
	against = wording(`\b`, `
		(?:has|have|was|were|is|been|credits?|points|hours|ceus?|certificate) (?:been )?(?:revoked|cancell?ed|withdrawn|voided|rescinded|invalidated|denied|rejected)
		(?:did|has|have|had|was|were|is|are) not (?:(?:yet|been|successfully|fully) )*(?:(?:complet|pass|attend|award|earn|finish|partici|grant)\w*|me?et)
		unable to (?:complete|attend|pass|finish)|marked as (?:a )?no-show|failed (?:to (?:complete|pass|attend)|(?:the|this|your) (?:test|exam|course|assessment|quiz))
		no (?:(?:ce|cme|ceu|cmle|contact|continuing education) )*(?:credits?|points?|hours?|ceus?) (?:(?:was|were|has been|have been) )?(?:awarded|earned|granted|claimed)
		no (?:(?:ce|cme|ceu|cmle|contact|continuing education) )*(?:credits?|points?|hours?|ceus?) (?:is|are) (?:given|awarded|granted|offered|available) for this
		not (?:valid|good|accepted|acceptable|approved|accredited|eligible) for (?:(?:ce|cme|any|contact|continuing education) )*(?:credits?|points?|hours|ceus?)
		(?:credits?|points?|hours?|ceus?)(?: (?:awarded|earned|granted|claimed))?:? none(?m:$)|role: (?:instructor|speaker|presenter|faculty|trainer|moderator)`, `\b`)
	// withheld are such words that no condition excuses: what it waits for is not done.
	withheld = wording(`\b`, `
		not valid until (?:the |your |full )*(?:payment|fees?|paid|balance)|payment (?:is |still )*(?:pending|outstanding|overdue)
		(?:credits?|points|hours|ceus?|certificate) (?:is|are|was|were) (?:being )?(?:withheld|on hold)
		non-?credit (?:activity|course|program|event|session)|not an? (?:official |valid )*(?:certificate|record)|not for submission
		for (?:training|demonstration|illustration|display|testing) purposes only`, `\b`)
	conditional = pattern(`(?i)\b(?:if|until|unless|without|when|once|after|should|will|(?:participants?|attendees?|learners?|those|any\pL*|every\pL*|persons?|all) who)\b`)

	// attests are words of somebody who took part.
	attests = wording(`\b`, `
		certif(?:y|ies) that|certificate (?:is )?(?:hereby )?(?:awarded|presented|granted|given)
		(?:has|have|having|was|were|is|been|hereby|successfully|you|who) (?:(?:been|hereby|successfully) )*(?:completed|attended|participated|awarded|earned)
		(?:date|dates|day|activity|course|program) (?:completed|attended|earned)|(?:completed|attended|earned|participated)(?: on| date)?:|(?:completed|attended) on
		(?:completion|attendance|participation) date|(?:date|dates|day) of (?:completion|attendance|participation)
		(?:credits?|hours|points|ceus?) (?:earned|awarded|claimed)|(?:claimed|earned|awarded) (?:credits?|hours|points|ceus?)`, ``)
	// planned are labels of a day that is known before anybody took part.
	planned = pattern(`^(?:(?:event|course|session|activity|program|webinar|training)date|dateof(?:the)?(?:event|course|session|activity|program|webinar|training))`)

	goals      = pattern(`(?i)\b(?:goal|target|needed|need|quota|requirement)s?\b[^\n.\d]{0,30}?(\d[\d.]*\d|\d)`)
	corrected  = pattern(`(?im)\b(?:corrected|correction|adjusted|amended)\b[^\n.\d]{0,30}?\b(\d[\d.]*\d|\d)(?:\s*\pL|\s*$)`)
	questions  = pattern(`(?i)\b(?:questions|correct(?: answers)?):?\s+\d`)
	footnoted  = pattern(`[1-9]\d*\.[05][1-4]\b`)
	graded     = pattern(`(?i)\b(?:grade|score|quiz|exam|test) ?\w*\b`)
	barePoints = pattern(`(?i)^(?:total )?points|\d points?$`)
	// goesOnBelow matches a number of which the rest stands in the next line.
	goesOnBelow = pattern(`^[-/.]\n|^\n[-/.]\w*\d`)

	// deadline says of the day that follows that something is to be done by then.
	deadline = pattern(`(?i)\b(?:must|should|shall|will|can|may|(?:need|have|has|expected|scheduled|required|due) to)(?: be)? ` +
		`(?:complete|attend|finish|take)\w*(?: (?:on|by|before|no later than|the|this|course|program|activity))*\s*$`)
	// isNumber matches before a number with two dashes that is no day.
	isNumber = pattern(`(?i)(?:#|\b(?:no|nr|number|id|code)\b\.?)[ :]*$`)
	// onlyIf says of the amount that follows that it depends on something, or on the activity.
	onlyIf = pattern(`(?i)(?:\bwho (?:pass|complete|attend|participate|submit|return|score)\b[^.]*|\bin order to (?:receive|earn|claim|obtain|be (?:awarded|granted)) *|` +
		`\beligible to \pL+ *|\b(?:program|activity|course|event|session) (?:awards|has been awarded|was awarded|is awarded) *)$`)
	// takenBack says so of the amount before it.
	takenBack = pattern(`(?i)^[\s(,]*(?:pending|not |(?:claimed|earned|attended|awarded|received):? \d)|^[^.]{0,20}\b(?:you must|must|please|complete the|submit)\b`)
)
