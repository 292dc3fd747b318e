package cli

import (
	"context"
	"fmt"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/render"
)

func (a *app) newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Example: `  cmp version
  cmp version --format json`,
		Args: noArguments,
		RunE: a.run(func(context.Context, []string) error { return a.version() }),
	}
}

func (a *app) version() error {
	b := a.build
	if a.settings.Format == render.JSON {
		return render.WriteJSON(a.env.Out, struct {
			Schema  string `json:"schema"`
			Version string `json:"version"`
			Commit  string `json:"commit"`
			Date    string `json:"date"`
			Go      string `json:"go"`
		}{"cmp.version/1", b.Version, b.Commit, b.Date, runtime.Version()})
	}
	if b.Version == "" {
		b.Version = "(built from source)"
	}
	parts := []string{"cmp version", b.Version}
	for _, s := range []string{b.Commit, b.Date} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	_, err := fmt.Fprintln(a.env.Out, strings.Join(parts, " "))
	return err
}
