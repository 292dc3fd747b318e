package exchange

import (
	"bufio"
	"cmp"
	"encoding/base64"
	"io"
	"strings"
)

// Write writes a ledger, which has to be in order ([Ledger.Sort]).
func Write(to io.Writer, l Ledger) error {
	w := &writer{out: bufio.NewWriterSize(to, 1<<16)}
	w.line(schemaLine{Schema})
	for _, r := range l.Records {
		w.text(head(r.ID), r.Value[1:], "\n")
		w.lines++
	}
	for _, c := range l.Contents {
		data, err := c.Read()
		if err != nil {
			return err
		}
		w.line(contentLine{headLine{"content"}, c.SHA256, c.Size, base64.StdEncoding.EncodeToString(data)})
	}
	for _, e := range l.Log {
		w.entry(e)
	}
	w.line(endLine{headLine{"end"}, w.lines})
	if w.err != nil {
		return w.err
	}
	return w.out.Flush()
}

// A writer writes lines until the first error.
type writer struct {
	out   *bufio.Writer
	lines int
	err   error
}

func (w *writer) text(all ...string) {
	for _, s := range all {
		if w.err == nil {
			_, w.err = w.out.WriteString(s)
		}
	}
}

func (w *writer) line(v any) {
	w.text(mustValue(v), "\n")
	w.lines++
}

// entry writes an entry and its changes, which may be very many.
func (w *writer) entry(e Entry) {
	line := mustValue(entryLine{headLine{"entry"}, e.UID, e.Stamp, e.At, e.Command, e.Summary, OrNull(e.Undoes), nil})
	w.text(strings.TrimSuffix(line, "null}"), Changes(e.Changes), "}\n")
	w.lines++
}

// Changes returns changes as they are in the line of an entry.
func Changes(all []Change) string {
	var b strings.Builder
	separator := "["
	for _, c := range all {
		for _, s := range []string{
			separator, `{"record":`, quoted(string(c.Kind)), `,"key":`, quoted(c.Key),
			`,"before":`, cmp.Or(c.Before, "null"), `,"after":`, cmp.Or(c.After, "null"), "}",
		} {
			b.WriteString(s)
		}
		separator = ","
	}
	if len(all) == 0 {
		return "[]"
	}
	return b.String() + "]"
}

// head returns the beginning of a record's line: its kind and its key, and a
// comma, for every value has a field.
func head(id ID) string {
	key := `"uid":` + quoted(id.Key)
	switch id.Kind {
	case CredentialKind:
		key = `"credential":` + quoted(id.Key)
	case DeclarationKind:
		key = `"cycle":` + quoted(id.Key)
	case AllocationsKind:
		credit, credential := splitAllocations(id)
		key = `"credit":` + quoted(credit) + `,"credential":` + quoted(credential)
	}
	return `{"record":` + quoted(string(id.Kind)) + `,` + key + `,`
}

func quoted(text string) string { return mustValue(text) }
