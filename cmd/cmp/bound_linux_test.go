package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A hostile file is small or odd, and meant to take much. The test writes it bit by bit.
type hostile struct {
	name  string
	write func(w io.Writer)
	args  string // before the file
	most  int    // MB that the program may take
	says  string // in its answer
	large bool   // only with CMP_TEST_FULL
}

const csvHeader = "date,title,points\n"

var hostiles = []hostile{
	{"quote.csv", times(csvHeader+"2026-01-02,\"open,1\n", 500_000, "2026-01-02,Course of safety,1\n"), "import", 200, "more than 100,000 rows; import it in parts", false},
	{"bad.csv", times(csvHeader, 400_000, "2026-13-02,x,1\n"), "import", 140, "more than 100,000 rows", false},
	{"bytes.csv", times("", 31, strings.Repeat("\xff", 1<<20)), "import", 250, "the encoding is not clear", false},
	{"endless.csv", times("", 200, strings.Repeat("x", 1<<20)), "import", 60, "larger than 128 MB; use only a part of it", true},
	{"line.csv", times(csvHeader, 100, strings.Repeat("x", 1<<20)), "import", 200, "more than 32 MB of text; import it in parts", true},
	{"one-line.csv", times(csvHeader, 30, strings.Repeat("x", 1<<20)), "import", 160, "a cell of more than 1 MB", false},
	{"header.csv", times("date,title,points", 1_000_000, ",column"), "import", 80, "more than 1,000 cells", false},
	{"aligned.csv", times("date        title        points\n2026-01-02  a      1\n2026-01-02  a      1\n", 300_000, "a  "), "import", 200, "not clear where its column ends", false},
	{"own-topics.csv", topicsOfTheirOwn, "import", 400, "90000 of 90000 rows cannot be used", true},
	{"rows.csv", times(csvHeader, 1000, hundredDays()), "import --dry-run", 400, "100000 new", true},
	{"day.csv", times(csvHeader, 2001, "2026-01-02,x,1\n"), "import", 60, "more than 2,000 rows of one day, 2026-01-02; import it in parts", false},
	{"courses.csv", times("title,provider\n", 150_000, "x,y\n"), "courses import", 140, "more than 100,000 rows", false},
	{"reconcile.csv", times(csvHeader, 150_000, "2026-01-02,x,1\n"), "reconcile", 140, "more than 100,000 rows", false},
	{"shared.xlsx", book("xl/", "<sst><si><t>"+strings.Repeat("y", 32_000)+"</t></si></sst>", strings.Repeat(`<c t="s"><v>0</v></c>`, 100), 300), "import", 80, "more than 32 MB of text in its cells", false},
	{"packed.xlsx", book("xl/", "<sst/>", `<c><v>1</v></c>`, 1_000_000), "import", 80, "a hundred times its size packed in it", false},
	{"deep.xlsx", book("xl/", "<sst/>", strings.Repeat("<a>", 300), 1), "import", 80, "256 elements within each other", false},
	{"repeated.ods", book("", "", `<table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>`, 100), "import", 80, "100,000 repeated cells", false},
	{"large.zip", times("PK\x03\x04", 33, strings.Repeat("x", 1<<20)), "import", 120, "a workbook or zip file of more than 32 MB; export the sheet as CSV", false},
	{"deep.html", times("<html>", 1_000_000, "<div>"), "import", 100, "nested more than 512 times", false},
	{"tag.html", times("<html><a ", 10, strings.Repeat("a", 1<<20)), "import", 120, "more than 4 MB", false},
	{"deep.eml", nestedMail, "import", 60, "nested more than 8 times", false},
	{"objects.pdf", times("%PDF-1.4\n", 500_000, "1 0 obj<<>>endobj\n"), "import", 140, "5000000 parts", false},
	{"deep.pdf", times("%PDF-1.4\n1 0 obj", 100_000, "["), "import", 60, "32 levels of parts", false},
	{"forms.pdf", formsInForms, "import", 100, "5000000 parts", false},
	{"ledger.jsonl", times("{\"schema\":\"cmp.ledger/1\"}\n", 4_000_000, `{"a":`), "import", 120, "not a JSON object", false},
	{"lines.jsonl", times("{\"schema\":\"cmp.ledger/1\"}\n", 3_000_000, "\n"), "import", 60, "line 2: not a JSON object", false},
	{"gone.jsonl", manyGone, "import", 500, "more than 500,000 records", true},
	{"deep.yaml", times("", 500_000, "["), "import --profile", 60, "not YAML that cmp can read", false},
	{"keys.yaml", times("", 90_000, "a: 1\n"), "rules check", 80, "is not a key here", false},
	{"large.yaml", times("", 2, strings.Repeat("#", 1<<20)), "rules check", 60, "larger than 1 MB", false},
	{"packet.zip", packedPacket, "audit verify", 80, "not an audit packet", false},
}

