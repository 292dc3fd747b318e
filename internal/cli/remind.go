package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/atomicfile"
	"cmpledger/internal/ledger"
	"cmpledger/internal/remind"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

func (a *app) newRemind() *cobra.Command {
	cmd := a.newGroup("remind", "Show a notice when something is due", a.newRemindInstall(), a.newRemindShow(), a.newRemindRemove(), a.newRemindCheck())
	cmd.Long = `Check your ledger every day, and show a notice on your desktop when something is
due. You see the notice once a week. In the last two weeks, and when it is late,
you see it every day.

Your computer runs the check: a systemd user timer on Linux, launchd on macOS, the
Task Scheduler on Windows. If the computer was off, the check runs when you log in.`
	cmd.Example = `  cmp remind install
  cmp remind show
  cmp remind remove`
	return cmd
}

func (a *app) newRemindInstall() *cobra.Command {
	at, due := time.Time{}.Add(9*time.Hour), 90
	cmd := a.writing(&cobra.Command{
		Use:   "install",
		Short: "Set the daily check",
		Long: `Set the daily check, and show a first notice, so that you know what it looks like.
The check reads the ledger and the configuration that cmp uses now. Run it
again to change the time or the days. --dry-run prints the files and commands.
cmp remembers what it set and last said in remind.json, not in your ledger.

Where there is no systemd on Linux, you get a line for crontab. Cron mails you what
is due.`,
		Example: `  cmp remind install
  cmp remind install --at 6pm --due 60d
  cmp remind install --dry-run`,
		Args: noArguments,
		RunE: a.run(func(ctx context.Context, _ []string) error { return a.remindInstall(ctx, at, due) }),
	})
	cmd.Flags().Func("at", "`time` of the check, such as 08:30 or 6pm (default 09:00)", func(text string) (err error) {
		at, err = parseClock(text)
		return err
	})
	dueFlag(cmd.Flags(), &due, "what is due within so many `days`, such as 60d (default 90d)")
	return cmd
}

func (a *app) newRemindShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show",
		Short: "Show the daily check, and what it last said",
		Long: `Show when the daily check runs, whether your computer runs it, when it last ran,
what it said, and when it runs next.`,
		Example: `  cmp remind show
  cmp remind show --format json`,
		Args: noArguments,
		RunE: a.run(func(context.Context, []string) error { return a.remindShow() }),
	}
}

func (a *app) newRemindRemove() *cobra.Command {
	return a.writing(&cobra.Command{
		Use:   "remove",
		Short: "Take the daily check away",
		Long: `Take the daily check away, with its files. Your ledger is not touched. Where nothing
is set, nothing happens.`,
		Example: `  cmp remind remove
  cmp remind remove --dry-run`,
		Args: noArguments,
		RunE: a.run(func(context.Context, []string) error { return a.remindRemove() }),
	})
}

func (a *app) newRemindCheck() *cobra.Command {
	due, notify := 90, false
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Say what is due, as the daily check does",
		Long: `Say in a sentence or two what is due. It says nothing if nothing is.

The daily check runs it with --notify. Then it shows a notice, unless you saw one
in the last week, or today if the time is short. A ledger that cannot be read is a
notice too.`,
		Example: `  cmp remind check
  cmp remind check --due 30d`,
		Args: noArguments,
		RunE: a.run(func(ctx context.Context, _ []string) error { return a.remindCheck(ctx, due, notify) }),
	}
	cmd.Flags().BoolVar(&notify, "notify", false, "show a notice, and remember it")
	dueFlag(cmd.Flags(), &due, "what is due within so many `days`, such as 60d (default 90d)")
	return cmd
}

// parseClock reads a time of day.
func parseClock(text string) (time.Time, error) {
	for _, layout := range []string{"15:04", "15", "3:04pm", "3pm"} {
		if t, err := time.Parse(layout, strings.ToLower(strings.ReplaceAll(text, " ", ""))); err == nil {
			return t, nil
		}
	}
	return time.Time{}, errors.New("not a time of day such as 09:00 or 6pm")
}

