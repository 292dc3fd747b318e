package ledger_test

import (
	"strings"
	"testing"

	"cmpledger/internal/ledger"
)

func TestCredentialName(t *testing.T) {
	tests := []struct {
		name        string
		give        ledger.CredentialName
		unique      string
		designation string
	}{
		{"a body's own", ledger.CredentialName{Body: "ascp", Code: "MLS"}, "ascp/MLS", "MLS(ASCP)"},
		{"international twin", ledger.CredentialName{Body: "ascp", Code: "MLSi"}, "ascp/MLSi", "MLS(ASCPi)"},
		{"twin of a code of one letter", ledger.CredentialName{Body: "ascp", Code: "Hi"}, "ascp/Hi", "H(ASCPi)"},
		{"capital I is part of the code", ledger.CredentialName{Body: "amt", Code: "AHI"}, "amt/AHI", "AHI(AMT)"},
		{"the code I itself", ledger.CredentialName{Body: "ascp", Code: "I"}, "ascp/I", "I(ASCP)"},
		{"small letters in the code", ledger.CredentialName{Body: "ascp", Code: "CTgyn"}, "ascp/CTgyn", "CTgyn(ASCP)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.give.String(); got != tt.unique {
				t.Errorf("String() = %q, want %q", got, tt.unique)
			}
			if got := tt.give.Designation(); got != tt.designation {
				t.Errorf("Designation() = %q, want %q", got, tt.designation)
			}
			for _, spelling := range []string{tt.give.Code, tt.unique, tt.designation} {
				if !tt.give.Matches(spelling) || !tt.give.Matches(strings.ToLower(spelling)) {
					t.Errorf("does not match its own %q", spelling)
				}
			}
		})
	}
}

func TestCredentialNameMatches(t *testing.T) {
	us := ledger.CredentialName{Body: "ascp", Code: "MLS"}
	twin := ledger.CredentialName{Body: "ascp", Code: "MLSi"}
	amt := ledger.CredentialName{Body: "amt", Code: "MT"}
	tests := []struct {
		name  string
		give  string
		match []ledger.CredentialName
	}{
		{"code in small letters", "mls", []ledger.CredentialName{us}},
		{"body and code", "ascp/mls", []ledger.CredentialName{us}},
		{"designation", "MLS(ASCP)", []ledger.CredentialName{us}},
		{"designation with CM", "MLS(ASCP)CM", []ledger.CredentialName{us}},
		{"designation with a raised CM", "MLS(ASCP)ᶜᵐ", []ledger.CredentialName{us}},
		{"blanks", " MLS (ASCP) CM ", []ledger.CredentialName{us}},
		{"twin's code", "mlsi", []ledger.CredentialName{twin}},
		{"twin's designation", "MLS(ASCPi)", []ledger.CredentialName{twin}},
		{"twin's designation with CM", "MLS(ASCPi)CM", []ledger.CredentialName{twin}},
		{"twin in capitals", "MLS(ASCPI)", []ledger.CredentialName{twin}},
		{"body and code of AMT", "amt/MT", []ledger.CredentialName{amt}},
		{"designation of AMT", "MT(AMT)", []ledger.CredentialName{amt}},
		{"the same code of another body", "ascp/MT", nil},
		{"designation of another body", "MT(ASCP)", nil},
		{"longer code", "MLSX", nil},
		{"shorter code", "ML", nil},
		{"CM alone behind the code", "MLSCM", nil},
		{"open bracket", "MLS(ASCP", nil},
		{"body alone", "ascp", nil},
		{"nothing", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, name := range []ledger.CredentialName{us, twin, amt} {
				want := false
				for _, m := range tt.match {
					want = want || m == name
				}
				if got := name.Matches(tt.give); got != want {
					t.Errorf("%v matches %q: %t, want %t", name, tt.give, got, want)
				}
			}
		})
	}
}

func TestCredentialCycles(t *testing.T) {
	first := ledger.Cycle{ID: 1, First: 100, Last: 200}
	second := ledger.Cycle{ID: 2, First: 201, Last: 300}
	c := ledger.Credential{Cycles: []ledger.Cycle{first, second}}
	if got := c.Current(); got != second {
		t.Errorf("Current() = %+v, want the cycle opened last", got)
	}
	if c.Completed() {
		t.Error("Completed() without a declared cycle")
	}
	c.Cycles[0].Declared = 190
	if !c.Completed() {
		t.Error("not Completed() although an earlier cycle was declared")
	}
}

// Whatever matches still does in capitals and with blanks; and no text names
// two credentials of one body.
func FuzzCredentialNameMatches(f *testing.F) {
	for _, seed := range []string{"MLS", "mlsi", "ascp/MLS", "MLS(ASCP)CM", "MLS(ASCPi)ᶜᵐ", "MLS (ASCP)", "", "(", "MLS\xff", "ᶜᵐMLS"} {
		f.Add(seed)
	}
	us := ledger.CredentialName{Body: "ascp", Code: "MLS"}
	twin := ledger.CredentialName{Body: "ascp", Code: "MLSi"}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 100 {
			return
		}
		if us.Matches(s) && twin.Matches(s) {
			t.Fatalf("%q names both %v and %v", s, us, twin)
		}
		for _, name := range []ledger.CredentialName{us, twin} {
			if name.Matches(s) && !name.Matches("\t"+strings.ToUpper(s)+" ") {
				t.Fatalf("%v matches %q, but not in capitals with blanks", name, s)
			}
		}
	})
}
