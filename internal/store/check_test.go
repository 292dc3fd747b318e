package store_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
)

// whole makes a ledger with something of everything, backed up, in which things
// were taken back and done again.
func whole(t *testing.T, path string) {
	t.Helper()
	writeKept(t, path)
	db := open(t, path)
	proof := []byte("%PDF-1.7 a certificate")
	update(t, db, func(tx *store.Tx) error {
		sum := sha256.Sum256(proof)
		e := ledger.Evidence{
			Credit: 1, Name: "a.pdf", MediaType: "application/pdf", Added: date(t, "2026-11-21"),
			SHA256: hex.EncodeToString(sum[:]), Size: int64(len(proof)),
		}
		return tx.AddEvidence(t.Context(), &e, proof)
	})
	for range 3 { // undo, redo, undo
		_, err := db.TakeBack(t.Context(), func(tx *store.Tx) (ledger.Entry, error) {
			if e, err := tx.LastUndo(t.Context()); err == nil {
				return e, nil
			}
			return tx.LastStanding(t.Context())
		}, false, nil)
		if err != nil {
			t.Fatal(err)
		}
	}
	add(t, db, sample(t))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := store.BackUp(t.Context(), path, "", false, author); err != nil {
		t.Fatal(err)
	}
}

// examined returns the verdicts and findings that are not "ok".
func examined(t *testing.T, path string) []string {
	t.Helper()
	var all []string
	for _, c := range store.Examine(t.Context(), path) {
		if c.Verdict != store.OK && len(c.Findings) == 0 {
			all = append(all, fmt.Sprintf("%s: %s", c.Name, c.Verdict))
		}
		for _, f := range c.Findings {
			all = append(all, fmt.Sprintf("%s: %s: %s", c.Name, f.Verdict, strings.ReplaceAll(f.What, filepath.Dir(path)+string(filepath.Separator), "")))
		}
	}
	return all
}

