package transcript_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

// fileOf numbers credits as the rows of a file.
func fileOf(credits []ledger.Credit) []transcript.Row {
	rows := make([]transcript.Row, len(credits))
	for i, c := range credits {
		c.ID, c.UID = 0, ""
		rows[i] = transcript.Row{Number: i + 2, Line: i + 2, Credit: c}
	}
	return rows
}

// numbered gives credits the numbers of a ledger.
func numbered(credits []ledger.Credit) []ledger.Credit {
	credits = slices.Clone(credits)
	for i := range credits {
		credits[i].ID = int64(i + 1)
	}
	return credits
}

// summary says what became of rows and credits, by their numbers.
func summary(r transcript.Reconciliation) string {
	var s strings.Builder
	for _, p := range r.Both {
		fmt.Fprintf(&s, "both %d=%d ", p.Row.Number, p.Credit.ID)
	}
	for _, p := range r.Different {
		fmt.Fprintf(&s, "different %d=%d %v ", p.Row.Number, p.Credit.ID, p.Fields)
	}
	for _, c := range r.OnlyHere {
		fmt.Fprintf(&s, "here %d ", c.ID)
	}
	for _, row := range r.OnlyThere {
		fmt.Fprintf(&s, "there %d ", row.Number)
	}
	return strings.TrimSpace(s.String())
}

