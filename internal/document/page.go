package document

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"cmpledger/internal/ledger"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// The most that is read of a page.
const (
	maxPage   = 16 << 20 // bytes
	maxTables = 1000
	maxTags   = 300_000
	maxDepth  = 512     // of tags within each other, as in golang.org/x/net/html
	maxToken  = 4 << 20 // bytes of one tag, script or text
	maxSpan   = 1000    // columns of one cell, as in a browser
	maxCells  = 500_000 // of all tables, also those that a cell spans
	maxText   = 32 << 20
)

var saveTable = ledger.Say("save the part with the table as CSV and import that")

// beginnings are the tags that a page, or a part of one, begins with. A CSV header may
// begin with <Title>.
var beginnings = []atom.Atom{
	atom.Html, atom.Head, atom.Body, atom.Meta, atom.Style, atom.Script, atom.Link, atom.Table, atom.Div, atom.P, atom.Span,
	atom.Center, atom.Section, atom.Main, atom.Article, atom.Form, atom.Font, atom.H1, atom.H2, atom.H3,
}

// isPage reports whether the first tag is one of HTML.
func isPage(data []byte) bool {
	if i := bytes.IndexByte(data[:min(len(data), 1000)], '<'); i < 0 || len(bytes.Trim(data[:i], "\xef\xbb\xbf\xff\xfe\x00 \t\r\n")) > 0 {
		return false
	}
	head := data[:min(len(data), maxToken)]
	text, err := decode(head, "")
	if err != nil { // what it is in, readPage says
		text = string(head)
	}
	for z := html.NewTokenizer(strings.NewReader(text)); ; {
		switch z.Next() {
		case html.DoctypeToken:
			return strings.HasPrefix(strings.ToLower(z.Token().Data), "html")
		case html.StartTagToken:
			name, _ := z.TagName()
			return slices.Contains(beginnings, atom.Lookup(name))
		case html.TextToken:
			if len(bytes.TrimSpace(z.Raw())) > 0 {
				return false
			}
		case html.ErrorToken:
			return len(data) > maxToken // one tag, which readPage refuses
		case html.EndTagToken, html.SelfClosingTagToken:
			return false
		}
	}
}

var charsetOfPage = lazily(`(?i)<meta[^>]{0,200}charset\s*=\s*["']?([a-z0-9_:-]+)`)

