package transcript

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"cmpledger/internal/ledger"
	"cmpledger/internal/words"
)

var (
	errEmpty       = errors.New("must not be empty")
	errNotPositive = errors.New("points must be more than 0")
	errFormula     = errors.New("an error of the spreadsheet; correct the cell, or type its value")
)

// A reader reads one file: it finds the header, then what each column means, and then
// turns the records below into credits.
type reader struct {
	File
	layout
	headerLine   int
	below        []record
	meaning      map[int]Field   // of the columns, by their position
	undecided    map[Field]error // why no column was taken for a field
	rules        []boundRule
	unit         int      // position of the column of units, or -1
	given        int      // position of the column of first names beside one of family names, or -1
	status       []int    // columns that say whether an activity was completed; none if all rows are kept
	headings     []string // that stand between the records
	sections     bool     // the headings are topics, and a column has that of each record
	constantOnly []Field  // those of the constants that have no column
	dates        dates
	points       pointsReader
	topics       topicReader
	// Of the row being read:
	unknownKind string       // a kind of activity that is not understood
	college     bool         // the points are semester or quarter hours
	bracket     topicCell    // what a bracket behind the points says: "2.0 (0.5 safety)"
	further     string       // the points that are not counted, as they are written
	subjects    string       // of the shares of the points, as [letters] leaves them
	course      *courseCells // in a catalogue only
}

// misshapen says why a record does not have one cell for each column, or returns nil. It
// ignores empty cells beyond the last column.
func (r *reader) misshapen(rec record) *Problem {
	cells, width := rec.cells, len(r.Header)
	if rec.bad != nil {
		p := *rec.bad
		if len(cells) < width {
			p.Column = r.Header[len(cells)]
		}
		return &p
	}
	for len(cells) > width && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) == width {
		return nil
	}
	message := fmt.Sprintf("%s, but the header has %d; ", words.Count(len(cells), "cell"), width)
	if len(cells) < width {
		return &Problem{Column: r.Header[len(cells)], Message: message + "an empty cell needs its separator too"}
	}
	first := width
	for strings.TrimSpace(cells[first]) == "" {
		first++
	}
	if r.Delimiter == 0 {
		return &Problem{Value: clip(cells[first]), Message: message + "name its column, or empty the cell"}
	}
	return &Problem{Value: clip(cells[first]), Message: message + "quote a cell that contains the separator"}
}

// row reads a record. It reads all cells even if one is bad, so that the row can be
// shown.
func (r *reader) row(rec record) Row {
	row := Row{Number: rec.number, Line: rec.line, Problem: rec.problem}
	if row.Problem != nil {
		row.Credit.Title = strings.Join(rec.cells, ", ") // to recognise the row by
		return row
	}
	r.readCells(&row, rec)
	r.applyRules(&row, rec)
	var notes []string
	for _, text := range row.UnknownTopics {
		notes = append(notes, "topic: "+text)
	}
	if r.further != "" {
		notes = append(notes, "credits: "+r.further)
	}
	if r.unknownKind != "" {
		notes = append(notes, "activity: "+r.unknownKind)
	}
	if c := &row.Credit; len(notes) > 0 {
		if c.Note != "" {
			notes = append([]string{c.Note}, notes...)
		}
		c.Note = strings.Join(notes, "; ")
	}
	return row
}

// readCells sets the fields of a row from its cells and the constants, and its first
// problem.
func (r *reader) readCells(row *Row, rec record) {
	row.Credit.Activity, r.unknownKind, r.bracket, r.college = ledger.CourseActivity, "", topicCell{}, false
	r.further, r.subjects = "", ""
	byUnit := r.points.withUnit(rec.cell(r.unit))
	for _, column := range r.Columns {
		cell, points := r.cell(rec, column), byUnit
		if constant := r.Constants[column.Field]; constant != "" && strings.TrimSpace(cell) == "" {
			cell, points = constant, r.points
		}
		if err := r.setField(row, column.Field, cell, points); err != nil && row.Problem == nil {
			if rec.lines != nil {
				cell = strings.ReplaceAll(cell, "\n", " ")
			}
			row.Problem = &Problem{column.Header, cell, err.Error()}
		}
	}
	for _, field := range r.constantOnly {
		if err := r.setField(row, field, r.Constants[field], r.points); err != nil && row.Problem == nil {
			row.Problem = &Problem{Column: string(field), Value: r.Constants[field], Message: err.Error()}
		}
	}
	c := &row.Credit
	if r.college && c.Activity == ledger.CourseActivity {
		c.Activity = ledger.CollegeCourse
	}
	if r.subjects != "" && letters(rec.cell(r.column(Topics).Index)) == r.subjects { // the same, and lines may break anywhere
		c.Topics, row.UnknownTopics = nil, nil
	}
	if r.bracket.topics != nil {
		c.Topics = addTopics(r.bracket.topics, c.Topics)
	}
	for _, text := range r.bracket.unknown {
		if !slices.ContainsFunc(row.UnknownTopics, func(t string) bool { return Squeeze(t) == Squeeze(text) }) {
			row.UnknownTopics = append(row.UnknownTopics, text)
		}
	}
}

