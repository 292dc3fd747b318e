package rules_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// A heldCredential is one as the domain has it, without our types. Days are those of
// the calendar of package time.
type heldCredential struct {
	last            time.Time // its expiry, or none
	expired         bool
	from, by, until time.Time
}

// afterMonths is the day n months later; a day that the month lacks becomes its last.
func afterMonths(d time.Time, n int) time.Time {
	m := time.Date(d.Year(), d.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	if end := m.AddDate(0, 1, -1); d.Day() > end.Day() {
		return end
	}
	return m.AddDate(0, 0, d.Day()-1)
}

// feesOf are the application, each further credential, and reinstatement, as the table of
// the domain has them.
func feesOf(day time.Time, exempt bool) (application, further, reinstatement int) {
	switch {
	case day.Before(time.Date(2024, 7, 1, 0, 0, 0, 0, time.UTC)):
		return 95, 15, 125
	case day.Before(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) || exempt:
		return 100, 20, 135
	}
	return 110, 30, 145
}

// partitions returns, by the number of things, every way to put them into groups, as the
// group of each.
var partitions = func() (all [6][][]int) {
	all[0] = [][]int{nil}
	for n := range all[1:] {
		for _, p := range all[n] {
			for g := 0; g <= groups(p); g++ {
				all[n+1] = append(all[n+1], append(slices.Clone(p), g))
			}
		}
	}
	return all
}()

func groups(p []int) int {
	if len(p) == 0 {
		return 0
	}
	return slices.Max(p) + 1
}

// A declarant is what one holder has, with what was declared and paid today.
type declarant struct {
	today  time.Time
	exempt bool
	all    []heldCredential
	paid   []heldCredential
}

func near(a, b heldCredential) bool {
	if b.last.Before(a.last) {
		a, b = b, a
	}
	return !b.last.After(afterMonths(a.last, 3))
}

// fewest returns into how many groups of near expiries the credentials fall at least:
// each near to every other or, by the other reading, to one of the others.
func fewest(all []heldCredential, chain bool) int {
	best := len(all)
	for _, p := range partitions[len(all)] {
		ok := true
		for i := range all {
			any, every, alone := false, true, true
			for j := range all {
				if i != j && p[i] == p[j] {
					alone = false
					any, every = any || near(all[i], all[j]), every && near(all[i], all[j])
				}
			}
			ok = ok && (alone || every || chain && any && connected(all, p, p[i]))
		}
		if ok {
			best = min(best, groups(p))
		}
	}
	return best
}

// connected reports whether each of a group can be reached from any other over near ones.
func connected(all []heldCredential, p []int, group int) bool {
	var members, reached []int
	for i := range all {
		if p[i] == group {
			members = append(members, i)
		}
	}
	for reached = members[:1:1]; ; {
		n := len(reached)
		for _, m := range members {
			if !slices.Contains(reached, m) && slices.ContainsFunc(reached, func(r int) bool { return near(all[r], all[m]) }) {
				reached = append(reached, m)
			}
		}
		if len(reached) == n {
			return n == len(members)
		}
	}
}

// onOneDay is what a group costs that is declared together, on the best of all days that
// suit all its members; -1 if there is none.
func (h declarant) onOneDay(group []heldCredential, late, chain bool) int {
	first, last := group[0].from, group[0].until
	for _, c := range group {
		if c.from.After(first) {
			first = c.from
		}
		for _, d := range []time.Time{c.by, c.until} {
			if (!late || d == c.until) && d.Before(last) {
				last = d
			}
		}
	}
	best := -1
	counted := map[int]int{} // how many groups, by how many may share: what is paid changes it on one day
	for day := first; !day.After(last); day = day.AddDate(0, 0, 1) {
		application, further, reinstatement := feesOf(day, h.exempt)
		sum := 0
		var free []heldCredential // those that may share
		for _, c := range group {
			paid := day.Equal(h.today) && slices.ContainsFunc(h.paid, func(p heldCredential) bool { return near(p, c) })
			switch {
			case c.expired:
				sum += application + reinstatement
			case c.last.IsZero():
				sum += application
			case paid:
				sum += further
			default:
				free = append(free, c)
			}
		}
		n, ok := counted[len(free)]
		if !ok {
			n = fewest(free, chain)
			counted[len(free)] = n
		}
		sum += n*application + (len(free)-n)*further
		if best < 0 || sum < best {
			best = sum
		}
	}
	return best
}

// cheapest tries all ways to group the credentials, and all days for each group.
func (h declarant) cheapest(late, chain bool) int {
	known := map[string]int{}
	best := -1
	for _, p := range partitions[len(h.all)] {
		sum := 0
		for g := range groups(p) {
			var group []heldCredential
			key := ""
			for i, c := range h.all {
				if p[i] == g {
					group, key = append(group, c), key+fmt.Sprint(i)
				}
			}
			if _, ok := known[key]; !ok {
				known[key] = h.onOneDay(group, late, chain)
			}
			if known[key] < 0 {
				sum = -1
				break
			}
			sum += known[key]
		}
		if sum >= 0 && (best < 0 || sum < best) {
			best = sum
		}
	}
	return best
}

// A holder of one to five credentials: expired ones, voluntary ones without a cycle, and
// expiries near to each other and near to the days on which fees change. Where the body
// names no days to declare, any day up to the expiry will do, so that chains occur.
func holderOf(r *rand.Rand) (h declarant, wide bool) {
	days := []time.Time{
		time.Date(2024, 7, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), time.Date(2027, 2, 28, 0, 0, 0, 0, time.UTC),
	}
	h.today, h.exempt = days[r.IntN(len(days))].AddDate(0, 0, r.IntN(240)-180), r.IntN(3) == 0
	wide = r.IntN(3) == 0
	for range 1 + r.IntN(5) {
		c := heldCredential{last: h.today.AddDate(0, 0, r.IntN(300)-40), from: h.today, by: h.today, until: h.today}
		if len(h.all) > 0 && r.IntN(3) == 0 && !h.all[0].last.IsZero() { // on and about the boundary
			c.last = afterMonths(h.all[0].last, 3*(1-r.IntN(3))).AddDate(0, 0, r.IntN(3)-1)
		}
		if r.IntN(8) == 0 { // an end of a month
			c.last = afterMonths(time.Date(c.last.Year(), c.last.Month(), 1, 0, 0, 0, 0, time.UTC), 1).AddDate(0, 0, -1)
		}
		c.expired = c.last.Before(h.today)
		switch {
		case r.IntN(12) == 0:
			c.last, c.expired = time.Time{}, false
		case wide && !c.expired:
			c.by, c.until = c.last, c.last
		case !c.expired:
			c.until, c.by = c.last, afterMonths(c.last, -1)
			if from := afterMonths(c.last, -3); from.After(h.today) {
				c.from = from
			}
			if c.by.Before(h.today) {
				c.by = c.until
			}
		}
		h.all = append(h.all, c)
	}
	if r.IntN(6) == 0 {
		h.paid = []heldCredential{{last: h.today.AddDate(0, 0, r.IntN(200))}}
	}
	return h, wide
}

func dayOf(d time.Time) ledger.Date {
	if d.IsZero() {
		return 0
	}
	return ledger.MakeDate(d.Year(), int(d.Month()), d.Day())
}

// Whatever a holder has, no way to group the declarations and no days for them cost less
// than what [rules.Fees.Cost] found, in time and late, and it finds the days.
func TestCostEqualsExhaustiveSearch(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(15, 2026))
	saved, late, chained, dated := 0, 0, 0, 0
	holders := 2000
	if testing.Short() {
		holders = 400
	}
	for n := range holders {
		h, wide := holderOf(r)
		all, paid := declarables(t, h, wide)
		fees := ascpFees(t)
		if h.exempt {
			fees = fees.Exempted()
		}
		c := fees.Cost(dayOf(h.today), all, paid)
		got := fmt.Sprint(c.Together.Total)
		want := fmt.Sprint(h.cheapest(false, false))
		apart := 0
		for _, one := range h.all {
			apart += declarant{h.today, h.exempt, []heldCredential{one}, h.paid}.cheapest(false, false)
		}
		got, want = fmt.Sprint(got, " ", c.Apart), fmt.Sprint(want, " ", apart)
		if lateTotal := h.cheapest(true, false); lateTotal < c.Together.Total {
			want = fmt.Sprint(want, " late ", lateTotal)
			late++
		}
		if c.Late != nil {
			got = fmt.Sprint(got, " late ", c.Late.Total)
		}
		if h.paid == nil {
			got, want = fmt.Sprint(got, " chained ", c.Together.Chained), fmt.Sprint(want, " chained ", h.cheapest(false, true))
		}
		if got != want {
			t.Fatalf("holder %d: %s, want %s\n%+v", n, got, want, h)
		}
		ways := []rules.Way{c.Together}
		if c.Late != nil {
			ways = append(ways, *c.Late)
		}
		for i, way := range ways {
			checkDays(t, fees, all, way, i == 1, dayOf(h.today), paid)
		}
		if c.Together.Total < c.Apart {
			saved++
		}
		if c.Together.Chained < c.Together.Total {
			chained++
		}
		if slices.ContainsFunc(c.Together.Days, func(d rules.DeclareDay) bool { return d.Day > all[d.Of[0]].From }) {
			dated++
		}
	}
	if few := holders / 100; saved < 10*few || late < few || chained < few || dated < few {
		t.Errorf("%d save, %d are cheaper late, %d form chains, %d wait: too few to show anything", saved, late, chained, dated)
	}
	t.Logf("%d save, %d are cheaper late, %d form chains, %d wait", saved, late, chained, dated)
}

