package cli_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// notices returns what notices said since it was last called.
func (w *world) notices() (all []string) {
	for _, line := range w.ran {
		if _, said, ok := strings.Cut(line, "notify-send --app-name=cmp --icon=appointment-soon -- "); ok {
			all = append(all, said)
		}
	}
	w.ran = nil
	return all
}

// The daily check speaks once a week, and every day where the time is short. What was
// not seen is said again.
func TestRemindSpeaks(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		expires string // an MLS; the last day to declare is a month earlier
		days    []string
		want    []string // days with a notice
	}{
		{"not due yet", "2027-04-30", []string{"2026-12-29", "2026-12-30"}, []string{"2026-12-30"}},
		{"once a week", "2027-03-31", []string{"2026-12-01", "2026-12-02", "2026-12-07", "2026-12-08", "2026-12-15"},
			[]string{"2026-12-01", "2026-12-08", "2026-12-15"}},
		{"every day of the last two weeks", "2027-03-31", []string{"2027-02-13", "2027-02-14", "2027-02-14", "2027-02-15"},
			[]string{"2027-02-13", "2027-02-14", "2027-02-15"}},
		{"late", "2027-03-31", []string{"2027-03-01", "2027-03-02", "2027-05-01"}, []string{"2027-03-01", "2027-03-02", "2027-05-01"}},
		{"a clock that was wrong", "2027-03-31", []string{"2027-01-01", "2026-12-24"}, []string{"2027-01-01", "2026-12-24"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			w.must(t, "credential", "add", "MLS", "--expires", test.expires)
			var said []string
			for _, day := range test.days {
				w.must(t, "remind", "check", "--notify", "--as-of", day)
				if len(w.notices()) > 0 {
					said = append(said, day)
				}
			}
			if diff := cmp.Diff(test.want, said); diff != "" {
				t.Errorf("days with a notice (-want +got)\n%s", diff)
			}
		})
	}
}

// What hinders the check is a notice and an exit code; what hinders the notice is said,
// and the notice comes the next time.
func TestRemindFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(t, "credential", "add", "MLS", "--expires", "2027-01-10")
	w.broken = map[string]error{"notify-send": exec.ErrNotFound}
	if code := w.run("remind", "check", "--notify"); code != 1 || !strings.Contains(w.err.String(), "notify-send is not installed; install it (Debian") {
		t.Errorf("without notify-send: exit code %d: %s", code, w.err.String())
	}
	w.broken["notify-send"] = errors.New("no desktop")
	if code := w.run("remind", "install"); code != 1 || !strings.Contains(w.err.String(), "no notice can be shown: notify-send: no desktop") {
		t.Errorf("without a desktop: exit code %d: %s", code, w.err.String())
	}
	w.broken, w.ran = nil, nil
	w.must(t, "remind", "check", "--notify")
	if n := w.notices(); len(n) != 1 || !strings.HasPrefix(n[0], "MLS is due MLS: declare in 19 days, by Dec 10. 36 points still to earn.") {
		t.Errorf("a notice that was not seen: %q", n)
	}

	packs := filepath.Join(filepath.Dir(w.db), "cmp", "rules")
	need(t, os.WriteFile(packs, nil, 0o600))
	code := w.run("remind", "check", "--notify", "--as-of", "2026-11-29")
	if n := w.notices(); code != 1 || len(n) != 1 || !strings.HasPrefix(n[0], "cmp cannot check your credentials ") || !strings.Contains(n[0], "rules: not a folder") {
		t.Errorf("no folder of packs: exit code %d, %q", code, n)
	}
	need(t, os.Remove(packs))
	need(t, os.WriteFile(w.db, []byte(strings.Repeat("no ledger ", 500)), 0o600))
	code = w.run("remind", "check", "--notify", "--as-of", "2026-12-22")
	if n := w.notices(); code != 1 || len(n) != 1 || !strings.HasPrefix(n[0], "cmp cannot read your ledger ") {
		t.Errorf("a damaged ledger: exit code %d, %q", code, n)
	}
}

