package cli

import (
	"context"
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/release"
)

func (a *app) newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Long: `Print the version of the program, and the commit and the day that it was built
from; with --format json also the version of Go that built it. It reads no
ledger.`,
		Example: `  cmp version
  cmp version --format json`,
		Args: noArguments,
		RunE: a.run(func(context.Context, []string) error {
			if a.settings.Format == answer.JSON {
				return a.print(versionAnswer{Info: a.build, Go: runtime.Version()})
			}
			_, err := fmt.Fprintln(a.env.Out, a.build.Line(a.name))
			return err
		}),
	}
}

type versionAnswer struct {
	Schema string `json:"schema" shape:"cmp.version/1" title:"Version of the program" doc:"Written by cmp version."`
	release.Info
	Go string `json:"go" doc:"Version of the compiler."`
}
