package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cmpledger/internal/store"
)

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
		}, `not as cmp makes a ledger of schema 1: its table "credit" is another program's`},
		{"our mark and nothing else", func(t *testing.T, path string) {
			foreign(t, path, "PRAGMA application_id = 0x636d7031", "PRAGMA user_version = 1").Close()
		}, `it lacks the `},
		{"a newer schema", ours("PRAGMA user_version = 5"), "written by a newer cmp (schema 5, this one knows 1)"},
		{"an impossible schema", ours("PRAGMA user_version = -1"), "not a ledger of cmp"},
		{"one table more", ours("CREATE TABLE more (id)"), `its table "more" is another program's`},
		{"one table less", ours("DROP TABLE evidence"), `it lacks the `},
		{"one index more", ours("CREATE INDEX more ON credit (title)"), `its index "more" is another program's`},
		{"a view", ours("CREATE VIEW v AS SELECT load_extension('/tmp/x.so') FROM credit"), `its view "v" is another program's`},
		{"a trigger that deletes", ours("CREATE TRIGGER evil AFTER INSERT ON credit BEGIN DELETE FROM credit; END"), `its trigger "evil" is another program's`},
		{"a trigger that lets all pass", ours("DROP TRIGGER allocation_added",
			"CREATE TRIGGER allocation_added AFTER INSERT ON allocation BEGIN SELECT 1; END"), `its trigger "allocation_added" is another program's`},
		{"a virtual table", ours("CREATE VIRTUAL TABLE f USING fts5(x)"), `its table "f" is another program's`},
		{"one column more", ours("ALTER TABLE credit ADD COLUMN more TEXT DEFAULT 'x'"), `its table "credit" is another program's`},
		{"a schema that is no SQL", ours("PRAGMA writable_schema = 1", "UPDATE sqlite_schema SET sql = 'CREATE TABLE credit (' WHERE name = 'credit'"),
			"damaged or cut short"},
		{"a table that has the pages of another", ours("PRAGMA writable_schema = 1",
			"UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'change') WHERE name = 'credit'"), "damaged or cut short"},
		{"a record that refers to none", ours("PRAGMA foreign_keys = OFF", "DELETE FROM credit"), "damaged or cut short"},
		{"a value that its table does not allow", ours("PRAGMA ignore_check_constraints = 1", "UPDATE credit SET points = -5"), "damaged or cut short"},
		{"a write-ahead log", ours("PRAGMA journal_mode = wal"), "kept with a write-ahead log by another program"},
		{"cut short", func(t *testing.T, path string) { cut(t, path, 3*4096) }, "damaged or cut short"},
		{"said to be huge", func(t *testing.T, path string) {
			named(t, path, "a")
			b := []byte(files(t, filepath.Dir(path))["ledger.db"])
			copy(b[28:32], "\xff\xff\xff\xfe")
			write(t, path, b)
		}, "damaged or cut short"},
		{"a journal that a crash left", func(t *testing.T, path string) {
			crash(t, filepath.Join(t.TempDir(), "busy.db"), path)
		}, "a command was broken off while it wrote to it"},
		{"a write-ahead log of another file", func(t *testing.T, path string) {
			named(t, path, "a")
			write(t, path+"-wal", []byte("x"))
		}, "kept with a write-ahead log by another program"},
		{"a folder", func(t *testing.T, path string) { os.Mkdir(path, 0o700) }, "is no regular file"},
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
				"Restore": func() error { _, err := store.Restore(t.Context(), target, path, author); return err }(),
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
		if _, err := store.Restore(t.Context(), target, path, author); err != nil {
			t.Fatalf("Restore() = %v of what Inspect() accepts", err)
		}
		got := inspect(t, target)
		got.Last = want.Last
		equal(t, want, got)
		equal(t, []string{"given.db", "ledger.db"}, names(t, folder))
	})
}
