package transcript

import "strings"

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

// meaningOf is a chain of switches and not a map, so that it costs nothing at
// start-up.
func meaningOf(letters string) (Field, int) {
	for _, m := range []struct {
		field Field
		rank  func(string) int
	}{
		{Title, titleRank}, {Date, dateRank}, {Points, pointsRank}, {Provider, providerRank}, {Topics, topicsRank},
		{Activity, activityRank}, {Reference, referenceRank}, {URL, urlRank}, {Note, noteRank},
	} {
		if rank := m.rank(letters); rank > 0 {
			return m.field, rank
		}
	}
	return "", 0
}

func titleRank(letters string) int {
	switch letters {
	case "activitytitle", "activityname", "nameofactivity", "titleofactivity",
		"coursetitle", "coursename", "nameofcourse", "titleofcourse",
		"eventtitle", "eventname", "programtitle", "programname", "programmetitle",
		"sessiontitle", "sessionname", "presentationtitle":
		return 3
	case "title":
		return 2
	case "activity", "course", "event", "program", "programme", "session":
		return 1
	}
	return 0
}

// dateRank holds "completed" to be no surer than "date": it may say yes or no.
func dateRank(letters string) int {
	switch letters {
	case "datecompleted", "completiondate", "completeddate", "dateofcompletion", "completedon",
		"dateearned", "earneddate", "earnedon", "dateawarded", "creditdate":
		return 3
	case "activitydate", "dateofactivity", "coursedate", "eventdate", "programdate", "sessiondate", "dateattended":
		return 2
	case "date", "dates", "completed":
		return 1
	}
	return 0
}

// pointsRank leaves out "credit hours", which are semester hours in the
// transcript of a college, worth 15 points each.
func pointsRank(letters string) int {
	switch letters {
	case "pacecredits", "pacecredit", "cmlecredits", "cmlecredit", "cecredits", "cecredit",
		"cepoints", "cmppoints", "cehours", "contacthours", "contacthour",
		"creditsearned", "pointsearned", "hoursearned", "creditsawarded", "contacthoursearned":
		return 3
	case "cmle", "ce", "pace":
		return 2
	case "points", "point", "credits", "credit", "hours":
		return 1
	}
	return 0
}

func providerRank(letters string) int {
	switch letters {
	case "provider", "providername", "ceprovider", "courseprovider", "educationalprovider", "educationprovider":
		return 3
	case "sponsor", "sponsorname", "programsponsor":
		return 2
	case "organization", "organisation", "organizationname", "institution":
		return 1
	}
	return 0
}

func topicsRank(letters string) int {
	switch letters {
	case "topic", "topics", "cmpcategory", "cmptopic":
		return 3
	case "subject", "subjects", "subjectarea", "topicarea", "contentarea", "discipline":
		return 2
	case "category", "categories", "creditcategory", "cecategory":
		return 1
	}
	return 0
}

func activityRank(letters string) int {
	switch letters {
	case "activitytype", "typeofactivity", "activitykind", "kindofactivity":
		return 1
	}
	return 0
}

func referenceRank(letters string) int {
	switch letters {
	case "certificatenumber", "certificateno", "certificateid", "certnumber":
		return 3
	case "coursenumber", "courseno", "courseid", "coursecode", "programnumber", "programno", "programid",
		"activitynumber", "activityid", "eventnumber", "referencenumber", "pacenumber", "paceprogramnumber":
		return 2
	case "reference", "certificate":
		return 1
	}
	return 0
}

func urlRank(letters string) int {
	switch letters {
	case "url", "courseurl", "certificateurl":
		return 2
	case "link", "website", "webaddress":
		return 1
	}
	return 0
}

func noteRank(letters string) int {
	switch letters {
	case "note", "notes":
		return 2
	case "comment", "comments", "remarks":
		return 1
	}
	return 0
}
