// Package schema holds a JSON Schema, of draft 2020-12, of each shape of JSON
// that the program writes.
//
// The schemas are data: one file a shape, and what several share once, in
// defs.json. They say what is always there and what may be null; they do not
// refuse further fields, for fields are added within the number of a shape.
package schema

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

//go:embed shapes/*.json
var shapes embed.FS

//go:embed defs.json
var shared []byte

// A Shape is what a schema says of itself.
type Shape struct {
	Name        string `json:"name"`        // "status"
	Title       string `json:"title"`       // in words
	Description string `json:"description"` // which commands write it
	ID          string `json:"id"`          // with its number: "urn:cmp:status:1"
}

// Field returns what the field schema of such JSON holds: "cmp.status/1". Errors
// do not have that field.
func (s Shape) Field() string {
	parts := strings.Split(s.ID, ":")
	return parts[1] + "." + parts[2] + "/" + parts[3]
}

// Shapes returns all shapes in the order of their names.
func Shapes() ([]Shape, error) {
	files, err := shapes.ReadDir("shapes")
	if err != nil {
		return nil, err
	}
	all := make([]Shape, len(files))
	for i, file := range files {
		text, err := shapes.ReadFile("shapes/" + file.Name())
		if err != nil {
			return nil, err
		}
		var of struct {
			ID                 string `json:"$id"`
			Title, Description string
		}
		if err := json.Unmarshal(text, &of); err != nil {
			return nil, fmt.Errorf("%s: %w", file.Name(), err)
		}
		all[i] = Shape{strings.TrimSuffix(file.Name(), ".json"), of.Title, of.Description, of.ID}
	}
	slices.SortStableFunc(all, func(a, b Shape) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// Text returns the schema of a shape, which needs no other one: what it shares
// with others is in it. It is an error when there is no such shape.
func Text(name string) ([]byte, error) {
	text, err := shapes.ReadFile("shapes/" + name + ".json")
	if err != nil {
		return nil, err
	}
	var defs map[string]json.RawMessage
	if err := json.Unmarshal(shared, &defs); err != nil {
		return nil, fmt.Errorf("defs.json: %w", err)
	}
	used := map[string]bool{}
	collect(text, defs, used)
	if len(used) == 0 {
		return text, nil
	}
	var b bytes.Buffer
	b.Write(bytes.TrimSuffix(text, []byte("\n}\n")))
	separator := ",\n  \"$defs\": {"
	for _, def := range slices.Sorted(maps.Keys(used)) {
		fmt.Fprintf(&b, "%s\n    %q: %s", separator, def, bytes.ReplaceAll(defs[def], []byte("\n"), []byte("\n  ")))
		separator = ","
	}
	b.WriteString("\n  }\n}\n")
	return b.Bytes(), nil
}

// collect adds to used what a text refers to, and what that refers to.
func collect(text []byte, defs map[string]json.RawMessage, used map[string]bool) {
	reference := regexp.MustCompile(`"#/\$defs/([a-z0-9-]+)"`)
	for _, found := range reference.FindAllSubmatch(text, -1) {
		if name := string(found[1]); !used[name] {
			used[name] = true
			collect(defs[name], defs, used)
		}
	}
}
