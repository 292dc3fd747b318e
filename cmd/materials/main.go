// Command materials writes down what a released binary is put together from:
// the notices that the licences of its parts ask for, and a bill of materials
// in the form of CycloneDX. It reads the folders of the modules that the build
// itself uses and asks nobody else, and the same commit gives the same bytes.
//
//	go run ./cmd/materials notices FILE
//	go run ./cmd/materials bill VERSION BINARY FILE
//
// It fails when a part has no licence, or one that nobody has yet decided is
// fit to be given away with the program.
package main

import (
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("materials: ")
	if err := run(os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}

func run(args []string) error {
	var text []byte
	var err error
	switch {
	case len(args) == 2 && args[0] == "notices":
		text, err = notices()
	case len(args) == 4 && args[0] == "bill":
		text, err = bill(args[1], args[2])
	default:
		err = errors.New("go run ./cmd/materials notices FILE, or go run ./cmd/materials bill VERSION BINARY FILE")
	}
	if err != nil {
		return err
	}
	return os.WriteFile(args[len(args)-1], text, 0o644)
}

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

// object is one of JSON, whose fields are written in the order of the alphabet.
type object map[string]any

// bill returns the bill of materials of a binary of that version of cmp, as
// CycloneDX 1.5 wants it (https://cyclonedx.org/docs/1.5/json/): what the linker
// wrote into it of the modules and of Go, each with its licences. It has no number
// of its own and no time: the same binary always has the same bill.
func bill(version, binary string) ([]byte, error) {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return nil, err
	}
	if info.Path != program {
		return nil, fmt.Errorf("%s: is a binary of %s and not of %s", binary, info.Path, program)
	}
	modules, err := linked()
	if err != nil {
		return nil, err
	}
	licences := map[string]string{}
	for _, m := range modules {
		_, names, err := m.terms()
		if err != nil {
			return nil, err
		}
		licences[m.path] = strings.Join(names, " AND ")
	}
	system := []object{}
	for _, s := range info.Settings {
		if s.Key == "GOOS" || s.Key == "GOARCH" {
			system = append(system, object{"name": s.Key, "value": s.Value})
		}
	}
	parts := []object{library("std", strings.TrimPrefix(info.GoVersion, "go"), licences[standardLibrary])}
	for _, m := range info.Deps {
		if licences[m.Path] == "" {
			return nil, fmt.Errorf("%s: has %s, which the program here does not link; build it again", binary, m.Path)
		}
		parts = append(parts, library(m.Path, m.Version, licences[m.Path]))
	}
	of := object{"bom-ref": "cmp", "type": "application", "name": "cmp", "version": version, "licenses": licensed("MIT"), "properties": system}
	text, err := json.MarshalIndent(object{
		"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "metadata": object{"component": of}, "components": parts,
	}, "", "  ")
	return append(text, '\n'), err
}

func library(name, version, licence string) object {
	purl := "pkg:golang/" + name + "@" + version
	return object{"bom-ref": purl, "type": "library", "name": name, "version": version, "purl": purl, "licenses": licensed(licence)}
}

func licensed(expression string) []object { return []object{{"expression": expression}} }
