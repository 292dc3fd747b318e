package audit

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"

	"cmpledger/internal/ledger"
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

// sums is a manifest.
type sums struct {
	names []string          // in its order, each once
	of    map[string]string // by name: 64 hexadecimal digits in lower case
}

// manifest reads the sums of a packet. Lines that are none are findings.
func (v *verifier) manifest(f *zip.File) (sums, error) {
	s := sums{of: map[string]string{}}
	in, err := f.Open()
	if err != nil {
		return s, errNotPacket
	}
	defer func() { _ = in.Close() }()
	text, err := io.ReadAll(io.LimitReader(in, maxManifest+1))
	switch {
	case errors.Is(err, zip.ErrChecksum):
		v.find(manifestFile, "was changed: its checksum is not the one that the archive states")
	case err != nil || len(text) > maxManifest || bytes.Count(text, []byte("\n")) > maxFiles:
		return s, errNotPacket
	}
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		sum, name, ok := parseSum(strings.TrimSuffix(line, "\n"))
		switch {
		case !ok:
			v.find(manifestFile, fmt.Sprintf("has no sum and name in line %d", number))
		case s.of[name] != "":
			v.find(manifestFile, fmt.Sprintf("lists a file for the second time in line %d", number))
		default:
			s.names = append(s.names, name)
			s.of[name] = sum
		}
	}
	return s, nil
}

// parseSum reads a line as sha256sum writes it: the sum, two blanks, the name.
func parseSum(line string) (sum, name string, ok bool) {
	sum, name, ok = strings.Cut(line, "  ")
	ok = ok && name != "" && len(sum) == 2*sha256.Size && strings.Trim(sum, "0123456789abcdef") == ""
	return sum, name, ok
}

// A content is what identifies the content of a file.
type content struct {
	sha256 string // 64 hexadecimal digits in lower case
	crc32  uint32
}

// digest reads a file. That the archive states another checksum is no error.
func digest(f *zip.File) (content, error) {
	in, err := f.Open()
	if err != nil {
		return content{}, err
	}
	defer func() { _ = in.Close() }()
	sum, crc := sha256.New(), crc32.NewIEEE()
	if _, err = io.Copy(io.MultiWriter(sum, crc), in); errors.Is(err, zip.ErrChecksum) {
		err = nil
	}
	return content{hex.EncodeToString(sum.Sum(nil)), crc.Sum32()}, err
}

// asWritten reports whether the archive is what [Write] makes of its files. It
// writes them once more, onto what is there.
func asWritten(files []*zip.File, r io.ReaderAt, size int64) bool {
	m := &mirror{r: r}
	again := zip.NewWriter(m)
	year, month, day := files[0].Modified.Date()
	date := ledger.MakeDate(year, int(month), day)
	for _, f := range files {
		out, err := again.CreateRaw(header(f.Name, f.CRC32, f.UncompressedSize64, date))
		if err != nil {
			return false
		}
		in, err := f.OpenRaw()
		if err != nil {
			return false
		}
		if _, err := io.Copy(out, in); err != nil {
			return false
		}
	}
	return again.Close() == nil && m.at == size
}

var errDiffers = errors.New("differs")

// A mirror is a writer that fails where something else is written than r has.
type mirror struct {
	r   io.ReaderAt
	at  int64
	own []byte
}

func (m *mirror) Write(p []byte) (int, error) {
	m.own = append(m.own[:0], p...)
	n, err := m.r.ReadAt(m.own, m.at)
	if n < len(p) && err != nil {
		return 0, err
	}
	if !bytes.Equal(m.own, p) {
		return 0, errDiffers
	}
	m.at += int64(len(p))
	return len(p), nil
}
