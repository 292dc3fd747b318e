// Package cli is the command line of cmp: one file a command. A command reads
// the ledger, lets package rules judge, and prints or writes; it judges
// nothing itself.
//
// What touches the world is in [Env]. Nothing else in the program reads a
// clock, the environment or the standard streams.
package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/handover"
	"cmpledger/internal/ledger"
	"cmpledger/internal/prompt"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

// An app is one run of the program.
type app struct {
	env         Env
	out         *bufio.Writer  // below env.Out, which is written in one go; files go there
	asks        *prompt.Prompt // single questions; nil before the first
	build       Build
	name        string   // that the program was called by
	call        []string // the same, and flags that printed commands need too
	settings    settings
	book        *rules.Book
	today       ledger.Date          // the day to judge by
	typed       []string             // the command line
	command     string               // the same, quoted
	dryRun      bool                 // write nothing
	agreed      consent              // that was answered with yes
	hurried     bool                 // wait for no other program
	wrote       bool                 // something was written to the ledger
	differences []actions.Difference // what counts otherwise than before
	left        []error              // why credentials are left out of the answer
	toldPacks   []*rules.PackError   // that cannot be used
	talk        []string             // on stderr, which waits for the end where JSON is asked for
	running     bool                 // the command line was right; what fails now is no usage error
	trial       bool                 // it is only asked whether the command line is right
}

// Main runs the program with the given arguments, without its own name, and
// returns its exit code.
func Main(env Env, built Build, args []string) int {
	code := runOnce(env, built, args)
	if env.Ended != nil {
		env.Ended()
	}
	return code
}

// runOnce is Main for what is not the last command of the program.
func runOnce(env Env, built Build, args []string) (code int) {
	a := &app{env: env, build: built, settings: defaults(), typed: args, command: ledger.Command(args).As("cmp")}
	a.name, _ = handover.Name(env.Program)
	a.call = []string{a.name}
	defer func() {
		if mistake := recover(); mistake != nil {
			code = a.crashed(mistake)
		}
	}()
	a.book = rules.Builtin().With(a.packFiles)
	a.out = bufio.NewWriterSize(env.Out, 1<<16)
	a.env.Out = a.out
	only := ""
	if len(args) > 0 && args[0] != "help" && slices.Contains(handover.Commands(), args[0]) {
		only = args[0]
	}
	root := a.newRoot(only)
	root.SetArgs(args)
	root.SetIn(a.env.In)
	root.SetOut(a.out)
	root.SetErr(a.env.Err)
	cmd := root
	_, err := handover.IsTheirs([]string{env.Program}, env.Getenv, func() bool { return false })
	if err != nil { // which the call has come here for, and not to the other cmp
		err = usage("%w", err).try("unset it to let cmp decide by the arguments")
	} else {
		cmd, err = root.ExecuteContextC(context.Background())
	}
	if flushed := a.out.Flush(); flushed != nil && (err == nil || errors.Is(err, flushed) || errors.Is(err, errSilentNo)) {
		err = a.unsaid(flushed)
	}
	if err == nil {
		if a.running {
			a.sayFaults()
		}
		a.sayAtLast()
		return 0
	}
	if a.asksForJSON(args) {
		a.settings.Format = answer.JSON
	}
	return a.report(cmd, err)
}

// sayAtLast says what waited for the end.
func (a *app) sayAtLast() {
	for _, text := range a.talk {
		fmt.Fprintln(a.env.Err, text)
	}
	a.talk = nil
}

// unsaid is the failure of an answer that could not be written.
func (a *app) unsaid(err error) error {
	a.running = true
	f := badFile("standard output: %s", words.FileReason(err))
	if a.wrote {
		return f.try("your ledger was changed all the same: %s shows what was done", ledger.Command{"log"})
	}
	return f
}

// asksForJSON reports whether errors are to be JSON, also where the command
// line failed before it was read to its end.
func (a *app) asksForJSON(args []string) bool {
	for i, arg := range args {
		if format, ok := strings.CutPrefix(arg, "--format="); ok {
			return format == "json"
		}
		if arg == "--format" && i+1 < len(args) {
			return args[i+1] == "json"
		}
	}
	return a.settings.Format == answer.JSON || !a.running && a.env.Getenv("CMP_FORMAT") == "json"
}

// Command returns the tree of commands of a program that is installed under the
// given name, for those who describe it and do not run it: manual pages are made
// of it.
func Command(name string) *cobra.Command {
	a := &app{name: name, settings: defaults()}
	return a.newRoot("")
}

