package store_test

import (
	"errors"
	"testing"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

// declaration declares a cycle by the credits given.
func declaration(tb testing.TB, cycle int64, credits ...ledger.Credit) ledger.Declaration {
	d := ledger.Declaration{
		Cycle: cycle, Date: date(tb, "2026-11-21"), Edition: "ascp/MLS@2023-01-01",
		First: date(tb, "2024-04-01"), Last: date(tb, "2027-03-31"),
		Required: 3600, Counted: 3600, Fee: 110, Currency: "USD",
	}
	for _, c := range credits {
		d.Credits = append(d.Credits, ledger.DeclaredCredit{Requirement: "safety", Points: c.Points, Credit: c})
	}
	return d
}

func TestDeclaration(t *testing.T) {
	db := twoCycles(t)
	c := sample(t)
	c.Title, c.Note, c.Reference, c.URL = "quoted \"🧪\"", "a\nb", "CE-1", "https://example.org/1"
	c.Topics = []ledger.CreditTopic{{Topic: "safety", Limit: 25}, {Topic: "chemistry"}}
	c = add(t, db, c)
	plain := sample(t)
	plain.Topics = nil
	plain = add(t, db, plain)

	mls, bb := declaration(t, 1, c, plain, c), declaration(t, 3)
	mls.Credits[1].Requirement, mls.Credits[1].Points = ledger.Other, 50
	bb.Fee, bb.Currency, bb.UID = 0, "", "given"
	update(t, db, func(tx *store.Tx) error {
		return errors.Join(tx.AddDeclaration(t.Context(), &mls), tx.AddDeclaration(t.Context(), &bb))
	})

	// What happens to the credits later does not reach it.
	changed := c
	changed.Title, changed.Topics = "changed", nil
	update(t, db, func(tx *store.Tx) error {
		return errors.Join(tx.UpdateCredit(t.Context(), changed), tx.RemoveCredit(t.Context(), plain.ID))
	})
	view(t, db, func(tx *store.Tx) error {
		for _, want := range []ledger.Declaration{mls, bb} {
			got, err := tx.Declaration(t.Context(), want.Cycle)
			if err != nil {
				return err
			}
			equal(t, want, got)
		}
		return nil
	})
	for _, held := range credentials(t, db) {
		equal(t, mls.Date, held.Cycles[0].Declared)
	}
	equal(t, ledger.Date(0), credentials(t, db)[0].Cycles[1].Declared)
}

func TestDeclarationRefused(t *testing.T) {
	db := twoCycles(t)
	first, again, none := declaration(t, 1), declaration(t, 1), declaration(t, 99)
	update(t, db, func(tx *store.Tx) error { return tx.AddDeclaration(t.Context(), &first) })
	tests := []struct {
		name string
		do   func(*store.Tx) error
		want string
	}{
		{"declared already", func(tx *store.Tx) error { return tx.AddDeclaration(t.Context(), &again) },
			"cycle 1: already declared"},
		{"no such cycle", func(tx *store.Tx) error { return tx.AddDeclaration(t.Context(), &none) },
			"declare cycle 99: not found"},
		{"not declared", func(tx *store.Tx) error { _, err := tx.Declaration(t.Context(), 2); return err },
			"declaration of cycle 2: not found"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { refused(t, db, tt.do, tt.want) })
	}
}

// Topics of a declared credit that can be read are read the same again.
func FuzzReadTopicList(f *testing.F) {
	for _, seed := range []string{"", "safety", "safety=1;chemistry", "a-topic-of-old=0.25", ";", "=", "safety=", "safety=x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		topics, err := store.ReadTopicList(text)
		if err != nil {
			return
		}
		again, err := store.ReadTopicList(ledger.FormatCreditTopics(topics))
		need(t, err)
		equal(t, topics, again)
	})
}
