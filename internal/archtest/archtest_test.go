// Package archtest holds the table of who may import whom. Imports go down
// only: cmd/cmp and cmd/manual, then cli, then actions, then profile, which knows transcript, then
// answer, prompt, store, transcript, workbook, audit, report, evidence, calendar,
// which do not know each other, then atomicfile and exchange, which store alone
// of them knows, then page, then words, then rules, then prose, yamlfile and
// ledger.
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

// A layout is the table: for each package of this module, by its folder, the
// packages of this module that it may import.
type layout map[string][]string

func program() layout {
	return layout{
		"cmd/cmp":    {"internal/cli", "internal/handover", "internal/release"},
		"cmd/manual": {"internal/cli", "internal/prose"}, // and nothing of the program may import it
		"internal/cli": {
			"internal/actions", "internal/pairing", "internal/handover", "internal/release",
			"internal/answer", "internal/atomicfile", "internal/audit", "internal/calendar", "internal/evidence", "internal/exchange",
			"internal/profile", "internal/prompt", "internal/prose", "internal/report", "internal/store", "internal/transcript", "internal/workbook", "internal/rules", "internal/words", "internal/ledger",
		},
		"internal/answer":     {"internal/ledger"},
		"internal/actions":    {"internal/atomicfile", "internal/exchange", "internal/pairing", "internal/rules", "internal/store", "internal/transcript", "internal/words", "internal/ledger"},
		"internal/exchange":   {"internal/ledger"},
		"internal/store":      {"internal/atomicfile", "internal/exchange", "internal/words", "internal/ledger"},
		"internal/transcript": {"internal/ledger"},
		"internal/pairing":    {"internal/ledger"},
		"internal/profile":    {"internal/transcript", "internal/yamlfile", "internal/ledger"},
		"internal/rules":      {"internal/ledger", "internal/yamlfile"},
		"internal/audit":      {"internal/ledger", "internal/page"},
		"internal/report":     {"internal/ledger", "internal/page", "internal/rules", "internal/words"},
		"internal/page":       {"internal/words"},
		"internal/words":      {"internal/rules", "internal/ledger"},
		"internal/calendar":   {"internal/rules", "internal/ledger"},
		"internal/evidence":   {"internal/ledger", "internal/words"},
		"internal/atomicfile": {},
		"internal/handover":   {},
		"internal/prompt":     {},
		"internal/release":    {},
		"internal/prose":      {},
		"internal/workbook":   {"internal/ledger"},
		"internal/yamlfile":   {"internal/ledger"},
		"internal/ledger":     {},
		"internal/archtest":   {},
		"cmd/materials":       {},
	}
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
		"internal/ledger", "internal/exchange", "internal/page", "internal/pairing", "internal/profile", "internal/prose", "internal/report", "internal/rules", "internal/words", "internal/yamlfile",
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
	found, err := violations(os.DirFS("../.."), program())
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
				found = append(found, fmt.Sprintf("%s: not in the table; add it there with what it may import", pkg))
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
			found = append(found, fmt.Sprintf("%s: has no Go files; take it out of the table", pkg))
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
	if pure(pkg) && impure(library) {
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
	const ledgerOnly = " may import of this module: internal/ledger; move the code to where both are known, or pass a value"
	const rulesOnly = " may import of this module: internal/ledger, internal/yamlfile; move the code to where both are known, or pass a value"
	neighbours := strings.Replace(ledgerOnly, "internal/ledger", "internal/atomicfile, internal/exchange, internal/words, internal/ledger", 1)
	tests := []struct {
		name   string
		file   string
		source string
		want   []string
	}{
		{"nothing imported", "internal/rules/a.go", "package rules", nil},
		{"what the table allows", "internal/rules/a.go", `package rules; import "cmpledger/internal/ledger"`, nil},
		{"a neighbour", "internal/rules/a.go", `package rules; import "cmpledger/internal/store"`,
			[]string{"internal/rules/a.go imports cmpledger/internal/store: internal/rules" + rulesOnly}},
		{"a neighbour from a test", "internal/rules/a_test.go", `package rules_test; import "cmpledger/internal/store"`,
			[]string{"internal/rules/a_test.go imports cmpledger/internal/store: internal/rules" + rulesOnly}},
		{"itself from a test", "internal/rules/a_test.go", `package rules_test; import "cmpledger/internal/rules"`, nil},
		{"upwards", "internal/ledger/a.go", `package ledger; import "cmpledger/internal/rules"`,
			[]string{"internal/ledger/a.go imports cmpledger/internal/rules: internal/ledger may import of this module: nothing; " +
				"move the code to where both are known, or pass a value"}},
		{"under another name", "internal/store/a.go", `package store; import r "cmpledger/internal/rules"`,
			[]string{"internal/store/a.go imports cmpledger/internal/rules: internal/store" + neighbours}},
		{"for another system", "internal/store/a_windows.go", "//go:build windows\n\npackage store; import _ \"cmpledger/internal/rules\"",
			[]string{"internal/store/a_windows.go imports cmpledger/internal/rules: internal/store" + neighbours}},
		{"a clock in the engine", "internal/rules/a.go", `package rules; import "time"`,
			[]string{"internal/rules/a.go imports time: internal/rules is pure; let the caller read it and pass a value"}},
		{"below a tree", "internal/ledger/a.go", `package ledger; import "math/rand/v2"`,
			[]string{"internal/ledger/a.go imports math/rand/v2: internal/ledger is pure; let the caller read it and pass a value"}},
		{"a clock in a test of the engine", "internal/rules/a_test.go", `package rules_test; import "time"`, nil},
		{"a clock elsewhere", "internal/cli/a.go", `package cli; import "time"`, nil},
		{"embedded data", "internal/rules/a.go", `package rules; import ("embed"; "io/fs")`, nil},
		{"tables outside answer", "internal/cli/a.go", `package cli; import "github.com/olekukonko/tablewriter/tw"`,
			[]string{"internal/cli/a.go imports github.com/olekukonko/tablewriter/tw: only internal/answer may; call a function there"}},
		{"configuration outside cli", "internal/store/a.go", `package store; import "github.com/spf13/viper"`,
			[]string{"internal/store/a.go imports github.com/spf13/viper: only internal/cli may; call a function there"}},
		{"commands in the store", "internal/store/a.go", `package store; import "github.com/spf13/cobra"`,
			[]string{"internal/store/a.go imports github.com/spf13/cobra: only internal/cli and cmd/manual may; call a function there"}},
		{"commands where pages are made of them", "cmd/manual/a.go", `package main; import "github.com/spf13/cobra"`, nil},
		{"manual pages in the program", "internal/cli/a.go", `package cli; import "github.com/spf13/cobra/doc"`,
			[]string{"internal/cli/a.go imports github.com/spf13/cobra/doc: only cmd/manual may; call a function there"}},
		{"the generator of pages in the program", "cmd/cmp/a.go", `package main; import "cmpledger/cmd/manual"`,
			[]string{"cmd/cmp/a.go imports cmpledger/cmd/manual: cmd/cmp may import of this module: internal/cli, internal/handover, internal/release; " +
				"move the code to where both are known, or pass a value"}},
		{"workbooks from a library", "internal/workbook/a.go", `package workbook; import "github.com/xuri/excelize/v2"`,
			[]string{"internal/workbook/a.go imports github.com/xuri/excelize/v2: only the tests of internal/workbook may; call a function there"}},
		{"schemas checked by the program", "internal/cli/a.go", `package cli; import "github.com/santhosh-tekuri/jsonschema/v6"`,
			[]string{"internal/cli/a.go imports github.com/santhosh-tekuri/jsonschema/v6: only the tests of internal/cli may; call a function there"}},
		{"schemas checked by a test", "internal/cli/a_test.go", `package cli_test; import "github.com/santhosh-tekuri/jsonschema/v6"`, nil},
		{"workbooks from a library in a test", "internal/workbook/a_test.go", `package workbook_test; import "github.com/xuri/excelize/v2"`, nil},
		{"a database in the engine", "internal/rules/a.go", `package rules; import "database/sql"`,
			[]string{"internal/rules/a.go imports database/sql: only internal/store may; call a function there"}},
		{"a database in the store", "internal/store/a.go", `package store; import ("database/sql"; _ "modernc.org/sqlite")`, nil},
		{"a package that the table lacks", "internal/util/a.go", `package util`,
			[]string{"internal/util: not in the table; add it there with what it may import"}},
		{"what the go command skips", "internal/rules/testdata/a.go", `package a; import "cmpledger/internal/store"`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := fstest.MapFS{}
			for pkg := range program() {
				root[pkg+"/doc.go"] = &fstest.MapFile{Data: []byte("package " + path.Base(pkg))}
			}
			root[tt.file] = &fstest.MapFile{Data: []byte(tt.source)}
			got, err := violations(root, program())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

func TestViolationsGone(t *testing.T) {
	got, err := violations(fstest.MapFS{}, layout{"internal/gone": {}})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"internal/gone: has no Go files; take it out of the table"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("violations (-want +got):\n%s", diff)
	}
}
