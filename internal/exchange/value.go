package exchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"

	"cmpledger/internal/ledger"
)

// A Credential is the value of such a record.
type Credential struct {
	UID       string      `json:"uid"`
	Number    string      `json:"number"`
	Certified ledger.Date `json:"certified"`
	Voluntary bool        `json:"voluntary"`
}

// A Cycle is the value of such a record.
type Cycle struct {
	Credential string      `json:"credential"` // "ascp/MLS"
	First      ledger.Date `json:"first_day"`
	Last       ledger.Date `json:"last_day"`
	Closed     bool        `json:"closed"` // a later one was opened
}

// A Declaration is the value of such a record; see [ledger.Declaration].
type Declaration struct {
	UID          string                `json:"uid"`
	Date         ledger.Date           `json:"date"`
	Designation  string                `json:"designation"`
	Title        string                `json:"title"`
	Number       string                `json:"number"`
	Edition      string                `json:"edition"`
	First        ledger.Date           `json:"first_day"`
	Last         ledger.Date           `json:"last_day"`
	Required     Points                `json:"required"`
	Counted      Points                `json:"counted"`
	Confidence   string                `json:"confidence"`
	Source       string                `json:"source"`
	Fee          int                   `json:"fee"`
	Currency     string                `json:"currency"`
	Requirements []DeclaredRequirement `json:"requirements"`
	Credits      []DeclaredCredit      `json:"credits"`
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
	Requirement string      `json:"requirement"`
	Counted     Points      `json:"counted"`
	Credit      string      `json:"credit"` // its uid
	Date        ledger.Date `json:"date"`
	Title       string      `json:"title"`
	Provider    string      `json:"provider"`
	Points      Points      `json:"points"`
	Topics      []Topic     `json:"topics"`
	Activity    string      `json:"activity"`
	Reference   string      `json:"reference"`
	URL         string      `json:"url"`
	Note        string      `json:"note"`
}

// An Import is the value of such a record.
type Import struct {
	File string      `json:"file"`
	Date ledger.Date `json:"date"`
}

// A Credit is the value of such a record.
type Credit struct {
	Date             ledger.Date `json:"date"`
	Title            string      `json:"title"`
	Provider         string      `json:"provider"`
	Points           Points      `json:"points"`
	Topics           []Topic     `json:"topics"`
	Activity         string      `json:"activity"`
	Reference        string      `json:"reference"`
	URL              string      `json:"url"`
	Note             string      `json:"note"`
	Import           OrNull      `json:"import"` // a uid
	Removed          bool        `json:"removed"`
	MergedInto       OrNull      `json:"merged_into"` // the uid of a credit that is not merged itself
	ImportedIdentity OrNull      `json:"imported_identity"`
}

// A Topic is a topic of a credit and its limit, 0 where it has none.
type Topic struct {
	Topic  string `json:"topic"`
	Points Points `json:"points,omitempty"`
}

// Allocations is the value of such a record: they are sorted by cycle,
// requirement and by.
type Allocations struct {
	Allocations []Allocation `json:"allocations"`
}

// An Allocation is one of [Allocations].
type Allocation struct {
	Cycle       string `json:"cycle"` // its uid
	Requirement string `json:"requirement"`
	Points      Points `json:"points"`
	By          string `json:"by"` // "hand" or "auto"
}

// Evidence is the value of such a record.
type Evidence struct {
	Credit    string      `json:"credit"` // its uid
	SHA256    string      `json:"sha256"`
	Name      string      `json:"name"`
	MediaType string      `json:"media_type"`
	Added     ledger.Date `json:"added"`
}

// A Course is the value of such a record. What is nil is not stated.
type Course struct {
	Title    string        `json:"title"`
	Provider string        `json:"provider"`
	Points   *Points       `json:"points"`
	Topics   []Topic       `json:"topics"`
	Free     *bool         `json:"free"`
	Price    *ledger.Price `json:"price"` // 0 of a free course
	URL      string        `json:"url"`
}

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

// OrNull is a text that is null where there is none.
type OrNull string

// MarshalJSON writes null for no text.
func (s OrNull) MarshalJSON() ([]byte, error) {
	if s == "" {
		return []byte("null"), nil
	}
	return marshal(string(s))
}

// marshal is [json.Marshal] that leaves <, > and & as they are.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// Value returns the JSON of a value, always the same for the same one.
func Value(v any) (string, error) {
	b, err := marshal(v)
	return string(b), err
}

// mustValue is Value for what was read from JSON.
func mustValue(v any) string {
	s, err := Value(v)
	if err != nil {
		panic(err) // texts, numbers and days have one
	}
	return s
}

// decode reads what [Value] wrote.
func decode[T any](value string) T {
	v, err := tryDecode[T](value)
	if err != nil {
		panic(err) // every value of a record was read, or made, by this package
	}
	return v
}

// tryDecode is decode for a value of the log, which may be anything.
func tryDecode[T any](value string) (v T, err error) {
	err = json.Unmarshal([]byte(value), &v)
	return v, err
}

// parse reads a JSON object strictly: it has each field of the type once, and no
// other one.
func parse(text []byte, v any) error {
	err := json.Unmarshal(text, v)
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong) && wrong.Field != "":
		field := wrong.Field
		if within, rest, ok := strings.Cut(field, "."); ok && within[0] < 'a' {
			field = rest // without the Go type that it is embedded by
		}
		return fault("%s: not of the right type: %s", field, wrong.Value)
	case err != nil:
		return plain(err)
	}
	return shapeOf(reflect.TypeOf(v)).check(text)
}
