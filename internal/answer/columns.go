package answer

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Write writes an answer in a format: as JSON, as records where a list of it has
// the tag records, or as the table of a list that has the tag table.
//
// Both tags name columns, in their order. A column of records is the field of a
// row that has this name in JSON; "before.points" is one within another, and
// "was=before.points" has a name of its own. A column of a table is a field, by
// its name in JSON or in Go, its title and how it looks:
//
//	table:"id|Credit|right; date|Date; title|Title|cut wide; Shown|State"
//
// How it looks, and when it is there at all:
//
//	right   numbers
//	cut     where the screen is narrow its texts are cut, with an ellipsis; numbers,
//	        dates and names never are
//	wrap    there its texts go on below, so that nothing of them is lost
//	wide    it is narrowed later than others, and keeps twice their width
//	spare   a narrow screen goes without it
//	from80  it is there where the screen has so many columns
//	any     it is there where any row has a text
//	dash    nothing is a dash
func (s Screen) Write(f Format, v any) error {
	switch f {
	case JSON:
		return WriteJSON(s.Out, v)
	case Table:
		return s.table(v)
	}
	list, spec := tagged(v, "records")
	var header, paths []string
	for name := range strings.FieldsSeq(spec) {
		name, path, other := strings.Cut(name, "=")
		if !other {
			path = name
		}
		header, paths = append(header, name), append(paths, path)
	}
	rows := make([][]string, list.Len())
	for i := range rows {
		for _, path := range paths {
			rows[i] = append(rows[i], cell(at(list.Index(i), path), ";").Text)
		}
	}
	return Records(s.Out, f, header, rows)
}

// table writes the table of an answer.
func (s Screen) table(v any) error {
	list, spec := tagged(v, "table")
	var columns []string
	rows := make([][]any, list.Len())
	for part := range strings.SplitSeq(spec, "; ") {
		path, column, _ := strings.Cut(part, "|")
		columns = append(columns, column)
		for i := range rows {
			rows[i] = append(rows[i], at(list.Index(i), path))
		}
	}
	return s.Table(strings.Join(columns, "; "), rows)
}

// Table writes a table of values, under columns as the tag table has them, without
// the fields: "Credit|right; Date; Title|cut wide".
func (s Screen) Table(spec string, rows [][]any) error {
	var columns []column
	cells := make([][]Cell, len(rows))
	for j, text := range strings.Split(spec, "; ") {
		title, looks, _ := strings.Cut(text, "|")
		look := strings.Fields(looks)
		is := func(what string) bool { return slices.Contains(look, what) }
		below := make([]Cell, len(rows))
		for i, row := range rows {
			below[i] = cell(row[j], ", ")
			if is("dash") && (below[i].Text == "" || below[i].Text == "0") {
				below[i].Text = "-"
			}
		}
		narrow := slices.ContainsFunc(look, func(l string) bool {
			least, ok := strings.CutPrefix(l, "from")
			n, _ := strconv.Atoi(least)
			return ok && s.Width > 0 && s.Width < n
		})
		if narrow || is("any") && !slices.ContainsFunc(below, func(c Cell) bool { return c.Text != "" && c.Text != "-" }) {
			continue
		}
		columns = append(columns, column{title, is("right"), is("cut"), is("wrap"), is("wide"), is("spare")})
		for i, c := range below {
			cells[i] = append(cells[i], c)
		}
	}
	return s.draw(columns, cells)
}

// tagged returns the list of an answer that has the tag, and what that says.
func tagged(v any, tag string) (list reflect.Value, spec string) {
	answer := reflect.ValueOf(v)
	for _, f := range reflect.VisibleFields(answer.Type()) {
		if spec := f.Tag.Get(tag); spec != "" {
			return answer.FieldByIndex(f.Index), spec
		}
	}
	panic(answer.Type().String() + ": no list has the tag " + tag)
}

// at returns the field of a row that a path names; what is not there is no value.
func at(v reflect.Value, path string) reflect.Value {
	for name := range strings.SplitSeq(path, ".") {
		if v = reflect.Indirect(v); !v.IsValid() {
			return v
		}
		fields := fieldsOf(v.Type())
		if i := slices.IndexFunc(fields, func(f field) bool { return f.name == name }); i >= 0 {
			v = v.FieldByIndex(fields[i].index)
		} else if v = v.FieldByName(name); !v.IsValid() {
			panic(name + ": not a field of a row")
		}
	}
	return reflect.Indirect(v)
}

// cell returns a value as it reads in a table.
func cell(value any, separator string) Cell {
	v, ok := value.(reflect.Value)
	if !ok {
		v = reflect.ValueOf(value)
	}
	if !v.IsValid() {
		return Cell{}
	}
	switch x := v.Interface().(type) {
	case Cell:
		return x
	case fmt.Stringer:
		return Cell{Text: x.String()}
	}
	if v.Kind() != reflect.Slice {
		return Cell{Text: fmt.Sprint(v.Interface())}
	}
	words := make([]string, v.Len())
	for i := range words {
		words[i] = cell(v.Index(i), separator).Text
	}
	return Cell{Text: strings.Join(words, separator)}
}

// TextOf returns a value of a row, by its name in JSON, as it reads in records.
func TextOf(row any, name string) string { return cell(at(reflect.ValueOf(row), name), ";").Text }

// ValueOf returns the value of a struct that has this name in JSON, or nil where
// that is null.
func ValueOf(v any, name string) any {
	for _, f := range fieldsOf(reflect.TypeOf(v)) {
		if value := reflect.ValueOf(v).FieldByIndex(f.index); f.name == name && !(f.nullable() && isZero(value)) {
			return value.Interface()
		}
	}
	return nil
}
