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
//
// Nothing is changed of a merged one, nor where the row says what the credit was
// imported as before it was edited. A title that is the beginning of the other
// is the same one, cut short: if the row has the longer one, it knows more.
func Compare(row ledger.Credit, slot, credit ledger.Known) Difference {
	var d Difference
	if asForm(row) == asForm(credit.Credit) && row.URL == credit.Credit.URL && (row.Topics == nil || credit.HasTopics) {
		return d // nearly always
	}
	r := formOf(asForm(row))
	forms := []form{formOf(asForm(slot.Credit))}
	for _, f := range slot.Forms {
		if was := formOf(f); f.Imported && (was.whole == r.whole || was.day == r.day && was.reference == r.reference && r.reference != "") {
			forms = append(forms, was)
		}
	}
	known := func(same func(form) bool) bool { return slices.ContainsFunc(forms, same) }
	merged := slot.MergedInto != 0
	if !merged && !known(func(f form) bool { return f.day == r.day }) {
		d.Changed = append(d.Changed, FieldDate)
	}
	if title := Title(credit.Credit.Title); !known(func(f form) bool { return f.title == r.title }) {
		switch {
		case strings.HasPrefix(r.title, title):
			d.More = append(d.More, FieldTitle)
		case !merged && !strings.HasPrefix(title, r.title):
			d.Changed = append(d.Changed, FieldTitle)
		}
	}
	if !merged && !known(func(f form) bool { return f.points == r.points }) {
		d.Changed = append(d.Changed, FieldPoints)
	}
	for _, more := range []struct {
		field Field
		is    bool
	}{
		{FieldProvider, r.provider != "" && provider(credit.Credit.Provider) == ""},
		{FieldReference, r.reference != "" && Reference(credit.Credit.Reference) == ""},
		{FieldURL, row.URL != "" && credit.Credit.URL == ""},
		{FieldTopics, len(row.Topics) > 0 && !credit.HasTopics},
	} {
		if more.is {
			d.More = append(d.More, more.field)
		}
	}
	return d
}

// News returns the form to remember of a slot that a row was paired with,
// if the row says a day, title, points, provider or reference that the slot was not known by. Forms
// are only added: what was remembered before stays true of some record. Of a credit that no
// import brought its own fields do not count, since they are forgotten once it is edited.
func News(row ledger.Credit, k ledger.Known) (ledger.Form, bool) {
	if k.Credit.Import != 0 && asForm(row) == asForm(k.Credit) {
		return ledger.Form{}, false // nearly always
	}
	r, forms := formOf(asForm(row)), slotOf(k).forms
	if k.Credit.Import == 0 {
		forms = forms[1:]
	}
	there, provider, reference := false, r.provider == "", r.reference == ""
	for _, f := range forms {
		if f.whole == r.whole {
			there, provider, reference = true, provider || f.provider == r.provider, reference || f.reference == r.reference
		}
	}
	return asForm(row), !there || !provider || !reference
}
