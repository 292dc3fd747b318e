package transcript

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"cmpledger/internal/ledger"
)

// The words that columns and cells are known by, as [letters] leaves them.

// headerMeanings says what the headers of portals and providers mean, and how surely:
// from 1, the word could mean something else, to 3 or 4, it hardly could. "Completed" is no
// surer than "date", as its cells may be yes or no. "Credit hours" is left out for
// credits: in a college transcript they are semester hours, 15 points each.
var headerMeanings = []struct {
	field Field
	rank  int
	words string
}{
	{Hours, 1, "hours hrs contacthours contacthour cehours credithours"}, // this and the next are for courses
	{Price, 2, "price cost fee listprice courseprice coursefee"},
	{Price, 1, "amount"},
	{Free, 1, "free isfree freeofcharge freecourse"},
	{Title, 3, `activitytitle activityname nameofactivity titleofactivity coursetitle coursename nameofcourse titleofcourse eventtitle
		eventname programtitle programname programmetitle sessiontitle sessionname presentationtitle modulename moduletitle trainingname trainingtitle classname classtitle lessonname
		lessontitle lecturetitle webinartitle webinarname activitysponsor activityprovider titleprovider titlesponsor`},
	{Title, 2, "title"},
	{Title, 1, "activity course event program programme session"},
	{Date, 4, `datecompleted completiondate completeddate dateofcompletion completedon dateearned earneddate earnedon dateawarded
		creditdate`},
	{Date, 3, "activitydate dateofactivity coursedate eventdate programdate sessiondate dateattended"},
	{Date, 2, "date dates completed"},
	{Date, 1, "day"},
	{Points, 4, `creditawarded creditsgranted creditgranted creditsreceived hourscredited hoursaccepted creditsaccepted hoursapplied
		creditearned ceawarded ceearned cecreditsearned cecreditsawarded contacthoursawarded`},
	{Points, 3, `pacecredits pacecredit cmlecredits cmlecredit cecredits cecredit cepoints cmppoints cehours contacthours contacthour
		pacecontacthours pacehours cehs cmecredits
		creditsearned pointsearned hoursearned creditsawarded pointsawarded hoursawarded contacthoursearned creditsapproved
		pointsapproved hoursapproved approvedcredits approvedpoints approvedhours`},
	{Points, 2, "cmle ce pace ceh cme"},
	{Points, 1, "points point credits credit hours hrs semesterhours quarterhours"},
	{Provider, 3, "provider providername ceprovider courseprovider educationalprovider educationprovider"},
	{Provider, 2, "sponsor sponsorname programsponsor"},
	{Provider, 1, "organization organisation organizationname institution"},
	{Topics, 3, "topic topics cmpcategory cmptopic"},
	{Topics, 2, "subject subjects subjectarea subjectareas subjectareascovered topicarea contentarea discipline"},
	{Topics, 1, "category categories creditcategory cecategory"},
	{Activity, 1, "activitytype typeofactivity activitykind kindofactivity"},
	{Reference, 4, "certificatenumber certificateno certificateid certnumber"},
	{Reference, 3, `coursenumber courseno courseid coursecode programnumber programno programid activitynumber activityid eventnumber
		referencenumber pacenumber paceprogramnumber sessioncode sessionnumber sessionno sessionid modulecode moduleid activitycode programcode eventcode
		eventid`},
	{Reference, 2, "reference certificate"},
	{Reference, 1, "code"},
	{URL, 2, "url courseurl certificateurl"},
	{URL, 1, "link website webaddress"},
	{Person, 4, `fullname employeename learnername participantname attendeename studentname userfullname staffname traineename membername
		registrantname candidatename nameofparticipant nameofattendee nameofemployee nameoflearner nameofstudent`},
	{Person, 3, "employee learner participant attendee student trainee registrant candidate delegate staffmember user username"},
	{Person, 2, familyHeaders},
	{Person, 1, "name"},
	{Note, 2, "note notes"},
	{Note, 1, "comment comments remarks"},
}

// meaning returns the field that a header means and how surely, or "" and 0. If the
// whole header is not understood it tries the part before a bracket, which may hold a
// unit or a date format.
func (o layout) meaning(header string) (Field, int) {
	before, _, _ := strings.Cut(header, "(")
	for i, text := range []string{letters(header), letters(before)} {
		for _, m := range headerMeanings {
			switch {
			case !isOneOf(text, m.words) || !slices.Contains(o.columnFields(), m.field):
			case i == 1 && m.field == Points && (isUnclear(header) || bareOf(header) == InMinutes):
				return "", 0
			default:
				return m.field, m.rank
			}
		}
	}
	return "", 0
}

