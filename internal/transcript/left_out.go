package transcript

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// A LeftOut is a record that is no credit, and not meant to be one.
type LeftOut struct {
	Row, Line int    // as of a [Row]
	Title     string // what its column of titles says
	Status    string // what its column of status says: "In progress"
}

// isStatusHeader reports whether a header names a column that says whether the
// activity of a row was completed.
func isStatusHeader(header string) bool {
	switch letters(header) {
	case "status", "result", "results", "outcome", "attendance", "grade", "passfail",
		"completionstatus", "coursestatus", "activitystatus", "registrationstatus", "enrollmentstatus", "attendancestatus", "creditstatus",
		"approvalstatus", "completion", "completed", "passed", "attended", "verified", "approved":
		return true
	}
	return false
}

// isNotDone reports whether a whole cell says that an activity earned nothing,
// or nothing yet.
func isNotDone(cell string) bool {
	switch letters(cell) {
	case "fail", "failed", "notpassed", "unsuccessful", "enrolled", "registered", "inprogress", "inprocess", "started", "notstarted",
		"incomplete", "notcomplete", "notcompleted", "uncompleted", "noshow", "absent", "cancelled", "canceled", "withdrawn",
		"withdrew", "dropped", "pending", "booked", "scheduled", "planned", "waitlisted", "waitinglist", "notattended",
		"didnotattend", "didnotcomplete", "didnotpass", "expired", "denied", "declined", "rejected", "revoked", "notapproved",
		"disapproved", "unapproved", "notverified", "unverified", "no", "n", "false":
		return true
	case "0": // 0 % of something may be anything
		return strings.TrimSpace(cell) == "0"
	}
	return false
}

// isDone reports whether a whole cell says that an activity was completed.
func isDone(cell string) bool {
	switch letters(cell) {
	case "complete", "completed", "pass", "passed", "attended", "approved", "verified", "awarded", "earned", "posted", "yes", "y", "true", "1":
		return true
	}
	return false
}

// statusColumns returns the columns that say whether the activity of a row was
// completed: the one that was named, else those among the unread whose header
// says so.
func (u *understanding) statusColumns(unread []int) []int {
	if i := slices.Index(u.meaning, Status); i >= 0 {
		return []int{i}
	}
	return slices.DeleteFunc(unread, func(i int) bool { return !isStatusHeader(u.Header[i]) })
}

// notDone returns what a record says in a column of status, where that is that
// nothing was earned.
func (r *rowReader) notDone(rec record) string {
	for _, i := range r.status {
		if status := rec.cell(i); isNotDone(status) {
			return status
		}
	}
	return ""
}

// isSum reports whether a record sums up others, or is a line below the table:
// it has no date, nothing but amounts, and a cell that says so or no title.
func (r *rowReader) isSum(rec record) bool {
	title, amounts, said := r.column(Title).Index, 0, false
	for i, cell := range rec.cells {
		cell = strings.TrimSpace(cell)
		amount, words := cutAmount(cell)
		switch {
		case cell == "":
		case amount != "" && i != title && (words == "" || measureOf(words) != unknownMeasure):
			amounts++
		case isTotal(cell) || footer().MatchString(cell):
			said = true
		default:
			return false
		}
		if i < len(r.Header) && i == r.column(Date).Index && amount != "" {
			return false
		}
	}
	return said || amounts > 0 && title < len(rec.cells) && rec.cell(title) == ""
}

// isTotal reports whether a cell calls its row the sum of others: "Total",
// "Grand total:", "Total contact hours 2025", "Subtotal".
func isTotal(cell string) bool {
	has, ok := consists(cell, []string{"total", "totals", "subtotal", "subtotals", "sum"}, []string{
		"grand", "sub", "overall", "credit", "credits", "point", "points", "hour", "hours", "contact", "ce", "ceu", "ceus", "cmle", "earned",
		"for", "of", "all", "year", "cycle",
	})
	return ok && has[0]
}

// footer is what portals print below a table: "Page 1 of 2", "Printed on
// 11/21/2026", "2 records".
var footer = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^\W*((page|printed|generated|exported|downloaded)\W+(on\b|by\b|\d+\b)|end\W+of\b|` +
		`\d+\W+(records?|rows?|results?|entries|activities)\W*$)`)
})
