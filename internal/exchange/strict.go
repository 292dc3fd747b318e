package exchange

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// A shape is what an object of a file has to have.
type shape struct {
	fields   map[string]*shape // of a list, of each of its objects; nil is anything
	required []string
}

// shapes are those of types, which never change.
var shapes sync.Map

// shapeOf returns the shape of a type that is read from JSON.
func shapeOf(t reflect.Type) *shape {
	s, ok := shapes.Load(t)
	if !ok {
		s, _ = shapes.LoadOrStore(t, newShape(t))
	}
	return s.(*shape)
}

func newShape(t reflect.Type) *shape {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return nil
	}
	s := &shape{fields: map[string]*shape{}}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			within := shapeOf(f.Type)
			for name, field := range within.fields {
				s.fields[name] = field
			}
			s.required = append(s.required, within.required...)
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if s.fields[name] = shapeOf(f.Type); options != "omitempty" {
			s.required = append(s.required, name)
		}
	}
	return s
}

// check checks that an object, or each of a list of objects, has each field of
// the shape once, in its very spelling, and no other one. The text is valid
// JSON; where it has something else than an object or a list, it is not looked
// into.
func (s *shape) check(text []byte) error {
	_, err := s.walk(text, 0)
	return err
}

// walk is check of the value that begins at a place, and returns its end.
func (s *shape) walk(text []byte, at int) (int, error) {
	at = skipBlanks(text, at)
	switch {
	case text[at] == '{':
		return s.walkObject(text, at)
	case text[at] == '[':
		return s.walkList(text, at)
	case text[at] == '"':
		return endOfText(text, at), nil
	}
	for at < len(text) && strings.IndexByte(",]} \t\r\n", text[at]) < 0 {
		at++
	}
	return at, nil
}

func (s *shape) walkList(text []byte, at int) (int, error) {
	n := 0
	for at = skipBlanks(text, at+1); text[at] != ']'; at = skipBlanks(text, at) {
		if text[at] == ',' {
			at++
		}
		var err error
		n++
		if at, err = s.walk(text, at); err != nil {
			return at, fault("%d: %s", n, err)
		}
	}
	return at + 1, nil
}

func (s *shape) walkObject(text []byte, at int) (int, error) {
	var names []string
	for at = skipBlanks(text, at+1); text[at] != '}'; at = skipBlanks(text, at) {
		if text[at] == ',' {
			at = skipBlanks(text, at+1)
		}
		end := endOfText(text, at)
		var within *shape
		name := ""
		if s != nil {
			name = textOf(text[at:end])
			field, ok := s.fields[name]
			switch {
			case !ok:
				return at, fault("unknown field %q", name)
			case slices.Contains(names, name):
				return at, fault("%s: is there twice", name)
			}
			names, within = append(names, name), field
		}
		var err error
		if at, err = within.walk(text, skipBlanks(text, end)+1); err != nil {
			return at, fault("%s, %s", name, err)
		}
	}
	if s != nil {
		for _, name := range s.required {
			if !slices.Contains(names, name) {
				return at, fault("%s: is missing", name)
			}
		}
	}
	return at + 1, nil
}

func skipBlanks(text []byte, at int) int {
	for at < len(text) && strings.IndexByte(" \t\r\n", text[at]) >= 0 {
		at++
	}
	return at
}

// endOfText returns the end of the text that begins at a place.
func endOfText(text []byte, at int) int {
	for at++; text[at] != '"'; at++ {
		if text[at] == '\\' {
			at++
		}
	}
	return at + 1
}

// textOf returns what a JSON text says.
func textOf(quoted []byte) string {
	plain := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(plain, '\\') < 0 {
		return string(plain)
	}
	var name string
	_ = json.Unmarshal(quoted, &name) // it is valid
	return name
}
