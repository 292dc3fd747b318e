package cli_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestColour(t *testing.T) {
	for _, test := range []struct {
		name        string
		terminal    bool
		environment map[string]string
		flag        string
		want        bool
	}{
		{name: "no terminal"},
		{name: "terminal", terminal: true, want: true},
		{name: "terminal that cannot", terminal: true, environment: map[string]string{"TERM": "dumb"}},
		{name: "NO_COLOR", terminal: true, environment: map[string]string{"NO_COLOR": "1"}},
		{name: "CLICOLOR_FORCE", environment: map[string]string{"CLICOLOR_FORCE": "1"}, want: true},
		{name: "CLICOLOR_FORCE of 0", environment: map[string]string{"CLICOLOR_FORCE": "0"}},
		{name: "NO_COLOR before CLICOLOR_FORCE", environment: map[string]string{"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}},
		{name: "CMP_COLOR before NO_COLOR", environment: map[string]string{"CMP_COLOR": "always", "NO_COLOR": "1"}, want: true},
		{name: "flag before CMP_COLOR", environment: map[string]string{"CMP_COLOR": "always"}, flag: "never"},
		{name: "never", terminal: true, flag: "never"},
		{name: "always", flag: "always", want: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			w.must(t, "credential", "add", "MLS", "--expires", "2027-03-31")
			w.OutTerminal = test.terminal
			for name, value := range test.environment {
				w.environment[name] = value
			}
			args := []string{"status"}
			if test.flag != "" {
				args = append(args, "--color", test.flag)
			}
			w.must(t, args...)
			if got := strings.Contains(w.out.String(), "\x1b["); got != test.want {
				t.Errorf("colour %v, want %v", got, test.want)
			}
		})
	}
}

func TestNoLineIsWiderThanTheScreen(t *testing.T) {
	w := newWorld(t)
	w.must(t, "credential", "add", "MLSi", "--expires", "2027-03-31")
	w.must(t, "credential", "add", "CTgyn", "--expires", "2027-04-30")
	for i := range 12 {
		title := strings.Repeat("quality assurance ", i)
		w.must(t, "add", "Title "+title, "--points", fmt.Sprint(i*100+1), "--provider", "Society for "+title,
			"--topic", "chemistry", "--topic", "quality", "--topic", "immunohistochemistry", "--date", "2026-01-02")
	}
	w.must(t, "courses", "import", "--starter")
	for _, test := range []struct {
		width int
		line  string
	}{
		{60, "list"}, {80, "list"}, {120, "list"},
		{60, "courses list"}, {80, "courses list"}, {120, "courses list"},
		{60, "courses list --needed"}, {80, "courses list --needed"}, {80, "courses import --starter --dry-run"},
		{60, "status CTgyn"}, {80, "status CTgyn"},
		{60, "explain CTgyn"}, {80, "explain CTgyn"}, {120, "explain MLSi"},
		{80, "credential list"},
		{80, "rules list"},
	} {
		w.Width = test.width
		w.must(t, strings.Fields(test.line)...)
		for line := range strings.Lines(w.out.String()) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > test.width {
				t.Errorf("cmp %s in %d columns: a line has %d: %s", test.line, test.width, n, line)
			}
		}
	}
}
