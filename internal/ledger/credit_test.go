package ledger_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/ledger"
)

func TestParseCreditTopic(t *testing.T) {
	tests := []reading[ledger.CreditTopic]{
		{"no limit", "chemistry", ledger.CreditTopic{Topic: "chemistry"}, ""},
		{"a limit", "chemistry=1.5", ledger.CreditTopic{Topic: "chemistry", Limit: 150}, ""},
		{"other names", "Medical ethics=0.5", ledger.CreditTopic{Topic: "ethics", Limit: 50}, ""},
		{"limit that is no number", "chemistry=x", ledger.CreditTopic{}, "limit of chemistry: " + notPoints},
		{"empty limit", "chemistry=", ledger.CreditTopic{}, "limit of chemistry: " + notPoints},
		{"limit of nothing", "chemistry=0", ledger.CreditTopic{}, "limit of chemistry: " + moreThan0},
		{"two limits", "chemistry=1=2", ledger.CreditTopic{}, "limit of chemistry: " + notPoints},
		{"limit without a topic", "=1", ledger.CreditTopic{}, "not a topic; no board here asks for it"},
		{"a limit behind a colon", "ethics:1", ledger.CreditTopic{}, "not a topic; did you mean ethics=1?"},
		{"no limit behind a colon", "ethics:x", ledger.CreditTopic{}, "not a topic; did you mean ethics?"},
		{"a requirement", "other", ledger.CreditTopic{}, "a requirement, not a topic; a credit without a topic counts there"},
	}
	checkReadings(t, ledger.Vocabulary(nil).ParseCreditTopic, tests)
}

func TestParseCreditTopics(t *testing.T) {
	heme, chem := ledger.CreditTopic{Topic: "hematology"}, ledger.CreditTopic{Topic: "chemistry", Limit: 100}
	checkReadings(t, ledger.Vocabulary(nil).ParseCreditTopics, []reading[[]ledger.CreditTopic]{
		{"one", "heme", []ledger.CreditTopic{heme}, ""},
		{"several", "heme,chem=1", []ledger.CreditTopic{heme, chem}, ""},
		{"blanks", "chem=1 , heme", []ledger.CreditTopic{chem, heme}, ""},
		{"one with a comma in its name", "Blood Bank, Transfusion Medicine", []ledger.CreditTopic{{Topic: "blood-banking"}}, ""},
		{"one that is none", "heme,chmistry", nil, `"chmistry": not a topic; did you mean chemistry?`},
		{"nothing behind the comma", "heme,chem=1,", nil, `"": not a topic; no board here asks for it`},
		{"a decimal comma", "chem=1,5", nil, "limit of chemistry: write 1.5"},
		{"a requirement among them", "heme,other", nil, `"other": a requirement, not a topic; a credit without a topic counts there`},
	})
}

// What is read as a topic of a credit is read again from how it is written.
func FuzzParseCreditTopic(f *testing.F) {
	for _, seed := range []string{"chemistry", "chemistry=1", "BB = 1", "=", ";", "", "chemistry=1=2", "other=1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		topic, err := ledger.Vocabulary(nil).ParseCreditTopic(s)
		if err != nil {
			return
		}
		again, err := ledger.Vocabulary(nil).ParseCreditTopic(topic.String())
		if err != nil {
			t.Fatalf("%q is written so that it cannot be read: %v", s, err)
		}
		if diff := cmp.Diff(topic, again); diff != "" {
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
		want   string
	}{
		{"all is well", func(*ledger.Credit) {}, ""},
		{"only what is needed", func(c *ledger.Credit) { c.Topics, c.Provider, c.Reference = nil, "", "" }, ""},
		{"limit above the points", func(c *ledger.Credit) { c.Topics[0].Limit = 9900 }, ""},
		{"the most points", func(c *ledger.Credit) { c.Points = ledger.MaxPoints }, ""},
		{"no title", func(c *ledger.Credit) { c.Title = "" }, "title: must not be empty"},
		{"blank title", func(c *ledger.Credit) { c.Title = " \t " }, "title: must not be empty"},
		{"no date", func(c *ledger.Credit) { c.Date = 0 }, "date: must not be empty"},
		{"no points", func(c *ledger.Credit) { c.Points = 0 }, "points: " + moreThan0},
		{"negative points", func(c *ledger.Credit) { c.Points = -100 }, "points: " + moreThan0},
		{"too many points", func(c *ledger.Credit) { c.Points = ledger.MaxPoints + 1 }, "points: " + atMostMuch},
		{"no activity", func(c *ledger.Credit) { c.Activity = "" }, "activity: not an activity; activities are " + allActivities},
		{"unknown activity", func(c *ledger.Credit) { c.Activity = "knitting" }, "activity: not an activity; activities are " + allActivities},
		{"a topic twice", func(c *ledger.Credit) { c.Topics[1].Topic = "safety" }, "topic: names safety twice"},
		{"title that is no text", func(c *ledger.Credit) { c.Title = "a\xff" }, "title: is not valid UTF-8 text"},
		{"note that is no text", func(c *ledger.Credit) { c.Note = "\xc3" }, "note: is not valid UTF-8 text"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := valid()
			tt.change(&c)
			err := c.Validate()
			if diff := cmp.Diff(tt.want, text(err)); diff != "" {
				t.Errorf("Validate() (-want +got):\n%s", diff)
			}
			if invalid := new(ledger.InvalidError); err != nil && !errors.As(err, &invalid) {
				t.Errorf("Validate() = %T, want an InvalidError", err)
			}
		})
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
