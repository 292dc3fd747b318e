package rules

import (
	"math/big"
	"slices"
)

// A program is a linear program: it finds amounts of at least 0 that meet every demand
// at the least cost. It is solved exactly, in fractions.
//
// It is a table of equations, one a row. Each gives a variable of the basis as a sum of
// the variables outside, which are 0: the cells are their factors and, last, a constant.
// The first row gives the cost. The row of a demand gives its surplus, a variable that
// must not be negative. The amounts are the variables from 0 on.
type program struct {
	cells   [][]*big.Rat
	basis   []int // the variable of each row; -1 for the cost
	outside []int // the variable of each column but the last
}

// A term is a factor of an amount in a demand.
type term struct {
	amount int
	factor int64
}

// newProgram returns a program without demands. Costs must not be negative.
func newProgram(costs []int64) *program {
	p := &program{basis: []int{-1}}
	row := make([]*big.Rat, len(costs)+1)
	for i, c := range costs {
		row[i] = big.NewRat(c, 1)
		p.outside = append(p.outside, i)
	}
	row[len(costs)] = new(big.Rat)
	p.cells = append(p.cells, row)
	return p
}

// addDemand asks that a sum of amounts is at least least.
func (p *program) addDemand(terms []term, least int64) {
	row := make([]*big.Rat, len(p.outside)+1)
	for j := range row {
		row[j] = new(big.Rat)
	}
	row[len(p.outside)].SetInt64(-least)
	for _, t := range terms {
		factor := big.NewRat(t.factor, 1)
		if j := slices.Index(p.outside, t.amount); j >= 0 {
			row[j].Add(row[j], factor)
		} else {
			addTimes(row, factor, p.cells[slices.Index(p.basis, t.amount)])
		}
	}
	p.cells = append(p.cells, row)
	p.basis = append(p.basis, len(p.outside)+len(p.basis)-1)
}

// addTimes adds a multiple of one row to another.
func addTimes(row []*big.Rat, factor *big.Rat, other []*big.Rat) {
	var product big.Rat
	for j, cell := range row {
		cell.Add(cell, product.Mul(factor, other[j]))
	}
}

// solve finds the least cost by the dual simplex method, and reports whether the demands
// can be met at all. Ties go to the variable with the lowest number (Bland's rule), so
// that it ends and the result is always the same.
func (p *program) solve() bool {
	last := len(p.outside)
	for {
		row := -1
		for i := range p.basis {
			if i > 0 && p.cells[i][last].Sign() < 0 && (row < 0 || p.basis[i] < p.basis[row]) {
				row = i
			}
		}
		if row < 0 {
			return true
		}
		column := p.entering(row)
		if column < 0 {
			return false
		}
		p.pivot(row, column)
	}
}

// entering returns the column that raises the row's variable at the least cost, or -1.
func (p *program) entering(row int) int {
	best := -1
	var least, price big.Rat
	for j, v := range p.outside {
		if p.cells[row][j].Sign() <= 0 {
			continue
		}
		price.Quo(p.cells[0][j], p.cells[row][j])
		if order := price.Cmp(&least); best < 0 || order < 0 || order == 0 && v < p.outside[best] {
			best = j
			least.Set(&price)
		}
	}
	return best
}

// pivot exchanges the variables of a row and a column.
func (p *program) pivot(row, column int) {
	solved := p.cells[row]
	by := new(big.Rat).Inv(solved[column])
	for _, cell := range solved {
		cell.Neg(cell.Mul(cell, by))
	}
	solved[column] = by
	for i, cells := range p.cells {
		if i != row {
			factor := cells[column]
			cells[column] = new(big.Rat)
			addTimes(cells, factor, solved)
		}
	}
	p.basis[row], p.outside[column] = p.outside[column], p.basis[row]
}

// cost returns the cost, rounded up: whole amounts cannot cost less.
func (p *program) cost() int64 {
	value := p.cells[0][len(p.outside)]
	whole, rest := new(big.Int).QuoRem(value.Num(), value.Denom(), new(big.Int))
	return whole.Int64() + int64(rest.Sign())
}

// amounts returns the first n amounts as fractions with their least common denominator.
func (p *program) amounts(n int) (numerators []int64, denominator int64) {
	values := make([]*big.Rat, n)
	common := big.NewInt(1)
	for i, v := range p.basis {
		if v >= 0 && v < n {
			values[v] = p.cells[i][len(p.outside)]
			of := values[v].Denom()
			shared := new(big.Int).GCD(nil, nil, common, of)
			common.Mul(common, of).Quo(common, shared)
		}
	}
	numerators = make([]int64, n)
	for v, value := range values {
		if value != nil {
			whole := new(big.Rat).Mul(value, new(big.Rat).SetInt(common))
			numerators[v] = whole.Num().Int64()
		}
	}
	return numerators, common.Int64()
}
