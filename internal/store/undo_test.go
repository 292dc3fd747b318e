package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

// tryTakeBack takes back an entry, or says why it does not.
func tryTakeBack(ctx context.Context, db *store.DB, entry int64) (store.TakingBack, error) {
	return db.TakeBack(ctx, func(tx *store.Tx) (ledger.Entry, error) { return tx.Entry(ctx, entry) }, false, nil)
}

func takeBack(tb testing.TB, db *store.DB, entry int64) store.TakingBack {
	tb.Helper()
	t, err := tryTakeBack(tb.Context(), db, entry)
	if err != nil {
		tb.Fatalf("entry %d: %v", entry, err)
	}
	return t
}

// keptRows returns all rows of all tables that the log keeps.
func keptRows(t *testing.T, db *store.DB) []string {
	t.Helper()
	var queries []string
	for _, table := range recorded(t, db) {
		columns := strings.Join(rows(t, db, "SELECT 'quote(' || name || ')' FROM pragma_table_info('"+table+"') WHERE name NOT IN ('changed', 'past')"), ", ")
		queries = append(queries, "SELECT concat_ws(' ', '"+table+"', "+columns+") FROM "+table)
	}
	return rows(t, db, strings.Join(queries, " UNION ALL ")+" ORDER BY 1")
}

func checkForeignKeys(t *testing.T, db *store.DB) {
	t.Helper()
	equal(t, []string{"1"}, rows(t, db, "PRAGMA foreign_keys"))
	equal(t, []string(nil), rows(t, db, "SELECT parent FROM pragma_foreign_key_check"))
}

// What another program changed, past the log, is not overwritten where the log
// can tell.
func TestTakeBackAfterAnotherProgram(t *testing.T) {
	p := newPlay(t)
	p.title(1, "a")
	p.title(1, "b")
	p.undo(5)
	run(t, p.db.SQL(), "DROP TRIGGER temp.credit_updated", "UPDATE credit SET title = 'theirs' WHERE id = 1")
	_, err := tryTakeBack(t.Context(), p.db, 4)
	if err == nil || err.Error() != "entry 4: cannot be taken back: another program changed credit[1]" {
		t.Errorf("TakeBack() = %v", err)
	}
}

// To take back is an entry too, which is taken back in turn: by numbers, by
// the last that stands, by the last that took back.
func TestTakeBackToggles(t *testing.T) {
	p := newPlay(t)
	p.title(1, "a")
	p.title(2, "b")
	check := func(want string, standing, undo int64) {
		t.Helper()
		got := ""
		for _, e := range entries(t, p.db)[3:] {
			got += fmt.Sprintf("%d:%d,%d ", e.ID, e.Undoes, e.UndoneBy)
		}
		equal(t, want, got)
		view(t, p.db, func(tx *store.Tx) error {
			last, err := tx.LastStanding(t.Context())
			equal(t, standing, last.ID)
			if last, undone := tx.LastUndo(t.Context()); undo != 0 || !errors.Is(undone, store.ErrNotFound) {
				equal(t, undo, last.ID)
			}
			return err
		})
	}
	check("4:0,0 5:0,0 ", 5, 0)
	done := takeBack(t, p.db, 4)
	equal(t, []any{int64(4), false, int64(6)}, []any{done.Of.ID, done.Again, done.By.ID})
	check("4:0,6 5:0,0 6:4,0 ", 5, 6)
	done = takeBack(t, p.db, 6)
	equal(t, []any{int64(4), true, "brought back entry 4: a test"}, []any{done.Of.ID, done.Again, done.By.Summary})
	check("4:0,0 5:0,0 6:4,7 7:6,0 ", 5, 0)
	done = takeBack(t, p.db, 7)
	equal(t, []any{int64(4), false, "took back entry 4: a test"}, []any{done.Of.ID, done.Again, done.By.Summary})
	check("4:0,6 5:0,0 6:4,0 7:6,8 8:7,0 ", 5, 6)
	for _, taken := range []int64{4, 7} {
		_, err := tryTakeBack(t.Context(), p.db, taken)
		by := map[int64]int{4: 6, 7: 8}[taken]
		equal(t, fmt.Sprintf("entry %d: was undone already, by entry %d; to redo it: cmp undo %[2]d", taken, by), said(err))
	}
	takeBack(t, p.db, 5)
	check("4:0,6 5:0,9 6:4,0 7:6,8 8:7,0 9:5,0 ", 3, 9)
}

