package rules

import (
	"math/bits"
	"slices"

	"cmpledger/internal/ledger"
)

// A Declarable is a cycle that is not declared, and the days on which it can be. All are
// included.
type Declarable struct {
	Declaring
	From  ledger.Date // the first
	By    ledger.Date // the last that leaves the board its time, or Until once that has passed
	Late  bool        // it has passed
	Until ledger.Date // the last of all: the expiry, or today once that has passed
}

// Declarable returns when the cycle can be declared, and whether it still can.
func (s Standing) Declarable() (d Declarable, open bool) {
	d = Declarable{Declaring: Declaring{Name: s.Credential.CredentialName, Last: s.Cycle.Last, Expired: s.State == Expired}, From: s.Today, By: s.Today, Until: s.Today}
	if d.Last != 0 && !d.Expired {
		d.From, d.By, d.Until = max(s.Today, s.DeclareFrom, s.Cycle.First), s.DeclareBy, d.Last
		if d.By < d.From {
			d.By = d.Until
		}
	}
	d.Late = s.PastDeclareBy()
	return d, !s.Finished()
}

// A Cost is what declaring the credentials of one body costs.
type Cost struct {
	Alone    []*Charge // each on its cheapest day, in the order given; nil where nobody knows the fee
	Apart    int       // their sum
	Together Way
	Late     *Way // what is cheaper still, after By for some; nil if nothing is
	TooMany  bool // no way was looked for, since more than [MostTogether] have a known fee
}

// A Way is one to declare several credentials on certain days, the cheapest there is.
type Way struct {
	Days  []DeclareDay `json:"days"`
	Total int          `json:"together" doc:"What all of it costs."`
	// Chained is what it would cost if a chain of expiries were enough for the fee of a
	// further credential, each near to the next. Total is never less: it takes the dearer
	// reading, that each has to be near to every other.
	Chained int
}

// With returns both ways as one.
func (w Way) With(other Way) Way {
	return Way{append(slices.Clone(w.Days), other.Days...), w.Total + other.Total, w.Chained + other.Chained}
}

// Expired reports whether an expired credential is declared beside another.
func (w Way) Expired() bool {
	all := 0
	expired := false
	for _, d := range w.Days {
		all += len(d.Charges)
		expired = expired || slices.ContainsFunc(d.Charges, func(c *Charge) bool { return c.Reinstatement > 0 })
	}
	return expired && all > 1
}

// Chained reports whether it would cost less if a chain of expiries were enough.
func (c Cost) Chained() bool {
	return c.Together.Chained < c.Together.Total || c.Late != nil && c.Late.Chained < c.Late.Total
}

// LeastSure returns the least sure of a confidence, which may be "", and those of all
// known fees.
func (c Cost) LeastSure(least Confidence) Confidence {
	days := c.Together.Days
	if c.Late != nil {
		days = slices.Concat(days, c.Late.Days)
	}
	charges := slices.Clone(c.Alone)
	for _, d := range days {
		charges = append(charges, d.Charges...)
	}
	for _, charge := range charges {
		if charge != nil {
			least = LeastSure(least, charge.Confidence)
		}
	}
	return least
}

// A DeclareDay is what to declare on one day, or on any up to the day To.
type DeclareDay struct {
	Day     ledger.Date `json:"first_day"`
	To      ledger.Date `json:"last_day" doc:"Until then it costs the same."`
	Charges []*Charge   `json:"credentials"`
	Of      []int       // which they are, in the order given
	Total   int         `json:"fee" doc:"Of all of them."`
	Apart   int         `json:"apart" doc:"What they cost alone."`
	Late    bool        `json:"late" doc:"Whether that is after the day to declare one of them by."`
	Waits   bool        // it is late only because it is waited for
}

// Weekend reports whether all of the days fall on one weekend.
func (d DeclareDay) Weekend() bool { return d.To-d.Day < 2 && d.Day.Weekend() && d.To.Weekend() }

// MostTogether is for how many credentials of a body [Fees.Cost] tries all ways: it takes
// 15 ms of 10.
const MostTogether = 10

// Cost returns what declaring the credentials costs. Those that are paid were declared
// today already. Where f is nil nobody knows any fee.
func (f *Fees) Cost(today ledger.Date, all []Declarable, paid []Declaring) (c Cost) {
	search := costing{fees: f, today: today, all: all, paid: paid}
	c.Alone = make([]*Charge, len(all))
	if f == nil {
		return c
	}
	for i := range all {
		if day := search.day([]int{i}); day != nil {
			c.Alone[i] = day.Charges[0]
			c.Apart += day.Total
			search.known = append(search.known, i)
		}
	}
	if c.TooMany = len(search.known) > MostTogether; c.TooMany {
		return c
	}
	c.Together = search.best(c.Alone)
	search.late = true
	if late := search.best(c.Alone); late.Total < c.Together.Total {
		c.Late = &late
	}
	return c
}