// declarables returns the holder's credentials as the rules judge them: all are of ASCP,
// with its days to declare.
func declarables(t *testing.T, h declarant, wide bool) (all []rules.Declarable, paid []rules.Declaring) {
	t.Helper()
	for i, c := range h.all {
		name := ledger.CredentialName{Body: "ascp", Code: []string{"MLS", "BB", "C", "H", "M"}[i]}
		e, err := rules.Builtin().Edition(name, max(dayOf(c.last), dayOf(h.today)))
		need(t, err)
		cycle := ledger.Cycle{ID: 1, Last: dayOf(c.last), First: rules.FirstDay(e.Programme, dayOf(c.last))}
		if c.last.IsZero() {
			cycle.First = 0
		}
		credential := ledger.Credential{CredentialName: name, Cycles: []ledger.Cycle{cycle}, Voluntary: c.last.IsZero()}
		d, open := rules.Evaluate(rules.Account{Edition: e, Credential: credential, Cycle: cycle}, dayOf(h.today)).Declarable()
		if wide && !c.expired && d.Last != 0 {
			d.From, d.By = dayOf(h.today), d.Until
		}
		if !open || d.From != dayOf(c.from) || d.By != dayOf(c.by) || d.Until != dayOf(c.until) || d.Expired != c.expired {
			t.Fatalf("expiry %s, today %s: %v %+v, want %s to %s, at the latest %s", dayOf(c.last), dayOf(h.today), open, d, dayOf(c.from), dayOf(c.by), dayOf(c.until))
		}
		all = append(all, d)
	}
	for _, p := range h.paid {
		paid = append(paid, rules.Declaring{Name: ledger.CredentialName{Body: "ascp", Code: "PBT"}, Last: dayOf(p.last), Paid: true})
	}
	return all, paid
}

