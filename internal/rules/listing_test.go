package rules_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

func named(found []*rules.Edition) string {
	var names []string
	for _, e := range found {
		names = append(names, e.Name.String())
	}
	return strings.Join(names, " ")
}

func TestFind(t *testing.T) {
	for _, tt := range []struct{ name, give, want string }{
		{"a state", "Florida", "fl/CLT fl/Director fl/Supervisor"},
		{"the beginning of a state", "flor", "fl/CLT fl/Director fl/Supervisor"},
		{"the short name of a body, which begins other words", "fl", "fl/CLT fl/Director fl/Supervisor"},
		{"a code", "clt", "fl/CLT"},
		{"body and code", "fl/clt", "fl/CLT"},
		{"a code of several, and a body", "mt", "ascp/MT amt/MT mt/CLS"},
		{"words of body and name, in any order", "director, florida", "fl/Director"},
		{"every word counts", "florida chemistry", ""},
		{"a topic of its own, which no name says", "histology", "ascp/HT ascp/HTi ascp/HTL ascp/HTLi"},
		{"a topic beside a word of a name", "technician histology", ""},
		{"the beginning of a topic beside one of a name", "histotechnici histo", "ascp/HT ascp/HTi"},
		{"a topic of two words", "medical errors director", "fl/Director"},
		{"a topic of everybody is none of its own", "ethics", ""},
		{"a whole word, where a longer one begins with it", "phlebotomy limited", "ca/LPT"},
		{"part of a word", "botomy", ""},
		{"no words", " /()", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found, err := rules.Builtin().Find(tt.give)
			if got := named(found); err != nil || got != tt.want {
				t.Errorf("Find(%q): %s, %v, want %s", tt.give, got, err, tt.want)
			}
		})
	}
}

// Only whole words of its names, all of them, name a credential.
func TestNamed(t *testing.T) {
	e, err := rules.Builtin().Edition(ledger.CredentialName{Code: "HT", Body: "ascp"}, ledger.MakeDate(2027, 3, 31))
	need(t, err)
	for text, want := range map[string]bool{
		"HT": true, "pathology ht": true, "histotechnician": true, "histotech": false, "histology": false, "ht florida": false, "": false,
	} {
		if got := e.Named(text); got != want {
			t.Errorf("Named(%q): %t", text, got)
		}
	}
}

// Every credential is found by its own words, and resolved by its short name alone.
func TestFindEvery(t *testing.T) {
	book := rules.Builtin()
	all, err := book.Credentials()
	need(t, err)
	for _, e := range all {
		for _, text := range []string{e.Name.String(), e.Title, e.Programme.Name, e.Title + " " + e.Programme.Place()} {
			if found, _ := book.Find(text); !slices.Contains(found, e) {
				t.Errorf("Find(%q) lacks %s", text, e.Name)
			}
		}
		names, err := book.Resolve(book.ShortName(e.Name))
		if err != nil || len(names) != 1 || names[0] != e.Name {
			t.Errorf("Resolve(ShortName(%s)): %v, %v", e.Name, names, err)
		}
	}
}

func TestUnknownCredentialsLike(t *testing.T) {
	for _, tt := range []struct{ give, nearest, like string }{
		{"CLT", "", "fl/CLT"},
		{"louisana", "Louisiana", ""},
		{"fl/CTL", "fl/CLT", ""},
		{"ny/CLT", "", ""},
		{"Supervisr", "", ""},
	} {
		_, err := rules.Builtin().Resolve(tt.give)
		var unknown *rules.UnknownCredentialError
		if !errors.As(err, &unknown) || unknown.Text != tt.give || named(unknown.Like) != tt.like || tt.like == "" && unknown.Nearest != tt.nearest {
			t.Errorf("Resolve(%q): %+v, want nearest %q, like %q", tt.give, unknown, tt.nearest, tt.like)
		}
	}
}
