package exchange_test

import (
	"testing"

	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
)

func TestMergeCycles(t *testing.T) {
	numbered := exchange.Credential{UID: "k", Number: "7"}
	renewed := change{cycle: closed(lasting(3)), cycleOf("z"): next(3)}
	begin := change{cycle: closed(lasting(3)), cycleOf("z"): next(3), declarationOf("y"): declaration("d")}
	away := change{mls: nil, cycle: nil, cycleOf("z"): nil, declarationOf("y"): nil, spent: nil}
	in := func(cycle string, points exchange.Points) exchange.Allocation {
		return exchange.Allocation{Cycle: cycle, Requirement: "other", Points: points, By: "auto"}
	}
	longer := lasting(3)
	longer.Last = ledger.MakeDate(2028, 3, 31)
	early := next(3)
	early.First = ledger.MakeDate(2024, 4, 1)
	runCases(t, []mergeCase{
		{
			name: "renewed on both sides", ours: []change{renewed}, theirs: []change{{cycle: closed(lasting(3)), cycleOf("x"): next(3)}},
			want: change{cycle: closed(lasting(3)), cycleOf("x"): next(3)},
		},
		{
			name: "renewed on both sides for other days",
			ours: []change{renewed, {spent: allocated(in("z", 100))}}, theirs: []change{{cycle: closed(lasting(3)), cycleOf("zz"): next(4)}},
			want:      change{cycle: closed(lasting(3)), cycleOf("z"): next(4), spent: allocated(in("z", 100))},
			conflicts: []string{"cycle z: theirs"},
		},
		{
			name: "renewed for other days, the later of which begin where the earlier end",
			ours: []change{renewed}, theirs: []change{{cycle: closed(lasting(3)), cycleOf("zz"): exchange.Cycle{
				Credential: "ascp/MLS", First: next(3).Last + 1, Last: next(3).Last + 1000}}},
			want: change{cycle: closed(lasting(3)), cycleOf("z"): closed(next(3)), cycleOf("zz"): exchange.Cycle{
				Credential: "ascp/MLS", First: next(3).Last + 1, Last: next(3).Last + 1000}},
			repairs: []string{"cycle z: a later one was opened"},
		},
		{
			name: "declared here, allocated there, renewed on both sides for days that overlap by one",
			ours: []change{renewed, {declarationOf("z"): declaration("e")}},
			theirs: []change{
				{cycle: closed(lasting(3)), cycleOf("w"): exchange.Cycle{Credential: "ascp/MLS", First: next(3).Last, Last: next(3).Last + 1000}},
				{lesson2: imported("New", "i"), exchange.AllocationsOf("c2", "ascp/MLS"): allocated(in("w", 100))},
			},
			want: change{
				cycle: closed(lasting(3)), cycleOf("w"): exchange.Cycle{Credential: "ascp/MLS", First: next(3).Last, Last: next(3).Last + 1000},
				declarationOf("w"): declaration("e"), lesson2: imported("New", "i"),
			},
			conflicts: []string{"cycle w: theirs", "allocations c2 ascp/MLS: ours"},
		},
		{
			name:   "a credential that both have by themselves, with another year",
			begin:  change{mls: nil, cycle: nil, spent: nil},
			ours:   []change{{mls: exchange.Credential{UID: "l"}, cycleOf("z"): lasting(3)}, {spent: allocated(in("z", 100))}},
			theirs: []change{{mls: exchange.Credential{UID: "m"}, cycleOf("x"): lasting(4)}, {cycleOf("x"): lasting(5)}},
			want:   change{mls: exchange.Credential{UID: "l"}, cycleOf("x"): lasting(5), spent: allocated(in("x", 100))}, conflicts: []string{"cycle x: theirs"},
		},
		{
			name: "a last day after the beginning of the next cycle", ours: []change{renewed}, theirs: []change{{cycle: longer}},
			want:      change{cycle: closed(lasting(3)), cycleOf("z"): next(3)},
			conflicts: []string{"cycle y: theirs"}, repairs: []string{"cycle y: the next one begins on 2027-04-01", "cycle y: a later one was opened"},
		},
		{
			name: "a first day before the cycle before", ours: []change{{cycleOf("z"): early}}, begin: begin,
			theirs:  []change{{cycle: closed(longer)}},
			want:    change{cycle: early, cycleOf("z"): nil},
			repairs: []string{"cycle y: another one begins on the same day", "cycle z: another one begins on the same day"},
		},
		{
			name: "a credential removed here, changed there: what was removed with it is back", begin: begin,
			ours: []change{away}, theirs: []change{{mls: numbered}},
			want: change{mls: numbered}, conflicts: []string{"credential ascp/MLS: theirs"},
		},
		{
			name: "a credential removed here, a cycle changed there", ours: []change{{mls: nil, cycle: nil, spent: nil}}, theirs: []change{{cycle: lasting(4)}},
			want: change{cycle: lasting(4)}, conflicts: []string{"credential ascp/MLS: theirs"},
		},
		{
			name: "a cycle changed here, its credential removed there", ours: []change{{cycle: lasting(4)}}, theirs: []change{{mls: nil, cycle: nil, spent: nil}},
			want: change{mls: nil, cycle: nil, spent: nil}, conflicts: []string{"credential ascp/MLS: theirs", "cycle y: theirs"},
		},
		{
			name:   "a credential removed here after a change that is back too",
			ours:   []change{{spent: allocated(in("y", 25))}, {mls: nil, cycle: nil, spent: nil}},
			theirs: []change{{mls: numbered}}, want: change{mls: numbered, spent: allocated(in("y", 25))}, conflicts: []string{"credential ascp/MLS: theirs"},
		},
		{
			name: "allocated here, declared there", ours: []change{{spent: allocated(in("y", 50))}},
			theirs: []change{{spent: allocated(in("y", 25))}, {declarationOf("y"): declaration("d")}},
			want:   change{declarationOf("y"): declaration("d"), spent: allocated(in("y", 25))}, conflicts: []string{"allocations c ascp/MLS: theirs"},
		},
		{
			name: "declared here, allocated there later", ours: []change{{declarationOf("y"): declaration("d")}}, theirs: []change{{spent: nil}},
			want: change{declarationOf("y"): declaration("d")}, conflicts: []string{"allocations c ascp/MLS: ours"},
		},
		{
			name: "declared here, allocated in another cycle there later", begin: change{cycle: closed(lasting(3)), cycleOf("z"): next(3), spent: allocated(in("y", 50))},
			ours:   []change{{declarationOf("y"): declaration("d")}},
			theirs: []change{{spent: allocated(in("y", 50), in("z", 100))}},
			want:   change{declarationOf("y"): declaration("d"), spent: allocated(in("y", 50), in("z", 100))},
		},
		{
			name: "declared here, moved to another cycle there later, more than there is", begin: change{cycle: closed(lasting(3)), cycleOf("z"): next(3), spent: allocated(in("y", 150))},
			ours:      []change{{declarationOf("y"): declaration("d")}},
			theirs:    []change{{spent: allocated(exchange.Allocation{Cycle: "z", Requirement: "other", Points: 200, By: "hand"})}},
			want:      change{declarationOf("y"): declaration("d"), spent: allocated(in("y", 150), exchange.Allocation{Cycle: "z", Requirement: "other", Points: 50, By: "hand"})},
			conflicts: []string{"allocations c ascp/MLS: ours"}, repairs: []string{"allocations c ascp/MLS: its credit has 2 points"},
		},
		{
			name: "the declaration that both know taken back here, allocated there", begin: change{declarationOf("y"): declaration("d")},
			ours: []change{{declarationOf("y"): nil}}, theirs: []change{{spent: allocated(in("y", 50))}},
			want: change{declarationOf("y"): nil, spent: allocated(in("y", 50))},
		},
	})
}

func declaration(uid string) exchange.Declaration {
	return exchange.Declaration{UID: uid, Date: 1, First: 1, Last: 2}
}
