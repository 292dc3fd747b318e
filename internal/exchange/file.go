package exchange

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// An Error says what is wrong with a file.
type Error struct {
	Line    int // 0 is the file as a whole
	Message string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Message
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Message)
}

func fault(format string, args ...any) error {
	return &Error{Message: fmt.Sprintf(format, args...)}
}

// The lines of a file that are no records, and what is in the line of every
// record that changes.
type (
	schemaLine struct {
		Schema string `json:"schema"`
	}
	contentLine struct {
		Record Kind   `json:"record"`
		SHA256 string `json:"sha256"`
		Size   int64  `json:"size"`
		Data   []byte `json:"data"`
	}
	endLine struct {
		Record string `json:"record"`
		Lines  int    `json:"lines"`
	}
	stamps struct {
		Changed string   `json:"changed"`
		Past    []string `json:"past"`
	}
)

// Write writes a ledger, which has to be in order ([Ledger.Tidy]).
func Write(to io.Writer, l Ledger) error {
	w := bufio.NewWriterSize(to, 1<<16)
	lines := 1
	line := func(text string) {
		_, _ = w.WriteString(text + "\n") // Flush returns the first error
		lines++
	}
	_, _ = w.WriteString(Text(schemaLine{Schema}) + "\n")
	for _, r := range l.Records {
		line(r.line())
	}
	for _, c := range l.Contents {
		data, err := c.Read()
		if err != nil {
			return err
		}
		line(Text(contentLine{contentKind, c.SHA256, c.Size, data}))
	}
	line(Text(endLine{"end", lines}))
	return w.Flush()
}

// line returns a record as a line of the file: its kind, its value and, but for
// an import, its stamps.
func (r Record) line() string {
	text := `{"record":` + Text(r.Kind) + "," + Text(r.Value)[1:]
	if r.Kind == ImportKind {
		return text
	}
	return strings.TrimSuffix(text, "}") + `,"changed":` + Text(r.Changed) + `,"past":` + Text(r.Past) + "}"
}

var bom = []byte("\uFEFF")

// Recognize reports whether data begins as a file of any version does.
func Recognize(data []byte) bool {
	first, _, _ := bytes.Cut(bytes.TrimPrefix(data[:min(len(data), 200)], bom), []byte("\n"))
	var v schemaLine
	return json.Unmarshal(first, &v) == nil && strings.HasPrefix(v.Schema, "cmp.ledger/")
}

// Read reads a file and checks all that is in it. What is wrong is an [Error].
func Read(data []byte) (Ledger, error) {
	r := reader{seen: map[ID]bool{}}
	for line := range bytes.Lines(bytes.TrimPrefix(data, bom)) {
		r.line++
		if err := r.read(line); err != nil {
			return Ledger{}, at(r.line, err)
		}
	}
	if !r.ended {
		return Ledger{}, fault("cut short: the line that ends it is missing")
	}
	if i, err := r.ledger.inspect(); err != nil {
		return Ledger{}, at(r.lines[i], err)
	}
	r.ledger.Tidy()
	return r.ledger, nil
}

// at says in which line something is wrong.
func at(line int, err error) error {
	if f := (*Error)(nil); errors.As(err, &f) && f.Line == 0 {
		return &Error{line, f.Message}
	}
	return err
}

// A reader reads a file line by line.
type reader struct {
	ledger Ledger
	line   int
	lines  []int // of the records
	seen   map[ID]bool
	ended  bool
}

func (r *reader) read(line []byte) error {
	switch {
	case r.line == 1:
		var v schemaLine
		switch err := json.Unmarshal(line, &v); {
		case err != nil || !strings.HasPrefix(v.Schema, "cmp.ledger/"):
			return fault(`does not begin with {"schema":%q}`, Schema)
		case v.Schema != Schema:
			return fault("written by a newer cmp (schema %s, this one knows %s)", v.Schema, Schema)
		}
		return parse(line, &v)
	case r.ended && len(bytes.TrimSpace(line)) == 0:
		return nil
	case r.ended:
		return fault("follows the line that ends the file")
	}
	var head struct {
		Record Kind `json:"record"`
	}
	if json.Unmarshal(line, &head) != nil {
		return fault("not a JSON object, or cut short")
	}
	switch head.Record {
	case contentKind:
		return r.content(line)
	case "end":
		var end endLine
		if err := parse(line, &end); err != nil {
			return err
		}
		if r.ended = true; end.Lines != r.line-1 {
			return fault("%d lines are before it, not %d: some are missing, or were added", r.line-1, end.Lines)
		}
		return nil
	}
	read := readers[head.Record]
	if read == nil {
		return fault("record: %q is none that this cmp knows", head.Record)
	}
	record, err := read(line)
	if err == nil && r.seen[record.ID] {
		err = fault("%s %s: is there twice", record.Kind, record.Key)
	}
	r.seen[record.ID] = true
	r.ledger.Records, r.lines = append(r.ledger.Records, record), append(r.lines, r.line)
	return err
}

