package exchange

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"cmpledger/internal/ledger"
)

// Faults returns why a file of the ledger would be refused: record by record, and where
// each is right, how they do not fit together. It is what [Read] checks of a file.
func (l Ledger) Faults() []error {
	if all := l.Malformed(); all != nil {
		return all
	}
	return l.misfits()
}

// Malformed returns which records are wrong by themselves, and why.
func (l Ledger) Malformed() (all []error) {
	var wrong []*Record
	for _, r := range l.Records {
		if r.check() != nil {
			wrong = append(wrong, r)
		}
	}
	for _, r := range inOrder(wrong) {
		all = append(all, fmt.Errorf("%s: %w", r.name(), r.check()))
	}
	return all
}

// Check returns the first of the faults.
func (l Ledger) Check() error {
	for _, fault := range l.Faults() {
		return fault
	}
	return nil
}

// misfits returns why records do not fit the others: what [Merge] would change of them.
func (l Ledger) misfits() (all []error) {
	f := fitting{l, map[string][]Cycle{}, map[string]string{}, map[[2]string]ledger.Points{}, map[[2]string]*Record{}}
	for _, r := range l.Records {
		switch v := r.Value.(type) {
		case Cycle:
			f.cycles[v.Credential] = append(f.cycles[v.Credential], v)
		case Credit:
			for _, alias := range v.Aliases {
				f.known[alias] = max(f.known[alias], v.UID)
			}
		case Allocation:
			at := [2]string{v.Credit, v.Credential}
			f.spent[at] += v.Points
			if last := f.last[at]; last == nil || served(r, last) > 0 {
				f.last[at] = r
			}
		}
	}
	var wrong []*Record
	for _, r := range l.Records {
		if f.check(r) != nil {
			wrong = append(wrong, r)
		}
	}
	for _, r := range inOrder(wrong) {
		all = append(all, fmt.Errorf("%s does not fit the other records: %w", r.name(), f.check(r)))
	}
	return all
}

// A fitting is what there is to know of all records, to say which of them do not fit.
type fitting struct {
	Ledger
	cycles map[string][]Cycle          // by credential
	known  map[string]string           // a credit's uid, by the uids that other ledgers know it by
	spent  map[[2]string]ledger.Points // by credit and credential
	last   map[[2]string]*Record       // of those allocations, the one that is served last
}

// check returns why a record does not fit the others.
func (f fitting) check(r *Record) error {
	for _, of := range r.Value.refs() {
		_, kept := f.Contents[of.Key]
		if f.Records[of] == nil && !(of.Kind == contentKind && kept) {
			return fmt.Errorf("the %s %s is not there", of.Kind, of.Key)
		}
	}
	switch v := r.Value.(type) {
	case Credential:
		return checkCycles(v, f.cycles[v.Name])
	case Credit:
		for _, alias := range v.Aliases {
			if of := f.known[alias]; of != v.UID || f.Records[creditID(alias)] != nil {
				return fmt.Errorf("another credit has the name %s too", alias)
			}
		}
		return when(v.MergedInto != "" && f.credit(v.MergedInto).MergedInto != "", "the credit that it was merged into was merged itself")
	case Allocation:
		at, c := [2]string{v.Credit, v.Credential}, f.credit(v.Credit)
		return cmp.Or(when(c.Removed, "its credit was removed"),
			when(f.last[at] == r && f.spent[at] > c.Points, "its credit has %s, of which %s are allocated", c.Points, f.spent[at]))
	case Evidence:
		into := f.credit(v.Credit).MergedInto
		v.Credit = into
		return when(into != "" && f.Records[v.id()] == nil, "its credit was merged, but it was not")
	case Gone:
		return when(v.Kind != CreditKind && f.Records[ID(v)] != nil, "that record is there")
	}
	return nil
}

// checkCycles returns why the cycles of a credential are not those of one.
func checkCycles(v Credential, cycles []Cycle) error {
	open, without := 0, false
	for _, y := range cycles {
		if !y.Closed {
			open++
		}
		without = without || y.Last == 0
	}
	return cmp.Or(when(len(cycles) == 0, "it has no cycle"), when(open != 1, "%d of its cycles are open", open),
		when(without && len(cycles) > 1, "it has a cycle without days"), when(without && !v.Voluntary, "its cycle has no days"))
}

// name names the record by its number, or in all ledgers.
func (r *Record) name() string {
	if r.Number != 0 {
		return fmt.Sprintf("%s %d", r.Kind, r.Number)
	}
	return fmt.Sprintf("%s %s", r.Kind, r.Key)
}

// check returns what is wrong with a record by itself.
func (r *Record) check() error {
	return cmp.Or(checkTexts(reflect.ValueOf(r.Value)), check(r.Value), stamps{r.Changed, r.Past}.check())
}

// Reread returns a value as a file would have it, or why it would have none.
func Reread(v Value) (Value, error) {
	if err := checkTexts(reflect.ValueOf(v)); err != nil {
		return nil, err // JSON would have other characters there
	}
	text, err := encode(v)
	if err != nil {
		return nil, errors.New("an amount is less than 0")
	}
	return v.id().Kind.Parse([]byte(text))
}