// cell returns the cell of a column: that of points with its lines, and one of topics with
// semicolons between them, unless all of it is one.
func (r *reader) cell(rec record, c Column) string {
	inLines := c.Index < len(rec.lines) // not in a row that ends before
	if inLines && c.Field == Points {
		return rec.lines[c.Index]
	}
	cell := rec.cells[c.Index]
	if !inLines || c.Field != Topics {
		return cell
	}
	if _, err := r.topics.readSeveral(cell); err == nil {
		return cell
	}
	return strings.NewReplacer("\n", "; ", "•", "; ").Replace(rec.lines[c.Index])
}

// keptRecords returns the records to make rows of. It notes the others in the file:
// totals, those that a rule skips, and those that earned nothing.
func (r *reader) keptRecords() []record {
	kept := make([]record, 0, len(r.below))
	section := "" // the heading above, if what is below it earned nothing
	for _, rec := range r.below {
		fits := rec.problem == nil || len(rec.cells) < len(r.Header) // else cells may be in the wrong columns
		status := slices.IndexFunc(r.status, func(i int) bool { return isNotDone(rec.cell(i)) })
		heading := rec.heading()
		switch {
		case heading != "" && r.Delimiter == 0 && !isTotal(heading) && !footer().MatchString(heading):
			r.headings = append(r.headings, heading)
			if section = ""; isNotDone(heading) {
				section = heading
			}
		case rec.bad == nil && !r.Own && r.isSum(rec):
			r.Sums++
		case !r.Own && r.isHeader(rec):
			r.Sums++
			r.Headers++
		case rec.bad != nil || !fits:
			kept = append(kept, rec)
		case slices.ContainsFunc(r.rules, func(rule boundRule) bool { return rule.Skip && rule.matches(rec) }):
			r.SkippedRows++
		case rec.problem == nil && section != "" && !r.KeepStatus:
			r.LeftOut = append(r.LeftOut, LeftOut{rec.number, rec.line, rec.cell(r.column(Title).Index), section})
		case rec.problem == nil && status >= 0:
			r.LeftOut = append(r.LeftOut, LeftOut{rec.number, rec.line, rec.cell(r.column(Title).Index), rec.cell(r.status[status])})
		default:
			kept = append(kept, rec)
		}
	}
	if n := len(r.headings); n > 0 && !r.sections {
		const most = 5
		shown := words.Map(r.headings[:min(most, n)], strconv.Quote)
		if n > most {
			shown = append(shown, fmt.Sprintf("%d more", n-most))
		}
		r.Warnings = append(r.Warnings, fmt.Sprintf("%s between the rows %s not read: %s", words.Count(n, "line"), words.Verb(n, "is", "are"), words.List("and", shown)))
	}
	return kept
}

// applyRules changes a row as the rules say. A cell that was not understood no longer
// counts as such if a rule gives its topic or activity.
func (r *reader) applyRules(row *Row, rec record) {
	for _, rule := range r.rules {
		if !rule.matches(rec) {
			continue
		}
		for _, topic := range rule.Topics {
			row.Credit.Topics = addTopics(row.Credit.Topics, []ledger.CreditTopic{{Topic: topic}})
		}
		if len(rule.Topics) > 0 && rule.index == r.column(Topics).Index {
			row.UnknownTopics = nil
		}
		if rule.Activity != "" {
			row.Credit.Activity, r.unknownKind = rule.Activity, ""
		}
	}
}

