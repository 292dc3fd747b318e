package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// packEnding is how the files of packs end.
const packEnding = ".yaml"

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
		return nil, badFile("%s: %s", a.rulesFolder(), fileReason(err)).try("it is where packs of rules belong: cmp rules --help")
	}
	var files []rules.PackFile
	for _, e := range entries {
		if !isPackFile(e.Name()) || e.IsDir() {
			continue
		}
		files = append(files, readPack(a.packPath(e.Name())))
	}
	return files, nil
}

// readPack reads the file of a pack, as far as packs may be long.
func readPack(path string) rules.PackFile {
	file := rules.PackFile{Name: filepath.Base(path)}
	var err error
	if file.Data, err = readAtMost(path, rules.MaxPack+1); err != nil {
		file.Data, file.Err = nil, errors.New(fileReason(err))
	}
	return file
}

// readAtMost reads the beginning of a file, and nothing that is no file: a
// pipe would be waited for.
func readAtMost(path string, most int64) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New("not a file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, most))
	return data, errors.Join(err, f.Close())
}

// badPack is the failure of all that needs rules while an active pack cannot
// be used.
func (a *app) badPack(err *rules.PackError) *failure {
	return badFile("%s", err).try("cmp rules check %s, or move it out of %s", ledger.ShellWord(a.packPath(err.File)), a.rulesFolder())
}

// bring says what brings rules that are missing: a pack that ships, or else one
// of the holder's own.
func (a *app) bring(unknown *rules.UnknownCredentialError) string {
	if unknown.Example != "" {
		return "cmp rules use " + unknown.Example + " brings them"
	}
	return "put the pack that has them back into " + a.rulesFolder()
}

// noRules is the failure to judge a credential of the ledger whose rules are
// gone. It concerns no other credential.
func (a *app) noRules(c ledger.Credential, unknown *rules.UnknownCredentialError) *failure {
	f := refused("%s: the rules of %s are unknown", c.Designation(), c.CredentialName).try("%s", a.bring(unknown))
	f.skippable = true
	return f
}

// printPack says what a pack adds.
func (a *app) printPack(p *rules.Pack) error {
	if p.Programme != nil {
		a.tell("%s: %s. %s, in cycles of %s.", p.Body, p.Programme.Name, p.Programme.Title, months(p.Programme.Cycle.Months))
	}
	if len(p.Editions) > 0 {
		if err := a.printEditions(p.Editions); err != nil {
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
	if len(p.Corrections) > 0 {
		if err := a.printCorrections(p.Corrections); err != nil {
			return err
		}
	}
	for _, e := range p.Editions {
		if titles := assumedFigures(e); titles != "" {
			a.tell("Assumed in %s: %s.", e.ID, titles)
		}
	}
	return nil
}

// printEditions shows what each edition requires.
func (a *app) printEditions(editions []*rules.Edition) error {
	rows := make([][]any, len(editions))
	for i, e := range editions {
		parts := make([]string, len(e.Requirements))
		for j, r := range e.Requirements {
			parts[j] = fmt.Sprintf("%s %s", r.Name, r.Points)
		}
		rows[i] = []any{e.Name.Designation(), e.Title, e.From, e.Total.Points, parts}
	}
	return a.table("Credential; Name|cut; From; Points|right; Requirements|wrap wide", rows)
}

// printCorrections shows figures before and after.
func (a *app) printCorrections(corrections []rules.Correction) error {
	parts := func(f rules.Figure) string { return fmt.Sprintf("%s %s", f.Points, f.Confidence) }
	var rows [][]any
	for _, c := range corrections {
		for _, x := range c.Corrected {
			rows = append(rows, []any{x.Edition.ID, x.Title, parts(x.Before), parts(c.Figure)})
		}
	}
	return a.table("Correction of; Requirement|cut; Ships; Yours", rows)
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
}

type packCorrection struct {
	Edition     string             `json:"edition" doc:"Of the rules that it corrects."`
	Requirement ledger.Requirement `json:"requirement" as:"string" doc:"The requirement, or total."`
	Name        string             `json:"name" doc:"In words."`
	Before      rules.Figure       `json:"before"`
	After       rules.Figure       `json:"after"`
}

func (p packFound) answer(pack *rules.Pack) packAnswer {
	out := packAnswer{Pack: pack.Name, Path: p.path, State: p.state, Body: pack.Body, Topics: pack.Topics}
	if of := pack.Programme; of != nil {
		out.Name, out.Programme, out.CycleMonths = of.Name, of.Title, of.Cycle.Months
	}
	for _, e := range pack.Editions {
		out.Editions = append(out.Editions, packEdition{
			e.ID, naming{e.Name, e.Name.Designation()}, e.Title, e.From, e.Confidence(), e.Note, e.Total, e.Requirements,
		})
	}
	for _, c := range pack.Corrections {
		for _, x := range c.Corrected {
			out.Corrections = append(out.Corrections, packCorrection{x.Edition.ID, c.Requirement, x.Title, x.Before, c.Figure})
		}
	}
	return out
}
