package transcript

import (
	"slices"
	"strings"

	"cmpledger/internal/ledger"
)

// Cells of a document, and those that were copied from a page, may have several lines,
// with line feeds between them: below the title its number or the provider, below the
// points those of other boards.

// takeLines makes columns of what most cells of a column have on a line of its own, and
// leaves the other cells on one line. Those of points and topics keep theirs in lines.
func (r *reader) takeLines() {
	for i := range slices.Backward(r.Header) {
		r.splitColumn(i, r.Header[i]+" #", cutNumber)
	}
	means := func(field Field) func(string) bool {
		return func(h string) bool {
			f, _ := r.layout.meaning(h)
			return f == field || Squeeze(r.Options.Columns[field]) == Squeeze(h)
		}
	}
	title := slices.IndexFunc(r.Header, means(Title))
	if title >= 0 && !slices.ContainsFunc(r.Header, means(Provider)) {
		r.splitColumn(title, "Provider (below "+r.Header[title]+")", cutProvider)
	}
	if !slices.ContainsFunc(r.Header, means(Topics)) {
		r.takeHeadings()
	}
	for i := range r.below {
		rec := &r.below[i]
		rec.lines, rec.cells = rec.cells, make([]string, len(rec.cells))
		for k, cell := range rec.lines {
			rec.cells[k] = strings.Join(strings.Fields(cell), " ")
		}
	}
}

// takeHeadings makes a column of the headings between the records where most of them are
// topics.
func (r *reader) takeHeadings() {
	read := topicReader{r.Known, squeezedOver(r.Topics, nil), false, map[string]topicCell{}}
	is := func(h string) bool { return h != "" && !isYear(h) && !isTotal(h) && !footer().MatchString(h) }
	topics := 0
	for _, rec := range r.below {
		if h := rec.heading(); is(h) {
			topics--
			if _, unknown, _ := read.read(h); unknown == nil {
				topics += 2
			}
		}
	}
	if topics <= 0 {
		return
	}
	r.sections, r.Header = true, append(r.Header[:len(r.Header):len(r.Header)], "Category (heading)")
	section, width := "", len(r.Header)-1
	for i, rec := range r.below {
		if h := rec.heading(); is(h) {
			section = h
		} else if h != "" {
			section = ""
		}
		if n := width - len(rec.cells); n >= 0 {
			r.below[i].cells = slices.Concat(rec.cells, make([]string, n), []string{section})
		}
	}
}

// splitColumn inserts a column behind another one where most cells of it can be cut.
func (r *reader) splitColumn(i int, name string, cut func(cell string) (string, string)) {
	some, known := 0, map[string]bool{}
	for _, rec := range r.below {
		switch _, below := cut(rec.cell(i)); {
		case rec.heading() != "" || rec.cell(i) == "":
		case below == "":
			some--
		default:
			some++
			known[below] = true
		}
	}
	if some <= 0 {
		return
	}
	r.Header = slices.Insert(slices.Clone(r.Header), i+1, name)
	for n, rec := range r.below {
		if i >= len(rec.cells) {
			continue
		}
		cell, below := cut(rec.cell(i))
		if rec.heading() != "" {
			cell, below = rec.cell(i), rec.cell(i)
		}
		for text := range known { // its line may end where the next word had no room
			if before, ok := strings.CutSuffix(cell, " "+text); ok && below == "" {
				cell, below = before, text
			}
		}
		r.below[n].cells = slices.Insert(slices.Clone(rec.cells), i+1, below)
		r.below[n].cells[i] = cell
	}
}

// cutLast cuts the last line off a cell.
func cutLast(cell string) (above, last string) {
	if i := strings.LastIndexByte(cell, '\n'); i >= 0 {
		return strings.TrimSpace(cell[:i]), strings.TrimSpace(cell[i+1:])
	}
	return cell, ""
}

// cutNumber cuts off a last line such as "# 20-123", as in CE Broker's reports.
func cutNumber(cell string) (above, number string) {
	if above, last := cutLast(cell); strings.HasPrefix(last, "#") && above != "" {
		return above, strings.TrimLeft(last, "# ")
	}
	return cell, ""
}

// cutProvider cuts off a second line that may be a provider, as in CME Passport's
// transcripts.
func cutProvider(cell string) (above, provider string) {
	above, last := cutLast(cell)
	label, name, labelled := strings.Cut(last, ":")
	switch {
	case labelled && isOneOf(letters(label), "provider sponsor by providedby offeredby"):
		return above, strings.TrimSpace(name)
	case labelled, strings.Contains(above, "\n"), strings.Trim(last, "0123456789/-.#, ") == "":
		return cell, ""
	}
	return above, last
}

// heading returns the text that is in all cells of a record, as one that spans a table
// is, or "".
func (r record) heading() string {
	if len(r.cells) < 3 || slices.ContainsFunc(r.cells, func(c string) bool { return c != r.cells[0] }) {
		return ""
	}
	return strings.TrimSpace(r.cells[0])
}

