package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

type module struct {
	title  string // path and version
	folder string // where its files are
}

const standardLibrary = "The Go standard library and runtime"

// linked returns Go itself, and the modules that the program links on any system, sorted
// by path.
func linked() ([]module, error) {
	const each = "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}{{end}}"
	root, err := command("", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, system := range []string{"linux", "darwin", "windows"} { // .goreleaser.yaml has the same
		out, err := command(system, "list", "-deps", "-f", each, "cmpledger/cmd/cmp")
		if err != nil {
			return nil, err
		}
		lines = append(lines, strings.Split(out, "\n")...)
	}
	slices.Sort(lines)
	modules := []module{{standardLibrary, root}}
	for _, line := range slices.Compact(lines) {
		if title, folder, found := strings.Cut(line, "\t"); found {
			modules = append(modules, module{title, folder})
		}
	}
	return modules, nil
}

// command runs go for a system; "" is this one.
func command(system string, args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Stderr = new(strings.Builder)
	cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0", "GOOS="+system)
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w: %s", args[0], err, cmd.Stderr)
	}
	return strings.TrimSpace(string(out)), nil
}

// A licence allows the program to be given away in any form, with the text of the
// licence.
type licence struct {
	name   string   // in the list of SPDX, https://spdx.org/licenses/
	has    []string // all of these are in its text, in lower case
	hasNot string   // this is in the text of another licence that has them too
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

// terms returns the files that hold the licences of a module, one after the other, and the
// names of those, sorted. An unknown licence is an error: somebody has to read it, and to add
// it to [licences] if it allows what is done here.
func (m module) terms() (texts string, names []string, err error) {
	files, err := os.ReadDir(m.folder)
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w; go mod download fetches it", m.title, err)
	}
	ofTerms := regexp.MustCompile(`^(LICEN[SC]E|COPYING|NOTICE|PATENTS)`)
	for _, file := range files {
		name := strings.ToUpper(file.Name())
		if file.IsDir() || !ofTerms.MatchString(name) || name == "LICENSE-LOGO" { // of the picture in a README
			continue
		}
		text, err := os.ReadFile(filepath.Join(m.folder, file.Name()))
		if err != nil {
			return "", nil, err
		}
		plain := strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n"))
		texts += fmt.Sprintf("\n%s\n%s: %s\n\n%s\n", strings.Repeat("-", 78), m.title, file.Name(), plain)
		if strings.HasPrefix(name, "PATENTS") || strings.HasPrefix(name, "NOTICE") {
			continue // it adds to a licence
		}
		found := licencesIn(strings.Join(strings.Fields(strings.ToLower(string(text))), " "))
		if found == nil {
			return "", nil, fmt.Errorf("%s: %s: not a licence that is known; read it, and name it in cmd/materials/licences.go", m.title, file.Name())
		}
		names = append(names, found...)
	}
	if len(names) == 0 {
		return "", nil, fmt.Errorf("%s: has no licence; do without it", m.title)
	}
	slices.Sort(names)
	return texts, slices.Compact(names), nil
}

func licencesIn(text string) (names []string) {
	lacks := func(s string) bool { return !strings.Contains(text, s) }
	for _, l := range licences() {
		if !slices.ContainsFunc(l.has, lacks) && (l.hasNot == "" || lacks(l.hasNot)) {
			names = append(names, l.name)
		}
	}
	return names
}
