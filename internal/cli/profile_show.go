package cli

import (
	"context"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
)

func (a *app) newProfileShow() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show PROFILE",
		Short: "Print a profile as it is",
		Long: `Print a profile as it is: YAML, with its comments. What ships with cmp is a
start for one of your own.`,
		Example: `  cmp profile show labce
  cmp profile show labce > portal.yaml`,
		Args: oneArgument("the name of a profile"),
		RunE: a.run(func(_ context.Context, args []string) error { return a.profileShow(args[0]) }),
	}
	return cmd
}

type profileTextJSON struct {
	Schema string `json:"schema"`
	Name   string `json:"name"`
	Path   string `json:"path"` // "" where it ships, or is a draft
	Text   string `json:"text"`
}

func (a *app) profileShow(name string) error {
	p, err := a.findProfile(name)
	if err != nil {
		return err
	}
	if a.settings.Format == answer.JSON {
		return answer.WriteJSON(a.env.Out, profileTextJSON{"cmp.profile/1", p.name, p.path, string(p.text)})
	}
	_, err = a.out.Write(p.text)
	return err
}