// What was done again and then taken back by its own entry is not taken back once more.
func TestTakeBackTheRedoOfWhatIsUndone(t *testing.T) {
	p := newPlay(t)
	p.remove(1)
	for _, entry := range []int64{4, 5, 4} {
		p.undo(entry)
	}
	p.remove(1)
	_, err := tryTakeBack(t.Context(), p.db, 6)
	equal(t, "entry 6: was undone already, by entry 7; to redo it: cmp undo 7", said(err))
	equal(t, []string{"2"}, rows(t, p.db, "SELECT id FROM credit WHERE NOT removed"))
}

// An entry of the log may be older than a column, or know one that is no more.
func TestTakeBackAcrossSchemas(t *testing.T) {
	tests := []struct{ name, migration, want string }{
		{"column added", "ALTER TABLE credit ADD COLUMN extra TEXT NOT NULL DEFAULT 'new'", "new"},
		{"column dropped", "DROP VIEW credits; ALTER TABLE credit DROP COLUMN note; ALTER TABLE credit ADD COLUMN note TEXT AS ('')", ""}, // computed: it is read, and not kept
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "ledger.db")
			db := open(t, path)
			add(t, db, sample(t))
			play{t, db}.title(1, "changed")
			execute(t, db, "DELETE FROM credit")
			need(t, db.Close())
			db, err := store.Later(tt.migration).Open(path, author)
			need(t, err)
			t.Cleanup(func() { db.Close() })
			takeBack(t, db, 3)
			equal(t, []string{"changed"}, rows(t, db, "SELECT title FROM credit"))
			if tt.want != "" {
				equal(t, []string{tt.want}, rows(t, db, "SELECT extra FROM credit"))
			}
			takeBack(t, db, 2)
			equal(t, []string{sample(t).Title}, rows(t, db, "SELECT title FROM credit"))
			takeBack(t, db, 5)
			equal(t, []string{"changed"}, rows(t, db, "SELECT title FROM credit"))
		})
	}
}

// Whatever text and number a record has comes back as it was.
func TestTakeBackAnyValue(t *testing.T) {
	texts := rapid.Map(rapid.OneOf(rapid.String(), rapid.StringMatching(`[\\"'{}\[\]:,/\x{2028}\x{1f9ea}\x00-\x1f]*`),
		rapid.SampledFrom([]string{"", "null", "1e999", strings.Repeat("long \"text\" ", 100_000)})),
		func(text string) string { return strings.ReplaceAll(strings.ToValidUTF8(text, "?"), "\x00", "") }) // no other gets in
	rapid.Check(t, func(r *rapid.T) {
		db, err := store.Empty(author)
		if err != nil {
			r.Fatal(err)
		}
		defer db.Close()
		run(t, db.SQL(), `CREATE TABLE thing (id INTEGER PRIMARY KEY, text TEXT, number INTEGER) STRICT`)
		value := func() string {
			text, number := texts.Draw(r, "text"), rapid.Int64().Draw(r, "number")
			return fmt.Sprintf("CAST(x'%x' AS TEXT), %d", text, number)
		}
		states := [][]string{keptRows(t, db)}
		for _, statement := range []string{
			"INSERT INTO thing VALUES (1, " + value() + "), (2, NULL, NULL)",
			"UPDATE thing SET (text, number) = (SELECT " + value() + ")",
			"DELETE FROM thing",
		} {
			execute(t, db, statement)
			states = append(states, keptRows(t, db))
		}
		last := int64(len(entries(t, db)))
		for e := last; e > 0; e-- {
			takeBack(t, db, e)
			equal(r, states[e-1], keptRows(t, db))
		}
	})
}

