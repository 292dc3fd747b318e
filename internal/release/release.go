// Package release says what the program was built from.
package release

import (
	"cmp"
	"fmt"
	"strings"
)

// Set by the linker, in a release: -X cmpledger/internal/release.version=1.2.3.
var version, commit, date string

// An Info says what a program was built from.
type Info struct {
	Version string `json:"version" doc:"Empty where it was built from source."` // without a v, such as 1.2.3
	Commit  string `json:"commit" doc:"Empty where it is not known."`
	Date    string `json:"date" doc:"Of the build. Empty where it is not known."` // that of the commit
}

// This returns what this program was built from.
func This() Info { return Info{version, commit, date} }

// Number returns the version, or says that there is none.
func (i Info) Number() string { return cmp.Or(i.Version, "(built from source)") }

// Line returns what the command version prints, with commit and date where they
// are known.
func (i Info) Line(name string) string {
	return strings.TrimSpace(fmt.Sprintf("%s version %s %s %s", name, i.Number(), i.Commit, i.Date))
}
