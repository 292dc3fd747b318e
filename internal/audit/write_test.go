package audit_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/audit"
	"cmpledger/internal/ledger"
)

var update = flag.Bool("update", false, "write the indexes in testdata anew")

// unpack returns the contents of a zip file by name, and the names in order.
func unpack(tb testing.TB, packet []byte) (map[string]string, []string) {
	tb.Helper()
	archive, err := zip.NewReader(bytes.NewReader(packet), int64(len(packet)))
	need(tb, err)
	contents := map[string]string{}
	var names []string
	for _, f := range archive.File {
		in, err := f.Open()
		need(tb, err)
		content, err := io.ReadAll(in)
		need(tb, err)
		contents[f.Name] = string(content)
		names = append(names, f.Name)
	}
	return contents, names
}

func TestWriteGolden(t *testing.T) {
	contents, _ := unpack(t, write(t, sample(t)))
	for _, name := range []string{"index.html", "index.csv"} {
		golden := "testdata/" + name
		// The style is not the packet's.
		head, rest, styled := strings.Cut(contents[name], "<style>")
		if _, tail, _ := strings.Cut(rest, "</style>"); styled {
			contents[name] = head + tail
		}
		if *update {
			need(t, os.WriteFile(golden, []byte(contents[name]), 0o644))
		}
		want, err := os.ReadFile(golden)
		need(t, err)
		if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(contents[name], "\n")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestWriteBytes(t *testing.T) {
	if !bytes.Equal(write(t, sample(t)), write(t, sample(t))) {
		t.Error("written twice, two different packets")
	}
}

func TestWriteRefuses(t *testing.T) {
	p := sample(t)
	gone := certificate(14, "x.pdf", "application/pdf", "was")
	gone.Content = func(io.Writer) error { return errors.New("disk gone") }
	p.Certificates = append(p.Certificates, gone)
	if _, err := audit.Write(io.Discard, p); err == nil || err.Error() != "disk gone" {
		t.Errorf("a content that cannot be had: %v", err)
	}
	p = sample(t)
	p.Declaration.Requirements = p.Declaration.Requirements[1:]
	if _, err := audit.Write(io.Discard, p); err == nil || err.Error() != "credit 12 was declared for safety, which was not required" {
		t.Errorf("a requirement that was none: %v", err)
	}
}

type failing struct{ left int }

func (f *failing) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errors.New("disk full")
	}
	return len(p), nil
}

// A target that fails, wherever it does, fails the packet.
func TestWriteFails(t *testing.T) {
	whole := len(write(t, sample(t)))
	for left := 0; left < whole; left += 64 {
		if _, err := audit.Write(&failing{left}, sample(t)); err == nil {
			t.Fatalf("no error after %d of %d bytes", left, whole)
		}
	}
}

// An auditor reads what was declared and sees the proof. How sure we are of the rules, our
// commands and the numbers of the holder's ledger are not in the packet.
func TestAuditorReads(t *testing.T) {
	p := sample(t)
	p.Holder = "Jane Q. Doe"
	p.Declaration.Credits = append(p.Declaration.Credits, ledger.DeclaredCredit{
		Requirement: ledger.Margin, Points: 200, Credit: p.Declaration.Credits[2].Credit,
	})
	contents, _ := unpack(t, write(t, p))
	for _, want := range []string{
		"<dt>Name</dt>\n<dd><bdi>Jane Q. Doe</bdi></dd>", "<dt>Number of the credential</dt>\n<dd><bdi>0123456</bdi></dd>",
		"<dt>Points</dt>\n<dd>4 of 4 required, and 2 more</dd>", "<h3><bdi>More than required</bdi></h3>",
		"<bdi>No. 1: the title was", "<dt>Activities</dt>\n<dd>4</dd>",
	} {
		if !strings.Contains(contents["index.html"], want) {
			t.Errorf("the index lacks %s", want)
		}
	}
	for name, content := range contents {
		for _, word := range []string{"official", "reported", "derived", "assumed", "onfidence", "cmp ", "credit 12", "ledger"} {
			_, shown, _ := strings.Cut(content, "<body>")
			if name == "index.csv" {
				shown = content
			}
			if strings.Contains(shown, word) {
				t.Errorf("%s says %q", name, word)
			}
		}
	}
	if want := "3,2026-01-31,Managing a laboratory,ASCP,2,margin,"; !strings.Contains(contents["index.csv"], want) {
		t.Errorf("index.csv lacks %s", want)
	}
}

