package cli_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// shapes are the schemas of all that is written, closed: an object may have no
// field that its schema does not name.
type shapes struct {
	documents map[string]map[string]any // by name
	closed    map[string]*jsonschema.Schema
	met       map[string]bool // what of the schemas was written, see walk
	commands  map[string]bool // that were run: "credential add"
}

func loadShapes(t *testing.T) *shapes {
	t.Helper()
	s := &shapes{map[string]map[string]any{}, map[string]*jsonschema.Schema{}, map[string]bool{}, map[string]bool{}}
	for _, name := range shapeNames(t) {
		s.documents[name] = document(t, name)
		s.closed[name] = compiled(t, closed(document(t, name)).(map[string]any))
	}
	return s
}

// shapeNames returns what cmp schema lists.
func shapeNames(t *testing.T) (names []string) {
	t.Helper()
	w := newWorld(t)
	w.must(t, "schema", "--format", "json")
	for _, found := range regexp.MustCompile(`"name": "([a-z-]+)"`).FindAllStringSubmatch(w.out.String(), -1) {
		names = append(names, found[1])
	}
	return names
}

func document(t *testing.T, name string) map[string]any {
	t.Helper()
	w := newWorld(t)
	w.must(t, "schema", name)
	v, err := jsonschema.UnmarshalJSON(&w.out)
	if err != nil {
		t.Fatalf("schema %s: %v", name, err)
	}
	return v.(map[string]any)
}

// compiled also holds a schema against the one of schemas.
func compiled(t *testing.T, document map[string]any) *jsonschema.Schema {
	t.Helper()
	id := document["$id"].(string)
	c := jsonschema.NewCompiler()
	if err := c.AddResource(id, document); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(id)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// closed makes a schema refuse the fields that it does not name.
func closed(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, of := range v {
			v[key] = closed(of)
		}
		if _, ok := v["properties"]; ok && v["type"] == "object" {
			v["additionalProperties"] = false
		}
	case []any:
		for i, of := range v {
			v[i] = closed(of)
		}
	}
	return v
}

// check holds one JSON value that was written against the schema of its shape.
func (s *shapes) check(t *testing.T, what, text string) {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Errorf("%s: %v\n%s", what, err, text)
		return
	}
	name := shapeOf(v)
	if s.closed[name] == nil {
		t.Errorf("%s: no schema for %.200s", what, text)
		return
	}
	if err := s.closed[name].Validate(v); err != nil {
		t.Errorf("%s: %v\n%.1000s", what, err, text)
		return
	}
	s.walk(name, name, s.documents[name], v, true)
}

// shapeOf returns the name of the shape that a value says it has. Those without
// the field are errors and lines of a ledger.
func shapeOf(v any) string {
	object, _ := v.(map[string]any)
	switch text, ok := object["schema"].(string); {
	case object["error"] != nil:
		return "error"
	case !ok:
		return "ledger"
	default:
		name, _, _ := strings.Cut(strings.TrimPrefix(text, "cmp."), "/")
		return name
	}
}

// walk notes what of a schema a value meets: each property that is there, each
// that is not, each null and each list that is not empty. Without a value it
// notes all that there could be.
func (s *shapes) walk(name, path string, of map[string]any, v any, written bool) {
	if ref, ok := of["$ref"].(string); ok {
		def := strings.TrimPrefix(ref, "#/$defs/")
		s.walk(name, name+" "+def, s.documents[name]["$defs"].(map[string]any)[def].(map[string]any), v, written)
	}
	for _, branch := range slices.Concat(members(of["anyOf"]), members(of["oneOf"])) {
		branch, at := branch.(map[string]any), path
		if title, ok := branch["title"].(string); ok {
			at += " " + title
		}
		if !written || fits(branch, v) {
			s.walk(name, at, branch, v, written)
		}
	}
	if null := slices.Contains(append(members(of["type"]), of["type"]), any("null")); null && (!written || v == nil) {
		s.met[path+" is null"] = true
	}
	if items, ok := of["items"].(map[string]any); ok {
		all := members(v)
		if !written {
			all = []any{nil}
		}
		for _, member := range all {
			s.met[path+"[]"] = true
			s.walk(name, path+"[]", items, member, written)
		}
	}
	s.walkProperties(name, path, of, v, written)
}

func (s *shapes) walkProperties(name, path string, of map[string]any, v any, written bool) {
	properties, _ := of["properties"].(map[string]any)
	object, _ := v.(map[string]any)
	for key, property := range properties {
		at := path + "." + key
		if value, there := object[key]; !written || there {
			s.met[at] = true
			s.walk(name, at, property.(map[string]any), value, written)
		} else if object != nil {
			s.met[at+" is absent"] = true
		}
		if optional := !slices.Contains(members(of["required"]), any(key)); !written && optional {
			s.met[at+" is absent"] = true
		}
	}
}

// members returns what a list holds, and nothing of what is none.
func members(v any) []any {
	all, _ := v.([]any)
	return slices.Clone(all)
}

// fits reports whether a value is of one of several branches: null or not, and
// the same in all that the branch has fixed.
func fits(branch map[string]any, v any) bool {
	if (branch["type"] == "null") != (v == nil) {
		return false
	}
	properties, _ := branch["properties"].(map[string]any)
	for key, property := range properties {
		if fixed, ok := property.(map[string]any)["const"]; ok && v.(map[string]any)[key] != fixed {
			return false
		}
	}
	return true
}

// unmet returns what of the schemas was never written.
func (s *shapes) unmet() []string {
	all := &shapes{documents: s.documents, met: map[string]bool{}}
	for name, document := range s.documents {
		all.walk(name, name, document, nil, false)
	}
	maps.DeleteFunc(all.met, func(point string, _ bool) bool { return s.met[point] })
	return slices.Sorted(maps.Keys(all.met))
}

// A closed schema refuses what it does not name, what lacks and what is of
// another type.
func TestClosedSchemaRefuses(t *testing.T) {
	s := loadShapes(t)
	const sound = `"schema": "cmp.version/1", "version": "1", "commit": "", "date": "", "go": "go1.26"`
	for text, ok := range map[string]bool{
		"{" + sound + "}": true, "{" + sound + `, "more": 1}`: false,
		strings.Replace("{"+sound+"}", `"go1.26"`, "1", 1): false, `{"schema": "cmp.version/1", "version": "1"}`: false,
	} {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.closed["version"].Validate(v); (err == nil) != ok {
			t.Errorf("%s: %v", text, err)
		}
	}
}
