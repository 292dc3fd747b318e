package document

import (
	"bytes"
	"errors"
	"fmt"

	"cmpledger/internal/ledger"
)

const pdfMagic = "%PDF-"

// The most that is read of a PDF. Work is counted, not timed, so that the same file is
// read or refused on every machine.
const (
	maxAhead  = 1024     // bytes before the mark of a PDF
	maxPDF    = 32 << 20 // bytes of the file
	maxOpen   = 32 << 20 // bytes unpacked
	maxSteps  = 5_000_000
	maxPages  = 200
	maxNested = 32
)

func brokenPDF(what string) *ledger.Error {
	return refused("a PDF that cannot be read: "+what, ledger.Say("open it, print it to a new PDF and import that, or %s", addByHand))
}

var errPDFBreaksOff = refused("a PDF that breaks off or is damaged", ledger.Say("save it anew from where you have it, or %s", addByHand))

func tooLargePDF(what string) *ledger.Error {
	return refused("a PDF with more than "+what, ledger.Say("print the pages with the table to a new PDF and import that, or export it as CSV"))
}

// isPDF reports whether data looks like a PDF, even if [Read] refuses it.
func isPDF(data []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(data[:min(len(data), maxAhead)], "\xef\xbb\xbf\x00\t\r\n "), []byte(pdfMagic))
}

// readPDF is the one way into a PDF. What is below it panics with a [*ledger.Error]
// where it cannot go on.
func readPDF(data []byte) (d Document, err error) {
	p := &pdf{objects: map[ref]any{}}
	defer func() {
		if x := recover(); x != nil {
			var e *ledger.Error
			if cause, ok := x.(error); !ok || !errors.As(cause, &e) {
				e = brokenPDF("it is damaged")
			}
			d, err = Document{}, e
		}
		d.work = p.steps + p.opened/8
	}()
	p.open(data)
	lines, turned, pages := p.lines()
	if len(lines) == 0 {
		d.Kind = Picture
		return d, refused("a PDF without text, such as a scan or a photo", asEvidence)
	}
	d.Kind = "PDF"
	for _, line := range lines {
		d.Lines = append(d.Lines, lineOf(line))
	}
	if l := textLine([]string{turned}); len(l) > 0 { // such as VOID across the page
		d.Lines = append(d.Lines, l)
	}
	tables, whole := tablesOf(lines, 0)
	if !whole {
		return Document{Kind: d.Kind}, refused("a table whose columns run into each other", ledger.Say("export it as CSV, or %s", addByHand))
	}
	d.Tables = joinAlike(tables, make([]string, len(tables)))
	for i := range d.Tables {
		switch {
		case len(d.Tables) > 1:
			d.Tables[i].Name = unused(nil, "", i+1)
		case pages > 1:
			d.Tables[i].Name = fmt.Sprintf("%d pages", pages)
		default:
			d.Tables[i].Name = "1 page"
		}
	}
	return d, nil
}

// step counts work.
func (p *pdf) step(n int) {
	if p.steps += n; p.steps > maxSteps {
		panic(tooLargePDF(fmt.Sprintf("%d parts", maxSteps)))
	}
}

// open finds the objects of a file where they stand. It needs no table of their
// offsets, which may be damaged or refer to itself: of objects with one number the last
// one is valid, as files grow at their end.
func (p *pdf) open(data []byte) {
	if len(data) > maxPDF {
		panic(tooLargePDF(fmt.Sprintf("%d MB", maxPDF>>20)))
	}
	found := p.scan(data)
	p.decrypt()
	for _, o := range found {
		if s, ok := o.value.(*stream); ok && s.dict["Type"] == name("ObjStm") {
			p.unpackObjects(s)
		} else {
			p.objects[o.ref] = o.value
		}
	}
}

type object struct {
	ref
	value any
}

// scan returns the objects in their order, and keeps the last trailer.
func (p *pdf) scan(data []byte) (found []object) {
	l := &lexer{pdf: p, data: data}
	for {
		from := l.at
		i := bytes.Index(data[from:], []byte("obj"))
		if i < 0 {
			p.addTrailer(data[from:])
			return found
		}
		p.addTrailer(data[from : from+i])
		number, ok := numberBefore(data[from : from+i])
		if l.at += i + len("obj"); !ok {
			continue
		}
		p.step(16) // an empty one takes memory too
		o := object{number, l.object()}
		if d, ok := o.value.(dict); ok {
			if s := l.stream(o.ref, d); s != nil {
				o.value = s
				p.setTrailer(d)
			}
		}
		p.objects[o.ref] = o.value
		found = append(found, o)
	}
}

// addTrailer reads the trailer between two objects, if there is one.
func (p *pdf) addTrailer(data []byte) {
	if _, data, ok := bytes.Cut(data, []byte("trailer")); ok {
		l := &lexer{pdf: p, data: data}
		d, _ := l.object().(dict)
		p.setTrailer(d)
	}
}

func (p *pdf) setTrailer(d dict) {
	if d["Root"] != nil {
		p.trailer = d
	}
}

// unpackObjects reads the objects that stand in a stream.
func (p *pdf) unpackObjects(s *stream) {
	l := &lexer{pdf: p, data: p.unpack(s)}
	first := int(p.number(s.dict["First"]))
	for range int(p.number(s.dict["N"])) {
		p.step(1)
		num, ok1 := l.object().(float64)
		at, ok2 := l.object().(float64)
		if !ok1 || !ok2 {
			return
		}
		if at := first + int(at); at >= 0 && at < len(l.data) {
			in := &lexer{pdf: p, data: l.data, at: at}
			p.objects[ref(num)] = in.object()
		}
	}
}

// lines returns the words of all pages in their lines, the text that is turned, and how
// many pages there are.
func (p *pdf) lines() (lines [][]word, turned string, pages int) {
	w := &writer{pdf: p, fonts: map[ref]*font{}}
	seen := map[ref]bool{}
	var walk func(v any, inherited dict, depth int)
	walk = func(v any, inherited dict, depth int) {
		p.step(1)
		if r, ok := v.(ref); ok {
			if seen[r] {
				panic(brokenPDF("a page is within itself"))
			}
			seen[r] = true
		}
		node := p.dict(p.drawn(v))
		own := dict{}
		for _, key := range []name{"Resources", "Rotate"} {
			if own[key] = inherited[key]; node[key] != nil {
				own[key] = node[key]
			}
		}
		if depth > maxNested {
			panic(tooLargePDF(fmt.Sprintf("%d levels of pages", maxNested)))
		}
		if kids, ok := p.get(node["Kids"]).(array); ok {
			for _, kid := range kids {
				walk(kid, own, depth+1)
			}
			return
		}
		if node == nil {
			return
		}
		if w.page++; w.page > maxPages {
			panic(tooLargePDF(fmt.Sprintf("%d pages", maxPages)))
		}
		w.drawPage(node, own)
	}
	if walk(p.dict(p.trailer["Root"])["Pages"], nil, 0); w.page == 0 {
		panic(brokenPDF("it has no pages"))
	}
	return w.done(), w.turned.String(), w.page
}
