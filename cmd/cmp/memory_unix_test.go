//go:build unix

package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// However many certificates a ledger has, no command holds more than a few of them. The program
// itself takes 24 MB, and with a few of 2 MB some 40, or on a busy machine 50, for what is let go
// is collected later there. All together would be 64 MB more, or with CMP_TEST_FULL 262.
func TestMemory(t *testing.T) {
	const size = 2 << 20
	files, most := 32, 64
	if full() {
		files = 131
	}
	m := measured{t: t, folder: t.TempDir(), most: most}
	names := m.certificates(files, size)
	m.run("credential", "add", "MLS", "--expires", "2027-03-31")
	m.run("import", "credits.csv")
	m.run(append([]string{"evidence", "add", "1"}, names...)...)
	m.run("export", "ledger", "-o", "all.jsonl")
	m.run("export", "ledger")
	m.same("all.jsonl")
	m.run("import", "all.jsonl", "--db", "other.db", "--dry-run")
	m.run("import", "all.jsonl", "--db", "other.db")
	m.run("export", "ledger", "--db", "other.db")
	m.same("all.jsonl")
	m.run("undo", "--db", "other.db")
	m.run("import", "all.jsonl")
	m.run("evidence", "verify")
	m.run("evidence", "get", "1", "-o", "copy.pdf")
	m.run("declare", "MLS", "--all")
	m.run("audit", "MLS", "-o", "packet.zip")
	m.run("audit", "verify", "packet.zip")
	m.run("doctor")
	m.run("backup", "copy.db")
	m.run("restore", "copy.db", "--yes")
}

// measured runs commands that may take so much memory.
type measured struct {
	t      *testing.T
	folder string
	most   int // MB
}

func (m measured) path(name string) string { return filepath.Join(m.folder, name) }

// certificates writes files, which it names, and a list of credits of 40 points together.
func (m measured) certificates(files, size int) (names []string) {
	topics := []string{"safety", "chemistry", "hematology", "microbiology", "blood-banking", "ethics"}
	list := "date,title,points,topics\n"
	random := rand.NewChaCha8([32]byte{})
	data := make([]byte, size)
	for i := range 40 {
		list += fmt.Sprintf("2025-%02d-%02d,Course %d,1,%s\n", 1+i%12, 1+i%28, i, topics[i%len(topics)])
	}
	m.write("credits.csv", []byte(list))
	for i := range files {
		_, _ = random.Read(data) // which never fails
		copy(data, "%PDF-1.7\n")
		names = append(names, fmt.Sprint(i, ".pdf"))
		m.write(names[i], data)
	}
	return names
}

func (m measured) write(name string, data []byte) {
	m.t.Helper()
	if err := os.WriteFile(m.path(name), data, 0o600); err != nil {
		m.t.Fatal(err)
	}
}

// run runs a command, whose answer goes to the file out.
func (m measured) run(args ...string) {
	m.t.Helper()
	out, err := os.Create(m.path("out"))
	if err != nil {
		m.t.Fatal(err)
	}
	defer out.Close()
	cmd := exec.Command(built(m.t), args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = m.folder, out, os.Stderr
	cmd.Env = append(os.Environ(), "HOME="+m.folder, "XDG_CONFIG_HOME="+m.folder, "CMP_DB=ledger.db", "CMP_AS_OF=2027-01-15", "TMPDIR="+m.folder)
	if !testing.Verbose() {
		cmd.Stderr = nil
	}
	used, err := peak(m.t, cmd)
	if err != nil {
		m.t.Fatalf("cmp %.80q: %v", args, err)
	}
	m.t.Logf("%d MB: cmp %.80q", used, args)
	if used > m.most {
		m.t.Errorf("cmp %.80q took %d MB, want at most %d", args, used, m.most)
	}
}

// same wants the last answer to be the file.
func (m measured) same(name string) {
	m.t.Helper()
	if m.sum("out") != m.sum(name) {
		m.t.Errorf("the answer is not the same as %s", name)
	}
}

func (m measured) sum(name string) string {
	file, err := os.Open(m.path(name))
	if err != nil {
		m.t.Fatal(err)
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		m.t.Fatal(err)
	}
	return string(sum.Sum(nil))
}
