package cli_test

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// A history is a ledger with all that it held: what before[i] has is what it
// held before entry i+1 was written.
type history struct {
	*world
	file     *sql.DB // looks behind the program
	contents string  // SQL of all that the ledger holds; see content
	before   []string
	tried    int            // how many commands were run
	kinds    map[string]int // how often a command changed something
}

func newHistory(t *testing.T) *history {
	t.Helper()
	h := &history{world: newWorld(t), kinds: map[string]int{}}
	t.Cleanup(func() {
		h.close(t)
		t.Logf("commands that changed something: %v", h.kinds)
	})
	return h
}

// begin throws away what there was.
func (h *history) begin(t rapid.TB) {
	h.close(t)
	if err := os.Remove(h.db); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	h.before, h.tried = nil, 0
}

func (h *history) close(t rapid.TB) {
	if h.file != nil {
		need(t, h.file.Close())
	}
	h.file = nil
}

// query returns the rows of one text column.
func (h *history) query(t rapid.TB, query string) []string {
	t.Helper()
	if _, err := os.Stat(h.db); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if h.file == nil {
		var err error
		if h.file, err = sql.Open("sqlite", h.db); err != nil {
			t.Fatal(err)
		}
		h.file.SetMaxOpenConns(1)
	}
	rows, err := h.file.Query(query)
	need(t, err)
	defer rows.Close()
	var all []string
	for rows.Next() {
		var s string
		need(t, rows.Scan(&s))
		all = append(all, s)
	}
	need(t, rows.Err())
	return all
}

// content returns all rows of all tables but those that the log does not keep.
func (h *history) content(t rapid.TB) string {
	t.Helper()
	if h.contents == "" {
		h.contents = strings.Join(h.query(t, `SELECT 'SELECT concat_ws('' '', ''' || t.name || ''', ' ||
				group_concat('quote(' || c.name || ')', ', ') || ') FROM ' || t.name
			FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
			WHERE t.type = 'table' AND t.name NOT IN ('entry', 'change', 'content', 'alias', 'gone', 'sqlite_sequence') AND c.name NOT IN ('changed', 'past')
			GROUP BY t.name`), " UNION ALL ")
	}
	if h.contents == "" {
		return ""
	}
	return strings.Join(h.query(t, h.contents+" ORDER BY 1"), "\n")
}

// entries returns how many entries the log has.
func (h *history) entries(t rapid.TB) int {
	t.Helper()
	count := h.query(t, `SELECT count(*) FROM entry`)
	if count == nil {
		return 0
	}
	n, err := strconv.Atoi(count[0])
	need(t, err)
	return n
}

// do runs a command, which changes something and is in the log, or does
// neither. What fails must not change anything. Of an older entry that is taken
// back nothing may be left, where what it allocated was allocated anew since.
func (h *history) do(t rapid.TB, args ...string) (code int) {
	t.Helper()
	before, entries := h.content(t), h.entries(t)
	declared := h.declared(t)
	code = h.run(args...)
	h.tried++
	t.Logf("cmp %q: exit code %d", args, code)
	after, more := h.content(t), h.entries(t)-entries
	changed := before != after
	switch {
	case code != 0 && args[0] != "reconcile" && (changed || more != 0): // which says no, and remembers
		t.Fatalf("cmp %q: exit code %d and %d entries; %s", args, code, more, cmp.Diff(before, after))
	case changed && more != 1, !changed && more != 0 && !(args[0] == "undo" && len(args) == 2):
		t.Fatalf("cmp %q: changed the ledger: %v; new entries: %d", args, changed, more)
	case more == 1:
		h.before = append(h.before, before)
		h.kinds[name(args)]++
		h.checkStep(t, args, declared)
	}
	return code
}

// checkStep checks that nothing moves a declared cycle.
func (h *history) checkStep(t rapid.TB, args []string, declared map[string]string) {
	t.Helper()
	for cycle, days := range h.declared(t) {
		if before, ok := declared[cycle]; ok && before != days {
			t.Fatalf("cmp %q: moved the declared cycle %s from %s to %s", args, cycle, before, days)
		}
	}
}

// declared returns the days of the declared cycles, by their IDs.
func (h *history) declared(t rapid.TB) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, row := range h.query(t, `SELECT cycle.id || ' ' || cycle.first_day || ' ' || cycle.last_day
		FROM cycle JOIN declaration ON declaration.cycle = cycle.id`) {
		id, days, _ := strings.Cut(row, " ")
		all[id] = days
	}
	return all
}

// name returns the words that name a command.
func name(args []string) string {
	if args[0] == "credential" || args[0] == "evidence" || args[0] == "courses" {
		return args[0] + " " + args[1]
	}
	return args[0]
}

// mustDo is do for a command that has to succeed.
func (h *history) mustDo(t rapid.TB, args ...string) {
	t.Helper()
	if code := h.do(t, args...); code != 0 {
		t.Fatalf("cmp %q: exit code %d\n%s", args, code, h.err.String())
	}
}

// check compares what the ledger holds.
func (h *history) check(t rapid.TB, when, want string) {
	t.Helper()
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(h.content(t), "\n")); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", when, diff)
	}
}

