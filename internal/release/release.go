// Package release says what the program was built from.
//
// It imports nothing, so that the version can be told before anything else of
// the program is set up.
package release

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
func (i Info) Number() string {
	if i.Version == "" {
		return "(built from source)"
	}
	return i.Version
}

// Line returns the line that the command version prints, without its end, for a
// program that is called by the given name: with commit and date where they are
// known.
func (i Info) Line(name string) string {
	line := name + " version " + i.Number()
	for _, s := range []string{i.Commit, i.Date} {
		if s != "" {
			line += " " + s
		}
	}
	return line
}
