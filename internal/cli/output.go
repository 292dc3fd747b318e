package cli

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/atomicfile"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

// writeFile makes a file of what fill writes, whole or not at all. It replaces a file only
// with yes, and never the ledger, or what lies beside it.
func (a *app) writeFile(path string, yes bool, fill func(io.Writer) error) error {
	exists := usage("%s: exists already", path).try("give --yes to replace it, or name another file")
	if err := store.Apart(a.settings.DB, path); err != nil {
		f := failureOf(err)
		f.code = "refused"
		return f
	}
	if info, err := os.Stat(path); err == nil && !yes && info.Mode().IsRegular() {
		return exists
	}
	err := atomicfile.Write(path, fill, yes)
	of, ok := errors.AsType[*fs.PathError](err)
	switch {
	case !ok || of.Path != path: // that of fill
		return err
	case errors.Is(err, fs.ErrExist):
		return exists
	case errors.Is(err, fs.ErrNotExist):
		return noFolder(path)
	}
	return badFile("%s: %s", path, words.FileReason(err)).try("%s", cmp.Or(words.FileTry(err), "name another file"))
}

// writeOut writes what fill writes to standard output, once it is whole: who reads it may
// be slow, and the ledger is not to be held meanwhile.
func (a *app) writeOut(fill func(io.Writer) error) error {
	whole, err := atomicfile.Spool(fill)
	if of, ok := errors.AsType[*fs.PathError](err); ok && of.Path == os.TempDir() {
		return badFile("%s: %s", of.Path, words.FileReason(err)).try("make room there, or write to a file: --output FILE")
	}
	if err != nil {
		return err
	}
	defer whole.Close() //nolint:errcheck // it is read, and not kept
	_, err = io.Copy(a.screen().Raw(), whole)
	return err
}

// noFolder says why a file cannot be written where the system finds no folder.
func noFolder(path string) error {
	what, try := atomicfile.NoFolder(filepath.Dir(path))
	return badFile("%s: %s", path, what).try("%s", try)
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
	if err := a.writeFile(to.path, to.yes, atomicfile.Data(data)); err != nil {
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
