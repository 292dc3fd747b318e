package main

import (
	"fmt"
	"slices"
	"strings"
)

// A licence is one that allows the program to be given away in any form, as
// long as its text goes with it.
type licence struct {
	name   string   // in the list of SPDX, https://spdx.org/licenses/
	has    []string // what its text has, all of them, in lower case
	hasNot string   // what tells another licence from it
}

func licences() []licence {
	const redistribution = "redistribution and use in source and binary forms, with or without modification, are permitted"
	const endorse = "used to endorse or promote products derived from this software without specific prior written permission"
	return []licence{
		{name: "Apache-2.0", has: []string{"apache license, version 2.0"}},
		{name: "Apache-2.0", has: []string{"apache license version 2.0, january 2004"}},
		{name: "BSD-2-Clause", has: []string{redistribution}, hasNot: endorse},
		{name: "BSD-3-Clause", has: []string{redistribution, endorse}},
		{name: "MIT", has: []string{
			"permission is hereby granted, free of charge, to any person obtaining a copy of this software",
			"the above copyright notice and this permission notice shall be included in all copies or substantial portions of the software",
		}},
		{name: "blessing", has: []string{"dedicated to the public domain by the authors"}}, // SQLite's
	}
}

// terms returns the module's notices and the names of all licences that they
// are under, sorted. A file without any that is known is an error: somebody has
// to read it, and to add it to [licences] if it allows what is done here.
func (m module) terms() ([]notice, []string, error) {
	all, err := m.notices()
	if err != nil {
		return nil, nil, err
	}
	var names []string
	for _, n := range all {
		if addsToLicence(n.name) {
			continue
		}
		found := licencesIn(n.text)
		if len(found) == 0 {
			return nil, nil, fmt.Errorf("%s: %s: not a licence that is known; read it, and name it in cmd/materials/licence.go", m.path, n.name)
		}
		names = append(names, found...)
	}
	if len(names) == 0 {
		return nil, nil, fmt.Errorf("%s: has no licence; do without it", m.path)
	}
	slices.Sort(names)
	return all, slices.Compact(names), nil
}

// addsToLicence reports whether files of that name add to a licence and are
// none.
func addsToLicence(name string) bool {
	name = strings.ToUpper(name)
	return strings.HasPrefix(name, "PATENTS") || strings.HasPrefix(name, "NOTICE")
}

// licencesIn returns the names of the licences that the text grants.
func licencesIn(text string) []string {
	text = strings.Join(strings.Fields(strings.ToLower(text)), " ")
	var names []string
	for _, l := range licences() {
		whole := !slices.ContainsFunc(l.has, func(s string) bool { return !strings.Contains(text, s) })
		if whole && (l.hasNot == "" || !strings.Contains(text, l.hasNot)) {
			names = append(names, l.name)
		}
	}
	return names
}
