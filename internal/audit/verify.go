package audit

import (
	"archive/zip"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"
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
	maxTable    = 8 << 20 // bytes
	maxRatio    = 100     // bytes unpacked for each of the packet
	alwaysFree  = 1 << 20 // bytes unpacked, however small it is
)

var errNotPacket = errors.New("not an audit packet: it has no " + manifestFile + " that can be read")

// Verify checks that a packet has the files that its sums list, as written, and no
// other. What is no packet at all is an error. Nothing is unpacked, and memory and time
// stay small, whatever the packet says of itself.
func Verify(packet io.ReaderAt, size int64) (v Report, err error) {
	archive, err := zip.NewReader(packet, size)
	if disk := (*fs.PathError)(nil); errors.As(err, &disk) {
		return v, err
	} else if err != nil {
		return v, errors.New("not an audit packet, or one that was cut short")
	}
	if len(archive.File) > maxFiles {
		return v, fmt.Errorf("not an audit packet: it has %d files, and a packet has at most %d", len(archive.File), maxFiles)
	}
	v.layout(archiveBytes{packet, size}, archive.File)
	room := uint64(alwaysFree + maxRatio*size)
	present, folded := map[string]bool{}, map[string]bool{}
	sums := map[string]string{}
	for _, f := range archive.File {
		switch {
		case folded[strings.ToLower(f.Name)]:
			v.find(f.Name, "is in the archive twice")
		case f.Name != folder && !isFile(f), f.Name == folder && f.UncompressedSize64+f.CompressedSize64 > 0:
			v.find(f.Name, "does not belong in a packet: it is no plain file, or its name is odd")
		case f.Name == manifestFile:
			if sums, err = v.manifest(f); err != nil {
				return Report{}, err
			}
		}
		present[f.Name], folded[strings.ToLower(f.Name)] = true, true
	}
	if !present[manifestFile] {
		return v, errNotPacket
	}
	named := []string{indexFile, csvFile}
	for _, f := range archive.File {
		if f.Name != manifestFile && f.Name != folder { // which those who pack a packet again often add
			v.compare(f, sums[f.Name], room)
			named = append(named, certificates(f)...)
			room -= min(room, f.UncompressedSize64)
		}
	}
	for _, name := range append(named, slices.Sorted(maps.Keys(sums))...) {
		if !present[name] {
			v.find(name, "is missing")
			present[name] = true // said once
		}
	}
	return v, nil
}

func (v *Report) find(file, problem string) { v.Findings = append(v.Findings, Finding{file, problem}) }

// isFile reports whether an entry is a file that would be unpacked beside the others.
func isFile(f *zip.File) bool {
	odd := func(r rune) bool { return !unicode.IsPrint(r) || strings.ContainsRune(`\:`, r) }
	return f.Mode().IsRegular() && fs.ValidPath(f.Name) && !strings.ContainsFunc(f.Name, odd)
}

// layout finds what lies between the files of a packet, where some programs look and
// package zip does not, and files that have another name there.
func (v *Report) layout(packet archiveBytes, files []*zip.File) {
	begin := func(f *zip.File) int64 {
		begin, err := f.DataOffset()
		if err != nil {
			return 0
		}
		return min(begin, packet.size)
	}
	at, listed := int64(0), int64(0)
	for _, f := range slices.SortedStableFunc(slices.Values(files), func(a, b *zip.File) int { return cmp.Compare(begin(a), begin(b)) }) {
		end := begin(f)
		header := packet.from(at, end)
		switch name, ok := nameIn(header); {
		case !ok:
			v.find(f.Name, "has something before it that is no file of the packet")
		case name != f.Name, binary.LittleEndian.Uint16(header[8:]) != f.Method, binary.LittleEndian.Uint16(header[6:]) != f.Flags,
			!isPlain(f.Extra), !isPlain(header[30+len(name):]):
			v.find(f.Name, "is described in one way before its content, and in another in the list of files")
		}
		listed += int64(46 + len(f.Name) + len(f.Extra))
		at = end + int64(min(f.CompressedSize64, uint64(packet.size-end))) //nolint:gosec // no more than the packet has
		if f.Flags&8 == 0 {
			continue
		}
		for _, sizes := range []int64{12, 16, 20, 24} { // which follow then, in one of four forms
			if packet.has(at+sizes, aFile) || packet.has(at+sizes, theList) {
				at += sizes
				break
			}
		}
	}
	last := packet.size - 22
	end := last // of the list
	from := uint64(binary.LittleEndian.Uint32(packet.from(end+16, end+20)))
	if large := end - 76; large > at && packet.has(large, theLargeEnd) {
		end, from = large, binary.LittleEndian.Uint64(packet.from(large+48, large+56))
	}
	if !packet.has(at, theList) || !packet.has(last, theEnd) ||
		from != uint64(at) || at+listed != end { //nolint:gosec // at is no less than 0
		v.find("", "has a comment, or something after its last file")
	}
}

// archiveBytes are the bytes of a packet, of which few are looked at.
type archiveBytes struct {
	io.ReaderAt
	size int64
}

// from returns the bytes from one place to another, but no more than a file may have before
// its content, and one more.
func (b archiveBytes) from(at, end int64) []byte {
	const most = 30 + 2*math.MaxUint16 + 1
	part := make([]byte, max(0, min(end-at, b.size-at, most)))
	_, _ = b.ReadAt(part, at) // what cannot be read is 0, and so not as it was written
	return part
}

func (b archiveBytes) has(at int64, mark []byte) bool {
	return bytes.Equal(b.from(at, at+int64(len(mark))), mark)
}

// With these begin a file of a zip, the list of all files, and the end of it, before
// which a zip that may be large has another one.
var aFile, theList, theEnd, theLargeEnd = []byte("PK\x03\x04"), []byte("PK\x01\x02"), []byte("PK\x05\x06"), []byte("PK\x06\x06")

// isPlain reports whether what a file has beside its name and sizes are times, owners
// and large sizes: nothing that gives it another name.
func isPlain(extra []byte) bool {
	for len(extra) >= 4 {
		kind, size := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		if !slices.Contains([]uint16{0x0001, 0x5455, 0x7875, 0xcafe}, kind) || size > len(extra)-4 {
			return false
		}
		extra = extra[4+size:]
	}
	return len(extra) == 0
}

// nameIn returns the name in what stands before the content of a file, if it is all
// that stands there.
func nameIn(header []byte) (string, bool) {
	if len(header) < 30 || !bytes.HasPrefix(header, aFile) {
		return "", false
	}
	name, more := int(binary.LittleEndian.Uint16(header[26:])), int(binary.LittleEndian.Uint16(header[28:]))
	if len(header) != 30+name+more {
		return "", false
	}
	return string(header[30 : 30+name]), true
}

// certificates returns the files that a table names. One that is no table names none.
func certificates(f *zip.File) (names []string) {
	if f.Name != csvFile {
		return nil
	}
	in, err := f.Open()
	if err != nil {
		return nil
	}
	defer func() { _ = in.Close() }()
	records, _ := csv.NewReader(io.LimitReader(in, maxTable)).ReadAll()
	if len(records) == 0 {
		return nil
	}
	column := slices.Index(records[0], "certificates")
	for _, r := range records[1:] {
		if column >= 0 && r[column] != "" {
			names = append(names, strings.Split(r[column], ";")...)
		}
	}
	return names
}

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
			v.find(manifestFile, "has a line that is not the checksum of a file")
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
		v.find(f.Name, fmt.Sprintf("was not read: it unpacks to %d bytes; all files together may have at most %d times the size of the packet", size, maxRatio))
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
