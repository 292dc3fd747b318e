package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/render"
	"cmpledger/internal/rules"
)

func (a *app) newRulesPacks() *cobra.Command {
	return &cobra.Command{
		Use:   "packs",
		Short: "List the packs of rules that are active, and the examples that ship",
		Example: `  cmp rules packs
  cmp rules packs --format json`,
		Args: noArguments,
		RunE: a.run(func(context.Context, []string) error { return a.rulesPacks() }),
	}
}

type packLineJSON struct {
	Pack        string   `json:"pack"`
	State       string   `json:"state"` // "active" or "example", which is not active until chosen
	Body        string   `json:"body"`  // or ""
	Credentials []string `json:"credentials"`
	Corrections int      `json:"corrections"`
	Path        string   `json:"path"`    // "" for an example
	Problem     string   `json:"problem"` // why it cannot be used, or ""
}

// listPacks describes the active packs, also those that cannot be used, and
// the examples that are not among them.
func (a *app) listPacks() ([]packLineJSON, error) {
	active, err := a.packFiles()
	if err != nil {
		return nil, err
	}
	_, err = a.book.Packs()
	var together *rules.PackError // what does not go with the others
	if err != nil && !errors.As(err, &together) {
		return nil, err
	}
	all := []packLineJSON{}
	for _, file := range active {
		line := packLine(file, "active")
		line.Path = a.packPath(file.Name)
		if together != nil && together.File == file.Name {
			line.Problem = together.Error()
		}
		all = append(all, line)
	}
	for _, file := range rules.Examples() {
		if !slices.ContainsFunc(active, func(f rules.PackFile) bool { return f.Name == file.Name }) {
			all = append(all, packLine(file, "example"))
		}
	}
	return all, nil
}

// packLine describes one pack, as it is without any other.
func packLine(file rules.PackFile, state string) packLineJSON {
	line := packLineJSON{Pack: strings.TrimSuffix(file.Name, packEnding), State: state, Credentials: []string{}}
	packs, err := rules.Builtin().With(func() ([]rules.PackFile, error) { return []rules.PackFile{file}, nil }).Packs()
	if err != nil {
		line.Problem = err.Error()
		return line
	}
	p := packs[0]
	line.Body, line.Credentials, line.Corrections = p.Body, packCodes(p), len(p.Corrections)
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
	if a.settings.Format == render.JSON {
		return render.WriteJSON(a.env.Out, struct {
			Schema string         `json:"schema"`
			Folder string         `json:"folder"`
			Packs  []packLineJSON `json:"packs"`
		}{"cmp.rules-packs/1", a.rulesFolder(), all})
	}
	rows := make([][]render.Cell, len(all))
	for i, p := range all {
		adds := strings.Join(p.Credentials, ", ")
		if p.Corrections > 0 {
			adds = strings.TrimPrefix(adds+", "+count(p.Corrections, "correction"), ", ")
		}
		rows[i] = render.Cells(p.Pack, p.State, p.Body, adds)
		if p.Problem != "" {
			rows[i][3] = render.Cell{Text: "not usable: cmp rules check " + p.Pack, Style: render.Warning}
		}
	}
	columns := []render.Column{{Title: "Pack"}, {Title: "State"}, {Title: "Body"}, {Title: "Adds", Wrap: true, Wide: true}}
	if err := a.screen().Table(columns, rows); err != nil {
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
		if !e.IsDir() && !isPackFile(e.Name()) && !strings.HasPrefix(e.Name(), ".") {
			a.say("%s: not a pack, whose name ends in .yaml", a.packPath(e.Name()))
		}
	}
	return nil
}
