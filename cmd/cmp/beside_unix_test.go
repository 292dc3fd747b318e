//go:build unix

package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// theirs is the cmp that compares files, where a system keeps it.
const theirs = "/usr/bin/cmp"

// needTheirs skips a test where there is no such cmp, or not GNU's.
func needTheirs(t *testing.T) {
	t.Helper()
	out, err := exec.Command(theirs, "--version").Output()
	if err != nil || !bytes.Contains(out, []byte("diffutils")) {
		t.Skip("no cmp of GNU diffutils")
	}
}

// A said is what a call says and how it ends.
type said struct {
	Out, Err string
	Code     int
}

// call runs a program under the name cmp, in a folder. One that takes long has
// lost its way.
func call(t *testing.T, folder, program, stdin string, env []string, args ...string) said {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var out, talk bytes.Buffer
	cmd := exec.CommandContext(ctx, program)
	cmd.Args = append([]string{"cmp"}, args...)
	cmd.Dir, cmd.Env = folder, append(os.Environ(), env...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &talk
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil || ctx.Err() != nil {
		t.Fatalf("cmp %q: %v\n%s%s", args, err, out.String(), talk.String())
	}
	return said{out.String(), talk.String(), cmd.ProcessState.ExitCode()}
}

// write writes files, each named before its text. For why no process starts, see [copyProgram].
func write(t *testing.T, folder string, mode os.FileMode, texts ...string) {
	t.Helper()
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	for i := 0; i < len(texts); i += 2 {
		path := filepath.Join(folder, texts[i])
		need(t, os.MkdirAll(filepath.Dir(path), 0o755))
		need(t, os.WriteFile(path, []byte(texts[i+1]), mode))
	}
}

// Whoever calls cmp to compare files cannot tell that ours stands before
// theirs.
func TestBesideTheirs(t *testing.T) {
	t.Parallel()
	needTheirs(t)
	bin, folder := t.TempDir(), t.TempDir()
	install(t, bin)
	write(t, folder, 0o644,
		"old", "one\ntwo\nthree\n", "new", "one\nTWO\nthree!\n", "same", "one\ntwo\nthree\n", "short", "one\n", "empty", "",
		"-s", "odd\n", "list", "one\n", "lst", "one\n", "a b", "blank\n", "dir/old", "one\ntwo\nthree\n", "bytes", "\x00\x01\xff\n", "bytes2", "\x00\x7f\x80\n")
	write(t, folder, 0, "locked", "one\n")
	posix := []string{"POSIXLY_CORRECT=1"}
	tests := []struct {
		line  string // its words are divided by blanks
		stdin string
		env   []string
	}{
		{line: "old same"}, {line: "old new"}, {line: "old short"}, {line: "short old"}, {line: "old empty"}, {line: "empty empty"}, {line: "old old"},
		{line: "-s old new"}, {line: "-s old same"}, {line: "-s old short"}, {line: "-s old gone"}, {line: "--quiet old new"}, {line: "--silent old new"},
		{line: "-l old new"}, {line: "-l old short"}, {line: "--verbose old new"}, {line: "--verb old new"}, {line: "-l bytes bytes2"},
		{line: "-b old new"}, {line: "-c old new"}, {line: "-bl old new"}, {line: "-lb bytes bytes2"}, {line: "--print-bytes old new"}, {line: "--print-b old new"}, {line: "--print old new"},
		{line: "-n5 old new"}, {line: "-n 5 old new"}, {line: "--bytes=5 old new"}, {line: "--bytes 5 old new"}, {line: "--byt=4 old new"}, {line: "-n 4 old new"}, {line: "-n0 old new"},
		{line: "-i 3 old new"}, {line: "-i 3:4 old new"}, {line: "-i5:6 old new"}, {line: "--ignore-initial=8 old new"}, {line: "--ig=8 old new"}, {line: "-sn10 old new"}, {line: "-sn4 old new"}, {line: "-lsi4 old new"},
		{line: "old new 4"}, {line: "old new 4 4"}, {line: "old new 4 4 4"}, {line: "old new 1K"}, {line: "old new x"},
		{line: "- old", stdin: "one\ntwo\n"}, {line: "old -", stdin: "one\ntwo\nthree\n"}, {line: "-", stdin: "one\n"}, {line: "- -", stdin: "one\n"}, {line: "old", stdin: "one\nTWO"}, {line: "-s old", stdin: "other"},
		{line: "-- old new"}, {line: "-- -s old"}, {line: "-- old"}, {line: "./-s old"}, {line: "-s -- -s old"},
		{line: "old gone"}, {line: "gone old"}, {line: "gone gone2"}, {line: "./gone ./gone2"}, {line: "gone -s"}, {line: "dir old"}, {line: "old dir"}, {line: "dir/old old"}, {line: "old/ new"}, {line: "locked old"}, {line: "-s locked old"},
		{line: "old new -s"}, {line: "old -l new"}, {line: "old new -s", env: posix}, {line: "-s old new", env: posix}, {line: "old -l new", env: posix},
		{line: "-v"}, {line: "-s"}, {line: "-l -s old new"}, {line: "-n"}, {line: "-n x old new"}, {line: "-i"}, {line: "-s --help"}, {line: "-s --version"},
		{line: "--frobnicate old new"}, {line: "-x old new"}, {line: "--quiet=yes old new"}, {line: "old new --vers"},
		{line: "./list lst"}, {line: "lst list"}, {line: "lst status"}, {line: "-s list lst"},
		{line: "old new", env: []string{"LC_ALL=C", "LANGUAGE=de"}}, {line: "old new", env: []string{"CMP_DB=/nowhere/x.db", "CMP_FORMAT=json"}}, {line: "list old", env: []string{"CMP_PASSTHROUGH=always"}},
		{line: "", env: []string{"CMP_PASSTHROUGH=always"}}, {line: "--version", env: []string{"CMP_PASSTHROUGH=always"}}, {line: "--help", env: []string{"CMP_PASSTHROUGH=always"}},
	}
	for _, tt := range tests {
		t.Run(strings.Join(append(tt.env, tt.line), " "), func(t *testing.T) {
			env := append([]string{"PATH=" + bin + ":" + os.Getenv("PATH")}, tt.env...)
			want := call(t, folder, theirs, tt.stdin, env, strings.Fields(tt.line)...)
			got := call(t, folder, filepath.Join(bin, "cmp"), tt.stdin, env, strings.Fields(tt.line)...)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-theirs +handed over):\n%s", diff)
			}
		})
	}
}

