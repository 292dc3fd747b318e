package transcript_test

import (
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"pgregory.net/rapid"

	"cmpledger/internal/transcript"
)

// toUTF16 encodes text with a byte order mark.
func toUTF16(text string, little bool) []byte {
	var data []byte
	for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
		if little {
			data = append(data, byte(unit), byte(unit>>8))
		} else {
			data = append(data, byte(unit>>8), byte(unit))
		}
	}
	return data
}

func TestReadEncodings(t *testing.T) {
	tests := []struct {
		name, data string
		encoding   string
		title      string
	}{
		{"ASCII", "A", "UTF-8", "A"},
		{"UTF-8", "na\xc3\xafve", "UTF-8", "naïve"},
		{"Windows-1252 letters", "na\xefve", "Windows-1252", "naïve"},
		{"Windows-1252 punctuation", "\x93left shift\x94 \x96 \x80", "Windows-1252", "“left shift” – €"},
		{"Windows-1252 first and last", "\x805\xa0in L'Ha\xff", "Windows-1252", "€5\u00a0in L'Haÿ"},
		{"Mac Roman", "The \xd2left shift\xd3 \xd0 what\xd5s new", "Mac Roman", "The “left shift” – what’s new"},
		{"Mac Roman with a quote before a letter, which is one of UTF-8 by chance", "\xd2\x83t\x8e\xd3 \xd0 caf\x8e", "Mac Roman", "“Été” – café"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := read(t, "Title,Date,Hours\n"+tt.data+",2026-03-02,1\n", transcript.Options{})
			if f.Encoding != tt.encoding || len(f.Rows) != 1 || f.Rows[0].Credit.Title != tt.title {
				t.Errorf("%s, %+v; want %s and %q", f.Encoding, f.Rows, tt.encoding, tt.title)
			}
		})
	}
}

// A file says the same in whatever encoding it was saved.
func TestReadSameInEveryEncoding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := []string{"Anti-K", "“left shift”", "what’s", "–", "naïve", "Größe", "€5", "🩸", "L'Haÿ"}
		title := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 5).Draw(t, "title"), " ")
		text := "Title;Date;Hours\n\"" + title + "\";02.03.2026;1\n;;\nB;16.03.2026;x\n"
		want, err := transcript.Text([]byte(text)).Read(transcript.Options{})
		need(t, err)
		windows, err := charmap.Windows1252.NewEncoder().String(text)
		if err != nil {
			windows = text // it has no 🩸
		}
		for name, data := range map[string][]byte{
			"UTF-8 with a byte order mark": []byte("\ufeff" + text),
			"Windows-1252":                 []byte(windows),
			"UTF-16":                       toUTF16(text, rapid.Bool().Draw(t, "little endian")),
		} {
			if name == "Windows-1252" && (windows == text || strings.ContainsFunc(windows, isLetter)) {
				continue // ASCII is shown as UTF-8, and some neighbours are a letter of UTF-8 by chance
			}
			got, err := transcript.Text(data).Read(transcript.Options{})
			want.Encoding = name
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Fatalf("%s: %v (-want +got):\n%s", name, err, diff)
			}
		}
	})
}

// isLetter reports whether r was written in UTF-8 with more than one byte.
func isLetter(r rune) bool { return r >= utf8.RuneSelf && r != utf8.RuneError }

func TestReadJSON(t *testing.T) {
	const header = "Title,Date,Hours\n"
	tests := []struct {
		text string
		want bool // it is refused as JSON
	}{
		{`{"schema":"cmp.credits/1","credits":[]}`, true},
		{"\ufeff\n [\n  {\"title\": \"A\"}\n]\n", true},
		{`[["Title","Date"],["A","2026-03-02"]]`, true},
		{"{\"a\":", true},
		{"{\"a\":1}\n{\"a\":2}\n", true},
		{"[Title],[Date]\n" + header, false},
		{"[1] of the year 2026\n" + header, false},
		{"{Portal}\n" + header, false},
		{"[\n" + header, false},
		{header + "{\"a\":1},2026-03-02,1\n", false},
	}
	for _, tt := range tests {
		_, err := transcript.Text([]byte(tt.text)).Read(transcript.Options{})
		if !tt.want {
			if err != nil && strings.Contains(err.Error(), "JSON") {
				t.Errorf("%q: %v", tt.text, err)
			}
			continue
		}
		checkFileError(t, err, "JSON, not CSV; cmp import reads CSV, workbooks (.xlsx, .ods) and what cmp export ledger wrote")
	}
	exported := `{"schema":"cmp.ledger/1"}` + "\n"
	_, err := transcript.Text([]byte(exported)).Read(transcript.Options{})
	checkFileError(t, err, "a ledger that was exported, not a table; to read it: cmp import FILE")
	_, err = transcript.Text(toUTF16(exported, true)).Read(transcript.Options{})
	checkFileError(t, err, "a ledger that was exported, but in UTF-16; write it anew: cmp export ledger --output ledger.jsonl")
	if _, err := transcript.Text(toUTF16(tests[0].text, true)).Look(nil); err == nil || err.Error() != "JSON, not CSV" {
		t.Errorf("Look: %v", err)
	}
}

// What programs and portals leave at the ends of a file and of its lines is no cell.
func TestReadOddEnds(t *testing.T) {
	for _, text := range []string{
		"Date,Title,Credits\r\n2026-03-02,A,1.500\r\n\x1a", "Date,Title,Credits\r\r\n2026-03-02,A,1.50\r\r\n", "\ufeff\ufeff\ufeffDate,Title,Credits\n2026-03-02,A,1.5\n",
	} {
		f, err := transcript.Text([]byte(text)).Read(transcript.Options{})
		if err != nil || len(f.Rows) != 1 || f.Rows[0].Problem != nil || f.Rows[0].Credit.Points != 150 || f.ReadColumns()[0] != "Date" {
			t.Errorf("%q: %+v, %v", text, f.Rows, err)
		}
	}
}
