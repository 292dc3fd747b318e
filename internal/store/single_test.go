package store_test

import (
	"testing"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

// What an import adds meets every check of the schema, though those are not
// made meanwhile, and they are made again afterwards.
func TestAddCreditsMeetsChecks(t *testing.T) {
	db := empty(t)
	numbered, plain := sample(t), sample(t)
	numbered.Reference, numbered.Title = "CE-7", "numbered"
	plain.Topics = []ledger.CreditTopic{{Topic: "chemistry", Limit: 50}, {Topic: "safety"}}
	all := []*ledger.Credit{&numbered, &plain}
	update(t, db, func(tx *store.Tx) error { return addAll(t.Context(), tx, all) })
	equal(t, []ledger.Credit{numbered, plain}, credits(t, db, store.CreditFilter{}))
	equal(t, []string{"ok"}, rows(t, db, "PRAGMA integrity_check"))
	if _, err := db.SQL().Exec("UPDATE credit SET points = -1"); err == nil {
		t.Error("points of -1 were let in")
	}
}
