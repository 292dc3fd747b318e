package workbook_test

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/workbook"
)

func write(t rapid.TB, header []string, kinds map[int]workbook.Kind, rows [][]string) []byte {
	t.Helper()
	var b bytes.Buffer
	need(t, workbook.Write(&b, header, kinds, rows))
	return b.Bytes()
}

// What is written is read back, whatever it holds.
func TestWriteRead(t *testing.T) {
	// Pieces that mean something to XML, to the format or to spreadsheets.
	piece := rapid.SampledFrom([]string{
		"_x000D_", "_x005F_", "_x005F", "_x", "_x0041", "x0041_", "_", "_xD83D_", "_xDE00_", "\r", "\n", "\r\n", "\t", "\x01", "\x1f", "\x7f",
		"\u0085", "\u2028", "\uFFFE", "\uFFFF", "\uFFFD", "😀", "é", "e\u0301", "日本", "=1+1", "+1", "-1", "@SUM(A1)", "'", `"`, `{"a":[1]}`, "<t>",
		"</t>", "]]>", "&amp;", "&", " ", "  ", "007", "1.50", "TRUE", "2026-03-02", "#N/A", "a", "#",
	})
	text := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(piece), func(pieces []string) string { return strings.Join(pieces, "") }))
	number := rapid.Map(rapid.IntRange(1, 999999), func(hundredths int) string {
		return strconv.FormatFloat(float64(hundredths)/100, 'f', -1, 64)
	})
	day := rapid.Map(rapid.IntRange(-100_000, 2_900_000), func(n int) string {
		return time.Date(2000, 1, 1+n, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	})
	values := map[workbook.Kind]*rapid.Generator[string]{workbook.Text: text, workbook.Number: number, workbook.Date: day}
	rapid.Check(t, func(t *rapid.T) {
		header := rapid.SliceOfN(rapid.StringMatching(`[a-z]{1,8}`), 1, 5).Draw(t, "header")
		kinds := map[int]workbook.Kind{}
		for i := range header {
			kinds[i] = rapid.SampledFrom([]workbook.Kind{workbook.Text, workbook.Number, workbook.Date}).Draw(t, "kind")
		}
		rows := make([][]string, rapid.IntRange(0, 6).Draw(t, "rows"))
		for i := range rows {
			for j := range rapid.IntRange(0, len(header)).Draw(t, "cells") {
				rows[i] = append(rows[i], values[kinds[j]].Draw(t, "cell"))
			}
		}
		want := append([][]string{header}, rows...)
		got, err := workbook.Read(write(t, header, kinds, rows), "")
		if err != nil || got.Name != "credits" {
			t.Fatal(got.Name, err)
		}
		if diff := cmp.Diff(trimmed(want), got.Rows, equateEmpty); diff != "" {
			t.Fatalf("Read(Write) (-want +got):\n%s", diff)
		}
	})
}

// equateEmpty takes an empty row for a row that is not there.
var equateEmpty = cmp.Transformer("row", func(row []string) []string {
	if len(row) == 0 {
		return nil
	}
	return row
})

// trimmed drops empty cells and rows at the ends.
func trimmed(rows [][]string) [][]string {
	for i := range rows {
		for len(rows[i]) > 0 && rows[i][len(rows[i])-1] == "" {
			rows[i] = rows[i][:len(rows[i])-1]
		}
	}
	for len(rows) > 0 && len(rows[len(rows)-1]) == 0 {
		rows = rows[:len(rows)-1]
	}
	return rows
}

func TestWriteDeterministic(t *testing.T) {
	header := []string{"date", "title"}
	kinds, rows := map[int]workbook.Kind{0: workbook.Date}, [][]string{{"2026-03-02", "A"}}
	first := write(t, header, kinds, rows)
	if !bytes.Equal(first, write(t, header, kinds, rows)) {
		t.Error("the same sheet is other bytes")
	}
	for name, text := range unzip(t, first) {
		if !strings.HasPrefix(text, "<?xml ") {
			t.Errorf("%s begins with %.20q", name, text)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	long := strings.Repeat("é", 32_767)
	tests := []struct {
		name string
		cell string
		want string
	}{
		{"the longest text", long, ""},
		{"one more", long + "a", "B3 has 32768 characters, and a cell of a workbook holds 32767"},
		{"beyond the basic plane two count", long[2:] + "😀", "B3 has 32768 characters, and a cell of a workbook holds 32767"},
		{"escapes count once", strings.Repeat("\r", 32_767), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			err := workbook.Write(&b, []string{"a", "b"}, nil, [][]string{{}, {"x", tt.cell}})
			var text *workbook.TextError
			switch {
			case tt.want == "":
				need(t, err)
				if rows := read(t, b.Bytes(), ""); rows[2] != "x|"+tt.cell {
					t.Errorf("read %d bytes, want those that were written", len(rows[2]))
				}
			case !errors.As(err, &text) || err.Error() != tt.want || text.Row != 1 || text.Column != 1:
				t.Errorf("Write: %v, want %s", err, tt.want)
			case b.Len() > 0:
				t.Errorf("%d bytes were written", b.Len())
			}
		})
	}
}

// A disk that is full is told, wherever it becomes so.
func TestWriteFails(t *testing.T) {
	rows := [][]string{{"A"}}
	whole := len(write(t, []string{"a"}, nil, rows))
	for n := range whole {
		if err := workbook.Write(&full{n}, []string{"a"}, nil, rows); !errors.Is(err, errFull) {
			t.Fatalf("with room for %d of %d bytes: %v", n, whole, err)
		}
	}
}

var errFull = errors.New("full")

// A full has room for so many bytes.
type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}
