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

func addCourse(tb testing.TB, db *store.DB, c ledger.Course) ledger.Course {
	tb.Helper()
	update(tb, db, func(tx *store.Tx) error { return tx.AddCourse(tb.Context(), &c) })
	return c
}

// Courses come back as they were recorded, by title; what is not stated stays
// so.
func TestCourses(t *testing.T) {
	db := empty(t)
	full := addCourse(t, db, keptCourse())
	free := addCourse(t, db, ledger.Course{Title: "blood films", Charge: ledger.Free})
	charged := addCourse(t, db, ledger.Course{Title: "Blood films", Provider: "LabCE", Charge: ledger.Charged})
	bare := addCourse(t, db, ledger.Course{Title: "Ölimmersion"})
	equal(t, []ledger.Course{free, charged, full, bare}, courses(t, db))
	equal(t, full.Name(), full.UID)
	equal(t, []string{"||", "1|0.0|", "0||", "0|19.99|1.5"}, rows(t, db,
		`SELECT coalesce(free, '') || '|' || coalesce(price, '') || '|' || coalesce(points, '') FROM courses ORDER BY title = 'Gram stains', title <> 'Ölimmersion', id`))
}

// A course is the same by provider and title, whatever else of it is another.
func TestUpdateCourse(t *testing.T) {
	db := empty(t)
	c := addCourse(t, db, keptCourse())
	err := attempt(t.Context(), db, func(tx *store.Tx) error {
		again := ledger.Course{Title: "GRAM  stains", Provider: "labce"}
		return tx.AddCourse(t.Context(), &again)
	})
	if !errors.Is(err, store.ErrTaken) {
		t.Errorf("added again: %v", err)
	}
	changed := ledger.Course{ID: c.ID, UID: c.UID, Title: "GRAM stains", Provider: "LabCE", Charge: ledger.Free}
	update(t, db, func(tx *store.Tx) error { return tx.UpdateCourse(t.Context(), changed) })
	equal(t, []ledger.Course{changed}, courses(t, db))
	equal(t, 1, len(changesOf(t, db, 2)))
	update(t, db, func(tx *store.Tx) error { return tx.UpdateCourse(t.Context(), changed) })
	equal(t, 2, len(entries(t, db))) // nothing was another
	update(t, db, func(tx *store.Tx) error { return tx.RemoveCourse(t.Context(), c.ID) })
	equal(t, 0, len(courses(t, db)))
	for _, err := range []error{
		attempt(t.Context(), db, func(tx *store.Tx) error { return tx.RemoveCourse(t.Context(), c.ID) }),
		attempt(t.Context(), db, func(tx *store.Tx) error { return tx.UpdateCourse(t.Context(), changed) }),
	} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("gone: %v", err)
		}
	}
}

// What is not valid is refused by the store and, from other programs, by the
// schema.
func TestCourseIsChecked(t *testing.T) {
	db := empty(t)
	addCourse(t, db, keptCourse())
	wrong := keptCourse()
	wrong.Charge = ledger.Free
	for _, do := range []func(*store.Tx) error{
		func(tx *store.Tx) error { return tx.AddCourse(t.Context(), &wrong) },
		func(tx *store.Tx) error { return tx.UpdateCourse(t.Context(), wrong) },
	} {
		if err := attempt(t.Context(), db, do); err == nil || err.Error() != "price: must be 0 where the course is not charged for" {
			t.Errorf("a free course with a price: %v", err)
		}
	}
	for _, set := range []string{
		"title = ''", "points = 0", "points = 'many'", "price = -1", "price = 0", "free = 1", "free = NULL", "free = 2", "topics = NULL",
	} {
		if _, err := db.SQL().Exec("UPDATE course SET " + set); err == nil {
			t.Errorf("%s: was not refused", set)
		}
	}
}
