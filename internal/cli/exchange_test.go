package cli_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/store"
)

// export returns what cmp export ledger writes.
func (h *history) export(t rapid.TB) string {
	t.Helper()
	if code := h.run("export", "ledger"); code != 0 {
		t.Fatalf("cmp export ledger: exit code %d\n%s", code, h.err.String())
	}
	return h.out.String()
}

// take imports a ledger, which must not fail, and looks at the result from all
// sides.
func (h *history) take(t rapid.TB, ledger string) {
	t.Helper()
	file := h.write(t, "other.jsonl", ledger)
	if code := h.run("import", file); code != 0 {
		t.Fatalf("cmp import: exit code %d\n%s", code, h.err.String())
	}
	t.Logf("import into %s: %s", filepath.Base(filepath.Dir(h.db)), h.out.String())
	h.before, h.forced = append(h.before, ""), true
	h.isSound(t)
}

func (h *history) isSound(t rapid.TB) {
	t.Helper()
	for _, c := range store.Examine(context.Background(), h.db) {
		if c.Verdict == store.Wrong {
			t.Fatalf("cmp doctor: %s: %v", c.Name, c.Findings)
		}
	}
	wrong := h.query(t, `SELECT 'credit ' || credit || ' gives to ' || requirement || ' without the topic' FROM allocation
		WHERE requirement IN ('safety', 'ethics', 'phlebotomy', 'blood-banking')
		AND NOT EXISTS (SELECT 1 FROM credit_topic AS t WHERE t.credit = allocation.credit AND t.topic = requirement)`)
	if len(wrong) > 0 {
		t.Fatalf("%q", wrong)
	}
	for _, command := range []string{"status", "list", "log"} {
		if code := h.run(command); code != 0 {
			t.Fatalf("cmp %s: exit code %d\n%s", command, code, h.err.String())
		}
	}
}

// beginWith throws away what there was for a copy of another ledger.
func (h *history) beginWith(t rapid.TB, other *history) {
	t.Helper()
	h.begin(t)
	data, err := os.ReadFile(other.db)
	if os.IsNotExist(err) {
		return
	}
	if err == nil {
		err = os.WriteFile(h.db, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	h.forced, h.tried = other.forced, 1000
}

func equal(t rapid.TB, what, want, got string) {
	t.Helper()
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

// Two ledgers that are worked with, and take in what the other one has, are
// equal; that is undone and done again like all else.
func TestExchangeMakesEqual(t *testing.T) {
	a, b := newHistory(t), newHistory(t)
	someTimes(t, func(t *rapid.T) {
		a.begin(t)
		for range rapid.IntRange(0, 8).Draw(t, "before") {
			a.doSomething(t)
		}
		b.beginWith(t, a)
		for range rapid.IntRange(1, 3).Draw(t, "rounds") {
			for range rapid.IntRange(0, 8).Draw(t, "commands") {
				if h := []*history{a, b}[rapid.IntRange(0, 1).Draw(t, "ledger")]; rapid.IntRange(0, 9).Draw(t, "undo") == 0 {
					t.Logf("cmp undo: exit code %d", h.run("undo"))
				} else {
					h.doSomething(t)
				}
			}
			meet(t, a, b)
		}
	})
}

// meet lets two ledgers take in one another, at once or one after the other.
func meet(t *rapid.T, a, b *history) {
	t.Helper()
	ours, theirs := a.export(t), b.export(t)
	b.take(t, ours)
	if rapid.Bool().Draw(t, "one after the other") {
		theirs = b.export(t)
	}
	content, entries := a.content(t), a.entries(t)
	a.take(t, theirs)
	merged := a.export(t)
	equal(t, "the one and the other", b.export(t), merged)
	if a.entries(t) == entries {
		return // there was nothing new
	}
	if code := a.run("undo"); code != 0 {
		t.Fatalf("cmp undo: exit code %d: %s", code, a.err.String())
	}
	a.check(t, "undone", content)
	equal(t, "undone, exported", ours, a.export(t))
	if rapid.Bool().Draw(t, "redo") {
		if code := a.run("redo"); code != 0 {
			t.Fatalf("cmp redo: exit code %d: %s", code, a.err.String())
		}
	} else {
		a.take(t, theirs)
	}
	equal(t, "done again, exported", merged, a.export(t))
	entries = a.entries(t)
	a.take(t, theirs)
	if more := a.entries(t) - entries; more != 0 {
		t.Fatalf("%d entries of what was there already", more)
	}
	a.isSound(t)
}

// A ledger that is exported and imported where there is none is the same.
func TestExportImportIsTheSame(t *testing.T) {
	a, b := newHistory(t), newHistory(t)
	someTimes(t, func(t *rapid.T) {
		a.begin(t)
		b.begin(t)
		for range rapid.IntRange(0, 20).Draw(t, "commands") {
			a.doSomething(t)
		}
		want := a.export(t)
		b.take(t, want)
		equal(t, "exported, imported, exported", want, b.export(t))
	})
}
