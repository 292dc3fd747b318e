package evidence_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"cmpledger/internal/evidence"
)

var names = []struct{ name, give, want string }{
	{"nothing", "", "evidence"},
	{"a plain name", "Bloodborne pathogens 2026.pdf", "Bloodborne pathogens 2026.pdf"},
	{"letters of other scripts", "Zertifikat für Übung – 証明書 شهادة.pdf", "Zertifikat für Übung – 証明書 شهادة.pdf"},
	{"combining marks", "re\u0301sume\u0301.pdf", "re\u0301sume\u0301.pdf"},
	{"up and away", "../../etc/passwd", "passwd"},
	{"two dots", "..", "evidence"},
	{"slashes alone", "//\\/", "evidence"},
	{"up on Windows", `..\..\autorun.inf`, "autorun.inf"},
	{"a drive", `C:\Users\me\scan.pdf`, "scan.pdf"},
	{"a stream", "scan.pdf:evil.exe", "scan.pdf_evil.exe"},
	{"slashes of other scripts", "a\uff0fb\uff3cc\u2215d.pdf", "a_b_c_d.pdf"},
	{"what Windows forbids", `a<b>c"d|e?f*g.pdf`, "a_b_c_d_e_f_g.pdf"},
	{"control characters", "a\x00b\x1b[31mc\x7f.pdf", "ab[31mc.pdf"},
	{"line ends and tabs", "first\r\nsecond\tthird.pdf", "first second third.pdf"},
	{"bidirectional override", "cert\u202efdp.exe", "certfdp.exe"},
	{"zero width", "\ufeffce\u200brt.pdf", "cert.pdf"},
	{"wide blanks", "a\u3000b\u00a0c.pdf", "a b c.pdf"},
	{"hidden", ".profile", "profile"},
	{"an option", "--help.pdf", "help.pdf"},
	{"a home", "~root.pdf", "root.pdf"},
	{"blanks and dots behind", "scan.pdf . .. ", "scan.pdf"},
	{"not UTF-8", "Gr\xfc\xdfe.pdf", "Gr\uFFFD\uFFFDe.pdf"},
	{"a device", "CON", "_CON"},
	{"a device with two extensions", "Aux.tar.gz", "_Aux.tar.gz"},
	{"a device with a blank", "con .pdf", "_con .pdf"},
	{"a port", "COM1.pdf", "_COM1.pdf"},
	{"a port in superscript", "LPT¹.pdf", "_LPT¹.pdf"},
	{"no device", "CONTROL.pdf", "CONTROL.pdf"},
}

func TestSafeName(t *testing.T) {
	for _, tt := range names {
		t.Run(tt.name, func(t *testing.T) {
			if got := evidence.SafeName(tt.give); got != tt.want {
				t.Errorf("SafeName(%q) = %q, want %q", tt.give, got, tt.want)
			}
			checkSafe(t, tt.give)
		})
	}
}

// A name of letters, digits, hyphens and one extension stays as it is.
func TestSafeNameKeeps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`\p{L}{2}[\p{L}\p{Nd} _-]{0,10}\p{L}\.[a-z]{3}`).
			Filter(func(name string) bool { return !device.MatchString(name) && !strings.Contains(name, "  ") }).Draw(t, "name")
		if got := evidence.SafeName(name); got != name {
			t.Errorf("SafeName(%q) = %q", name, got)
		}
	})
}

func TestSafeNameProperties(t *testing.T) {
	piece := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"..", "/", `\`, ":", ".", " ", "-", "~", "CON", "nul", "com¹", ".pdf", "\u202e", "\u200d", "\x00", "\xff", "証",
		strings.Repeat(" .", 60), strings.Repeat("\u0301", 60),
	}))
	rapid.Check(t, func(t *rapid.T) {
		checkSafe(t, strings.Join(rapid.SliceOf(piece).Draw(t, "pieces"), ""))
	})
}

// device is what Windows takes for a device, as its documentation has it.
var device = regexp.MustCompile(`^(?i:con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³]) *(\.|$)`)

// checkSafe reports in what the safe name of give is not safe.
func checkSafe(t rapid.TB, give string) {
	t.Helper()
	got := evidence.SafeName(give)
	if got == "" || !utf8.ValidString(got) {
		t.Errorf("SafeName(%q) = %q: empty or not UTF-8", give, got)
	}
	if strings.ContainsAny(got, "/\\:<>\"|?*\u2044\u2215\uff0f\uff3c") || !filepath.IsLocal(got) {
		t.Errorf("SafeName(%q) = %q: has parts", give, got)
	}
	if strings.ContainsFunc(got, func(r rune) bool {
		return unicode.In(r, unicode.Cc, unicode.Bidi_Control, unicode.Zl, unicode.Zp, unicode.Co)
	}) {
		t.Errorf("SafeName(%q) = %q: has characters that act", give, got)
	}
	if strings.TrimLeft(got, ".- ~") != got || strings.TrimRight(got, ". ") != got {
		t.Errorf("SafeName(%q) = %q: begins or ends badly", give, got)
	}
	if device.MatchString(got) {
		t.Errorf("SafeName(%q) = %q: a device on Windows", give, got)
	}
	if filepath.Dir(filepath.Join("folder", got)) != "folder" || filepath.Base(filepath.Join("folder", got)) != got {
		t.Errorf("SafeName(%q) = %q: not a direct child", give, got)
	}
	if again := evidence.SafeName(got); again != got {
		t.Errorf("SafeName(%q) = %q, and of that %q", give, got, again)
	}
}