func TestExamine(t *testing.T) {
	sql := func(statements ...string) func(*testing.T, string) {
		return func(t *testing.T, path string) { foreign(t, path, statements...).Close() }
	}
	beside := func(names ...string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			for _, name := range names {
				copyFile(t, path, filepath.Join(filepath.Dir(path), name))
			}
		}
	}
	skipped := []string{"integrity: skipped", "references: skipped", "records: skipped", "allocations: skipped", "evidence: skipped", "log: skipped"}
	tests := []struct {
		name string
		harm func(t *testing.T, path string)
		want []string // each the beginning of what is said
	}{
		{"nothing", func(*testing.T, string) {}, nil},
		{"no ledger", func(t *testing.T, path string) {
			os.RemoveAll(path)
			os.RemoveAll(filepath.Join(filepath.Dir(path), "backups"))
		},
			append([]string{"schema: skipped"}, skipped...)},
		{"a ledger that is gone", func(t *testing.T, path string) { os.Remove(path) },
			append([]string{"file: wrong: ledger.db is gone, but you have backups", "schema: skipped"}, skipped...)},
		{"a ledger that is empty", func(t *testing.T, path string) { os.Truncate(path, 0) },
			append([]string{"file: wrong: ledger.db is empty, but you have backups", "schema: skipped"}, skipped...)},
		{"a damaged ledger that was kept, newer than the backup", func(t *testing.T, path string) {
			write(t, filepath.Join(filepath.Dir(path), "backups", "ledger-20271121T140211Z-damaged.db"), []byte("x"))
		}, nil},
		{"a damaged ledger that was kept, and no backup", func(t *testing.T, path string) {
			backups := filepath.Join(filepath.Dir(path), "backups")
			os.RemoveAll(backups)
			os.Mkdir(backups, 0o700)
			write(t, filepath.Join(backups, "ledger-20271121T140211Z-damaged.db"), []byte("x"))
		}, []string{"backups: warning: you have no backup yet"}},
		{"no backup", func(t *testing.T, path string) { os.RemoveAll(filepath.Join(filepath.Dir(path), "backups")) },
			[]string{"backups: warning: you have no backup yet"}},
		{"a backup that is damaged", func(t *testing.T, path string) {
			write(t, filepath.Join(filepath.Dir(path), "backups", "ledger-20271121T140211Z-by-hand.db"), []byte("x"))
		}, []string{"backups: warning: backups/ledger-20271121T140211Z-by-hand.db: not a ledger of cmp"}},
		{"no backup that is sound", func(t *testing.T, path string) {
			for _, name := range names(t, filepath.Join(filepath.Dir(path), "backups")) {
				write(t, filepath.Join(filepath.Dir(path), "backups", name), []byte("x"))
			}
		}, []string{"backups: warning: backups/ledger-20261121T140211Z-by-hand.db: not a ledger of cmp", "backups: wrong: none of 1 backup can be restored"}},
		{"a newer schema", sql("PRAGMA user_version = 9"),
			append([]string{"schema: wrong: ledger.db: written by a newer cmp (schema 9, this one knows 1)"}, skipped...)},
		{"a trigger of another program", sql("CREATE TRIGGER x AFTER INSERT ON credit BEGIN DELETE FROM credit; END"),
			[]string{`schema: wrong: another program changed the schema: its trigger "x" was made by another program`}},
		{"a text", func(t *testing.T, path string) { write(t, path, []byte(strings.Repeat("dear diary\n", 100))) },
			append([]string{"schema: wrong: ledger.db is not a ledger of cmp, or damaged at its beginning"}, skipped...)},
		{"cut short", func(t *testing.T, path string) {
			if err := os.Truncate(path, 5*512); err != nil {
				t.Fatal(err)
			}
		}, append([]string{"schema: wrong: damaged or cut short in this part"}, skipped...)},
		{"a reference to nothing", sql("DELETE FROM import", "DELETE FROM cycle WHERE id = 1"), []string{
			"references: wrong: allocation 1 refers to a cycle that is not there",
			"references: wrong: declaration 1 refers to a cycle that is not there",
		}},
		{"too many points allocated", sql("DROP TRIGGER allocation_changed", "UPDATE allocation SET points = 151 WHERE id = 2"), []string{
			`schema: wrong: another program changed the schema: it has no trigger "allocation_changed"`,
			"records: wrong: allocation 2 does not fit the other records",
			"allocations: wrong: credit 2 has 1.5 points, of which 2.26 are allocated for ascp/MLS",
		}},
		{"a removed credit allocated", sql("DROP TRIGGER credit_changed", "UPDATE credit SET removed = 1 WHERE id = 1"), []string{
			"schema: wrong: ", "records: wrong: allocation 1 does not fit the other records", "allocations: wrong: credit 1 was removed, but has allocations for ascp/MLS",
		}},
		{"evidence that is another", sql("UPDATE content SET data = CAST(replace(data, 'cert', 'Cert') AS BLOB)"),
			[]string{"evidence: warning: file 2 is not what was added: its SHA-256 differs; no credit uses it"}},
		{"evidence that is another, of a credit", sql("UPDATE content SET data = x'00' WHERE id = 1"),
			[]string{"evidence: wrong: file 1 is not what was added: its SHA-256 differs"}},
		{"evidence of another size", sql("UPDATE content SET size = 7 WHERE id = 1"), []string{"evidence: wrong: file 1 has 4 bytes, not 7"}},
		{"a value that is not allowed", sql("PRAGMA ignore_check_constraints = 1", "UPDATE credit SET title = '' WHERE id = 3"),
			[]string{"integrity: wrong: credit 3 is not as cmp writes it", "records: wrong: credit 3: title: must not be empty"}},
		{"an activity as it may be typed", sql("UPDATE credit SET activity = 'Course' WHERE id = 3"), []string{"records: wrong: credit 3: activity: "}},
		{"an index that lacks a record", sql("PRAGMA writable_schema = 1",
			"UPDATE sqlite_schema SET sql = sql || ' WHERE id > 1' WHERE name = 'allocation_by_cycle'",
			"PRAGMA writable_schema = RESET", "REINDEX allocation_by_cycle", "PRAGMA writable_schema = 1",
			"UPDATE sqlite_schema SET sql = replace(sql, ' WHERE id > 1', '') WHERE name = 'allocation_by_cycle'"),
			[]string{"integrity: wrong: wrong # of entries in index allocation_by_cycle", "integrity: wrong: row 1 missing from index allocation_by_cycle"}},
		{"free pages that are not free", func(t *testing.T, path string) {
			foreign(t, path, "CREATE TABLE big (x)", "INSERT INTO big VALUES (zeroblob(20000))", "DROP TABLE big").Close()
			b := []byte(content(path))
			size := int(binary.BigEndian.Uint16(b[16:]))
			trunk := int(binary.BigEndian.Uint32(b[32:])-1) * size
			copy(b[trunk+8:], "\x00\x00\x00\x02") // the table that begins on page 2
			write(t, path, b)
		}, []string{"integrity: wrong: 2nd reference to page 2; Page ", "integrity: wrong: wrong # of entries", "integrity: wrong: wrong # of entries"}},
		{"a flag that is none", sql("PRAGMA ignore_check_constraints = 1", "UPDATE credential SET voluntary = 2 WHERE id = 1"),
			[]string{"integrity: wrong: credential 1 is not as cmp writes it"}},
		{"a change that is lost", sql("DELETE FROM change WHERE id = 2"), []string{"log: wrong: entry 1 does not have the changes that it counts"}},
		{"a change of no entry", sql("UPDATE change SET entry = 77 WHERE id = 2"), []string{
			"references: wrong: change 2 refers to a entry", "log: wrong: change 2 is of no entry, or outside of its range", "log: wrong: entry 1 does not have"}},
		{"an undo that is forgotten", sql("UPDATE entry SET undone_by = NULL WHERE id = 2"), []string{"log: wrong: entry 2 and what took it back do not agree"}},
		{"an undo that never was", sql("UPDATE entry SET undone_by = 6 WHERE id = 1"), []string{"log: wrong: entry 1 and what took it back do not agree"}},
		{"a file of others in the place of the journal", func(t *testing.T, path string) { write(t, path+"-journal", []byte("x")) },
			append([]string{"file: wrong: ledger.db-journal: is no file of the ledger", "beside: skipped", "schema: skipped"}, skipped...)},
		{"a journal", func(t *testing.T, path string) {
			write(t, path+"-journal", []byte("\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"))
		},
			append([]string{"beside: wrong: ledger.db-journal: a command was stopped", "schema: skipped"}, skipped...)},
		{"an empty journal", func(t *testing.T, path string) { write(t, path+"-journal", nil) },
			[]string{"beside: warning: ledger.db-journal: a command was stopped before"}},
		{"a journal of what did not begin", func(t *testing.T, path string) { write(t, path+"-journal", make([]byte, 1024)) },
			[]string{"beside: warning: ledger.db-journal: a command was stopped before"}},
		{"a write-ahead log", func(t *testing.T, path string) { write(t, path+"-wal", []byte("\x37\x7f\x06\x82")) },
			append([]string{"file: wrong: ledger.db: another program changed how it is stored (write-ahead log)", "schema: skipped"}, skipped...)},
		{"copies", beside("ledger (Ana's conflicted copy 2026-11-21).db", "LEDGER (Case Conflict).DB", "unlike"), []string{
			"copies: warning: LEDGER (Case Conflict).DB: a copy of your ledger; all that",
			"copies: warning: ledger (Ana's conflicted copy 2026-11-21).db: a copy of your ledger; all that",
			"copies: warning: unlike: a copy of your ledger; all that",
		}},
		{"another ledger", func(t *testing.T, path string) { writeKept(t, filepath.Join(filepath.Dir(path), "test.db")) },
			[]string{"copies: warning: test.db: another ledger"}},
		{"many ledgers", func(t *testing.T, path string) {
			for i := range 12 {
				copyFile(t, path, fmt.Sprintf("%s-%02d", path, i))
			}
		}, append(slices.Repeat([]string{"copies: warning: ledger.db-"}, 10), "copies: warning: 2 ledgers more in the folder")},
		{"files that are no copies", func(t *testing.T, path string) {
			write(t, filepath.Join(filepath.Dir(path), "ledger 2.db"), []byte("x"))
		}, nil},
		{"a file that others read", mode("ledger.db", 0o644), []string{"permissions: warning: ledger.db can be read by others (mode 0644)"}},
		{"a file that others write", mode("ledger.db", 0o622), []string{"permissions: wrong: ledger.db can be written by others (mode 0622)"}},
		{"a folder that others write", mode("", 0o777), []string{"permissions: wrong: "}},
		{"a folder that others read", mode("", 0o755), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if runtime.GOOS == "windows" && strings.HasPrefix(strings.Join(tt.want, ""), "permissions") {
				t.Skip("has no permission bits")
			}
			folder := t.TempDir()
			path := filepath.Join(folder, "ledger.db")
			whole(t, path)
			tt.harm(t, path)
			before, kept := names(t, folder), content(path)
			got := examined(t, path)
			if len(got) != len(tt.want) {
				t.Fatalf("found %q\nwant %q", got, tt.want)
			}
			for i, want := range tt.want {
				if !strings.HasPrefix(got[i], want) {
					t.Errorf("found %s\nwant %s", got[i], want)
				}
			}
			equal(t, before, names(t, folder))
			equal(t, kept, content(path))
		})
	}
}

