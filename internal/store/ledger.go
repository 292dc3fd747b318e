package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"cmpledger/internal/exchange"
)

// ErrDamagedContent is wrapped by the error about a file of evidence that is
// not what was added.
var ErrDamagedContent = errors.New("is not what was added")

// records are the records that other ledgers hear of: the kind, the number, when
// it was changed and after what, and the fields as in the file. Those of
// declarations and courses are read by themselves. Of a removed credit of which
// nothing else is known its last change is said to be the removal. What was
// allocated automatically has no history.
const records = `
	SELECT 'credential', id, changed, past, json_object('credential', body || '/' || code, 'number', number,
		'certified', certified, 'voluntary', json(iif(voluntary, 'true', 'false')))
	FROM credential
	UNION ALL SELECT 'cycle', y.id, y.changed, y.past, json_object('credential', body || '/' || code,
		'first_day', first_day, 'last_day', last_day, 'closed', json(iif(closed, 'true', 'false')))
	FROM cycle AS y JOIN credential AS k ON k.id = y.credential
	UNION ALL SELECT 'declaration', id, changed, past, NULL FROM declaration
	UNION ALL SELECT 'import', id, '', '', json_object('uid', uid, 'file', file, 'date', date) FROM import
	UNION ALL SELECT 'credit', c.id, c.changed, c.past, json_object('uid', c.uid, 'date', c.date, 'title', title, 'provider', provider,
		'points', points / 100.0, 'activity', activity, 'reference', reference, 'url', url, 'note', note,
		'import', coalesce(i.uid, ''), 'removed', json(iif(removed, 'true', 'false')),
		'merged_into', coalesce((SELECT uid FROM credit WHERE id = c.merged_into), ''),
		'aliases', json((SELECT json_group_array(uid) FROM alias WHERE credit = c.id)),
		'topics', json((SELECT json_group_array(json(iif(limit_points IS NULL, json_object('topic', topic),
			json_object('topic', topic, 'points', limit_points / 100.0))))
			FROM (SELECT * FROM credit_topic WHERE credit = c.id ORDER BY position))),
		'forms', json((SELECT json_group_array(json_object('date', date, 'title', title, 'provider', provider,
			'points', points / 100.0, 'reference', reference, 'imported', json(iif(imported, 'true', 'false'))))
			FROM form WHERE credit = c.id)))
	FROM credit AS c LEFT JOIN import AS i ON i.id = c.import
	UNION ALL SELECT 'allocation', a.id, iif(allocated_by = 'hand', a.changed, ''), iif(allocated_by = 'hand', a.past, ''),
		json_object('credit', c.uid, 'credential', y.credential, 'cycle', y.last_day, 'requirement', requirement,
		'points', a.points / 100.0, 'by', allocated_by)
	FROM allocation AS a JOIN credit AS c ON c.id = a.credit JOIN cycles AS y ON y.id = a.cycle
	UNION ALL SELECT 'evidence', e.id, e.changed, e.past, json_object('credit', c.uid, 'sha256', coalesce(sha256, ''),
		'name', name, 'media_type', media_type, 'added', added)
	FROM evidence AS e JOIN credit AS c ON c.id = e.credit LEFT JOIN content ON content.id = e.content
	UNION ALL SELECT 'course', id, changed, past, NULL FROM course
	UNION ALL SELECT 'apart', p.id, p.changed, p.past, json_object('credit', min(a.uid, b.uid), 'other', max(a.uid, b.uid))
	FROM apart AS p JOIN credit AS a ON a.id = p.credit JOIN credit AS b ON b.id = p.other
	UNION ALL SELECT 'gone', 0, changed, '', json_object('kind', kind, 'key', key) FROM gone WHERE kind <> 'clock'
	UNION ALL SELECT 'gone', 0, changed, '', json_object('kind', 'credit', 'key', uid)
	FROM credit WHERE removed AND uid NOT IN (SELECT key FROM gone WHERE kind = 'credit')`

// Ledger returns all that the ledger holds but its log, in the words that any
// ledger knows. Contents can be read as long as the transaction lasts.
func (tx *Tx) Ledger(ctx context.Context) (exchange.Ledger, error) {
	l := exchange.Ledger{Contents: map[string]func() ([]byte, error){}}
	others, err := tx.declarationsAndCourses(ctx)
	if err != nil {
		return l, wrap(err, "read the ledger")
	}
	err = tx.each(ctx, func(rows *sql.Rows) error {
		var kind exchange.Kind
		var id int64
		var changed, past string
		var fields []byte
		if err := rows.Scan(&kind, &id, &changed, &past, &fields); err != nil {
			return err
		}
		v := others[fmt.Sprint(kind, id)]
		if v == nil {
			var err error
			if v, err = kind.Parse(fields); err != nil {
				return fmt.Errorf("%s %d: %w", kind, id, err)
			}
		}
		if e, is := v.(exchange.Evidence); is {
			l.Contents[e.SHA256] = func() ([]byte, error) { return tx.Content(ctx, e.SHA256) }
		}
		l.Add(v, id, changed, strings.Fields(past))
		return nil
	}, records)
	return l, wrap(err, "read the ledger")
}

// declarationsAndCourses returns these by kind and number.
func (tx *Tx) declarationsAndCourses(ctx context.Context) (map[string]exchange.Value, error) {
	credentials, err := tx.Credentials(ctx)
	if err != nil {
		return nil, err
	}
	all := map[string]exchange.Value{}
	for _, c := range credentials {
		for _, y := range c.Cycles {
			if y.Declared == 0 {
				continue
			}
			d, err := tx.Declaration(ctx, y.ID)
			if err != nil {
				return nil, err
			}
			all[fmt.Sprint(exchange.DeclarationKind, d.ID)] = exchange.Declaration{Credential: c.String(), Cycle: y.Last, Declaration: d}
		}
	}
	courses, err := tx.Courses(ctx)
	for _, c := range courses {
		all[fmt.Sprint(exchange.CourseKind, c.ID)] = exchange.Course{Course: c}
	}
	return all, err
}
