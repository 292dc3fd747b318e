package store_test

import (
	"context"
	"errors"
	"regexp"
	"testing"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

// credential is one with a cycle that is valid; tests change what they are
// about.
func credential(tb testing.TB, body, code string) ledger.Credential {
	return ledger.Credential{
		CredentialName: ledger.CredentialName{Body: body, Code: code},
		Number:         "12 345",
		Certified:      date(tb, "2012-06-30"),
		Cycles:         []ledger.Cycle{{First: date(tb, "2024-04-01"), Last: date(tb, "2027-03-31")}},
	}
}

// hold records a credential and returns it as recorded.
func hold(tb testing.TB, db *store.DB, c ledger.Credential) ledger.Credential {
	tb.Helper()
	update(tb, db, func(tx *store.Tx) error { return tx.AddCredential(context.Background(), &c) })
	return c
}

func credentials(tb testing.TB, db *store.DB) (all []ledger.Credential) {
	tb.Helper()
	view(tb, db, func(tx *store.Tx) (err error) {
		all, err = tx.Credentials(context.Background())
		return err
	})
	return all
}

func TestCredentials(t *testing.T) {
	db := empty(t)
	equal(t, 0, len(credentials(t, db)))

	mls := credential(t, "ascp", "MLS")
	mls.Cycles = append([]ledger.Cycle{{
		First: date(t, "2021-04-01"), Last: date(t, "2024-03-31"), Closed: true,
	}}, mls.Cycles...)
	mls = hold(t, db, mls)
	mt := credential(t, "amt", "MT")
	mt.Categories, mt.Cycles[0].Stated = []ledger.Topic{"hematology", "blood-banking"}, true
	mt = hold(t, db, mt)
	voluntary := hold(t, db, ledger.Credential{
		CredentialName: ledger.CredentialName{Body: "ascp", Code: "MT"},
		Voluntary:      true,
		Cycles:         []ledger.Cycle{{}},
	})
	equal(t, []ledger.Credential{mls, mt, voluntary}, credentials(t, db))

	seen := make(map[string]bool)
	for _, c := range credentials(t, db) {
		for _, uid := range []string{c.UID, c.Cycles[0].UID} {
			if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(uid) || seen[uid] {
				t.Errorf("UID %q is no 128 bits of its own", uid)
			}
			seen[uid] = true
		}
	}

	mls.Number, mls.Certified, mls.Voluntary = "", 0, true
	mls.Cycles[1].First, mls.Cycles[1].Last = date(t, "2024-05-01"), date(t, "2027-04-30")
	mls.Cycles[1].Closed, mls.Cycles[1].Stated, mls.Categories = true, true, []ledger.Topic{"chemistry"}
	next := ledger.Cycle{UID: "given", First: date(t, "2027-05-01"), Last: date(t, "2030-04-30")}
	update(t, db, func(tx *store.Tx) error {
		return errors.Join(
			tx.UpdateCredential(t.Context(), mls),
			tx.UpdateCycle(t.Context(), mls.Cycles[1]),
			tx.AddCycle(t.Context(), mls.ID, &next))
	})
	mls.Cycles = append(mls.Cycles, next)
	mt.Categories = nil
	update(t, db, func(tx *store.Tx) error { return tx.UpdateCredential(t.Context(), mt) })
	equal(t, []ledger.Credential{mls, mt, voluntary}, credentials(t, db))
	equal(t, "given", credentials(t, db)[0].Current().UID)
}

func TestCredentialsRefused(t *testing.T) {
	db := empty(t)
	mls := hold(t, db, credential(t, "ascp", "MLS"))
	again, none := credential(t, "ascp", "MLS"), credential(t, "ascp", "BB")
	none.Cycles = nil
	half, backwards := credential(t, "ascp", "C"), credential(t, "ascp", "H")
	half.Cycles[0].First = 0
	backwards.Cycles[0].First = backwards.Cycles[0].Last + 1
	unknown := mls
	unknown.ID = 99
	tests := []struct {
		name string
		do   func(*store.Tx) error
		want string // "" is any error
	}{
		{"held already", func(tx *store.Tx) error { return tx.AddCredential(t.Context(), &again) },
			"credential ascp/MLS: already in the ledger"},
		{"no cycle", func(tx *store.Tx) error { return tx.AddCredential(t.Context(), &none) },
			"credential ascp/BB: has no cycle"},
		{"half a cycle", func(tx *store.Tx) error { return tx.AddCredential(t.Context(), &half) }, ""},
		{"cycle that ends first", func(tx *store.Tx) error { return tx.AddCredential(t.Context(), &backwards) }, ""},
		{"cycle of no credential", func(tx *store.Tx) error { return tx.AddCycle(t.Context(), 99, &ledger.Cycle{}) },
			"credential 99: not found"},
		{"update of no credential", func(tx *store.Tx) error { return tx.UpdateCredential(t.Context(), unknown) },
			"credential 99: not found"},
		{"update of no cycle", func(tx *store.Tx) error { return tx.UpdateCycle(t.Context(), ledger.Cycle{ID: 99}) },
			"cycle 99: not found"},
		{"removal of none", func(tx *store.Tx) error { return tx.RemoveCredential(t.Context(), 99) },
			"credential 99: not found"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { refused(t, db, tt.do, tt.want) })
	}
	equal(t, []ledger.Credential{mls}, credentials(t, db))
}

// refused checks that a transaction fails as said: "not found" wraps
// ErrNotFound, and an empty text is any error.
func refused(t *testing.T, db *store.DB, do func(*store.Tx) error, want string) {
	t.Helper()
	err := attempt(t.Context(), db, do)
	if err == nil || want != "" && err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if missing := regexp.MustCompile("not found$").MatchString(want); missing != errors.Is(err, store.ErrNotFound) {
		t.Errorf("%v: wraps ErrNotFound: %v", err, !missing)
	}
}

// The current cycle is the last one, in whatever order they were recorded.
func TestCyclesInOrder(t *testing.T) {
	db := empty(t)
	mls := credential(t, "ascp", "MLS")
	current := mls.Cycles[0]
	second := ledger.Cycle{First: date(t, "2021-04-01"), Last: date(t, "2024-03-31"), Closed: true}
	first := ledger.Cycle{First: date(t, "2018-04-01"), Last: date(t, "2021-03-31"), Closed: true}
	mls.Cycles = []ledger.Cycle{current, second, first}
	mls = hold(t, db, mls)
	mls.Cycles = []ledger.Cycle{mls.Cycles[2], mls.Cycles[1], mls.Cycles[0]}
	equal(t, []ledger.Credential{mls}, credentials(t, db))
}

// What was said of a number is never taken for what another one is.
func TestNumbersAreNotUsedTwice(t *testing.T) {
	db := empty(t)
	c := add(t, db, sample(t))
	var ids [2][4]int64
	for i := range ids {
		held := hold(t, db, credential(t, "ascp", "MLS"))
		d := declaration(t, held.Cycles[0].ID, c)
		allocate(t, db, ledger.Allocation{
			Credit: c.ID, Cycle: held.Cycles[0].ID, Requirement: "safety", Points: 100, By: ledger.ByHand,
		})
		update(t, db, func(tx *store.Tx) error { return tx.AddDeclaration(t.Context(), &d) })
		ids[i] = [4]int64{held.ID, held.Cycles[0].ID, d.ID}
		need(t, db.SQL().QueryRow("SELECT id FROM allocation").Scan(&ids[i][3]))
		update(t, db, func(tx *store.Tx) error { return tx.RemoveCredential(t.Context(), held.ID) })
	}
	equal(t, [2][4]int64{{1, 1, 1, 1}, {2, 2, 2, 2}}, ids)
}
