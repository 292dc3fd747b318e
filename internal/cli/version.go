package cli

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
)

func (a *app) newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Long: `Print the version of cmp, with the commit and the day it was built from.
--format json adds the version of Go that built it.`,
		Example: `  cmp version
  cmp version --format json`,
		Args: noArguments,
		RunE: a.run(func(context.Context, []string) error {
			b := a.build
			if a.settings.Format == answer.JSON {
				return a.print(versionAnswer{Build: b, Go: runtime.Version()})
			}
			line := fmt.Sprintf("%s version %s %s %s", a.name, b.number(), b.Commit, b.Date)
			_, err := fmt.Fprintln(a.env.Out, strings.TrimSpace(line))
			return err
		}),
	}
}

// A Build says what the program was built from.
type Build struct {
	Version string `json:"version" doc:"Empty where it was built from source."` // without a v, such as 1.2.3
	Commit  string `json:"commit" doc:"Empty where it is not known."`
	Date    string `json:"date" doc:"Of the build. Empty where it is not known."` // that of the commit
}

func (b Build) number() string { return cmp.Or(b.Version, "(built from source)") }

type versionAnswer struct {
	Schema string `json:"schema" shape:"cmp.version/1" title:"Version of the program" doc:"Written by cmp version."`
	Build
	Go string `json:"go" doc:"Version of the compiler."`
}