// What is seen is counted by what it is called: credits once, however many
// credentials they are allocated for, and damaged ledgers beside the backups.
// Where the ledger is missing, the newest that opens is the one to restore.
func TestExamineCounts(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "ledger.db")
	whole(t, path)
	foreign(t, path,
		"INSERT INTO credential (uid, body, code, number, voluntary) VALUES ('u', 'ascp', 'SM', '', 1)",
		"INSERT INTO cycle (uid, credential, closed) SELECT 'u', id, 0 FROM credential WHERE code = 'SM'",
		"INSERT INTO allocation (credit, cycle, requirement, points, allocated_by) SELECT 2, id, 'other', 1, 'hand' FROM cycle WHERE uid = 'u'",
	).Close()
	for _, name := range []string{"ledger-20271121T140211Z-damaged.db", "ledger-20271221T140211Z-damaged.db"} {
		write(t, filepath.Join(folder, "backups", name), []byte("x"))
	}
	seen := func(name string) store.Check {
		for _, c := range store.Examine(t.Context(), path) {
			if c.Name == name {
				return c
			}
		}
		return store.Check{}
	}
	equal(t, "none of 2 credits gives more points than it has", seen("allocations").Detail)
	equal(t, "1; the newest, of 2026-11-21 14:02 UTC, can be opened", seen("backups").Detail)
	os.Remove(path)
	equal(t, "cmp restore "+filepath.Join(folder, "backups", "ledger-20261121T140211Z-by-hand.db"), seen("file").Findings[0].Try.As("cmp"))
}

