package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

// Validate may refuse NUL, but what another program wrote is read whole.
func TestCreditsWithNUL(t *testing.T) {
	db := empty(t)
	c := add(t, db, sample(t))
	c.Title = "before\x00after\x00"
	if _, err := db.SQL().Exec("UPDATE credit SET title = ?", c.Title); err != nil {
		t.Fatal(err)
	}
	equal(t, []ledger.Credit{c}, credits(t, db))
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

// What is added, and then changed, is read as it is, and known so.
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
			need(t, attempt(context.Background(), db, write))
			err := db.View(context.Background(), func(tx *store.Tx) error {
				got, err := tx.Credit(context.Background(), c.ID)
				if err != nil {
					return err
				}
				equal(t, c, got)
				all, err := tx.Known(context.Background())
				equal(t, ledger.Known{Credit: c}, all[len(all)-1])
				return err
			})
			need(t, err)
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
		var topics []ledger.CreditTopic
		for text := range strings.FieldsFuncSeq(c.topics, func(r rune) bool { return r == ';' }) {
			topic, err := ledger.Vocabulary(nil).ParseCreditTopic(text)
			need(t, err)
			topics = append(topics, topic)
		}
		credit := sample(t)
		credit.Date, credit.Title, credit.Provider, credit.Topics = date(t, c.date), c.title, c.provider, topics
		add(t, db, credit)
	}
	update(t, db, func(tx *store.Tx) error { return tx.RemoveCredit(t.Context(), 5) })
	all := credits(t, db)
	var titles []string
	for _, c := range all {
		titles = append(titles, c.Title)
	}
	equal(t, "b a c d", strings.Join(titles, " ")) // by date and then by number
	equal(t, []ledger.CreditTopic{{Topic: "chemistry", Limit: 50}, {Topic: "safety"}}, all[0].Topics)
}

func TestCreditsRefused(t *testing.T) {
	db := empty(t)
	c := add(t, db, sample(t))
	empty, binary, unknown, gone := sample(t), sample(t), c, add(t, db, sample(t))
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
		{"merge one into itself", merge(c.ID, c.ID), "refused what was to be written"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { refused(t, db, tt.do, tt.want) })
	}
	equal(t, []ledger.Credit{c}, credits(t, db))
}

// Many credits at once are as many one by one.
func TestAddCredits(t *testing.T) {
	db := empty(t)
	first := add(t, db, sample(t))
	all := make([]ledger.Credit, 201)
	for i := range all {
		all[i] = sample(t)
		all[i].Title = fmt.Sprintf("number %d", i)
		if i%3 == 0 {
			all[i].Topics = nil
		}
	}
	update(t, db, func(tx *store.Tx) error { return tx.AddCredits(t.Context(), pointers(all)) })
	equal(t, []string{fmt.Sprintf("%d %d", len(all), len(all)-(len(all)+2)/3)}, rows(t, db, `SELECT sum(record = 'credit') || ' ' || sum(record = 'credit_topic')
		FROM change WHERE entry = 2 AND before IS NULL`))
	seen := map[string]bool{first.UID: true}
	for i, c := range all {
		if c.ID != first.ID+int64(i)+1 || len(c.UID) != 32 || seen[c.UID] {
			t.Fatalf("credit %d has ID %d and UID %q", i, c.ID, c.UID)
		}
		seen[c.UID] = true
	}
	equal(t, append([]ledger.Credit{first}, all...), credits(t, db))
	equal(t, first.ID+int64(len(all))+1, add(t, db, sample(t)).ID)

	wrong := []ledger.Credit{sample(t), sample(t)}
	wrong[1].Title = ""
	if err := attempt(t.Context(), db, func(tx *store.Tx) error { return tx.AddCredits(t.Context(), pointers(wrong)) }); err == nil {
		t.Error("a credit without a title was added")
	}
	// Also behind one that failed everything is in the log.
	execute(t, db, "DELETE FROM credit WHERE id > 2")
	update(t, db, func(tx *store.Tx) error { return tx.AddCredits(t.Context(), pointers(all[1:2])) })
	before := keptRows(t, db)
	add(t, db, sample(t))
	takeBack(t, db, int64(len(entries(t, db))))
	equal(t, before, keptRows(t, db))
}

