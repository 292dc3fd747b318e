package pairing_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/ledger"
	"cmpledger/internal/pairing"
)

// credit reads "day points title / provider / reference".
func credit(s string) (c ledger.Credit) {
	parts := strings.Split(s+"//", "/")
	var title string
	if _, err := fmt.Sscan(parts[0], &c.Date, &c.Points, &title); err != nil {
		panic(s)
	}
	c.Date += 739000
	c.Title = strings.TrimSpace(parts[0][strings.Index(parts[0], title):])
	c.Provider, c.Reference = strings.TrimSpace(parts[1]), strings.TrimSpace(parts[2])
	return c
}

func credits(all ...string) (some []ledger.Credit) {
	for i, s := range all {
		some = append(some, credit(s))
		some[i].ID = int64(i + 1)
	}
	return some
}

func formOf(c ledger.Credit) ledger.Form {
	return ledger.Form{Date: c.Date, Title: c.Title, Provider: c.Provider, Points: c.Points, Reference: c.Reference, Imported: true}
}

// known is a credit as it is, and the forms that it had.
func known(now string, was ...string) ledger.Known {
	k := ledger.Known{Credit: credit(now)}
	k.Credit.ID, k.Credit.Import = 1, 1
	for _, s := range was {
		k.Forms = append(k.Forms, formOf(credit(s)))
	}
	return k
}

