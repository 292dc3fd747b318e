package ledger

// A Declaration is the statement to the body that the requirements of a cycle
// are met, as everything stood on that day. It is never changed afterwards.
type Declaration struct {
	ID          int64
	UID         string
	Cycle       int64 // ID of the cycle
	Date        Date
	Designation string // of the credential as it was: "MLS(ASCP)CM"
	Title       string // of the credential in words
	Number      string // as the body numbered the credential, or ""
	Edition     string // of the rules: "ascp/MLS@2023-01-01"
	First, Last Date   // the window in which credits counted, both included
	Required    Points
	Counted     Points
	Confidence  string // how sure Required is: "official", "reported", "derived" or "assumed"
	Source      string // where Required comes from
	Fee         int    // in whole units of the currency; 0 when none is known
	Currency    string
	// Requirements are what made up Required, in the order of the board's form.
	Requirements []DeclaredRequirement
	Credits      []DeclaredCredit // in the order of the worksheet
}

// A DeclaredRequirement is a requirement as a declaration was judged by it.
type DeclaredRequirement struct {
	Name       Requirement
	Title      string // "Laboratory or patient safety"
	Required   Points
	Counted    Points
	Confidence string // how sure Required is, as in [Declaration]
	Source     string // where Required comes from
}

// A DeclaredCredit is one line of a declaration: the credit as it was then,
// and the points of it that counted for the requirement.
type DeclaredCredit struct {
	Requirement Requirement
	Points      Points
	Credit      Credit
}
