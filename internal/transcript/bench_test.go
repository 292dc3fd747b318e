package transcript_test

import (
	"fmt"
	"strings"
	"testing"

	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
)

const benchRows = 100_000

// bigFile returns a foreign transcript of many rows that are all different.
func bigFile() []byte {
	topics := []string{"Hematology", "Clinical Chemistry", "Transfusion Medicine", "Point of Care", ""}
	var b strings.Builder
	b.WriteString("Course Title,Sponsor,Completed,Contact Hours,Category,Certificate Number\n")
	for i := range benchRows {
		reference := ""
		if i%2 == 0 {
			reference = fmt.Sprintf("LC-%06d", i)
		}
		fmt.Fprintf(&b, "\"Course %d, with a title of usual length\",LabCE,%02d/%02d/20%02d,1.5,%s,%s\n",
			i, i%12+1, i%28+1, i%20+10, topics[i%len(topics)], reference)
	}
	return []byte(b.String())
}

func BenchmarkRead(b *testing.B) {
	data := bigFile()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		f, err := transcript.Read(data, transcript.Options{})
		if err != nil || len(f.Rows) != benchRows {
			b.Fatal(len(f.Rows), err)
		}
	}
	perRow(b)
}

func BenchmarkMatch(b *testing.B) {
	f, err := transcript.Read(bigFile(), transcript.Options{})
	if err != nil {
		b.Fatal(err)
	}
	all := make(map[string][]ledger.Known, benchRows)
	for _, r := range f.Rows {
		all[r.Credit.Identity()] = append(all[r.Credit.Identity()], ledger.Known{Credit: r.Credit})
	}
	for name, has := range map[string]map[string][]ledger.Known{"new": nil, "known": all} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if len(transcript.Match(f.Rows, transcript.Identities(f.Rows), has)) != benchRows {
					b.Fatal("rows were lost")
				}
			}
			perRow(b)
		})
	}
}

func BenchmarkWrite(b *testing.B) {
	f, err := transcript.Read(bigFile(), transcript.Options{})
	if err != nil {
		b.Fatal(err)
	}
	credits := creditsOf(b, f.Rows)
	for b.Loop() {
		if err := transcript.Write(&strings.Builder{}, ',', credits); err != nil {
			b.Fatal(err)
		}
	}
	perRow(b)
}

func perRow(b *testing.B) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRows, "ns/row")
}

// BenchmarkReconcile pairs rows with credits of which none is the same: all
// are worth one point, and every title has to be compared with every other.
func BenchmarkReconcile(b *testing.B) {
	const n = 1000
	words := []string{"hemolysis", "coagulation", "sepsis", "antibody", "analyzer", "quality", "panel", "case", "stain", "virus"}
	credits := func(of string) []ledger.Credit {
		all := make([]ledger.Credit, n)
		for i := range all {
			title := fmt.Sprint(words[i%10], " ", words[i/10%10], " and ", words[i/100%10], " ", of)
			all[i] = ledger.Credit{ID: int64(i + 1), Date: ledger.Date(738000 + i), Title: title, Points: 100}
		}
		return all
	}
	rows, has := fileOf(credits("as the portal has it")), credits("in my own words")
	b.ReportAllocs()
	for b.Loop() {
		transcript.Reconcile(rows, has)
	}
}
