package cli

import (
	"context"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"cmpledger/internal/profile"
	"cmpledger/internal/render"
	"cmpledger/internal/transcript"
)

func (a *app) newProfileNew() *cobra.Command {
	var output, name string
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
			if !isProfileName(name) {
				return usage("--name %q: not a name of letters, digits and hyphens", name).try("--output takes a path")
			}
			return nil
		},
		RunE: a.run(func(_ context.Context, args []string) error { return a.profileNew(args[0], output, name, yes) }),
	}
	completeFiles(cmd)
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to this `file`")
	cmd.Flags().StringVar(&name, "name", "", "keep it among your profiles, under this `name`")
	cmd.Flags().BoolVar(&yes, "yes", false, "replace the file if it exists")
	return cmd
}

func (a *app) profileNew(path, output, name string, yes bool) error {
	survey, err := a.survey(path)
	if err != nil {
		return err
	}
	draft := profile.Draft(transcriptName(path), survey)
	use := output
	if name != "" {
		use, output = name, a.profilePath(name)
		if err := os.MkdirAll(a.profilesFolder(), 0o700); err != nil {
			return badFile("%s: %s", a.profilesFolder(), fileReason(err))
		}
	}
	if output == "" || output == "-" {
		if a.settings.Format == render.JSON {
			return render.WriteJSON(a.env.Out, profileTextJSON{Schema: "cmp.profile/1", Text: string(draft)})
		}
		_, err := a.env.Out.Write(draft)
		return err
	}
	if err := a.deliver(output, yes, draft, "a draft"); err != nil {
		return err
	}
	if slices.Contains(profile.Shipped(), name) {
		a.say("It goes before the profile %s that ships with cmp.", name)
	}
	if !isProfilePath(use) && name == "" {
		use = "./" + use
	}
	a.say("Look through it, then: cmp profile check %s %s", use, path)
	return nil
}

// survey looks at a transcript of which nobody has said how to read it.
func (a *app) survey(path string) (transcript.Survey, error) {
	data, err := a.readInput(path)
	if err != nil {
		return transcript.Survey{}, err
	}
	s, err := transcript.Look(data)
	if err != nil {
		return s, unusable(transcriptName(path), err)
	}
	return s, nil
}

// transcriptName returns how a transcript is called in messages.
func transcriptName(path string) string {
	if path == "-" {
		return "standard input"
	}
	return filepath.Base(path)
}
