package transcript

import "slices"

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
