package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/words"
)

// settings are what flags, environment and configuration say, in this order.
type settings struct {
	DB     string
	Config string
	AsOf   ledger.Day
	Format answer.Format
	Color  colorMode
	// Allocate says whether points are placed by themselves.
	Allocate allocateMode
	asked    answer.Format     // what was asked for where the command has only a table
	from     map[string]string // where each came from, by name; absent for a default
}

func defaults() settings {
	return settings{Format: answer.Table, Color: colorAuto, Allocate: allocateAuto, from: map[string]string{}}
}

// settingNames are the settings in the order in which they are shown.
func settingNames() []string { return []string{"db", "format", "color", "as-of", "allocate"} }

// colorMode says when to use colour.
type colorMode string

const (
	colorAuto   colorMode = "auto"
	colorAlways colorMode = "always"
	colorNever  colorMode = "never"
)

func colorModes() []colorMode { return []colorMode{colorAuto, colorAlways, colorNever} }

func (c *colorMode) UnmarshalText(text []byte) error {
	if !slices.Contains(colorModes(), colorMode(text)) {
		return ledger.Unknown("a colour mode", "colour modes", string(text), colorModes())
	}
	*c = colorMode(text)
	return nil
}

func (c colorMode) MarshalText() ([]byte, error) { return []byte(c), nil }

// allocateMode says who places points: every command that changes what may
// count, or only cmp allocate.
type allocateMode string

const (
	allocateAuto   allocateMode = "auto"
	allocateManual allocateMode = "manual"
)

func allocateModes() []allocateMode { return []allocateMode{allocateAuto, allocateManual} }

func (m *allocateMode) UnmarshalText(text []byte) error {
	if !slices.Contains(allocateModes(), allocateMode(text)) {
		return ledger.Unknown("a way to allocate", "ways to allocate", string(text), allocateModes())
	}
	*m = allocateMode(text)
	return nil
}

func (m allocateMode) MarshalText() ([]byte, error) { return []byte(m), nil }

func (a *app) addSettings(f *pflag.FlagSet) {
	s := &a.settings
	f.StringVar(&s.DB, "db", "", "ledger `file` (default: the one that \"cmp config\" shows)")
	f.StringVar(&s.Config, "config", "", "configuration `file` (default: the one that \"cmp config path\" shows)")
	f.TextVar(&s.AsOf, "as-of", ledger.Day{}, "`day` to judge by, such as 2026-11-21 (default today)")
	f.TextVar(&s.Format, "format", s.Format, "`format` of the answer: table, json; lists also csv, tsv, markdown")
	f.TextVar(&s.Color, "color", s.Color, "colour `when`: auto, always, never")
	f.TextVar(&s.Allocate, "allocate", s.Allocate, "`how` points are allocated: auto, by themselves; manual, by cmp allocate")
}

// prepare completes the settings and the flags that depend on them before any
// command runs. It opens no ledger and writes nothing.
func (a *app) prepare(cmd *cobra.Command, _ []string) error {
	if cmd.Name() == cobra.ShellCompRequestCmd {
		a.addCompletions(cmd.Root(), a.flagCompleters(), a.argumentCompleters())
		cmd.Root().ValidArgsFunction = completer(otherProgram).shell
		return nil // completers settle what they need, and are silent about what is wrong
	}
	if err := a.settle(cmd.Flags()); err != nil {
		return err
	}
	if err := a.checkFormat(cmd); err != nil {
		return err
	}
	return a.readTopics(cmd.Flags())
}

// settle completes the settings, and what follows from them.
func (a *app) settle(flags *pflag.FlagSet) error {
	if err := a.loadSettings(flags); err != nil {
		return err
	}
	if a.settings.DB == "" {
		a.settings.DB = filepath.Join(a.dataHome(), "cmp", "ledger.db")
	}
	a.today = a.settings.AsOf.Date(a.env.today())
	if a.settings.AsOf.IsZero() {
		a.today = a.env.today()
	}
	return nil
}

// recordFormats is where a command notes in which formats its answer can also
// be written, as records.
const recordFormats = "formats"

