package main

import (
	"encoding/json"
	"runtime"
	"strings"
)

// A component is a part of the program in a bill of materials as CycloneDX 1.5 wants
// it, https://cyclonedx.org/docs/1.5/json/.
type component struct {
	Type     string              `json:"type"`
	Name     string              `json:"name"`
	Version  string              `json:"version,omitempty"`
	PURL     string              `json:"purl,omitempty"`
	Licences []map[string]string `json:"licenses"`
}

// bill returns the bill of materials of that version of the program: each part, on
// any system, with its licences. It has no number of its own and no time.
func bill(version string) ([]byte, error) {
	modules, err := linked()
	if err != nil {
		return nil, err
	}
	program := component{Type: "application", Name: "cmp", Version: version, Licences: under("MIT")}
	var parts []component
	for _, m := range modules {
		_, names, err := m.terms()
		if err != nil {
			return nil, err
		}
		path, version, _ := strings.Cut(m.title, " ")
		if m.title == standardLibrary {
			path, version = "std", strings.TrimPrefix(runtime.Version(), "go")
		}
		parts = append(parts, component{"library", path, version, "pkg:golang/" + path + "@" + version, under(names...)})
	}
	return json.MarshalIndent(map[string]any{
		"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
		"metadata": map[string]any{"component": program}, "components": parts,
	}, "", "  ")
}

func under(licences ...string) []map[string]string {
	return []map[string]string{{"expression": strings.Join(licences, " AND ")}}
}
