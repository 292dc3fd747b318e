package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

func (a *app) newExplain() *cobra.Command {
	return &cobra.Command{
		Use:   "explain {ID | CODE [REQUIREMENT]}",
		Short: "Say why points count or do not, with the rule and its source",
		Long: `Say why points count or do not.

Of a credit: for every credential and cycle the rules in the order in which they
are tried, what each let pass, the figure it goes by and where that comes from.
Each point that does not count has one reason, and what to type about it where
something can be done.

Of a credential: which credits fill each requirement, what does not count, and
of what is short the proof: the requirements and all that can serve them, so
that anyone can see that no other allocation helps. What your own allocations
cost is said of each.

Of a requirement of a credential: what counts there, what you have that could,
and which kinds of activity do.`,
		Example: `  cmp explain 17
  cmp explain MLS
  cmp explain MLS ethics`,
		Args: explainArguments,
		RunE: a.run(func(ctx context.Context, args []string) error {
			if isID(args[0]) {
				id, err := parseID(args[0])
				if err != nil {
					return err
				}
				return a.explainCredit(ctx, id)
			}
			s, err := a.lookDeclared(ctx)
			if err != nil {
				return err
			}
			c, err := a.held(s, args[0])
			switch {
			case err != nil:
				return err
			case len(args) > 1:
				return a.explainRequirement(s, c, strings.ToLower(args[1]))
			}
			return a.explainCredential(s, c)
		}),
	}
}

// explainArguments accepts the number of a credit, or the code of a credential
// with or without a requirement.
func explainArguments(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) > 0 && isID(args[0]):
		if _, err := parseID(args[0]); err != nil {
			return err
		}
		if len(args) > 1 {
			return usage("explain %s: a credit is explained for all credentials, but %q follows", args[0], args[1]).
				try("cmp explain %s, or cmp explain CODE REQUIREMENT", args[0])
		}
	case len(args) > 2:
		return usage("explain: takes a credential and one requirement, but %q follows", args[2]).
			try("put words that belong together in quotes; %s --help shows examples", cmd.CommandPath())
	}
	return someArguments("the number of a credit, such as 12, or the code of a credential, such as MLS")(cmd, args)
}

// isID reports whether a word is meant as the number of a credit. No code of a
// credential is a number.
func isID(word string) bool {
	word = strings.TrimPrefix(word, "#")
	return word != "" && strings.Trim(word, "0123456789") == ""
}

// explained judges the cycles of a credential that status shows, with proof.
func (a *app) explained(s snapshot, c ledger.Credential) ([]rules.Explanation, error) {
	var all []rules.Explanation
	for _, cycle := range a.shown(c) {
		account, err := a.account(s, c, cycle)
		if err != nil {
			return nil, err
		}
		all = append(all, rules.Explain(account, a.today))
	}
	return all, nil
}
