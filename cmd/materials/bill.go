package main

import (
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"strings"
)

// A document is a bill of materials as CycloneDX 1.5 wants it
// (https://cyclonedx.org/docs/1.5/json/). It has no number of its own and no
// time: the same binary always has the same bill.
type document struct {
	Format     string      `json:"bomFormat"`
	Spec       string      `json:"specVersion"`
	Version    int         `json:"version"`
	Metadata   metadata    `json:"metadata"`
	Components []component `json:"components"`
}

type metadata struct {
	Component component `json:"component"`
}

type component struct {
	Ref        string       `json:"bom-ref"`
	Type       string       `json:"type"`
	Name       string       `json:"name"`
	Version    string       `json:"version,omitempty"`
	Licences   []expression `json:"licenses,omitempty"`
	PURL       string       `json:"purl,omitempty"`
	Properties []property   `json:"properties,omitempty"`
}

type expression struct {
	Expression string `json:"expression"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// bill returns the bill of materials of a binary of that version of cmp: what
// the linker wrote into it of the modules and of Go, each with its licences.
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
	of := component{Ref: "cmp", Type: "application", Name: "cmp", Version: version, Licences: []expression{{"MIT"}}}
	for _, s := range info.Settings {
		if s.Key == "GOOS" || s.Key == "GOARCH" {
			of.Properties = append(of.Properties, property{s.Key, s.Value})
		}
	}
	parts := []component{library("std", strings.TrimPrefix(info.GoVersion, "go"), licences[standardLibrary])}
	for _, m := range info.Deps {
		if licences[m.Path] == "" {
			return nil, fmt.Errorf("%s: has %s, which the program here does not link; build it again", binary, m.Path)
		}
		parts = append(parts, library(m.Path, m.Version, licences[m.Path]))
	}
	text, err := json.MarshalIndent(document{Format: "CycloneDX", Spec: "1.5", Version: 1, Metadata: metadata{of}, Components: parts}, "", "  ")
	return append(text, '\n'), err
}

func library(name, version, licence string) component {
	purl := "pkg:golang/" + name + "@" + version
	return component{Ref: purl, Type: "library", Name: name, Version: version, PURL: purl, Licences: []expression{{licence}}}
}
