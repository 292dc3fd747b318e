package exchange

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/sorted"
)

// Make returns the record of a value, which is of one of the types of values.
func Make(id ID, value any) (Record, error) {
	switch v := value.(type) {
	case Credit:
		v.Topics = orEmpty(v.Topics)
		value = v
	case Course:
		v.Topics = orEmpty(v.Topics)
		value = v
	case Allocations:
		v.Allocations = orEmpty(slices.Clone(v.Allocations))
		sorted.By(v.Allocations, Allocation.compare)
		value = v
	case Declaration:
		v.Requirements, v.Credits = orEmpty(v.Requirements), orEmpty(slices.Clone(v.Credits))
		for i := range v.Credits {
			v.Credits[i].Topics = orEmpty(v.Credits[i].Topics)
		}
		value = v
	}
	text, err := Value(value)
	return Record{id, text}, err
}

// mustMake is Make for a value that was read from JSON.
func mustMake(id ID, value any) Record {
	r, err := Make(id, value)
	if err != nil {
		panic(err) // texts, numbers and days have a JSON
	}
	return r
}

// Of reads the value of a record.
func Of[T any](r Record) T { return decode[T](r.Value) }

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// compare orders allocations; those of one slot are equal.
func (a Allocation) compare(b Allocation) int {
	return cmp.Or(strings.Compare(a.Cycle, b.Cycle), strings.Compare(a.Requirement, b.Requirement), strings.Compare(a.By, b.By))
}

// An Error says what is wrong with a file.
type Error struct {
	Line    int // 0 is the file as a whole
	Message string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Message
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Message)
}

func fault(format string, args ...any) *Error {
	return &Error{Message: fmt.Sprintf(format, args...)}
}

// checkName checks what names a record.
func checkName(field, name string) error {
	switch {
	case name == "":
		return fault("%s: must not be empty", field)
	case len(name) > 200:
		return fault("%s: longer than any", field)
	case strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		return fault("%s: %q has a blank or a control character in it", field, name)
	}
	return nil
}

func checkCredential(name string) error {
	body, code, ok := strings.Cut(name, "/")
	if !ok || body == "" || code == "" {
		return fault("credential: %q is not of the form ascp/MLS", name)
	}
	return checkName("credential", name)
}

// checkTexts checks pairs of a field and its text.
func checkTexts(pairs ...string) error {
	for i := 0; i < len(pairs); i += 2 {
		if strings.IndexByte(pairs[i+1], 0) >= 0 {
			return fault("%s: holds a NUL byte", pairs[i])
		}
	}
	return nil
}

// checkDays checks a first and a last day, which both have to be there.
func checkDays(first, last ledger.Date) error {
	switch {
	case first == 0 || last == 0:
		return fault("first_day and last_day: both must be given")
	case first > last:
		return fault("first_day: %s is after last_day, %s", first, last)
	}
	return nil
}

func checkPoints(field string, p Points) error {
	if p == 0 {
		return fault("%s: must be more than 0", field)
	}
	return nil
}

func (c Credential) check() error {
	return cmp.Or(checkName("uid", c.UID), checkTexts("number", c.Number))
}

func (c Cycle) check() error {
	if err := checkCredential(c.Credential); err != nil || c.First == 0 && c.Last == 0 {
		return err
	}
	return checkDays(c.First, c.Last)
}

func (d Declaration) check() error {
	err := cmp.Or(checkName("uid", d.UID), checkDays(d.First, d.Last), checkTexts("designation", d.Designation,
		"title", d.Title, "number", d.Number, "edition", d.Edition, "confidence", d.Confidence, "source", d.Source, "currency", d.Currency))
	switch {
	case err != nil:
		return err
	case d.Date == 0:
		return fault("date: must not be empty")
	case d.Fee < 0:
		return fault("fee: must not be less than 0")
	}
	for i, r := range d.Requirements {
		err := cmp.Or(checkName("requirement", r.Requirement), checkTexts("title", r.Title, "confidence", r.Confidence, "source", r.Source))
		if err != nil {
			return fault("requirements, %d: %s", i+1, err)
		}
	}
	for i, c := range d.Credits {
		if err := c.check(); err != nil {
			return fault("credits, %d: %s", i+1, err)
		}
	}
	return nil
}

func (c DeclaredCredit) check() error {
	err := cmp.Or(checkName("requirement", c.Requirement), checkName("credit", c.Credit), checkPoints("counted", c.Counted),
		checkPoints("points", c.Points), checkTexts("title", c.Title, "provider", c.Provider, "activity", c.Activity,
			"reference", c.Reference, "url", c.URL, "note", c.Note))
	switch {
	case err != nil:
		return err
	case c.Date == 0:
		return fault("date: must not be empty")
	}
	for _, t := range c.Topics { // a declaration may be older than today's topics
		if t.Topic == "" || strings.ContainsAny(t.Topic, ";=\x00") {
			return fault("topics: %q is not a topic", t.Topic)
		}
	}
	return nil
}

func (i Import) check() error {
	if i.Date == 0 {
		return fault("date: must not be empty")
	}
	return checkTexts("file", i.File)
}

// Ledger returns the credit in the words of the ledger, without the import.
func (c Credit) Ledger() ledger.Credit {
	out := ledger.Credit{
		Date: c.Date, Title: c.Title, Provider: c.Provider, Points: ledger.Points(c.Points), Activity: ledger.Activity(c.Activity),
		Reference: c.Reference, URL: c.URL, Note: c.Note,
	}
	out.Topics = ledgerTopics(c.Topics)
	return out
}

