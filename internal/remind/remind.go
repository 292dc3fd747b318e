// Package remind says how each system is told to run a command once a day, and to show
// a notice: by which files and which commands. It is pure: it writes no file and runs
// nothing.
package remind

import (
	"encoding/base64"
	"fmt"
	"path"
	"strings"
	"unicode/utf16"
)

// name is what the job is called on every system.
const name = "cmp-remind"

// A Job is a command to run once a day.
type Job struct {
	Hour, Minute int
	Command      []string // begins with the whole path of a program
	Environment  []string // NAME=value, beside what the system sets; not on Windows
}

// A Place is the system that runs a job, and the folders of the person it is for.
type Place struct {
	System string // linux, darwin or windows, as Go names them
	Home   string
	Config string // XDG_CONFIG_HOME
	State  string // our own folder below XDG_STATE_HOME
	User   int    // the number of the person, where the system has one
}

// A Plan is what sets a job, and what takes it away.
type Plan struct {
	Files   []File     // to write before Install, and to delete after Remove
	Install [][]string // commands to run, one after the other
	Remove  []string   // a command that fails where nothing is set
	Active  []string   // a command that succeeds while the system runs the job
}

// A File is a file to write.
type File struct {
	Path string `json:"path"`
	Text string `json:"text" doc:"Its content."`
}

// For returns the plan for a job. It reports false for a system that it does not know.
func For(p Place, j Job) (Plan, bool) {
	switch p.System {
	case "linux":
		return systemd(p, j), true
	case "darwin":
		return launchd(p, j), true
	case "windows":
		return scheduler(p, j), true
	}
	return Plan{}, false
}

// A user's services run at login as well where a time of day has passed. The desktop may
// not be there yet to show a notice, so that the service tries again.
func systemd(p Place, j Job) Plan {
	command := j.Command
	if strings.ContainsFunc(command[0], func(r rune) bool { return r < ' ' || strings.ContainsRune("'\"\\\x7f", r) }) {
		command = append([]string{"/bin/sh", "-c", `exec "$0" "$@"`}, command...) // systemd runs no program of such a name
	}
	var quoted []string
	for i, arg := range command {
		quoted = append(quoted, unitWord(arg, i == 0))
	}
	var environment strings.Builder
	for _, variable := range j.Environment {
		fmt.Fprintf(&environment, "Environment=%s\n", unitWord(variable, true))
	}
	folder, timer := path.Join(p.Config, "systemd", "user"), name+".timer"
	return Plan{
		Files: []File{
			{path.Join(folder, name+".service"), `[Unit]
Description=Say which certifications are due
StartLimitIntervalSec=1h
StartLimitBurst=5

[Service]
` + environment.String() + `ExecStart=` + strings.Join(quoted, " ") + `
Restart=on-failure
RestartSec=1min
`},
			{path.Join(folder, timer), fmt.Sprintf(`[Unit]
Description=Check every day which certifications are due

[Timer]
OnCalendar=*-*-* %02d:%02d:00
Persistent=true

[Install]
WantedBy=timers.target
`, j.Hour, j.Minute)},
		},
		Install: [][]string{{"systemctl", "--user", "daemon-reload"}, {"systemctl", "--user", "enable", "--now", timer}},
		Remove:  []string{"systemctl", "--user", "disable", "--now", timer},
		Active:  []string{"systemctl", "--user", "is-active", "--quiet", timer},
	}
}

// unitWord quotes an argument for ExecStart. systemd replaces variables in it, but not in
// the path of the program, nor in Environment.
func unitWord(arg string, plain bool) string {
	var b strings.Builder
	for _, c := range []byte(arg) {
		switch {
		case c < ' ' || c == 0x7f:
			fmt.Fprintf(&b, `\x%02x`, c)
		case c == '"', c == '\\':
			b.WriteString(`\` + string(c))
		case c == '%', c == '$' && !plain:
			b.WriteString(strings.Repeat(string(c), 2))
		default:
			b.WriteByte(c)
		}
	}
	return `"` + b.String() + `"`
}

// launchd runs at login as well what it could not run while the computer was off.
func launchd(p Place, j Job) Plan {
	var arguments strings.Builder
	for _, arg := range j.Command {
		fmt.Fprintf(&arguments, "    <string>%s</string>\n", xmlText(arg))
	}
	var environment strings.Builder
	for _, variable := range j.Environment {
		name, value, _ := strings.Cut(variable, "=")
		fmt.Fprintf(&environment, "    <key>%s</key>\n    <string>%s</string>\n", xmlText(name), xmlText(value))
	}
	variables := ""
	if j.Environment != nil {
		variables = "  <key>EnvironmentVariables</key>\n  <dict>\n" + environment.String() + "  </dict>\n"
	}
	file := path.Join(p.Home, "Library", "LaunchAgents", name+".plist")
	domain := fmt.Sprintf("gui/%d", p.User)
	return Plan{
		Files: []File{{file, fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>%s</string>
  <key>ProgramArguments</key>
  <array>
%s  </array>
%s  <key>RunAtLoad</key>
  <true/>
  <key>StartCalendarInterval</key>
  <dict>
    <key>Hour</key>
    <integer>%d</integer>
    <key>Minute</key>
    <integer>%d</integer>
  </dict>
</dict>
</plist>
`, name, arguments.String(), variables, j.Hour, j.Minute)}},
		Install: [][]string{{"launchctl", "bootstrap", domain, file}},
		Remove:  []string{"launchctl", "bootout", domain + "/" + name},
		Active:  []string{"launchctl", "print", domain + "/" + name},
	}
}

