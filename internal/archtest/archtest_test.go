// Package archtest holds who may import whom, which the map of packages in
// internal/README.md says: imports go down only.
package archtest

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

const module = "cmpledger/"

// A layout is the map of packages: for each package of this module, by its
// folder, the packages of this module that it may import.
type layout map[string][]string

// readMap reads the map out of internal/README.md: a table with a row for a package, or for
// several of a kind, whose last cell says what they may import: nothing, all
// below, or names. It stands in the order of the imports, which go down only.
func readMap(readme string) (table layout, lines int, err error) {
	_, behind, _ := strings.Cut(readme, "| package |")
	rows, _, _ := strings.Cut(behind, "\n\n")
	table = layout{}
	var order []string
	imports := map[string]string{}
	for row := range strings.Lines(rows) {
		lines++
		cells := strings.Split(strings.Trim(row, "| \n"), " | ")
		if !strings.HasPrefix(row, "| `") || len(cells) != 3 {
			continue
		}
		for name := range strings.SplitSeq(cells[0], ", ") {
			folder := inFolder(strings.Trim(name, "`"))
			order = append(order, folder)
			imports[folder] = cells[2]
		}
	}
	for i, pkg := range order {
		table[pkg] = []string{}
		switch may := imports[pkg]; may {
		case "nothing":
		case "all below":
			table[pkg] = order[i+1:]
		default:
			for name := range strings.SplitSeq(may, ", ") {
				folder := inFolder(name)
				if !slices.Contains(order[i+1:], folder) {
					return nil, lines, fmt.Errorf("%s imports %s, which does not stand below it", pkg, folder)
				}
				table[pkg] = append(table[pkg], folder)
			}
		}
	}
	return table, lines, nil
}

// inFolder returns the folder of a package that the map names.
func inFolder(name string) string {
	if strings.Contains(name, "/") {
		return name
	}
	return "internal/" + name
}

// owner returns the package that may import the library, or several with "and"
// between them, or "" when any may. One door to a library keeps the choice of it
// in one place, and its start-up time out of every other package. What writes
// the manual pages is no part of the program, and neither is what only it needs.
func owner(library string) string {
	switch {
	case within(library, "github.com/spf13/cobra/doc"), within(library, "github.com/muesli"), within(library, "github.com/cpuguy83"):
		return "cmd/manual"
	case within(library, "github.com/spf13/cobra"), within(library, "github.com/spf13/pflag"):
		return "internal/cli and cmd/manual"
	case within(library, "github.com/spf13/viper"):
		return "internal/cli"
	case within(library, "github.com/olekukonko/tablewriter"), within(library, "github.com/fatih/color"):
		return "internal/answer"
	case within(library, "golang.org/x/net"), within(library, "net/mail"):
		return "internal/document"
	case within(library, "maragu.dev/gomponents"):
		return "internal/page and internal/report and internal/audit"
	case within(library, "text/template"), within(library, "html/template"):
		return "a test" // a program that executes one has every exported method in it
	case within(library, "go.yaml.in/yaml"):
		return "internal/yamlfile"
	case within(library, "github.com/gabriel-vasile/mimetype"):
		return "internal/evidence"
	case within(library, "github.com/xuri/excelize"):
		return "the tests of internal/workbook" // never the program, see there
	case within(library, "github.com/santhosh-tekuri/jsonschema"):
		return "the tests of internal/cli" // the program writes JSON, and checks none
	case within(library, "database/sql"), within(library, "modernc.org"):
		return "internal/store"
	}
	return ""
}

// pure reports whether the package answers from its arguments alone.
func pure(pkg string) bool {
	return slices.Contains([]string{
		"internal/certificate", "internal/ledger", "internal/exchange", "internal/page", "internal/pairing", "internal/profile", "internal/prose", "internal/report", "internal/rules", "internal/words", "internal/yamlfile",
	}, pkg)
}

// impure reports whether a library reads a clock, the file system, the
// network, the system or chance. Of io/fs and embed, which package rules reads
// its own data through, neither opens anything by itself.
func impure(library string) bool {
	return slices.ContainsFunc([]string{
		"time", "os", "path/filepath", "io/ioutil", "database/sql", "net", "math/rand", "crypto/rand",
		"syscall", "plugin", "log", "golang.org/x/sys", "golang.org/x/term",
	}, func(tree string) bool { return within(library, tree) })
}

// within reports whether the import path is tree or below it.
func within(library, tree string) bool {
	return library == tree || strings.HasPrefix(library, tree+"/")
}

func TestImports(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	table, lines, err := readMap(string(readme))
	if err != nil || len(table) == 0 {
		t.Fatalf("the map in internal/README.md: %d packages, %v", len(table), err)
	}
	if lines > 25 {
		t.Errorf("the map in internal/README.md has %d lines, and at most 25 are read in a minute", lines)
	}
	found, err := violations(os.DirFS("../.."), table)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range found {
		t.Error(v)
	}
}

// violations returns a sentence for every import in the module at root that
// the table does not allow, for every package that it lacks, and for every one
// of its own that is gone. Tests may import what libraries they like.
func violations(root fs.FS, table layout) ([]string, error) {
	var found []string
	seen := map[string]bool{}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && ignored(d.Name()):
			return fs.SkipDir
		case d.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		pkg := path.Dir(name)
		if _, known := table[pkg]; !known {
			if !seen[pkg] {
				found = append(found, fmt.Sprintf("%s: not in the map of internal/README.md; add it there with what it may import", pkg))
			}
			seen[pkg] = true
			return nil
		}
		seen[pkg] = true
		imports, err := importsOf(root, name)
		for _, library := range imports {
			if why := refusal(table, name, library); why != "" {
				found = append(found, fmt.Sprintf("%s imports %s: %s", name, library, why))
			}
		}
		return err
	})
	for pkg := range table {
		if !seen[pkg] {
			found = append(found, fmt.Sprintf("%s: has no Go files; take it out of the map of internal/README.md", pkg))
		}
	}
	slices.Sort(found)
	return found, err
}

