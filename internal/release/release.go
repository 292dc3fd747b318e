// Package release says what the program was built from.
package release

import (
	"cmp"
	"fmt"
	"strings"
)

// Set by the linker, in a release: -X cmpledger/internal/release.version=1.2.3.
var version, commit, date string

// An Info says what a program was built from; each may be empty.
type Info struct {
	Version string // without a v, such as 1.2.3
	Commit  string // of the source
	Date    string // of the commit, not of the build
}

// This returns what this very program was built from.
func This() Info { return Info{version, commit, date} }

// Number returns the version, or says that there is none.
func (i Info) Number() string { return cmp.Or(i.Version, "(built from source)") }

// Line returns the line that the command version prints, without its end, for a
// program that is called by the given name: with commit and date where they are
// known.
func (i Info) Line(name string) string {
	return strings.TrimSpace(fmt.Sprintf("%s version %s %s %s", name, i.Number(), i.Commit, i.Date))
}
