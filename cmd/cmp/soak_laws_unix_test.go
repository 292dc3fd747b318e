//go:build unix

package main

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// look checks the ledgers while no command runs. See [TestSoak] for the laws.
func (s *soak) look(random *rand.Rand) {
	if s.failed() {
		return
	}
	entries := map[string][]logged{} // by mark
	for _, h := range s.homes {
		s.tidy(h)
		s.sound(h)
		for _, l := range s.histories(h) {
			for _, e := range l {
				entries[e.mark] = append(entries[e.mark], e)
			}
		}
	}
	for _, r := range s.runs {
		s.judge(r, entries[r.mark])
	}
	for _, h := range s.homes {
		s.rehearse(h, random)
		s.travels(h)
	}
	s.runs, s.restores, s.killed = nil, 0, false
	s.counts[[2]string{"all", "looks at both ledgers"}]++
}

// tidy checks that nothing lies about that commands have begun. What a SIGKILL left
// may, until the next command that writes, and doctor --tidy.
func (s *soak) tidy(h *home) {
	folders := []string{h.folder, filepath.Join(h.folder, "backups"), filepath.Join(s.folder, "files"), filepath.Join(s.folder, "tmp")}
	if s.killed {
		s.must(h, "status") // takes back what was half written
		s.must(h, "add", "After a kill", "--points", "1", "--date", "2026-01-02")
		s.must(h, "undo")
		longAgo := time.Now().Add(-24 * time.Hour) // else a command may be at it
		for _, folder := range folders {
			parts, _ := filepath.Glob(filepath.Join(folder, ".cmp-*"))
			for _, part := range parts {
				_ = os.Chtimes(part, longAgo, longAgo)
			}
		}
		s.must(h, "doctor", "--tidy")
	}
	for i, folder := range folders {
		files, err := os.ReadDir(folder)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			s.fault("%v", err)
		}
		for _, file := range files {
			name := file.Name()
			if i == 0 && name != "ledger.db" && name != "backups" || i == 1 && !strings.HasPrefix(name, "ledger-") || i == 3 ||
				strings.HasPrefix(name, ".") || strings.HasSuffix(name, "-journal") || strings.Contains(name, "-damaged") {
				s.fault("was left: %s", filepath.Join(folder, name))
			}
		}
	}
}

// sound checks what is true of every ledger at rest.
func (s *soak) sound(h *home) {
	s.must(h, "doctor")
	if out := s.must(h, "status", "--format", "json"); !json.Valid([]byte(out)) {
		s.fault("status is no JSON: %.500s", out)
	}
	s.inLedger(h.ledger, func(q querier) {
		for _, wrong := range q(`SELECT 'too much of credit ' || credit.id FROM allocation
				JOIN credit ON credit.id = allocation.credit JOIN cycle ON cycle.id = allocation.cycle
				GROUP BY credit.id, cycle.credential HAVING sum(allocation.points) > iif(removed, 0, credit.points)
			UNION ALL SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'
			UNION ALL SELECT "table" || ' ' || rowid || ' has no ' || parent FROM pragma_foreign_key_check`) {
			s.fault("%s: %s", h.ledger, wrong[0])
		}
	})
}

// A querier returns rows, each with its columns as texts.
type querier func(query string) [][]string

// inLedger lets fn read a ledger behind the program's back.
func (s *soak) inLedger(path string, fn func(querier)) {
	if err := lookInto(path, fn); err != nil {
		s.fault("%s: %v", path, err)
	}
}

// lookInto lets fn read a ledger that no command runs on. It returns the first error.
func lookInto(path string, fn func(querier)) error {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?mode=ro")
	if err != nil {
		return err
	}
	defer db.Close()
	var first error
	fn(func(query string) [][]string {
		all, err := readRows(db, query)
		first = cmp.Or(first, err)
		return all
	})
	return first
}

