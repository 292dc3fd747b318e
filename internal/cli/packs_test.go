package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The help of cmp rules check names every key that a pack may have.
func TestHelpNamesEveryKeyOfAPack(t *testing.T) {
	const body = "body: zz\nname: n\nprogramme: p\ncycle: {months: 1, confidence: official, source: s}\n"
	w := newWorld(t)
	w.must(t, "rules", "check", "--help")
	help := w.out.String()
	keys := regexp.MustCompile(`(?:keys are|values here:) ([a-z, -]+)`)
	for _, text := range []string{
		"corrections: [x]\n", "topics: [x]\n", body + "caps: [x]\n", body + "audit: x\n", body + "declare-by: x\n",
		body + "fees: x\n", body + "fees: {currency: USD, periods: [x]}\n", body + "fees: {currency: USD, further: x}\n",
		body + "activities: [x]\n", body + "editions: [x]\n", body + "editions: [{total: x}]\n",
		body + "editions: [{requirements: [x]}]\n", body + "editions: [{credentials: {X: x}}]\n", "zzzzzzzzzzzz: 1\n",
	} {
		path := filepath.Join(t.TempDir(), "pack.yaml")
		need(t, os.WriteFile(path, []byte(text), 0o600))
		if code := w.run("rules", "check", path); code != 1 {
			t.Fatalf("exit code %d of %q", code, text)
		}
		found := keys.FindStringSubmatch(w.err.String())
		if found == nil {
			t.Fatalf("no keys are named for %q: %s", text, w.err.String())
		}
		for key := range strings.SplitSeq(found[1], ", ") {
			if !regexp.MustCompile(`\b` + key + `\b`).MatchString(help) {
				t.Errorf("the help does not name %s, a key in %q", key, text)
			}
		}
	}
}

// A pack is asked for only where rules are needed, and one that is broken takes
// nothing away but the rules of what it names.
func TestBrokenPack(t *testing.T) {
	w := newWorld(t)
	fill(t, w)
	w.must(t, "credential", "add", "SBB", "--expires", "2027-01-03")
	folder := filepath.Join(w.environment["XDG_CONFIG_HOME"], "cmp", "rules")
	need(t, os.MkdirAll(folder, 0o700))
	need(t, os.WriteFile(filepath.Join(folder, "broken.yaml"), []byte("corrections: [{credential: ascp/MLS}]\n"), 0o600))
	for line, exit := range map[string]int{
		"version": 0, "help": 0, "config": 0, "config path": 0, "log": 0, "undo --dry-run": 0,
		"completion bash": 0, "demo": 0, "list": 0,
	} {
		if code := w.run(strings.Fields(line)...); code != exit || strings.Contains(w.err.String()+w.out.String(), "broken.yaml: line ") {
			t.Errorf("cmp %s: exit code %d, want %d and no word of the pack: %s", line, code, exit, w.err.String())
		}
	}
	for line, exit := range map[string]int{
		"list --format json": 0, "evidence list": 0, "doctor": 0, "profile list": 0, "credential list": 0, "credential show MLS": 0, "rules list": 0, "rules activities": 0,
		"add x --points 1 --topic safety": 0, "list --topic safety": 0, "credential add BB --expires 2027-03-31": 0,
		"status SBB": 0, "rules show SBB": 0, "explain SBB": 0, "calendar SBB": 0, "status SBB --check": 3, "declare SBB": 3,
		"status": 1, "status --format json": 1, "status --short": 1, "status --check": 3, "plan": 1, "explain 1": 1, "report": 1, "calendar": 1,
		"list --unallocated": 1, "evidence list --missing": 1, "allocate --auto": 1,
		"status MLS": 1, "rules show MLS": 1, "rules diff MLS": 1, "declare MLS": 1, "declare SBB MLS": 1, "audit MLS --check": 1, "rules check broken": 1,
	} {
		if code := w.run(strings.Fields(line)...); code != exit {
			t.Errorf("cmp %s: exit code %d, want %d: %s", line, code, exit, w.err.String())
		}
		if n := strings.Count(w.err.String()+w.out.String(), "broken.yaml: line 1"); n != 1 {
			t.Errorf("cmp %s: says %d times what is wrong: %q", line, n, w.err.String())
		}
	}
}