// mode gives what is beside the ledger, or its folder, other permissions.
func mode(name string, bits os.FileMode) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		if err := os.Chmod(filepath.Join(filepath.Dir(path), name), bits); err != nil {
			t.Fatal(err)
		}
	}
}

func content(path string) string {
	b, _ := os.ReadFile(path)
	return string(b)
}

// One byte of a page that is another, wherever it is, makes no command panic.
// What is read is as it was but for that one record, or there is one sentence;
// a write that succeeds changes nothing that could be read before it; doctor
// finds all that a command fails by; and a backup brings everything back.
func TestFlippedByte(t *testing.T) {
	folder := t.TempDir()
	path, saved := filepath.Join(folder, "ledger.db"), filepath.Join(folder, "saved.db")
	whole(t, path)
	sound := []byte(content(path))
	write(t, saved, sound)
	const page = 512
	step := 3089 // prime to the page, so that every place in a page is met
	if os.Getenv("CMP_TEST_FULL") != "" {
		step = 41
	}
	refused, read := 0, 0
	for at := 0; at < len(sound); at += step {
		b := bytes.Clone(sound)
		b[at] ^= 0x55
		os.Remove(path)
		write(t, path, b)
		sentence := func(what string, err error) {
			if strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "SQL logic") {
				t.Errorf("byte %d: %s: %v, want a sentence", at, what, err)
			}
		}
		before, err := readAll(t, path)
		if err != nil {
			refused++
			sentence("reading", err)
			if !slices.ContainsFunc(store.Examine(t.Context(), path), func(c store.Check) bool { return c.Verdict == store.Wrong }) {
				t.Errorf("byte %d: reading: %v, but doctor finds nothing", at, err)
			}
		} else {
			read++
		}
		if writeOne(t, path, func(err error) { sentence("writing", err) }) && err == nil {
			after, err := readAll(t, path)
			if err != nil {
				t.Errorf("byte %d: could be read until something was written: %v", at, err)
			}
			for _, c := range before {
				if !slices.Contains(after, c) {
					t.Errorf("byte %d: writing changed %s", at, c)
				}
			}
		}
		if _, err := store.RestoreUnasked(t.Context(), path, saved, author); err != nil {
			if !strings.Contains(said(err), "move it away first") && !strings.Contains(said(err), "newer cmp") &&
				!strings.Contains(said(err), "to bring back a backup: cmp restore") {
				t.Errorf("byte %d of page %d: Restore() = %v", at, at/page+1, err)
			}
			continue
		}
		if got, err := readAll(t, path); err != nil || !slices.Equal(got, must(readAll(t, saved))) {
			t.Errorf("byte %d: after restoring: %v, %v", at, got, err)
		}
	}
	if refused == 0 || read == 0 {
		t.Errorf("%d refused, %d read: nothing was tried", refused, read)
	}
}

