package cli_test

import (
	"strings"
	"testing"
)

// No terminal gets a file for a calendar program that nobody asked for.
func TestCalendarToTerminal(t *testing.T) {
	w := newWorld(t)
	w.must(t, "credential", "add", "MLS", "--expires", "2027-03-31")
	w.OutTerminal = true
	if code := w.run("calendar", "MLS"); code != 2 || w.out.Len() > 0 || !strings.Contains(w.err.String(), "cmp calendar MLS --output deadlines.ics") {
		t.Errorf("exit code %d, %d bytes\n%s", code, w.out.Len(), w.err.String())
	}
	for _, args := range [][]string{{"calendar", "--output", "-"}, {"calendar", "--format", "json"}} {
		w.must(t, args...)
	}
}
