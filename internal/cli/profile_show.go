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

type profileText struct {
	Schema string `json:"schema" shape:"cmp.profile/1" title:"Text of a profile" doc:"Written by cmp profile show and cmp profile new."`
	Name   string `json:"name" doc:"Empty of a draft."`
	Path   string `json:"path" doc:"Its file." empty:"where it ships with the program, or is a draft"`
	Text   string `json:"text" doc:"YAML."`
}

func (a *app) profileShow(name string) error {
	p, err := a.findProfile(name)
	if err != nil {
		return err
	}
	if a.settings.Format == answer.JSON {
		return a.print(profileText{Name: p.name, Path: p.path, Text: string(p.text)})
	}
	_, err = a.out.Write(p.text)
	return err
}
