package handover

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/term"
)

// passedBy is the environment variable that lists the programs that handed this call
// on, as PATH does. Without it a copy of ours would get the call again and again.
const passedBy = "CMP_PASSED_BY"

// noOther says that nothing can compare the files.
const noOther = "no other cmp on PATH to compare files with%s; install diffutils, or type cmp --help for what this one does"

// Watched reports whether somebody types what the program reads, and sees what it says.
func Watched() bool {
	return term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stderr.Fd()))
}

// To hands the call over to the next cmp that is no script, with all its arguments. Where the system
// can, the other program replaces this process and To does not return; elsewhere To
// returns its exit code. An error says that no other cmp can be run.
func To(argv []string) (code int, err error) {
	passed := filepath.SplitList(os.Getenv(passedBy))
	if self, err := os.Executable(); err == nil {
		passed = append(passed, self)
	}
	err = fmt.Errorf(noOther, "")
	for _, folder := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/bin", "/bin") {
		program := folder + string(os.PathSeparator) + Own
		if runtime.GOOS == "windows" {
			program += ".exe"
		}
		// An empty or relative folder depends on where one happens to be.
		if !filepath.IsAbs(folder) || !isNext(program, passed) {
			continue
		}
		if isScript(program) {
			err = fmt.Errorf(noOther, " (a script is not called: it might call this one)")
			continue
		}
		passed = append(passed, program)
		_ = os.Setenv(passedBy, strings.Join(passed, string(os.PathListSeparator)))
		if code, err = run(program, argv); err == nil {
			return code, nil
		}
		err = fmt.Errorf("%s: %w", program, err)
	}
	return 0, err
}

// isNext reports whether a program can be run and did not have the call yet, under
// any name.
func isNext(program string, passed []string) bool {
	file, err := os.Stat(program)
	if err != nil || !file.Mode().IsRegular() || runtime.GOOS != "windows" && file.Mode()&0o111 == 0 {
		return false
	}
	for _, other := range passed {
		if seen, err := os.Stat(other); err == nil && os.SameFile(file, seen) {
			return false
		}
	}
	return true
}

// isScript reports whether a program is a text that another program reads. A script
// called cmp may call ours, which would call it again.
func isScript(program string) bool {
	file, err := os.Open(program)
	if err != nil { // nobody can read it as a script
		return false
	}
	defer file.Close() //nolint:errcheck // it is read only
	start := make([]byte, len("#!"))
	_, err = io.ReadFull(file, start)
	return err == nil && string(start) == "#!"
}

// run replaces this process by the program; it returns only if that fails. On
// Windows the program runs beside this process, on its streams.
func run(program string, argv []string) (code int, err error) {
	if runtime.GOOS != "windows" {
		return 0, syscall.Exec(program, argv, os.Environ())
	}
	p := exec.Cmd{Path: program, Args: argv, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}
	if err := p.Run(); p.ProcessState == nil {
		return 0, err
	}
	return p.ProcessState.ExitCode(), nil
}