// A costing looks for the cheapest way.
type costing struct {
	fees  *Fees
	today ledger.Date
	all   []Declarable
	paid  []Declaring
	known []int // which of all have a known fee
	late  bool  // any day up to Until will do
	chain bool  // see [Fees.charge]
}

// best returns the cheapest way by the dearer reading, and what the other would cost.
func (c costing) best(alone []*Charge) Way {
	c.chain = true
	chained := c.cheapest().Total
	c.chain = false
	w := c.cheapest()
	w.Chained = min(w.Total, chained)
	for i := range w.Days {
		d := &w.Days[i]
		for _, of := range d.Of {
			one := c.all[of]
			d.Apart += alone[of].Total
			d.Waits, d.Late = d.Waits || d.Day > one.By, d.Late || one.Late || d.Day > one.By
			if d.Day <= one.By {
				d.To = min(d.To, one.By)
			}
		}
	}
	return w
}

// cheapest finds the best way for every set of credentials: those that are declared on
// one day with the first of the set, and the best way for the others. Of ways that cost
// the same it takes the one that leaves the most days to choose from.
func (c costing) cheapest() Way {
	type step struct {
		total, room int         // room is for how many days there is a choice
		day         *DeclareDay // with the first of the set
		rest        uint
	}
	sets := uint(1) << len(c.known)
	days, steps := make([]*DeclareDay, sets), make([]step, sets)
	for set := uint(1); set < sets; set++ {
		days[set] = c.day(c.members(set))
		first := set & -set
		for part := set; part > 0; part = (part - 1) & set {
			if part&first == 0 || days[part] == nil {
				continue
			}
			rest := set &^ part
			s := step{days[part].Total + steps[rest].total, int(days[part].To-days[part].Day) + 1 + steps[rest].room, days[part], rest}
			if best := steps[set]; best.day == nil || s.total < best.total || s.total == best.total && s.room > best.room {
				steps[set] = s
			}
		}
	}
	var w Way
	for set := sets - 1; set > 0; set = steps[set].rest {
		w.Days = append(w.Days, *steps[set].day)
	}
	w.Total = steps[sets-1].total
	slices.SortStableFunc(w.Days, func(a, b DeclareDay) int { return int(a.Day - b.Day) })
	return w
}

// members returns the indexes of a set, the bits of which are those of known.
func (c costing) members(set uint) (all []int) {
	for ; set > 0; set &= set - 1 {
		all = append(all, c.known[bits.TrailingZeros(set)])
	}
	return all
}

// day returns the cheapest day for credentials that are declared together, the first of
// several, or nil if there is none or nobody knows a fee. A fee changes on the first day
// of a period only, or after today, where something is paid.
func (c costing) day(of []int) (best *DeclareDay) {
	first, last := c.today, c.all[of[0]].Until
	for _, i := range of {
		d := c.all[i]
		first = max(first, d.From)
		last = min(last, d.Until)
		if !c.late {
			last = min(last, d.By)
		}
	}
	starts := []ledger.Date{first}
	for _, p := range c.fees.Periods {
		starts = append(starts, p.From)
	}
	if first == c.today && c.paid != nil {
		starts = append(starts, first+1)
	}
	starts = slices.DeleteFunc(starts, func(day ledger.Date) bool { return day < first || day > last })
	slices.Sort(starts)
	starts = slices.Compact(starts)
	for i, day := range starts {
		to := last
		if i+1 < len(starts) {
			to = starts[i+1] - 1
		}
		switch d := c.on(day, to, of); {
		case d == nil:
		case best == nil || d.Total < best.Total:
			best = d
		case d.Total == best.Total && day == best.To+1:
			best.To = to
		}
	}
	return best
}

// on returns what credentials cost that are declared on a day; nil if nobody knows.
func (c costing) on(day, to ledger.Date, of []int) *DeclareDay {
	d := &DeclareDay{Day: day, To: to, Of: of}
	var declared []Declaring
	if day == c.today {
		declared = slices.Clone(c.paid)
	}
	paid := len(declared)
	for _, i := range of {
		declared = append(declared, c.all[i].Declaring)
	}
	d.Charges = c.fees.charge(day, declared, c.chain)[paid:]
	for _, charge := range d.Charges {
		if charge == nil {
			return nil
		}
		d.Total += charge.Total
	}
	return d
}
