package audit

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"maps"
	"math"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
)

// A Report is what the verification of a packet found.
type Report struct {
	Files    int       `json:"files" doc:"In it."` // that are what their sums say, the sums themselves not counted
	Findings []Finding `json:"findings"`           // none when the packet is as it was written
}

// A Finding is one thing that is not as it was written.
type Finding struct {
	// File is the name that the archive or its sums give to a file, or "" for
	// the archive as a whole. It is not to be trusted, nor shown unescaped.
	File    string `json:"file" doc:"In the packet." empty:"where it is the packet itself"`
	Problem string `json:"problem" doc:"What is wrong with it."` // a clause in lower case: "is missing"
}

const (
	maxDirectory = 4 << 20 // bytes read to learn what an archive holds
	maxManifest  = 1 << 20 // bytes of a manifest
	maxRatio     = 100     // how far the files may unfold, in a packet that was packed again
	freeSize     = 1 << 20 // bytes that they may always unfold to
)

var (
	errNotPacket = errors.New("not an audit packet: it has no " + manifestFile + " that can be read")
	errDirectory = errors.New("not an audit packet: its list of files is longer than that of any packet")
)

// A budget reads until it has read more than is left.
type budget struct {
	io.ReaderAt
	left int64
}

func (b *budget) ReadAt(p []byte, offset int64) (int, error) {
	if b.left -= int64(len(p)); b.left < 0 {
		return 0, errDirectory
	}
	return b.ReaderAt.ReadAt(p, offset)
}

// Verify checks a packet of the given size in bytes: every file against its
// sum, and the archive for being, byte for byte, what [Write] makes of those
// files, so that nothing hides beside them.
//
// What is no packet at all is an error; a packet that differs from what was
// written has findings. The archive is not trusted: nothing is unpacked, and
// memory stays small whatever it states.
func Verify(r io.ReaderAt, size int64) (Report, error) {
	limited := &budget{ReaderAt: r, left: maxDirectory}
	archive, err := zip.NewReader(limited, size)
	switch {
	case errors.Is(err, errDirectory):
		return Report{}, errDirectory
	case err != nil:
		return Report{}, fmt.Errorf("not an audit packet, or one that was cut short: %w", err)
	case len(archive.File) > maxFiles+1:
		return Report{}, errDirectory
	}
	limited.left = math.MaxInt64
	v := verifier{present: map[string]bool{}, room: freeSize + maxRatio*uint64(size)}
	if err := v.verify(archive.File); err != nil {
		return Report{}, err
	}
	if len(v.report.Findings) == 0 && !asWritten(archive.File, r, size) {
		v.find("", "is not the archive that was written: it was packed again, or holds something beside its files")
	}
	return v.report, nil
}

type verifier struct {
	report  Report
	present map[string]bool // names in the archive
	room    uint64          // bytes that its files may still unfold to
}

func (v *verifier) find(file, problem string) {
	v.report.Findings = append(v.report.Findings, Finding{file, problem})
}

func (v *verifier) verify(files []*zip.File) error {
	var list *zip.File
	var readable []*zip.File
	for _, f := range files {
		problem := v.refusal(f)
		v.present[f.Name] = true
		switch {
		case problem != "":
			v.find(f.Name, problem)
		case f.Name == manifestFile:
			list = f
		case !isFolder(f):
			readable = append(readable, f)
		}
	}
	if list == nil {
		return errNotPacket
	}
	sums, err := v.manifest(list)
	if err != nil {
		return err
	}
	for _, f := range readable {
		v.compare(f, sums[f.Name])
	}
	for _, name := range append([]string{indexFile, csvFile, rulesFile}, slices.Sorted(maps.Keys(sums))...) {
		if !v.present[name] {
			v.find(name, "is missing")
			v.present[name] = true
		}
	}
	return nil
}

