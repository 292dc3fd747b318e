package calendar_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/calendar"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

var update = flag.Bool("update", false, "rewrite what the tests compare with")

func written(tb rapid.TB, events ...calendar.Event) string {
	tb.Helper()
	var b strings.Builder
	if err := calendar.Write(&b, "2026-11-21T23:30:00Z-0001", events); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

func TestWrite(t *testing.T) {
	got := written(t,
		calendar.Event{
			UID: "0123-declare-from@cmp", Day: ledger.MakeDate(2026, 12, 31),
			Summary: "MLS(ASCP)CM: declaration opens", Description: "In time.", Alarms: []int{0},
		},
		calendar.Event{
			UID: "0123-expiry@cmp", Day: ledger.MakeDate(2028, 2, 29), Summary: "MLS(ASCP)CM expires",
			Description: "Two lines,\r\na semicolon; and a \\.\nÉtalé over the end of a line, also where one letter has several octets: äöüäöüäöüäöü血液.",
			Alarms:      []int{30, 7},
		},
	)
	const golden = "testdata/calendar.ics"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("Write() mismatch (-want +got):\n%s", diff)
	}
}

// value returns the text of the first property of that name, as a reader
// unfolds and unescapes it.
func value(calendar, property string) (string, error) {
	_, rest, found := strings.Cut(strings.ReplaceAll(calendar, "\r\n ", ""), "\r\n"+property+":")
	text, _, ended := strings.Cut(rest, "\r\n")
	if !found || !ended {
		return "", fmt.Errorf("no %s", property)
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case ';', ',':
			return "", fmt.Errorf("%q: %q is not escaped", text, text[i])
		case '\\':
			i++
			if i == len(text) {
				return "", fmt.Errorf("%q: escapes nothing", text)
			}
			if text[i] == 'n' {
				b.WriteByte('\n')
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return b.String(), nil
}

// hostile are texts of what an iCalendar file is sensitive to, and any other.
func hostile() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.StringOfN(rapid.SampledFrom([]rune("\\;,\n\r\t\x00\x7f\u0085\u2028: nNaé血\U0001F9EA\"")), 0, 200, -1),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 200), func(b []byte) string { return string(b) }),
	)
}

// Whatever a text holds, a reader gets it back without its control characters,
// and no text adds a line.
func TestTextsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := hostile().Draw(t, "text")
		got, err := value(written(t, calendar.Event{Description: text}), "DESCRIPTION")
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Map(func(r rune) rune {
			if unicode.IsControl(r) && r != '\n' && r != '\t' {
				return -1
			}
			return r
		}, strings.ToValidUTF8(text, "\uFFFD"))
		if got != want {
			t.Fatalf("%q comes back as %q, want %q", text, got, want)
		}
	})
}

// No line has more than 75 octets, every one ends with CR LF and is UTF-8 by
// itself, and nothing but line ends and tabs is a control character.
func TestLinesAreFolded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Repeat(hostile().Draw(t, "text"), rapid.IntRange(1, 20).Draw(t, "times"))
		all := written(t, calendar.Event{UID: text, Summary: text, Description: text, Alarms: []int{7}})
		body, ended := strings.CutSuffix(all, "\r\n")
		if !ended {
			t.Fatalf("%q does not end with a line end", all)
		}
		for l := range strings.SplitSeq(body, "\r\n") {
			switch {
			case len(l) == 0 || len(l) > 75:
				t.Fatalf("%q has %d octets", l, len(l))
			case !utf8.ValidString(l):
				t.Fatalf("%q is cut within a character", l)
			case strings.ContainsFunc(l, func(r rune) bool { return unicode.IsControl(r) && r != '\t' }):
				t.Fatalf("%q has a control character", l)
			}
		}
	})
}

// An annual fee is an event of its own.
func TestAnnualFee(t *testing.T) {
	s := rules.Standing{Edition: &rules.Edition{Programme: &rules.Programme{}}, Credential: ledger.Credential{UID: "u"}}
	due := &rules.AnnualDue{AnnualFee: rules.AnnualFee{Amount: 50}, Currency: "USD", Month: ledger.MakeDate(2027, 6, 1)}
	all := calendar.AnnualFee(s, due)
	if len(all) != 1 || all[0].Day != due.Month || all[0].UID != "u-annual-fee-2027@cmp" {
		t.Errorf("due: %+v", all)
	}
	if all := calendar.AnnualFee(s, nil); all != nil {
		t.Errorf("not due: %+v", all)
	}
}