const (
	// Columns of points that were asked for, which need not be those that were given.
	askedHeaders = `pointsrequested creditsrequested hoursrequested requestedpoints requestedcredits requestedhours pointssubmitted
		creditssubmitted hourssubmitted pointsclaimed creditsclaimed hoursclaimed`
	familyHeaders = "lastname familyname surname employeelastname learnerlastname userlastname studentlastname participantlastname attendeelastname"
	givenHeaders  = "firstname givenname forename employeefirstname learnerfirstname userfirstname studentfirstname participantfirstname attendeefirstname"
	unitHeaders   = `unit units creditunit creditunits pointunit pointsunit unittype unitofmeasure unitsofmeasure unitofcredit
		unitsofcredit`
	topicWords    = "category categories subject subjects topic topics area areas discipline disciplines"
	amountHeaders = "amount quantity qty value" // the points, beside a column of units
	statusHeaders = `status result results outcome attendance grade passfail completionstatus coursestatus activitystatus
		registrationstatus enrollmentstatus attendancestatus creditstatus approvalstatus transcriptstatus
		learningstatus trainingstatus modulestatus lessonstatus itemstatus progress completion completed passed attended
		verified approved`
	// The cells of a completed activity, and of one that earned nothing, or nothing yet.
	doneWords = `complete completed completedlate completedontime pass passed attended present participated approved accepted verified
		validated confirmed awarded earned granted issued posted recorded credited satisfactory successful satisfied met done
		finished yes y true 1`
	notDoneWords = `fail failed f unsuccessful unsatisfactory unsatisfied enrolled registered inprogress inprocess inreview started
		incomplete uncompleted unfinished noshow nocredit absent missed excused cancelled canceled withdrawn withdrew dropped abandoned
		booked scheduled planned assigned attempted viewed browsed due overdue pastdue submitted requested waitlisted waitlist
		waived exempt audit audited auditing didnotattend didnotcomplete didnotfinish didnotpass expired lapsed denied declined rejected
		revoked disapproved unapproved unverified underreview void voided no n false`
	// What cells of the latter begin with, but for some: that no grade is given says nothing.
	notDoneFirst = "not awaiting pending waiting"
	saysNeither  = "notapplicable notgraded notrequired notrated notscored na"
)

// isNotDone reports whether a cell says that an activity earned nothing, or nothing yet.
// A cell "0" does, but "0 %" may mean anything.
func isNotDone(cell string) bool {
	if words := strings.TrimLeft(cell, "0123456789.,% -–:;("); words != "" { // "70% - Failed"
		cell = words
	}
	status, reason := cutReason(cell)
	if isOneOf(letters(status), doneWords) && reason != "" && deniedReason().MatchString(reason) {
		return true // "Completed - credit denied"
	}
	first, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(status, "-", " ")), " ")
	word := letters(status)
	without, not := strings.CutPrefix(word, "not")
	return status == "0" || isOneOf(word, notDoneWords) || not && isOneOf(without, doneWords) ||
		isOneOf(first, notDoneFirst) && !isOneOf(word, saysNeither)
}

