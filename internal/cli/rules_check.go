package cli

import (
	"bytes"
	"context"
	_ "embed" // for the help
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/atomicfile"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

// packHelp is the help of cmp rules check, with all keys of a pack.
//
//go:embed rules_check.txt
var packHelp string

func (a *app) newRulesCheck() *cobra.Command {
	return &cobra.Command{
		Use:   "check {FILE | NAME}",
		Short: "Check rules of your own, and say what they add",
		Long:  strings.TrimSpace(packHelp),
		Example: `  cmp rules check ./employer.yaml
  cmp rules check employer --format json`,
		Args: oneArgument("the path or the name of a pack"),
		RunE: a.run(func(_ context.Context, args []string) error { return a.rulesCheck(args[0]) }),
	}
}

const packEnding = ".yaml"

func (a *app) rulesFolder() string { return filepath.Join(filepath.Dir(a.settings.Config), "rules") }

// packPath returns where the file of a pack in use is, or would be.
func (a *app) packPath(file string) string { return filepath.Join(a.rulesFolder(), file) }

// packFiles reads all packs in use, and says why one cannot be read. The book calls it
// when it first needs rules.
func (a *app) packFiles() (files []rules.PackFile, err error) {
	if a.settings.Config == "" {
		return nil, nil // settings were not loaded
	}
	entries, err := os.ReadDir(a.rulesFolder())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, badFile("%w", words.FileError(a.rulesFolder(), err)).try("it is the folder for your rule packs: %s", ledger.Command{"rules", "--help"})
	}
	for _, e := range entries {
		if isPackFile(e.Name()) && !e.IsDir() {
			files = append(files, readPack(a.packPath(e.Name())))
		}
	}
	return files, nil
}

// isPackFile reports whether that is the name of a pack. Some systems leave files with a
// dot in front.
func isPackFile(name string) bool {
	return strings.HasSuffix(name, packEnding) && !strings.HasPrefix(name, ".")
}

func readPack(path string) rules.PackFile {
	data, err := atomicfile.Read(path, maxSettings)
	file := rules.PackFile{Name: filepath.Base(path), Data: data}
	if err != nil {
		file.Err = words.FileError("", err)
	}
	return file
}

func (a *app) badPack(err *rules.PackError) *failure {
	a.toldPacks = append(a.toldPacks, err)
	return badFile("%s", err).try("%s, or move it out of %s", ledger.Command{"rules", "check", ledger.File(a.packPath(err.File))}, a.rulesFolder())
}

// sayFaults says which packs were left out, where nothing has said so yet, and of many only
// how many more.
func (a *app) sayFaults() {
	const most = 10
	faults := slices.DeleteFunc(a.book.Faults(), func(p *rules.PackError) bool { return slices.Contains(a.toldPacks, p) })
	for _, fault := range faults[:min(most, len(faults))] {
		a.say("Not used: %s", a.badPack(fault).sentence())
	}
	if more := len(faults) - most; more > 0 {
		a.say("Not used: %s; to see them: %s", words.Count(more, "more pack"), ledger.Command{"doctor"})
	}
}

func (a *app) noRules(c ledger.Credential) *failure {
	return refused("%s: no rules for %s on this computer", c.Designation(), c.CredentialName).
		try("copy the rule pack that has them into %s", a.rulesFolder())
}

// noRulesThen says of a credential without a cycle that its rules begin after the day to
// judge by.
func (a *app) noRulesThen(c ledger.Credential) *failure {
	f := refused("%s: cmp has no rules for %s", c.Designation(), a.today)
	if all, err := a.book.Editions(c.CredentialName); err == nil {
		return f.try("the first are from %s", all[0].From)
	}
	return f
}

// A packState says whether a pack is in use.
type packState string

// The states.
const (
	packActive   packState = "active"
	packChanged  packState = "changed"  // another file of its name is
	packInactive packState = "inactive" // none of its name is
)