func must(all []string, err error) []string {
	if err != nil {
		panic(err)
	}
	return all
}

// readAll returns all that commands read of a ledger.
func readAll(t *testing.T, path string) (all []string, err error) {
	db, err := store.OpenRead(path)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	err = db.View(t.Context(), func(tx *store.Tx) error {
		credits, err := tx.Credits(t.Context())
		if err != nil {
			return err
		}
		for _, c := range credits {
			all = append(all, fmt.Sprint(c))
		}
		credentials, err := tx.Credentials(t.Context())
		for _, c := range credentials {
			all = append(all, fmt.Sprint(c))
		}
		if err != nil {
			return err
		}
		allocations, err := tx.Allocations(t.Context())
		for _, a := range allocations {
			all = append(all, fmt.Sprint(a))
		}
		return err
	})
	return all, err
}

// writeOne records a credit and reports whether that succeeded.
func writeOne(t *testing.T, path string, failed func(error)) bool {
	db, err := store.Open(path, author)
	if err == nil {
		defer db.Close()
		c := sample(t)
		c.Title = "written"
		err = attempt(t.Context(), db, func(tx *store.Tx) error { return tx.AddCredit(t.Context(), &c) })
	}
	if err != nil {
		failed(err)
	}
	return err == nil
}

// What is no sound ledger as the program makes it is refused with one
// sentence; nothing in it runs, and no byte of it or beside it changes.
func TestInspectRefuses(t *testing.T) {
	ours := func(statements ...string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			named(t, path, "a")
			foreign(t, path, statements...).Close()
		}
	}
	tests := []struct {
		name string
		make func(t *testing.T, path string)
		want string
	}{
		{"nothing", func(t *testing.T, path string) { write(t, path, nil) }, "not a ledger of cmp"},
		{"random bytes", func(t *testing.T, path string) { write(t, path, bytes.Repeat([]byte("x!\x00\xff"), 9000)) }, "not a ledger of cmp"},
		{"a header alone", func(t *testing.T, path string) { cut(t, path, 100) }, "damaged or cut short"},
		{"half a header", func(t *testing.T, path string) { cut(t, path, 99) }, "not a ledger of cmp"},
		{"another database", func(t *testing.T, path string) { foreign(t, path, "CREATE TABLE credit (id)").Close() }, "not a ledger of cmp"},
		{"another database with our mark", func(t *testing.T, path string) {
			foreign(t, path, "CREATE TABLE credit (id)", "PRAGMA application_id = 0x636d7031", "PRAGMA user_version = 1").Close()
		}, `not as cmp makes it (schema 1): its table "credit" was made by another program`},
		{"our mark and nothing else", func(t *testing.T, path string) {
			foreign(t, path, "PRAGMA application_id = 0x636d7031", "PRAGMA user_version = 1").Close()
		}, `it has no `},
		{"a newer schema", ours("PRAGMA user_version = 5"), "written by a newer cmp (schema 5, this one knows 1)"},
		{"an impossible schema", ours("PRAGMA user_version = -1"), "not a ledger of cmp"},
		{"one table more", ours("CREATE TABLE more (id)"), `its table "more" was made by another program`},
		{"one table less", ours("DROP TABLE evidence"), `it has no `},
		{"one index more", ours("CREATE INDEX more ON credit (title)"), `its index "more" was made by another program`},
		{"a view", ours("CREATE VIEW v AS SELECT load_extension('/tmp/x.so') FROM credit"), `its view "v" was made by another program`},
		{"a trigger that deletes", ours("CREATE TRIGGER evil AFTER INSERT ON credit BEGIN DELETE FROM credit; END"), `its trigger "evil" was made by another program`},
		{"a trigger that lets all pass", ours("DROP TRIGGER allocation_added",
			"CREATE TRIGGER allocation_added AFTER INSERT ON allocation BEGIN SELECT 1; END"), `its trigger "allocation_added" was made by another program`},
		{"a virtual table", ours("CREATE VIRTUAL TABLE f USING fts5(x)"), `its table "f" was made by another program`},
		{"one column more", ours("ALTER TABLE credit ADD COLUMN more TEXT DEFAULT 'x'"), `its table "credit" was made by another program`},
		{"a schema that is no SQL", ours("PRAGMA writable_schema = 1", "UPDATE sqlite_schema SET sql = 'CREATE TABLE credit (' WHERE name = 'credit'"),
			"damaged or cut short"},
		{"a table that has the pages of another", ours("PRAGMA writable_schema = 1",
			"UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'change') WHERE name = 'credit'"), "damaged or cut short"},
		{"a record that refers to none", ours("PRAGMA foreign_keys = OFF", "DELETE FROM credit"), "damaged or cut short"},
		{"a value that its table does not allow", ours("PRAGMA ignore_check_constraints = 1", "UPDATE credit SET points = -5"), "damaged or cut short"},
		{"a write-ahead log", ours("PRAGMA journal_mode = wal"), "another program changed how it is stored (write-ahead log)"},
		{"cut short", func(t *testing.T, path string) { cut(t, path, 3*4096) }, "damaged or cut short"},
		{"said to be huge", func(t *testing.T, path string) {
			named(t, path, "a")
			b := []byte(files(t, filepath.Dir(path))["ledger.db"])
			copy(b[28:32], "\xff\xff\xff\xfe")
			write(t, path, b)
		}, "damaged or cut short"},
		{"a journal that a crash left", func(t *testing.T, path string) {
			crash(t, filepath.Join(t.TempDir(), "busy.db"), path)
		}, "a command was stopped while it wrote to it"},
		{"a write-ahead log of another file", func(t *testing.T, path string) {
			named(t, path, "a")
			write(t, path+"-wal", []byte("\x37\x7f\x06\x82"))
		}, "another program changed how it is stored (write-ahead log)"},
		{"a folder", func(t *testing.T, path string) { os.Mkdir(path, 0o700) }, "is not a file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			folder, target := t.TempDir(), filepath.Join(t.TempDir(), "target.db")
			path := filepath.Join(folder, "ledger.db")
			tt.make(t, path)
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			before := names(t, folder)
			for name, err := range map[string]error{
				"Inspect": func() error { _, err := store.Inspect(t.Context(), path); return err }(),
				"Restore": func() error { _, err := store.RestoreUnasked(t.Context(), target, path, author); return err }(),
			} {
				if err == nil || !strings.HasPrefix(err.Error(), path+": ") || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
					t.Errorf("%s() = %v\nwant %s: %s", name, err, path, tt.want)
				}
			}
			equal(t, before, names(t, folder))
			if after, err := os.Stat(path); err != nil || after.Size() != info.Size() || !after.ModTime().Equal(info.ModTime()) {
				t.Errorf("the file changed: %v", err)
			}
			if _, err := os.Stat(target); err == nil {
				t.Error("a ledger was made of it")
			}
		})
	}
}

