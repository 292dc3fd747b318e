package transcript

import (
	"slices"
	"strings"
	"unicode"
)

// meaning returns the field that a header written by others means and how
// surely, from 1 for a word that could mean something else to 3 for one that
// hardly could; or "" and 0. What stands in brackets behind the header, such
// as a unit or a date format, is set aside where it is not understood.
func meaning(header string) (Field, int) {
	if f, rank := meaningOf(letters(header)); rank > 0 {
		return f, rank
	}
	before, _, _ := strings.Cut(header, "(")
	if f, rank := meaningOf(letters(before)); f != Points || !isUnclear(header) {
		return f, rank
	}
	return "", 0
}

// meaningOf is the table of headers. "Completed" is no surer than "date", as it
// may say yes or no; "credit hours" are left out, as they are semester hours in
// the transcript of a college, worth 15 points each.
func meaningOf(letters string) (Field, int) {
	switch letters {
	case "activitytitle", "activityname", "nameofactivity", "titleofactivity",
		"coursetitle", "coursename", "nameofcourse", "titleofcourse",
		"eventtitle", "eventname", "programtitle", "programname", "programmetitle",
		"sessiontitle", "sessionname", "presentationtitle":
		return Title, 3
	case "title":
		return Title, 2
	case "activity", "course", "event", "program", "programme", "session":
		return Title, 1

	case "datecompleted", "completiondate", "completeddate", "dateofcompletion", "completedon",
		"dateearned", "earneddate", "earnedon", "dateawarded", "creditdate":
		return Date, 3
	case "activitydate", "dateofactivity", "coursedate", "eventdate", "programdate", "sessiondate", "dateattended":
		return Date, 2
	case "date", "dates", "completed":
		return Date, 1

	case "pacecredits", "pacecredit", "cmlecredits", "cmlecredit", "cecredits", "cecredit",
		"cepoints", "cmppoints", "cehours", "contacthours", "contacthour",
		"creditsearned", "pointsearned", "hoursearned", "creditsawarded", "contacthoursearned":
		return Points, 3
	case "cmle", "ce", "pace":
		return Points, 2
	case "points", "point", "credits", "credit", "hours":
		return Points, 1

	case "provider", "providername", "ceprovider", "courseprovider", "educationalprovider", "educationprovider":
		return Provider, 3
	case "sponsor", "sponsorname", "programsponsor":
		return Provider, 2
	case "organization", "organisation", "organizationname", "institution":
		return Provider, 1

	case "topic", "topics", "cmpcategory", "cmptopic":
		return Topics, 3
	case "subject", "subjects", "subjectarea", "topicarea", "contentarea", "discipline":
		return Topics, 2
	case "category", "categories", "creditcategory", "cecategory":
		return Topics, 1

	case "activitytype", "typeofactivity", "activitykind", "kindofactivity":
		return Activity, 1

	case "certificatenumber", "certificateno", "certificateid", "certnumber":
		return Reference, 3
	case "coursenumber", "courseno", "courseid", "coursecode", "programnumber", "programno", "programid",
		"activitynumber", "activityid", "eventnumber", "referencenumber", "pacenumber", "paceprogramnumber":
		return Reference, 2
	case "reference", "certificate":
		return Reference, 1

	case "url", "courseurl", "certificateurl":
		return URL, 2
	case "link", "website", "webaddress":
		return URL, 1

	case "note", "notes":
		return Note, 2
	case "comment", "comments", "remarks":
		return Note, 1
	}
	return "", 0
}

// Squeeze returns what is left of a text when case and blanks do not matter,
// as in [Options].
func Squeeze(s string) string { return strings.Join(strings.Fields(strings.ToLower(s)), "") }

// letters is what is left of a header when case, blanks and punctuation do
// not matter; "#" reads "number".
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, strings.ReplaceAll(s, "#", "number"))
}

// consists reports whether each word of a text is in one of the groups, and
// which of the groups it has words of.
func consists(text string, groups ...[]string) (has []bool, ok bool) {
	has = make([]bool, len(groups))
	for word := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) }) {
		i := slices.IndexFunc(groups, func(group []string) bool { return slices.Contains(group, word) })
		if i < 0 {
			return has, false
		}
		has[i] = true
	}
	return has, true
}
