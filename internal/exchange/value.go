package exchange

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"encoding/json"
	"strings"

	"cmpledger/internal/ledger"
)

// A Value is what a record says.
type Value interface {
	id() ID
	check() error // what is wrong with it by itself
}

// A Credential is a record.
type Credential struct {
	Name      string      `json:"credential"` // "ascp/MLS"
	Number    string      `json:"number"`
	Certified ledger.Date `json:"certified"`
	Voluntary bool        `json:"voluntary"`
}

// A Cycle is a record.
type Cycle struct {
	Credential string      `json:"credential"`
	First      ledger.Date `json:"first_day"`
	Last       ledger.Date `json:"last_day"`
	Closed     bool        `json:"closed"` // a later one was opened
}

// A Declaration is a record; see [ledger.Declaration].
type Declaration struct {
	Credential   string                    `json:"credential"`
	Cycle        ledger.Date               `json:"cycle"` // the last day of the cycle
	Date         ledger.Date               `json:"date"`
	Designation  string                    `json:"designation"`
	Title        string                    `json:"title"`
	Number       string                    `json:"number"`
	Edition      string                    `json:"edition"`
	First        ledger.Date               `json:"first_day"`
	Last         ledger.Date               `json:"last_day"`
	Required     Points                    `json:"required"`
	Counted      Points                    `json:"counted"`
	Confidence   string                    `json:"confidence"`
	Source       string                    `json:"source"`
	Fee          int                       `json:"fee"`
	Currency     string                    `json:"currency"`
	Requirements List[DeclaredRequirement] `json:"requirements"`
	Credits      List[DeclaredCredit]      `json:"credits"`
}

// A DeclaredRequirement is a requirement as a declaration was judged by it.
type DeclaredRequirement struct {
	Requirement string `json:"requirement"`
	Title       string `json:"title"`
	Required    Points `json:"required"`
	Counted     Points `json:"counted"`
	Confidence  string `json:"confidence"`
	Source      string `json:"source"`
}

// A DeclaredCredit is a line of a declaration: points that counted, and a copy
// of the credit as it was.
type DeclaredCredit struct {
	Requirement string `json:"requirement"`
	Counted     Points `json:"counted"`
	UID         string `json:"credit"`
	Activity
}

// An Activity is what was done.
type Activity struct {
	Date      ledger.Date `json:"date"`
	Title     string      `json:"title"`
	Provider  string      `json:"provider"`
	Points    Points      `json:"points"`
	Topics    List[Topic] `json:"topics"`
	Kind      string      `json:"activity"` // "course"
	Reference string      `json:"reference"`
	URL       string      `json:"url"`
	Note      string      `json:"note"`
}

// An Import is a record that never changes.
type Import struct {
	UID  string      `json:"uid"`
	File string      `json:"file"`
	Date ledger.Date `json:"date"`
}

// A Credit is a record.
type Credit struct {
	UID string `json:"uid"`
	Activity
	Import     string       `json:"import"` // its uid, or ""
	Removed    bool         `json:"removed"`
	MergedInto string       `json:"merged_into"` // the uid of the credit that this removed one was made one with, or ""
	Aliases    List[string] `json:"aliases"`     // uids by which other ledgers know it, sorted
	Forms      List[Form]   `json:"forms"`       // under which it is known besides, sorted
}

// A Topic is a topic of a credit and its limit, left out where it has none.
type Topic struct {
	Topic  string `json:"topic"`
	Points Points `json:"points,omitempty"`
}

// A Form is how another record described a credit; see [ledger.Form].
type Form struct {
	Date      ledger.Date `json:"date"`
	Title     string      `json:"title"`
	Provider  string      `json:"provider"`
	Points    Points      `json:"points"`
	Reference string      `json:"reference"`
	Imported  bool        `json:"imported"`
}

