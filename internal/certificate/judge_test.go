package certificate_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"pgregory.net/rapid"

	"cmpledger/internal/certificate"
	"cmpledger/internal/ledger"
)

// TestJudged reads the papers of testdata/judged.txtar on 2026-11-30: what nobody earned, or what is no
// certificate, and such as look like it.
func TestJudged(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/judged.txtar")
	if err != nil {
		t.Fatal(err)
	}
	today, err := ledger.ParseDate("2026-11-30")
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(archive.Files); i += 2 {
		file, want := archive.Files[i], archive.Files[i+1]
		t.Run(file.Name, func(t *testing.T) {
			d, _ := certificate.Read(linesOf(string(file.Data)), certificate.Options{Today: today})
			if diff := cmp.Diff(string(want.Data), told(d)); diff != "" || want.Name != "says" {
				t.Errorf("%s (-want +got):\n%s", want.Name, diff)
			}
		})
	}
}

// TestTakenBack adds a line to a made certificate: some words take day and points back, others change nothing.
func TestTakenBack(t *testing.T) {
	against := []string{"Status: Failed", "Result: Not passed", "Course status: In progress", "REVOKED", "No credit was awarded.", "SAMPLE",
		"This certificate has been revoked.", "Attendance: No", "The learner did not attend.", "Thank you for registering!", "You are on the waiting list.",
		"Score: 55% Passing score: 80%", "This paper is not valid for credit.",
		"Payment pending. Credit is withheld until it is paid.", "CE credit: None", "Credit withdrawn May 4, 2026", "DRAFT", "Role: Instructor"}
	noise := []string{"Status: Completed", "Result: Passed", "If you did not attend, write to us.", "Score: 85% Passing score: 80%", "Register now for our next course.",
		"Not valid for credit unless signed.", "License status: active", "No partial credit is given.",
		"This paper is not valid until signed.", "Participants who leave early are not eligible for credit.", "Signature: ____________"}
	read := func(lines []string) certificate.Draft {
		d, _ := certificate.Read(linesOf(strings.Join(lines, "\n")+"\n"), certificate.Options{})
		return d
	}
	rapid.Check(t, func(t *rapid.T) {
		m := &maker{T: t}
		m.make()
		m.add("Provided by " + m.provider + ".") // ends what stands above
		before := read(m.lines)
		if d := read(append(m.lines, m.one(against...))); d.Date.Sure || d.Points.Sure {
			t.Fatalf("sure in spite of %q of\n%s", d.Problems, strings.Join(m.lines, "\n"))
		}
		line := m.one(noise...)
		if d := read(append(m.lines, line)); before.Sure() && !d.Sure() {
			t.Fatalf("%q makes it unsure: %q\n%s", line, d.Problems, strings.Join(m.lines, "\n"))
		}
	})
}
