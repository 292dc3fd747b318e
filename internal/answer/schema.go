package answer

import (
	"bytes"
	"cmp"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// A Shape is one shape of JSON that the program writes, with the head of its schema.
type Shape struct {
	Name        string `json:"name" doc:"As in cmp schema NAME."`
	Title       string `json:"title" doc:"What it describes."`
	Description string `json:"description" doc:"Which commands write it."`
	ID          string `json:"id" doc:"Such as urn:cmp:status:1; the number is raised where a field changes its meaning or goes."`
	types       []reflect.Type
}

// ShapeOf returns the shape of a value, or of several values if the JSON has several
// forms. It panics if no field of the first has the tag shape.
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

// Field returns the text of the field "schema" in such JSON: "cmp.status/1". The JSON
// of errors does not have that field.
func (s Shape) Field() string {
	return "cmp." + strings.Replace(strings.TrimPrefix(s.ID, "urn:cmp:"), ":", "/", 1)
}

// A Schema is a JSON Schema (draft 2020-12) or a part of one, as far as the program
// needs it.
type Schema struct {
	Draft       string             `json:"$schema,omitempty"`
	ID          string             `json:"$id,omitempty"`
	Ref         string             `json:"$ref,omitempty"`
	Title       string             `json:"title,omitempty"`
	Description string             `json:"description,omitempty"`
	Type        any                `json:"type,omitempty"` // a name, or several
	Const       any                `json:"const,omitempty"`
	Enum        []string           `json:"enum,omitempty"`
	Pattern     string             `json:"pattern,omitempty"`
	Encoding    string             `json:"contentEncoding,omitempty"`
	Minimum     *int               `json:"minimum,omitempty"`
	MinItems    int                `json:"minItems,omitempty"`
	Items       *Schema            `json:"items,omitempty"`
	Values      *Schema            `json:"additionalProperties,omitempty"`
	AnyOf       []*Schema          `json:"anyOf,omitempty"`
	OneOf       []*Schema          `json:"oneOf,omitempty"`
	Required    []string           `json:"required,omitempty"`
	Properties  map[string]*Schema `json:"properties,omitempty"`
	Defs        map[string]*Schema `json:"$defs,omitempty"`
}

// A Term is a definition that schemas share. Each schema that refers to it holds it
// once under $defs, as it does every struct.
type Term struct {
	name   string
	typ    reflect.Type // the Go type it describes, or nil if fields name it by a tag
	schema Schema
}

// NamedTerm returns a term that fields refer to by the tag as.
func NamedTerm(name string, s Schema) Term { return Term{name, nil, s} }

// TermOf returns the term that describes a type.
func TermOf[T any](name string, s Schema) Term { return Term{name, reflect.TypeFor[T](), s} }

// EnumOf returns the term that describes a type which has only these values.
func EnumOf[T ~string](name, doc string, values ...T) Term {
	s := Schema{Description: doc}
	for _, v := range values {
		s.Enum = append(s.Enum, string(v))
	}
	return TermOf[T](name, s)
}

// Schema returns the JSON Schema of a shape, with the terms that it refers to. It
// allows unknown fields, since a release may add fields without a new shape number.
func (s Shape) Schema(terms []Term) []byte {
	w := schemaWriter{terms, map[string]*Schema{}}
	all := w.structSchema(s.types[0])
	if len(s.types) > 1 {
		all = &Schema{}
		for _, t := range s.types {
			form := w.structSchema(t)
			for _, f := range fieldsOf(t) {
				form.Title, form.Description = cmp.Or(form.Title, f.tag.Get("form")), cmp.Or(form.Description, f.tag.Get("about"))
			}
			all.OneOf = append(all.OneOf, form)
		}
	}
	all.Draft, all.ID, all.Title, all.Description = "https://json-schema.org/draft/2020-12/schema", s.ID, s.Title, s.Description
	all.Defs = w.used
	var b bytes.Buffer
	_ = WriteJSON(&b, all) // texts, numbers and lists of them
	return b.Bytes()
}

type schemaWriter struct {
	terms []Term
	used  map[string]*Schema
}

func (w *schemaWriter) structSchema(t reflect.Type) *Schema {
	s := &Schema{Type: "object", Properties: map[string]*Schema{}}
	for _, f := range fieldsOf(t) {
		if !f.omitempty && f.tag.Get("optional") == "" {
			s.Required = append(s.Required, f.name)
		}
		s.Properties[f.name] = w.fieldSchema(f)
	}
	return s
}

const defs = "#/$defs/"

// refer defines a name, unless it is defined already, and returns a reference to it.
func (w *schemaWriter) refer(name string, define func() *Schema) *Schema {
	if w.used[name] == nil {
		w.used[name] = define()
	}
	return &Schema{Ref: defs + name}
}

// typeSchema returns the schema of a type as [encoder.value] writes it: if only names
// a field, the schema of that field.
func (w *schemaWriter) typeSchema(t reflect.Type, only string) *Schema {
	for _, term := range w.terms {
		if term.typ == t && only == "" {
			return w.refer(term.name, func() *Schema { return &term.schema })
		}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return w.typeSchema(t.Elem(), only)
	case reflect.Slice:
		return &Schema{Type: "array", Items: w.typeSchema(t.Elem(), only)}
	case reflect.Map:
		return &Schema{Type: "object", Values: w.typeSchema(t.Elem(), only)}
	case reflect.Struct:
		if f, ok := t.FieldByName(only); ok {
			return w.typeSchema(f.Type, "")
		}
		return w.refer(typeName(t), func() *Schema { return w.structSchema(t) })
	case reflect.Bool:
		return &Schema{Type: "boolean"}
	case reflect.Int: // a count
		return &Schema{Type: "integer", Minimum: new(0)}
	case reflect.Int64: // the number of a record
		return &Schema{Type: "integer", Minimum: new(1)}
	case reflect.Interface:
		return &Schema{}
	default:
		return &Schema{Type: "string"}
	}
}

// typeName returns the name of a struct in schemas: "rules-requirement" for
// rules.Requirement. The packages cli and ledger are left out.
func typeName(t reflect.Type) string {
	name := strings.TrimPrefix(strings.TrimPrefix(t.String(), "cli."), "ledger.")
	name = regexp.MustCompile(`[A-Z]`).ReplaceAllString(strings.ReplaceAll(name, ".", "-"), "-$0")
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, "--", "-"), "-"))
}

