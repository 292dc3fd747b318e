package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"

	"cmpledger/internal/answer"
	"cmpledger/internal/atomicfile"
	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
	"cmpledger/internal/yamlfile"
)

type settings struct {
	DB     string // path of the file itself
	named  string // path that leads there, which may be a link
	Config string
	AsOf   ledger.Day
	Format answer.Format
	Color  string
	// Allocate says whether points are placed by themselves.
	Allocate string
	// DateOrder says which number of 1/3/2027 is the month where a day is typed, or "".
	DateOrder string
	// Holder is the name that stands on the holder's certificates, or "".
	Holder string
	asked  answer.Format     // what was asked for where the command has only a table
	from   map[string]string // where each came from, by name; absent for a default
}

func defaults() settings {
	return settings{Format: answer.Table, Color: colorAuto, Allocate: allocateAuto, from: map[string]string{}}
}

func settingNames() []string {
	return []string{"db", "format", "color", "as-of", "allocate", "date-order", "holder"}
}

// The values of settings that are one of a few words. allocate says who places
// points: every command that changes what may count, or only cmp allocate.
const (
	colorAuto, colorAlways, colorNever = "auto", "always", "never"
	allocateAuto, allocateManual       = "auto", "manual"
)

// A choice is a flag whose value is one of a few words.
type choice struct {
	value       *string
	of          []string
	one, plural string // what it is called
}

func (c choice) String() string { return *c.value }
func (c choice) Type() string   { return "choice" }

func (c choice) Set(text string) error {
	if !slices.Contains(c.of, text) {
		return ledger.Unknown(c.one, c.plural, text, c.of)
	}
	*c.value = text
	return nil
}

func (a *app) addSettings(f *pflag.FlagSet) {
	s := &a.settings
	f.StringVar(&s.DB, "db", "", "ledger `file` (default: cmp config shows it)")
	f.StringVar(&s.Config, "config", "", "configuration `file` (default: cmp config path shows it)")
	f.TextVar(&s.AsOf, "as-of", ledger.Day{}, "`day` to take for today, such as 2026-11-21 (default today)")
	f.TextVar(&s.Format, "format", s.Format, "`format` of the answer: table, json; lists also csv, tsv, markdown")
	f.Var(choice{&s.Color, []string{colorAuto, colorAlways, colorNever}, "a colour mode", "colour modes"}, "color",
		"`when` to use colour: auto, always, never")
	f.Var(choice{&s.Allocate, []string{allocateAuto, allocateManual}, "a way to allocate", "ways to allocate"}, "allocate",
		"`who` places points: auto is cmp, in the best way; manual is you, with cmp allocate")
	f.Var(choice{&s.DateOrder, []string{string(ledger.MonthFirst), string(ledger.DayFirst)}, "an order", "orders"}, "date-order",
		"`order` of a typed day such as 1/3/2027: mdy, dmy (default: cmp refuses it)")
	f.StringVar(&s.Holder, "holder", "", "your `name` as it is on your certificates, such as \"Jane Q. Doe\"")
}

// prepare completes the settings and the flags that depend on them before any
// command runs. It opens no ledger and writes nothing.
func (a *app) prepare(cmd *cobra.Command, _ []string) error {
	if cmd.Name() == cobra.ShellCompRequestCmd {
		addCompletions(cmd.Root(), a.completers())
		cmd.Root().ValidArgsFunction = completer(otherProgram).shell
		return nil // completers settle what they need, and are silent about what is wrong
	}
	if err := checkTexts(cmd.Flags()); err != nil {
		return err
	}
	switch err := a.settle(cmd.Flags()); {
	case err == nil:
	case named(cmd) == "config path": // which says where to mend it
		a.say("Not used: %s", failureOf(err).line())
	case !slices.Contains([]string{"help", "version", "completion"}, named(cmd)): // those need no setting
		return err
	}
	if err := a.checkFormat(cmd); err != nil {
		return err
	}
	return a.readTopics(cmd)
}

