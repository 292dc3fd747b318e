package rules_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

func ascpFees(t *testing.T) *rules.Fees {
	t.Helper()
	fees, err := rules.Builtin().Fees("ascp")
	if err != nil {
		t.Fatal(err)
	}
	return fees
}

func date(s string) ledger.Date {
	d, err := ledger.ParseDate(s)
	if err != nil && s != "" {
		panic(err)
	}
	return d
}

func TestFees(t *testing.T) {
	fees := ascpFees(t)
	if fees.Body != "ascp" || fees.Currency != "USD" || fees.Further.Months != 3 || len(fees.Notes) != 2 {
		t.Errorf("fees of %q in %q, %d months, %d notes", fees.Body, fees.Currency, fees.Further.Months, len(fees.Notes))
	}
	cited(t, "further", fees.Further.Provenance)
	for _, p := range fees.Periods {
		cited(t, "period from "+p.From.String(), p.Provenance)
	}
	for _, n := range fees.Notes {
		cited(t, n.Text, n.Provenance)
	}
	for _, body := range []string{"amt", "xyz", "../ascp"} {
		if f, err := rules.Builtin().Fees(body); f != nil || err != nil {
			t.Errorf("Fees(%q) = %v, %v, want none", body, f, err)
		}
	}
}

func TestFeesOn(t *testing.T) {
	oldest := rules.Fee{Application: 95, Further: 15, Reinstatement: 125, Provenance: rules.Provenance{Confidence: rules.Reported}}
	middle := rules.Fee{From: date("2024-07-01"), Application: 100, Further: 20, Reinstatement: 135, Provenance: rules.Provenance{Confidence: rules.Reported}}
	newest := rules.Fee{From: date("2026-01-01"), Application: 110, Further: 30, Reinstatement: 145, Provenance: rules.Provenance{Confidence: rules.Derived}}
	fees := ascpFees(t)
	for _, tt := range []struct {
		day  string
		want rules.Fee
	}{
		{"2007-01-01", oldest},
		{"2024-06-30", oldest},
		{"2024-07-01", middle},
		{"2024-07-02", middle},
		{"2025-12-31", middle},
		{"2026-01-01", newest},
		{"2026-01-02", newest},
	} {
		t.Run(tt.day, func(t *testing.T) {
			got := fees.On(date(tt.day))
			if diff := cmp.Diff(tt.want, got, cmpopts.IgnoreFields(rules.Fee{}, "Note", "Source")); diff != "" {
				t.Errorf("On(%s) (-want +got):\n%s", tt.day, diff)
			}
		})
	}
}

func TestCharge(t *testing.T) {
	type give struct {
		code, last string
		expired    bool
	}
	const (
		plain   = "110"
		further = "30 further"
		late    = "110+145"
	)
	tests := []struct {
		name string
		give []give
		want []string
	}{
		{"one", []give{{"MLS", "2027-03-31", false}}, []string{plain}},
		{"none", nil, nil},
		{"equal expiry, the first given pays", []give{{"MLS", "2027-03-31", false}, {"SBB", "2027-03-31", false}}, []string{plain, further}},
		{"earlier expiry pays whatever the order", []give{{"MLS", "2027-03-31", false}, {"SBB", "2027-01-31", false}}, []string{further, plain}},
		{"exactly three months", []give{{"MLS", "2027-01-15", false}, {"SBB", "2027-04-15", false}}, []string{plain, further}},
		{"three months less a day", []give{{"MLS", "2027-01-15", false}, {"SBB", "2027-04-14", false}}, []string{plain, further}},
		{"three months and a day", []give{{"MLS", "2027-01-15", false}, {"SBB", "2027-04-16", false}}, []string{plain, plain}},
		{"three months from a month's end", []give{{"MLS", "2026-11-30", false}, {"SBB", "2027-02-28", false}}, []string{plain, further}},
		{"the third is too far from the first", []give{{"MLS", "2027-01-31", false}, {"SBB", "2027-03-31", false}, {"BB", "2027-05-31", false}}, []string{plain, further, plain}},
		{"two groups", []give{{"A", "2027-01-31", false}, {"B", "2028-01-31", false}, {"C", "2027-02-28", false}, {"D", "2028-02-29", false}}, []string{plain, plain, further, further}},
		{"expired pays in full", []give{{"MLS", "2026-03-31", true}}, []string{late}},
		{"expired makes no other cheaper", []give{{"MLS", "2026-11-10", true}, {"SBB", "2026-12-31", false}}, []string{late, plain}},
		{"two expired", []give{{"MLS", "2026-11-10", true}, {"SBB", "2026-11-10", true}}, []string{late, late}},
		{"voluntary without a cycle", []give{{"MLS", "", false}, {"SBB", "2026-12-31", false}, {"BB", "", false}}, []string{plain, plain, plain}},
	}
	fees := ascpFees(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var declared []rules.Declaring
			for _, g := range tt.give {
				declared = append(declared, rules.Declaring{Name: ledger.CredentialName{Body: "ascp", Code: g.code}, Last: date(g.last), Expired: g.expired})
			}
			var got []string
			for i, c := range fees.Charge(date("2026-11-21"), declared) {
				if c.Name != declared[i].Name || c.Total != c.Application+c.Reinstatement || c.Confidence != rules.Derived {
					t.Errorf("charge %d: %+v", i, c)
				}
				got = append(got, charged(c))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("charges (-want +got):\n%s", diff)
			}
		})
	}
}

