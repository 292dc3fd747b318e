package cli

import (
	"errors"
	"fmt"
	"runtime"

	"cmpledger/internal/answer"
	"cmpledger/internal/atomicfile"
	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

// The most that is read of a file.
const (
	maxImport   = 128 << 20 // to import; tables and documents have smaller limits of their own
	maxPacket   = 4 << 30   // an audit packet, which holds every certificate
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

// readInput reads a file of at most so many bytes, or standard input for "-". The ledger is
// read only as one.
func (a *app) readInput(path string, most int64) (data []byte, err error) {
	name := path
	if err := store.Apart(a.settings.DB, path); err != nil {
		return nil, err
	}
	if path == "-" {
		name = "standard input"
		a.sayWaiting()
		data, err = atomicfile.ReadFrom(a.env.In, most)
	} else {
		data, err = atomicfile.Read(path, most)
	}
	if err == nil {
		return data, nil
	}
	bad, large := words.FileError(name, err), atomicfile.TooLarge(0)
	switch {
	case errors.Is(err, atomicfile.ErrNotFile):
		bad.Try = ledger.Say("pipe it in, and type - instead of a name")
	case errors.As(err, &large):
		bad.Try = ledger.Say("use only a part of it")
	}
	return nil, bad
}
