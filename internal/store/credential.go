package store

import (
	"context"
	"fmt"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/words"
)

// Credentials returns the credentials in the order in which they were added,
// each with all of its cycles in their order, the open one last.
func (tx *Tx) Credentials(ctx context.Context) ([]ledger.Credential, error) {
	var all []ledger.Credential
	var c ledger.Credential
	var cycle ledger.Cycle
	columns := []any{&c.ID, &c.UID, &c.Body, &c.Code, &c.Number, dayColumn{&c.Certified}, &c.Voluntary, categoriesColumn{&c.Categories},
		&cycle.ID, &cycle.UID, dayColumn{&cycle.First}, dayColumn{&cycle.Last}, &cycle.Stated, &cycle.Closed, dayColumn{&cycle.Declared}}
	err := tx.each(ctx, columns, func() {
		if n := len(all); n == 0 || all[n-1].ID != c.ID {
			all = append(all, c)
		}
		last := &all[len(all)-1]
		last.Cycles = append(last.Cycles, cycle)
	}, `SELECT credential.id AS credential, credential.uid, body, code, number, certified, voluntary, categories,
			cycle.id, cycle.uid, cycle.first_day, cycle.last_day, stated, closed, declaration.date
		FROM credential
		FULL JOIN cycle ON cycle.credential = credential.id -- neither is ever without the other
		LEFT JOIN declaration ON declaration.cycle = cycle.id
		ORDER BY credential.id, NOT closed, cycle.first_day, cycle.id`)
	return all, wrap(err, "read credentials")
}

// AddCredential records a credential with its cycles, of which there has to be
// one, and fills in the IDs and those UIDs that are not given.
func (tx *Tx) AddCredential(ctx context.Context, c *ledger.Credential) error {
	if len(c.Cycles) == 0 {
		return fmt.Errorf("credential %s: has no cycle", c.CredentialName)
	}
	err := tx.insert(ctx, &c.ID, &c.UID,
		`INSERT INTO credential (uid, body, code, number, certified, voluntary, categories)
		VALUES (`+newUID+`, ?, ?, ?, ?, ?, ?) RETURNING id, uid`,
		c.UID, c.Body, c.Code, c.Number, day(c.Certified), c.Voluntary, categories(c.Categories))
	if isTaken(err) {
		return fmt.Errorf("credential %s: already in the ledger", c.CredentialName)
	}
	if err != nil {
		return fmt.Errorf("add credential %s: %w", c.CredentialName, err)
	}
	for i := range c.Cycles {
		if err := tx.AddCycle(ctx, c.ID, &c.Cycles[i]); err != nil {
			return err
		}
	}
	return nil
}

// UpdateCredential records the number, the day of certification, whether participation
// is voluntary, and the categories. It does not touch the cycles.
func (tx *Tx) UpdateCredential(ctx context.Context, c ledger.Credential) error {
	err := tx.execOne(ctx, `UPDATE credential SET number = ?, certified = ?, voluntary = ?, categories = ? WHERE id = ?`,
		c.Number, day(c.Certified), c.Voluntary, categories(c.Categories), c.ID)
	return wrap(err, "credential %d", c.ID)
}

// RemoveCredential removes a credential for good, with its cycles and their
// allocations and declarations.
func (tx *Tx) RemoveCredential(ctx context.Context, id int64) error {
	// One by one, since what names a record in every ledger is told by its credential.
	for _, statement := range []string{
		`DELETE FROM allocation WHERE cycle IN (SELECT id FROM cycle WHERE credential = ?)`,
		`DELETE FROM declaration WHERE cycle IN (SELECT id FROM cycle WHERE credential = ?)`,
		`DELETE FROM cycle WHERE credential = ?`,
	} {
		if _, err := tx.exec(ctx, statement, id); err != nil {
			return fmt.Errorf("credential %d: %w", id, err)
		}
	}
	return wrap(tx.execOne(ctx, `DELETE FROM credential WHERE id = ?`, id), "credential %d", id)
}

// AddCycle opens a cycle of a credential and fills in its ID, and its UID unless one is given.
func (tx *Tx) AddCycle(ctx context.Context, credential int64, c *ledger.Cycle) error {
	err := tx.insert(ctx, &c.ID, &c.UID,
		`INSERT INTO cycle (uid, credential, first_day, last_day, stated, closed)
		VALUES (`+newUID+`, ?, ?, ?, ?, ?) RETURNING id, uid`,
		c.UID, credential, day(c.First), day(c.Last), c.Stated, c.Closed)
	return wrap(err, "credential %d", credential)
}

// UpdateCycle records the first and the last day, whether the first was stated, and
// whether the cycle is closed.
func (tx *Tx) UpdateCycle(ctx context.Context, c ledger.Cycle) error {
	err := tx.execOne(ctx, `UPDATE cycle SET first_day = ?, last_day = ?, stated = ?, closed = ? WHERE id = ?`,
		day(c.First), day(c.Last), c.Stated, c.Closed, c.ID)
	return wrap(err, "cycle %d", c.ID)
}

// categories returns what is stored of the categories of a credential.
func categories(all []ledger.Topic) string { return strings.Join(words.Strings(all), ";") }

// A categoriesColumn reads what categories stores.
type categoriesColumn struct{ to *[]ledger.Topic }

// Scan implements [database/sql.Scanner].
func (c categoriesColumn) Scan(value any) error {
	*c.to = nil
	text, _ := value.(string) // as the column is declared
	for name := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ';' }) {
		*c.to = append(*c.to, ledger.Topic(name))
	}
	return nil
}