// checkTexts refuses a flag whose text the ledger cannot keep. A file may have any name,
// but an empty one.
func checkTexts(flags *pflag.FlagSet) (err error) {
	flags.Visit(func(f *pflag.Flag) {
		of, _ := pflag.UnquoteUsage(f)
		names := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			names = list.GetSlice()
		}
		if (of == "file" || of == "path") && slices.Contains(names, "") {
			err = cmp.Or(err, error(usage("--%s: give it a %s", f.Name, of)))
		}
		if reason := ledger.BadText(f.Value.String()); reason != "" && of != "file" && of != "path" && f.Name != "profile" {
			err = cmp.Or(err, error(usage("--%s %q: %s", f.Name, f.Value, reason).try("type it again")))
		}
	})
	return err
}

func (a *app) settle(flags *pflag.FlagSet) error {
	a.call = []string{a.name}
	for _, name := range []string{"config", "db"} { // what else a flag says, a printed command can do without
		if f := flags.Lookup(name); f != nil && f.Changed && f.Value.String() != "" {
			a.call = append(a.call, "--"+name, f.Value.String())
		}
	}
	if err := a.loadSettings(flags); err != nil {
		return err
	}
	a.today = a.env.today()
	return a.settleDays(flags)
}

// folder returns what a variable names, if that is a whole path, or else the other one.
func (a *app) folder(variable, other string) string {
	if path := a.env.Getenv(variable); filepath.IsAbs(path) {
		return path
	}
	return other
}

// settleDays decides in every flag between the two days that 1/3/2027 may be. The flag
// as-of comes first: others count from the day it names.
func (a *app) settleDays(flags *pflag.FlagSet) (err error) {
	settle := func(f *pflag.Flag) {
		value, ok := f.Value.(interface{ Get() any })
		if !ok || err != nil {
			return
		}
		if day, ok := value.Get().(*ledger.Day); ok {
			text, from := f.Value.String(), a.settings.from[f.Name]
			if err = a.settleDay(day); err != nil && !f.Changed && from != "" {
				err = usage("%s %q (%s): %w", f.Name, text, from, err)
			} else if err != nil {
				err = usage("--%s %q: %w", f.Name, text, err)
			}
		}
	}
	settle(flags.Lookup("as-of"))
	a.today = cmp.Or(a.settings.AsOf.Date(a.today), a.today)
	flags.VisitAll(settle)
	return err
}

func (a *app) settleDay(day *ledger.Day) error {
	return day.Settle(ledger.DateOrder(a.settings.DateOrder), a.today)
}

// readDay reads a day that is a part of what was typed.
func (a *app) readDay(text string) (day ledger.Day, err error) {
	if err = day.UnmarshalText([]byte(text)); err == nil {
		err = a.settleDay(&day)
	}
	return day, err
}

const recordFormats = "formats"

func withRecords(cmd *cobra.Command, more ...answer.Format) *cobra.Command {
	formats := append([]answer.Format{answer.CSV, answer.TSV, answer.Markdown}, more...)
	cmd.Annotations = map[string]string{recordFormats: strings.Join(words.Strings(formats), " ")}
	return cmd
}

func formatsOf(cmd *cobra.Command) []string {
	return append(words.Strings([]answer.Format{answer.Table, answer.JSON}), strings.Fields(cmd.Annotations[recordFormats])...)
}

// checkFormat refuses a format that the command does not have. One that was
// not asked for here, but is set for all commands, becomes a table.
func (a *app) checkFormat(cmd *cobra.Command) error {
	f := a.settings.Format
	if slices.Contains(formatsOf(cmd), string(f)) {
		return nil
	}
	if cmd.Flags().Changed("format") {
		return usage("--format %s: %s writes only %s", f, cmd.CommandPath(), words.List("and", formatsOf(cmd)))
	}
	a.settings.asked, a.settings.Format = f, answer.Table
	return nil
}