// readers read the lines of the kinds of records.
var readers = map[Kind]func([]byte) (Record, error){
	CredentialKind: recordOf[Credential], CycleKind: recordOf[Cycle], DeclarationKind: recordOf[Declaration], ImportKind: recordOf[Import],
	CreditKind: recordOf[Credit], AllocationKind: recordOf[Allocation], EvidenceKind: recordOf[Evidence], CourseKind: recordOf[Course],
	ApartKind: recordOf[Apart], GoneKind: recordOf[Gone],
}

// recordOf reads a line and checks what it says by itself.
func recordOf[V Value](line []byte) (Record, error) {
	var v V
	var s stamps
	if err := cmp.Or(plain(json.Unmarshal(line, &v)), plain(json.Unmarshal(line, &s))); err != nil {
		return Record{}, err
	}
	r := Record{v.id(), s.Changed, s.Past, v}
	err := sameShape(line, r.line())
	if err == nil {
		err = v.check()
	}
	for _, stamp := range append([]string{s.Changed}, s.Past...) {
		err = cmp.Or(err, checkStamp(stamp))
	}
	if slices.Sort(r.Past); err == nil && (slices.Contains(r.Past, "") || slices.Contains(r.Past, r.Changed)) {
		err = fault("past: has to be of earlier changes")
	}
	r.Past = slices.Compact(r.Past)
	return r, err
}

// content reads a content and checks that it is what its hash says.
func (r *reader) content(line []byte) error {
	var v contentLine
	if err := parse(line, &v); err != nil {
		return err
	}
	sum := sha256.Sum256(v.Data)
	id := ID{contentKind, v.SHA256}
	switch {
	case int64(len(v.Data)) != v.Size:
		return fault("size: is %d, but there are %d bytes", v.Size, len(v.Data))
	case hex.EncodeToString(sum[:]) != v.SHA256:
		return fault("data: is not what sha256 says")
	case r.seen[id]:
		return fault("content %s: is there twice", v.SHA256)
	}
	r.seen[id] = true
	r.ledger.Contents = append(r.ledger.Contents, Content{v.SHA256, v.Size, func() ([]byte, error) { return v.Data, nil }})
	return nil
}

// parse reads a JSON object that has the fields of the type, and no others.
func parse(line []byte, v any) error {
	if err := json.Unmarshal(line, v); err != nil {
		return plain(err)
	}
	return sameShape(line, Text(v))
}

// plain says without Go's words what is wrong with JSON.
func plain(err error) error {
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong) && wrong.Field != "":
		field := wrong.Field[strings.LastIndexByte(wrong.Field, '.')+1:] // without the names of embedded types
		return fault("%s: not of the right type: %s", field, wrong.Value)
	}
	return fault("%s", strings.TrimPrefix(err.Error(), "json: "))
}

// sameShape checks that a line has every field that it has when it is written
// anew, and no other one.
func sameShape(line []byte, anew string) error {
	if string(bytes.TrimSpace(line)) == anew && !bytes.Contains(line, []byte(`\u0000`)) {
		return nil
	}
	var a, b any
	if json.Unmarshal(line, &a) != nil || json.Unmarshal([]byte(anew), &b) != nil {
		return fault("not a JSON object")
	}
	return compareShape("", a, b)
}

// compareShape compares JSON that was read with how it is written.
func compareShape(where string, read, written any) error {
	switch a := read.(type) {
	case map[string]any:
		b, ok := written.(map[string]any)
		if !ok {
			return fault("%snot of the right type: object", where)
		}
		all := maps.Clone(a)
		maps.Copy(all, b)
		for _, name := range slices.Sorted(maps.Keys(all)) {
			_, there := a[name]
			_, known := b[name]
			switch {
			case !known:
				return fault("%sunknown field %q", where, name)
			case !there:
				return fault("%s%s: is missing", where, name)
			}
			if err := compareShape(where+name+": ", a[name], b[name]); err != nil {
				return err
			}
		}
	case []any:
		b, ok := written.([]any)
		for i := 0; ok && i < len(a); i++ {
			if err := compareShape(fmt.Sprintf("%s%d, ", where, i+1), a[i], b[i]); err != nil {
				return err
			}
		}
	case string:
		if strings.Contains(a, "\x00") {
			return fault("%sholds a NUL byte", where)
		}
	case nil:
		if written != nil {
			return fault("%snot of the right type: null", where)
		}
	}
	return nil
}