// A reminder is what is set and what the last check came to. It is kept in a file of its
// own: a command that reads does not write to the ledger.
type reminder struct {
	At      string   `json:"at" doc:"Time of the daily check: 09:00." empty:"where none is set"`
	Due     int      `json:"due" doc:"Within how many days something is due; 0 where no check is set."`
	Command []string `json:"command" doc:"What the check runs."`
	// Environment is what says where files are, as NAME=value.
	Environment []string    `json:"environment" doc:"Variables that the check runs with, as NAME=value."`
	Ran         string      `json:"ran" as:"time" doc:"When the check last ran." empty:"before it did"`
	Said        string      `json:"said" doc:"What was due then, for people." empty:"where nothing was"`
	Noticed     ledger.Date `json:"noticed" doc:"Day of the last notice." null:"before there was one"`
}

type remindAnswer struct {
	Schema string `json:"schema" shape:"cmp.remind/1" title:"Daily check" doc:"Written by the commands of cmp remind."`
	reminder
	Active bool          `json:"active" doc:"Whether the computer runs the check."`
	Next   string        `json:"next" as:"time" doc:"When the check runs next." empty:"where the computer does not run it"`
	Files  []remind.File `json:"files" doc:"Files that set the check."`
}

func (a *app) reminderPath() string {
	return filepath.Join(a.folder("XDG_STATE_HOME", xdg.StateHome), "cmp", "remind.json")
}

// savedReminder reads the reminder. It reports whether the file is not ours; then nothing
// is set. What is no file is an error.
func (a *app) savedReminder() (r reminder, theirs bool, err error) {
	data, err := atomicfile.Read(a.reminderPath(), maxSettings)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return reminder{}, false, nil
	case err != nil:
		return reminder{}, false, failureOf(words.FileError(a.reminderPath(), err)).try("move it away, and try again")
	case json.Unmarshal(data, &r) != nil || !r.sound():
		return reminder{}, true, nil
	}
	return r, false, nil
}

// sound reports whether cmp may have written it: by install, or by a check before it.
func (r reminder) sound() bool {
	if _, err := time.Parse(time.RFC3339, r.Ran); err != nil && r.Ran != "" {
		return false
	}
	_, err := time.Parse("15:04", r.At)
	set := err == nil && r.Due >= 1 && r.Due <= mostDue && len(r.Command) > 0 && r.Command[0] != ""
	return set || r.At == "" && r.Due == 0 && len(r.Command) == 0
}

func (a *app) saveReminder(r reminder) error {
	data, _ := json.MarshalIndent(r, "", "  ") // texts and numbers
	return writeFile(a.reminderPath(), append(data, '\n'))
}

func writeFile(path string, data []byte) error {
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		err = atomicfile.Write(path, atomicfile.Data(data), true)
	}
	if err != nil {
		return words.FileError(path, err)
	}
	return nil
}

// remindPlan returns how this system is told, and whether it can be.
func (a *app) remindPlan(r reminder) (plan remind.Plan, ok bool) {
	at, _ := parseClock(cmp.Or(r.At, "09:00"))
	command := r.Command
	if command == nil {
		command = []string{""}
	}
	return remind.For(remind.Place{
		System: a.env.System, User: a.env.User, Home: a.env.Getenv("HOME"),
		Config: a.folder("XDG_CONFIG_HOME", xdg.ConfigHome), State: filepath.Dir(a.reminderPath()),
	}, remind.Job{Hour: at.Hour(), Minute: at.Minute(), Command: command, Environment: r.Environment})
}

// checkCommand returns what the system runs: on the ledger and by the configuration that
// cmp uses now.
func (a *app) checkCommand(due int) []string {
	command := []string{a.env.Executable(), "remind", "check", "--notify", "--due", fmt.Sprintf("%dd", due)}
	if _, err := os.Stat(a.settings.Config); err == nil {
		command = append(command, "--config", whole(a.settings.Config))
	}
	if !strings.HasPrefix(a.settings.from["db"], "file ") { // which may name another one later
		command = append(command, "--db", whole(a.settings.named))
	}
	if from := a.settings.from["allocate"]; from != "" && !strings.HasPrefix(from, "file ") {
		command = append(command, "--allocate", a.settings.Allocate)
	}
	return command
}

// checkEnvironment returns what says where files are, if it is set now.
func (a *app) checkEnvironment() (all []string) {
	for _, name := range []string{"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"} {
		if path := a.folder(name, ""); path != "" && a.env.System != "windows" {
			all = append(all, name+"="+path)
		}
	}
	return all
}

// unwritable refuses a path that a file or a command of the system cannot hold.
func unwritable(r reminder, plan remind.Plan, bad func(string) bool, why string) error {
	all := slices.Concat(r.Command, r.Environment, words.Map(plan.Files, func(f remind.File) string { return f.Path }))
	if i := slices.IndexFunc(all, bad); i >= 0 {
		return refused("%s: %s", all[i], why).try("rename that file or folder")
	}
	return nil
}

