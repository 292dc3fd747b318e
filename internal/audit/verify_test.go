package audit_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/audit"
)

// checkSound holds a packet to be as it was written.
func checkSound(t interface{ Fatalf(string, ...any) }, packet []byte) {
	report, err := audit.Verify(bytes.NewReader(packet), int64(len(packet)))
	if err != nil || len(report.Findings) > 0 {
		t.Fatalf("Verify: %v, %v", report.Findings, err)
	}
}

// An entry is a file of an archive that somebody else wrote.
type entry struct {
	name    string
	content string
	edit    func(*zip.FileHeader) // nil for a plain stored file
}

// archive writes entries as they are, whatever they claim.
func archive(tb testing.TB, entries []entry) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, CRC32: crc32.ChecksumIEEE([]byte(e.content))}
		h.CompressedSize64, h.UncompressedSize64 = uint64(len(e.content)), uint64(len(e.content))
		h.SetMode(0o644)
		if e.edit != nil {
			e.edit(h)
		}
		w, err := z.CreateRaw(h)
		if err == nil {
			_, err = io.WriteString(w, e.content)
		}
		need(tb, err)
	}
	need(tb, z.Close())
	return b.Bytes()
}

// listed returns entries with the sums of those before.
func listed(entries ...entry) []entry {
	var sums strings.Builder
	for _, e := range entries {
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256([]byte(e.content)), e.name)
	}
	return append(entries, entry{name: "SHA256SUMS", content: sums.String()})
}

// bomb returns a file of so many bytes, packed to a thousandth, and says another number.
func bomb(tb testing.TB, name string, size int, says uint64) entry {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err == nil {
		_, err = w.Write(make([]byte, size))
	}
	if err = errors.Join(err, w.Close()); err != nil {
		tb.Fatal(err)
	}
	return entry{name, b.String(), func(h *zip.FileHeader) { h.Method, h.UncompressedSize64 = zip.Deflate, says }}
}

const odd = "does not belong in a packet: it is no plain file, or its name is odd"

