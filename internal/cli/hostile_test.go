package cli_test

import (
	"archive/zip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// hostile are texts that would garble a terminal, a table or a page.
func hostile() map[string]string {
	long := 20_000
	if full() {
		long = 1_000_000
	}
	return map[string]string{
		"escape sequences":    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \u009b1A up",
		"bidirectional marks": "invoice \u202exslx.gnp\u202c \u2067isolate\u2069 \u200frtl",
		"newlines":            "one\ntwo\r\nthree\rfour\u2028five\u0085six\vseven\feight",
		"tabs and bells":      "a\tb\a\b\x7f",
		"markup":              `<script>alert("1")</script>&amp;<!-- ' -->`,
		"a formula":           `=HYPERLINK("http://example.org"),"x";y|z`,
		"many letters":        strings.Repeat("long ", long/5),
		"many commands":       strings.Repeat(`cmp 'a $"b `, long/11),
		"one long word":       strings.Repeat("é", long/10),
		"combining marks":     "z" + strings.Repeat("\u0335", 1000),
		"emoji and wide":      "👩‍🔬 血液 한국어 \U0001F9EA",
		"JSON":                `{"a": ["\u2028", "\\"]}`,
	}
}

// Whatever a text holds, no answer garbles the terminal, and what was stored
// comes back unchanged.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			file := filepath.Join(t.TempDir(), "proof")
			need(t, os.WriteFile(file, []byte("proof of "+name), 0o600))
			w.must(t, "credential", "add", "QIHC", "--expires", "2027-03-31", "--number", text)
			for _, topic := range []string{"safety=1", "ethics=1", "immunohistochemistry"} {
				w.must(t, "add", text, "--points", "6", "--topic", topic, "--date", "2026-03-09", "--provider", text,
					"--reference", text+topic, "--url", text, "--note", text, "--evidence", file)
				checkScreen(t, w)
			}
			w.must(t, "allocate", "--auto")
			checkScreen(t, w)
			w.must(t, "declare", "QIHC")
			packet, page := filepath.Join(t.TempDir(), "packet.zip"), filepath.Join(t.TempDir(), "report.html")
			for _, command := range [][]string{
				{"edit", "1", "--title", "changed " + text},
				{"status"}, {"explain", "1"}, {"explain", "QIHC"}, {"explain", "QIHC", "safety"}, {"list"}, {"show", "1"}, {"log"}, {"log", "2"}, {"credential", "show", "QIHC"}, {"credential", "list"},
				{"evidence", "list"}, {"evidence", "list", "--missing"}, {"audit", "QIHC", "--output", packet},
				{"audit", "verify", packet}, {"report", "--output", page}, {"undo"},
			} {
				if code := w.run(command...); code != 0 {
					t.Fatalf("cmp %v: exit code %d: %.300s", command[:1], code, w.err.String())
				}
				checkScreen(t, w)
			}
			checkExported(t, w, text)
			checkPacket(t, packet, text)
		})
	}
}

// checkScreen checks that what was said holds nothing that moves a cursor,
// turns the direction of writing or begins a line that is none.
func checkScreen(t *testing.T, w *world) {
	t.Helper()
	for _, said := range []string{w.out.String(), w.err.String()} {
		if !utf8.ValidString(said) {
			t.Error("what was said is not valid UTF-8")
		}
		for _, r := range said {
			if r != '\n' && (unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r)) {
				t.Fatalf("%U reached the terminal", r)
			}
		}
	}
}

// checkExported checks that the credit has every text unchanged.
func checkExported(t *testing.T, w *world, text string) {
	t.Helper()
	w.must(t, "list", "--format", "json")
	var got struct {
		Credits []struct{ Title, Provider, Reference, URL, Note string }
	}
	need(t, json.Unmarshal(w.out.Bytes(), &got))
	if len(got.Credits) != 3 {
		t.Fatalf("%d credits, want 3", len(got.Credits))
	}
	for _, c := range got.Credits {
		if c.Title != text || c.Provider != text || c.URL != text || c.Note != text || !strings.HasPrefix(c.Reference, text) {
			t.Error("a text came back changed")
		}
	}
}

// checkPacket checks that the table in a packet has the title unchanged, and
// that no file of it is named for more than letters and digits.
func checkPacket(t *testing.T, path, text string) {
	t.Helper()
	packet, err := zip.OpenReader(path)
	need(t, err)
	defer packet.Close()
	for _, f := range packet.File {
		if strings.Trim(f.Name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-./") != "" {
			t.Errorf("a file of the packet is named %q", f.Name)
		}
		if f.Name != "index.csv" {
			continue
		}
		r, err := f.Open()
		need(t, err)
		data, err := io.ReadAll(r)
		need(t, err)
		if !strings.Contains(strings.ReplaceAll(string(data), `""`, `"`), text) {
			t.Error("index.csv lacks the title as it was stored")
		}
	}
}

// On a terminal, CSV, Markdown and JSON move no cursor and turn no direction. In a pipe they
// carry the text as it is.
func TestRecordsOnATerminal(t *testing.T) {
	t.Parallel()
	for name, text := range hostile() {
		w := newWorld(t)
		w.must(t, "add", text, "--points", "1", "--note", text)
		for _, command := range []string{
			"list --format json", "list --format csv", "list --format tsv", "list --format markdown",
			"export credits", "export ledger", "show 1 --format json", "log --format json",
		} {
			w.must(t, strings.Fields(command)...)
			piped := w.out.String()
			w.OutTerminal = true
			w.must(t, strings.Fields(command)...)
			shown := w.out.String()
			w.OutTerminal = false
			for _, r := range strings.ReplaceAll(shown, "\r\n", "\n") {
				if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028') {
					t.Fatalf("%s: %s shows %q", name, command, r)
				}
			}
			var a, b any
			if json.Unmarshal([]byte(piped), &a) == nil && (json.Unmarshal([]byte(shown), &b) != nil || !reflect.DeepEqual(a, b)) {
				t.Errorf("%s: %s says something else on a terminal", name, command)
			}
			if utf8.ValidString(text) && strings.HasSuffix(command, "csv") && !strings.Contains(piped, strings.ReplaceAll(text, `"`, `""`)) {
				t.Errorf("%s: %s changes the text in a pipe", name, command)
			}
		}
	}
}
