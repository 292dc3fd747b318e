package transcript

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// understand finds out what each column means: what the holder says, then the
// ledger's own names, then what the headers of others usually mean. It
// returns the rules with the columns that they look at.
func (f *File) understand(h header, o layout) ([]boundRule, error) {
	u := understanding{header: h, options: o, open: map[Field]error{}, meaning: make([]Field, len(h.Header))}
	f.Own = !o.courses && len(o.Columns) == 0 && len(o.Constants) == 0 && (o.Unit == "" || o.Unit == InPoints) && !o.DecimalComma && u.own()
	if !f.Own {
		if err := u.take(o.Columns); err != nil {
			return nil, err
		}
		u.guess(o.Columns)
		for _, field := range append([]Field{PointsUnit}, o.columnFields()...) {
			if err := u.open[field]; err != nil {
				return nil, err
			}
		}
	}
	rules, err := u.bind(o.Rules)
	if err != nil {
		return nil, err
	}
	if !f.Own && !o.courses {
		for _, i := range u.statusColumns(u.unread(rules)) {
			u.meaning[i] = Status
		}
	}
	for i, field := range u.meaning {
		if field != "" {
			f.Columns = append(f.Columns, Column{Field: field, Header: h.Header[i], Index: i})
		}
	}
	f.Unread = u.lookAt(u.unread(rules))
	return rules, u.complete()
}

// An understanding is what is known of the columns of one file so far.
type understanding struct {
	header
	options layout
	open    map[Field]error // why no column was taken for a field
	meaning []Field         // of each column, or ""
}

// own reports whether the header is that of the ledger's own format, and then
// takes it: its names and no others, each once, with date, title and points.
// What [WriteRejected] puts behind them does not matter.
func (u *understanding) own() bool {
	fields, headers := Fields(), withoutReasons(u.Header)
	for i, h := range headers {
		if !slices.Contains(fields, Field(h)) || slices.Contains(u.Header[:i], h) {
			return false
		}
	}
	for _, f := range []Field{Date, Title, Points} {
		if !slices.Contains(u.Header, string(f)) {
			return false
		}
	}
	for i, h := range headers {
		u.meaning[i] = Field(h)
	}
	return true
}

// take gives fields the columns that the holder named.
func (u *understanding) take(mapped map[Field]string) error {
	if err := u.misled(mapped); err != nil {
		return err
	}
	for _, field := range u.options.columnFields() {
		header, ok := mapped[field]
		if !ok {
			continue
		}
		i, err := u.find(header, "")
		if err != nil {
			return err
		}
		if u.meaning[i] != "" {
			return &FileError{Message: fmt.Sprintf("column %q cannot be both %s and %s", u.Header[i], u.meaning[i], field)}
		}
		u.meaning[i] = field
	}
	return nil
}

// misled returns that what skip leads to has none of the columns that are named,
// or nil.
func (u *understanding) misled(mapped map[Field]string) error {
	if u.options.Skip == 0 || len(mapped) == 0 {
		return nil
	}
	for _, h := range u.Header {
		for _, name := range mapped {
			if Squeeze(h) == Squeeze(name) {
				return nil
			}
		}
	}
	return &FileError{
		Line:    u.line,
		Message: fmt.Sprintf("skip: %d takes this for the header, and it has none of the named columns: %s", u.options.Skip, u.names()),
		Hint:    "skip is how many lines that are not empty stand above the header; without it the header is looked for",
	}
}

// find returns the column of that name; why is added where there is none.
func (u *understanding) find(header, why string) (int, error) {
	found := -1
	for i, h := range u.Header {
		switch {
		case Squeeze(h) != Squeeze(header):
		case found >= 0:
			return 0, &FileError{Message: fmt.Sprintf("two columns are named %q", h), Hint: "rename one of them in the file"}
		default:
			found = i
		}
	}
	if found < 0 {
		return 0, &FileError{
			Message: fmt.Sprintf("no column is named %q%s", header, why),
			Hint:    "columns are " + u.names(),
		}
	}
	return found, nil
}

