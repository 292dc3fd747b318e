package cli_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// shapes are the schemas of all that is written, closed: an object may have no
// field that its schema does not name.
type shapes struct {
	closed   map[string]*jsonschema.Schema // by name
	commands map[string]bool               // that were run: "credential add"
}

func loadShapes(t *testing.T) *shapes {
	t.Helper()
	s := &shapes{map[string]*jsonschema.Schema{}, map[string]bool{}}
	for _, name := range shapeNames(t) {
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
	need(t, c.AddResource(id, document))
	s, err := c.Compile(id)
	need(t, err)
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
	}
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
		need(t, err)
		if err := s.closed["version"].Validate(v); (err == nil) != ok {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// Every shape that the program names has a schema.
func TestShapesHaveSchemas(t *testing.T) {
	var described []string
	for _, name := range shapeNames(t) {
		described = append(described, strings.Replace(strings.TrimPrefix(document(t, name)["$id"].(string), "urn:cmp:"), ":", "/", 1))
	}
	slices.Sort(described)
	if diff := cmp.Diff(inSource(t, `shape:"cmp\.([a-z-]+/[0-9]+)"`), described); diff != "" {
		t.Errorf("shapes (-named by the program +described):\n%s", diff)
	}
}
