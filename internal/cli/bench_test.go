package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkImport imports 100,000 rows into a new ledger. The compiler goes by a profile of it
// and of BenchmarkStatus, which is made anew with
//
//	go test ./internal/cli -run '^$' -bench Import -benchtime 5x -cpuprofile import.prof
//	go test ./internal/cli -run '^$' -bench Status -benchtime 4s -cpuprofile status.prof
//	go tool pprof -proto import.prof status.prof >cmd/cmp/default.pgo
func BenchmarkImport(b *testing.B) {
	path := many(b, 100_000)
	for b.Loop() {
		newWorld(b).must(b, "import", path)
	}
}

// BenchmarkStatus shows how far a credential is met by 60 credits.
func BenchmarkStatus(b *testing.B) {
	w := newWorld(b)
	w.must(b, "credential", "add", "MLS", "--expires", "2027-03-31")
	w.must(b, "import", many(b, 60))
	for b.Loop() {
		w.must(b, "status")
	}
}

// many writes a file of so many rows, and returns its path.
func many(b *testing.B, rows int) string {
	topics := []string{"safety", "ethics", "blood-banking", "chemistry", "hematology", "microbiology", "quality", "management"}
	var file strings.Builder
	file.WriteString("date,title,provider,points,topics,activity,reference,url,note\n")
	for i := range rows {
		fmt.Fprintf(&file, "%d-%02d-%02d,\"Course %d, part %d\",Provider %d,%d,%s,course,,,\n",
			2024+i%3, 1+i%12, 1+i%28, i, i%7, i%50, 1+i%2, topics[i%8])
	}
	path := filepath.Join(b.TempDir(), "many.csv")
	need(b, os.WriteFile(path, []byte(file.String()), 0o600))
	return path
}
