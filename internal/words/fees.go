package words

import (
	"fmt"

	"cmpledger/internal/rules"
)

// AnnualDue says when the next annual fee is due: "The annual fee is due in March 2027: USD
// 50 (official)." It is "" for none.
func AnnualDue(due *rules.AnnualDue) string {
	if due == nil {
		return ""
	}
	year, month, _ := due.Month.YMD()
	return fmt.Sprintf("The annual fee is due in %s %d: %s %d (%s).", monthName(month), year, due.Currency, due.Amount, due.Confidence)
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
