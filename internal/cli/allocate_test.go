package cli_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// After any commands, what they wrote counts as much as what is judged as if it
// were placed anew today.
func TestPlacedIsAsJudged(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	rapid.Check(t, func(t *rapid.T) {
		n := h.anyLedger(t)
		for range rapid.IntRange(0, 6).Draw(t, "commands") {
			id := fmt.Sprint(rapid.IntRange(1, n).Draw(t, "credit"))
			h.do(t, rapid.SampledFrom([][]string{
				{"edit", id, "--points", "0.5"}, {"edit", id, "--points", "12", "--topic", "chemistry"}, {"edit", id, "--date", "2026-11-22"},
				{"edit", id, "--date", "2025-01-01"}, {"edit", id, "--no-topic"}, {"remove", id, "--yes"}, {"merge", "1", id, "--yes"},
				{"allocate", id, "other=0.25"}, {"deallocate", id}, {"allocate", "--auto", "--fresh"},
				{"credential", "edit", "MLS", "--expires", "2028-03-31"}, {"renew", "QLS", "--yes"}, {"declare", "RPT"},
			}).Draw(t, "command")...)
		}
		h.mustDo(t, "status", "--format", "csv")
		judged := h.out.String()
		h.mustDo(t, "status", "--format", "csv", "--allocate", "manual")
		if diff := cmp.Diff(judged, h.out.String()); diff != "" {
			t.Fatalf("status (-as judged +as written):\n%s", diff)
		}
	})
}