// People open the table in a spreadsheet, which runs formulas.
func TestNoFormulas(t *testing.T) {
	p := sample(t)
	c := &p.Declaration.Credits[0].Credit
	c.Title, c.Provider, c.Reference, c.URL = `=HYPERLINK("x")`, "+1", "@a", "-2"
	contents, _ := unpack(t, write(t, p))
	if want := `,"'=HYPERLINK(""x"")",'+1,`; !strings.Contains(contents["index.csv"], want) {
		t.Errorf("index.csv lacks %s", want)
	}
	if want := ",'@a,'-2,"; !strings.Contains(contents["index.csv"], want) {
		t.Errorf("index.csv lacks %s", want)
	}
}

func TestAddresses(t *testing.T) {
	long := "https://example.org/" + strings.Repeat("x", 2000)
	for _, tt := range []struct{ name, url, want string }{
		{"of the web", "https://example.org/a", `<a href="https://example.org/a"><bdi>https://example.org/a</bdi></a>`},
		{"quotes", `https://a/"b`, `<a href="https://a/&#34;b"><bdi>https://a/&#34;b</bdi></a>`},
		{"a script", "javascript:alert(1)", "<bdi>javascript:alert(1)</bdi>"},
		{"other than shown", "https://a/\u202eb", "<bdi>https://a/\ufffdb</bdi>"},
		{"too long to be shown", long, "<bdi>" + long[:2000] + "… [cut]</bdi>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := sample(t)
			p.Declaration.Credits[0].Credit.URL = tt.url
			contents, _ := unpack(t, write(t, p))
			if want := `<bdi>ASCP</bdi></span> <span class="more">` + tt.want + "</span></td>"; !strings.Contains(contents["index.html"], want) {
				t.Errorf("the index lacks %s", want)
			}
		})
	}
}

