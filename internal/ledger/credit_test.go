package ledger_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
)

func TestParseCreditTopics(t *testing.T) {
	tests := []struct {
		name    string
		give    string
		want    []ledger.CreditTopic
		wantErr string
	}{
		{"none", "", nil, ""},
		{"only blanks", "  ", nil, ""},
		{"no limit", "chemistry", []ledger.CreditTopic{{Topic: "chemistry"}}, ""},
		{"a limit", "chemistry=1.5", []ledger.CreditTopic{{Topic: "chemistry", Limit: 150}}, ""},
		{"several in order", "safety=1;chemistry", []ledger.CreditTopic{{Topic: "safety", Limit: 100}, {Topic: "chemistry"}}, ""},
		{"blanks around each", " safety=1 ; chemistry ", []ledger.CreditTopic{{Topic: "safety", Limit: 100}, {Topic: "chemistry"}}, ""},
		{"other names", "BB;Medical ethics=0.5", []ledger.CreditTopic{{Topic: "blood-banking"}, {Topic: "ethics", Limit: 50}}, ""},
		{"limit that is no number", "chemistry=x", nil, "limit of chemistry: " + notPoints},
		{"empty limit", "chemistry=", nil, "limit of chemistry: " + notPoints},
		{"limit of nothing", "chemistry=0", nil, "limit of chemistry: " + moreThan0},
		{"two limits", "chemistry=1=2", nil, "limit of chemistry: " + notPoints},
		{"limit without a topic", "=1", nil, "not a topic; topics are " + allTopics},
		{"nothing after a semicolon", "safety;", nil, "not a topic; topics are " + allTopics},
		{"a requirement", "safety;other", nil, "a requirement, not a topic; a credit without a topic counts there"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ledger.Vocabulary(nil).ParseCreditTopics(tt.give)
			if diff := cmp.Diff(tt.wantErr, text(err)); diff != "" {
				t.Errorf("ParseCreditTopics(%q) error (-want +got):\n%s", tt.give, diff)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("ParseCreditTopics(%q) (-want +got):\n%s", tt.give, diff)
			}
		})
	}
}

// What is written as topics is read back, in order and with its limits.
func TestCreditTopicsRoundTrip(t *testing.T) {
	topic := rapid.Custom(func(t *rapid.T) ledger.CreditTopic {
		return ledger.CreditTopic{
			Topic: rapid.SampledFrom(ledger.Topics()).Draw(t, "topic"),
			Limit: ledger.Points(rapid.Int64Range(0, int64(ledger.MaxPoints)).Draw(t, "limit")),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(topic, 1, 5).Draw(t, "topics")
		written := ledger.FormatCreditTopics(want)
		got, err := ledger.Vocabulary(nil).ParseCreditTopics(written)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%q read back (-want +got):\n%s", written, diff)
		}
	})
}

// What is read as a topic of a credit is read again from how it is written.
func FuzzParseCreditTopics(f *testing.F) {
	for _, seed := range []string{"chemistry", "chemistry=1", "safety=1;chemistry", "BB = 1", "=", ";", "", "chemistry=1=2", "other=1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		topics, err := ledger.Vocabulary(nil).ParseCreditTopics(s)
		if err != nil {
			return
		}
		again, err := ledger.Vocabulary(nil).ParseCreditTopics(ledger.FormatCreditTopics(topics))
		if err != nil {
			t.Fatalf("%q is written so that it cannot be read: %v", s, err)
		}
		if diff := cmp.Diff(topics, again); diff != "" {
			t.Fatalf("%q read again (-first +again):\n%s", s, diff)
		}
	})
}

// valid returns a credit that can be recorded.
func valid() ledger.Credit {
	return ledger.Credit{
		Date: ledger.MakeDate(2026, 3, 2), Title: "Coagulation cascade", Provider: "LabCE", Points: 150,
		Topics:   []ledger.CreditTopic{{Topic: "safety", Limit: 50}, {Topic: "hematology"}},
		Activity: ledger.CourseActivity, Reference: "LC-4471",
	}
}

