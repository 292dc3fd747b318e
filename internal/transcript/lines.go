package transcript

import (
	"cmp"
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
			return f == field || h != "" && Squeeze(r.Options.Columns[field]) == Squeeze(h)
		}
	}
	title := slices.IndexFunc(r.Header, means(Title))
	if title >= 0 && !slices.ContainsFunc(r.Header, means(Provider)) {
		r.splitProvider(title)
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
		above := section
		switch h := rec.heading(); {
		case is(h):
			section, above = h, h
		case h != "":
			section, above = "", h
		case slices.ContainsFunc(rec.cells, isTotal):
			above = ""
		}
		if n := width - len(rec.cells); n >= 0 {
			r.below[i].cells = slices.Concat(rec.cells, make([]string, n), []string{above})
		}
	}
}

// splitColumn inserts a column behind another one where most cells of it can be cut. It
// returns what that has.
func (r *reader) splitColumn(i int, name string, cut func(cell string) (string, string)) (texts []string) {
	others := 0
	for _, rec := range r.below {
		if rec.heading() != "" || rec.cell(i) == "" {
			continue
		}
		if _, text := cut(rec.cell(i)); text != "" {
			texts = append(texts, text)
		} else {
			others++
		}
	}
	if len(texts) <= others {
		return nil
	}
	r.Header = slices.Insert(slices.Clone(r.Header), i+1, name)
	for n, rec := range r.below {
		if i >= len(rec.cells) {
			continue
		}
		cell, text := cut(rec.cell(i))
		if rec.heading() != "" {
			cell, text = rec.cells[i], rec.cells[i]
		}
		r.below[n].cells = slices.Insert(slices.Clone(rec.cells), i+1, text)
		r.below[n].cells[i] = cell
	}
	return texts
}

// splitProvider makes a column of the providers below the titles. Where a title fills its
// line, the provider looks like its end; others tell.
func (r *reader) splitProvider(title int) {
	known := r.splitColumn(title, "Provider (below "+r.Header[title]+")", cutProvider)
	slices.SortFunc(known, func(a, b string) int { return cmp.Or(len(b)-len(a), cmp.Compare(a, b)) })
	known = slices.Compact(known)
	for _, rec := range r.below {
		if len(known) == 0 || title+1 >= len(rec.cells) || rec.cells[title+1] != "" {
			continue
		}
		for _, provider := range known[:min(len(known), mostProviders)] {
			if before, ok := strings.CutSuffix(rec.cells[title], " "+provider); ok {
				rec.cells[title], rec.cells[title+1] = before, provider
				break
			}
		}
	}
}

// mostProviders is how many are looked for at the end of a title.
const mostProviders = 200

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

// takePasted puts records together whose cells were copied from a page, if there are any.
func (r *reader) takePasted() bool {
	short := func(rec record) bool { return len(rec.cells) < len(r.Header) }
	if !slices.ContainsFunc(r.below, short) {
		return false
	}
	pasted := r.pastedRecords(r.Header, r.below)
	if pasted != nil {
		r.below = pasted
	}
	return pasted != nil
}

// pastedRecords puts records together: what ends in a line of its own has no tab behind
// it. Each record has one day; the points come last. It returns nil if that does not fit
// all.
func (o layout) pastedRecords(names []string, lines []record) (all []record) {
	column := func(field Field) int {
		return slices.IndexFunc(names, func(h string) bool { f, _ := o.meaning(h); return f == field })
	}
	day, width := column(Date), len(names)
	if column(Points) != width-1 || day < 0 || day > 1 || width < day+3 {
		return nil
	}
	var parts []part
	var below []record // what stands below a table
	for _, rec := range lines {
		if len(rec.cells) == 1 && footer().MatchString(rec.cell(0)) {
			below = append(below, record{line: rec.line, cells: slices.Repeat(rec.cells, width)})
		} else {
			parts = append(parts, partsOf(rec)...)
		}
	}
	starts := startsOf(parts, day)
	for n, from := range starts {
		to := len(parts)
		if n+1 < len(starts) {
			to = starts[n+1]
		}
		if from >= to || n == 0 && from > 0 {
			return nil
		}
		rec := pastedRecord(parts[from:to], day, width)
		if all = append(all, rec); len(rec.cells) != width {
			return nil
		}
	}
	return append(all, below...)
}

// startsOf returns the parts that a record begins with: its day, or the title before it.
func startsOf(parts []part, day int) (starts []int) {
	for i, p := range parts {
		if _, err := ledger.ParseWritten(p.text); err != nil {
			continue
		}
		if day > 0 && i > 1 && strings.HasPrefix(parts[i-1].text, "#") {
			i--
		}
		starts = append(starts, max(i-day, 0))
	}
	return starts
}

// A part is a cell or a line of one.
type part struct {
	text string
	line int
}

// partsOf returns the parts of a line. Points beside their subject are one.
func partsOf(rec record) (all []part) {
	if len(rec.cells) == 2 && amountAlone(rec.cell(1)) && !amountAlone(rec.cell(0)) {
		return []part{{rec.cell(0) + " " + rec.cell(1), rec.line}}
	}
	for _, cell := range rec.cells {
		if cell = strings.TrimSpace(cell); cell != "" {
			all = append(all, part{cell, rec.line})
		}
	}
	return all
}

func amountAlone(s string) bool { return s != "" && strings.Trim(s, "0123456789.") == "" }

// pastedRecord gives the parts of a record to its columns. It has too few cells if they
// do not fit.
func pastedRecord(parts []part, day, width int) record {
	credits := len(parts)
	for credits > 0 && isCredits(parts[credits-1].text) {
		credits--
	}
	rec := record{line: parts[0].line}
	for i, p := range parts {
		last := len(rec.cells) - 1
		switch {
		case i > day+1 && i < credits && isCredits(p.text): // of another record, without a day
			return rec
		case last >= 0 && (i > credits || i < credits && (strings.HasPrefix(p.text, "#") || last == width-2)):
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
