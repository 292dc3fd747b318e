package store_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

func TestCreditRoundTrip(t *testing.T) {
	db := empty(t)
	texts := map[string]string{
		"plain":              "Chemical hygiene",
		"quotes":             `it's "quoted" -- ;DROP TABLE credit`,
		"lines":              "one\ntwo\r\nthree\ttab",
		"control characters": "\x01\x1b[31m\x7f",
		"emoji":              "👩🏽‍🔬 Ünïcode ᶜᵐ",
		"question marks":     "? ?1 :a $b @c %s",
		"a megabyte":         strings.Repeat("0123456789abcdef", 1<<16),
		"looks like a date":  "2026-03-09 10:00:00",
		"looks like points":  "1.50",
	}
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			c := sample(t)
			c.Title, c.Provider, c.Reference, c.URL, c.Note = text, text, text, text, text
			c = add(t, db, c)
			view(t, db, func(tx *store.Tx) error {
				got, err := tx.Credit(t.Context(), c.ID)
				equal(t, c, got)
				return err
			})
		})
	}
}

// Validate may refuse NUL, but what another program wrote is read whole.
func TestCreditsWithNUL(t *testing.T) {
	db := empty(t)
	c := add(t, db, sample(t))
	c.Title = "before\x00after\x00"
	if _, err := db.SQL().Exec("UPDATE credit SET title = ?", c.Title); err != nil {
		t.Fatal(err)
	}
	equal(t, []ledger.Credit{c}, credits(t, db, store.CreditFilter{Provider: "ASCP"}))
}

// anyCredit draws a credit that is valid.
func anyCredit(t *rapid.T) ledger.Credit {
	text := rapid.OneOf(rapid.StringOf(rapid.Rune().Filter(func(r rune) bool { return r != 0 })),
		rapid.SampledFrom([]string{"", "ASCP", "ascp "}))
	limit := rapid.OneOf(rapid.Just(ledger.Points(0)), rapid.Map(rapid.IntRange(1, 999999), func(n int) ledger.Points {
		return ledger.Points(n)
	}))
	c := ledger.Credit{
		Date:      ledger.Date(rapid.IntRange(1, 3652059).Draw(t, "date")),
		Title:     "T" + text.Draw(t, "title"),
		Provider:  text.Draw(t, "provider"),
		Points:    ledger.Points(rapid.IntRange(1, 999999).Draw(t, "points")),
		Activity:  rapid.SampledFrom(ledger.Activities()).Draw(t, "activity"),
		Reference: text.Draw(t, "reference"),
		URL:       text.Draw(t, "url"),
		Note:      text.Draw(t, "note"),
	}
	for _, topic := range rapid.SliceOfNDistinct(rapid.SampledFrom(ledger.Topics()), 0, 4, rapid.ID[ledger.Topic]).Draw(t, "topics") {
		c.Topics = append(c.Topics, ledger.CreditTopic{Topic: topic, Limit: limit.Draw(t, "limit")})
	}
	return c
}

