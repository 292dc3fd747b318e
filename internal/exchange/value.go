package exchange

import (
	"bytes"
	"cmp"
	"encoding/json"
	"reflect"
	"strings"

	"cmpledger/internal/ledger"
)

// A Value is what a record says.
type Value interface {
	id() ID
	refs() []ID   // the records that it needs
	check() error // what is wrong with it by itself
}

// The values of records.
type (
	// A Credential is what a body granted to the holder.
	Credential struct {
		Name      string      `json:"credential"` // "ascp/MLS"
		Number    string      `json:"number"`
		Certified ledger.Date `json:"certified"`
		Voluntary bool        `json:"voluntary"`
	}
	// A Cycle is one of a credential's.
	Cycle struct {
		Credential string      `json:"credential"`
		First      ledger.Date `json:"first_day"`
		Last       ledger.Date `json:"last_day"`
		Closed     bool        `json:"closed"` // a later one was opened
	}
	// A Declaration is that of a cycle, which its last day names.
	Declaration struct {
		Credential string      `json:"credential"`
		Cycle      ledger.Date `json:"cycle"`
		ledger.Declaration
	}
	// An Import is a file that credits were read from. It never changes.
	Import struct{ ledger.Import }
	// A Credit is one that the ledger has or keeps as removed.
	Credit struct {
		ledger.Credit
		Import     string        `json:"import"` // its uid, or ""
		Removed    bool          `json:"removed"`
		MergedInto string        `json:"merged_into"` // the uid of the credit that this removed one was made one with, or ""
		Aliases    []string      `json:"aliases"`     // uids by which other ledgers know it, sorted
		Forms      []ledger.Form `json:"forms"`       // under which it is known besides, sorted
	}
	// An Allocation is of a credit to a cycle, which its last day names.
	Allocation struct {
		Credit      string             `json:"credit"`
		Credential  string             `json:"credential"`
		Cycle       ledger.Date        `json:"cycle"`
		Requirement ledger.Requirement `json:"requirement"`
		Points      ledger.Points      `json:"points"`
		By          ledger.Allocator   `json:"by"`
	}
	// Evidence is a file that proves a credit.
	Evidence struct {
		Credit    string      `json:"credit"`
		SHA256    string      `json:"sha256"`
		Name      string      `json:"name"`
		MediaType string      `json:"media_type"`
		Added     ledger.Date `json:"added"`
	}
	// A Course is what a provider offers.
	Course struct{ ledger.Course }
	// Apart says that two credits look alike and are two.
	Apart struct {
		Credit string `json:"credit"`
		Other  string `json:"other"` // greater than Credit
	}
	// Gone says that a record was deleted, by kind and key. Of a credit it says
	// when it was removed, and with [RestoredKind] up to which removal it was
	// brought back.
	Gone struct {
		Kind Kind   `json:"kind"`
		Key  string `json:"key"`
	}
)

func cycleID(credential string, last ledger.Date) ID {
	return ID{CycleKind, credential + " " + last.String()}
}

func creditID(uid string) ID { return ID{CreditKind, uid} }

func (v Credential) id() ID  { return ID{CredentialKind, v.Name} }
func (v Cycle) id() ID       { return cycleID(v.Credential, v.Last) }
func (v Declaration) id() ID { return ID{DeclarationKind, v.CycleID().Key} }
func (v Import) id() ID      { return ID{ImportKind, v.UID} }
func (v Credit) id() ID      { return creditID(v.UID) }
func (v Evidence) id() ID    { return ID{EvidenceKind, v.Credit + " " + v.SHA256} }
func (v Course) id() ID      { return ID{CourseKind, v.UID} }
func (v Apart) id() ID       { return ID{ApartKind, v.Credit + " " + v.Other} }
func (v Gone) id() ID        { return ID{GoneKind, string(v.Kind) + " " + v.Key} }

func (v Allocation) id() ID {
	key := v.Credit + " " + v.CycleID().Key + " " + string(v.Requirement)
	if v.By == ledger.ByAuto {
		key += " auto"
	}
	return ID{AllocationKind, key}
}

// CycleID names the cycle.
func (v Allocation) CycleID() ID { return cycleID(v.Credential, v.Cycle) }

