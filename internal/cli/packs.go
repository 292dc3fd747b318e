package cli

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// packEnding is how the files of packs end.
const packEnding = ".yaml"

// rulesFolder returns the folder whose packs are active.
func (a *app) rulesFolder() string { return filepath.Join(filepath.Dir(a.settings.Config), "rules") }

// packPath returns where the file of an active pack is, or would be.
func (a *app) packPath(file string) string { return filepath.Join(a.rulesFolder(), file) }

// isPackFile reports whether a file of that name is a pack. Those with a dot in
// front are what some systems leave beside others.
func isPackFile(name string) bool {
	unseen := func(r rune) bool { return !unicode.IsPrint(r) }
	return strings.HasSuffix(name, packEnding) && !strings.HasPrefix(name, ".") && !strings.ContainsFunc(name, unseen)
}

// packFiles reads the files of all active packs, and says of those that cannot
// be read why. The book calls it when it first needs rules.
func (a *app) packFiles() ([]rules.PackFile, error) {
	if a.settings.Config == "" {
		return nil, nil // settings were not loaded
	}
	entries, err := os.ReadDir(a.rulesFolder())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, badFile("%s: %s", a.rulesFolder(), fileReason(err)).try("it is where packs of rules belong: cmp rules --help")
	}
	var files []rules.PackFile
	for _, e := range entries {
		if !isPackFile(e.Name()) || e.IsDir() {
			continue
		}
		files = append(files, readPack(a.packPath(e.Name())))
	}
	return files, nil
}

// readPack reads the file of a pack, as far as packs may be long.
func readPack(path string) rules.PackFile {
	file := rules.PackFile{Name: filepath.Base(path)}
	var err error
	if file.Data, err = readAtMost(path, rules.MaxPack+1); err != nil {
		file.Data, file.Err = nil, errors.New(fileReason(err))
	}
	return file
}

// readAtMost reads the beginning of a file, and nothing that is no file: a
// pipe would be waited for.
func readAtMost(path string, most int64) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New("not a file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, most))
	return data, errors.Join(err, f.Close())
}

// badPack is the failure of all that needs rules while an active pack cannot
// be used.
func (a *app) badPack(err *rules.PackError) *failure {
	return badFile("%s", err).try("cmp rules check %s, or move it out of %s", shellWord(a.packPath(err.File)), a.rulesFolder())
}

// bring says what brings rules that are missing: a pack that ships, or else one
// of the holder's own.
func (a *app) bring(unknown *rules.UnknownCredentialError) string {
	if unknown.Example != "" {
		return "cmp rules use " + unknown.Example + " brings them"
	}
	return "put the pack that has them back into " + a.rulesFolder()
}

// noRules is the failure to judge a credential of the ledger whose rules are
// gone. It concerns no other credential.
func (a *app) noRules(c ledger.Credential, unknown *rules.UnknownCredentialError) *failure {
	f := refused("%s: the rules of %s are unknown", c.Designation(), c.CredentialName).try("%s", a.bring(unknown))
	f.skippable = true
	return f
}