// hostile is text that is apt to break a page, a table, a name or a screen.
func hostile() *rapid.Generator[string] {
	part := rapid.OneOf(
		rapid.SampledFrom([]string{
			"<script>alert(1)</script>", "</table>", `"><img src=x onerror=y>`, "<!--", "]]>", "&amp;", "'", `"`, ",", ";", "\r\n", "\n", "\t",
			"\x00", "\x1b[31m", "\u0085", "\u202e", "\u2066", "\u2028", "\ufeff", "\ufffe", "\xff", "../", `..\`, "/etc/passwd", "C:", "CON", "nul.txt",
			"é", "e\u0301", "ß", "漢", "😀", strings.Repeat("x", 500), strings.Repeat("é ", 1500), "  ", "-", ".", "=1+1", "javascript:alert(1)",
		}),
		rapid.StringMatching(`[A-Za-z0-9 .-]{0,8}`),
	)
	return rapid.Map(rapid.SliceOfN(part, 0, 5), func(parts []string) string { return strings.Join(parts, "") })
}

// packet is any packet that a ledger may give.
func packet() *rapid.Generator[audit.Packet] {
	return rapid.Custom(func(t *rapid.T) audit.Packet {
		p := audit.Packet{Declaration: ledger.Declaration{Number: hostile().Draw(t, "number"), Title: hostile().Draw(t, "title")}}
		p.Drift = rapid.SliceOfN(hostile(), 0, 2).Draw(t, "drift")
		d := &p.Declaration
		d.Date = ledger.Date(rapid.IntRange(1, 3652059).Draw(t, "date"))
		d.Designation, d.Edition, d.Currency = hostile().Draw(t, "designation"), hostile().Draw(t, "edition"), hostile().Draw(t, "currency")
		d.Source, d.Confidence = hostile().Draw(t, "source"), rapid.SampledFrom([]string{"", "official", "assumed", "<b>"}).Draw(t, "confidence")
		for i := range rapid.IntRange(0, 3).Draw(t, "credits") {
			c := ledger.Credit{
				ID: int64(i + 1), Date: ledger.Date(rapid.IntRange(1, 3652059).Draw(t, "date")), Points: 100, Title: hostile().Draw(t, "title"),
				Provider: hostile().Draw(t, "provider"), Reference: hostile().Draw(t, "reference"), URL: hostile().Draw(t, "url"),
			}
			for _, r := range rapid.SliceOfN(rapid.SampledFrom([]ledger.Requirement{"safety", "other"}), 1, 2).Draw(t, "requirements") {
				d.Credits = append(d.Credits, ledger.DeclaredCredit{Requirement: r, Points: 50, Credit: c})
			}
			for range rapid.IntRange(0, 3).Draw(t, "certificates") {
				content := rapid.SampledFrom([]string{"", "a", "b", "c", "d"}).Draw(t, "content")
				mediaType := rapid.SampledFrom([]string{"", "application/pdf", "image/png; x=y", "x/y"}).Draw(t, "media type")
				p.Certificates = append(p.Certificates, certificate(c.ID, hostile().Draw(t, "name"), mediaType, content))
			}
		}
		d.Requirements = []ledger.DeclaredRequirement{
			{Name: "other", Title: hostile().Draw(t, "requirement"), Confidence: "assumed"}, {Name: "safety"},
		}
		return p
	})
}

var safeName = regexp.MustCompile(`^(index\.html|index\.csv|SHA256SUMS|certificates/[0-9]{2,}-[0-9]{4}-[0-9]{2}-[0-9]{2}-[a-z0-9-]{1,63}\.[a-z0-9]{1,5})$`)

// Whatever a ledger holds, the packet is sound, its names are safe, and its
// index has no element that did not come from here.
func TestWriteHostile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := packet().Draw(t, "packet")
		var b bytes.Buffer
		if _, err := audit.Write(&b, p); err != nil {
			t.Fatal(err)
		}
		checkSound(t, b.Bytes())
		archive, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
		need(t, err)
		seen := map[string]bool{}
		for _, f := range archive.File {
			if !safeName.MatchString(f.Name) || !fs.ValidPath(f.Name) || seen[strings.ToLower(f.Name)] || len(path.Base(f.Name)) > 100 {
				t.Fatalf("%q is no safe name, or is there twice", f.Name)
			}
			seen[strings.ToLower(f.Name)] = true
		}
		page, err := fs.ReadFile(archive, "index.html")
		need(t, err)
		checkPage(t, string(page), seen)
	})
}

// checkPage holds a page to be well-formed, and to link to files of the packet
// and to the web alone.
func checkPage(t interface{ Fatalf(string, ...any) }, page string, files map[string]bool) {
	checkText(t, "index.html", page)
	d := xml.NewDecoder(strings.NewReader(page))
	for {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF):
			return
		case err != nil:
			t.Fatalf("index.html is not well-formed: %v", err)
		}
		e, _ := token.(xml.StartElement)
		if slices.Contains([]string{"script", "img", "link", "iframe"}, e.Name.Local) {
			t.Fatalf("index.html has %v", e)
		}
		for _, a := range e.Attr {
			if a.Name.Local == "href" && !files[a.Value] && !strings.HasPrefix(a.Value, "https://") && !strings.HasPrefix(a.Value, "http://") {
				t.Fatalf("index.html links to %s", a.Value)
			}
		}
	}
}

// checkText reports what would move the screen or the lines of a text.
func checkText(t interface{ Fatalf(string, ...any) }, name, text string) {
	if !utf8.ValidString(text) {
		t.Fatalf("%s is not UTF-8", name)
	}
	if i := strings.IndexFunc(text, func(r rune) bool {
		return r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 || r == '\u202e' || r == '\u2066' || r == '\u2028' || r == '\ufffe'
	}); i >= 0 {
		t.Fatalf("%s has a control character at %d", name, i)
	}
}
