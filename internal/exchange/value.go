package exchange

import (
	"cmp"
	"encoding/json"
	"strings"

	"cmpledger/internal/ledger"
)

// A Value is what a record says.
type Value interface {
	id() ID
	refs() []ID // the records that it needs
}

// The values of records.
type (
	// A Credential is what a body granted to the holder.
	Credential struct {
		Name      string      `json:"credential" as:"credential-name"`
		Number    string      `json:"number" doc:"As the body numbers it." empty:"where it is not known"`
		Certified ledger.Date `json:"certified" null:"where it is not known"`
		Voluntary bool        `json:"voluntary"`
	}
	// A Cycle is one of a credential's.
	Cycle struct {
		Credential string      `json:"credential" as:"credential-name"`
		First      ledger.Date `json:"first_day" doc:"Null, as last_day, before the first cycle of a voluntary credential." null:""`
		Last       ledger.Date `json:"last_day" null:""`
		Closed     bool        `json:"closed" doc:"A later one was opened."`
	}
	// A Declaration is that of a cycle, which its last day names.
	Declaration struct {
		Credential string      `json:"credential" as:"credential-name"`
		Cycle      ledger.Date `json:"cycle" doc:"Last day of the cycle that was declared."`
		ledger.Declaration
	}
	// An Import is a file that credits were read from. It never changes.
	Import struct{ ledger.Import }
	// A Credit is one that the ledger has or keeps as removed.
	Credit struct {
		ledger.Credit
		Import     string        `json:"import" doc:"Uid of the import that brought it." empty:"where none did"`
		Removed    bool          `json:"removed"`
		MergedInto string        `json:"merged_into" doc:"Uid of the credit that a removed one became." empty:"where it became none"`
		Aliases    []string      `json:"aliases" doc:"Uids by which other ledgers know it."` // sorted
		Forms      []ledger.Form `json:"forms" doc:"Under which it is known besides."`       // sorted
	}
	// An Allocation is of a credit to a cycle, which its last day names.
	Allocation struct {
		Credit      string             `json:"credit" doc:"Uid of the credit."`
		Credential  string             `json:"credential" as:"credential-name"`
		Cycle       ledger.Date        `json:"cycle" doc:"Its last day." null:"where it has none"`
		Requirement ledger.Requirement `json:"requirement" as:"string"`
		Points      ledger.Points      `json:"points"`
		By          ledger.Allocator   `json:"by"`
	}
	// Evidence is a file that proves a credit.
	Evidence struct {
		Credit    string      `json:"credit" doc:"Uid of the credit that it proves."`
		SHA256    string      `json:"sha256" as:"sha256"`
		Name      string      `json:"name" doc:"Of the file."`
		MediaType string      `json:"media_type"`
		Added     ledger.Date `json:"added"`
	}
	// A Course is what a provider offers.
	Course struct{ ledger.Course }
	// Apart says that two credits look alike and are two.
	Apart struct {
		Credit string `json:"credit" doc:"Uid of the one."`
		Other  string `json:"other" doc:"Uid of the other."` // greater than Credit
	}
	// Gone says that a record was deleted, by kind and key. Of a credit, which
	// stays, it says when it was removed last, also where it was brought back since.
	Gone struct {
		Kind Kind   `json:"kind" doc:"What it was: evidence."`
		Key  string `json:"key" doc:"Names the record in all ledgers."`
	}
)

// values returns a value of each kind, in the order of the file.
func values() []Value {
	return []Value{Credential{}, Cycle{}, Declaration{}, Import{}, Credit{}, Allocation{}, Evidence{}, Course{}, Apart{}, Gone{}}
}

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

// emptyLists writes [] for a list that is empty. No text in JSON has a quote
// without a backslash before it, so that it looks like none of these.
var emptyLists = strings.NewReplacer(`"topics":null`, `"topics":[]`, `"aliases":null`, `"aliases":[]`, `"forms":null`, `"forms":[]`,
	`"requirements":null`, `"requirements":[]`, `"credits":null`, `"credits":[]`, `"past":null`, `"past":[]`)

// Text returns the JSON of a value, always the same for the same one. It leaves
// <, > and & as they are, and writes [] for an empty list.
func Text(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // texts, numbers and days have a JSON
	}
	return emptyLists.Replace(strings.TrimSuffix(b.String(), "\n"))
}

// check says what is wrong with a value by itself, as far as the ledger that it
// is written to would not refuse it.
func check(v Value) error {
	if v.id().Key == "" {
		return fault("it has no name")
	}
	switch v := v.(type) {
	case Credit:
		if activity, _ := ledger.ParseActivity(string(v.Activity)); activity != v.Activity {
			return fault("activity: %q is none that cmp knows", v.Activity)
		}
		return cmp.Or(v.Validate(), checkTopics(v.Topics))
	case Course:
		if v.UID != v.Course.Name() {
			return fault("uid: is not that of the provider and the title")
		}
		return cmp.Or(v.Validate(), checkTopics(v.Topics))
	case Gone:
		if v.Kind == "" || v.Key == "" {
			return fault("kind and key: one is missing, so nothing is named")
		}
	}
	return nil
}

// checkTopics checks that topics are those that there are, or could be one of
// somebody's own rules.
func checkTopics(topics []ledger.CreditTopic) error {
	for _, t := range topics {
		topic, err := ledger.Vocabulary(nil).Parse(string(t.Topic))
		own := err != nil && t.Topic.WellFormed() && t.Topic != ledger.Topic(ledger.Other)
		if topic != t.Topic && !own {
			return fault("topics: %q is not a topic as cmp spells it", t.Topic)
		}
	}
	return nil
}
