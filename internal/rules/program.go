package rules

import "math/big"

// A program is a linear program: amounts of at least 0 that meet every demand
// at the least cost. It is solved exactly, in whole numbers over a common
// denominator.
//
// It is a table of equations. In each, a variable of the basis is a sum of the
// others, which are 0: its cells are their factors and, last, a constant. A
// demand is an equation of how much more than asked for it gets, which is a
// variable as well and must not be negative. The last equation is the cost.
type program struct {
	denominator *big.Int     // of all cells, more than 0
	cells       [][]*big.Int // the row of the cost comes first
	basis       []int        // the variable of each row; that of the cost has none
	outside     []int        // the variable of each column, the last of which has none
	variables   int          // how many there are: the amounts, then the demands
}

// A term is a factor of an amount in a demand.
type term struct {
	amount int
	factor int64
}

// newProgram returns a program without demands. No cost is negative.
func newProgram(costs []int64) *program {
	p := &program{
		denominator: big.NewInt(1),
		basis:       []int{-1},
		variables:   len(costs),
	}
	row := make([]*big.Int, len(costs)+1)
	for i, c := range costs {
		row[i] = big.NewInt(c)
		p.outside = append(p.outside, i)
	}
	row[len(costs)] = new(big.Int)
	p.cells = append(p.cells, row)
	return p
}

func (p *program) clone() *program {
	c := *p
	c.denominator = new(big.Int).Set(p.denominator)
	c.cells = make([][]*big.Int, len(p.cells))
	for i, row := range p.cells {
		c.cells[i] = make([]*big.Int, len(row))
		for j, cell := range row {
			c.cells[i][j] = new(big.Int).Set(cell)
		}
	}
	c.basis = append([]int(nil), p.basis...)
	c.outside = append([]int(nil), p.outside...)
	return &c
}

// demand asks that a sum of amounts be at least so much, and returns the
// variable of what it is more.
func (p *program) demand(terms []term, least int64) int {
	last := len(p.outside)
	row := make([]*big.Int, last+1)
	for j := range row {
		row[j] = new(big.Int)
	}
	row[last].Mul(p.denominator, big.NewInt(-least))
	var product big.Int
	add := func(cell *big.Int, factor int64, by *big.Int) {
		cell.Add(cell, product.Mul(by, big.NewInt(factor)))
	}
	for _, t := range terms {
		for j, v := range p.outside {
			if v == t.amount {
				add(row[j], t.factor, p.denominator)
			}
		}
		for i, v := range p.basis {
			if v == t.amount {
				for j := range row {
					add(row[j], t.factor, p.cells[i][j])
				}
			}
		}
	}
	p.cells = append(p.cells, row)
	p.basis = append(p.basis, p.variables)
	p.variables++
	return p.variables - 1
}

// solve finds the least cost by the dual simplex method, and reports whether
// the demands can be met at all. Ties go to the variable of the lowest number,
// so that it ends (Bland's rule) and always in the same way.
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

// entering returns the column that makes the row's variable larger at the
// least cost, or -1.
func (p *program) entering(row int) int {
	best := -1
	var a, b big.Int
	for j, v := range p.outside {
		if p.cells[row][j].Sign() <= 0 {
			continue
		}
		if best >= 0 {
			order := a.Mul(p.cells[0][j], p.cells[row][best]).Cmp(b.Mul(p.cells[0][best], p.cells[row][j]))
			if order > 0 || order == 0 && v > p.outside[best] {
				continue
			}
		}
		best = j
	}
	return best
}

// pivot exchanges the variables of a row and a column. All cells stay whole
// numbers over the new denominator, since they are determinants.
func (p *program) pivot(row, column int) {
	by := p.cells[row][column]
	var product big.Int
	for i, cells := range p.cells {
		if i == row {
			continue
		}
		for j, cell := range cells {
			if j != column {
				cell.Mul(cell, by)
				cell.Sub(cell, product.Mul(cells[column], p.cells[row][j]))
				cell.Quo(cell, p.denominator)
			}
		}
	}
	for j, cell := range p.cells[row] {
		if j != column {
			cell.Neg(cell)
		}
	}
	p.cells[row][column], p.denominator = p.denominator, by
	p.basis[row], p.outside[column] = p.outside[column], p.basis[row]
}

// cost returns the cost, rounded up: whole amounts cannot cost less.
func (p *program) cost() int64 {
	value := p.cells[0][len(p.outside)]
	var rest big.Int
	whole, _ := new(big.Int).QuoRem(value, p.denominator, &rest)
	if rest.Sign() > 0 {
		whole.Add(whole, big.NewInt(1))
	}
	return whole.Int64()
}

// amounts returns the first n amounts, over a denominator that has no factor
// with all of them in common.
func (p *program) amounts(n int) (numerators []int64, denominator int64) {
	last := len(p.outside)
	common := new(big.Int).Set(p.denominator)
	for i, v := range p.basis {
		if v >= 0 && v < n {
			common.GCD(nil, nil, common, p.cells[i][last])
		}
	}
	numerators = make([]int64, n)
	for i, v := range p.basis {
		if v >= 0 && v < n {
			numerators[v] = new(big.Int).Quo(p.cells[i][last], common).Int64()
		}
	}
	return numerators, new(big.Int).Quo(p.denominator, common).Int64()
}

// weight returns what one more unit of a demand would cost, over the second
// number.
func (p *program) weight(demand int) (numerator, denominator int64) {
	for j, v := range p.outside {
		if v == demand {
			var common big.Int
			if cell := p.cells[0][j]; cell.Sign() > 0 {
				common.GCD(nil, nil, cell, p.denominator)
				return new(big.Int).Quo(cell, &common).Int64(), new(big.Int).Quo(p.denominator, &common).Int64()
			}
		}
	}
	return 0, 1
}