// An Allocation is a record.
type Allocation struct {
	Credit      string      `json:"credit"`
	Credential  string      `json:"credential"`
	Cycle       ledger.Date `json:"cycle"` // its last day
	Requirement string      `json:"requirement"`
	Points      Points      `json:"points"`
	By          string      `json:"by"` // "hand" or "auto"
}

// Evidence is a record: a file that proves a credit.
type Evidence struct {
	Credit    string      `json:"credit"`
	SHA256    string      `json:"sha256"`
	Name      string      `json:"name"`
	MediaType string      `json:"media_type"`
	Added     ledger.Date `json:"added"`
}

// A Course is a record. What is null is not stated.
type Course struct {
	UID      string        `json:"uid"` // made of provider and title
	Title    string        `json:"title"`
	Provider string        `json:"provider"`
	Points   *Points       `json:"points"`
	Topics   List[Topic]   `json:"topics"`
	Free     *bool         `json:"free"`
	Price    *ledger.Price `json:"price"` // 0 of a free course
	URL      string        `json:"url"`
}

// Apart is a record: two credits that look alike and are two.
type Apart struct {
	Credit string `json:"credit"`
	Other  string `json:"other"` // greater than Credit
}

// Gone is a record: that another one was deleted, by kind and key. Of a credit it
// says when it was removed, and with [RestoredKind] up to which removal it was
// brought back.
type Gone struct {
	Kind Kind   `json:"kind"`
	Key  string `json:"key"`
}

func cycleKey(credential string, last ledger.Date) string { return credential + " " + last.String() }

func (v Credential) id() ID  { return ID{CredentialKind, v.Name} }
func (v Cycle) id() ID       { return ID{CycleKind, cycleKey(v.Credential, v.Last)} }
func (v Declaration) id() ID { return ID{DeclarationKind, cycleKey(v.Credential, v.Cycle)} }
func (v Import) id() ID      { return ID{ImportKind, v.UID} }
func (v Credit) id() ID      { return ID{CreditKind, v.UID} }
func (v Evidence) id() ID    { return ID{EvidenceKind, v.Credit + " " + v.SHA256} }
func (v Course) id() ID      { return ID{CourseKind, v.UID} }
func (v Apart) id() ID       { return ID{ApartKind, v.Credit + " " + v.Other} }
func (v Gone) id() ID        { return ID{GoneKind, string(v.Kind) + " " + v.Key} }

func (v Allocation) id() ID {
	key := v.Credit + " " + v.CycleID().Key + " " + v.Requirement
	if v.By == string(ledger.ByAuto) {
		key += " auto"
	}
	return ID{AllocationKind, key}
}

// CycleID names the cycle.
func (v Allocation) CycleID() ID { return Cycle{Credential: v.Credential, Last: v.Cycle}.id() }

// CycleID names the cycle.
func (v Declaration) CycleID() ID { return ID{CycleKind, v.id().Key} }

// Points are [ledger.Points] as a JSON number, 0 included.
type Points ledger.Points

// MarshalJSON writes a number with at most two decimals.
func (p Points) MarshalJSON() ([]byte, error) { return ledger.Points(p).MarshalJSON() }

// UnmarshalJSON reads a number with at most two decimals.
func (p *Points) UnmarshalJSON(text []byte) error {
	if string(text) == "0" {
		*p = 0
		return nil
	}
	return (*ledger.Points)(p).UnmarshalText(text)
}

func (p Points) String() string { return ledger.Points(p).String() }

// A List is never null.
type List[T any] []T

// MarshalJSON writes [] for an empty list.
func (l List[T]) MarshalJSON() ([]byte, error) {
	if len(l) == 0 {
		return []byte("[]"), nil
	}
	return marshal([]T(l))
}

// marshal is [json.Marshal] that leaves <, > and & as they are.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// Text returns the JSON of a value, always the same for the same one.
func Text(v any) string {
	b, err := marshal(v)
	if err != nil {
		panic(err) // texts, numbers and days have a JSON
	}
	return string(b)
}

