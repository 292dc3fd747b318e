package transcript

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/words"
)

// understand finds out what each column means: first from the holder's options, then
// from the ledger's own names, then from what such a header usually means. It also finds
// the columns of the rules.
func (r *reader) understand() error {
	o := r.Options
	r.Unit, r.DecimalComma = o.Unit, o.DecimalComma
	r.Own = !r.courses && len(o.Columns) == 0 && len(o.Constants) == 0 && (o.Unit == "" || o.Unit == InPoints) && !o.DecimalComma && r.isOwn()
	r.topics = topicReader{o.Known, squeezedOver(o.Topics, nil), r.Own, map[string]topicCell{}}
	if !r.Own {
		if err := r.assignNamed(); err != nil {
			return err
		}
		r.assignOthers()
		for _, field := range append([]Field{PointsUnit}, r.columnFields()...) {
			if err := r.undecided[field]; err != nil && !r.survey {
				return err
			}
		}
	}
	if err := r.bindRules(); err != nil {
		return err
	}
	if !r.Own {
		r.lookAtOthers()
	}
	for i, h := range r.Header {
		if field := r.meaning[i]; field != "" {
			r.Columns = append(r.Columns, Column{Field: field, Header: h, Index: i})
		}
		if r.meaning[i] == Status && !o.KeepStatus {
			r.status = append(r.status, i)
		}
	}
	for _, field := range Fields() {
		if o.Constants[field] != "" && r.column(field).Field == "" {
			r.constantOnly = append(r.constantOnly, field)
		}
	}
	r.points, r.unit = o.pointsReader(r.column(Points).Header), r.column(PointsUnit).Index
	if r.survey || r.Own {
		return nil
	}
	return cmp.Or(r.unclearUnit(), r.checkRequired())
}

// bindRules finds the column of each rule.
func (r *reader) bindRules() error {
	for i, rule := range r.Options.Rules {
		index, err := r.findColumn(rule.Column, fmt.Sprintf(", which rule %d looks at", i+1))
		if err != nil {
			return err
		}
		r.rules = append(r.rules, boundRule{rule, index})
	}
	return nil
}

// isOwn reports whether the header is that of the ledger's own format: only its names,
// each once, with date, title and points. If so, it sets the meaning of the columns.
func (r *reader) isOwn() bool {
	own := map[int]Field{}
	for i, h := range r.Header {
		if !slices.Contains(Fields(), Field(h)) || slices.Contains(r.Header[:i], h) {
			return false
		}
		own[i] = Field(h)
	}
	for _, f := range []Field{Date, Title, Points} {
		if !slices.Contains(r.Header, string(f)) {
			return false
		}
	}
	r.meaning = own
	return true
}

// assignNamed gives fields the columns that the options name.
func (r *reader) assignNamed() error {
	for _, field := range r.columnFields() {
		header, ok := r.Options.Columns[field]
		if !ok {
			continue
		}
		i, err := r.findColumn(header, "")
		if err != nil && r.survey {
			continue // the file is a table all the same
		}
		if err != nil {
			return err
		}
		if r.meaning[i] != "" {
			return &ledger.Error{What: fmt.Sprintf("column %q is named for both %s and %s", clip(r.Header[i]), r.meaning[i], field)}
		}
		r.meaning[i] = field
	}
	return nil
}

// findColumn returns the position of a column by its name. The error for none ends with
// why.
func (r *reader) findColumn(header, why string) (int, error) {
	found := -1
	for i, h := range r.Header {
		switch {
		case Squeeze(h) != Squeeze(header):
		case found >= 0:
			return 0, twoColumnsNamed(h)
		default:
			found = i
		}
	}
	if found < 0 {
		try := ledger.Say("the columns are %s", r.columnNames())
		if i := slices.IndexFunc(r.Header, func(h string) bool { return header != "" && strings.Contains(Squeeze(h), Squeeze(header)) }); i >= 0 {
			try = ledger.Say("there is %s", ledger.ShellWord(r.Header[i]))
		}
		return 0, &ledger.Error{What: fmt.Sprintf("no column is called %q%s", clip(header), why), Try: try}
	}
	return found, nil
}

func twoColumnsNamed(header string) error {
	return &ledger.Error{What: fmt.Sprintf("two columns are called %q", clip(header)), Try: ledger.Say("rename one of them in the file")}
}

// assignOthers gives each field that the options do not name its likeliest column.
func (r *reader) assignOthers() {
	if !r.courses {
		r.assignBest(PointsUnit)
	}
	for _, field := range r.columnFields() {
		if field != PointsUnit && field != Status {
			r.assignBest(field)
		}
	}
	// Columns "Activity" and "Session" have titles, unless another column has.
	for i, h := range r.Header {
		field := map[string]Field{"activity": Activity, "session": Reference}[letters(h)]
		if field != "" && !r.courses && r.meaning[i] == "" && r.hasField(Title) && !r.hasField(field) && (field == Activity || r.isNumbered(i)) {
			r.meaning[i] = field
		}
	}
}

