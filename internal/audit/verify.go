package audit

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
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

const maxManifest = 1 << 20 // bytes

var errNotPacket = errors.New("not an audit packet: it has no " + manifestFile + " that can be read")

// Verify checks a packet: every file against its sum, and the archive for being,
// byte for byte, what [Write] makes of those files, so that nothing hides beside
// them.
//
// What is no packet at all is an error; a packet that differs from what was
// written has findings. The archive is not trusted: nothing is unpacked, and
// memory stays small whatever it states.
func Verify(packet []byte) (Report, error) {
	archive, err := zip.NewReader(bytes.NewReader(packet), int64(len(packet)))
	switch {
	case err != nil:
		return Report{}, fmt.Errorf("not an audit packet, or one that was cut short: %w", err)
	case len(archive.File) > maxFiles+1:
		return Report{}, errors.New("not an audit packet: its list of files is longer than that of any packet")
	}
	var v Report
	var readable []*zip.File
	present := map[string]*zip.File{}
	for _, f := range archive.File {
		switch {
		case !isPlain(f.Name):
			v.find(f.Name, "has a name that no file of a packet has, and was not read")
		case present[f.Name] != nil:
			v.find(f.Name, "is in the archive twice")
		case f.Name != manifestFile && f.Name != folder:
			readable = append(readable, f)
		}
		present[f.Name] = f
	}
	if present[manifestFile] == nil {
		return Report{}, errNotPacket
	}
	sums, err := v.manifest(present[manifestFile])
	if err != nil {
		return Report{}, err
	}
	for _, f := range readable {
		v.compare(f, sums[f.Name])
	}
	for _, name := range append([]string{indexFile, csvFile, rulesFile}, slices.Sorted(maps.Keys(sums))...) {
		if present[name] == nil {
			v.find(name, "is missing")
			present[name] = &zip.File{} // said once
		}
	}
	if len(v.Findings) == 0 && !asWritten(archive.File, packet) {
		v.find("", "is not the archive that was written: it was packed again, or holds something beside its files")
	}
	return v, nil
}

func (v *Report) find(file, problem string) { v.Findings = append(v.Findings, Finding{file, problem}) }

// isPlain reports whether a packet may have a file of that name, or its folder,
// which those who pack one again often add.
func isPlain(name string) bool {
	switch name {
	case indexFile, csvFile, rulesFile, manifestFile, folder:
		return true
	}
	rest, certificate := strings.CutPrefix(name, folder)
	return certificate && rest[0] != '.' && strings.Trim(rest, "abcdefghijklmnopqrstuvwxyz0123456789-.") == ""
}

// manifest reads the sums of a packet by the names of its files. Lines that are
// none are findings.
func (v *Report) manifest(f *zip.File) (map[string]string, error) {
	in, err := f.Open()
	if err != nil {
		return nil, errNotPacket
	}
	defer func() { _ = in.Close() }()
	text, err := io.ReadAll(io.LimitReader(in, maxManifest+1))
	switch {
	case errors.Is(err, zip.ErrChecksum):
		v.find(manifestFile, "was changed: its checksum is not the one that the archive states")
	case err != nil || len(text) > maxManifest:
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
func (v *Report) compare(f *zip.File, sum string) {
	hash := sha256.New()
	in, err := f.Open()
	if err == nil {
		_, err = io.Copy(hash, in)
		_ = in.Close()
	}
	switch {
	case sum == "":
		v.find(f.Name, "is not listed in "+manifestFile)
	case err != nil && !errors.Is(err, zip.ErrChecksum):
		v.find(f.Name, "cannot be read: "+err.Error())
	case fmt.Sprintf("%x", hash.Sum(nil)) != sum:
		v.find(f.Name, "was changed: its SHA-256 is not the one in "+manifestFile)
	case err != nil:
		v.find(f.Name, "is unchanged, but the archive states a wrong checksum for it")
	default:
		v.Files++
	}
}

// asWritten reports whether the archive is what [Write] makes of its files: it
// writes them once more, and compares the two.
func asWritten(files []*zip.File, packet []byte) bool {
	again := sha256.New()
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
	once := sha256.Sum256(packet)
	return out.Close() == nil && bytes.Equal(again.Sum(nil), once[:])
}
