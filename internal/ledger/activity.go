package ledger

import (
	"encoding/json"
	"slices"
)

// An Activity is the kind of thing a credit was earned by, such as "course".
type Activity string

// The activity of a credit that does not say, and that of semester hours.
const (
	CourseActivity Activity = "course"
	CollegeCourse  Activity = "college-course"
)

var activities = []Activity{
	CourseActivity, "employer-program", CollegeCourse, "labq", "journal-article", "book", "poster",
	"presentation", "committee", "competence-assessment", "examination-writing", "inspection",
	"research", "certification", "other-activity",
}

// Activities returns every kind of activity, the usual one first.
func Activities() []Activity { return slices.Clone(activities) }

// ParseActivity reads an activity. Case, blanks and underscores do not matter.
func ParseActivity(s string) (Activity, error) {
	a := Activity(fold(s))
	if slices.Contains(activities, a) {
		return a, nil
	}
	return "", Unknown("an activity", "activities", string(a), activities)
}

// UnmarshalText reads what [ParseActivity] reads.
func (a *Activity) UnmarshalText(text []byte) error { return set(a, text, ParseActivity) }

// UnmarshalJSON takes any text: what was declared may be older than this list.
func (a *Activity) UnmarshalJSON(text []byte) error { return json.Unmarshal(text, (*string)(a)) }

// MarshalText returns the name of the activity.
func (a Activity) MarshalText() ([]byte, error) { return []byte(a), nil }