func withRecords(cmd *cobra.Command, more ...answer.Format) *cobra.Command {
	formats := append([]answer.Format{answer.CSV, answer.TSV, answer.Markdown}, more...)
	cmd.Annotations = map[string]string{recordFormats: strings.Join(words.Of(formats), " ")}
	return cmd
}

// formatsOf returns the formats that a command has.
func formatsOf(cmd *cobra.Command) []string {
	return append(words.Of([]answer.Format{answer.Table, answer.JSON}), strings.Fields(cmd.Annotations[recordFormats])...)
}

// checkFormat refuses a format that the command does not have. One that was
// not asked for here, but is set for all commands, becomes a table.
func (a *app) checkFormat(cmd *cobra.Command) error {
	f := a.settings.Format
	if slices.Contains(formatsOf(cmd), string(f)) {
		return nil
	}
	if cmd.Flags().Changed("format") {
		return usage("--format %s: %s has only %s", f, cmd.CommandPath(), words.List("and", formatsOf(cmd)))
	}
	a.settings.asked, a.settings.Format = f, answer.Table
	return nil
}

// loadSettings fills in the settings that no flag gave: from the environment,
// then from the configuration file if there is one. It is all that the
// program does with Viper.
func (a *app) loadSettings(flags *pflag.FlagSet) error {
	path, named := a.configPath(flags)
	if path == "" {
		return usage("--config: needs a value")
	}
	a.settings.Config = path
	v := viper.New()
	if err := readConfig(v, path, named); err != nil {
		return err
	}
	for _, name := range settingNames() {
		value, from, exit := "", "", exitUsage
		env := "CMP_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
		switch {
		case flags.Changed(name):
			if flags.Lookup(name).Value.String() == "" {
				return usage("--%s: needs a value", name)
			}
			a.settings.from[name] = "flag --" + name
			continue
		case a.env.Getenv(env) != "":
			value, from = a.env.Getenv(env), "environment "+env
		case v.InConfig(name):
			value, from, exit = settingText(v.Get(name)), "file "+path, exitFailed
		default:
			continue
		}
		if err := flags.Lookup(name).Value.Set(value); err != nil {
			code := "usage"
			if exit == exitFailed {
				code = "file"
			}
			return newFailure(exit, code, "%s %q (%s): %w", []any{name, value, from, err})
		}
		a.settings.from[name] = from
	}
	return nil
}

// settingText returns a value of the configuration file as it is typed. YAML
// makes a time of a day.
func settingText(value any) string {
	if t, ok := value.(time.Time); ok {
		return t.Format(time.DateOnly)
	}
	return fmt.Sprint(value)
}

// configPath returns the configuration file, and whether it was named.
func (a *app) configPath(flags *pflag.FlagSet) (path string, named bool) {
	switch {
	case flags.Changed("config"):
		return a.settings.Config, true
	case a.env.Getenv("CMP_CONFIG") != "":
		return a.env.Getenv("CMP_CONFIG"), true
	}
	home := a.env.Getenv("XDG_CONFIG_HOME")
	if !filepath.IsAbs(home) {
		home = xdg.ConfigHome
	}
	return filepath.Join(home, "cmp", "config.yaml"), false
}

func (a *app) dataHome() string {
	if home := a.env.Getenv("XDG_DATA_HOME"); filepath.IsAbs(home) {
		return home
	}
	return xdg.DataHome
}

// readConfig reads the file if it exists; one that was named has to.
func readConfig(v *viper.Viper, path string, named bool) error {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) && !named {
		return nil
	}
	v.SetConfigFile(path)
	v.SetConfigType("yaml")
	if err := v.ReadInConfig(); err != nil {
		var parse viper.ConfigParseError
		if errors.As(err, &parse) {
			return badFile("%s: not YAML such as \"format: json\": %s", path,
				strings.Join(strings.Fields(strings.TrimPrefix(parse.Unwrap().Error(), "yaml: ")), " "))
		}
		return badFile("%s: %s", path, fileReason(err))
	}
	for _, key := range v.AllKeys() {
		if !slices.Contains(settingNames(), key) {
			return badFile("%s: %q: %w", path, key, ledger.Unknown("a setting", "settings", key, settingNames()))
		}
	}
	return nil
}
