package certificate_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"cmpledger/internal/certificate"
	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

// A truth is what a made certificate says.
type truth struct {
	title, provider, reference, name string
	day                              ledger.Date
	points                           ledger.Points
}

// titles are such as activities have; some hold what certificates say elsewhere.
var titles = []string{
	"Antibody Identification: Warm Autoantibodies and the Efficient Workup of the Difficult Patient",
	"Laboratory Safety Training",
	"Continuing Education Program Planning for Laboratory Leaders",
	"Bloodborne Pathogens",
	"Update on COVID-19 Testing",
	"A Case Study in Hemolytic Anemia of the Newborn",
	"OSHA Formaldehyde (2026 Edition)",
	"Introduction to Flow Cytometry, Part 2",
	"HIV/AIDS: What Every Laboratory Professional Needs to Know Before Renewal",
	"The Reporting of Critical Values",
	"Medical Errors & Patient Safety",
	"Pre-analytical Variables in Coagulation Testing: Collection, Transport, and Storage of Specimens",
	"Evaluation and Release of Emergency Blood on Short Notice",
	"Ethics for the Clinical Laboratory",
	"Online Course Design for Educators",
	"Transfusion-Related Acute Lung Injury",
	"Approved Methods for Valid Microbiology Results",
	"Education Seminar Series: Iron",
	"21st Century Cures Act",
	"Blood Gases Completed by Point-of-Care Devices",
	"Managing Laboratory Personnel",
}

var (
	providers = []string{"LabCE, a MediaLab company", "American Society for Clinical Pathology", "ASCLS", "Whitehat Communications", "AABB"}
	people    = []string{"Alice Holder", "Maria-Elena Díaz-O’Brien", "A. Holder", "Jean van der Berg", "HOLDER ALICE"}
)

// A maker draws a certificate.
type maker struct {
	*rapid.T
	truth
	lines []string
	clear bool // nothing on it is in doubt
}

func (m *maker) one(of ...string) string { return rapid.SampledFrom(of).Draw(m.T, "one") }
func (m *maker) chance(name string) bool { return rapid.Bool().Draw(m.T, name) }
func (m *maker) add(lines ...string)     { m.lines = append(m.lines, lines...) }

// written writes a day; a number form is one that only the month can begin.
func (m *maker) written(d ledger.Date) string {
	y, month, day := d.YMD()
	name := time.Month(month).String()
	switch rapid.IntRange(0, 7).Draw(m.T, "form") {
	case 0:
		return fmt.Sprintf("%s %d, %d", name, day, y)
	case 1:
		return fmt.Sprintf("%d %s %d", day, name[:3], y)
	case 2:
		return d.String()
	case 3:
		return fmt.Sprintf("%s %d, %d", strings.ToUpper(name), day, y)
	case 4:
		return fmt.Sprintf("%s, %s %d, %d", d.Weekday(), name, day, y)
	case 5:
		return fmt.Sprintf("%s %d %d", name[:3], day, y)
	}
	if day <= 12 && day != month {
		m.clear = false
	}
	return fmt.Sprintf("%02d/%02d/%d", month, day, y)
}

func (m *maker) amount() string {
	switch {
	case m.points%5 == 0 && m.chance("ceu"):
		m.clear = m.clear && m.points <= 1000 // people call hours CEUs
		return ceu(m.points) + m.one(" CEU", " CEUs", " Continuing Education Units")
	case m.points == 150 && m.chance("half"):
		return m.one("1½ contact hours", "1 1/2 contact hours")
	}
	text := m.points.String()
	if m.chance("zeros") {
		text = fmt.Sprintf("%d.%02d", m.points/100, m.points%100)
	}
	return text + m.one(" P.A.C.E.® contact hours", " P.A.C.E.(R) contact hour(s)", " contact hours", " CMLE credits", " CE", " AMA PRA Category 1 Credits™",
		" CE credit", " Contact Hours", " P.A.C.E. credits")
}

