package cli_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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
