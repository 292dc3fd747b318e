package store

import (
	"context"
	"fmt"

	"cmpledger/internal/ledger"
)

// Courses returns all courses, by title and then by provider.
func (tx *Tx) Courses(ctx context.Context) ([]ledger.Course, error) {
	all, err := tx.courses(ctx, "TRUE")
	return all, wrap(err, "read courses")
}

func (tx *Tx) courses(ctx context.Context, where string, args ...any) ([]ledger.Course, error) {
	return read(ctx, tx, func(c *ledger.Course) []any {
		return []any{&c.ID, &c.UID, &c.Title, &c.Provider, &c.Points, topicsColumn{&c.Topics}, &c.Charge, &c.Price, &c.URL}
	}, fmt.Sprintf(`SELECT id AS course, uid, title, provider, points, topics,
			CASE free WHEN 1 THEN %d WHEN 0 THEN %d ELSE %d END, coalesce(price, 0), url
		FROM course WHERE %s ORDER BY lower(title), lower(provider), id`, ledger.Free, ledger.Charged, ledger.ChargeNotStated, where), args...)
}

// HasCourses reports whether there is any course.
func (tx *Tx) HasCourses(ctx context.Context) (has bool, err error) {
	err = tx.sql.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM course)`).Scan(&has)
	return has, wrap(err, "look for courses")
}

// PutCourse records a course: one without an ID as a new one, whose ID and UID it fills in, or
// else all fields of the one of that provider and title.
func (tx *Tx) PutCourse(ctx context.Context, c *ledger.Course) error {
	if err := c.Validate(); err != nil {
		return err
	}
	query := `INSERT INTO course (title, provider, points, topics, free, price, url, uid) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id, uid`
	if c.ID != 0 {
		query = `UPDATE course SET title = ?, provider = ?, points = ?, topics = ?, free = ?, price = ?, url = ? WHERE uid = ? RETURNING id, uid`
	}
	free, price := chargeColumns(*c)
	err := tx.insert(ctx, &c.ID, &c.UID, query,
		c.Title, c.Provider, orNull(c.Points), ledger.FormatCreditTopics(c.Topics), free, price, c.URL, c.Name())
	return wrap(err, "course %q of %q", c.Title, c.Provider)
}

// chargeColumns returns what is stored of a charge and a price.
func chargeColumns(c ledger.Course) (free, price any) {
	if c.Charge != ledger.ChargeNotStated {
		free = c.Charge == ledger.Free
	}
	if c.HasPrice() {
		price = int64(c.Price)
	}
	return free, price
}

// RemoveCourse removes a course for good, or returns [ErrNotFound].
func (tx *Tx) RemoveCourse(ctx context.Context, id int64) error {
	return wrap(tx.execOne(ctx, `DELETE FROM course WHERE id = ?`, id), "course %d", id)
}
