package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/evidence"
	"cmpledger/internal/ledger"
	"cmpledger/internal/profile"
)

func (a *app) newProfile() *cobra.Command {
	cmd := a.newGroup("profile", "Profiles, which say how to read a portal's transcripts",
		a.newProfileList(), a.newProfileShow(), a.newProfileCheck(), a.newProfileNew())
	cmd.Long = `Profiles, which say how to read the transcripts of one portal or provider: its
columns, its dates, what its numbers count, what its categories mean, and what a
text in any column says more about a row.

A profile is a YAML file. Your own are NAME.yaml in the folder profiles beside the
configuration file (cmp config path shows it), and go before those of the same
name that ship with cmp. Where a name is expected, a path is one too: it has a
slash or ends in .yaml.`
	cmd.Example = `  cmp profile list
  cmp profile new transcript.csv --name portal
  cmp profile check portal transcript.csv`
	return cmd
}

// A profileFile is the file of a profile.
type profileFile struct {
	name string // what it was asked for by
	path string // or "" where it ships with the program
	text []byte
}

// place returns where the profile is, for messages.
func (p profileFile) place() string {
	if p.path == "" {
		return "profile " + p.name
	}
	return p.path
}

// profilesFolder returns the folder of the holder's own profiles.
func (a *app) profilesFolder() string {
	return filepath.Join(filepath.Dir(a.settings.Config), "profiles")
}

// profilePath returns where a profile of the holder's own is, or would be.
func (a *app) profilePath(name string) string { return filepath.Join(a.profilesFolder(), name+".yaml") }

// isYAMLPath reports whether what names a profile or a pack is a path.
func isYAMLPath(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return strings.ContainsAny(name, `/\`) || ext == ".yaml" || ext == ".yml"
}

// isProfileName reports whether a profile can have that name, on any system:
// Windows takes some for devices.
func isProfileName(name string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
	return strings.Trim(name, letters) == "" && name != "" && name[0] != '-' && !evidence.IsReserved(name)
}

// findProfile returns the profile of a name, the holder's own before the
// one that ships, or the one at a path.
func (a *app) findProfile(name string) (profileFile, error) {
	p := profileFile{name: name, path: name}
	if !isYAMLPath(name) {
		if !isProfileName(name) {
			return p, usage("profile %q: neither a name, of letters, digits and hyphens, nor a path, with a slash or .yaml in it", name).
				try("cmp profile list shows the names")
		}
		p.path = a.profilePath(name)
	}
	var err error
	if p.text, err = os.ReadFile(p.path); err == nil {
		return p, nil
	}
	if isYAMLPath(name) || !errors.Is(err, fs.ErrNotExist) {
		return p, badFile("%s: %s", p.path, fileReason(err))
	}
	p.path, p.text = "", profile.ShippedText(name)
	if p.text == nil {
		f := usage("profile %q: no profile has that name", name)
		if near := ledger.Nearest(name, a.profileNames()); near != "" {
			return p, f.try("did you mean %s?", near)
		}
		return p, f.try("cmp profile list shows the names; a path has a slash or .yaml in it")
	}
	return p, nil
}

// parse reads the profile.
func (a *app) parse(p profileFile) (profile.Profile, error) {
	known, err := a.book.Topics()
	if err != nil {
		return profile.Profile{}, err
	}
	return p.parse(known)
}

// parse reads the profile, which may name the topics that are known.
func (p profileFile) parse(known ledger.Vocabulary) (profile.Profile, error) {
	parsed, err := profile.Parse(p.place(), p.text, known)
	if err == nil {
		return parsed, nil
	}
	f := badFile("%w", err)
	if strings.HasSuffix(f.message, "?") { // it says what to try already
		return parsed, f
	}
	sound := "labce"
	if p.name == sound {
		sound = "pace"
	}
	return parsed, f.try("cmp profile show %s shows one that is sound", sound)
}

// profileNamed returns the named profile, to read a file by it. It says so when
// nobody has held the profile against a real one.
func (a *app) profileNamed(name string) (profile.Profile, error) {
	found, err := a.findProfile(name)
	if err != nil {
		return profile.Profile{}, err
	}
	p, err := a.parse(found)
	if err == nil {
		a.sayUnverified(found, p)
	}
	return p, err
}

func (a *app) sayUnverified(found profileFile, p profile.Profile) {
	if p.Unverified {
		a.say("%s: its layout is unverified%s; look at what it reads before you rely on it", found.place(), inBrackets(p.Source))
	}
}

// inBrackets puts a source in brackets, where there is one.
func inBrackets(source string) string {
	if source == "" {
		return ""
	}
	return fmt.Sprintf(" (%s)", source)
}

// ownProfiles returns the names of the holder's own profiles, sorted, and the
// files in their folder that have a name of another kind.
func (a *app) ownProfiles() (names, odd []string, err error) {
	entries, err := os.ReadDir(a.profilesFolder())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, badFile("%s: %s", a.profilesFolder(), fileReason(err))
	}
	for _, e := range entries {
		name, isYAML := strings.CutSuffix(e.Name(), ".yaml")
		switch {
		case e.IsDir():
		case isYAML && isProfileName(name):
			names = append(names, name)
		default:
			odd = append(odd, e.Name())
		}
	}
	return names, odd, nil
}

// profileNames returns the names of all profiles, each once, sorted.
func (a *app) profileNames() []string {
	names, _, _ := a.ownProfiles() // an error leaves those that ship
	names = append(names, profile.Shipped()...)
	slices.Sort(names)
	return slices.Compact(names)
}
