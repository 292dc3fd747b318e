package answer

import (
	"bytes"
	"cmp"
	"reflect"
	"regexp"
	"slices"
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
	return "cmp." + strings.Replace(strings.TrimPrefix(s.ID, "urn:cmp:"), ":", "/", 1)
}

// A Schema is a JSON Schema (draft 2020-12), or a part of one, with what of it the
// program needs.
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

// A Term is what schemas share: it is defined once in each that refers to it. So
// is every struct, under the name of its type.
type Term struct {
	name   string
	typ    reflect.Type // whose values it is, or nil where fields name it
	schema Schema
}

// NamedTerm is a term that fields name by a tag.
func NamedTerm(name string, s Schema) Term { return Term{name, nil, s} }

// TermOf is the term of a type.
func TermOf[T any](name string, s Schema) Term { return Term{name, reflect.TypeFor[T](), s} }

// EnumOf is the term of a type that has only these values.
func EnumOf[T ~string](name, doc string, values ...T) Term {
	s := Schema{Description: doc}
	for _, v := range values {
		s.Enum = append(s.Enum, string(v))
	}
	return TermOf[T](name, s)
}

// Schema returns the JSON Schema of a shape, which needs no other one: the terms
// that it refers to are in it. It says what is always there and what may be null,
// and refuses no further fields, for fields are added within the number of a shape.
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

// refer has something defined under a name, and returns what refers to it.
func (w *schemaWriter) refer(name string, define func() *Schema) *Schema {
	if w.used[name] == nil {
		w.used[name] = define()
	}
	return &Schema{Ref: defs + name}
}

// typeSchema returns the schema of a type, or where only names one, of this field of
// a struct, as [encoder.value] writes it.
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

// typeName returns what a struct is called in schemas: rules-requirement; the
// command line and the vocabulary leave out their own names.
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
	if f.tag.Get("shape") == "" { // else what it says is about the shape
		s.Description = f.description(s.Description)
	}
	return s
}

// contentSchema returns the schema of what a field holds, without what else its tags say.
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

// withValue returns the schema of a text that may also be another value. Where a
// pattern describes it, any text will do.
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

// description returns what describes a field: what it means, and when it is null or
// empty; where it says nothing, what describes its type.
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
