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

type profilesAnswer struct {
	Schema   string        `json:"schema" shape:"cmp.profiles/1" title:"Profiles" doc:"Written by cmp profile list."`
	Profiles []profileItem `json:"profiles" table:"name|Profile; Reads|Reads; layout|Layout; From|From"`
}

type profileItem struct {
	Name     string `json:"name"`
	Title    string `json:"title" doc:"What it reads."`
	Layout   string `json:"layout" doc:"unverified, verified and the day, or empty."`
	Source   string `json:"source" doc:"Where the layout comes from."`
	Shipped  bool   `json:"shipped" doc:"It ships with the program."`
	Path     string `json:"path" doc:"Its file." empty:"where it ships"`
	Replaces bool   `json:"replaces" doc:"One of the same name ships."`
	Problem  string `json:"problem" doc:"Why it cannot be used." empty:"where it can"`
	Reads    answer.Cell
	From     string
}

// listProfiles describes every profile, also those that cannot be used.
func (a *app) listProfiles() ([]profileItem, error) {
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
	var all []profileItem
	for _, name := range a.profileNames() {
		file, err := a.findProfile(name)
		p := profileItem{
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
	for i, p := range all {
		all[i].Reads.Text, all[i].From = p.Title, "shipped"
		if !p.Shipped {
			all[i].From = p.Path
		}
		if p.Replaces {
			all[i].From += ", instead of the shipped one"
		}
		if p.Problem != "" {
			all[i].Reads = answer.Cell{Text: "not usable: cmp profile check " + p.Name, Style: answer.Warning}
		}
	}
	return a.print(profilesAnswer{Profiles: all})
}
