package main

import (
	"bytes"
	"strings"

	"cmpledger/internal/prose"
)

// A roff is a manual page as it is written, in the macros of man(7).
type roff struct{ bytes.Buffer }

// macro writes a macro with its arguments, which are texts.
func (r *roff) macro(name string, args ...string) {
	r.WriteString("." + name)
	for _, arg := range args {
		r.WriteString(` "` + strings.ReplaceAll(escape(arg), `"`, `\(dq`) + `"`)
	}
	r.WriteByte('\n')
}

func (r *roff) text(s string) { r.WriteString(line(strings.Join(strings.Fields(s), " ")) + "\n") }

// escape returns text that roff prints unchanged, so that it can be copied.
func escape(s string) string {
	return strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`).Replace(s)
}

// line returns a text for the beginning of a line, where it is no macro.
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
	r.macro("nh") // the end of an example undoes it
}

// prose writes a text of help, with its headings as sections (SH) or subsections (SS).
func (r *roff) prose(text, heading string) {
	begun := true // a heading begins a paragraph
	for _, block := range prose.Parse(text) {
		if block.Kind == prose.Heading {
			title := block.Text
			if heading == "SH" { // sections are in capitals
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

// terms writes a list of words with their meanings, and those that are indented further
// in a list within it.
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

// term writes a word in bold, and its meaning below.
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
