package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/atomicfile"
	"cmpledger/internal/evidence"
	"cmpledger/internal/ledger"
	"cmpledger/internal/profile"
	"cmpledger/internal/transcript"
	"cmpledger/internal/words"
)

func (a *app) newProfile() *cobra.Command {
	cmd := a.newGroup("profile", "Teach cmp to read the transcripts of a portal",
		a.newProfileList(), a.newProfileShow(), a.newProfileCheck(), a.newProfileNew())
	cmd.Long = `Teach cmp to read the transcripts of one portal or provider. A profile says
which column is which, how dates are written, what the numbers count, and what
the categories mean. It can also say what a text in a column means for a row.

A profile is a YAML file. Your own are NAME.yaml in the folder profiles beside
the configuration file (cmp config path shows it). They win over profiles of the
same name that come with cmp. Instead of a name you can type a path: it has a
slash or ends in .yaml.`
	cmd.Example = `  cmp profile list
  cmp profile new transcript.csv --name portal
  cmp profile check portal transcript.csv`
	return cmd
}

// A profileFile is the file of a profile, and the profile once it is parsed.
type profileFile struct {
	name string // as it was typed
	path string // or "" where it ships with the program
	text []byte
	profile.Profile
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

// isYAMLPath reports whether the word for a profile or a pack is a path.
func isYAMLPath(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return strings.ContainsAny(name, `/\`) || ext == ".yaml" || ext == ".yml"
}

// isProfileName reports whether a profile can have that name on any system.
func isProfileName(name string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
	return strings.Trim(name, letters) == "" && name != "" && name[0] != '-' && !evidence.IsReserved(name)
}

// findProfile returns the profile of a name, the holder's own before one that ships, or
// the profile at a path.
func (a *app) findProfile(name string) (profileFile, error) {
	p := profileFile{name: name, path: name}
	if !isYAMLPath(name) {
		if !isProfileName(name) {
			return p, usage("profile %q: a name has only letters, digits and hyphens; a path has a slash or ends in .yaml", name).
				try("see the names: %s", ledger.Command{"profile", "list"})
		}
		p.path = a.profilePath(name)
	}
	var err error
	if p.text, err = atomicfile.Read(p.path, maxSettings); err == nil {
		return p, nil
	}
	if isYAMLPath(name) || !errors.Is(err, fs.ErrNotExist) {
		return p, words.FileError(p.path, err)
	}
	p.path, p.text = "", profile.ShippedText(name)
	if p.text == nil {
		f := usage("profile %q: there is no profile of that name", name)
		if near := ledger.Nearest(name, a.profileNames()); near != "" {
			return p, f.try("did you mean %s?", near)
		}
		return p, f.try("see the names: %s; a path has a slash or ends in .yaml", ledger.Command{"profile", "list"})
	}
	return p, nil
}

// profileNamed finds and parses a profile.
func (a *app) profileNamed(name string) (profileFile, error) {
	p, err := a.findProfile(name)
	if err != nil {
		return p, err
	}
	known, err := a.book.Topics()
	if err == nil {
		err = p.parse(known)
	}
	return p, err
}

// parse reads the profile, which may name the topics that are known.
func (p *profileFile) parse(known ledger.Vocabulary) (err error) {
	if p.Profile, err = profile.Parse(p.place(), p.text, known); err == nil {
		return nil
	}
	f := badFile("%w", err)
	if !strings.HasSuffix(f.message, "?") { // a question says what to try
		f = f.try("see one that works: %s", ledger.Command{"profile", "show", "pace"})
	}
	return f
}

// inBrackets puts a source in brackets, where there is one.
func inBrackets(source string) string {
	if source == "" {
		return ""
	}
	return fmt.Sprintf(" (%s)", source)
}

// ownProfiles returns the names of the holder's own profiles, sorted.
func (a *app) ownProfiles() (names []string, err error) {
	entries, err := os.ReadDir(a.profilesFolder())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, badFile("%s: %s", a.profilesFolder(), words.FileReason(err))
	}
	for _, e := range entries {
		if name, is := strings.CutSuffix(e.Name(), ".yaml"); is && isProfileName(name) && !e.IsDir() {
			names = append(names, name)
		}
	}
	return names, nil
}

// profileNames returns the names of all profiles, each once, sorted.
func (a *app) profileNames() []string {
	names, _ := a.ownProfiles() // after an error, those that ship
	names = append(names, profile.Shipped()...)
	slices.Sort(names)
	return slices.Compact(names)
}

func (a *app) newProfileList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the profiles",
		Long: `List the profiles that cmp import --profile takes by name: your own, with their
files, and the ones that come with cmp. Most of these are assumed: nobody has
tried them on a real file, and the list says so. If a profile of yours cannot be
used, the list says what is wrong.`,
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
	Name string `json:"name"`
	profile.Profile
	Shipped  bool   `json:"shipped" doc:"It comes with cmp."`
	Path     string `json:"path" doc:"Its file." empty:"where it ships"`
	Replaces bool   `json:"replaces" doc:"One with the same name comes with cmp."`
	Problem  string `json:"problem" doc:"Why it cannot be used." empty:"where it can"`
	Reads    answer.Cell
	From     string
}

func (a *app) profileList() error {
	own, err := a.ownProfiles()
	if err != nil {
		return err
	}
	known, err := a.book.Topics()
	if err != nil { // a profile that names a topic of that pack will seem to be wrong
		a.say("%s", a.classify(nil, err).sentence())
	}
	var out profilesAnswer
	for _, name := range a.profileNames() {
		isOwn := slices.Contains(own, name)
		file, err := a.findProfile(name)
		if err == nil {
			err = file.parse(known)
		}
		p := profileItem{
			Name: name, Profile: file.Profile, Shipped: !isOwn, Path: file.path, Replaces: isOwn && slices.Contains(profile.Shipped(), name),
			Reads: answer.Cell{Text: file.Title}, From: cmp.Or(file.path, "shipped"),
		}
		if p.Replaces {
			p.From += ", used instead of the one that comes with cmp"
		}
		if err != nil {
			p.Problem = err.Error()
			p.Reads = answer.Cell{Text: a.text("has mistakes: %s", ledger.Command{"profile", "check", name}), Style: answer.Warning}
		}
		out.Profiles = append(out.Profiles, p)
	}
	return a.print(out)
}

type profileText struct {
	Schema string `json:"schema" shape:"cmp.profile/1" title:"Text of a profile" doc:"Written by cmp profile show and cmp profile new."`
	Name   string `json:"name" doc:"Empty of a draft."`
	Path   string `json:"path" doc:"Its file." empty:"where it ships with the program, or is a draft"`
	Text   string `json:"text" doc:"YAML."`
}

func (a *app) newProfileShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show PROFILE",
		Short: "Print a profile",
		Long: `Print a profile with its comments, as YAML. You can start your own from one that
comes with cmp.`,
		Example: `  cmp profile show labce
  cmp profile show labce > portal.yaml`,
		Args: oneArgument("the name of a profile"),
		RunE: a.run(func(_ context.Context, args []string) error {
			p, err := a.findProfile(args[0])
			if err != nil {
				return err
			}
			return a.printProfile(profileText{Name: p.name, Path: p.path, Text: string(p.text)})
		}),
	}
}

func (a *app) printProfile(p profileText) error {
	if a.settings.Format == answer.JSON {
		return a.print(p)
	}
	_, err := io.WriteString(a.screen().Raw(), p.Text)
	return err
}

func (a *app) newProfileCheck() *cobra.Command {
	var sheet string
	cmd := &cobra.Command{
		Use:   "check PROFILE [FILE]",
		Short: "Check a profile, and try it on a transcript",
		Long: `Check a profile. With a transcript, try the profile on it: nothing is imported.
cmp says how it understood the file and how many points there are. It names rows
that it cannot use, topics that it does not know, and columns that it does not
look at.

The exit code is 1 when the profile, the file or a row of it cannot be used.`,
		Example: `  cmp profile check labce
  cmp profile check portal transcript.csv
  cmp profile check ./portal.yaml transcript.csv --format json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 2 {
				return usage("%s: takes a profile and one file, but you also gave %q", named(cmd), args[2]).
					try("%s --help shows examples", cmd.CommandPath())
			}
			return someArguments("the name of a profile")(cmd, args)
		},
		RunE: a.run(func(_ context.Context, args []string) error { return a.profileCheck(args, sheet) }),
	}
	cmd.Flags().StringVar(&sheet, "sheet", "", "`name` of the sheet of a workbook (default: the one in the profile, or the first)")
	return cmd
}

