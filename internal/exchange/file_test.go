package exchange_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/exchange"
)

const (
	stamps         = `,"changed":"2026-11-03T13:02:11Z+000002","past":["2026-11-03T13:02:11Z+000001"]}`
	credentialLine = `{"record":"credential","credential":"ascp/MLS","number":"12","certified":"2020-02-29","voluntary":false,"categories":["chemistry","hematology"]` + stamps
	cycleLine      = `{"record":"cycle","credential":"ascp/MLS","first_day":"2024-04-01","last_day":"2027-03-31","stated":true,"closed":false` + stamps
	importLine     = `{"record":"import","uid":"i1","file":"labce.csv","date":"2026-11-03"}`
	creditLine     = `{"record":"credit","uid":"c1","date":"2026-11-03","title":"Sepsis <&> \u2028 markers","provider":"ASCP","points":1.5,` +
		`"topics":[{"topic":"safety","points":0.5},{"topic":"chemistry"}],"activity":"course","reference":"","url":"","note":"","import":"i1",` +
		`"removed":false,"merged_into":"","aliases":["c8"],` +
		`"forms":[{"date":"2026-11-03","title":"Sepsis","provider":"","points":1.5,"reference":"","imported":true}]` + stamps
	allocationLine = `{"record":"allocation","credit":"c1","credential":"ascp/MLS","cycle":"2027-03-31","requirement":"safety","points":0.5,"by":"hand"` + stamps
	evidenceLine   = `{"record":"evidence","credit":"c1","sha256":"` + sum + `","name":"a.txt","media_type":"text/plain","added":"2026-11-03"` + stamps
	courseLine     = `{"record":"course","uid":"e2b6ce76e810a1c4d043f5691d601132","title":"Gram stains","provider":"LabCE","points":1.5,` +
		`"topics":[{"topic":"microbiology","points":0.5},{"topic":"safety"}],"charge":"charged","price":19.50,"url":""` + stamps
	portalLine      = `{"record":"portal","credit":"c1","body":"ascp","date":"2026-11-20","found":true` + stamps
	goneLine        = `{"record":"gone","kind":"evidence","key":"c2 ` + sum + `","changed":"2026-11-03T13:02:11Z+000001","past":[]}`
	contentLine     = `{"record":"content","sha256":"` + sum + `","size":3,"data":"YWJj"}`
	declarationLine = `{"record":"declaration","credential":"ascp/MLS","cycle":"2027-03-31","date":"2026-11-03","designation":"MLS(ASCP)CM","title":"Scientist","number":"","edition":"ascp/MLS@2023-01-01",` +
		`"first_day":"2024-04-01","last_day":"2027-03-31","required":36,"counted":36,"confidence":"reported","source":"","fee":110,"currency":"USD",` +
		`"requirements":[{"requirement":"safety","title":"Safety","required":1,"counted":0,"confidence":"","source":""}],` +
		`"credits":[{"requirement":"safety","counted":0.5,"credit":{"uid":"c9","date":"2026-11-03","title":"Gone","provider":"","points":1,"topics":[],` +
		`"activity":"course","reference":"","url":"","note":""}}]` + stamps

	sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" // of "abc"
)

func lines() []string {
	return []string{
		credentialLine, cycleLine, declarationLine, importLine, creditLine, allocationLine, evidenceLine, courseLine, portalLine, goneLine, contentLine,
	}
}

// file returns the file that has these lines between the first and the last.
func file(lines ...string) string {
	all := append([]string{`{"schema":"cmp.ledger/1"}`}, lines...)
	return strings.Join(append(all, fmt.Sprintf(`{"record":"end","lines":%d}`, len(all))), "\n") + "\n"
}

