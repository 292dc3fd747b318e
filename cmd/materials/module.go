package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// A module is a part of the program that others wrote.
type module struct {
	path, version string
	folder        string // where its files are
}

// program is what is released.
const program = "cmpledger/cmd/cmp"

// standardLibrary is what every Go program has of Go itself.
const standardLibrary = "The Go standard library and runtime"

// systems are those that the program is released for; .goreleaser.yaml has
// the same.
func systems() []string { return []string{"linux", "darwin", "windows"} }

// linked returns the modules of others that the program links on any of the
// systems, in the order of their paths, and first of all Go itself.
func linked() ([]module, error) {
	const each = "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}"
	root, err := command("", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, system := range systems() {
		out, err := command(system, "list", "-deps", "-f", each, program)
		if err != nil {
			return nil, err
		}
		lines = append(lines, strings.Split(out, "\n")...)
	}
	slices.Sort(lines)
	modules := []module{{path: standardLibrary, folder: root}}
	for _, line := range slices.Compact(lines) {
		if fields := strings.Split(line, "\t"); len(fields) == 3 {
			modules = append(modules, module{fields[0], fields[1], fields[2]})
		}
	}
	return modules, nil
}

// command returns what the go command says, for a system where one is named.
func command(system string, args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Stderr = new(strings.Builder)
	cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0")
	if system != "" {
		cmd.Env = append(cmd.Env, "GOOS="+system)
	}
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w: %s", args[0], err, cmd.Stderr)
	}
	return strings.TrimSpace(string(out)), nil
}

// A notice is a file of a module that has to go wherever its code goes.
type notice struct {
	name, text string
}

// notices returns the files of the module that speak of its licence, in the
// order of their names.
func (m module) notices() ([]notice, error) {
	files, err := os.ReadDir(m.folder)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; go mod download fetches it", m.path, err)
	}
	var found []notice
	for _, file := range files {
		if file.IsDir() || !speaksOfLicence(file.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(m.folder, file.Name()))
		if err != nil {
			return nil, err
		}
		found = append(found, notice{file.Name(), strings.ReplaceAll(string(text), "\r\n", "\n")})
	}
	return found, nil
}

// speaksOfLicence reports whether files of that name hold the terms of a
// module. LICENSE-LOGO is where the picture in a module's README comes from.
func speaksOfLicence(name string) bool {
	name = strings.ToUpper(name)
	return name != "LICENSE-LOGO" && slices.ContainsFunc([]string{"LICENSE", "LICENCE", "COPYING", "NOTICE", "PATENTS"},
		func(word string) bool { return strings.HasPrefix(name, word) })
}
