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
	if err != nil {
		t.Fatal(err)
	}
	return points
}

// answer runs a command that answers in JSON.
func (h *history) answer(t rapid.TB, to any, args ...string) {
	t.Helper()
	if code := h.run(append(args, "--format", "json")...); code != 0 {
		t.Fatalf("cmp %q: exit code %d\n%s", args, code, h.err.String())
	}
	if err := json.Unmarshal(h.out.Bytes(), to); err != nil {
		t.Fatal(err)
	}
}

// explainedPortion is a portion as the JSON of explain has it.
type explainedPortion struct {
	Credit   int
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

// What explain says of the credits, one by one and by requirement, adds up to
// what status says, and every hundredth that does not count has one reason.
func TestExplainAddsUpToStatus(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	rapid.Check(t, func(t *rapid.T) {
		n := h.anyLedger(t)
		counted := map[string]int{} // by credential and requirement
		for id := 1; id <= n; id++ {
			var got struct {
				Credit struct{ Points json.Number }
				Cycles []struct {
					Credential string
					Portions   []explainedPortion
				}
			}
			h.answer(t, &got, "explain", fmt.Sprint(id))
			if len(got.Cycles) != 3 {
				t.Fatalf("credit %d is explained for %d cycles", id, len(got.Cycles))
			}
			for _, y := range got.Cycles {
				sum := 0
				for _, p := range y.Portions {
					sum += hundredths(t, p.Points)
					if (p.Reason == "counts") != (p.CountsAs != "") || p.Reason == "" || p.Text == "" {
						t.Fatalf("credit %d: %+v", id, p)
					}
					if p.CountsAs != "" {
						counted[y.Credential+" "+p.CountsAs] += hundredths(t, p.Points)
					}
				}
				if want := hundredths(t, got.Credit.Points); sum != want {
					t.Fatalf("credit %d for %s: %d of %d accounted for", id, y.Credential, sum, want)
				}
			}
		}
		h.checkStatus(t, counted)
	})
}

// checkStatus holds what counts against status.
func (h *history) checkStatus(t rapid.TB, counted map[string]int) {
	t.Helper()
	var status struct {
		Credentials []struct {
			Credential   string
			Points       struct{ Counted json.Number }
			Requirements []struct {
				Requirement string
				Counted     json.Number
			}
		}
	}
	h.answer(t, &status, "status")
	for _, c := range status.Credentials {
		var explained struct {
			Cycles []struct {
				Requirements []struct {
					Requirement string
					FilledBy    []explainedPortion `json:"filled_by"`
				}
			}
		}
		h.answer(t, &explained, "explain", c.Credential)
		for _, r := range explained.Cycles[0].Requirements {
			filled := 0
			for _, p := range r.FilledBy {
				filled += hundredths(t, p.Points)
			}
			if want := counted[c.Credential+" "+r.Requirement]; filled != want {
				t.Fatalf("%s of %s is filled with %d, the credits say %d", r.Requirement, c.Credential, filled, want)
			}
		}
		sum := 0
		for _, r := range c.Requirements {
			got := counted[c.Credential+" "+r.Requirement]
			sum += got
			if want := hundredths(t, r.Counted); got != want {
				t.Fatalf("%s of %s: the credits give %d, status says %d", r.Requirement, c.Credential, got, want)
			}
		}
		if want := hundredths(t, c.Points.Counted); sum != want {
			t.Fatalf("%s: the credits give %d, status says %d", c.Credential, sum, want)
		}
	}
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
		"1": "2 points allocated to cytology do not count: these rules have no such\n  requirement; cmp deallocate 1 --credential MLS\n",
		"2": "1 point allocated to cytology does not count: these rules have no such\n  requirement; cmp allocate --auto\n",
	} {
		h.must(t, "explain", id)
		if !strings.Contains(h.out.String(), want) {
			t.Errorf("cmp explain %s: want %q in\n%s", id, want, h.out.String())
		}
	}
	h.must(t, "explain", "MLS")
	if !strings.Contains(h.out.String(), "no such requirement") {
		t.Errorf("cmp explain MLS says\n%s", h.out.String())
	}
}