// refusal says why a file is not even read, or nothing.
func (v *verifier) refusal(f *zip.File) string {
	switch {
	case !plain(f.Name):
		return "has a name that no file of a packet has, and was not read"
	case v.present[f.Name]:
		return "is in the archive twice"
	case f.Name == manifestFile:
		return "" // read as far as maxManifest, whatever it claims
	case f.UncompressedSize64 > v.room:
		return fmt.Sprintf("would unfold to %d bytes, as no certificate does, and was not read", f.UncompressedSize64)
	}
	v.room -= f.UncompressedSize64
	return ""
}

// isFolder reports whether the entry stands for a folder and nothing else.
// Packets have none, but those who pack one again often add them.
func isFolder(f *zip.File) bool { return f.Name == folder && f.UncompressedSize64 == 0 }

// plain reports whether a packet may have a file of that name, or its folder.
func plain(name string) bool {
	switch name {
	case indexFile, csvFile, rulesFile, manifestFile, folder:
		return true
	}
	rest, certificate := strings.CutPrefix(name, folder)
	return certificate && fs.ValidPath(name) && strings.Trim(rest, "abcdefghijklmnopqrstuvwxyz0123456789-.") == ""
}

// manifest reads the sums of a packet by the names of its files. Lines that are
// none are findings.
func (v *verifier) manifest(f *zip.File) (map[string]string, error) {
	in, err := f.Open()
	if err != nil {
		return nil, errNotPacket
	}
	defer func() { _ = in.Close() }()
	text, err := io.ReadAll(io.LimitReader(in, maxManifest+1))
	switch {
	case errors.Is(err, zip.ErrChecksum):
		v.find(manifestFile, "was changed: its checksum is not the one that the archive states")
	case err != nil || len(text) > maxManifest || bytes.Count(text, []byte("\n")) > maxFiles:
		return nil, errNotPacket
	}
	sums := map[string]string{}
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		sum, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ") // as sha256sum writes it
		switch {
		case !ok || name == "" || len(sum) != 2*sha256.Size || strings.Trim(sum, "0123456789abcdef") != "":
			v.find(manifestFile, fmt.Sprintf("has no sum and name in line %d", number))
		case sums[name] != "":
			v.find(manifestFile, fmt.Sprintf("lists a file for the second time in line %d", number))
		default:
			sums[name] = sum
		}
	}
	return sums, nil
}

// compare reads a file and checks it against its sum, "" if it has none.
func (v *verifier) compare(f *zip.File, sum string) {
	hash, crc := sha256.New(), crc32.NewIEEE()
	in, err := f.Open()
	if err == nil {
		_, err = io.Copy(io.MultiWriter(hash, crc), in)
		_ = in.Close()
	}
	switch {
	case sum == "":
		v.find(f.Name, "is not listed in "+manifestFile)
	case err != nil && !errors.Is(err, zip.ErrChecksum):
		v.find(f.Name, "cannot be read: "+err.Error())
	case fmt.Sprintf("%x", hash.Sum(nil)) != sum:
		v.find(f.Name, "was changed: its SHA-256 is not the one in "+manifestFile)
	case crc.Sum32() != f.CRC32:
		v.find(f.Name, "is unchanged, but the archive states a wrong checksum for it")
	default:
		v.report.Files++
	}
}

// asWritten reports whether the archive is what [Write] makes of its files: it
// writes them once more, and compares the two.
func asWritten(files []*zip.File, r io.ReaderAt, size int64) bool {
	once, again := sha256.New(), sha256.New()
	out := zip.NewWriter(again)
	year, month, day := files[0].Modified.Date()
	date := ledger.MakeDate(year, int(month), day)
	for _, f := range files {
		w, err := out.CreateRaw(header(f.Name, f.CRC32, f.UncompressedSize64, date))
		if err != nil {
			return false
		}
		content, err := f.OpenRaw()
		if err != nil {
			return false
		}
		if _, err := io.Copy(w, content); err != nil {
			return false
		}
	}
	_, err := io.Copy(once, io.NewSectionReader(r, 0, size))
	return err == nil && out.Close() == nil && bytes.Equal(once.Sum(nil), again.Sum(nil))
}
