package words

import (
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// Remark puts a remark of a standing in words. The holder types code for its credential.
func Remark(r rules.Remark, t rules.Standing, code string) ledger.Text {
	say, show := ledger.Say, ledger.Command{"rules", "show", code}
	switch r.Kind {
	case rules.RemarkDeclared:
		if t.Cycle.ID != t.Credential.Current().ID {
			return say("Declared %s. The next cycle is recorded.", t.Cycle.Declared)
		}
		return say("Declared %s. When the board confirms: %s", t.Cycle.Declared, ledger.Command{"renew", code})
	case rules.RemarkDeclaredMore:
		return say("All %s were declared. As credits and days are now, %s count: %s",
			Points(t.Required), t.Counted, ledger.Command{"credential", "show", code})
	case rules.RemarkUndeclared:
		return say("It was renewed without being declared. To declare it after all, take that back: %s shows its entry, then %s",
			ledger.Command{"log"}, ledger.Command{"undo", "ENTRY"})
	case rules.RemarkWindowMoves:
		return say("Points of the last %s count (%s to %s).", Months(t.Edition.Programme.LastYears.Months), t.First, t.Last)
	case rules.RemarkExpired:
		return Expired(t)
	case rules.RemarkPastDeclareBy:
		next := say("declare as soon as nothing remains")
		if t.Remaining == 0 {
			next = say("%s", ledger.Command{"declare", code})
		}
		return say("The day to declare by was %s; the board may not be done before the expiry: %s", t.DeclareBy, next)
	case rules.RemarkFirstPeriod:
		needs := Points(t.Required) + " " + Agree(t.Required, "is", "are")
		if t.Required == 0 {
			needs = "nothing is"
		}
		return say("You were certified on %s, late in the first cycle: %s required of it.", t.Credential.Certified, needs)
	case rules.RemarkNoCategory:
		each := t.Edition.Category.Points
		return say("%s %s needed in each category you are licensed in: %s",
			Points(each), Agree(each, "is", "are"), ledger.Command{"credential", "edit", code, "--category", "TOPIC,TOPIC"})
	case rules.RemarkUnasked:
		return say("%s: %s", Upper(Unasked(t.Edition.Unasked(t.Credential.Categories))), show)
	case rules.RemarkSurplus:
		rest := "the " + r.Points.String()
		if r.Points == 100 {
			rest = "the 1 point"
		}
		return say("%s are allocated to %s; %s beyond its minimum %s towards other.",
			Points(r.Requirement.Allocated), Lower(r.Requirement.Title), rest, Agree(r.Points, "counts", "count"))
	case rules.RemarkUnallocated:
		if auto := (ledger.Command{"allocate", "--auto"}); r.Points < t.Closable {
			return say("Another allocation of your credits would close %s: %s", t.Closable, auto)
		} else {
			return say("%s %s recorded but not allocated and would close %s: %s", Points(r.Points), Agree(r.Points, "is", "are"), t.Closable, auto)
		}
	case rules.RemarkHandCost:
		return say("Your own allocations cost %s: %s", Points(t.Cost()), ledger.Command{"allocate", "--auto", "--fresh"})
	case rules.RemarkLost:
		return say("%s %s lacking, and the days on which %s could be earned are over: %s begins the next cycle",
			Points(t.ToEarn), Agree(t.ToEarn, "is", "are"), Agree(t.ToEarn, "it", "they"), ledger.Command{"renew", code, "--yes"})
	case rules.RemarkToEarn:
		return stillToEarn(t)
	case rules.RemarkNothingRemains:
		return NothingRemains(t, code)
	case rules.RemarkWithoutTopic:
		which := "ID..."
		if len(r.Credits) <= 10 {
			which = Numbers(r.Credits, " ")
		}
		edit := append(append(ledger.Command{"edit"}, strings.Fields(which)...), "--topic", "TOPIC")
		return say("%s %s no topic and can only count towards other: %s (%s)",
			Count(len(r.Credits), "credit"), Verb(len(r.Credits), "has", "have"), edit, ledger.Command{"list", "--no-topic"})
	case rules.RemarkRefusedTopic:
		return say("Allocated but not counted, since the rules take no topic of it there: %s: %s",
			Credits(r.Credits), ledger.Command{"allocate", "--auto", "--fresh"})
	case rules.RemarkOutside:
		return say("Allocated but not counted, since dated outside the days that count (%s to %s): %s", t.First, t.Last, Credits(r.Credits))
	case rules.RemarkComing:
		return say("Allocated and counted only from the day on that each is dated: %s", Credits(r.Credits))
	case rules.RemarkOverCap:
		return say("%s of %s do not count: together such credits count for at most %s.",
			Points(r.Points), strings.ReplaceAll(string(r.Cap.Activity), "-", " ")+"s", r.Cap.Points(t.Required))
	case rules.RemarkDrift:
		return say("No longer as declared: %s. The declaration stays as it was: %s",
			Credits(r.Credits), ledger.Command{"audit", code, "--check", "--cycle", t.Cycle.Last.String()})
	case rules.RemarkNotInPortal:
		return say("%s %s not in the portal yet (reconciled %s): %s", Count(len(r.Credits), "credit"), Verb(len(r.Credits), "is", "are"),
			r.Day, ledger.Command{"list", "--not-in-portal"})
	case rules.RemarkAssumed:
		return say("Assumed, and to be checked on the board's page: %s. %s", Assumed(t.Edition), show)
	case rules.RemarkOwnFigures:
		return say("%s. %s", OwnFigures(t.Edition), show)
	}
	return ledger.Text{}
}

// Expired says what else the body asks for, now that the cycle has expired; nothing if
// nothing is known.
func Expired(t rules.Standing) ledger.Text {
	note := t.AskedOnceExpired()
	if note == nil {
		return ledger.Text{}
	}
	return ledger.Say("%s (%s). Judged here are the days from %s to %s.", Upper(note.Text), note.Confidence, t.First, t.Last)
}

// Unasked says that the rules ask for nothing in some categories that are held.
func Unasked(categories []ledger.Topic) string {
	return "the rules have no points for " + List("and", Strings(categories)) + ", in which you are licensed"
}

// stillToEarn says what is short even in the best allocation.
func stillToEarn(t rules.Standing) ledger.Text {
	still, serve, short := "Still", "", t.Shortages
	if t.ToEarn < t.Remaining {
		still = "Then still"
	}
	if t.Cost() == 0 {
		short = t.Kept // fits how the holder allocated
	}
	if t.Recorded > 0 {
		serve = " Nothing you have can serve " + Verb(len(short), "it.", "them.")
	}
	return ledger.Say("%s to earn: %s.%s", still, Shortages(short), serve)
}

// Assumed names the figures of an edition that nobody could confirm; "" if there are none.
func Assumed(e *rules.Edition) string {
	return figureTitles(e, func(f rules.Figure) bool { return f.Confidence == rules.Assumed })
}

// OwnFigures says which figures of an edition are from packs: "Your own figures
// (letter.yaml): total and cytometry". It is "" if there are none.
func OwnFigures(e *rules.Edition) string {
	var files []string
	for _, r := range e.Which(rules.Figure.Own) {
		if file := r.Pack + ".yaml"; !slices.Contains(files, file) {
			files = append(files, file)
		}
	}
	if files == nil {
		return ""
	}
	return fmt.Sprintf("Your own figures (%s): %s", List("and", files), figureTitles(e, rules.Figure.Own))
}

// figureTitles names the figures of an edition for which is returns true.
func figureTitles(e *rules.Edition, is func(rules.Figure) bool) string {
	all := e.Which(is)
	if len(all) > len(e.Requirements) {
		return "all figures"
	}
	return List("and", Map(all, func(r rules.Requirement) string { return Lower(r.Title) }))
}