// setField reads a cell into a field of the credit. Texts in the ledger's own format are
// kept to the byte.
func (r *reader) setField(row *Row, field Field, cell string, points pointsReader) (err error) {
	c, text := &row.Credit, cell
	cell = strings.TrimSpace(cell)
	if !r.Own {
		text = cell
	}
	switch {
	case r.course != nil && field != Title && cell == "":
		return nil // not stated
	case !r.Own && failedFormula().MatchString(cell):
		return errFormula
	}
	switch field {
	case Title:
		if cell == "" {
			err = errEmpty
		}
		c.Title = text
	case Provider:
		c.Provider = text
	case Reference:
		c.Reference = text
	case URL:
		c.URL = text
	case Note:
		c.Note = text
	case Date:
		c.Date, err = r.dates.date(cell)
	case Points:
		c.Points, err = r.readCredits(cell, points)
	case PointsUnit:
		if cell != "" && measureOf(cell) == "" {
			err = errNotUnit
		}
	case Activity:
		var kind ledger.Activity
		if kind, err = ledger.ParseActivity(cell); err == nil {
			c.Activity = kind
		} else if !r.Own || cell == "" { // the default activity stays
			r.unknownKind, err = cell, nil
		}
	case Topics:
		c.Topics, row.UnknownTopics, err = r.topics.read(cell)
	case Hours, Price, Free:
		err = r.course.readCell(field, cell)
	}
	return err
}