func readRows(db *sql.DB, query string) (all [][]string, err error) {
	rows, err := db.Query(query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	for err == nil && rows.Next() {
		row, at := make([]string, len(columns)), make([]any, len(columns))
		for i := range row {
			at[i] = &row[i]
		}
		err = rows.Scan(at...)
		all = append(all, row)
	}
	return all, cmp.Or(err, rows.Err())
}

// A logged is an entry of a log.
type logged struct {
	name    string // its number, stamp and command
	mark    string
	records []string // as it left them
}

// histories returns the log of a ledger, and those of ledgers that a restore replaced since
// the last look. One of them begins with the log as it was then.
func (s *soak) histories(h *home) (all [][]logged) {
	paths := []string{h.ledger}
	saved, _ := filepath.Glob(filepath.Join(h.folder, "backups", "*-before-restore*.db"))
	for _, path := range saved {
		if !h.seen[path] {
			paths = append(paths, path)
			h.seen[path] = true
		}
	}
	grown := false
	for _, path := range paths {
		l := s.history(path)
		names := make([]string, len(l))
		for i, e := range l {
			names[i] = e.name
		}
		grown = grown || len(names) >= len(h.log) && slices.Equal(names[:len(h.log)], h.log)
		all = append(all, l)
		if path == h.ledger {
			defer func() { h.log = names }()
		}
	}
	if !grown {
		s.fault("%s: of %d entries some are gone; last of all was %s", h.ledger, len(h.log), h.log[len(h.log)-1])
	}
	return all
}

// history returns the log of a ledger, and goes back through it to nothing.
func (s *soak) history(path string) (all []logged) {
	s.inLedger(path, func(q querier) {
		records := s.rewind(path, q)
		next := 1
		for i, e := range q(`SELECT id, stamp, command, first_change, changes, (SELECT count(*) FROM change WHERE entry = entry.id),
				stamp <= (SELECT coalesce(max(stamp), '') FROM entry AS earlier WHERE earlier.id < entry.id) FROM entry ORDER BY id`) {
			one := logged{name: strings.Join(e[:3], " "), records: records[e[0]]}
			if _, after, ok := strings.Cut(e[2], "--holder "); ok {
				one.mark, _, _ = strings.Cut(after, " ")
			}
			if e[0] != fmt.Sprint(i+1) || e[3] != fmt.Sprint(next) || e[4] != e[5] && e[4] != "0" || e[6] == "1" {
				s.fault("%s: a gap in the log: entry %v, which is number %d with change %d", path, e, i+1, next)
			}
			var changes int
			fmt.Sscan(e[4], &changes)
			next += changes
			all = append(all, one)
		}
	})
	return all
}

// rewind goes back change by change, and returns what each entry made of records.
func (s *soak) rewind(path string, q querier) map[string][]string {
	now := map[string]string{} // records, by table and key
	for _, query := range q(`SELECT printf('SELECT ''%s ''||json_array(%s), json_object(%s) FROM %s', t.name,
			group_concat(c.name, ', ') FILTER (WHERE c.pk > 0), group_concat(printf('''%s'', %s', c.name, c.name), ', '), t.name)
		FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
		WHERE t.type = 'table' AND t.name NOT GLOB 'sqlite_*' AND t.name NOT IN ('entry', 'change', 'content', 'alias', 'gone')
			AND c.name NOT IN ('changed', 'past') GROUP BY t.name`) {
		for _, row := range q(query[0]) {
			now[row[0]] = row[1]
		}
	}
	made := map[string][]string{}
	for _, c := range q(`SELECT entry, record || ' ' || key, coalesce(before, '') FROM change ORDER BY id DESC`) {
		record, there := now[c[1]]
		if there {
			made[c[0]] = append(made[c[0]], record)
		}
		now[c[1]] = c[2]
		if c[2] == "" {
			delete(now, c[1])
			if !there {
				s.fault("%s: entry %s added %s, which is not there though no later entry took it away", path, c[0], c[1])
			}
		}
	}
	for place, record := range now {
		s.fault("%s: no entry added %s: %s", path, place, record)
	}
	return made
}

// judge compares a command with its entries. One that is in two logs is one.
func (s *soak) judge(r *run, found []logged) {
	slices.SortFunc(found, func(a, b logged) int { return strings.Compare(a.name, b.name) })
	found = slices.CompactFunc(found, func(a, b logged) bool { return a.name == b.name })
	least, most := 0, 1
	switch no := r.args[0] == "reconcile" && r.exit == 3; { // which says no, and remembers
	case r.dry, r.effect == "reads", r.exit > 0 && !no:
		most = 0
	case r.exit == 0 && r.effect == "writes":
		least = 1
	}
	if n := len(found); n < least || n > most {
		s.fault("%d entries in the log, want %d to %d, of a command that ended by %s: %s\n%s%s", n, least, most, r.ended, r, r.out, r.err)
		return
	}
	if least == 0 {
		return
	}
	s.counts[[2]string{"all", "acknowledged writes, all in the log"}]++
	for _, fact := range r.facts {
		s.counts[[2]string{"all", "records found as they were typed"}]++
		if !slices.ContainsFunc(found[0].records, func(record string) bool {
			return !slices.ContainsFunc(fact, func(text string) bool { return !strings.Contains(strings.TrimSuffix(record, "}")+",", text) })
		}) {
			s.fault("no record has %q, of the entry of: %s\n%s", fact, r, strings.Join(found[0].records, "\n"))
		}
	}
}

// rehearse checks that a dry run changes no byte.
func (s *soak) rehearse(h *home, random *rand.Rand) {
	w := &worker{s: s, number: 8, random: random}
	w.made = int(random.Uint32())
	var writing []kind
	for _, k := range s.kinds {
		if k.effect != "reads" {
			writing = append(writing, k)
		}
	}
	for range 3 {
		r := w.command(h, writing[random.IntN(len(writing))])
		if !r.dry {
			r.dry, r.args = true, append(r.args, "--dry-run")
		}
		before := s.bytes(h.folder)
		s.run(r, 0, 0)
		if s.bytes(h.folder) != before {
			s.fault("a dry run changed something: %s", r)
		}
	}
}

// bytes returns all files below a folder in one text.
func (s *soak) bytes(folder string) string {
	var all strings.Builder
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			text, err := os.ReadFile(path)
			fmt.Fprintf(&all, "%s %d\n%s", path, len(text), text)
			return err
		}
		return err
	})
	if err != nil {
		s.fault("%v", err)
	}
	return all.String()
}

// travels checks that an empty ledger that takes in the whole ledger holds the same,
// where nothing is allocated anew.
func (s *soak) travels(h *home) {
	want := s.must(h, "export", "ledger")
	name := filepath.Base(h.folder)
	file := s.write(name+".jsonl", want)
	other := filepath.Join(s.folder, "other")
	defer os.RemoveAll(other)
	away := &home{folder: other, ledger: filepath.Join(other, "ledger.db")}
	s.must(away, "import", file, "--allocate", "manual")
	if got := s.must(away, "export", "ledger"); got != want {
		s.fault("an empty ledger took in %s and exports %s", file, s.write(name+"-again.jsonl", got))
	}
}