func ceu(p ledger.Points) string {
	text := fmt.Sprintf("%d.%03d", p/1000, p%1000)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// wrap breaks a title into lines as a page does.
func (m *maker) wrap(title string, width int) (lines []string) {
	line := ""
	for word := range strings.FieldsSeq(title) {
		if line != "" && len(line)+1+len(word) > width {
			lines = append(lines, line)
			line = ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return append(lines, line)
}

// centred puts lines in the middle of the page.
func centred(lines ...string) (all []string) {
	for _, l := range lines {
		all = append(all, strings.Repeat(" ", max(0, 60-len([]rune(l))/2))+l)
	}
	return all
}

func (m *maker) noise() {
	other := m.day - ledger.Date(rapid.IntRange(40, 700).Draw(m.T, "earlier"))
	later := m.day + ledger.Date(rapid.IntRange(40, 700).Draw(m.T, "later"))
	for _, line := range rapid.SliceOfN(rapid.IntRange(0, 12), 0, 4).Draw(m.T, "noise") {
		switch line {
		case 0:
			m.add("Release Date: " + m.written(other))
		case 1:
			m.add("Expiration Date: " + m.written(later))
		case 2:
			m.add("Printed on " + m.written(later))
		case 3:
			m.add(m.provider + " is approved as a provider of continuing education programs in the clinical laboratory sciences by the ASCLS P.A.C.E.® Program.")
		case 4:
			m.add("This activity was designated for a maximum of " + m.points.String() + " contact hours.")
		case 5:
			m.add("Score: 90%", "License Number: SU 12345")
		case 6:
			m.add("P.A.C.E. Provider Number: 578   Florida CE Broker Provider Number: 50-1234")
		case 7:
			m.add("Duration: 2 hours")
		case 8:
			m.add("Certificate Number: 8F3A-22719")
		case 9:
			m.add("© 2019 - 2026 " + m.provider + ". All rights reserved.")
		case 10:
			m.add("This certificate must be retained for 4 years.")
		case 11:
			m.add("Date Issued: " + m.written(later))
		case 12:
			m.add("Course available from " + m.written(other) + " through " + m.written(later))
		}
	}
}

// small matches words that titles have, and names and places have not.
var small = regexp.MustCompile(`(^| )(of|and|the|for|to|with|before) `)

var dayLabels = []string{"Date of Completion", "Completion Date", "Date Completed", "Completed On", "Date Activity Completed", "Date Attended",
	"Activity Date", "Course Date", "Date of Participation", "COMPLETION DATE"}

var pointLabels = []string{"Contact Hours", "Contact Hours Earned", "Credits Earned", "CE Credits", "Claimed Credit", "P.A.C.E. Contact Hours", "CMLE Credits"}

// labelled adds label and value in a layout: beside each other, above each other, or in two columns.
func (m *maker) labelled(pairs ...[2]string) {
	pairs = rapid.Permutation(pairs).Draw(m.T, "pairs")
	layouts := []int{0, 1, 2, 3, 4, 5, 6}
	if len(pairs) == 1 {
		layouts = layouts[:5]
	}
	switch rapid.SampledFrom(layouts).Draw(m.T, "layout") {
	case 0:
		for _, p := range pairs {
			m.add(p[0] + ": " + p[1])
		}
	case 1:
		for _, p := range pairs {
			m.add(fmt.Sprintf("%-40s%s", p[0]+":", p[1]))
		}
	case 2:
		for _, p := range pairs {
			m.add(p[0]+":", p[1])
		}
	case 3: // two columns
		for i := 0; i < len(pairs); i += 2 {
			line := fmt.Sprintf("%-110s", pairs[i][0]+": "+pairs[i][1])
			if i+1 < len(pairs) {
				line += "   " + pairs[i+1][0] + ": " + pairs[i+1][1]
			}
			m.add(line)
		}
	case 5: // labels below their values
		values, labels := "", ""
		for _, p := range pairs {
			values += fmt.Sprintf("%-100s  ", p[1])
			labels += fmt.Sprintf("%-100s  ", p[0])
		}
		m.add(values, labels)
		m.clear = false
	case 6: // labels and values in turn
		row := ""
		for _, p := range pairs {
			row += fmt.Sprintf("%-40s%-100s  ", p[0], p[1])
		}
		m.add(row)
		m.clear = false
	case 4: // a table
		rows := make([]string, 5)
		for _, p := range pairs {
			lines := m.wrap(p[1], 44)
			for i := range rows {
				text := append([]string{p[0]}, lines...)
				text = append(text, make([]string, len(rows))...)
				rows[i] += fmt.Sprintf("%-50s", text[i])
			}
			m.clear = m.clear && len(lines) == 1
		}
		for _, row := range rows {
			if row = strings.TrimRight(row, " "); row != "" {
				m.add(row)
			}
		}
	}
}

func (m *maker) pointPair() [2]string {
	label := rapid.SampledFrom(pointLabels).Draw(m.T, "label")
	if label == "Claimed Credit" || m.chance("unit") {
		return [2]string{label, m.amount()}
	}
	return [2]string{label, m.points.String()}
}

func (m *maker) make() {
	m.truth = truth{
		title:     rapid.SampledFrom(titles).Draw(m.T, "title"),
		provider:  rapid.SampledFrom(providers).Draw(m.T, "provider"),
		name:      rapid.SampledFrom(people).Draw(m.T, "name"),
		reference: m.one("578-024-26", "20-730308", "JA0012345-0000-26-001-H04", "CE1234"),
		points:    rapid.SampledFrom([]ledger.Points{100, 150, 50, 200, 75, 25, 125, 700, 1200}).Draw(m.T, "points"),
	}
	first, err := ledger.ParseDate("2024-01-01")
	if err != nil {
		m.Fatal(err)
	}
	m.day = first + ledger.Date(rapid.IntRange(0, 1000).Draw(m.T, "day"))
	m.clear = true
	named := m.name + m.one("", ", MLS(ASCP)CM", ", MT(AMT)", ", PhD", " MLS(ASCP)")
	day, hours := rapid.SampledFrom(dayLabels).Draw(m.T, "label"), m.pointPair()
	if m.chance("noise before") {
		m.noise()
	}
	heading := m.one("Certificate of Completion", "C e r t i f i c a t e o f C o m p l e t i o n", "CERTIFICATE OF ATTENDANCE", "Certificate of Continuing Education")
	switch rapid.IntRange(0, 6).Draw(m.T, "kind") {
	case 0: // lines in the middle
		m.add(centred(heading, m.one("This certifies that", "This is to certify that", "Awarded to", "Presented to"), named)...)
		m.add(centred(m.one("has successfully completed the continuing education program", "has successfully completed", "has completed the course",
			"has participated in the live activity", "HAS SUCCESSFULLY COMPLETED THE CONTINUING EDUCATION PROGRAM",
			"has successfully completed the following continuing education activity:", "for completing the online course", "for successful completion of"))...)
		lines := m.wrap(m.title, rapid.IntRange(45, 90).Draw(m.T, "width"))
		for i, line := range lines[1:] { // else it may be a place or a speaker
			m.clear = m.clear && (small.MatchString(line+" ") || small.MatchString(lines[i][strings.LastIndexByte(lines[i], ' '):]+" ")) &&
				!strings.HasSuffix(strings.Fields(line)[0], ":")
		}
		m.add(centred(lines...)...)
		m.add(centred("and is awarded " + m.amount())...)
		m.labelled([2]string{"P.A.C.E. Program Number", m.reference}, [2]string{"Provider", m.provider}, [2]string{day, m.written(m.day)})
	case 1: // a sentence
		m.clear = !strings.Contains(m.title, " by ")
		text := named + m.one(" has participated in the enduring material titled ", " has successfully completed the activity entitled ",
			" has attended the webinar titled ")
		quote := m.one("", `"`)
		text += quote + m.title + quote + " on " + m.written(m.day)
		text += m.one(" and is awarded "+m.amount()+".", " and has earned "+m.amount()+".", ". This activity was designated for a maximum of 20.00 contact hours. Claimed Credit: "+m.amount()+".",
			", meeting the criteria for "+m.amount()+".")
		if m.add(heading); m.chance("certified") {
			m.add("This certifies that")
		} else if m.chance("own line") {
			m.add(named)
			text = text[len(named)+1:]
		}
		lines := m.wrap(text, rapid.IntRange(60, 100).Draw(m.T, "width"))
		m.clear = m.clear && !slices.ContainsFunc(lines, func(l string) bool {
			return slices.Contains([]string{"on", "in", "for", "by"}, strings.Fields(l)[0])
		})
		m.add(lines...)
	case 2: // labels only
		m.add(heading)
		m.labelled([2]string{m.one("Participant", "Name", "Learner"), m.name}, [2]string{"Provider", m.provider})
		m.labelled([2]string{m.one("Course Title", "Activity Title", "Program Title", "Course Name"), m.title}, [2]string{day, m.written(m.day)}, hours)
		m.labelled([2]string{m.one("Course Number", "Program #", "Activity ID"), m.reference})
	case 3: // title, then a line of the rest
		m.add(centred(heading)...)
		label := strings.ReplaceAll(day, " ", "_") // which is not broken
		for _, line := range m.wrap(m.title+". Awarded "+m.amount()+". "+label+": "+m.written(m.day), rapid.IntRange(60, 100).Draw(m.T, "width")) {
			m.add(strings.ReplaceAll(line, "_", " "))
		}
		m.clear = false
	case 4: // the person last
		m.add(centred(heading)...)
		m.labelled([2]string{"Course Title", m.title}, [2]string{day, m.written(m.day)})
		m.labelled(hours, [2]string{"Presented to", m.name})
	case 6: // all in one
		m.add(heading)
		m.labelled([2]string{"Participant", m.name}, [2]string{"Provider", m.provider}, [2]string{"Course Title", m.title}, hours,
			[2]string{day, m.written(m.day)}, [2]string{"Course Number", m.reference})
	case 5:
		m.add(centred(heading, m.one("This is to certify that", "This certificate is awarded to"), named)...)
		m.add(centred("has completed", m.title, "on "+m.written(m.day), m.amount(), "Sponsored by "+m.provider)...)
	}
	m.noise()
}

// folded leaves what does not depend on typesetting.
func folded(text string) string {
	text = strings.NewReplacer("’", "'", "“", `"`, "”", `"`).Replace(norm.NFKC.String(text))
	return strings.Join(strings.Fields(text), "")
}

// TestContradicted adds a second day, amount or title to a made certificate: none is sure then.
func TestContradicted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &maker{T: t}
		m.make()
		sure := func() [3]bool {
			d, _ := certificate.Read(linesOf(strings.Join(m.lines, "\n")+"\n"), certificate.Options{})
			return [3]bool{d.Date.Sure, d.Points.Sure, d.Title.Sure}
		}
		what := rapid.IntRange(0, 2).Draw(t, "what")
		m.add([]string{"Date of Completion: " + (m.day + 1).String(), "Contact Hours Earned: " + (m.points + 25).String(), "Course Title: Another One\nScore: 80%"}[what])
		if sure()[what] {
			t.Fatalf("sure in spite of the last line of\n%s", strings.Join(m.lines, "\n"))
		}
	})
}