// loadSettings fills in the settings that no flag gave: from the environment,
// then from the configuration file if there is one. It is all that the
// program does with Viper. It goes on after the first that is wrong, which it returns.
func (a *app) loadSettings(flags *pflag.FlagSet) error {
	v, path, wrong := a.readConfig(flags)
	for _, name := range settingNames() {
		value, from, exit := "", "", exitUsage
		env := "CMP_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
		switch {
		case flags.Changed(name):
			if flags.Lookup(name).Value.String() == "" {
				wrong = cmp.Or(wrong, error(usage("--%s: give it a value", name)))
			}
			a.settings.from[name] = "flag --" + name
			continue
		case a.env.Getenv(env) != "":
			value, from = a.env.Getenv(env), "environment "+env
		case v.InConfig(name):
			value, from, exit = v.GetString(name), "file "+path, exitFailed
		default:
			continue
		}
		err := flags.Lookup(name).Value.Set(value)
		if reason := ledger.BadText(value); reason != "" && name != "db" {
			err = errors.New(reason)
		}
		if err != nil {
			code := "usage"
			if exit == exitFailed {
				code = "file"
			}
			wrong = cmp.Or(wrong, error(newFailure(exit, code, "%s %q (%s): %w", []any{name, value, from, err})))
			continue
		}
		a.settings.from[name] = from
	}
	return cmp.Or(wrong, a.findLedger())
}

// findLedger makes the setting db the path of the file that it means. What the configuration
// names begins at the folder of the configuration, all else where one stands.
func (a *app) findLedger() (err error) {
	s := &a.settings
	if s.DB == "" {
		s.DB = filepath.Join(a.folder("XDG_DATA_HOME", xdg.DataHome), "cmp", "ledger.db")
	} else if s.DB, err = a.fromHome(s.DB); err != nil {
		return err
	}
	if strings.HasPrefix(s.from["db"], "file ") && !filepath.IsAbs(s.DB) {
		s.DB = filepath.Join(filepath.Dir(s.Config), s.DB)
	}
	s.named, s.DB = s.DB, store.Real(s.DB)
	if atomicfile.IsPart(filepath.Base(s.DB)) {
		return usage("%s: is the name of an unfinished file of cmp", s.DB).try("give your ledger another name")
	}
	return nil
}

// fromHome returns a path whose ~ at the start is the home folder, where a shell left it.
func (a *app) fromHome(path string) (string, error) {
	first, rest, _ := strings.Cut(filepath.ToSlash(path), "/")
	if first != "~" {
		return path, nil
	}
	home := a.env.Getenv("HOME")
	if a.env.System == "windows" {
		home = cmp.Or(home, a.env.Getenv("USERPROFILE"))
	}
	if !filepath.IsAbs(home) {
		return path, refused("%s: HOME %q does not say where ~ is", path, home).try("write the whole path")
	}
	return filepath.Join(home, rest), nil
}

// whole returns a path that means the same wherever one stands.
func whole(path string) string {
	if whole, err := filepath.Abs(path); err == nil {
		return whole
	}
	return path
}

// readConfig reads the configuration file if it exists; one that was named has to.
func (a *app) readConfig(flags *pflag.FlagSet) (v *viper.Viper, path string, err error) {
	v = viper.New()
	path = a.env.Getenv("CMP_CONFIG")
	named := path != "" || flags.Changed("config")
	switch {
	case flags.Changed("config"):
		path = a.settings.Config
	case !named:
		path = filepath.Join(a.folder("XDG_CONFIG_HOME", xdg.ConfigHome), "cmp", "config.yaml")
		if !filepath.IsAbs(path) { // without a home it is never looked for where one stands
			path = string(filepath.Separator) + path
		}
	}
	if path == "" {
		return v, path, usage("--config: give it a file")
	}
	if path, err = a.fromHome(path); err != nil {
		return v, path, err
	}
	a.settings.Config = path
	text, err := atomicfile.Read(path, maxSettings)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !named, path == os.DevNull: // as people say that there is none
		return v, path, nil
	case err != nil:
		return v, path, words.FileError(path, err)
	}
	texts, err := readSettings(text)
	if err != nil {
		f := badFile("%s: %w", path, err)
		if !strings.HasSuffix(f.message, "?") { // a question says what to try
			f = f.try("write lines such as \"format: json\"")
		}
		return v, path, f
	}
	if err := v.MergeConfigMap(texts); err != nil {
		return v, path, badFile("%s: %w", path, err)
	}
	return v, path, nil
}

