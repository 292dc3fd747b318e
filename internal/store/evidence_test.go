package store_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"testing"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

// proof is evidence of a credit with the given content.
func proof(t *testing.T, credit int64, name string, data []byte) ledger.Evidence {
	sum := sha256.Sum256(data)
	return ledger.Evidence{
		Credit: credit, Name: name, MediaType: "application/pdf", Size: int64(len(data)),
		SHA256: hex.EncodeToString(sum[:]), Added: date(t, "2026-11-21"),
	}
}

// prove adds evidence.
func prove(t *testing.T, db *store.DB, e ledger.Evidence, data []byte) ledger.Evidence {
	t.Helper()
	update(t, db, func(tx *store.Tx) error { return tx.AddEvidence(t.Context(), &e, data) })
	return e
}

func contents(t *testing.T, db *store.DB) (n int) {
	t.Helper()
	need(t, db.SQL().QueryRow("SELECT count(*) FROM content").Scan(&n))
	return n
}

// A file comes back byte for byte, and is kept once for two credits.
func TestEvidence(t *testing.T) {
	db := empty(t)
	one, two := add(t, db, sample(t)), add(t, db, sample(t))
	data := bytes.Repeat([]byte{0, 255, '\n', '"', 7}, 1_800_000) // of several parts
	first := prove(t, db, proof(t, one.ID, "a.pdf", data), data)
	second := prove(t, db, proof(t, two.ID, "same\u202e.pdf", data), data)
	equal(t, 1, contents(t, db))
	view(t, db, func(tx *store.Tx) error {
		all, err := tx.Evidence(t.Context())
		equal(t, []ledger.Evidence{first, second}, all)
		var got bytes.Buffer
		failed := tx.Content(t.Context(), first.SHA256, &got)
		if !bytes.Equal(data, got.Bytes()) {
			t.Error("the content is another one")
		}
		return errors.Join(err, failed)
	})
	update(t, db, func(tx *store.Tx) error { return tx.RemoveEvidence(t.Context(), first.ID) })
	view(t, db, func(tx *store.Tx) error {
		all, err := tx.Evidence(t.Context())
		equal(t, []ledger.Evidence{second}, all)
		return err
	})
	equal(t, 1, contents(t, db))
}

// The evidence of a removed credit is out of sight, but not lost.
func TestEvidenceOfRemovedCredit(t *testing.T) {
	db := empty(t)
	c := add(t, db, sample(t))
	e := prove(t, db, proof(t, c.ID, "a.pdf", []byte("a")), []byte("a"))
	update(t, db, func(tx *store.Tx) error { return tx.RemoveCredit(t.Context(), c.ID) })
	view(t, db, func(tx *store.Tx) error {
		all, err := tx.Evidence(t.Context())
		equal(t, 0, len(all))
		of, failed := tx.AllEvidence(t.Context())
		equal(t, []ledger.Evidence{e}, of)
		return errors.Join(err, failed)
	})
}

func TestEvidenceRefused(t *testing.T) {
	db := empty(t)
	c := add(t, db, sample(t))
	data := []byte("a")
	prove(t, db, proof(t, c.ID, "a.pdf", data), data)
	same, nobody := proof(t, c.ID, "b.pdf", data), proof(t, 99, "a.pdf", data)
	err := attempt(t.Context(), db, func(tx *store.Tx) error { return tx.AddEvidence(t.Context(), &same, data) })
	if !errors.Is(err, store.ErrTaken) {
		t.Errorf("the same file again: %v, want %v", err, store.ErrTaken)
	}
	refused(t, db, func(tx *store.Tx) error { return tx.AddEvidence(t.Context(), &nobody, data) }, "credit 99: not found")
	refused(t, db, func(tx *store.Tx) error { return tx.RemoveEvidence(t.Context(), 99) }, "evidence 99: not found")
	view(t, db, func(tx *store.Tx) error {
		if err := tx.Content(t.Context(), "0", io.Discard); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Content(0) = %v", err)
		}
		return nil
	})
}
