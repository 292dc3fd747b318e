package exchange

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"cmpledger/internal/ledger"
)

// ErrNewer is wrapped by the error about a file that a later cmp wrote.
var ErrNewer = errors.New("written by a newer cmp")

// The lines of a file that are no records, and the stamps in the others.
type (
	schemaLine struct {
		Schema string `json:"schema" shape:"cmp.ledger/1" title:"One line of a whole ledger" doc:"Written by cmp export ledger as JSON Lines: the first line has the schema, the last says how many lines were before it." form:"schema" about:"The first line."`
	}
	contentLine struct {
		Record Kind   `json:"record" const:"content" form:"content"`
		SHA256 string `json:"sha256" as:"sha256"`
		Size   int64  `json:"size" doc:"In bytes."`
		Data   []byte `json:"data" as:"base64" doc:"The content of a file of evidence."`
	}
	endLine struct {
		Record string `json:"record" const:"end" form:"end" about:"The last line."`
		Lines  int    `json:"lines" doc:"Before this one."`
	}
	stamps struct {
		Changed string   `json:"changed" as:"stamp"`
		Past    []string `json:"past" as:"past"`
	}
)

// Lines returns an empty line of each kind, of which a schema can be made.
func Lines() []any {
	about := map[Kind]string{
		ApartKind:  "Two credits that look alike and are two.",
		PortalKind: "Whether the portal of a body has a credit.",
		GoneKind:   "What was deleted, or of a credit when it was removed last, also where it was restored since.",
	}
	all := []any{schemaLine{}}
	for _, v := range values() {
		kind := v.id().Kind
		tag := fmt.Sprintf(`json:"record" const:%q form:%[1]q about:%q`, kind, about[kind])
		fields := []reflect.StructField{{Name: "Record", Type: reflect.TypeFor[string](), Tag: reflect.StructTag(tag)}}
		of := reflect.VisibleFields(reflect.TypeOf(v))
		if kind.Stamped() {
			of = append(of, reflect.VisibleFields(reflect.TypeFor[stamps]())...)
		}
		for _, f := range of {
			if !f.Anonymous {
				fields = append(fields, reflect.StructField{Name: f.Name, Type: f.Type, Tag: f.Tag})
			}
		}
		all = append(all, reflect.Zero(reflect.StructOf(fields)).Interface())
	}
	return append(all, contentLine{}, endLine{})
}

// Write writes a ledger. It is an error where [Read] would refuse the file.
func Write(to io.Writer, l Ledger) error {
	if len(l.Records)+len(l.Contents) > mostLines {
		return tooLarge()
	}
	w := bufio.NewWriterSize(to, 1<<16)
	lines, size := 0, 0
	line := func(text string) {
		_, _ = w.WriteString(text + "\n") // Flush returns the first error
		lines++
	}
	line(Text(schemaLine{Schema}))
	for _, r := range l.Sorted() {
		text := r.line()
		if size += len(text) + 1; size > mostRecords || len(text) >= mostRecord {
			return tooLarge()
		}
		line(text)
	}
	for _, hash := range slices.Sorted(maps.Keys(l.Contents)) {
		c := l.Contents[hash]
		before, after, _ := strings.Cut(Text(contentLine{contentKind, hash, c.Size, []byte{}}), `""`)
		_, _ = w.WriteString(before + `"`)
		data := base64.NewEncoder(base64.StdEncoding, w)
		if err := c.Write(data); err != nil {
			return err
		}
		_ = data.Close()
		line(`"` + after)
	}
	line(Text(endLine{"end", lines}))
	return w.Flush()
}

// line returns a record as a line of the file.
func (r Record) line() string {
	text := `{"record":` + Text(r.Kind) + "," + Text(r.Value)[1:]
	if !r.Kind.Stamped() {
		return text
	}
	return strings.TrimSuffix(text, "}") + "," + Text(stamps{r.Changed, r.Past})[1:]
}

const bom = "\uFEFF"

// HeadSize is how many bytes of a file are enough to recognize it.
const HeadSize = 200

// Recognize reports whether data begins as a file of any version does.
func Recognize(data []byte) bool {
	first, _, _ := bytes.Cut(bytes.TrimPrefix(data[:min(len(data), HeadSize)], []byte(bom)), []byte("\n"))
	var v schemaLine
	return json.Unmarshal(first, &v) == nil && strings.HasPrefix(v.Schema, "cmp.ledger/")
}

// How many bytes a record may have at most, and all records together; and how many records
// and contents there may be, each of which takes far more memory than a short line.
const (
	mostLines   = 500_000
	mostRecord  = 32 << 20
	mostRecords = 128 << 20
)

// tooLarge is the error where the ledger has more than [Read] takes.
func tooLarge() error {
	return &ledger.Error{
		What: fmt.Sprintf("your ledger is too large for one file: it has more than 500,000 records and files, or more than %d MB of texts", mostRecords>>20),
		Try:  ledger.Say("to keep a copy of it: %s", ledger.Command{"backup"}),
	}
}

