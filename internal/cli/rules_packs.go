package cli

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

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

// A packSeen is a pack, or what is wrong with it.
type packSeen struct {
	rules.PackFile
	pack  *rules.Pack // nil where it cannot be used
	fault *rules.PackError
}

// seePack reads a pack by itself.
func seePack(file rules.PackFile) packSeen {
	packs, err := rules.Builtin().With(func() ([]rules.PackFile, error) { return []rules.PackFile{file}, nil }).Packs()
	seen := packSeen{PackFile: file}
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
		all[i] = seePack(file)
		if together != nil && together.File == file.Name {
			all[i].pack, all[i].fault = nil, together
		}
	}
	return all, nil
}

// listPacks describes the active packs, and the examples that are not among
// them.
func (a *app) listPacks() ([]packLine, error) {
	active, err := a.activePacks()
	if err != nil {
		return nil, err
	}
	var all []packLine
	examples := rules.Examples()
	for _, p := range active {
		state := packActive
		if i := slices.IndexFunc(examples, func(f rules.PackFile) bool { return f.Name == p.Name }); i >= 0 {
			if !bytes.Equal(p.Data, examples[i].Data) {
				state = packChanged
			}
			examples = slices.Delete(examples, i, i+1)
		}
		line := p.line(string(state))
		line.Path = a.packPath(p.Name)
		all = append(all, line)
	}
	for _, file := range examples {
		all = append(all, seePack(file).line("example"))
	}
	return all, nil
}

func (p packSeen) line(state string) packLine {
	line := packLine{Pack: strings.TrimSuffix(p.Name, packEnding), State: state}
	if p.fault != nil {
		line.Problem = p.fault.Error()
		return line
	}
	line.Body, line.Credentials, line.Corrections = p.pack.Body, packCodes(p.pack), len(p.pack.Corrections)
	return line
}

func (a *app) rulesPacks() error {
	all, err := a.listPacks()
	if err != nil {
		return err
	}
	if err := a.sayNotPacks(); err != nil {
		return err
	}
	for i, p := range all {
		adds := strings.Join(p.Credentials, ", ")
		if p.Corrections > 0 {
			adds = strings.TrimPrefix(adds+", "+words.Count(p.Corrections, "correction"), ", ")
		}
		all[i].Adds.Text = adds
		if p.Problem != "" {
			all[i].Adds = answer.Cell{Text: "not usable: cmp rules check " + ledger.ShellWord(p.Pack), Style: answer.Warning}
		}
	}
	if err := a.print(packsAnswer{Folder: a.rulesFolder(), Packs: all}); err != nil {
		return err
	}
	a.tell("Active packs are in %s. cmp rules use NAME makes an example one of them.", a.rulesFolder())
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
