package main

import (
	"fmt"
	"strings"
)

// notices returns the text that goes with every binary: each part with its
// licences, then all their files, word for word.
func notices() ([]byte, error) {
	modules, err := linked()
	if err != nil {
		return nil, err
	}
	var list, texts strings.Builder
	list.WriteString(`Third-party software in cmp

cmp itself is under the licence in the file LICENSE. Its binary also has code of
others in it, which is under these licences; their texts follow, as their
authors wrote them.

`)
	for _, m := range modules {
		all, names, err := m.terms()
		if err != nil {
			return nil, err
		}
		title := strings.TrimSpace(m.path + " " + m.version)
		fmt.Fprintf(&list, "  %s: %s\n", title, strings.Join(names, ", "))
		for _, n := range all {
			fmt.Fprintf(&texts, "\n%s\n%s: %s\n\n%s\n", strings.Repeat("-", 78), title, n.name, strings.TrimSpace(n.text))
		}
	}
	return []byte(list.String() + texts.String()), nil
}
