package document

import (
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// A font says what the codes of a text mean and how wide they are, in parts of its size.
type font struct {
	wide   bool // codes of two bytes, else of one
	shared bool // it is an object that other texts use too
	texts  map[int]string
	widths map[int]float64
	width  float64 // of the others
}

func (p *pdf) readFont(v any) *font {
	d := p.dict(v)
	f := &font{texts: map[int]string{}, widths: map[int]float64{}}
	if f.wide = p.name(d["Subtype"]) == "Type0"; f.wide {
		p.wideWidths(f, p.dict(p.list(d["DescendantFonts"]).first()))
		if s := p.stream(d["Encoding"]); s != nil {
			f.wide = p.readMap(&font{texts: map[int]string{}}, s)
		}
	} else {
		p.simpleTexts(f, d)
		p.simpleWidths(f, d)
	}
	if s := p.stream(d["ToUnicode"]); s != nil {
		p.readMap(f, s)
	}
	return f
}

func (a array) first() any {
	if len(a) == 0 {
		return nil
	}
	return a[0]
}

// each calls do with every code of a text.
func (f *font) each(text string, do func(code int, letters string, width float64)) {
	size := 1
	if f.wide {
		size = 2
	}
	for len(text) >= size {
		code := codeOf(text[:size])
		width, ok := f.widths[code]
		if !ok {
			width = f.width
		}
		do(code, f.texts[code], width)
		text = text[size:]
	}
}

func codeOf(s string) (n int) {
	for i := range min(len(s), 4) {
		n = n<<8 | int(s[i])
	}
	return n
}

// readMap reads what codes mean, and whether they have two bytes.
func (p *pdf) readMap(f *font, s *stream) (wide bool) {
	l := &lexer{pdf: p, data: p.unpack(s)}
	var args array
	text := func(i int) string { s, _ := args[i].(string); return s }
	for {
		v := l.object()
		op, ok := v.(operator)
		if !ok {
			args = append(args, v)
			continue
		}
		switch op {
		case "":
			return wide
		case "endcodespacerange":
			wide = len(args) > 0 && len(text(0)) > 1
		case "endbfchar":
			for i := 0; i+1 < len(args); i += 2 {
				f.texts[codeOf(text(i))] = utf16Text(text(i + 1))
			}
		case "endbfrange":
			for i := 0; i+2 < len(args); i += 3 {
				p.mapRange(f, codeOf(text(i)), codeOf(text(i+1)), args[i+2])
			}
		}
		args = nil
	}
}

func (p *pdf) mapRange(f *font, from, to int, v any) {
	base, _ := v.(string)
	list, isList := v.(array)
	for code := from; code <= to && code < 1<<16; code++ {
		p.step(2)
		i := code - from
		switch {
		case isList && i >= len(list):
			return
		case isList:
			base, _ = list[i].(string)
			f.texts[code] = utf16Text(base)
		case len(base) > 1:
			last := len(base) - 2
			n := codeOf(base[last:]) + i
			f.texts[code] = utf16Text(base[:last] + string([]byte{byte(n >> 8), byte(n)}))
		case base != "":
			f.texts[code] = string(rune(int(base[0]) + i))
		}
	}
}

var ligatures = strings.NewReplacer("\x00", "", "\u00ad", "-", "ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl")

func utf16Text(s string) string {
	if len(s) == 1 {
		return string(rune(s[0]))
	}
	var units []uint16
	for ; len(s) > 1; s = s[2:] {
		units = append(units, uint16(s[0])<<8|uint16(s[1]))
	}
	return ligatures.Replace(string(utf16.Decode(units)))
}

// wideWidths reads lists of `first [width …]` and `first last width`.
func (p *pdf) wideWidths(f *font, d dict) {
	f.width = 1
	if d["DW"] != nil {
		f.width = p.number(d["DW"]) / 1000
	}
	w := p.array(d["W"])
	for i := 0; i+1 < len(w); {
		first := int(p.number(w[i]))
		if list := p.array(w[i+1]); list != nil {
			for j, v := range list {
				p.step(1)
				f.widths[first+j] = p.number(v) / 1000
			}
			i += 2
		} else if i += 3; i <= len(w) {
			for code := first; code <= int(p.number(w[i-2])) && code < 1<<16; code++ {
				p.step(1)
				f.widths[code] = p.number(w[i-1]) / 1000
			}
		}
	}
}

// Widths of the letters from space to tilde in Helvetica, which a file need not have;
// those of Times are close enough to tell columns apart.
const helvetica = "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556 " +
	"1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 " +
	"333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584"

func (p *pdf) simpleWidths(f *font, d dict) {
	scale := 0.001
	if m := p.array(d["FontMatrix"]); len(m) > 0 && p.name(d["Subtype"]) == "Type3" {
		scale = p.number(m[0])
	}
	first := int(p.number(d["FirstChar"]))
	for i, v := range p.array(d["Widths"]) {
		p.step(1)
		f.widths[first+i] = p.number(v) * scale
	}
	f.width = p.number(p.dict(d["FontDescriptor"])["MissingWidth"]) * scale
	if len(f.widths) > 0 {
		return
	}
	f.width = 0.6 // of Courier, and of most letters outside ASCII
	if !strings.HasPrefix(string(p.name(d["BaseFont"])), "Courier") {
		for i, w := range strings.Fields(helvetica) {
			n, _ := strconv.ParseFloat(w, 64)
			f.widths[' '+i] = n / 1000
		}
	}
}

// simpleTexts reads an encoding of one byte and its differences.
func (p *pdf) simpleTexts(f *font, d dict) {
	enc := p.dict(d["Encoding"])
	base := p.name(d["Encoding"])
	if enc != nil {
		base = p.name(enc["BaseEncoding"])
	}
	table := charmap.Windows1252
	if base == "MacRomanEncoding" {
		table = charmap.Macintosh
	}
	for code := ' '; code < 256; code++ {
		f.texts[int(code)] = string(table.DecodeByte(byte(code)))
	}
	if base == "" || base == "StandardEncoding" {
		for code, letters := range map[int]string{'\'': "’", '`': "‘", 0xAE: "fi", 0xAF: "fl", 0xB1: "–", 0xB7: "•", 0xD0: "—", 0xAA: "“", 0xBA: "”"} {
			f.texts[code] = letters
		}
	}
	code := 0
	for _, v := range p.array(enc["Differences"]) {
		switch v := p.get(v).(type) {
		case float64:
			code = int(v)
		case name:
			if letters := glyph(string(v)); letters != "" {
				f.texts[code] = letters
			}
			code++
		}
	}
}

// Names of glyphs that are not those of letters. What else has a name is read by
// ToUnicode, which all producers write for it.
const glyphNames = "space   nbspace   exclam ! quotedbl \" numbersign # dollar $ percent % ampersand & quotesingle ' parenleft ( parenright ) asterisk * plus + comma , " +
	"hyphen - minus - period . slash / zero 0 one 1 two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9 colon : semicolon ; less < equal = greater > question ? " +
	"at @ bracketleft [ backslash \\ bracketright ] underscore _ braceleft { bar | braceright } asciitilde ~ quoteleft ‘ quoteright ’ quotedblleft “ quotedblright ” " +
	"endash – emdash — bullet • trademark ™ registered ® copyright © ff ff fi fi fl fl ffi ffi ffl ffl germandbls ß ae æ AE Æ oslash ø Oslash Ø dotlessi ı onehalf ½ degree ° mu µ"

var accents = map[string]string{
	"acute": "\u0301", "grave": "\u0300", "circumflex": "\u0302", "dieresis": "\u0308", "tilde": "\u0303", "ring": "\u030a", "cedilla": "\u0327", "caron": "\u030c",
}

// glyph returns the letters of a glyph's name, or "".
func glyph(name string) string {
	name, _, _ = strings.Cut(name, ".")
	if len(name) == 1 {
		return name
	}
	if _, after, ok := strings.Cut(" "+glyphNames+" ", " "+name+" "); ok {
		letters, _, _ := strings.Cut(after, " ")
		if letters == "" {
			return " "
		}
		return letters
	}
	if n, err := strconv.ParseUint(strings.TrimPrefix(strings.TrimPrefix(name, "uni"), "u"), 16, 21); err == nil && name[0] == 'u' && len(name) > 4 {
		return string(rune(n))
	}
	if accent := accents[name[min(1, len(name)):]]; accent != "" {
		return norm.NFC.String(name[:1] + accent)
	}
	return ""
}
