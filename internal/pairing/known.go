package pairing

import (
	"slices"
	"strings"

	"cmpledger/internal/ledger"
)

// A Field is one that two records have otherwise, by the name of its column.
type Field string

// The fields that are compared.
const (
	FieldDate      Field = "date"
	FieldTitle     Field = "title"
	FieldProvider  Field = "provider"
	FieldPoints    Field = "points"
	FieldTopics    Field = "topics"
	FieldReference Field = "reference"
	FieldURL       Field = "url"
)

// A Difference is what a row says otherwise than the credit that it is.
type Difference struct {
	Changed []Field // of date, title and points
	More    []Field // what the row knows and the credit does not
}

// Compare says how a row differs from the credit that it is. The slot is what
// [Match] paired it with, the credit the same, or the one that it was merged into.
// Nothing is changed of a merged one, nor where the row says what the credit was
// imported as. A title that begins another is the same, cut short.
func Compare(row ledger.Credit, slot, credit ledger.Known) Difference {
	var d Difference
	r, now := formOf(asForm(row)), formOf(asForm(credit.Credit))
	forms := []form{formOf(asForm(slot.Credit))}
	for _, f := range slot.Forms {
		if was := formOf(f); f.Imported && (was.whole == r.whole || was.day == r.day && was.reference == r.reference && r.reference != "") {
			forms = append(forms, was)
		}
	}
	known := func(same func(form) bool) bool { return slices.ContainsFunc(forms, same) }
	sameTitle := known(func(f form) bool { return f.title == r.title })
	put := func(to *[]Field, field Field, is bool) {
		if is {
			*to = append(*to, field)
		}
	}
	if slot.MergedInto == 0 {
		put(&d.Changed, FieldDate, !known(func(f form) bool { return f.day == r.day }))
		put(&d.Changed, FieldTitle, !sameTitle && !strings.HasPrefix(r.title, now.title) && !strings.HasPrefix(now.title, r.title))
		put(&d.Changed, FieldPoints, !known(func(f form) bool { return f.points == r.points }))
	}
	put(&d.More, FieldTitle, !sameTitle && strings.HasPrefix(r.title, now.title))
	put(&d.More, FieldProvider, r.provider != "" && now.provider == "")
	put(&d.More, FieldReference, r.reference != "" && now.reference == "")
	put(&d.More, FieldURL, row.URL != "" && credit.Credit.URL == "")
	put(&d.More, FieldTopics, len(row.Topics) > 0 && !credit.HasTopics)
	return d
}

// News returns the form to remember of a slot that a row was paired with, if the row
// says anything new. Of a credit that no import brought its own fields do not count,
// since they are forgotten once it is edited.
func News(row ledger.Credit, k ledger.Known) (ledger.Form, bool) {
	forms := slotOf(k, 0).forms
	if k.Credit.Import == 0 {
		forms = forms[1:]
	}
	f, known := asForm(row), statementsOf(forms)
	return f, slices.ContainsFunc(formOf(f).statements(), func(statement form) bool { return !known[statement] })
}
