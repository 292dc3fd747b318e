package transcript_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

func TestReadGoesOn(t *testing.T) {
	tests := []struct{ name, file, want string }{
		{"quote never closed", "\"A,2026-03-02,1\nB,2026-03-02,1\nC,2026-03-02,1\n", "2!2 3:3B 4:4C"},
		{"quote closed by the next row", "\"A,2026-03-02,1\n\"B\",2026-03-02,1\nC,2026-03-02,1\n", "2!2 3:3B 4:4C"},
		{"quoted lines are counted", "\"A\n\n\",2026-03-02,1\nB,2026-03-02,1\n", "2:2A 3:5B"},
		{"blank rows are no records", "A,2026-03-02,1\n\n , ,\nB,2026-03-02,1", "2:2A 3:5B"},
		{"ragged", "A,2026-03-02\n\"B\",2026-03-02,1\n", "2!2 3:3B"},
	}
	for _, tt := range tests {
		for name, end := range map[string]string{"LF": "\n", "CRLF": "\r\n"} {
			t.Run(tt.name+" "+name, func(t *testing.T) {
				text := strings.ReplaceAll("Title,Date,Hours\n"+tt.file, "\n", end)
				var got []string
				for _, r := range read(t, text, transcript.Options{}).Rows {
					if r.Problem != nil {
						got = append(got, itoa(r.Number)+"!"+itoa(r.Line))
						continue
					}
					got = append(got, itoa(r.Number)+":"+itoa(r.Line)+strings.TrimSpace(r.Credit.Title))
				}
				if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
					t.Errorf("rows (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func itoa(n int) string { return ledger.Points(n * 100).String() }

func TestReadDelimiter(t *testing.T) {
	tests := []struct {
		name, file string
		want       rune
	}{
		{"comma", "Title,Date,Hours\nA;B,2026-03-02,1\n", ','},
		{"semicolon", "Title;Date;Hours\nA,B,C,D;2026-03-02;1\n", ';'},
		{"tab", "Title\tDate\tHours\nA\t2026-03-02\t1\n", '\t'},
		{"quoted delimiters do not count", "\"Date (D,M,Y)\";Title;Hours\n2026-03-02;A;1\n", ';'},
		{"blank lines before the header", "\n;;;\n\nTitle;Date;Hours\nA;2026-03-02;1\n", ';'},
		{"as a spreadsheet says", "sep=;\r\nTitle;Date;Hours;a,b,c,d,e\r\nA;2026-03-02;1;b\r\n", ';'},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := read(t, tt.file, transcript.Options{})
			if f.Delimiter != tt.want || len(f.Rows) != 1 || f.Rows[0].Problem != nil {
				t.Errorf("delimiter %q, want %q; rows %+v", f.Delimiter, tt.want, f.Rows)
			}
		})
	}
}

func TestReadRefusesBytes(t *testing.T) {
	hint := `export it as "CSV UTF-8" and import that`
	tests := []struct {
		name, data string
		want       transcript.FileError
	}{
		{"empty", "", transcript.FileError{
			Message: "nothing in it, not even a header",
			Hint:    "the first line has to name the columns, such as date,title,points",
		}},
		{"blank", "\xef\xbb\xbf \n,,\n", transcript.FileError{
			Message: "nothing in it, not even a header",
			Hint:    "the first line has to name the columns, such as date,title,points",
		}},
		{"NUL", "Title,Date\nA\x00", transcript.FileError{
			Line: 2, Message: "holds a NUL byte: this is UTF-16 or no text at all", Hint: hint,
		}},
		{"UTF-16 big endian", "\xfe\xff\x00T", transcript.FileError{Message: "text in UTF-16, not UTF-8", Hint: hint}},
		{"PDF", "%PDF-1.7", transcript.FileError{Message: "a PDF document, not CSV", Hint: hint}},
		{"old workbook", "\xd0\xcf\x11\xe0\xa1", transcript.FileError{Message: "an old workbook (.xls), not CSV", Hint: hint}},
		{"not UTF-8", "Title,Date\n\u00e4\n\xe4", transcript.FileError{
			Line: 3, Message: "not UTF-8 text, perhaps Windows-1252 or Latin 1", Hint: hint,
		}},
		{"CR alone with a quoted LF", "Title,Date\r\"A\nB\",2026-03-02\r", transcript.FileError{
			Message: "its lines end in a carriage return alone, as on old Macs",
			Hint:    "save it with line ends of LF or CRLF",
		}},
		{"quote in the header", "\nTitle,Date \"of\n", transcript.FileError{
			Line: 2, Message: "the header: a quote stands inside a cell that is not quoted; quote the cell and double the quotes in it",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := transcript.Read([]byte(tt.data), transcript.Options{})
			checkFileError(t, err, tt.want)
		})
	}
}
