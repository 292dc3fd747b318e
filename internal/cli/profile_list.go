package cli

import (
	"context"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/profile"
)

func (a *app) newProfileList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List all profiles, your own and those that ship with cmp",
		Long: `List the profiles that cmp import --profile takes by name: your own, with where
they lie, and those that ship. Most of those are assumed layouts that nobody has
held against a real file, and say so. One of yours that is not usable is listed
with what is wrong.`,
		Example: `  cmp profile list
  cmp profile list --format json`,
		Args: noArguments,
		RunE: a.run(func(context.Context, []string) error { return a.profileList() }),
	}
}

type profileJSON struct {
	Name     string `json:"name"`
	Title    string `json:"title"`
	Layout   string `json:"layout"` // "unverified", "verified DATE" or ""
	Source   string `json:"source"`
	Shipped  bool   `json:"shipped"`
	Path     string `json:"path"`     // "" where it ships
	Replaces bool   `json:"replaces"` // one of the same name ships
	Problem  string `json:"problem"`  // why it cannot be used, or ""
}

// listProfiles describes every profile, also those that cannot be used.
func (a *app) listProfiles() ([]profileJSON, error) {
	own, odd, err := a.ownProfiles()
	if err != nil {
		return nil, err
	}
	known, err := a.book.Topics()
	if err != nil { // then a profile that names a topic of that pack seems to be at fault
		a.say("%s", a.classify(nil, err).sentence())
	}
	for _, name := range odd {
		a.say("%s: not a profile: they are named by letters, digits and hyphens, and end in .yaml", filepath.Join(a.profilesFolder(), name))
	}
	all := []profileJSON{}
	for _, name := range a.profileNames() {
		file, err := a.findProfile(name)
		p := profileJSON{
			Name: name, Shipped: !slices.Contains(own, name), Path: file.path,
			Replaces: slices.Contains(own, name) && slices.Contains(profile.Shipped(), name),
		}
		var parsed profile.Profile
		if err == nil {
			parsed, err = file.parse(known)
		}
		if err != nil {
			p.Problem = err.Error()
		}
		p.Title, p.Layout, p.Source = parsed.Title, parsed.Layout(), parsed.Source
		all = append(all, p)
	}
	return all, nil
}

func (a *app) profileList() error {
	all, err := a.listProfiles()
	if err != nil {
		return err
	}
	if a.settings.Format == answer.JSON {
		return answer.WriteJSON(a.env.Out, struct {
			Schema   string        `json:"schema"`
			Profiles []profileJSON `json:"profiles"`
		}{"cmp.profiles/1", all})
	}
	rows := make([][]answer.Cell, len(all))
	for i, p := range all {
		from := "shipped"
		if !p.Shipped {
			from = p.Path
		}
		if p.Replaces {
			from += ", instead of the shipped one"
		}
		rows[i] = answer.Cells(p.Name, p.Title, p.Layout, from)
		if p.Problem != "" {
			rows[i][1] = answer.Cell{Text: "not usable: cmp profile check " + p.Name, Style: answer.Warning}
		}
	}
	return a.screen().Table([]answer.Column{{Title: "Profile"}, {Title: "Reads"}, {Title: "Layout"}, {Title: "From"}}, rows)
}
