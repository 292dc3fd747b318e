package answer

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// A Shape is one shape of JSON that the program writes, and what its schema says
// of itself.
type Shape struct {
	Name        string `json:"name" doc:"As in cmp schema NAME."`
	Title       string `json:"title" doc:"What it describes."`
	Description string `json:"description" doc:"Which commands write it."`
	ID          string `json:"id" doc:"Such as urn:cmp:status:1; the number is raised where a field changes its meaning or goes."`
	types       []reflect.Type
}

// ShapeOf returns the shape of values, of one type or, where what is written has
// several forms, of several.
func ShapeOf(values ...any) Shape {
	var s Shape
	for _, v := range values {
		s.types = append(s.types, reflect.TypeOf(v))
	}
	for _, f := range fieldsOf(s.types[0]) {
		if text, ok := f.tag.Lookup("shape"); ok {
			name, number, _ := strings.Cut(strings.TrimPrefix(text, "cmp."), "/")
			return Shape{name, f.tag.Get("title"), f.tag.Get("doc"), "urn:cmp:" + name + ":" + number, s.types}
		}
	}
	panic(s.types[0].String() + ": no field has the tag shape")
}

// Field returns what the field schema of such JSON holds: "cmp.status/1". Errors
// do not have that field.
func (s Shape) Field() string {
	parts := strings.Split(s.ID, ":")
	return parts[1] + "." + parts[2] + "/" + parts[3]
}

// A Term is what schemas share: it is defined once in each that refers to it.
type Term struct {
	name string
	typ  reflect.Type // whose values it is, or nil where fields name it
	node node
}

// Named is a term that fields name by a tag: the keys of its schema, each with its
// value.
func Named(name string, keysAndValues ...any) Term {
	var n node
	for i := 0; i < len(keysAndValues); i += 2 {
		n = append(n, pair{keysAndValues[i].(string), keysAndValues[i+1]})
	}
	return Term{name, nil, n}
}

// Of is the term of a type.
func Of[T any](name string, keysAndValues ...any) Term {
	t := Named(name, keysAndValues...)
	t.typ = reflect.TypeFor[T]()
	return t
}

// ValuesOf is the term of a type that has only these values.
func ValuesOf[T ~string](name, doc string, values ...T) Term {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = string(v)
	}
	return Term{name, reflect.TypeFor[T](), node{{"enum", texts}}.described(doc)}
}

// ObjectOf is the term of a struct.
func ObjectOf[T any](name, doc string) Term {
	return Term{name, reflect.TypeFor[T](), node{}.described(doc)}
}

// MapOf is the term of an object whose fields, with these names, are all of one
// term.
func MapOf(name, doc, of string, fields ...string) Term {
	var properties node
	for _, f := range fields {
		properties = append(properties, pair{f, Term{name: of}.reference()})
	}
	return Term{name, nil, append(node{{"type", "object"}}.described(doc), pair{"required", fields}, pair{"properties", properties})}
}

// A node is a schema, or a part of one.
type node []pair

type pair struct {
	key   string
	value any
}

func (n node) described(doc string) node {
	if doc == "" {
		return n
	}
	n = slices.DeleteFunc(n, func(p pair) bool { return p.key == "description" })
	return append(n, pair{"description", doc})
}

func (n node) get(key string) any {
	for _, p := range n {
		if p.key == key {
			return p.value
		}
	}
	return nil
}

// Schema returns the JSON Schema (draft 2020-12) of a shape, which needs no other
// one: the terms that it refers to are in it. It says what is always there and
// what may be null, and refuses no further fields, for fields are added within the
// number of a shape.
func (s Shape) Schema(terms []Term) []byte {
	w := schemaWriter{terms, map[string]node{}}
	n := node{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"$id", s.ID}, {"title", s.Title}, {"description", s.Description},
	}
	if len(s.types) == 1 {
		n = append(n, w.object(s.types[0], nil)...)
	} else {
		var forms []node
		for _, t := range s.types {
			forms = append(forms, w.form(t))
		}
		n = append(n, pair{"oneOf", forms})
	}
	w.define(n)
	if len(w.used) > 0 {
		var all node
		for _, name := range slices.Sorted(maps.Keys(w.used)) {
			all = append(all, pair{strings.TrimPrefix(name, defs), w.used[name]})
		}
		n = append(n, pair{"$defs", all})
	}
	var b strings.Builder
	n.write(&b, "", true)
	return []byte(b.String() + "\n")
}

