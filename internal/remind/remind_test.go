package remind_test

import (
	"encoding/base64"
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/remind"
)

// odd is a name that each system may have for a file, with all that a unit, XML, a
// shell or a script might take for its own.
const odd = `a b $HOME ${x} %h 100% 'q' "d" \n & <i> ’é;#`

func place(system string) remind.Place {
	return remind.Place{System: system, Home: "/home/jo", Config: "/home/jo/.config", State: `/home/jo/state`, User: 501}
}

// What is written and run on each system.
func TestPlan(t *testing.T) {
	job := remind.Job{Hour: 9, Minute: 5, Command: []string{"/opt/bin/cmp", "remind", "check", "--db", odd}, Environment: []string{"XDG_CONFIG_HOME=/c", "XDG_DATA_HOME=" + odd}}
	for _, test := range []struct {
		system string
		files  map[string][]string // and what is in them
		want   remind.Plan         // but for the files
	}{
		{
			"linux",
			map[string][]string{
				"/home/jo/.config/systemd/user/cmp-remind.service": {
					`Environment="XDG_CONFIG_HOME=/c"` + "\n" + `Environment="XDG_DATA_HOME=a b $HOME ${x} %%h 100%% 'q' \"d\" \\n & <i> ’é;#"` + "\n",
					`ExecStart="/opt/bin/cmp" "remind" "check" "--db" "a b $$HOME $${x} %%h 100%% 'q' \"d\" \\n & <i> ’é;#"` + "\n",
				},
				"/home/jo/.config/systemd/user/cmp-remind.timer": {"OnCalendar=*-*-* 09:05:00\n", "Persistent=true\n"},
			},
			remind.Plan{
				Install: [][]string{{"systemctl", "--user", "daemon-reload"}, {"systemctl", "--user", "enable", "--now", "cmp-remind.timer"}},
				Remove:  []string{"systemctl", "--user", "disable", "--now", "cmp-remind.timer"},
				Active:  []string{"systemctl", "--user", "is-active", "--quiet", "cmp-remind.timer"},
			},
		},
		{
			"darwin",
			map[string][]string{"/home/jo/Library/LaunchAgents/cmp-remind.plist": {
				"<integer>9</integer>", "<integer>5</integer>", "<string>/opt/bin/cmp</string>\n    <string>remind</string>",
				"<key>XDG_CONFIG_HOME</key>\n    <string>/c</string>\n    <key>XDG_DATA_HOME</key>\n    <string>a b $HOME",
				"<string>a b $HOME ${x} %h 100% &#39;q&#39; &#34;d&#34; \\n &#38; &#60;i&#62; &#8217;&#233;;#</string>",
			}},
			remind.Plan{
				Install: [][]string{{"launchctl", "bootstrap", "gui/501", "/home/jo/Library/LaunchAgents/cmp-remind.plist"}},
				Remove:  []string{"launchctl", "bootout", "gui/501/cmp-remind"},
				Active:  []string{"launchctl", "print", "gui/501/cmp-remind"},
			},
		},
		{
			"windows",
			map[string][]string{`/home/jo/state\cmp-remind.xml`: {"T09:05:00</StartBoundary>", "<Command>/opt/bin/cmp</Command>", "<Arguments>remind check --db &#34;a b "}},
			remind.Plan{
				Install: [][]string{{"schtasks", "/create", "/tn", "cmp-remind", "/xml", `/home/jo/state\cmp-remind.xml`, "/f"}},
				Remove:  []string{"schtasks", "/delete", "/tn", "cmp-remind", "/f"},
				Active:  []string{"schtasks", "/query", "/tn", "cmp-remind"},
			},
		},
	} {
		plan, ok := remind.For(place(test.system), job)
		if !ok {
			t.Errorf("%s: not known", test.system)
		}
		for _, f := range plan.Files {
			for _, want := range test.files[f.Path] {
				if !strings.Contains(f.Text, want) {
					t.Errorf("%s: %s lacks %q:\n%s", test.system, f.Path, want, f.Text)
				}
			}
			delete(test.files, f.Path)
		}
		if len(test.files) > 0 {
			t.Errorf("%s: not written: %v", test.system, test.files)
		}
		plan.Files = nil
		if diff := cmp.Diff(test.want, plan); diff != "" {
			t.Errorf("%s (-want +got)\n%s", test.system, diff)
		}
	}
	if plan, ok := remind.For(place("plan9"), job); ok {
		t.Errorf("plan9: %v", plan)
	}
}

