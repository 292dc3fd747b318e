package document

import (
	"bytes"
	"compress/flate"
	"encoding/ascii85"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/adler32"
	"io"
	"slices"
	"strconv"
	"strings"
)

// The objects of a PDF are float64, string, bool, nil and these:
type (
	name  string
	array []any
	dict  map[name]any
	ref   int // the number of another object
	// An operator is any other word.
	operator string
)

type stream struct {
	dict
	ref
	raw   []byte
	whole bool // its end is in the file
}

type pdf struct {
	objects       map[ref]any
	trailer       dict
	key           []byte // "" where nothing is encrypted
	cipher        string
	steps, opened int
	doubtful      bool // a checksum is wrong
}

// get follows a reference.
func (p *pdf) get(v any) any {
	for range maxNested {
		r, ok := v.(ref)
		if !ok {
			return v
		}
		v = p.objects[r]
	}
	return nil
}

// drawn follows a reference to what is drawn. A file that breaks off does not have it.
func (p *pdf) drawn(v any) any {
	if r, ok := v.(ref); ok {
		if _, ok := p.objects[r]; !ok {
			panic(errPDFBreaksOff)
		}
	}
	return p.get(v)
}

func (p *pdf) number(v any) float64 { n, _ := p.get(v).(float64); return n }
func (p *pdf) name(v any) name      { n, _ := p.get(v).(name); return n }
func (p *pdf) array(v any) array    { a, _ := p.get(v).(array); return a }

// dict returns a dictionary, or that of a stream.
func (p *pdf) dict(v any) dict {
	if s := p.stream(v); s != nil {
		return s.dict
	}
	d, _ := p.get(v).(dict)
	return d
}

func (p *pdf) stream(v any) *stream { s, _ := p.get(v).(*stream); return s }

// unpack returns the bytes of a stream without its filters.
func (p *pdf) unpack(s *stream) []byte {
	if s == nil {
		return nil
	}
	if !s.whole {
		panic(errPDFBreaksOff)
	}
	p.step(50 + len(s.raw)/64) // to begin takes long: a small form may be drawn a million times
	data := p.decrypted(s)
	filters, params := p.list(s.dict["Filter"]), p.list(s.dict["DecodeParms"])
	if len(filters) > maxNested {
		panic(brokenPDF("it is packed too often"))
	}
	for i, f := range filters {
		var param dict
		if i < len(params) {
			param = p.dict(params[i])
		}
		data = p.filter(p.name(f), data, param)
	}
	return data
}

// list returns the values of an array, or the one value.
func (p *pdf) list(v any) array {
	switch v := p.get(v).(type) {
	case nil:
		return nil
	case array:
		return v
	default:
		return array{v}
	}
}

func (p *pdf) filter(kind name, data []byte, param dict) []byte {
	switch kind {
	case "FlateDecode", "Fl":
		return p.unpredict(p.inflate(data), param)
	case "ASCII85Decode", "A85":
		data, _, _ = bytes.Cut(bytes.TrimPrefix(bytes.TrimSpace(data), []byte("<~")), []byte("~"))
		return p.readAll(ascii85.NewDecoder(bytes.NewReader(data)))
	case "ASCIIHexDecode", "AHx":
		data, _, _ = bytes.Cut(data, []byte(">"))
		data = bytes.Join(bytes.Fields(data), nil)
		return p.readAll(hex.NewDecoder(bytes.NewReader(append(data, "0"[:len(data)%2]...)))) // half a byte means a whole one
	case "Crypt":
		return data
	}
	panic(brokenPDF(fmt.Sprintf("it is packed by %q", kind)))
}

// inflate unpacks what zlib packed. Some programs write more behind its end, others a wrong
// checksum. Both together are damage; so is a wrong one where the content is none, see draw.
func (p *pdf) inflate(packed []byte) []byte {
	if len(bytes.TrimSpace(packed)) == 0 {
		return nil
	}
	const header, checksum = 2, 4 // bytes
	if len(packed) < header || packed[0]&0x0f != 8 {
		panic(errPDFBreaksOff)
	}
	left := bytes.NewReader(packed[header:])
	data := p.readAll(flate.NewReader(left))
	if behind := packed[len(packed)-left.Len():]; len(behind) >= checksum && binary.BigEndian.Uint32(behind) != adler32.Checksum(data) {
		if p.doubtful = true; len(behind) > checksum+len("\r\n") {
			panic(errPDFBreaksOff)
		}
	}
	return data
}

