package rules_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

func ascpFees(t *testing.T) *rules.Fees {
	t.Helper()
	fees, err := rules.Builtin().Fees("ascp")
	need(t, err)
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
	for _, body := range []string{"xyz", "../ascp"} {
		if f, err := rules.Builtin().Fees(body); f != nil || err != nil {
			t.Errorf("Fees(%q) = %v, %v, want none", body, f, err)
		}
	}
}

// Low and middle income countries are exempt from the increase of 2026.
func TestExemptedFees(t *testing.T) {
	fees := ascpFees(t).Exempted()
	for on, want := range map[string]int{"2024-06-30": 95, "2024-07-01": 100, "2025-12-31": 100, "2026-01-01": 100, "2027-01-01": 100} {
		if got := fees.On(date(on)).Application; got != want {
			t.Errorf("on %s: %d, want %d", on, got, want)
		}
	}
	if got := ascpFees(t).On(date("2026-01-01")).Application; got != 110 {
		t.Errorf("others pay %d", got)
	}
}

// AMT's programme costs nothing, and its annual fees are known. What reinstatement costs,
// and what MDT pays a year, are not.
func TestFeesOfAMT(t *testing.T) {
	fees, err := rules.Builtin().Fees("amt")
	need(t, err)
	got := map[string]int{}
	for _, code := range []string{"MT", "MLS", "MLT", "CLC", "MDT", "RMA", "CMAS", "RPT", "RDA", "CMLA", "AHI"} {
		if a := fees.AnnualFee(code); a != nil {
			got[code] = a.Amount
			if a.Confidence != rules.Official {
				t.Errorf("%s: %s", code, a.Confidence)
			}
		}
	}
	want := map[string]int{"MT": 90, "MLS": 90, "MLT": 90, "CLC": 90, "RMA": 50, "CMAS": 50, "RPT": 50, "RDA": 50, "CMLA": 50, "AHI": 30}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("annual fees (-want +got):\n%s", diff)
	}
	name := ledger.CredentialName{Body: "amt", Code: "RMA"}
	charges := fees.Charge(date("2026-11-21"), []rules.Declaring{{Name: name, Last: date("2026-12-31")}, {Name: name, Last: date("2026-10-31"), Expired: true}})
	if charges[0] == nil || charges[0].Total != 0 || charges[0].Confidence != rules.Official || charges[1] != nil {
		t.Errorf("charges %+v, %+v, want nothing and not known", charges[0], charges[1])
	}
}

// The month of today is not over yet, and the first year has no fee.
func TestAnnualMonth(t *testing.T) {
	for give, want := range map[string]string{
		"2010-11-30 2026-11-01": "2026-11-01", "2010-11-01 2026-11-30": "2026-11-01", "2010-12-01 2026-11-30": "2026-12-01",
		"2010-10-31 2026-11-01": "2027-10-01", "2010-12-31 2026-12-31": "2026-12-01", "2010-12-31 2027-01-01": "2027-12-01",
		"2010-01-31 2026-12-31": "2027-01-01", "2024-02-29 2026-02-28": "2026-02-01", "2024-02-29 2026-03-01": "2027-02-01",
		"2024-02-29 2028-02-29": "2028-02-01", "2026-11-02 2026-11-21": "2027-11-01", "2025-11-02 2026-11-01": "2026-11-01",
		"2026-01-05 2026-11-21": "2027-01-01", "2027-03-01 2026-11-21": "2028-03-01",
	} {
		certified, today, _ := strings.Cut(give, " ")
		if got := rules.AnnualMonth(date(certified), date(today)); got != date(want) {
			t.Errorf("certified %s, today %s: %s, want %s", certified, today, got, want)
		}
	}
}

// It is due for the newest cycle of a credential, once.
func TestAnnualDue(t *testing.T) {
	a := account(t, "amt", "MT", "2027-03-31")
	a.Credential.Certified = day(t, "2010-11-30")
	older := a.Cycle
	newer := ledger.Cycle{ID: older.ID + 1, First: older.Last + 1, Last: older.Last + 1000}
	a.Credential.Cycles = []ledger.Cycle{older, newer}
	fees, err := rules.Builtin().Fees("amt")
	need(t, err)
	if due := fees.AnnualDue(rules.Evaluate(a, day(t, "2026-11-21"))); due != nil {
		t.Errorf("an older cycle: %+v", due)
	}
	a.Cycle = newer
	if due := fees.AnnualDue(rules.Evaluate(a, day(t, "2026-11-21"))); due == nil || due.Amount != 90 || due.Month != day(t, "2026-11-01") {
		t.Errorf("the newest cycle: %+v", due)
	}
}

func TestFeesOn(t *testing.T) {
	fees := ascpFees(t)
	for on, want := range map[string]string{
		"2007-01-01": "95 15 125 reported", "2024-06-30": "95 15 125 reported", "2024-07-01": "100 20 135 reported",
		"2025-12-31": "100 20 135 reported", "2026-01-01": "110 30 145 derived", "2026-01-02": "110 30 145 derived",
	} {
		f := fees.On(date(on))
		if got := fmt.Sprint(f.Application, *f.Further, *f.Reinstatement, " ", f.Confidence); got != want {
			t.Errorf("On(%s) = %s, want %s", on, got, want)
		}
	}
}