func (w *schemaWriter) fieldSchema(f field) *Schema {
	if text, ok := f.constant(); ok {
		return &Schema{Const: text}
	}
	s := w.contentSchema(f)
	if least, ok := f.tag.Lookup("min"); ok {
		s = w.copyOf(s)
		s.Minimum = nil
		if least != "none" {
			s.Minimum = new(0)
		}
	}
	if more := f.tag.Get("or"); more != "" {
		s = w.withValue(s, more)
	}
	if f.tag.Get("empty") != "" {
		s = w.withValue(s, "")
	}
	switch {
	case f.omitempty && f.typ.Kind() == reflect.Bool:
		s = &Schema{Const: true}
	case f.omitempty && f.typ.Kind() == reflect.Slice:
		s.MinItems = 1
	}
	if f.nullable() {
		s = orNull(s)
	}
	if f.tag.Get("shape") == "" { // else its doc describes the shape
		s.Description = f.description(s.Description)
	}
	return s
}

// contentSchema returns the schema of a field's values, before its tags min, or, empty
// and null change it.
func (w *schemaWriter) contentSchema(f field) *Schema {
	if all := f.tag.Get("enum"); all != "" {
		return &Schema{Enum: strings.Split(all, ",")}
	}
	as := f.tag.Get("as")
	if as == "" {
		return w.typeSchema(f.typ, f.tag.Get("only"))
	}
	for _, term := range w.terms {
		if term.name == as {
			return w.refer(as, func() *Schema { return &term.schema })
		}
	}
	return &Schema{Type: as}
}

func (w *schemaWriter) copyOf(s *Schema) *Schema {
	if s.Ref != "" {
		s = w.used[strings.TrimPrefix(s.Ref, defs)]
	}
	c := *s
	return &c
}

// withValue returns the schema of a text that may also have one more value. A text
// with a pattern loses the pattern.
func (w *schemaWriter) withValue(s *Schema, more string) *Schema {
	switch of := w.copyOf(s); {
	case of.Enum != nil:
		return &Schema{Enum: append(slices.Clone(of.Enum), more)}
	case of.Type == "string":
		return &Schema{Type: "string"}
	}
	return s
}

func orNull(s *Schema) *Schema {
	if kind, ok := s.Type.(string); ok && kind != "array" && s.Properties == nil {
		s.Type = []string{kind, "null"}
		return s
	}
	return &Schema{AnyOf: []*Schema{s, {Type: "null"}}}
}

// description says what a field means and when it is null or empty. A field without
// these tags has the description of its type.
func (f field) description(otherwise string) string {
	var sentences []string
	if doc := f.tag.Get("doc"); doc != "" {
		sentences = append(sentences, doc)
	}
	for _, word := range []string{"Empty", "Null"} {
		if where := f.tag.Get(strings.ToLower(word)); where != "" {
			sentences = append(sentences, word+" "+where+".")
		}
	}
	if sentences == nil {
		return otherwise
	}
	return strings.Join(sentences, " ")
}
