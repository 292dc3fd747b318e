package main

import (
	"bytes"
	"strings"

	"cmpledger/internal/prose"
)

// A roff is a manual page as it is written, in the macros of man(7).
type roff struct{ bytes.Buffer }

// macro writes a line that begins with a dot; each argument is text, and may
// have blanks.
func (r *roff) macro(name string, args ...string) {
	r.WriteString("." + name)
	for _, arg := range args {
		r.WriteString(` "` + strings.ReplaceAll(escape(arg), `"`, `\(dq`) + `"`)
	}
	r.WriteByte('\n')
}

func (r *roff) text(s string) { r.WriteString(line(strings.Join(strings.Fields(s), " ")) + "\n") }

// escape returns text that roff prints as it stands, so that it can be copied.
func escape(s string) string {
	return strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`).Replace(s)
}

// line returns a text that begins a line and is no macro.
func line(s string) string {
	if strings.HasPrefix(s, ".") {
		return `\&` + escape(s)
	}
	return escape(s)
}

func (r *roff) example(text string) {
	r.macro("EX")
	for l := range strings.Lines(text) {
		r.WriteString(line(strings.TrimRight(l, "\n")) + "\n")
	}
	r.macro("EE")
	r.macro("nh") // which the end of an example takes back
}

// prose writes a text of help. Its headings become sections, or where the text
// is a section itself, the parts of it.
func (r *roff) prose(text, heading string) {
	begun := true // behind a heading no paragraph has to begin
	for _, block := range prose.Parse(text) {
		if block.Kind == prose.Heading {
			title := block.Text
			if heading == "SH" { // whose names are in capitals
				title = strings.ToUpper(title)
			}
			r.macro(heading, title)
			begun = true
			continue
		}
		if !begun && block.Kind != prose.Terms {
			r.macro("PP")
		}
		begun = false
		switch block.Kind {
		case prose.Terms:
			r.terms(block.Terms)
		case prose.Verbatim:
			r.macro("RS", "4")
			r.example(outdent(block.Text))
			r.macro("RE")
		default:
			r.text(block.Text)
		}
	}
}

// terms writes words with what they mean, and what is indented one step further.
func (r *roff) terms(all []prose.Term) {
	for _, t := range all {
		nested := t.Indent > all[0].Indent
		if nested {
			r.macro("RS")
		}
		r.term(t.Word, t.Text)
		if nested {
			r.macro("RE")
		}
	}
}

// term writes a word in bold, and what it means below it.
func (r *roff) term(word, text string) {
	r.macro("TP")
	r.macro("B", word)
	if text == "" {
		r.WriteString("\\&\n")
		return
	}
	r.text(text)
}

func outdent(text string) string {
	lines := strings.Split(text, "\n")
	least := len(text)
	for _, l := range lines {
		least = min(least, len(l)-len(strings.TrimLeft(l, " ")))
	}
	for i, l := range lines {
		lines[i] = l[least:]
	}
	return strings.Join(lines, "\n")
}
