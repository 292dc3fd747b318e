package exchange_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/exchange"
)

// stamped ends a line of a record: it was changed in that second, knowing of
// the changes of other seconds.
func stamped(line string, second int, knowing ...int) string {
	stamp := func(s int) string { return fmt.Sprintf("2026-11-03T13:02:%02dZ+000001", s) }
	var past []string
	for _, s := range knowing {
		past = append(past, fmt.Sprintf("%q", stamp(s)))
	}
	return fmt.Sprintf(`%s,"changed":%q,"past":[%s]}`, line, stamp(second), strings.Join(past, ","))
}

func credit(uid, title, more string) string {
	line := fmt.Sprintf(`{"record":"credit","uid":%q,"date":"2026-05-01","title":%q,"provider":"","points":2,"topics":[],"activity":"course",`+
		`"reference":"","url":"","note":"","import":"","removed":false,"merged_into":"","aliases":[],"forms":[]`, uid, title)
	if into, ok := strings.CutPrefix(more, "removed"); ok {
		line = strings.Replace(line, `"removed":false,"merged_into":""`, fmt.Sprintf(`"removed":true,"merged_into":%q`, into), 1)
	}
	return line
}

func cycle(last string, closed bool) string {
	return fmt.Sprintf(`{"record":"cycle","credential":"ascp/MLS","first_day":"2024-04-01","last_day":%q,"stated":false,"closed":%t`, last, closed)
}

func hand(uid, last, requirement, points string) string {
	return fmt.Sprintf(`{"record":"allocation","credit":%q,"credential":"ascp/MLS","cycle":%q,"requirement":%q,"points":%s,"by":"hand"`, uid, last, requirement, points)
}

func gone(kind, key string) string {
	return fmt.Sprintf(`{"record":"gone","kind":%q,"key":%q`, kind, key)
}

const held = `{"record":"credential","credential":"ascp/MLS","number":"","certified":null,"voluntary":false,"categories":[]`

// What is in the result is written as in a file, in a few words.
func outline(l exchange.Ledger) (all []string) {
	for _, r := range l.Sorted() {
		switch v := r.Value.(type) {
		case exchange.Credit:
			text := v.UID + " " + v.Title
			if v.Removed {
				text += strings.TrimSuffix(" removed "+v.MergedInto, " ")
			}
			all = append(all, text)
		case exchange.Cycle:
			all = append(all, "cycle "+v.Last.String()+map[bool]string{true: " closed"}[v.Closed])
		case exchange.Allocation:
			all = append(all, fmt.Sprintf("%s of %s to %s", v.Points, v.Credit, v.Requirement))
		case exchange.Declaration:
			all = append(all, "declared "+v.Cycle.String())
		}
	}
	return all
}

