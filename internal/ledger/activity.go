package ledger

import (
	"encoding/json"
	"slices"
)

// An Activity is the kind of thing a credit was earned by, such as "course".
type Activity string

// Activities with a meaning of their own: the kind of a credit that does not
// say, and the kind that semester and quarter hours imply.
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

// ParseActivity reads the name of an activity. Case, blanks and underscores
// do not matter.
func ParseActivity(s string) (Activity, error) {
	a := Activity(fold(s))
	if slices.Contains(activities, a) {
		return a, nil
	}
	return "", Unknown("an activity", "activities", string(a), activities)
}

// UnmarshalText reads what [ParseActivity] reads.
func (a *Activity) UnmarshalText(text []byte) error { return set(a, text, ParseActivity) }

// UnmarshalJSON takes a text as it is: what was declared may be older than the
// activities of today.
func (a *Activity) UnmarshalJSON(text []byte) error { return json.Unmarshal(text, (*string)(a)) }

// MarshalText returns the name of the activity.
func (a Activity) MarshalText() ([]byte, error) { return []byte(a), nil }
