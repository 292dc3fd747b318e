package exchange_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/exchange"
)

// The lines of a small ledger; see [file].
const (
	credentialLine = `{"record":"credential","credential":"ascp/MLS","uid":"k1","number":"12","certified":"2020-02-29","voluntary":false}`
	cycleLine      = `{"record":"cycle","uid":"y1","credential":"ascp/MLS","first_day":"2024-04-01","last_day":"2027-03-31","closed":false}`
	importLine     = `{"record":"import","uid":"i1","file":"labce.csv","date":"2026-11-03"}`
	creditLine     = `{"record":"credit","uid":"c1","date":"2026-11-03","title":"Sepsis <&> \u2028 markers","provider":"ASCP","points":1.5,` +
		`"topics":[{"topic":"safety","points":0.5},{"topic":"chemistry"}],"activity":"course","reference":"","url":"","note":"","import":"i1",` +
		`"removed":false,"merged_into":null,"imported_identity":null}`
	allocationsLine = `{"record":"allocations","credit":"c1","credential":"ascp/MLS","allocations":[` +
		`{"cycle":"y1","requirement":"other","points":1,"by":"auto"},{"cycle":"y1","requirement":"safety","points":0.5,"by":"hand"}]}`
	evidenceLine = `{"record":"evidence","uid":"e1","credit":"c1","sha256":"` + sum + `","name":"a.txt","media_type":"text/plain","added":"2026-11-03"}`
	courseLine   = `{"record":"course","uid":"e2b6ce76e810a1c4d043f5691d601132","title":"Gram stains","provider":"LabCE","points":1.5,` +
		`"topics":[{"topic":"microbiology","points":0.5},{"topic":"safety"}],"free":false,"price":19.50,"url":"https://example.org/gram"}`
	contentLine = `{"record":"content","sha256":"` + sum + `","size":3,"data":"YWJj"}`
	entryLine   = `{"record":"entry","uid":"n1","stamp":"2026-11-03T13:02:11Z+000001","at":"2026-11-03T14:02:11+01:00","command":"cmp add","summary":"",` +
		`"undoes":null,"changes":[{"record":"credit","key":"c1","before":null,"after":{"title":"Sepsis"}}]}`
	declarationLine = `{"record":"declaration","cycle":"y1","uid":"d1","date":"2026-11-03","designation":"MLS(ASCP)CM","title":"Scientist","number":"","edition":"ascp/MLS@2023-01-01",` +
		`"first_day":"2024-04-01","last_day":"2027-03-31","required":36,"counted":36,"confidence":"reported","source":"","fee":110,"currency":"USD",` +
		`"requirements":[{"requirement":"safety","title":"Safety","required":1,"counted":0,"confidence":"","source":""}],` +
		`"credits":[{"requirement":"safety","counted":0.5,"credit":"c9","date":"2026-11-03","title":"Gone","provider":"","points":1,"topics":[],` +
		`"activity":"course","reference":"","url":"","note":""}]}`

	sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" // of "abc"
)

