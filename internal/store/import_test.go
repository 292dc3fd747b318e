package store_test

import (
	"errors"
	"testing"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

// An import is kept, and the credits that it brought name it for ever.
func TestImport(t *testing.T) {
	db := empty(t)
	i := ledger.Import{File: "labce.csv", Date: date(t, "2026-11-21")}
	typed, imported := sample(t), sample(t)
	update(t, db, func(tx *store.Tx) error {
		err := tx.AddImport(t.Context(), &i)
		imported.Import = i.ID
		return errors.Join(err, tx.AddCredit(t.Context(), &typed), tx.AddCredit(t.Context(), &imported))
	})
	update(t, db, func(tx *store.Tx) error {
		got, err := tx.Import(t.Context(), i.ID)
		equal(t, i, got)
		imported.Note = "changed"
		return errors.Join(err, tx.UpdateCredit(t.Context(), imported))
	})
	update(t, db, func(tx *store.Tx) error {
		all, err := tx.Credits(t.Context(), store.CreditFilter{})
		equal(t, []ledger.Credit{typed, imported}, all)
		_, missing := tx.Import(t.Context(), 99)
		equal(t, true, errors.Is(missing, store.ErrNotFound))
		return err
	})
}

// Two cycles of a credential are never open at once.
func TestOneOpenCycle(t *testing.T) {
	db := empty(t)
	mls := hold(t, db, credential(t, "ascp", "MLS"))
	err := attempt(t.Context(), db, func(tx *store.Tx) error {
		return tx.AddCycle(t.Context(), mls.ID, &ledger.Cycle{First: date(t, "2030-01-01"), Last: date(t, "2032-12-31")})
	})
	if err == nil {
		t.Error("a second open cycle was added")
	}
}
