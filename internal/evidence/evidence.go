// Package evidence knows what a file of proof is: before it goes into the
// ledger, and when it comes out again; and what an audit would miss of the
// evidence of credits.
//
// It reads files within limits, says of what kind they are, and makes names
// that are safe on any system. It refuses no file for its kind and looks for
// no harm in it: [Reject] only says what a person may want to hear.
package evidence

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/words"
)

// MaxSize is the size of the largest file that is taken as proof, in bytes.
const MaxSize = 25 << 20

// Read reads a regular file, through symbolic links, of at least one byte and
// at most [MaxSize], included. Of the evidence that it will be, it returns what
// the file says, and the content. The error is a [*ledger.Error].
func Read(path string) (e ledger.Evidence, data []byte, err error) {
	bad := func(what, try string) (ledger.Evidence, []byte, error) {
		return e, nil, &ledger.Error{Where: path, What: what, Try: ledger.Say("%s", try)}
	}
	// Opening a named pipe waits for its writer, and opening a device may move
	// it; so this is asked first.
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return e, nil, unreadable(path, err)
	case info.IsDir():
		return bad("is a folder", "name the files in it")
	case !info.Mode().IsRegular():
		return bad("is not a regular file", "save its content to a file, and name that")
	case info.Size() == 0:
		return bad("is empty", "download or scan it again")
	case info.Size() > MaxSize:
		return bad(fmt.Sprintf("is larger than %d MiB, the most that is kept of one file", MaxSize>>20),
			"scan it more coarsely, or keep only the pages that prove the credit")
	}
	if data, err = os.ReadFile(path); err != nil {
		return e, nil, unreadable(path, err)
	}
	e.Name = strings.ToValidUTF8(filepath.Base(path), "\uFFFD")
	e.MediaType, e.Size, e.SHA256 = MediaType(e.Name, data), int64(len(data)), fmt.Sprintf("%x", sha256.Sum256(data))
	return e, data, nil
}

// unreadable words what the system said of a file.
func unreadable(path string, err error) error {
	cause := err
	var system *fs.PathError
	if errors.As(err, &system) {
		cause = system.Err
	}
	return &ledger.Error{Where: path, What: strings.TrimSuffix(cause.Error(), " or directory"), Err: err}
}

// A Finding is something about the evidence of a credit that may matter in an
// audit.
type Finding struct {
	Credit   int64  `json:"credit" doc:"Number of the credit."`
	Kind     Kind   `json:"kind" doc:"missing: no evidence; shared: the file proves other credits too; unfit: a reader may not take or open it."`
	Evidence int64  `json:"evidence,omitempty" doc:"Number of the evidence. Absent where there is none."`
	Name     string `json:"name,omitempty" doc:"Of the file. Absent where there is none."`
	Message  string `json:"message" doc:"In words."` // the end of a sentence about the credit
}

// A Kind is what a finding is about.
type Kind string

// The kinds of findings.
const (
	Missing Kind = "missing" // the credit has no evidence
	Shared  Kind = "shared"  // the same file proves other credits too
	Unfit   Kind = "unfit"   // a file that a reader may not take or open
)

// Lint looks at the evidence of the given credits, in their order. all is the
// evidence of every credit of the ledger.
func Lint(credits []ledger.Credit, all []ledger.Evidence) (found []Finding) {
	of := map[int64][]ledger.Evidence{}
	proves := map[int64][]int64{} // by content
	for _, e := range all {
		of[e.Credit] = append(of[e.Credit], e)
		proves[e.Content] = append(proves[e.Content], e.Credit)
	}
	for _, c := range credits {
		if len(of[c.ID]) == 0 {
			found = append(found, Finding{Credit: c.ID, Kind: Missing, Message: "no evidence yet"})
		}
		for _, e := range of[c.ID] {
			if reason := Reject(e.MediaType); reason != "" {
				found = append(found, Finding{c.ID, Unfit, e.ID, e.Name, e.Name + " " + reason})
			}
			if len(proves[e.Content]) == 1 {
				continue
			}
			others := slices.DeleteFunc(slices.Clone(proves[e.Content]), func(id int64) bool { return id == c.ID })
			found = append(found, Finding{c.ID, Shared, e.ID, e.Name, fmt.Sprintf("%s is evidence of %s %s too",
				e.Name, words.Verb(len(others), "credit", "credits"), words.Numbers(others, ", "))})
		}
	}
	return found
}
