package ledger

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A Credit is one activity of continuing education: done on a day, worth
// points.
type Credit struct {
	ID        int64  // short number within one ledger, never used twice
	UID       string // stable and unique among all ledgers
	Date      Date
	Title     string
	Provider  string
	Points    Points
	Topics    []CreditTopic // in the holder's order, each topic once; none is possible
	Activity  Activity
	Reference string // the provider's number of the course or certificate
	URL       string
	Note      string
	Import    int64 // ID of the import that brought it, or 0
}

// An Import is one file that credits were read from.
type Import struct {
	ID   int64
	UID  string
	File string // its name, without a folder
	Date Date   // the day it was read
}

// A Known is a credit that the ledger has, or had and keeps as removed, with all
// forms under which it is known.
type Known struct {
	Credit     Credit // without topics and note
	HasTopics  bool
	Removed    bool
	MergedInto int64  // the credit that this removed one was made one with, or 0
	Forms      []Form // others than its own fields
	// Edited says that it is known by the identity that it was imported with,
	// and has another one by now, or by that of one that was merged into it.
	Edited bool
	// Merged is the ID of the one that was merged into it and has the identity
	// by which it is known, or 0.
	Merged int64
}

// A Form is how a record described a credit.
type Form struct {
	Date      Date
	Title     string
	Provider  string
	Points    Points
	Reference string
	// Imported says that the credit was imported so, and edited since: a row
	// that says the same is no correction of it.
	Imported bool
}

// A CreditTopic is a topic of a credit and how many of its points may count
// for that topic.
type CreditTopic struct {
	Topic Topic
	Limit Points // 0 is no limit: all of the credit's points may go there
}

// String returns the form that [Vocabulary.ParseCreditTopic] reads.
func (t CreditTopic) String() string {
	if t.Limit == 0 {
		return string(t.Topic)
	}
	return string(t.Topic) + "=" + t.Limit.String()
}

// FormatCreditTopics returns the form that [Vocabulary.ParseCreditTopics] reads.
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

// Validate reports the first field, as an [InvalidError], that cannot be
// recorded.
func (c Credit) Validate() error {
	if strings.TrimSpace(c.Title) == "" {
		return &InvalidError{"title", "must not be empty"}
	}
	if c.Date == 0 {
		return &InvalidError{"date", "must not be empty"}
	}
	if _, err := checkPoints(int64(c.Points)); err != nil {
		return &InvalidError{"points", err.Error()}
	}
	if _, err := ParseActivity(string(c.Activity)); err != nil {
		return &InvalidError{"activity", err.Error()}
	}
	if err := checkTopics(c.Topics); err != nil {
		return err
	}
	return checkTexts([]fieldText{
		{"title", c.Title},
		{"provider", c.Provider},
		{"reference", c.Reference},
		{"url", c.URL},
		{"note", c.Note},
	})
}

// checkTopics reports a topic that is there twice.
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

// A fieldText is the text of a field.
type fieldText struct{ field, text string }

// checkTexts reports a text that cannot be stored and shown.
func checkTexts(all []fieldText) error {
	for _, t := range all {
		if !utf8.ValidString(t.text) {
			return &InvalidError{t.field, "is not valid UTF-8 text"}
		}
		if strings.IndexByte(t.text, 0) >= 0 {
			return &InvalidError{t.field, "holds a NUL byte"}
		}
	}
	return nil
}

// Limit returns how many of the credit's points may count for the topic: none
// when it does not have the topic, never more than its points.
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

// Identity returns the text under which two records of one activity are the
// same: date, provider and reference where there is a reference, else date,
// title, provider and points. Case, spacing and Unicode form do not matter.
// One activity may still have been done twice, so whoever compares counts.
func (c Credit) Identity() string {
	var most [256]byte // of nearly all, so that one string is all that is made
	if reference := normal(c.Reference); !isPlaceholder(reference) {
		id := append(most[:0], "r\x1f"...)
		id = append(append(id, c.Date.String()...), '\x1f')
		id = append(appendNormal(id, c.Provider), '\x1f')
		return string(append(id, reference...))
	}
	id := append(most[:0], "t\x1f"...)
	id = append(append(id, c.Date.String()...), '\x1f')
	id = append(appendNormal(id, c.Title), '\x1f')
	id = append(appendNormal(id, c.Provider), '\x1f')
	return string(append(id, c.Points.String()...))
}

// isPlaceholder reports whether a reference, folded, says that there is none.
func isPlaceholder(reference string) bool {
	switch strings.ReplaceAll(reference, " ", "") {
	case "", "n/a", "na", "n.a.", "none", "nil", "null", "tbd", "0", "-", "--", "---", ".", "?":
		return true
	}
	return false
}

// normal folds what is not seen as a difference between two texts.
func normal(s string) string { return string(appendNormal(nil, s)) }

// appendNormal appends a text as [normal] folds it. Spacing is folded last,
// since Unicode's compatibility form makes blanks of some signs.
func appendNormal(to []byte, s string) []byte {
	if !isASCII(s) {
		s = strings.ToUpper(norm.NFKC.String(s)) // both forms of a Greek sigma have one capital
		return append(to, strings.Join(strings.Fields(strings.ToLower(s)), " ")...)
	}
	begun, blank := false, false
	for _, c := range []byte(s) {
		switch {
		case c == ' ' || '\t' <= c && c <= '\r':
			blank = begun
			continue
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		}
		if blank {
			to = append(to, ' ')
		}
		to = append(to, c)
		begun, blank = true, false
	}
	return to
}

func isASCII(s string) bool {
	for _, c := range []byte(s) {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
