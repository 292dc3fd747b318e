package rules

import (
	"bytes"
	"encoding"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"cmpledger/internal/ledger"
)

// Rule files are read key by key from the parsed nodes and not into tagged
// structs: every error then names its line and key in the file's own words,
// credentials keep the order of the file, and no start-up time goes into
// reflection.

// fields are the keys that a mapping may have. A key that ends in "?" may be
// left out, every other one must be there, and no key may stand twice.
type fields []field

// A field is a key and where its value goes: a *string, an *int, an
// [encoding.TextUnmarshaler], or a func(*yaml.Node) error that reads it.
type field struct {
	key  string
	into any
}

// A lineError says in which line of a file something is wrong.
type lineError struct {
	line int
	err  error
}

func (e *lineError) Error() string { return fmt.Sprintf("line %d: %v", e.line, e.err) }
func (e *lineError) Unwrap() error { return e.err }

// at makes an error of the line where n begins.
func at(n *yaml.Node, format string, args ...any) error {
	return &lineError{n.Line, fmt.Errorf(format, args...)}
}

// readFile reads data, which must be one YAML document and a mapping. Errors
// name the line, as far as the YAML parser knows it.
func readFile(data []byte, fs fields) error {
	d := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	if err := d.Decode(&doc); err != nil {
		return syntaxError(err)
	}
	if err := d.Decode(&more); err == nil {
		return at(&more, "a second document; a file holds one")
	} else if !errors.Is(err, io.EOF) {
		return syntaxError(err)
	}
	return fs.read(doc.Content[0])
}

// syntaxError returns the parser's error without its own name in front.
func syntaxError(err error) error {
	if errors.Is(err, io.EOF) {
		return &lineError{1, errors.New("the file is empty")}
	}
	return errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
}

// read reads the mapping n.
func (fs fields) read(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return at(n, "keys with values are expected here: %s", fs.keys())
	}
	seen := make([]bool, len(fs))
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		f := fs.index(key.Value)
		switch {
		case f < 0:
			return at(key, "%q is not a key here; keys are %s", key.Value, fs.keys())
		case seen[f]:
			return at(key, "%s stands twice", key.Value)
		}
		seen[f] = true
		if err := readValue(value, fs[f].into); err != nil {
			return locate(key, err)
		}
	}
	for i, f := range fs {
		if !seen[i] && !strings.HasSuffix(f.key, "?") {
			return at(n, "%s is missing", f.key)
		}
	}
	return nil
}

func (fs fields) index(key string) int {
	for i, f := range fs {
		if strings.TrimSuffix(f.key, "?") == key {
			return i
		}
	}
	return -1
}

func (fs fields) keys() string {
	keys := make([]string, len(fs))
	for i, f := range fs {
		keys[i] = strings.TrimSuffix(f.key, "?")
	}
	return strings.Join(keys, ", ")
}

// locate adds line and name of the key to an error that has no line yet.
func locate(key *yaml.Node, err error) error {
	if inner := (*lineError)(nil); errors.As(err, &inner) {
		return err
	}
	return at(key, "%s: %w", key.Value, err)
}

// readValue reads n into one of the types that [field] lists. An alias may
// stand for a single value only, so that a small file cannot unfold into a
// huge one.
func readValue(n *yaml.Node, into any) error {
	if n.Kind == yaml.AliasNode && n.Alias.Kind == yaml.ScalarNode {
		n = n.Alias
	}
	if read, ok := into.(func(*yaml.Node) error); ok {
		return read(n)
	}
	switch {
	case n.Kind != yaml.ScalarNode:
		return errors.New("a single value is expected")
	case strings.TrimSpace(n.Value) == "":
		return errors.New("has no value")
	}
	switch into := into.(type) {
	case *string:
		*into = n.Value
	case *int:
		v, err := strconv.ParseUint(n.Value, 10, 31)
		if err != nil {
			return errors.New("not a whole number such as 36")
		}
		*into = int(v)
	case encoding.TextUnmarshaler:
		return into.UnmarshalText([]byte(n.Value))
	default:
		return fmt.Errorf("values of %T cannot be read", into)
	}
	return nil
}

// listOf returns the reader of a list, which calls read for each item. The
// errors of read name the item's line.
func listOf(read func(*yaml.Node) error) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.SequenceNode {
			return errors.New("a list is expected")
		}
		for _, item := range n.Content {
			if err := readValue(item, read); err != nil {
				if inner := (*lineError)(nil); errors.As(err, &inner) {
					return err
				}
				return at(item, "%w", err)
			}
		}
		return nil
	}
}

// provenance returns the keys that every figure has.
func provenance(p *Provenance) fields {
	return fields{{"confidence", &p.Confidence}, {"source", &p.Source}}
}

// topicsInto and activitiesInto return readers of lists of names.
func topicsInto(all *[]ledger.Topic) func(*yaml.Node) error {
	return listOf(func(n *yaml.Node) error {
		var t ledger.Topic
		if err := readValue(n, &t); err != nil {
			return err
		}
		*all = append(*all, t)
		return nil
	})
}

func activitiesInto(all *[]ledger.Activity) func(*yaml.Node) error {
	return listOf(func(n *yaml.Node) error {
		var a ledger.Activity
		if err := readValue(n, &a); err != nil {
			return err
		}
		*all = append(*all, a)
		return nil
	})
}