// What the log says of a record is put back only where commands can read it. Where it is no record
// at all, doctor says so before.
func TestTakeBackFromADamagedLog(t *testing.T) {
	for harm, isFound := range map[string]bool{
		`before = '[]'`: true, `before = '5'`: true, `before = '"x"'`: true, `before = '{}'`: true, `before = 'null'`: true, `before = '{"id":9}'`: true,
		`record = 'entry'`: true, `record = 'credits'`: true, `record = 'alias'`: true, `record = 'sqlite_sequence'`: true, `key = '5'`: true, `key = '{'`: true,
		`before = json_set(before, '$.points', 'x')`: false, `before = json_set(before, '$.uid', '')`: false, `before = json_set(before, '$.title', NULL)`: false,
		`before = json_set(before, '$.title', 'y' || char(0) || 'z')`: false, `before = replace(before, 'Sepsis', '\ud800')`: false,
		`before = json_set(before, '$.date', '2024-02-31')`: false, `before = json_set(before, '$.activity', 'nonsense')`: false,
		`before = json_set(before, '$.points', 100000000)`: false,
	} {
		t.Run(harm, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "ledger.db")
			db := open(t, path)
			c := add(t, db, sample(t))
			c.Title = "Sepsis"
			update(t, db, func(tx *store.Tx) error { return tx.UpdateCredit(t.Context(), c) })
			c.Title = "Sepsis 2"
			update(t, db, func(tx *store.Tx) error { return tx.UpdateCredit(t.Context(), c) })
			run(t, db.SQL(), "UPDATE change SET "+harm+" WHERE id = (SELECT max(id) FROM change WHERE record = 'credit')")
			equal(t, isFound, isWrong(store.Examine(t.Context(), path)))
			_, err := tryTakeBack(t.Context(), db, 3)
			if err == nil {
				t.Fatal("it was taken back")
			}
			for _, bad := range []string{"constraint", "json", "SQL", "syntax"} {
				if strings.Contains(err.Error(), bad) {
					t.Errorf("%q in %v", bad, err)
				}
			}
			equal(t, "Sepsis 2", credits(t, db)[0].Title)
			t.Log(said(err))
		})
	}
}

// References hold again afterwards, whatever happened.
func TestTakeBackKeepsForeignKeys(t *testing.T) {
	p := newPlay(t)
	stop := errors.New("stop")
	ctx, cancel := context.WithCancel(t.Context())
	for _, meanwhile := range []func(){func() {}, cancel} {
		_, err := p.db.TakeBack(ctx, func(*store.Tx) (ledger.Entry, error) {
			meanwhile()
			return ledger.Entry{}, stop
		}, false, nil)
		if !errors.Is(err, stop) {
			t.Errorf("TakeBack() = %v, want %v", err, stop)
		}
		checkForeignKeys(t, p.db)
	}
	p.undo(3)
	checkForeignKeys(t, p.db)
}

// A play is what a test writes into a ledger, by number of entry.
type play struct {
	*testing.T
	db *store.DB
}

// The play has a credential with two cycles, entry 1, and two credits of one
// point each, entries 2 and 3.
func newPlay(t *testing.T) play {
	t.Helper()
	db := empty(t)
	c := credential(t, "ascp", "MLS")
	c.Cycles = []ledger.Cycle{
		{First: date(t, "2021-04-01"), Last: date(t, "2024-03-31"), Closed: true},
		{First: date(t, "2024-04-01"), Last: date(t, "2027-03-31")},
	}
	hold(t, db, c)
	p := play{t, db}
	p.addCredit()
	p.addCredit()
	return p
}

func (p play) addCredit() {
	c := sample(p)
	c.Topics = nil
	add(p, p.db, c)
}

func (p play) edit(credit int64, change func(*ledger.Credit)) {
	p.Helper()
	update(p, p.db, func(tx *store.Tx) error {
		c, err := tx.Credit(p.Context(), credit)
		if err != nil {
			return err
		}
		change(&c)
		return tx.UpdateCredit(p.Context(), c)
	})
}

func (p play) title(credit int64, title string) {
	p.Helper()
	p.edit(credit, func(c *ledger.Credit) { c.Title = title })
}

func (p play) points(credit int64, points ledger.Points) {
	p.Helper()
	p.edit(credit, func(c *ledger.Credit) { c.Points = points })
}

func (p play) topic(credit int64) {
	p.Helper()
	p.edit(credit, func(c *ledger.Credit) { c.Topics = []ledger.CreditTopic{{Topic: "safety"}} })
}

// allocate gives points of a credit to a requirement of the second cycle.
func (p play) allocate(credit int64, to ledger.Requirement, points ledger.Points) {
	p.Helper()
	allocate(p, p.db, ledger.Allocation{Credit: credit, Cycle: 2, Requirement: to, Points: points, By: ledger.ByHand})
}