// ignored reports whether the go command skips folders of that name.
func ignored(folder string) bool {
	return folder == "testdata" || folder == "vendor" || strings.HasPrefix(folder, ".") || strings.HasPrefix(folder, "_")
}

// refusal says why the file may not import the library, and what to do
// instead, or nothing when it may.
func refusal(table layout, file, library string) string {
	pkg := path.Dir(file)
	test := strings.HasSuffix(file, "_test.go")
	if own, ok := strings.CutPrefix(library, module); ok {
		if slices.Contains(table[pkg], own) || test && own == pkg {
			return ""
		}
		return fmt.Sprintf("%s may import of this module: %s; move the code to where both are known, or pass a value",
			pkg, orNothing(table[pkg]))
	}
	if test {
		return ""
	}
	if only := owner(library); only != "" && !slices.Contains(strings.Split(only, " and "), pkg) {
		return fmt.Sprintf("only %s may; call a function there", only)
	}
	errorNumbers := pkg == "internal/words" && library == "syscall" // which are values
	if pure(pkg) && impure(library) && !errorNumbers {
		return fmt.Sprintf("%s is pure; let the caller read it and pass a value", pkg)
	}
	return ""
}

func orNothing(packages []string) string {
	if len(packages) == 0 {
		return "nothing"
	}
	return strings.Join(packages, ", ")
}

func importsOf(root fs.FS, name string) ([]string, error) {
	source, err := fs.ReadFile(root, name)
	if err != nil {
		return nil, err
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var imports []string
	for _, spec := range file.Imports {
		library, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, fmt.Errorf("%s: import %s: %w", name, spec.Path.Value, err)
		}
		imports = append(imports, library)
	}
	return imports, nil
}

func TestViolations(t *testing.T) {
	const readme = "| package | what | imports |\n|---|---|---|\n" +
		"| `cmd/cmp` | it | cli |\n| `cli` | it | all below |\n| `rules`, `store` | it | ledger |\n| `ledger` | it | nothing |\n\nend"
	table, lines, err := readMap(readme)
	if err != nil || lines != 6 {
		t.Fatalf("the map has %d lines, %v", lines, err)
	}
	tests := []struct{ name, file, source, want string }{
		{"nothing imported", "internal/rules/a.go", "package rules", ""},
		{"what the map allows", "internal/rules/a.go", `package rules; import "cmpledger/internal/ledger"`, ""},
		{"all below", "internal/cli/a.go", `package cli; import "cmpledger/internal/store"`, ""},
		{"a neighbour", "internal/rules/a.go", `package rules; import "cmpledger/internal/store"`, "may import of this module: internal/ledger;"},
		{"a neighbour from a test", "internal/rules/a_test.go", `package rules_test; import "cmpledger/internal/store"`, "may import of this module: internal/ledger;"},
		{"itself from a test", "internal/rules/a_test.go", `package rules_test; import "cmpledger/internal/rules"`, ""},
		{"upwards", "internal/ledger/a.go", `package ledger; import "cmpledger/internal/rules"`, "may import of this module: nothing;"},
		{"for another system", "internal/store/a_windows.go", "//go:build windows\n\npackage store; import _ \"cmpledger/internal/rules\"", "may import of this module: internal/ledger;"},
		{"a clock in the engine", "internal/rules/a.go", `package rules; import "time"`, "internal/rules is pure;"},
		{"below a tree", "internal/ledger/a.go", `package ledger; import "math/rand/v2"`, "internal/ledger is pure;"},
		{"a clock in a test of the engine", "internal/rules/a_test.go", `package rules_test; import "time"`, ""},
		{"a clock elsewhere", "internal/cli/a.go", `package cli; import "time"`, ""},
		{"tables outside answer", "internal/cli/a.go", `package cli; import "github.com/olekukonko/tablewriter/tw"`, "only internal/answer may;"},
		{"a database in the engine", "internal/rules/a.go", `package rules; import "database/sql"`, "only internal/store may;"},
		{"a library of the tests in the program", "internal/cli/a.go", `package cli; import "github.com/santhosh-tekuri/jsonschema/v6"`, "only the tests of internal/cli may;"},
		{"the same in a test", "internal/cli/a_test.go", `package cli_test; import "github.com/santhosh-tekuri/jsonschema/v6"`, ""},
		{"a package that the map lacks", "internal/util/a.go", `package util`, "internal/util: not in the map of internal/README.md;"},
		{"what the go command skips", "internal/rules/testdata/a.go", `package a; import "cmpledger/internal/store"`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := fstest.MapFS{}
			for pkg := range table {
				root[pkg+"/doc.go"] = &fstest.MapFile{Data: []byte("package " + path.Base(pkg))}
			}
			root[tt.file] = &fstest.MapFile{Data: []byte(tt.source)}
			got, err := violations(root, table)
			if err != nil {
				t.Fatal(err)
			}
			if found := strings.Join(got, "\n"); (tt.want == "") != (found == "") || !strings.Contains(found, tt.want) {
				t.Errorf("violations: %q, want %q", found, tt.want)
			}
		})
	}
	if _, _, err := readMap("| package |\n| `rules` | it | nothing |\n| `ledger` | it | rules |\n"); err == nil {
		t.Error("a map whose imports go up is read")
	}
}

func TestViolationsGone(t *testing.T) {
	got, err := violations(fstest.MapFS{}, layout{"internal/gone": {}})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"internal/gone: has no Go files; take it out of the map of internal/README.md"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("violations (-want +got):\n%s", diff)
	}
}
