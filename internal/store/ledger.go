package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
)

// ErrDamagedContent is wrapped by the error about a file of evidence that is
// not what was added.
var ErrDamagedContent = errors.New("is not what was added")

// Ledger returns all that the ledger holds but its log, in the words that any
// ledger knows. Contents can be read as long as the transaction lasts.
func (tx *Tx) Ledger(ctx context.Context) (exchange.Ledger, error) {
	d := dump{tx: tx, stamps: map[exchange.ID]exchange.Record{}, uids: map[int64]string{}, imports: map[int64]string{}, cycles: map[int64]exchange.Cycle{}}
	for _, read := range []func(context.Context) error{
		d.readStamps, d.readCredentials, d.readImports, d.readCredits, d.readAllocations, d.readEvidence, d.readCourses, d.readPairs, d.readGone,
	} {
		if err := read(ctx); err != nil {
			return exchange.Ledger{}, wrap(err, "read the ledger")
		}
	}
	d.ledger.Tidy()
	return d.ledger, nil
}

// A dump is a ledger that is being read.
type dump struct {
	tx      *Tx
	ledger  exchange.Ledger
	stamps  map[exchange.ID]exchange.Record // by kind and number
	uids    map[int64]string                // of credits
	imports map[int64]string                // their uids
	cycles  map[int64]exchange.Cycle
}

func numbered(kind exchange.Kind, id int64) exchange.ID {
	return exchange.ID{Kind: kind, Key: fmt.Sprint(id)}
}

// readStamps reads when every record was changed. What was allocated
// automatically has no history.
func (d *dump) readStamps(ctx context.Context) error {
	var parts []string
	for _, table := range []string{"credential", "cycle", "declaration", "credit", "evidence", "course", "apart", "allocation"} {
		parts = append(parts, fmt.Sprintf("SELECT '%s', id, changed, past FROM %[1]s", table))
	}
	parts[len(parts)-1] += " WHERE allocated_by = 'hand'"
	return d.tx.each(ctx, func(rows *sql.Rows) error {
		var kind exchange.Kind
		var id int64
		var r exchange.Record
		var past string
		err := rows.Scan(&kind, &id, &r.Changed, &past)
		r.Past = strings.Fields(past)
		d.stamps[numbered(kind, id)] = r
		return err
	}, strings.Join(parts, " UNION ALL "))
}

// add adds a record that has a number here.
func (d *dump) add(kind exchange.Kind, id int64, v exchange.Value) {
	r := d.stamps[numbered(kind, id)]
	d.ledger.Add(v, r.Changed, r.Past)
}

func (d *dump) readCredentials(ctx context.Context) error {
	all, err := d.tx.Credentials(ctx)
	if err != nil {
		return err
	}
	for _, c := range all {
		d.add(exchange.CredentialKind, c.ID, exchange.Credential{Name: c.String(), Number: c.Number, Certified: c.Certified, Voluntary: c.Voluntary})
		for _, y := range c.Cycles {
			d.cycles[y.ID] = exchange.Cycle{Credential: c.String(), First: y.First, Last: y.Last, Closed: y.Closed}
			d.add(exchange.CycleKind, y.ID, d.cycles[y.ID])
			if y.Declared == 0 {
				continue
			}
			declared, err := d.tx.Declaration(ctx, y.ID)
			if err != nil {
				return err
			}
			d.add(exchange.DeclarationKind, declared.ID, exchange.Declaration{Credential: c.String(), Cycle: y.Last, Declaration: declared})
		}
	}
	return nil
}

func (d *dump) readImports(ctx context.Context) error {
	return d.tx.each(ctx, func(rows *sql.Rows) error {
		var id int64
		var v exchange.Import
		err := rows.Scan(&id, &v.UID, &v.File, dayColumn{&v.Date})
		d.imports[id] = v.UID
		d.ledger.Add(v, "", nil)
		return err
	}, `SELECT id, uid, file, date FROM import`)
}

