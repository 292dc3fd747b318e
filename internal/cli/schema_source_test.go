package cli_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/ledger"
)

// sources returns the text of each Go file of the program, by path.
func sources(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		all[filepath.ToSlash(path)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Every shape that the program names has a schema, and every schema is of a
// shape that it names; the number of both is the same.
func TestShapesHaveSchemas(t *testing.T) {
	named := map[string]bool{}
	for _, text := range sources(t) {
		for _, field := range regexp.MustCompile(`"cmp\.[a-z-]+/[0-9]+"`).FindAllString(uncommented(text), -1) {
			named[strings.Trim(field, `"`)] = true
		}
	}
	described := map[string]bool{}
	for _, name := range shapeNames(t) {
		id := strings.Split(document(t, name)["$id"].(string), ":")
		described["cmp."+id[2]+"/"+id[3]] = true
	}
	if diff := cmp.Diff(named, described); diff != "" {
		t.Errorf("shapes (-named by the program +described):\n%s", diff)
	}
}

// uncommented returns Go source without the lines that are comments.
func uncommented(text string) string {
	return regexp.MustCompile(`(?m)^\s*//.*$`).ReplaceAllString(text, "")
}

// Where a schema lists all values of a field, they are those that the program
// has.
func TestEnumsAreThoseOfTheProgram(t *testing.T) {
	found := func(folder, pattern string) (values []string) {
		for path, text := range sources(t) {
			for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
				if strings.HasPrefix(path, "../"+folder+"/") {
					values = append(values, match[1])
				}
			}
		}
		return values
	}
	of := func(folder, typed string) []string { return found(folder, `(?m)^\t\w+ +`+typed+` += "([^"]*)"`) }
	without := func(values []string, some ...string) []string {
		return slices.DeleteFunc(slices.Clone(values), func(v string) bool { return slices.Contains(some, v) })
	}
	warnings := found("cli", `(?m)^\twarn\w+\s+= "([a-z-]+)"`)
	want := map[string]bool{}
	for _, values := range [][]string{
		texts(ledger.Activities()), of("ledger", "Allocator"), append(of("ledger", "Allocator"), ""),
		of("rules", "Confidence"), of("rules", "Reason"), of("rules", "Rule"), of("rules", "Result"),
		of("rules", "State"), append(of("rules", "State"), "unknown"),
		of("store", "Verdict"), of("store", "Reason"), of("evidence", "Kind"), of("cli", "packState"),
		// Codes of errors, of warnings, and of what an audit says: of evidence, of
		// what counts as status does, and what is its own.
		found("cli", `(?:newFailure\(exit\w+, |no\()"([a-z-]+)"`),
		warnings,
		slices.Concat(found("cli", `q\.(?:fail|note)\("([a-z-]+)"`), without(of("evidence", "Kind"), "missing"), without(warnings, "unallocated", "past-declare-by")),
		// What has no constants.
		{"db", "format", "color", "as-of", "allocate"}, {"expiry", "declare-by", "declare-from"}, {"ours", "theirs"}, {"date", "title", "points"}, {"", "free", "charged"},
		{"active", "changed", "example"},
	} {
		want[together(values)] = true
	}
	have := map[string]bool{}
	for _, document := range loadShapes(t).documents {
		enums(document, have)
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("values of a field (-of the program +of the schemas):\n%s", diff)
	}
}

func texts[T ~string](all []T) []string {
	out := make([]string, len(all))
	for i, v := range all {
		out[i] = string(v)
	}
	return out
}

// together returns values as one text, each once, sorted.
func together(values []string) string {
	values = slices.Clone(values)
	slices.Sort(values)
	return strings.Join(slices.Compact(values), " ")
}

// enums collects what a schema lists as all values of fields.
func enums(v any, into map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		var values []string
		for _, value := range members(v["enum"]) {
			values = append(values, value.(string))
		}
		if len(values) > 0 {
			into[together(values)] = true
		}
		for _, of := range v {
			enums(of, into)
		}
	case []any:
		for _, of := range v {
			enums(of, into)
		}
	}
}
