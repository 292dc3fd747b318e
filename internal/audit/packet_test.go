package audit_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"testing"

	"pgregory.net/rapid"

	"cmpledger/internal/audit"
	"cmpledger/internal/ledger"
)

// day returns a day of the calendar.
func day(tb testing.TB, s string) ledger.Date {
	tb.Helper()
	d, err := ledger.ParseDate(s)
	need(tb, err)
	return d
}

// certificate is a file for a credit whose record says what its content is.
func certificate(credit int64, name, mediaType, content string) audit.Certificate {
	return audit.Certificate{
		Evidence: ledger.Evidence{
			Credit: credit, Name: name, MediaType: mediaType, Size: int64(len(content)),
			SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte(content))),
		},
		Content: func(to io.Writer) error {
			_, err := io.WriteString(to, content)
			return err
		},
	}
}

// credit is a declared credit of one point.
func credit(tb testing.TB, id int64, date, title string) ledger.Credit {
	return ledger.Credit{ID: id, Date: day(tb, date), Title: title, Provider: "ASCP", Points: 100, Activity: ledger.CourseActivity}
}

// sample is a small packet with one of everything.
func sample(tb testing.TB) audit.Packet {
	const guides = "https://mlsiacademy.com/blog/mls-ascp-cm/"
	safety, ethics := credit(tb, 12, "2025-05-02", "Bloodborne pathogens"), credit(tb, 14, "2025-06-01", "Consent & <privacy>")
	both := credit(tb, 7, "2026-01-31", "Managing a laboratory")
	journals := credit(tb, 20, "2026-02-28", "Journal club")
	journals.Points = 150
	both.Points, both.Reference, both.URL = 250, "LM-7", "https://example.org/lm?a=1&b=2"
	return audit.Packet{
		Declaration: ledger.Declaration{
			Date: day(tb, "2026-11-21"), Designation: "MLS(ASCP)CM", Edition: "ascp/MLS@2023-01-01",
			First: day(tb, "2024-04-01"), Last: day(tb, "2027-03-31"), Required: 400, Counted: 400,
			Confidence: "reported", Source: guides, Fee: 110, Currency: "USD",
			Number: "0123456", Title: "Medical Laboratory Scientist",
			Requirements: []ledger.DeclaredRequirement{
				{Name: "safety", Title: "Laboratory or patient safety", Required: 100, Counted: 100, Confidence: "reported", Source: guides},
				{Name: "ethics", Title: "Medical ethics", Required: 100, Counted: 100, Confidence: "assumed"},
				{Name: "other", Title: "Other", Required: 200, Counted: 200, Confidence: "reported", Source: guides},
			},
			Credits: []ledger.DeclaredCredit{
				{Requirement: "safety", Points: 100, Credit: safety},
				{Requirement: "ethics", Points: 100, Credit: ethics},
				{Requirement: "other", Points: 50, Credit: both},
				{Requirement: "other", Points: 150, Credit: journals},
			},
		},
		Certificates: []audit.Certificate{
			certificate(7, "Transcript.PDF", "application/pdf", "a transcript"),
			certificate(12, "scan.jpeg", "image/jpeg", "a scan"),
			certificate(12, "letter.odt", "application/vnd.oasis.opendocument.text", "a letter"),
			certificate(14, "the same transcript.pdf", "application/pdf", "a transcript"),
		},
		Drift: []string{`credit 12: the title was "Bloodborne pathogens" and is "Bloodborne pathogens update" now`},
	}
}

// write returns the bytes of a packet.
func write(tb testing.TB, p audit.Packet) []byte {
	tb.Helper()
	var b bytes.Buffer
	if _, err := audit.Write(&b, p); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// need ends the test where there is an error.
func need(t rapid.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