// checkDays checks that every credential has its day, within its days, and that the
// charges add up, on the first of the days and on the last.
func checkDays(t *testing.T, fees *rules.Fees, all []rules.Declarable, way rules.Way, late bool, today ledger.Date, paid []rules.Declaring) {
	t.Helper()
	var seen []int
	sum := 0
	for _, d := range way.Days {
		total := 0
		for i, of := range d.Of {
			x := all[of]
			last := x.By
			if late {
				last = x.Until
			}
			if d.Day < x.From || d.To > last || d.Day > d.To || d.Charges[i].CredentialName != x.Name {
				t.Fatalf("%+v is not for %+v", d, x)
			}
			total += d.Charges[i].Total
		}
		onLast := 0
		var declared []rules.Declaring
		if d.To == today {
			declared = slices.Clone(paid)
		}
		n := len(declared)
		for _, of := range d.Of {
			declared = append(declared, all[of].Declaring)
		}
		for _, c := range fees.Charge(d.To, declared)[n:] {
			onLast += c.Total
		}
		if total != d.Total || onLast != total {
			t.Fatalf("%+v: adds up to %d, on the last day to %d", d, total, onLast)
		}
		seen, sum = append(seen, d.Of...), sum+total
	}
	slices.Sort(seen)
	if len(seen) != len(all) || len(slices.Compact(seen)) != len(all) || sum != way.Total {
		t.Fatalf("%+v: for %v, adds up to %d", way, seen, sum)
	}
}

// Every way for ten credentials is tried; more have no ways, but each its fee.
func TestCostOfMany(t *testing.T) {
	today := date("2026-11-21")
	var all []rules.Declarable
	for i := range rules.MostTogether + 1 {
		name, last := ledger.CredentialName{Body: "ascp", Code: fmt.Sprint("C", i)}, date("2027-06-30").AddMonths(i)
		all = append(all, rules.Declarable{Declaring: rules.Declaring{Name: name, Last: last}, From: today, By: last, Until: last})
	}
	c := ascpFees(t).Cost(today, all, nil)
	if len(c.Alone) != len(all) || c.Apart != 11*110 || c.Together.Days != nil || c.Late != nil {
		t.Errorf("of 11: %+v", c)
	}
	c = ascpFees(t).Cost(today, all[1:], nil)
	if c.Apart != 10*110 || c.Together.Total != 3*110+7*30 || c.Together.Chained != 110+9*30 {
		t.Errorf("of 10: %+v", c)
	}
}
