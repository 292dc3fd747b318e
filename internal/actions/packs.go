package actions

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cmpledger/internal/atomicfile"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

// PackEnding is how files of packs end; PackKept is added to one that was replaced.
const (
	PackEnding = ".yaml"
	PackKept   = ".old"
)

// A PackFolder is the folder whose packs of rules are active.
type PackFolder string

// Path returns where the file of an active pack is, or would be.
func (f PackFolder) Path(file string) string { return filepath.Join(string(f), file) }

// IsPackFile reports whether that is the name of a pack. Some systems leave files
// with a dot in front.
func IsPackFile(name string) bool {
	return strings.HasSuffix(name, PackEnding) && !strings.HasPrefix(name, ".")
}

// Files reads the active packs, and says why one cannot be read.
func (f PackFolder) Files() (files []rules.PackFile, err error) {
	entries, err := os.ReadDir(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fileError(string(f), err, ledger.Say("it is where packs of rules belong: %s", ledger.Command{"rules", "--help"}))
	}
	for _, e := range entries {
		if IsPackFile(e.Name()) && !e.IsDir() {
			files = append(files, ReadPack(f.Path(e.Name())))
		}
	}
	return files, nil
}

func fileError(where string, err error, try ledger.Text) error {
	e := words.FileError(where, err)
	e.Try = try
	return e
}

// ReadPack reads the file of a pack.
func ReadPack(path string) rules.PackFile {
	data, err := os.ReadFile(path)
	file := rules.PackFile{Name: filepath.Base(path), Data: data}
	if err != nil {
		file.Err = words.FileError("", err)
	}
	return file
}

// PackIndex returns the place of the pack with that file name, or -1.
func PackIndex(files []rules.PackFile, name string) int {
	return slices.IndexFunc(files, func(f rules.PackFile) bool { return f.Name == name })
}

// A PackState says whether a pack is in use.
type PackState string

// The states.
const (
	PackActive   PackState = "active"
	PackChanged  PackState = "changed"  // another file of its name is active, or ships
	PackInactive PackState = "inactive" // none of its name is
)

// A PackSeen is a pack, or what is wrong with it.
type PackSeen struct {
	rules.PackFile
	Path  string // of the file, or "" for one that ships
	State PackState
	Pack  *rules.Pack // nil where it cannot be used
	Fault *rules.PackError
}

// readPacks reads packs beside the rules that ship, and says what is wrong with those
// that cannot be used.
func readPacks(files ...rules.PackFile) ([]*rules.Pack, []*rules.PackError) {
	book := rules.Builtin().With(func() ([]rules.PackFile, error) { return files, nil })
	packs, _ := book.Packs() // no file is missing
	return packs, book.Faults()
}

// SeePack reads a pack by itself.
func SeePack(file rules.PackFile, path string, state PackState) PackSeen {
	packs, faults := readPacks(file)
	seen := PackSeen{PackFile: file, Path: path, State: state}
	if faults != nil {
		seen.Fault = faults[0]
	} else {
		seen.Pack = packs[0]
	}
	return seen
}

// Active returns the active packs, also those that cannot be used.
func (f PackFolder) Active(files []rules.PackFile) []PackSeen {
	_, together := readPacks(files...) // what does not go with the others
	all := make([]PackSeen, len(files))
	for i, file := range files {
		all[i] = SeePack(file, f.Path(file.Name), PackActive)
		for _, fault := range together {
			if fault.File == file.Name {
				all[i].Pack, all[i].Fault = nil, fault
			}
		}
	}
	return all
}

// Check reads a pack beside others, so that what does not go together is said of it.
func (f PackFolder) Check(file rules.PackFile, where string, others []rules.PackFile) (*rules.Pack, error) {
	packs, faults := readPacks(append(others, file)...)
	switch {
	case file.Err != nil:
		return nil, fileError(where, file.Err, ledger.Say("mend it, or move it out of %s", string(f)))
	case faults == nil:
		return packs[len(packs)-1], nil
	case faults[0].File == file.Name:
		return nil, fileError(where, faults[0].Err, ledger.Say("%s says what each key means", ledger.Command{"rules", "check", "--help"}))
	}
	return nil, faults[0]
}

// Use makes a pack active, and keeps the one whose place it takes.
func (f PackFolder) Use(file rules.PackFile, taken bool) error {
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return fileError(string(f), err, ledger.Text{})
	}
	path := f.Path(file.Name)
	if taken {
		if err := os.Rename(path, path+PackKept); err != nil {
			return fileError(path, err, ledger.Text{})
		}
	}
	if err := atomicfile.Write(path, file.Data, false); err != nil {
		return fileError(path, err, ledger.Text{})
	}
	return nil
}
