package audit

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"strings"
)

// A Report is what the verification of a packet found.
type Report struct {
	Files    int       // how many are what their sums say, the sums themselves not counted
	Findings []Finding // none when the packet is as it was written
}

// A Finding is one thing that is not as it was written.
type Finding struct {
	// File is the name that the archive or its sums give to a file, or "" for
	// the archive as a whole. It is not to be trusted, nor shown unescaped.
	File    string
	Problem string // a clause in lower case about the file: "is missing"
}

const (
	maxDirectory = 4 << 20 // bytes read to learn what an archive holds
	maxManifest  = 1 << 20 // bytes of a manifest
	maxRatio     = 100     // how far a file may unfold, in a packet that was packed again
	freeSize     = 1 << 20 // bytes that a file may always unfold to
)

var (
	errNotPacket = errors.New("not an audit packet: it has no " + manifestFile + " that can be read")
	errDirectory = errors.New("not an audit packet: its list of files is longer than that of any packet")
)

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
	v := verifier{present: map[string]bool{}, folded: map[string]bool{}, room: uint64(size)}
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
	folded  map[string]bool // the same in lower case
	room    uint64          // bytes of the archive that no file has claimed yet
}

func (v *verifier) find(file, problem string) {
	v.report.Findings = append(v.report.Findings, Finding{file, problem})
}

func (v *verifier) verify(files []*zip.File) error {
	var list *zip.File
	var readable []*zip.File
	for _, f := range files {
		problem := v.refusal(f)
		v.present[f.Name], v.folded[strings.ToLower(f.Name)] = true, true
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
		v.compare(f, sums.of[f.Name])
	}
	for _, name := range append([]string{indexFile, csvFile, rulesFile}, sums.names...) {
		if !v.present[name] {
			v.find(name, "is missing")
			v.present[name] = true
		}
	}
	return nil
}

// refusal says why a file is not even read, or nothing.
func (v *verifier) refusal(f *zip.File) string {
	claimed := f.CompressedSize64
	switch {
	case !plain(f.Name):
		return "has a name that no file of a packet has, and was not read"
	case v.folded[strings.ToLower(f.Name)]:
		return "is in the archive twice"
	case isFolder(f):
		return ""
	case !f.Mode().IsRegular():
		return "is not a file but a link or a device"
	case f.Flags&1 != 0:
		return "is encrypted"
	case f.Name == manifestFile:
		return "" // read as far as maxManifest, whatever it claims
	case claimed > v.room:
		return "claims room in the archive that it cannot have"
	case f.UncompressedSize64 > freeSize && f.UncompressedSize64/maxRatio > claimed:
		return fmt.Sprintf("would unfold from %d to %d bytes, as no certificate does, and was not read", claimed, f.UncompressedSize64)
	}
	v.room -= claimed
	return ""
}

// isFolder reports whether the entry stands for a folder and nothing else.
// Packets have none, but those who pack one again often add them.
func isFolder(f *zip.File) bool {
	return strings.HasSuffix(f.Name, "/") && f.CompressedSize64 == 0 && f.UncompressedSize64 == 0
}

// plain reports whether a name stays in its folder on every system.
func plain(name string) bool {
	for _, c := range []byte(name) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && !strings.ContainsRune("._-/", rune(c)) {
			return false
		}
	}
	return fs.ValidPath(strings.TrimSuffix(name, "/"))
}

// compare reads a file and checks it against its sum, "" if it has none.
func (v *verifier) compare(f *zip.File, sum string) {
	got, err := digest(f)
	switch {
	case sum == "":
		v.find(f.Name, "is not listed in "+manifestFile)
	case err != nil:
		v.find(f.Name, "cannot be read: "+err.Error())
	case got.sha256 != sum:
		v.find(f.Name, "was changed: its SHA-256 is not the one in "+manifestFile)
	case got.crc32 != f.CRC32:
		v.find(f.Name, "is unchanged, but the archive states a wrong checksum for it")
	default:
		v.report.Files++
	}
}
