// Command materials writes the notices that the licences of the program's parts ask for,
// and a bill of materials in the form of CycloneDX. It reads nothing but the modules of
// the build; the same commit gives the same bytes.
//
//	go run ./cmd/materials NOTICES BILL VERSION
//
// It fails when a part has no licence, or one that nobody has accepted yet.
package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"strings"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("materials: ")
	if len(os.Args) != 4 {
		log.Fatal("go run ./cmd/materials NOTICES BILL VERSION")
	}
	text, err := notices()
	parts, billErr := bill(os.Args[3])
	if err = errors.Join(err, billErr); err == nil {
		err = errors.Join(os.WriteFile(os.Args[1], []byte(text), 0o644), os.WriteFile(os.Args[2], append(parts, '\n'), 0o644))
	}
	if err != nil {
		log.Fatal(err)
	}
}

// notices returns the text that goes with every binary: each part with its
// licences, then all their files, word for word.
func notices() (string, error) {
	modules, err := linked()
	if err != nil {
		return "", err
	}
	list, texts := `Third-party software in cmp

cmp itself is under the licence in the file LICENSE. Its binary also has code of
others in it, which is under these licences; their texts follow, as their
authors wrote them.

`, ""
	for _, m := range modules {
		of, names, err := m.terms()
		if err != nil {
			return "", err
		}
		list += fmt.Sprintf("  %s: %s\n", m.title, strings.Join(names, ", "))
		texts += of
	}
	return list + texts, nil
}
