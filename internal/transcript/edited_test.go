package transcript_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

// An entry is a credit of a ledger as it is, and as it was imported.
type entry struct {
	now     ledger.Credit
	was     string // identity
	removed bool
	into    int64 // the credit that it was merged into, or 0
}

// knownEntries files entries under both of their identities, as a ledger does:
// those that were merged as what they became.
func knownEntries(entries []entry) map[string][]ledger.Known {
	m := make(map[string][]ledger.Known)
	add := func(e entry, identity string, edited bool) {
		k := ledger.Known{Credit: e.now, Removed: e.removed, Edited: edited}
		if e.into != 0 {
			i := slices.IndexFunc(entries, func(x entry) bool { return x.now.ID == e.into })
			k = ledger.Known{Credit: entries[i].now, Removed: entries[i].removed, Edited: true, Merged: e.now.ID}
		}
		m[identity] = append(m[identity], k)
	}
	for _, e := range entries {
		add(e, e.now.Identity(), false)
	}
	for _, e := range entries {
		if e.was != e.now.Identity() {
			add(e, e.was, true)
		}
	}
	return m
}

func rowsOf(credits []ledger.Credit) []transcript.Row {
	rows := make([]transcript.Row, len(credits))
	for i, c := range credits {
		c.ID = 0
		rows[i].Credit = c
	}
	return rows
}

// importEntries returns the ledger behind an import of all that is new.
func importEntries(entries []entry, file []ledger.Credit) []entry {
	entries = slices.Clone(entries)
	for _, v := range transcript.Match(rowsOf(file), transcript.Identities(rowsOf(file)), knownEntries(entries)) {
		if v.Kind == transcript.New {
			c := v.Row.Credit
			c.ID = int64(len(entries) + 1)
			entries = append(entries, entry{now: c, was: c.Identity()})
		}
	}
	return entries
}

// anyCredits generates credits of few identities, which edits make each other.
func anyCredits() *rapid.Generator[[]ledger.Credit] { return rapid.SliceOfN(anyCredit(), 0, 8) }

func anyCredit() *rapid.Generator[ledger.Credit] {
	return rapid.Custom(func(t *rapid.T) ledger.Credit {
		return ledger.Credit{
			Date:      739000 + ledger.Date(rapid.IntRange(0, 2).Draw(t, "date")),
			Title:     rapid.SampledFrom([]string{"A", "a ", "B"}).Draw(t, "title"),
			Provider:  rapid.SampledFrom([]string{"", "LabCE"}).Draw(t, "provider"),
			Points:    rapid.SampledFrom([]ledger.Points{100, 150}).Draw(t, "points"),
			Activity:  ledger.CourseActivity,
			Reference: rapid.SampledFrom([]string{"", "", "1"}).Draw(t, "reference"),
		}
	})
}

// editSome edits and removes some of the entries.
func editSome(t *rapid.T, entries []entry) []entry {
	entries = slices.Clone(entries)
	for i := range entries {
		e := &entries[i]
		if rapid.Bool().Draw(t, "edited") {
			id := e.now.ID
			e.now = anyCredit().Draw(t, "now")
			e.now.ID = id
		}
		e.removed = rapid.IntRange(0, 3).Draw(t, "removed") == 0
	}
	return entries
}

// mergeSome merges some of the entries into others.
func mergeSome(t *rapid.T, entries []entry) []entry {
	entries = slices.Clone(entries)
	for i := range entries {
		into := rapid.IntRange(0, len(entries)-1).Draw(t, "into")
		if into == i || entries[into].into != 0 || rapid.Bool().Draw(t, "stays") {
			continue
		}
		for j := range entries {
			if j == i || entries[j].into == entries[i].now.ID {
				entries[j].into = entries[into].now.ID
			}
		}
	}
	return entries
}

// A file that was imported adds nothing again, whatever was edited, removed or
// merged since; nor does what was exported since.
func TestMatchAgainAfterEdits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		file := anyCredits().Draw(t, "file")
		entries := mergeSome(t, editSome(t, importEntries(nil, file)))
		again := importEntries(entries, rapid.Permutation(file).Draw(t, "again"))
		if len(again) != len(entries) {
			t.Fatalf("the file added %v\nto %v", again[len(entries):], entries)
		}
		var export []ledger.Credit
		for _, e := range entries {
			export = append(export, e.now)
		}
		if again = importEntries(entries, export); len(again) != len(entries) {
			t.Fatalf("the export added %v\nto %v", again[len(entries):], entries)
		}
	})
}

// Importing any file twice is importing it once, also into a ledger of which
// much was edited or merged.
func TestMatchTwiceEdited(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := mergeSome(t, editSome(t, importEntries(nil, anyCredits().Draw(t, "ledger"))))
		file := anyCredits().Draw(t, "file")
		once := importEntries(entries, file)
		twice := importEntries(once, rapid.Permutation(file).Draw(t, "again"))
		if len(twice) != len(once) {
			t.Fatalf("second import added %v\nto %v", twice[len(once):], once)
		}
	})
}

