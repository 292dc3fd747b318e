package answer

import (
	"slices"
	"strings"
)

// How columns are made narrower.
const (
	narrow = 8 // a column that is cut is not made narrower, nor than its title
	// Nor is one that is wrapped made narrower than its longest word, unless that
	// is longer than this, or, where all does not fit then, than the second, by
	// which days and designations still stay whole.
	whole, short = 14, 12
	// Below so many columns a screen has none to spare.
	spareless = 72
)

// spare leaves out what a narrow screen has no room for.
func (s Screen) spare(columns []column, rows [][]Cell) ([]column, [][]Cell) {
	if s.Width == 0 || s.Width >= spareless {
		return columns, rows
	}
	kept := make([][]Cell, len(rows))
	for i, row := range rows {
		for j, c := range row {
			if !columns[j].spare {
				kept[i] = append(kept[i], c)
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(columns), func(c column) bool { return c.spare }), kept
}

func measure(rows [][]string) []int {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for j, text := range row {
			widths[j] = max(widths[j], width(text))
		}
	}
	return widths
}

// leasts returns how narrow columns may get; words of texts that are wrapped
// stay whole up to a length.
func leasts(columns []column, texts [][]string, length int) []int {
	all := make([]int, len(columns))
	for j, c := range columns {
		all[j] = max(narrow, width(c.title))
		if !c.wrap {
			continue
		}
		for _, row := range texts {
			for word := range strings.FieldsSeq(row[j]) {
				all[j] = max(all[j], min(width(word), length))
			}
		}
	}
	return all
}

// shrink makes columns narrower until all fits, and reports whether it does.
func (s Screen) shrink(columns []column, widths []int, texts [][]string) bool {
	if s.Width == 0 {
		return true
	}
	over := -s.Width
	for _, w := range widths {
		over += gap + w
	}
	if over <= 0 {
		return true
	}
	original := slices.Clone(widths)
	if narrower(columns, widths, leasts(columns, texts, whole), over) {
		return true
	}
	copy(widths, original)
	return narrower(columns, widths, leasts(columns, texts, short), over)
}

// narrower takes so many columns of the screen from the widest one that may be
// narrower at any time, and reports whether that was possible.
func narrower(columns []column, widths, least []int, over int) bool {
	for ; over > 0; over-- {
		widest, most := -1, 0
		for j, c := range columns {
			w := widths[j] * 2
			if c.wide {
				w /= 2
			}
			if (c.cut || c.wrap) && widths[j] > least[j] && w > most {
				widest, most = j, w
			}
		}
		if widest < 0 {
			return false
		}
		widths[widest]--
	}
	return true
}