// isNumbered reports whether each cell of a column has a digit.
func (r *reader) isNumbered(column int) bool {
	return !slices.ContainsFunc(r.below, func(rec record) bool {
		cell := rec.cell(column)
		return cell != "" && rec.problem == nil && rec.heading() == "" && !strings.ContainsAny(cell, "0123456789") && !isTotal(cell)
	})
}

// hasField reports whether a column means the field.
func (r *reader) hasField(field Field) bool {
	for _, f := range r.meaning {
		if f == field {
			return true
		}
	}
	return false
}

// assignBest gives a field the free column that ranks highest for it, unless the options
// name one. If two rank alike it assigns none, and notes why in undecided.
func (r *reader) assignBest(field Field) {
	if _, named := r.Options.Columns[field]; named {
		return
	}
	found, second, most := -1, -1, 0
	for i := range r.Header {
		if r.meaning[i] != "" {
			continue
		}
		switch rank := r.rankOf(field, i); {
		case rank > most:
			found, second, most = i, -1, rank
		case rank == most && rank > 0 && second < 0:
			second = i
		}
	}
	switch {
	case found >= 0 && (second < 0 || field == Person): // of columns of people the first is as good
		r.meaning[found] = field
	case second >= 0 && r.Header[found] == r.Header[second]:
		r.undecided[field] = twoColumnsNamed(r.Header[found])
	case second >= 0:
		r.undecided[field] = &ledger.Error{
			What: fmt.Sprintf("columns %q and %q could both be the %s", clip(r.Header[found]), clip(r.Header[second]), field),
			Try:  ledger.Say("say which one: --map %s=%s", field, argument(r.Header[found])),
		}
	}
}

// rankOf says how surely a column means a field; 0 is not at all. A column of CEUs,
// minutes or hours may be the points if it is known what its numbers count: it ranks
// first if the options name that unit, and last otherwise.
func (r *reader) rankOf(field Field, i int) int {
	header := r.Header[i]
	if field == PointsUnit {
		return r.unitRank(i)
	}
	if means, rank := r.layout.meaning(header); means == field {
		return rank + 1
	}
	bare := bareOf(header)
	switch {
	case field == Points && bare == InPoints && isOneOf(letters(header), amountHeaders) && r.hasField(PointsUnit):
		return 1
	case field != Points, !slices.Contains([]Unit{noMeasure, noTime, InMinutes, InHours}, bare):
		return 0
	case bare != noMeasure && r.Constants[Points] != "": // with constant points, a length of time is not the points
		return 0
	case bare == noMeasure && r.Options.Unit == InCEU, (bare == noTime || bare == InMinutes) && r.Options.Unit == InMinutes:
		return 5
	case r.Options.Unit != "", bare == InHours, bare == InMinutes, r.carriesUnits(i):
		return 1
	}
	return 0
}

// carriesUnits reports whether the column has points and each of its numbers has a unit,
// in its cell or in the column of units.
func (r *reader) carriesUnits(column int) bool {
	seen, unit := false, -1
	for i, field := range r.meaning {
		if field == PointsUnit {
			unit = i
		}
	}
	for _, rec := range r.below {
		cell, p := rec.cell(column), pointsReader{bare: noMeasure}.withUnit(rec.cell(unit))
		if amount, words := cutAmount(cell); amount != "" && words == "" && p.bare == noMeasure {
			return false
		}
		_, err := p.read(cell)
		seen = seen || err == nil
	}
	return seen
}

// unitRank says how surely a column has the units of the points: 2 if it is called a unit
// and has at least one, as it may be the unit of a hospital, and 1 if its first cells are
// mostly units and some can be nothing else.
func (r *reader) unitRank(column int) int {
	isUnit := func(rec record) bool { return measureOf(rec.cell(column)) != "" }
	if isOneOf(letters(r.Header[column]), unitHeaders) && slices.ContainsFunc(r.below, isUnit) {
		return 2
	}
	units, others, sure := 0, 0, false
	for _, rec := range r.below[:min(enough, len(r.below))] {
		switch unit := unitAlone(rec.cell(column)); {
		case unit != "":
			units++
			sure = sure || slices.Contains([]Unit{InMinutes, semesterHour, quarterHour}, unit)
		case rec.cell(column) != "":
			others++
		}
	}
	if sure && units > others && (r.Header[column] != "" || !r.survey) { // a profile cannot name it else
		return 1
	}
	return 0
}

