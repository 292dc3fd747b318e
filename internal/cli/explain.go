package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/actions"
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
			s, err := a.look(ctx, actions.AllCycles)
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

// What cmp explain answers is one shape in three forms, by what it explains.
type explainHead struct {
	Schema string      `json:"schema" shape:"cmp.explain/1" title:"Why points count or do not" doc:"Written by cmp explain: of a credit, of a credential, or of a requirement, as explains says."`
	AsOf   ledger.Date `json:"as_of" doc:"Day it was judged by."`
}

type explainedCreditAnswer struct {
	explainHead
	Explains string                `json:"explains" const:"credit" form:"Of a credit"`
	Credit   creditWithAllocations `json:"credit"`
	Cycles   []creditCycle         `json:"cycles"`
	Others   []otherCycle          `json:"other_cycles" doc:"Cycles that neither hold its date nor have points of it."`
}

type creditCycle struct {
	judgedCycle
	Counted      ledger.Points `json:"counted"`
	Portions     []portion     `json:"portions" doc:"They add up to the points of the credit."`
	Checks       []checkItem   `json:"checks" doc:"What each rule made of its points, in the order in which they are tried."`
	CostBy       []handCost    `json:"cost_by" doc:"What allocations by hand of the credit cost: at most one."`
	Declarations []claimItem   `json:"declarations"`
	Drift        []string      `json:"drift" doc:"How it is no longer as it was declared."`
}

type otherCycle struct {
	ledger.CredentialName
	ledger.Cycle
}

// A creditRef says which credit is meant.
type creditRef struct {
	Credit int64       `json:"credit" doc:"Number of the credit."`
	Date   ledger.Date `json:"date"`
	Title  string      `json:"title"`
}

// A portion is points of a credit with one fate.
type portion struct {
	creditRef
	rules.Portion
	Text string `json:"text" doc:"In words."`
	Next string `json:"next" doc:"What to type about it." empty:"where nothing helps"`
}

// A checkItem is what one rule made of the points that came to it.
type checkItem struct {
	Rule    rules.Rule         `json:"rule"`
	Result  rules.Result       `json:"result" doc:"partly: some points were stopped; fail: all were."`
	Tried   ledger.Points      `json:"tried" doc:"That came to the rule."`
	Stopped ledger.Points      `json:"stopped" doc:"That went no further."`
	Text    string             `json:"text" doc:"The rule with its figures, in words."`
	Sources []rules.Provenance `json:"sources"`
}

// A handCost is what the allocations by hand of one credit cost.
type handCost struct {
	Credit      int64            `json:"credit" doc:"Number of the credit."`
	Allocations []allocationItem `json:"allocations"`
	Cost        ledger.Points    `json:"cost" doc:"How much less would remain without them alone. 0 where they cost something only together with others."`
	Next        string           `json:"next" doc:"What to type about it."`
}

type explainedCredentialAnswer struct {
	explainHead
	Explains string            `json:"explains" const:"credential" form:"Of a credential"`
	Cycles   []credentialCycle `json:"cycles"`
}

type credentialCycle struct {
	judgedCycle
	Points       rules.Sums          `json:"points"`
	Requirements []filledRequirement `json:"requirements"`
	NotCounted   []portion           `json:"not_counted"`
	Shortages    []provenShortage    `json:"shortages"`
	Closable     ledger.Points       `json:"closable" doc:"By cmp allocate --auto."`
	Cost         ledger.Points       `json:"cost" doc:"Of allocations by hand."`
	CostBy       []handCost          `json:"cost_by"`
}

type filledRequirement struct {
	requirementMet
	Source   string         `json:"source" doc:"Where the required points come from."`
	Topics   []ledger.Topic `json:"topics" doc:"Topics it accepts. Empty where it accepts all."`
	FilledBy []portion      `json:"filled_by"`
}

type provenShortage struct {
	rules.Shortage
	Witness rules.Witness `json:"witness" doc:"Proof that it is short."`
}

type explainedRequirementAnswer struct {
	explainHead
	Explains string             `json:"explains" const:"requirement" form:"Of a requirement"`
	Cycles   []requirementCycle `json:"cycles"`
}