func scheduler(p Place, j Job) Plan {
	file := p.State + `\` + name + ".xml"
	quoted := make([]string, len(j.Command)-1)
	for i, arg := range j.Command[1:] {
		quoted[i] = windowsWord(arg)
	}
	return Plan{
		Files: []File{{file, fmt.Sprintf(`<?xml version="1.0"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <Triggers>
    <CalendarTrigger>
      <StartBoundary>2026-01-01T%02d:%02d:00</StartBoundary>
      <ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>
    </CalendarTrigger>
  </Triggers>
  <Principals>
    <Principal id="holder"><LogonType>InteractiveToken</LogonType></Principal>
  </Principals>
  <Settings>
    <StartWhenAvailable>true</StartWhenAvailable>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT5M</ExecutionTimeLimit>
  </Settings>
  <Actions Context="holder">
    <Exec>
      <Command>%s</Command>
      <Arguments>%s</Arguments>
    </Exec>
  </Actions>
</Task>
`, j.Hour, j.Minute, xmlText(windowsWord(j.Command[0])), xmlText(strings.Join(quoted, " ")))}},
		Install: [][]string{{"schtasks", "/create", "/tn", name, "/xml", file, "/f"}},
		Remove:  []string{"schtasks", "/delete", "/tn", name, "/f"},
		Active:  []string{"schtasks", "/query", "/tn", name},
	}
}

// windowsWord quotes an argument as programs of Windows read it. No path there has a
// quotation mark.
func windowsWord(arg string) string {
	if arg != "" && !strings.ContainsAny(arg, " \t") {
		return arg
	}
	end := len(strings.TrimRight(arg, `\`)) // backslashes before a quotation mark count twice
	return `"` + arg + arg[end:] + `"`
}

// Notice returns the command that shows a notice.
func Notice(system, title, body string) []string {
	switch system {
	case "darwin":
		return []string{"osascript", "-e", "on run argv", "-e", "display notification (item 2 of argv) with title (item 1 of argv)",
			"-e", "end run", title, body}
	case "windows":
		return []string{"powershell.exe", "-NoProfile", "-NonInteractive", "-EncodedCommand", encoded(toast(title, body))}
	}
	body = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(body) // it may have markup
	return []string{"notify-send", "--app-name=cmp", "--icon=appointment-soon", "--", title, body}
}

// toast is a script for Windows PowerShell. The notice is one of PowerShell, since only
// programs that are in the start menu may show any.
func toast(title, body string) string {
	return `$ErrorActionPreference = 'Stop'
$null = [Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, ContentType = WindowsRuntime]
$null = [Windows.Data.Xml.Dom.XmlDocument, Windows.Data.Xml.Dom.XmlDocument, ContentType = WindowsRuntime]
$xml = New-Object Windows.Data.Xml.Dom.XmlDocument
$xml.LoadXml('<toast><visual><binding template="ToastGeneric"><text>` + xmlText(title) + `</text><text>` + xmlText(body) + `</text></binding></visual></toast>')
$toast = New-Object Windows.UI.Notifications.ToastNotification $xml
[Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier('{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\WindowsPowerShell\v1.0\powershell.exe').Show($toast)
`
}

// encoded writes a script as -EncodedCommand wants it.
func encoded(script string) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(script)) {
		b = append(b, byte(unit), byte(unit>>8))
	}
	return base64.StdEncoding.EncodeToString(b)
}

// xmlText writes a text for XML in plain ASCII, so that neither an encoding nor a
// quotation mark of a script can change it. What XML cannot hold is left out.
func xmlText(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r < ' ' && r != '\n' && r != '\t':
		case r < ' ', r > '~', strings.ContainsRune(`<>&'"`, r):
			fmt.Fprintf(&b, "&#%d;", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
