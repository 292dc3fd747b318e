package exchange_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cmpledger/internal/exchange"
)

// Records fit together where a merge with an empty ledger would change nothing, and
// what it makes of any records fits together.
func TestFitsAsMerged(t *testing.T) {
	mls, sbb := "ascp/MLS", "ascp/SBB"
	all := []string{
		held, strings.Replace(held, mls, sbb, 1), strings.Replace(held, "false", "true", 1),
		cycle("2027-03-31", false), cycle("2027-03-31", true), cycle("2030-03-31", false), strings.Replace(cycle("2028-03-31", false), mls, sbb, 1),
		`{"record":"cycle","credential":"ascp/MLS","first_day":null,"last_day":null,"stated":false,"closed":false`,
		strings.TrimSuffix(declarationLine, stamps),
		credit("a", "One", ""), credit("a", "One", "removed"), credit("a", "One", "removedb"), credit("b", "Two", ""), credit("b", "Two", "removeda"), credit("c", "Three", "removedb"),
		strings.Replace(credit("d", "Four", ""), `"aliases":[]`, `"aliases":["x","c"]`, 1), strings.Replace(credit("e", "Five", ""), `"aliases":[]`, `"aliases":["x"]`, 1),
		strings.Replace(credit("f", "Six", ""), `"import":""`, `"import":"i1"`, 1),
		strings.TrimSuffix(importLine, "}"), hand("a", "2027-03-31", "safety", "1.5"), hand("a", "2030-03-31", "other", "1"), hand("b", "2028-03-31", "other", "2"),
		strings.Replace(hand("a", "2027-03-31", "other", "1"), "hand", "auto", 1), strings.Replace(hand("a", "2028-03-31", "other", "2"), mls, sbb, 1),
		strings.Replace(strings.TrimSuffix(evidenceLine, stamps), "c1", "a", 1), strings.Replace(strings.TrimSuffix(evidenceLine, stamps), "c1", "b", 1),
		strings.Replace(strings.TrimSuffix(portalLine, stamps), "c1", "a", 1), `{"record":"apart","credit":"a","other":"b"`,
		gone("credential", mls), gone("cycle", "ascp/MLS 2030-03-31"), gone("declaration", "ascp/MLS 2027-03-31"), gone("credit", "a"),
		gone("allocation", "a ascp/MLS 2027-03-31 safety"), gone("evidence", "a "+sum), gone("gone", "credit a"), gone("course", "x"),
	}
	fit, misfit := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		l := exchange.Ledger{Contents: map[string]exchange.Content{}}
		if rapid.Bool().Draw(t, "content") {
			l.Contents[sum] = exchange.Content{Size: 3}
		}
		most := rapid.SampledFrom([]int{2, 6, len(all)}).Draw(t, "most")
		for _, line := range rapid.SliceOfNDistinct(rapid.SampledFrom(all), 0, most, rapid.ID).Draw(t, "lines") {
			line = stamped(line, rapid.IntRange(1, 3).Draw(t, "second"))
			var head struct {
				Record  exchange.Kind
				Changed string
			}
			wrong := json.Unmarshal([]byte(line), &head)
			v, err := head.Record.Parse([]byte(line))
			if err := errors.Join(err, wrong); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			l.Add(v, 0, head.Changed, nil)
		}
		merged, _ := exchange.Merge(exchange.Ledger{}, l, nil)
		changes, faults := exchange.Changes(l, merged), l.Faults()
		if (len(changes) == 0) != (faults == nil) {
			t.Fatalf("merged, %d records change; faults: %v", len(changes), faults)
		}
		if err := merged.Check(); err != nil {
			t.Fatalf("merged: %v", err)
		}
		if faults == nil {
			fit++
		} else {
			misfit++
		}
	})
	t.Logf("%d ledgers fit, %d did not", fit, misfit)
}
