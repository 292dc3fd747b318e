package cli

import (
	"bytes"
	"context"
	"slices"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/calendar"
	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newCalendar() *cobra.Command {
	var to outputFlags
	cmd := &cobra.Command{
		Use:   "calendar [CODE...]",
		Short: "Write your deadlines for a calendar program",
		Long: `Write the deadlines of all your credentials, or of the ones you name, to a file
for a calendar program (iCalendar):

  day of expiry         with alarms 30 and 7 days before
  last day to declare   with the same alarms
  first day to declare  with an alarm on the day
  annual fee            the first day of the month it is due in, if cmp knows the
                        fee (AMT) and the day you were certified

Once you have declared a cycle, only its expiry is left.

Import the file again after a change: each event replaces the one before. An
event that is no longer in the file may stay in your calendar until you delete
it there.`,
		Example: `  cmp calendar > deadlines.ics
  cmp calendar MLS --output deadlines.ics --yes
  cmp calendar --format json`,
		RunE: a.run(func(ctx context.Context, args []string) error { return a.calendar(ctx, args, to) }),
	}
	to.add(cmd)
	return cmd
}

type calendarAnswer struct {
	Schema string           `json:"schema" shape:"cmp.calendar/1" title:"Deadlines" doc:"Written by cmp calendar."`
	Events []calendar.Event `json:"events"`
}

func (a *app) calendar(ctx context.Context, codes []string, to outputFlags) error {
	if a.env.OutTerminal && to.path == "" && a.settings.Format != answer.JSON {
		return usage("calendar: is a file for a calendar program, and no terminal shows it").
			try("write it to a file: %s", slices.Concat(ledger.Command{"calendar"}, codes, ledger.Command{"--output", "deadlines.ics"}))
	}
	events, stamp, err := a.events(ctx, codes)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if a.settings.Format == answer.JSON {
		err = answer.WriteJSON(&b, calendarAnswer{Events: events})
	} else {
		err = calendar.Write(&b, stamp, events)
	}
	if err != nil {
		return err
	}
	if len(events) == 0 {
		a.say("The calendar is empty: you have no credential with an expiry. Add one: %s",
			ledger.Command{"credential", "add", "CODE", "--expires", "DATE"})
	}
	return a.deliver(to, b.Bytes(), words.Count(len(events), "event"))
}

// events returns the days of the named credentials, or of all, the earliest
// first, and the stamp of the newest entry of the log, or "".
func (a *app) events(ctx context.Context, codes []string) (all []calendar.Event, stamp string, err error) {
	var s snapshot // without credits: no day depends on them
	err = a.view(ctx, func(tx *store.Tx) error {
		if s.Credentials, err = tx.Credentials(ctx); err != nil {
			return err
		}
		entries, err := tx.Entries(ctx, 1)
		if len(entries) > 0 {
			stamp = entries[0].Stamp
		}
		return err
	})
	if err != nil {
		return nil, "", err
	}
	standings, err := a.standings(s, codes)
	if err != nil {
		return nil, "", err
	}
	for _, t := range standings {
		fees, err := a.book.Fees(t.Credential.Body)
		if err != nil {
			return nil, "", err
		}
		all = append(all, calendar.Of(t, s.ShortName(t.Credential))...)
		all = append(all, calendar.AnnualFee(t, fees.AnnualDue(t))...)
	}
	slices.SortStableFunc(all, func(x, y calendar.Event) int { return int(x.Day - y.Day) })
	return all, stamp, nil
}