// A schemaWriter makes a schema and notes the terms that it uses.
type schemaWriter struct {
	terms []Term
	used  map[string]node
}

// form returns the schema of one form of several, which a tag of a field names.
func (w *schemaWriter) form(t reflect.Type) node {
	for _, f := range fieldsOf(t) {
		if title := f.tag.Get("form"); title != "" {
			return append(node{{"title", title}}, w.object(t, node{}.described(f.tag.Get("about")))...)
		}
	}
	panic(t.String() + ": no field has the tag form")
}

// object returns the schema of a struct; what describes it stands behind its type.
func (w *schemaWriter) object(t reflect.Type, about node) node {
	required := []string{}
	var properties node
	for _, f := range fieldsOf(t) {
		if !f.omitempty && f.tag.Get("optional") == "" {
			required = append(required, f.name)
		}
		properties = append(properties, pair{f.name, w.property(f)})
	}
	n := append(node{{"type", "object"}}, about...)
	return append(n, pair{"required", required}, pair{"properties", properties})
}

const defs = "#/$defs/"

func (t Term) reference() node { return node{{"$ref", defs + t.name}} }

// define has the terms defined that a value of a schema refers to, and what those
// refer to.
func (w *schemaWriter) define(value any) {
	switch v := value.(type) {
	case []node:
		for _, n := range v {
			w.define(n)
		}
	case node:
		for _, p := range v {
			w.define(p.value)
		}
		if name, ok := v.get("$ref").(string); ok && w.used[name] == nil {
			w.used[name] = w.resolved(v)
			w.define(w.used[name])
		}
	}
}

// term returns the term of that name or, without one, of the type.
func (w *schemaWriter) term(name string, t reflect.Type) (Term, bool) {
	i := slices.IndexFunc(w.terms, func(x Term) bool { return name != "" && x.name == name || name == "" && x.typ == t })
	if i < 0 {
		return Term{}, false
	}
	return w.terms[i], true
}

// plain returns the schema of a type.
func (w *schemaWriter) plain(t reflect.Type) node {
	if term, ok := w.term("", t); ok {
		return term.reference()
	}
	switch t.Kind() {
	case reflect.Pointer:
		return w.plain(t.Elem())
	case reflect.Slice:
		return node{{"type", "array"}, {"items", w.plain(t.Elem())}}
	case reflect.Struct:
		return w.object(t, nil)
	case reflect.Bool:
		return node{{"type", "boolean"}}
	case reflect.Int:
		return node{{"type", "integer"}, {"minimum", 0}} // a count
	case reflect.Int64:
		return node{{"type", "integer"}, {"minimum", 1}} // the number of a record
	case reflect.Interface:
		return node{}
	default:
		return node{{"type", "string"}}
	}
}

// property returns the schema of a field, as its tags have it.
func (w *schemaWriter) property(f field) node {
	if text, ok := f.constant(); ok {
		return node{{"const", text}}
	}
	n := w.plain(picked(f.typ, f.tag.Get("only")))
	if as := f.tag.Get("as"); as != "" {
		n = node{{"type", as}}
		if term, ok := w.term(as, nil); ok {
			n = term.reference()
		}
	}
	if all := f.tag.Get("enum"); all != "" {
		n = node{{"enum", strings.Split(all, ",")}}
	}
	if least, ok := f.tag.Lookup("min"); ok {
		n = w.bounded(n, least)
	}
	if more, ok := f.tag.Lookup("or"); ok {
		n = w.withValue(n, more)
	}
	if _, ok := f.tag.Lookup("empty"); ok {
		n = w.withValue(n, "")
	}
	if f.omitempty && f.typ.Kind() == reflect.Bool {
		n = node{{"const", true}}
	}
	if f.omitempty && f.typ.Kind() == reflect.Slice {
		n = append(n, pair{"minItems", 1})
	}
	if f.nullable() {
		n = orNull(n)
	}
	if f.tag.Get("shape") != "" { // what it says is about the shape
		return n
	}
	return n.described(f.doc())
}