// No credit is more rows than were merged into it and one, and the verdicts do
// not depend on where in the file equal rows are.
func TestMatchEditedRowOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := mergeSome(t, editSome(t, importEntries(nil, anyCredits().Draw(t, "ledger"))))
		most := make(map[int64]int)
		for _, e := range entries {
			most[cmp.Or(e.into, e.now.ID)]++
		}
		known := knownEntries(entries)
		file := anyCredits().Draw(t, "file")
		judge := func(file []ledger.Credit) (all []string) {
			taken := make(map[int64]int)
			for _, v := range transcript.Match(rowsOf(file), transcript.Identities(rowsOf(file)), known) {
				if taken[v.Existing.ID]++; v.Existing.ID != 0 && taken[v.Existing.ID] > most[v.Existing.ID] {
					t.Fatalf("credit %d is %d rows, and no more than %d were merged to it", v.Existing.ID, taken[v.Existing.ID], most[v.Existing.ID])
				}
				c := v.Row.Credit
				c.Title = strings.ToLower(strings.TrimSpace(c.Title))
				all = append(all, fmt.Sprint(c, v.Kind, v.Changes))
			}
			slices.Sort(all)
			return all
		}
		if diff := gocmp.Diff(judge(file), judge(rapid.Permutation(file).Draw(t, "order"))); diff != "" {
			t.Fatalf("verdicts in two orders:\n%s", diff)
		}
	})
}

func TestMatchEditedChoices(t *testing.T) {
	on := func(day ledger.Date) ledger.Credit {
		return ledger.Credit{Date: 739000 + day, Title: "Journal club", Points: 100}
	}
	numbered := func(title string) ledger.Credit {
		return ledger.Credit{Date: 739000, Title: title, Points: 100, Reference: "7"}
	}
	as := func(id int64, was, now ledger.Credit, removed bool) entry {
		now.ID = id
		return entry{now, was.Identity(), removed, 0}
	}
	merged := func(id int64, was ledger.Credit, into int64) entry {
		e := as(id, was, was, true)
		e.into = into
		return e
	}
	tests := []struct {
		name    string
		file    []ledger.Credit
		entries []entry
		want    string // kind and existing credit of each row
	}{
		{"edited into what another row is", []ledger.Credit{on(1), on(2)},
			[]entry{as(1, on(1), on(2), false), as(2, on(2), on(2), false)}, "duplicate 1, duplicate 2"},
		{"all moved by a week", []ledger.Credit{on(1), on(8), on(15)},
			[]entry{as(1, on(1), on(8), false), as(2, on(8), on(15), false), as(3, on(15), on(22), false)},
			"duplicate 1, duplicate 2, duplicate 3"},
		{"all moved by a week, as exported", []ledger.Credit{on(8), on(15), on(22)},
			[]entry{as(1, on(1), on(8), false), as(2, on(8), on(15), false), as(3, on(15), on(22), false)},
			"duplicate 1, duplicate 2, duplicate 3"},
		{"the first and the new form", []ledger.Credit{on(1), on(2)},
			[]entry{as(1, on(1), on(2), false)}, "new 0, duplicate 1"},
		{"two titles of one reference", []ledger.Credit{numbered("A"), numbered("B")},
			[]entry{as(1, numbered("A"), on(2), false)}, "duplicate 1, new 0"},
		{"the same two the other way round", []ledger.Credit{numbered("B"), numbered("A")},
			[]entry{as(1, numbered("A"), on(2), false)}, "new 0, duplicate 1"},
		{"edited and removed", []ledger.Credit{on(1)}, []entry{as(1, on(1), on(2), true)}, "removed 1"},
		{"one that is there before a removed one", []ledger.Credit{on(1)},
			[]entry{as(1, on(1), on(2), true), as(2, on(1), on(3), false)}, "duplicate 2"},
		{"merged", []ledger.Credit{on(2)}, []entry{as(1, on(1), on(1), false), merged(2, on(2), 1)}, "duplicate 1"},
		{"merged, and what it became", []ledger.Credit{on(1), on(2)},
			[]entry{as(1, on(1), on(1), false), merged(2, on(2), 1)}, "duplicate 1, duplicate 1"},
		{"merged with one that is the same, and once more", []ledger.Credit{on(1), on(1), on(1)},
			[]entry{as(1, on(1), on(1), false), merged(2, on(1), 1)}, "duplicate 1, duplicate 1, new 0"},
		{"merged, under a reference with other points", []ledger.Credit{numbered("A"), numbered("B")},
			[]entry{as(1, numbered("A"), numbered("A"), false), merged(2, numbered("C"), 1)}, "duplicate 1, duplicate 1"},
		{"merged, and that removed", []ledger.Credit{on(2)}, []entry{as(1, on(1), on(1), true), merged(2, on(2), 1)}, "removed 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, v := range transcript.Match(rowsOf(tt.file), transcript.Identities(rowsOf(tt.file)), knownEntries(tt.entries)) {
				got = append(got, fmt.Sprint(v.Kind, " ", v.Existing.ID))
			}
			if diff := gocmp.Diff(tt.want, strings.Join(got, ", ")); diff != "" {
				t.Errorf("Match (-want +got):\n%s", diff)
			}
		})
	}
}
