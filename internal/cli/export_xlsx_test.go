package cli_test

import (
	"bytes"
	"encoding/csv"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/workbook"
)

// A workbook has the cells of the CSV.
func TestExportWorkbook(t *testing.T) {
	w := newWorld(t)
	w.must(t, "add", "=HYPERLINK(\"x\")", "--points", "1.5", "--date", "2026-03-02", "--topic", "safety=0.5", "--topic", "chemistry", "--provider", "Łódź")
	w.must(t, "add", " two\nlines ", "--points", "0.25", "--date", "1899-12-31", "--reference", "007", "--note", "_x000D_ \"quoted\", \t")
	w.must(t, "export", "credits", "--format", "csv")
	want, err := csv.NewReader(bytes.NewReader(w.out.Bytes())).ReadAll()
	need(t, err)
	w.must(t, "export", "credits", "--format", "xlsx")
	sheet, err := workbook.Read(w.out.Bytes(), "")
	if err != nil || sheet.Name != "credits" {
		t.Fatalf("sheet %q: %v", sheet.Name, err)
	}
	got := sheet.Rows
	for i := range got {
		got[i] = append(got[i], make([]string, len(want[0])-len(got[i]))...)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("workbook (-CSV +workbook):\n%s", diff)
	}
}

// Bytes do not go to a terminal, whatever asks for them.
func TestExportWorkbookTerminal(t *testing.T) {
	w := newWorld(t)
	w.must(t, "add", "A", "--points", "1")
	w.OutTerminal = true
	file := filepath.Join(t.TempDir(), "credits.xlsx")
	tests := []struct {
		name, format string
		args         []string
		want         int
	}{
		{"a flag", "", []string{"--format", "xlsx"}, 2},
		{"the environment", "xlsx", nil, 2},
		{"standard output by name", "xlsx", []string{"--output", "-"}, 2},
		{"a file", "xlsx", []string{"--output", file}, 0},
		{"another format", "xlsx", []string{"--format", "csv"}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w.environment["CMP_FORMAT"] = tt.format
			code := w.run(append([]string{"export", "credits"}, tt.args...)...)
			if code != tt.want || strings.HasPrefix(w.out.String(), "PK") {
				t.Errorf("exit code %d, want %d; %q", code, tt.want, w.out.String())
			}
			want := "cmp: format xlsx: a terminal cannot show a workbook; name a file: --output credits.xlsx\n"
			if tt.want == 2 && w.err.String() != want {
				t.Errorf("said %q, want %q", w.err.String(), want)
			}
		})
	}
}