// TestDateFormat reads days that could mean two by the format that is given.
func TestDateFormat(t *testing.T) {
	for _, tt := range []struct {
		format transcript.DateFormat
		day    string
		want   string // "" for not sure
	}{
		{"", "11/03/2026", ""},
		{"", "11/03/2026\nRelease Date: 01/15/2025", "2026-11-03"},
		{"", "11/03/2026\nRelease Date: 15/01/2025", "2026-03-11"},
		{"", "11/03/2026\nRelease Date: 15/01/2025\nExpiration Date: 01/15/2028", ""},
		{"", "11/03/2026\nCompleted on: March 11, 2026", "2026-03-11"},
		{"", "11/11/2026", "2026-11-11"},
		{"MM/DD/YYYY", "11/03/2026", "2026-11-03"},
		{"DD/MM/YYYY", "11/03/2026", "2026-03-11"},
		{"DD/MM/YYYY", "11/23/2026", ""},
		{"YYYY-MM-DD", "11/23/2026", ""},
		{"YYYY-MM-DD", "2026-11-23", "2026-11-23"},
		{"", "11/23/26", ""},
		{"MM/DD/YY", "11/23/26", "2026-11-23"},
		{"", "02/30/2026", ""},
		{"", "May 1, 2026 - May 3, 2026", "2026-05-03"},
	} {
		d, _ := certificate.Read(linesOf("Course Title: Anemia\nDate of Completion: "+tt.day+"\n"), certificate.Options{DateFormat: tt.format})
		if got := d.Date; got.Sure != (tt.want != "") || got.Sure && got.Value.String() != tt.want {
			t.Errorf("%s, %q: %v, sure %v, want %q", tt.format, tt.day, got.Value, got.Sure, tt.want)
		}
	}
}

