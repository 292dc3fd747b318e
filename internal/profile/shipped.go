package profile

import (
	"embed"
	"strings"
)

//go:embed data
var shipped embed.FS // never changed

// Shipped returns the names of the profiles that ship with the program.
func Shipped() []string {
	entries, err := shipped.ReadDir("data")
	if err != nil {
		return nil // the folder is part of the program
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = strings.TrimSuffix(e.Name(), ".yaml")
	}
	return names
}

// ShippedText returns the text of a profile that ships with the program, or
// nil when none has that name.
func ShippedText(name string) []byte {
	text, err := shipped.ReadFile("data/" + name + ".yaml")
	if err != nil {
		return nil
	}
	return text
}
