package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

// fill adds n credits of every length and kind to a ledger.
func fill(tb testing.TB, db *store.DB, n int) {
	tb.Helper()
	update(tb, db, func(tx *store.Tx) error {
		for i := range n {
			c := ledger.Credit{
				Date:      ledger.MakeDate(2024, 4, 1) + ledger.Date(i%1000),
				Title:     fmt.Sprintf("Coagulation cascade in practice, part %d", i),
				Provider:  "ASCP",
				Points:    150,
				Activity:  ledger.CourseActivity,
				Reference: fmt.Sprintf("CE-%06d", i),
				Topics:    []ledger.CreditTopic{{Topic: "hematology"}},
			}
			if err := tx.AddCredit(context.Background(), &c); err != nil {
				return err
			}
		}
		return nil
	})
}

func BenchmarkOpenRead60(b *testing.B) {
	path := filepath.Join(b.TempDir(), "ledger.db")
	db := open(b, path)
	fill(b, db, 60)
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		db, err := store.OpenRead(path)
		if err != nil {
			b.Fatal(err)
		}
		if got := len(credits(b, db, store.CreditFilter{})); got != 60 {
			b.Fatalf("read %d credits, want 60", got)
		}
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	path := filepath.Join(b.TempDir(), "ledger.db")
	for b.Loop() {
		db, err := store.Open(path, author)
		if err != nil {
			b.Fatal(err)
		}
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEmpty(b *testing.B) {
	for b.Loop() {
		db, err := store.Empty(author)
		if err != nil {
			b.Fatal(err)
		}
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCredits10000(b *testing.B) {
	db := open(b, filepath.Join(b.TempDir(), "ledger.db"))
	fill(b, db, 10_000)
	for b.Loop() {
		if got := len(credits(b, db, store.CreditFilter{})); got != 10_000 {
			b.Fatalf("read %d credits, want 10000", got)
		}
	}
}

func BenchmarkAddCredit10000(b *testing.B) {
	for b.Loop() {
		db, err := store.Empty(author)
		if err != nil {
			b.Fatal(err)
		}
		fill(b, db, 10_000)
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkKnown100000(b *testing.B) {
	db := open(b, filepath.Join(b.TempDir(), "ledger.db"))
	fill(b, db, 100_000)
	for b.Loop() {
		if got := len(known(b, db)); got != 100_000 {
			b.Fatalf("knows %d credits, want 100000", got)
		}
	}
}