// What is set, and how it is taken away, on each system.
func TestRemindInstalls(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("paths are those of a Unix")
	}
	t.Parallel()
	for system, want := range map[string][]string{
		"linux": {
			"systemctl --user show-environment", "systemctl --user disable --now cmp-remind.timer",
			"systemctl --user daemon-reload", "systemctl --user enable --now cmp-remind.timer",
		},
		"darwin":  {"launchctl bootout gui/0/cmp-remind", "launchctl bootstrap gui/0 HOME/Library/LaunchAgents/cmp-remind.plist"},
		"windows": {"schtasks /delete /tn cmp-remind /f", `schtasks /create /tn cmp-remind /xml HOME/cmp\cmp-remind.xml /f`},
	} {
		w := newWorld(t)
		home := filepath.Dir(w.db)
		w.System, w.environment["HOME"] = system, home
		w.must(t, "credential", "add", "MLS", "--expires", "2027-03-31")
		files := w.files(t)
		w.must(t, "remind", "install", "--dry-run")
		if left := w.files(t); !slices.Equal(files, left) {
			t.Errorf("%s: --dry-run wrote: %q", system, left)
		}
		if kept := strings.Contains(w.out.String(), "XDG_DATA_HOME"); kept != (system != "windows") {
			t.Errorf("%s: the folders are in the files: %v", system, kept)
		}
		w.ran = nil
		w.must(t, "remind", "install")
		ran := strings.Split(strings.ReplaceAll(strings.Join(w.ran, "\n"), home, "HOME"), "\n")
		if diff := cmp.Diff(want, ran[:min(len(want), len(ran))]); diff != "" {
			t.Errorf("%s (-want +got)\n%s", system, diff)
		}
		w.must(t, "remind", "show")
		if shown := w.out.String(); !strings.Contains(shown, "  Next check   2026-11-22 09:00\n") || !strings.Contains(shown, "  It said      nothing is due\n") {
			t.Errorf("%s:\n%s", system, shown)
		}
		w.must(t, "remind", "remove")
		if left := w.files(t); !slices.Equal(files, left) {
			t.Errorf("%s: what remains: %q", system, left)
		}
	}
	w := newWorld(t)
	w.System = "plan9"
	w.must(t, "credential", "add", "MLS", "--expires", "2027-03-31")
	w.must(t, "remind", "remove")
	w.environment["XDG_DATA_HOME"] = ""
	home := filepath.Dir(w.db)
	want := "add this line:\n  0 9 * * * XDG_CONFIG_HOME=" + home + " XDG_STATE_HOME=" + home + " /usr/bin/cmp remind check --due 90d --db " + w.db + "\n"
	for _, terminal := range []bool{false, true} { // which does not break it
		w.ErrTerminal, w.Width = terminal, 60
		if code := w.run("remind", "install", "--db", w.db); code != 1 || !strings.HasSuffix(w.err.String(), want) {
			t.Errorf("plan9: exit code %d: %s", code, w.err.String())
		}
	}
	w.environment["XDG_STATE_HOME"] = home + "/a\nb"
	if code := w.run("remind", "install"); code != 1 || !strings.Contains(w.err.String(), "cron cannot run a command with such a name; rename") {
		t.Errorf("a line end for cron: exit code %d: %s", code, w.err.String())
	}
}