func (a *app) remindInstall(ctx context.Context, at time.Time, due int) error {
	found, err := a.dueNow(ctx, due)
	if err != nil {
		return err
	}
	if found.judged == 0 && a.left == nil {
		return refused("you have no credential yet, so nothing can be due").
			try("%s first", ledger.Command{"credential", "add", "MLS", "--expires", "DATE"})
	}
	r, _, err := a.savedReminder()
	if err != nil {
		return err
	}
	r.At, r.Due, r.Command, r.Environment = at.Format("15:04"), due, a.checkCommand(due), a.checkEnvironment()
	plan, ok := a.remindPlan(r)
	if err := unwritable(r, plan, func(s string) bool { return !utf8.ValidString(s) }, "this name is not UTF-8, so a daily check cannot hold it"); err != nil {
		return err
	}
	if ok && a.env.System == "linux" {
		_, err := a.env.Run("systemctl", "--user", "show-environment")
		ok = err == nil
	}
	switch {
	case !ok:
		return noScheduler(r, plan, at)
	case a.dryRun:
		return a.showPlan(r, plan)
	}
	return a.installNow(r, plan, found)
}

// installNow sets the check, and shows the first notice.
func (a *app) installNow(r reminder, plan remind.Plan, found dueNotice) error {
	r.Ran, r.Said, r.Noticed = a.env.Now().Format(time.RFC3339), found.said(), a.today
	if err := a.setCheck(r, plan); err != nil {
		return err
	}
	days := words.Count(r.Due, "day")
	a.tell("cmp now checks every day at %s what is due within %s.", r.At, days)
	if r.Said == "" {
		found.title, found.lines = "cmp will remind you here", []string{fmt.Sprintf("Nothing is due within %s.", days)}
	}
	if err := a.notify(found); err != nil {
		r.Noticed = 0
		return errors.Join(err, a.saveReminder(r))
	}
	a.tell("You see a first notice now. To stop: %s", ledger.Command{"remind", "remove"})
	return a.replyRemind(r)
}

// noScheduler gives the line for cron, on a row of its own and as it is to be copied.
func noScheduler(r reminder, plan remind.Plan, at time.Time) error {
	escaped := func(s string) bool { return strings.HasPrefix(ledger.ShellWord(s), "$'") }
	if err := unwritable(r, plan, escaped, "cron cannot run a command with such a name"); err != nil {
		return err
	}
	f := refused("cmp cannot set a daily check on this computer").try("type crontab -e and add this line:")
	f.details = []ledger.Text{ledger.Say("%s", cronLine(r, at))}
	return f
}

// cronLine returns the line that makes cron run the check, and mail what it says.
func cronLine(r reminder, at time.Time) string {
	args := slices.DeleteFunc(slices.Clone(r.Command), func(arg string) bool { return arg == "--notify" })
	line := ledger.Command(args).Words()
	for _, variable := range slices.Backward(r.Environment) {
		name, value, _ := strings.Cut(variable, "=")
		line = name + "=" + ledger.ShellWord(value) + " " + line
	}
	return fmt.Sprintf("%d %d * * * %s", at.Minute(), at.Hour(), strings.ReplaceAll(line, "%", `\%`))
}

// setCheck puts the check in the place of one that is set. It is remembered first, since
// the system may run it at once.
func (a *app) setCheck(r reminder, plan remind.Plan) error {
	_, _ = a.env.Run(plan.Remove...) // fails where nothing is set
	for _, f := range plan.Files {
		if err := writeFile(f.Path, []byte(f.Text)); err != nil {
			return err
		}
	}
	if err := a.saveReminder(r); err != nil {
		return err
	}
	for _, command := range plan.Install {
		if said, err := a.env.Run(command...); err != nil {
			return refused("%s: %s", strings.Join(command, " "), cmp.Or(said, err.Error())).try("to take the check away: %s", ledger.Command{"remind", "remove"})
		}
	}
	return nil
}