func pointers(all []ledger.Credit) []*ledger.Credit {
	p := make([]*ledger.Credit, len(all))
	for i := range all {
		p[i] = &all[i]
	}
	return p
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
		equal(t, []ledger.Credit{c}, credits(t, db))
		var written int
		need(t, db.SQL().QueryRow("SELECT count(*) FROM written").Scan(&written))
		equal(t, tt.want, written)
	}
}

// A transaction reads again what it has changed since it read.
func TestCreditsReadAgain(t *testing.T) {
	db := empty(t)
	first, second := sample(t), sample(t)
	first.Title, second.Points = "First", 50
	one, two, three := add(t, db, first), add(t, db, second), add(t, db, sample(t))
	update(t, db, func(tx *store.Tx) error {
		before, err := tx.Credits(t.Context())
		need(t, err)
		equal(t, []ledger.Credit{one, two, three}, before)
		for _, change := range []func() error{
			func() error { return nil },
			func() error { four := sample(t); return tx.AddCredit(t.Context(), &four) },
			func() error { one.Date += 40; return tx.UpdateCredit(t.Context(), one) },
			func() error { one.Date -= 80; return tx.UpdateCredit(t.Context(), one) },
			func() error { two.Topics = nil; return tx.UpdateCredit(t.Context(), two) },
			func() error { return tx.RemoveCredit(t.Context(), two.ID) },
			func() error { _, err := tx.RestoreCredit(t.Context(), two.UID); return err },
			func() error { return tx.KeepApart(t.Context(), one.ID, three.ID) },
			func() error { return tx.MergeCredit(t.Context(), three.ID, one.ID) },
			func() error { return tx.Exec(t.Context(), `UPDATE credit SET removed = 1`) },
			func() error { _, err := tx.RestoreCredit(t.Context(), one.UID); return err },
		} {
			need(t, change())
			got, err := tx.Credits(t.Context())
			need(t, err)
			want, err := tx.Afresh(t.Context())
			need(t, err)
			equal(t, want, got)
		}
		return nil
	})
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
	equal(t, []ledger.Credit{twice}, credits(t, db))
	equal(t, 0, len(allocations(t, db)))
	equal(t, []ledger.Known{{Credit: c, Removed: true}, {Credit: twice}}, known(t, db))

	update(t, db, func(tx *store.Tx) error {
		got, err := tx.RestoreCredit(t.Context(), c.UID)
		equal(t, c, got)
		return err
	})
	equal(t, []ledger.Credit{c, twice}, credits(t, db))
	equal(t, []ledger.Known{{Credit: c}, {Credit: twice}}, known(t, db))
}

