package store_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/exchange"
	"cmpledger/internal/store"
)

// sampleLedger is a ledger as cmp exported it.
func sampleLedger(tb testing.TB) []byte {
	tb.Helper()
	data, err := os.ReadFile("../../testdata/exchange/ledger.jsonl")
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// exported returns a ledger as a file.
func exported(tb testing.TB, db *store.DB) string {
	tb.Helper()
	var b bytes.Buffer
	view(tb, db, func(tx *store.Tx) error {
		l, err := tx.Ledger(tb.Context())
		if err == nil {
			err = exchange.Write(&b, l)
		}
		return err
	})
	return b.String()
}

// takeIn merges a file into a ledger and returns what it is to be exported as.
func takeIn(ctx context.Context, db *store.DB, theirs exchange.Ledger) (string, error) {
	var b bytes.Buffer
	err := db.Update(ctx, func(tx *store.Tx) (string, error) {
		ours, err := tx.Ledger(ctx)
		if err != nil {
			return "", err
		}
		merged, _ := exchange.Merge(ours, theirs)
		if err := merged.Check(); err != nil {
			return "", err
		}
		if err := exchange.Write(&b, merged); err != nil {
			return "", err
		}
		return "merged", tx.Become(ctx, ours, merged)
	})
	return b.String(), err
}

func mustTakeIn(tb testing.TB, db *store.DB, data []byte) {
	tb.Helper()
	theirs, err := exchange.Read(data)
	if err == nil {
		_, err = takeIn(tb.Context(), db, theirs)
	}
	if err != nil {
		tb.Fatal(err)
	}
}

func TestBecome(t *testing.T) {
	db, data := empty(t), sampleLedger(t)
	mustTakeIn(t, db, data)
	equal(t, string(data), exported(t, db))
	equal(t, 1, len(entries(t, db)))
	mustTakeIn(t, db, data)
	equal(t, 1, len(entries(t, db))) // nothing was new
	equal(t, []string{"1", "2", "3", "4", "5"}, rows(t, db, `SELECT id FROM credit ORDER BY id`))
	equal(t, []string{"1"}, rows(t, db, `SELECT joined FROM entry`))
}

// An entry that is written after a ledger was taken in is later than all that
// it brought.
func TestBecomeSetsTheStamp(t *testing.T) {
	db := empty(t)
	data := bytes.ReplaceAll(sampleLedger(t), []byte(`"stamp":"2026`), []byte(`"stamp":"2099`))
	mustTakeIn(t, db, data)
	update(t, db, func(tx *store.Tx) error {
		c := sample(t)
		return tx.AddCredit(t.Context(), &c)
	})
	equal(t, []string{"true"}, rows(t, db, `SELECT iif((SELECT max(stamp) FROM entry) > (SELECT max(stamp) FROM joined_entry), 'true', 'false')`))
}

// Entries of a ledger whose clock went back are in the order in which they were
// made all the same.
func TestLedgerStamps(t *testing.T) {
	db := empty(t)
	for range 3 {
		update(t, db, func(tx *store.Tx) error {
			c := sample(t)
			return tx.AddCredit(t.Context(), &c)
		})
	}
	if _, err := db.SQL().Exec(`UPDATE entry SET stamp = '2025-01-01T00:00:00Z+00000' || id WHERE id > 1`); err != nil {
		t.Fatal(err)
	}
	var stamps []string
	view(t, db, func(tx *store.Tx) error {
		l, err := tx.Ledger(t.Context())
		for _, e := range l.Log {
			stamps = append(stamps, e.Stamp)
		}
		return err
	})
	equal(t, []string{"2026-11-21T14:02:11Z+000001", "2026-11-21T14:02:11Z+000002", "2026-11-21T14:02:11Z+000003"}, stamps)
}

// A declared credit that is not in the file has a number that no other one
// gets, until it comes: then it is its own.
func TestBecomeDeclaredCredit(t *testing.T) {
	db := empty(t)
	var missing []string
	var uid string
	for line := range strings.Lines(string(sampleLedger(t))) {
		switch {
		case strings.Contains(line, `"title":"Leading a team"`) && strings.HasPrefix(line, `{"record":"credit"`):
			uid = line[strings.Index(line, `"uid":"`)+7:][:32]
		case strings.HasPrefix(line, `{"record":"end"`), strings.HasPrefix(line, `{"record":"entry"`):
		default:
			missing = append(missing, line)
		}
	}
	for i := 0; i < len(missing); i++ {
		if strings.HasPrefix(missing[i], `{"record":"allocations","credit":"`+uid) {
			missing = append(missing[:i], missing[i+1:]...)
		}
	}
	mustTakeIn(t, db, fmt.Appendf(nil, "%s{\"record\":\"end\",\"lines\":%d}\n", strings.Join(missing, ""), len(missing)))
	number := rows(t, db, `SELECT credit FROM declared_credit WHERE uid = '`+uid+`'`)
	equal(t, []string{"5"}, number)
	update(t, db, func(tx *store.Tx) error {
		c := sample(t)
		err := tx.AddCredit(t.Context(), &c)
		equal(t, int64(6), c.ID)
		return err
	})
	mustTakeIn(t, db, sampleLedger(t))
	equal(t, number, rows(t, db, `SELECT id FROM credit WHERE uid = '`+uid+`'`))
}

// Whatever is in a file, it is refused, or becomes a ledger in which nothing
// is wrong and which is exported as it was merged.
func FuzzBecome(f *testing.F) {
	data := sampleLedger(f)
	body := string(bytes.Join(linesBetween(data), []byte("\n")))
	f.Add(body, true)
	f.Add(body, false)
	f.Add(strings.ReplaceAll(body, "2027", "2028"), true)
	f.Add(strings.ReplaceAll(body, `"points":6`, `"points":7`), true)
	f.Add(strings.ReplaceAll(body, `ascp/PBT`, `amt/RPT`), true)
	f.Add(body+"\n"+`{"record":"course","uid":"e2b6ce76e810a1c4d043f5691d601132","title":"Gram stains","provider":"LabCE","points":1.5,`+
		`"topics":[{"topic":"safety"}],"free":false,"price":19.50,"url":""}`, true)
	folder := quickFolder(f)
	f.Fuzz(func(t *testing.T, body string, there bool) {
		before := data
		if !there {
			before = nil
		}
		becomes(t, filepath.Join(folder, fmt.Sprintf("%d.db", os.Getpid())), before, fileOf(strings.Split(body, "\n")))
	})
}

// Also where records name others than they did: what one ledger has of a uid
// need not be what another one has.
func TestBecomeOfConfused(t *testing.T) {
	data := sampleLedger(t)
	uid := regexp.MustCompile(`[0-9a-f]{32}`)
	other := uid.ReplaceAllStringFunc(strings.ReplaceAll(string(data), "ascp/PBT", "amt/RPT"), func(uid string) string { return "z" + uid[1:] })
	var all []string
	for _, line := range slices.Concat(linesBetween(data), linesBetween([]byte(other))) {
		if !strings.HasPrefix(string(line), `{"record":"content","sha256":"z`) {
			all = append(all, string(line))
		}
	}
	sum := regexp.MustCompile(`"sha256":"([0-9a-f]{64})"`).FindStringSubmatch(string(data))[1]
	for i := range all {
		all[i] = regexp.MustCompile(`"sha256":"[0-9a-z]{64}"`).ReplaceAllString(all[i], `"sha256":"`+sum+`"`)
	}
	uids := regexp.MustCompile(`"([0-9a-z]{32}|ascp/PBT|amt/RPT)"`)
	var names []string
	for _, found := range uids.FindAllString(strings.Join(all, ""), -1) {
		if !slices.Contains(names, found) {
			names = append(names, found)
		}
	}
	before := fileOf(slices.Clone(all))
	folder := quickFolder(t)
	taken := 0
	rapid.Check(t, func(rt *rapid.T) {
		lines := slices.Clone(all)
		for range rapid.IntRange(0, 6).Draw(rt, "changes") {
			i := rapid.IntRange(0, len(lines)-1).Draw(rt, "line")
			name := rapid.SampledFrom(names).Draw(rt, "name")
			switch rapid.IntRange(0, 3).Draw(rt, "what") {
			case 0:
				lines = slices.Delete(lines, i, i+1)
			case 1: // one name becomes another one, here
				lines[i] = strings.ReplaceAll(lines[i], rapid.SampledFrom(names).Draw(rt, "from"), name)
			case 2: // and everywhere
				from := rapid.SampledFrom(names).Draw(rt, "from")
				for j := range lines {
					lines[j] = strings.ReplaceAll(lines[j], from, name)
				}
			case 3: // two are exchanged
				from := rapid.SampledFrom(names).Draw(rt, "from")
				for j := range lines {
					lines[j] = strings.NewReplacer(from, name, name, from).Replace(lines[j])
				}
			}
		}
		if becomes(rt, filepath.Join(folder, "confused.db"), before, fileOf(lines)) {
			taken++
		}
	})
	if taken == 0 {
		t.Error("all were refused")
	}
}

// linesBetween returns the lines of a file but for the first and the last.
func linesBetween(data []byte) [][]byte {
	lines := bytes.Split(bytes.TrimSpace(data), []byte("\n"))
	return lines[1 : len(lines)-1]
}

// fileOf returns the file that has these lines between the first and the last.
func fileOf(lines []string) []byte {
	return fmt.Appendf(nil, "{\"schema\":\"cmp.ledger/1\"}\n%s\n{\"record\":\"end\",\"lines\":%d}\n", strings.Join(lines, "\n"), len(lines)+1)
}

// quickFolder returns a folder for files that nobody has to wait for.
func quickFolder(tb testing.TB) string {
	tb.Helper()
	if _, err := os.Stat("/dev/shm"); err == nil {
		tb.Setenv("TMPDIR", "/dev/shm")
	}
	return tb.TempDir()
}

// becomes takes a file into a ledger that is made of what was there before, and
// looks at the result from all sides. It reports whether it took it in.
func becomes(t interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}, path string, before, file []byte) bool {
	t.Helper()
	theirs, err := exchange.Read(file)
	if err != nil {
		return false
	}
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(path, author)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx := context.Background()
	if before != nil {
		ours, err := exchange.Read(before)
		if err == nil {
			_, err = takeIn(ctx, db, ours)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	want, err := takeIn(ctx, db, theirs)
	if err != nil {
		t.Fatalf("read, but not taken in: %v", err)
	}
	var got bytes.Buffer
	err = db.View(ctx, func(tx *store.Tx) error {
		l, err := tx.Ledger(ctx)
		if err == nil {
			err = exchange.Write(&got, l)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got.String(), "\n")); diff != "" {
		t.Fatalf("merged and exported (-want +got):\n%s", diff)
	}
	for _, c := range store.Examine(ctx, path) {
		if c.Verdict == store.Wrong {
			t.Fatalf("%s: %v", c.Name, c.Findings)
		}
	}
	return true
}
