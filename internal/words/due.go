package words

import (
	"fmt"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// Due says of a credential that is due by when to do what: "SBB: declare in 4 days, by
// Thu Dec 3. 4.5 points still to earn."
func Due(t rules.Standing, name string) ledger.Text {
	return ledger.Say("%s: %s. %s", name, dueWhen(t), dueNext(t, name))
}

func dueNext(t rules.Standing, name string) ledger.Text {
	switch {
	case t.Lost():
		return ledger.Say("%s missing, and the days to earn them are over.", Points(t.ToEarn))
	case t.ToEarn > 0:
		return ledger.Say("%s still to earn.", Points(t.ToEarn))
	case t.Closable == 0 && t.Remaining > 0: // the holder's own allocations cost it
		return ledger.Say("You have the points. Place them anew: %s", ledger.Command{"allocate", "--auto", "--fresh", "--credential", name})
	case t.Remaining > 0:
		return ledger.Say("You have the points. Place them: %s", ledger.Command{"allocate", "--auto", "--credential", name})
	case t.Today < t.DeclareFrom:
		return ledger.Say("You have all the points.")
	}
	return ledger.Say("You have all the points: %s", ledger.Command{"declare", name})
}

func dueWhen(t rules.Standing) string {
	days, _ := t.DaysLeft()
	last, by := dayNear(t.Cycle.Last, t.Today), dayNear(t.DeclareBy, t.Today)
	switch {
	case days < 0:
		return fmt.Sprintf("expired %s, %s ago", last, Count(-days, "day"))
	case t.PastDeclareBy():
		return fmt.Sprintf("was due %s, expires %s", by, last)
	case t.Today < t.DeclareFrom:
		return fmt.Sprintf("declare from %s to %s", dayNear(t.DeclareFrom, t.Today), by)
	case t.Today == t.DeclareBy:
		return "declare today, " + by
	case t.DeclareBy != 0:
		return fmt.Sprintf("declare in %s, by %s", Count(int(t.DeclareBy-t.Today), "day"), by)
	case days == 0:
		return "expires today, " + last
	}
	return fmt.Sprintf("expires in %s, %s", Count(days, "day"), last)
}

// dayNear names a day: "Thu Dec 3" in the next two weeks, else "Dec 31", with the year if
// it is a year or more away.
func dayNear(d, today ledger.Date) string {
	year, month, day := d.YMD()
	months := [...]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}
	text := fmt.Sprintf("%s %d", months[month-1], day)
	switch {
	case d >= today && d <= today+14:
		return d.Weekday()[:3] + " " + text
	case d >= today.AddMonths(12) || d <= today.AddMonths(-12):
		return fmt.Sprintf("%s, %d", text, year)
	}
	return text
}
