package rules_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// The examples are sound, alone and all together, and state the figures that
// were read for each state, and no others: written here apart from the files.
// Points carry their confidence, as in testdata/required-points.txt.
func TestExamples(t *testing.T) {
	packs, err := with(rules.Examples()...).Packs()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, p := range packs {
		for _, e := range p.Editions {
			line := fmt.Sprintf("%s %s in %d months:", e.Name, summary(e.Total), e.Programme.Cycle.Months)
			for _, r := range e.Requirements {
				line += " " + string(r.Name) + "=" + summary(r.Figure)
			}
			got[p.Name] = append(got[p.Name], line)
		}
		if _, err := with(rules.PackFile{Name: p.File(), Data: exampleText(p.Name)}).Packs(); err != nil {
			t.Errorf("%s alone: %v", p.Name, err)
		}
	}
	want := map[string][]string{
		"california": {
			"ca/CLS 24o in 24 months: other=24o", "ca/MLT 24o in 24 months: other=24o", "ca/CT 24o in 24 months: other=24o",
			"ca/CPT 6o in 24 months: other=6o",
		},
		"florida":      {"fl/CLT 24o in 24 months: chemistry=1o hiv-aids=1o medical-errors=2o laws-and-rules=1o other=19d"},
		"north-dakota": {"nd/CLP 24o in 24 months: laboratory=24o"},
		"tennessee":    {"tn/MLP 24o in 24 months: other=24o"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
}

// exampleText returns the text of an example.
func exampleText(name string) []byte {
	for _, file := range rules.Examples() {
		if file.Name == name+".yaml" {
			return file.Data
		}
	}
	return nil
}

// No address was read for the states, so none is stated; what else the program
// could not know, it does not say either.
func TestExamplesInventNothing(t *testing.T) {
	packs, err := with(rules.Examples()...).Packs()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packs {
		if strings.Contains(string(exampleText(p.Name)), "http") {
			t.Errorf("%s states an address", p.Name)
		}
		if q := p.Programme; q.DeclareBy != nil || q.DeclareFrom != nil || q.LastYears != nil || q.Caps != nil {
			t.Errorf("%s: programme %+v", p.Name, q)
		}
		if audit := p.Programme.Audit.Text; (audit != "") != (p.Name == "california") || audit != "" && !strings.Contains(audit, "4 years") {
			t.Errorf("%s: audit %q", p.Name, audit)
		}
	}
	for _, body := range []string{"ca", "fl", "nd", "tn"} {
		if fees, err := with(rules.Examples()...).Fees(body); fees != nil || err != nil {
			t.Errorf("fees of %s: %v, %v", body, fees, err)
		}
	}
}

// In North Dakota general safety, CPR and first aid do not count, and a credit
// without a topic may be any of these.
func TestExampleOfNorthDakota(t *testing.T) {
	book := with(rules.Examples()...)
	e, err := book.Edition(ledger.CredentialName{Body: "nd", Code: "CLP"}, date("2026-12-31"))
	if err != nil {
		t.Fatal(err)
	}
	topics, err := book.Topics()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"safety", "Cardiopulmonary Resuscitation", "first aid", "hiv", "chemistry", "general", ""} {
		credit := ledger.Credit{Points: 100}
		if name != "" {
			topic, err := topics.Parse(name)
			if err != nil {
				t.Fatal(err)
			}
			credit.Topics = []ledger.CreditTopic{{Topic: topic}}
		}
		if got, want := e.Requirements[0].Accepts(credit), name == "chemistry" || name == "general"; got != want {
			t.Errorf("a credit of %q counts: %v, want %v", name, got, want)
		}
	}
	for _, topic := range ledger.Topics() {
		credit := ledger.Credit{Points: 100, Topics: []ledger.CreditTopic{{Topic: topic}}}
		if got, want := e.Requirements[0].Accepts(credit), topic != ledger.Safety; got != want {
			t.Errorf("a credit in %s counts: %v, want %v", topic, got, want)
		}
	}
}

// Who names a credential that an example has is told, unless it is active.
func TestUnknownCredentialOfAnExample(t *testing.T) {
	for _, tt := range []struct {
		book *rules.Book
		text string
		want string
	}{
		{rules.Builtin(), "fl/CLT", "florida"},
		{rules.Builtin(), "cls", "california"},
		{rules.Builtin(), "fl/CLS", ""},
		{with(pack("florida.yaml", nurses)), "fl/CLT", ""},
		{with(pack("nurses.yaml", nurses)), "fl/CLT", "florida"},
	} {
		_, err := tt.book.Resolve(tt.text)
		var unknown *rules.UnknownCredentialError
		if !errors.As(err, &unknown) || unknown.Example != tt.want {
			t.Errorf("Resolve(%q): %+v, want the example %q", tt.text, unknown, tt.want)
		}
	}
}
