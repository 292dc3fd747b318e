package rules_test

import (
	"errors"
	"fmt"
	"slices"
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
			line := fmt.Sprintf("%s %s in %d months:", e.ID, summary(e.Total), e.Programme.Cycle.Months)
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
			"ca/CLS@2000-01-01 24o in 24 months: other=24o", "ca/MLT@2000-01-01 24o in 24 months: other=24o", "ca/CT@2000-01-01 24o in 24 months: other=24o",
			"ca/CPT@2000-01-01 6o in 24 months: other=6o",
		},
		"florida":      {"fl/CLT@2000-01-01 24o in 24 months: chemistry=1o hiv-aids=1o medical-errors=2o laws-and-rules=1o other=19d"},
		"north-dakota": {"nd/CLP@2018-07-01 24o in 24 months: laboratory=24o"},
		"tennessee":    {"tn/MLP@2000-01-01 24o in 24 months: other=24o"},
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

// Where an example says a figure, that is official and from its page; what the
// program could not know it does not say.
func TestExamplesInventNothing(t *testing.T) {
	book := with(rules.Examples()...)
	packs, err := book.Packs()
	if err != nil {
		t.Fatal(err)
	}
	hosts := map[string]string{"california": "www.cdph.ca.gov/", "florida": "regulations.justia.com/", "north-dakota": "www.ndclinlab.com/", "tennessee": "www.tn.gov/"}
	for _, p := range packs {
		for _, e := range p.Editions {
			x := e.Total.Provenance
			if x.Confidence != rules.Official || !strings.Contains(x.Source, "https://"+hosts[p.Name]) || x.Pack != p.Name || !x.Example || x != e.Programme.Cycle.Provenance {
				t.Errorf("%s: total %+v, cycle %+v", e.ID, x, e.Programme.Cycle)
			}
		}
		if q := p.Programme; q.DeclareBy != nil || q.DeclareFrom != nil || q.LastYears != nil || q.Caps != nil || (q.Audit.Text != "") != (p.Name == "california") {
			t.Errorf("%s: programme %+v", p.Name, q)
		}
		if fees, err := book.Fees(p.Programme.Body); fees != nil || err != nil {
			t.Errorf("fees of %s: %v, %v", p.Name, fees, err)
		}
	}
}

// An example that was changed in a byte is the holder's own, and so are the
// figures of a pack that only has the name of one.
func TestExampleThatWasChanged(t *testing.T) {
	for text, want := range map[string]string{
		string(exampleText("florida")):                        "the example florida.yaml",
		changed(string(exampleText("florida")), "CLT:", "T:"): "your own florida.yaml",
		nurses: "your own florida.yaml",
	} {
		packs, err := with(pack("florida.yaml", text)).Packs()
		if err != nil {
			t.Fatal(err)
		}
		if got := packs[0].Editions[0].Total.Owner(); got != want {
			t.Errorf("owner %q, want %q", got, want)
		}
	}
	e, err := rules.Builtin().Edition(ledger.CredentialName{Body: "ascp", Code: "MLS"}, date("2027-03-31"))
	if err != nil || e.Total.Owner() != "" {
		t.Errorf("owner of what ships: %q, %v", e.Total.Owner(), err)
	}
}

// In North Dakota general safety, CPR and first aid do not count, and a credit
// without a topic may be any of these. Every other topic counts, those of other
// packs too, and so does a credit that has one beside safety.
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
	for _, name := range []string{"safety", "Cardiopulmonary Resuscitation", "first aid", "hiv", "laws-and-rules", "chemistry", "general", ""} {
		credit := ledger.Credit{Points: 100}
		if name != "" {
			topic, err := topics.Parse(name)
			if err != nil {
				t.Fatal(err)
			}
			credit.Topics = []ledger.CreditTopic{{Topic: topic}}
		}
		if got, want := e.Requirements[0].Accepts(credit), slices.Contains([]string{"hiv", "laws-and-rules", "chemistry", "general"}, name); got != want {
			t.Errorf("a credit of %q counts: %v, want %v", name, got, want)
		}
	}
	both := ledger.Credit{Points: 100, Topics: []ledger.CreditTopic{{Topic: ledger.Safety}, {Topic: "general"}}}
	if !e.Requirements[0].Accepts(both) {
		t.Error("a course in laboratory safety with a second topic does not count")
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
