package cli

import (
	"context"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
)

func (a *app) newSchema() *cobra.Command {
	names := a.complete(func(typing) (names []offer, err error) {
		for _, s := range shapes() {
			names = append(names, offer{s.Name, s.Title})
		}
		return names, nil
	})
	return &cobra.Command{
		Use:   "schema [NAME]",
		Short: "Print the JSON Schema of what a command writes as JSON",
		Long: `Print the JSON Schema (draft 2020-12) of one shape of JSON, or list all shapes.
The name is the one in the field schema of what a command writes: status of
"cmp.status/1". Errors are the shape error.

What a schema requires is always there. Fields are added within the number of a
shape, and never renamed, so a schema does not refuse those that it does not name.`,
		Example: `  cmp schema
  cmp schema status > status.schema.json`,
		ValidArgsFunction: alone(names),
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			if err := oneArgument("the name of a shape")(cmd, args); err != nil {
				return err
			}
			_, err := shapeNamed(args[0])
			return err
		},
		RunE: a.run(func(_ context.Context, args []string) error {
			if len(args) == 0 {
				return a.print(schemasAnswer{Schemas: shapes()})
			}
			shape, err := shapeNamed(args[0])
			if err == nil {
				_, err = a.env.Out.Write(shape.Schema(terms()))
			}
			return err
		}),
	}
}

// shapeNamed returns a shape, which may be named as it stands in JSON:
// "cmp.status/1".
func shapeNamed(text string) (answer.Shape, error) {
	var names []string
	for _, s := range shapes() {
		if text == s.Name || text == s.Field() {
			return s, nil
		}
		names = append(names, s.Name)
	}
	f := usage("%q: not a shape that is known", text)
	if near := ledger.Nearest(text, names); near != "" {
		return answer.Shape{}, f.try("did you mean %s?", near)
	}
	return answer.Shape{}, f.try("cmp schema lists them")
}

type schemasAnswer struct {
	Schema  string         `json:"schema" shape:"cmp.schemas/1" title:"Schemas of all that the program writes as JSON" doc:"Written by cmp schema."`
	Schemas []answer.Shape `json:"schemas" table:"name|Name; title|Describes|cut"`
}