// Read reads a file and checks all that is in it. The contents stay in the file, which has
// to be open for as long as they are wanted.
func Read(file io.ReaderAt) (Ledger, error) {
	r := reader{file: file, seen: map[ID]bool{}, ledger: Ledger{Contents: map[string]Content{}}}
	r.Reader = bufio.NewReaderSize(io.NewSectionReader(file, 0, math.MaxInt64), 1<<16)
	if first, _ := r.Peek(len(bom)); string(first) == bom {
		r.skip(len(bom))
	}
	for {
		err := r.next()
		switch {
		case errors.Is(err, io.EOF) && !r.ended:
			return Ledger{}, fmt.Errorf("cut short: its last line is missing")
		case errors.Is(err, io.EOF):
			return r.ledger, cmp.Or(r.ledger.misfits()...) // each by itself was checked
		case err != nil:
			return Ledger{}, fmt.Errorf("line %d: %w", r.line, err)
		}
	}
}

// A reader reads a file line by line.
type reader struct {
	*bufio.Reader
	file    io.ReaderAt
	at      int64 // how much was read
	records int   // bytes of the records until now
	ledger  Ledger
	line    int
	seen    map[ID]bool // records and contents
	ended   bool
}

func (r *reader) skip(n int) {
	n, _ = r.Discard(n)
	r.at += int64(n)
}

// next reads a content, or many lines. Its error is io.EOF where there is nothing more.
func (r *reader) next() error {
	if of := r.contentHead(); of != nil {
		r.line++
		r.skip(len(of[0]))
		size, _ := strconv.ParseInt(string(of[2]), 10, 64)
		return r.content(string(of[1]), size)
	}
	lines, err := r.lines()
	var workers sync.WaitGroup
	for at := range slices.Chunk(lines, len(lines)/runtime.GOMAXPROCS(0)+1) {
		workers.Go(func() {
			for i := range at {
				at[i].tryParse()
			}
		})
	}
	workers.Wait()
	for i := range lines {
		r.line++
		if err := r.read(&lines[i]); err != nil {
			return err
		}
	}
	if err != nil {
		r.line++ // the one that could not be read
	}
	return err
}

// contentHead returns how the next line begins and its parts, nil where it is no content.
func (r *reader) contentHead() [][]byte {
	if r.ended {
		return nil
	}
	head, _ := r.Peek(HeadSize)
	return contentHead().FindSubmatch(head)
}

// lines reads lines up to a content, about a megabyte and not too many: an empty one takes
// memory too. Its error says why there are no more.
func (r *reader) lines() (all []line, err error) {
	for size := 0; size < 1<<20 && len(all) < 1000 && r.contentHead() == nil; {
		text, err := r.text(min(mostRecord, mostRecords-r.records))
		if err != nil {
			return all, err
		}
		all = append(all, line{text: text})
		r.records += len(text)
		size += len(text)
	}
	return all, nil
}

// text reads to the end of the line, at most so many bytes.
func (r *reader) text(most int) (line []byte, err error) {
	for {
		part, err := r.ReadSlice('\n')
		r.at += int64(len(part))
		switch line = append(line, part...); {
		case len(line) > most:
			return nil, fmt.Errorf("larger than %d MB, or all lines to here than %d MB: more than cmp can read", mostRecord>>20, mostRecords>>20)
		case errors.Is(err, bufio.ErrBufferFull):
		case err == nil, errors.Is(err, io.EOF) && len(line) > 0:
			return line, nil
		default:
			return nil, err
		}
	}
}

// A line is a line of the file, and what it says by itself.
type line struct {
	text []byte
	head struct {
		Schema string `json:"schema"`
		Record Kind   `json:"record"`
		stamps
	}
	broken  error // why there is no head
	record  Record
	wrong   error // what is, with the record
	mistake bool  // parse panicked
}

// tryParse is parse where nobody recovers a panic.
func (l *line) tryParse() {
	defer func() { l.mistake = recover() != nil }()
	l.parse()
}

// parse reads a line and checks it by itself, which takes most of the time.
func (l *line) parse() {
	if l.broken = json.Unmarshal(l.text, &l.head); l.broken != nil {
		return
	}
	v, err := l.head.Record.Parse(l.text)
	if err != nil {
		l.wrong = err
		return
	}
	l.record = Record{v.id(), 0, l.head.Changed, l.head.Past, v}
	l.wrong = cmp.Or(l.record.check(), same(l.text, l.record.line()))
}

