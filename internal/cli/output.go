package cli

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"cmpledger/internal/atomicfile"
	"cmpledger/internal/words"
)

// writeData writes a file, whole or not at all, and over an existing one only with
// yes. It never writes over the ledger.
func (a *app) writeData(path string, yes bool, data []byte) error {
	exists := usage("%s: exists already", path).try("give --yes to replace it, or name another file")
	if info, err := os.Stat(path); err == nil {
		if of, err := os.Stat(a.settings.DB); err == nil && os.SameFile(info, of) {
			return refused("%s: is the ledger itself", path).try("name another file")
		}
		if !yes && info.Mode().IsRegular() {
			return exists
		}
	}
	err := atomicfile.WriteFunc(path, yes, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
	var system *fs.PathError
	switch {
	case errors.Is(err, fs.ErrExist):
		return exists
	case errors.Is(err, fs.ErrNotExist):
		return noFolder(path)
	case errors.As(err, &system):
		return badFile("%s: %s", path, words.FileReason(err)).try("name another file")
	}
	return err
}

// noFolder says that a file cannot be written where there is no folder.
func noFolder(path string) error {
	return badFile("%s: its folder %s does not exist", path, filepath.Dir(path)).try("make the folder, or name another file")
}

func (a *app) deliver(output string, yes bool, data []byte, what string) error {
	if output == "" || output == "-" {
		_, err := a.out.Write(data)
		return err
	}
	if err := a.writeData(output, yes, data); err != nil {
		return err
	}
	a.say("Wrote %s to %s.", what, output)
	return nil
}