func TestMerge(t *testing.T) {
	open := stamped(cycle("2027-03-31", false), 1)
	tests := []struct {
		name         string
		ours, theirs []string
		want         []string
		conflicts    string // what is kept of each
		told         string
	}{
		{"changed there", []string{stamped(credit("a", "One", ""), 1)}, []string{stamped(credit("a", "Two", ""), 2, 1)}, []string{"a Two"}, "", ""},
		{"changed here", []string{stamped(credit("a", "Two", ""), 2, 1)}, []string{stamped(credit("a", "One", ""), 1)}, []string{"a Two"}, "", ""},
		{"changed on both sides", []string{stamped(credit("a", "Two", ""), 2, 1)}, []string{stamped(credit("a", "Three", ""), 3, 1)}, []string{"a Three"}, "theirs", ""},
		{"to the same", []string{stamped(credit("a", "Two", ""), 2, 1)}, []string{stamped(credit("a", "Two", ""), 3, 1)}, []string{"a Two"}, "", ""},
		{"removed here, changed there later", []string{stamped(credit("a", "One", "removed"), 2, 1)}, []string{stamped(credit("a", "Two", ""), 3, 1)},
			[]string{"a Two removed"}, "ours", ""},
		{"removed there, restored here", []string{stamped(credit("a", "One", ""), 3, 1, 2), stamped(gone("credit", "a"), 2)},
			[]string{stamped(credit("a", "One", "removed"), 2, 1)}, []string{"a One"}, "", ""},
		{"each merged into the other", []string{stamped(credit("a", "One", "removedb"), 2, 1), stamped(credit("b", "Two", ""), 1)},
			[]string{stamped(credit("a", "One", ""), 1), stamped(credit("b", "Two", "removeda"), 3, 1)},
			[]string{"a One", "b Two removed a"}, "", `"One" (2026-05-01) was merged with another credit on both computers, each the other way round. It stays.`},
		{"merged into one that was merged", []string{stamped(credit("a", "One", "removedb"), 2, 1), stamped(credit("b", "Two", ""), 1), stamped(credit("c", "Three", ""), 1)},
			[]string{stamped(credit("a", "One", ""), 1), stamped(credit("b", "Two", "removedc"), 3, 1), stamped(credit("c", "Three", ""), 1)},
			[]string{"a One removed c", "b Two removed c", "c Three"}, "", ""},
		{"allocated on both sides", []string{stamped(held, 1), open, stamped(credit("a", "One", ""), 1), stamped(hand("a", "2027-03-31", "safety", "1.5"), 3)},
			[]string{stamped(held, 1), open, stamped(credit("a", "One", ""), 1), stamped(hand("a", "2027-03-31", "other", "1"), 2)},
			[]string{"cycle 2027-03-31", "a One", "1 of a to other", "1 of a to safety"}, "",
			`Your allocation of 1.5 from "One" (2026-05-01) to safety of ascp/MLS is now 1: the credit has 2.`},
		{"allocated and removed", []string{stamped(held, 1), open, stamped(credit("a", "One", ""), 1), stamped(hand("a", "2027-03-31", "safety", "1"), 3)},
			[]string{stamped(held, 1), open, stamped(credit("a", "One", "removed"), 2, 1)},
			[]string{"cycle 2027-03-31", "a One removed"}, "", `Your allocation of 1 from "One" (2026-05-01) to safety of ascp/MLS is now 0: the credit was removed.`},
		{"allocated to a cycle that got other days", []string{stamped(held, 1), open, stamped(credit("a", "One", ""), 1), stamped(hand("a", "2027-03-31", "safety", "1"), 3)},
			[]string{stamped(held, 1), stamped(cycle("2027-06-30", false), 2, 1), stamped(gone("cycle", "ascp/MLS 2027-03-31"), 2), stamped(credit("a", "One", ""), 1)},
			[]string{"cycle 2027-06-30", "a One"}, "", `Your allocation of 1 from "One" (2026-05-01) to safety of ascp/MLS is now 0: the cycle to 2027-03-31 is gone.`},
		{"an allocation taken away there", []string{stamped(held, 1), open, stamped(credit("a", "One", ""), 1), stamped(hand("a", "2027-03-31", "safety", "1"), 1)},
			[]string{stamped(held, 1), open, stamped(credit("a", "One", ""), 1), stamped(gone("allocation", "a ascp/MLS 2027-03-31 safety"), 2)},
			[]string{"cycle 2027-03-31", "a One"}, "", ""},
		{"declared here, other days there", []string{stamped(held, 1), open, declarationLine},
			[]string{stamped(held, 1), stamped(cycle("2027-06-30", false), 2, 1), stamped(gone("cycle", "ascp/MLS 2027-03-31"), 2)},
			[]string{"cycle 2027-03-31 closed", "cycle 2027-06-30", "declared 2027-03-31"}, "",
			"ascp/MLS had 2 open cycles. Now only the one to 2027-06-30 is open."},
		{"two open cycles", []string{stamped(held, 1), open}, []string{stamped(held, 1), stamped(cycle("2028-03-31", false), 2)},
			[]string{"cycle 2027-03-31 closed", "cycle 2028-03-31"}, "", "ascp/MLS had 2 open cycles. Now only the one to 2028-03-31 is open."},
		{"renewed here", []string{stamped(held, 1), stamped(cycle("2027-03-31", true), 2, 1), stamped(cycle("2030-03-31", false), 2)}, []string{stamped(held, 1), open},
			[]string{"cycle 2027-03-31 closed", "cycle 2030-03-31"}, "", ""},
		{"a credential removed there", []string{stamped(held, 1), open},
			[]string{stamped(gone("credential", "ascp/MLS"), 2), stamped(gone("cycle", "ascp/MLS 2027-03-31"), 2)}, nil, "", ""},
		{"a credential removed there, renewed here since", []string{stamped(held, 1), stamped(cycle("2027-03-31", true), 3, 1), stamped(cycle("2030-03-31", false), 3)},
			[]string{stamped(gone("credential", "ascp/MLS"), 2), stamped(gone("cycle", "ascp/MLS 2027-03-31"), 2)},
			[]string{"cycle 2027-03-31 closed", "cycle 2030-03-31"}, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ours, theirs := read(t, tt.ours...), read(t, tt.theirs...)
			merged, report := exchange.Merge(ours, theirs, exchange.Same(ours, theirs))
			var kept []string
			for _, c := range report.Conflicts {
				kept = append(kept, c.Kept)
			}
			for what, pair := range map[string][2]any{
				"merged":    {tt.want, outline(merged)},
				"conflicts": {tt.conflicts, strings.Join(kept, " ")},
				"told":      {tt.told, strings.Join(report.Told, "|")},
			} {
				if diff := cmp.Diff(pair[0], pair[1]); diff != "" {
					t.Errorf("%s (-want +got):\n%s", what, diff)
				}
			}
			back, _ := exchange.Merge(theirs, ours, exchange.Same(theirs, ours))
			if diff := cmp.Diff(written(t, merged), written(t, back)); diff != "" {
				t.Errorf("the other way round (-want +got):\n%s", diff)
			}
			if err := merged.Check(); err != nil {
				t.Error(err)
			}
		})
	}
}

