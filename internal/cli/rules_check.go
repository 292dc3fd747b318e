package cli

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

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

// A packState says whether a pack is in use.
type packState string

const (
	packActive   packState = "active"
	packChanged  packState = "changed"  // another file of its name is active
	packInactive packState = "inactive" // none of its name is
)

// A packFound is the file of a pack that was asked for.
type packFound struct {
	rules.PackFile
	path  string // or "" for one that ships
	state packState
}

// place returns where the pack is, for messages.
func (p packFound) place() string {
	if p.path == "" {
		return "pack " + p.name()
	}
	return p.path
}

// name returns what the pack is called.
func (p packFound) name() string { return strings.TrimSuffix(p.Name, packEnding) }

// typed returns how the pack is named on a command line.
func (p packFound) typed() string {
	switch {
	case p.path == "":
		return p.name()
	case !isYAMLPath(p.path):
		return ledger.ShellWord("./" + p.path)
	}
	return ledger.ShellWord(p.path)
}

// findPack returns the pack at a path, or of a name: one that is active, before
// one that ships; or the other way round, where what ships is wanted.
func (a *app) findPack(text string, shipped bool) (packFound, error) {
	active, err := a.packFiles()
	if err != nil {
		return packFound{}, err
	}
	p, err := a.packNamed(text, active, shipped)
	if err != nil {
		return p, err
	}
	p.state = packInactive
	if i := slices.IndexFunc(active, func(f rules.PackFile) bool { return f.Name == p.Name }); i >= 0 {
		p.state = packChanged
		if active[i].Err == nil && bytes.Equal(active[i].Data, p.Data) {
			p.state = packActive
		}
	}
	return p, nil
}

func (a *app) packNamed(text string, active []rules.PackFile, shipped bool) (p packFound, err error) {
	if isYAMLPath(text) {
		p.path = text
		if !isPackFile(filepath.Base(text)) {
			return p, usage("%s: the file of a pack is called NAME.yaml", text).try("give it such a name")
		}
		if p.PackFile = readPack(text); p.Err != nil {
			return p, badFile("%s: %w", text, p.Err)
		}
		return p, nil
	}
	named := func(f rules.PackFile) bool { return f.Name == text+packEnding }
	examples := rules.Examples()
	own, ships := slices.IndexFunc(active, named), slices.IndexFunc(examples, named)
	switch {
	case own >= 0 && (!shipped || ships < 0):
		return packFound{PackFile: active[own], path: a.packPath(active[own].Name)}, nil
	case ships >= 0:
		return packFound{PackFile: examples[ships]}, nil
	}
	f := usage("pack %q: no pack has that name", text)
	if near := ledger.Nearest(text, packNames(append(active, examples...))); near != "" {
		return p, f.try("did you mean %s?", near)
	}
	return p, f.try("cmp rules packs shows the names; a path has a slash or .yaml in it")
}

func packNames(files []rules.PackFile) []string {
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = strings.TrimSuffix(f.Name, packEnding)
	}
	return names
}

// checkPack reads a pack beside those that are active, but for the one of its
// name, whose place it would take.
func (a *app) checkPack(found packFound) (*rules.Pack, error) {
	files, err := a.packFiles()
	if err != nil {
		return nil, err
	}
	files = slices.DeleteFunc(files, func(f rules.PackFile) bool { return f.Name == found.Name })
	files = append(files, found.PackFile) // last, so that what does not go together is said of it
	packs, err := rules.Builtin().With(func() ([]rules.PackFile, error) { return files, nil }).Packs()
	var bad *rules.PackError
	switch {
	case found.Err != nil:
		return nil, badFile("%s: %w", found.place(), found.Err).try("mend it, or move it out of %s", a.rulesFolder())
	case errors.As(err, &bad) && bad.File == found.Name:
		return nil, badFile("%s: %s", found.place(), bad.Err).try("cmp rules check --help says what each key means")
	case err != nil:
		return nil, err
	}
	return packs[len(packs)-1], nil
}

func (a *app) rulesCheck(text string) error {
	found, err := a.findPack(text, false)
	if err != nil {
		return err
	}
	p, err := a.checkPack(found)
	if err != nil {
		return err
	}
	if a.settings.Format == answer.JSON {
		return a.print(checkedPack{packAnswer: found.answer(p)})
	}
	if err := a.printPack(p); err != nil {
		return err
	}
	switch found.state {
	case packActive:
		a.tell("%s: sound, and active.", found.place())
	case packChanged:
		a.tell("%s: sound. What is active is another one of its name, %s; to put this in its place: cmp rules use %s --yes",
			found.place(), a.packPath(found.Name), found.typed())
	default:
		a.tell("%s: sound, but not active: cmp rules use %s", found.place(), found.typed())
	}
	return nil
}
