package certificate_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"cmpledger/internal/certificate"
	"cmpledger/internal/document"
)

// linesOf returns the lines of a text in which two blanks part phrases.
func linesOf(text string) (lines []document.Line) {
	for line := range strings.Lines(strings.ReplaceAll(text, "\f", "")) {
		var phrases document.Line
		line = strings.TrimRight(line, " \n")
		for at := 0; at < len(line); {
			rest := strings.TrimLeft(line[at:], " ")
			at = len(line) - len(rest)
			part, _, _ := strings.Cut(rest, "  ")
			left := float64(utf8.RuneCountInString(line[:at]))
			phrases = append(phrases, document.Phrase{Text: part, Left: left, Right: left + float64(utf8.RuneCountInString(part))})
			at += len(part)
		}
		if phrases != nil {
			lines = append(lines, phrases)
		}
	}
	return lines
}

// told writes a draft in a line for each value: what is not sure ends in "?".
func told(d certificate.Draft) string {
	var b strings.Builder
	tell := func(name, value, words string, sure bool) {
		if words == "" {
			return
		}
		b.WriteString(name + ": " + value)
		if !sure {
			b.WriteString("?")
		}
		b.WriteString("\n")
	}
	tell("title", d.Title.Value, d.Title.Words, d.Title.Sure)
	tell("date", d.Date.Value.String(), d.Date.Words, d.Date.Sure)
	tell("points", d.Points.Value.String(), d.Points.Words, d.Points.Sure)
	tell("provider", d.Provider.Value, d.Provider.Words, d.Provider.Sure)
	tell("reference", d.Reference.Value, d.Reference.Words, d.Reference.Sure)
	tell("participant", d.Participant.Value, d.Participant.Words, d.Participant.Sure)
	for _, p := range d.Problems {
		b.WriteString("problem: " + p + "\n")
	}
	return b.String()
}

// TestCertificates reads those of testdata/certificates.txtar, each with what it says behind it.
func TestCertificates(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/certificates.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(archive.Files); i += 2 {
		file, want := archive.Files[i], archive.Files[i+1]
		t.Run(file.Name, func(t *testing.T) {
			d, _ := certificate.Read(linesOf(string(file.Data)), certificate.Options{})
			if diff := cmp.Diff(string(want.Data), told(d)); diff != "" || want.Name != "says" {
				t.Errorf("%s (-want +got):\n%s", want.Name, diff)
			}
		})
	}
}