// deniedReason matches a reason that takes back what is in front of it.
var deniedReason = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(denied|declined|failed|revoked|rejected|withdrawn|withheld|pending|not (passed|approved|awarded|accepted|earned|verified)|no credit|void)\b`)
})

// isDone reports whether a cell says that an activity was completed. An amount or a day in
// such a column says so too.
func isDone(cell string) bool {
	status, reason := cutReason(cell)
	amount, _ := cutAmount(cell)
	done := isOneOf(letters(status), doneWords) || amount != "" && reason == ""
	if done && !isNotDone(reason) && !strings.Contains(cell, " of ") {
		return true
	}
	_, notDay := ledger.ParseWritten(cell)
	return notDay == nil
}

// cutReason cuts off the reason, score or day that may stand behind a status: "Declined
// (late)".
func cutReason(cell string) (status, reason string) {
	end := len(cell)
	for _, by := range []string{" (", " - ", " – ", ": ", ", ", "; "} {
		if i := strings.Index(cell, by); i >= 0 {
			end = min(end, i)
		}
	}
	if i := strings.IndexAny(cell, "0123456789"); i > 0 && cell[i-1] == ' ' {
		end = min(end, i)
	}
	return strings.TrimSpace(cell[:end]), strings.Trim(cell[end:], " (-–:,;)")
}

// SaysNotDone reports whether a label is one of a state, and the state one of an activity
// that earned nothing, or nothing yet.
func SaysNotDone(label, state string) bool {
	return isOneOf(letters(label), statusHeaders) && isNotDone(state)
}

// measures says what the words behind a number mean.
var measures = []struct {
	is    Unit
	words string
}{
	{InPoints, `point points pt pts credit credits ce cme cmle pace cecredit cecredits cmecredit cmecredits cmlecredit cmlecredits
		continuingeducationcredit continuingeducationcredits cepoint cepoints cmlepoint cmlepoints pacecredit pacecredits amapracategory1 amapracategory1credit amapracategory1credits`},
	{InHours, `hour hours hr hrs h contacthour contacthours contacthr contacthrs ceh cehs cehour cehours cehr cehrs pacehour pacehours
		pacecontacthour pacecontacthours continuingeducationhour continuingeducationhours cecontacthour cecontacthours
		cecredithour cecredithours cmlecredithour cmlecredithours pacecredithour pacecredithours cmehour cmehours cmlehour cmlehours
		continuingeducationcontacthour continuingeducationcontacthours nursingcontacthour nursingcontacthours
		hourofcontinuingeducation hoursofcontinuingeducation contacthourofcontinuingeducation contacthoursofcontinuingeducation`},
	{InCEU, "ceu ceus continuingeducationunit continuingeducationunits"},
	{InMinutes, "m min mins minute minutes"},
	{semesterHour, "semesterhour semesterhours"},
	{quarterHour, "quarterhour quarterhours"},
	{creditHour, "credithour credithours"},
}

// UnitOf returns what a number with these words behind it counts, or "" for no unit.
func UnitOf(words string) Unit { return measureOf(words) }

func measureOf(words string) Unit {
	return measuresByWord()[strings.TrimSuffix(letters(words), "tm")] // Category 1 Credits(TM)
}

var measuresByWord = sync.OnceValue(func() map[string]Unit {
	all := map[string]Unit{}
	for _, m := range measures {
		for word := range strings.FieldsSeq(m.words) {
			all[word] = m.is
		}
	}
	return all
})

// bareOf returns what a bare number below a header counts. It is noMeasure for CEUs
// ("CEUs earned", "Credits (CEU)", but not "CEU provider") and noTime for a length of time
// ("Duration"): the holder has to say for both what the numbers are. It is InMinutes for
// "Minutes" and "Credits (min)", InHours for "Duration (hrs)", semester or quarter hours
// for those, and InPoints for all other headers.
func bareOf(header string) Unit {
	has, ok := wordGroups(header, "ceu ceus", "min mins minute minutes", "h hr hrs hour hours", "duration length", "time",
		"course activity program programme event session class training", "unit units",
		`credit credits point points contact ce cme cmle value earned awarded received approved spent total number of in s`)
	ceu, minutes, hours, length, clock, course, unit := has[0], has[1], has[2], has[3], has[4], has[5], has[6]
	switch {
	case letters(header) == "continuingeducationunits", ok && ceu:
		return noMeasure
	case measureOf(header) == semesterHour, measureOf(header) == quarterHour:
		return measureOf(header)
	case !ok, unit, strings.ContainsAny(header, "0123456789"): // as in "Contact Hours (60 min)"
		return InPoints
	case !minutes && !length && (!clock || course): // the time of a course may be the hour at which it begins
		return InPoints
	case hours && !minutes:
		return InHours
	case minutes && !hours:
		return InMinutes
	}
	return noTime
}

// isUnclear reports whether the holder has to say what bare numbers below a header count.
func isUnclear(header string) bool {
	return slices.Contains([]Unit{noMeasure, noTime}, bareOf(header))
}

// Squeeze makes a text lower case without blanks, to compare names as [Options] does.
func Squeeze(s string) string { return strings.Join(strings.Fields(strings.ToLower(s)), "") }

// letters makes a header lower case with only its letters and digits; "#" becomes
// "number".
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, strings.ReplaceAll(s, "#", "number"))
}

// isOneOf reports whether a word is one of words, which blanks separate.
func isOneOf(word, words string) bool {
	if word == "" || !strings.Contains(words, word) { // which nearly all are not
		return false
	}
	for one := range strings.FieldsSeq(words) {
		if one == word {
			return true
		}
	}
	return false
}

// wordGroups reports which of the groups a text has words of, and whether every word of
// it is in a group.
func wordGroups(text string, groups ...string) (has []bool, ok bool) {
	has = make([]bool, len(groups))
	for word := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) }) {
		i := slices.IndexFunc(groups, func(group string) bool { return isOneOf(word, group) })
		if i < 0 {
			return has, false
		}
		has[i] = true
	}
	return has, true
}