func (a *app) profileCheck(args []string, sheet string) error {
	p, err := a.profileNamed(args[0])
	if err != nil {
		return err
	}
	out := profileCheckAnswer{Name: p.name, Path: p.path, Profile: p.Profile}
	if len(args) == 1 {
		layout := ""
		if p.Layout != "" {
			layout = "; layout " + p.Layout + inBrackets(p.Source)
		}
		a.tell("%s: no mistakes. %s%s.", p.name, p.Title, layout)
		return a.reply(out)
	}
	r, err := a.openTranscript(args[1], readFlags{profile: args[0], sheet: sheet}, transcript.Options{})
	var f *failure
	if errors.As(err, &f) && (strings.Contains(f.hint.As(""), "--map ") || strings.Contains(f.hint.As(""), "--date-format ") || strings.Contains(f.hint.As(""), "--unit ")) {
		return f.try("%s; or in the profile, under columns, unit or date-format", f.hint)
	}
	if err != nil {
		return err
	}
	out.Transcript = r.file.Reading(r.name)
	a.tellChecked(r, out.Transcript)
	if err := a.reply(out); err != nil || out.Transcript.Rejected == 0 {
		return err
	}
	return r.badRows("").try("correct the profile or the file")
}

type profileCheckAnswer struct {
	Schema string `json:"schema" shape:"cmp.profile-check/1" title:"How a profile reads a transcript" doc:"Written by cmp profile check."`
	Name   string `json:"profile" doc:"Its name."`
	Path   string `json:"path" doc:"Its file." empty:"where it ships with the program"`
	profile.Profile
	Transcript *transcript.Reading `json:"transcript" null:"where none was given"`
}