// newRoot returns the root with all commands, or with only one of them: nobody who
// follows that one has to pass the others.
func (a *app) newRoot(only string) *cobra.Command {
	root := &cobra.Command{
		Use:   a.name,
		Short: "Track your continuing education and keep your lab certifications current",
		Long: `Track your continuing education and keep your lab certifications current. cmp
says what you still need and by when. Your data stays in one file: the ledger.`,
		Example: `  cmp demo                                      # look around first
  cmp credential add MLS --expires 2027-03-31   # enter your credential
  cmp import transcript.csv                     # bring in your credits
  cmp                                           # see what to do next`,
		Version:           a.build.number(),
		SilenceErrors:     true,
		SilenceUsage:      true,
		Args:              noSuchCommand,
		PersistentPreRunE: a.prepare,
		RunE:              a.run(a.welcome),
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	a.addSettings(root.PersistentFlags())
	if a.name == handover.Own { // -v is for the other cmp
		root.Flags().Bool("version", false, "version for "+a.name)
	}
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp)
	root.SetFlagErrorFunc(flagError)
	type commands = map[string]func() *cobra.Command
	group := func(id string, all commands) {
		root.AddGroup(&cobra.Group{ID: id, Title: words.Upper(id) + ":"})
		for name, make := range all {
			if only == "" || only == name {
				c := make()
				c.GroupID = id
				root.AddCommand(c)
			}
		}
	}
	group("what to do next", commands{
		"status": a.newStatus, "plan": a.newPlan, "cost": a.newCost, "explain": a.newExplain, "courses": a.newCourses, "rules": a.newRules,
		"remind": a.newRemind,
	})
	group("your credentials", commands{"credential": a.newCredential, "declare": a.newDeclare, "renew": a.newRenew})
	group("your credits", commands{
		"add": a.newAdd, "list": a.newList, "show": a.newShow, "edit": a.newEdit, "remove": a.newRemove,
		"merge": a.newMerge, "keep": a.newKeep, "topics": a.newTopics, "allocate": a.newAllocate, "deallocate": a.newDeallocate,
	})
	group("files in and out", commands{
		"import": a.newImport, "profile": a.newProfile, "reconcile": a.newReconcile, "export": a.newExport,
		"evidence": a.newEvidence, "audit": a.newAudit, "calendar": a.newCalendar, "report": a.newReport,
	})
	group("undo and backup", commands{
		"undo": a.newUndo, "redo": a.newRedo, "log": a.newLog, "backup": a.newBackup, "restore": a.newRestore, "doctor": a.newDoctor,
	})
	group(also, commands{
		"config": a.newConfig, "completion": a.newCompletion, "schema": a.newSchema, "version": a.newVersion, "demo": a.newDemo,
	})
	root.SetHelpFunc(a.printHelp)
	if only == "" {
		root.SetHelpCommand(a.newHelp())
		root.SetHelpCommandGroupID(also)
		root.InitDefaultHelpCmd()
	}
	if a.name != handover.Own {
		nameTexts(root, a.name)
	}
	return root
}

// run makes a RunE of fn. What fails before fn is a wrong command line.
func (a *app) run(fn func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		if a.running = true; a.trial {
			return nil
		}
		err := fn(cmd.Context(), args)
		if (err == nil || a.wrote) && a.differences != nil {
			a.tellDifferences()
		}
		if err == nil && a.dryRun {
			a.tell("Nothing was written.")
		}
		return a.leftOut(err)
	}
}

// writing gives a command that writes a flag to see first what it would do.
func (a *app) writing(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().BoolVar(&a.dryRun, "dry-run", false, "show what would be done, and write nothing")
	return cmd
}

// newGroup makes a command that only holds others.
func (a *app) newGroup(use, short string, commands ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  noSuchCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var names []string
			for _, c := range cmd.Commands() {
				names = append(names, c.Name())
			}
			return usage("%s: needs a command: %s", named(cmd), strings.Join(names, ", ")).
				try("%s --help shows examples", cmd.CommandPath())
		},
	}
	cmd.AddCommand(commands...)
	return cmd
}

// noSuchCommand accepts no arguments: a word where a command belongs is one
// that does not exist.
func noSuchCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	ending := strings.TrimLeft(filepath.Ext(args[0]), ".0123456789")
	if _, err := os.Stat(args[0]); os.IsNotExist(err) && !cmd.HasParent() && (ending != "" || strings.ContainsAny(args[0], `/\`)) {
		return usage("%s: no such file", args[0]).try("%s", otherPath(err))
	}
	f := usage("unknown command %q", strings.TrimPrefix(cmd.CommandPath()+" ", cmd.Root().Name()+" ")+args[0])
	if list := listing(args); named(cmd) == "rules" && list != nil {
		return f.try("%s", list)
	}
	return f.try("%s --help lists the commands", cmd.CommandPath())
}

// screen returns where people look.
func (a *app) screen() answer.Screen {
	return answer.Screen{Out: a.env.Out, Width: a.env.Width, Color: a.colored(), ASCII: !a.env.UTF8, Terminal: a.env.OutTerminal}
}

// page returns a screen for an answer of sentences, which are broken into lines
// in a pipe too.
func (a *app) page() answer.Screen {
	screen := a.screen()
	if screen.Width == 0 {
		screen.Width = 80
	}
	return screen
}

func (a *app) colored() bool {
	switch a.settings.Color {
	case colorAlways:
		return true
	case colorNever:
		return false
	}
	if a.env.Getenv("NO_COLOR") != "" {
		return false
	}
	if force := a.env.Getenv("CLICOLOR_FORCE"); force != "" && force != "0" {
		return true
	}
	return a.env.OutTerminal && a.env.Getenv("TERM") != "dumb"
}