// hundredDays returns a row of each of so many days.
func hundredDays() string {
	var b strings.Builder
	for i := range 100 {
		fmt.Fprintf(&b, "20%02d-01-02,x,1\n", i)
	}
	return b.String()
}

// Whatever a file holds, reading it takes at most so much memory, and ends.
func TestBounds(t *testing.T) {
	p := newPlace(t)
	t.Run("files", func(t *testing.T) {
		for _, h := range hostiles {
			t.Run(h.name, func(t *testing.T) {
				t.Parallel()
				if h.large && !full() {
					t.Skip("large; CMP_TEST_FULL=1 runs it")
				}
				path := filepath.Join(t.TempDir(), h.name)
				makeFile(t, path, h.write)
				args := append(strings.Fields(h.args), path)
				if strings.HasSuffix(h.args, "--profile") {
					args = append(args, path)
				}
				p.bounded(t, h, nil, args...)
			})
		}
	})
	if _, err := os.Stat(p.ledger); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("something was written: %v", err)
	}
}

// What is no file is never waited for, a folder has an end, and standard input that does not end is refused.
func TestBoundsOfPipes(t *testing.T) {
	p := newPlace(t)
	folder := t.TempDir()
	pipe := filepath.Join(folder, "pipe.yaml")
	need(t, errors.Join(syscall.Mkfifo(pipe, 0o600), os.Symlink("..", filepath.Join(folder, "up")), os.Symlink("loop", filepath.Join(folder, "loop"))))
	for _, path := range []string{"/dev/zero", pipe} {
		for _, command := range []string{"import", "reconcile", "courses import", "audit verify", "profile check", "restore --yes"} {
			p.bounded(t, hostile{most: 60, says: "is not a file"}, nil, append(strings.Fields(command), path)...)
		}
	}
	p.bounded(t, hostile{most: 60, says: "is not a file"}, nil, "rules", "check", pipe)
	p.bounded(t, hostile{most: 60, says: "pipe.yaml"}, nil, "import", folder)
	many := t.TempDir()
	for i := range 201 {
		makeFile(t, filepath.Join(many, fmt.Sprint(i, ".csv")), times(csvHeader, 1, "2026-01-02,x,1\n"))
	}
	p.bounded(t, hostile{most: 80, says: "more than 200 tables"}, nil, "import", many)
	if full() {
		zero, err := os.Open("/dev/zero")
		need(t, err)
		defer zero.Close()
		p.bounded(t, hostile{most: 300, says: "larger than 128 MB"}, zero, "import", "-")
	}
}

// bounded runs the program. Its deadline is only against one that never ends.
func (p place) bounded(t *testing.T, h hostile, in io.Reader, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := p.command(args...)
	run := exec.CommandContext(ctx, cmd.Path, args...)
	var out bytes.Buffer
	run.Env, run.Stdin, run.Stdout, run.Stderr = cmd.Env, in, &out, &out
	run.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	run.Cancel = func() error { return syscall.Kill(-run.Process.Pid, syscall.SIGKILL) } // with what it started
	took, _ := peak(t, run)
	t.Logf("%d MB, %v", took, run.ProcessState.UserTime()+run.ProcessState.SystemTime())
	if took > h.most {
		t.Errorf("cmp %s takes %d MB, want %d at most", strings.Join(args, " "), took, h.most)
	}
	if said := out.String(); !strings.Contains(said, h.says) {
		t.Errorf("cmp %s says %.300q, want %q in it", strings.Join(args, " "), said[max(0, len(said)-300):], h.says)
	}
}

