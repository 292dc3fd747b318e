package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
)

// strayPages returns what is wrong with the pages of the file that are in no
// table, or "". Each page has to be in one table or index, or in the list of
// free pages, and in one place only.
//
// SQLite's own check looks for that too, but SQLite 3.53 skips it when the
// first in its list of tables is a view, and which is the first is chance.
func (tx *Tx) strayPages(ctx context.Context) (string, error) {
	header, err := tx.page(ctx, 1)
	if err != nil {
		return "", err
	}
	if len(header) < 100 || binary.BigEndian.Uint32(header[52:]) != 0 {
		return "", nil // it has pages that only say where others are
	}
	var count, size int64
	err = tx.sql.QueryRowContext(ctx, `SELECT page_count, page_size FROM pragma_page_count, pragma_page_size`).Scan(&count, &size)
	if err != nil {
		return "", err
	}
	placed := make(map[int64]bool)
	if lock := 0x40000000/size + 1; lock <= count {
		placed[lock] = true // never used
	}
	err = tx.each(ctx, func(rows *sql.Rows) error {
		var page int64
		err := rows.Scan(&page)
		placed[page] = true
		return err
	}, `SELECT pageno FROM dbstat`)
	if err != nil {
		return "", err
	}
	if wrong, err := tx.freePages(ctx, header, count, placed); wrong != "" || err != nil {
		return wrong, err
	}
	if stray := count - int64(len(placed)); stray != 0 {
		return fmt.Sprintf("%d pages are neither used nor free", stray), nil
	}
	return "", nil
}

// freePages adds the pages of the list of free pages to those that have a
// place, or says what is wrong with the list. Each of its trunks names the
// next trunk, how many pages it lists, and those.
func (tx *Tx) freePages(ctx context.Context, header []byte, count int64, placed map[int64]bool) (wrong string, err error) {
	left := int64(binary.BigEndian.Uint32(header[36:]))
	place := func(page uint32) {
		switch at := int64(page); {
		case at < 2 || at > count:
			wrong = fmt.Sprintf("page %d is in the list of free pages, and the file has %d", at, count)
		case placed[at]:
			wrong = fmt.Sprintf("page %d is in the list of free pages, and elsewhere too", at)
		default:
			placed[at] = true
			left--
		}
	}
	for next := binary.BigEndian.Uint32(header[32:]); next != 0 && wrong == ""; {
		if place(next); wrong != "" {
			break
		}
		trunk, err := tx.page(ctx, int64(next))
		if err != nil {
			return "", err
		}
		listed := int(binary.BigEndian.Uint32(trunk[4:]))
		if listed > len(trunk)/4-2 {
			return fmt.Sprintf("page %d lists %d free pages, more than it can hold", next, listed), nil
		}
		for i := range listed {
			place(binary.BigEndian.Uint32(trunk[8+4*i:]))
		}
		next = binary.BigEndian.Uint32(trunk)
	}
	if wrong == "" && left != 0 {
		wrong = "the list of free pages has not as many as the file says"
	}
	return wrong, err
}

// page returns a page of the file.
func (tx *Tx) page(ctx context.Context, number int64) (data []byte, err error) {
	err = tx.sql.QueryRowContext(ctx, `SELECT data FROM sqlite_dbpage WHERE pgno = ?`, number).Scan(&data)
	return data, err
}
