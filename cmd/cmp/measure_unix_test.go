//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
)

// measuring is the environment variable that makes this test binary run another program, and
// write to a file how much memory that took. The system counts for a program also what the
// one that started it held, and the tests hold much.
const measuring = "CMP_TEST_MEASURING"

func init() {
	if path := os.Getenv(measuring); path != "" {
		os.Unsetenv(measuring)
		os.Exit(measure(path))
	}
}

func measure(path string) int {
	cmd := exec.Command(os.Args[1], os.Args[2:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	_ = cmd.Run() // how it ended is in its state
	used := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
	if runtime.GOOS != "darwin" { // there in bytes, else in kilobytes
		used <<= 10
	}
	if err := os.WriteFile(path, fmt.Append(nil, used), 0o600); err != nil {
		panic(err)
	}
	return cmd.ProcessState.ExitCode()
}

// peak runs a command, and returns how it ended and the most memory that it held, in MB.
func peak(t *testing.T, cmd *exec.Cmd) (int, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "used")
	self, err := os.Executable()
	need(t, err)
	cmd.Args = append([]string{self, cmd.Path}, cmd.Args[1:]...)
	cmd.Path, cmd.Env = self, append(cmd.Env, measuring+"="+path)
	ended := cmd.Run()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: did not end: %v", cmd.Args[1:], ended)
	}
	used, err := strconv.ParseInt(string(data), 10, 64)
	need(t, err)
	return int(used >> 20), ended
}
