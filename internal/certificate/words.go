package certificate

import (
	_ "embed" // words.txt
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// A field is what a label says of the value beside it.
type field int

// The fields. Days that are not the day of completion, and other labels, are known so
// that their values are not taken for another's.
const (
	noField   field = iota
	doneDay         // of completion
	issuedDay       // of the paper, which may be the same
	otherDay        // of release, expiry, print
	earned          // points
	title
	provider
	reference
	participant
	other
)

// fieldNames are the fields as words.txt has them.
var fieldNames = strings.Fields("- done issued day earned title provider reference participant other")

//go:embed words.txt
var wordFile string

// wordLists are the words of words.txt by what stands before their colon.
var wordLists = sync.OnceValue(func() map[string][]string {
	all, name := map[string][]string{}, ""
	for line := range strings.Lines(wordFile) {
		if before, _, named := strings.Cut(line, ":"); line[0] != '#' && named && line[0] != '\t' {
			name, line = before, line[len(before)+1:]
		}
		if line[0] != '#' {
			all[name] = append(all[name], strings.Fields(line)...)
		}
	}
	return all
})

// A meaning is a field and how surely.
type meaning struct {
	field field
	rank  int
}

var meanings = sync.OnceValue(func() map[string]meaning {
	all := map[string]meaning{}
	for name, words := range wordLists() {
		name, rank, _ := strings.Cut(name, " ")
		n, _ := strconv.Atoi(rank)
		if f := slices.Index(fieldNames, name); f > 0 {
			for _, word := range words {
				all[word] = meaning{field(f), n}
			}
		}
	}
	return all
})

func pattern(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

// wording matches any of the lines, in which a blank is any white space. As [pattern], it
// does nothing before it is used: every command would wait for it.
func wording(before, lines, after string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp {
		alternatives := strings.ReplaceAll(strings.TrimSpace(lines), "\n\t\t", "|")
		return regexp.MustCompile("(?i)" + strings.ReplaceAll(before+"(?:"+alternatives+")"+after, " ", `\s+`))
	})
}

const (
	monthName = `(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|january|february|march|april|august|september|october|november|december)\b\.?`
	dayNumber = `\d{1,2}(?:st|nd|rd|th)?`
	dash      = `\s*(?:[-–—]|to|through)\s*`
	// A day, and several days.
	oneDay = `(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})|` +
		monthName + `\s+` + dayNumber + `(?:` + dash + `(?:` + monthName + `\s+)?` + dayNumber + `)?\s*(?:,\s*|\s)\d{4}|` +
		dayNumber + `(?:` + dash + dayNumber + `)?(?:\s+day\s+of)?[-\s]+` + monthName + `[-,\s]+\d{4})`
	weekday  = `(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[,.]?\s+)?`
	dayAhead = `(?:(?:on|from|this|until|through)\s+(?:the\s+)?)?` + someDay
	someDay  = weekday + oneDay + `(?:` + dash + weekday + oneDay + `)?`
)

var (
	dayPattern = pattern(`(?i)` + someDay)

	// amountPattern is a number of points.
	amountPattern = pattern(`\d+[ \n][1357]/[248]\b|\d[\d.,]*\s?[½¼¾⅛⅜⅝⅞]|[½¼¾⅛⅜⅝⅞]|\d[\d.,]*`)

	saysCertificate = pattern(`(?i)certificat|certif(y|ies)|\b(complet|attend|participa)(t?ed|t?ing|t?ion|ance)\b|contact\s+hours?\b`)

	heading = pattern(`^(certificateof|statementof|letterof|proofof|recordof)(completion|attendance|participation|achievement|credit|` +
		`continuing|training|education|cme|successful|appreciation|excellence)|^(certificate|cecertificate|certification)$`)

	// dayVerbs say what was done on the day that follows. The first group is what counts.
	dayVerbs = wording(`\b`, `
		(complet(?:ed|ing|ion)|partici(?:pated|pating|pation)|attend(?:ed|ing|ance)|earned|finished)
		(issued|award\w*|(?:given|presented) (?:on|this|to)|dated|sign(?:ed|ature)|posted)
		print\w*|releas\w*|expir\w*|approv\w*|valid|renew\w*
		born|birth|review\w*|revis\w*|creat\w*|updat\w*|effective|availab\w*|register\w*|enroll?\w*
		accredit\w*|begin\w*|start\w*|next|deadline|until|due|purchas\w*|publish\w*
		launch\w*|generated|download\w*|not|will|plan\w*|schedul\w*|verif\w*|before|after|since|prior
		report\w*|submit\w*|licen[sc]e\w*|\pL+ed on`, `\b`)
	// amountVerbs say of the amount that follows that it was earned, that a course was
	// taken, or that it is offered; those of no group that it is something else.
	amountVerbs = wording(`\b`, `
		(award\w*|earn(?:ed|s|ing)?|claim(?:ed|s|ing)?|receiv\w+|grant(?:ed|s)|credited with|criteria for|entitled to)
		(complet(?:ed|ing|ion)|partici\w+|attend\w+)
		(maximum|max|up to|designat\w+|approv\w+|worth|eligible|offer\w*|accredit\w+|available|assign\w*|valued?|possible)
		duration|length|estimat\w*|scor\w*|requir\w*|minimum|needs?|per|every|each|pass\w*|questions?|time|fee|cost
		remain\w*|lack\w*|not|will|may (?:be|earn|claim|receive)|can|must|should|limit\w*`, `\b`)
	// amountAfter says behind an amount that it was earned, with a group, or not.
	amountAfter = wording(`^[\s,]*(?:(?:was|were|has been|have been|is|are) )?`, `
		(earned|awarded|claimed|granted)
		maximum|max|available|possible|offered|required|needed|per|each|every|remaining|minimum
		may be|can|for (?:this|the)`, `\b`)
	// timed is what follows the day of an event: when it began and ended, or the rest of
	// the sentence, in lines below, maybe behind a place.
	timed = pattern(`(?i)^[\s|,;@·(–-]*(?:from |at )?\d{1,2}(?::\d\d)?\s*(?:[ap]\.?m\.?)?(?: [A-Z]{2,3}T)?\s*(?:[-–—]|to)\s*\d{1,2}(?::\d\d)?\s*[ap]\.?m\b|` +
		`^\n(?:\pL[\pL., ]{2,40}\n)?and (?:(?:is|was|has|have|been|hereby) )*(?:awarded|earned|granted|received)\b`)
	nearBy  = pattern(`(?i)^[\s:]*(?:(?:a|an|the|for|with|of|total|of|following|by|to|is|are|:)\s*)*$`)
	endsFor = pattern(`(?i)\bfor(?:\s+a\s+total\s+of)?$`)
	joint   = pattern(`(?i)^\s*(?:\(|/|,|;|or|=|and|\)\s*/)\s*$`)
	ownLine = pattern(`(?i)^(?:$|\(|of\s+(?:continuing\s+education|ce|cme|cmle|p\.?a\.?c\.?e\.?|instruction)(?:\s+(?:credits?|hours?))?|[/,]|or\b)`)
	onDay   = pattern(`(?i)(?:^|[\s,(])(?:on|this|dated|from|held)[ \n]*$`)
	isCount = pattern(`(?i)(?:\bcategory\s+$|(?:\b(?:category|module|part|level|section|chapter|unit|lesson|type|phase|session|step|day|` +
		`page|no\.?|number|volume|version|room|suite|question)|\d\s*(?:to|of|or|and|x)) *$)`)

	// begun is what a title follows in a sentence.
	begun = wording(`\b`, `
		(?:has|have|having|for|by|upon|who|did) (?:(?:hereby|fully|also) )*(?:(?:successfully|satisfactorily) )?(?:completed|completing)
		(?:has|have|having|for|by|upon|who|did) (?:(?:hereby|fully|also) )*(?:attended|attending|participated in|participating in)
		attended|(?-i:\ncompleted)|participated in|(?:successfully|satisfactorily) (?:completed|attended|completing)
		(?:for|of|recognition of|upon|the|successful|satisfactory) (?:completion of|attendance at|participation in)`, `\b`)
	// named follows on it, or says as much alone.
	named = pattern(`(?i)\b(?:titled|entitled)[\s:]+`)
	// clause is what ends a title in a sentence.
	clause = wording(`\.\n|[\s.,;(]*(?:[.;]\s|\n)\s*(?:this|the) (?:activity|program|course|session|certificate|educational|continuing|`+
		`live|enduring|event)\b|[\s.,;(]*(?:^|[\s.,;(])`, `
		(?:and|for which) (?:(?:he|she|they) )?(?:is|was|were|has|have|had|earn\w*|receiv\w*|meets?)\b
		(?:is|are|was) (?:hereby )?(?:awarded|granted|entitled)\b
		(?:and )?(?:is )?(?:awarded|earning|meeting the criteria|in the amount of|worth \d)
		with (?:an? )?(?:\pL+ )?(?:score|grade)\b
		(?:for|earning|equal to|with) (?:a total of |a maximum of |up to )?\d[\d.,]*\s
		(?:presented|provided|offered|sponsored|conducted|hosted|developed|given|held|jointly provided) (?:by|at|in|on|via)\b
		(?:(?:held|completed|presented|given|dated|issued|released|printed|approved|(?-i:\pL+ed)) )?`+dayAhead+`
		(?:expires|expiring|valid|effective|available|published) `+dayAhead, ``)
	// noise is what stands on certificates and belongs to no value.
	noise = wording(``, `
		^(?:this|these) (?:certificate|activity|document|program|course|record|form|statement|is|has|was|are|educational)\b
		^(?:this|these) (?:continuing|enduring|live|session|provider|credits?|hours)\b
		^(?:course|activity|program) (?:is )?(?:available|approved|released|expires|valid)\b
		^(?:please|has|have|if you) |^you (?:have|may|can|must|are|will|earned|should|completed|attended)\b|^(?:retain|keep) (?:this|a|your|for)\b
		^(?:for questions|page \d|powered by|copyright|©|\(c\)|https?:|www\.|\*|to verify|verify|all rights|in support of)
		^(?:the (?:above|participant|learner)|approved (?:by|provider|for)|accredited by|a record|do not|not valid|signature)
		^authorized|^\d+\s*%|\b(?:is|are|been) (?:an? )?(?:approved|accredited|recognized|licensed)\b|@\w|_{3}`, ``)
	approval = pattern(`(?m)^([^\n\t:]{2,80}?)\s+is\s+(?:an?\s+)?(?:approved|accredited)\b(?:\s+as)?(?:\s+an?)?\s+(?:provider|by|sponsor)`)
)

// The words that say of an activity that it is one, and not what its title is.
const (
	noun = `(?:program|programme|course|activity|webinar|session|module|material|materials|series|conference|seminar|workshop|training|` +
		`lecture|presentation|event|offering|class|meeting|symposium|ecast|podcast|audioconference|teleconference|tutorial|package|exercise|exam|examination)`
	adjective = `(?:the|a|an|this|our|following|continuing|education|educational|online|on-line|live|virtual|internet|web|enduring|` +
		`self-study|home|study|distance|learning|accredited|approved|in-service|recorded|on-demand|interactive|CE|CME|CMLE|ASCLS|` +
		`P\.?A\.?C\.?E\.?®?|all|requirements|of|for)`
	lineEnd = `[: ]*[\n\t](?:(?:titled|entitled|called|named)\s+)?`
)

var (
	nounsLine = pattern(`^[\s:]*(?:(?:` + adjective + `|` + noun + `) )*(?:the|following|` + noun + `)` + lineEnd + `|` +
		`^[\s:]*(?:THE|THIS|(?:the|a|an|this|our) (?i:` + adjective + `|` + noun + `))(?i: ` + adjective + `| ` + noun + `)*` + lineEnd)
	nounPhrase    = pattern(`^\s+[\d.]+ (?:(?:` + adjective + `|contact|CEU|clock) )*(?:hours?|credits?|CEUs?|units?)(?:\(s\))? (?:of )?(?:(?:` + adjective + `|` + noun + `|instruction|study) )*in\s+|^[\s:]*(?:(?:` + adjective + `|` + noun + `)[\s,]+)*` + noun + `(?:\s+(?:titled|entitled|called|named))?[\s:]+`)
	endsNamed     = pattern(`(?i)(?:(?:titled|entitled|called|named)\s+|[:\n\t]\s*|hours?.* in\s+)$`)
	startsGeneric = pattern(`(?i)^(?:` + adjective + `|` + noun + `)\b`)
	lowerStart    = pattern(`^(?:` + adjective + `|` + noun + `|by|with|in|on|at|from|to|and|or|as|into)\s`)
	allGeneric    = pattern(`(?i)^(?:(?:` + adjective + `|` + noun + `)[\s,.:]*)*$`)
	// vague words of a sentence may part a title from what is said of it.
	vague     = pattern(`\s(?:at|by|via|during|through|taught|led|as|which|that|held|given)\s`)
	someLabel = pattern(`^\pL[\pL/. ]{1,40}:(?:\s|$)`)
	fullStop  = pattern(`[\pL)]{4}[.!?]\s+\p{Lu}`)
	counted   = pattern(`\d[ -]+(\pL+)(?:[ -](\pL+))?`)
	spaced    = pattern(`(?:^|\s)\pL\s\pL\s\pL(?:\s|$)`)
)

// listed reports whether a word is in a list of words.txt.
func listed(name string) func(string) bool {
	return func(word string) bool { return slices.Contains(wordLists()[name], word) }
}

var hanging, leading, orgs, posts, plainUnits = listed("hanging"), listed("leading"), listed("orgs"), listed("posts"), listed("plainUnits")
