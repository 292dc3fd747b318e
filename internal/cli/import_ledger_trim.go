package cli

import (
	"cmp"
	"slices"

	"cmpledger/internal/actions"
	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/sorted"
)

// A meeting is a merge of two ledgers whose allocations the rules look at.
type meeting struct {
	app         *app
	sides       [2]map[exchange.ID]string
	values      map[exchange.ID]string
	credentials map[string]ledger.Credential // with numbers that only the meeting knows
	cycles      map[string]int64
	uids        map[int64]string
}

// trimMerged trims allocations of a credit that came from one ledger though the
// credit itself, as it is now, came from the other one: its topics may no
// longer allow them. Both ledgers come to the same, as long as both have the
// same rules. What either ledger had side by side stays.
func (a *app) trimMerged(ours, theirs exchange.Ledger, merged *exchange.Ledger) []exchange.Repair {
	m := &meeting{
		app: a, sides: [2]map[exchange.ID]string{valuesOf(ours), valuesOf(theirs)}, values: valuesOf(*merged),
		credentials: map[string]ledger.Credential{}, cycles: map[string]int64{}, uids: map[int64]string{},
	}
	m.readCredentials(*merged)
	var repairs []exchange.Repair
	for i, r := range merged.Records {
		if r.Kind != exchange.AllocationsKind || m.sideBySide(r.ID) {
			continue
		}
		after := m.trim(r)
		if after == r.Value {
			continue
		}
		merged.Records[i].Value = after
		if before := m.sides[0][r.ID]; before != after {
			repairs = append(repairs, exchange.Repair{ID: r.ID, Before: r.Value, After: after, Why: "its topics and points allow no more"})
		}
	}
	merged.Records = slices.DeleteFunc(merged.Records, func(r exchange.Record) bool { return r.Value == "" })
	return repairs
}

// valuesOf returns the credits and allocations of a ledger.
func valuesOf(l exchange.Ledger) map[exchange.ID]string {
	values := map[exchange.ID]string{}
	for _, r := range l.Records {
		if r.Kind == exchange.CreditKind || r.Kind == exchange.AllocationsKind {
			values[r.ID] = r.Value
		}
	}
	return values
}

func creditOf(allocations exchange.ID) exchange.ID {
	return exchange.ID{Kind: exchange.CreditKind, Key: exchange.CreditOf(allocations)}
}

// sideBySide reports whether a side has both the allocations and their credit
// as they are merged.
func (m *meeting) sideBySide(id exchange.ID) bool {
	credit := creditOf(id)
	for _, side := range m.sides {
		if side[id] == m.values[id] && side[credit] == m.values[credit] {
			return true
		}
	}
	return false
}

// readCredentials numbers cycles in the order in which they were opened.
func (m *meeting) readCredentials(merged exchange.Ledger) {
	type opened struct {
		uid        string
		credential string
		ledger.Cycle
	}
	var all []opened
	declared := map[string]ledger.Date{}
	for _, r := range merged.Records {
		switch r.Kind {
		case exchange.CredentialKind:
			v := exchange.Of[exchange.Credential](r)
			m.credentials[r.Key] = ledger.Credential{
				CredentialName: r.ID.Credential(), Number: v.Number, Certified: v.Certified, Voluntary: v.Voluntary,
			}
		case exchange.CycleKind:
			v := exchange.Of[exchange.Cycle](r)
			all = append(all, opened{r.Key, v.Credential, ledger.Cycle{First: v.First, Last: v.Last, Closed: v.Closed}})
		case exchange.DeclarationKind:
			declared[r.Key] = exchange.Of[exchange.Declaration](r).Date
		}
	}
	late := func(c opened) int {
		if c.Closed {
			return 0
		}
		return 1
	}
	sorted.By(all, func(a, b opened) int {
		return cmp.Or(cmp.Compare(late(a), late(b)), cmp.Compare(a.First, b.First), cmp.Compare(a.uid, b.uid))
	})
	for i, o := range all {
		o.ID, o.Declared = int64(i+1), declared[o.uid]
		m.cycles[o.uid], m.uids[o.ID] = o.ID, o.uid
		c := m.credentials[o.credential]
		c.Cycles = append(c.Cycles, o.Cycle)
		m.credentials[o.credential] = c
	}
}

// trim returns what of allocations the rules allow, as cmp edit trims them. A
// credential that they do not know allows everything.
func (m *meeting) trim(r exchange.Record) string {
	c := exchange.Of[exchange.Credit](exchange.Record{ID: creditOf(r.ID), Value: m.values[creditOf(r.ID)]}).Ledger()
	c.ID = 1
	var rest []ledger.Allocation
	for _, x := range exchange.Of[exchange.Allocations](r).Allocations {
		rest = append(rest, ledger.Allocation{
			Credit: c.ID, Cycle: m.cycles[x.Cycle], Requirement: ledger.Requirement(x.Requirement), Points: ledger.Points(x.Points), By: ledger.Allocator(x.By),
		})
	}
	credential := m.credentials[r.ID.Credential().String()]
	for _, cycle := range credential.Cycles {
		account, err := m.app.account(snapshot{Snapshot: actions.Snapshot{Credits: []ledger.Credit{c}}}, credential, cycle)
		if err != nil {
			return r.Value
		}
		account.Allocations = slices.DeleteFunc(slices.Clone(rest), func(x ledger.Allocation) bool { return x.Cycle > cycle.ID })
		rest = append(slices.DeleteFunc(rest, func(x ledger.Allocation) bool { return x.Cycle == cycle.ID }), rules.Trim(account, c.ID)...)
	}
	var kept exchange.Allocations
	for _, x := range rest {
		kept.Allocations = append(kept.Allocations, exchange.Allocation{
			Cycle: m.uids[x.Cycle], Requirement: string(x.Requirement), Points: exchange.Points(x.Points), By: string(x.By),
		})
	}
	trimmed, err := exchange.Make(r.ID, kept)
	switch {
	case err != nil:
		return r.Value
	case len(kept.Allocations) == 0:
		return ""
	}
	return trimmed.Value
}
