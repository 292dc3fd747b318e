package cli

import (
	"context"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/evidence"
	"cmpledger/internal/ledger"
	"cmpledger/internal/profile"
)

func (a *app) newProfileNew() *cobra.Command {
	var output, name, sheet string
	var yes bool
	cmd := &cobra.Command{
		Use:   "new FILE",
		Short: "Draft a profile from a transcript",
		Long: `Draft a profile from a transcript. What its header and rows show for sure is
filled in; the rest stands in comments for you to decide: columns that mean
nothing yet, texts of topics that are not understood, what numbers count.`,
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
			if output != "" {
				return usage("--name and --output: both say where to write").try("give one of them")
			}
			if evidence.IsReserved(name) {
				return usage("--name %q: Windows takes that for a device", name).try("add a word, such as %s-portal", name)
			}
			if !isProfileName(name) {
				return usage("--name %q: not a name of letters, digits and hyphens", name).try("--output takes a path")
			}
			return nil
		},
		RunE: a.run(func(_ context.Context, args []string) error { return a.profileNew(args[0], sheet, output, name, yes) }),
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to this `file` (default: standard output)")
	cmd.Flags().StringVar(&name, "name", "", "keep it among your profiles, under this `name`")
	cmd.Flags().StringVar(&sheet, "sheet", "", "`name` of the sheet of a workbook, which the draft then names (default: the first one)")
	cmd.Flags().BoolVar(&yes, "yes", false, "replace the file if it exists")
	return cmd
}

func (a *app) profileNew(path, sheet, output, name string, yes bool) error {
	g, err := a.readContent(path, sheet, "")
	if err != nil {
		return err
	}
	known, err := a.book.Topics()
	if err != nil {
		return err
	}
	survey, err := g.Look(known)
	if err != nil {
		return g.unusable(transcriptName(path), err)
	}
	if sheet != "" {
		sheet = g.sheet // as the workbook writes it
	}
	draft := profile.Draft(transcriptName(path), sheet, survey)
	use := output
	if name != "" {
		use, output = name, a.profilePath(name)
		if err := os.MkdirAll(a.profilesFolder(), 0o700); err != nil {
			return badFile("%s: %s", a.profilesFolder(), fileReason(err))
		}
	}
	if output == "" || output == "-" {
		if a.settings.Format == answer.JSON {
			return a.print(profileText{Text: string(draft)})
		}
		_, err := a.out.Write(draft)
		return err
	}
	if err := a.deliver(output, yes, draft, "a draft"); err != nil {
		return err
	}
	if slices.Contains(profile.Shipped(), name) {
		a.say("It goes before the profile %s that ships with cmp.", name)
	}
	if !isYAMLPath(use) && name == "" {
		use = "./" + use
	}
	a.say("Look through it, then: %s", checkCommand(use, path, sheet))
	return nil
}

// checkCommand returns the command that tries a draft on the file that it was
// made of.
func checkCommand(profile, path, sheet string) string {
	args := []string{"profile", "check", profile, path}
	if sheet != "" {
		args = append(args, "--sheet", sheet)
	}
	return ledger.Command(args).As("cmp")
}