// A credit that theirs knows as another one is the same from then on, under our
// uid, also where others refer to it.
func TestMergeSame(t *testing.T) {
	ours := read(t, stamped(credit("a", "One", ""), 1))
	theirs := read(t, stamped(credit("b", "One", ""), 2), stamped(credit("c", "Two", "removedb"), 2),
		stamped(`{"record":"apart","credit":"b","other":"c"`, 2))
	merged, report := exchange.Merge(ours, theirs, map[string]string{"b": "a"})
	if diff := cmp.Diff([]string{"a One", "c Two removed a"}, outline(merged)); diff != "" || len(report.Conflicts) > 0 {
		t.Errorf("merged (-want +got):\n%s%v", diff, report.Conflicts)
	}
	if diff := cmp.Diff(map[string]string{"b": "a", "c": "c"}, exchange.Same(merged, theirs)); diff != "" {
		t.Errorf("the same from then on (-want +got):\n%s", diff)
	}
}

// What either side saw in a portal last is known to both, also that a credit is not there,
// and nobody is asked about it.
func TestMergePortals(t *testing.T) {
	seen := func(uid, body string, found bool, second int, knowing ...int) string {
		return stamped(fmt.Sprintf(`{"record":"portal","credit":%q,"body":%q,"date":"2026-11-03","found":%t`, uid, body, found), second, knowing...)
	}
	one, two, three := stamped(credit("a", "One", ""), 1), stamped(credit("b", "Two", ""), 1), stamped(credit("c", "Two", ""), 1)
	ours := read(t, one, two, seen("", "ascp", true, 2), seen("a", "ascp", true, 2), seen("b", "ascp", true, 4, 2))
	theirs := read(t, one, three, seen("", "ascp", true, 3), seen("a", "ascp", false, 3), seen("a", "fl", true, 3), seen("c", "ascp", false, 3))
	want := read(t, one, strings.Replace(two, `"aliases":[]`, `"aliases":["c"]`, 1),
		seen("", "ascp", true, 3, 2), seen("a", "ascp", false, 3, 2), seen("a", "fl", true, 3), seen("b", "ascp", true, 4, 2, 3))
	same := map[string]string{"a": "a", "c": "b"}
	merged, report := exchange.Merge(ours, theirs, same)
	if diff := cmp.Diff(written(t, want), written(t, merged)); diff != "" || len(report.Conflicts) > 0 {
		t.Errorf("merged (-want +got):\n%s%v", diff, report.Conflicts)
	}
	if again, report := exchange.Merge(merged, theirs, same); written(t, again) != written(t, merged) || len(report.Changes) > 0 {
		t.Errorf("merged twice: %v", report.Changes)
	}
}

// Evidence that was added there to a credit that was merged here goes along with
// it, once and for all.
func TestMergeMovesEvidence(t *testing.T) {
	ours := read(t, stamped(credit("a", "One", "removedb"), 2, 1), stamped(credit("b", "Two", ""), 1))
	theirs := read(t, stamped(credit("a", "One", ""), 1), stamped(credit("b", "Two", ""), 1), strings.Replace(evidenceLine, "c1", "a", 1), contentLine)
	once, _ := exchange.Merge(ours, theirs, exchange.Same(ours, theirs))
	if text := written(t, once); !strings.Contains(text, `"evidence","credit":"b"`) {
		t.Errorf("it does not go along:\n%s", text)
	}
	twice, _ := exchange.Merge(once, theirs, exchange.Same(once, theirs))
	if diff := cmp.Diff(written(t, once), written(t, twice)); diff != "" {
		t.Errorf("merged twice (-want +got):\n%s", diff)
	}
}