// known returns what the ledger knows.
func known(tb testing.TB, db *store.DB) (all []ledger.Known) {
	tb.Helper()
	view(tb, db, func(tx *store.Tx) (err error) {
		all, err = tx.Known(context.Background())
		return err
	})
	return all
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
					_, err := tx.Credits(t.Context())
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

// imported returns credits that came by one import, and that one's ID.
func imported(t *testing.T, db *store.DB, n int) []ledger.Credit {
	t.Helper()
	all := make([]ledger.Credit, n)
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
	return all
}

// What was merged stays known, with what it was merged into: the last of them,
// until it is restored.
func TestMergeCredit(t *testing.T) {
	db := empty(t)
	all := imported(t, db, 4)
	update(t, db, func(tx *store.Tx) error {
		return errors.Join(tx.MergeCredit(t.Context(), 3, 2), tx.MergeCredit(t.Context(), 2, 1))
	})
	merged := func() (into []int64) {
		for _, k := range known(t, db) {
			if into = append(into, k.MergedInto); k.Removed != (k.MergedInto > 0) {
				t.Errorf("credit %d: removed: %v, merged into %d", k.Credit.ID, k.Removed, k.MergedInto)
			}
		}
		return into
	}
	equal(t, []int64{0, 1, 1, 0}, merged())
	equal(t, []ledger.Credit{all[0], all[3]}, credits(t, db))
	equal(t, []string{"1", "4"}, rows(t, db, "SELECT id FROM credits ORDER BY id"))
	for range 2 { // the second time there is nothing to do
		update(t, db, func(tx *store.Tx) error {
			_, err := tx.RestoreCredit(t.Context(), all[1].UID)
			return err
		})
		equal(t, []int64{0, 0, 1, 0}, merged())
	}
}

// What an imported credit was before it was edited stays known, each form once;
// of one that was typed it does not. It does where a file found it.
func TestForms(t *testing.T) {
	db := empty(t)
	c := imported(t, db, 1)[0]
	typed := add(t, db, sample(t))
	was := ledger.Form{Date: c.Date, Title: c.Title, Provider: c.Provider, Points: c.Points, Reference: c.Reference, Imported: true}
	row := ledger.Form{Date: c.Date, Title: c.Title, Provider: "LabCE", Points: c.Points, Reference: "CE-7"}
	forms := func(edit func(*store.Tx) error) []ledger.Form {
		t.Helper()
		update(t, db, edit)
		all := known(t, db)
		equal(t, []ledger.Form(nil), all[1].Forms)
		return all[0].Forms
	}
	set := func(c ledger.Credit, title string) func(*store.Tx) error {
		return func(tx *store.Tx) error {
			c.Title, typed.Title = title, title
			return errors.Join(tx.UpdateCredit(t.Context(), c), tx.UpdateCredit(t.Context(), typed))
		}
	}
	noted := c
	noted.Note, noted.Topics = "a note", nil
	equal(t, []ledger.Form(nil), forms(set(noted, c.Title)))
	equal(t, []ledger.Form{was}, forms(set(c, "another")))
	remember := func(f ledger.Form) func(*store.Tx) error {
		return func(tx *store.Tx) error { return tx.AddForm(t.Context(), c.ID, f) }
	}
	again := was
	again.Imported = false
	equal(t, []ledger.Form{was}, forms(remember(again)))
	equal(t, []ledger.Form{was, row}, forms(remember(row)))
	another := was
	another.Title = "another"
	equal(t, []ledger.Form{another, was, row}, forms(set(c, was.Title)))
	row.Imported = true
	equal(t, []ledger.Form{another, was, row}, forms(remember(row)))
	update(t, db, func(tx *store.Tx) error { return tx.AddForm(t.Context(), typed.ID, row) })
	typed.Title = "found by a file"
	update(t, db, func(tx *store.Tx) error { return tx.UpdateCredit(t.Context(), typed) })
	if forms := known(t, db)[1].Forms; len(forms) != 2 || !forms[0].Imported {
		t.Errorf("forms of a credit that a file found, edited: %+v", forms)
	}
	if err := attempt(t.Context(), db, func(tx *store.Tx) error { return tx.AddForm(t.Context(), 99, row) }); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("AddForm() = %v", err)
	}
}

// Pairs that were kept apart go along when one of them is merged.
func TestApart(t *testing.T) {
	db := empty(t)
	imported(t, db, 5)
	apart := func(do func(*store.Tx) error) (pairs [][2]int64) {
		t.Helper()
		update(t, db, do)
		view(t, db, func(tx *store.Tx) (err error) {
			pairs, err = tx.Apart(t.Context())
			return err
		})
		return pairs
	}
	keep := func(tx *store.Tx) error {
		return errors.Join(tx.KeepApart(t.Context(), 2, 1), tx.KeepApart(t.Context(), 1, 2),
			tx.KeepApart(t.Context(), 2, 3), tx.KeepApart(t.Context(), 3, 4), tx.KeepApart(t.Context(), 5, 2))
	}
	merge := func(tx *store.Tx) error { return tx.MergeCredit(t.Context(), 2, 3) }
	equal(t, [][2]int64{{1, 2}, {2, 3}, {2, 5}, {3, 4}}, apart(keep))
	equal(t, [][2]int64{{1, 3}, {3, 4}, {3, 5}}, apart(merge))
	for _, pair := range [][2]int64{{1, 99}, {4, 4}} {
		err := attempt(t.Context(), db, func(tx *store.Tx) error { return tx.KeepApart(t.Context(), pair[0], pair[1]) })
		if err == nil || errors.Is(err, store.ErrNotFound) != (pair[1] == 99) {
			t.Errorf("KeepApart(%v) = %v", pair, err)
		}
	}
}