func TestCreditValidate(t *testing.T) {
	tests := []struct {
		name   string
		change func(*ledger.Credit)
		want   *ledger.InvalidError
	}{
		{"all is well", func(*ledger.Credit) {}, nil},
		{"only what is needed", func(c *ledger.Credit) { c.Topics, c.Provider, c.Reference = nil, "", "" }, nil},
		{"limit above the points", func(c *ledger.Credit) { c.Topics[0].Limit = 9900 }, nil},
		{"the most points", func(c *ledger.Credit) { c.Points = ledger.MaxPoints }, nil},
		{"no title", func(c *ledger.Credit) { c.Title = "" }, &ledger.InvalidError{Field: "title", Reason: "must not be empty"}},
		{"blank title", func(c *ledger.Credit) { c.Title = " \t " }, &ledger.InvalidError{Field: "title", Reason: "must not be empty"}},
		{"no date", func(c *ledger.Credit) { c.Date = 0 }, &ledger.InvalidError{Field: "date", Reason: "must not be empty"}},
		{"no points", func(c *ledger.Credit) { c.Points = 0 }, &ledger.InvalidError{Field: "points", Reason: moreThan0}},
		{"negative points", func(c *ledger.Credit) { c.Points = -100 }, &ledger.InvalidError{Field: "points", Reason: moreThan0}},
		{"too many points", func(c *ledger.Credit) { c.Points = ledger.MaxPoints + 1 }, &ledger.InvalidError{Field: "points", Reason: atMostMuch}},
		{"no activity", func(c *ledger.Credit) { c.Activity = "" }, &ledger.InvalidError{Field: "activity", Reason: "not an activity; activities are " + allActivities}},
		{"unknown activity", func(c *ledger.Credit) { c.Activity = "knitting" }, &ledger.InvalidError{Field: "activity", Reason: "not an activity; activities are " + allActivities}},
		{"a topic twice", func(c *ledger.Credit) { c.Topics[1].Topic = "safety" }, &ledger.InvalidError{Field: "topic", Reason: "names safety twice"}},
		{"title that is no text", func(c *ledger.Credit) { c.Title = "a\xff" }, &ledger.InvalidError{Field: "title", Reason: "is not valid UTF-8 text"}},
		{"note that is no text", func(c *ledger.Credit) { c.Note = "\xc3" }, &ledger.InvalidError{Field: "note", Reason: "is not valid UTF-8 text"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := valid()
			tt.change(&c)
			var got *ledger.InvalidError
			if err := c.Validate(); err != nil && !errors.As(err, &got) {
				t.Fatalf("Validate() = %T, want an InvalidError", err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Validate() (-want +got):\n%s", diff)
			}
		})
	}
	if got, want := (&ledger.InvalidError{Field: "title", Reason: "must not be empty"}).Error(), "title: must not be empty"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
}

func TestCreditLimit(t *testing.T) {
	c := ledger.Credit{Points: 150, Topics: []ledger.CreditTopic{
		{Topic: "chemistry"}, {Topic: "safety", Limit: 100}, {Topic: "ethics", Limit: 200}, {Topic: "quality", Limit: 150},
	}}
	tests := []struct {
		name string
		give ledger.Topic
		want ledger.Points
	}{
		{"no limit is all of the points", "chemistry", 150},
		{"limit below the points", "safety", 100},
		{"limit above the points is all of them", "ethics", 150},
		{"limit that is the points", "quality", 150},
		{"topic that it has not", "hematology", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := c.Limit(tt.give); got != tt.want {
				t.Errorf("Limit(%q) = %v, want %v", tt.give, got, tt.want)
			}
		})
	}
}