// auto is allocate by the program.
func (p play) auto(credit int64, to ledger.Requirement, points ledger.Points) {
	p.Helper()
	allocate(p, p.db, ledger.Allocation{Credit: credit, Cycle: 2, Requirement: to, Points: points, By: ledger.ByAuto})
}

func (p play) voluntary(is bool) {
	p.Helper()
	update(p, p.db, func(tx *store.Tx) error {
		return tx.UpdateCredential(p.Context(), ledger.Credential{ID: 1, Voluntary: is})
	})
}

func (p play) keep(a, b int64) {
	p.Helper()
	update(p, p.db, func(tx *store.Tx) error { return tx.KeepApart(p.Context(), a, b) })
}

// reconcile finds credits in a portal, or misses them.
func (p play) reconcile(on string, found bool, credits ...int64) {
	p.Helper()
	update(p, p.db, func(tx *store.Tx) error { return tx.SeenPortal(p.Context(), "ascp", date(p, on), found, credits) })
}

func (p play) removeCredential(id int64) {
	p.Helper()
	update(p, p.db, func(tx *store.Tx) error { return tx.RemoveCredential(p.Context(), id) })
}

func (p play) declare() {
	p.Helper()
	c := sample(p)
	c.ID = 1
	d := declaration(p, 2, c)
	update(p, p.db, func(tx *store.Tx) error { return tx.AddDeclaration(p.Context(), &d) })
}

// cycle changes the last day of the second cycle, "" for no days, and whether it
// is closed.
func (p play) cycle(last string, closed bool) {
	p.Helper()
	c := ledger.Cycle{ID: 2, Closed: closed}
	if last != "" {
		c.First, c.Last = date(p, "2024-04-01"), date(p, last)
	}
	update(p, p.db, func(tx *store.Tx) error { return tx.UpdateCycle(p.Context(), c) })
}

// imports adds a credit of its own date, twice, in one entry.
func (p play) imports() {
	p.Helper()
	update(p, p.db, func(tx *store.Tx) error {
		i := ledger.Import{File: "labce.csv", Date: date(p, "2026-03-09")}
		errs := []error{tx.AddImport(p.Context(), &i)}
		for range 2 {
			c := sample(p)
			c.Date, c.Import = date(p, "2025-05-05"), i.ID
			errs = append(errs, tx.AddCredit(p.Context(), &c))
		}
		return errors.Join(errs...)
	})
}

func (p play) remove(credit int64) {
	p.Helper()
	update(p, p.db, func(tx *store.Tx) error { return tx.RemoveCredit(p.Context(), credit) })
}

func (p play) merge(credit, into int64) {
	p.Helper()
	update(p, p.db, func(tx *store.Tx) error { return tx.MergeCredit(p.Context(), credit, into) })
}

func (p play) undo(entry int64) { p.Helper(); takeBack(p, p.db, entry) }