// What was declared earlier on the day leads, whichever expires first.
func TestChargePaid(t *testing.T) {
	type give struct {
		code, last    string
		paid, expired bool
	}
	paid := func(code, last string) give { return give{code: code, last: last, paid: true} }
	unpaid := func(code, last string) give { return give{code: code, last: last} }
	tests := []struct {
		name string
		give []give
		want string // of the last one
	}{
		{"the paid one expires later", []give{paid("MLS", "2027-01-31"), unpaid("SBB", "2026-12-31")}, "30 further to MLS"},
		{"the paid one expires earlier", []give{paid("SBB", "2026-12-31"), unpaid("MLS", "2027-01-31")}, "30 further to SBB"},
		{"exactly three months before the paid one", []give{paid("MLS", "2027-04-15"), unpaid("SBB", "2027-01-15")}, "30 further to MLS"},
		{"three months and a day before it", []give{paid("MLS", "2027-04-15"), unpaid("SBB", "2027-01-14")}, "110"},
		{"exactly three months after it", []give{paid("MLS", "2027-01-15"), unpaid("SBB", "2027-04-15")}, "30 further to MLS"},
		{"three months and a day after it", []give{paid("MLS", "2027-01-15"), unpaid("SBB", "2027-04-16")}, "110"},
		{"near the second paid one alone", []give{paid("MLS", "2026-12-31"), paid("SBB", "2027-12-31"), unpaid("BB", "2027-11-30")}, "30 further to SBB"},
		{"near both", []give{paid("MLS", "2027-03-31"), paid("SBB", "2026-12-31"), unpaid("BB", "2027-01-31")}, "30 further to SBB"},
		{"first of those unpaid, and far from the paid one", []give{paid("MLS", "2028-12-31"), unpaid("SBB", "2027-02-28"), unpaid("BB", "2027-01-31")}, "110"},
		{"second of those unpaid, and far from the paid one", []give{paid("MLS", "2026-12-31"), unpaid("SBB", "2027-05-31"), unpaid("BB", "2027-06-30")}, "30 further to SBB"},
		{"expired itself", []give{paid("MLS", "2026-12-31"), {code: "SBB", last: "2026-11-20", expired: true}}, "110+145"},
		{"the paid one had expired", []give{{code: "MLS", last: "2026-11-20", paid: true, expired: true}, unpaid("SBB", "2026-11-30")}, "110"},
		{"the paid one has no expiry", []give{paid("MLS", ""), unpaid("SBB", "2026-12-31")}, "110"},
		{"without an expiry", []give{paid("MLS", "2026-12-31"), unpaid("SBB", "")}, "110"},
	}
	fees := ascpFees(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var declared []rules.Declaring
			for _, g := range tt.give {
				declared = append(declared, rules.Declaring{
					Name: ledger.CredentialName{Body: "ascp", Code: g.code}, Last: date(g.last), Expired: g.expired, Paid: g.paid,
				})
			}
			charges := fees.Charge(date("2026-11-21"), declared)
			last := charges[len(charges)-1]
			got := charged(last)
			if last.Further {
				got += " to " + leaderOf(last)
			}
			if got != tt.want {
				t.Errorf("charge of %s: %s, want %s", last.Name.Code, got, tt.want)
			}
		})
	}
}

