// Package answer writes what a command says: tables and sentences for people,
// and records as CSV, TSV, Markdown and JSON for programs. It is the one door to
// tablewriter and to colour. What people typed or imported may hold anything;
// [Text] makes it safe to show. Records carry it unchanged.
//
// An answer is one typed value, a struct whose fields have tags. JSON, its JSON
// Schema, and the columns of tables and records come from them.
//
//	json   its name, with omitempty if it may be absent, as in encoding/json;
//	       a field without this tag is not written
//	doc    what the field means, a sentence
//	null   when it is null: "where it is not known"; the zero value is written as null
//	empty  when it is an empty text
//	only   the one field that is written of each struct in it
//	as     its term or type in JSON Schema, where that does not follow from its Go type
//	enum   all its values, separated by commas
//	optional  not every answer of the shape has it
//	min    its least number: 0, or none for no limit
//	or     one more value, beside those of its type
//	const  the one text that is always written, whatever the Go value is
//	shape  as const, for the field schema: "cmp.status/1"; title and doc then
//	       describe the shape
//	form   the name of the form, where a shape has several; about describes it
//
// The package knows no command, judges nothing, and writes only to the given writer.
package answer

import (
	"bufio"
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// A field is a field of a struct, or of a struct that is embedded in it.
type field struct {
	name      string
	index     []int
	omitempty bool
	typ       reflect.Type
	tag       reflect.StructTag
}

// fieldsOf returns the fields of a struct that are written, in order. The fields of
// an embedded struct stand in its place; the outer struct's field wins over one of
// the same name, and the tags on the embedded struct win over those of its fields.
//
// The result is cached. A list of 20,000 credits asks for it a million times, which
// took 2 of 2.3 seconds without the cache.
func fieldsOf(t reflect.Type) []field {
	if known, ok := knownFields.Load(t); ok {
		return known.([]field)
	}
	own := map[string]field{}
	for i := range t.NumField() {
		f := t.Field(i)
		own[nameOf(f)] = field{nameOf(f), []int{i}, strings.Contains(f.Tag.Get("json"), ",omitempty"), f.Type, f.Tag}
	}
	var all []field
	add := func(f field) {
		if !slices.ContainsFunc(all, func(g field) bool { return g.name == f.name }) {
			all = append(all, f)
		}
	}
	for i := range t.NumField() {
		f := t.Field(i)
		_, tagged := f.Tag.Lookup("json")
		switch name := nameOf(f); {
		case name == "-":
		case f.Anonymous && !tagged && f.Type.Kind() == reflect.Struct:
			for _, inner := range fieldsOf(f.Type) {
				inner.index = append([]int{i}, inner.index...)
				inner.tag = f.Tag + " " + inner.tag
				if mine, ok := own[inner.name]; ok {
					inner = mine
				}
				add(inner)
			}
		case name != "":
			add(own[name])
		}
	}
	knownFields.Store(t, all)
	return all
}

var knownFields sync.Map // of []field, by reflect.Type

// nameOf returns the name of a field in JSON: "" if the tag gives none, "-" if the
// field is not written.
func nameOf(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// constant returns the one text that a field may hold.
func (f field) constant() (string, bool) {
	if text, ok := f.tag.Lookup("shape"); ok && f.typ.Kind() == reflect.String {
		return text, true
	}
	return f.tag.Lookup("const")
}

func (f field) nullable() bool {
	_, ok := f.tag.Lookup("null")
	return ok || f.typ.Kind() == reflect.Pointer && f.tag.Get("only") == "" && !f.omitempty
}

// WriteJSON writes a value as indented JSON with a line end. A nil slice is written
// as [].
func WriteJSON(w io.Writer, v any) error {
	var compact bytes.Buffer
	e := encoder{Buffer: &compact, leaves: json.NewEncoder(&compact)}
	e.leaves.SetEscapeHTML(false)
	if err := e.value(reflect.ValueOf(v), ""); err != nil {
		return err
	}
	return indent(w, compact.Bytes())
}

// indent writes JSON as [json.Indent] does, but holds no second copy of it: that of a large
// ledger has 100 MB.
func indent(w io.Writer, compact []byte) error {
	out := bufio.NewWriterSize(w, 1<<16) // Flush returns the first error
	depth, text, escaped := 0, false, false
	for i, c := range compact {
		switch {
		case text:
			_ = out.WriteByte(c)
			text = c != '"' || escaped
			escaped = c == '\\' && !escaped
			continue
		case c == ' ' || c == '\n':
			continue
		case c == '}' || c == ']':
			if depth--; compact[i-1] != '{' && compact[i-1] != '[' {
				newLine(out, depth)
			}
		}
		_ = out.WriteByte(c)
		switch {
		case c == '"':
			text = true
		case c == ':':
			_ = out.WriteByte(' ')
		case c == ',':
			newLine(out, depth)
		case c == '{' || c == '[':
			if depth++; compact[i+1] != '}' && compact[i+1] != ']' {
				newLine(out, depth)
			}
		}
	}
	_ = out.WriteByte('\n')
	return out.Flush()
}

func newLine(out *bufio.Writer, depth int) {
	_, _ = out.WriteString("\n" + strings.Repeat("  ", depth))
}

type encoder struct {
	*bytes.Buffer
	leaves *json.Encoder
}

// value writes structs, slices and pointers to them itself, and leaves all else to
// encoding/json. If only names a field, that field is written in place of its
// struct, and its zero value in place of a nil struct.
func (e *encoder) value(v reflect.Value, only string) error {
	switch {
	case !v.IsValid():
		e.WriteString("null")
		return nil
	case only == "" && (v.Type().Implements(reflect.TypeFor[json.Marshaler]()) || v.Type().Implements(reflect.TypeFor[encoding.TextMarshaler]())):
		return e.leaves.Encode(v.Interface())
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if only != "" && v.IsNil() {
			v = reflect.New(v.Type().Elem())
		}
		return e.value(v.Elem(), only)
	case reflect.Slice:
		e.WriteByte('[')
		for i := range v.Len() {
			if i > 0 {
				e.WriteByte(',')
			}
			if err := e.value(v.Index(i), only); err != nil {
				return err
			}
		}
		e.WriteByte(']')
		return nil
	case reflect.Struct:
		if only != "" {
			return e.value(v.FieldByName(only), "")
		}
		return e.object(v)
	default:
		return e.leaves.Encode(v.Interface())
	}
}

func (e *encoder) object(v reflect.Value) error {
	e.WriteByte('{')
	separator := ""
	for _, f := range fieldsOf(v.Type()) {
		value := v.FieldByIndex(f.index)
		if f.omitempty && (value.IsZero() || value.Kind() == reflect.Slice && value.Len() == 0) {
			continue
		}
		fmt.Fprintf(e, "%s%q:", separator, f.name)
		separator = ","
		var err error
		text, constant := f.constant()
		_, null := f.tag.Lookup("null")
		switch {
		case constant:
			err = e.leaves.Encode(text)
		case null && isZero(value):
			e.WriteString("null")
		default:
			err = e.value(value, f.tag.Get("only"))
		}
		if err != nil {
			return err
		}
	}
	e.WriteByte('}')
	return nil
}

// isZero asks a struct's own IsZero, if it has one.
func isZero(v reflect.Value) bool {
	if z, ok := v.Interface().(interface{ IsZero() bool }); ok && v.Kind() == reflect.Struct {
		return z.IsZero()
	}
	return v.IsZero()
}
