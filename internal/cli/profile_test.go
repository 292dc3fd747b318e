package cli

import "testing"

// A profile's name is that of a file, on every system that the configuration is
// carried to.
func TestIsProfileName(t *testing.T) {
	for name, want := range map[string]bool{
		"portal": true, "Portal-2": true, "console": true, "com10": true,
		"": false, "-portal": false, "my portal": false, "a.b": false, `a\b`: false, "C:portal": false, "über": false,
		"con": false, "NUL": false, "Aux": false, "com1": false, "LPT9": false,
	} {
		if got := isProfileName(name); got != want {
			t.Errorf("isProfileName(%q) = %t, want %t", name, got, want)
		}
	}
}