func TestVerifyFinds(t *testing.T) {
	page, table, rules := entry{name: "index.html", content: "page"}, entry{name: "index.csv", content: "table"}, entry{name: "rules.txt", content: "rules"}
	with := func(more ...entry) []entry { return listed(append([]entry{page, table, rules}, more...)...) }
	edited := func(name, content string, edit func(*zip.FileHeader)) []entry {
		return with(entry{name, content, edit})
	}
	const name = "certificates/x.pdf"
	x := entry{name: name, content: "x"}
	for _, tt := range []struct {
		name string
		give []entry
		want []audit.Finding
	}{
		{"a changed file", append(with(x)[:3], entry{name: name, content: "y"}, with(x)[4]), []audit.Finding{
			{name, "was changed: its SHA-256 is not the one in SHA256SUMS"}}},
		{"a missing file", append(with(x)[:3], with(x)[4]), []audit.Finding{{name, "is missing"}}},
		{"a file that is not listed", append(with(), x), []audit.Finding{{name, "is not listed in SHA256SUMS"}}},
		{"no index, not even listed", listed(table, rules), []audit.Finding{{"index.html", "is missing"}}},
		{"a line that is none", append(with()[:3], entry{name: "SHA256SUMS", content: with()[3].content + "# comment\n"}), []audit.Finding{
			{"SHA256SUMS", "has a line that is not the checksum of a file"}}},
		{"a name twice", with(x, x), []audit.Finding{
			{"certificates/x.pdf", "is in the archive twice"}, {"SHA256SUMS", "has a line that is not the checksum of a file"}}},
		{"a certificate of the table that is neither there nor listed", listed(page, entry{name: "index.csv", content: "number,certificates\n1,\n2,a.pdf;" + name + "\n"}, x), []audit.Finding{
			{"a.pdf", "is missing"}}},
		{"names that differ by case alone", with(x, entry{name: "certificates/X.pdf"}), []audit.Finding{{"certificates/X.pdf", "is in the archive twice"}}},
		{"a name that leads out", with(entry{name: "../evil"}), []audit.Finding{{"../evil", odd}}},
		{"a name that a terminal acts on", with(entry{name: "\x1b[31m"}), []audit.Finding{{"\x1b[31m", odd}}},
		{"a link", edited(name, "/etc/passwd", func(h *zip.FileHeader) { h.SetMode(0o777 | fs.ModeSymlink) }), []audit.Finding{{name, odd}}},
		{"an unknown compression", edited(name, "x", func(h *zip.FileHeader) { h.Method = 99 }), []audit.Finding{
			{name, "cannot be read: zip: unsupported compression algorithm"}}},
		{"a file that unpacks to a thousand times its size", append(with(), bomb(t, name, 10<<20, 10<<20)), []audit.Finding{
			{name, "was not read: it unpacks to 10485760 bytes; all files together may have at most 100 times the size of the packet"}}},
		{"one that says it is small", append(with(x)[:3], bomb(t, name, 10<<20, 5), with(x)[4]), []audit.Finding{
			{name, "cannot be read: it has more than the 5 bytes that the packet says"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			packet := archive(t, tt.give)
			report, err := audit.Verify(bytes.NewReader(packet), int64(len(packet)))
			need(t, err)
			if diff := cmp.Diff(tt.want, report.Findings); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// What package zip passes over is found, for other programs read it.
func TestVerifyFindsTheHidden(t *testing.T) {
	packet := write(t, sample(t))
	other := archive(t, []entry{{name: "index.html", content: "forged"}})
	const before, after = "has something before it that is no file of the packet", "has a comment, or something after its last file"
	folder := archive(t, append(listed(entry{name: "index.html"}, entry{name: "index.csv"}), entry{name: "certificates_", content: "x"}))
	comment := append(bytes.Clone(packet[:len(packet)-2]), "\x05\x00hello"...)
	for _, tt := range []struct {
		name string
		give []byte
		want audit.Finding
	}{
		{"another archive in front", slices.Concat(other, packet), audit.Finding{File: "index.html", Problem: before}},
		{"a file in front", slices.Concat(other[:bytes.Index(other, []byte("PK\x01\x02"))], packet), audit.Finding{File: "index.html", Problem: before}},
		{"another name within", bytes.Replace(packet, []byte("index.html"), []byte("inedx.html"), 1), audit.Finding{File: "index.html", Problem: "is described in one way before its content, and in another in the list of files"}},
		{"bytes behind the list", slices.Concat(packet[:len(packet)-22], []byte("PK\x01\x02hidden"), packet[len(packet)-22:]), audit.Finding{Problem: after}},
		{"another compression within", bytes.Replace(packet, packet[:10], slices.Concat(packet[:8], []byte{99, 0}), 1), audit.Finding{File: "index.html", Problem: "is described in one way before its content, and in another in the list of files"}},
		{"a comment", comment, audit.Finding{Problem: after}},
		{"a folder with content", bytes.ReplaceAll(folder, []byte("certificates_"), []byte("certificates/")), audit.Finding{File: "certificates/", Problem: odd}},
		{"bytes behind", append(bytes.Clone(packet), "hello"...), audit.Finding{Problem: after}},
	} {
		report, err := audit.Verify(bytes.NewReader(tt.give), int64(len(tt.give)))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if diff := cmp.Diff(tt.want, report.Findings[0]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// Those who pack a packet again change no content; compression and folders are
// read.
func TestVerifyPackedAgain(t *testing.T) {
	contents, names := unpack(t, write(t, sample(t)))
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range append([]string{"certificates/"}, names...) {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, contents[name])
		}
		need(t, err)
	}
	need(t, z.Close())
	report, err := audit.Verify(bytes.NewReader(b.Bytes()), int64(b.Len()))
	need(t, err)
	if diff := cmp.Diff(audit.Report{Files: 5}, report); diff != "" {
		t.Errorf("Verify (-want +got):\n%s", diff)
	}
}

func TestVerifyNoPacket(t *testing.T) {
	packet := write(t, sample(t))
	const cut = "not an audit packet, or one that was cut short"
	for _, tt := range []struct {
		name string
		give []byte
		want string
	}{
		{"nothing", nil, cut},
		{"another kind of file", []byte("%PDF-1.4"), cut},
		{"a packet cut short", packet[:len(packet)/2], cut},
		{"more files than any packet has", archive(t, slices.Repeat([]entry{{name: "x"}}, 5001)),
			"not an audit packet: it has 5001 files, and a packet has at most 5000"},
		{"sums that go on and on", archive(t, []entry{bomb(t, "SHA256SUMS", 10<<20, 10<<20)}),
			"not an audit packet: its SHA256SUMS has more than 1048576 bytes"},
		{"a zip file of something else", archive(t, []entry{{name: "x", content: "x"}}),
			"not an audit packet: it has no SHA256SUMS that can be read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := audit.Verify(bytes.NewReader(tt.give), int64(len(tt.give)))
			if err == nil || err.Error() != tt.want {
				t.Errorf("Verify: %v, want %s", err, tt.want)
			}
		})
	}
}

// FuzzVerify holds Verify to answer whatever it is given, and to find nothing
// wrong only with what has the files of a packet.
func FuzzVerify(f *testing.F) {
	packet := write(f, sample(f))
	f.Add(packet)
	f.Add(packet[:len(packet)-30])
	flipped := bytes.Clone(packet)
	flipped[len(packet)/2] ^= 1
	f.Add(flipped)
	f.Add(archive(f, listed(entry{name: "index.html"}, entry{name: "index.csv"})))
	f.Add(archive(f, []entry{{"SHA256SUMS", "x", func(h *zip.FileHeader) { h.Method, h.UncompressedSize64 = zip.Deflate, 1<<40 }}}))
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, data []byte) {
		report, err := audit.Verify(bytes.NewReader(data), int64(len(data)))
		if err == nil && len(report.Findings) == 0 && report.Files < 2 {
			t.Fatalf("a packet of %d files is as it was written", report.Files)
		}
	})
}
