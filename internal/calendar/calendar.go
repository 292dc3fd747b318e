// Package calendar writes whole days and their alarms as an iCalendar file (RFC 5545).
// It reads no clock and makes up no identifier, so the same days give the same bytes.
package calendar

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// An Event is something to do, or something that ends, on one day.
type Event struct {
	UID  string      `json:"uid" doc:"Names the event in a calendar program."` // the same in every revision, and unique among all calendars
	Kind string      `json:"kind" enum:"expiry,declare-by,declare-from,annual-fee"`
	Day  ledger.Date `json:"date"`
	ledger.CredentialName
	Designation string      `json:"designation" doc:"As it is written: MLS(ASCP)CM."`
	Declared    ledger.Date `json:"declared" doc:"Day on which the cycle was declared." null:"while it is not"`
	Summary     string      `json:"summary" doc:"In words."` // in the calendar and in the alarms
	Description string      `json:"description" doc:"In words."`
	Alarms      []int       `json:"alarms" doc:"Days before."` // 0 for the day itself
}

// Of returns the days of one cycle of a credential, which the holder calls code. A
// declared cycle has its expiry only.
func Of(t rules.Standing, code string) (all []Event) {
	add := func(kind string, day ledger.Date, summary, description string, alarms ...int) {
		if day != 0 {
			all = append(all, Event{
				t.Cycle.UID + "-" + kind + "@cmp", kind, day, t.Credential.CredentialName, t.Designation(), t.Cycle.Declared,
				t.Designation() + summary, fmt.Sprintf("Cycle %s to %s. %s", t.Cycle.First, t.Cycle.Last, description), alarms,
			})
		}
	}
	if t.State == rules.Declared {
		next := "When the board has confirmed: cmp renew " + code
		if t.Cycle.Closed {
			next = "The next cycle is recorded."
		}
		add("expiry", t.Cycle.Last, fmt.Sprintf(" expires (declared %s)", t.Cycle.Declared),
			fmt.Sprintf("Declared %s. %s", t.Cycle.Declared, next), 30, 7)
		return all
	}
	open := "What is missing: cmp status " + code
	add("expiry", t.Cycle.Last, " expires", open, 30, 7)
	add("declare-by", t.DeclareBy, ": last day to declare", open, 30, 7)
	if inDays := t.DeclareFromInDays(); inDays != 0 {
		open = fmt.Sprintf("If the board counts %d days, it opens on %s. %s", t.Edition.Programme.DeclareFrom.Days, inDays, open)
	}
	add("declare-from", t.DeclareFrom, ": declaration opens", open, 0)
	return all
}

// AnnualFee returns the first day of the month in which an annual fee is due, if any is.
// Every year has its own event.
func AnnualFee(t rules.Standing, due *rules.AnnualDue) []Event {
	if due == nil || due.Month == 0 {
		return nil
	}
	year, _, _ := due.Month.YMD()
	return []Event{{
		UID: fmt.Sprintf("%s-annual-fee-%d@cmp", t.Credential.UID, year), Kind: "annual-fee", Day: due.Month,
		CredentialName: t.Credential.CredentialName, Designation: t.Designation(),
		Summary:     fmt.Sprintf("%s: annual fee of %s %d is due this month", t.Designation(), due.Currency, due.Amount),
		Description: fmt.Sprintf("Certified %s. The figure is %s.", t.Credential.Certified, due.Confidence),
		Alarms:      []int{0},
	}}
}

// Write writes events. stamp is that of the newest entry of the log, or "": it gives
// the number and the time of the revision. So the file stays the same until the ledger
// changes, but for annual fees, and calendar programs see which one is later. Control
// characters are left out. A calendar without events is empty, although RFC 5545 asks for a component.
func Write(w io.Writer, stamp string, events []Event) error {
	revised, _ := time.Parse(time.RFC3339, stamp[:min(len("2026-11-21T13:02:11Z"), len(stamp))])
	lines := []string{"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//cmp//cmp calendar//EN", "CALSCALE:GREGORIAN"}
	for _, e := range events {
		lines = append(lines, "BEGIN:VEVENT", "UID:"+escape(e.UID), "DTSTAMP:"+revised.Format("20060102T150405Z"),
			fmt.Sprintf("SEQUENCE:%d", max(revised.Unix(), 0)), "DTSTART;VALUE=DATE:"+digits(e.Day), "DTEND;VALUE=DATE:"+digits(e.Day+1))
		// The day stays free for appointments.
		lines = append(lines, "SUMMARY:"+escape(e.Summary), "DESCRIPTION:"+escape(e.Description), "TRANSP:TRANSPARENT")
		for _, days := range e.Alarms {
			before := fmt.Sprintf("-P%dD", days)
			if days == 0 {
				before = "PT0S"
			}
			lines = append(lines, "BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:"+escape(e.Summary), "TRIGGER:"+before, "END:VALARM")
		}
		lines = append(lines, "END:VEVENT")
	}
	var b strings.Builder
	for _, line := range append(lines, "END:VCALENDAR") {
		fold(&b, line)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func digits(d ledger.Date) string { return strings.ReplaceAll(d.String(), "-", "") }

// escape returns text as a value. CR LF is one line end.
func escape(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\r\n", "\n")
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, text)
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(text)
}

// width is how many octets a line may have, its end not counted.
const width = 75

func fold(b *strings.Builder, content string) {
	room := width
	for len(content) > room {
		end := room
		for !utf8.RuneStart(content[end]) {
			end--
		}
		b.WriteString(content[:end] + "\r\n ")
		content, room = content[end:], width-1
	}
	b.WriteString(content + "\r\n")
}