// lazily compiles a pattern when it is first used, so that no other command waits for it.
func lazily(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

// readPage reads all tables of a page, each before those within it, and its text.
func readPage(data []byte) (d Document, err error) {
	charset := ""
	if m := charsetOfPage().FindSubmatch(data[:min(len(data), 4096)]); m != nil {
		charset = string(m[1])
	}
	text, err := decode(data, charset)
	if err != nil {
		return d, err
	}
	if len(text) > maxPage {
		return d, refused(fmt.Sprintf("a page of more than %d MB", maxPage>>20), saveTable)
	}
	root, doubt, err := parse(text)
	if err != nil {
		return d, err
	}
	p := pageReader{cellsLeft: maxCells, textLeft: maxText, cells: " "}
	p.find(root)
	d.work = 4*(maxCells-p.cellsLeft) + (maxText-p.textLeft)/16
	if p.isFull() {
		return d, refused(fmt.Sprintf("a page with more than %d tables, %d cells or %d MB of text in them", maxTables, maxCells, maxText>>20), saveTable)
	}
	d.Doubt = doubt
	d.Kind, d.Tables, d.Lines = "page", joinAlike(p.tables, p.headings), p.text(root)
	return d, nil
}

// joinAlike makes one table of those with the same header, such as one for each year, and
// of one without a header and the one above it that has the same kinds of cells, with the
// headings above them as rows. A table that is there twice, as for a narrow screen, is one.
func joinAlike(tables []Table, headings []string) (all []Table) {
	var kinds [][]string   // of the cells below the headers
	first := map[int]int{} // of each that nothing was joined to yet
	under := func(n int) [][]string {
		if headings[n] == "" {
			return nil
		}
		return [][]string{slices.Repeat([]string{headings[n]}, len(tables[n].Rows[0]))}
	}
	for n, t := range tables {
		from := 1
		i := slices.IndexFunc(all, func(other Table) bool {
			return len(t.Rows[0]) >= minColumns && slices.Equal(other.Rows[0], t.Rows[0])
		})
		if t.Headless = isHeadless(t.Rows); t.Headless {
			from, i = 0, len(all)-1
			for own := kindsOf(t.Rows); i >= 0 && (all[i].Headless || !slices.Equal(kinds[i], own)); {
				i--
			}
		}
		switch {
		case i < 0:
			first[len(all)] = n
			all, kinds = append(all, t), append(kinds, kindsOf(t.Rows[1:]))
		case !slices.ContainsFunc(tables[:n], func(other Table) bool { return slices.EqualFunc(other.Rows, t.Rows, slices.Equal) }):
			if k, ok := first[i]; ok {
				all[i].Rows = slices.Concat(tables[k].Rows[:1], under(k), tables[k].Rows[1:])
				delete(first, i)
			}
			all[i].Rows = slices.Concat(all[i].Rows, under(n), t.Rows[from:])
		}
	}
	return all
}

// isHeadless reports whether the first row of a table is a row of credits.
func isHeadless(rows [][]string) bool {
	return len(rows[0]) >= minColumns && slices.Contains(kindsOf(rows[:1]), "day") && holdsRow(strings.Join(rows[0], " "))
}

// kindsOf returns what the cells of each column are: days or amounts, where all are, or text.
func kindsOf(rows [][]string) (kinds []string) {
	for i, row := range rows {
		for c, text := range row {
			kind := "text"
			if dayAndTime().FindString(text) == text {
				kind = "day"
			} else if (cell{lines: []string{text}}).isAmount() {
				kind = "amount"
			}
			switch {
			case i == 0:
				kinds = append(kinds, kind)
			case c < len(kinds) && text != "" && kinds[c] != kind:
				kinds[c] = "text"
			}
		}
	}
	return kinds
}

type pageReader struct {
	tables              []Table
	headings            []string // above each, or ""
	heading             string   // the last one
	cellsLeft, textLeft int
	cells               string // between the cells of a row in a text
}

func (p *pageReader) isFull() bool {
	return p.cellsLeft < 0 || p.textLeft < 0 || len(p.tables) > maxTables
}

// find reads the tables below a node, unless they are hidden.
func (p *pageReader) find(n *node) {
	if n.hidden || p.isFull() {
		return
	}
	switch n.is {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		p.heading = strings.Join(p.lines(n), " ")
	case atom.Table:
		if rows := p.rows(n); len(rows) > 0 {
			p.tables, p.headings = append(p.tables, Table{Name: p.caption(n), Rows: rows}), append(p.headings, p.heading)
			p.heading = ""
		}
	}
	for _, c := range n.kids {
		p.find(c)
	}
}

func (p *pageReader) caption(table *node) string {
	for _, c := range table.kids {
		if c.is == atom.Caption {
			return strings.Join(p.lines(c), " ")
		}
	}
	return ""
}

// A cell is a place in a table. A cell that spans several is in each of them.
type cell struct {
	lines   []string
	header  bool
	below   int  // how many more rows it spans
	begins  bool // it begins in this row
	spanned bool // it begins in a column before
}

func (c cell) text() string { return strings.Join(c.lines, " ") }

// rows reads a table as a person does. Where a cell has several lines, there are line
// feeds between them.
func (p *pageReader) rows(table *node) [][]string {
	var grid [][]cell
	width := 0
	for _, tr := range rowsOf(table) {
		var above []cell
		if len(grid) > 0 {
			above = grid[len(grid)-1]
		}
		row := p.row(tr, above)
		grid, width = append(grid, row), max(width, len(row))
		if p.isFull() {
			return nil
		}
	}
	grid = joinSpanned(joinHeaders(spreadGroups(grid, width)))
	var rows [][]string
	for _, row := range grid {
		texts := make([]string, len(row))
		for i, c := range row {
			texts[i] = strings.ReplaceAll(strings.Join(c.lines, "\n"), ";\n", "; ") // of several cells
			if p.textLeft -= len(texts[i]); p.textLeft < 0 {
				return nil
			}
		}
		if strings.Join(texts, "") != "" {
			rows = append(rows, texts)
		}
	}
	return rows
}

// rowsOf returns the rows of a table, without those of tables in it.
func rowsOf(n *node) (rows []*node) {
	for _, c := range n.kids {
		switch {
		case c.hidden:
		case c.is == atom.Tr:
			rows = append(rows, c)
		case c.is != atom.Table && c.is != atom.Caption:
			rows = append(rows, rowsOf(c)...)
		}
	}
	return rows
}

// row reads a row below another one, of which some cells may go on.
func (p *pageReader) row(tr *node, above []cell) (row []cell) {
	goOn := func() {
		for len(row) < len(above) && above[len(row)].below > 0 {
			c := above[len(row)]
			c.below, c.begins = c.below-1, false
			row = append(row, c)
		}
	}
	for _, n := range tr.kids {
		if n.hidden || n.is != atom.Td && n.is != atom.Th {
			continue
		}
		goOn()
		c := cell{p.lines(n), n.is == atom.Th, n.rowspan - 1, true, false}
		for range n.colspan {
			row = append(row, c)
			c.lines, c.spanned = nil, true // the text is in the first column alone
		}
		if len(row) > p.cellsLeft {
			break
		}
	}
	for goOn(); len(row) < len(above) && slices.ContainsFunc(above[len(row):], func(c cell) bool { return c.below > 0 }); goOn() {
		row = append(row, cell{})
	}
	p.cellsLeft -= len(row)
	return row
}

// isGroup reports whether one text alone spans the table.
func isGroup(row []cell, width int) bool {
	return width > 1 && len(row) == width && len(row[0].lines) > 0 &&
		row[0].begins &&
		!slices.ContainsFunc(row[1:], func(c cell) bool { return !c.spanned || !c.begins })
}

// spreadGroups puts the text that spans the table, such as the name of a group, into
// each column. What is above the header is left out.
func spreadGroups(grid [][]cell, width int) [][]cell {
	for len(grid) > 0 && isGroup(grid[0], width) {
		grid = grid[1:]
	}
	for _, row := range grid {
		if !isGroup(row, width) {
			continue
		}
		for i := range row {
			row[i] = cell{lines: row[0].lines, begins: true}
		}
	}
	return grid
}

// joinHeaders makes one row of the first ones that are headers: "Credits" above "CE" is
// "Credits (CE)".
func joinHeaders(grid [][]cell) [][]cell {
	n := slices.IndexFunc(grid, func(row []cell) bool { return slices.ContainsFunc(row, func(c cell) bool { return !c.header }) })
	if n < 2 || n > 4 || !slices.ContainsFunc(grid[0], func(c cell) bool { return c.spanned || c.below > 0 }) {
		return grid
	}
	first := slices.Clone(grid[0])
	for _, row := range grid[1:n] {
		for i, c := range row[:min(len(row), len(first))] {
			switch {
			case !c.begins || len(c.lines) == 0:
			case len(first[i].lines) == 0:
				first[i].lines = c.lines
			default:
				first[i].lines = []string{first[i].text() + " (" + c.text() + ")"}
			}
		}
	}
	return append([][]cell{first}, grid[n:]...)
}

// joinSpanned makes one row of those that an amount spans: their points were earned once.
// The texts that each has are a list then.
func joinSpanned(grid [][]cell) (out [][]cell) {
	joined := false // the last row of out is one of several
	for _, row := range grid {
		if len(out) == 0 || !slices.ContainsFunc(row, func(c cell) bool { return !c.begins && !c.header && c.isAmount() }) {
			out, joined = append(out, row), false
			continue
		}
		last := out[len(out)-1]
		if !joined { // its texts may be in other rows
			last, joined = slices.Clone(last), true
			for i := range last {
				last[i].lines = slices.Clone(last[i].lines)
			}
		}
		n := len(last)
		last = append(last, row[min(n, len(row)):]...)
		out[len(out)-1] = last
		for i, c := range row[:min(n, len(row))] {
			if !c.begins || len(c.lines) == 0 {
				continue
			}
			if n := len(last[i].lines); n > 0 {
				last[i].lines[n-1] += ";"
			}
			last[i].lines = append(last[i].lines, c.lines...)
		}
	}
	return out
}

var amount = lazily(`^[0-9]{0,3}([.,][0-9]+)?( ?[A-Za-z. ]+)?$`)

// isAmount reports whether the cell is a number with or without a unit. It may not be a year.
func (c cell) isAmount() bool {
	if len(c.lines) != 1 || len(c.lines[0]) > 40 {
		return false
	}
	return strings.ContainsAny(c.lines[0][:1], ".0123456789") && amount().MatchString(c.lines[0])
}

// lines returns the text of a node as lines, without outer and double blanks. The
// entries of a list are on one line, with semicolons between them.
func (p *pageReader) lines(n *node) (lines []string) {
	var b strings.Builder
	p.write(&b, n)
	for line := range strings.SplitSeq(b.String(), "\n") {
		line = strings.Join(strings.Fields(line), " ")
		entries := slices.DeleteFunc(strings.Split(line, "\x01"), func(s string) bool { return strings.TrimSpace(s) == "" })
		for i, s := range entries {
			entries[i] = strings.TrimSpace(s)
		}
		if len(entries) > 0 {
			lines = append(lines, strings.Join(entries, "; "))
		}
	}
	return lines
}

// write writes the text that a person sees, with a line feed where a line ends and a
// \x01 before an entry of a list.
func (p *pageReader) write(b *strings.Builder, n *node) {
	for _, c := range n.kids {
		switch {
		case p.textLeft < 0 || c.hidden:
		case c.text != "":
			p.textLeft -= len(c.text)
			b.WriteString(strings.Map(plain, c.text))
		case c.is == atom.Li:
			b.WriteByte('\x01')
			p.write(b, c)
		case isBlock(c.is):
			b.WriteByte('\n')
			p.write(b, c)
			b.WriteByte('\n')
		case c.is == atom.Sup && isMark(c): // of a footnote
		case c.is == atom.Td, c.is == atom.Th:
			b.WriteString(p.cells)
			p.write(b, c)
		default:
			p.write(b, c)
		}
	}
}

// text returns the text of a page. The cells of a row are phrases of a line.
func (p *pageReader) text(root *node) (lines []Line) {
	var b strings.Builder
	p.cells = "\t"
	p.write(&b, root)
	for line := range strings.SplitSeq(strings.ReplaceAll(b.String(), "\x01", ""), "\n") {
		if l := textLine(strings.Split(line, "\t")); len(l) > 0 {
			lines = append(lines, l)
		}
	}
	return lines
}

// isMark reports whether a raised text is only digits, such as a footnote's number.
func isMark(n *node) bool {
	var b strings.Builder
	for _, c := range n.kids {
		b.WriteString(c.text)
	}
	text := strings.TrimSpace(b.String())
	return text != "" && strings.Trim(text, "0123456789,*†‡") == ""
}

// plain returns what separates words as a blank, and drops what cannot be seen.
func plain(r rune) rune {
	switch {
	case r < ' ', r == '\u00a0':
		return ' '
	case r == '\u200b', r == '\ufeff', r == '\u00ad':
		return -1
	}
	return r
}

func isBlock(a atom.Atom) bool {
	switch a {
	case atom.Br, atom.P, atom.Div, atom.Ul, atom.Ol, atom.Tr, atom.Table, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Hr, atom.Dl, atom.Dt, atom.Dd, atom.Section:
		return true
	}
	return false
}
