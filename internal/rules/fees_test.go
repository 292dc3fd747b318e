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
	for _, body := range []string{"amt", "xyz", "../ascp"} {
		if f, err := rules.Builtin().Fees(body); f != nil || err != nil {
			t.Errorf("Fees(%q) = %v, %v, want none", body, f, err)
		}
	}
}

func TestFeesOn(t *testing.T) {
	fees := ascpFees(t)
	for on, want := range map[string]string{
		"2007-01-01": "95 15 125 reported", "2024-06-30": "95 15 125 reported", "2024-07-01": "100 20 135 reported",
		"2025-12-31": "100 20 135 reported", "2026-01-01": "110 30 145 derived", "2026-01-02": "110 30 145 derived",
	} {
		f := fees.On(date(on))
		if got := fmt.Sprint(f.Application, f.Further, f.Reinstatement, " ", f.Confidence); got != want {
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
		{"near both", "MLS@2027-03-31+ SBB@2026-12-31+ BB@2027-01-31", "110, 110, 30 of SBB"},
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
				if c.Name != declared[i].Name || c.Total != c.Application+c.Reinstatement || c.Confidence != rules.Derived {
					t.Errorf("charge %d: %+v", i, c)
				}
				got = append(got, charged(c))
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