func written(tb testing.TB, l exchange.Ledger) string {
	tb.Helper()
	var b bytes.Buffer
	if err := exchange.Write(&b, l); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

func read(tb testing.TB, lines ...string) exchange.Ledger {
	tb.Helper()
	l, err := exchange.Read(strings.NewReader(file(lines...)))
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

// What was read is written as it was, however it was spelled or ordered.
func TestReadWrite(t *testing.T) {
	want := file(lines()...)
	backwards := lines()
	for i, j := 0, len(backwards)-1; i < j; i, j = i+1, j-1 {
		backwards[i], backwards[j] = backwards[j], backwards[i]
	}
	for name, text := range map[string]string{
		"as it is written":    want,
		"in another order":    file(backwards...),
		"with a BOM":          "\ufeff" + want,
		"with CR LF":          strings.ReplaceAll(want, "\n", "\r\n"),
		"with blanks":         strings.ReplaceAll(strings.ReplaceAll(want, `":`, `" : `), "{", "{ "),
		"without a last line": strings.TrimSuffix(want, "\n"),
		"with blank lines":    want + "\n \r\n\t\n",
	} {
		l, err := exchange.Read(strings.NewReader(text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, written(t, l)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if !exchange.Recognize([]byte(text)) {
			t.Errorf("%s: not recognized", name)
		}
	}
	if exchange.Recognize([]byte("date,title\n")) || !exchange.Recognize([]byte(`{"schema":"cmp.ledger/9"}`)) {
		t.Error("other files are recognized, or newer ones are not")
	}
}

func TestReadRefuses(t *testing.T) {
	change := func(line, from, to string) string {
		all := lines()
		for i := range all {
			if all[i] == line {
				if all[i] = strings.Replace(line, from, to, 1); all[i] == line {
					t.Fatalf("%q is not in %s", from, line)
				}
			}
		}
		return file(all...)
	}
	tests := []struct{ name, give, want string }{
		{"nothing", "", "cut short"},
		{"something else", "date,title\n", `line 1: does not begin with {"schema":"cmp.ledger/1"}`},
		{"a newer one", `{"schema":"cmp.ledger/2"}`, "line 1: written by a newer cmp (schema cmp.ledger/2, this one knows cmp.ledger/1)"},
		{"cut within a line", file(lines()...)[:1200], "not a JSON object, or cut short"},
		{"a line too few", strings.Replace(file(lines()...), goneLine+"\n", "", 1), "line 12: it does not count the 11 lines before it"},
		{"an unknown record", file(`{"record":"planet"}`), `line 2: record: this cmp does not know "planet"`},
		{"an unknown field", change(cycleLine, `"closed"`, `"days":3,"closed"`), "line 3: was changed after cmp wrote it"},
		{"a field within another that is unknown", change(creditLine, `{"topic":"chemistry"}`, `{"topic":"chemistry","limit":1}`), "line 6: was changed after cmp wrote it"},
		{"a list that is null", change(creditLine, `["c8"]`, `null`), "line 6: was changed after cmp wrote it"},
		{"a field of the wrong type", change(cycleLine, `false`, `"no"`), "line 3: closed: not of the right type: string"},
		{"a field of an embedded type", change(creditLine, `"2026-11-03"`, `5`), "line 6: date: not of the right type: number"},
		{"twice", file(importLine, importLine), "line 3: import i1: is there twice"},
		{"no name", file(strings.Replace(importLine, "i1", "", 1)), "line 2: it has no name"},
		{"a NUL byte", change(importLine, "labce", `lab\u0000ce`), "line 5: file: holds a NUL byte"},
		{"a category's other name", change(credentialLine, `"chemistry"`, `"chem"`), `line 2: categories: "chem" is there twice, or no topic as cmp spells it`},
		{"a category twice", change(credentialLine, `"hematology"`, `"chemistry"`), `line 2: categories: "chemistry" is there twice`},
		{"categories that are null", change(credentialLine, `["chemistry","hematology"]`, `null`), "line 2: was changed after cmp wrote it"},
		{"a topic's other name", change(creditLine, "chemistry", "chem"), `topics: "chem" is not a topic as cmp spells it`},
		{"an unknown activity", change(creditLine, `"course"`, `"party"`), "activity"},
		{"merged into itself", change(creditLine, `"removed":false,"merged_into":""`, `"removed":true,"merged_into":"c1"`), "line 6: merged_into: only a removed credit is merged, and into another one"},
		{"a name of two credits", change(creditLine, `"c8"`, `"c1"`), "credit c1 does not fit the other records"},
		{"a credential without a cycle", file(credentialLine), "credential ascp/MLS does not fit the other records"},
		{"a cycle without its credential", file(cycleLine), "cycle ascp/MLS 2027-03-31 does not fit the other records"},
		{"too many allocated", change(allocationLine, `"points":0.5`, `"points":1.75`), "allocation c1 ascp/MLS 2027-03-31 safety does not fit the other records"},
		{"evidence without content", change(contentLine, contentLine, importLine2), "does not fit the other records"},
		{"a course under another name", change(courseLine, "Gram stains", "Blood films"), "line 9: uid: does not match the provider and the title"},
		{"a removal that names nothing", file(`{"record":"gone","kind":"course","key":"","changed":"","past":[]}`), "line 2: kind and key: one is missing"},
		{"a content of another size", change(contentLine, `"size":3`, `"size":4`), "line 12: the content of a file was changed after cmp wrote it"},
		{"a content cut short", file(lines()...)[:strings.Index(file(lines()...), "YWJj")+2], "line 12: the content of a file was changed after cmp wrote it, or cut short"},
		{"a content with more behind it", change(contentLine, `"}`, `","x":1}`), "line 12: the content of a file was changed after cmp wrote it"},
		{"a content that no file has", change(contentLine, `"size":3`, `"size":26214401`), "line 12: the content of a file is larger than 25 MB"},
		{"a content in another order", change(contentLine, `"record":"content",`, ``), "line 12: "},
		{"a record without end", file(`{"record":"import","uid":"` + strings.Repeat("i", 32<<20)), "line 2: larger than 32 MB"},
		{"another content", change(contentLine, "YWJj", "YWJk"), "was changed after cmp wrote it"},
		{"a stamp that does not sort", change(goneLine, "Z+000001", ""), "is not of the form"},
		{"a stamp that leaves no later ones", change(goneLine, "2026-11-03T13:02:11Z+000001", "8999-12-31T23:59:59Z+999999"), `"8999-12-31T23:59:59Z+999999" is after the year 2999`},
		{"a past that leaves no later ones", change(creditLine, "2026-11-03T13:02:11Z+000001", "3000-01-01T00:00:00Z+000001"), "is after the year 2999"},
		{"a stamp of no time", change(goneLine, "13:02:11Z", "25:02:11Z"), "is not of the form"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := exchange.Read(strings.NewReader(tt.give))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Read() = %v, want %q", err, tt.want)
			}
		})
	}
}

const importLine2 = `{"record":"import","uid":"i2","file":"","date":"2026-11-03"}`

// Every field of every record has to be there.
func TestReadWantsEachField(t *testing.T) {
	for _, line := range lines() {
		fields := strings.Split(line, ",\"")
		for i := 1; i < len(fields); i++ {
			name, _, _ := strings.Cut(fields[i], `"`)
			renamed := strings.Replace(line, `,"`+name+`"`, `,"x`+name+`"`, 1)
			if _, err := exchange.Read(strings.NewReader(file(renamed))); err == nil {
				t.Errorf("%s is read without %s", line, name)
			}
		}
	}
}

// Whatever a file holds, reading it does not panic; what can be read is sound, is
// written the same again, and can be merged with itself and with another one.
func FuzzRead(f *testing.F) {
	body := strings.Join(lines(), "\n")
	f.Add(body)
	f.Add(strings.ReplaceAll(body, "2027", "2028"))
	f.Add(strings.ReplaceAll(body, `"c1"`, `"c8"`))
	f.Add(strings.ReplaceAll(body, `ascp/MLS`, `amt/RPT`))
	f.Add(strings.Replace(body, `"removed":false`, `"removed":true`, 1))
	other := read(f, lines()...)
	f.Fuzz(func(t *testing.T, body string) {
		l, err := exchange.Read(strings.NewReader(file(strings.Split(body, "\n")...)))
		if err != nil {
			return
		}
		again, err := exchange.Read(strings.NewReader(written(t, l)))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(written(t, l), written(t, again)); diff != "" {
			t.Fatalf("written and read (-want +got):\n%s", diff)
		}
		merged, _ := exchange.Merge(other, l, exchange.Same(other, l))
		if err := merged.Check(); err != nil {
			t.Fatalf("merged: %v", err)
		}
		twice, _ := exchange.Merge(merged, l, exchange.Same(merged, l))
		if diff := cmp.Diff(written(t, merged), written(t, twice)); diff != "" {
			t.Fatalf("merged twice (-want +got):\n%s", diff)
		}
	})
}

// What could not be read again is not written.
func TestWriteTooLarge(t *testing.T) {
	gone := func(n int, key string) (l exchange.Ledger) {
		for i := range n {
			l.Add(exchange.Gone{Kind: exchange.CreditKind, Key: fmt.Sprint(i, key)}, 0, "", nil)
		}
		return l
	}
	for name, l := range map[string]exchange.Ledger{
		"many records":  gone(500_001, ""),
		"a long record": gone(1, strings.Repeat("x", 32<<20)),
	} {
		if err := exchange.Write(io.Discard, l); err == nil || !strings.Contains(err.Error(), "too large for one file") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
