package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"cmpledger/internal/answer"
	"cmpledger/internal/atomicfile"
	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

// The most that is read of a file.
const (
	maxImport   = 128 << 20 // to import; tables and documents have smaller limits of their own
	maxWhole    = 4 << 30   // an audit packet or a whole ledger, which hold every certificate: they are read bit by bit
	maxSettings = 1 << 20   // a profile, a pack of rules, or the configuration
)

// sayWaiting says on a terminal what is waited for: nobody would guess.
func (a *app) sayWaiting() {
	ends := "Ctrl-D"
	if runtime.GOOS == "windows" {
		ends = "Ctrl-Z and Enter"
	}
	if a.env.InTerminal && (a.env.ErrTerminal || a.settings.Format != answer.JSON) {
		fmt.Fprintln(a.env.Err, "Paste it here, then press Enter and "+ends+".")
	}
}

// spareMemory is for who reads a file: of a hostile one little text becomes much data, and
// with more garbage it would take more than ten times its size.
func spareMemory() { debug.SetGCPercent(200) }

// readInput reads a file of at most so many bytes, or standard input for "-". The ledger is
// read only as one.
func (a *app) readInput(path string, most int64) (data []byte, err error) {
	spareMemory()
	if err := store.Apart(a.settings.DB, path); err != nil {
		return nil, err
	}
	if path == "-" {
		a.sayWaiting()
		data, err = atomicfile.ReadFrom(a.env.In, most)
	} else {
		data, err = atomicfile.Read(path, most)
	}
	return data, badInput(path, err)
}

// badInput says why a file or standard input cannot be read.
func badInput(path string, err error) error {
	if err == nil {
		return nil
	}
	name := path
	if path == "-" {
		name = "standard input"
	}
	bad, large := words.FileError(name, err), atomicfile.TooLarge(0)
	switch {
	case errors.Is(err, atomicfile.ErrNotFile):
		bad.Try = ledger.Say("pipe it in, and type - instead of a name")
	case errors.As(err, &large):
		bad.Try = ledger.Say("use only a part of it")
	}
	return bad
}

// A wholeFile is one that is read bit by bit.
type wholeFile interface {
	io.ReaderAt
	io.Closer
}

// openInput opens a file, or one with what is left of standard input for "-", and returns its size.
func (a *app) openInput(path string) (file wholeFile, size int64, err error) {
	if path != "-" {
		file, size, err = atomicfile.Open(path, maxWhole)
		return file, size, badInput(path, err)
	}
	file, err = atomicfile.Spool(func(to io.Writer) (err error) {
		if size, err = io.Copy(to, io.LimitReader(a.env.In, maxWhole+1)); size > maxWhole {
			err = atomicfile.TooLarge(maxWhole)
		}
		return err
	})
	return file, size, badInput(path, err)
}

// readOrOpen reads a file to import, or standard input for "-". What cmp export ledger wrote
// it opens instead.
func (a *app) readOrOpen(path string) (data []byte, exported wholeFile, err error) {
	spareMemory()
	head := make([]byte, exchange.HeadSize)
	if path == "-" {
		a.sayWaiting()
		n, err := io.ReadFull(a.env.In, head)
		head = head[:n]
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			a.env.In = bytes.NewReader(head) // a terminal would wait for another Ctrl-D
		} else {
			a.env.In = io.MultiReader(bytes.NewReader(head), a.env.In)
		}
	} else if file, _, err := atomicfile.Open(path, maxWhole); err == nil {
		n, _ := file.ReadAt(head, 0)
		head = head[:n]
		_ = file.Close()
	}
	switch {
	case exchange.Recognize(head):
		exported, _, err = a.openInput(path)
	case path == "-":
		data, err = atomicfile.ReadFrom(a.env.In, maxImport)
		err = badInput(path, err)
	default:
		data, err = a.readInput(path, maxImport)
	}
	return data, exported, err
}