// The XML of macOS and Windows says the arguments as they were.
func TestXML(t *testing.T) {
	command := []string{`C:\Program Files\cmp.exe`, "check", `C:\my data\`, odd, ""}
	var plist struct {
		Arguments []string `xml:"dict>array>string"`
	}
	parse(t, "darwin", command, &plist)
	if diff := cmp.Diff(command, plist.Arguments); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	var task struct{ Command, Arguments string } // its Exec
	var whole struct {
		Exec *struct{ Command, Arguments string } `xml:"Actions>Exec"`
	}
	parse(t, "windows", command[:3], &whole)
	task.Command, task.Arguments = `"C:\Program Files\cmp.exe"`, `check "C:\my data\\"`
	if diff := cmp.Diff(task, *whole.Exec); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func parse(t *testing.T, system string, command []string, into any) {
	t.Helper()
	plan, _ := remind.For(place(system), remind.Job{Command: command})
	if err := xml.Unmarshal([]byte(plan.Files[0].Text), into); err != nil {
		t.Fatal(err)
	}
}

// A notice says what it is given, and nothing in it is run.
func TestNotice(t *testing.T) {
	const title, body = "-x 'T' ’; calc #", "a < b & \"c\"\nd"
	linux := remind.Notice("linux", title, body)
	if want := []string{"--", title, "a &lt; b &amp; \"c\"\nd"}; linux[0] != "notify-send" || !slices.Equal(linux[3:], want) {
		t.Errorf("linux: %q", linux)
	}
	darwin := remind.Notice("darwin", title, body)
	if n := len(darwin); darwin[0] != "osascript" || !slices.Equal(darwin[n-2:], []string{title, body}) {
		t.Errorf("darwin: %q", darwin)
	}
	windows := remind.Notice("windows", title, body)
	data, err := base64.StdEncoding.DecodeString(windows[len(windows)-1])
	if err != nil {
		t.Fatal(err)
	}
	var units []uint16
	for i := 0; i < len(data); i += 2 {
		units = append(units, uint16(data[i])|uint16(data[i+1])<<8)
	}
	script := string(utf16.Decode(units))
	_, call, _ := strings.Cut(script, "LoadXml('")
	text, _, _ := strings.Cut(call, "')\n")
	var toast struct {
		Texts []string `xml:"visual>binding>text"`
	}
	if err := xml.Unmarshal([]byte(text), &toast); err != nil || !slices.Equal(toast.Texts, []string{title, body}) || strings.ContainsAny(text, "'’") {
		t.Errorf("windows: %q, %v:\n%s", toast.Texts, err, script)
	}
}

// systemd finds no fault with the units, whatever the paths are.
func TestUnitsAreSound(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("systemd-analyze is not installed")
	}
	folder := filepath.Join(t.TempDir(), odd[:strings.Index(odd, "<")])
	program := filepath.Join(folder, "cmp")
	plain := filepath.Join(t.TempDir(), "$HOME 100% %h; &", "cmp")
	for _, command := range [][]string{{"/bin/true"}, {plain, "x"}, {program, "--db", odd, "--config", "\x01\t", ""}} {
		p := place("linux")
		p.Config = t.TempDir()
		plan, _ := remind.For(p, remind.Job{Hour: 23, Minute: 59, Command: command, Environment: []string{"XDG_DATA_HOME=" + odd, "XDG_STATE_HOME=\x01\t"}})
		args := []string{"--user", "--man=no", "verify"}
		for _, f := range append(plan.Files, remind.File{Path: plain}, remind.File{Path: program}) {
			if err := os.MkdirAll(filepath.Dir(f.Path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(f.Path, []byte(f.Text), 0o600); err != nil {
				t.Fatal(err)
			}
			if f.Text == "" { // a program
				if err := os.Chmod(f.Path, 0o700); err != nil {
					t.Fatal(err)
				}
			} else {
				args = append(args, f.Path)
			}
		}
		verify := exec.Command("systemd-analyze", args...)
		verify.Env = append(os.Environ(), "XDG_RUNTIME_DIR="+t.TempDir())
		out, err := verify.CombinedOutput()
		if said := strings.TrimSpace(string(out)); err != nil || said != "" {
			t.Errorf("%q: %v\n%s", command, err, out)
		}
	}
}
