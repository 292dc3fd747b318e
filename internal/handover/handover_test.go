package handover_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cmpledger/internal/handover"
)

// there reports what files the tests of [handover.Theirs] have.
func there(path string) bool {
	return slices.Contains([]string{"old", "new", "5", "lst", "list", "./list", "dir/old", "ad.d", "-s", "x y"}, path)
}

func TestTheirs(t *testing.T) {
	const ours, theirs = false, true
	tests := []struct {
		line string // its words are divided by blanks; _ is an empty one
		want bool
	}{
		// What begins with a word or an option of one of the two: see below.
		{"", ours},
		{"list list2", ours},
		{"__complete list _", ours},
		{"--db old list", ours},
		{"--as-of 2026-01-01 status", ours},
		{"-i3:4 old new", theirs},
		{"-bi5:6 old new", theirs},
		{"old new -s", theirs},
		{"gone -s", theirs},
		{"-s alocate 12", theirs}, // nobody types an option before a command of ours
		{"--ig=3 old new", theirs},
		{"--verb", theirs},
		{"--print", theirs}, // of both

		// What only looks like an option of theirs.
		{"--v", ours},
		{"--ver", ours},
		{"--vers", ours},
		{"--hel", ours},
		{"--bytesize", ours},
		{"--frobnicate", ours},
		{"-x", ours},
		{"-sx", ours},
		{"-5", ours},
		{"--=x", ours},
		{"--", ours},

		// Two operands and more.
		{"old new", theirs},
		{"old gone", theirs},
		{"gone new", theirs},
		{"xyzzy gone", theirs},
		{"a.out b.out", theirs},
		{"./list lst2", theirs},
		{"./x ./y", theirs},
		{"old new 3 4", theirs},
		{"- new", theirs},
		{"old -", theirs},
		{"- -", theirs},
		{"_ _", theirs},
		{"-- -s new", theirs},
		{"-- list old", theirs},
		{"-- alocate 12", theirs},
		{"old -- new", theirs},
		{"--frobnicate old new", theirs},
		{"-x old new", theirs},
		{"old new --format json", theirs},
		{"x status", theirs},

		// Two operands, but a command of ours was meant.
		{"alocate 12 chemistry", ours},
		{"ALLOCATE 12 chemistry", ours},
		{"alocate 12 -s", ours},
		{"lsit gone", ours},
		{"cred list", ours},
		{"ad title", ours},
		{"lst list", theirs}, // it names a file
		{"ad.d list", theirs},
		{"stats.old stats", theirs},
		{"dir/lst list", theirs},
		{"xy title", theirs},
		{"a b", theirs},
		{"d a", theirs},

		// The code of a credential.
		{"SBB ethics", ours},
		{"mls status", ours},
		{"./mls status", theirs},
		{"C status", theirs},
		{"gone MLS", theirs},

		// What only ours can mean.
		{"cmp status", ours},
		{"cmp allocate 12 safety", ours},
		{"cmp gone", theirs},
		{"cmp", ours},
		{"12 --topic ethics", ours},
		{"12 13 --topic=ethics", ours},
		{"5 --topic ethics", theirs}, // it names a file
		{"12 new", theirs},
		{"12 ethics", ours},
		{"5 ethics", theirs},
		{"gone ethics", theirs},
		{"12 13", theirs},
		{"./cmp status", theirs},

		// One operand.
		{"-", theirs},
		{"old", theirs},
		{"lst", theirs},
		{"-- old", theirs},
		{"-- -s", theirs},
		{"-- gone", ours},
		{"gone", ours},
		{"_", ours},
		{"stauts", ours},
		{"./gone", ours},
		{"old --frobnicate", theirs},
		{"gone --format json", ours},
		{"gone --db list", ours},
		{"gone --format=json", ours},
		{"gone --help", ours},

		// Words of other tools.
		{"rm 5", ours},
		{"RM 5", ours},
		{"ls", ours},
		{"ls -l", ours},
		{"rm 5 -s", ours},
		{"find old", ours},
		{"new gone", ours},
		{"new old", theirs},
		{"new", theirs},
		{"new -s", theirs},
		{"./rm 5", theirs},
		{"rm.old 5", theirs},
		{"-s rm 5", theirs},
		{"-- rm 5", theirs},
		{"serch antibody", ours},
		{"new -", theirs},
		{"new - 0", theirs},
		{"new 5", ours},
		{"new 5 -", ours},
		{"gone done -", theirs},
		{"undeclare MLS", ours},
		{"unkeep 1 2", ours},
		{"/? x", ours},
		{"-? x", ours},
		{"gone done", theirs}, // no word is near that has fewer than five letters
	}
	for _, tt := range tests {
		t.Run(tt.line, func(t *testing.T) {
			args := strings.Fields(tt.line)
			for i, arg := range args {
				args[i] = strings.Trim(arg, "_")
				if strings.HasPrefix(arg, "__") {
					args[i] = arg
				}
			}
			if got := handover.Theirs(args, there); got != tt.want {
				t.Errorf("Theirs(%q) = %t, want %t", args, got, tt.want)
			}
		})
	}
}

// A word of another tool is compared with what is typed if there is a file of that name.
func TestTheirsWithStandardInput(t *testing.T) {
	for _, word := range handover.OtherWords() {
		exists := func(path string) bool { return path == word || path == "5" }
		for _, rest := range [][]string{{"-"}, {"-", "0"}} {
			if !strings.HasPrefix(word, "-") && !handover.Theirs(append([]string{word}, rest...), exists) {
				t.Errorf("cmp %s %q is kept", word, rest)
			}
		}
		if handover.Theirs([]string{word, "5"}, exists) {
			t.Errorf("cmp %s 5 is handed over", word)
		}
	}
}

