package ledger_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
)

func TestVocabularyWith(t *testing.T) {
	own, err := ledger.Vocabulary(nil).With("elder-care", "elders", "Care of elders")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name    string
		topic   ledger.Topic
		aliases []string
		want    string // the error, or ""
	}{
		{"one more", "medical-errors", []string{"Errors"}, ""},
		{"the same again, with another name", "elder-care", []string{"elders", "Acquired immunodeficiency"}, ""},
		{"a topic that cmp knows", "safety", []string{"Workplace safety"}, ""},
		{"a name that cmp knows", "bb", nil, `"bb" means the topic blood-banking already`},
		{"an alias that cmp knows", "medical-errors", []string{"Patient Safety"}, `"Patient Safety" means the topic safety already`},
		{"an alias of another", "medical-errors", []string{"elders"}, `"elders" means the topic elder-care already`},
		{"a name that is an alias of another", "care-of-elders", nil, `"care-of-elders" means the topic elder-care already`},
		{"other", "other", nil, `"other" cannot mean a topic`},
		{"an alias without a word", "medical-errors", []string{" / "}, `" / " cannot mean a topic`},
		{"capitals", "ELDER-CARE", nil, "not a topic such as blood-banking: lower-case words joined by hyphens"},
		{"two hyphens", "medical--errors", nil, "not a topic such as blood-banking: lower-case words joined by hyphens"},
		{"nothing", "", nil, "not a topic such as blood-banking: lower-case words joined by hyphens"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if _, err := own.With(tt.topic, tt.aliases...); err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestVocabularyParse(t *testing.T) {
	own, err := ledger.Vocabulary(nil).With("elder-care", "elders", "Care of elders")
	if err != nil {
		t.Fatal(err)
	}
	for give, want := range map[string]ledger.Topic{
		"elder-care": "elder-care", "Elder/Care": "elder-care", "elders": "elder-care", "Care_of_Elders": "elder-care",
		"chem": "chemistry", "safety": "safety",
	} {
		if got, err := own.Parse(give); got != want || err != nil {
			t.Errorf("Parse(%q) = %q, %v; want %q", give, got, err, want)
		}
	}
	if got, err := ledger.Vocabulary(nil).Parse("elders"); err == nil {
		t.Errorf("the vocabulary that was extended has changed: %q", got)
	}
	if _, err := own.Parse("elder-caer"); err == nil || err.Error() != "not a topic; did you mean elder-care?" {
		t.Errorf("near an own topic: %v", err)
	}
	if _, err := own.Parse("darkness"); err == nil || err.Error() != "not a topic; no board here asks for it" {
		t.Errorf("far from all: %v", err)
	}
	if diff := cmp.Diff(append(ledger.Topics(), "elder-care"), own.Topics()); diff != "" {
		t.Errorf("topics (-want +got):\n%s", diff)
	}
}

// Whatever is added, every topic is read by its own name, and those that cmp
// knows mean what they meant.
func TestVocabularyGrows(t *testing.T) {
	word := rapid.StringMatching(`[a-z0-9]{1,3}(-[a-z]{1,2})?`)
	rapid.Check(t, func(t *rapid.T) {
		var v ledger.Vocabulary
		for range rapid.IntRange(0, 5).Draw(t, "topics") {
			more, err := v.With(ledger.Topic(word.Draw(t, "topic")), rapid.SliceOfN(word, 0, 2).Draw(t, "aliases")...)
			if err == nil {
				v = more
			}
		}
		for _, topic := range v.Topics() {
			if got, err := v.Parse(string(topic)); got != topic || err != nil {
				t.Fatalf("Parse(%q) = %q, %v", topic, got, err)
			}
		}
		give := word.Draw(t, "word")
		if known, err := ledger.Vocabulary(nil).Parse(give); err == nil {
			if got, err := v.Parse(give); got != known || err != nil {
				t.Fatalf("Parse(%q) = %q, %v; was %q", give, got, err, known)
			}
		}
	})
}

func TestWellFormed(t *testing.T) {
	for topic, want := range map[ledger.Topic]bool{
		"safety": true, "elder-care": true, "2nd-look": true,
		"": false, "-": false, "a-": false, "-a": false, "HIV": false, "a b": false, "é": false, "a=1": false, "a;b": false,
	} {
		if got := topic.WellFormed(); got != want {
			t.Errorf("WellFormed(%q) = %v", topic, got)
		}
	}
	if i := slices.IndexFunc(ledger.Topics(), func(t ledger.Topic) bool { return !t.WellFormed() }); i >= 0 {
		t.Errorf("%s is not well-formed", ledger.Topics()[i])
	}
}