// TestNeverWrong makes certificates of many wordings and layouts: what is sure is true,
// whatever has words stands in the text, and plain ones come out whole.
func TestNeverWrong(t *testing.T) {
	kinds := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		m := &maker{T: t}
		m.make()
		text := strings.Join(m.lines, "\n") + "\n"
		lines := linesOf(text)
		if rapid.Bool().Draw(t, "of a page") {
			lines = flowing(lines)
		}
		d, _ := certificate.Read(lines, certificate.Options{})
		wrong := func(what string, sure bool, got, want any) {
			if sure && got != want {
				t.Fatalf("%s: sure of %v, want %v in\n%s", what, got, want, text)
			}
		}
		title := strings.TrimRight(m.title, ".")
		wrong("title", d.Title.Sure, d.Title.Value, title)
		wrong("date", d.Date.Sure, d.Date.Value, m.day)
		wrong("points", d.Points.Sure, d.Points.Value, m.points)
		wrong("provider", d.Provider.Sure, d.Provider.Value, m.provider)
		wrong("reference", d.Reference.Sure, d.Reference.Value, m.reference)
		wrong("participant", d.Participant.Sure, d.Participant.Value, strings.ReplaceAll(m.name, "’", "'"))
		whole := folded(text)
		for _, f := range []certificate.Found[string]{d.Title, d.Provider, d.Reference, d.Participant, {Words: d.Date.Words}, {Words: d.Points.Words}} {
			if !strings.Contains(folded(f.Words), folded(f.Value)) {
				t.Fatalf("%q is not in its words %q", f.Value, f.Words)
			}
			if !strings.Contains(whole, folded(f.Words)) && f.Value != m.title {
				t.Fatalf("words %q do not stand in\n%s", f.Words, text)
			}
		}
		kinds[fmt.Sprint(d.Title.Sure, d.Date.Sure, d.Points.Sure)]++
		if m.clear && !(d.Sure() && (d.Participant.Sure || !strings.Contains(text, m.name))) {
			t.Fatalf("not whole: %s\n%s", told(d), text)
		}
	})
	t.Log(kinds)
}