// Ledger returns the activity in the words of the ledger.
func (a Activity) Ledger() ledger.Credit {
	return ledger.Credit{
		Date: a.Date, Title: a.Title, Provider: a.Provider, Points: ledger.Points(a.Points), Topics: LedgerTopics(a.Topics),
		Activity: ledger.Activity(a.Kind), Reference: a.Reference, URL: a.URL, Note: a.Note,
	}
}

// ActivityOf is the way back from [Activity.Ledger].
func ActivityOf(c ledger.Credit) Activity {
	return Activity{c.Date, c.Title, c.Provider, Points(c.Points), TopicsOf(c.Topics), string(c.Activity), c.Reference, c.URL, c.Note}
}

// LedgerTopics returns topics in the words of the ledger.
func LedgerTopics(topics []Topic) (all []ledger.CreditTopic) {
	for _, t := range topics {
		all = append(all, ledger.CreditTopic{Topic: ledger.Topic(t.Topic), Limit: ledger.Points(t.Points)})
	}
	return all
}

// TopicsOf is the way back from [LedgerTopics].
func TopicsOf(topics []ledger.CreditTopic) (all List[Topic]) {
	for _, t := range topics {
		all = append(all, Topic{string(t.Topic), Points(t.Limit)})
	}
	return all
}

// Ledger returns the course in the words of the ledger.
func (v Course) Ledger() ledger.Course {
	out := ledger.Course{UID: v.UID, Title: v.Title, Provider: v.Provider, Topics: LedgerTopics(v.Topics), URL: v.URL}
	if v.Points != nil {
		out.Points = ledger.Points(*v.Points)
	}
	switch {
	case v.Free == nil:
	case *v.Free:
		out.Charge = ledger.Free
	default:
		out.Charge = ledger.Charged
	}
	if v.Price != nil {
		out.Price = *v.Price
	}
	return out
}

// CourseOf is the way back from [Course.Ledger].
func CourseOf(c ledger.Course) Course {
	out := Course{UID: c.UID, Title: c.Title, Provider: c.Provider, Topics: TopicsOf(c.Topics), URL: c.URL}
	if p := Points(c.Points); p > 0 {
		out.Points = &p
	}
	if free := c.Charge == ledger.Free; c.Charge != ledger.ChargeNotStated {
		out.Free = &free
	}
	if price := c.Price; c.HasPrice() {
		out.Price = &price
	}
	return out
}

func (v Credential) check() error {
	return cmp.Or(checkCredential(v.Name), checkTexts("number", v.Number))
}

func (v Cycle) check() error {
	if err := checkCredential(v.Credential); err != nil || v.First == 0 && v.Last == 0 {
		return err
	}
	return checkDays(v.First, v.Last)
}

func (v Declaration) check() error {
	err := cmp.Or(checkCredential(v.Credential), checkDays(v.First, v.Last), checkDay("date", v.Date), checkTexts("designation", v.Designation,
		"title", v.Title, "number", v.Number, "edition", v.Edition, "confidence", v.Confidence, "source", v.Source, "currency", v.Currency))
	if err == nil && v.Fee < 0 {
		err = fault("fee: must not be less than 0")
	}
	for i, r := range v.Requirements {
		if e := cmp.Or(checkName("requirement", r.Requirement), checkTexts("title", r.Title, "confidence", r.Confidence, "source", r.Source)); e != nil {
			err = cmp.Or(err, fault("requirements, %d: %s", i+1, e))
		}
	}
	for i, c := range v.Credits {
		if e := c.check(); e != nil {
			err = cmp.Or(err, fault("credits, %d: %s", i+1, e))
		}
	}
	return err
}

func (c DeclaredCredit) check() error {
	for _, t := range c.Topics { // a declaration may be older than today's topics
		if t.Topic == "" || strings.ContainsAny(t.Topic, ";=\x00") {
			return fault("topics: %q is not a topic", t.Topic)
		}
	}
	return cmp.Or(checkName("requirement", c.Requirement), checkName("credit", c.UID), checkPoints("counted", c.Counted),
		checkPoints("points", c.Points), checkDay("date", c.Date), checkTexts("title", c.Title, "provider", c.Provider, "activity", c.Kind,
			"reference", c.Reference, "url", c.URL, "note", c.Note))
}