// words draws arguments that mean something to one of the two, among others.
func words() *rapid.Generator[[]string] {
	known := append(handover.Commands(), "-", "--", "-s", "-n", "-n5", "-sn", "--bytes", "--bytes=5", "--db", "--format=json", "-h", "--help", "old", "new", "lst", "")
	return rapid.SliceOf(rapid.OneOf(rapid.SampledFrom(known), rapid.String(), rapid.StringMatching(`--?[a-z=-]{0,8}`)))
}

// Whatever follows a command or flag of ours, it is ours.
func TestTheirsNeverOurs(t *testing.T) {
	flags := handover.Flags()
	for i, f := range flags {
		flags[i] = strings.TrimSuffix(f, "=")
	}
	first := rapid.SampledFrom(append(handover.Commands(), flags...))
	rapid.Check(t, func(t *rapid.T) {
		args := append([]string{first.Draw(t, "first")}, words().Draw(t, "rest")...)
		if handover.Theirs(args, func(string) bool { return rapid.Bool().Draw(t, "exists") }) {
			t.Errorf("Theirs(%q)", args)
		}
	})
}

// An option that they know makes a call theirs in front of anything.
func TestTheirsWithOption(t *testing.T) {
	option := rapid.SampledFrom([]string{"-s", "-l", "-b", "-c", "-v", "-i", "-n", "-n5", "-ls", "--quiet", "--silent", "--verbose", "--print-bytes", "--by=3", "--ignore-initial=3:4"})
	rapid.Check(t, func(t *rapid.T) {
		args := append([]string{option.Draw(t, "option")}, words().Draw(t, "rest")...)
		if !handover.Theirs(args, there) {
			t.Errorf("Theirs(%q) is false", args)
		}
	})
}

func TestName(t *testing.T) {
	tests := []struct {
		argv0 string
		want  string
		known bool
	}{
		{"cmp", "cmp", true},
		{"/usr/local/bin/cmp", "cmp", true},
		{"./cmp", "cmp", true},
		{"cmp.exe", "cmp", true},
		{"cmp.EXE", "cmp", true},
		{"cmp-ledger", "cmp-ledger", true},
		{"/usr/bin/cmp-ledger.exe", "cmp-ledger", true},
		{"", "cmp", false},
		{".exe", "cmp", false},
		{"/", "cmp", false},
		{"cmp2", "cmp", false},
		{"-cmp", "cmp", false},
		{"/cmp/ledger", "cmp", false},
	}
	for _, tt := range tests {
		if name, known := handover.Name(tt.argv0); name != tt.want || known != tt.known {
			t.Errorf("Name(%q) = %q, %t, want %q, %t", tt.argv0, name, known, tt.want, tt.known)
		}
	}
}

func TestIsTheirs(t *testing.T) {
	tests := []struct {
		argv0, value string
		want         bool
		err          string
	}{
		{"cmp", "", true, ""},
		{"cmp", "never", false, ""},
		{"/usr/bin/cmp", "always", true, ""},
		{"cmp", "Always", false, `CMP_PASSTHROUGH "Always": not never or always`},
		{"cmp-ledger", "", false, ""},
		{"cmp-ledger", "always", false, ""},
		{"cmp-ledger", "perhaps", false, ""},
		{"ledger", "always", false, ""},
		{"", "always", false, ""},
	}
	for _, tt := range tests {
		got, err := handover.IsTheirs([]string{tt.argv0, "-s", "a", "b"}, func(name string) string {
			if name != "CMP_PASSTHROUGH" {
				t.Errorf("asks for %s", name)
			}
			return tt.value
		}, func() bool { return true })
		said := ""
		if err != nil {
			said = err.Error()
		}
		if got != tt.want || said != tt.err {
			t.Errorf("IsTheirs(%q) of %q = %t, %q, want %t, %q", tt.argv0, tt.value, got, said, tt.want, tt.err)
		}
	}
}

// One file alone is for the cmp that compares files, unless somebody watches.
func TestIsTheirsWhereWatched(t *testing.T) {
	for _, tt := range []struct {
		line    string
		watched bool
		want    bool
	}{
		{"handover_test.go", false, true},
		{"handover_test.go", true, false},
		{".", true, false},
		{"-", false, true},
		{"-", true, false},
		{"-s handover_test.go", true, true},
		{"-- handover_test.go", true, true},
		{"handover_test.go next.go", true, true},
		{"-v", true, true},
		{"gone", false, false},
	} {
		got, err := handover.IsTheirs(strings.Fields("cmp "+tt.line), func(string) string { return "" }, func() bool { return tt.watched })
		if got != tt.want || err != nil {
			t.Errorf("IsTheirs(%q), watched %t: %t, %v, want %t", tt.line, tt.watched, got, err, tt.want)
		}
	}
}

func TestNear(t *testing.T) {
	for word, want := range map[string]bool{
		"alocate": true, "Allocate": true, "cred": true, "lsit": true, "stauts": true, "ad": true, "adt": true,
		"unlist": false, "disshow": false, "undoo": true, "declar": true, "delocate": true,
		"": false, "a": false, "ade": true, "xd": false, "zzz": false, "__": false, "listlist": false, "алл": false,
	} {
		if got := handover.Near(word); got != want {
			t.Errorf("Near(%q) = %t", word, got)
		}
	}
}
