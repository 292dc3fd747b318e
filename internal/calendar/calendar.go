// Package calendar writes days and their alarms as an iCalendar file, the text
// of RFC 5545 that calendar programs import.
//
// It reads no clock and makes up no identifier, so the same calendar gives the
// same bytes. It writes whole days only: no times, no zones, no repetition and
// no invitations; it reads nothing.
package calendar

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"cmpledger/internal/ledger"
)

// A Calendar is a list of days as it stood after one revision.
type Calendar struct {
	// Revision grows with every change of the calendar, and Revised is when the
	// last one was made. A program that has an event already takes the one of
	// the higher revision, and of equal ones the one revised later.
	Revision int64
	Revised  time.Time
	Events   []Event // in the order to be written; may be empty
}

// An Event is something to do, or something that ends, on one day.
type Event struct {
	UID         string // the same in every revision, and unique among all calendars
	Day         ledger.Date
	Summary     string // what is read in the calendar and said by the alarms
	Description string
	Alarms      []int // how many days before, 0 for the day itself
}

// Write writes the calendar. Of texts, control characters other than tabs and
// line ends are left out, and what is not UTF-8 becomes U+FFFD.
//
// A calendar without events has no component at all: RFC 5545 asks for one,
// but there is none to write that means nothing.
func Write(w io.Writer, c Calendar) error {
	var b strings.Builder
	line(&b, "BEGIN:VCALENDAR")
	line(&b, "VERSION:2.0")
	line(&b, "PRODID:-//cmp//cmp calendar//EN")
	line(&b, "CALSCALE:GREGORIAN")
	for _, e := range c.Events {
		c.event(&b, e)
	}
	line(&b, "END:VCALENDAR")
	_, err := io.WriteString(w, b.String())
	return err
}

func (c Calendar) event(b *strings.Builder, e Event) {
	line(b, "BEGIN:VEVENT")
	line(b, "UID:"+escape(e.UID))
	line(b, "DTSTAMP:"+c.Revised.UTC().Format("20060102T150405Z"))
	line(b, fmt.Sprintf("SEQUENCE:%d", c.Revision))
	line(b, "DTSTART;VALUE=DATE:"+digits(e.Day))
	// The end is the day after. The last day of the calendar has none: an
	// event without an end lasts its day.
	if e.Day < ledger.MakeDate(9999, 12, 31) {
		line(b, "DTEND;VALUE=DATE:"+digits(e.Day+1))
	}
	line(b, "SUMMARY:"+escape(e.Summary))
	line(b, "DESCRIPTION:"+escape(e.Description))
	line(b, "TRANSP:TRANSPARENT") // the day stays free for appointments
	for _, days := range e.Alarms {
		line(b, "BEGIN:VALARM")
		line(b, "ACTION:DISPLAY")
		line(b, "DESCRIPTION:"+escape(e.Summary))
		line(b, "TRIGGER:"+before(days))
		line(b, "END:VALARM")
	}
	line(b, "END:VEVENT")
}

func digits(d ledger.Date) string { return strings.ReplaceAll(d.String(), "-", "") }

func before(days int) string {
	if days == 0 {
		return "PT0S"
	}
	return fmt.Sprintf("-P%dD", days)
}

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

// line writes one line of content, folded between runes: what does not fit
// follows on lines that begin with a blank.
func line(b *strings.Builder, content string) {
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