// pastedRecords puts records together whose cells were copied from a page: what ends in a
// line of its own has no tab behind it. Each record has one day; the points come last. It
// returns nil if that does not fit all.
func (o layout) pastedRecords(names []string, lines []record) (all []record) {
	column := func(field Field) int {
		return slices.IndexFunc(names, func(h string) bool { f, _ := o.meaning(h); return f == field })
	}
	day, between := column(Date), len(names)-2-column(Date)
	if column(Points) != len(names)-1 || day < 0 || day > 1 || between < 1 {
		return nil
	}
	var parts []part
	for _, rec := range lines {
		parts = append(parts, partsOf(rec)...)
	}
	var starts []int
	for i, p := range parts {
		if _, err := ledger.ParseWritten(p.text); err == nil {
			for n := 0; n < day && i > 0; n++ {
				if i--; i > 0 && strings.HasPrefix(parts[i].text, "#") {
					i--
				}
			}
			starts = append(starts, i)
		}
	}
	for n, from := range starts {
		to := len(parts)
		if n+1 < len(starts) {
			to = starts[n+1]
		}
		rec := pastedRecord(parts[from:max(from, to)], day, between)
		if all = append(all, rec); len(rec.cells) != len(names) {
			return nil
		}
	}
	if len(starts) > 0 && starts[0] > 0 {
		return nil
	}
	return all
}

// A part is a cell or a line of one.
type part struct {
	text string
	line int
}

// partsOf returns the parts of a line. Points beside their subject are one, and what
// stands below a table is none.
func partsOf(rec record) (all []part) {
	if last := len(rec.cells) - 1; last == 1 && amountAlone(rec.cell(last)) && !amountAlone(rec.cell(0)) {
		return []part{{rec.cell(0) + " " + rec.cell(last), rec.line}}
	}
	for _, cell := range rec.cells {
		if cell = strings.TrimSpace(cell); cell != "" && !footer().MatchString(cell) {
			all = append(all, part{cell, rec.line})
		}
	}
	return all
}

func amountAlone(s string) bool { return s != "" && strings.Trim(s, "0123456789.") == "" }

// pastedRecord gives the parts of a record to their columns: so many before the day, so
// many between it and the points.
func pastedRecord(parts []part, day, between int) record {
	credits := len(parts)
	for credits > 0 && isCredits(parts[credits-1].text) {
		credits--
	}
	rec := record{line: parts[0].line}
	for i, p := range parts {
		last := len(rec.cells) - 1
		switch {
		case i > credits, i < credits && strings.HasPrefix(p.text, "#"), i < credits && len(rec.cells) == day+1+between:
			rec.cells[last] += "\n" + p.text
		default:
			rec.cells = append(rec.cells, p.text)
		}
	}
	return rec
}

// isCredits reports whether a text begins or ends with an amount.
func isCredits(s string) bool {
	words := strings.Fields(s)
	_, notDay := ledger.ParseWritten(s)
	last := len(words) - 1
	if last > 0 && measureOf(words[last]) != "" {
		last--
	}
	return notDay != nil && !strings.HasPrefix(s, "#") && (amountAlone(words[0]) || amountAlone(words[last]))
}

// shares reads what a cell says of the points of each subject and of all: "Safety: 1
// Ethics: 0.5 Total: 1.5" or "1 hr Safety 1 hr Total". It returns nil if it says
// something else.
func shares(cell string) (amounts, subjects []string) {
	tokens := strings.FieldsFunc(cell, func(r rune) bool { return r == ' ' || r == '\n' || r == ';' })
	name := ""
	first := len(tokens) > 0 && amountAlone(tokens[0]) // the amount stands before its subject
	for i := 0; i < len(tokens); i++ {
		if !amountAlone(tokens[i]) {
			name = strings.TrimSpace(name + " " + tokens[i])
			continue
		}
		amounts = append(amounts, tokens[i])
		if !first || len(amounts) > 1 {
			subjects, name = append(subjects, strings.TrimRight(name, ":-\u2013 ")), ""
		}
		for n := 2; n > 0; n-- {
			if end := i + 1 + n; end <= len(tokens) && measureOf(strings.Join(tokens[i+1:end], " ")) != "" {
				amounts[len(amounts)-1] += " " + strings.Join(tokens[i+1:end], " ")
				i += n
				break
			}
		}
	}
	if last := len(subjects) - 1; first {
		subjects, name = append(subjects, name), ""
	} else if end, ok := strings.CutSuffix(strings.Join(subjects[max(last, 0):], ""), " Total"); ok && last > 0 {
		subjects[last-1], subjects[last] = subjects[last-1]+" "+end, "Total" // whose name goes on in the next line
	}
	if name != "" || slices.Contains(subjects, "") {
		return nil, nil
	}
	return amounts, subjects
}