// tellChecked tells people how the profile reads a transcript.
func (a *app) tellChecked(r reading, out *transcript.Reading) {
	sum := []string{fmt.Sprintf("%d usable", len(r.file.Rows)-out.Rejected)}
	if out.Points > 0 {
		sum = append(sum, words.Points(out.Points))
	}
	sum = counted(counted(sum, out.Rejected, "not usable"), out.Skipped, "skipped")
	sum = counted(sum, out.LeftOut, leftOut(r.file))
	a.tell("%s: %s.", words.Count(out.Rows, "row"), strings.Join(sum, ", "))
	var topics []string
	for _, t := range out.UnknownTopics {
		topics = append(topics, unknownTopic(t)+". Say what it means under topics in the profile.")
	}
	a.tellLines(atMost(topics, ""))
	if len(out.UnusedColumns) > 0 {
		a.tell("Columns not read: %s.", r.file.NotRead())
	}
}

func (a *app) newProfileNew() *cobra.Command {
	var name, sheet string
	var to outputFlags
	cmd := &cobra.Command{
		Use:   "new FILE",
		Short: "Draft a profile from a transcript",
		Long: `Draft a profile from a transcript. cmp fills in what the file shows for sure.
The rest stands in comments for you to decide: columns that it does not know,
texts that may be topics, and what the numbers count.`,
		Example: `  cmp profile new transcript.csv
  cmp profile new transcript.csv --name portal
  cmp profile new transcript.csv --output portal.yaml`,
		Args: func(cmd *cobra.Command, args []string) error {
			if err := oneArgument("a file")(cmd, args); err != nil {
				return err
			}
			if !cmd.Flags().Changed("name") {
				return nil
			}
			if to.path != "" {
				return usage("--name and --output: both say where to write it").try("give one of them")
			}
			if !isProfileName(name) {
				return usage("--name %q: use letters, digits and hyphens, and no name that Windows keeps for a device", name).try("or give a path: --output FILE")
			}
			return nil
		},
		RunE: a.run(func(_ context.Context, args []string) error { return a.profileNew(args[0], sheet, name, to) }),
	}
	to.add(cmd)
	cmd.Flags().StringVar(&name, "name", "", "save it among your profiles under this `name`")
	cmd.Flags().StringVar(&sheet, "sheet", "", "`name` of the sheet of a workbook, kept in the draft (default: the first)")
	return cmd
}

func (a *app) profileNew(path, sheet, name string, to outputFlags) error {
	g, err := a.readContent(path, howToRead{sheet: sheet})
	if err != nil {
		return err
	}
	known, err := a.book.Topics()
	if err != nil {
		return err
	}
	survey, err := g.Look(known)
	if err != nil {
		return g.unusable(err)
	}
	if sheet != "" {
		sheet = g.sheet // as the workbook writes it
	}
	draft := profile.Draft(g.name, sheet, survey)
	use := to.path
	if !isYAMLPath(use) {
		use = "./" + use
	}
	if name != "" {
		use, to.path = name, a.profilePath(name)
		if err := os.MkdirAll(a.profilesFolder(), 0o700); err != nil {
			return badFile("%s: %s", a.profilesFolder(), words.FileReason(err))
		}
	}
	if !to.toFile() {
		return a.printProfile(profileText{Text: string(draft)})
	}
	if err := a.deliver(to, draft, "a draft"); err != nil {
		return err
	}
	if slices.Contains(profile.Shipped(), name) {
		a.say("cmp now uses this profile instead of the profile %s that comes with cmp.", name)
	}
	for _, field := range []transcript.Field{transcript.Title, transcript.Date, transcript.Points} {
		if why := survey.Open[field]; why != "" {
			a.say("First decide about the %s in it: %s.", field, why)
		}
	}
	check := ledger.Command{"profile", "check", ledger.File(use), ledger.File(path)}
	if sheet != "" {
		check = check.With("--sheet", sheet)
	}
	a.say("Look through it. Next: %s", check)
	return nil
}
