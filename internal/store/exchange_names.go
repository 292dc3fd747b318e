package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"cmpledger/internal/exchange"
)

// names are what rows are called in any ledger, also those that are gone: the
// log knows them.
type names map[numbered]calling

// A numbered names a row by its table and number.
type numbered struct {
	table string
	id    int64
}

// A calling is what a row is called, and by which rows it is known.
type calling struct {
	Name       string `json:"uid"`
	Body       string `json:"body"`
	Code       string `json:"code"`
	Credit     int64  `json:"credit"`
	Cycle      int64  `json:"cycle"`
	Credential int64  `json:"credential"`
}

func (tx *Tx) names(ctx context.Context) (names, error) {
	all := names{}
	err := tx.each(ctx, func(rows *sql.Rows) error {
		var at numbered
		var before []byte
		if err := rows.Scan(&at.table, &at.id, &before); err != nil {
			return err
		}
		var v calling
		if err := json.Unmarshal(before, &v); err != nil {
			return err
		}
		all.add(at, v)
		return nil
	}, `SELECT record, key ->> 0, before FROM change WHERE before IS NOT NULL
		AND record IN ('credential', 'cycle', 'import', 'credit', 'declaration', 'allocation', 'evidence', 'course')`)
	if err != nil {
		return nil, err
	}
	err = tx.each(ctx, func(rows *sql.Rows) error {
		var at numbered
		var v calling
		err := rows.Scan(&at.table, &at.id, &v.Name, &v.Body, &v.Code, &v.Credit, &v.Cycle, &v.Credential)
		all.add(at, v)
		return err
	}, `SELECT 'credential', id, uid, body, code, 0, 0, 0 FROM credential
		UNION ALL SELECT 'cycle', id, uid, '', '', 0, 0, credential FROM cycle
		UNION ALL SELECT 'import', id, uid, '', '', 0, 0, 0 FROM import
		UNION ALL SELECT 'credit', id, uid, '', '', 0, 0, 0 FROM credit
		UNION ALL SELECT 'declaration', id, uid, '', '', 0, cycle, 0 FROM declaration
		UNION ALL SELECT 'allocation', id, '', '', '', credit, cycle, 0 FROM allocation
		UNION ALL SELECT 'evidence', id, uid, '', '', 0, 0, 0 FROM evidence
		UNION ALL SELECT 'course', id, uid, '', '', 0, 0, 0 FROM course
		UNION ALL SELECT 'content', id, sha256, '', '', 0, 0, 0 FROM content`)
	return all, err
}

func (n names) add(at numbered, v calling) {
	if v.Body != "" {
		v.Name = v.Body + "/" + v.Code
	}
	n[at] = v
}

// find returns what is known of a row.
func (n names) find(table string, id int64) (calling, error) {
	v, ok := n[numbered{table, id}]
	if !ok {
		return v, fmt.Errorf("%s %d: neither there nor in the log", table, id)
	}
	return v, nil
}

// name returns what names a row in any ledger.
func (n names) name(table string, id int64) (string, error) {
	v, err := n.find(table, id)
	return v.Name, err
}

// idOf names the record that a row belongs to.
func (n names) idOf(at place) (exchange.ID, error) {
	var id exchange.ID
	digits, _, _ := strings.Cut(strings.Trim(at.key, "[]"), ",")
	number, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return id, fmt.Errorf("%s %s: not a key", at.record, at.key)
	}
	table := at.record
	switch table {
	case "credit_topic":
		table = "credit"
	case "declared_credit", "declared_requirement":
		table = "declaration"
	}
	v, err := n.find(table, number)
	if err != nil {
		return id, err
	}
	switch table {
	case "allocation":
		return n.allocationsOf(v)
	case "declaration":
		id.Kind = exchange.DeclarationKind
		id.Key, err = n.name("cycle", v.Cycle)
		return id, err
	}
	return exchange.ID{Kind: exchange.Kind(table), Key: v.Name}, nil
}

func (n names) allocationsOf(v calling) (exchange.ID, error) {
	credit, err := n.name("credit", v.Credit)
	if err != nil {
		return exchange.ID{}, err
	}
	cycle, err := n.find("cycle", v.Cycle)
	if err != nil {
		return exchange.ID{}, err
	}
	credential, err := n.name("credential", cycle.Credential)
	return exchange.AllocationsOf(credit, credential), err
}