// guess gives the other fields the column that most surely means each.
func (u *understanding) guess(mapped map[Field]string) {
	if _, ok := mapped[PointsUnit]; !ok && !u.options.courses {
		u.give(PointsUnit, u.guessUnit)
	}
	for _, field := range u.options.columnFields() {
		if _, ok := mapped[field]; ok || field == PointsUnit || field == Status {
			continue
		}
		u.give(field, func() (int, error) {
			best, err := u.best(field)
			if field == Points && err == nil {
				return u.units(best)
			}
			return best, err
		})
	}
	// A column "Activity" holds titles, unless another does.
	if i := slices.IndexFunc(u.Header, func(h string) bool { return letters(h) == "activity" }); i >= 0 && !u.options.courses &&
		u.meaning[i] == "" && slices.Contains(u.meaning, Title) && !slices.Contains(u.meaning, Activity) {
		u.meaning[i] = Activity
	}
}

// give gives a field the column that is found, if any, or notes why none is.
func (u *understanding) give(field Field, find func() (int, error)) {
	i, err := find()
	switch {
	case err != nil:
		u.open[field] = err
	case i >= 0:
		u.meaning[i] = field
	}
}

// best returns the free column that most surely means the field, or -1.
func (u *understanding) best(field Field) (int, error) {
	most := 1
	for i, h := range u.Header {
		if means, rank := u.options.meaning(h); means == field && u.meaning[i] == "" {
			most = max(most, rank)
		}
	}
	return u.one(field, func(_ int, header string) bool {
		means, rank := u.options.meaning(header)
		return means == field && rank == most
	})
}

// one returns the one free column of which that is true, or -1. Where there are
// two, either could be the field.
func (u *understanding) one(field Field, is func(i int, header string) bool) (int, error) {
	found := -1
	for i, h := range u.Header {
		switch {
		case u.meaning[i] != "" || !is(i, h):
		case found >= 0:
			return -1, tie(field, u.Header[found], h)
		default:
			found = i
		}
	}
	return found, nil
}

// tie says that either of two columns could be the field.
func tie(field Field, one, other string) error {
	if one == other {
		return &FileError{Message: fmt.Sprintf("two columns are named %q", one), Hint: "rename one of them in the file"}
	}
	return &FileError{
		Message: fmt.Sprintf("columns %q and %q could both be the %s", one, other, field),
		Hint:    fmt.Sprintf("say which it is: --map %s=%q", field, one),

		InProfile: fmt.Sprintf("say which it is in the profile, as in columns: {%s: %s}", field, yamlWord(one)),
	}
}