func TestReconcile(t *testing.T) {
	credit := func(day ledger.Date, title string, points ledger.Points, reference string) ledger.Credit {
		return ledger.Credit{Date: 739000 + day, Title: title, Provider: "LabCE", Points: points, Activity: ledger.CourseActivity, Reference: reference}
	}
	one := func(c ledger.Credit) []ledger.Credit { return []ledger.Credit{c} }
	elsewhere := credit(0, "Gram stains", 100, "")
	elsewhere.Provider = "LabCE Inc."
	tests := []struct {
		name         string
		rows, ledger []ledger.Credit
		want         string
	}{
		{"nothing", nil, nil, ""},
		{"the same", one(credit(0, "Gram stains", 100, "")), one(credit(0, "GRAM  stains", 100, "")), "both 2=1"},
		{"only here", nil, one(credit(0, "Gram stains", 100, "")), "here 1"},
		{"only there", one(credit(0, "Gram stains", 100, "")), nil, "there 2"},
		{"counted", []ledger.Credit{credit(0, "Gram stains", 100, ""), credit(0, "Gram stains", 100, "")},
			one(credit(0, "Gram stains", 100, "")), "both 2=1 there 3"},
		{"another provider", one(credit(0, "Gram stains", 100, "")), one(elsewhere), "both 2=1"},
		{"a reference on one side", one(credit(0, "Gram stains", 100, "LC-1")), one(credit(0, "Gram stains", 100, "")), "both 2=1"},
		{"other points under a reference", one(credit(0, "Gram stains", 150, "LC-1")), one(credit(0, "Gram stains", 100, "LC-1")), "different 2=1 [points]"},
		{"other points on the day", one(credit(0, "Gram stains", 150, "")), one(credit(0, "Gram stains", 100, "")), "different 2=1 [points]"},
		{"a reference and nothing else", one(credit(90, "Sepsis", 150, "LC-1")), one(credit(0, "Gram stains", 100, "lc-1")),
			"different 2=1 [date title points]"},
		{"no reference is none in common", one(credit(90, "Sepsis", 150, "n/a")), one(credit(0, "Gram stains", 100, "N/A")), "here 1 there 2"},
		{"a similar title", one(credit(0, "Gram stains!", 100, "")), one(credit(0, "Gram stain", 100, "")), "different 2=1 [title]"},
		{"seven days later", one(credit(7, "Gram stains", 150, "")), one(credit(0, "Gram stains", 100, "")), "different 2=1 [date points]"},
		{"eight days later", one(credit(8, "Gram stains", 150, "")), one(credit(0, "Gram stains", 100, "")), "here 1 there 2"},
		{"long after, with the same points", one(credit(300, "Gram stains", 100, "")), one(credit(0, "Gram stains", 100, "")), "different 2=1 [date]"},
		{"the nearest day first", []ledger.Credit{credit(3, "Gram stains", 100, ""), credit(1, "Gram stains", 100, "")},
			[]ledger.Credit{credit(0, "Gram stains", 100, "")}, "different 3=1 [date] there 2"},
		{"the reference before the day", []ledger.Credit{credit(1, "Gram stains", 100, ""), credit(30, "Gram stains", 150, "LC-1")},
			one(credit(0, "Gram stains", 100, "LC-1")), "different 3=1 [date points] there 2"},
		{"other titles", one(credit(0, "Sepsis markers", 100, "")), one(credit(0, "Blood films", 100, "")), "here 1 there 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := summary(transcript.Reconcile(fileOf(tt.rows), numbered(tt.ledger)))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Reconcile (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReconcileLeavesProblemsOut(t *testing.T) {
	c := ledger.Credit{Date: 739000, Title: "A", Points: 100}
	rows := []transcript.Row{{Number: 2, Credit: c, Problem: &transcript.Problem{Message: "3 cells"}}, {Number: 3, Credit: c}}
	if got := summary(transcript.Reconcile(rows, numbered([]ledger.Credit{c}))); got != "both 3=1" {
		t.Errorf("Reconcile: %s", got)
	}
}

// likeCredits generates credits of which many may be the same activity.
func likeCredits() *rapid.Generator[[]ledger.Credit] {
	one := rapid.Custom(func(t *rapid.T) ledger.Credit {
		return ledger.Credit{
			Date:      739000 + ledger.Date(rapid.SampledFrom([]int{0, 1, 7, 8, 15, 400}).Draw(t, "day")),
			Title:     rapid.SampledFrom([]string{"Gram stains", "GRAM stains", "Gram stain", "Gram stains, part 2", "Sepsis", "Sepsis markers"}).Draw(t, "title"),
			Provider:  rapid.SampledFrom([]string{"", "LabCE"}).Draw(t, "provider"),
			Points:    rapid.SampledFrom([]ledger.Points{100, 150}).Draw(t, "points"),
			Activity:  ledger.CourseActivity,
			Reference: rapid.SampledFrom([]string{"", "", "n/a", "1", "2"}).Draw(t, "reference"),
		}
	})
	return rapid.SliceOfN(one, 0, 9)
}

// contents says what became of rows and credits, by what they hold. here is
// the side of the ledger.
func contents(r transcript.Reconciliation, here, there string) []string {
	var all []string
	text := func(c ledger.Credit) string { return strings.Join(transcript.Record(c), "|") }
	for _, p := range slices.Concat(r.Both, r.Different) {
		all = append(all, fmt.Sprint(here, " ", text(p.Credit), " and ", there, " ", text(p.Row.Credit), " ", p.Fields))
	}
	for _, c := range r.OnlyHere {
		all = append(all, here+" "+text(c))
	}
	for _, row := range r.OnlyThere {
		all = append(all, there+" "+text(row.Credit))
	}
	slices.Sort(all)
	return all
}

// Neither the order of the rows nor that of the credits matters.
func TestReconcileOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		file, has := likeCredits().Draw(t, "file"), likeCredits().Draw(t, "ledger")
		want := contents(transcript.Reconcile(fileOf(file), numbered(has)), "here", "there")
		file, has = rapid.Permutation(file).Draw(t, "file again"), rapid.Permutation(has).Draw(t, "ledger again")
		if diff := cmp.Diff(want, contents(transcript.Reconcile(fileOf(file), numbered(has)), "here", "there")); diff != "" {
			t.Fatalf("in another order:\n%s", diff)
		}
	})
}

