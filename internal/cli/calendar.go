package cli

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/calendar"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newCalendar() *cobra.Command {
	var output string
	var yes bool
	cmd := &cobra.Command{
		Use:   "calendar [CODE...]",
		Short: "Write expiries and deadlines for a calendar program to import",
		Long: `Write an iCalendar file of the credentials you hold, or of those you name: the
day each expires, with alarms 30 and 7 days before; the last day to declare,
with the same alarms; and the day from which to declare, with one on the day.
Of a declared cycle only the expiry is left. The cycles are those that cmp
status shows.

Import the file again after a day has changed: every event keeps its identity
and takes the place of the one before. What is gone from the file, such as
deadlines of a cycle that was declared since, may stay in your calendar until
you delete it there.`,
		Example: `  cmp calendar > deadlines.ics
  cmp calendar MLS --output deadlines.ics --yes
  cmp calendar --format json`,
		RunE: a.run(func(ctx context.Context, args []string) error { return a.calendar(ctx, args, output, yes) }),
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to this `file` (default: standard output)")
	cmd.Flags().BoolVar(&yes, "yes", false, "replace the file if it exists")
	return cmd
}

// An occasion is a day of a cycle that belongs in a calendar.
type occasion struct {
	calendar.Event
	kind     string
	standing rules.Standing
}

func (a *app) calendar(ctx context.Context, codes []string, output string, yes bool) error {
	all, latest, err := a.occasions(ctx, codes)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if a.settings.Format == answer.JSON {
		err = answer.WriteJSON(&b, answerOf(all))
	} else {
		err = calendar.Write(&b, revision(latest, all))
	}
	if err != nil {
		return err
	}
	if len(all) == 0 {
		a.say("The calendar is empty: no credential here has an expiry; give one with cmp credential add or edit, and --expires DATE")
	}
	return a.deliver(output, yes, b.Bytes(), words.Count(len(all), "event"))
}

// occasions returns the days of the named credentials, or of all, the earliest
// first, and the newest entry of the log, which is empty where there is none.
func (a *app) occasions(ctx context.Context, codes []string) (all []occasion, latest ledger.Entry, err error) {
	var s snapshot // without credits: no day depends on them
	err = a.view(ctx, func(tx *store.Tx) error {
		if s.Credentials, err = tx.Credentials(ctx); err != nil {
			return err
		}
		entries, err := tx.Entries(ctx, 1)
		if len(entries) > 0 {
			latest = entries[0]
		}
		return err
	})
	if err != nil {
		return nil, latest, err
	}
	standings, lacking, err := a.standings(s, codes)
	if err = a.leaveOut(lacking, standings == nil, err); err != nil {
		return nil, latest, err
	}
	for _, t := range standings {
		all = append(all, s.occasionsOf(t)...)
	}
	slices.SortStableFunc(all, func(x, y occasion) int { return int(x.Day - y.Day) })
	return all, latest, nil
}

// occasionsOf returns the days of one cycle: none where it has no last day,
// and of a declared one the expiry only.
func (s snapshot) occasionsOf(t rules.Standing) []occasion {
	if t.Cycle.Last == 0 {
		return nil
	}
	name, code := t.Designation(), s.shortName(t.Credential)
	cycle := fmt.Sprintf("Cycle %s to %s.", t.Cycle.First, t.Cycle.Last)
	of := func(kind string, day ledger.Date, summary, description string, alarms ...int) occasion {
		return occasion{calendar.Event{
			UID: t.Cycle.UID + "-" + kind + "@cmp", Day: day, Summary: summary, Description: cycle + " " + description, Alarms: alarms,
		}, kind, t}
	}
	if t.State == rules.Declared {
		declared := fmt.Sprintf("declared %s", t.Cycle.Declared)
		next := "When the board has confirmed: cmp renew " + code
		if t.Cycle.Closed {
			next = "The next cycle is recorded."
		}
		return []occasion{of("expiry", t.Cycle.Last, fmt.Sprintf("%s expires (%s)", name, declared), words.Upper(declared)+". "+next, 30, 7)}
	}
	open := "What is missing: cmp status " + code
	all := []occasion{of("expiry", t.Cycle.Last, name+" expires", open, 30, 7)}
	if t.DeclareBy != 0 {
		all = append(all, of("declare-by", t.DeclareBy, name+": last day to declare", open, 30, 7))
	}
	if t.DeclareFrom != 0 {
		all = append(all, of("declare-from", t.DeclareFrom, name+": time to declare", open, 0))
	}
	return all
}

// revision returns the calendar as it stood after the latest entry of the log.
// Both its number and its time come from there, so that the file stays the same
// until the ledger changes, on whatever day it is written; and so that after a
// day has moved, be it to an earlier one or back by cmp undo, calendar programs
// see a later revision, also where another machine wrote the calendar before: an
// entry's stamp is later than all that its ledger knew.
func revision(latest ledger.Entry, all []occasion) calendar.Calendar {
	at, _ := time.Parse(time.RFC3339, latest.Stamp[:min(len("2026-11-21T13:02:11Z"), len(latest.Stamp))])
	c := calendar.Calendar{Revision: max(at.Unix(), 0), Revised: at}
	for _, o := range all {
		c.Events = append(c.Events, o.Event)
	}
	return c
}

type calendarAnswer struct {
	Schema string      `json:"schema" shape:"cmp.calendar/1" title:"Deadlines" doc:"Written by cmp calendar."`
	Events []eventItem `json:"events"`
}

type eventItem struct {
	UID  string      `json:"uid" doc:"Names the event in a calendar program."`
	Kind string      `json:"kind" enum:"expiry,declare-by,declare-from"`
	Date ledger.Date `json:"date"`
	naming
	Declared    ledger.Date `json:"declared" doc:"Day on which the cycle was declared." null:"while it is not"`
	Summary     string      `json:"summary" doc:"In words."`
	Description string      `json:"description" doc:"In words."`
	Alarms      []int       `json:"alarms" doc:"Days before."`
}

func answerOf(all []occasion) (out calendarAnswer) {
	for _, o := range all {
		t := o.standing
		out.Events = append(out.Events, eventItem{o.UID, o.kind, o.Day, nameOf(t), t.Cycle.Declared, o.Summary, o.Description, o.Alarms})
	}
	return out
}
