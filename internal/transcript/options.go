package transcript

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"

	"cmpledger/internal/ledger"
)

// Options say what the holder knows about a file better than its header does.
// Texts and names of columns are compared without case and blanks.
type Options struct {
	// Skip is how many records that are not empty stand above the header, or 0
	// to look for it.
	Skip int
	// Columns names the header of a field's column. A file is never taken for
	// the ledger's own when any is named.
	Columns map[Field]string
	// Constants are what a field holds where the file has no column for it or
	// an empty cell, written as a cell of that field. Titles and dates have none.
	Constants map[Field]string
	// Unit is what bare numbers of points count, or "" for points. A column
	// of CEUs is not read without it, unless its cells name their unit.
	Unit Unit
	// DecimalComma says that decimals stand behind a comma, as in 1,5.
	DecimalComma bool
	// DateFormat is how dates are written, or "" to find out.
	DateFormat DateFormat
	// Known are the topics that there are.
	Known ledger.Vocabulary
	// Topics are texts that mean topics, or none where they are known to mean
	// no topic. They win over the names that the ledger understands.
	Topics map[string][]ledger.Topic
	// Rules are tried in order on every row, all of them.
	Rules []Rule
	// KeepStatus keeps the rows whose status says that nothing was earned.
	KeepStatus bool
}

// A layout is what is known of a file before it is read.
type layout struct {
	Options
	courses bool // it is a catalogue of courses, which are no credits
}

// columnFields returns every field that a column can be named for.
func (o layout) columnFields() []Field {
	if o.courses {
		return CourseFields()
	}
	return ColumnFields()
}

// meaning returns the field that a header means and how surely; see [meaning].
func (o layout) meaning(header string) (Field, int) {
	if o.courses {
		return courseMeaning(header)
	}
	return meaning(header)
}

// A Rule says more about the rows that have a certain text in a column, be it
// one that is read or one that is not.
type Rule struct {
	Column   string
	Match    *regexp.Regexp  // finds the text in the cell without its outer blanks
	Topics   []ledger.Topic  // are added to those of the row
	Activity ledger.Activity // replaces that of the row, unless it is ""
	Skip     bool            // leaves the row out
}

// Over returns o with base for what o does not say, as flags go over a
// profile. The rules of base are tried first.
func (o Options) Over(base Options) Options {
	o.Skip = cmp.Or(o.Skip, base.Skip)
	o.Unit = cmp.Or(o.Unit, base.Unit)
	o.DateFormat = cmp.Or(o.DateFormat, base.DateFormat)
	if o.Known == nil {
		o.Known = base.Known
	}
	o.DecimalComma = o.DecimalComma || base.DecimalComma
	o.Columns = over(o.Columns, base.Columns)
	o.Constants = over(o.Constants, base.Constants)
	o.Topics = over(squeezed(o.Topics), squeezed(base.Topics))
	o.Rules = append(base.Rules[:len(base.Rules):len(base.Rules)], o.Rules...)
	return o
}

func over[K comparable, V any](top, base map[K]V) map[K]V {
	all := make(map[K]V, len(top)+len(base))
	maps.Copy(all, base)
	maps.Copy(all, top)
	return all
}

func squeezed[V any](texts map[string]V) map[string]V {
	all := make(map[string]V, len(texts))
	for text, v := range texts {
		all[Squeeze(text)] = v
	}
	return all
}

// A boundRule is a rule and the column of the file that it looks at.
type boundRule struct {
	Rule
	index int
}

func (b boundRule) matches(rec record) bool {
	return rec.bad == nil && b.index < len(rec.cells) && b.Match.MatchString(rec.cell(b.index))
}

// bind finds the columns of the rules.
func (u *understanding) bind(rules []Rule) ([]boundRule, error) {
	bound := make([]boundRule, len(rules))
	for i, rule := range rules {
		index, err := u.find(rule.Column, fmt.Sprintf(", which rule %d looks at", i+1))
		if err != nil {
			return nil, err
		}
		bound[i] = boundRule{rule, index}
	}
	return bound, nil
}