// What is added, and then changed, is read as it is, and known by its
// identity.
func TestCreditProperty(t *testing.T) {
	db := empty(t)
	rapid.Check(t, func(t *rapid.T) {
		c := anyCredit(t)
		changed := anyCredit(t)
		for _, write := range []func(*store.Tx) error{
			func(tx *store.Tx) error { return tx.AddCredit(context.Background(), &c) },
			func(tx *store.Tx) error {
				changed.ID, changed.UID = c.ID, c.UID
				c = changed
				return tx.UpdateCredit(context.Background(), c)
			},
		} {
			if err := attempt(context.Background(), db, write); err != nil {
				t.Fatal(err)
			}
			err := db.View(context.Background(), func(tx *store.Tx) error {
				got, err := tx.Credit(context.Background(), c.ID)
				if err != nil {
					return err
				}
				equal(t, c, got)
				known, err := tx.Known(context.Background(), []string{c.Identity()})
				all := known[c.Identity()]
				if err == nil && len(all) == 0 {
					t.Fatal("not known")
				}
				equal(t, ledger.Known{Credit: told(c)}, all[len(all)-1])
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestCredits(t *testing.T) {
	db := empty(t)
	for _, c := range []struct {
		date, title, provider string
		topics                string
	}{
		{"2026-03-09", "a", "ASCP", "safety"},
		{"2026-03-08", "b", "LabCE (MediaLab)", "chemistry=0.5;safety"},
		{"2026-03-09", "c", "Universität Graz", ""},
		{"2026-03-10", "d", "", "chemistry"},
		{"2026-03-07", "removed", "ASCP", "chemistry"},
	} {
		topics, err := ledger.Vocabulary(nil).ParseCreditTopics(c.topics)
		if err != nil {
			t.Fatal(err)
		}
		credit := sample(t)
		credit.Date, credit.Title, credit.Provider, credit.Topics = date(t, c.date), c.title, c.provider, topics
		add(t, db, credit)
	}
	update(t, db, func(tx *store.Tx) error { return tx.RemoveCredit(t.Context(), 5) })
	tests := []struct {
		name   string
		filter store.CreditFilter
		want   string
	}{
		{"all, by date and then by number", store.CreditFilter{}, "b a c d"},
		{"topic, also as the second", store.CreditFilter{Topic: "safety"}, "b a"},
		{"topic of none", store.CreditFilter{Topic: "ethics"}, ""},
		{"no topic", store.CreditFilter{NoTopic: true}, "c"},
		{"a topic and none", store.CreditFilter{Topic: "safety", NoTopic: true}, ""},
		{"since a day, included", store.CreditFilter{Since: date(t, "2026-03-09")}, "a c d"},
		{"since the day after", store.CreditFilter{Since: date(t, "2026-03-10")}, "d"},
		{"until a day, included", store.CreditFilter{Until: date(t, "2026-03-09")}, "b a c"},
		{"until the day before", store.CreditFilter{Until: date(t, "2026-03-08")}, "b"},
		{"one day", store.CreditFilter{Since: date(t, "2026-03-09"), Until: date(t, "2026-03-09")}, "a c"},
		{"part of the provider in another case", store.CreditFilter{Provider: "lAB"}, "b"},
		{"provider beyond ASCII", store.CreditFilter{Provider: "universität"}, "c"},
		{"provider with a wildcard", store.CreditFilter{Provider: "%"}, ""},
		{"topic and provider", store.CreditFilter{Topic: "safety", Provider: "ascp"}, "a"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var titles []string
			for _, c := range credits(t, db, tt.filter) {
				titles = append(titles, c.Title)
			}
			equal(t, tt.want, strings.Join(titles, " "))
		})
	}
	equal(t, []ledger.CreditTopic{{Topic: "chemistry", Limit: 50}, {Topic: "safety"}},
		credits(t, db, store.CreditFilter{Topic: "safety"})[0].Topics)
}

func TestCreditsInOrder(t *testing.T) {
	db := empty(t)
	fill(t, db, 3000) // three on a day
	all := credits(t, db, store.CreditFilter{})
	for i, c := range all[1:] {
		if before := all[i]; before.Date > c.Date || before.Date == c.Date && before.ID > c.ID {
			t.Errorf("credit %d of %s comes before %d of %s", before.ID, before.Date, c.ID, c.Date)
		}
	}
}

func TestCreditsRefused(t *testing.T) {
	db := empty(t)
	c := add(t, db, sample(t))
	same, empty, binary, unknown, gone := sample(t), sample(t), sample(t), c, add(t, db, sample(t))
	same.UID = c.UID
	empty.Title = " "
	binary.Note = "\xff"
	unknown.ID = 99
	update(t, db, func(tx *store.Tx) error { return tx.RemoveCredit(t.Context(), gone.ID) })
	get := func(id int64) func(*store.Tx) error {
		return func(tx *store.Tx) error { _, err := tx.Credit(t.Context(), id); return err }
	}
	restore := func(uid string) func(*store.Tx) error {
		return func(tx *store.Tx) error { _, err := tx.RestoreCredit(t.Context(), uid); return err }
	}
	merge := func(id, into int64) func(*store.Tx) error {
		return func(tx *store.Tx) error { return tx.MergeCredit(t.Context(), id, into) }
	}
	tests := []struct {
		name string
		do   func(*store.Tx) error
		want string
	}{
		{"UID that is taken", func(tx *store.Tx) error { return tx.AddCredit(t.Context(), &same) },
			"credit with uid " + c.UID + ": is in the ledger, or was removed from it"},
		{"no title", func(tx *store.Tx) error { return tx.AddCredit(t.Context(), &empty) },
			"title: must not be empty"},
		{"bytes that are no text", func(tx *store.Tx) error { return tx.AddCredit(t.Context(), &binary) },
			"note: is not valid UTF-8 text"},
		{"update to no title", func(tx *store.Tx) error { return tx.UpdateCredit(t.Context(), empty) },
			"title: must not be empty"},
		{"read none", get(99), "credit 99: not found"},
		{"read a removed one", get(gone.ID), "credit 2: not found"},
		{"update none", func(tx *store.Tx) error { return tx.UpdateCredit(t.Context(), unknown) }, "credit 99: not found"},
		{"update a removed one", func(tx *store.Tx) error { return tx.UpdateCredit(t.Context(), gone) }, "credit 2: not found"},
		{"remove none", func(tx *store.Tx) error { return tx.RemoveCredit(t.Context(), 99) }, "credit 99: not found"},
		{"remove a removed one", func(tx *store.Tx) error { return tx.RemoveCredit(t.Context(), gone.ID) }, "credit 2: not found"},
		{"restore none", restore("x"), "removed credit x: not found"},
		{"merge none", merge(99, c.ID), "credit 99: not found"},
		{"merge a removed one", merge(gone.ID, c.ID), "credit 2: not found"},
		{"merge one into itself", merge(c.ID, c.ID), "merge credit 1 into credit 1: constraint failed: " +
			"CHECK constraint failed: merged_into IS NULL OR removed AND merged_into <> id (275)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { refused(t, db, tt.do, tt.want) })
	}
	equal(t, []ledger.Credit{c}, credits(t, db, store.CreditFilter{}))
}

// Many credits at once are as many one by one.
func TestAddCredits(t *testing.T) {
	db := empty(t)
	first := add(t, db, sample(t))
	all := make([]ledger.Credit, 2*store.RowsAtOnce+1)
	for i := range all {
		all[i] = sample(t)
		all[i].Title = fmt.Sprintf("number %d", i)
		if i%3 == 0 {
			all[i].Topics = nil
		}
	}
	update(t, db, func(tx *store.Tx) error { return addAll(t.Context(), tx, pointers(all)) })
	equal(t, []string{fmt.Sprintf("%d %d", len(all), len(all)-(len(all)+2)/3)}, rows(t, db, `SELECT sum(record = 'credit') || ' ' || sum(record = 'credit_topic')
		FROM change WHERE entry = 2 AND before IS NULL`))
	seen := map[string]bool{first.UID: true}
	for i, c := range all {
		if c.ID != first.ID+int64(i)+1 || len(c.UID) != 32 || seen[c.UID] {
			t.Fatalf("credit %d has ID %d and UID %q", i, c.ID, c.UID)
		}
		seen[c.UID] = true
	}
	equal(t, append([]ledger.Credit{first}, all...), credits(t, db, store.CreditFilter{}))
	equal(t, first.ID+int64(len(all))+1, add(t, db, sample(t)).ID)

	wrong := []ledger.Credit{sample(t), sample(t)}
	wrong[1].Title = ""
	if err := attempt(t.Context(), db, func(tx *store.Tx) error { return addAll(t.Context(), tx, pointers(wrong)) }); err == nil {
		t.Error("a credit without a title was added")
	}
	// Also behind one that failed everything is in the log.
	execute(t, db, "DELETE FROM credit WHERE id > 2")
	update(t, db, func(tx *store.Tx) error { return addAll(t.Context(), tx, pointers(all[1:2])) })
	before := keptRows(t, db)
	add(t, db, sample(t))
	takeBack(t, db, int64(len(entries(t, db))))
	equal(t, before, keptRows(t, db))
}

func addAll(ctx context.Context, tx *store.Tx, all []*ledger.Credit) error {
	identities := make([]string, len(all))
	for i, c := range all {
		identities[i] = c.Identity()
	}
	return tx.AddCredits(ctx, all, identities, func(int) {})
}

func pointers(all []ledger.Credit) []*ledger.Credit {
	p := make([]*ledger.Credit, len(all))
	for i := range all {
		p[i] = &all[i]
	}
	return p
}

func TestAddCreditTaken(t *testing.T) {
	db := empty(t)
	c := add(t, db, sample(t))
	err := attempt(t.Context(), db, func(tx *store.Tx) error { return tx.AddCredit(t.Context(), &c) })
	if !errors.Is(err, store.ErrTaken) {
		t.Errorf("AddCredit() = %v, want %v", err, store.ErrTaken)
	}
}

// Topics are written only where they changed, also in their order or limit.
func TestUpdateCreditTopics(t *testing.T) {
	db := empty(t)
	c := sample(t)
	c.Topics = []ledger.CreditTopic{{Topic: "safety"}, {Topic: "chemistry"}}
	c = add(t, db, c)
	run(t, db.SQL(), "CREATE TABLE written (topic TEXT)",
		"CREATE TRIGGER write AFTER INSERT ON credit_topic BEGIN INSERT INTO written VALUES (NEW.topic); END")
	for _, tt := range []struct {
		topics []ledger.CreditTopic
		want   int // rows written so far
	}{
		{c.Topics, 0},
		{[]ledger.CreditTopic{{Topic: "chemistry"}, {Topic: "safety"}}, 2},
		{[]ledger.CreditTopic{{Topic: "chemistry", Limit: 50}, {Topic: "safety"}}, 4},
		{nil, 4},
	} {
		c.Note, c.Topics = c.Note+".", tt.topics
		update(t, db, func(tx *store.Tx) error { return tx.UpdateCredit(t.Context(), c) })
		equal(t, []ledger.Credit{c}, credits(t, db, store.CreditFilter{}))
		var written int
		if err := db.SQL().QueryRow("SELECT count(*) FROM written").Scan(&written); err != nil {
			t.Fatal(err)
		}
		equal(t, tt.want, written)
	}
}

func TestCreditNumbersAreNotUsedTwice(t *testing.T) {
	db := empty(t)
	c := sample(t)
	c.UID = "given"
	equal(t, "given", add(t, db, c).UID)
	last := add(t, db, sample(t))
	run(t, db.SQL(), "DELETE FROM credit") // even where another program deletes
	equal(t, last.ID+1, add(t, db, sample(t)).ID)
}

func TestRemoveAndRestore(t *testing.T) {
	db := empty(t)
	held := hold(t, db, credential(t, "ascp", "MLS"))
	c := sample(t)
	c.Topics = []ledger.CreditTopic{{Topic: "safety", Limit: 50}, {Topic: "chemistry"}}
	c = add(t, db, c)
	twice := add(t, db, sample(t))
	allocate(t, db, ledger.Allocation{
		Credit: c.ID, Cycle: held.Cycles[0].ID, Requirement: "safety", Points: 50, By: ledger.ByHand,
	})

	update(t, db, func(tx *store.Tx) error { return tx.RemoveCredit(t.Context(), c.ID) })
	equal(t, []ledger.Credit{twice}, credits(t, db, store.CreditFilter{}))
	equal(t, 0, len(allocations(t, db)))
	equal(t, map[string][]ledger.Known{
		c.Identity(): {{Credit: told(c), Removed: true}, {Credit: told(twice)}},
	}, known(t, db, c.Identity(), "another", c.Identity()))

	update(t, db, func(tx *store.Tx) error {
		got, err := tx.RestoreCredit(t.Context(), c.UID)
		equal(t, c, got)
		return err
	})
	equal(t, []ledger.Credit{c, twice}, credits(t, db, store.CreditFilter{}))
	equal(t, map[string][]ledger.Known{
		c.Identity(): {{Credit: told(c)}, {Credit: told(twice)}},
	}, known(t, db, c.Identity()))
}

// told is what is known of a credit.
func told(c ledger.Credit) ledger.Credit {
	return ledger.Credit{ID: c.ID, UID: c.UID, Date: c.Date, Title: c.Title, Provider: c.Provider, Points: c.Points, Reference: c.Reference}
}

// known returns what is known under the identities, and nothing else.
func known(tb testing.TB, db *store.DB, identities ...string) (all map[string][]ledger.Known) {
	tb.Helper()
	view(tb, db, func(tx *store.Tx) (err error) {
		all, err = tx.Known(context.Background(), identities)
		return err
	})
	maps.DeleteFunc(all, func(identity string, _ []ledger.Known) bool { return !slices.Contains(identities, identity) })
	return all
}

// More identities than one statement may name.
func TestKnownMany(t *testing.T) {
	db := empty(t)
	fill(t, db, 1201)
	want := make(map[string][]ledger.Known)
	identities := []string{"none such"}
	for _, c := range credits(t, db, store.CreditFilter{}) {
		want[c.Identity()] = []ledger.Known{{Credit: told(c)}}
		identities = append(identities, c.Identity(), c.Identity())
	}
	equal(t, want, known(t, db, identities...))
	equal(t, map[string][]ledger.Known{}, known(t, db))
	fill(t, db, 3000) // so that those are few, and some are there twice
	clear(want)
	for _, c := range credits(t, db, store.CreditFilter{}) {
		if strings.HasPrefix(c.Title, "Coagulation cascade in practice, part 1") {
			want[c.Identity()] = append(want[c.Identity()], ledger.Known{Credit: told(c)})
		}
	}
	identities = slices.Collect(maps.Keys(want))
	equal(t, want, known(t, db, append(identities[:600:600], identities...)...))
}

// What another program wrote is not taken for what it is not.
func TestCreditsWrittenByOthers(t *testing.T) {
	tests := []struct{ name, set, want string }{
		{"day that the calendar lacks", "date = '2026-02-30'", "2026-02-30"},
		{"day of another form", "date = '03/09/2026'", ""},
		{"no points", "points = 0", ""},
		{"points as text", "points = '12 pts'", ""},
		{"no title", "title = ''", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			db := empty(t)
			add(t, db, sample(t))
			_, err := db.SQL().Exec("UPDATE credit SET " + tt.set)
			if err == nil {
				err = db.View(t.Context(), func(tx *store.Tx) error {
					_, err := tx.Credits(t.Context(), store.CreditFilter{})
					return err
				})
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error about %q", err, tt.want)
			}
			if errors.Is(err, store.ErrNotFound) {
				t.Errorf("%v: wraps ErrNotFound", err)
			}
		})
	}
}

// What was merged is known as the credit that it became, by all identities that
// it had, and so is what had been merged into it.
func TestMergeCredit(t *testing.T) {
	db := empty(t)
	var all [4]ledger.Credit
	update(t, db, func(tx *store.Tx) error {
		batch := ledger.Import{File: "labce.csv", Date: date(t, "2026-11-21")}
		errs := []error{tx.AddImport(t.Context(), &batch)}
		for i := range all {
			all[i] = sample(t)
			all[i].Title, all[i].Import = fmt.Sprint("number ", i+1), batch.ID
			errs = append(errs, tx.AddCredit(t.Context(), &all[i]))
		}
		return errors.Join(errs...)
	})
	one, was := all[0], all[2].Identity()
	all[2].Title = "corrected"
	update(t, db, func(tx *store.Tx) error {
		return errors.Join(tx.UpdateCredit(t.Context(), all[2]), tx.MergeCredit(t.Context(), 3, 2), tx.MergeCredit(t.Context(), 2, 1))
	})
	ids := []string{one.Identity(), all[1].Identity(), all[2].Identity(), was, all[3].Identity()}
	want := func(removed bool) map[string][]ledger.Known {
		return map[string][]ledger.Known{
			ids[0]: {{Credit: told(one), Removed: removed}},
			ids[1]: {{Credit: told(one), Removed: removed, Edited: true, Merged: 2}},
			ids[2]: {{Credit: told(one), Removed: removed, Edited: true, Merged: 3}},
			ids[3]: {{Credit: told(one), Removed: removed, Edited: true, Merged: 3}},
			ids[4]: {{Credit: told(all[3])}},
		}
	}
	equal(t, want(false), known(t, db, ids...))
	equal(t, map[string][]ledger.Known{was: want(false)[was]}, known(t, db, was))
	equal(t, []ledger.Credit{one, all[3]}, credits(t, db, store.CreditFilter{}))
	equal(t, []string{"1", "4"}, rows(t, db, "SELECT id FROM credits ORDER BY id"))

	update(t, db, func(tx *store.Tx) error { return tx.RemoveCredit(t.Context(), 1) })
	equal(t, want(true), known(t, db, ids...))
	for range 2 { // the second time there is nothing to do
		update(t, db, func(tx *store.Tx) error {
			_, err := tx.RestoreCredit(t.Context(), one.UID)
			return err
		})
		equal(t, want(false), known(t, db, ids...))
	}
	update(t, db, func(tx *store.Tx) error {
		_, err := tx.RestoreCredit(t.Context(), all[1].UID)
		return err
	})
	equal(t, []ledger.Known{{Credit: told(all[1])}}, known(t, db, ids[1])[ids[1]])
}

// What became of a removed credit: the entry that removed it last, or the
// credit that it was made one with.
func TestGone(t *testing.T) {
	db := empty(t)
	var ids []int64
	for range 4 {
		ids = append(ids, add(t, db, sample(t)).ID)
	}
	remove := func(tx *store.Tx) error { return tx.RemoveCredit(t.Context(), ids[0]) }
	changed := sample(t)
	changed.ID, changed.Title = ids[0], "Another"
	update(t, db, func(tx *store.Tx) error { return tx.UpdateCredit(t.Context(), changed) })
	update(t, db, remove) // entry 6
	gone := func(id int64) store.Gone {
		t.Helper()
		var g store.Gone
		view(t, db, func(tx *store.Tx) (err error) {
			g, err = tx.Gone(t.Context(), id)
			return err
		})
		return g
	}
	equal(t, store.Gone{By: 6}, gone(ids[0]))
	if _, err := db.TakeBack(t.Context(), func(tx *store.Tx) (ledger.Entry, error) { return tx.Entry(t.Context(), 6) }); err != nil {
		t.Fatal(err)
	}
	update(t, db, remove)
	equal(t, store.Gone{By: 8}, gone(ids[0]))
	update(t, db, func(tx *store.Tx) error { return tx.MergeCredit(t.Context(), ids[2], ids[1]) })
	update(t, db, func(tx *store.Tx) error { return tx.MergeCredit(t.Context(), ids[1], ids[3]) })
	equal(t, store.Gone{MergedInto: ids[3], By: 9}, gone(ids[2]))
	equal(t, store.Gone{MergedInto: ids[3], By: 10}, gone(ids[1]))
	for _, id := range []int64{ids[3], 99} {
		view(t, db, func(tx *store.Tx) error {
			if g, err := tx.Gone(t.Context(), id); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("credit %d: %+v, %v", id, g, err)
			}
			return nil
		})
	}
}
