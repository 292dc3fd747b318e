package cli

import (
	"context"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/rules"
)

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

func (a *app) rulesUse(text string, yes bool) error {
	found, err := a.findPack(text, true)
	if err != nil {
		return err
	}
	p, err := a.checkPack(found)
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
	if a.settings.Format == answer.JSON {
		return a.print(usedPack{DryRun: a.dryRun, packAnswer: found.answer(p)})
	}
	if had == packActive {
		a.tell("%s: active already, as %s", found.Name, path)
	} else {
		a.tell("%s: active, as %s, which is yours to change.", found.Name, path)
	}
	if had == packChanged {
		a.tell("What was active in its place is kept as %s.", path+packKept)
	}
	if err := a.printPack(p); err != nil {
		return err
	}
	if len(p.Editions) > 0 {
		a.tell("Next: cmp credential add %s --expires DATE", p.Editions[0].Name)
	}
	return nil
}

// packKept is what the name of a pack gets when another one takes its place.
const packKept = ".old"

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

// packCodes names the credentials of a pack, each once.
func packCodes(p *rules.Pack) []string {
	codes := []string{}
	seen := map[string]bool{}
	for _, e := range p.Editions {
		if !seen[e.Name.Code] {
			seen[e.Name.Code] = true
			codes = append(codes, e.Name.Code)
		}
	}
	return codes
}
