package ledger

import (
	"runtime"
	"testing"
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
