package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/atomicfile"
	"cmpledger/internal/words"
)

// writeData writes a file, whole or not at all. It replaces a file only with yes, and the
// ledger never.
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
	err := atomicfile.Write(path, data, yes)
	switch {
	case errors.Is(err, fs.ErrExist):
		return exists
	case errors.Is(err, fs.ErrNotExist):
		return noFolder(path)
	case err != nil:
		return badFile("%s: %s", path, words.FileReason(err)).try("name another file")
	}
	return nil
}

// noFolder says that a file cannot be written where there is no folder.
func noFolder(path string) error {
	return badFile("%s: its folder %s does not exist", path, filepath.Dir(path)).try("make the folder, or name another file")
}

// outputFlags say where an answer goes: to standard output, or to a file.
type outputFlags struct {
	path string
	yes  bool
}

func (f *outputFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&f.path, "output", "o", "", "write to this `file` (default: standard output)")
	cmd.Flags().BoolVar(&f.yes, "yes", false, "replace the file if it exists")
}

func (f outputFlags) toFile() bool { return f.path != "" && f.path != "-" }

// deliver writes an answer, and says so if it goes to a file.
func (a *app) deliver(to outputFlags, data []byte, what string) error {
	if !to.toFile() {
		_, err := a.screen().Raw().Write(data)
		return err
	}
	if err := a.writeData(to.path, to.yes, data); err != nil {
		return err
	}
	a.say("Wrote %s to %s.", what, to.path)
	return nil
}

// reply writes an answer as JSON where that is asked for; people were told.
func (a *app) reply(v any) error {
	if a.settings.Format != answer.JSON {
		return nil
	}
	return a.print(v)
}

// print writes an answer as JSON, as records, or as a table.
func (a *app) print(v any) error { return a.screen().Write(a.settings.Format, v) }
