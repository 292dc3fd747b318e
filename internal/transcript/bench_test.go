package transcript_test

import (
	"fmt"
	"strings"
	"testing"

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
		f, err := transcript.Text(data).Read(transcript.Options{})
		if err != nil || len(f.Rows) != benchRows {
			b.Fatal(len(f.Rows), err)
		}
	}
	perRow(b)
}

func BenchmarkWrite(b *testing.B) {
	f, err := transcript.Text(bigFile()).Read(transcript.Options{})
	need(b, err)
	credits := creditsOf(b, f.Rows)
	for b.Loop() {
		need(b, transcript.Write(&strings.Builder{}, ',', credits))
	}
	perRow(b)
}

func perRow(b *testing.B) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRows, "ns/row")
}
