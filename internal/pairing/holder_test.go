package pairing_test

import (
	"testing"

	"cmpledger/internal/pairing"
)

func TestSameHolder(t *testing.T) {
	for _, c := range []struct {
		name, holder, participant string
		want                      bool
	}{
		{"equal", "Jane Doe", "Jane Doe", true},
		{"case", "Jane Doe", "JANE DOE", true},
		{"accents", "José Núñez", "Jose Nunez", true},
		{"letters that have no accent", "Søren Łęcki", "Soren Lecki", true},
		{"last name first", "Jane Doe", "Doe, Jane", true},
		{"last name first, in capitals", "Jane Doe", "DOE, JANE Q.", true},
		{"both last name first", "Doe, Jane", "Doe, Jane Quinn", true},
		{"a last name of several words", "Anna van der Berg", "van der Berg, Anna", true},
		{"middle initial", "Jane Doe", "Jane Q. Doe", true},
		{"another middle name", "Jane Quinn Doe", "Jane R. Doe", true},
		{"initials only", "Jane Quinn Doe", "J.Q. Doe", true},
		{"credentials behind a comma", "Jane Doe", "Jane Doe, MLS(ASCP)CM", true},
		{"several credentials", "Jane Doe", "Jane Q. Doe, PhD, SBB(ASCP)", true},
		{"credentials without parentheses", "Jane Doe, MLS", "Jane Doe, BS, RN", true},
		{"credentials behind last name first", "Jane Doe", "Doe, Jane, MLS(ASCP)CM", true},
		{"credentials without a comma", "Jane Doe", "Jane Doe MLS(ASCP)CM", true},
		{"title and suffix", "John Doe", "Dr. John Doe Jr.", true},
		{"punctuation", "Shauna O'Brien-Lee", "Shauna OBrien Lee", true},
		{"nothing on the certificate", "Jane Doe", " - ", true},
		{"one word", "Prince", "PRINCE", true},

		{"another first name", "Jane Doe", "John Doe", false},
		{"another last name", "Jane Doe", "Jane Roe", false},
		{"the same first names", "Mary Jane Doe, MLS", "Mary Jane Roe, MLS", false},
		{"another initial", "Jane Doe", "K. Doe", false},
		{"the beginning of a first name is no initial", "Joanna Doe", "Jo Doe", false},
		{"last name first, another", "Jane Doe", "Roe, Jane", false},
		{"last name first, both", "Doe, Jane", "Doe, Jim", false},
		{"last name first, both, in capitals", "DOE, JANE", "DOE, JIM", false},
		{"last names of several words first", "van der Berg, Anna", "van der Berg, Peter", false},
		{"the last name alone", "Jane Doe", "Doe", false},
		{"credentials are no name", "Jane Doe, MLS", "John Roe, MLS", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, pair := range [][2]string{{c.holder, c.participant}, {c.participant, c.holder}} {
				if got := pairing.SameHolder(pair[0], pair[1]); got != c.want {
					t.Errorf("SameHolder(%q, %q) = %t", pair[0], pair[1], got)
				}
			}
		})
	}
}
