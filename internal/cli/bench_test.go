package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkImport imports 100,000 rows into a new ledger. The compiler goes by a
// profile of it, which is made anew with
//
//	go test ./internal/cli -run '^$' -bench Import -benchtime 5x -cpuprofile cmd/cmp/default.pgo
func BenchmarkImport(b *testing.B) {
	topics := []string{"safety", "ethics", "blood-banking", "chemistry", "hematology", "microbiology", "quality", "management"}
	var file strings.Builder
	file.WriteString("date,title,provider,points,topics,activity,reference,url,note\n")
	for i := range 100_000 {
		fmt.Fprintf(&file, "%d-%02d-%02d,\"Course %d, part %d\",Provider %d,%d,%s,course,,,\n",
			2024+i%3, 1+i%12, 1+i%28, i, i%7, i%50, 1+i%2, topics[i%8])
	}
	path := filepath.Join(b.TempDir(), "many.csv")
	if err := os.WriteFile(path, []byte(file.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		newWorld(b).must(b, "import", path)
	}
}
