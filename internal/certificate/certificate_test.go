package certificate_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"cmpledger/internal/certificate"
	"cmpledger/internal/document"
	"cmpledger/internal/ledger"
)

// linesOf returns the lines of a text in which two blanks part phrases.
func linesOf(text string) (lines []document.Line) {
	for line := range strings.Lines(strings.ReplaceAll(text, "\f", "")) {
		var phrases document.Line
		line = strings.TrimRight(line, " \n")
		left := 0.0
		for line != "" {
			rest := strings.TrimLeft(line, " ")
			left += float64(len(line) - len(rest))
			part, _, _ := strings.Cut(rest, "  ")
			right := left + float64(utf8.RuneCountInString(part))
			phrases = append(phrases, document.Phrase{Text: part, Left: left, Right: right})
			line, left = rest[len(part):], right
		}
		if phrases != nil {
			lines = append(lines, phrases)
		}
	}
	return lines
}

// flowing returns lines as those of a page, which say nothing of places.
func flowing(lines []document.Line) (all []document.Line) {
	for _, line := range lines {
		var l document.Line
		at := 0.0
		for _, p := range line {
			end := at + p.Right - p.Left
			l = append(l, document.Phrase{Text: p.Text, Left: at, Right: end})
			at = end + 2
		}
		all = append(all, l)
	}
	return all
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
	tell("topics", ledger.FormatCreditTopics(d.Topics), ledger.FormatCreditTopics(d.Topics), true)
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

// TestReadLarge holds that reading much text ends.
func TestReadLarge(t *testing.T) {
	if testing.Short() {
		t.Skip("takes minutes with the race detector")
	}
	for name, part := range map[string]string{
		"lines":    "Course Title: Anemia  Completed: May 1, 2026  Contact Hours: 1.5\n",
		"sentence": strings.Repeat("Alice Holder has completed Anemia on May 1, 2026 and is awarded 1.5 contact hours (0.15 CEU): ", 600) + "\n",
		"labels":   "Completed\nContact Hours\nTitle\n",
		"numbers":  "1 2 3.5 1/2/2026 \n",
		"cells":    "a  ",
		"columns":  strings.Repeat("Title  ", 300) + "\n",
		"colons":   strings.Repeat("Title: ", 300) + "\n",
		"brackets": strings.Repeat("((((\"\"", 300) + "\n",
		"begun":    strings.Repeat("has completed ", 300) + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			lines := linesOf(strings.Repeat(part, 1_000_000/len(part)))
			start := time.Now()
			certificate.Read(lines, certificate.Options{})
			if took := time.Since(start); took > time.Minute { // a second, on a machine that does nothing else
				t.Errorf("1 MB takes %v", took)
			}
		})
	}
}

// FuzzRead holds what is sure to stand in the text. Short certificates are enough to begin
// from, and the longer a text is, the fewer are tried; TestCertificates has long ones.
func FuzzRead(f *testing.F) {
	archive, err := txtar.ParseFile("testdata/certificates.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for i := 0; i < len(archive.Files); i += 2 {
		if text := archive.Files[i].Data; len(text) < 100 {
			f.Add(string(text))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 120 { // each takes half a millisecond
			return
		}
		d, ok := certificate.Read(linesOf(text), certificate.Options{})
		if !ok && d.Sure() {
			t.Error("sure of what is no certificate")
		}
		for _, found := range []certificate.Found[string]{d.Title, d.Provider, d.Reference, d.Participant} {
			if found.Sure && found.Value == "" || !strings.Contains(folded(found.Words), folded(found.Value)) {
				t.Errorf("%q is not in its words %q", found.Value, found.Words)
			}
		}
		if d.Date.Sure && d.Date.Words == "" || d.Points.Sure && (d.Points.Words == "" || d.Points.Value <= 0) {
			t.Errorf("sure of what was not found: %+v", d)
		}
	})
}