// findPack returns the pack at a path, or the one in use of a name, and where it is. It is
// read beside the packs in use, but for the one whose place it would take.
func (a *app) findPack(text string) (pack *rules.Pack, path string, state packState, err error) {
	active, err := a.packFiles()
	if err != nil {
		return nil, "", "", err
	}
	if path = text; !isYAMLPath(text) {
		path = a.packPath(text + packEnding)
	}
	i := slices.IndexFunc(active, func(f rules.PackFile) bool { return f.Name == filepath.Base(path) })
	switch {
	case isYAMLPath(text) && !isPackFile(filepath.Base(text)):
		return nil, "", "", usage("%s: the name of a rule pack ends in .yaml", text).try("rename the file to NAME.yaml")
	case !isYAMLPath(text) && i < 0:
		f := usage("pack %q: you have no rule pack of that name", text)
		if near := ledger.Nearest(text, packNames(active)); near != "" {
			return nil, "", "", f.try("did you mean %s?", near)
		}
		return nil, "", "", f.try("your rule packs are in %s; a path has a slash or ends in .yaml", a.rulesFolder())
	}
	file := readPack(path)
	state = packInactive
	if i >= 0 {
		state = packChanged
		if active[i].Err == nil && bytes.Equal(active[i].Data, file.Data) {
			state = packActive
		}
		active = slices.Delete(active, i, i+1)
	}
	pack, err = a.checkPack(file, path, active)
	return pack, path, state, err
}

func packNames(files []rules.PackFile) []string {
	return words.Map(files, func(f rules.PackFile) string { return strings.TrimSuffix(f.Name, packEnding) })
}

// checkPack reads a pack beside others, so that what does not go together is said of it.
func (a *app) checkPack(file rules.PackFile, path string, others []rules.PackFile) (*rules.Pack, error) {
	if file.Err != nil {
		f := badFile("%s: %w", path, file.Err)
		if path == a.packPath(file.Name) {
			f = f.try("correct it, or move it out of %s", a.rulesFolder())
		}
		return nil, f
	}
	book := rules.Builtin().With(func() ([]rules.PackFile, error) { return append(others, file), nil })
	packs, err := book.Packs()
	if err != nil {
		return nil, err
	}
	switch faults := book.Faults(); {
	case faults == nil:
		return packs[len(packs)-1], nil
	case faults[0].File == file.Name:
		return nil, badFile("%s: %w", path, faults[0].Err).try("%s says what each key means", ledger.Command{"rules", "check", "--help"})
	default:
		return nil, faults[0]
	}
}

type packAnswer struct {
	Schema      string            `json:"schema" shape:"cmp.rules-check/1" title:"What a rule pack adds" doc:"Written by cmp rules check."`
	Pack        string            `json:"pack" doc:"Name of the pack."`
	Path        string            `json:"path" doc:"Its file."`
	State       packState         `json:"state" doc:"active: it is in use; changed: another file with its name is; inactive: no file with its name is."`
	Body        string            `json:"body" doc:"Of its editions." empty:"where it has none"`
	Name        string            `json:"name" doc:"Of a body of its own, in words. Else empty."`
	Programme   string            `json:"programme" doc:"Of a body of its own. Else empty."`
	CycleMonths int               `json:"cycle_months" doc:"Length of a cycle of a body of its own. Else 0."`
	Replaces    bool              `json:"replaces" doc:"Whether it replaces all rules that come with cmp for the body."`
	Editions    []packEdition     `json:"editions"`
	Topics      []rules.PackTopic `json:"topics" doc:"Topics that it adds."`
	Corrections []packCorrection  `json:"corrections"`
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

func newPackAnswer(pack *rules.Pack, path string, state packState) packAnswer {
	out := packAnswer{Pack: pack.Name, Path: path, State: state, Body: pack.Body, Topics: pack.Topics}
	if of := pack.Programme; of != nil {
		out.Name, out.Programme, out.CycleMonths = of.Name, of.Title, of.Cycle.Months
		out.Replaces = of.Replaces
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
	if p.Replaces {
		a.tell("cmp uses it instead of all rules for %s that come with cmp.", p.Body)
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
		if err := a.screen().List("edition|Correction of; name|Requirement|cut; Ships|Before; Yours|Yours", p.Corrections); err != nil {
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
	pack, path, state, err := a.findPack(text)
	if err != nil {
		return err
	}
	out := newPackAnswer(pack, path, state)
	if a.settings.Format == answer.JSON {
		return a.print(out)
	}
	if err := a.printPack(out); err != nil {
		return err
	}
	switch place := a.packPath(pack.File()); state {
	case packActive:
		a.tell("%s: no mistakes, and in use.", path)
	case packChanged:
		a.tell("%s: no mistakes. Another file of this name is in use; to use this one, copy it to %s", path, place)
	default:
		a.tell("%s: no mistakes. To use it, copy it to %s", path, place)
	}
	return nil
}
