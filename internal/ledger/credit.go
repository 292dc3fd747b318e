package ledger

import (
	"strings"
	"unicode/utf8"
)

// A Credit is one activity: done on a day, worth points.
type Credit struct {
	ID       int64  `json:"-"` // short number within one ledger, never used twice
	UID      string `json:"uid" doc:"Names the credit in all ledgers."`
	Date     Date   `json:"date" doc:"Day it was done."`
	Title    string `json:"title"`
	Provider string `json:"provider" empty:"where it is not known"`
	Points   Points `json:"points" doc:"What it is worth."`
	// Topics are in the holder's order, each once.
	Topics    []CreditTopic `json:"topics" doc:"Empty where it has none: it then counts only towards other."`
	Activity  Activity      `json:"activity"`
	Reference string        `json:"reference" doc:"Certificate, course or programme number." empty:"where there is none"`
	URL       string        `json:"url" empty:"where there is none"`
	Note      string        `json:"note" empty:"where there is none"`
	Import    int64         `json:"-"` // ID of the import that brought it, or 0
}

// An Import is one file that credits were read from.
type Import struct {
	ID   int64  `json:"-"`
	UID  string `json:"uid"`
	File string `json:"file" doc:"Its name."` // without a folder
	Date Date   `json:"date"`                 // the day it was read
}

// A Known is a credit that the ledger has or had, with every form that a record of
// it may have.
type Known struct {
	Credit     Credit
	Removed    bool
	MergedInto int64  // the credit that this removed one was merged into, or 0
	Forms      []Form // other forms than its own fields
}

// A Form is how a record described a credit.
type Form struct {
	Date      Date   `json:"date"`
	Title     string `json:"title"`
	Provider  string `json:"provider"`
	Points    Points `json:"points"`
	Reference string `json:"reference"`
	// Imported says that the credit had this form when it was imported, and was
	// edited since. A row of this form changes nothing.
	Imported bool `json:"imported" doc:"The credit itself was so."`
}

// Portals are the days on which credits were found in a portal last, by body and credit,
// and of credit 0 the day on which the portal was seen last.
type Portals map[string]map[int64]Date

// A CreditTopic is a topic of a credit and how many points may count for it.
type CreditTopic struct {
	Topic Topic `json:"topic"`
	// Limit 0 means no limit: all of the credit's points may go there.
	Limit Points `json:"points,omitempty" doc:"At most so many points may go there. Absent where all may."`
}

// String returns the form that [Vocabulary.ParseCreditTopic] reads.
func (t CreditTopic) String() string {
	if t.Limit == 0 {
		return string(t.Topic)
	}
	return string(t.Topic) + "=" + t.Limit.String()
}

// FormatCreditTopics returns "safety=1;chemistry".
func FormatCreditTopics(topics []CreditTopic) string {
	s := make([]string, len(topics))
	for i, t := range topics {
		s[i] = t.String()
	}
	return strings.Join(s, ";")
}

// An InvalidError reports a field that has to be corrected.
type InvalidError struct {
	Field  string // the word it is typed under, such as "points"
	Reason string // what is wrong with it, in lower case
}

func (e *InvalidError) Error() string { return e.Field + ": " + e.Reason }

// Validate returns an [InvalidError] for the first field that cannot be recorded.
func (c Credit) Validate() error {
	if strings.TrimSpace(c.Title) == "" {
		return &InvalidError{"title", "must not be empty"}
	}
	if c.Date == 0 {
		return &InvalidError{"date", "must not be empty"}
	}
	if _, err := CheckPoints(int64(c.Points)); err != nil {
		return &InvalidError{"points", err.Error()}
	}
	if _, err := ParseActivity(string(c.Activity)); err != nil {
		return &InvalidError{"activity", err.Error()}
	}
	if err := checkTopics(c.Topics); err != nil {
		return err
	}
	return checkTexts("title", c.Title, "provider", c.Provider, "reference", c.Reference, "url", c.URL, "note", c.Note)
}

// checkTopics refuses a topic that is named twice.
func checkTopics(topics []CreditTopic) error {
	for i, t := range topics {
		for _, earlier := range topics[:i] {
			if earlier.Topic == t.Topic {
				return &InvalidError{"topic", "names " + string(t.Topic) + " twice"}
			}
		}
	}
	return nil
}

// checkTexts refuses a text that cannot be stored. It takes pairs of field name and text.
func checkTexts(all ...string) error {
	for i := 1; i < len(all); i += 2 {
		if reason := BadText(all[i]); reason != "" {
			return &InvalidError{all[i-1], reason}
		}
	}
	return nil
}

// BadText says why a text cannot be stored, or returns "".
func BadText(text string) string {
	switch {
	case !utf8.ValidString(text):
		return "is not valid UTF-8 text"
	case strings.IndexByte(text, 0) >= 0:
		return "holds a NUL byte"
	}
	return ""
}

// Limit returns how many of the credit's points may count for the topic: 0 if the
// credit does not have it.
func (c Credit) Limit(topic Topic) Points {
	for _, t := range c.Topics {
		switch {
		case t.Topic != topic:
		case t.Limit == 0:
			return c.Points
		default:
			return min(t.Limit, c.Points)
		}
	}
	return 0
}

// MostEvidence is the size of the largest file that is taken as proof, in bytes.
const MostEvidence = 25 << 20

// Evidence is a file that proves a credit. Its content is kept once per SHA-256.
type Evidence struct {
	ID        int64  `json:"id" doc:"Number in this ledger."`
	UID       string // stable and unique among all ledgers
	Credit    int64  `json:"credit" doc:"Number of the credit that it proves."`
	Content   int64  // ID of the content; the same file has the same
	Name      string `json:"name" doc:"Of the file, without a folder."` // not to be trusted as a path
	MediaType string `json:"media_type" doc:"Such as application/pdf."`
	Size      int64  `json:"size" min:"0" doc:"In bytes."`
	SHA256    string `json:"sha256" as:"sha256"` // in lower case; "" when the content is gone
	Added     Date   `json:"added" doc:"Day it was added."`
}
