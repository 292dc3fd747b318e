package answer

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
)

// WriteJSON writes a value as indented JSON with a line end. A list is never
// null.
func WriteJSON(w io.Writer, v any) error {
	var compact, b bytes.Buffer
	e := encoder{Buffer: &compact, leaves: json.NewEncoder(&compact)}
	e.leaves.SetEscapeHTML(false)
	if err := e.value(reflect.ValueOf(v)); err != nil {
		return err
	}
	if err := json.Indent(&b, bytes.TrimSpace(compact.Bytes()), "", "  "); err != nil {
		return err
	}
	b.WriteByte('\n')
	_, err := w.Write(b.Bytes())
	return err
}

// An encoder writes a value as its tags say.
type encoder struct {
	*bytes.Buffer
	leaves *json.Encoder
}

// value writes structs, lists and what points to them; all else is for
// encoding/json.
func (e *encoder) value(v reflect.Value) error {
	switch {
	case !v.IsValid():
		e.WriteString("null")
		return nil
	case marshals(v.Type()):
		return e.leaves.Encode(v.Interface())
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return e.value(v.Elem())
	case reflect.Slice:
		return e.list(v, e.value)
	case reflect.Struct:
		return e.object(v)
	default:
		return e.leaves.Encode(v.Interface())
	}
}

// marshals reports whether a type says itself what it is in JSON.
func marshals(t reflect.Type) bool {
	return t.Implements(reflect.TypeFor[json.Marshaler]()) || t.Implements(reflect.TypeFor[encoding.TextMarshaler]())
}

func (e *encoder) list(v reflect.Value, each func(reflect.Value) error) error {
	e.WriteByte('[')
	for i := range v.Len() {
		if i > 0 {
			e.WriteByte(',')
		}
		if err := each(v.Index(i)); err != nil {
			return err
		}
	}
	e.WriteByte(']')
	return nil
}

func (e *encoder) object(v reflect.Value) error {
	separator := "{"
	for _, f := range fieldsOf(v.Type()) {
		value := v.FieldByIndex(f.index)
		if f.omitempty && isEmpty(value) {
			continue
		}
		fmt.Fprintf(e, "%s%q:", separator, f.name)
		separator = ","
		if err := e.field(f, value); err != nil {
			return err
		}
	}
	if separator == "{" {
		e.WriteByte('{')
	}
	e.WriteByte('}')
	return nil
}

func isEmpty(v reflect.Value) bool {
	return v.IsZero() || v.Kind() == reflect.Slice && v.Len() == 0
}

func (e *encoder) field(f field, v reflect.Value) error {
	if text, ok := f.constant(); ok {
		return e.leaves.Encode(text)
	}
	if _, ok := f.tag.Lookup("null"); ok && isZero(v) {
		e.WriteString("null")
		return nil
	}
	if name := f.tag.Get("only"); name != "" {
		return e.only(v, name)
	}
	return e.value(v)
}

// isZero reports whether a value is none, which a type may say itself.
func isZero(v reflect.Value) bool {
	if z, ok := v.Interface().(interface{ IsZero() bool }); ok && v.Kind() == reflect.Struct {
		return z.IsZero()
	}
	return v.IsZero()
}

// only writes one field of a struct, or of each of a list. Of no struct it is the
// zero value.
func (e *encoder) only(v reflect.Value, name string) error {
	switch v.Kind() {
	case reflect.Slice:
		return e.list(v, func(v reflect.Value) error { return e.only(v, name) })
	case reflect.Pointer:
		if v.IsNil() {
			v = reflect.New(v.Type().Elem())
		}
		v = v.Elem()
	default:
	}
	return e.value(v.FieldByName(name))
}
