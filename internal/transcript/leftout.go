package transcript

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"cmpledger/internal/ledger"
	"cmpledger/internal/words"
)

// A LeftOut is a record of an activity that earned nothing, or nothing yet, or not for
// the holder.
type LeftOut struct {
	Row, Line int // as in [Row]
	Title     string
	Status    string // the cell that says so: "In progress"; or [SomebodyElse]
}

// SomebodyElse is the status of a row that is not the holder's.
const SomebodyElse = "of somebody else"

// mostNamed is how many of several people, or statuses, are named.
const mostNamed = 3

// ofHolder returns the records of the holder, and notes those of others as left out. It
// refuses a file in which it is not clear who the holder is.
func (r *reader) ofHolder(kept []record) ([]record, error) {
	if r.Same == nil || r.column(Person).Field == "" {
		return kept, nil
	}
	wanted := map[string]bool{} // by name
	var all, mine []string
	for _, rec := range kept {
		name := r.person(rec)
		if _, seen := wanted[name]; seen || name == "" {
			continue
		}
		all = append(all, name)
		if wanted[name] = r.Holder == "" || r.same(r.Holder, name); wanted[name] {
			mine = append(mine, name)
		}
	}
	switch {
	case len(mine) == 0 && len(all) > 0 && r.people(all) == nil:
		r.Warnings = append(r.Warnings, fmt.Sprintf("all rows are of %q, but you are %q (setting holder)", all[0], r.Holder))
		return kept, nil
	case len(mine) == 0 && len(all) > 0:
		return nil, r.severalPeople(r.people(all))
	case r.people(mine) != nil:
		return nil, r.severalPeople(r.people(mine))
	case len(mine) == len(all):
		return kept, nil
	}
	own := kept[:0]
	for _, rec := range kept {
		name := r.person(rec)
		if rec.problem == nil && name == "" {
			rec.problem = &Problem{Column: r.column(Person).Header, Message: errEmpty.Error() + ", because the file has several people"}
		}
		if rec.problem != nil || wanted[name] {
			own = append(own, rec)
		} else {
			r.LeftOut = append(r.LeftOut, LeftOut{rec.number, rec.line, rec.cell(r.column(Title).Index), SomebodyElse})
		}
	}
	return own, nil
}

// person returns the name of the person whose row it is, or "".
func (r *reader) person(rec record) string {
	name := strings.TrimSpace(rec.cell(r.given) + " " + rec.cell(r.column(Person).Index))
	if rec.problem != nil || letters(name) == "" {
		return ""
	}
	return name
}

// same compares the names of people, which may be numbers.
func (r *reader) same(a, b string) bool {
	if strings.ContainsFunc(a, unicode.IsLetter) && strings.ContainsFunc(b, unicode.IsLetter) {
		return r.Same(a, b)
	}
	return Squeeze(a) == Squeeze(b)
}

// people returns the first of the names if they are of several people, else nil.
func (r *reader) people(names []string) []string {
	const spellings = 5 // of one name
	var several []string
	for i, name := range names {
		before := names[:min(i, spellings)]
		if len(several) > 0 {
			before = several
		}
		other := slices.IndexFunc(before, func(one string) bool { return !r.same(one, name) })
		switch {
		case several == nil && other >= 0:
			several = []string{before[other], name}
		case several != nil && !slices.ContainsFunc(before, func(one string) bool { return r.same(one, name) }):
			several = append(several, name)
		}
		if len(several) > mostNamed {
			break
		}
	}
	return several
}

// severalPeople is the error for a file with rows of several people.
func (r *reader) severalPeople(people []string) error {
	shown := words.Map(people[:min(mostNamed, len(people))], strconv.Quote)
	if len(people) > mostNamed {
		shown = append(shown, "others")
	}
	header := r.column(Person).Header
	return &ledger.Error{
		What: fmt.Sprintf("column %q names several people: %s", header, words.List("and", shown)),
		Try:  ledger.Say("say which one you are, such as --holder %s; if they are not people: --map note=%s", argument(people[0]), argument(header)),
	}
}

// An unknownStatus is one of which it is not known whether something was earned.
type unknownStatus struct{ column, text string }

// noteStatuses warns of statuses that are not known, and says how to leave out their
// rows. A grade may be anything.
func (r *reader) noteStatuses(kept []record) {
	rows := 0
	var all []unknownStatus
	seen := map[unknownStatus]bool{}
	for _, rec := range kept {
		for _, i := range r.status {
			text := rec.cell(i)
			if rec.problem != nil || text == "" || isDone(text) || letters(r.Header[i]) == "grade" {
				continue
			}
			rows++
			if key := (unknownStatus{r.Header[i], strings.ToLower(text)}); !seen[key] {
				seen[key] = true
				all = append(all, unknownStatus{r.Header[i], text})
			}
		}
	}
	if len(all) == 0 {
		return
	}
	shown := words.Map(all[:min(mostNamed, len(all))], func(s unknownStatus) string { return strconv.Quote(clip(s.text)) })
	if n := len(all) - mostNamed; n > 0 {
		shown = append(shown, fmt.Sprintf("%d more", n))
	}
	r.Warnings = append(r.Warnings, fmt.Sprintf("unknown status %s, counted as earned in %s. If nothing was earned, skip it in a profile: if: [{column: %s, matches: %s, skip: true}]",
		words.List("and", shown), words.Count(rows, "row"),
		strconv.Quote(all[0].column), strconv.Quote("^(?i)"+regexp.QuoteMeta(all[0].text)+"$")))
}