type requirementCycle struct {
	judgedCycle
	filledRequirement
	Candidates []candidate    `json:"candidates" doc:"Credits that could serve it with more than they do."`
	NoTopic    []int64        `json:"no_topic" doc:"Numbers of credits of these days that a topic would have to be added to."`
	Activities []activityItem `json:"activities"`
}

type candidate struct {
	creditRef
	rules.Candidate
	Portions []portion `json:"portions"`
}

func ref(c ledger.Credit) creditRef { return creditRef{c.ID, c.Date, c.Title} }

func (s snapshot) portions(t rules.Standing, all []fated) []portion {
	out := make([]portion, len(all))
	for i, f := range all {
		out[i] = portion{ref(f.Credit), f.Portion, s.fate(t, f), s.remedy(t, f)}
	}
	return out
}

func (s snapshot) handCosts(t rules.Standing, all []rules.HandCost) []handCost {
	out := make([]handCost, len(all))
	for i, c := range all {
		out[i] = handCost{c.Credit.ID, allocationItems(s, c.Allocations), c.Points, s.mend(t, c)}
	}
	return out
}

func (s snapshot) filled(t rules.Standing, r rules.RequirementStanding) filledRequirement {
	return filledRequirement{metOf(r), r.Source, r.Topics, s.portions(t, filledBy(t, r.Name))}
}

func (a *app) explainedCreditAnswer(s snapshot, c ledger.Credit, all []explainedCredential) explainedCreditAnswer {
	out := explainedCreditAnswer{explainHead: explainHead{AsOf: a.today}, Credit: a.creditsAnswer(s, []ledger.Credit{c}).Credits[0].creditWithAllocations}
	for _, credential := range all {
		for _, x := range credential.near {
			out.Cycles = append(out.Cycles, s.creditCycle(x))
		}
		name := credential.near[0].standing.Credential.CredentialName
		for _, y := range credential.far {
			out.Others = append(out.Others, otherCycle{name, y})
		}
	}
	return out
}

func (s snapshot) creditCycle(x explainedCycle) creditCycle {
	t := x.standing
	out := creditCycle{
		judgedCycle: cycleOf(t), Counted: x.Counted, Portions: s.portions(t, partsOf(x.Finding)), CostBy: s.handCosts(t, x.costs),
		Declarations: claimItems(claim{t.Credential, x.declared}), Drift: x.drift,
	}
	for _, c := range x.Checks {
		out.Checks = append(out.Checks, checkItem{c.Rule, c.Result(), c.Tried, c.Stopped, s.ruleText(x, c.Rule), c.Sources})
	}
	return out
}

func (a *app) explainedCredentialAnswer(s snapshot, all []rules.Explanation) explainedCredentialAnswer {
	out := explainedCredentialAnswer{explainHead: explainHead{AsOf: a.today}}
	for _, x := range all {
		t := x.Standing
		cycle := credentialCycle{
			judgedCycle: cycleOf(t), Points: t.Sums, NotCounted: s.portions(t, uncounted(t)), Closable: x.Closable,
			Cost: x.Cost, CostBy: s.handCosts(t, x.Costs),
		}
		for _, r := range x.Requirements {
			cycle.Requirements = append(cycle.Requirements, s.filled(t, r))
		}
		for i, short := range x.Shortages {
			cycle.Shortages = append(cycle.Shortages, provenShortage{short, x.Witnesses[i]})
		}
		out.Cycles = append(out.Cycles, cycle)
	}
	return out
}

func (a *app) explainedRequirementAnswer(s snapshot, all []explainedRequirement) explainedRequirementAnswer {
	out := explainedRequirementAnswer{explainHead: explainHead{AsOf: a.today}}
	for _, r := range all {
		t := r.standing
		cycle := requirementCycle{cycleOf(t), s.filled(t, r.RequirementStanding), nil, r.noTopic, activityItems(t.Credential.Body, r.activities)}
		for _, c := range r.candidates {
			cycle.Candidates = append(cycle.Candidates, candidate{ref(c.Credit), c, s.portions(t, partsOf(c.Finding))})
		}
		out.Cycles = append(out.Cycles, cycle)
	}
	return out
}