// What later entries rest on is not taken back, and the one is named that makes
// the difference. The entries of newPlay are the first three.
func TestTakeBackDepends(t *testing.T) {
	tests := []struct {
		name  string
		write func(play)
		undo  int64
		later int64 // the entry that is named, or 0 when nothing stands in the way
	}{
		{"the same record changed", func(p play) { p.title(1, "a"); p.title(1, "b"); p.title(2, "c") }, 4, 5},
		{"the same record changed twice", func(p play) { p.title(1, "a"); p.title(1, "b"); p.title(1, "c") }, 4, 5},
		{"found in a portal, and again later", func(p play) { p.reconcile("2026-11-20", true, 1); p.reconcile("2026-11-21", true, 1) }, 4, 5},
		{"found in a portal, and again on that day", func(p play) { p.reconcile("2026-11-20", true, 1); p.reconcile("2026-11-20", true, 1) }, 4, 0},
		{"found in a portal, and missed on that day", func(p play) { p.reconcile("2026-11-20", true, 1); p.reconcile("2026-11-20", false, 1) }, 4, 5},
		{"missed in a portal, found since", func(p play) { p.reconcile("2026-11-20", false, 1); p.reconcile("2026-11-20", true, 1) }, 5, 0},
		{"found in a portal, and removed", func(p play) { p.reconcile("2026-11-20", true, 1); p.remove(1) }, 4, 0},
		{"removed, having been found in a portal", func(p play) { p.reconcile("2026-11-20", true, 1); p.remove(1) }, 5, 0},
		{"added, and found in a portal", func(p play) { p.imports(); p.reconcile("2026-11-20", true, 4) }, 4, 5},
		{"another record changed", func(p play) { p.title(1, "a"); p.title(2, "b") }, 4, 0},
		{"changed and changed back by hand", func(p play) { p.title(1, "a"); p.title(1, "b"); p.title(1, "a") }, 4, 5},
		{"changed and changed back by hand, which was undone", func(p play) { p.title(1, "a"); p.title(1, "b"); p.title(1, "a"); p.undo(6); p.undo(5) }, 4, 0},
		{"changed, which was undone", func(p play) { p.title(1, "a"); p.title(1, "b"); p.undo(5) }, 4, 0},
		{"changed, which was undone and redone", func(p play) { p.title(1, "a"); p.title(1, "b"); p.undo(5); p.undo(6) }, 4, 7},
		{
			"changed twice, of which the last was undone",
			func(p play) { p.title(1, "a"); p.title(1, "b"); p.title(1, "c"); p.undo(6) }, 4, 5,
		},
		{"one of two changed, which was undone, and then the other", func(p play) {
			p.imports()
			p.title(3, "a")
			p.title(4, "b")
			p.undo(5)
		}, 4, 6},
		{"an earlier one undone since", func(p play) { p.title(1, "a"); p.points(2, 50); p.undo(4); p.title(2, "b") }, 5, 7},
		{"added, and another merged into it", func(p play) { p.imports(); p.merge(1, 4) }, 4, 5},
		{"merged, and merged on", func(p play) { p.imports(); p.merge(1, 2); p.merge(2, 3) }, 5, 6},
		{"merged, and the other one removed", func(p play) { p.merge(1, 2); p.remove(2) }, 4, 0},
		{"added, and kept apart", func(p play) { p.keep(1, 2); p.title(2, "a") }, 2, 4},
		{"a child added, others added later", func(p play) { p.topic(1); p.topic(2) }, 2, 4},
		{"a credit added, allocated later", func(p play) {
			p.allocate(1, "safety", 50)
			p.allocate(2, "safety", 50)
		}, 2, 4},
		{"a parent removed", func(p play) {
			p.allocate(1, "safety", 50)
			p.allocate(1, "safety", 0)
			p.removeCredential(1)
			p.title(1, "a")
		}, 5, 6},
		{"a parent no longer added", func(p play) {
			p.topic(1)
			p.edit(1, func(c *ledger.Credit) { c.Topics = nil })
			p.undo(2)
			p.title(2, "a")
		}, 5, 6},
		{"what only one may have, others added later", func(p play) {
			p.removeCredential(1)
			hold(p, p.db, credential(p, "ascp", "SBB"))
			hold(p, p.db, credential(p, "ascp", "MLS"))
			hold(p, p.db, credential(p, "amt", "MLS"))
		}, 4, 6},
		{"fewer points than were allocated", func(p play) {
			p.allocate(1, "safety", 100)
			p.allocate(1, "safety", 0)
			p.points(1, 50)
			p.title(1, "a")
		}, 5, 6},
		{"points allocated elsewhere meanwhile", func(p play) {
			p.allocate(1, "safety", 100)
			p.allocate(1, "safety", 0)
			p.allocate(1, ledger.Other, 100)
			p.allocate(2, ledger.Other, 100)
			p.title(1, "a")
		}, 5, 6},
		{"more points, all allocated", func(p play) {
			p.points(1, 200)
			p.allocate(1, "safety", 200)
			p.allocate(2, "safety", 100)
		}, 4, 5},
		{"a credit added, declared later", func(p play) { p.declare(); p.title(2, "a") }, 2, 4},
		{"a credit added, declared later, which was undone", func(p play) { p.declare(); p.undo(4) }, 2, 0},
		{"a credential added, declared later", func(p play) { p.declare() }, 1, 4},
		{"a cycle moved, then declared", func(p play) { p.cycle("2027-06-30", false); p.declare(); p.title(1, "a") }, 4, 5},
		{"a cycle moved, then declared, which was undone", func(p play) { p.cycle("2027-06-30", false); p.declare(); p.undo(5) }, 4, 0},
		{"made mandatory, and a cycle given days, the other way round", func(p play) {
			p.voluntary(true)
			p.cycle("", false)
			p.title(1, "a")
		}, 4, 5},
		{"a declaration, an allocation lost later", func(p play) {
			p.allocate(1, "safety", 50)
			p.declare()
			p.allocate(1, "safety", 0)
		}, 5, 0},
		{"allocated automatically since", func(p play) { p.auto(1, "safety", 50) }, 2, 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPlay(t)
			tt.write(p)
			before := keptRows(t, p.db)
			_, err := tryTakeBack(t.Context(), p.db, tt.undo)
			switch {
			case tt.later != 0:
				dependsOn(t, err, tt.later)
				equal(t, before, keptRows(t, p.db))
			case err != nil:
				t.Fatal(err)
			}
			checkForeignKeys(t, p.db)
		})
	}
}

