package transcript_test

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

// similar reports whether credits that differ in their titles alone look
// alike.
func similar(a, b string) bool {
	return transcript.LookAlike(ledger.Credit{Date: 739000, Points: 100, Title: a}, ledger.Credit{Date: 739000, Points: 100, Title: b})
}

func TestSimilarTitles(t *testing.T) {
	tests := []struct {
		a, b string
		want bool
	}{
		{"Sepsis markers", "SEPSIS  markers!", true},
		{"Sepsis markers", "Sepsis marker", true},
		{"Sepsis markers", "Blood films", false},
		{"Labs", "Gram", false},
		{"QC", "QA", false},

		// One contains the other.
		{"Sepsis markers", "Sepsis markers, part 1", true},
		{"Course 1", "Course 1, part 2", true},
		{"Course 1", "Course 12", false},
		{"Sepsis part 1", "Sepsis part 12", false},
		{"Sepsis 1", "2 Sepsis 1 and 2 more", true},

		// Words in another order, or short for others.
		{"Coagulation: DOAC Interference", "DOAC interference (coagulation)", true},
		{"Coagulation: DOAC Interference", "DOAC interference (hematology)", false},
		{"Antimicrobial Suscept. Testing", "Antimicrobial Susceptibility Testing", true},
		{"Susceptibility Testing, Antimicrobial", "Antimicrob. Suscept. Test", true},
		{"Antimicrobial Suscept. Testing", "Antimicrobial Resistance Testing", false},
		{"Lean for Labs", "Lean for Laboratories", true},
		{"Lean for Labs", "Lean for Laundries", false},
		{"Lean for Lab", "Lean for Laboratories", true},
		{"La, lean for", "Lean for Laboratories", false},
		{"Lean for Labs", "Lean for our Laboratories", false},
		{"Labs in the lab", "Laboratories in the lab", true},
		{"The lab's safety hour", "Safety hour: the labs", true},
		{"Hématologie générale", "generale, hematologie", false},
		{"Hématologie générale", "Générale (hémat.)", true},

		// Numbers tell parts and years apart.
		{"Hematology review part 1", "Hematology review part 2", false},
		{"Course 1, part 2", "Course 1, part 3", false},
		{"Course 1, part 2", "Course 2, part 1", true}, // in any order
		{"Laboratory safety update 2024", "Laboratory safety update 2025", false},
		{"Laboratory safety update 2025", "Laboratory safty update 2025", true},
		{"Laboratory safety part 01", "Part 1: Laboratory safety", true},
		{"Safety #3 for laboratories", "Safety 3 for labs", true},
		{"COVID-19 in the laboratory", "Laboratory: in the COVID19", true},
		{"Hepatitis B12 and more", "Hepatitis B13 and more", false},
		{"Hematology review part 1", "Hematology revue part", false},
	}
	for _, tt := range tests {
		if got, back := similar(tt.a, tt.b), similar(tt.b, tt.a); got != tt.want || back != tt.want {
			t.Errorf("%q and %q: %v, and the other way round %v; want %v", tt.a, tt.b, got, back, tt.want)
		}
	}
}

// titles generates titles of few words, of which many are alike.
func titles() *rapid.Generator[string] {
	word := rapid.OneOf(
		rapid.SampledFrom(strings.Fields("lab labs Laboratories laboratory hemat. Hematology DOAC 1 2 12 02 é #7 B12 of")),
		rapid.StringN(0, 8, 20),
	)
	return rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(word, 1, 6).Draw(t, "words"), " ") })
}

// To be similar is mutual, and every title is similar to itself, to itself in
// other letters and to its words in another order.
func TestSimilarTitlesLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := titles().Draw(t, "a"), titles().Draw(t, "b")
		if similar(a, b) != similar(b, a) {
			t.Fatalf("%q is similar to %q, but not the other way round", a, b)
		}
		if !similar(a, a) || !similar(a, strings.ToUpper(strings.ToLower(a))) && isPlain(a) {
			t.Fatalf("%q is not similar to itself", a)
		}
		words := strings.Fields(a)
		rand.New(rand.NewPCG(1, uint64(len(a)))).Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		if shuffled := strings.Join(words, " "); !similar(a, shuffled) {
			t.Fatalf("%q is not similar to %q", a, shuffled)
		}
	})
}

// isPlain reports whether a text is ASCII, where a letter has one capital.
func isPlain(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return r > 127 }) }

// Titles whose numbers differ are not similar.
func TestSimilarTitlesNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		title := rapid.StringMatching(`[a-z ]{6,40}`).Draw(t, "title")
		a, b := rapid.IntRange(0, 300).Draw(t, "a"), rapid.IntRange(0, 300).Draw(t, "b")
		with := func(n int) string {
			return strings.ReplaceAll(title, " ", "-") + " part " + strings.Repeat("0", n%2) + strconv.Itoa(n)
		}
		if similar(with(a), with(b)) != (a == b) {
			t.Fatalf("%q and %q", with(a), with(b))
		}
	})
}
