// Command manual writes the manual pages and the completion scripts of cmp from the
// texts of its help.
//
//	go run ./cmd/manual --date 2026-11-21 [--name cmp-ledger] [--release 1.2.3] DIR
//
// writes DIR/man1, a page for each command, DIR/man7, one for each topic of help, and
// DIR/completions. It reads no clock: the same texts, name and date give the same bytes.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"cmpledger/internal/cli"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "manual:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	var m manual
	flags := flag.NewFlagSet("manual", flag.ContinueOnError)
	flags.StringVar(&m.name, "name", "cmp", "the `name` that the program is installed under")
	flags.StringVar(&m.date, "date", "", "`day` of the release, such as 2026-11-21")
	flags.StringVar(&m.release, "release", "", "`version` of the release")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return errors.New("needs the folder to write to")
	}
	if _, err := time.Parse(time.DateOnly, m.date); err != nil {
		return fmt.Errorf("--date %q: not a day such as 2026-11-21", m.date)
	}
	files, err := m.files()
	if err != nil {
		return err
	}
	for name, data := range files {
		path := filepath.Join(flags.Arg(0), name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// A manual is about one release of the program under one name.
type manual struct {
	name    string // of the program
	date    string // YYYY-MM-DD
	release string // may be empty
}

func (m manual) files() (map[string][]byte, error) {
	root := cli.Command(m.name)
	files := map[string][]byte{}
	m.addPages(files, root)
	for _, t := range m.topics(root) {
		files["man7/"+m.name+"-"+t.Name+".7"] = m.topicPage(root, t)
	}
	for shell, name := range map[string]string{
		"bash": m.name + ".bash", "zsh": "_" + m.name, "fish": m.name + ".fish", "powershell": m.name + ".ps1",
	} {
		var b bytes.Buffer
		if err := cli.WriteCompletion(&b, root, shell); err != nil {
			return nil, err
		}
		files["completions/"+name] = b.Bytes()
	}
	return files, nil
}

func (m manual) addPages(files map[string][]byte, cmd *cobra.Command) {
	files["man1/"+page(cmd)+".1"] = m.commandPage(cmd)
	for _, c := range cmd.Commands() {
		m.addPages(files, c)
	}
}
