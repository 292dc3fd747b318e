package words

import (
	"fmt"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// AnnualDue says when an annual fee is due: "USD 50 (official), due in March 2027." Where
// that is not known it says what to type. The holder types code for the credential.
func AnnualDue(due *rules.AnnualDue, code string) ledger.Text {
	fee := fmt.Sprintf("%s %d (%s)", due.Currency, due.Amount, due.Confidence)
	if due.Month == 0 {
		return ledger.Say("%s, due in the month you were certified: %s", fee, ledger.Command{"credential", "edit", code, "--certified", "DATE"})
	}
	year, month, _ := due.Month.YMD()
	return ledger.Say("%s, due in %s %d.", fee, monthName(month), year)
}

// Fee says what is known of a fee, without an end: "Declaring costs 110 USD, a further
// credential 30, reinstatement 145 on top".
func Fee(currency string, fee rules.Fee) string {
	text := fmt.Sprintf("Declaring costs %d %s", fee.Application, currency)
	if fee.Application == 0 {
		text = "Declaring costs nothing"
	}
	if fee.Further != nil {
		text += fmt.Sprintf(", a further credential %d", *fee.Further)
	}
	if fee.Reinstatement != nil {
		text += fmt.Sprintf(", reinstatement %d on top", *fee.Reinstatement)
	}
	return text
}
