package atomicfile_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/atomicfile"
)

const (
	before = "what was there"
	after  = "what is new"
)

func TestWriteRefuses(t *testing.T) {
	tests := []struct {
		name      string
		path      string
		overwrite bool
		wantIs    error  // or nil
		wantText  string // or "" where systems differ
	}{
		{"exists", "there.txt", false, fs.ErrExist, "write there.txt: file already exists"},
		{"a folder", "folder", false, nil, "write folder: is a folder"},
		{"a folder, overwriting", "folder", true, nil, "write folder: is a folder"},
		{"no such folder", "none/new.txt", false, fs.ErrNotExist, ""},
		{"no such folder, overwriting", "none/new.txt", true, fs.ErrNotExist, ""},
		{"below a file", "there.txt/new.txt", true, nil, ""},
		{"no name", "", false, fs.ErrNotExist, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			folder := t.TempDir()
			t.Chdir(folder)
			create(t, "there.txt", before)
			if err := os.Mkdir("folder", 0o700); err != nil {
				t.Fatal(err)
			}
			err := atomicfile.Write(tt.path, atomicfile.Data([]byte(after)), tt.overwrite)
			var system *fs.PathError
			if !errors.As(err, &system) || system.Path != tt.path || system.Op != "write" {
				t.Fatalf("Write() = %#v, want a PathError of %q", err, tt.path)
			}
			if tt.wantIs != nil && !errors.Is(err, tt.wantIs) {
				t.Errorf("Write() = %v, want %v", err, tt.wantIs)
			}
			if !errors.Is(tt.wantIs, fs.ErrExist) && errors.Is(err, fs.ErrExist) {
				t.Errorf("Write() = %v, which is taken for a file that exists", err)
			}
			if tt.wantText != "" && err.Error() != tt.wantText {
				t.Errorf("Write() = %v, want %v", err, tt.wantText)
			}
			if diff := cmp.Diff(map[string]string{"there.txt": before, "folder": "(nothing)"}, files(t, folder)); diff != "" {
				t.Errorf("files afterwards (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWriteMode(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("has no permission bits")
	}
	path := filepath.Join(t.TempDir(), "there.txt")
	create(t, path, before)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, overwrite := range []bool{true, false} {
		if err := atomicfile.Write(path, atomicfile.Data([]byte(after)), overwrite); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != 0o600 {
			t.Errorf("overwriting %v: mode %v, want 0600", overwrite, info.Mode())
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWriteSymbolicLinks(t *testing.T) {
	folder := t.TempDir()
	create(t, filepath.Join(folder, "there.txt"), before)
	for link, to := range map[string]string{"link": "there.txt", "dangling": "gone.txt"} {
		if err := os.Symlink(to, filepath.Join(folder, link)); err != nil {
			t.Skip(err)
		}
	}
	write := func(name string, overwrite bool) error {
		return atomicfile.Write(filepath.Join(folder, name), atomicfile.Data([]byte(after)), overwrite)
	}
	for _, link := range []string{"link", "dangling"} {
		if err := write(link, false); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: %v, want that it exists", link, err)
		}
	}
	if err := write("dangling", true); err == nil {
		t.Error("a link to nothing was replaced")
	}
	if err := write("link", true); err != nil {
		t.Error(err)
	}
	if info, err := os.Lstat(filepath.Join(folder, "link")); err != nil || info.Mode().Type() != fs.ModeSymlink {
		t.Errorf("the link became %v, %v", info.Mode(), err)
	}
	want := map[string]string{"there.txt": after, "link": after, "dangling": "(nothing)"}
	if diff := cmp.Diff(want, files(t, folder)); diff != "" {
		t.Errorf("files afterwards (-want +got):\n%s", diff)
	}
}

// Of many who write the same new file one wins, and its content is whole.
func TestWriteTogether(t *testing.T) {
	for _, overwrite := range []bool{false, true} {
		folder := t.TempDir()
		path := filepath.Join(folder, "a.csv")
		errs := make([]error, 20)
		var group sync.WaitGroup
		for i := range errs {
			group.Go(func() {
				errs[i] = atomicfile.Write(path, atomicfile.Data(bytes.Repeat([]byte{byte('a' + i)}, 100_000)), overwrite)
			})
		}
		group.Wait()
		written := 0
		for _, err := range errs {
			switch {
			case err == nil:
				written++
			case !errors.Is(err, fs.ErrExist):
				t.Error(err)
			}
		}
		if want := map[bool]int{false: 1, true: len(errs)}[overwrite]; written != want {
			t.Errorf("overwriting %v: %d writers succeeded, want %d", overwrite, written, want)
		}
		got := files(t, folder)
		content := got["a.csv"]
		if len(got) != 1 || len(content) != 100_000 || bytes.Count([]byte(content), []byte(content[:1])) != len(content) {
			t.Errorf("overwriting %v: %d files, the content is not of one writer", overwrite, len(got))
		}
	}
}

func TestClaim(t *testing.T) {
	tests := []struct {
		name      string
		temporary string
		target    string
		wantError error
		want      map[string]string
	}{
		{"free", "temporary", "new", nil, map[string]string{"there": before, "new": after}},
		{"taken", "temporary", "there", fs.ErrExist, map[string]string{"there": before, "temporary": after}},
		{"the second step fails", "gone", "new", fs.ErrNotExist, map[string]string{"there": before, "temporary": after}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			folder := t.TempDir()
			create(t, filepath.Join(folder, "there"), before)
			create(t, filepath.Join(folder, "temporary"), after)
			err := atomicfile.Claim(filepath.Join(folder, tt.temporary), filepath.Join(folder, tt.target))
			if !errors.Is(err, tt.wantError) {
				t.Errorf("claim() = %v, want %v", err, tt.wantError)
			}
			if diff := cmp.Diff(tt.want, files(t, folder)); diff != "" {
				t.Errorf("files afterwards (-want +got):\n%s", diff)
			}
		})
	}
}

func create(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// files returns the content of everything in the folder, by name.
func files(t *testing.T, folder string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, entry := range entries {
		data, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			data = []byte("(nothing)")
		}
		found[entry.Name()] = string(data)
	}
	return found
}

// What fills a file may fail in the middle: nothing of it is left, and its error is its own.
func TestFillFails(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	fail := func(to io.Writer) error {
		_, _ = io.WriteString(to, after)
		return fs.ErrClosed
	}
	create(t, filepath.Join(folder, "there"), before)
	err := atomicfile.Write(filepath.Join(folder, "there"), fail, true)
	_, spooled := atomicfile.Spool(fail)
	if err != fs.ErrClosed || spooled != fs.ErrClosed { //nolint:errorlint // it is that very error
		t.Errorf("%v and %v, want %v", err, spooled, fs.ErrClosed)
	}
	if diff := cmp.Diff(map[string]string{"there": before}, files(t, folder)); diff != "" {
		t.Errorf("files afterwards (-want +got):\n%s", diff)
	}
}

func TestSpool(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	file, err := atomicfile.Spool(atomicfile.Data([]byte(after)))
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(file)
	if err = errors.Join(err, file.Close()); err != nil || string(data) != after {
		t.Errorf("%q, %v", data, err)
	}
	if left := files(t, folder); runtime.GOOS != "windows" && len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}