// showPlan prints the files that would be written, and the commands that would be run.
func (a *app) showPlan(r reminder, plan remind.Plan) error {
	if a.settings.Format == answer.JSON {
		return a.print(remindAnswer{reminder: r, Files: plan.Files})
	}
	safe := func(line string) string { return line }
	if a.env.OutTerminal { // a path in it may move the cursor
		safe = answer.Text
	}
	for _, f := range plan.Files {
		fmt.Fprintf(a.env.Out, "Would write %s:\n\n", answer.Text(f.Path))
		for line := range strings.Lines(f.Text) {
			fmt.Fprintln(a.env.Out, safe(strings.TrimSuffix(line, "\n")))
		}
		fmt.Fprintln(a.env.Out)
	}
	for _, command := range plan.Install {
		fmt.Fprintln(a.env.Out, safe("Would run "+strings.Join(words.Map(command, ledger.ShellWord), " ")))
	}
	return nil
}

func (a *app) remindAnswer(r reminder) remindAnswer {
	out := remindAnswer{reminder: r}
	if r.At == "" {
		return out
	}
	plan, _ := a.remindPlan(r)
	out.Files = plan.Files
	if _, err := a.env.Run(plan.Active...); err == nil {
		at, _ := parseClock(r.At)
		now := a.env.Now()
		next := time.Date(now.Year(), now.Month(), now.Day(), at.Hour(), at.Minute(), 0, 0, now.Location())
		if !next.After(now) {
			next = next.AddDate(0, 0, 1)
		}
		out.Active, out.Next = true, next.Format(time.RFC3339)
	}
	return out
}

func (a *app) replyRemind(r reminder) error {
	if a.settings.Format != answer.JSON {
		return nil
	}
	return a.print(a.remindAnswer(r))
}

func (a *app) remindShow() error {
	r, theirs, err := a.savedReminder()
	switch {
	case err != nil:
		return err
	case theirs:
		a.tell("%s was written by something else. To write it anew: %s", a.reminderPath(), ledger.Command{"remind", "install"})
		return a.replyRemind(r)
	case r.At == "":
		a.tell("No daily check is set: %s", ledger.Command{"remind", "install"})
		return a.replyRemind(r)
	}
	out := a.remindAnswer(r)
	if a.settings.Format == answer.JSON {
		return a.print(out)
	}
	a.tell("A check runs every day at %s, and tells you what is due within %s.", r.At, words.Count(r.Due, "day"))
	next := a.text("not running; set it again: %s", ledger.Command{"remind", "install"})
	if out.Active {
		next = shortTime(out.Next)
	}
	runs := ledger.Command(r.Command).Words()
	if _, err := os.Stat(r.Command[0]); err != nil {
		runs += fmt.Sprintf(" (%s is gone; set it again)", r.Command[0])
	}
	fields := []answer.Field{
		{Name: "Next check", Text: next},
		{Name: "Last check", Text: shortTime(r.Ran)},
		{Name: "It said", Text: cmp.Or(strings.ReplaceAll(r.Said, "\n", " "), "nothing is due")},
		{Name: "Last notice", Text: cmp.Or(r.Noticed.String(), "none yet")},
		{Name: "Runs", Text: runs},
	}
	for _, f := range out.Files {
		text := f.Path
		if data, err := atomicfile.Read(f.Path, maxSettings); errors.Is(err, fs.ErrNotExist) {
			text += " (missing)"
		} else if string(data) != f.Text {
			text += " (somebody changed it)"
		}
		fields = append(fields, answer.Field{Name: "File", Text: text})
	}
	a.page().Fields(fields)
	return nil
}

// written returns which files of a plan are there, and that of cmp itself. A folder in
// the place of one is not deleted.
func (a *app) written(plan remind.Plan) (paths []string, err error) {
	for _, path := range append(words.Map(plan.Files, func(f remind.File) string { return f.Path }), a.reminderPath()) {
		info, err := os.Lstat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err == nil && info.IsDir():
			return nil, refused("%s: is a folder, and not of cmp", path).try("move it away, and try again")
		default:
			paths = append(paths, path)
		}
	}
	return paths, nil
}

func (a *app) remindRemove() error {
	r, _, err := a.savedReminder()
	if err != nil {
		return err
	}
	plan, _ := a.remindPlan(r)
	paths, err := a.written(plan)
	switch {
	case err != nil:
		return err
	case len(paths) == 0:
		a.tell("No daily check is set.")
		return a.replyRemind(reminder{})
	case a.dryRun:
		for _, path := range paths {
			a.tell("Would delete %s", path)
		}
		a.tell("Would run %s", strings.Join(plan.Remove, " "))
		return a.replyRemind(r)
	}
	said, failed := a.env.Run(plan.Remove...)
	for _, path := range paths {
		if err := os.Remove(path); err != nil {
			return words.FileError(path, err)
		}
	}
	if _, err := a.env.Run(plan.Active...); err == nil && failed != nil {
		return refused("the daily check still runs: %s: %s", strings.Join(plan.Remove, " "), cmp.Or(said, failed.Error())).
			try("log out and in again")
	}
	a.tell("The daily check and its files are gone.")
	return a.replyRemind(reminder{})
}

