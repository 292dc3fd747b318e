package actions_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/actions"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
)

var today = ledger.MakeDate(2026, 11, 21)

func judge() actions.Judge { return actions.Judge{Book: rules.Builtin(), Today: today, Auto: true} }

// A book is a ledger in a file of its own, with one credential.
type book struct {
	*testing.T
	*store.DB
}

func newBook(t *testing.T, names ...ledger.CredentialName) book {
	t.Helper()
	db, err := store.Open(filepath.Join(t.TempDir(), "ledger.db"), store.Origin{At: "2026-11-21T14:02:11Z", Command: "cmp test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	b := book{t, db}
	for _, name := range names {
		b.change(func(tx *store.Tx) error {
			cycle := ledger.Cycle{First: ledger.MakeDate(2024, 4, 1), Last: ledger.MakeDate(2027, 3, 31)}
			return tx.AddCredential(t.Context(), &ledger.Credential{CredentialName: name, Cycles: []ledger.Cycle{cycle}})
		})
	}
	return b
}

// change changes the ledger and places its points.
func (b book) change(fn func(*store.Tx) error) (differences []actions.Difference) {
	b.Helper()
	err := b.Update(b.Context(), func(tx *store.Tx) (_ string, err error) {
		differences, err = judge().Placing(b.Context(), tx, func() error { return fn(tx) })
		return "change", err
	})
	if err != nil {
		b.Fatal(err)
	}
	return differences
}

func (b book) add(points ledger.Points, date ledger.Date, topics ...ledger.Topic) (ledger.Credit, []actions.Difference) {
	b.Helper()
	c := ledger.Credit{Title: "Course", Date: date, Points: points, Activity: ledger.CourseActivity}
	for _, t := range topics {
		c.Topics = append(c.Topics, ledger.CreditTopic{Topic: t})
	}
	return c, b.change(func(tx *store.Tx) error {
		return tx.AddCredit(b.Context(), &c)
	})
}

// read returns the ledger as it is written, and how many entries its log has.
func (b book) read() (s actions.Snapshot, entries int) {
	b.Helper()
	err := b.View(b.Context(), func(tx *store.Tx) (err error) {
		if s, err = actions.Read(b.Context(), tx); err != nil {
			return err
		}
		all, err := tx.Entries(b.Context(), 0)
		entries = len(all)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return s, entries
}

var mls = ledger.CredentialName{Body: "ascp", Code: "MLS"}

func TestPlacing(t *testing.T) {
	b := newBook(t, mls)
	_, got := b.add(150, today, "chemistry")
	want := []actions.Difference{{Name: "MLS", Is: 150, Of: 3600, More: []actions.Counted{{"chemistry", 150}}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("after adding (-want +got):\n%s", diff)
	}
	_, got = b.add(100, today+1, "ethics")
	if got != nil {
		t.Errorf("a credit to come makes a difference: %v", got)
	}
	s, entries := b.read()
	if len(s.Allocations) != 2 || entries != 3 {
		t.Errorf("%d entries, allocations %v", entries, s.Allocations)
	}

	// What changes no fact is followed by nothing.
	got = b.change(func(*store.Tx) error { return nil })
	if _, again := b.read(); got != nil || again != entries {
		t.Errorf("nothing was changed: %v, %d entries", got, again)
	}
	if placed, all := judge().Place(s); len(all) != 1 || all[0].Proposal.Changes != nil || !cmp.Equal(s.Allocations, placed.Allocations) {
		t.Errorf("what is placed is placed otherwise: %v", all)
	}
	later := judge()
	later.Today++
	if _, all := later.Place(s); all[0].Proposal.Counted[1] != 100 {
		t.Errorf("a day later %v count", all[0].Proposal.Counted)
	}
}

// An edited credit says what of its allocations it can no longer have, and the
// rest is placed again.
func TestEditCredit(t *testing.T) {
	b := newBook(t, mls)
	c, _ := b.add(300, today, "chemistry")
	c.Points = 100
	var trimmed []actions.Trimming
	got := b.change(func(tx *store.Tx) error {
		s, err := actions.Read(t.Context(), tx)
		if err == nil {
			trimmed, err = judge().EditCredit(t.Context(), tx, &s, c)
		}
		return err
	})
	want := []actions.Difference{{Name: "MLS", Was: 300, Is: 100, Of: 3600, Less: []actions.Counted{{"chemistry", 100}, {"other", 100}}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("after editing (-want +got):\n%s", diff)
	}
	if len(trimmed) != 1 || len(trimmed[0].Before) != 2 || len(trimmed[0].After) != 1 || trimmed[0].Unjudged != nil {
		t.Errorf("trimmed: %+v", trimmed)
	}
}

// Two credits become one, with the topics of both, and the points follow.
func TestMerge(t *testing.T) {
	b := newBook(t, mls)
	c, _ := b.add(200, today, "chemistry")
	gone, _ := b.add(200, today, "hematology")
	var merged actions.Edited
	got := b.change(func(tx *store.Tx) error {
		s, err := actions.Read(t.Context(), tx)
		if err == nil {
			merged, gone, err = judge().Merge(t.Context(), tx, &s, c.ID, gone.ID)
		}
		return err
	})
	if len(merged.Credit.Topics) != 2 || gone.ID != 2 || len(got) != 1 || got[0].Was != 400 || got[0].Is != 200 {
		t.Errorf("%+v, gone %v: %+v", merged, gone, got)
	}
}

// A cycle whose rules are unknown, and one that was declared, stay as they are.
func TestPlaceLeavesAlone(t *testing.T) {
	b := newBook(t, mls, ledger.CredentialName{Body: "xy", Code: "GONE"})
	b.add(150, today, "chemistry")
	s, _ := b.read()
	if len(s.Allocations) != 1 || s.OfCycle(s.Allocations[0].Cycle).Code != "MLS" {
		t.Errorf("allocations %v", s.Allocations)
	}
	s.Credentials[0].Cycles[0].Declared = today
	s.Allocations[0].Points = 50
	if placed, all := judge().Place(s); all != nil || !cmp.Equal(placed.Allocations, s.Allocations) {
		t.Errorf("placed: %v", all)
	}
}

// What an audit may ask for is the same before a cycle is declared and after; with the
// margin it is more, and all that was declared.
func TestToProve(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b := newBook(t, ledger.CredentialName{Body: "ascp", Code: "QIHC"})
		b.add(100, today, "safety")
		b.add(100, today, "ethics")
		b.add(600, today, "immunohistochemistry")
		for range rapid.IntRange(0, 4).Draw(rt, "more") {
			day := today - ledger.Date(rapid.SampledFrom([]int{0, 30, 2000}).Draw(rt, "days ago"))
			b.add(ledger.Points(rapid.IntRange(50, 300).Draw(rt, "points")), day, rapid.SampledFrom([]ledger.Topic{"safety", "immunohistochemistry", "management"}).Draw(rt, "topic"))
		}
		margin := rapid.Bool().Draw(rt, "margin")
		var before, after []ledger.Credit
		var d ledger.Declaration
		b.change(func(tx *store.Tx) error {
			s, err := actions.Read(t.Context(), tx)
			if err != nil {
				return err
			}
			all, err := judge().Declarable(t.Context(), tx, &s, s.Credentials, margin)
			if err != nil {
				return err
			}
			before, d = s.ToProve(all[0].Standing), all[0].Declaration
			return judge().Declare(t.Context(), tx, s, all)
		})
		err := b.View(t.Context(), func(tx *store.Tx) error {
			s, err := actions.Read(t.Context(), tx, actions.AllCycles)
			if err != nil {
				return err
			}
			all, _ := judge().History(s, s.Credentials[0])
			after = s.ToProve(all[0])
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		asked := d.Numbers()
		if len(after) != len(asked) || len(after) < len(before) || !margin && !cmp.Equal(before, after) {
			rt.Fatalf("margin %v, %d declared; before %v, after %v", margin, len(asked), before, after)
		}
		if d.Counted != 800 || (d.Margin() > 0) && !margin {
			rt.Fatalf("%s counted, margin %s", d.Counted, d.Margin())
		}
	})
}
