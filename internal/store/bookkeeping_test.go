package store_test

import (
	"fmt"
	"strings"
	"testing"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

// Every record has the stamp of the entry that changed it last, its topics and
// its forms, also where many are added at once. Taking back is a change too.
func TestChanged(t *testing.T) {
	p := newPlay(t)
	stamps := func() string {
		return strings.Join(rows(t, p.db, `SELECT e.id FROM credit LEFT JOIN entry AS e ON e.stamp = credit.changed ORDER BY credit.id`), " ")
	}
	equal(t, "2 3", stamps())
	p.title(1, "a")
	equal(t, "4 3", stamps())
	p.title(1, "a")
	p.edit(1, func(c *ledger.Credit) { c.Topics = nil })
	equal(t, "4 3", stamps())
	p.topic(2)
	equal(t, "4 5", stamps())
	update(t, p.db, func(tx *store.Tx) error { return tx.AddForm(t.Context(), 1, ledger.Form{Date: 1, Points: 1}) })
	equal(t, "6 5", stamps())
	p.undo(5)
	equal(t, "6 7", stamps())
	update(t, p.db, func(tx *store.Tx) error {
		return addAll(t.Context(), tx, pointers([]ledger.Credit{sample(t), sample(t)}))
	})
	equal(t, "6 7 8 8", stamps())
	execute(t, p.db, "UPDATE credit SET changed = 'elsewhere', past = 'elsewhere'") // which is no change
	equal(t, 8, len(entries(t, p.db)))

	full := full(t)
	for _, table := range rows(t, full, "SELECT t.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE c.name = 'past'") {
		equal(t, []string{"1"}, rows(t, full, "SELECT min(changed IN (SELECT stamp FROM entry)) FROM "+table))
	}
}

// What a command removed for good is gone, by what names it in every ledger,
// until it is there again; what was taken back never was.
func TestGoneRecords(t *testing.T) {
	p := newPlay(t)
	uids := rows(t, p.db, "SELECT uid FROM credit ORDER BY id")
	gone := func(want ...string) {
		t.Helper()
		got := rows(t, p.db, "SELECT kind || ' ' || key FROM gone ORDER BY 1")
		for i := range got {
			got[i] = strings.NewReplacer(uids[0], "ONE", uids[1], "TWO").Replace(got[i])
		}
		equal(t, want, got)
		equal(t, []string(nil), rows(t, p.db, "SELECT key FROM gone WHERE changed NOT IN (SELECT stamp FROM entry)"))
	}
	p.allocate(1, "safety", 50)
	p.auto(2, "safety", 50)
	p.allocate(1, "safety", 0)
	p.auto(2, "safety", 0)
	gone("allocation ONE ascp/MLS 2027-03-31 safety")
	p.undo(6)
	gone()
	p.undo(8) // which does it again
	gone("allocation ONE ascp/MLS 2027-03-31 safety")
	p.allocate(1, "safety", 25)
	gone()
	p.undo(10)
	gone()

	p.keep(1, 2)
	p.addCredit()
	p.merge(2, 3)
	gone("apart " + strings.Join([]string{min2(uids, "ONE", "TWO"), max2(uids, "ONE", "TWO")}, " "))
	p.undo(14)
	data := []byte("certificate")
	e := prove(t, p.db, proof(t, 1, "a.pdf", data), data)
	update(t, p.db, func(tx *store.Tx) error { return tx.MoveEvidence(t.Context(), 1, 2) })
	gone("evidence ONE " + e.SHA256)
	p.undo(17)

	p.cycle("2027-06-30", false)
	gone("cycle ascp/MLS 2027-03-31")
	p.cycle("2027-03-31", false)
	gone("cycle ascp/MLS 2027-06-30")
	p.declare()
	last := len(entries(t, p.db))
	p.removeCredential(1)
	gone("credential ascp/MLS", "cycle ascp/MLS 2024-03-31", "cycle ascp/MLS 2027-03-31", "cycle ascp/MLS 2027-06-30",
		"declaration ascp/MLS 2027-03-31")
	p.undo(int64(last + 1))
	gone("cycle ascp/MLS 2027-06-30")
	execute(t, p.db, fmt.Sprintf("INSERT INTO alias VALUES ('there', %d)", 3))
	p.undo(13) // the third credit
	equal(t, []string(nil), rows(t, p.db, "SELECT uid FROM alias"))
}

// min2 and max2 order two names by the uids that they stand for.
func min2(uids []string, one, two string) string {
	if uids[0] < uids[1] {
		return one
	}
	return two
}

func max2(uids []string, one, two string) string { return min2(uids, two, one) }