// To swap the file and the ledger swaps what is only in one of them.
func TestReconcileSwapped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		file, has := likeCredits().Draw(t, "file"), likeCredits().Draw(t, "ledger")
		sides := func(r transcript.Reconciliation, here, there string) []string {
			var all []string
			for _, p := range slices.Concat(r.Both, r.Different) {
				both := []string{
					here + " " + strings.Join(transcript.Record(p.Credit), "|"),
					there + " " + strings.Join(transcript.Record(p.Row.Credit), "|"),
				}
				slices.Sort(both)
				all = append(all, fmt.Sprint(both, p.Fields))
			}
			r.Both, r.Different = nil, nil
			all = append(all, contents(r, here, there)...)
			slices.Sort(all)
			return all
		}
		one := sides(transcript.Reconcile(fileOf(file), numbered(has)), "ledger", "file")
		other := sides(transcript.Reconcile(fileOf(has), numbered(file)), "file", "ledger")
		if diff := cmp.Diff(one, other); diff != "" {
			t.Fatalf("swapped:\n%s", diff)
		}
	})
}

// Every row and every credit is in one of the lists, once; nothing that could
// be paired is left on both sides.
func TestReconcileOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		file, has := likeCredits().Draw(t, "file"), likeCredits().Draw(t, "ledger")
		r := transcript.Reconcile(fileOf(file), numbered(has))
		rows, credits := map[int]int{}, map[int64]int{}
		for _, p := range slices.Concat(r.Both, r.Different) {
			rows[p.Row.Number]++
			credits[p.Credit.ID]++
		}
		for _, row := range r.OnlyThere {
			rows[row.Number]++
		}
		for _, c := range r.OnlyHere {
			credits[c.ID]++
		}
		for i := range file {
			if rows[i+2] != 1 {
				t.Fatalf("row %d is listed %d times", i+2, rows[i+2])
			}
		}
		for i := range has {
			if credits[int64(i+1)] != 1 {
				t.Fatalf("credit %d is listed %d times", i+1, credits[int64(i+1)])
			}
		}
		left := transcript.Reconcile(r.OnlyThere, r.OnlyHere)
		if len(left.Both)+len(left.Different) > 0 {
			t.Fatalf("left on both sides: %s", summary(left))
		}
	})
}

// A file that holds what the ledger does is all in both.
func TestReconcileWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		credits := numbered(rapid.SliceOfN(credit(), 0, 6).Draw(t, "credits"))
		var out bytes.Buffer
		if err := transcript.Write(&out, ',', credits); err != nil {
			t.Fatal(err)
		}
		f, err := transcript.Read(out.Bytes(), transcript.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if r := transcript.Reconcile(f.Rows, credits); len(r.Both) != len(credits) || len(r.Different)+len(r.OnlyHere)+len(r.OnlyThere) > 0 {
			t.Fatalf("%d credits: %s", len(credits), summary(r))
		}
	})
}

// A title of which one letter in five at most was mistyped is found again,
// however far the dates are apart. Digits are not mistyped: they tell parts
// of a course apart.
func TestReconcileMistyped(t *testing.T) {
	letter := rapid.SampledFrom([]rune("abcdefghixyzéßд漢"))
	rapid.Check(t, func(t *rapid.T) {
		title := rapid.SliceOfN(letter, 6, 60).Draw(t, "title")
		mistyped := slices.Clone(title)
		for range rapid.IntRange(0, len(title)/5).Draw(t, "mistakes") {
			i := rapid.IntRange(0, len(mistyped)-1).Draw(t, "at")
			if rapid.Bool().Draw(t, "instead") {
				mistyped[i] = letter.Draw(t, "letter")
			} else {
				mistyped = slices.Insert(mistyped, i, letter.Draw(t, "letter"))
			}
		}
		a := ledger.Credit{Date: 739000, Title: string(title), Points: 100}
		b := ledger.Credit{Date: 739500, Title: string(mistyped), Points: 100}
		r := transcript.Reconcile(fileOf([]ledger.Credit{a}), numbered([]ledger.Credit{b}))
		if len(r.Different) != 1 {
			t.Fatalf("%s and %s: %s", a.Title, b.Title, summary(r))
		}
	})
}