// failedFormula matches what a spreadsheet shows where a formula has no result.
var failedFormula = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)|Err:\d{3})$`)
})

// readCredits reads a cell of points, of which further lines may say how many are in
// which subject, or what others than the first give for the same activity.
func (r *reader) readCredits(cell string, p pointsReader) (ledger.Points, error) {
	points, err := r.readPoints(strings.Join(strings.Fields(cell), " "), p)
	if err == nil || r.Own {
		return points, err
	}
	amounts, subjects := shares(cell)
	if total := slices.IndexFunc(subjects, isTotal); total >= 0 {
		return r.readShares(amounts, subjects, total, p)
	}
	if points, rest := p.readFirst(cell); points > 0 {
		if other, _ := p.readFirst(rest); other > 0 && other != points {
			return 0, fmt.Errorf("not clear, as it says both %s and %s points; write one", points, other)
		}
		r.further = rest
		return points, nil
	}
	return 0, err
}

// readFirst reads the points that a cell begins with, and returns them with the rest, as
// in "1 AMA PRA Category 1 Credit 2 MOC points". They have a unit, or a line of their own.
func (p pointsReader) readFirst(cell string) (ledger.Points, string) {
	line, _, _ := strings.Cut(cell, "\n")
	words := strings.Fields(cell)
	for n := range words {
		first := strings.Join(words[:n+1], " ")
		amount, unit := cutAmount(first)
		if amount == "" || unit == "" && first != strings.TrimSpace(line) {
			continue
		}
		if n+1 < len(words) && cell != first {
			if amount, _ = cutAmount(words[n+1]); amount == "" {
				continue
			}
		}
		if points, err := p.read(first); err == nil {
			return points, strings.Join(words[n+1:], " ")
		}
	}
	return 0, ""
}

// readShares reads the points of subjects, of which one is the total.
func (r *reader) readShares(amounts, subjects []string, total int, p pointsReader) (ledger.Points, error) {
	all, err := p.read(amounts[total])
	for i, subject := range subjects {
		if i == total || err != nil {
			continue
		}
		var some ledger.Points
		switch some, err = p.read(amounts[i]); {
		case err != nil:
		case isTotal(subject) || some > all:
			err = fmt.Errorf("not clear, as it says both %s and %s points; write one", all, some)
		default:
			r.subjects += letters(subject)
			r.share(subject, some, all)
		}
	}
	if err != nil {
		return 0, err
	}
	return all, nil
}

// share notes that some of all points are in a subject.
func (r *reader) share(subject string, some, all ledger.Points) {
	topics, err := r.topics.readSeveral(subject)
	if err != nil {
		r.bracket.unknown = append(r.bracket.unknown, subject)
	}
	if some == all {
		some = 0 // no limit
	} else if err != nil {
		r.further = strings.TrimPrefix(r.further+", "+some.String()+" "+subject, ", ")
	}
	for i := range topics {
		topics[i].Limit = some
	}
	r.bracket.topics = addTopics(r.bracket.topics, topics)
}

// readPoints reads a cell of points. A bracket behind them may say the same in another
// unit, or how many of them are in a topic, as in "2.0 (0.5 safety)".
func (r *reader) readPoints(cell string, p pointsReader) (ledger.Points, error) {
	whole, inside, found := strings.Cut(strings.TrimSuffix(cell, ")"), "(")
	whole = strings.TrimSpace(whole)
	inside = strings.TrimPrefix(strings.TrimPrefix(inside, "incl. "), "including ")
	if first, _ := cutAmount(inside); !found || whole == "" || first == "" || !strings.HasSuffix(cell, ")") {
		whole, inside = cell, ""
	}
	points, err := p.read(whole)
	_, words := cutAmount(whole)
	unit := p.unitOf(words)
	r.college = unit == semesterHour || unit == quarterHour
	for part := range strings.FieldsFuncSeq(inside, func(r rune) bool { return r == ',' || r == ';' }) {
		if err == nil {
			err = r.readBracket(points, cmp.Or(unit, InPoints), p, strings.TrimSpace(part))
		}
	}
	if err != nil {
		return 0, err
	}
	return points, nil
}

// readBracket reads a part of a bracket: the points in another unit, or some in a topic,
// which are in the unit of the whole.
func (r *reader) readBracket(points ledger.Points, whole Unit, p pointsReader, part string) error {
	amount, words := cutAmount(part)
	if words == "" || measureOf(words) != "" {
		same, err := p.read(part)
		switch {
		case err != nil:
			return err
		case same == points, measureOf(words) == InMinutes && same < points && points <= same*6/5+1: // an hour has 50 to 60 minutes
			return nil
		}
		return fmt.Errorf("not clear, as it says both %s and %s points; write one", points, same)
	}
	if unit, topic, ok := strings.Cut(words, " "); ok && measureOf(unit) != "" { // "0.5 hours safety"
		amount, words = amount+" "+unit, topic
	}
	words = strings.TrimPrefix(strings.TrimPrefix(words, "in "), "of ")
	some, err := pointsReader{whole, p.comma}.read(amount)
	if err != nil || some > points {
		return cmp.Or(err, fmt.Errorf("not clear, as %s is more than %s; write one", some, points))
	}
	topics, err := r.topics.readOne(words)
	if err != nil || len(topics) != 1 {
		r.bracket.unknown = append(r.bracket.unknown, words)
		return nil
	}
	topics[0].Limit = some
	r.bracket.topics = addTopics(r.bracket.topics, topics)
	return nil
}

// isSum reports whether a record is a total, or a line below the table: it has no date,
// nothing but amounts, and either a cell that says "total" or the like, or no title.
func (r *reader) isSum(rec record) bool {
	date := rec.cell(r.column(Date).Index)
	if amount, _ := cutAmount(date); amount != "" && !isTotal(date) && !isYear(date) {
		return false
	}
	title, amounts, named := r.column(Title).Index, 0, false
	for i, cell := range rec.cells {
		cell = strings.TrimSpace(cell)
		amount, words := cutAmount(cell)
		switch {
		case cell == "":
		case amount != "" && i != title && (words == "" || measureOf(words) != ""):
			amounts++
		case isTotal(cell) || isYear(cell) || footer().MatchString(cell):
			named = true
		default:
			return false
		}
	}
	return named || amounts > 0 && title < len(rec.cells) && rec.cell(title) == ""
}

// isHeader reports whether a record is the header again, as on each page of a print.
func (r *reader) isHeader(rec record) bool {
	return rec.bad == nil && len(rec.cells) >= len(r.Header) && !slices.ContainsFunc(r.Columns, func(c Column) bool {
		return !strings.EqualFold(rec.cell(c.Index), c.Header)
	})
}

// isYear reports whether a cell is a year, as above or below the rows of each.
func isYear(cell string) bool {
	return len(cell) == 4 && allDigits(cell) && (cell[:2] == "19" || cell[:2] == "20")
}

// isTotal reports whether a cell calls its row the sum of others: "Total",
// "Grand total:", "Total contact hours 2025", "Subtotal".
func isTotal(cell string) bool {
	has, ok := wordGroups(cell, "total totals subtotal subtotals sum",
		"grand sub overall credit credits point points hour hours contact ce ceu ceus cmle earned for of in this period all year cycle")
	return ok && has[0]
}

// footer matches what portals print below a table: "Page 1 of 2", "Printed on
// 11/21/2026", "2 records".
var footer = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^\W*(this \w+ was )?((page|printed|generated|exported|downloaded)\W+(on\b|by\b|\d+\b)|end\W+of\b|showing\W+\d|` +
		`\d+\W+(records?|rows?|results?|entries|activities)\W*$)`)
})