func lines() []string {
	return []string{
		credentialLine, cycleLine, declarationLine, importLine, creditLine, allocationsLine, evidenceLine, courseLine, contentLine, entryLine,
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

func read(tb testing.TB, text string) exchange.Ledger {
	tb.Helper()
	l, err := exchange.Read([]byte(text))
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
		if diff := cmp.Diff(want, written(t, read(t, text))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if !exchange.Recognize([]byte(text)) {
			t.Errorf("%s: not recognized", name)
		}
	}
}

// What is not stated of a course is null, and stays so.
func TestReadWriteCourse(t *testing.T) {
	bare := file(strings.NewReplacer(`1.5,`, "null,", "19.50", "null", `"free":false`, `"free":null`).Replace(courseLine))
	free := file(strings.NewReplacer("19.50", "0", `"free":false`, `"free":true`).Replace(courseLine))
	charged := file(strings.NewReplacer("19.50", "null").Replace(courseLine))
	for _, want := range []string{bare, free, charged} {
		if diff := cmp.Diff(want, written(t, read(t, want))); diff != "" {
			t.Errorf("read and written (-want +got):\n%s", diff)
		}
	}
}

// The sample is a ledger as cmp exported it before there were courses.
func TestSample(t *testing.T) {
	data, err := os.ReadFile("../../testdata/exchange/ledger.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(data), written(t, read(t, string(data)))); diff != "" {
		t.Errorf("read and written (-want +got):\n%s", diff)
	}
}

func TestRecognize(t *testing.T) {
	for text, want := range map[string]bool{
		"":                                         false,
		"date,title\n":                             false,
		`{"schema":"cmp.ledger/1"}`:                true,
		"{\"schema\":\"cmp.ledger/9\"}\n":          true,
		"{\"schema\":\"cmp.credits/1\"}\n":         false,
		`{"schema":"cmp.ledger/1"`:                 false,
		"\"schema\",\"cmp.ledger/1\"\n":            false,
		"\n{\"schema\":\"cmp.ledger/1\"}":          false,
		"\ufeff{\"schema\": \"cmp.ledger/1\"}\r\n": true,
	} {
		if got := exchange.Recognize([]byte(text)); got != want {
			t.Errorf("Recognize(%q) = %v", text, got)
		}
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
	without := func(line string) string {
		var all []string
		for _, l := range lines() {
			if l != line {
				all = append(all, l)
			}
		}
		return file(all...)
	}
	tests := []struct{ name, give, want string }{
		{"nothing", "", "cut short"},
		{"something else", "date,title\n", `line 1: does not begin with {"schema":"cmp.ledger/1"}`},
		{"a newer one", `{"schema":"cmp.ledger/2"}`, "line 1: written by a newer cmp (schema cmp.ledger/2, this one knows cmp.ledger/1)"},
		{"the first line alone", `{"schema":"cmp.ledger/1"}`, "cut short: the line that ends it is missing"},
		{"cut within a line", file(lines()...)[:900], "line 5: not a JSON object, or cut short"},
		{"a line too few", strings.Replace(file(lines()...), importLine+"\n", "", 1), "line 11: 10 lines are before it, not 11"},
		{"more than the end", file() + file(), "line 3: follows the line that ends the file"},
		{"an unknown record", file(`{"record":"planet"}`), `line 2: record: "planet" is none that this cmp knows`},
		{"an unknown field", change(cycleLine, `"closed"`, `"days":3,"closed"`), `line 3: unknown field "days"`},
		{"a field within another that is unknown", change(creditLine, `{"topic":"chemistry"}`, `{"topic":"chemistry","limit":1}`), `line 6: topics, 2: unknown field "limit"`},
		{"a field in other letters", change(cycleLine, `"closed"`, `"Closed"`), `line 3: unknown field "Closed"`},
		{"a field twice within another", change(creditLine, `{"topic":"chemistry"}`, `{"topic":"chemistry","topic":"safety"}`), "line 6: topics, 2: topic: is there twice"},
		{"a field twice, spelled otherwise", change(importLine, `"file"`, `"f\u0069le":"","file"`), "line 5: file: is there twice"},
		{"a field too few within another", change(allocationsLine, `,"by":"hand"`, ""), "line 7: allocations, 2: by: is missing"},
		{"a field too few of a declared credit", change(declarationLine, `"topics":[],`, ""), "line 4: credits, 1: topics: is missing"},
		{"a field too few of a change", change(entryLine, `"before":null,`, ""), "line 11: changes, 1: before: is missing"},
		{"a field twice in a change", change(entryLine, `"before":null`, `"before":null,"before":{}`), "line 11: changes, 1: before: is there twice"},
		{"a field twice at the end", strings.Replace(file(), `"lines":1`, `"lines":1,"lines":1`, 1), "line 2: lines: is there twice"},
		{"a blank line", strings.Replace(file(lines()...), "\n", "\n\n", 1), "line 2: not a JSON object, or cut short"},
		{"a credit merged though not removed", change(creditLine, `"merged_into":null`, `"merged_into":"c2"`), "line 6: merged_into: must be null"},
		{"a credit merged into none", file(strings.NewReplacer(`"i1"`, "null", `"removed":false,"merged_into":null`, `"removed":true,"merged_into":"c2"`).Replace(creditLine)),
			"line 2: merged_into: credit c2 is not in the file"},
		{"a credit merged into itself", file(strings.NewReplacer(`"i1"`, "null", `"removed":false,"merged_into":null`, `"removed":true,"merged_into":"c1"`).Replace(creditLine)),
			"line 2: merged_into: credit c1 was merged itself"},
		{"a field of the wrong type", change(cycleLine, `false`, `"no"`), "line 3: closed: not of the right type: string"},
		{"two objects", change(cycleLine, `}`, `}{}`), "line 3: not a JSON object"},
		{"twice", file(importLine, importLine), "line 3: import i1: is there twice"},
		{"a name with a blank", file(strings.Replace(importLine, "i1", "i 1", 1)), "has a blank or a control character"},
		{"no name", file(strings.Replace(importLine, "i1", "", 1)), "must not be empty"},
		{"a NUL byte", change(importLine, "labce", `lab\u0000ce`), "line 5: file: holds a NUL byte"},
		{"no day", change(creditLine, "2026-11-03", "2026-02-30"), "not a day"},
		{"a day too few", change(creditLine, `"2026-11-03"`, "null"), "line 6: date: must not be empty"},
		{"one day of two", change(cycleLine, `"2024-04-01"`, "null"), "line 3: first_day and last_day: both must be given"},
		{"days the wrong way round", change(cycleLine, "2024", "2034"), "line 3: first_day: 2034-04-01 is after last_day, 2027-03-31"},
		{"no credential's name", change(credentialLine, "ascp/MLS", "MLS"), `line 2: credential: "MLS" is not of the form ascp/MLS`},
		{"a negative number of points", change(creditLine, "1.5", "-1.5"), "not a number of points"},
		{"too many points", change(creditLine, "1.5", "10000"), "at most 9999.99"},
		{"three decimals", change(creditLine, "1.5", "1.505"), "at most two decimals"},
		{"points as text", change(creditLine, "1.5", `"1.5"`), "not a number of points"},
		{"no points", change(creditLine, "1.5", "0"), "line 6: points: points must be more than 0"},
		{"what cannot be a topic", change(creditLine, "chemistry", "Alchemy"), `topics: "Alchemy" is not a topic`},
		{"a requirement for a topic", change(creditLine, "chemistry", "other"), `topics: "other" is a requirement`},
		{"a topic's other name", change(creditLine, "chemistry", "chem"), `topics: "chem" is not spelled as cmp spells it, chemistry`},
		{"a topic twice", change(creditLine, "chemistry", "safety"), "names safety twice"},
		{"an unknown activity", change(creditLine, `"course"`, `"party"`), "activity"},
		{"an identity that is the credit's own", change(creditLine, `"imported_identity":null`,
			`"imported_identity":"t\u001f2026-11-03\u001fsepsis \u003c\u0026\u003e markers\u001fascp\u001f1.5"`), "imported_identity"},
		{"an import that is missing", without(importLine), "line 5: import: i1 is not in the file"},
		{"a credential without a cycle", file(credentialLine), "credential ascp/MLS: has 0 open cycles, not one"},
		{"a cycle without its credential", file(cycleLine), "credential: ascp/MLS is not in the file"},
		{"a closed cycle alone", change(cycleLine, `"closed":false`, `"closed":true`), "has 0 open cycles"},
		{"a declaration without its cycle", file(declarationLine), "cycle: y1 is not in the file"},
		{"allocations of nothing", without(creditLine), "line 6: credit: c1 is not in the file"},
		{"allocations in no cycle", change(allocationsLine, "y1", "y2"), "cycle: y2 is not in the file as one of ascp/MLS"},
		{"no allocations", change(allocationsLine, allocationsLine[strings.Index(allocationsLine, "["):], "[]}"), "allocations: must not be empty"},
		{"an allocation twice", change(allocationsLine, `"other","points":1,"by":"auto"`, `"safety","points":1,"by":"hand"`), "is there twice"},
		{"an allocation by nobody", change(allocationsLine, "auto", "magic"), `by: "magic" is neither hand nor auto`},
		{"too many allocated", change(allocationsLine, `"points":1,`, `"points":1.25,`), "1.75 of the 1.5 points of credit c1"},
		{"of a removed credit", change(creditLine, `"removed":false`, `"removed":true`), "credit: c1 is removed"},
		{"evidence without content", without(contentLine), "is not in the file"},
		{"the same evidence twice", file(append(lines(), strings.Replace(evidenceLine, "e1", "e2", 1))...), "is evidence of credit c1 already"},
		{"a course under another name", change(courseLine, "Gram stains", "Blood films"), "line 9: uid: is not that of the provider and the title"},
		{"a free course with a price", change(courseLine, `"free":false`, `"free":true`), "line 9: price: must be 0 where the course is not charged for"},
		{"a price without a word of being charged", change(courseLine, `"free":false`, `"free":null`), "line 9: price: must be 0 of a free course"},
		{"a course with no points", change(courseLine, `1.5`, "0"), "line 9: points: must be more than 0, or null"},
		{"a course with no topic that could be", change(courseLine, "microbiology", "Alchemy!"), "line 9: topics"},
		{"a course with a topic twice", change(courseLine, "microbiology", "safety"), "names safety twice"},
		{"a negative price", change(courseLine, "19.50", "-1"), "not a price"},
		{"a price as text", change(courseLine, "19.50", `"19.50"`), "not a price"},
		{"another content", change(contentLine, "YWJj", "YWJk"), "data: is not what sha256 says"},
		{"another size", change(contentLine, `"size":3`, `"size":4`), "size: is 4, but there are 3 bytes"},
		{"no base64", change(contentLine, "YWJj", "***"), "data: not base64"},
		{"a stamp that does not sort", change(entryLine, "Z+000001", ""), "stamp"},
		{"a stamp after which there is hardly any", change(entryLine, `"stamp":"2026`, `"stamp":"9026`), "stamp"},
		{"a stamp of no time", change(entryLine, "13:02:11Z", "25:02:11Z"), "stamp"},
		{"a stamp of no day", change(entryLine, `"stamp":"2026-11`, `"stamp":"2026-13`), "stamp"},
		{"a change of what is unknown", change(entryLine, `"record":"credit"`, `"record":"planet"`), `line 11: changes, 1: record: "planet"`},
		{"a change nested without end", change(entryLine, `{"title":"Sepsis"}`, `{"x":`+strings.Repeat("[", 50)+strings.Repeat("]", 50)+`}`), "have to be JSON objects or null"},
		{"a change to a text", change(entryLine, `{"title":"Sepsis"}`, `"x"`), "have to be JSON objects or null"},
		{"an entry twice", file(entryLine, entryLine), "line 3: entry n1: is there twice"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := exchange.Read([]byte(tt.give))
			var f *exchange.Error
			if !errors.As(err, &f) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Read() = %v, want %q", err, tt.want)
			}
		})
	}
}

// Every field of every record has to be there, once.
func TestReadWantsEachFieldOnce(t *testing.T) {
	refuses := func(line, want string) {
		t.Helper()
		if _, err := exchange.Read([]byte(file(line))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", line, err, want)
		}
	}
	for _, line := range lines() {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatal(err)
		}
		for name, value := range fields {
			refuses(strings.TrimSuffix(line, "}")+fmt.Sprintf(",%q:%s}", name, value), name+": is there twice")
			if name == "record" {
				continue // it says which fields there have to be
			}
			delete(fields, name)
			less, err := json.Marshal(fields)
			if err != nil {
				t.Fatal(err)
			}
			refuses(string(less), name+": is missing")
			fields[name] = value
		}
	}
}

// What is read can be written and is read as the same again.
func FuzzRead(f *testing.F) {
	f.Add([]byte(file(lines()...)))
	f.Add([]byte(file()))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := exchange.Read(data)
		if err != nil {
			return
		}
		if !exchange.Recognize(data) && len(data) < 200 {
			t.Error("read, but not recognized")
		}
		first := written(t, l)
		if diff := cmp.Diff(first, written(t, read(t, first))); diff != "" {
			t.Errorf("written, read and written (-want +got):\n%s", diff)
		}
	})
}

// A stamp that follows another one sorts after it, and is one.
func TestNextStamp(t *testing.T) {
	for give, want := range map[string]string{
		"2026-11-03T13:02:11Z+000001": "2026-11-03T13:02:11Z+000002",
		"2026-11-03T13:02:11Z+999999": "2026-11-03T13:02:12Z+000001",
		"2026-12-31T23:59:59Z+999999": "2027-01-01T00:00:00Z+000001",
		"":                            "+000001",
	} {
		if got := exchange.NextStamp(give); got != want || got <= give {
			t.Errorf("NextStamp(%q) = %q, want %q", give, got, want)
		}
	}
}
