// Package yamlfile reads YAML files that people write: rules and profiles.
// It reads them key by key from the parsed nodes, so that errors name line and key
// in the file's own words. It refuses unknown keys, keys that stand twice, and a
// second document. A value is the text that stands in the file.
package yamlfile

import (
	"bytes"
	"encoding"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"cmpledger/internal/ledger"
)

// A Node is a part of a file: a value, a list or a mapping.
type Node = yaml.Node

// Fields are the keys that a mapping may have, each once; those that end in "?" may
// be left out. The values are read in this order, so that one may rest on others.
type Fields []struct {
	Key string
	// Into is where the value goes: a *string, a *bool, an *int, an
	// [encoding.TextUnmarshaler], or a func(*Node) error that reads it.
	Into any
}

// An Error says in which line of a file something is wrong.
type Error struct {
	Line int // from 1
	Err  error
}

// Error returns the error behind its line.
func (e *Error) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap returns the error without its line.
func (e *Error) Unwrap() error { return e.Err }

// ErrTooLarge reports a whole number that is larger than any that is meant.
var ErrTooLarge = errors.New("too large a number")

// ErrEmpty reports a file that holds nothing, or only comments.
var ErrEmpty = errors.New("the file is empty")

// Errorf makes an error of the line where n begins.
func Errorf(n *Node, format string, args ...any) error {
	return &Error{n.Line, fmt.Errorf(format, args...)}
}

// Read reads one YAML document, a mapping.
func Read(data []byte, fs Fields) error {
	d := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more Node
	if err := d.Decode(&doc); err != nil {
		return syntaxError(err)
	}
	if err := d.Decode(&more); err == nil {
		return Errorf(&more, "a second document (---); a file may have only one")
	} else if !errors.Is(err, io.EOF) {
		return syntaxError(err)
	}
	return fs.Read(doc.Content[0])
}

func syntaxError(err error) error {
	if errors.Is(err, io.EOF) {
		return &Error{1, ErrEmpty}
	}
	what := errors.New("not YAML that cmp can read")
	for _, fault := range faults {
		if strings.Contains(err.Error(), fault.library) {
			what = errors.New(fault.plain)
		}
	}
	line := 0
	if n, _ := fmt.Sscanf(err.Error(), "yaml: line %d:", &line); n == 1 {
		return &Error{line, what}
	}
	return what
}

// faults are the words of the library for what goes wrong most often, and plain ones.
var faults = []struct{ library, plain string }{
	{"cannot start any token", "a value begins with a tab or a sign such as @; use blanks, or put the value in quotes"},
	{"did not find expected ',' or", "a bracket is not closed, or a comma is missing"},
	{"found unexpected end of stream", "a quote is not closed"},
	{"mapping values are not allowed", "a colon too many; put a value that has one in quotes"},
	{"unknown anchor", "a value begins with *; put it in quotes"},
	{"control characters are not allowed", "it holds a byte that is no text"},
	{"UTF-8", "not valid UTF-8 text"},
}

// Read reads the mapping n.
func (fs Fields) Read(n *Node) error {
	keys := make([]string, len(fs))
	for i, f := range fs {
		keys[i] = strings.TrimSuffix(f.Key, "?")
	}
	if n.Kind != yaml.MappingNode {
		return Errorf(n, "write keys with values here: %s", strings.Join(keys, ", "))
	}
	found := make([]*[2]*Node, len(fs))
	for _, pair := range Pairs(n) {
		key := pair[0]
		f := slices.Index(keys, key.Value)
		switch {
		case f < 0:
			return Errorf(key, "%q is %w", key.Value, ledger.Unknown("a key here", "keys", key.Value, keys))
		case found[f] != nil:
			return Errorf(key, "%s is there twice", key.Value)
		}
		found[f] = &pair
	}
	for f, pair := range found {
		if pair == nil {
			continue
		}
		if err := Value(pair[1], fs[f].Into); err != nil {
			return Locate(pair[0], err)
		}
	}
	for i, pair := range found {
		if pair == nil && keys[i] == fs[i].Key {
			return Errorf(n, "%s is missing", fs[i].Key)
		}
	}
	return nil
}

// Locate adds line and name of the key to an error that has no line yet.
func Locate(key *Node, err error) error {
	if inner := (*Error)(nil); errors.As(err, &inner) {
		return err
	}
	return Errorf(key, "%s: %w", key.Value, err)
}

// Value reads n into one of the types that [Fields] lists. An alias stands for a
// single value only: a small file cannot unfold into a huge one.
func Value(n *Node, into any) error {
	if n.Kind == yaml.AliasNode && n.Alias.Kind == yaml.ScalarNode {
		n = n.Alias
	}
	if read, ok := into.(func(*Node) error); ok {
		return read(n)
	}
	switch {
	case n.Kind != yaml.ScalarNode:
		return errors.New("write a single value")
	case strings.TrimSpace(n.Value) == "":
		return errors.New("has no value")
	}
	switch into := into.(type) {
	case *string:
		*into = n.Value
	case *bool:
		v, err := strconv.ParseBool(n.Value)
		if err != nil {
			return errors.New("not true or false")
		}
		*into = v
	case *int:
		v, err := strconv.ParseUint(n.Value, 10, 31)
		switch {
		case errors.Is(err, strconv.ErrRange):
			return ErrTooLarge
		case err != nil:
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

// List returns the reader of a list, whose errors name the item's line.
func List(read func(*Node) error) func(*Node) error {
	return func(n *Node) error {
		if n.Kind != yaml.SequenceNode {
			return errors.New("write a list")
		}
		for _, item := range n.Content {
			inner := (*Error)(nil)
			if err := Value(item, read); errors.As(err, &inner) {
				return err
			} else if err != nil {
				return Errorf(item, "%w", err)
			}
		}
		return nil
	}
}

// Pairs returns the keys of a mapping with their values, in the order of the file.
func Pairs(n *Node) [][2]*Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	pairs := make([][2]*Node, 0, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		pairs = append(pairs, [2]*Node{n.Content[i], n.Content[i+1]})
	}
	return pairs
}

// IsList reports whether n is a list.
func IsList(n *Node) bool { return n.Kind == yaml.SequenceNode }
