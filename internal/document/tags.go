package document

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"cmpledger/internal/ledger"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A node is a tag with what is in it, or a text.
type node struct {
	is               atom.Atom
	text             string
	hidden           bool // a person does not see it
	rowspan, colspan int
	kids             []*node
}

// A tree is built tag by tag. The parser of golang.org/x/net/html builds what a browser
// does, but copies formats and texts so often that a page of some MB can take minutes.
// For tables it is enough to know which tags end others.
type tree struct{ open []*node }

var errPageBreaksOff = refused("a page that breaks off within a table", ledger.Say("save it anew from where you have it, or its table as CSV, and import that"))

// within reports whether one of those tags is open.
func (t *tree) within(tags ...atom.Atom) bool {
	return slices.ContainsFunc(t.open, func(n *node) bool { return slices.Contains(tags, n.is) })
}

// parse builds the tree of a page. Many pages end without </html>, but not within a row.
func parse(text string) (root *node, doubt string, err error) {
	root = &node{}
	t, ended := tree{[]*node{root}}, false
	z := html.NewTokenizer(strings.NewReader(text))
	z.SetMaxBuf(maxToken)
	for tags := 0; tags <= maxTags; {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			switch {
			case !errors.Is(z.Err(), io.EOF):
			case ended || !t.within(atom.Table):
				return root, "", nil
			case len(z.Raw()) > 0 || t.within(atom.Tr):
				return nil, "", errPageBreaksOff
			default:
				return root, "the page ends within a table, so rows may be missing", nil
			}
			return nil, "", refused(fmt.Sprintf("a page with a tag, script or text of more than %d MB", maxToken>>20), saveTable)
		case html.TextToken:
			if text := string(z.Text()); text != "" {
				t.add(&node{text: text})
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			tags++
			n := newNode(z)
			t.begin(n)
			if kind == html.StartTagToken && !isVoid(n.is) {
				t.open = append(t.open, n)
			}
		case html.EndTagToken:
			tags++
			name, _ := z.TagName()
			is := atom.Lookup(name)
			t.end(is)
			ended = ended || is == atom.Body || is == atom.Html
		}
		if len(t.open) > maxDepth {
			return nil, "", refused(fmt.Sprintf("a page whose tags are nested more than %d times", maxDepth), saveTable)
		}
	}
	return nil, "", refused(fmt.Sprintf("a page of more than %d tags", maxTags), saveTable)
}

var hiddenStyle = lazily(`(?i)display\s*:\s*none|visibility\s*:\s*(hidden|collapse)`)

// newNode returns the tag that was read.
func newNode(z *html.Tokenizer) *node {
	name, more := z.TagName()
	n := &node{is: atom.Lookup(name), rowspan: 1, colspan: 1}
	switch n.is {
	case atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Select, atom.Title, atom.Svg, atom.Textarea:
		n.hidden = true
	}
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch count, _ := strconv.Atoi(strings.TrimSpace(string(value))); string(key) {
		case "hidden":
			n.hidden = true
		case "style":
			n.hidden = n.hidden || hiddenStyle().Match(value)
		case "rowspan":
			n.rowspan = min(max(count, 1), maxCells)
		case "colspan":
			n.colspan = min(max(count, 1), maxSpan)
		}
	}
	return n
}

func isVoid(a atom.Atom) bool {
	switch a {
	case atom.Br, atom.Hr, atom.Img, atom.Input, atom.Meta, atom.Link, atom.Col, atom.Wbr, atom.Area, atom.Base, atom.Embed, atom.Source:
		return true
	}
	return false
}

func (t *tree) add(n *node) {
	last := t.open[len(t.open)-1]
	last.kids = append(last.kids, n)
}

// begin adds a tag where it belongs: a cell goes into a row, and a row into its table,
// whatever was not closed before.
func (t *tree) begin(n *node) {
	switch n.is {
	case atom.P, atom.A, atom.Dt, atom.Dd, atom.Option:
		t.endWithin(n.is, atom.Div, atom.Li, atom.Td, atom.Th, atom.Table)
	case atom.Li:
		t.endWithin(atom.Li, atom.Ul, atom.Ol, atom.Td, atom.Th, atom.Table)
	case atom.Td, atom.Th:
		t.endWithin(atom.Td, atom.Tr, atom.Table)
		t.endWithin(atom.Th, atom.Tr, atom.Table)
	case atom.Tr:
		t.endWithin(atom.Tr, atom.Table)
	case atom.Thead, atom.Tbody, atom.Tfoot:
		for _, part := range []atom.Atom{atom.Thead, atom.Tbody, atom.Tfoot, atom.Tr} {
			t.endWithin(part, atom.Table)
		}
	}
	t.add(n)
}

// end closes the innermost open tag of that kind. Only the end of a part of a table
// closes cells.
func (t *tree) end(a atom.Atom) {
	switch a {
	case atom.Table:
		t.endWithin(a)
	case atom.Tr, atom.Td, atom.Th, atom.Thead, atom.Tbody, atom.Tfoot:
		t.endWithin(a, atom.Table)
	default:
		t.endWithin(a, atom.Table, atom.Td, atom.Th)
	}
}

// endWithin closes the innermost open tag of that kind, unless one of the others is
// inside it.
func (t *tree) endWithin(a atom.Atom, others ...atom.Atom) {
	for i, n := range slices.Backward(t.open) {
		switch {
		case i == 0:
			return
		case n.is == a:
			t.open = t.open[:i]
			return
		case slices.Contains(others, n.is):
			return
		}
	}
}
