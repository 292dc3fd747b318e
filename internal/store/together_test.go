package store_test

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"cmpledger/internal/store"
)

// writeMany opens a ledger and records credits, each in a transaction that
// reads before it writes.
func writeMany(t *testing.T, path string, n int) error {
	db, err := store.Open(path, author)
	if err != nil {
		return err
	}
	defer db.Close()
	for range n {
		err := attempt(t.Context(), db, func(tx *store.Tx) error {
			all, err := tx.Credits(t.Context(), store.CreditFilter{})
			if err != nil {
				return err
			}
			c := sample(t)
			c.Title = fmt.Sprintf("number %d", len(all)+1)
			return tx.AddCredit(t.Context(), &c)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// checkMany checks that no write was lost and none saw another one half done.
func checkMany(t *testing.T, path string, n int) {
	t.Helper()
	all := credits(t, open(t, path), store.CreditFilter{})
	if len(all) != n {
		t.Fatalf("%d credits, want %d", len(all), n)
	}
	for i, c := range all {
		equal(t, fmt.Sprintf("number %d", i+1), c.Title)
	}
}

// The first writers of a new ledger migrate it once, and nothing that they write
// is lost.
func TestConnectionsWriteTogether(t *testing.T) {
	for range 3 {
		path := filepath.Join(t.TempDir(), "ledger.db")
		write(t, path, nil)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if err := writeMany(t, path, 15); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		checkMany(t, path, 8*15)
	}
}
