package schema_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cmpledger/internal/schema"
)

// What a file says of its shape agrees with its name.
func TestShapesAreNamed(t *testing.T) {
	all, err := schema.Shapes()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if !regexp.MustCompile(`^urn:cmp:` + s.Name + `:[1-9][0-9]*$`).MatchString(s.ID) {
			t.Errorf("%s: its $id is %q", s.Name, s.ID)
		}
		if s.Title == "" || strings.HasSuffix(s.Title, ".") || !strings.HasSuffix(s.Description, ".") {
			t.Errorf("%s: title %q, description %q: missing, or not a title and a sentence", s.Name, s.Title, s.Description)
		}
		text, err := schema.Text(s.Name)
		if err != nil {
			t.Fatal(err)
		}
		if s.Name != "error" && !strings.Contains(string(text), `"schema": {"const": "`+s.Field()+`"}`) {
			t.Errorf("%s: its field schema is not %q", s.Name, s.Field())
		}
	}
	if !slices.IsSortedFunc(all, func(a, b schema.Shape) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("the shapes are not in the order of their names")
	}
}

// A schema has all that it refers to and nothing else, and what is shared is
// referred to by one at least.
func TestSchemasStandAlone(t *testing.T) {
	all, err := schema.Shapes()
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, s := range all {
		text, err := schema.Text(s.Name)
		if err != nil {
			t.Fatal(err)
		}
		var of struct {
			Defs map[string]any `json:"$defs"`
		}
		if err := json.Unmarshal(text, &of); err != nil {
			t.Fatalf("%s: %v", s.Name, err)
		}
		for _, found := range regexp.MustCompile(`"\$ref": "#/\$defs/([a-z0-9-]+)"`).FindAllSubmatch(text, -1) {
			name := string(found[1])
			if of.Defs[name] == nil {
				t.Errorf("%s: refers to %s, which it does not have", s.Name, name)
			}
			used[s.Name+" "+name], used[name] = true, true
		}
		for name := range of.Defs {
			if !used[s.Name+" "+name] {
				t.Errorf("%s: has %s, to which it does not refer", s.Name, name)
			}
		}
	}
	for name := range shared(t) {
		if !used[name] {
			t.Errorf("defs.json: no schema refers to %s", name)
		}
	}
}

func shared(t *testing.T) (defs map[string]any) {
	t.Helper()
	text, err := os.ReadFile("defs.json")
	if err == nil {
		err = json.Unmarshal(text, &defs)
	}
	if err != nil {
		t.Fatal(err)
	}
	return defs
}

// What an object has to have is described, and described once.
func TestRequiredFieldsAreDescribed(t *testing.T) {
	all, err := schema.Shapes()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		text, err := schema.Text(s.Name)
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if err := json.Unmarshal(text, &v); err != nil {
			t.Fatal(err)
		}
		for _, field := range undescribed(v) {
			t.Errorf("%s: requires %s, which it does not describe", s.Name, field)
		}
	}
}

// undescribed returns what objects require without describing it.
func undescribed(v any) (fields []string) {
	switch v := v.(type) {
	case map[string]any:
		properties, _ := v["properties"].(map[string]any)
		required, _ := v["required"].([]any)
		for _, name := range required {
			if name, ok := name.(string); ok && properties[name] == nil {
				fields = append(fields, name)
			}
		}
		for _, of := range v {
			fields = append(fields, undescribed(of)...)
		}
	case []any:
		for _, of := range v {
			fields = append(fields, undescribed(of)...)
		}
	}
	return fields
}

func TestTextOfNoShape(t *testing.T) {
	for _, name := range []string{"", "nothing", "../defs", "STATUS"} {
		if text, err := schema.Text(name); err == nil {
			t.Errorf("Text(%q) = %.40q, want an error", name, text)
		}
	}
}
