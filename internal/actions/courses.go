package actions

import (
	"context"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
	"cmpledger/internal/transcript"
)

// A CourseOutcome is what became of a row of a catalogue.
type CourseOutcome string

// The outcomes.
const (
	CourseNew      CourseOutcome = "new"
	CourseChanged  CourseOutcome = "changed"
	CourseSame     CourseOutcome = "as it was"
	CourseRejected CourseOutcome = "rejected"
)

// A CourseVerdict says what became of a row.
type CourseVerdict struct {
	Outcome CourseOutcome
	Was, Is ledger.Course // Was where it was recorded
}

// ImportCourses writes the courses that are new or changed, unless a row is not
// usable: then it writes nothing.
func ImportCourses(ctx context.Context, tx *store.Tx, c transcript.Catalogue) ([]CourseVerdict, error) {
	recorded, err := tx.Courses(ctx)
	if err != nil {
		return nil, err
	}
	known := make(map[string]ledger.Course, len(recorded))
	for _, course := range recorded {
		known[course.UID] = course
	}
	usable := true
	for _, row := range c.Rows {
		usable = usable && row.Problem == nil
	}
	all := make([]CourseVerdict, len(c.Rows))
	for i, row := range c.Rows {
		v := &all[i]
		v.Outcome, v.Is = CourseRejected, c.Courses[i]
		if row.Problem != nil {
			continue
		}
		v.Outcome = CourseNew
		name := v.Is.Name()
		if was, there := known[name]; there {
			v.Outcome, v.Was, v.Is = CourseChanged, was, c.Over(i, was)
			if v.Is.Equal(was) {
				v.Outcome = CourseSame
			}
		}
		if usable && v.Outcome != CourseSame {
			if err := tx.PutCourse(ctx, &v.Is); err != nil {
				return nil, err
			}
		}
		known[name] = v.Is
	}
	return all, nil
}