// read adds what a line says to the lines before it.
func (r *reader) read(l *line) error {
	if l.mistake {
		l.parse() // the program says where it was
	}
	switch kind := l.head.Record; {
	case r.line == 1 && !Recognize(l.text):
		return fmt.Errorf(`does not begin with {"schema":%q}`, Schema)
	case r.line == 1 && l.head.Schema != Schema:
		return fmt.Errorf("%w (schema %s, this one knows %s)", ErrNewer, l.head.Schema, Schema)
	case r.line == 1:
		return same(l.text, Text(schemaLine{Schema}))
	case r.ended && len(bytes.TrimSpace(l.text)) == 0:
		return nil
	case r.ended:
		return fmt.Errorf("comes after the last line of the file")
	case l.broken != nil && kind == "":
		return fmt.Errorf("not a JSON object, or cut short")
	case l.broken != nil:
		return plain(l.broken)
	case kind == "end":
		if r.ended = true; same(l.text, Text(endLine{"end", r.line - 1})) != nil {
			return fmt.Errorf("it does not count the %d lines before it: some are missing, or were added", r.line-1)
		}
		return nil
	case kind == contentKind:
		return errContent
	case l.wrong != nil:
		return l.wrong
	}
	if err := r.once(l.record.ID); err != nil {
		return err
	}
	r.ledger.Add(l.record.Value, 0, l.record.Changed, l.record.Past)
	return nil
}

// Parse reads a value of a kind from JSON. It may have other fields too.
func (k Kind) Parse(data []byte) (Value, error) {
	for _, zero := range values() {
		if zero.id().Kind == k {
			v := reflect.New(reflect.TypeOf(zero))
			if err := json.Unmarshal(data, v.Interface()); err != nil || !utf8.Valid(data) {
				return nil, wrongField(zero, data, err)
			}
			return v.Elem().Interface().(Value), nil
		}
	}
	return nil, fmt.Errorf("record: this cmp does not know %q", k)
}

func (r *reader) once(id ID) error {
	if r.seen[id] {
		return fmt.Errorf("%s %s: is there twice", id.Kind, id.Key)
	}
	if len(r.seen) == mostLines {
		return errors.New("more than 500,000 records and files: more than cmp can read")
	}
	r.seen[id] = true
	return nil
}

var errContent = errors.New("the content of a file was changed after cmp wrote it, or cut short")

// contentHead is how the line of a content begins, in fewer bytes than HeadSize where
// no one added blanks: its hash, its size, and then the data.
var contentHead = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\s*\{\s*"record"\s*:\s*"content"\s*,\s*"sha256"\s*:\s*"([0-9a-f]{64})"\s*,\s*"size"\s*:\s*([1-9]\d{0,9})\s*,\s*"data"\s*:\s*"`)
})

// content reads the data of a content bit by bit, and checks that it has the hash.
func (r *reader) content(hash string, size int64) error {
	if size > ledger.MostEvidence {
		return fmt.Errorf("the content of a file is larger than %d MB", ledger.MostEvidence>>20)
	}
	from, length := r.at, int64(base64.StdEncoding.EncodedLen(int(size)))
	c := Content{size, func(to io.Writer) error { return decode(io.NewSectionReader(r.file, from, length), hash, size, to) }}
	if err := decode(io.LimitReader(r, length), hash, size, io.Discard); err != nil {
		return err
	}
	r.at += length
	end, err := r.text(HeadSize)
	if after, ok := strings.CutPrefix(string(end), `"`); err != nil || !ok || strings.TrimSpace(after) != "}" {
		return errContent
	}
	r.ledger.Contents[hash] = c
	return r.once(ID{contentKind, hash})
}

// decode writes a content that is encoded as base64, and checks that it is the one.
func decode(data io.Reader, hash string, size int64, to io.Writer) error {
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(sum, to), base64.NewDecoder(base64.StdEncoding.Strict(), data))
	if wrong := base64.CorruptInputError(0); err != nil && !errors.As(err, &wrong) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	if err != nil || n != size || hex.EncodeToString(sum.Sum(nil)) != hash {
		return errContent
	}
	return nil
}

// stampForm is the form of a stamp. After those that it allows there are later ones.
// It is made when it is asked for: every start of the program would wait for it.
var stampForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^([0-8]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ\+\d{6})?$`)
})

// lastStamp sorts after those of the last year that another ledger is heard of: its own stamps
// come after all that it knows, and need room.
const lastStamp = "3000"

func (s stamps) check() error {
	for _, stamp := range append([]string{s.Changed}, s.Past...) {
		switch {
		case !stampForm().MatchString(stamp):
			return fmt.Errorf("%q is not of the form 2026-11-21T13:02:11Z+000001", stamp)
		case stamp > lastStamp:
			return fmt.Errorf("%q is after the year 2999: the clock of a computer was wrong", stamp)
		}
	}
	return nil
}

// plain says what is wrong with JSON, without the words of Go.
func plain(err error) error {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		field := wrong.Field[strings.LastIndexByte(wrong.Field, '.')+1:] // without the names of embedded types
		return fmt.Errorf("%s: not of the right type: %s", field, wrong.Value)
	}
	return fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "json: "))
}

// same checks that a line holds the same as when it is written anew.
func same(line []byte, anew string) error {
	if string(bytes.TrimSuffix(line, []byte("\n"))) == anew {
		return nil // as it is in every file that cmp wrote
	}
	var read, written any
	if err := cmp.Or(json.Unmarshal(line, &read), json.Unmarshal([]byte(anew), &written)); err != nil {
		return plain(err)
	}
	if !reflect.DeepEqual(read, written) {
		return fmt.Errorf("was changed after cmp wrote it: a field differs, was added or left out")
	}
	return nil
}
