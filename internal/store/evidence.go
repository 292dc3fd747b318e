package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"cmpledger/internal/ledger"
)

// AddEvidence records a file as evidence of a credit and fills in the ID, and the UID unless one
// is given. SHA256 and Size have to be those of data, which is kept once. It wraps [ErrTaken]
// when the credit has that very file already.
func (tx *Tx) AddEvidence(ctx context.Context, e *ledger.Evidence, data []byte) error {
	if _, err := tx.Credit(ctx, e.Credit); err != nil {
		return err
	}
	var err error
	if e.Content, _, err = tx.keepContent(ctx, *e, data); err != nil {
		return fmt.Errorf("evidence of credit %d: keep %s: %w", e.Credit, e.Name, err)
	}
	err = tx.insert(ctx, &e.ID, &e.UID,
		`INSERT INTO evidence (uid, credit, content, name, media_type, added)
		VALUES (`+newUID+`, ?, ?, ?, ?, ?) RETURNING id, uid`,
		e.UID, e.Credit, e.Content, e.Name, e.MediaType, day(e.Added))
	if isTaken(err) {
		return fmt.Errorf("evidence of credit %d: %s: %w", e.Credit, e.Name, ErrTaken)
	}
	return wrap(err, "evidence of credit %d: %s", e.Credit, e.Name)
}

// keepContent keeps the content of a file, or mends it where it is there and damaged. It
// returns the ID.
func (tx *Tx) keepContent(ctx context.Context, e ledger.Evidence, data []byte) (id int64, mended bool, err error) {
	find := func() error {
		return tx.sql.QueryRowContext(ctx, `SELECT id FROM content WHERE sha256 = ?`, e.SHA256).Scan(&id)
	}
	known := find() == nil
	if _, err := tx.exec(ctx, "PRAGMA cache_size = -2000"); err != nil { // the cache of an import would hold nothing of use
		return 0, false, err
	}
	notKept := []byte("not kept")
	if tx.rehearse && !known { // which is all in memory
		data = notKept
	}
	n, err := tx.exec(ctx, `INSERT INTO content (sha256, size, data) VALUES (?, ?, ?)
		ON CONFLICT (sha256) DO UPDATE SET size = excluded.size, data = excluded.data
		WHERE (data <> excluded.data OR size <> excluded.size) AND data <> ?`, e.SHA256, e.Size, data, notKept)
	if err == nil && !known {
		err = find()
	}
	mended = known && n > 0
	tx.noted = tx.noted || mended
	return id, mended, err
}

// MendEvidence keeps the content of a file of evidence anew where it was
// damaged, and reports whether it was.
func (tx *Tx) MendEvidence(ctx context.Context, e ledger.Evidence, data []byte) (mended bool, err error) {
	_, mended, err = tx.keepContent(ctx, e, data)
	return mended, wrap(err, "evidence %d: mend %s", e.ID, e.Name)
}

// Evidence returns the evidence of all credits, removed ones not included,
// ordered by credit and then as it was added.
func (tx *Tx) Evidence(ctx context.Context) ([]ledger.Evidence, error) {
	all, err := tx.evidence(ctx, "(SELECT NOT removed FROM credit WHERE id = evidence.credit)")
	return all, wrap(err, "read evidence")
}

// AllEvidence is [Tx.Evidence] with that of removed credits.
func (tx *Tx) AllEvidence(ctx context.Context) ([]ledger.Evidence, error) {
	all, err := tx.evidence(ctx, "TRUE")
	return all, wrap(err, "read evidence")
}

func (tx *Tx) evidence(ctx context.Context, where string, args ...any) ([]ledger.Evidence, error) {
	return read(ctx, tx, func(e *ledger.Evidence) []any {
		return []any{&e.ID, &e.UID, &e.Credit, &e.Content, &e.Name, &e.MediaType, dayColumn{&e.Added}, &e.SHA256, &e.Size}
	}, `SELECT evidence.id AS evidence, uid, credit, content, name, media_type, added, coalesce(sha256, ''), coalesce(size, 0)
		FROM evidence LEFT JOIN content ON content.id = evidence.content
		WHERE `+where+` ORDER BY credit, evidence.id`, args...)
}

// ErrDamagedContent is wrapped by the error about a file of evidence that is
// not what was added.
var ErrDamagedContent = errors.New("is not what was added")

// Content writes the content with the given SHA-256 as it was added, part by part. The error
// wraps [ErrNotFound], or [ErrDamagedContent] where it is another; then what was written is no file.
func (tx *Tx) Content(ctx context.Context, hash string, to io.Writer) error {
	_, sum, err := tx.copyContent(ctx, "sha256 = ?1", hash, to)
	if err == nil && sum != hash {
		return fault("content "+hash, "is not what was added", ErrDamagedContent, "to see of which credit: %s; then add the file again: %s",
			ledger.Command{"evidence", "verify"}, ledger.Command{"evidence", "add"})
	}
	return wrap(err, "file %s", hash)
}

// copyContent writes the one content that is wanted, and returns its size and SHA-256. SQLite
// reads all of it for each part, so that there must not be many.
func (tx *Tx) copyContent(ctx context.Context, where string, arg any, to io.Writer) (size int64, hash string, err error) {
	sum, found := sha256.New(), false
	out := io.MultiWriter(sum, to)
	var part sql.RawBytes
	var failed error
	err = tx.each(ctx, []any{&part}, func() {
		found = true
		if failed == nil {
			_, failed = out.Write(part)
			size += int64(len(part))
		}
	}, `WITH RECURSIVE part (at, last) AS (SELECT 1, length(data) FROM content WHERE `+where+`
			UNION ALL SELECT at + 4194304, last FROM part WHERE at + 4194304 <= last)
		SELECT substr(data, at, 4194304) FROM content CROSS JOIN part WHERE `+where, arg)
	if err == nil && !found {
		err = ErrNotFound
	}
	return size, hex.EncodeToString(sum.Sum(nil)), cmp.Or(err, failed)
}

// MoveEvidence makes the evidence of one credit that of another, as far as that
// does not have the same files already.
func (tx *Tx) MoveEvidence(ctx context.Context, from, to int64) error {
	_, err := tx.exec(ctx, `UPDATE evidence SET credit = ?2 WHERE credit = ?1
		AND content NOT IN (SELECT content FROM evidence WHERE credit = ?2)`, from, to)
	return wrap(err, "move the evidence of credit %d to credit %d", from, to)
}

// RemoveEvidence takes evidence off its credit, or returns [ErrNotFound]. The
// content stays, so that it can be brought back.
func (tx *Tx) RemoveEvidence(ctx context.Context, id int64) error {
	return wrap(tx.execOne(ctx, `DELETE FROM evidence WHERE id = ?`, id), "evidence %d", id)
}
