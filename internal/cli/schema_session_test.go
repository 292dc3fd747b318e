package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"cmpledger/internal/cli"
)

// Whatever is written as JSON fits its schema, which names every field of it.
func TestJSONFitsItsSchema(t *testing.T) {
	t.Parallel()
	s := loadShapes(t)
	for name, session := range map[string]func(*session){
		"nothing yet": nothingYet, "files": importedFiles, "cycle": wholeCycle, "voluntary": voluntary,
		"what if": supposed, "by hand": byHand, "merged": mergedLedgers, "damaged": damaged,
		"packs": ownRules, "care": cared, "courses": catalogue,
	} {
		t.Run(name, func(t *testing.T) { session(s.session(t)) })
	}
	t.Run("all of it", func(t *testing.T) { // which does not run where a session is chosen
		eachCommand(cli.NewRoot(newWorld(t).Env), func(c *cobra.Command) {
			name := strings.Join(path(c), " ")
			if !s.commands[name] && !slices.Contains(textOnly(), name) && (!c.HasSubCommands() || c.Flags().HasFlags()) {
				t.Errorf("no session ran cmp %s", name)
			}
		})
	})
}

// textOnly are the commands that write text for people and shells, whatever is
// asked for.
func textOnly() []string { return []string{"", "completion", "demo", "help"} }

// A session is the program run on one ledger, with JSON asked for.
type session struct {
	*world
	*shapes
	*testing.T
	home string
}

func (s *shapes) session(t *testing.T) *session {
	w := newWorld(t)
	return &session{w, s, t, filepath.Dir(w.db)}
}

// do runs commands, a line each, and checks what they write. A number before the
// command is its exit code.
func (s *session) do(script string) {
	s.Helper()
	for line := range strings.Lines(script) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		want := 0
		if _, err := fmt.Sscanf(line, "%d ", &want); err == nil {
			line = line[2:]
		}
		found, _, _ := cli.NewRoot(s.Env).Find(strings.Fields(line))
		s.commands[strings.Join(path(found), " ")] = true
		args := typed("cmp " + strings.ReplaceAll(line, "~", s.home))
		if code := s.run(append(args, "--format", "json")...); code != want {
			s.Errorf("cmp %s: exit code %d, want %d\n%s%s", line, code, want, s.out.String(), s.err.String())
		}
		s.checkWritten(line, want)
	}
}

func (s *session) checkWritten(line string, code int) {
	s.Helper()
	answer, failed := s.out.String(), ""
	if code != 0 && strings.HasPrefix(s.err.String(), "{") {
		failed = s.err.String()
	}
	switch {
	case answer == "" && failed == "":
		s.Errorf("cmp %s: wrote no JSON", line)
	case strings.HasPrefix(line, "export ledger"):
		for record := range strings.Lines(answer) {
			s.check(s.T, line, record)
		}
	case answer != "":
		s.check(s.T, line, answer)
	}
	if failed != "" {
		s.check(s.T, line, failed)
	}
}

// file writes a file that commands name as ~/NAME.
func (s *session) file(name, content string) {
	s.Helper()
	path := filepath.Join(s.home, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		s.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		s.Fatal(err)
	}
}

func (s *session) read(name string) string {
	s.Helper()
	content, err := os.ReadFile(filepath.Join(s.home, name))
	if err != nil {
		s.Fatal(err)
	}
	return string(content)
}

// exported returns the whole ledger.
func (s *session) exported() string {
	s.Helper()
	s.must(s, "export", "ledger")
	return s.out.String()
}
