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
)

// A Report is what the verification of a packet found.
type Report struct {
	Files    int       `json:"files" doc:"In it."` // that are what their sums say, the sums themselves not counted
	Findings []Finding `json:"findings"`           // none when the packet is as it was written
}

// A Finding is one thing that is not as it was written.
type Finding struct {
	// File is not to be trusted, nor shown unescaped.
	File    string `json:"file" doc:"In the packet." empty:"where it is the packet itself"`
	Problem string `json:"problem" doc:"What is wrong with it."` // a clause in lower case: "is missing"
}

// What a packet may be at most; [Write] makes none that comes near to it. Its files are
// stored as they are, so that only one that was packed again, or forged, unpacks to more
// than it has.
const (
	maxFiles    = 5000
	maxManifest = 1 << 20 // bytes
	maxRatio    = 100     // bytes unpacked for each of the packet
	alwaysFree  = 1 << 20 // bytes unpacked, however small it is
)

var errNotPacket = errors.New("not an audit packet: it has no " + manifestFile + " that can be read")

// Verify checks that a packet has the files that its sums list, as written, and no
// other. What is no packet at all is an error. Nothing is unpacked, and memory and time
// stay small, whatever the packet says of itself.
func Verify(packet []byte) (v Report, err error) {
	archive, err := zip.NewReader(bytes.NewReader(packet), int64(len(packet)))
	if err != nil {
		return v, fmt.Errorf("not an audit packet, or one that was cut short: %w", err)
	}
	if len(archive.File) > maxFiles {
		return v, fmt.Errorf("not an audit packet: it has %d files, and a packet has at most %d", len(archive.File), maxFiles)
	}
	room := uint64(alwaysFree + maxRatio*len(packet))
	present := map[string]bool{}
	sums := map[string]string{}
	for _, f := range archive.File {
		switch {
		case present[f.Name]:
			v.find(f.Name, "is in the archive twice")
		case f.Name == manifestFile:
			if sums, err = v.manifest(f); err != nil {
				return Report{}, err
			}
		}
		present[f.Name] = true
	}
	if !present[manifestFile] {
		return v, errNotPacket
	}
	for _, f := range archive.File {
		if f.Name != manifestFile && f.Name != folder { // which those who pack a packet again often add
			v.compare(f, sums[f.Name], room)
			room -= min(room, f.UncompressedSize64)
		}
	}
	for _, name := range append([]string{indexFile, csvFile}, slices.Sorted(maps.Keys(sums))...) {
		if !present[name] {
			v.find(name, "is missing")
			present[name] = true // said once
		}
	}
	return v, nil
}

func (v *Report) find(file, problem string) { v.Findings = append(v.Findings, Finding{file, problem}) }

// manifest reads the sums of a packet. Lines that are none are findings.
func (v *Report) manifest(f *zip.File) (map[string]string, error) {
	in, err := f.Open()
	if err != nil {
		return nil, errNotPacket
	}
	defer func() { _ = in.Close() }()
	text, err := io.ReadAll(io.LimitReader(in, maxManifest+1))
	switch {
	case err != nil:
		return nil, errNotPacket
	case len(text) > maxManifest:
		return nil, fmt.Errorf("not an audit packet: its %s has more than %d bytes", manifestFile, maxManifest)
	}
	sums := map[string]string{}
	for line := range strings.Lines(string(text)) {
		sum, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ") // as sha256sum writes it
		if !ok || len(sum) != 2*sha256.Size || sums[name] != "" {
			v.find(manifestFile, "has a line that is no sum of another file")
			continue
		}
		sums[name] = sum
	}
	return sums, nil
}

// compare reads a file, unless it unpacks to more than there is room for. Package zip
// reads no more of it than the packet says that it has.
func (v *Report) compare(f *zip.File, sum string, room uint64) {
	size := f.UncompressedSize64
	if size > room {
		v.find(f.Name, fmt.Sprintf("was not read: it unpacks to %d bytes, and all files together may unpack to %d times the size of the packet", size, maxRatio))
		return
	}
	hash := sha256.New()
	in, err := f.Open()
	if err == nil {
		_, err = io.Copy(hash, in)
		_ = in.Close()
		if errors.Is(err, zip.ErrFormat) {
			err = fmt.Errorf("it has more than the %d bytes that the packet says", size)
		}
	}
	switch {
	case sum == "":
		v.find(f.Name, "is not listed in "+manifestFile)
	case err != nil && !errors.Is(err, zip.ErrChecksum):
		v.find(f.Name, "cannot be read: "+err.Error())
	case fmt.Sprintf("%x", hash.Sum(nil)) != sum:
		v.find(f.Name, "was changed: its SHA-256 is not the one in "+manifestFile)
	default:
		v.Files++
	}
}