// readAll unpacks up to what is left.
func (p *pdf) readAll(r io.Reader) []byte {
	data, err := io.ReadAll(io.LimitReader(r, int64(maxOpen-p.opened)+1))
	if p.opened += len(data); p.opened > maxOpen {
		panic(tooLargePDF(fmt.Sprintf("%d MB unpacked", maxOpen>>20)))
	}
	if err != nil { // what is missing may be a row
		panic(errPDFBreaksOff)
	}
	return data
}

// unpredict undoes the differences between the lines of PNG, in which lists of objects
// are packed.
func (p *pdf) unpredict(data []byte, param dict) []byte {
	if p.number(param["Predictor"]) < 10 {
		return data
	}
	or := func(key name, usual int) int {
		if n := int(p.number(param[key])); n > 0 && n < 1<<16 {
			return n
		}
		return usual
	}
	pixel := max(1, or("Colors", 1)*or("BitsPerComponent", 8)/8)
	width := pixel * or("Columns", 1)
	out, before := data[:0], make([]byte, width) // what is done is shorter than what was read
	for len(data) > 1 {
		kind, line := data[0], data[1:min(len(data), width+1)]
		data = data[1+len(line):]
		for i := range line {
			var left, corner byte
			if i >= pixel {
				left, corner = line[i-pixel], before[i-pixel]
			}
			line[i] += predicted(kind, left, before[i], corner)
		}
		copy(before, line)
		out = append(out, line...)
	}
	return out
}

func predicted(kind, left, up, corner byte) byte {
	switch kind {
	case 1:
		return left
	case 2:
		return up
	case 3:
		return byte((int(left) + int(up)) / 2)
	case 4:
		far := func(b byte) int {
			return max(int(left)+int(up)-int(corner)-int(b), int(b)-int(left)-int(up)+int(corner))
		}
		return slices.MinFunc([]byte{left, up, corner}, func(a, b byte) int { return far(a) - far(b) })
	}
	return 0
}

// A lexer reads objects and operators.
type lexer struct {
	*pdf
	data  []byte
	at    int
	depth int
}

const (
	blanks     = "\x00\t\n\f\r "
	delimiters = "()<>[]{}/%"
)

// object returns the next object or operator, and nil for null; at the end it is
// operator "".
func (l *lexer) object() any {
	l.skipBlanks()
	l.step(1)
	if l.at >= len(l.data) {
		return operator("")
	}
	c := l.data[l.at]
	l.at++
	switch c {
	case '(':
		return l.text()
	case '/':
		return name(l.unescaped(l.word()))
	case '[':
		return l.list("]")
	case ']', '{', '}', ')':
		return operator(c)
	case '<', '>':
		if l.at < len(l.data) && l.data[l.at] == c {
			if l.at++; c == '<' {
				return l.pairs()
			}
			return operator(">>")
		}
		if c == '<' {
			return l.hex()
		}
		return operator(">")
	}
	l.at--
	return pdfWord(l.word())
}

func pdfWord(word string) any {
	if n, err := strconv.ParseFloat(word, 64); err == nil && strings.Trim(word, "+-.0123456789") == "" {
		return n
	}
	switch word {
	case "true", "false":
		return word == "true"
	case "null":
		return nil
	}
	return operator(word)
}

func (l *lexer) skipBlanks() {
	for ; l.at < len(l.data); l.at++ {
		if c := l.data[l.at]; c == '%' {
			for l.at < len(l.data) && l.data[l.at] != '\n' && l.data[l.at] != '\r' {
				l.at++
			}
		} else if strings.IndexByte(blanks, c) < 0 {
			return
		}
	}
}

func (l *lexer) word() string {
	n := bytes.IndexAny(l.data[l.at:min(len(l.data), l.at+maxAhead)], blanks+delimiters)
	if n < 0 {
		n = min(len(l.data)-l.at, maxAhead)
	}
	l.at += n
	return string(l.data[l.at-n : l.at])
}

// unescaped returns a name without its #20.
func (l *lexer) unescaped(s string) string {
	if !strings.Contains(s, "#") {
		return s
	}
	parts := strings.Split(s, "#")
	for i, part := range parts[1:] {
		if b, err := hex.DecodeString(part[:min(2, len(part))]); err == nil && len(b) == 1 {
			parts[i+1] = string(b) + part[2:]
		}
	}
	return strings.Join(parts, "")
}