func ledgerTopics(topics []Topic) []ledger.CreditTopic {
	var all []ledger.CreditTopic
	for _, t := range topics {
		all = append(all, ledger.CreditTopic{Topic: ledger.Topic(t.Topic), Limit: ledger.Points(t.Points)})
	}
	return all
}

func (c Credit) check() error {
	l := c.Ledger()
	if err := l.Validate(); err != nil {
		return fault("%s", err)
	}
	if activity, _ := ledger.ParseActivity(c.Activity); activity != l.Activity {
		return fault("activity: %q is not spelled as cmp spells it, %s", c.Activity, activity)
	}
	if err := checkTopics(l.Topics); err != nil {
		return err
	}
	if c.Import != "" {
		if err := checkName("import", string(c.Import)); err != nil {
			return err
		}
	}
	if c.MergedInto != "" {
		if err := checkName("merged_into", string(c.MergedInto)); err != nil {
			return err
		}
		if !c.Removed {
			return fault("merged_into: must be null, since the credit is not removed")
		}
	}
	if string(c.ImportedIdentity) == l.Identity() {
		return fault("imported_identity: is the one that it has")
	}
	return checkTexts("imported_identity", string(c.ImportedIdentity))
}

// checkTopics checks that topics are those that there are, or could be one of
// somebody's own rules.
func checkTopics(topics []ledger.CreditTopic) error {
	for _, t := range topics {
		topic, err := ledger.Vocabulary(nil).Parse(string(t.Topic))
		switch {
		case err == nil && topic != t.Topic:
			return fault("topics: %q is not spelled as cmp spells it, %s", t.Topic, topic)
		case err != nil && (!t.Topic.WellFormed() || t.Topic == ledger.Topic(ledger.Other)):
			return fault("topics: %q is %s", t.Topic, err)
		}
	}
	return nil
}

func (a Allocations) check() error {
	if len(a.Allocations) == 0 {
		return fault("allocations: must not be empty")
	}
	for i, x := range a.Allocations {
		err := cmp.Or(checkName("cycle", x.Cycle), checkName("requirement", x.Requirement), checkPoints("points", x.Points))
		switch {
		case err != nil:
			return fault("allocations, %d: %s", i+1, err)
		case x.By != string(ledger.ByHand) && x.By != string(ledger.ByAuto):
			return fault("allocations, %d: by: %q is neither hand nor auto", i+1, x.By)
		case slices.ContainsFunc(a.Allocations[:i], func(y Allocation) bool { return x.compare(y) == 0 }):
			return fault("allocations, %d: is there twice", i+1)
		}
	}
	return nil
}

func (e Evidence) check() error {
	switch {
	case e.Name == "":
		return fault("name: must not be empty")
	case e.Added == 0:
		return fault("added: must not be empty")
	}
	return cmp.Or(checkName("credit", e.Credit), checkSHA256(e.SHA256), checkTexts("name", e.Name, "media_type", e.MediaType))
}

func checkSHA256(text string) error {
	if _, err := hex.DecodeString(text); err != nil || len(text) != 64 || strings.ToLower(text) != text {
		return fault("sha256: %q is not 64 hexadecimal digits in lower case", text)
	}
	return nil
}

// checkStamp checks that a stamp is a time and a number, like
// 2026-11-21T13:02:11Z+000001. Times near the last one are refused: there have to
// be later ones.
func checkStamp(stamp string) error {
	_, n, ok := splitStamp(stamp)
	if !ok || n == 0 || stamp >= "9000" {
		return fault("stamp: %q is not of the form 2026-11-21T13:02:11Z+000001", stamp)
	}
	return nil
}

// lastOfSecond is the last number of a stamp.
const lastOfSecond = 999_999

// NextStamp returns the stamp that follows one: with the next number or, after
// the last one, a second later.
func NextStamp(stamp string) string {
	second, n, ok := splitStamp(stamp)
	switch {
	case !ok:
		return stamp + "+000001" // what is no stamp is followed by what sorts after it
	case n < lastOfSecond:
		return fmt.Sprintf("%s+%06d", stamp[:len(stamp)-7], n+1)
	}
	const day = 24 * 60 * 60
	second++
	date, of := ledger.Date(second/day), second%day
	return fmt.Sprintf("%sT%02d:%02d:%02dZ+000001", date, of/3600, of/60%60, of%60)
}

// splitStamp returns the second of a stamp, counted from the first day of the
// calendar, and its number.
func splitStamp(stamp string) (second int64, n int, ok bool) {
	const form = "0000-00-00T00:00:00Z+000000"
	if len(stamp) != len(form) {
		return 0, 0, false
	}
	for i := range len(form) {
		if isDigit := '0' <= stamp[i] && stamp[i] <= '9'; (form[i] == '0') != isDigit || form[i] != '0' && form[i] != stamp[i] {
			return 0, 0, false
		}
	}
	number := func(from, to int) int {
		n, _ := strconv.Atoi(stamp[from:to])
		return n
	}
	day, err := ledger.ParseDate(stamp[:10])
	hours, minutes, seconds := number(11, 13), number(14, 16), number(17, 19)
	ok = err == nil && hours < 24 && minutes < 60 && seconds < 60
	return ((int64(day)*24+int64(hours))*60+int64(minutes))*60 + int64(seconds), number(21, 27), ok
}
