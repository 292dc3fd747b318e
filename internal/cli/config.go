package cli

import (
	"cmp"
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
)

func (a *app) newConfig() *cobra.Command {
	path := &cobra.Command{
		Use:   "path",
		Short: "Show the files that are used",
		Long: `Show where the configuration, the ledger, profiles and packs of rules are looked
for, whether they exist or not. cmp help files says what lies where.`,
		Example: `  cmp config path
  cmp config path --format json`,
		Args: noArguments,
		RunE: a.run(func(context.Context, []string) error { return a.configFiles() }),
	}
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show every setting, its value and where it came from",
		Long: `Show the settings db, format, color, as-of and allocate as they are in force, and
what each came from. A flag goes before the environment (CMP_DB, CMP_FORMAT,
CMP_COLOR, CMP_AS_OF, CMP_ALLOCATE), and that before the configuration file, which
is YAML such as "format: json". It writes nothing: edit the file to change a
setting.`,
		Example: `  cmp config
  cmp config --format json
  cmp config path`,
		Args: a.noSuchCommand,
		RunE: a.run(func(context.Context, []string) error { return a.config() }),
	}
	cmd.AddCommand(path)
	return cmd
}

type configAnswer struct {
	Schema   string        `json:"schema" shape:"cmp.config/1" title:"Settings in force" doc:"Written by cmp config."`
	Settings []settingItem `json:"settings" table:"setting|Setting; value|Value; from|From"`
}

type settingItem struct {
	Setting string `json:"setting" enum:"db,format,color,as-of,allocate"`
	Value   string `json:"value"`
	From    string `json:"from" doc:"default, or the flag, the environment variable or the file that says so."`
}

func (a *app) config() error {
	var out configAnswer
	for _, name := range settingNames() {
		out.Settings = append(out.Settings, settingItem{name, a.value(name), cmp.Or(a.settings.from[name], "default")})
	}
	return a.print(out)
}

// value returns a setting as it is in force.
func (a *app) value(name string) string {
	switch name {
	case "db":
		return a.settings.DB
	case "format":
		if a.settings.asked != "" {
			return string(a.settings.asked)
		}
		return string(a.settings.Format)
	case "color":
		return string(a.settings.Color)
	case "allocate":
		return string(a.settings.Allocate)
	}
	return a.today.String()
}

type pathsAnswer struct {
	Schema   string `json:"schema" shape:"cmp.config-path/1" title:"Files and folders of the program" doc:"Written by cmp config path."`
	Config   string `json:"config" doc:"Path of the configuration."`
	Ledger   string `json:"ledger" doc:"Path of the ledger."`
	Profiles string `json:"profiles" doc:"Folder of your profiles."`
	Rules    string `json:"rules" doc:"Folder of your rule packs."`
}

func (a *app) configFiles() error {
	out := pathsAnswer{Config: a.settings.Config, Ledger: a.settings.DB, Profiles: a.profilesFolder(), Rules: a.rulesFolder()}
	if a.settings.Format == answer.JSON {
		return a.print(out)
	}
	_, err := fmt.Fprintf(a.env.Out, "configuration  %s\nledger         %s\nprofiles       %s\nrules          %s\n",
		out.Config, out.Ledger, out.Profiles, out.Rules)
	return err
}