func makeFile(t *testing.T, path string, write func(io.Writer)) {
	t.Helper()
	file, err := os.Create(path)
	need(t, err)
	w := bufio.NewWriter(file)
	write(w)
	need(t, errors.Join(w.Flush(), file.Close()))
}

// times writes a text, and then another one n times.
func times(first string, n int, text string) func(io.Writer) {
	return func(w io.Writer) {
		_, _ = io.WriteString(w, first)
		for range n {
			_, _ = io.WriteString(w, text)
		}
	}
}

func topicsOfTheirOwn(w io.Writer) {
	fmt.Fprint(w, "date,title,points,topics\n")
	for i := range 90_000 {
		fmt.Fprintf(w, "2026-01-02,x,1,topic %d\n", i)
	}
}

func nestedMail(w io.Writer) {
	fmt.Fprint(w, "From: a@b.c\nContent-Type: multipart/mixed; boundary=b0\n\n")
	for i := range 3000 {
		fmt.Fprintf(w, "--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n", i, i+1)
	}
}

// formsInForms is a page of forms that draw others ten times each, ten levels deep.
func formsInForms(w io.Writer) {
	fmt.Fprint(w, "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"+
		"3 0 obj<</Type/Page/Parent 2 0 R/Contents 10 0 R/Resources<</XObject<</F 11 0 R>>>>>>endobj\n")
	var draws bytes.Buffer
	z := zlib.NewWriter(&draws)
	times("", 10, "/F Do ")(z)
	_ = z.Close()
	for i := range 11 {
		fmt.Fprintf(w, "%d 0 obj<</Type/XObject/Subtype/Form/Filter/FlateDecode/Resources<</XObject<</F %d 0 R>>>>/Length %d>>stream\n%s\nendstream endobj\n", 10+i, 11+i, draws.Len(), draws.Bytes())
	}
	fmt.Fprint(w, "21 0 obj<</Type/XObject/Subtype/Form/Length 0>>stream\n\nendstream endobj\ntrailer<</Root 1 0 R>>\n")
}

func manyGone(w io.Writer) {
	fmt.Fprintln(w, `{"schema":"cmp.ledger/1"}`)
	for i := range 500_001 {
		fmt.Fprintf(w, `{"record":"gone","kind":"evidence","key":"c%d %064x","changed":"2026-11-03T13:02:11Z+000001","past":[]}`+"\n", i+1, i)
	}
}

func packedPacket(w io.Writer) {
	z := zip.NewWriter(w)
	for _, name := range []string{"SHA256SUMS", "index.csv"} {
		part, _ := z.Create(name)
		times("", 100, strings.Repeat(" ", 1<<20))(part)
	}
	_ = z.Close()
}

// book writes a workbook of rows that are all alike: .xlsx where its parts are in a folder,
// else .ods.
func book(folder, texts, row string, rows int) func(io.Writer) {
	return func(w io.Writer) {
		z := zip.NewWriter(w)
		part := func(name, before, row, after string, n int) {
			p, _ := z.Create(name)
			times(before, n, row)(p)
			_, _ = io.WriteString(p, after)
		}
		if folder == "" {
			part("content.xml", `<o:document-content xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><o:body><o:spreadsheet><table:table table:name="S">`,
				`<table:table-row>`+row+`</table:table-row>`, `</table:table></o:spreadsheet></o:body></o:document-content>`, rows)
		} else {
			const link = `<Relationship Id="%s" Type="x/%s" Target="%s"/>`
			part("_rels/.rels", "<Relationships>"+fmt.Sprintf(link, "r1", "officeDocument", "xl/workbook.xml"), "", "</Relationships>", 0)
			part("xl/_rels/workbook.xml.rels", "<Relationships>"+fmt.Sprintf(link, "r1", "worksheet", "sheet.xml")+fmt.Sprintf(link, "r2", "sharedStrings", "texts.xml"), "", "</Relationships>", 0)
			part("xl/workbook.xml", `<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets>`, "", "</workbook>", 0)
			part("xl/texts.xml", texts, "", "", 0)
			part("xl/sheet.xml", "<worksheet><sheetData>", "<row>"+row+"</row>", "</sheetData></worksheet>", rows)
		}
		_ = z.Close()
	}
}
