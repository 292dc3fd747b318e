package store_test

import (
	"errors"
	"testing"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

// The views are what other programs build on: columns are added to them,
// never renamed.
func TestViews(t *testing.T) {
	db := empty(t)
	mls, d := credential(t, "ascp", "MLS"), ledger.Declaration{}
	mls.UID, mls.Categories = "c0", []ledger.Topic{"chemistry", "hematology"}
	mls.Cycles = []ledger.Cycle{
		{UID: "c1", First: date(t, "2021-04-01"), Last: date(t, "2024-03-31"), Closed: true},
		{UID: "c2", First: date(t, "2024-04-01"), Last: date(t, "2027-03-31")},
	}
	old, recent, removed := sample(t), sample(t), sample(t)
	old.UID, old.Date, old.Topics = "d1", date(t, "2023-05-06"), nil
	recent.UID, recent.Points = "d2", 150
	recent.Topics = []ledger.CreditTopic{{Topic: "safety", Limit: 50}, {Topic: "hematology"}, {Topic: "chemistry", Limit: 500}, {Topic: "ethics", Limit: 100}}
	removed.UID = "d3"
	update(t, db, func(tx *store.Tx) error {
		err := errors.Join(tx.AddCredential(t.Context(), &mls), tx.AddCredit(t.Context(), &old), tx.AddCredit(t.Context(), &recent),
			tx.AddCredit(t.Context(), &removed), tx.RemoveCredit(t.Context(), 3))
		d = declaration(t, 1, old)
		d.UID, d.Date, d.Designation, d.Confidence = "e1", date(t, "2024-01-15"), "MLS(ASCP)CM", "reported"
		d.Requirements = []ledger.DeclaredRequirement{{Name: "safety", Required: 100, Counted: 75}, {Name: "other", Required: 50, Counted: 50}}
		return errors.Join(err, tx.AddDeclaration(t.Context(), &d), tx.ReplaceAllocations(t.Context(), 2, []ledger.Allocation{
			{Credit: 2, Cycle: 2, Requirement: "safety", Points: 50, By: ledger.ByHand},
			{Credit: 2, Cycle: 2, Requirement: "other", Points: 75, By: ledger.ByAuto},
			{Credit: 2, Cycle: 2, Requirement: "other", Points: 25, By: ledger.ByHand},
		}))
	})
	for query, want := range map[string][]string{
		`SELECT credential || ' ' || first_day || ' ' || last_day || ' ' || closed || ' ' || coalesce(declared, '-') FROM cycles ORDER BY id`: {
			"ascp/MLS 2021-04-01 2024-03-31 1 2024-01-15", "ascp/MLS 2024-04-01 2027-03-31 0 -"},
		`SELECT credential || ' ' || number || ' ' || coalesce(certified, '-') || ' ' || voluntary || ' ' || categories || ' ' || last_day || coalesce(declared, '') FROM credentials`: {
			"ascp/MLS 12 345 2012-06-30 0 chemistry;hematology 2027-03-31"},
		`SELECT id || ' ' || date || ' ' || points || ' ' || topics || ' ' || evidence || ' ' || uid FROM credits ORDER BY id`: {
			"1 2023-05-06 1.0  0 d1",
			"2 2026-03-09 1.5 safety=0.5;hematology;chemistry=5;ethics=1 0 d2"},
		`SELECT title || ' ' || provider || ' ' || activity || ' ' || reference || url || note || coalesce(imported_from, '') FROM credits WHERE id = 1`: {
			"Bloodborne pathogens update ASCP course "},
		`SELECT credit || ' ' || topic || ' ' || points FROM credit_topics ORDER BY topic DESC`: {"2 safety 0.5", "2 hematology 1.5", "2 ethics 1.0", "2 chemistry 1.5"},
		`SELECT credit || ' ' || credential || ' ' || last_day || ' ' || requirement || ' ' || points || ' ' || allocated_by FROM allocations ORDER BY id`: {
			"2 ascp/MLS 2027-03-31 safety 0.5 hand", "2 ascp/MLS 2027-03-31 other 0.75 auto", "2 ascp/MLS 2027-03-31 other 0.25 hand"},
		`SELECT credential || ' ' || last_day || ' ' || date || ' ' || designation || ' ' || confidence || ' ' || required || ' ' || counted FROM declarations`: {
			"ascp/MLS 2024-03-31 2024-01-15 MLS(ASCP)CM reported 36.0 36.0"},
		`SELECT last_day || ' ' || requirement || ' ' || coalesce(allocated, required || ' ' || counted || ' ' || met) FROM requirements_met ORDER BY 1`: {
			"2024-03-31 other 0.5 0.5 1", "2024-03-31 safety 1.0 0.75 0", "2027-03-31 other 1.0", "2027-03-31 safety 0.5"},
	} {
		t.Log(query)
		equal(t, want, rows(t, db, query))
	}
}
