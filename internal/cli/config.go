package cli

import (
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

// settingJSON is a setting as it is shown.
type settingJSON struct {
	Setting string `json:"setting"`
	Value   string `json:"value"`
	From    string `json:"from"`
}

func (a *app) config() error {
	var all []settingJSON
	for _, name := range settingNames() {
		s := settingJSON{name, a.value(name), a.settings.from[name]}
		if s.From == "" {
			s.From = "default"
		}
		all = append(all, s)
	}
	if a.settings.Format == answer.JSON {
		return answer.WriteJSON(a.env.Out, struct {
			Schema   string        `json:"schema"`
			Settings []settingJSON `json:"settings"`
		}{"cmp.config/1", all})
	}
	rows := make([][]answer.Cell, len(all))
	for i, s := range all {
		rows[i] = answer.Cells(s.Setting, s.Value, s.From)
	}
	return a.screen().Table([]answer.Column{{Title: "Setting"}, {Title: "Value"}, {Title: "From"}}, rows)
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

func (a *app) configFiles() error {
	path := a.settings.Config
	if a.settings.Format == answer.JSON {
		return answer.WriteJSON(a.env.Out, struct {
			Schema   string `json:"schema"`
			Config   string `json:"config"`
			Ledger   string `json:"ledger"`
			Profiles string `json:"profiles"`
			Rules    string `json:"rules"`
		}{"cmp.config-path/1", path, a.settings.DB, a.profilesFolder(), a.rulesFolder()})
	}
	_, err := fmt.Fprintf(a.env.Out, "configuration  %s\nledger         %s\nprofiles       %s\nrules          %s\n",
		path, a.settings.DB, a.profilesFolder(), a.rulesFolder())
	return err
}