// Whatever a file holds, it is a sound ledger or refused: what is accepted can
// be restored, and is then a sound ledger that can be read and written.
func FuzzInspect(f *testing.F) {
	path := filepath.Join(f.TempDir(), "ledger.db")
	db := open(f, path)
	add(f, db, sample(f))
	run(f, db.SQL(), "PRAGMA page_size = 512", "VACUUM")
	b, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	for _, at := range []int{-1, 0, 18, 21, 30, 60, 70, 100, 103, 105, 108, 600, len(b) / 2, len(b) - 1} {
		c := bytes.Clone(b)
		if at >= 0 {
			c[at] ^= 0x41
		}
		f.Add(c)
	}
	f.Add(b[:len(b)/2])
	f.Fuzz(func(t *testing.T, content []byte) {
		folder := t.TempDir()
		path, target := filepath.Join(folder, "given.db"), filepath.Join(folder, "ledger.db")
		write(t, path, content)
		want, err := store.Inspect(t.Context(), path)
		if err != nil {
			if !strings.HasPrefix(err.Error(), path+": ") || strings.Contains(err.Error(), "\n") {
				t.Fatalf("Inspect() = %v, want one sentence that begins with the path", err)
			}
			return
		}
		if crc32.ChecksumIEEE(content)%4 > 0 { // it takes three times as long
			return
		}
		if _, err := store.RestoreUnasked(t.Context(), target, path, author); err != nil {
			t.Fatalf("Restore() = %v of what Inspect() accepts", err)
		}
		got := inspect(t, target)
		got.Last = want.Last
		equal(t, want, got)
		equal(t, []string{"given.db", "ledger.db"}, names(t, folder))
	})
}