func (v Import) check() error {
	return cmp.Or(checkName("uid", v.UID), checkDay("date", v.Date), checkTexts("file", v.File))
}

func (v Credit) check() error {
	err := checkName("uid", v.UID)
	c := v.Ledger()
	if e := c.Validate(); err == nil && e != nil {
		err = fault("%s", e)
	}
	if activity, _ := ledger.ParseActivity(v.Kind); err == nil && activity != c.Activity {
		err = fault("activity: %q is not spelled as cmp spells it, %s", v.Kind, activity)
	}
	err = cmp.Or(err, checkTopics(c.Topics))
	if v.Import != "" {
		err = cmp.Or(err, checkName("import", v.Import))
	}
	if v.MergedInto != "" {
		if err = cmp.Or(err, checkName("merged_into", v.MergedInto)); err == nil && !v.Removed {
			err = fault("merged_into: must be empty, since the credit is not removed")
		}
	}
	for _, uid := range v.Aliases {
		err = cmp.Or(err, checkName("aliases", uid))
	}
	for _, f := range v.Forms {
		err = cmp.Or(err, checkDay("forms, date", f.Date), checkPoints("forms, points", f.Points),
			checkTexts("forms, title", f.Title, "forms, provider", f.Provider, "forms, reference", f.Reference))
	}
	return err
}

func (v Allocation) check() error {
	if v.By != string(ledger.ByHand) && v.By != string(ledger.ByAuto) {
		return fault("by: %q is neither hand nor auto", v.By)
	}
	return cmp.Or(checkName("credit", v.Credit), checkCredential(v.Credential), checkName("requirement", v.Requirement), checkPoints("points", v.Points))
}

func (v Evidence) check() error {
	if v.Name == "" {
		return fault("name: must not be empty")
	}
	return cmp.Or(checkName("credit", v.Credit), checkSHA256(v.SHA256), checkTexts("name", v.Name, "media_type", v.MediaType), checkDay("added", v.Added))
}

func (v Course) check() error {
	c := v.Ledger()
	switch err := c.Validate(); {
	case err != nil:
		return fault("%s", err)
	case v.UID != c.Name():
		return fault("uid: is not that of the provider and the title")
	case v.Points != nil && *v.Points == 0:
		return fault("points: must be more than 0, or null where they are not stated")
	case (v.Price != nil) != c.HasPrice():
		return fault("price: must be 0 of a free course, more of one that is not, and else null")
	}
	return checkTopics(c.Topics)
}

func (v Apart) check() error {
	if v.Credit >= v.Other {
		return fault("other: must be greater than credit")
	}
	return cmp.Or(checkName("credit", v.Credit), checkName("other", v.Other))
}

func (v Gone) check() error {
	return cmp.Or(checkName("kind", string(v.Kind)), checkTexts("key", v.Key))
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

func checkDay(field string, day ledger.Date) error {
	if day == 0 {
		return fault("%s: must not be empty", field)
	}
	return nil
}

// checkDays checks a first and a last day, which both have to be there.
func checkDays(first, last ledger.Date) error {
	if first > last {
		return fault("first_day: %s is after last_day, %s", first, last)
	}
	return cmp.Or(checkDay("first_day", first), checkDay("last_day", last))
}

func checkPoints(field string, p Points) error {
	if p == 0 {
		return fault("%s: must be more than 0", field)
	}
	return nil
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

func checkSHA256(text string) error {
	if _, err := hex.DecodeString(text); err != nil || len(text) != 64 || strings.ToLower(text) != text {
		return fault("sha256: %q is not 64 hexadecimal digits in lower case", text)
	}
	return nil
}
