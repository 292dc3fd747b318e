package exchange

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
)

func (r *reader) entry(line []byte) error {
	e, err := readEntry(line)
	if err != nil {
		return err
	}
	for _, err := range []error{checkName("uid", e.UID), checkStamp(e.Stamp),
		checkTexts("at", e.At, "command", e.Command, "summary", e.Summary, "undoes", e.Undoes)} {
		if err != nil {
			return err
		}
	}
	if r.entries[e.UID] {
		return fault("entry %s: is there twice", e.UID)
	}
	r.entries[e.UID] = true
	r.ledger.Log = append(r.ledger.Log, e)
	return nil
}

// readEntry reads an entry one change after the other, for it may have very
// many.
func readEntry(line []byte) (e Entry, err error) {
	d := json.NewDecoder(bytes.NewReader(line))
	if _, err := d.Token(); err != nil {
		return e, plain(err)
	}
	var record string
	fields := map[string]any{
		"record": &record, "uid": &e.UID, "stamp": &e.Stamp, "at": &e.At, "command": &e.Command, "summary": &e.Summary, "undoes": &e.Undoes,
	}
	var names []string
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return e, plain(err)
		}
		name := token.(string) // of an object, which is what begins a line
		to, ok := fields[name]
		switch {
		case slices.Contains(names, name):
			return e, fault("%s: is there twice", name)
		case name == "changes":
			if e.Changes, err = readChanges(d); err != nil {
				return e, err
			}
		case !ok:
			return e, fault("unknown field %q", name)
		default:
			if err := d.Decode(to); err != nil {
				return e, fault("%s: not of the right type", name)
			}
		}
		names = append(names, name)
	}
	if _, err := d.Token(); err != nil {
		return e, plain(err)
	}
	for _, name := range shapeOf(reflect.TypeFor[entryLine]()).required {
		if !slices.Contains(names, name) {
			return e, fault("%s: is missing", name)
		}
	}
	return e, nil
}

// plain is what is wrong with the JSON, without the name of who says so.
func plain(err error) error { return fault("%s", strings.TrimPrefix(err.Error(), "json: ")) }

// ReadChanges reads what [Changes] wrote.
func ReadChanges(text string) ([]Change, error) {
	return readChanges(json.NewDecoder(strings.NewReader(text)))
}

// mostCycles is how many cycles one command changes at most: nobody holds so
// many credentials, and each is compared with the others.
const mostCycles = 500

// deepest is how deeply a value may be nested; those that there are have a list
// of objects in an object.
const deepest = 8

// isDeep reports whether JSON is nested deeper than any value.
func isDeep(raw []byte) bool {
	depth, quoted := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > deepest {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

func readChanges(d *json.Decoder) ([]Change, error) {
	begin, err := d.Token()
	if err != nil {
		return nil, plain(err)
	}
	if begin != json.Delim('[') {
		return nil, fault("changes: not a list")
	}
	var all []Change
	cycles := 0
	var compact bytes.Buffer
	want := shapeOf(reflect.TypeFor[changeLine]())
	for d.More() {
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return nil, fault("changes, %d: %s", len(all)+1, plain(err))
		}
		var line changeLine
		if err := json.Unmarshal(raw, &line); err != nil {
			return nil, fault("changes, %d: %s", len(all)+1, plain(err))
		}
		if err := want.check(raw); err != nil {
			return nil, fault("changes, %d: %s", len(all)+1, err)
		}
		c, err := toChange(line, &compact)
		if err != nil {
			return nil, fault("changes, %d: %s", len(all)+1, err)
		}
		if c.Kind == CycleKind {
			cycles++
		}
		if cycles > mostCycles {
			return nil, fault("changes: of more than %d cycles", mostCycles)
		}
		all = append(all, c)
	}
	_, err = d.Token()
	if err != nil {
		return nil, plain(err)
	}
	return all, nil
}

func toChange(c changeLine, compact *bytes.Buffer) (Change, error) {
	before, okBefore := toValue(c.Before, compact)
	after, okAfter := toValue(c.After, compact)
	kind := Kind(c.Record)
	switch {
	case !slices.Contains(Kinds(), kind):
		return Change{}, fault("record: %q is none that this cmp knows", c.Record)
	case c.Key == "" || strings.IndexByte(c.Key, 0) >= 0:
		return Change{}, fault("key: %q names nothing", c.Key)
	case !okBefore || !okAfter:
		return Change{}, fault("before and after have to be JSON objects or null")
	}
	return Change{ID{kind, c.Key}, before, after}, nil
}

// toValue returns a value of the log, "" for null. It may be of a record that
// has gone since, so it is not looked into.
func toValue(raw json.RawMessage, compact *bytes.Buffer) (string, bool) {
	if len(raw) == 0 || string(raw) == "null" {
		return "", true
	}
	if raw[0] != '{' || isDeep(raw) {
		return "", false
	}
	compact.Reset()
	err := json.Compact(compact, raw)
	return compact.String(), err == nil
}