func (d *dump) readCredits(ctx context.Context) error {
	known, err := d.tx.Known(ctx)
	if err != nil {
		return err
	}
	of := make(map[int64]ledger.Known, len(known))
	for _, k := range known {
		of[k.Credit.ID] = k
		d.uids[k.Credit.ID] = k.Credit.UID
	}
	aliases := map[int64][]string{}
	err = d.tx.each(ctx, func(rows *sql.Rows) error {
		var uid string
		var credit int64
		err := rows.Scan(&uid, &credit)
		aliases[credit] = append(aliases[credit], uid)
		return err
	}, `SELECT uid, credit FROM alias ORDER BY uid`)
	if err != nil {
		return err
	}
	all, err := d.tx.credits(ctx, "TRUE")
	for _, c := range all {
		k := of[c.ID]
		v := exchange.Credit{
			Credit: c, Import: d.imports[c.Import], Removed: k.Removed, MergedInto: d.uids[k.MergedInto], Aliases: aliases[c.ID], Forms: k.Forms,
		}
		d.add(exchange.CreditKind, c.ID, v.Tidy())
	}
	return err
}

func (d *dump) readAllocations(ctx context.Context) error {
	return d.tx.each(ctx, func(rows *sql.Rows) error {
		var id, credit, cycle int64
		var v exchange.Allocation
		err := rows.Scan(&id, &credit, &cycle, &v.Requirement, &v.Points, &v.By)
		v.Credit, v.Credential, v.Cycle = d.uids[credit], d.cycles[cycle].Credential, d.cycles[cycle].Last
		d.add(exchange.AllocationKind, id, v)
		return err
	}, `SELECT id, credit, cycle, requirement, points, allocated_by FROM allocation`)
}

func (d *dump) readEvidence(ctx context.Context) error {
	all, err := d.tx.AllEvidence(ctx)
	seen := map[string]bool{}
	for _, e := range all {
		d.add(exchange.EvidenceKind, e.ID, exchange.Evidence{Credit: d.uids[e.Credit], SHA256: e.SHA256, Name: e.Name, MediaType: e.MediaType, Added: e.Added})
		if !seen[e.SHA256] {
			d.ledger.Contents = append(d.ledger.Contents, exchange.Content{SHA256: e.SHA256, Size: e.Size, Read: func() ([]byte, error) {
				return d.tx.soundContent(ctx, e.SHA256)
			}})
		}
		seen[e.SHA256] = true
	}
	return err
}

// soundContent is Content that is known to be what was added.
func (tx *Tx) soundContent(ctx context.Context, hash string) ([]byte, error) {
	data, err := tx.Content(ctx, hash)
	if sum := sha256.Sum256(data); err == nil && hex.EncodeToString(sum[:]) != hash {
		err = fmt.Errorf("content %s: %w", hash, ErrDamagedContent)
	}
	return data, err
}

func (d *dump) readCourses(ctx context.Context) error {
	all, err := d.tx.Courses(ctx)
	for _, c := range all {
		d.add(exchange.CourseKind, c.ID, exchange.Course{Course: c})
	}
	return err
}

// readPairs reads what was kept apart.
func (d *dump) readPairs(ctx context.Context) error {
	return d.tx.each(ctx, func(rows *sql.Rows) error {
		var id, a, b int64
		err := rows.Scan(&id, &a, &b)
		x, y := d.uids[a], d.uids[b]
		d.add(exchange.ApartKind, id, exchange.Apart{Credit: min(x, y), Other: max(x, y)})
		return err
	}, `SELECT id, credit, other FROM apart`)
}

func (d *dump) readGone(ctx context.Context) error {
	return d.tx.each(ctx, func(rows *sql.Rows) error {
		var v exchange.Gone
		var changed string
		err := rows.Scan(&v.Kind, &v.Key, &changed)
		d.ledger.Add(v, changed, nil)
		return err
	}, `SELECT kind, key, changed FROM gone WHERE kind <> 'clock'`)
}

// CreditNumbers returns the numbers of all credits, removed ones too, by their
// uids.
func (tx *Tx) CreditNumbers(ctx context.Context) (map[string]int64, error) {
	all := map[string]int64{}
	err := tx.each(ctx, func(rows *sql.Rows) error {
		var uid string
		var id int64
		err := rows.Scan(&uid, &id)
		all[uid] = id
		return err
	}, `SELECT uid, id FROM credit`)
	return all, wrap(err, "read credits")
}
