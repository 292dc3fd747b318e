package store

import (
	"cmp"
	"context"
	"fmt"

	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
)

// writeCredits removes, changes and adds credits. New ones get their numbers
// in the order of the file.
func (b *becoming) writeCredits(ctx context.Context) error {
	var added []step
	err := b.each(exchange.CreditKind, func(s step) error { return b.mergeCredit(ctx, s, false) })
	if err != nil {
		return err
	}
	err = b.each(exchange.CreditKind, func(s step) error {
		switch {
		case s.after == "":
			return b.exec(ctx, `DELETE FROM credit WHERE id = ?`, b.ids[s.ID])
		case s.before == "":
			added = append(added, s)
			return nil
		}
		return b.updateCredit(ctx, s)
	})
	if err != nil {
		return err
	}
	if err := b.addCredits(ctx, added); err != nil {
		return err
	}
	return b.each(exchange.CreditKind, func(s step) error { return b.mergeCredit(ctx, s, true) })
}

// mergeCredit says into which credit another one was merged, where that
// changes: before all else that it is none, and when all are there which it is.
func (b *becoming) mergeCredit(ctx context.Context, s step, there bool) error {
	was, is := mergedInto(s.ID, s.before), mergedInto(s.ID, s.after)
	switch {
	case was == is:
		return nil
	case !there && was != "":
		return b.exec(ctx, `UPDATE credit SET merged_into = NULL WHERE id = ?`, b.ids[s.ID])
	case there && is != "":
		into, err := b.id(exchange.CreditKind, is)
		if err != nil {
			return err
		}
		return b.exec(ctx, `UPDATE credit SET merged_into = ? WHERE id = ?`, into, b.ids[s.ID])
	}
	return nil
}

func mergedInto(id exchange.ID, value string) string {
	if value == "" {
		return ""
	}
	return string(exchange.Of[exchange.Credit](exchange.Record{ID: id, Value: value}).MergedInto)
}

func (b *becoming) updateCredit(ctx context.Context, s step) error {
	c, v, err := b.credit(s)
	if err != nil {
		return err
	}
	err = b.exec(ctx, `UPDATE credit SET identity = ?, removed = ?, date = ?, title = ?, provider = ?, points = ?, activity = ?,
			reference = ?, url = ?, note = ?, import = ?, imported_identity = nullif(?, '') WHERE id = ?`,
		c.Identity(), v.Removed, day(c.Date), c.Title, c.Provider, c.Points, c.Activity,
		c.Reference, c.URL, c.Note, importColumn(c.Import), string(v.ImportedIdentity), c.ID)
	if err != nil {
		return err
	}
	return b.tx.replaceTopics(ctx, c)
}

// credit returns the credit that a step makes, with the numbers it has here.
func (b *becoming) credit(s step) (c ledger.Credit, v exchange.Credit, err error) {
	v = value[exchange.Credit](s)
	c = v.Ledger()
	c.UID, c.ID = s.Key, b.ids[s.ID]
	if v.Import != "" {
		c.Import, err = b.id(exchange.ImportKind, string(v.Import))
	}
	return c, v, err
}

// addCredits adds credits, one that was declared under the number by which its
// declaration knows it.
func (b *becoming) addCredits(ctx context.Context, added []step) error {
	if len(added) == 0 {
		return nil
	}
	declared, err := b.tx.declaredNumbers(ctx)
	if err != nil {
		return err
	}
	last, err := b.tx.lastCredit(ctx)
	if err != nil {
		return err
	}
	credits := inserter{tx: b.tx, into: "credit (id, uid, identity, removed, date, title, provider, points, activity, " +
		"reference, url, note, import, imported_identity)"}
	topics := inserter{tx: b.tx, into: "credit_topic (credit, topic, position, limit_points)"}
	defer credits.close()
	defer topics.close()
	for _, s := range added {
		if b.ids[s.ID] = declared[s.Key]; b.ids[s.ID] == 0 {
			last++
			b.ids[s.ID] = last
		}
		c, v, err := b.credit(s)
		if err != nil {
			return fmt.Errorf("credit %s: %w", s.Key, err)
		}
		credits.add(c.ID, c.UID, c.Identity(), v.Removed, day(c.Date), c.Title, c.Provider, int64(c.Points), string(c.Activity),
			c.Reference, c.URL, c.Note, importColumn(c.Import), textColumn(string(v.ImportedIdentity)))
		for i, t := range c.Topics {
			topics.add(c.ID, string(t.Topic), int64(i), points(t.Limit))
		}
	}
	if err := credits.insert(1); err != nil {
		return err
	}
	return topics.insert(1)
}

