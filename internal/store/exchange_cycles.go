package store

import (
	"context"
	"slices"

	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
	"cmpledger/internal/sorted"
)

// parkUIDs gives credentials new uids whose own are to be those of other ones.
func (b *becoming) parkUIDs(ctx context.Context) error {
	wanted := map[string]string{}
	for _, s := range b.steps[exchange.CredentialKind] {
		if s.after != "" {
			wanted[value[exchange.Credential](s).UID] = s.Key
		}
	}
	return b.each(exchange.CredentialKind, func(s step) error {
		if s.before == "" {
			return nil
		}
		by, ok := wanted[exchange.Of[exchange.Credential](exchange.Record{ID: s.ID, Value: s.before}).UID]
		if !ok || by == s.Key {
			return nil
		}
		return b.exec(ctx, `UPDATE credential SET uid = lower(hex(randomblob(16))) WHERE id = ?`, b.ids[s.ID])
	})
}

func (b *becoming) writeCredentials(ctx context.Context) error {
	if err := b.parkUIDs(ctx); err != nil {
		return err
	}
	return b.each(exchange.CredentialKind, func(s step) error {
		if s.after == "" {
			return nil
		}
		v := value[exchange.Credential](s)
		if s.before != "" {
			return b.exec(ctx, `UPDATE credential SET uid = ?, number = ?, certified = ?, voluntary = ? WHERE id = ?`,
				v.UID, v.Number, day(v.Certified), v.Voluntary, b.ids[s.ID])
		}
		var id int64
		err := b.tx.insert(ctx, &id, &v.UID, `INSERT INTO credential (uid, body, code, number, certified, voluntary)
			VALUES (?1, substr(?2, 1, instr(?2, '/') - 1), substr(?2, instr(?2, '/') + 1), ?3, ?4, ?5) RETURNING id, uid`,
			v.UID, s.Key, v.Number, day(v.Certified), v.Voluntary)
		b.ids[s.ID] = id
		return err
	})
}

// dropCredentials removes credentials that go, when their cycles have gone.
func (b *becoming) dropCredentials(ctx context.Context) error {
	return b.each(exchange.CredentialKind, func(s step) error {
		if s.after != "" {
			return nil
		}
		return b.exec(ctx, `DELETE FROM credential WHERE id = ?`, b.ids[s.ID])
	})
}

// leaveCredentials closes cycles that are to be those of another credential, so
// that their own may get another open one.
func (b *becoming) leaveCredentials(ctx context.Context) error {
	return b.each(exchange.CycleKind, func(s step) error {
		if s.before == "" || s.after == "" {
			return nil
		}
		before := exchange.Of[exchange.Cycle](exchange.Record{ID: s.ID, Value: s.before})
		if before.Closed || before.Credential == value[exchange.Cycle](s).Credential {
			return nil
		}
		return b.exec(ctx, `UPDATE cycle SET closed = 1 WHERE id = ?`, b.ids[s.ID])
	})
}

// writeCycles closes cycles before it opens any.
func (b *becoming) writeCycles(ctx context.Context) error {
	steps := slices.Clone(b.steps[exchange.CycleKind])
	late := func(s step) int { // what goes first, then what is closed, then what is open
		switch {
		case s.after == "":
			return 0
		case value[exchange.Cycle](s).Closed:
			return 1
		}
		return 2
	}
	sorted.By(steps, func(x, y step) int { return late(x) - late(y) })
	b.steps[exchange.CycleKind] = steps
	if err := b.leaveCredentials(ctx); err != nil {
		return err
	}
	return b.each(exchange.CycleKind, func(s step) error {
		if s.after == "" {
			return b.exec(ctx, `DELETE FROM cycle WHERE id = ?`, b.ids[s.ID])
		}
		v := value[exchange.Cycle](s)
		credential, err := b.id(exchange.CredentialKind, v.Credential)
		switch {
		case err != nil:
			return err
		case s.before != "":
			return b.exec(ctx, `UPDATE cycle SET credential = ?, first_day = ?, last_day = ?, closed = ? WHERE id = ?`,
				credential, day(v.First), day(v.Last), v.Closed, b.ids[s.ID])
		}
		c := ledger.Cycle{UID: s.Key, First: v.First, Last: v.Last, Closed: v.Closed}
		err = b.tx.AddCycle(ctx, credential, &c)
		b.ids[s.ID] = c.ID
		return err
	})
}
