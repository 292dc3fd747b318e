package handover

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// passedBy is the environment variable that carries the programs which had
// this call already, as a list like PATH. Without it a copy of ours, or a
// script called cmp that calls ours, would have the call again and again.
const passedBy = "CMP_PASSED_BY"

// errNone says what to do where nobody else is called cmp.
var errNone = errors.New("no other cmp on PATH to compare files with; install diffutils, or type cmp --help for what this one does")

// To hands the call of this process over to the next cmp, with all its
// arguments. Where the system can, the other takes the place of this process
// and To does not return; elsewhere it returns the other's exit code. An error
// says that there is no other cmp, or that none of them can be run.
func To(argv []string) (code int, err error) {
	passed := filepath.SplitList(os.Getenv(passedBy))
	if self, err := os.Executable(); err == nil {
		passed = append(passed, self)
	}
	for _, folder := range folders(os.Getenv("PATH")) {
		program, ok := candidate(folder, passed)
		if !ok {
			continue
		}
		passed = append(passed, program)
		if code, err = run(program, argv, environment(passed)); err == nil {
			return code, nil
		}
		err = fmt.Errorf("%s: %w", program, err)
	}
	if err == nil {
		err = errNone
	}
	return 0, err
}

// folders returns where to look: the absolute entries of PATH in their order,
// then where a system keeps its own programs. An empty or relative entry means
// the folder that somebody happens to be in.
func folders(path string) []string {
	all := slices.DeleteFunc(filepath.SplitList(path), func(folder string) bool { return !filepath.IsAbs(folder) })
	return append(all, system...)
}

// candidate returns the cmp in a folder, if there is one that may be run and
// that had the call not yet. Files are the same where the system says so,
// under whatever names.
func candidate(folder string, passed []string) (program string, ok bool) {
	program = folder + string(os.PathSeparator) + Own + extension
	file, err := os.Stat(program)
	if err != nil || !file.Mode().IsRegular() || runtime.GOOS != "windows" && file.Mode()&0o111 == 0 {
		return "", false
	}
	for _, other := range passed {
		if seen, err := os.Stat(other); err == nil && os.SameFile(file, seen) {
			return "", false
		}
	}
	return program, true
}

// environment returns that of this process, with the programs that had the
// call.
func environment(passed []string) []string {
	all := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, passedBy+"=") })
	return append(all, passedBy+"="+strings.Join(passed, string(os.PathListSeparator)))
}