func TestCreditIdentity(t *testing.T) {
	with := valid()
	without := valid()
	without.Reference = ""
	tests := []struct {
		name   string
		of     ledger.Credit
		change func(*ledger.Credit)
		same   bool
	}{
		{"reference: another title", with, func(c *ledger.Credit) { c.Title = "Coagulation" }, true},
		{"reference: other points", with, func(c *ledger.Credit) { c.Points = 200 }, true},
		{"reference: case and blanks", with, func(c *ledger.Credit) { c.Reference, c.Provider = " lc-4471 ", "LABCE" }, true},
		{"reference: another", with, func(c *ledger.Credit) { c.Reference = "LC-4472" }, false},
		{"reference: another provider", with, func(c *ledger.Credit) { c.Provider = "ASCP" }, false},
		{"reference: another date", with, func(c *ledger.Credit) { c.Date++ }, false},
		{"reference: gone", with, func(c *ledger.Credit) { c.Reference = "" }, false},

		{"title: case and blanks", without, func(c *ledger.Credit) { c.Title, c.Provider = "  COAGULATION\t cascade", "labce " }, true},
		{"title: no-break space", without, func(c *ledger.Credit) { c.Title = "Coagulation\u00a0cascade" }, true},
		{"title: a reference of blanks is none", without, func(c *ledger.Credit) { c.Reference = "  " }, true},
		{"title: what does not tell who is who", without, func(c *ledger.Credit) {
			c.Topics, c.Activity, c.URL, c.Note = nil, "labq", "https://example.org/1", "a note"
		}, true},
		{"title: another", without, func(c *ledger.Credit) { c.Title = "Coagulation cascades" }, false},
		{"title: blank gone", without, func(c *ledger.Credit) { c.Title = "Coagulationcascade" }, false},
		{"title: another provider", without, func(c *ledger.Credit) { c.Provider = "" }, false},
		{"title: other points", without, func(c *ledger.Credit) { c.Points = 151 }, false},
		{"title: another date", without, func(c *ledger.Credit) { c.Date-- }, false},
		{"title: blank moved into the provider", without, func(c *ledger.Credit) { c.Title, c.Provider = "Coagulation", "cascade LabCE" }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			other := tt.of
			tt.change(&other)
			if got := tt.of.Identity() == other.Identity(); got != tt.same {
				t.Errorf("same = %t, want %t\n%q\n%q", got, tt.same, tt.of.Identity(), other.Identity())
			}
		})
	}
}

func TestCreditIdentityUnicode(t *testing.T) {
	tests := []struct{ name, a, b string }{
		{"composed and decomposed", "H\u00e4matologie", "Ha\u0308matologie"},
		{"capital letter with a mark", "\u00c4", "a\u0308"},
		{"ligature", "\ufb02ow", "flow"},
		{"full width", "\uff23\uff2d\uff30", "cmp"},
		{"Greek final sigma", "\u03bb\u03cc\u03b3\u03bf\u03c2", "\u039b\u038c\u0393\u039f\u03a3"},
		{"superscript", "CD4\u207a", "cd4+"},
		{"Kelvin sign", "\u212a", "k"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, b := ledger.Credit{Title: tt.a}, ledger.Credit{Title: tt.b}
			if diff := cmp.Diff(a.Identity(), b.Identity()); diff != "" {
				t.Errorf("identity of %q and %q (-a +b):\n%s", tt.a, tt.b, diff)
			}
		})
	}
}

// Spacing, and which Unicode form a file was written in, make no difference.
func TestCreditIdentityProperty(t *testing.T) {
	word := rapid.StringN(1, 8, -1).Filter(func(s string) bool { return strings.TrimSpace(s) != "" })
	form := rapid.SampledFrom([]norm.Form{norm.NFC, norm.NFD, norm.NFKC, norm.NFKD})
	blank := rapid.SampledFrom([]string{" ", "  ", "\t", "\u00a0", " \u2003"})
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(word, 1, 4).Draw(t, "words")
		c := valid()
		c.Reference = rapid.SampledFrom([]string{"", "LC-4471"}).Draw(t, "reference")
		c.Title, c.Provider = strings.Join(words, " "), words[0]
		again := c
		again.Title = blank.Draw(t, "before") + strings.Join(words, blank.Draw(t, "between")) + blank.Draw(t, "after")
		again.Title = form.Draw(t, "form").String(again.Title)
		again.Provider = form.Draw(t, "provider's form").String(c.Provider)
		if diff := cmp.Diff(c.Identity(), again.Identity()); diff != "" {
			t.Fatalf("identity of %+q and %+q (-want +got):\n%s", c.Title, again.Title, diff)
		}
	})
}

// A reference that says that there is none is none.
func TestCreditIdentityPlaceholder(t *testing.T) {
	for _, reference := range []string{"", " ", "N/A", "n / a", "NA", "n.a.", "None", "nil", "-", "--", "0", "TBD", "."} {
		a := ledger.Credit{Title: "One", Points: 100, Reference: reference}
		b := ledger.Credit{Title: "Another", Points: 100, Reference: reference}
		if a.Identity() == b.Identity() {
			t.Errorf("reference %q makes two titles one activity", reference)
		}
		if none := (ledger.Credit{Title: "One", Points: 100}); a.Identity() != none.Identity() {
			t.Errorf("reference %q is another identity than none", reference)
		}
	}
}
