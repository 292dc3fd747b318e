package cli

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/atomicfile"
	"cmpledger/internal/ledger"
	"cmpledger/internal/words"
)

// demoTranscript is three years of an MLS as a portal would list them.
//
//go:embed demo.csv
var demoTranscript []byte

func (a *app) newDemo() *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Look around first, with sample data",
		Long: `Look around first: see what cmp says when you add a credential, import a
transcript and ask for the status. cmp throws the sample away
at the end. Your own data is neither read nor changed.`,
		Example: `  cmp demo
  cmp demo --color always`,
		Args: noArguments,
		RunE: a.run(func(context.Context, []string) error { return a.demo() }),
	}
}

// demoFolder is how the names of folders of samples begin.
const demoFolder = "cmp-demo-"

// demoFiles returns the names of all that is in such a folder: the last is there while
// the ledger is written to.
func demoFiles() []string { return []string{"transcript.csv", "ledger.db", "ledger.db-journal"} }

// demosLeft returns the folders of samples in which nobody has written since that time, and
// that hold nothing else.
func demosLeft(since time.Time) (left []string) {
	all, _ := filepath.Glob(filepath.Join(os.TempDir(), demoFolder+"[0-9]*"))
	for _, folder := range all {
		info, err := os.Lstat(folder)
		entries, unread := os.ReadDir(folder)
		others := func(e os.DirEntry) bool {
			i, gone := e.Info()
			return gone != nil || !i.Mode().IsRegular() || !i.ModTime().Before(since) || !slices.Contains(demoFiles(), e.Name())
		}
		if err == nil && unread == nil && info.IsDir() && info.ModTime().Before(since) && !slices.ContainsFunc(entries, others) {
			left = append(left, folder)
		}
	}
	return left
}

// removeLeft removes an unfinished file, or a folder of a sample with its files and no other.
func removeLeft(path string) error {
	if info, err := os.Lstat(path); err == nil && info.IsDir() {
		for _, name := range demoFiles() {
			_ = os.Remove(filepath.Join(path, name)) // what stays keeps the folder
		}
	}
	return os.Remove(path)
}

// demo runs commands as a person would type them, on a day that suits the sample.
func (a *app) demo() (err error) {
	a.settings.Format = answer.Table // whatever is set: it is for people
	var folder, sample string
	remove := func() error { return os.RemoveAll(folder) }
	begun, err := atomicfile.Begin(func() (func(), error) {
		if folder, err = os.MkdirTemp("", demoFolder+"*"); err == nil {
			sample = filepath.Join(folder, demoFiles()[0])
			err = os.WriteFile(sample, demoTranscript, 0o600)
		}
		return func() { _ = remove() }, err
	})
	defer func() { err = errors.Join(err, remove()) }()
	if err != nil {
		return badFile("the folder for temporary files: %s", words.FileReason(err))
	}
	defer begun.End()
	today := ledger.MakeDate(2026, 11, 21)
	a.tell("A ledger to try things out, as if today were %s. Nothing of yours is touched.", today)
	settings := map[string]string{
		"CMP_DB": filepath.Join(folder, demoFiles()[1]), "CMP_AS_OF": today.String(), "CMP_COLOR": a.settings.Color,
		"XDG_CONFIG_HOME": folder, "XDG_DATA_HOME": folder,
	}
	for _, name := range []string{"NO_COLOR", "CLICOLOR_FORCE", "TERM"} {
		settings[name] = a.env.Getenv(name)
	}
	env := a.env
	env.Getenv = func(name string) string { return settings[name] }
	screen := a.screen()
	for _, command := range []ledger.Command{
		{"credential", "add", "MLS", "--expires", "2027-03-31"},
		{"import", "transcript.csv"},
		{"status"},
	} {
		fmt.Fprintf(a.env.Out, "\n%s\n", screen.Paint(answer.Hint, "$ "+command.As(a.name)))
		args := slices.Clone(command)
		if args[0] == "import" {
			args[1] = sample
		}
		if code := runOnce(env, a.build, args); code != 0 {
			return fmt.Errorf("%s: exit code %d", command.As(a.name), code)
		}
	}
	fmt.Fprintln(a.env.Out)
	a.tell("That ledger is gone again. To begin yours: %s", ledger.Command{"credential", "add", "CODE", "--expires", "DATE"})
	return nil
}
