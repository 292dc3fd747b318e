package words

import (
	"fmt"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// When says in a few words which day of a credential is next: "declare in 4 days, by Thu
// Dec 3", "declare from Dec 31 to Feb 28", "expires in 641 days, Aug 31, 2028".
func When(t rules.Standing) string {
	days, expires := t.DaysLeft()
	last := NearDay(t.Cycle.Last, t.Today)
	switch {
	case !expires:
		return "voluntary, no cycle yet"
	case t.State == rules.Declared:
		return "declared " + Day(t.Cycle.Declared, t.Today)
	case t.Cycle.Closed:
		return "renewed, not declared"
	case !t.Begun():
		return begins(t)
	case days < 0:
		return fmt.Sprintf("expired %s, %s ago", Day(t.Cycle.Last, t.Today), Count(-days, "day"))
	case t.PastDeclareBy() && days == 0:
		return fmt.Sprintf("late: due %s, expires today, %s", Day(t.DeclareBy, t.Today), last)
	case t.PastDeclareBy():
		return fmt.Sprintf("late: due %s, expires in %s, %s", Day(t.DeclareBy, t.Today), Count(days, "day"), last)
	case !t.Opened():
		return declarePeriod(t)
	case t.Today == t.DeclareBy:
		return "declare today, " + NearDay(t.Today, t.Today)
	case t.InTime():
		return fmt.Sprintf("declare in %s, by %s", Count(int(t.DeclareBy-t.Today), "day"), NearDay(t.DeclareBy, t.Today))
	case days == 0:
		return "expires today, " + last
	}
	return fmt.Sprintf("expires in %s, %s", Count(days, "day"), last)
}

// ShortWhen says it on a screen that is too narrow for [When]: "declare by Thu Dec 3",
// "expired Oct 15".
func ShortWhen(t rules.Standing) string {
	days, expires := t.DaysLeft()
	last := NearDay(t.Cycle.Last, t.Today)
	switch {
	case !expires || t.Finished() || !t.Begun():
		return When(t)
	case days < 0:
		return "expired " + Day(t.Cycle.Last, t.Today)
	case t.PastDeclareBy():
		return "late, expires " + last
	case !t.Opened():
		return "declare from " + Day(t.DeclareFrom, t.Today)
	case t.InTime():
		return "declare by " + NearDay(t.DeclareBy, t.Today)
	}
	return "expires " + last
}

// begins says when a cycle begins: after a declared one, until when that holds.
func begins(t rules.Standing) string {
	if n := len(t.Credential.Cycles); n > 1 && t.Credential.Before().Declared != 0 {
		return fmt.Sprintf("valid to %s, then a new cycle", NearDay(t.Credential.Before().Last, t.Today))
	}
	return "begins " + NearDay(t.Cycle.First, t.Today)
}

// declarePeriod says when to declare a cycle, "" if the body says nothing of it. Until it
// is open however the body counts, both its first days are named.
func declarePeriod(t rules.Standing) string {
	other := ledger.Date(0)
	if !t.Opened() {
		other = t.DeclareFromInDays()
	}
	switch {
	case t.DeclareFrom == 0 && t.DeclareBy == 0:
		return ""
	case t.DeclareBy == 0:
		return "declare from " + firstOr(t.DeclareFrom, other, isFar(t.DeclareFrom, t.Today))
	case !t.InTime():
		return "late: due " + Day(t.DeclareBy, t.Today)
	case t.DeclareFrom == 0:
		return "declare by " + Day(t.DeclareBy, t.Today)
	}
	return "declare from " + FromTo(t.DeclareFrom, other, t.DeclareBy, t.Today)
}

// Life says how long a credential lasts, in a few phrases: "expires Mar 31", "130 days
// left", "declare from Dec 31 to Feb 28".
func Life(t rules.Standing) []string {
	days, expires := t.DaysLeft()
	switch {
	case !expires:
		last := "now"
		if p := t.Edition.Programme.LastYears; p != nil {
			last = "in the last " + Months(p.Months)
		}
		return []string{When(t), fmt.Sprintf("%s of %s %s", t.Counted, Points(t.Required), last)}
	case days < 0 && !t.Finished():
		return []string{When(t)}
	}
	var parts []string
	switch {
	case t.Finished():
		parts = append(parts, When(t))
	case !t.Begun():
		parts = append(parts, "begins "+NearDay(t.Cycle.First, t.Today))
	}
	if days < 0 {
		return append(parts, "expired "+Day(t.Cycle.Last, t.Today))
	}
	parts = append(parts, "expires "+Day(t.Cycle.Last, t.Today))
	if t.Finished() {
		return parts
	}
	parts = append(parts, Count(days, "day")+" left")
	if period := declarePeriod(t); period != "" && t.Begun() {
		parts = append(parts, period)
	}
	return parts
}

// Left says what is left to do for a credential, at four lengths: "4.5 points to earn:
// blood banking", "4.5 points of blood banking", "4.5 points to earn", "4.5 to earn".
func Left(t rules.Standing) [4]string {
	same := func(text string) [4]string { return [4]string{text, text, text, text} }
	amount := func(p ledger.Points, end, which string) [4]string {
		long, short := Points(p)+end, p.String()+end
		return [4]string{long + which, short + which, long, short}
	}
	switch {
	case t.State == rules.Declared:
		return same(Life(t)[1])
	case t.Cycle.Closed:
		return same("")
	case !t.Begun() && t.ToEarn > 0:
		return amount(t.ToEarn, " to earn", "")
	case t.Remaining == 0:
		return same("ready")
	case t.Lost():
		return amount(t.ToEarn, " missing", "")
	case t.ToEarn > 0:
		texts := amount(t.ToEarn, " to earn", which(t.Shortages))
		if texts[0] != texts[2] {
			texts[1] = Shortages(t.Shortages)
		}
		return texts
	case t.Closable > 0:
		return amount(t.Closable, " to allocate", "")
	}
	return amount(t.Remaining, " remaining", "") // the holder's own allocations cost it
}

// which names what one or two shortages are about, behind a colon; "" if they are more,
// or any topic will do.
func which(all []rules.Shortage) string {
	if len(all) > 2 || len(all) == 1 && all[0].Requirements[0].Name == ledger.Other {
		return ""
	}
	return ": " + List("and", Map(all, shortOf))
}

// Step says what to do next for a credential, without a capital: to earn, to declare, to
// renew. It is empty if there is nothing to do, or not yet. If an earlier step asks for
// some of the same points again, it says that one credit may serve several.
func Step(t rules.Standing, code string, again bool) ledger.Text {
	switch {
	case t.State == rules.Declared && t.Cycle.ID == t.Credential.Current().ID:
		return ledger.Say("when the board confirms %s: %s", code, ledger.Command{"renew", code})
	case t.Finished() || !t.Begun():
		return ledger.Text{}
	case t.Lost():
		return ledger.Say("renew %s, which expired with %s missing: %s", code, Points(t.ToEarn), ledger.Command{"renew", code})
	case t.Remaining > 0 && t.ToEarn > 0:
		return earn(t, code, again)
	case t.Remaining > 0 || !t.Opened():
		return ledger.Text{}
	case t.EarnBy() == 0:
		return ledger.Say("declare %s, which expired %s: %s", code, Day(t.Cycle.Last, t.Today), ledger.Command{"declare", code})
	}
	return ledger.Say("declare %s by %s: %s", code, Day(t.EarnBy(), t.Today), ledger.Command{"declare", code})
}

// earn says what to earn, by when, and which command says what counts.
func earn(t rules.Standing, code string, again bool) ledger.Text {
	by := " for " + code
	if t.State == rules.Expired {
		by = " to reinstate " + code
	} else if day := t.EarnBy(); day != 0 {
		by = " by " + Day(day, t.Today)
	}
	if again {
		return ledger.Say("earn %s%s; one credit may serve several: %s", Shortages(t.Shortages), by, ledger.Command{"plan"})
	}
	if all := t.Shortages; len(all) == 1 && all[0].Requirements[0].Name != ledger.Other {
		return ledger.Say("earn %s%s (what counts there: %s)", Shortages(all), by, ledger.Command{"explain", code, string(all[0].Requirements[0].Name)})
	} else if len(all) <= 2 {
		return ledger.Say("earn %s%s (what counts: %s)", Shortages(all), by, ledger.Command{"explain", code})
	}
	if !strings.HasSuffix(by, code) {
		by = " for " + code + by
	}
	return ledger.Say("earn %s%s: %s", Points(t.ToEarn), by, ledger.Command{"plan", code})
}

// Waits says on which day the first of several that have all their points can be declared.
func Waits(all []rules.Standing, name func(ledger.Credential) string) ledger.Text {
	for _, t := range all {
		if t.Remaining == 0 && t.Begun() && t.Today < t.DeclareFrom && !t.Finished() {
			return ledger.Say("nothing to do before %s, then %s", Day(t.DeclareFrom, t.Today), ledger.Command{"declare", name(t.Credential)})
		}
	}
	return ledger.Say("nothing to do now.")
}

// Due says of a credential that is due by when to do what: "SBB: declare in 4 days, by
// Thu Dec 3. 4.5 points still to earn."
func Due(t rules.Standing, name string) ledger.Text {
	return ledger.Say("%s: %s. %s", name, When(t), dueNext(t, name))
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
