package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
)

// Credits returns all credits, ordered by date and then by ID, each with its topics in the
// holder's order. The transaction keeps them, to read again only those that it changes: who
// changes the list takes a copy of it, and of the topics that they change.
func (tx *Tx) Credits(ctx context.Context) (all []ledger.Credit, err error) {
	var change int64
	if !tx.readOnly {
		if err := tx.one(ctx, []any{&change}, `SELECT coalesce(max(id), 0) FROM change`); err != nil {
			return nil, wrap(err, "read credits")
		}
	}
	switch {
	case tx.lastCredits == nil:
		all, err = tx.credits(ctx, "NOT removed")
	case tx.lastChange < change:
		all, err = tx.readChanged(ctx)
	default:
		return tx.lastCredits, nil
	}
	if err != nil {
		return nil, wrap(err, "read credits")
	}
	tx.lastCredits, tx.lastChange = all, change
	return all, nil
}

// readChanged returns the credits that were read last, those that changed since as they are now.
func (tx *Tx) readChanged(ctx context.Context) ([]ledger.Credit, error) {
	const changed = ` FROM change WHERE id > ? AND record IN ('credit', 'credit_topic')`
	old, err := pairs[int64, bool](ctx, tx, `SELECT key ->> 0, TRUE`+changed, tx.lastChange)
	if err != nil || len(old) == 0 {
		return tx.lastCredits, err
	}
	all, err := tx.credits(ctx, `NOT removed AND id IN (SELECT key ->> 0`+changed+`)`, tx.lastChange)
	for _, c := range tx.lastCredits {
		if !old[c.ID] {
			all = append(all, c)
		}
	}
	slices.SortFunc(all, byDate)
	return all, err
}

// byDate orders credits by date and then by ID.
func byDate(a, b ledger.Credit) int {
	return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.ID, b.ID))
}

// Credit returns the credit with the given ID, or an error that wraps
// [ErrNotFound].
func (tx *Tx) Credit(ctx context.Context, id int64) (ledger.Credit, error) {
	c, err := first(tx.credits(ctx, "id = ? AND NOT removed", id))
	return c, wrap(err, "credit %d", id)
}