// checkTexts says which field holds a text that is no UTF-8 or has a NUL byte.
func checkTexts(v reflect.Value) error {
	switch v.Kind() {
	case reflect.String:
		reason := ledger.BadText(v.String())
		return when(reason != "", "%s", reason)
	case reflect.Slice:
		for i := range v.Len() {
			if err := checkTexts(v.Index(i)); err != nil {
				return err
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if err := checkTexts(v.Field(i)); err != nil {
				return fmt.Errorf("%s%w", prefix(v.Type().Field(i)), err)
			}
		}
	}
	return nil
}

// prefix returns the name of a field in the file, if it has one, and a colon.
func prefix(f reflect.StructField) string {
	if name := jsonName(f); name != "" {
		return name + ": "
	}
	return ""
}

// jsonName returns the name of a field in the file.
func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// wrongField says which field cannot be read, and why.
func wrongField(zero Value, data []byte, err error) error {
	var fields map[string]json.RawMessage
	_ = json.Unmarshal(data, &fields) // then there are none to look at
	for _, f := range reflect.VisibleFields(reflect.TypeOf(zero)) {
		raw := fields[jsonName(f)]
		if f.Anonymous || raw == nil {
			continue
		}
		if !utf8.Valid(raw) {
			return fmt.Errorf("%s: %s", jsonName(f), ledger.BadText(string(raw)))
		}
		wrong := json.Unmarshal(raw, reflect.New(f.Type).Interface())
		if _, typed := errors.AsType[*json.UnmarshalTypeError](wrong); wrong == nil || typed {
			continue
		}
		if len(raw) > 40 {
			return fmt.Errorf("%s: %w", jsonName(f), wrong)
		}
		return fmt.Errorf("%s %s: %w", jsonName(f), raw, wrong)
	}
	return plain(cmp.Or(err, errors.New(ledger.BadText(string(data)))))
}

// check returns what is wrong with a value that reads well.
func check(v Value) error {
	if v.id().Key == "" {
		return fmt.Errorf("it has no name")
	}
	switch v := v.(type) {
	case Credential:
		body, code, _ := strings.Cut(v.Name, "/")
		return cmp.Or(when(body == "" || code == "", "credential: not a name such as ascp/MLS"), checkCategories(v.Categories))
	case Cycle:
		return cmp.Or(when((v.First == 0) != (v.Last == 0), "first_day or last_day is missing"),
			when(v.First > v.Last, "first_day is after last_day"))
	case Declaration:
		return checkDeclaration(v.Declaration)
	case Import:
		return when(v.Date == 0, "date: is missing")
	case Credit:
		return checkCredit(v)
	case Allocation:
		return cmp.Or(when(v.Requirement == "", "requirement: is missing"), when(v.Points == 0, "points: must be more than 0"),
			when(v.By != ledger.ByHand && v.By != ledger.ByAuto, "by: cmp does not know %q", v.By))
	case Evidence:
		return cmp.Or(when(v.Name == "", "name: is missing"), when(v.Added == 0, "added: is missing"))
	case Course:
		return cmp.Or(when(v.UID != v.Course.Name(), "uid: does not match the provider and the title"),
			when(v.Charge != ledger.Charged && v.Price != 0, "price: is of no course that costs money"), v.Validate(), checkTopics(v.Topics))
	case Apart:
		return when(v.Credit >= v.Other, "credit and other are not in their order")
	case InPortal:
		return cmp.Or(when(v.Body == "", "body: is missing"), when(v.Date == 0, "date: is missing"),
			when(!v.Found && v.Credit == "", "credit: is missing"))
	case Gone:
		return when(v.Kind == "" || v.Key == "", "kind and key: one is missing, so nothing is named")
	}
	return nil
}

// when returns an error where something is so.
func when(is bool, format string, args ...any) error {
	if !is {
		return nil
	}
	return fmt.Errorf(format, args...)
}

func checkCredit(v Credit) error {
	activity, _ := ledger.ParseActivity(string(v.Activity))
	err := cmp.Or(when(activity != v.Activity, "activity: cmp does not know %q", v.Activity), v.Validate(), checkTopics(v.Topics),
		when(slices.Contains(v.Aliases, ""), "aliases: one is empty"),
		when(v.MergedInto != "" && (!v.Removed || v.MergedInto == v.UID), "merged_into: only a removed credit is merged, and into another one"))
	for _, f := range v.Forms {
		err = cmp.Or(err, when(f.Date == 0, "forms: a date is missing"), when(f.Points == 0, "forms: points must be more than 0"))
	}
	return err
}

func checkDeclaration(v ledger.Declaration) error {
	err := cmp.Or(when(v.Date == 0 || v.First == 0 || v.Last == 0, "date, first_day or last_day is missing"),
		when(v.First > v.Last, "first_day is after last_day"), when(v.Fee < 0, "fee: less than 0"))
	for _, r := range v.Requirements {
		err = cmp.Or(err, when(r.Name == "", "requirements: a name is missing"))
	}
	for _, line := range v.Credits {
		err = cmp.Or(err, when(line.Requirement == "", "credits: a requirement is missing"), when(line.Credit.Date == 0, "credits: a date is missing"),
			when(line.Points == 0 || line.Credit.Points == 0, "credits: points must be more than 0"))
	}
	return err
}

// checkCategories accepts topics as checkTopics does, each once.
func checkCategories(all []ledger.Topic) error {
	for i, t := range all {
		if slices.Contains(all[:i], t) || checkTopics([]ledger.CreditTopic{{Topic: t}}) != nil {
			return fmt.Errorf("categories: %q is there twice, or no topic as cmp spells it", t)
		}
	}
	return nil
}

// checkTopics accepts topics that are known, or could be in somebody's own rules.
func checkTopics(topics []ledger.CreditTopic) error {
	for _, t := range topics {
		topic, err := ledger.Vocabulary(nil).Parse(string(t.Topic))
		own := err != nil && t.Topic.WellFormed() && t.Topic != ledger.Topic(ledger.Other)
		if t.Topic == "" || topic != t.Topic && !own {
			return fmt.Errorf("topics: %q is not a topic as cmp spells it", t.Topic)
		}
	}
	return nil
}