// leaderOf returns the code that the reason of a further fee names.
func leaderOf(c rules.Charge) string {
	_, after, _ := strings.Cut(c.Reason, "months of ")
	code, _, _ := strings.Cut(after, ",")
	return code
}

// One after the other on one day, credentials cost the same in either order.
func TestChargeOneAfterTheOther(t *testing.T) {
	const mls, sbb, bb, h = "2027-01-31", "2026-12-31", "2027-02-28", "2027-09-30"
	tests := []struct {
		name  string
		lasts []string // expiry dates in the order of declaring
		want  []int
	}{
		{"the first to expire first", []string{sbb, mls}, []int{110, 30}},
		{"the first to expire last", []string{mls, sbb}, []int{110, 30}},
		{"three", []string{sbb, mls, bb}, []int{110, 30, 30}},
		{"three, backwards", []string{bb, mls, sbb}, []int{110, 30, 30}},
		{"three, the one between first", []string{mls, bb, sbb}, []int{110, 30, 30}},
		{"one far from the others in the midst", []string{mls, h, sbb}, []int{110, 110, 30}},
	}
	fees := ascpFees(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var declared []rules.Declaring
			var got []int
			for i, last := range tt.lasts {
				name := ledger.CredentialName{Body: "ascp", Code: string(rune('A' + i))}
				declared = append(declared, rules.Declaring{Name: name, Last: date(last)})
				got = append(got, fees.Charge(date("2026-11-21"), declared)[i].Total)
				declared[i].Paid = true
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("totals (-want +got):\n%s", diff)
			}
		})
	}
}

// charged names the amounts that TestCharge expects, and anything else by its
// fields.
func charged(c rules.Charge) string {
	switch {
	case c.Application == 110 && !c.Further && c.Reinstatement == 0 && c.Reason == "":
		return "110"
	case c.Application == 30 && c.Further && c.Reinstatement == 0 && c.Reason != "":
		return "30 further"
	case c.Application == 110 && !c.Further && c.Reinstatement == 145 && c.Reason != "":
		return "110+145"
	}
	return c.Name.Code + " " + c.Reason
}

// The order in which credentials are given changes nothing for any of them.
func TestChargeOrder(t *testing.T) {
	fees := ascpFees(t)
	rapid.Check(t, func(t *rapid.T) {
		// Distinct days, since among equal ones the first given pays more.
		days := rapid.SliceOfNDistinct(rapid.IntRange(0, 700), 0, 6, rapid.ID[int]).Draw(t, "days")
		var declared []rules.Declaring
		for i, d := range days {
			declared = append(declared, rules.Declaring{
				Name:    ledger.CredentialName{Body: "ascp", Code: string(rune('A' + i))},
				Last:    date("2026-11-21") + ledger.Date(d),
				Expired: rapid.Bool().Draw(t, "expired"),
			})
		}
		charges := fees.Charge(date("2026-11-21"), declared)
		shuffled := rapid.Permutation(declared).Draw(t, "shuffled")
		byName := make(map[ledger.CredentialName]rules.Charge)
		for _, c := range fees.Charge(date("2026-11-21"), shuffled) {
			byName[c.Name] = c
		}
		for _, c := range charges {
			if diff := cmp.Diff(c, byName[c.Name]); diff != "" {
				t.Fatalf("%s in another order (-before +after):\n%s", c.Name, diff)
			}
		}
	})
}
