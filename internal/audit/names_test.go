package audit_test

import (
	"strings"
	"testing"

	"cmpledger/internal/audit"
	"cmpledger/internal/ledger"
)

// only returns the name of the one certificate of a packet of one credit.
func only(t *testing.T, title, name, mediaType string) string {
	c := credit(t, 7, "2025-05-02", title)
	_, names := unpack(t, write(t, audit.Packet{
		Declaration:  ledger.Declaration{Date: c.Date, Requirements: []ledger.DeclaredRequirement{{Name: "other"}}, Credits: []ledger.DeclaredCredit{{Requirement: "other", Points: 100, Credit: c}}},
		Certificates: []audit.Certificate{certificate(7, name, mediaType, "x")},
	}))
	return names[2]
}

func TestTitlesInNames(t *testing.T) {
	word := strings.Repeat("x", 29)
	for _, tt := range []struct{ name, title, want string }{
		{"capitals and digits", "HIV-1 & HIV-2", "hiv-1-hiv-2"},
		{"accents of their own", "He\u0301mostase", "hemostase"},
		{"letters that have no parts", "Straße Ødem", "stra-e-dem"},
		{"other forms of letters", "ＦＵＬＬ ﬁ ²", "full-fi-2"},
		{"another script beside ours", "臨床検査 quality", "quality"},
		{"another script", "臨床検査", "credit"},
		{"control characters", "a\x00b\nc\u202ed", "a-b-c-d"},
		{"as long as may be", word + " " + word + "9", word + "-" + word + "9"},
		{"cut behind a word", word + word + "9 " + word, word + word + "9"},
		{"cut within a long word", strings.Repeat("x", 100), strings.Repeat("x", 60)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := "certificates/01-2025-05-02-" + tt.want + ".pdf"
			if got := only(t, tt.title, "x.pdf", "application/pdf"); got != want {
				t.Errorf("%q is named %s, want %s", tt.title, got, want)
			}
		})
	}
}

func TestExtensions(t *testing.T) {
	for _, tt := range []struct{ name, file, mediaType, want string }{
		{"by media type", "scan", "image/jpeg", "jpg"},
		{"media type before name", "scan.exe", "image/png", "png"},
		{"media type with parameters", "note", "Text/Plain; charset=utf-8", "txt"},
		{"by name", "letter.DOCX", "application/octet-stream", "docx"},
		{"the last of several", "a.tar.gz", "", "gz"},
		{"nothing before it", ".pdf", "", "pdf"},
		{"nothing behind the dot", "letter.", "", "bin"},
		{"too long", "letter.backup", "", "bin"},
		{"other characters", "letter.p/f", "", "bin"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := "certificates/01-2025-05-02-title." + tt.want
			if got := only(t, "Title", tt.file, tt.mediaType); got != want {
				t.Errorf("%q of type %q is named %s, want %s", tt.file, tt.mediaType, got, want)
			}
		})
	}
}

// Numbers have as many digits as the last of them may have, so that the files of a
// folder stand in the order of the index.
func TestNumbers(t *testing.T) {
	for _, tt := range []struct {
		credits     int
		first, last string
	}{
		{45, "01-", "45-"}, {99, "01-", "99-"}, {100, "001-", "100-"},
	} {
		p := audit.Packet{Declaration: ledger.Declaration{Date: day(t, "2026-11-21"), Requirements: []ledger.DeclaredRequirement{{Name: "other"}}}}
		for i := range int64(tt.credits) {
			c := credit(t, 1000-i, "2025-05-02", "The same title")
			line := ledger.DeclaredCredit{Requirement: "other", Points: 50, Credit: c}
			p.Declaration.Credits = append(p.Declaration.Credits, line)
			p.Certificates = append(p.Certificates, certificate(c.ID, "x.pdf", "application/pdf", c.Date.String()+strings.Repeat("x", int(i))))
		}
		packet := write(t, p)
		checkSound(t, packet)
		_, names := unpack(t, packet)
		if len(names) != tt.credits+3 {
			t.Errorf("%d credits have %d files", tt.credits, len(names))
		}
		const folder = "certificates/"
		if first, last := names[2], names[len(names)-2]; !strings.HasPrefix(first, folder+tt.first) || !strings.HasPrefix(last, folder+tt.last) {
			t.Errorf("%d credits: from %s to %s", tt.credits, first, last)
		}
	}
}