// credits returns the credits that meet a condition, with their topics.
func (tx *Tx) credits(ctx context.Context, where string, args ...any) ([]ledger.Credit, error) {
	all, err := read(ctx, tx, func(c *ledger.Credit) []any {
		return []any{&c.ID, &c.UID, dayColumn{&c.Date}, &c.Title, &c.Provider, &c.Points,
			activityColumn{&c.Activity}, &c.Reference, &c.URL, &c.Note, &c.Import}
	}, `SELECT id AS credit, uid, date, title, provider, points, activity, reference, url, note, coalesce(import, 0)
		FROM credit WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, byDate) // in a fourth of the time that SQLite takes
	at := make(map[int64]*[]ledger.CreditTopic, len(all))
	for i := range all {
		at[all[i].ID] = &all[i].Topics
	}
	return all, tx.readTopics(ctx, at)
}

// readTopics fills in the topics of credits, given by their IDs. It reads all
// that lie between: that is quicker than to look up one credit after another.
func (tx *Tx) readTopics(ctx context.Context, of map[int64]*[]ledger.CreditTopic) error {
	if len(of) == 0 {
		return nil
	}
	ids := slices.Collect(maps.Keys(of))
	var credit int64
	var topic ledger.CreditTopic
	return tx.each(ctx, []any{&credit, &topic.Topic, &topic.Limit}, func() {
		if topics := of[credit]; topics != nil {
			*topics = append(*topics, topic)
		}
	}, `SELECT credit, topic, limit_points FROM credit_topic
		WHERE credit BETWEEN ? AND ? ORDER BY credit, position`, slices.Min(ids), slices.Max(ids))
}

// UpdateCredit records all fields and topics of a credit but its UID and its import. What was
// imported stays known by its form. Fewer points than are allocated are refused.
func (tx *Tx) UpdateCredit(ctx context.Context, c ledger.Credit) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if err := tx.keepForm(ctx, c); err != nil {
		return fmt.Errorf("credit %d: %w", c.ID, err)
	}
	err := tx.execOne(ctx, `UPDATE credit SET date = ?, title = ?, provider = ?, points = ?, activity = ?, reference = ?, url = ?, note = ?
		WHERE id = ? AND NOT removed`,
		day(c.Date), c.Title, c.Provider, c.Points, c.Activity, c.Reference, c.URL, c.Note, c.ID)
	if err != nil {
		return fmt.Errorf("credit %d: %w", c.ID, err)
	}
	return tx.replaceTopics(ctx, c)
}

// replaceTopics writes the topics of a credit where they are others.
func (tx *Tx) replaceTopics(ctx context.Context, c ledger.Credit) error {
	var before []ledger.CreditTopic
	err := tx.readTopics(ctx, map[int64]*[]ledger.CreditTopic{c.ID: &before})
	if err != nil || slices.Equal(before, c.Topics) {
		return err
	}
	if _, err := tx.exec(ctx, `DELETE FROM credit_topic WHERE credit = ?`, c.ID); err != nil {
		return fmt.Errorf("credit %d: %w", c.ID, err)
	}
	return wrap(tx.insertTopics(ctx, appendTopics(nil, &c)), "credit %d", c.ID)
}

// RemoveCredit removes a credit and its allocations. The credit itself is kept
// out of sight: [Tx.Known] knows it and [Tx.RestoreCredit] brings it back.
func (tx *Tx) RemoveCredit(ctx context.Context, id int64) error {
	if _, err := tx.exec(ctx, `DELETE FROM allocation WHERE credit = ?`, id); err != nil {
		return fmt.Errorf("credit %d: %w", id, err)
	}
	err := tx.execOne(ctx, `UPDATE credit SET removed = 1 WHERE id = ? AND NOT removed`, id)
	return wrap(err, "credit %d", id)
}

// MergeCredit removes a credit that is the same activity as another one, which takes over what
// was merged into it and what it was kept apart from.
func (tx *Tx) MergeCredit(ctx context.Context, id, into int64) error {
	if err := tx.RemoveCredit(ctx, id); err != nil {
		return err
	}
	for _, statement := range []string{
		`UPDATE credit SET merged_into = ?2 WHERE id = ?1 OR merged_into = ?1`,
		`INSERT INTO apart (credit, other) SELECT min(x, ?2), max(x, ?2)
			FROM (SELECT iif(credit = ?1, other, credit) AS x FROM apart WHERE ?1 IN (credit, other))
			WHERE x <> ?2 ON CONFLICT DO NOTHING`,
		`DELETE FROM apart WHERE ?1 IN (credit, other) AND ?2 IS NOT NULL`, // which is a parameter of all
	} {
		if _, err := tx.exec(ctx, statement, id, into); err != nil {
			return fmt.Errorf("merge credit %d into credit %d: %w", id, into, err)
		}
	}
	return nil
}

// RestoreCredit brings back the removed credit with the given UID, without its allocations; one
// that was merged is a credit of its own again. One that is there stays as it is: two rows of a
// file may be one credit.
func (tx *Tx) RestoreCredit(ctx context.Context, removedUID string) (ledger.Credit, error) {
	err := tx.execOne(ctx, `UPDATE credit SET removed = 0, merged_into = NULL WHERE uid = ?`, removedUID)
	if err != nil {
		return ledger.Credit{}, fmt.Errorf("removed credit %s: %w", removedUID, err)
	}
	return first(tx.credits(ctx, "uid = ?", removedUID))
}

// Known returns all credits by ID, those that were removed too, each with the forms by which it
// is known. Where damage hides one that is an error: else it would be imported again.
func (tx *Tx) Known(ctx context.Context) ([]ledger.Known, error) {
	credits, err := tx.Credits(ctx)
	if err != nil {
		return nil, err
	}
	all, err := tx.removed(ctx)
	if err != nil {
		return nil, wrap(err, "look up credits")
	}
	for _, c := range credits {
		all = append(all, ledger.Known{Credit: c})
	}
	slices.SortFunc(all, func(a, b ledger.Known) int { return cmp.Compare(a.Credit.ID, b.Credit.ID) })
	var of, credit int64
	var f ledger.Form
	fields := []any{&of, parentColumn{"credit", &credit}, dayColumn{&f.Date}, &f.Title, &f.Provider, &f.Points, &f.Reference, &f.Imported}
	at := 0
	err = tx.each(ctx, fields, func() {
		for all[at].Credit.ID != credit { // both are by ID
			at++
		}
		all[at].Forms = append(all[at].Forms, f)
	}, `SELECT f.credit AS "form of credit", c.id, f.date, f.title, f.provider, f.points, f.reference, f.imported FROM form AS f LEFT JOIN credit AS c ON c.id = f.credit
		ORDER BY f.credit, f.date, f.title, f.provider, f.points, f.reference`)
	return all, wrap(err, "look up credits")
}

// removed returns the credits that are not there any more, in any order and without their forms.
func (tx *Tx) removed(ctx context.Context) (all []ledger.Known, err error) {
	into := map[int64]int64{}
	var credit, other int64
	var removed bool // what is neither 0 nor 1 cannot be read
	err = tx.each(ctx, []any{&credit, &removed, parentColumn{"credit", &other}}, func() { into[credit] = other },
		`SELECT c.id AS credit, iif(c.removed IS 1, TRUE, NULL) AS removed, iif(c.merged_into IS NULL, 0, other.id)
		FROM credit AS c LEFT JOIN credit AS other ON other.id = c.merged_into WHERE c.removed IS NOT 0`)
	if err != nil {
		return nil, err
	}
	credits, err := tx.credits(ctx, "removed IS NOT 0")
	for _, c := range credits {
		all = append(all, ledger.Known{Credit: c, Removed: true, MergedInto: into[c.ID]})
	}
	return all, err
}

// AddForm records how a record described a credit, so that the credit is known
// by it too.
func (tx *Tx) AddForm(ctx context.Context, credit int64, f ledger.Form) error {
	_, err := tx.exec(ctx, `INSERT INTO form (credit, date, title, provider, points, reference, imported) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET imported = 1 WHERE excluded.imported > imported`,
		credit, day(f.Date), f.Title, f.Provider, f.Points, f.Reference, f.Imported)
	return wrap(err, "credit %d", credit)
}

// keepForm keeps the form that a credit has before it becomes c, if an import
// brought it or found it: to import that file again is to find it again.
func (tx *Tx) keepForm(ctx context.Context, c ledger.Credit) error {
	_, err := tx.exec(ctx, `INSERT INTO form (credit, date, title, provider, points, reference, imported)
		SELECT id, date, title, provider, points, reference, 1 FROM credit
		WHERE id = ? AND (import IS NOT NULL OR EXISTS (SELECT 1 FROM form WHERE credit = id))
			AND (date, title, provider, points, reference) IS NOT (?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET imported = 1`, c.ID, day(c.Date), c.Title, c.Provider, c.Points, c.Reference)
	return err
}

// KeepApart records that two credits are two, though they look alike. It wraps
// [ErrNotFound] where one of them is not there.
func (tx *Tx) KeepApart(ctx context.Context, a, b int64) error {
	_, err := tx.exec(ctx, `INSERT INTO apart (credit, other) VALUES (?, ?) ON CONFLICT DO NOTHING`, min(a, b), max(a, b))
	return wrap(err, "keep credits %d and %d apart", a, b)
}

// Apart returns the pairs of credits that were kept apart, the lower number
// first, by numbers.
func (tx *Tx) Apart(ctx context.Context) ([][2]int64, error) {
	all, err := read(ctx, tx, func(pair *[2]int64) []any { return []any{&pair[0], &pair[1]} },
		`SELECT credit, other FROM apart ORDER BY credit, other`)
	return all, wrap(err, "read what was kept apart")
}

// SeenPortal records that the portal of a body was seen on a day, and whether it has some
// credits, each with those that were merged into it.
func (tx *Tx) SeenPortal(ctx context.Context, body string, on ledger.Date, found bool, credits []int64) error {
	_, err := tx.exec(ctx, `INSERT INTO portal (body, date, found) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET date = excluded.date`, body, day(on))
	for _, id := range credits {
		if err == nil {
			_, err = tx.exec(ctx, `INSERT INTO portal (credit, body, date, found) SELECT id, ?2, ?3, ?4 FROM credit WHERE id = ?1 OR merged_into = ?1
				ON CONFLICT DO UPDATE SET date = excluded.date, found = excluded.found`, id, body, day(on), found)
		}
	}
	return wrap(err, "remember what the portal has")
}

// Portals returns what was found in portals. What was found of a merged credit is said
// of the one that it became, until that one is looked for.
func (tx *Tx) Portals(ctx context.Context) (ledger.Portals, error) {
	all := ledger.Portals{}
	var body string
	var credit int64
	var date ledger.Date
	err := tx.each(ctx, []any{&body, &credit, dayColumn{&date}}, func() {
		if all[body] == nil {
			all[body] = map[int64]ledger.Date{}
		}
		all[body][credit] = max(all[body][credit], date)
	}, `SELECT body, coalesce(merged_into, c.id, 0), p.date FROM portal AS p LEFT JOIN credit AS c ON c.id = p.credit WHERE found`)
	return all, wrap(err, "read what portals have")
}

// A Gone says what became of a credit that is removed.
type Gone struct {
	MergedInto int64  // the credit that it was made one with, or 0
	File       string // that it was imported from, without a folder, or ""
	By         int64  // the entry of the log that removed it alone, or 0; not the import of a ledger
}

// Gone returns what became of a removed credit, or [ErrNotFound] where there is
// none of that ID.
func (tx *Tx) Gone(ctx context.Context, id int64) (g Gone, err error) {
	// After the last change of it before which it was not removed, it is. An import
	// removes nothing but what another ledger had removed.
	err = tx.one(ctx, []any{&g.MergedInto, &g.File, &g.By}, `SELECT coalesce(c.merged_into, 0), coalesce(i.file, ''), coalesce((
			SELECT iif(e.command LIKE 'cmp import %', 0, e.id) FROM change JOIN entry AS e ON e.id = change.entry
			WHERE record = 'credit' AND key = '[' || c.id || ']' AND json_extract(before, '$.removed') = 0
			ORDER BY change.id DESC LIMIT 1), 0)
		FROM credit AS c LEFT JOIN import AS i ON i.id = c.import
		WHERE c.id = ? AND c.removed`, id)
	return g, wrap(err, "removed credit %d", id)
}

// Providers returns the providers of all credits, each once and as it was
// written last, whatever its case, those of the most credits first.
func (tx *Tx) Providers(ctx context.Context) ([]string, error) {
	var last int64
	all, err := read(ctx, tx, func(provider *string) []any { return []any{provider, &last} },
		`SELECT provider, max(id) FROM credit WHERE NOT removed AND provider <> ''
		GROUP BY lower(provider) ORDER BY count(*) DESC, provider`)
	return all, wrap(err, "read providers")
}

// AddImport records a file that credits are read from, and fills in its ID
// and UID.
func (tx *Tx) AddImport(ctx context.Context, i *ledger.Import) error {
	err := tx.insert(ctx, &i.ID, &i.UID,
		`INSERT INTO import (uid, file, date) VALUES (`+newUID+`, ?, ?) RETURNING id, uid`,
		i.UID, i.File, day(i.Date))
	return wrap(err, "add import")
}

// Import returns the import with the given ID, or [ErrNotFound].
func (tx *Tx) Import(ctx context.Context, id int64) (ledger.Import, error) {
	i := ledger.Import{ID: id}
	err := tx.one(ctx, []any{&i.UID, &i.File, dayColumn{&i.Date}}, `SELECT uid, file, date FROM import WHERE id = ?`, id)
	return i, wrap(err, "import %d", id)
}

// AddCredit records a credit and fills in its ID, and its UID unless one is
// given. A credit that is not valid is a [ledger.InvalidError].
func (tx *Tx) AddCredit(ctx context.Context, c *ledger.Credit) error {
	return tx.AddCredits(ctx, []*ledger.Credit{c})
}

// AddCredits records credits as [Tx.AddCredit] does, a hundred with one statement.
func (tx *Tx) AddCredits(ctx context.Context, all []*ledger.Credit) error {
	last, err := tx.lastNumber(ctx, "credit")
	if err != nil {
		return wrap(err, "add credits")
	}
	if last > math.MaxInt64-int64(len(all)) {
		return usedUp("credit")
	}
	uids := newUIDs(len(all))
	for i, c := range all {
		if err := c.Validate(); err != nil {
			return err
		}
		last++
		c.ID, c.UID = last, cmp.Or(c.UID, uids[i])
	}
	return wrap(tx.insertCredits(ctx, all), "add credits")
}

// insertCredits writes new credits, which have their IDs and UIDs, and their topics.
func (tx *Tx) insertCredits(ctx context.Context, all []*ledger.Credit) error {
	var stamp string
	if err := tx.one(ctx, []any{&stamp}, `SELECT `+thisStamp); err != nil {
		return err
	}
	var credits, topics []any
	for some := range slices.Chunk(all, atOnce) {
		credits = credits[:0]
		for _, c := range some {
			credits = append(credits, c.ID, c.UID, stamp, day(c.Date), c.Title, c.Provider, c.Points, c.Activity, orNull(c.Import), c.Reference, c.URL, c.Note)
			topics = appendTopics(topics, c)
		}
		const columns = "credit (id, uid, changed, date, title, provider, points, activity, import, reference, url, note)"
		if err := tx.insertAll(ctx, columns, 12, credits); err != nil {
			return err
		}
	}
	return tx.insertTopics(ctx, topics)
}

// appendTopics appends what insertTopics takes of a credit.
func appendTopics(to []any, c *ledger.Credit) []any {
	for i, t := range c.Topics {
		to = append(to, c.ID, t.Topic, i, orNull(t.Limit))
	}
	return to
}

// insertTopics writes the topics of credits that have none.
func (tx *Tx) insertTopics(ctx context.Context, values []any) error {
	return tx.insertAll(ctx, "credit_topic (credit, topic, position, limit_points)", 4, values)
}

// lastNumber returns the highest number that a table gave, also to a record that is gone.
func (tx *Tx) lastNumber(ctx context.Context, table string) (n int64, err error) {
	err = tx.one(ctx, []any{&n}, `SELECT max((SELECT coalesce(max(id), 0) FROM `+table+`),
		coalesce((SELECT max(CAST(seq AS INTEGER)) FROM sqlite_sequence WHERE name = ?), 0))`, table)
	return n, err
}

// atOnce is how many records one statement inserts: one by one takes three times as long.
const atOnce = 100

// insertAll inserts values into so many columns of a table, record after record.
func (tx *Tx) insertAll(ctx context.Context, into string, columns int, values []any) error {
	row := "(?" + strings.Repeat(", ?", columns-1) + ")"
	for some := range slices.Chunk(values, atOnce*columns) {
		_, err := tx.exec(ctx, "INSERT INTO "+into+" VALUES "+row+strings.Repeat(", "+row, len(some)/columns-1), some...)
		if err != nil {
			return err
		}
	}
	return nil
}

// newUIDs returns new UIDs in their order, so that an index of them grows at its end.
func newUIDs(n int) []string {
	random := make([]byte, 16*n)
	_, _ = rand.Read(random) // never fails
	uids := make([]string, n)
	for i := range uids {
		uids[i] = hex.EncodeToString(random[16*i : 16*i+16])
	}
	slices.Sort(uids)
	return uids
}
