package exchange

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
)

// The lines of a file.
type (
	schemaLine struct {
		Schema string `json:"schema"`
	}
	headLine struct {
		Record string `json:"record"`
	}
	credentialLine struct {
		headLine
		Key string `json:"credential"`
		Credential
	}
	cycleLine struct {
		headLine
		Key string `json:"uid"`
		Cycle
	}
	declarationLine struct {
		headLine
		Key string `json:"cycle"`
		Declaration
	}
	importLine struct {
		headLine
		Key string `json:"uid"`
		Import
	}
	creditLine struct {
		headLine
		Key string `json:"uid"`
		Credit
	}
	allocationsLine struct {
		headLine
		Key        string `json:"credit"`
		Credential string `json:"credential"`
		Allocations
	}
	evidenceLine struct {
		headLine
		Key string `json:"uid"`
		Evidence
	}
	courseLine struct {
		headLine
		Key string `json:"uid"`
		Course
	}
	contentLine struct {
		headLine
		SHA256 string `json:"sha256"`
		Size   int64  `json:"size"`
		Data   string `json:"data"`
	}
	entryLine struct {
		headLine
		UID     string       `json:"uid"`
		Stamp   string       `json:"stamp"`
		At      string       `json:"at"`
		Command string       `json:"command"`
		Summary string       `json:"summary"`
		Undoes  OrNull       `json:"undoes"`
		Changes []changeLine `json:"changes"`
	}
	changeLine struct {
		Record string          `json:"record"`
		Key    string          `json:"key"`
		Before json.RawMessage `json:"before"`
		After  json.RawMessage `json:"after"`
	}
	endLine struct {
		headLine
		Lines int `json:"lines"`
	}
)

var bom = []byte("\uFEFF")

// Recognize reports whether data begins as a file of any version does.
func Recognize(data []byte) bool {
	first, _, _ := bytes.Cut(bytes.TrimPrefix(data[:min(len(data), 200)], bom), []byte("\n"))
	name, ok := schemaOf(first)
	return ok && strings.HasPrefix(name, "cmp.ledger/")
}

func schemaOf(line []byte) (string, bool) {
	var v schemaLine
	return v.Schema, json.Unmarshal(line, &v) == nil
}

// Read reads a file and checks all that is in it. What is wrong is an [Error].
func Read(data []byte) (Ledger, error) {
	r := reader{seen: map[ID]bool{}, contents: map[string]bool{}, entries: map[string]bool{}}
	for line := range bytes.Lines(bytes.TrimPrefix(data, bom)) {
		r.line++
		if err := r.read(line); err != nil {
			var f *Error
			if errors.As(err, &f) && f.Line == 0 {
				f.Line = r.line
			}
			return Ledger{}, err
		}
	}
	if !r.ended {
		return Ledger{}, fault("cut short: the line that ends it is missing")
	}
	if i, err := r.ledger.inspect(); err != nil {
		return Ledger{}, &Error{r.lines[i], err.Error()}
	}
	r.ledger.Sort()
	return r.ledger, nil
}

// A reader reads a file line by line.
type reader struct {
	ledger   Ledger
	line     int
	lines    []int // of the records
	seen     map[ID]bool
	contents map[string]bool
	entries  map[string]bool
	ended    bool
}

func (r *reader) read(line []byte) error {
	if r.line == 1 {
		name, ok := schemaOf(line)
		switch {
		case !ok || !strings.HasPrefix(name, "cmp.ledger/"):
			return fault(`does not begin with {"schema":%q}`, Schema)
		case name != Schema:
			return fault("written by a newer cmp (schema %s, this one knows %s)", name, Schema)
		}
		return parse(line, &schemaLine{})
	}
	switch {
	case r.ended && len(bytes.TrimSpace(line)) == 0:
		return nil
	case r.ended:
		return fault("follows the line that ends the file")
	}
	var head headLine
	if err := json.Unmarshal(line, &head); err != nil {
		return fault("not a JSON object, or cut short")
	}
	switch head.Record {
	case "content":
		return r.content(line)
	case "entry":
		return r.entry(line)
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
	record, err := readRecord(Kind(head.Record), line)
	switch {
	case err != nil:
		return err
	case r.seen[record.ID]:
		return fault("%s %s: is there twice", record.Kind, record.Key)
	}
	r.seen[record.ID] = true
	r.ledger.Records, r.lines = append(r.ledger.Records, record), append(r.lines, r.line)
	return nil
}

// readRecord reads a line and checks what it says by itself.
func readRecord(kind Kind, line []byte) (Record, error) {
	switch kind {
	case CredentialKind:
		var v credentialLine
		return recordOf(kind, line, &v, func() (string, checked, error) { return v.Key, v.Credential, checkCredential(v.Key) })
	case CycleKind:
		var v cycleLine
		return recordOf(kind, line, &v, func() (string, checked, error) { return v.Key, v.Cycle, nil })
	case DeclarationKind:
		var v declarationLine
		return recordOf(kind, line, &v, func() (string, checked, error) { return v.Key, v.Declaration, nil })
	case ImportKind:
		var v importLine
		return recordOf(kind, line, &v, func() (string, checked, error) { return v.Key, v.Import, nil })
	case CreditKind:
		var v creditLine
		return recordOf(kind, line, &v, func() (string, checked, error) { return v.Key, v.Credit, nil })
	case AllocationsKind:
		var v allocationsLine
		return recordOf(kind, line, &v, func() (string, checked, error) { return v.Key, v.Allocations, checkCredential(v.Credential) })
	case EvidenceKind:
		var v evidenceLine
		return recordOf(kind, line, &v, func() (string, checked, error) { return v.Key, v.Evidence, nil })
	case CourseKind:
		var v courseLine
		return recordOf(kind, line, &v, func() (string, checked, error) { return v.Key, v.Course, v.checkName(v.Key) })
	}
	return Record{}, fault("record: %q is none that this cmp knows", kind)
}

// A checked is a value that can say what is wrong with it.
type checked interface{ check() error }

func recordOf(kind Kind, line []byte, to any, read func() (key string, v checked, err error)) (Record, error) {
	if err := parse(line, to); err != nil {
		return Record{}, err
	}
	key, v, err := read()
	if err == nil {
		err = checkName("uid", key)
	}
	if err == nil {
		err = v.check()
	}
	id := ID{kind, key}
	if a, ok := to.(*allocationsLine); ok {
		id = AllocationsOf(a.Key, a.Credential)
	}
	if err != nil {
		return Record{}, err
	}
	return Make(id, v)
}

// content reads a content and checks that it is what its hash says. Its data
// stay where they are in the file.
func (r *reader) content(line []byte) error {
	var v contentLine
	if err := parse(line, &v); err != nil {
		return err
	}
	if err := checkSHA256(v.SHA256); err != nil {
		return err
	}
	data, err := base64.StdEncoding.DecodeString(v.Data)
	sum := sha256.Sum256(data)
	switch {
	case err != nil:
		return fault("data: not base64")
	case len(data) == 0:
		return fault("data: must not be empty")
	case int64(len(data)) != v.Size:
		return fault("size: is %d, but there are %d bytes", v.Size, len(data))
	case hex.EncodeToString(sum[:]) != v.SHA256:
		return fault("data: is not what sha256 says")
	case r.contents[v.SHA256]:
		return fault("content %s: is there twice", v.SHA256)
	}
	r.contents[v.SHA256] = true
	r.ledger.Contents = append(r.ledger.Contents, Content{v.SHA256, v.Size, func() ([]byte, error) {
		return base64.StdEncoding.DecodeString(v.Data)
	}})
	return nil
}
