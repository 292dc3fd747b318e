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
		{"quoted delimiters do not count", "\"Date (D,M,Y)\";Title;Hours\n2026-03-02;A;1\n", ';'},
		{"blank lines before the header", "\n;;;\n\nTitle;Date;Hours\nA;2026-03-02;1\n", ';'},
		{"pipe", "Title|Date|Hours\nA,B,C,D;E;F;G|2026-03-02|1\n", '|'},
		{"as a spreadsheet says in capitals", "SEP=|\rTitle|Date|Hours\rA|2026-03-02|1\r", '|'},
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
		want       string
	}{
		{"empty", "", "the file is empty; save or download it again"},
		{"blank", "\xef\xbb\xbf \n,,\n",
			"the file is empty; save or download it again"},
		{"NUL", "Title,Date\nA\x00",
			"line 2: character 2 is a NUL byte: this is UTF-16 without a byte order mark, or no text at all; " + hint},
		{"NUL in UTF-16", "\xfe\xff\x00T\x00\n\x00\x00",
			"line 2: character 1 is a NUL byte: this is UTF-16 without a byte order mark, or no text at all; " + hint},
		{"half a pair of UTF-16", "\xff\xfe\n\x00T\x00\x3d\xd8T\x00", "line 2: character 2 is half a character of UTF-16, or one that was lost before; " + hint},
		{"half a pair at the end of UTF-16", "\xfe\xff\xdc\x00", "line 1: character 1 is half a character of UTF-16, or one that was lost before; " + hint},
		{"half a byte pair of UTF-16", "\xff\xfeT\x00T", "line 1: character 2 is cut in half: the file is not complete; " + hint},
		{"not UTF-8", "Title,Date\n\u00e4\n\xe4",
			"line 3: character 1 is byte 0xE4, which is not UTF-8, though others such as 'ä' are; " + hint},
		{"no words in any encoding", "Title,Date\nA \x9d",
			"line 2: the encoding is not clear: a word is \"\uFFFD\" in Windows-1252 and \"ù\" in Mac Roman; " + hint},
		{"Shift-JIS", "Title,Date\n\x97A\x8c\x8c", "line 2: the encoding is not clear: a word is \"—AŒŒ\" in Windows-1252 and \"óAåå\" in Mac Roman; " + hint},
		{"one letter that is alone", "Title,Date\n\xdc", "line 2: the encoding is not clear: a word is \"Ü\" in Windows-1252 and \"‹\" in Mac Roman; " + hint},
		{"ISO-2022-JP", "Title,Date\n\x1b$BM\"7l\x1b(B", "a text in ISO-2022-JP, which is not read; " + hint},
		{"UTF-7", "Title,Date\nCaf+AOk-", "a text in UTF-7, which is not read; " + hint},
		{"a cell without end", strings.Repeat("a", 1<<20+1),
			`line 1: the header: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…": a cell of more than 1 MB; shorten it`},
		{"quote in the header", "\nDay \"of\nCourse,1\n",
			`line 2: the header: "Day \"of": a quote stands inside a cell that is not quoted; quote the cell and double the quotes in it`},
		{"quote never closed in the header", "LabCE\nTitle,Date,\"Hours\nA,2026-03-02,1\n",
			`line 2: the header: "\"Hours": a quote is opened and never closed; close it, or quote the cell and double the quotes in it`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := transcript.Text([]byte(tt.data)).Read(transcript.Options{})
			checkFileError(t, err, tt.want)
		})
	}
}

// What a message quotes of a file is cut, and of many columns it names the first ones.
func TestMessagesAreShort(t *testing.T) {
	long := strings.Repeat("word ", 10_000)
	for _, text := range []string{
		long, strings.Repeat("word,", 10_000), "Title,Date,Hours (" + long + "),Hours\n", "Title (" + long + "),Title (x),Date,Hours\n",
		"Title,Date,CEU," + long, "Title,Date,Hours," + long + "\nA,2026-03-02,1,CEU\n", "Title,Date,Hours\nA,1/2/2026 " + long + ",1\n",
		"Title,Date,Hours\nA,2026-03-02,1 " + long + "\n", "Title,Date,Hours\nA,2026-03-02,1,," + long + "\n", "date,title,points,topics\n2026-03-02,A,1,x;" + long + "\n",
		"Title,Date,Hours," + long + "\nA,2026-03-02,1,Safety\n",
	} {
		f, err := transcript.Text([]byte(text)).Read(transcript.Options{})
		said := f.Assumptions()
		if err != nil {
			said = err.Error()
		}
		for _, row := range f.Rejected() {
			said += row.Text()
		}
		if len(said) > 1500 {
			t.Errorf("%.40s: %d bytes: %.300s", text, len(said), said)
		}
	}
}
