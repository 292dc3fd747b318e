package cli

import (
	"bytes"
	"context"
	_ "embed" // for the help
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

func (a *app) newRulesPacks() *cobra.Command {
	return &cobra.Command{
		Use:   "packs",
		Short: "List the packs of rules that are active, and the examples that ship",
		Long: `List the packs that are active, with what each adds and where it lies, and the
examples that ship and are not active. A pack that cannot be used is listed with
what is wrong. cmp rules use NAME activates an example.`,
		Example: `  cmp rules packs
  cmp rules packs --format json`,
		Args: noArguments,
		RunE: a.run(func(context.Context, []string) error {
			files, err := a.packFolder().Files()
			if err != nil {
				return err
			}
			out := packsAnswer{Folder: a.rulesFolder()}
			examples := rules.Examples()
			for _, p := range a.packFolder().Active(files) {
				if i := actions.PackIndex(examples, p.Name); i >= 0 {
					if !bytes.Equal(p.Data, examples[i].Data) {
						p.State = actions.PackChanged
					}
					examples = slices.Delete(examples, i, i+1)
				}
				out.Packs = append(out.Packs, a.packLine(p))
			}
			for _, file := range examples {
				out.Packs = append(out.Packs, a.packLine(actions.SeePack(file, "", "example")))
			}
			if err := a.print(out); err != nil {
				return err
			}
			a.tell("Active packs are in %s. %s makes an example one of them.", out.Folder, ledger.Command{"rules", "use", "NAME"})
			return nil
		}),
	}
}

// packHelp is the help of cmp rules check, with all keys of a pack.
//
//go:embed rules_check.txt
var packHelp string

func (a *app) newRulesCheck() *cobra.Command {
	return &cobra.Command{
		Use:   "check {FILE | NAME}",
		Short: "Check a pack of rules of your own, and say what it adds",
		Long:  strings.TrimSpace(packHelp),
		Example: `  cmp rules check ./florida.yaml
  cmp rules check florida --format json`,
		Args: oneArgument("the path or the name of a pack"),
		RunE: a.run(func(_ context.Context, args []string) error { return a.rulesCheck(args[0]) }),
	}
}

func (a *app) newRulesUse() *cobra.Command {
	var yes bool
	cmd := a.writing(&cobra.Command{
		Use:   "use {NAME | FILE}",
		Short: "Make a pack active: one that ships, or a file of yours",
		Long: `Copy a pack into the folder rules beside the configuration file (cmp config path
shows it), where packs are active: one that ships, by its name, or a file of
yours, by its path. It is checked first. The copy is yours to change; the name of
one that ships, with --yes, brings that one back. What was active in its place is
kept beside it, as NAME.yaml.old, or NAME.yaml.old2 where that is there already.

To take a pack out again, move its file out of that folder. Credentials that have
their rules in it then cannot be judged, and say so, until it is back.`,
		Example: `  cmp rules use florida
  cmp rules use ./employer.yaml --dry-run`,
		Args: oneArgument("the name or the path of a pack"),
		RunE: a.run(func(_ context.Context, args []string) error { return a.rulesUse(args[0], yes) }),
	})
	cmd.Flags().BoolVar(&yes, "yes", false, "put it in the place of another pack of its name")
	return cmd
}

const packEnding = actions.PackEnding

func (a *app) rulesFolder() string { return filepath.Join(filepath.Dir(a.settings.Config), "rules") }

func (a *app) packFolder() actions.PackFolder { return actions.PackFolder(a.rulesFolder()) }

// packFiles reads all active packs. The book calls it when it first needs rules.
func (a *app) packFiles() ([]rules.PackFile, error) {
	if a.settings.Config == "" {
		return nil, nil // settings were not loaded
	}
	return a.packFolder().Files()
}

func packNames(files []rules.PackFile) []string {
	return words.Map(files, func(f rules.PackFile) string { return strings.TrimSuffix(f.Name, packEnding) })
}

func (a *app) badPack(err *rules.PackError) *failure {
	a.toldPacks = append(a.toldPacks, err)
	return badFile("%s", err).try("%s, or move it out of %s", ledger.Command{"rules", "check", a.packFolder().Path(err.File)}, a.rulesFolder())
}

// sayFaults says which packs were left out, where nothing has said so yet.
func (a *app) sayFaults() {
	for _, fault := range a.book.Faults() {
		if !slices.Contains(a.toldPacks, fault) {
			a.say("Not used: %s", a.badPack(fault).sentence())
		}
	}
}

func (a *app) noRules(c ledger.Credential) *failure {
	return refused("%s: the rules of %s are unknown", c.Designation(), c.CredentialName).
		try("put the pack that has them into %s", a.rulesFolder())
}

type packsAnswer struct {
	Schema string     `json:"schema" shape:"cmp.rules-packs/1" title:"Rule packs" doc:"Written by cmp rules packs."`
	Folder string     `json:"folder" doc:"Of your packs."`
	Packs  []packLine `json:"packs" table:"pack|Pack; state|State; body|Body; Adds|Adds|wrap wide"`
}

type packLine struct {
	Pack        string   `json:"pack" doc:"Name of the pack."`
	State       string   `json:"state" enum:"active,changed,example" doc:"changed: active, but not as it ships; example: not active until chosen."`
	Body        string   `json:"body" doc:"Of its editions." empty:"where it has none"`
	Credentials []string `json:"credentials" doc:"Codes of the credentials that it adds."`
	Corrections int      `json:"corrections" doc:"How many."`
	Path        string   `json:"path" doc:"Its file." empty:"of an example"`
	Problem     string   `json:"problem" doc:"Why it cannot be used." empty:"where it can"`
	Adds        answer.Cell
}

func (a *app) packLine(p actions.PackSeen) packLine {
	line := packLine{Pack: strings.TrimSuffix(p.Name, packEnding), State: string(p.State), Path: p.Path}
	if p.Fault != nil {
		line.Problem = p.Fault.Error()
		line.Adds = answer.Cell{Text: a.text("not usable: %s", ledger.Command{"rules", "check", line.Pack}), Style: answer.Warning}
		return line
	}
	line.Body, line.Corrections = p.Pack.Body, len(p.Pack.Corrections)
	for _, e := range p.Pack.Editions {
		if !slices.Contains(line.Credentials, e.Name.Code) {
			line.Credentials = append(line.Credentials, e.Name.Code)
		}
	}
	adds := slices.Clone(line.Credentials)
	if line.Corrections > 0 {
		adds = append(adds, words.Count(line.Corrections, "correction"))
	}
	line.Adds.Text = strings.Join(adds, ", ")
	return line
}

// packPlace returns where a pack is, and what to type for it.
func packPlace(p actions.PackSeen) (where, typed string) {
	switch name := strings.TrimSuffix(p.Name, packEnding); {
	case p.Path == "":
		return "pack " + name, name
	case !isYAMLPath(p.Path):
		return p.Path, "./" + p.Path
	}
	return p.Path, p.Path
}

// findPack returns the pack at a path or of a name. Of a name, an active pack goes before
// one that ships, or the other way round if shipped is wanted. It is read beside the
// active packs, but for the one whose place it would take.
func (a *app) findPack(text string, shipped bool) (p actions.PackSeen, err error) {
	active, err := a.packFiles()
	if err != nil {
		return p, err
	}
	examples := rules.Examples()
	own, ships := actions.PackIndex(active, text+packEnding), actions.PackIndex(examples, text+packEnding)
	switch {
	case isYAMLPath(text) && !actions.IsPackFile(filepath.Base(text)):
		return p, usage("%s: the file of a pack is called NAME.yaml", text).try("give it such a name")
	case isYAMLPath(text):
		p.PackFile, p.Path = actions.ReadPack(text), text
		if p.Err != nil {
			return p, badFile("%s: %w", text, p.Err)
		}
	case own >= 0 && (!shipped || ships < 0):
		p.PackFile, p.Path = active[own], a.packFolder().Path(active[own].Name)
	case ships >= 0:
		p.PackFile = examples[ships]
	default:
		f := usage("pack %q: no pack has that name", text)
		if near := ledger.Nearest(text, packNames(append(active, examples...))); near != "" {
			return p, f.try("did you mean %s?", near)
		}
		return p, f.try("%s shows the names; a path has a slash or .yaml in it", ledger.Command{"rules", "packs"})
	}
	p.State = actions.PackInactive
	if i := actions.PackIndex(active, p.Name); i >= 0 {
		p.State = actions.PackChanged
		if active[i].Err == nil && bytes.Equal(active[i].Data, p.Data) {
			p.State = actions.PackActive
		}
		active = slices.Delete(active, i, i+1)
	}
	where, _ := packPlace(p)
	p.Pack, err = a.packFolder().Check(p.PackFile, where, active)
	return p, err
}

type packAnswer struct {
	Pack        string            `json:"pack" doc:"Name of the pack."`
	Path        string            `json:"path" doc:"Its file." empty:"where it ships with the program"`
	State       actions.PackState `json:"state" doc:"changed: another file of its name is active; inactive: none of its name is."`
	Body        string            `json:"body" doc:"Of its editions." empty:"where it has none"`
	Name        string            `json:"name" doc:"Of a body of its own, in words. Else empty."`
	Programme   string            `json:"programme" doc:"Of a body of its own. Else empty."`
	CycleMonths int               `json:"cycle_months" doc:"Length of a cycle of a body of its own. Else 0."`
	Editions    []packEdition     `json:"editions"`
	Topics      []rules.PackTopic `json:"topics" doc:"Topics that it adds."`
	Corrections []packCorrection  `json:"corrections"`
}

type checkedPack struct {
	Schema string `json:"schema" shape:"cmp.rules-check/1" title:"What a rule pack adds" doc:"Written by cmp rules check."`
	packAnswer
}

type usedPack struct {
	Schema string `json:"schema" shape:"cmp.rules-use/1" title:"Rule pack that was activated" doc:"Written by cmp rules use."`
	DryRun bool   `json:"dry_run" doc:"Whether it was asked for, and nothing was written."`
	packAnswer
}

type packEdition struct {
	editionDetails
	Parts   []string // the requirements with their points
	assumed string   // the figures that are assumed, in words
}

type packCorrection struct {
	Edition      string             `json:"edition" doc:"Of the rules that it corrects."`
	Requirement  ledger.Requirement `json:"requirement" as:"string" doc:"The requirement, or total."`
	Name         string             `json:"name" doc:"In words."`
	Before       rules.Figure       `json:"before"`
	After        rules.Figure       `json:"after"`
	Ships, Yours string             // the figures as people read them
}

func newPackAnswer(p actions.PackSeen) packAnswer {
	pack := p.Pack
	out := packAnswer{Pack: pack.Name, Path: p.Path, State: p.State, Body: pack.Body, Topics: pack.Topics}
	if of := pack.Programme; of != nil {
		out.Name, out.Programme, out.CycleMonths = of.Name, of.Title, of.Cycle.Months
	}
	for _, e := range pack.Editions {
		var parts []string
		for _, r := range e.Requirements {
			parts = append(parts, fmt.Sprintf("%s %s", r.Name, r.Points))
		}
		out.Editions = append(out.Editions, packEdition{detailsOf(e), parts, words.Assumed(e)})
	}
	figure := func(f rules.Figure) string { return fmt.Sprintf("%s %s", f.Points, f.Confidence) }
	for _, c := range pack.Corrections {
		for _, x := range c.Corrected {
			out.Corrections = append(out.Corrections, packCorrection{
				x.Edition.ID, c.Requirement, x.Title, x.Before, c.Figure, figure(x.Before), figure(c.Figure),
			})
		}
	}
	return out
}

func (a *app) printPack(p packAnswer) error {
	if p.Name != "" {
		a.tell("%s: %s. %s, in cycles of %s.", p.Body, p.Name, p.Programme, words.Months(p.CycleMonths))
	}
	if p.Editions != nil {
		err := a.screen().List("designation|Credential; name|Name|cut; from|From; total.points|Points|right; Parts|Requirements|wrap wide", p.Editions)
		if err != nil {
			return err
		}
	}
	if len(p.Topics) > 0 {
		topics := words.Map(p.Topics, func(t rules.PackTopic) string { return string(t.Topic) + inBrackets(strings.Join(t.Aliases, ", ")) })
		a.tell("Topics: %s.", strings.Join(topics, ", "))
	}
	if p.Corrections != nil {
		if err := a.screen().List("edition|Correction of; name|Requirement|cut; Ships|Ships; Yours|Yours", p.Corrections); err != nil {
			return err
		}
	}
	for _, e := range p.Editions {
		if e.assumed != "" {
			a.tell("Assumed in %s: %s.", e.Edition, e.assumed)
		}
	}
	return nil
}

func (a *app) rulesCheck(text string) error {
	found, err := a.findPack(text, false)
	if err != nil {
		return err
	}
	out := newPackAnswer(found)
	if a.settings.Format == answer.JSON {
		return a.print(checkedPack{packAnswer: out})
	}
	if err := a.printPack(out); err != nil {
		return err
	}
	where, typed := packPlace(found)
	use := ledger.Command{"rules", "use", typed}
	switch found.State {
	case actions.PackActive:
		a.tell("%s: sound, and active.", where)
	case actions.PackChanged:
		a.tell("%s: sound. What is active is another one of its name, %s; to put this in its place: %s",
			where, a.packFolder().Path(found.Name), append(use, "--yes"))
	default:
		a.tell("%s: sound, but not active: %s", where, use)
	}
	return nil
}

func (a *app) rulesUse(text string, yes bool) error {
	found, err := a.findPack(text, true)
	if err != nil {
		return err
	}
	path, had, kept := a.packFolder().Path(found.Name), found.State, ""
	if had == actions.PackChanged {
		kept = a.packFolder().Kept(found.Name)
	}
	if kept != "" && !yes {
		which := found.Path
		if which == "" {
			which = "the one that ships"
		}
		return usage("%s: is active and differs from %s", path, which).
			try("give --yes to put that in its place; what is there is then kept as %s", filepath.Base(kept))
	}
	if had != actions.PackActive && !a.dryRun {
		if err := a.packFolder().Use(found.PackFile, kept); err != nil {
			return err
		}
	}
	found.Path, found.State = path, actions.PackActive
	out := newPackAnswer(found)
	if a.settings.Format == answer.JSON {
		return a.print(usedPack{DryRun: a.dryRun, packAnswer: out})
	}
	if had == actions.PackActive {
		a.tell("%s: active already, as %s", found.Name, path)
	} else {
		a.tell("%s: active, as %s, which is yours to change.", found.Name, path)
	}
	if kept != "" {
		a.tell("What was active in its place is kept as %s.", kept)
	}
	if err := a.printPack(out); err != nil {
		return err
	}
	if editions := found.Pack.Editions; len(editions) > 0 {
		a.tell("Next: %s", ledger.Command{"credential", "add", editions[0].Name.String(), "--expires", "DATE"})
	}
	return nil
}
