package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

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
		RunE: a.run(func(context.Context, []string) error { return a.rulesPacks() }),
	}
}

func (a *app) newRulesCheck() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check {FILE | NAME}",
		Short: "Check a pack of rules of your own, and say what it adds",
		Long: `Check a pack, by its path or its name, as if it were active beside those that
are, and say what it adds, which figures are assumed, and whether it is active.
What is wrong is said with its line and key; the exit code is then 1.

A pack is a YAML file with these keys; those with ? may be left out:

body?         short name of who grants the credentials, such as fl
editions?     list of what credentials of that body require, each with
  from          first last day of a cycle that it holds for
  note?         what the holder should know
  total         points, confidence and source
  requirements  list; the points add up to the total. Each has
    requirement   a topic; or another name, with topics or except; or other, at
                  the end
    title?        how it is shown
    topics?       list of the topics that it accepts; other accepts all
    except?       or list of those that it does not, where it accepts all others;
                  a credit then needs a topic
    points, confidence, source
  credentials   by code, each with
    name          in words
    area?         what stands in for a requirement called area; also
                  area-title? and area-topics?
    note?, and confidence? and source?, which make all figures less sure

For a body that does not ship with cmp there are also

name          of the body, in words
programme     what it calls the renewal
cycle         months, confidence and source
suffix?       what a maintained credential adds to its designation, such as CM
declare-by?   months before expiry by which to declare, confidence and source
declare-from? from when to declare, in the same way
last-years?   months whose credits count once a cycle expired undeclared
caps?         list of activity, percent of the total, confidence and source
audit?        text that says what proof to keep, confidence and source
fees?         currency; periods, a list of from?, application, further,
              reinstatement, note?, confidence and source; further, with months,
              text, confidence and source; notes?, a list of text, confidence and
              source
activities?   list of kind, activities, points, rates?, cap, proof, note?,
              confidence and source, as cmp rules activities shows them

topics?       list of topics that cmp does not know, each with
  topic         lower-case words joined by hyphens
  aliases?      list of other names for it
corrections?  list of figures that take the place of ones that ship, each with
  credential    with its body, such as ascp/SCYM
  from?         the day of the edition, if not of all
  requirement   which one, or total
  points, confidence, source

A confidence is official, reported, derived or assumed. A source is an address or
words; several are separated by "; ". A pack has at most 1 MiB.`,
		Example: `  cmp rules check ./florida.yaml
  cmp rules check florida --format json`,
		Args: oneArgument("the path or the name of a pack"),
		RunE: a.run(func(_ context.Context, args []string) error { return a.rulesCheck(args[0]) }),
	}
	return cmd
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
kept beside it, as NAME.yaml.old.

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

// packEnding is how the files of packs end, and packKept what the name of one gets
// when another one takes its place.
const (
	packEnding = ".yaml"
	packKept   = ".old"
)

// rulesFolder returns the folder whose packs are active.
func (a *app) rulesFolder() string { return filepath.Join(filepath.Dir(a.settings.Config), "rules") }

// packPath returns where the file of an active pack is, or would be.
func (a *app) packPath(file string) string { return filepath.Join(a.rulesFolder(), file) }

// isPackFile reports whether a file of that name is a pack. Those with a dot in
// front are what some systems leave beside others.
func isPackFile(name string) bool {
	unseen := func(r rune) bool { return !unicode.IsPrint(r) }
	return strings.HasSuffix(name, packEnding) && !strings.HasPrefix(name, ".") && !strings.ContainsFunc(name, unseen)
}

// packFiles reads the files of all active packs, and says of those that cannot
// be read why. The book calls it when it first needs rules.
func (a *app) packFiles() ([]rules.PackFile, error) {
	if a.settings.Config == "" {
		return nil, nil // settings were not loaded
	}
	entries, err := os.ReadDir(a.rulesFolder())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, badFile("%s: %s", a.rulesFolder(), fileReason(err)).
			try("it is where packs of rules belong: %s", ledger.Command{"rules", "--help"})
	}
	var files []rules.PackFile
	for _, e := range entries {
		if isPackFile(e.Name()) && !e.IsDir() {
			files = append(files, readPack(a.packPath(e.Name())))
		}
	}
	return files, nil
}

// readPack reads the file of a pack, and nothing that is no file: a pipe would be
// waited for.
func readPack(path string) rules.PackFile {
	file := rules.PackFile{Name: filepath.Base(path)}
	info, err := os.Stat(path)
	switch {
	case err != nil:
	case !info.Mode().IsRegular():
		err = errors.New("not a file")
	default:
		file.Data, err = os.ReadFile(path)
	}
	if err != nil {
		file.Err = errors.New(fileReason(err))
	}
	return file
}