// Whatever else is called cmp, theirs gets a call, once.
func TestHandedOverOnce(t *testing.T) {
	t.Parallel()
	echo, err := exec.LookPath("echo")
	need(t, err)
	all := t.TempDir()
	at := func(name string) string { return filepath.Join(all, name) }
	for _, folder := range []string{"ours", "twin", "copy", "links", "hard", "folder", "stub"} {
		need(t, os.MkdirAll(at(folder), 0o755))
	}
	install(t, at("ours"))
	self := at("ours/cmp")
	for _, copied := range []string{at("twin/cmp"), at("copy/cmp")} {
		need(t, copyProgram(self, copied))
	}
	for _, err := range []error{os.Symlink(self, at("links/cmp")), os.Link(self, at("hard/cmp")), os.Mkdir(at("folder/cmp"), 0o755)} {
		need(t, err)
	}
	need(t, copyProgram(echo, at("stub/cmp")))
	want := said{"./a ./b\n", "", 0}
	if call(t, all, at("stub/cmp"), "", nil, "./a", "./b") != want {
		t.Skip("echo goes by its name")
	}
	write(t, all, 0o755,
		"wrapper/cmp", "#!/bin/sh\nexec cmp \"$@\"\n",
		"exact/cmp", "#!/bin/sh\nexec '"+self+"' \"$@\"\n",
		"clean/cmp", "#!/bin/sh\nexec /usr/bin/env -i PATH=\"${PATH#*/clean:}\" '"+self+"' \"$@\"\n",
		"broken/cmp", "no program\n",
		"gone/cmp", "#!/nowhere/interpreter\n")
	write(t, all, 0o644, "plain/cmp", "")
	tests := []struct {
		name, path string // folders, the first of which is asked; % is that of all
	}{
		{"at once", "%/ours:%/stub"},
		{"twice on PATH", "%/ours:%/ours:%/stub"},
		{"a copy", "%/ours:%/copy:%/stub"},
		{"a copy before", "%/copy:%/ours:%/stub"},
		{"two copies", "%/ours:%/twin:%/copy:%/ours:%/stub"},
		{"a symbolic link", "%/ours:%/links:%/stub"},
		{"called by the link", "%/links:%/ours:%/stub"},
		{"a hard link", "%/ours:%/hard:%/stub"},
		{"a script that calls cmp", "%/ours:%/wrapper:%/stub"},
		{"a script that calls cmp, and a copy", "%/copy:%/wrapper:%/ours:%/stub"},
		{"a script that calls ours", "%/ours:%/exact:%/stub"},
		{"two scripts", "%/ours:%/exact:%/wrapper:%/stub"},
		{"a script and a copy", "%/ours:%/copy:%/exact:%/wrapper:%/twin:%/stub"},
		{"a script that calls ours without the environment", "%/ours:%/clean:%/stub"},
		{"a script before that calls ours", "%/clean:%/ours:%/stub"},
		{"relative and empty entries", "%/ours:stub:.:./stub::%/stub"},
		{"a folder of that name", "%/ours:%/folder:%/stub"},
		{"a file that may not be run", "%/ours:%/plain:%/stub"},
		{"a file that is no program", "%/ours:%/broken:%/stub"},
		{"a script without its interpreter", "%/ours:%/gone:%/stub"},
		{"a folder that is gone", "%/ours:%/nowhere:%/stub"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := strings.ReplaceAll(tt.path, "%", all)
			first, _, _ := strings.Cut(path, ":")
			got := call(t, all, filepath.Join(first, "cmp"), "", []string{"PATH=" + path}, "./a", "./b")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Without another cmp there is a line that says so.
func TestNoOtherToHandOverTo(t *testing.T) {
	t.Parallel()
	bin := t.TempDir()
	install(t, bin)
	want := said{"", "cmp: no other cmp on PATH to compare files with; install diffutils, or type cmp --help for what this one does\n", 2}
	for _, path := range []string{"", bin, "relative:.:"} {
		env := []string{"PATH=" + path, "CMP_PASSED_BY=/usr/bin/cmp:/bin/cmp"}
		if diff := cmp.Diff(want, call(t, t.TempDir(), filepath.Join(bin, "cmp"), "", env, "-s", "a", "b")); diff != "" {
			t.Errorf("PATH=%q (-want +got):\n%s", path, diff)
		}
	}
}

// A release says of itself what it was built from.
func TestReleaseTellsItsVersion(t *testing.T) {
	t.Parallel()
	for arg, want := range map[string]string{"version": "cmp version 1.2.3 abcdef 2026-03-01\n", "--version": "cmp version 1.2.3\n"} {
		if got := call(t, t.TempDir(), built(t), "", nil, arg); got.Out != want || got.Code != 0 {
			t.Errorf("cmp %s: %+v, want %q", arg, got, want)
		}
	}
}
