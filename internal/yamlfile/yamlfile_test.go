package yamlfile_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/yamlfile"
)

func TestRead(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"texts as they stand", "word: no\nnumber: 007\nlist: [1.0, ~, 2026-11-21]\n", "no 7 1.0 ~ 2026-11-21"},
		{"an alias of a value", "word: &w yes\nnumber: 1\nlist: [*w]\n", "yes 1 yes"},
		{"an alias of a list", "word: a\nnumber: 1\nlist: [&l [a], *l]\n", "line 3: write a single value"},
		{"an alias of itself", "word: &w [*w]\nnumber: 1\n", "line 1: word: write a single value"},
		{"something missing", "word: a\n", "line 1: number is missing"},
		{"a key twice", "word: a\nword: b\n", "line 2: word is there twice"},
		{"a key that is not near", "wards: a\n", `line 1: "wards" is not a key here; keys are word, number, list`},
		{"letters that changed places", "wrod: a\nnumbr: 1\n", `line 1: "wrod" is not a key here; did you mean word?`},
		{"a near key", "numbr: 1\n", `line 1: "numbr" is not a key here; did you mean number?`},
		{"in the order of what is read", "list: a\nnumber: 1.5\nword: b\n", "line 2: number: not a whole number such as 36"},
		{"a number that is none", "number: 1.5\n", "line 1: number: not a whole number such as 36"},
		{"no list", "list: a\n", "line 1: list: write a list"},
		{"no value", "word:\n", "line 1: word: has no value"},
		{"a quote that is open", "word: 'a\n", "line 2: a quote is not closed"},
		{"a colon too many", "word: a: b\n", "a colon too many; put a value that has one in quotes"},
		{"no YAML", "\x25FOO\nword: a\n", "not YAML that cmp can read"},
		{"nothing", "", "line 1: the file is empty"},
		{"no mapping", "a\n", "line 1: write keys with values here: word, number, list"},
		{"an alias of nothing", "word: a\nnumber: *n\n", "a value begins with *; put it in quotes"},
		{"a tab in front", "\tword: a\n", "a value begins with a tab or a sign such as @; use blanks, or put the value in quotes"},
		{"a control character", "word: a\n\nnumber: \x01\n", "it holds a byte that is no text"},
		{"no UTF-8", "word: a\nnumber: \xff\n", "not valid UTF-8 text"},
		{"a second document", "word: a\nnumber: 1\n---\n---\n", "line 3: a second document (---); a file may have only one"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var word string
			var number int
			var list string
			err := yamlfile.Read([]byte(tt.text), yamlfile.Fields{
				{"word", &word}, {"number", &number}, {"list?", yamlfile.List(func(n *yamlfile.Node) error {
					var item string
					err := yamlfile.Value(n, &item)
					list += " " + item
					return err
				})},
			})
			got := word + " " + string(rune('0'+number%10)) + list
			if err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Read (-want +got):\n%s", diff)
			}
			var at *yamlfile.Error
			if err != nil && errors.As(err, &at) && at.Line == 0 {
				t.Errorf("error %v without a line", err)
			}
		})
	}
}
