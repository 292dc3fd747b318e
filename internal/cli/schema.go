package cli

import (
	"context"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/schema"
)

func (a *app) newSchema() *cobra.Command {
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
				return a.listShapes()
			}
			return a.printSchema(args[0])
		}),
	}
}

// shapeNamed returns the name of a shape, which may be given as it stands in
// JSON: "cmp.status/1".
func shapeNamed(text string) (string, error) {
	all, err := schema.Shapes()
	if err != nil {
		return "", err
	}
	names := make([]string, len(all))
	for i, s := range all {
		if text == s.Name || text == s.Field() {
			return s.Name, nil
		}
		names[i] = s.Name
	}
	f := usage("%q: not a shape that is known", text)
	if near := ledger.Nearest(text, names); near != "" {
		return "", f.try("did you mean %s?", near)
	}
	return "", f.try("cmp schema lists them")
}

// shapeWords offers the names of shapes.
func shapeWords(typing) (names []offer, err error) {
	all, err := schema.Shapes()
	for _, s := range all {
		names = append(names, offer{s.Name, s.Title})
	}
	return names, err
}

func (a *app) printSchema(given string) error {
	name, err := shapeNamed(given)
	if err != nil {
		return err
	}
	text, err := schema.Text(name)
	if err != nil {
		return err
	}
	_, err = a.env.Out.Write(text)
	return err
}

func (a *app) listShapes() error {
	all, err := schema.Shapes()
	if err != nil {
		return err
	}
	if a.settings.Format == answer.JSON {
		return answer.WriteJSON(a.env.Out, struct {
			Schema  string         `json:"schema"`
			Schemas []schema.Shape `json:"schemas"`
		}{"cmp.schemas/1", all})
	}
	rows := make([][]answer.Cell, len(all))
	for i, s := range all {
		rows[i] = answer.Cells(s.Name, s.Title)
	}
	return a.screen().Table([]answer.Column{{Title: "Name"}, {Title: "Describes", Cut: true}}, rows)
}
