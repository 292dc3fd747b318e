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
			return say("Its next cycle is recorded.")
		}
		return say("When the board confirms: %s", ledger.Command{"renew", code})
	case rules.RemarkDeclaredMore:
		return say("You declared %s. As your credits are now, %s: %s",
			Points(t.Required), Agreeing(t.Counted, "counts", "count"), ledger.Command{"credential", "show", code})
	case rules.RemarkUndeclared:
		return say("You renewed it without declaring it. To declare it after all, take the renewal back: find its number with %s, then %s",
			ledger.Command{"log"}, ledger.Command{"undo", "NUMBER"})
	case rules.RemarkWindowMoves:
		return say("Credits of the last %s count now (%s to %s).", Months(t.Edition.Programme.LastYears.Months), t.First, t.Last)
	case rules.RemarkExpired:
		return Expired(t)
	case rules.RemarkPastDeclareBy:
		return say("The board may not finish before it expires.")
	case rules.RemarkFirstPeriod:
		needs := Points(t.Required)
		if t.Required == 0 {
			needs = "no points"
		}
		return say("You were certified on %s, late in the first cycle, so it asks for %s.", t.Credential.Certified, needs)
	case rules.RemarkNoCategory:
		each := t.Edition.Category.Points
		return say("You need %s in each category of your licence. Say which you have: %s",
			Points(each), ledger.Command{"credential", "edit", code, "--category", "TOPIC,TOPIC"})
	case rules.RemarkUnasked:
		return say("%s: %s", Upper(Unasked(t.Edition.Unasked(t.Credential.Categories))), show)
	case rules.RemarkSurplus:
		return say("%s has %s; %s of them %s towards other.", Upper(r.Requirement.Title),
			Points(r.Requirement.Allocated), r.Points, Agree(r.Points, "counts", "count"))
	case rules.RemarkUnallocated:
		if auto := (ledger.Command{"allocate", "--auto"}); r.Points < t.Closable {
			return say("Placed in another way, your credits would count %s more: %s", t.Closable, auto)
		} else {
			return say("You have %s not allocated yet, of which %s would count: %s", Points(r.Points), t.Closable, auto)
		}
	case rules.RemarkHandCost:
		return say("Your own allocations cost %s: %s", Points(t.Cost()), ledger.Command{"allocate", "--auto", "--fresh"})
	case rules.RemarkLost:
		return say("%s %s missing, and the days to earn %s are over. Begin the next cycle: %s",
			Points(t.ToEarn), Agree(t.ToEarn, "is", "are"), Agree(t.ToEarn, "it", "them"), ledger.Command{"renew", code})
	case rules.RemarkToEarn:
		return stillToEarn(t)
	case rules.RemarkNothingRemains:
		return NothingRemains(t, code)
	case rules.RemarkWithoutTopic:
		next := ledger.Command{"list", "--no-topic", "--credential", code}
		if len(r.Credits) <= 10 {
			next = append(append(ledger.Command{"edit"}, strings.Fields(Numbers(r.Credits, " "))...), "--topic", "TOPIC")
		}
		return say("%s %s no topic, so %s only towards other: %s", Count(len(r.Credits), "credit"),
			Verb(len(r.Credits), "has", "have"), Verb(len(r.Credits), "it counts", "they count"), next)
	case rules.RemarkRefusedTopic:
		return say("%s not count where %s allocated: the topics do not fit there. %s", Upper(Credits(r.Credits))+Verb(len(r.Credits), " does", " do"),
			Verb(len(r.Credits), "it is", "they are"), ledger.Command{"allocate", "--auto", "--fresh"})
	case rules.RemarkOutside:
		return say("%s allocated but %s not count: %s dated outside %s to %s.", Upper(Credits(r.Credits))+Verb(len(r.Credits), " is", " are"),
			Verb(len(r.Credits), "does", "do"), Verb(len(r.Credits), "it is", "they are"), t.First, t.Last)
	case rules.RemarkComing:
		return say("%s dated in the future. Until that day %s not count.", Upper(Credits(r.Credits))+Verb(len(r.Credits), " is", " are"), Verb(len(r.Credits), "it does", "they do"))
	case rules.RemarkOverCap:
		return say("%s of %s %s not count. Together such credits count for at most %s.",
			Points(r.Points), strings.ReplaceAll(string(r.Cap.Activity), "-", " ")+"s", Agree(r.Points, "does", "do"), r.Cap.Points(t.Required))
	case rules.RemarkDrift:
		return say("%s no longer as you declared %s. The declaration stays as it was: %s",
			Upper(Credits(r.Credits))+Verb(len(r.Credits), " is", " are"), Verb(len(r.Credits), "it", "them"), ledger.Command{"audit", code, "--check", "--cycle", t.Cycle.Last.String()})
	case rules.RemarkNotInPortal:
		return say("%s %s not in the portal yet (as of %s): %s", Count(len(r.Credits), "credit"), Verb(len(r.Credits), "is", "are"),
			r.Day, ledger.Command{"list", "--not-in-portal"})
	case rules.RemarkAssumed:
		return ToCheck(t.Edition, code)
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
	return ledger.Say("%s (%s). Shown here are the days from %s to %s.", Upper(note.Text), note.Confidence, t.First, t.Last)
}

// Unasked says that the rules ask for nothing in some categories that are held.
func Unasked(categories []ledger.Topic) string {
	return "the rules name no points for " + List("and", Strings(categories)) + ", which your licence is for"
}

// stillToEarn says what is short even in the best allocation. It does not repeat a table
// that says so of many requirements.
func stillToEarn(t rules.Standing) ledger.Text {
	if inTable(t) {
		return ledger.Say("%s", NoneFits(t, "what remains"))
	}
	still, serve, short := "Still", "", t.Shortages
	if t.ToEarn < t.Remaining {
		still = "Then still"
	}
	if t.Cost() == 0 {
		short = t.Kept // fits how the holder allocated
	}
	if text := NoneFits(t, "there"); text != "" {
		serve = " " + text
	}
	return ledger.Say("%s to earn: %s.%s", still, Shortages(short), serve)
}

// NoneFits says why no credit closes what is still to earn: that all of them count
// already, or that none of the others fits where it is short. Of no credits it says nothing.
func NoneFits(t rules.Standing, where string) string {
	switch {
	case t.Recorded == 0:
		return ""
	case t.Counted == t.Recorded:
		return "All your credits count already."
	}
	return fmt.Sprintf("None of your other credits fit %s.", where)
}

// inTable reports whether the table of a standing says what is to be earned as plainly
// as a sentence: of many requirements each lacks what remains of it.
func inTable(t rules.Standing) bool {
	several := func(s rules.Shortage) bool { return len(s.Requirements) > 1 }
	return len(t.Kept) > 3 && t.ToEarn == t.Remaining && !slices.ContainsFunc(t.Kept, several)
}

// ToCheck says which figures for a credential nobody could confirm, so that the holder
// checks them; nothing if there are none.
func ToCheck(e *rules.Edition, code string) ledger.Text {
	titles := Assumed(e)
	if titles == "" {
		return ledger.Text{}
	}
	return ledger.Say("Nobody could confirm these figures for %s: %s. Check them with the board: %s", code, titles, ledger.Command{"rules", "show", code})
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
		return "all of them"
	}
	return List("and", Map(all, func(r rules.Requirement) string { return Lower(r.Title) }))
}
