package cli_test

import (
	"strings"
	"testing"
)

// On a terminal it is asked whether to write what is suggested, once for all; what is
// not agreed to is not written.
func TestTopicsAskBeforeTheyWrite(t *testing.T) {
	t.Parallel()
	const question = "Give these credits their topics? [y/N] "
	for _, tt := range []struct {
		name    string
		args    string
		answers []string
		asked   bool
		written bool
	}{
		{"yes", "topics --suggest", []string{"yes"}, true, true},
		{"no", "topics --suggest", []string{"n"}, true, false},
		{"Enter", "topics --suggest", []string{""}, true, false},
		{"applied unasked", "topics --suggest --apply", nil, false, true},
		{"a rehearsal", "topics --suggest --dry-run", nil, false, false},
		{"for a program", "topics --suggest --format json", nil, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.must(t, "add", "Gram stains", "--points", "1")
			w.must(t, "add", "Bloodborne pathogens", "--points", "1")
			if code := w.asked(tt.answers, strings.Fields(tt.args)...); code != 0 {
				t.Fatalf("exit code %d: %s", code, w.err.String())
			}
			if asked := strings.Contains(w.err.String(), question); asked != tt.asked {
				t.Errorf("asked %t, want %t: %s", asked, tt.asked, w.err.String())
			}
			w.must(t, "list", "--no-topic", "--format", "csv")
			if written := strings.Count(w.out.String(), "\n") == 1; written != tt.written {
				t.Errorf("written %t, want %t:\n%s", written, tt.written, w.out.String())
			}
		})
	}
}