// indexPack returns the place of the pack with that file name, or -1.
func indexPack(files []rules.PackFile, name string) int {
	return slices.IndexFunc(files, func(f rules.PackFile) bool { return f.Name == name })
}

func packNames(files []rules.PackFile) []string {
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = strings.TrimSuffix(f.Name, packEnding)
	}
	return names
}

// badPack is the failure of all that needs rules while an active pack cannot
// be used.
func (a *app) badPack(err *rules.PackError) *failure {
	return badFile("%s", err).try("%s, or move it out of %s", ledger.Command{"rules", "check", a.packPath(err.File)}, a.rulesFolder())
}

// noRules is the failure to judge a credential of the ledger whose rules are
// gone. It concerns no other credential.
func (a *app) noRules(c ledger.Credential, unknown *rules.UnknownCredentialError) *failure {
	f := refused("%s: the rules of %s are unknown", c.Designation(), c.CredentialName).try("%s", a.bring(unknown))
	f.skippable = true
	return f
}

// bring says what brings rules that are missing: a pack that ships, or else one
// of the holder's own.
func (a *app) bring(unknown *rules.UnknownCredentialError) ledger.Text {
	if unknown.Example != "" {
		return ledger.Say("%s brings them", ledger.Command{"rules", "use", unknown.Example})
	}
	return ledger.Say("put the pack that has them back into %s", a.rulesFolder())
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

// A packState says whether a pack is in use.
type packState string

const (
	packActive   packState = "active"
	packChanged  packState = "changed"  // another file of its name is active, or ships
	packInactive packState = "inactive" // none of its name is
)

// A packSeen is a pack, or what is wrong with it.
type packSeen struct {
	rules.PackFile
	path  string // of the file, or "" for one that ships
	state packState
	pack  *rules.Pack // nil where it cannot be used
	fault *rules.PackError
}

// readPacks reads packs beside the rules that ship.
func readPacks(files ...rules.PackFile) ([]*rules.Pack, error) {
	return rules.Builtin().With(func() ([]rules.PackFile, error) { return files, nil }).Packs()
}

// seePack reads a pack by itself.
func seePack(file rules.PackFile, path string, state packState) packSeen {
	packs, err := readPacks(file)
	seen := packSeen{PackFile: file, path: path, state: state}
	if !errors.As(err, &seen.fault) {
		seen.pack = packs[0]
	}
	return seen
}

// activePacks returns the active packs, also those that cannot be used, by
// themselves or together with the others.
func (a *app) activePacks() ([]packSeen, error) {
	files, err := a.packFiles()
	if err != nil {
		return nil, err
	}
	_, err = a.book.Packs()
	var together *rules.PackError // what does not go with the others
	if err != nil && !errors.As(err, &together) {
		return nil, err
	}
	all := make([]packSeen, len(files))
	for i, file := range files {
		all[i] = seePack(file, a.packPath(file.Name), packActive)
		if together != nil && together.File == file.Name {
			all[i].pack, all[i].fault = nil, together
		}
	}
	return all, nil
}

// packLine is the pack in a list.
func (a *app) packLine(p packSeen) packLine {
	line := packLine{Pack: strings.TrimSuffix(p.Name, packEnding), State: string(p.state), Path: p.path}
	if p.fault != nil {
		line.Problem = p.fault.Error()
		line.Adds = answer.Cell{Text: a.text("not usable: %s", ledger.Command{"rules", "check", line.Pack}), Style: answer.Warning}
		return line
	}
	line.Body, line.Corrections = p.pack.Body, len(p.pack.Corrections)
	for _, e := range p.pack.Editions {
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

func (a *app) rulesPacks() error {
	active, err := a.activePacks()
	if err != nil {
		return err
	}
	out := packsAnswer{Folder: a.rulesFolder()}
	examples := rules.Examples()
	for _, p := range active {
		if i := indexPack(examples, p.Name); i >= 0 {
			if !bytes.Equal(p.Data, examples[i].Data) {
				p.state = packChanged
			}
			examples = slices.Delete(examples, i, i+1)
		}
		out.Packs = append(out.Packs, a.packLine(p))
	}
	for _, file := range examples {
		out.Packs = append(out.Packs, a.packLine(seePack(file, "", "example")))
	}
	if err := a.sayNotPacks(); err != nil {
		return err
	}
	if err := a.print(out); err != nil {
		return err
	}
	a.tell("Active packs are in %s. %s makes an example one of them.", out.Folder, ledger.Command{"rules", "use", "NAME"})
	return nil
}

// sayNotPacks names the files among the active packs that are none.
func (a *app) sayNotPacks() error {
	entries, err := os.ReadDir(a.rulesFolder())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return badFile("%s: %s", a.rulesFolder(), fileReason(err))
	}
	for _, e := range entries {
		name := e.Name()
		switch {
		case strings.HasPrefix(name, "."), strings.HasSuffix(name, packEnding+packKept):
		case isPackFile(name) == e.IsDir(): // a folder may have any other name
			a.say("%s: not a pack, which is a file whose name ends in .yaml", a.packPath(name))
		}
	}
	return nil
}

// place returns where the pack is, for messages, and how it is named on a command
// line.
func (p packSeen) place() (where, typed string) {
	switch name := strings.TrimSuffix(p.Name, packEnding); {
	case p.path == "":
		return "pack " + name, name
	case !isYAMLPath(p.path):
		return p.path, "./" + p.path
	}
	return p.path, p.path
}

// findPack returns the pack at a path, or of a name: one that is active, before
// one that ships; or the other way round, where what ships is wanted. It is read
// beside those that are active, but for the one of its name, whose place it would
// take.
func (a *app) findPack(text string, shipped bool) (p packSeen, err error) {
	active, err := a.packFiles()
	if err != nil {
		return p, err
	}
	examples := rules.Examples()
	own, ships := indexPack(active, text+packEnding), indexPack(examples, text+packEnding)
	switch {
	case isYAMLPath(text) && !isPackFile(filepath.Base(text)):
		return p, usage("%s: the file of a pack is called NAME.yaml", text).try("give it such a name")
	case isYAMLPath(text):
		if p = (packSeen{PackFile: readPack(text), path: text}); p.Err != nil {
			return p, badFile("%s: %w", text, p.Err)
		}
	case own >= 0 && (!shipped || ships < 0):
		p = packSeen{PackFile: active[own], path: a.packPath(active[own].Name)}
	case ships >= 0:
		p = packSeen{PackFile: examples[ships]}
	default:
		f := usage("pack %q: no pack has that name", text)
		if near := ledger.Nearest(text, packNames(append(active, examples...))); near != "" {
			return p, f.try("did you mean %s?", near)
		}
		return p, f.try("%s shows the names; a path has a slash or .yaml in it", ledger.Command{"rules", "packs"})
	}
	p.state = packInactive
	if i := indexPack(active, p.Name); i >= 0 {
		p.state = packChanged
		if active[i].Err == nil && bytes.Equal(active[i].Data, p.Data) {
			p.state = packActive
		}
		active = slices.Delete(active, i, i+1)
	}
	p.pack, err = a.checkPack(p, active)
	return p, err
}

// checkPack reads a pack beside others, as the last, so that what does not go
// together is said of it.
func (a *app) checkPack(p packSeen, others []rules.PackFile) (*rules.Pack, error) {
	where, _ := p.place()
	packs, err := readPacks(append(others, p.PackFile)...)
	var bad *rules.PackError
	switch {
	case p.Err != nil:
		return nil, badFile("%s: %w", where, p.Err).try("mend it, or move it out of %s", a.rulesFolder())
	case errors.As(err, &bad) && bad.File == p.Name:
		return nil, badFile("%s: %s", where, bad.Err).try("%s says what each key means", ledger.Command{"rules", "check", "--help"})
	case err != nil:
		return nil, err
	}
	return packs[len(packs)-1], nil
}

// A packAnswer is a pack with all that it adds.
type packAnswer struct {
	Pack        string            `json:"pack" doc:"Name of the pack."`
	Path        string            `json:"path" doc:"Its file." empty:"where it ships with the program"`
	State       packState         `json:"state" doc:"changed: another file of its name is active; inactive: none of its name is."`
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
	Edition string `json:"edition" doc:"Such as xy/LT@2020-01-01."`
	naming
	Name         string              `json:"name" doc:"Of the credential, in words."`
	From         ledger.Date         `json:"from" doc:"First last day of a cycle that it holds for."`
	Confidence   rules.Confidence    `json:"confidence" doc:"Of the least sure figure."`
	Note         string              `json:"note" empty:"where there is none"`
	Total        rules.Figure        `json:"total"`
	Requirements []rules.Requirement `json:"requirements"`
	assumed      string              // its figures that are, in words
}

type packCorrection struct {
	Edition     string             `json:"edition" doc:"Of the rules that it corrects."`
	Requirement ledger.Requirement `json:"requirement" as:"string" doc:"The requirement, or total."`
	Name        string             `json:"name" doc:"In words."`
	Before      rules.Figure       `json:"before"`
	After       rules.Figure       `json:"after"`
}

func (p packSeen) answer() packAnswer {
	pack := p.pack
	out := packAnswer{Pack: pack.Name, Path: p.path, State: p.state, Body: pack.Body, Topics: pack.Topics}
	if of := pack.Programme; of != nil {
		out.Name, out.Programme, out.CycleMonths = of.Name, of.Title, of.Cycle.Months
	}
	for _, e := range pack.Editions {
		out.Editions = append(out.Editions, packEdition{
			e.ID, naming{e.Name, e.Name.Designation()}, e.Title, e.From, e.Confidence(), e.Note, e.Total, e.Requirements, assumedFigures(e),
		})
	}
	for _, c := range pack.Corrections {
		for _, x := range c.Corrected {
			out.Corrections = append(out.Corrections, packCorrection{x.Edition.ID, c.Requirement, x.Title, x.Before, c.Figure})
		}
	}
	return out
}

// printPack says what a pack adds.
func (a *app) printPack(p packAnswer) error {
	if p.Name != "" {
		a.tell("%s: %s. %s, in cycles of %s.", p.Body, p.Name, p.Programme, months(p.CycleMonths))
	}
	var rows [][]any
	for _, e := range p.Editions {
		parts := make([]string, len(e.Requirements))
		for i, r := range e.Requirements {
			parts[i] = fmt.Sprintf("%s %s", r.Name, r.Points)
		}
		rows = append(rows, []any{e.Designation, e.Name, e.From, e.Total.Points, parts})
	}
	if rows != nil {
		if err := a.table("Credential; Name|cut; From; Points|right; Requirements|wrap wide", rows); err != nil {
			return err
		}
	}
	if len(p.Topics) > 0 {
		parts := make([]string, len(p.Topics))
		for i, t := range p.Topics {
			parts[i] = string(t.Topic) + inBrackets(strings.Join(t.Aliases, ", "))
		}
		a.tell("Topics: %s.", strings.Join(parts, ", "))
	}
	rows = nil
	figure := func(f rules.Figure) string { return fmt.Sprintf("%s %s", f.Points, f.Confidence) }
	for _, c := range p.Corrections {
		rows = append(rows, []any{c.Edition, c.Name, figure(c.Before), figure(c.After)})
	}
	if rows != nil {
		if err := a.table("Correction of; Requirement|cut; Ships; Yours", rows); err != nil {
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
	out := found.answer()
	if a.settings.Format == answer.JSON {
		return a.print(checkedPack{packAnswer: out})
	}
	if err := a.printPack(out); err != nil {
		return err
	}
	where, typed := found.place()
	use := ledger.Command{"rules", "use", typed}
	switch found.state {
	case packActive:
		a.tell("%s: sound, and active.", where)
	case packChanged:
		a.tell("%s: sound. What is active is another one of its name, %s; to put this in its place: %s",
			where, a.packPath(found.Name), append(use, "--yes"))
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
	path, had := a.packPath(found.Name), found.state
	if had == packChanged && !yes {
		which := found.path
		if which == "" {
			which = "the one that ships"
		}
		return usage("%s: is active and differs from %s", path, which).
			try("give --yes to put that in its place; what is there is then kept as %s", found.Name+packKept)
	}
	if had != packActive && !a.dryRun {
		if err := a.usePack(path, found.Data, had == packChanged); err != nil {
			return err
		}
	}
	found.path, found.state = path, packActive
	out := found.answer()
	if a.settings.Format == answer.JSON {
		return a.print(usedPack{DryRun: a.dryRun, packAnswer: out})
	}
	if had == packActive {
		a.tell("%s: active already, as %s", found.Name, path)
	} else {
		a.tell("%s: active, as %s, which is yours to change.", found.Name, path)
	}
	if had == packChanged {
		a.tell("What was active in its place is kept as %s.", path+packKept)
	}
	if err := a.printPack(out); err != nil {
		return err
	}
	if editions := found.pack.Editions; len(editions) > 0 {
		a.tell("Next: %s", ledger.Command{"credential", "add", editions[0].Name.String(), "--expires", "DATE"})
	}
	return nil
}

// usePack writes an active pack. It keeps the one whose place it takes, if it
// takes one's.
func (a *app) usePack(path string, data []byte, taken bool) error {
	if err := os.MkdirAll(a.rulesFolder(), 0o700); err != nil {
		return badFile("%s: %s", a.rulesFolder(), fileReason(err))
	}
	if !taken {
		return a.writeData(path, false, data)
	}
	if err := os.Rename(path, path+packKept); err != nil {
		return badFile("%s: %s", path, fileReason(err))
	}
	err := a.writeData(path, false, data)
	if err != nil {
		err = errors.Join(err, os.Rename(path+packKept, path))
	}
	return err
}
