package cli_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// hundredths reads points as JSON has them, without a float.
func hundredths(t rapid.TB, n json.Number) int {
	t.Helper()
	whole, fraction, _ := strings.Cut(n.String(), ".")
	points, err := strconv.Atoi(whole + (fraction + "00")[:2])
	need(t, err)
	return points
}

// answer runs a command that answers in JSON.
func (h *history) answer(t rapid.TB, to any, args ...string) {
	t.Helper()
	if code := h.run(append(args, "--format", "json")...); code != 0 {
		t.Fatalf("cmp %q: exit code %d\n%s", args, code, h.err.String())
	}
	need(t, json.Unmarshal(h.out.Bytes(), to))
}

// explainedPortion is a portion as the JSON of explain has it.
type explainedPortion struct {
	Points   json.Number
	Reason   string
	CountsAs string `json:"counts_as"`
	Text     string
}

// anyLedger records credentials, credits and allocations of all kinds, and
// returns how many credits there are.
func (h *history) anyLedger(t *rapid.T) int {
	h.begin(t)
	h.mustDo(t, "credential", "add", "MLS", "--expires", rapid.SampledFrom([]string{"2027-03-31", "2026-10-31"}).Draw(t, "expires"))
	h.mustDo(t, "credential", "add", "QLS", "--expires", "2026-12-31")
	h.mustDo(t, "credential", "add", "RPT", "--expires", "2026-10-31")
	n := rapid.IntRange(1, 12).Draw(t, "credits")
	for i := range n {
		add := []string{
			"add", "Credit", "--points", rapid.SampledFrom([]string{"0.25", "1", "2.5", "8", "20"}).Draw(t, "points"),
			"--date", rapid.SampledFrom([]string{"2023-11-01", "2024-03-31", "2025-06-01", "2026-11-21", "2026-12-01", "2027-01-01"}).Draw(t, "date"),
			"--activity", rapid.SampledFrom([]string{"course", "college-course"}).Draw(t, "activity"),
		}
		for _, topic := range []string{"safety", "chemistry", "hematology=0.5", "quality"} {
			if rapid.IntRange(0, 2).Draw(t, "has topic") == 0 {
				add = append(add, "--topic", topic)
			}
		}
		h.mustDo(t, add...)
		if rapid.Bool().Draw(t, "by hand") {
			h.do(t, "allocate", fmt.Sprint(i+1), rapid.SampledFrom([]string{"other", "safety", "chemistry", "hematology"}).Draw(t, "where"))
		}
		if rapid.IntRange(0, 3).Draw(t, "automatic") == 0 {
			h.mustDo(t, "allocate", "--auto")
		}
	}
	return n
}

// What explain says of a credit has one reason for each hundredth, and what it says
// fills a requirement adds up to what counts there. That the two and status agree
// is a property of the rules.
func TestExplainAddsUp(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	rapid.Check(t, func(t *rapid.T) {
		for id := h.anyLedger(t); id > 0; id-- {
			var got struct {
				Credit struct{ Points json.Number }
				Cycles []struct{ Portions []explainedPortion }
			}
			h.answer(t, &got, "explain", fmt.Sprint(id))
			if len(got.Cycles) != 3 {
				t.Fatalf("credit %d is explained for %d cycles", id, len(got.Cycles))
			}
			for _, y := range got.Cycles {
				if sum, want := added(t, y.Portions), hundredths(t, got.Credit.Points); sum != want {
					t.Fatalf("credit %d: %d of %d accounted for", id, sum, want)
				}
			}
		}
		for _, code := range []string{"MLS", "QLS", "RPT"} {
			var got struct {
				Cycles []struct {
					Requirements []struct {
						Requirement string
						Counted     json.Number
						FilledBy    []explainedPortion `json:"filled_by"`
					}
				}
			}
			h.answer(t, &got, "explain", code)
			for _, r := range got.Cycles[0].Requirements {
				if sum, want := added(t, r.FilledBy), hundredths(t, r.Counted); sum != want {
					t.Fatalf("%s of %s is filled with %d, %d count", r.Requirement, code, sum, want)
				}
			}
		}
	})
}

// added returns what portions come to, each of which has one reason in words.
func added(t rapid.TB, all []explainedPortion) (sum int) {
	t.Helper()
	for _, p := range all {
		sum += hundredths(t, p.Points)
		if (p.Reason == "counts") != (p.CountsAs != "") || p.Reason == "" || p.Text == "" {
			t.Fatalf("portion %+v", p)
		}
	}
	return sum
}

// What an older edition asked for may be gone from the rules; what was
// allocated to it says so, and how it is taken back.
func TestExplainRequirementThatIsGone(t *testing.T) {
	h := newHistory(t)
	h.environment["CMP_ALLOCATE"] = "manual"
	for _, line := range []string{
		"credential add MLS --expires 2027-03-31",
		"add Slides --points 2 --topic chemistry --date 2026-01-02",
		"add Stains --points 1 --topic chemistry --date 2026-01-03",
		"allocate 1 chemistry",
		"allocate --auto",
	} {
		h.mustDo(t, strings.Fields(line)...)
	}
	h.query(t, "UPDATE allocation SET requirement = 'cytology' RETURNING requirement")
	for id, want := range map[string]string{
		"1": "; cmp deallocate 1 --credential MLS\n",
		"2": "; cmp allocate --auto\n",
	} {
		h.must(t, "explain", id)
		if !strings.Contains(h.out.String(), want) {
			t.Errorf("cmp explain %s: want %q in\n%s", id, want, h.out.String())
		}
	}
	h.must(t, "explain", "MLS")
	if !strings.Contains(h.out.String(), "allocated to something not required now") {
		t.Errorf("cmp explain MLS says\n%s", h.out.String())
	}
}