// A dueNotice is what a check finds.
type dueNotice struct {
	title    string
	lines    []string // what is due
	hindered []string // why something is not judged
	urgent   bool     // it is said every day
	judged   int      // how many credentials were
}

func (n dueNotice) said() string { return strings.Join(slices.Concat(n.lines, n.hindered), "\n") }

// dueNow judges the ledger. What hinders that is in the notice too.
func (a *app) dueNow(ctx context.Context, due int) (n dueNotice, err error) {
	var s snapshot
	var all []rules.Standing
	title := "cmp cannot read your ledger"
	if a.lacksLedger() { // which reads as an empty one elsewhere
		err = cmp.Or(a.lost(), error(badFile("%s: there is no ledger", a.settings.DB).try("%s makes one", ledger.Command{"credential", "add"})))
	} else if s, err = a.look(ctx, a.shown); err == nil {
		title = "cmp cannot check your credentials"
		all, err = a.standings(s, nil)
	}
	if err != nil {
		return dueNotice{title: title, hindered: []string{a.classify(nil, err).line().As(a.call...)}, urgent: true}, err
	}
	const lastDays = 14
	var names []string
	for _, t := range all {
		if t.Due(due) {
			name := s.ShortName(t.Credential)
			names, n.urgent = append(names, name), n.urgent || t.Due(lastDays)
			n.lines = append(n.lines, words.Due(t, name).As(a.call...))
		}
	}
	n.title, n.judged = fmt.Sprintf("%s %s due", words.List("and", names), words.Verb(len(names), "is", "are")), len(all)
	n.hindered = a.notJudged()
	if names == nil {
		n.title = "cmp cannot check all your credentials"
	}
	return n, nil
}

// notJudged says which credentials are left out, behind the packs that cannot be read: one
// of them may have their rules.
func (a *app) notJudged() (all []string) {
	var left []string
	for _, err := range a.left {
		left = append(left, "Left out: "+a.classify(nil, err).line().As(a.call...))
	}
	for _, fault := range a.book.Faults() {
		if left != nil && !slices.Contains(a.toldPacks, fault) {
			all = append(all, "Not used: "+a.badPack(fault).line().As(a.call...))
		}
	}
	return append(all, left...)
}

func (a *app) remindCheck(ctx context.Context, due int, notify bool) error {
	found, failed := a.dueNow(ctx, due)
	r, _, err := a.savedReminder()
	if notify && err != nil {
		return err
	}
	if notify {
		r.Ran, r.Said = a.env.Now().Format(time.RFC3339), found.said()
		if days := int(a.today - r.Noticed); r.Said != "" && (days < 0 || days >= 7 || days > 0 && found.urgent) {
			if err := a.notify(found); err != nil {
				return errors.Join(err, a.saveReminder(r))
			}
			r.Noticed = a.today
		}
		if err := a.saveReminder(r); err != nil {
			return err
		}
	}
	if failed != nil {
		return failed
	}
	a.tellLines(found.lines)
	if found.lines != nil || notify { // what is due was said, so that the check has not failed
		a.sayLines(found.hindered)
		a.left = nil
	}
	if found.said() == "" && a.env.ErrTerminal {
		a.say("Nothing is due within %s.", words.Count(due, "day"))
	}
	r.Said = found.said()
	return a.replyRemind(r)
}

// notify shows a notice on the desktop.
func (a *app) notify(n dueNotice) error {
	command := remind.Notice(a.env.System, n.title, n.said())
	said, err := a.env.Run(command...)
	switch {
	case errors.Is(err, exec.ErrNotFound) && a.env.System == "linux":
		return refused("no notice can be shown: %s is not installed", command[0]).
			try("install it (Debian and Ubuntu: sudo apt install libnotify-bin; others: libnotify), then %s", ledger.Command{"remind", "install"})
	case err != nil:
		return refused("no notice can be shown: %s: %s", command[0], cmp.Or(said, err.Error()))
	}
	return nil
}