// dependsOn checks that an entry stays since a later one, which is named, depends on it.
func dependsOn(t *testing.T, err error, later int64) {
	t.Helper()
	if !errors.Is(err, store.ErrStays) || !strings.HasSuffix(said(err), fmt.Sprintf("; undo that first: cmp undo %d", later)) {
		t.Errorf("TakeBack() = %v, want entry %d to be named", err, later)
	}
}

// Where allocations are made anew afterwards, automatic ones are put back by the
// last entry alone, and never stand in the way: those to open cycles are left
// to be made anew, those to others are facts.
func TestTakeBackAllocatesAnew(t *testing.T) {
	const ofSecond = "2 safety 50 auto"
	tests := []struct {
		name  string
		write func(play)
		undo  int64
		exact bool
		later int64
		want  []string // allocations
	}{
		{"the last entry", func(p play) { p.auto(1, "safety", 50); p.auto(1, "safety", 75) }, 5, true, 0, []string{"1 safety 50 auto"}},
		{"the last that is in effect", func(p play) { p.auto(1, "safety", 50); p.title(1, "a"); p.undo(5) }, 4, true, 0, nil},
		{"a credit added, allocated since", func(p play) { p.auto(1, "safety", 50); p.auto(2, "safety", 50) }, 2, false, 0, []string{ofSecond}},
		{"allocated by an entry, and otherwise since", func(p play) { p.auto(1, "safety", 50); p.auto(1, "safety", 75); p.auto(2, "safety", 50) }, 4, false, 0,
			[]string{"1 safety 75 auto", ofSecond}},
		{"more points, all allocated", func(p play) { p.points(1, 200); p.auto(1, "safety", 200); p.auto(2, "safety", 50) }, 4, false, 0, []string{ofSecond}},
		{"an allocation by hand, another since", func(p play) {
			p.allocate(1, "safety", 100)
			p.allocate(1, "safety", 0)
			p.auto(1, "other", 100)
			p.auto(2, "safety", 50)
		}, 5, false, 0, []string{"1 safety 100 hand", ofSecond}},
		{"a credential added, allocated for since", func(p play) { p.auto(1, "safety", 50) }, 1, false, 0, nil},
		{"removed with an allocation to a closed cycle", func(p play) {
			p.auto(1, "safety", 50)
			p.cycle("2027-03-31", true)
			p.remove(1)
			p.title(2, "a")
		}, 6, false, 0, []string{"1 safety 50 auto"}},
		{"a credential removed, allocated for before", func(p play) {
			p.auto(1, "safety", 50)
			p.declare()
			p.removeCredential(1)
			p.title(2, "a")
		}, 6, false, 0, []string{"1 safety 50 auto"}},
		{"an allocation declared", func(p play) { p.auto(1, "safety", 50); p.declare(); p.title(2, "a") }, 2, false, 5, nil},
		{"a record changed since", func(p play) { p.title(1, "a"); p.auto(1, "safety", 50); p.title(1, "b") }, 4, false, 6, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPlay(t)
			tt.write(p)
			anew := false
			entry := func(tx *store.Tx) (ledger.Entry, error) { return tx.Entry(t.Context(), tt.undo) }
			done, err := p.db.TakeBack(t.Context(), entry, true, func(*store.Tx) error { anew = true; return nil })
			if tt.later != 0 {
				dependsOn(t, err, tt.later)
				return
			}
			need(t, err)
			equal(t, []bool{tt.exact, !tt.exact}, []bool{done.Exact, anew})
			equal(t, tt.want, rows(t, p.db, "SELECT credit || ' ' || requirement || ' ' || points || ' ' || allocated_by FROM allocation ORDER BY 1"))
			checkForeignKeys(t, p.db)
		})
	}
}