// unitAlone returns the unit that a cell of any column is. "M" may be a sex.
func unitAlone(cell string) Unit {
	const longest = 60
	if len(letters(cell)) < 2 || len(cell) > longest || cell[0] >= '0' && cell[0] <= '9' {
		return ""
	}
	return measureOf(cell)
}

// unclearUnit returns an error if a column says of bare points that they are worth more or
// less than their number, but may say something else: CEUs are also a kind of credit.
func (r *reader) unclearUnit() error {
	points, unit := r.column(Points), r.column(PointsUnit)
	_, surely := r.Options.Columns[PointsUnit]
	if unit.Field != "" && !surely {
		surely = r.unitRank(unit.Index) == 2 || slices.Contains([]Unit{"", InPoints}, measureOf(points.Header))
	}
	if points.Field == "" || surely || r.courses || r.Options.Unit != "" {
		return nil
	}
	for i, h := range r.Header {
		_, named := r.Options.Columns[r.meaning[i]]
		ruled := slices.ContainsFunc(r.rules, func(rule boundRule) bool { return rule.index == i })
		if h == "" || named || ruled || !slices.Contains([]Field{"", PointsUnit, Topics, Activity}, r.meaning[i]) {
			continue
		}
		for _, rec := range r.below {
			cell := rec.cell(i)
			if slices.Contains([]Unit{"", InPoints, InHours}, unitAlone(cell)) {
				continue
			}
			if amount, words := cutAmount(rec.cell(points.Index)); amount != "" && words == "" {
				return &ledger.Error{
					What: fmt.Sprintf("column %q says %q, which may be the unit of %q, or only a kind of credit", clip(h), clip(cell), clip(points.Header)),
					Try:  ledger.Say("if it is the unit: --map unit=%s; if not: --map note=%s", argument(h), argument(h)),
				}
			}
		}
	}
	return nil
}

// An Unread is a column that is not read.
type Unread struct {
	Header string `json:"column"`
	Like   Field  `json:"looks_like" doc:"Field that its cells look like: topics, points, date, status." empty:"where they look like none"`
	Flag   string `json:"flag" doc:"Flag of cmp import to read it as that field." empty:"where it looks like nothing"`
}

// lookAtOthers goes through the columns that have a name, but no meaning. It takes those
// that are called a status as such, unless one is known already, and notes the others as
// unread but for those of rules.
func (r *reader) lookAtOthers() {
	named := r.courses || r.hasField(Status)
	family := slices.IndexFunc(r.Header, func(h string) bool { return isOneOf(letters(h), familyHeaders) })
	for i, h := range r.Header {
		switch {
		case h == "" || r.meaning[i] != "":
		case isOneOf(letters(h), givenHeaders) && r.meaning[family] == Person:
			r.given = i
		case !named && isOneOf(letters(h), statusHeaders):
			r.meaning[i] = Status
		case slices.ContainsFunc(r.rules, func(rule boundRule) bool { return rule.index == i }):
		case isOneOf(letters(h), askedHeaders) && r.hasField(Points):
			r.Unread = append(r.Unread, Unread{Header: h})
			r.Warnings = append(r.Warnings, fmt.Sprintf("column %q says what was requested, so the points are read from another column", h))
		default:
			column := Unread{Header: h, Like: r.likeness(i)}
			if column.Like != "" {
				name := strings.Replace(string(column.Like), string(Topics), "topic", 1)
				column.Flag = "--map " + name + "=" + argument(h)
			}
			r.Unread = append(r.Unread, column)
		}
	}
	r.takeTopics()
}

// takeTopics takes the only column that looks like topics if nothing else in it does, and
// a word of its header means topics, too: "P.A.C.E. Category".
func (r *reader) takeTopics() {
	like := func(u Unread) bool { return u.Like == Topics }
	i := slices.IndexFunc(r.Unread, like)
	if i < 0 || r.hasField(Topics) || r.Constants[Topics] != "" || slices.ContainsFunc(r.Unread[i+1:], like) {
		return
	}
	header := r.Unread[i].Header
	column := slices.Index(r.Header, header)
	means := func(word string) bool { return isOneOf(word, topicWords) }
	if !slices.ContainsFunc(strings.Fields(strings.ToLower(header)), means) || !r.allTopics(column) {
		return
	}
	r.meaning[column] = Topics
	r.Unread = slices.Delete(r.Unread, i, i+1)
	r.Warnings = append(r.Warnings, fmt.Sprintf("column %q is read as the topics; if it is not: --map note=%s", clip(header), argument(header)))
}

