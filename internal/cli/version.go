package cli

import (
	"context"
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
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
		RunE: a.run(func(context.Context, []string) error { return a.version() }),
	}
}

func (a *app) version() error {
	b := a.build
	if a.settings.Format == answer.JSON {
		return answer.WriteJSON(a.env.Out, struct {
			Schema  string `json:"schema"`
			Version string `json:"version"`
			Commit  string `json:"commit"`
			Date    string `json:"date"`
			Go      string `json:"go"`
		}{"cmp.version/1", b.Version, b.Commit, b.Date, runtime.Version()})
	}
	_, err := fmt.Fprintln(a.env.Out, b.Line(a.name))
	return err
}
