package store_test

import (
	"fmt"
	"os"
	"os/exec"
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

func TestConnectionsWriteTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	open(t, path)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := writeMany(t, path, 50); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	checkMany(t, path, 8*50)
}

// The first writers of a new ledger migrate it once.
func TestConnectionsMigrateTogether(t *testing.T) {
	for range 5 {
		path := filepath.Join(t.TempDir(), "ledger.db")
		write(t, path, nil)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if err := writeMany(t, path, 1); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		checkMany(t, path, 8)
	}
}

// Several processes may also be the first at once.
func TestProcessesWriteTogether(t *testing.T) {
	const variable = "STORE_TEST_WRITE_TO"
	if path := os.Getenv(variable); path != "" {
		if err := writeMany(t, path, 20); err != nil {
			t.Fatal(err)
		}
		return
	}
	path := filepath.Join(t.TempDir(), "new", "ledger.db")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
			cmd.Env = append(os.Environ(), variable+"="+path)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	wg.Wait()
	checkMany(t, path, 4*20)
}
