package ledger

// A Declaration is the statement to the body that the requirements of a cycle
// are met, as everything stood on that day. It is never changed afterwards.
type Declaration struct {
	ID          int64  `json:"-"`
	UID         string `json:"-"`
	Cycle       int64  `json:"-"` // ID of the cycle
	Date        Date   `json:"date"`
	Designation string `json:"designation"` // of the credential as it was: "MLS(ASCP)CM"
	Title       string `json:"title"`       // of the credential in words
	Number      string `json:"number"`      // as the body numbered the credential, or ""
	Edition     string `json:"edition"`     // of the rules: "ascp/MLS@2023-01-01"
	First       Date   `json:"first_day"`   // the first day on which credits counted
	Last        Date   `json:"last_day"`    // the last one
	Required    Points `json:"required"`
	Counted     Points `json:"counted"`
	Confidence  string `json:"confidence"` // how sure Required is: "official", "reported", "derived" or "assumed"
	Source      string `json:"source"`     // where Required comes from
	Fee         int    `json:"fee"`        // in whole units of the currency; 0 when none is known
	Currency    string `json:"currency"`
	// Requirements are what made up Required, in the order of the board's form.
	Requirements []DeclaredRequirement `json:"requirements"`
	Credits      []DeclaredCredit      `json:"credits"` // in the order of the worksheet
}

// A DeclaredRequirement is a requirement as a declaration was judged by it.
type DeclaredRequirement struct {
	Name       Requirement `json:"requirement"`
	Title      string      `json:"title"` // "Laboratory or patient safety"
	Required   Points      `json:"required"`
	Counted    Points      `json:"counted"`
	Confidence string      `json:"confidence"` // how sure Required is, as in [Declaration]
	Source     string      `json:"source"`     // where Required comes from
}

// A DeclaredCredit is one line of a declaration: the credit as it was then,
// and the points of it that counted for the requirement.
type DeclaredCredit struct {
	Requirement Requirement `json:"requirement"`
	Points      Points      `json:"counted"`
	Credit      Credit      `json:"credit"`
}
