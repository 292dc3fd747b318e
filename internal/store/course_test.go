package store_test

import (
	"errors"
	"testing"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

func courses(tb testing.TB, db *store.DB) (all []ledger.Course) {
	tb.Helper()
	view(tb, db, func(tx *store.Tx) (err error) {
		all, err = tx.Courses(tb.Context())
		return err
	})
	return all
}

func putCourse(tb testing.TB, db *store.DB, c ledger.Course) ledger.Course {
	tb.Helper()
	update(tb, db, func(tx *store.Tx) error { return tx.PutCourse(tb.Context(), &c) })
	return c
}

// Courses come back as they were recorded, by title; what is not stated stays
// so.
func TestCourses(t *testing.T) {
	db := empty(t)
	full := putCourse(t, db, keptCourse())
	free := putCourse(t, db, ledger.Course{Title: "blood films", Charge: ledger.Free})
	charged := putCourse(t, db, ledger.Course{Title: "Blood films", Provider: "LabCE", Charge: ledger.Charged})
	bare := putCourse(t, db, ledger.Course{Title: "Ölimmersion"})
	equal(t, []ledger.Course{free, charged, full, bare}, courses(t, db))
	equal(t, full.Name(), full.UID)
	equal(t, []string{"||", "1|0.0|", "0||", "0|19.99|1.5"}, rows(t, db,
		`SELECT coalesce(free, '') || '|' || coalesce(price, '') || '|' || coalesce(points, '') FROM courses ORDER BY title = 'Gram stains', title <> 'Ölimmersion', id`))
}

// A course is the same by provider and title, whatever else of it is another.
func TestPutCourseAgain(t *testing.T) {
	db := empty(t)
	c := putCourse(t, db, keptCourse())
	changed := putCourse(t, db, ledger.Course{ID: c.ID, Title: "GRAM  stains", Provider: "labce", Charge: ledger.Free})
	equal(t, c.ID, changed.ID)
	equal(t, []ledger.Course{changed}, courses(t, db))
	equal(t, 1, len(changesOf(t, db, 2)))
	putCourse(t, db, changed)
	equal(t, 2, len(entries(t, db))) // nothing was another
	remove := func(tx *store.Tx) error { return tx.RemoveCourse(t.Context(), c.ID) }
	update(t, db, remove)
	equal(t, 0, len(courses(t, db)))
	if err := attempt(t.Context(), db, remove); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("gone: %v", err)
	}
}

// What is not valid is refused by the store and, from other programs, by the
// schema.
func TestCourseIsChecked(t *testing.T) {
	db := empty(t)
	putCourse(t, db, keptCourse())
	wrong := keptCourse()
	wrong.Charge = ledger.Free
	err := attempt(t.Context(), db, func(tx *store.Tx) error { return tx.PutCourse(t.Context(), &wrong) })
	if err == nil || err.Error() != "price: must be 0 where the course is not charged for" {
		t.Errorf("a free course with a price: %v", err)
	}
	for _, set := range []string{
		"title = ''", "points = 0", "points = 'many'", "price = -1", "price = 0", "free = 1", "free = NULL", "free = 2", "topics = NULL",
	} {
		if _, err := db.SQL().Exec("UPDATE course SET " + set); err == nil {
			t.Errorf("%s: was not refused", set)
		}
	}
}