// allTopics reports whether all the first cells of a column are topics.
func (r *reader) allTopics(column int) bool {
	return !slices.ContainsFunc(r.below[:min(enough, len(r.below))], func(rec record) bool {
		_, unknown, _ := r.topics.read(rec.cell(column))
		return rec.bad == nil && len(unknown) > 0
	})
}

// enough is how many records tell what a column looks like.
const enough = 200

// likeness returns the field that the first cells of a column look like: half or more are
// topics, or all are dates, hours or a status. It is "" for none.
func (r *reader) likeness(column int) Field {
	n, dates, hours, statuses, topics, fractions := 0, 0, 0, 0, 0, 0
	count := func(is bool, n *int) {
		if is {
			*n++
		}
	}
	for _, rec := range r.below[:min(enough, len(r.below))] {
		cell := rec.cell(column)
		if r.courses || rec.bad != nil || cell == "" {
			continue
		}
		n++
		_, notDate := ledger.ParseWritten(cell)
		points, notPoints := pointsReader{bare: InHours}.read(cell)
		found, unknown, _ := r.topics.read(cell)
		count(isOneOf(letters(cell), doneWords) || isNotDone(cell), &statuses)
		count(notDate == nil, &dates)
		count(notPoints == nil && points <= 40_00, &hours)
		count(notPoints == nil && points%100 != 0, &fractions)
		count(len(found) > 0 && unknown == nil, &topics)
	}
	switch {
	case n == 0:
	case dates == n:
		return Date
	case hours == n && fractions > 0:
		return Points
	case statuses == n:
		return Status
	case 2*topics >= n:
		return Topics
	}
	return ""
}

// checkRequired refuses a file that lacks a field which every credit or course needs.
func (r *reader) checkRequired() error {
	required := []Field{Title, Date, Points}
	if r.courses {
		required = []Field{Title}
	}
	var missing, flags []string
	for _, f := range required {
		if !r.hasField(f) && (f != Points || r.Constants[f] == "") {
			missing, flags = append(missing, string(f)), append(flags, fmt.Sprintf(`--map %s="…"`, f))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if len(missing) == 1 && missing[0] == string(Points) {
		if err := r.unclearPoints(); err != nil {
			return err
		}
	}
	isSentence := func(name string) bool { return len(name) > 40 }
	if (len(r.Header) < 2 || slices.ContainsFunc(r.Header, isSentence)) && len(missing) == len(required) {
		return &ledger.Error{
			What: "no course in it: no line names columns such as title, date and points",
			Try:  ledger.Say("if it proves a credit: %s", ledger.Command{"add", "TITLE", "--points", "P", "--date", "DAY", "--evidence", "FILE"}),
		}
	}
	return &ledger.Error{
		Where: atLine(r.headerLine),
		What:  fmt.Sprintf("no column is called %s or the like; the columns are %s", strings.Join(missing, " or "), r.columnNames()),
		Try:   ledger.Say("say which it is: %s", strings.Join(flags, " ")),
	}
}

// unclearPoints returns an error if a column could be the points, but it is not known
// what its numbers count. Else it returns nil.
func (r *reader) unclearPoints() error {
	i := slices.IndexFunc(r.Header, func(h string) bool { return bareOf(h) == noMeasure })
	units, flags, cell := "CEUs (10 points each) or in hours", "--unit ceu or --unit hours", "0.1 CEU"
	if i < 0 {
		i = slices.IndexFunc(r.Header, isUnclear)
		units, flags, cell = "minutes (60 to the point) or in hours", "--unit minutes or --unit hours", "90 min"
	}
	if i < 0 {
		return nil
	}
	if bareOf(r.Header[i]) == noTime && slices.ContainsFunc(r.below, func(rec record) bool { return moreThanADay(rec.cell(i)) }) {
		units, flags = "minutes (60 to the point)", "--unit minutes"
	}
	return &ledger.Error{
		What: fmt.Sprintf("the points may be in column %q, counted in %s", clip(r.Header[i]), units),
		Try:  ledger.Say("say the unit: %s, or write it into the cells, as in %q", flags, cell),
	}
}

// moreThanADay reports whether a cell has a bare number that is too large for hours.
func moreThanADay(cell string) bool {
	points, err := ledger.ParsePoints(cell)
	return err == nil && points > 24_00
}

// argument returns the name of a column for a flag, unless nobody would type it.
func argument(name string) string {
	if len(name) > 200 {
		return `"…"`
	}
	return ledger.ShellWord(name)
}

// columnNames names the columns of the file, the first ones if there are many.
func (r *reader) columnNames() string {
	const most = 10
	names := words.Map(slices.DeleteFunc(slices.Clone(r.Header), func(h string) bool { return h == "" }), clip)
	if n := len(names) - most; n > 0 {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", n)
	}
	return strings.Join(names, ", ")
}