// Credentials are written "MLS@2027-03-31", with a + where they were declared
// earlier on the day and a ! where they have expired. What was declared earlier
// leads, whichever expires first.
func TestCharge(t *testing.T) {
	tests := []struct{ name, give, want string }{
		{"none", "", ""},
		{"one", "MLS@2027-03-31", "110"},
		{"equal expiry, the first given pays", "MLS@2027-03-31 SBB@2027-03-31", "110, 30 of MLS"},
		{"earlier expiry pays whatever the order", "MLS@2027-03-31 SBB@2027-01-31", "30 of SBB, 110"},
		{"exactly three months", "MLS@2027-01-15 SBB@2027-04-15", "110, 30 of MLS"},
		{"three months less a day", "MLS@2027-01-15 SBB@2027-04-14", "110, 30 of MLS"},
		{"three months and a day", "MLS@2027-01-15 SBB@2027-04-16", "110, 110"},
		{"three months from a month's end", "MLS@2026-11-30 SBB@2027-02-28", "110, 30 of MLS"},
		{"the third is too far from the first", "MLS@2027-01-31 SBB@2027-03-31 BB@2027-05-31", "110, 30 of MLS, 110"},
		{"two groups", "A@2027-01-31 B@2028-01-31 C@2027-02-28 D@2028-02-29", "110, 110, 30 of A, 30 of B"},
		{"expired pays in full", "MLS@2026-03-31!", "110+145"},
		{"expired makes no other cheaper", "MLS@2026-11-10! SBB@2026-12-31", "110+145, 110"},
		{"two expired", "MLS@2026-11-10! SBB@2026-11-10!", "110+145, 110+145"},
		{"voluntary without a cycle", "MLS@ SBB@2026-12-31 BB@", "110, 110, 110"},

		{"the paid one expires later", "MLS@2027-01-31+ SBB@2026-12-31", "110, 30 of MLS"},
		{"the paid one expires earlier", "SBB@2026-12-31+ MLS@2027-01-31", "110, 30 of SBB"},
		{"exactly three months before the paid one", "MLS@2027-04-15+ SBB@2027-01-15", "110, 30 of MLS"},
		{"three months and a day before it", "MLS@2027-04-15+ SBB@2027-01-14", "110, 110"},
		{"exactly three months after it", "MLS@2027-01-15+ SBB@2027-04-15", "110, 30 of MLS"},
		{"three months and a day after it", "MLS@2027-01-15+ SBB@2027-04-16", "110, 110"},
		{"near the second paid one alone", "MLS@2026-12-31+ SBB@2027-12-31+ BB@2027-11-30", "110, 110, 30 of SBB"},
		{"near both", "MLS@2027-03-31+ SBB@2026-12-31+ BB@2027-01-31", "30 of SBB, 110, 30 of SBB"},
		{"near a paid one that did not lead", "MLS@2027-01-01+ SBB@2027-04-01+ BB@2027-07-01", "110, 30 of MLS, 110"},
		{"two unpaid near the paid one", "BB@2027-02-28+ MLS@2027-01-31 SBB@2026-12-31", "110, 30 of BB, 30 of BB"},
		{"the second unpaid far from the paid one", "MLS@2028-12-31+ SBB@2027-02-28 BB@2027-01-31", "110, 30 of BB, 110"},
		{"expired itself", "MLS@2026-12-31+ SBB@2026-11-20!", "110, 110+145"},
		{"the paid one had expired", "MLS@2026-11-20+! SBB@2026-11-30", "110+145, 110"},
		{"the paid one has no expiry", "MLS@+ SBB@2026-12-31", "110, 110"},
		{"without an expiry", "MLS@2026-12-31+ SBB@", "110, 110"},
	}
	fees := ascpFees(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var declared []rules.Declaring
			for word := range strings.FieldsSeq(tt.give) {
				code, last, _ := strings.Cut(word, "@")
				declared = append(declared, rules.Declaring{
					Name: ledger.CredentialName{Body: "ascp", Code: code}, Last: date(strings.TrimRight(last, "+!")),
					Paid: strings.Contains(last, "+"), Expired: strings.Contains(last, "!"),
				})
			}
			var got []string
			for i, c := range fees.Charge(date("2026-11-21"), declared) {
				if c.CredentialName != declared[i].Name || c.Total != c.Application+c.Reinstatement || c.Confidence != rules.Derived {
					t.Errorf("charge %d: %+v", i, c)
				}
				got = append(got, charged(*c))
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, ", ")); diff != "" {
				t.Errorf("charges (-want +got):\n%s", diff)
			}
		})
	}
}

// charged writes a charge as TestCharge does, with the credential that a further
// one is near to.
func charged(c rules.Charge) string {
	text := fmt.Sprint(c.Application)
	if c.Reinstatement > 0 {
		text += fmt.Sprintf("+%d", c.Reinstatement)
	}
	_, near, _ := strings.Cut(c.Reason, "months of ")
	if leader, _, _ := strings.Cut(near, ","); c.Further {
		text += " of " + leader
	}
	return text
}
