package store

import (
	"fmt"

	"cmpledger/internal/ledger"
)

// day returns a date as it is stored: text, or NULL for none.
func day(d ledger.Date) any {
	if d == 0 {
		return nil
	}
	return d.String()
}

// points returns points as they are stored where none is NULL.
func points(p ledger.Points) any {
	if p == 0 {
		return nil
	}
	return int64(p)
}

// A dayColumn reads what day stores.
type dayColumn struct{ to *ledger.Date }

// Scan implements [database/sql.Scanner].
func (c dayColumn) Scan(value any) error {
	if value == nil {
		*c.to = 0
		return nil
	}
	text, ok := value.(string)
	if !ok {
		return fmt.Errorf("%v: not a date", value)
	}
	d, err := ledger.ParseDate(text)
	if err != nil {
		return fmt.Errorf("%s: %w", text, err)
	}
	*c.to = d
	return nil
}
