package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A long import says on a terminal how far it has come, and only there.
func TestImportProgress(t *testing.T) {
	t.Parallel()
	var file strings.Builder
	file.WriteString("Title,Date,Hours\n")
	for i := range 12500 {
		fmt.Fprintf(&file, "Case %d,2026-01-02,1\n", i)
	}
	for _, test := range []struct {
		name     string
		terminal bool
		tick     time.Duration // between two looks at the clock
		variable string
		args     []string
		want     string
	}{
		{"a terminal", true, time.Second, "TERM=xterm", nil, "40 %  adding"},
		{"a dry run", true, time.Second, "TERM=xterm", []string{"--dry-run"}, "40 %  adding"},
		{"done at once", true, time.Millisecond, "TERM=xterm", nil, ""},
		{"no terminal", false, time.Second, "TERM=xterm", nil, ""},
		{"a terminal that cannot", true, time.Second, "TERM=dumb", nil, ""},
		{"JSON", true, time.Second, "TERM=xterm", []string{"--format", "json"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			name, value, _ := strings.Cut(test.variable, "=")
			w.environment[name] = value
			w.ErrTerminal = test.terminal
			now := w.Now()
			w.Now = func() time.Time { now = now.Add(test.tick); return now }
			path := filepath.Join(t.TempDir(), "many.csv")
			if err := os.WriteFile(path, []byte(file.String()), 0o600); err != nil {
				t.Fatal(err)
			}
			w.must(t, append([]string{"import", path}, test.args...)...)
			said := w.err.String()
			_, line, drawn := strings.Cut(said, "\r")
			if drawn != (test.want != "") {
				t.Fatalf("progress is drawn: %v: %q", drawn, said)
			}
			if !drawn {
				return
			}
			for _, want := range []string{"0 %  looking up", test.want} {
				if !strings.Contains(line, want) {
					t.Errorf("%q lacks %q", line, want)
				}
			}
			if last := line[strings.LastIndex(strings.TrimSuffix(line, "\r"), "\r")+1:]; strings.Trim(last, " \r") != "" {
				t.Errorf("left on the screen: %q", last)
			}
		})
	}
}
