package ledger

import (
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestWords(t *testing.T) {
	tests := []struct{ name, give, posix, windows string }{
		{"nothing", "", "''", `""`},
		{"a plain word", "credential-1", "credential-1", "credential-1"},
		{"a path", "backups/ledger.db", "backups/ledger.db", "backups/ledger.db"},
		{"a drive", `C:\Users\me\labce.csv`, `'C:\Users\me\labce.csv'`, `C:\Users\me\labce.csv`},
		{"a drive and blanks", `C:\My Files\labce.csv`, `'C:\My Files\labce.csv'`, `"C:\My Files\labce.csv"`},
		{"a folder with a blank", `D:\My Files\`, `'D:\My Files\'`, `"D:\My Files\\"`},
		{"a share", `\\server\share\ledger.db`, `'\\server\share\ledger.db'`, `\\server\share\ledger.db`},
		{"an administrative share", `\\server\c$\ledger.db`, `'\\server\c$\ledger.db'`, `'\\server\c$\ledger.db'`},
		{"parentheses", "labce (1).csv", "'labce (1).csv'", `"labce (1).csv"`},
		{"an ampersand", "R&D.csv", "'R&D.csv'", `"R&D.csv"`},
		{"an apostrophe", "Ann's.csv", `'Ann'\''s.csv'`, `"Ann's.csv"`},
		{"an apostrophe and a dollar", "Ann's $.csv", `'Ann'\''s $.csv'`, "'Ann''s $.csv'"},
		{"a percent sign", "100%", "100%", "'100%'"},
		{"commas, which PowerShell makes a list of", "safety,ethics", "safety,ethics", `"safety,ethics"`},
		{"a line end", "a\nb  c's\\", `$'a\nb  c\'s\\'`, "\"a\nb  c's\\\\\""},
		{"a tab and a mark that turns the writing", "a\t1\u202e", `$'a\0111\342\200\256'`, "\"a\t1\u202e\""},
		{"no UTF-8", "\xe91 \ufffdé", `$'\3511 �é'`, "\"\xe91 \ufffdé\""},
		{"an equals sign before, where zsh looks for a program", "=ls", "'=ls'", "=ls"},
		{"double quotes", `the "new" one`, `'the "new" one'`, `'the "new" one'`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := ShellWord(tt.give); runtime.GOOS != "windows" && got != tt.posix {
				t.Errorf("ShellWord(%q) = %s, want %s", tt.give, got, tt.posix)
			}
			if got := windowsWord(tt.give); got != tt.windows {
				t.Errorf("windowsWord(%q) = %s, want %s", tt.give, got, tt.windows)
			}
		})
	}
}

// Whatever an argument is, each shell makes of its word that argument again.
func TestShellWordIsOneWord(t *testing.T) {
	for _, shell := range []string{"bash", "zsh"} {
		program, err := exec.LookPath(shell)
		if err != nil || runtime.GOOS == "windows" {
			continue
		}
		rapid.Check(t, func(t *rapid.T) {
			bytes := rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })
			marks := rapid.StringOf(rapid.SampledFrom([]rune("a1=~%$`'\"\\!#*?[]{}()<>|&;,@:+-^/ \n\t\u202e\u0301é")))
			args := rapid.SliceOfN(rapid.OneOf(rapid.String(), marks, bytes).Filter(func(s string) bool { return !strings.Contains(s, "\x00") }), 1, 20).Draw(t, "arguments")
			line := `printf '%s\0'`
			for _, arg := range args {
				line += " " + ShellWord(arg)
			}
			out, err := exec.Command(program, "-c", line).CombinedOutput()
			if got := strings.Split(string(out), "\x00"); err != nil || !slices.Equal(got[:len(got)-1], args) {
				t.Fatalf("%s makes %q of %q: %v\n%s", shell, out, args, err, line)
			}
		})
	}
}
