package cli

import (
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

// An ask is an argument such as "chemistry=1", before it is known which
// requirement that is.
type ask struct {
	text    string
	points  ledger.Points // 0 when none were named
	topic   ledger.Topic  // that the text names, or ""
	unknown error         // why it names none
}

func parseAsks(args []string) (int64, []ask, error) {
	id, err := parseID(args[0])
	if err != nil {
		return 0, nil, err
	}
	asks := make([]ask, len(args)-1)
	for i, arg := range args[1:] {
		name, amount, limited := strings.Cut(arg, "=")
		asks[i].text = strings.ToLower(name)
		if !limited {
			continue
		}
		if asks[i].points, err = ledger.ParsePoints(amount); err != nil {
			return 0, nil, usage("%q: %w", arg, err)
		}
	}
	return id, asks, nil
}

// asks reads the arguments that name a credit and what is asked for it.
func (a *app) asks(args []string) (int64, []ask, error) {
	id, asks, err := parseAsks(args)
	if err != nil {
		return 0, nil, err
	}
	known, err := a.book.Topics()
	for i, k := range asks {
		asks[i].topic, asks[i].unknown = known.Parse(k.text)
	}
	return id, asks, err
}

// requirement returns the requirement of an edition that is asked for: by its
// own name, or by a topic that it accepts.
func requirement(e *rules.Edition, k ask) (ledger.Requirement, bool) {
	if r, ok := e.Requirement(ledger.Requirement(k.text)); ok {
		return r.Name, true
	}
	if r, ok := e.Requirement(ledger.Requirement(k.topic)); ok {
		return r.Name, true
	}
	for _, r := range e.Requirements {
		if slices.Contains(r.Topics, k.topic) {
			return r.Name, true
		}
	}
	return "", false
}

// resolve returns the asks that the edition has a requirement for. Only the
// last of all takes more than its requirement lacks.
func resolve(e *rules.Edition, asks []ask) []rules.Ask {
	var known []rules.Ask
	for i, k := range asks {
		if name, ok := requirement(e, k); ok {
			known = append(known, rules.Ask{Requirement: name, Points: k.points, OnlyLack: i < len(asks)-1})
		}
	}
	return known
}

// checkAsks refuses a word that is a requirement of none of the accounts, and
// one that names a requirement a second time.
func checkAsks(targets []rules.Account, asks []ask) error {
	for _, k := range asks {
		asked := slices.ContainsFunc(targets, func(account rules.Account) bool { return len(resolve(account.Edition, []ask{k})) > 0 })
		if asked {
			continue
		}
		if k.unknown != nil && k.text != string(ledger.Other) {
			return usage("%q: %w", k.text, k.unknown)
		}
		var names []string
		for _, account := range targets {
			names = append(names, account.Credential.Designation())
		}
		return refused("%s: %s no requirement %s", words.List("and", names), words.Verb(len(names), "has", "have"), k.text).
			try("what is not asked for counts as other, where there is such a requirement: cmp allocate ID other")
	}
	for _, account := range targets {
		seen := map[ledger.Requirement]bool{}
		for _, k := range resolve(account.Edition, asks) {
			if seen[k.Requirement] {
				return usage("requirement %s: is named twice", k.Requirement).try("name it once, such as %s=1", k.Requirement)
			}
			seen[k.Requirement] = true
		}
	}
	return nil
}
