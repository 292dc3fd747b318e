package transcript_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

func TestWriteRefusesNUL(t *testing.T) {
	err := transcript.Write(&bytes.Buffer{}, ',', []ledger.Credit{{ID: 3, Date: 1, Title: "A", Points: 100, Note: "a\x00b"}})
	want := "credit 3: note: holds a NUL byte, which CSV cannot keep"
	if err == nil || err.Error() != want {
		t.Errorf("Write: %v, want %s", err, want)
	}
}

// roundTrip writes credits and reads them back.
func roundTrip(delimiter rune, credits []ledger.Credit) (transcript.File, error) {
	var out bytes.Buffer
	if err := transcript.Write(&out, delimiter, credits); err != nil {
		return transcript.File{}, err
	}
	return transcript.Text(out.Bytes()).Read(transcript.Options{})
}

// cell is text that is apt to break a CSV file.
func cell() *rapid.Generator[string] {
	part := rapid.OneOf(
		rapid.SampledFrom([]string{
			`"`, `""`, ",", ";", "\t", "\n", "\r", "\r\n", " ", "\u00a0", "\ufeff", "\u2028", "é", "e\u0301", "漢", "😀", `\.`, "=1+1", "x", "sep=;",
		}),
		rapid.StringMatching(`[A-Za-z0-9 ,."]{0,8}`),
	)
	return rapid.Map(rapid.SliceOfN(part, 0, 6), func(parts []string) string { return strings.Join(parts, "") })
}

func credit() *rapid.Generator[ledger.Credit] {
	return rapid.Custom(func(t *rapid.T) ledger.Credit {
		c := ledger.Credit{
			Date:      ledger.Date(rapid.IntRange(1, 3652059).Draw(t, "date")),
			Title:     rapid.Map(cell(), func(s string) string { return s + "T" + s }).Draw(t, "title"),
			Provider:  cell().Draw(t, "provider"),
			Points:    ledger.Points(rapid.IntRange(1, 999999).Draw(t, "points")),
			Activity:  rapid.SampledFrom(ledger.Activities()).Draw(t, "activity"),
			Reference: cell().Draw(t, "reference"),
			URL:       cell().Draw(t, "url"),
			Note:      cell().Draw(t, "note"),
		}
		topics := rapid.SliceOfNDistinct(rapid.SampledFrom(ledger.Topics()), 0, 3, rapid.ID[ledger.Topic]).Draw(t, "topics")
		for _, topic := range topics {
			limit := ledger.Points(rapid.IntRange(0, 300).Draw(t, "limit"))
			c.Topics = append(c.Topics, ledger.CreditTopic{Topic: topic, Limit: limit})
		}
		return c
	})
}

// What is written is read back without loss, whatever the texts hold.
func TestWriteRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(credit(), 1, 4).Draw(t, "credits")
		f, err := roundTrip(rapid.SampledFrom([]rune{',', ';', '\t'}).Draw(t, "delimiter"), want)
		need(t, err)
		if diff := cmp.Diff(want, creditsOf(t, f.Rows)); diff != "" {
			t.Fatalf("read back (-want +got):\n%s", diff)
		}
	})
}

// creditsOf returns the credits of rows that may not have problems.
func creditsOf(t interface{ Fatalf(string, ...any) }, rows []transcript.Row) []ledger.Credit {
	var credits []ledger.Credit
	for _, r := range rows {
		if r.Problem != nil {
			t.Fatalf("row %d: %v", r.Number, r.Problem)
		}
		credits = append(credits, r.Credit)
	}
	return credits
}

// FuzzRead holds every row to be either a valid credit or a problem.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"labce.csv", "own.csv", "unclosed.csv", "bad-rows.csv", "pace.csv", "ragged.csv", "semicolon.csv", "bom.csv",
		"utf16.csv", "utf16-be.csv", "windows-1252.csv", "cr-only.csv", "preamble.csv", "pipes.csv", "nul.csv", "cme-passport.tsv"} {
		f.Add(sample(f, name), false)
	}
	f.Add([]byte("Course\tDate\tProvider\tCredits\nA\n# 1\n1/13/2026\tB\n# 2\nSafety\t1\nTotal: 1\n1/14/2026\n#\n"), true)
	f.Add([]byte("sep=;\nTitle;Date;Hours\nA;1/2/2026 0:00;1\n"), true)
	f.Add([]byte("Title,Date,Duration,Unit,Status\nA,2026-03-02,90,min,Failed\nB,2026-03-02,1 hr 30 min,,\nC,2026-03-02,1,x,\n"), true)
	f.Add([]byte("date,title,points,topics,activity\n2026-03-02,\"A\r\n\",1,safety;safety,course\n"), true)
	f.Add([]byte("Title,Date,Length\nA,3/2/26,90\nB,5-Jan-70,1:30\n,,12\nC,2026-03-02T10:00:00+01:00,0.1 CEU\n"), true)
	f.Fuzz(func(t *testing.T, data []byte, asked bool) {
		var o transcript.Options
		if asked {
			o = transcript.Options{DateFormat: "MM/DD/YY", Unit: transcript.InMinutes}
		}
		if file, err := transcript.Text(data).Read(o); err == nil {
			checkRows(t, file.Rows)
		}
	})
}

// checkRows holds rows to be in the order of their lines, and each to be a
// valid credit or a problem.
func checkRows(t *testing.T, rows []transcript.Row) {
	t.Helper()
	number, line := 1, 1
	for _, r := range rows {
		if r.Number <= number || r.Line <= line {
			t.Fatalf("row %d on line %d follows row %d on line %d", r.Number, r.Line, number, line)
		}
		number, line = r.Number, r.Line
		if err := r.Credit.Validate(); r.Problem == nil && err != nil {
			t.Fatalf("row %d: %v", r.Number, err)
		}
	}
}

// FuzzWriteRead holds texts to survive being written and read.
func FuzzWriteRead(f *testing.F) {
	f.Add("a title", "", "a\r\nb", 100)
	f.Add("\"", "\r", " \ufeff", 1)
	f.Add("a,b;c\td", "\n", `\.`, 999999)
	f.Fuzz(func(t *testing.T, title, provider, note string, points int) {
		want := ledger.Credit{
			Date: 739000, Title: title, Provider: provider, Points: ledger.Points(points), Activity: ledger.CourseActivity, Note: note,
		}
		if want.Validate() != nil || strings.Contains(title+provider+note, "\x00") {
			return
		}
		for _, delimiter := range []rune{',', ';', '\t'} {
			file, err := roundTrip(delimiter, []ledger.Credit{want})
			need(t, err)
			if diff := cmp.Diff([]ledger.Credit{want}, creditsOf(t, file.Rows)); diff != "" {
				t.Fatalf("read back (-want +got):\n%s", diff)
			}
		}
	})
}
