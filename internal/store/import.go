package store

import (
	"context"
	"database/sql"
	"errors"

	"cmpledger/internal/ledger"
)

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
	err := tx.sql.QueryRowContext(ctx, `SELECT uid, file, date FROM import WHERE id = ?`, id).
		Scan(&i.UID, &i.File, dayColumn{&i.Date})
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	return i, wrap(err, "import %d", id)
}