// A path that no file can hold is refused before anything is written, and one that would
// move the cursor is escaped on a terminal only.
func TestRemindPaths(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("paths are those of Linux")
	}
	t.Parallel()
	w := newWorld(t)
	w.must(t, "credential", "add", "MLS", "--expires", "2027-03-31")
	good := w.environment["XDG_STATE_HOME"]
	w.environment["XDG_STATE_HOME"] = good + "/caf\xe9"
	files := w.files(t)
	w.ran = nil
	for _, args := range [][]string{{"remind", "install"}, {"remind", "install", "--dry-run"}} {
		if code := w.run(args...); code != 1 || !strings.Contains(w.err.String(), "this name is not UTF-8") {
			t.Errorf("cmp %v: exit code %d: %s", args, code, w.err.String())
		}
	}
	if left := w.files(t); !slices.Equal(files, left) || len(w.ran) > 0 {
		t.Errorf("wrote %q, ran %q", left, w.ran)
	}
	w.environment["XDG_STATE_HOME"] = good + "/a\u009b31m\u202eb"
	w.must(t, "remind", "install", "--dry-run")
	if !strings.Contains(w.out.String(), "XDG_STATE_HOME="+w.environment["XDG_STATE_HOME"]) {
		t.Errorf("a pipe lacks the path:\n%s", w.out.String())
	}
	w.OutTerminal = true
	w.must(t, "remind", "install", "--dry-run")
	checkScreen(t, w)
	if !strings.Contains(w.out.String(), `/a\x9b31m\u202eb"`) {
		t.Errorf("a terminal lacks the path:\n%s", w.out.String())
	}
}

// files lists the files of a world.
func (w *world) files(t *testing.T) (all []string) {
	t.Helper()
	err := filepath.WalkDir(filepath.Dir(w.db), func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all = append(all, path)
		}
		return err
	})
	need(t, err)
	return all
}

// A reminder that cmp did not write is none, and install writes it anew.
func TestRemindStateIsDamaged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(t, "credential", "add", "MLS", "--expires", "2027-03-31")
	w.must(t, "remind", "install")
	state := filepath.Join(filepath.Dir(w.db), "cmp", "remind.json")
	const rest = `,"due":90,"command":["/usr/bin/cmp"]}`
	for _, text := range []string{
		"", "{", `{"at":"99"}`, `{"at":"09:00"}`, `{"at":"9am"` + rest, `{"at":"25:00"` + rest, `{"at":"09:00","ran":"now"` + rest,
		`{"at":"09:00","due":0,"command":["cmp"]}`, `{"at":"09:00","due":10000,"command":["cmp"]}`, `{"at":"09:00","due":9,"command":[""]}`, `{"noticed":"soon"}`,
	} {
		need(t, os.WriteFile(state, []byte(text), 0o600))
		w.must(t, "remind", "show")
		if !strings.HasSuffix(w.out.String(), "was written by something else. To write it anew: cmp remind install\n") {
			t.Errorf("%s: %s", text, w.out.String())
		}
		w.must(t, "remind", "check", "--notify")
		w.must(t, "remind", "install")
		w.must(t, "remind", "show")
		if !strings.HasPrefix(w.out.String(), "A check runs every day at 09:00") {
			t.Errorf("%s, and installed: %s", text, w.out.String())
		}
	}
	w.must(t, "remind", "remove")

	// What is no file is never read, written or deleted.
	need(t, os.Mkdir(state, 0o700))
	w.ran = nil
	for _, args := range [][]string{{"show"}, {"install"}, {"remove"}, {"check", "--notify"}} {
		if code := w.run(append([]string{"remind"}, args...)...); code != 1 || !strings.Contains(w.err.String(), "remind.json: is a folder; move it away") {
			t.Errorf("cmp remind %v: exit code %d: %s", args, code, w.err.String())
		}
	}
	if _, err := os.Stat(state); err != nil || len(w.ran) > 0 {
		t.Errorf("%v, ran %q", err, w.ran)
	}
}

// A unit is deleted, and no folder in its place.
func TestRemindRemovesNoFolder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	unit := filepath.Join(filepath.Dir(w.db), "systemd", "user", "cmp-remind.timer")
	need(t, os.MkdirAll(unit, 0o700))
	if code := w.run("remind", "remove"); code != 1 || !strings.Contains(w.err.String(), "cmp-remind.timer: is a folder, and not of cmp") {
		t.Errorf("exit code %d: %s", code, w.err.String())
	}
	if _, err := os.Stat(unit); err != nil {
		t.Error(err)
	}
}
