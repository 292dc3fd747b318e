package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	mit = `Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files. The above copyright notice
and this permission notice shall be included in all copies or substantial
portions of the Software.`
	bsd2 = `Redistribution and use in source and binary forms, with or without
modification, are permitted provided that the following conditions are met.`
	bsd3 = bsd2 + ` Neither the name of anyone may be used to endorse or promote products
derived from this software without specific prior written permission.`
)

func TestTerms(t *testing.T) {
	tests := []struct {
		name      string
		files     map[string]string
		want      []string
		wantError string
	}{
		{name: "one file", files: map[string]string{"LICENSE": mit}, want: []string{"MIT"}},
		{name: "two clauses", files: map[string]string{"LICENSE": bsd2}, want: []string{"BSD-2-Clause"}},
		{name: "indented and in capitals", files: map[string]string{"LICENSE": "   " + strings.ToUpper(strings.ReplaceAll(mit, "\n", "\n\t"))}, want: []string{"MIT"}},
		{name: "two in one file", files: map[string]string{"LICENSE": mit + "\nLicensed under the Apache License, Version 2.0"}, want: []string{"Apache-2.0", "MIT"}},
		{name: "several, each named once", files: map[string]string{"License.txt": mit, "COPYING": bsd3, "LICENSE-OTHER": mit}, want: []string{"BSD-3-Clause", "MIT"}},
		{name: "what adds to it", files: map[string]string{"LICENSE": bsd3, "PATENTS": "a grant", "NOTICE": "whose it is"}, want: []string{"BSD-3-Clause"}},
		{name: "none", files: map[string]string{"README.md": mit}, wantError: "example.org/m: has no licence; do without it"},
		{name: "a notice alone", files: map[string]string{"NOTICE": mit}, wantError: "example.org/m: has no licence; do without it"},
		{name: "an unknown one beside one that is known", files: map[string]string{"LICENSE": mit, "LICENSE-2": "Ask first."},
			wantError: "example.org/m: LICENSE-2: not a licence that is known; read it, and name it in cmd/materials/licences.go"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := module{title: "example.org/m", folder: t.TempDir()}
			for name, text := range tt.files {
				if err := os.WriteFile(filepath.Join(m.folder, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			_, got, err := m.terms()
			if (err != nil || tt.wantError != "") && (err == nil || err.Error() != tt.wantError) {
				t.Fatalf("terms: %v, want %q", err, tt.wantError)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("terms (-want +got):\n%s", diff)
			}
		})
	}
}

// The bill names every part with its version and its licences, Go first.
func TestBill(t *testing.T) {
	text, err := bill("1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		BOMFormat  string
		Metadata   struct{ Component component }
		Components []component
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if got.BOMFormat != "CycloneDX" || got.Metadata.Component.Version != "1.2.3" || !strings.HasPrefix(got.Components[0].PURL, "pkg:golang/std@1.") {
		t.Errorf("begins with %+v and %+v", got.Metadata.Component, got.Components[0])
	}
	for _, c := range got.Components[1:] {
		if !strings.HasPrefix(c.PURL, "pkg:golang/"+c.Name+"@v") || c.Licences[0]["expression"] == "" {
			t.Errorf("lacks a version or a licence: %+v", c)
		}
	}
}

// Every part of the program may be given away with it, and its text goes along.
func TestNotices(t *testing.T) {
	got, err := notices()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		standardLibrary + ": BSD-3-Clause\n",
		"  github.com/inconshreveable/mousetrap v", // on Windows alone
		"Copyright 2009 The Go Authors.",
		"musl libc", // whose code a part has
	} {
		if !strings.Contains(got, want) {
			t.Errorf("notices lack %q", want)
		}
	}
	if again, err := notices(); err != nil || again != got {
		t.Errorf("notices differ from one time to the next: %v", err)
	}
}