// What a copy holds and the ledger does not is told whatever folder sync calls the copy, and by
// what is typed next it is there.
func TestExamineCopies(t *testing.T) {
	for _, name := range []string{
		"ledger (conflicted copy).db", "ledger (Ana's conflicted copy 2026-11-21).db", "ledger.sync-conflict-20261121-140211-ABCDEF7.db",
		"ledger 2.db", "ledger-LAPTOP-7.db", "ledger_DiskStation_Nov-21-1201-2026_Conflict.db", "ledger (In Konflikt stehende Kopie von X 2026-11-21).db",
		"ledger (copia en conflicto de Ana 2026-11-21).db", "ledger (Case Conflict).DB", "ledger (Kopie)", "ledger.db.conflict", "copy\xff.db",
	} {
		t.Run(name, func(t *testing.T) {
			if !utf8.ValidString(name) && runtime.GOOS != "linux" {
				t.Skip("has no such names")
			}
			path := filepath.Join(t.TempDir(), "ledger.db")
			whole(t, path)
			other := filepath.Join(filepath.Dir(path), name)
			copyFile(t, path, other)
			for range 2 {
				db := open(t, other)
				add(t, db, sample(t))
				db.Close()
			}
			want := []string{"copies: wrong: " + name + ": a copy of your ledger; its log has 2 entries that yours does not have"}
			if got := examined(t, path); !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// Of a folder with very many files doctor says how many it looked at.
func TestExamineCopiesAmongMany(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	whole(t, path)
	for i := range 10_000 {
		write(t, filepath.Join(filepath.Dir(path), fmt.Sprintf("%05d.txt", i)), nil)
	}
	copyFile(t, path, filepath.Join(filepath.Dir(path), "09998a.db"))
	want := []string{
		"copies: warning: the folder has 10003 files, and cmp looked for other ledgers in the first 10000 only",
		"copies: warning: 09998a.db: a copy of your ledger; all that was written to it is in yours too",
	}
	equal(t, want, examined(t, path))
}

// A ledger that another program holds is not damaged: to restore a backup is no advice.
func TestExamineInUse(t *testing.T) {
	if testing.Short() {
		t.Skip("waits ten seconds for the other program")
	}
	path := filepath.Join(t.TempDir(), "ledger.db")
	whole(t, path)
	run(t, foreign(t, path), "BEGIN EXCLUSIVE")
	for _, c := range store.Examine(t.Context(), path) {
		for _, f := range c.Findings {
			equal(t, "schema: wrong: cannot be checked: in use by another program; try again when that is done",
				fmt.Sprintf("%s: %s: %s; %s", c.Name, f.Verdict, f.What, f.Try.As("cmp")))
		}
	}
}

// Another object of any kind, or one less, keeps a writer from the ledger.
func TestWriterRefusesForeignSchema(t *testing.T) {
	for sql, want := range map[string]string{
		"CREATE TRIGGER evil AFTER INSERT ON credit BEGIN DELETE FROM allocation; END": `its trigger "evil" was made by another program`,
		"CREATE VIEW mine AS SELECT 1 AS one":                                          `its view "mine" was made by another program`,
		"CREATE INDEX quick ON credit (date)":                                          `its index "quick" was made by another program`,
		"DROP VIEW credits":                                                            `it has no view "credits"`,
		"DROP TRIGGER credit_changed":                                                  `it has no trigger "credit_changed"`,
	} {
		t.Run(sql, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "ledger.db")
			db := open(t, path)
			add(t, db, sample(t))
			if _, err := db.SQL().ExecContext(t.Context(), sql); err != nil {
				t.Fatal(err)
			}
			for _, rehearse := range []bool{false, true} {
				_, err := store.Open(path, store.Origin{Rehearse: rehearse})
				if err == nil || err.Error() != path+": another program changed the ledger: "+want+"; nothing was written" {
					t.Errorf("got %v, want %s", err, want)
				}
			}
		})
	}
}

// The statistics that ANALYZE keeps change nothing that is written.
func TestFingerprint(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	db := open(t, path)
	add(t, db, sample(t))
	run(t, db.SQL(), "ANALYZE")
	_, err := store.Inspect(t.Context(), path)
	need(t, err)
	var found string
	update(t, db, func(tx *store.Tx) (err error) {
		found, err = tx.Fingerprint(t.Context())
		return err
	})
	if found != store.Fingerprint1 {
		t.Errorf("the fingerprint of a new ledger is %s", found)
	}
}