// textColumn returns a text as it is stored where none is NULL.
func textColumn(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// declaredNumbers returns the numbers by which declarations know credits that
// the ledger does not have, by uid.
func (tx *Tx) declaredNumbers(ctx context.Context) (map[string]int64, error) {
	return tx.byUID(ctx, `SELECT uid, min(credit) FROM declared_credit
		WHERE uid NOT IN (SELECT uid FROM credit) AND credit NOT IN (SELECT id FROM credit) GROUP BY uid HAVING min(credit) > 0`)
}

// lowerAllocations removes and lowers allocations.
func (b *becoming) lowerAllocations(ctx context.Context) error {
	return b.setAllocations(ctx, func(before, after ledger.Points) bool { return after < before })
}

// raiseAllocations adds and raises allocations.
func (b *becoming) raiseAllocations(ctx context.Context) error {
	return b.setAllocations(ctx, func(before, after ledger.Points) bool { return after > before })
}

// setAllocations writes those of the changed allocations that are wanted, by
// their points before and after.
func (b *becoming) setAllocations(ctx context.Context, wanted func(before, after ledger.Points) bool) error {
	return b.each(exchange.AllocationsKind, func(s step) error {
		before, after := slotsOf(s, s.before), slotsOf(s, s.after)
		var all []exchange.Allocation
		if s.after != "" {
			all = value[exchange.Allocations](s).Allocations
		}
		if s.before != "" { // those that go, too
			for _, a := range exchange.Of[exchange.Allocations](exchange.Record{ID: s.ID, Value: s.before}).Allocations {
				if after[slotIn(a)] == 0 {
					all = append(all, a)
				}
			}
		}
		for _, a := range all {
			points := after[slotIn(a)]
			if !wanted(before[slotIn(a)], points) {
				continue
			}
			credit, err := b.id(exchange.CreditKind, exchange.CreditOf(s.ID))
			if err != nil {
				return err
			}
			cycle, err := b.id(exchange.CycleKind, a.Cycle)
			if err != nil {
				return err
			}
			err = b.tx.SetAllocation(ctx, ledger.Allocation{
				Credit: credit, Cycle: cycle, Requirement: ledger.Requirement(a.Requirement), Points: points, By: ledger.Allocator(a.By),
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// slotIn returns an allocation without its points.
func slotIn(a exchange.Allocation) exchange.Allocation {
	a.Points = 0
	return a
}

// slotsOf returns the points of each slot in the value of allocations.
func slotsOf(s step, value string) map[exchange.Allocation]ledger.Points {
	slots := map[exchange.Allocation]ledger.Points{}
	if value != "" {
		for _, a := range exchange.Of[exchange.Allocations](exchange.Record{ID: s.ID, Value: value}).Allocations {
			slots[slotIn(a)] = ledger.Points(a.Points)
		}
	}
	return slots
}

// join keeps the entries of the log that the ledger lacks and, where that was
// any, or anything was written, marks the entry that is being written.
func (tx *Tx) join(ctx context.Context, from, to []exchange.Entry) error {
	known := make(map[string]exchange.Entry, len(from))
	for _, e := range from {
		known[e.UID] = e
	}
	stamp := ""
	for _, e := range to {
		stamp = max(stamp, e.Stamp)
		if mine, ok := known[e.UID]; ok && mine.Equal(e) {
			continue
		}
		_, err := tx.exec(ctx, `INSERT INTO joined_entry (uid, stamp, at, command, summary, undoes, changes) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (uid) DO UPDATE SET stamp = excluded.stamp, at = excluded.at, command = excluded.command,
				summary = excluded.summary, undoes = excluded.undoes, changes = excluded.changes`,
			e.UID, e.Stamp, e.At, e.Command, e.Summary, e.Undoes, exchange.Changes(e.Changes))
		if err != nil {
			return fmt.Errorf("entry %s: %w", e.UID, err)
		}
	}
	_, err := tx.exec(ctx, `UPDATE entry SET joined = 1, stamp = max(stamp, ?) WHERE id = (SELECT max(id) FROM entry)`,
		cmp.Or(stamp, "0"))
	return err
}