// complete reports the fields that no credit, or no course, can do without.
func (u *understanding) complete() error {
	required := []Field{Title, Date, Points}
	if u.options.courses {
		required = []Field{Title}
	}
	var missing, flags, keys []string
	for _, f := range required {
		if !slices.Contains(u.meaning, f) && (f != Points || u.options.Constants[f] == "") {
			missing = append(missing, string(f))
			flags = append(flags, fmt.Sprintf(`--map %s="…"`, f))
			keys = append(keys, fmt.Sprintf(`%s: "…"`, f))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if len(missing) == 1 && missing[0] == string(Points) {
		if err := u.unclear(); err != nil {
			return err
		}
	}
	skip := ""
	if n := u.options.Skip; n > 0 {
		skip = fmt.Sprintf("; or is it not the header? skip: %d says that it is", n)
	}
	return &FileError{
		Line:      u.line,
		Message:   fmt.Sprintf("no column is understood as %s; the columns are %s", strings.Join(missing, " or "), u.names()),
		Hint:      "name it: " + strings.Join(flags, " ") + skip,
		InProfile: "name it in the profile: columns: {" + strings.Join(keys, ", ") + "}" + skip,
	}
}

// unclear returns that nobody says what the numbers of the one column count that
// could be the points, or nil when there is none.
func (u *understanding) unclear() error {
	why, unit, cell := "1 CEU is 10 contact hours, which are 10 points", "ceu", "0.1 CEU"
	i := slices.IndexFunc(u.Header, isCEU)
	if i < 0 {
		why, unit, cell = "60 minutes are 1 contact hour, which is 1 point", "minutes", "90 min"
		i = slices.IndexFunc(u.Header, isUnclear)
	}
	if i < 0 {
		return nil
	}
	return &FileError{
		Message: fmt.Sprintf("only column %q could be the points, and %s", u.Header[i], why),
		Hint: fmt.Sprintf("say what it holds with unit: %s or unit: hours in a profile (cmp profile new drafts one), "+
			"or write it into the cells, as in %q", unit, cell),
		InProfile: fmt.Sprintf("say what it holds with unit: %s or unit: hours in the profile, or write it into the cells, as in %q", unit, cell),
	}
}

func (u *understanding) names() string {
	var names []string
	for _, h := range u.Header {
		if h != "" {
			names = append(names, h)
		}
	}
	return strings.Join(names, ", ")
}

// yamlWord writes a text as YAML has it between braces.
func yamlWord(text string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ "
	if strings.Trim(text, plain) == "" {
		return text
	}
	return strconv.Quote(text)
}

// An Unread is a column that nothing looks at.
type Unread struct {
	Header string
	// Like is the field that its cells look like: topics, points, date or status;
	// or "".
	Like Field
}

// unread returns the columns that have a name, no meaning and no rule that looks
// at them. Those that [WriteRejected] puts behind the others are none.
func (u *understanding) unread(rules []boundRule) []int {
	var all []int
	for i, h := range withoutReasons(u.Header) {
		if h != "" && u.meaning[i] == "" && !slices.ContainsFunc(rules, func(r boundRule) bool { return r.index == i }) {
			all = append(all, i)
		}
	}
	return all
}

// lookAt says what the cells of columns look like, of long files those at the
// beginning.
func (u *understanding) lookAt(columns []int) []Unread {
	const enough = 200 // records
	cells := make([][]string, len(columns))
	if !u.options.courses {
		for _, rec := range u.below[:min(enough, len(u.below))] {
			for k, i := range columns {
				if cell := rec.cell(i); rec.bad == nil && cell != "" {
					cells[k] = append(cells[k], cell)
				}
			}
		}
	}
	all := make([]Unread, len(columns))
	for k, i := range columns {
		all[k] = Unread{Header: u.Header[i], Like: u.likeness(cells[k])}
	}
	return all
}

// likeness returns the field that cells look like: most of them are topics, or
// all of them are days, hours or a status.
func (u *understanding) likeness(cells []string) Field {
	topics := newTopicReader(u.options.Options, false)
	dates, hours, statuses, areTopics, fractions := 0, 0, 0, 0, 0
	count := func(is bool, n *int) {
		if is {
			*n++
		}
	}
	for _, cell := range cells {
		_, notDate := parseWritten(cell)
		points, notPoints := pointsReader{bare: contactHour}.read(cell)
		found, unknown, _ := topics.read(cell)
		count(isDone(cell) || isNotDone(cell), &statuses)
		count(notDate == nil, &dates)
		count(notPoints == nil && points <= 40_00, &hours)
		count(notPoints == nil && points%100 != 0, &fractions)
		count(len(found) > 0 && unknown == nil, &areTopics)
	}
	switch n := len(cells); {
	case n == 0:
		return ""
	case dates == n:
		return Date
	case hours == n && fractions > 0:
		return Points
	case statuses == n:
		return Status
	case 2*areTopics >= n:
		return Topics
	}
	return ""
}

// bareOf returns what a bare number counts below a header, as far as that
// shows it: noMeasure or noTime where it has to be said.
func bareOf(header string) measure {
	if isCEU(header) {
		return noMeasure
	}
	if m := timeOf(header); m != unknownMeasure {
		return m
	}
	return point
}

// isUnclear reports whether a header leaves open what bare numbers below it count.
func isUnclear(header string) bool {
	bare := bareOf(header)
	return bare == noMeasure || bare == noTime
}

// isCEU reports whether a header names continuing education units: "CEUs
// earned", "Credits (CEU)", but not "CEU provider".
func isCEU(header string) bool {
	has, ok := consists(header, []string{"ceu", "ceus"}, []string{
		"credit", "credits", "point", "points", "contact", "hour", "hours", "unit", "units", "value",
		"earned", "awarded", "received", "total", "number", "of", "in", "s",
	})
	return ok && has[0] || letters(header) == "continuingeducationunits"
}

// timeOf returns what a header that names minutes or a length of time says of
// bare numbers: contactHour for "Duration (hrs)", noTime for "Minutes",
// "Duration" and "Credits (min)". Of other headers, such as "Contact Hours",
// it is unknownMeasure.
func timeOf(header string) measure {
	has, ok := consists(header,
		[]string{"min", "mins", "minute", "minutes"},
		[]string{"h", "hr", "hrs", "hour", "hours"},
		[]string{"duration", "length"},
		[]string{"time"},
		[]string{"course", "activity", "program", "programme", "event", "session", "class", "training"},
		[]string{"credit", "credits", "point", "points", "contact", "ce", "cme", "cmle", "value", "earned", "awarded", "received", "approved",
			"spent", "total", "number", "of", "in", "s"},
	)
	minutes, hours, length, clock, course := has[0], has[1], has[2], has[3], has[4]
	switch {
	case !ok, hasDigit(header): // as in "Contact Hours (60 min)"
		return unknownMeasure
	case !minutes && !length && (!clock || course): // the time of a course may be the hour at which it begins
		return unknownMeasure
	case hours && !minutes:
		return contactHour
	}
	return noTime
}

// units returns the column of CEUs, minutes or hours that holds the points: the
// one that is called by the holder's unit, else, where no other column is the
// points, the one of which it is known what its numbers count. Without any it
// returns best, which is the column that was found by its name, or -1.
func (u *understanding) units(best int) (int, error) {
	named := map[Unit]measure{InCEU: noMeasure, InMinutes: noTime}[u.options.Unit]
	i, err := u.only(named)
	switch {
	case i >= 0 || err != nil:
		return i, err
	case best >= 0:
		return best, nil
	}
	return u.only(noMeasure, noTime, contactHour)
}

// only returns the free column whose header shows one of the measures and of
// which it is known what its numbers count, or -1. Of a length of time the
// holder can say that it is not the points by naming those.
func (u *understanding) only(measures ...measure) (int, error) {
	return u.one(Points, func(i int, header string) bool {
		switch bare := bareOf(header); {
		case !slices.Contains(measures, bare), bare != noMeasure && u.options.Constants[Points] != "":
			return false
		default:
			return u.options.Unit != "" || bare == contactHour || u.carriesUnits(i)
		}
	})
}

// carriesUnits reports whether no number in the column is without a unit, in
// its cell or in the column of units, and one has it.
func (u *understanding) carriesUnits(column int) bool {
	seen, unit := false, slices.Index(u.meaning, PointsUnit)
	for _, rec := range u.below {
		cell, p := rec.cell(column), pointsReader{bare: noMeasure}.in(rec.cell(unit))
		amount, words := cutAmount(cell)
		if amount != "" && words == "" && p.bare == noMeasure {
			return false
		}
		_, err := p.read(cell)
		seen = seen || amount != "" && (err == nil || words == "" || measureOf(words) != unknownMeasure)
	}
	return seen
}

// guessUnit returns the column for the unit of bare numbers: the one that is
// called so and holds one. Without any the column is something else, such as the
// unit of a hospital or a number of them.
func (u *understanding) guessUnit() (int, error) {
	return u.one(PointsUnit, func(i int, header string) bool { return isUnitHeader(header) && u.holdsUnits(i) })
}

func isUnitHeader(header string) bool {
	switch letters(header) {
	case "unit", "units", "creditunit", "creditunits", "pointunit", "pointsunit", "unittype", "unitofmeasure", "unitsofmeasure",
		"unitofcredit", "unitsofcredit":
		return true
	}
	return false
}

// holdsUnits reports whether a cell of the column is a unit. Of rows that were
// rejected it is enough that one was because its cell is none: the column is to
// mean the same when the others are gone.
func (u *understanding) holdsUnits(column int) bool {
	reason := -1
	if names := withoutReasons(u.Header); len(names) < len(u.Header) {
		reason = len(names) + slices.Index(reasons(), "rejected_reason")
	}
	for _, rec := range u.below {
		why := rec.cell(reason)
		if measureOf(rec.cell(column)) != unknownMeasure ||
			strings.HasPrefix(why, u.Header[column]+": ") && strings.HasSuffix(why, errNotUnit.Error()) {
			return true
		}
	}
	return false
}

// checkUnit reports a cell of the column of units that holds something else.
func checkUnit(cell string) error {
	if cell != "" && measureOf(cell) == unknownMeasure {
		return errNotUnit
	}
	return nil
}
