package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"cmpledger/internal/ledger"
)

// A CreditFilter chooses credits; its zero value chooses all. A credit has to
// meet every condition that is set.
type CreditFilter struct {
	Topic        ledger.Topic // credits that have the topic
	NoTopic      bool         // credits that have none at all
	Since, Until ledger.Date  // both included; the zero Date is open
	// Provider is a part of the provider's name. Case does not matter in the
	// letters of ASCII; others have to be equal.
	Provider string
}

// where returns the condition in SQL, and its parameters.
func (f CreditFilter) where() (condition string, args []any) {
	condition = "NOT removed"
	add := func(sql string, arg ...any) {
		condition += " AND " + sql
		args = append(args, arg...)
	}
	if f.Topic != "" {
		add("id IN (SELECT credit FROM credit_topic WHERE topic = ?)", f.Topic)
	}
	if f.NoTopic {
		add("id NOT IN (SELECT credit FROM credit_topic)")
	}
	if f.Since != 0 {
		add("date >= ?", day(f.Since))
	}
	if f.Until != 0 {
		add("date <= ?", day(f.Until))
	}
	if f.Provider != "" {
		add("instr(lower(provider), lower(?)) > 0", f.Provider)
	}
	return condition, args
}

// Credits returns the credits that the filter chooses, ordered by date and
// then by ID, each with its topics in the holder's order.
func (tx *Tx) Credits(ctx context.Context, f CreditFilter) ([]ledger.Credit, error) {
	where, args := f.where()
	all, err := tx.credits(ctx, where, args...)
	return all, wrap(err, "read credits")
}

// Facts returns all credits in the order of [Tx.Credits], each only with what
// rules judge by: ID, date, points, activity and topics.
func (tx *Tx) Facts(ctx context.Context) ([]ledger.Credit, error) {
	var all []ledger.Credit
	var c ledger.Credit
	var topic ledger.CreditTopic
	columns := []any{&c.ID, dayColumn{&c.Date}, &c.Points, &c.Activity, &topic.Topic, &topic.Limit}
	err := tx.each(ctx, func(rows *sql.Rows) error {
		if err := rows.Scan(columns...); err != nil {
			return fmt.Errorf("credit %d: %w", c.ID, err)
		}
		if n := len(all); n == 0 || all[n-1].ID != c.ID {
			all = append(all, c)
		}
		if topic.Topic != "" {
			last := &all[len(all)-1]
			last.Topics = append(last.Topics, topic)
		}
		return nil
	}, `SELECT id, date, points, activity, coalesce(topic, ''), coalesce(limit_points, 0)
		FROM credit LEFT JOIN credit_topic ON credit = id
		WHERE NOT removed ORDER BY date, id, position`)
	return all, wrap(err, "read credits")
}

// Credit returns the credit with the given ID, or an error that wraps
// [ErrNotFound].
func (tx *Tx) Credit(ctx context.Context, id int64) (ledger.Credit, error) {
	c, err := first(tx.credits(ctx, "id = ? AND NOT removed", id))
	return c, wrap(err, "credit %d", id)
}

// credits returns the credits that meet a condition on table credit, removed
// ones included, with their topics: two queries for any number of credits.
func (tx *Tx) credits(ctx context.Context, where string, args ...any) ([]ledger.Credit, error) {
	all, err := read(ctx, tx, func(c *ledger.Credit) []any {
		return []any{&c.ID, &c.UID, dayColumn{&c.Date}, &c.Title, &c.Provider, &c.Points,
			&c.Activity, &c.Reference, &c.URL, &c.Note, &c.Import}
	}, `SELECT id, uid, date, title, provider, points, activity, reference, url, note, coalesce(import, 0)
		FROM credit WHERE `+where+` ORDER BY date, id`, args...)
	if err != nil {
		return nil, err
	}
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
	columns := []any{&credit, &topic.Topic, &topic.Limit}
	return tx.each(ctx, func(rows *sql.Rows) error {
		if err := rows.Scan(columns...); err != nil {
			return fmt.Errorf("topics of credit %d: %w", credit, err)
		}
		if topics := of[credit]; topics != nil {
			*topics = append(*topics, topic)
		}
		return nil
	}, `SELECT credit, topic, coalesce(limit_points, 0) FROM credit_topic
		WHERE credit BETWEEN ? AND ? ORDER BY credit, position`, slices.Min(ids), slices.Max(ids))
}

// AddCredit records a credit and fills in its ID, and its UID unless one is
// given. A credit that is not valid is a [ledger.InvalidError]; one whose UID
// another credit has wraps [ErrTaken].
func (tx *Tx) AddCredit(ctx context.Context, c *ledger.Credit) error {
	if err := c.Validate(); err != nil {
		return err
	}
	err := tx.insert(ctx, &c.ID, &c.UID,
		`INSERT INTO credit (uid, date, title, provider, points, activity, reference, url, note, import)
		VALUES (`+newUID+`, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, 0)) RETURNING id, uid`,
		c.UID, day(c.Date), c.Title, c.Provider, c.Points, c.Activity, c.Reference, c.URL, c.Note, c.Import)
	if isTaken(err) {
		return fmt.Errorf("credit with uid %s: %w", c.UID, ErrTaken)
	}
	if err != nil {
		return fmt.Errorf("add credit: %w", err)
	}
	return tx.addTopics(ctx, *c)
}

func (tx *Tx) addTopics(ctx context.Context, c ledger.Credit) error {
	for i, t := range c.Topics {
		_, err := tx.exec(ctx, `INSERT INTO credit_topic (credit, topic, position, limit_points) VALUES (?, ?, ?, ?)`,
			c.ID, t.Topic, i, points(t.Limit))
		if err != nil {
			return fmt.Errorf("credit %d: topic %s: %w", c.ID, t.Topic, err)
		}
	}
	return nil
}

// UpdateCredit records all fields and topics of the credit with the ID of c;
// its UID and its import stay, and what was imported stays known by the form
// that it had before. Fewer points than are allocated for one credential are
// refused: lower the allocations first.
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
	return tx.addTopics(ctx, c)
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

// MergeCredit removes a credit that is the same activity as another one. What
// was merged into the removed one now is merged into the other one, and what was
// kept apart from it is kept apart from the other one.
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

// RestoreCredit brings back the removed credit with the given UID, under its
// old number and without the allocations it had; one that was merged is a
// credit of its own again. One that is there stays as it is: two rows of a file
// may be one credit, since another one was merged into it. It wraps
// [ErrNotFound] when there never was such a credit.
func (tx *Tx) RestoreCredit(ctx context.Context, removedUID string) (ledger.Credit, error) {
	var id int64
	err := tx.insert(ctx, &id, &removedUID,
		`UPDATE credit SET removed = 0, merged_into = NULL WHERE uid = ? RETURNING id, uid`, removedUID)
	if err != nil {
		return ledger.Credit{}, fmt.Errorf("removed credit %s: %w", removedUID, err)
	}
	return tx.Credit(ctx, id)
}
