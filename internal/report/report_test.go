package report_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cmpledger/internal/ledger"
	"cmpledger/internal/report"
	"cmpledger/internal/rules"
)

func day(s string) ledger.Date {
	d, err := ledger.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func span(first, last string) ledger.Cycle { return ledger.Cycle{First: day(first), Last: day(last)} }

// standing returns a credential on the day of the sample, in a cycle that is its
// window too.
func standing(body, code string, state rules.State, cycle ledger.Cycle, edition rules.Edition) report.Credential {
	c := report.Credential{Code: code}
	edition.Programme = &rules.Programme{Suffix: "CM"}
	c.Edition, c.State = &edition, state
	c.Credential.CredentialName = ledger.CredentialName{Body: body, Code: code}
	c.Today, c.Cycle, c.First, c.Last = day("2026-11-21"), cycle, cycle.First, cycle.Last
	return c
}

// sample is a report of three credentials, one of them expired, and so many
// credits; some count in part, some not at all, one is yet to come.
func sample(credits int) report.Report {
	assumed := rules.Figure{Provenance: rules.Provenance{Confidence: rules.Assumed}}
	reported := rules.Figure{Provenance: rules.Provenance{Confidence: rules.Reported}}
	r := report.Report{
		Day: day("2026-11-21"), Entry: 43, Held: 3, Elsewhere: 2,
		Summary: "3 credentials: MLT expired, to declare; MLS 4.5 points to earn, 3.5 to allocate; RPT to declare",
		Credentials: []report.Credential{
			standing("ascp", "MLT", rules.Expired, span("2023-11-01", "2026-10-31"),
				rules.Edition{ID: "ascp/MLT@2023-01-01", Title: "Medical Laboratory Technician", Total: assumed}),
			standing("ascp", "MLS", rules.InProgress, span("2024-04-01", "2027-03-31"),
				rules.Edition{ID: "ascp/MLS@2023-01-01", Title: "Medical Laboratory Scientist", Total: reported}),
			standing("amt", "RPT", rules.Ready, span("2024-01-01", "2026-12-31"),
				rules.Edition{ID: "amt/RPT@2006-01-01", Title: "Registered Phlebotomy Technician", Total: reported}),
		},
	}
	mlt, mls := &r.Credentials[0], &r.Credentials[1]
	mlt.First, mlt.Last, mlt.Notes = day("2023-11-22"), day("2026-11-21"), []string{"Nothing remains: cmp declare MLT"}
	mls.DeclareFrom, mls.DeclareBy, mls.ToEarn = day("2026-12-31"), day("2027-02-28"), 450
	mls.Warnings = []string{
		"3.5 points are recorded but not allocated and would close 3.5: cmp allocate --auto",
		"3 credits have no topic and can only count towards other: cmp edit ID... --topic TOPIC (cmp list --no-topic)",
	}
	for i := range credits {
		c := report.Credit{Proof: i%3 > 0, Credit: ledger.Credit{
			ID: int64(i + 1), Date: day("2023-12-01") + ledger.Date(i*1100/credits), Title: fmt.Sprintf("Coagulation cascade in practice, part %d", i+1),
			Provider: "LabCE", Points: ledger.Points(25 * (1 + i%5)), Topics: []ledger.CreditTopic{{Topic: "hematology"}, {Topic: "blood-banking", Limit: 50}},
		}}
		for k, credential := range r.Credentials {
			if c.Date < credential.First || c.Date > credential.Last {
				continue
			}
			u := report.Use{Credential: k, Finding: rules.Finding{Parts: []rules.Portion{{Points: c.Points, Reason: rules.NotAllocated}}}}
			if i%4 != k && c.Date <= r.Day {
				u.Counted = c.Points - ledger.Points(25*(i%2)*min(i%5, 1))
				u.Parts = []rules.Portion{{Points: u.Counted, CountsAs: "hematology"}}
			}
			c.Uses = append(c.Uses, u)
			r.Credentials[k].Counted += u.Counted
		}
		r.Credits = append(r.Credits, c)
	}
	for k := range r.Credentials {
		c := &r.Credentials[k]
		c.Required = c.Counted + c.ToEarn
		if c.Required == 0 {
			c.Required = 3600
		}
		quarter := c.Required / 4
		c.Requirements = requirements([]string{"Laboratory or patient safety", "Other"}, quarter, min(c.Counted, quarter), c.Required-quarter, c.Counted-min(c.Counted, quarter))
	}
	return r
}

// requirements returns some of these titles; of each, points are what it requires
// and what counts.
func requirements(titles []string, points ...ledger.Points) []rules.RequirementStanding {
	all := make([]rules.RequirementStanding, len(titles))
	for i, title := range titles {
		all[i].Title, all[i].Points, all[i].Counted = title, points[2*i], points[2*i+1]
	}
	return all
}

func write(t testing.TB, r report.Report) string {
	t.Helper()
	var b strings.Builder
	if err := report.Write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// contains reports what a page lacks.
func contains(t *testing.T, page string, parts ...string) {
	t.Helper()
	for _, want := range parts {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

// An element is what a page has between its texts: a tag, with its attributes.
type element struct {
	name  string
	attrs []xml.Attr
}

// parsed reads a page as XML, which is stricter than a browser, and returns
// its elements and all of its text.
func parsed(t testing.TB, page string) (elements []element, texts string) {
	t.Helper()
	var b strings.Builder
	d := xml.NewDecoder(strings.NewReader(page))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return elements, b.String()
		}
		if err != nil {
			t.Fatalf("the page is not well-formed: %v", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			elements = append(elements, element{token.Name.Local, slices.Clone(token.Attr)})
		case xml.CharData:
			b.Write(token)
			b.WriteByte('\n')
		}
	}
}

func (e element) attr(name string) string {
	for _, a := range e.attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func TestPageStandsAlone(t *testing.T) {
	for _, n := range []int{0, 1, 120, 2000} {
		page := write(t, sample(n))
		if !strings.HasPrefix(page, "<!DOCTYPE html>\n") {
			t.Error("the page does not begin with its type")
		}
		elements, _ := parsed(t, page)
		ids := map[string]bool{}
		for _, e := range elements {
			if id := e.attr("id"); id != "" && ids[id] {
				t.Errorf("id %q is there twice", id)
			} else if id != "" {
				ids[id] = true
			}
		}
		for _, e := range elements {
			switch e.name {
			case "script", "link", "img", "iframe", "object", "image", "use":
				t.Errorf("the page has a %s", e.name)
			}
			for _, a := range e.attrs {
				if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "src" {
					t.Errorf("%s has %s=%q", e.name, a.Name.Local, a.Value)
				}
			}
			for id := range strings.FieldsSeq(e.attr("aria-labelledby") + " " + strings.TrimPrefix(e.attr("href"), "#")) {
				if !ids[id] {
					t.Errorf("%s refers to %q, which is not there", e.name, id)
				}
			}
		}
		if loads := regexp.MustCompile(`url\(|@import|https?://`).FindString(page); loads != "" {
			t.Errorf("the page has %q", loads)
		}
	}
}

// What is told of a credential is on the page, for the eye and for the ear.
func TestPageSays(t *testing.T) {
	page := write(t, sample(120))
	contains(t, page,
		`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>`,
		"As of <strong>2026-11-21</strong> (log entry 43): 3 credentials, 122 credits, 120 of them in the days that count.",
		"<title id=\"credential-2-ring\">MLS(ASCP)CM: ", ">declare from 2026-12-31</text>", ">declare by 2027-02-28</text>", ">expired 2026-10-31</text>", ">today 2026-11-21</text>",
		"To earn: 4.5 points by <span class=\"date\">2027-02-28,</span> about 1.4 points a month.",
		`<span class="try"><code>cmp edit ID... --topic TOPIC</code></span> <span class="try">(<code>cmp list --no-topic</code>)</span>`,
		"No warnings.", `<span aria-hidden="true">✓</span> yes`, `<span aria-hidden="true">○</span> none`,
		"<b>MLS</b> <bdi>not allocated</bdi>", "2 other credits are dated outside these days.",
	)
	if n := strings.Count(page, `class="straight"`); n != 4 { // lines and legends of two
		t.Errorf("%d straight lines, want none for days that move", n)
	}
}

// Of many credits the page lists those that count and the newest others.
func TestPageListsAThousandCredits(t *testing.T) {
	r := sample(2500)
	for i := range r.Credits {
		for k := range r.Credits[i].Uses {
			r.Credits[i].Uses[k].Counted = ledger.Points(max(0, 100-i)) // the oldest
		}
	}
	page := write(t, r)
	contains(t, page, "<caption>2500 credits, ", "practice, part 100<", "practice, part 1601<", "… and 1500 older credits that do not count. 2 other credits")
	if n := strings.Count(page, `<td class="r number"`); n != 1000 || strings.Contains(page, "practice, part 1600<") {
		t.Errorf("%d credits are listed, want 100 that count and the 900 newest", n)
	}
}

// clad returns the report with every text that a person or a file of rules may
// have written.
func clad(text string) report.Report {
	r := sample(7)
	r.Holder = text
	for i := range r.Credentials {
		c := &r.Credentials[i]
		c.Code, c.Credential.Code, c.Edition.Title, c.Edition.ID = text, text, text, text
		c.Requirements[0].Title = text
	}
	for i := range r.Credits {
		c := &r.Credits[i]
		c.Title, c.Provider, c.Topics[0].Topic = text, text, ledger.Topic(text)
		for k := range c.Uses {
			c.Uses[k].Parts[0].CountsAs = ledger.Requirement(text)
		}
	}
	return r
}

// hostile generates texts that are apt to break out of a page.
func hostile() *rapid.Generator[string] {
	part := rapid.OneOf(
		rapid.SampledFrom([]string{
			"<script>alert(1)</script>", "</title>", "</text></svg>", "<!--", "-->", "]]>", "&", "&lt;", `"`, "'", "\x00", "\x1b[31m", "\n",
			"\u202e", "\u2066", "\u200f", "\ufffe", "\uffff", "\xff", " onload=x ", strings.Repeat("long", 1000), "cmp ", "z\u0335\u0335",
		}),
		rapid.String(),
	)
	return rapid.Map(rapid.SliceOfN(part, 1, 4), func(parts []string) string { return "x" + strings.Join(parts, "") })
}

// Whatever a text holds, the page has the same elements as with any other.
func TestTextsDoNotBreakOut(t *testing.T) {
	want, _ := parsed(t, write(t, clad("x")))
	rapid.Check(t, func(rt *rapid.T) {
		text := hostile().Draw(rt, "text")
		got, texts := parsed(t, write(t, clad(text)))
		if len(got) != len(want) {
			rt.Fatalf("%d elements, want %d", len(got), len(want))
		}
		for i := range got {
			if got[i].name != want[i].name || !slices.Equal(got[i].attrs, want[i].attrs) {
				rt.Fatalf("element %v, want %v", got[i], want[i])
			}
		}
		if strings.ContainsAny(texts, "\x00\x1b\u202e\u2066\ufffe") {
			rt.Fatal("a character that does not belong into a page is there")
		}
	})
}