// picked returns the type of one field of a struct, or of lists of them.
func picked(t reflect.Type, only string) reflect.Type {
	switch {
	case only == "":
		return t
	case t.Kind() == reflect.Slice:
		return reflect.SliceOf(picked(t.Elem(), only))
	case t.Kind() == reflect.Pointer:
		return picked(t.Elem(), only)
	}
	f, ok := t.FieldByName(only)
	if !ok {
		panic(t.String() + ": has no field " + only)
	}
	return f.Type
}

// bounded returns the schema of a number with another least value, or none.
func (w *schemaWriter) bounded(n node, least string) node {
	n = slices.DeleteFunc(slices.Clone(w.resolved(n)), func(p pair) bool { return p.key == "minimum" })
	if number, err := strconv.Atoi(least); err == nil {
		n = slices.Insert(n, 1, pair{"minimum", any(number)})
	}
	return n
}

// withValue returns the schema of a text that may also be another value. Where a
// pattern describes it, any text will do.
func (w *schemaWriter) withValue(n node, more string) node {
	of := w.resolved(n)
	if all, ok := of.get("enum").([]string); ok {
		return node{{"enum", append(slices.Clone(all), more)}}
	}
	if of.get("type") == "string" {
		return node{{"type", "string"}}
	}
	return n
}

// resolved returns what a schema refers to.
func (w *schemaWriter) resolved(n node) node {
	name, ok := n.get("$ref").(string)
	if !ok {
		return n
	}
	t, _ := w.term(strings.TrimPrefix(name, defs), nil)
	if t.typ != nil && t.typ.Kind() == reflect.Struct && !marshals(t.typ) {
		return w.object(t.typ, t.node)
	}
	return t.node
}

func orNull(n node) node {
	if kind, ok := n.get("type").(string); ok && kind != "array" && n.get("properties") == nil {
		n = slices.Clone(n)
		n[0].value = []string{kind, "null"}
		return n
	}
	return node{{"anyOf", []node{n, {{"type", "null"}}}}}
}

// doc returns what describes a field: what it means, and when it is null or
// empty.
func (f field) doc() string {
	sentences := []string{}
	if doc := f.tag.Get("doc"); doc != "" {
		sentences = append(sentences, doc)
	}
	for _, word := range []string{"Empty", "Null"} {
		if where := f.tag.Get(strings.ToLower(word)); where != "" {
			sentences = append(sentences, word+" "+where+".")
		}
	}
	return strings.Join(sentences, " ")
}

// write writes a schema. What has properties takes a line for each; all else
// stands on one.
func (n node) write(b *strings.Builder, indent string, expand bool) {
	deeper, lead, separator, end := indent, "", ", ", ""
	if expand {
		deeper, lead, end = indent+"  ", "\n"+indent+"  ", "\n"+indent
		separator = "," + lead
	}
	b.WriteString("{" + lead)
	for i, p := range n {
		if i > 0 {
			b.WriteString(separator)
		}
		fmt.Fprintf(b, "%q: ", p.key)
		if all, ok := p.value.(node); ok && (p.key == "properties" || p.key == "$defs") {
			all.write(b, deeper, true)
			continue
		}
		writeValue(b, p.value, deeper)
	}
	b.WriteString(end + "}")
}

func writeValue(b *strings.Builder, value any, indent string) {
	switch v := value.(type) {
	case node:
		v.write(b, indent, v.isDeep())
	case []node:
		expand := slices.ContainsFunc(v, node.isDeep)
		b.WriteString("[")
		for i, n := range v {
			if i > 0 {
				b.WriteString(", ")
			}
			n.write(b, indent, expand && n.isDeep())
		}
		b.WriteString("]")
	case []string:
		b.WriteString("[")
		for i, text := range v {
			if i > 0 {
				b.WriteString(", ")
			}
			writeValue(b, text, indent)
		}
		b.WriteString("]")
	default:
		var text strings.Builder
		e := json.NewEncoder(&text)
		e.SetEscapeHTML(false)
		_ = e.Encode(value) // a text, a number or true
		b.WriteString(strings.TrimSpace(text.String()))
	}
}

// isDeep reports whether a schema has properties, or one in it has.
func (n node) isDeep() bool {
	return slices.ContainsFunc(n, func(p pair) bool {
		switch v := p.value.(type) {
		case node:
			return p.key == "properties" || p.key == "$defs" || v.isDeep()
		case []node:
			return slices.ContainsFunc(v, node.isDeep)
		}
		return false
	})
}