func TestMatch(t *testing.T) {
	const bare = "1 100 Sepsis"
	removed, merged := known(bare), known(bare)
	removed.Removed, merged.Removed, merged.MergedInto = true, true, 9
	tests := []struct {
		name  string
		rows  []string
		slots []ledger.Known
		want  []int
	}{
		{"case, spacing, punctuation, Unicode", []string{"1 100 ｓepsis:  WHAT’S new?"}, []ledger.Known{known("1 100 Sepsis - whats new")}, []int{0}},
		{"another day", []string{"2 100 Sepsis"}, []ledger.Known{known(bare)}, []int{-1}},
		{"other points", []string{"1 150 Sepsis"}, []ledger.Known{known(bare)}, []int{-1}},
		{"a symbol", []string{"1 100 C+ reviews"}, []ledger.Known{known("1 100 C reviews")}, []int{-1}},
		{"one side names a provider", []string{"1 100 Sepsis / LabCE"}, []ledger.Known{known(bare)}, []int{0}},
		{"providers of which one is among the other's words", []string{"1 100 Sepsis / LABCE"}, []ledger.Known{known("1 100 Sepsis / LabCE, Inc.")}, []int{0}},
		{"providers contradict", []string{"1 100 Sepsis / LabCE"}, []ledger.Known{known("1 100 Sepsis / ASCP")}, []int{-1}},
		{"one side has a reference", []string{"1 100 Sepsis // 7"}, []ledger.Known{known("1 100 Sepsis // none")}, []int{0}},
		{"references equal, title and points not", []string{"1 150 Antibodies // CE-7"}, []ledger.Known{known("1 100 Sepsis // ce 7")}, []int{0}},
		{"references equal, another day", []string{"2 100 Sepsis // 7"}, []ledger.Known{known("1 100 Sepsis // 7")}, []int{-1}},
		{"references equal, providers contradict", []string{"1 150 Sepsis / LabCE / 7"}, []ledger.Known{known("1 100 Sepsis / ASCP / 7")}, []int{-1}},
		{"references differ", []string{"1 100 Sepsis // 8"}, []ledger.Known{known("1 100 Sepsis // 7")}, []int{-1}},
		{"sessions of a day share a reference", []string{"1 100 Two // 7", "1 100 One // 7"}, []ledger.Known{known("1 100 One // 7"), known("1 100 Two // 7")}, []int{1, 0}},
		{"the second equal row is a second credit", []string{bare, bare}, []ledger.Known{known(bare)}, []int{0, -1}},
		{"a row gives way to one that has no other slot", []string{bare, "1 100 Sepsis // 7"}, []ledger.Known{known("1 100 Sepsis // 7"), known("1 100 Sepsis // 8")}, []int{1, 0}},
		{"edited", []string{bare}, []ledger.Known{known("2 150 Blood films", bare)}, []int{0}},
		{"all moved by a week", []string{"1 100 Club", "8 100 Club", "15 100 Club"},
			[]ledger.Known{known("8 100 Club", "1 100 Club"), known("15 100 Club", "8 100 Club"), known("22 100 Club", "15 100 Club")}, []int{0, 1, 2}},
		{"a reference that was typed is not the row's", []string{"1 100 Sepsis // 622-1"}, []ledger.Known{known("1 100 Sepsis // X-1", bare)}, []int{0}},
		{"a provider that was typed is not the row's", []string{"1 100 Sepsis / LabCE"}, []ledger.Known{known("1 100 Sepsis / ASCP", bare)}, []int{0}},
		{"what was remembered contradicts", []string{"1 100 Sepsis / ASCP"}, []ledger.Known{known(bare, "1 100 Sepsis / LabCE")}, []int{-1}},
		{"remembered for the wrong one of two", []string{"1 100 Sepsis / LabCE / 7", "1 100 Sepsis / ASCP / 8"},
			[]ledger.Known{known("1 100 Sepsis / LabCE", "1 100 Sepsis // 8"), known("1 100 Sepsis / ASCP", "1 100 Sepsis // 7")}, []int{1, 0}},
		{"known by a provider less often than the rows name it", []string{"1 100 Sepsis / LabCE", "1 100 Sepsis / LabCE"},
			[]ledger.Known{known("1 100 Sepsis / LabCE"), known("1 100 Sepsis / ASCP")}, []int{0, -1}},
		{"a row goes where its reference was written", []string{"1 100 Sepsis // 7"},
			[]ledger.Known{known("1 100 Sepsis / LabCE"), known("1 100 Sepsis / ASCP / 7", "1 100 Sepsis / ASCP")}, []int{1}},
		{"the row that was imported, not one that names all", []string{"1 100 Sepsis / LabCE / 7", "1 100 Sepsis / LabCE"},
			[]ledger.Known{known("1 100 Sepsis // 7", "1 100 Sepsis / LabCE")}, []int{-1, 0}},
		{"what is known stays, also where a reference could move it", []string{"1 100 Sepsis // 7", "1 150 Films // 7"},
			[]ledger.Known{known(bare), known("1 100 Sepsis // 7")}, []int{1, -1}},
		{"what is there before what was merged or removed", []string{bare}, []ledger.Known{removed, merged, known(bare)}, []int{2}},
		{"merged before removed", []string{bare}, []ledger.Known{removed, merged}, []int{1}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, pairing.Match(credits(tt.rows...), tt.slots)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestCompare(t *testing.T) {
	other, merged := known("1 100 Sepsis", "1 150 Sepsis"), known("1 150 Films")
	other.Forms[0].Imported = false
	merged.MergedInto = 1
	tests := []struct {
		name          string
		row           string
		slot          ledger.Known
		changed, more []pairing.Field
	}{
		{"the same", "1 100 sepsis", known("1 100 Sepsis / LabCE / 7"), nil, nil},
		{"knows more", "1 100 Sepsis / LabCE / 7", known("1 100 Sepsis"), nil, []pairing.Field{"provider", "reference"}},
		{"title and points changed", "1 150 Films // 7", known("1 100 Sepsis // 7"), []pairing.Field{"title", "points"}, nil},
		{"title cut short", "1 100 Sepsis mar // 7", known("1 100 Sepsis markers // 7"), nil, nil},
		{"title in full", "1 100 Sepsis markers // 7", known("1 100 Sepsis mar // 7"), nil, []pairing.Field{"title"}},
		{"as it was imported", "1 100 Sepsis", known("2 150 Films", "1 100 Sepsis"), nil, nil},
		{"corrected since it was imported", "1 150 Sepsis // 7", known("1 100 Films // 7", "1 100 Sepsis // 7"), []pairing.Field{"points"}, nil},
		{"as another row said", "1 150 Sepsis", other, []pairing.Field{"points"}, nil},
		{"merged into one of its title", "1 100 Sepsis", merged, nil, nil},
		{"merged", "1 150 Films / LabCE", merged, nil, []pairing.Field{"provider"}},
	}
	for _, tt := range tests {
		into := tt.slot
		if into.MergedInto != 0 {
			into = known("1 100 Sepsis")
		}
		if diff := cmp.Diff(pairing.Difference{Changed: tt.changed, More: tt.more}, pairing.Compare(credit(tt.row), tt.slot, into)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	row := ledger.Credit{Title: "A", URL: "https://example.org", Topics: []ledger.CreditTopic{{Topic: ledger.Safety}}}
	slot := ledger.Known{Credit: ledger.Credit{Title: "A"}}
	if diff := cmp.Diff([]pairing.Field{"url", "topics"}, pairing.Compare(row, slot, slot).More); diff != "" {
		t.Errorf("address and topics (-want +got):\n%s", diff)
	}
}

func TestNews(t *testing.T) {
	typed := known("1 100 Sepsis / LabCE")
	typed.Credit.Import = 0
	for _, tt := range []struct {
		name, row string
		slot      ledger.Known
		want      bool
	}{
		{"nothing new", "1 100 SEPSIS", known("1 100 Sepsis / LabCE / 7"), false},
		{"a provider", "1 100 Sepsis / LabCE", known("1 100 Sepsis"), true},
		{"known by another form", "1 100 Sepsis / LabCE / 7", known("1 100 Sepsis / LabCE", "1 100 Sepsis // 7"), false},
		{"another title", "1 100 Films // 7", known("1 100 Sepsis // 7"), true},
		{"typed by hand", "1 100 Sepsis", typed, true},
	} {
		if f, got := pairing.News(credit(tt.row), tt.slot); got != tt.want || f.Title != credit(tt.row).Title || f.Imported {
			t.Errorf("%s: %v, %+v", tt.name, got, f)
		}
	}
}

func TestAlike(t *testing.T) {
	for _, tt := range []struct {
		name, a, b string
		looks, may bool
	}{
		{"the same day, a similar title, other points", "1 100 Sepsis markers", "1 150 Sepsis marker", true, true},
		{"the same day, another title", "1 100 Sepsis", "1 100 Blood films", false, false},
		{"7 days", "1 100 Sepsis markers", "8 100 Sepsis markers", true, true},
		{"8 days", "1 100 Sepsis markers", "9 100 Sepsis markers", false, true},
		{"7 days, other points", "1 100 Sepsis", "8 150 Sepsis", false, true},
		{"31 days", "1 100 Sepsis", "32 100 Sepsis", false, true},
		{"32 days", "1 100 Sepsis", "33 100 Sepsis", false, false},
		{"a reference on another day", "1 100 Sepsis // 7", "400 150 Films // 7", true, true},
		{"a reference with other points", "1 100 Sepsis // 7", "1 150 Films // 7", true, true},
		{"providers contradict", "1 100 Sepsis / LabCE / 7", "1 100 Sepsis / ASCP / 7", true, true},
		{"different references", "1 100 Sepsis // 7", "1 100 Sepsis // 8", false, true},
		{"no references", "1 100 Sepsis // TBD", "40 100 Films // tbd", false, false},
	} {
		both := credits(tt.a, tt.b)
		groups := len(pairing.Groups(both, nil)) == 1
		alike := pairing.NewAlike(both[:1], []int{-1}, []ledger.Known{{Credit: both[1]}})[0] == 0
		if may := pairing.LooksAlike(both[0], both[1]); groups != tt.looks || alike != tt.looks || may != tt.may {
			t.Errorf("%s: Groups %v, NewAlike %v, LooksAlike %v", tt.name, groups, alike, may)
		}
	}
}

func TestNeverAlike(t *testing.T) {
	if got := pairing.Groups(credits("1 100 Club", "8 100 Club", "8 100 Club", "15 100 Club"), nil); len(got) != 1 || len(got[0].Credits) != 2 {
		t.Errorf("twice in a series: %v", got)
	}
	slots := []ledger.Known{{Credit: credit("1 100 Sepsis"), Removed: true}, known("1 100 Sepsis"), known("3 100 Sepsis markers"), known("2 100 Sepsis marker")}
	for i := range slots {
		slots[i].Credit.ID = int64(i + 1)
	}
	rows := credits("3 100 Sepsis markers", "3 150 Sepsis markers", "4 100 Sepsis marker", "1 150 Sepsis", "3 100 Sepsis, markers")
	if diff := cmp.Diff([]int{-1, 2, 2, 1, 3}, pairing.NewAlike(rows, []int{2, -1, -1, -1, -1}, slots)); diff != "" {
		t.Errorf("what is removed, what another row is, and what an equal one is (-want +got):\n%s", diff)
	}
	rows = credits("1 100 Sepsis // 7", "1 150 Sepsis // 8")
	if diff := cmp.Diff([]int{-1, -1}, pairing.NewAlike(rows, []int{1, -1}, slots[:2])); diff != "" {
		t.Errorf("against the reference of a credit's row (-want +got):\n%s", diff)
	}
	// By what a credit once was, but not against its reference, nor in a series whose rows are known.
	slots = []ledger.Known{known("90 100 Iron", "1 100 Sepsis"), known("1 100 Films // A1", "1 100 Films"), known("8 100 Cases", "8 100 Club")}
	rows = credits("1 150 Sepsis", "1 150 Films // B2", "1 100 Club", "8 100 Club", "15 100 Club")
	if diff := cmp.Diff([]int{0, -1, -1, -1, -1}, pairing.NewAlike(rows, []int{-1, -1, -1, 2, -1}, slots)); diff != "" {
		t.Errorf("by earlier forms (-want +got):\n%s", diff)
	}
}

func TestSimilar(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"Sepsis markers", "SEPSIS  marker!", true},
		{"Sepsis markers", "Blood films", false},
		{"QC", "QA", false},
		{"Sepsis markers", "Sepsis markers, part 1", true},
		{"Course 1", "Course 12", false},
		{"Coagulation: DOAC Interference", "DOAC interference (coagulation)", true},
		{"Antimicrobial Suscept. Testing", "Antimicrobial Susceptibility Testing", true},
		{"Antimicrobial Suscept. Testing", "Antimicrobial Resistance Testing", false},
		{"Lean for Labs", "Lean for Laboratories", true},
		{"The lab's safety hour", "Safety hour: the labs", true},
		{"Laboratory safety update 2024", "Laboratory safety update 2025", false},
		{"Laboratory safety part 01", "Part 1: Laboratory safety", true},
		{"Hematology, part I", "Hematology, part II", false},
		{"Hematology, part VII", "Hematology, part VIII", false},
		{"Hematology, part II", "Hematology, part 2", true},
		{"Poster session A", "Poster session B", false},
		{"Review of a case", "Review of case", true},
		{"Hématologie générale", "Générale (hémat.)", true},
	} {
		if got, back := pairing.Similar(tt.a, tt.b), pairing.Similar(tt.b, tt.a); got != tt.want || back != tt.want {
			t.Errorf("%q and %q: %v, and the other way round %v; want %v", tt.a, tt.b, got, back, tt.want)
		}
	}
}

func TestLikely(t *testing.T) {
	rows := credits("2 100 Films // 7", "3 100 Gram stains", "4 100 Urine", "50 300 Ethics & you", "3 200 Gram stain")
	have := credits("40 150 Blood // 7", "30 200 Gram stain", "300 300 Ethics you?", "4 100 Plasma", "3 200 Gram stain")
	if diff := cmp.Diff([]int{0, 1, -1, 2, 4}, pairing.Likely(rows, have)); diff != "" {
		t.Errorf("Likely (-want +got):\n%s", diff)
	}
}

// Titles and references are the same however they are spelled, and no title is
// nothing.
func FuzzNormal(f *testing.F) {
	for _, s := range []string{"Sepsis: what's new?", "???", "'", "ΣΊΣΥΦΟΣ", "CE-007", "Part\u00a0Ⅱ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "")
		title, other := pairing.Title(s), pairing.Title("\t"+strings.ReplaceAll(s, " ", "  ")+" ")
		if title != other || title == "" && strings.TrimSpace(s) != "" || title != strings.TrimSpace(title) {
			t.Errorf("%q is %q, and spaced otherwise %q", s, title, other)
		}
		if pairing.Reference(s) != pairing.Reference(strings.ReplaceAll(" "+s, " ", "-")) {
			t.Errorf("the reference %q is another one with hyphens", s)
		}
		if pairing.ProvidersContradict(s, s) || !pairing.Similar(s, s) {
			t.Errorf("%q is no longer itself", s)
		}
	})
}

func TestTitleOfUnicode(t *testing.T) {
	for name, same := range map[string][2]string{
		"composed and decomposed": {"H\u00e4matologie", "Ha\u0308matologie"},
		"capital letter and mark": {"\u00c4", "a\u0308"},
		"ligature":                {"\ufb02ow", "flow"},
		"full width":              {"\uff23\uff2d\uff30", "cmp"},
		"Greek final sigma":       {"\u03bb\u03cc\u03b3\u03bf\u03c2", "\u039b\u038c\u0393\u039f\u03a3"},
		"superscript":             {"CD4\u207a", "cd4+"},
		"Kelvin sign":             {"\u212a", "k"},
	} {
		if a, b := pairing.Title(same[0]), pairing.Title(same[1]); a != b {
			t.Errorf("%s: %q and %q", name, a, b)
		}
	}
}