// What commands did is undone step by step, and done again step by step, and
// back and forth.
func TestUndoIsBefore(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	rapid.Check(t, func(t *rapid.T) {
		h.begin(t)
		for range rapid.IntRange(5, 20).Draw(t, "commands") {
			h.doSomething(t)
		}
		states := append(slices.Clone(h.before), h.content(t))
		last := len(states) - 1
		at := last
		step := func(command string, by int) {
			if want := at + by; want < 0 || want > last {
				if code := h.do(t, command); code != 1 {
					t.Fatalf("cmp %s: exit code %d, want 1", command, code)
				}
				return
			}
			h.mustDo(t, command)
			at += by
			h.check(t, fmt.Sprintf("%s, then at %d of %d", command, at, last), states[at])
		}
		for range last + 1 {
			step("undo", -1)
		}
		for range last + 1 {
			step("redo", +1)
		}
		for _, back := range rapid.SliceOfN(rapid.Bool(), 0, 12).Draw(t, "walk") {
			if back {
				step("undo", -1)
			} else {
				step("redo", +1)
			}
		}
	})
}

var advice = regexp.MustCompile(`entry (\d+) depends on it: .*; undo that first: cmp undo (\d+)\n$`)

// An entry of any age is taken back, or a later one stands in the way: when
// all that are named have been taken back, it is taken back too. The ledger is
// sound either way.
func TestUndoOfAnEntry(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	rapid.Check(t, func(t *rapid.T) {
		h.begin(t)
		for range rapid.IntRange(5, 20).Draw(t, "commands") {
			h.doSomething(t)
		}
		for range rapid.IntRange(1, 4).Draw(t, "undos") {
			n := h.entries(t)
			if n == 0 {
				return
			}
			h.undoEntry(t, rapid.IntRange(1, n).Draw(t, "entry"))
			if rapid.Bool().Draw(t, "go on") {
				h.doSomething(t)
			}
		}
	})
}

// A credit that is allocated in a cycle that was closed since goes and comes back
// with the very same allocations.
func TestUndoInAClosedCycle(t *testing.T) {
	h := newHistory(t)
	h.begin(t)
	for _, args := range [][]string{
		{"credential", "add", "RPT", "--expires", "2027-03-31"},
		{"add", "Enough", "--points", "60", "--date", "2026-01-05", "--topic", "safety"},
		{"renew", "RPT", "--yes"},
		{"credential", "add", "SBB", "--voluntary"},
		{"undo", "2"},
	} {
		h.mustDo(t, args...)
	}
	h.checkToggle(t)
}

// undoEntry takes back an entry, and first, as advised, those that depend on
// it.
func (h *history) undoEntry(t *rapid.T, entry int) {
	t.Helper()
	wanted := []int{entry}
	for range 10 * h.entries(t) {
		id := wanted[len(wanted)-1]
		code := h.do(t, "undo", strconv.Itoa(id))
		if code == 0 {
			h.checkSound(t)
			h.checkToggle(t)
			if wanted = wanted[:len(wanted)-1]; len(wanted) == 0 {
				return
			}
			continue
		}
		if strings.Contains(h.err.String(), "was undone already") && len(wanted) == 1 {
			return
		}
		if strings.Contains(h.err.String(), "later entries changed the same") { // after turns of undo and redo
			h.checkSound(t)
			return
		}
		found := advice.FindStringSubmatch(h.err.String())
		if found == nil || found[1] != found[2] {
			t.Fatalf("cmp undo %d: exit code %d, no entry is named: %s", id, code, h.err.String())
		}
		later, _ := strconv.Atoi(found[1])
		if later <= id || later > h.entries(t) {
			t.Fatalf("cmp undo %d: names entry %d of %d", id, later, h.entries(t))
		}
		wanted = append(wanted, later)
	}
	t.Fatalf("cmp undo %d: advice without end: %v", entry, wanted)
}

// checkToggle takes back the last taking back, and that one again.
func (h *history) checkToggle(t rapid.TB) {
	t.Helper()
	after, before := h.content(t), h.before[len(h.before)-1]
	h.mustDo(t, "undo", strconv.Itoa(h.entries(t)))
	h.check(t, "taken back and done again", before)
	h.mustDo(t, "undo", strconv.Itoa(h.entries(t)))
	h.check(t, "taken back, done again and taken back", after)
}

// checkSound checks what has to be true of every ledger.
func (h *history) checkSound(t *rapid.T) {
	t.Helper()
	wrong := h.query(t, `SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'
		UNION ALL SELECT concat_ws(' ', "table", rowid, 'has no', parent) FROM pragma_foreign_key_check
		UNION ALL SELECT 'too much of credit ' || credit.id FROM allocation
			JOIN credit ON credit.id = allocation.credit JOIN cycle ON cycle.id = allocation.cycle
			GROUP BY credit.id, cycle.credential HAVING sum(allocation.points) > iif(removed, 0, credit.points)`)
	if len(wrong) > 0 {
		t.Fatalf("not sound: %s", strings.Join(wrong, "; "))
	}
	h.mustDo(t, "status")
	h.mustDo(t, "list")
	h.mustDo(t, "log")
}

// write makes a file beside the ledger and returns its path.
func (h *history) write(t rapid.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(filepath.Dir(h.db), name)
	need(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}
