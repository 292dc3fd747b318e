package rules

import (
	"math/big"
	"slices"
)

// A program is a linear program: it finds amounts of at least 0 that meet every demand
// at the least cost. It is solved exactly, in whole numbers over a common denominator.
//
// It is a table of equations, one a row. Each gives a variable of the basis as a sum of
// the variables outside, which are 0: the cells are their factors and, last, a constant.
// The first row gives the cost. The row of a demand gives its surplus, a variable that
// must not be negative. The amounts are the variables from 0 on.
type program struct {
	cells   [][]*big.Int
	over    *big.Int // divides every cell
	basis   []int    // the variable of each row; -1 for the cost
	outside []int    // the variable of each column but the last
}

// A term is a factor of an amount in a demand.
type term struct {
	amount int
	factor int64
}

// newProgram returns a program without demands. Costs must not be negative.
func newProgram(costs []int64) *program {
	p := &program{basis: []int{-1}, over: big.NewInt(1)}
	row := make([]*big.Int, len(costs)+1)
	for i, c := range costs {
		row[i] = big.NewInt(c)
		p.outside = append(p.outside, i)
	}
	row[len(costs)] = new(big.Int)
	p.cells = append(p.cells, row)
	return p
}

// clone returns a program of its own that is the same.
func (p *program) clone() *program {
	q := &program{over: new(big.Int).Set(p.over), basis: slices.Clone(p.basis), outside: slices.Clone(p.outside)}
	for _, row := range p.cells {
		cells := make([]*big.Int, len(row))
		for j, cell := range row {
			cells[j] = new(big.Int).Set(cell)
		}
		q.cells = append(q.cells, cells)
	}
	return q
}

// size returns how many cells the program has.
func (p *program) size() int { return len(p.basis) * (len(p.outside) + 1) }

// addDemand asks that a sum of amounts is at least least.
func (p *program) addDemand(terms []term, least int64) {
	row := make([]*big.Int, len(p.outside)+1)
	for j := range row {
		row[j] = new(big.Int)
	}
	var product big.Int
	add := func(j int, factor int64, cell *big.Int) {
		row[j].Add(row[j], product.Mul(big.NewInt(factor), cell))
	}
	add(len(p.outside), -least, p.over)
	for _, t := range terms {
		if j := slices.Index(p.outside, t.amount); j >= 0 {
			add(j, t.factor, p.over)
			continue
		}
		for j, cell := range p.cells[slices.Index(p.basis, t.amount)] {
			add(j, t.factor, cell)
		}
	}
	p.cells = append(p.cells, row)
	p.basis = append(p.basis, len(p.outside)+len(p.basis)-1)
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
	costs, factors := p.cells[0], p.cells[row]
	var price, least big.Int // of both columns for the same rise
	for j, v := range p.outside {
		if factors[j].Sign() <= 0 {
			continue
		}
		if best >= 0 {
			order := price.Mul(costs[j], factors[best]).Cmp(least.Mul(costs[best], factors[j]))
			if order > 0 || order == 0 && v > p.outside[best] {
				continue
			}
		}
		best = j
	}
	return best
}

// pivot exchanges the variables of a row and a column. The factor that they share, which
// is more than 0, is the new denominator; by the old one all divide without a rest.
func (p *program) pivot(row, column int) {
	solved := p.cells[row]
	by := solved[column]
	var product big.Int
	for i, cells := range p.cells {
		if i == row {
			continue
		}
		for j, cell := range cells {
			if j != column {
				cell.Sub(cell.Mul(cell, by), product.Mul(cells[column], solved[j])).Quo(cell, p.over)
			}
		}
	}
	for _, cell := range solved {
		cell.Neg(cell)
	}
	solved[column], p.over = p.over, new(big.Int).Neg(by)
	p.basis[row], p.outside[column] = p.outside[column], p.basis[row]
}

// cost returns the cost, rounded up: whole amounts cannot cost less.
func (p *program) cost() int64 {
	return roundedUp(p.cells[0][len(p.outside)], p.over)
}

// amounts returns the first n amounts as fractions with their least common denominator.
// Where that is so large that points times it may not fit a number, the amounts are
// rounded up.
func (p *program) amounts(n int) (numerators []int64, denominator int64) {
	last := len(p.outside)
	shared := p.over
	for i, v := range p.basis {
		if v >= 0 && v < n {
			shared = new(big.Int).GCD(nil, nil, shared, p.cells[i][last])
		}
	}
	if new(big.Int).Quo(p.over, shared).BitLen() > 24 {
		shared = p.over
	}
	numerators = make([]int64, n)
	for i, v := range p.basis {
		if v >= 0 && v < n {
			numerators[v] = roundedUp(p.cells[i][last], shared)
		}
	}
	return numerators, roundedUp(p.over, shared)
}

func roundedUp(n, over *big.Int) int64 {
	whole, rest := new(big.Int).QuoRem(n, over, new(big.Int))
	return whole.Int64() + int64(rest.Sign())
}