func (l *lexer) list(end operator) (items array) {
	if l.depth++; l.depth > maxNested {
		panic(tooLargePDF(fmt.Sprintf("%d levels of parts", maxNested)))
	}
	defer func() { l.depth-- }()
	for {
		switch v := l.object().(type) {
		case operator:
			n := len(items)
			if v == "R" && n > 1 {
				num, _ := items[n-2].(float64)
				items = append(items[:n-2], ref(num))
			}
			switch v {
			case "endobj", "stream": // a list that is not closed
				l.at -= len(v)
				return items
			case end, "":
				return items
			}
		default:
			items = append(items, v)
		}
	}
}

func (l *lexer) pairs() dict {
	items := l.list(">>")
	d := dict{}
	for i := 0; i+1 < len(items); i += 2 {
		if key, ok := items[i].(name); ok {
			d[key] = items[i+1]
		}
	}
	return d
}

func (l *lexer) hex() string {
	n := bytes.IndexByte(l.data[l.at:], '>')
	if n < 0 {
		n = len(l.data) - l.at
	}
	digits := bytes.Join(bytes.Fields(l.data[l.at:l.at+n]), nil)
	l.at = min(len(l.data), l.at+n+1)
	if len(digits)%2 == 1 {
		digits = append(digits, '0')
	}
	out := make([]byte, len(digits)/2)
	n, _ = hex.Decode(out, digits)
	return string(out[:n])
}

// text reads a text in round brackets.
func (l *lexer) text() string {
	var out []byte
	for depth := 1; l.at < len(l.data); {
		c := l.data[l.at]
		l.at++
		switch c {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return string(out)
			}
		case '\\':
			out = l.escape(out)
			continue
		}
		out = append(out, c)
	}
	return string(out)
}

// escape reads what stands behind a backslash.
func (l *lexer) escape(out []byte) []byte {
	if l.at >= len(l.data) {
		return out
	}
	c := l.data[l.at]
	l.at++
	if i := strings.IndexByte("nrtbf", c); i >= 0 {
		return append(out, "\n\r\t\b\f"[i])
	}
	switch {
	case c == '\r':
		if l.at < len(l.data) && l.data[l.at] == '\n' {
			l.at++
		}
		return out
	case c == '\n':
		return out
	case c < '0' || c > '7':
		return append(out, c)
	}
	n := c - '0'
	for range 2 {
		if l.at < len(l.data) && l.data[l.at] >= '0' && l.data[l.at] <= '7' {
			n = n<<3 | (l.data[l.at] - '0')
			l.at++
		}
	}
	return append(out, n)
}

// stream returns what stands behind the dictionary of a stream, or nil.
func (l *lexer) stream(r ref, d dict) *stream {
	l.skipBlanks()
	rest, ok := bytes.CutPrefix(l.data[l.at:], []byte("stream"))
	if !ok {
		return nil
	}
	rest = bytes.TrimPrefix(bytes.TrimPrefix(rest, []byte("\r")), []byte("\n"))
	n, _ := d["Length"].(float64)
	end, whole := []byte("endstream"), true
	if !(n >= 0 && int(n) <= len(rest) && bytes.HasPrefix(bytes.TrimLeft(rest[int(n):], "\r\n "), end)) {
		i := bytes.Index(rest, end)
		if i < 0 {
			i, whole = len(rest), false
		}
		n = float64(len(bytes.TrimSuffix(bytes.TrimSuffix(rest[:i], []byte("\n")), []byte("\r"))))
	}
	l.at = len(l.data) - len(rest) + int(n)
	return &stream{d, r, rest[:int(n):int(n)], whole}
}

// numberBefore reads "12 0 " before the word obj.
func numberBefore(data []byte) (ref, bool) {
	fields := bytes.Fields(data[max(0, len(data)-24):])
	if len(fields) < 2 {
		return 0, false
	}
	num := fields[len(fields)-2]
	num = num[bytes.LastIndexFunc(num, func(r rune) bool { return r < '0' || r > '9' })+1:]
	n, err := strconv.Atoi(string(num))
	_, err2 := strconv.Atoi(string(fields[len(fields)-1]))
	return ref(n), err == nil && err2 == nil
}