// What was seen of a portal last is known of each credit, and goes along when one is merged.
func TestPortals(t *testing.T) {
	db := empty(t)
	imported(t, db, 3)
	early, late := date(t, "2026-11-20"), date(t, "2026-11-21")
	found := func(do func(*store.Tx) error) (all ledger.Portals) {
		t.Helper()
		update(t, db, do)
		view(t, db, func(tx *store.Tx) (err error) {
			all, err = tx.Portals(t.Context())
			return err
		})
		return all
	}
	reconcile := func(body string, on ledger.Date, is bool, ids ...int64) func(tx *store.Tx) error {
		return func(tx *store.Tx) error { return tx.SeenPortal(t.Context(), body, on, is, ids) }
	}
	equal(t, ledger.Portals{"ascp": {0: early}}, found(reconcile("ascp", early, false, 2, 3)))
	equal(t, ledger.Portals{"ascp": {0: early, 1: early, 2: early}}, found(reconcile("ascp", early, true, 1, 2)))
	equal(t, ledger.Portals{"ascp": {0: late, 1: early}}, found(reconcile("ascp", late, false, 2)))
	equal(t, ledger.Portals{"ascp": {0: late, 1: early, 2: late}}, found(reconcile("ascp", late, true, 2)))
	equal(t, ledger.Portals{"ascp": {0: late, 1: early, 2: late}, "fl": {0: late}}, found(reconcile("fl", late, true)))
	equal(t, ledger.Portals{"ascp": {0: late, 1: early, 3: late}, "fl": {0: late}},
		found(func(tx *store.Tx) error { return tx.MergeCredit(t.Context(), 2, 3) }))
	equal(t, ledger.Portals{"ascp": {0: late, 1: early}, "fl": {0: late}}, found(reconcile("ascp", late, false, 3)))
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
	takeBack(t, db, 6)
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

// numbers returns the numbers of credits.
func TestProviders(t *testing.T) {
	db := empty(t)
	for _, provider := range []string{"Labce", "ASCP", "", "AABB", "ASCP", "LabCE", "ASCP"} {
		c := sample(t)
		c.Provider = provider
		add(t, db, c)
	}
	view(t, db, func(tx *store.Tx) error {
		got, err := tx.Providers(t.Context())
		equal(t, []string{"ASCP", "LabCE", "AABB"}, got)
		return err
	})
}

// An import is kept, and the credits that it brought name it for ever.
func TestImport(t *testing.T) {
	db := empty(t)
	i := ledger.Import{File: "labce.csv", Date: date(t, "2026-11-21")}
	typed, imported := sample(t), sample(t)
	update(t, db, func(tx *store.Tx) error {
		err := tx.AddImport(t.Context(), &i)
		imported.Import = i.ID
		return errors.Join(err, tx.AddCredit(t.Context(), &typed), tx.AddCredit(t.Context(), &imported))
	})
	update(t, db, func(tx *store.Tx) error {
		got, err := tx.Import(t.Context(), i.ID)
		equal(t, i, got)
		imported.Note = "changed"
		return errors.Join(err, tx.UpdateCredit(t.Context(), imported))
	})
	update(t, db, func(tx *store.Tx) error {
		all, err := tx.Credits(t.Context())
		equal(t, []ledger.Credit{typed, imported}, all)
		_, missing := tx.Import(t.Context(), 99)
		equal(t, true, errors.Is(missing, store.ErrNotFound))
		return err
	})
}

// Two cycles of a credential are never open at once.
func TestOneOpenCycle(t *testing.T) {
	db := empty(t)
	mls := hold(t, db, credential(t, "ascp", "MLS"))
	err := attempt(t.Context(), db, func(tx *store.Tx) error {
		return tx.AddCycle(t.Context(), mls.ID, &ledger.Cycle{First: date(t, "2030-01-01"), Last: date(t, "2032-12-31")})
	})
	if err == nil {
		t.Error("a second open cycle was added")
	}
}
