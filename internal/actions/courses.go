package actions

import (
	"context"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
	"cmpledger/internal/transcript"
)

// ImportCourses compares the rows of a catalogue, all of them usable, with the
// courses that are recorded and with the rows before them, writes what is new and
// what changed, and returns how many were.
func ImportCourses(ctx context.Context, tx *store.Tx, c transcript.Catalogue) (added, changed int, err error) {
	recorded, err := tx.Courses(ctx)
	if err != nil {
		return 0, 0, err
	}
	known := make(map[string]ledger.Course, len(recorded))
	for _, course := range recorded {
		known[course.UID] = course
	}
	for i, course := range c.Courses {
		name := course.Name()
		if was, there := known[name]; !there {
			added++
		} else if course = c.Over(i, was); course.Equal(was) {
			continue
		} else {
			changed++
		}
		if err := tx.PutCourse(ctx, &course); err != nil {
			return 0, 0, err
		}
		known[name] = course
	}
	return added, changed, nil
}