// CycleID names the cycle.
func (v Declaration) CycleID() ID { return cycleID(v.Credential, v.Cycle) }

func (v Credential) refs() []ID  { return nil }
func (v Cycle) refs() []ID       { return []ID{{CredentialKind, v.Credential}} }
func (v Declaration) refs() []ID { return []ID{v.CycleID()} }
func (v Import) refs() []ID      { return nil }
func (v Allocation) refs() []ID  { return []ID{creditID(v.Credit), v.CycleID()} }
func (v Evidence) refs() []ID    { return []ID{creditID(v.Credit), {contentKind, v.SHA256}} }
func (v Course) refs() []ID      { return nil }
func (v Apart) refs() []ID       { return []ID{creditID(v.Credit), creditID(v.Other)} }
func (v Gone) refs() []ID        { return nil }

func (v Credit) refs() (all []ID) {
	if v.Import != "" {
		all = append(all, ID{ImportKind, v.Import})
	}
	if v.MergedInto != "" {
		all = append(all, creditID(v.MergedInto))
	}
	return all
}

// Text returns the JSON of a value, always the same for the same one. It leaves
// <, > and & as they are, and writes [] for an empty list.
func Text(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(filled(v)); err != nil {
		panic(err) // texts, numbers and days have a JSON
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// filled returns the value with empty lists where it has nil.
func filled[T any](v T) T {
	all := reflect.New(reflect.TypeOf(v)).Elem()
	all.Set(reflect.ValueOf(v))
	fill(all)
	return all.Interface().(T)
}

// fill makes empty lists of those that are nil.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Slice:
		if v.IsNil() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		for i := 0; i < v.Len() && v.Type().Elem().Kind() == reflect.Struct; i++ {
			fill(v.Index(i))
		}
	default:
	}
}

func (v Credential) check() error { return checkCredential(v.Name) }

func (v Cycle) check() error {
	err := checkCredential(v.Credential)
	switch {
	case err != nil || v.First == 0 && v.Last == 0:
		return err
	case v.First == 0 || v.Last == 0:
		return fault("first_day: must not be empty, nor last_day, where the other one is there")
	case v.First > v.Last:
		return fault("first_day: %s is after last_day, %s", v.First, v.Last)
	}
	return nil
}

func (v Declaration) check() error { return checkCredential(v.Credential) }
func (v Import) check() error      { return checkName("uid", v.UID) }

func (v Credit) check() error {
	err := checkName("uid", v.UID)
	if e := v.Validate(); err == nil && e != nil {
		err = fault("%s", e)
	}
	if activity, _ := ledger.ParseActivity(string(v.Activity)); err == nil && activity != v.Activity {
		err = fault("activity: %q is not spelled as cmp spells it, %s", v.Activity, activity)
	}
	if v.MergedInto != "" && !v.Removed {
		err = cmp.Or(err, fault("merged_into: must be empty, since the credit is not removed"))
	}
	return cmp.Or(err, checkTopics(v.Topics))
}

func (v Allocation) check() error {
	switch {
	case v.By != ledger.ByHand && v.By != ledger.ByAuto:
		return fault("by: %q is neither hand nor auto", v.By)
	case v.Points == 0:
		return fault("points: must be more than 0")
	}
	return checkName("requirement", string(v.Requirement))
}

func (v Evidence) check() error { return nil }

func (v Course) check() error {
	switch err := v.Validate(); {
	case err != nil:
		return fault("%s", err)
	case v.UID != v.Course.Name():
		return fault("uid: is not that of the provider and the title")
	}
	return checkTopics(v.Topics)
}

func (v Apart) check() error {
	if v.Credit >= v.Other {
		return fault("other: must be greater than credit")
	}
	return nil
}

func (v Gone) check() error { return checkName("kind", string(v.Kind)) }

// checkName checks what is part of a key.
func checkName(field, name string) error {
	switch {
	case name == "":
		return fault("%s: must not be empty", field)
	case strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		return fault("%s: %q has a blank or a control character in it", field, name)
	}
	return nil
}

func checkCredential(name string) error {
	if body, code, ok := strings.Cut(name, "/"); !ok || body == "" || code == "" {
		return fault("credential: %q is not of the form ascp/MLS", name)
	}
	return checkName("credential", name)
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
