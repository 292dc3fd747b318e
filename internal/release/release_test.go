package release_test

import (
	"testing"

	"cmpledger/internal/release"
)

func TestLine(t *testing.T) {
	tests := []struct {
		info release.Info
		want string
	}{
		{release.Info{}, "cmp version (built from source)"},
		{release.Info{Version: "1.2.3"}, "cmp version 1.2.3"},
		{release.Info{Version: "1.2.3", Commit: "abc", Date: "2026-03-01"}, "cmp version 1.2.3 abc 2026-03-01"},
		{release.Info{Commit: "abc"}, "cmp version (built from source) abc"},
	}
	for _, tt := range tests {
		if got := tt.info.Line("cmp"); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.info, got, tt.want)
		}
	}
}
