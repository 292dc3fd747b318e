package transcript_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/transcript"
)

// rejected returns what is written of the rows that are not usable.
func rejected(t interface{ Fatal(...any) }, f transcript.File) []byte {
	var out bytes.Buffer
	if err := transcript.WriteRejected(&out, f); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestWriteRejected(t *testing.T) {
	tests := []struct{ name, give, want string }{
		{
			name: "cells are kept as they are",
			give: "Title;Date;Hours;Status\n Gram  stains ;2026-02-30;1;\"a;\"\"b\"\"\"\nUsable;2026-02-28;1;\n",
			want: "Title;Date;Hours;Status;rejected_row;rejected_line;rejected_reason;rejected_text\n" +
				"\" Gram  stains \";2026-02-30;1;\"a;\"\"b\"\"\";2;2;\"Date: \"\"2026-02-30\"\" is not a day of the calendar\";\n",
		},
		{
			name: "a record that is not one cell a column is kept as its text",
			give: "Title,Date,Hours\r\nA,2026-02-28\r\nB,2026-02-28,1,x,y\r\n\"C,2026-02-28,1\r\n",
			want: "Title,Date,Hours,rejected_row,rejected_line,rejected_reason,rejected_text\n" +
				",,,2,2,Hours: 2 cells where the header has 3; a cell without content needs its delimiter too,\"A,2026-02-28\"\n" +
				",,,3,3,\"\"\"x\"\": 5 cells where the header has 3; a cell that holds the delimiter has to be quoted\",\"B,2026-02-28,1,x,y\"\n" +
				",,,4,4,\"Title: \"\"\\\"\"C,2026-02-28,1\"\": a quote is opened and never closed; " +
				"close it, or quote the cell and double the quotes in it\",\"\"\"C,2026-02-28,1\"\n",
		},
		{
			name: "none of the lines above the header",
			give: "My portal\n\nTitle|Date|Hours\n|2026-02-28|1\n",
			want: "Title|Date|Hours|rejected_row|rejected_line|rejected_reason|rejected_text\n|2026-02-28|1|2|4|Title: must not be empty|\n",
		},
		{
			name: "what was rejected again has the reasons once",
			give: "Title,Date,Hours,rejected_row,rejected_line,rejected_reason,rejected_text\nA,2026-02-28,x,7,9,old,\n",
			want: "Title,Date,Hours,rejected_row,rejected_line,rejected_reason,rejected_text\n" +
				"A,2026-02-28,x,2,2,\"Hours: \"\"x\"\" is not a number of points such as 1.5\",\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := rejected(t, read(t, tt.give, transcript.Options{}))
			if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Errorf("WriteRejected (-want +got):\n%s", diff)
			}
		})
	}
}

// The ledger's own format stays so: its texts are kept to the byte, and a
// topic that nobody knows is an error.
func TestRejectedOwn(t *testing.T) {
	f := read(t, "date,title,points,topics\n2026-02-28, A ,1,nonsense\n", transcript.Options{})
	again := read(t, string(rejected(t, f)), transcript.Options{})
	if !again.Own || again.Rows[0].Problem == nil || again.Rows[0].Credit.Title != " A " {
		t.Errorf("read again: own %v, %+v", again.Own, again.Rows[0])
	}
}

// A column of units stays one, also when none of the rows that are left has one.
func TestRejectedUnits(t *testing.T) {
	const file = "Title,Date,Hours,Unit\nA,2026-02-28,90,min\nB,2026-02-28,2,modules\n,2026-02-30,2,sessions\n"
	data := rejected(t, read(t, file, transcript.Options{}))
	const noUnit = " is not a unit; units are points, hours, ceu, minutes\n"
	want := `2 Unit: "modules"` + noUnit + `3 Unit: "sessions"` + noUnit
	if diff := cmp.Diff(want, shown(read(t, string(data), transcript.Options{}).Rows)); diff != "" {
		t.Errorf("read again (-want +got):\n%s", diff)
	}
	mended := strings.Replace(string(data), "2,sessions", "2,hours", 1)
	if got := shown(read(t, mended, transcript.Options{}).Rows); !strings.Contains(got, `2 Unit: "modules" is not a unit`) {
		t.Errorf("read again when mended:\n%s", got)
	}

	// One that never held any stays none.
	data = rejected(t, read(t, "Title,Date,Hours,Unit\nA,2026-02-30,2,ICU\n", transcript.Options{}))
	mended = strings.Replace(string(data), "A,2026-02-30", "A,2026-02-28", 1)
	if rows := read(t, mended, transcript.Options{}).Rows; rows[0].Problem != nil || rows[0].Credit.Points != 200 {
		t.Errorf("read again: %+v", rows)
	}
}

// FuzzRejected holds what is written of rows that are not usable to be read as
// such again: nothing of them is lost, and none is usable before it is mended.
func FuzzRejected(f *testing.F) {
	for _, name := range []string{"labce-bad-date.csv", "bad-rows.csv", "ragged.csv", "unclosed.csv", "own-bad.csv", "preamble.csv"} {
		f.Add(sample(f, name))
	}
	f.Add([]byte("Title,Date,Hours,Unit\nA,2026-02-28,90,min\nB,2026-02-28,2,modules\n,,36,\n"))
	f.Add([]byte("Title;Date;Hours;a,b,c,d\n\"x;;\n;\r;\n"))
	f.Add([]byte("Title,Status,Date,Hours\n\"a\r\n\"\"b\"\"\",\"\ufeff;\",2026-02-30,1\n\" \",Failed,,0\nno cells\n\"x\",y,1/2/2026,1,z\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		options := transcript.Options{DateFormat: "MM/DD/YYYY"}
		file, err := transcript.Text(data).Read(options)
		if err != nil {
			return
		}
		bad := slices.DeleteFunc(slices.Clone(file.Rows), func(r transcript.Row) bool { return r.Problem == nil })
		written := rejected(t, file)
		again, err := transcript.Text(written).Read(options)
		if err != nil {
			t.Fatalf("%v: %q", err, written)
		}
		if again.Own != file.Own || len(again.Rows) != len(bad) {
			t.Fatalf("%d rows, want %d; own %v, want %v: %q", len(again.Rows), len(bad), again.Own, file.Own, written)
		}
		for i, row := range again.Rows {
			want := bad[i]
			if row.Problem == nil || want.Cells != nil && row.Problem.Error() != want.Problem.Error() {
				t.Fatalf("row %d: %v, want %v: %q", row.Number, row.Problem, want.Problem, written)
			}
			if text := row.Cells[len(row.Cells)-1]; want.Cells == nil && text != want.Text ||
				want.Cells != nil && !slices.Equal(row.Cells[:len(want.Cells)], want.Cells) {
				t.Fatalf("row %d: %q, want %q or %q: %q", row.Number, row.Cells, want.Cells, want.Text, written)
			}
		}
	})
}