// readSettings returns the settings of a configuration as the text that stands there: 0012 is no
// number, and Yes is no truth.
func readSettings(text []byte) (map[string]any, error) {
	names := settingNames()
	texts, fields := make([]string, len(names)), make(yamlfile.Fields, len(names))
	for i, name := range names {
		fields[i].Key, fields[i].Into = name+"?", &texts[i]
	}
	if err := yamlfile.Read(text, fields); err != nil && !errors.Is(err, yamlfile.ErrEmpty) {
		return nil, err
	}
	if texts[slices.Index(names, "db")] == "~" { // as YAML writes that there is no value
		return nil, errors.New("db: ~ names no file")
	}
	found := map[string]any{}
	for i, name := range names {
		if texts[i] != "" {
			found[name] = strings.TrimRight(texts[i], "\n") // of a text below its key
		}
	}
	return found, nil
}

func (a *app) newConfig() *cobra.Command {
	path := &cobra.Command{
		Use:   "path",
		Short: "Show which files cmp uses",
		Long: `Show where cmp looks for the configuration, the ledger, profiles and packs of
rules, whether they exist or not. cmp help files says more about them.`,
		Example: `  cmp config path
  cmp config path --format json`,
		Args: noArguments,
		RunE: a.run(func(context.Context, []string) error { return a.configFiles() }),
	}
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show your settings and where each comes from",
		Long: `Show every setting: its value, and where it comes from. A flag wins over the
environment, and the environment wins over the configuration file. In the
environment, a setting has CMP_ before its name, such as CMP_AS_OF for as-of.

To change a setting, edit the configuration file. It is YAML, with lines such as
"format: json". cmp config path shows where it is; cmp help settings shows an
example.`,
		Example: `  cmp config
  cmp config --format json
  cmp config path`,
		Args: noSuchCommand,
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
	Setting string `json:"setting" enum:"db,format,color,as-of,allocate,date-order,holder"`
	Value   string `json:"value"`
	From    string `json:"from" doc:"default, or the flag, the environment variable or the file that says so."`
}

func (a *app) config() error {
	s := a.settings
	values := map[string]string{
		"db": whole(s.DB), "format": string(cmp.Or(s.asked, s.Format)), "color": s.Color, "as-of": a.today.String(), "allocate": s.Allocate,
		"date-order": s.DateOrder, "holder": s.Holder,
	}
	var out configAnswer
	for _, name := range settingNames() {
		out.Settings = append(out.Settings, settingItem{name, values[name], cmp.Or(s.from[name], "default")})
	}
	return a.print(out)
}

type pathsAnswer struct {
	Schema   string `json:"schema" shape:"cmp.config-path/1" title:"Files and folders of the program" doc:"Written by cmp config path."`
	Config   string `json:"config" doc:"Path of the configuration."`
	Ledger   string `json:"ledger" doc:"Path of the ledger."`
	Profiles string `json:"profiles" doc:"Folder of your profiles."`
	Rules    string `json:"rules" doc:"Folder of your rule packs."`
}

func (a *app) configFiles() error {
	out := pathsAnswer{Config: whole(a.settings.Config), Ledger: whole(a.settings.DB), Profiles: whole(a.profilesFolder()), Rules: whole(a.rulesFolder())}
	if a.settings.Format == answer.JSON {
		return a.print(out)
	}
	_, err := fmt.Fprintf(a.env.Out, "configuration  %s\nledger         %s\nprofiles       %s\nrules          %s\n",
		answer.Text(out.Config), answer.Text(out.Ledger), answer.Text(out.Profiles), answer.Text(out.Rules))
	return err
}
