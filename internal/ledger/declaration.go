package ledger

import "slices"

// A Declaration states to the body how a cycle stood on that day. It never changes.
type Declaration struct {
	ID          int64  `json:"-"`
	UID         string `json:"-"`
	Cycle       int64  `json:"-"` // ID of the cycle
	Date        Date   `json:"date"`
	Designation string `json:"designation" doc:"Of the credential as it was: MLS(ASCP)CM."`
	Title       string `json:"title" doc:"Of the credential in words."`
	Number      string `json:"number" doc:"As the body numbered it."`      // or ""
	Edition     string `json:"edition" doc:"Of the rules."`                // "ascp/MLS@2023-01-01"
	First       Date   `json:"first_day" doc:"On which a credit counted."` // the first one
	Last        Date   `json:"last_day" doc:"On which a credit counted."`  // the last one
	Required    Points `json:"required"`
	Counted     Points `json:"counted"`
	Confidence  string `json:"confidence" doc:"How sure required is."` // "official", "reported", "derived" or "assumed"
	Source      string `json:"source" doc:"Where required comes from."`
	Fee         int    `json:"fee" doc:"In whole units of the currency. 0 where none is known."`
	Currency    string `json:"currency"`
	// Requirements are what made up Required, in the order of the board's form.
	Requirements []DeclaredRequirement `json:"requirements"`
	Credits      []DeclaredCredit      `json:"credits"` // in the order of the worksheet
}

// A DeclaredRequirement is a requirement as a declaration was judged by it.
type DeclaredRequirement struct {
	Name       Requirement `json:"requirement" as:"string"`
	Title      string      `json:"title" doc:"In words."` // "Laboratory or patient safety"
	Required   Points      `json:"required"`
	Counted    Points      `json:"counted"`
	Confidence string      `json:"confidence"` // how sure Required is, as in [Declaration]
	Source     string      `json:"source"`     // where Required comes from
}

// A DeclaredCredit is a credit as it was, and the points that counted, or that were
// declared beyond what is required.
type DeclaredCredit struct {
	Requirement Requirement `json:"requirement" as:"string"` // or Margin
	Points      Points      `json:"counted"`
	Credit      Credit      `json:"credit"`
}

// Margin returns how many points were declared beyond what is required.
func (d Declaration) Margin() (sum Points) {
	for _, line := range d.Credits {
		if line.Requirement == Margin {
			sum += line.Points
		}
	}
	return sum
}

// Numbers returns the set of the numbers of all credits in it.
func (d Declaration) Numbers() map[int64]bool {
	all := map[int64]bool{}
	for _, line := range d.Credits {
		all[line.Credit.ID] = true
	}
	return all
}

// Total returns all requirements together.
func (d Declaration) Total() DeclaredRequirement {
	return DeclaredRequirement{Title: "Total", Required: d.Required, Counted: d.Counted, Confidence: d.Confidence, Source: d.Source}
}

// Figures returns the requirements, and at the end their total.
func (d Declaration) Figures() []DeclaredRequirement {
	return append(slices.Clone(d.Requirements), d.Total())
}
