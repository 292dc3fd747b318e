package audit

import (
	"archive/zip"
	"crypto/sha256"
	"fmt"
	"hash/crc32"
	"strings"

	"cmpledger/internal/ledger"
)

// An archive is a packet that is being written.
type archive struct {
	zip  *zip.Writer
	day  ledger.Date
	sums strings.Builder // the manifest
}

// add writes a file and notes its sum.
func (a *archive) add(name string, content []byte) error {
	fmt.Fprintf(&a.sums, "%x  %s\n", sha256.Sum256(content), name)
	return a.write(name, content)
}

func (a *archive) write(name string, content []byte) error {
	w, err := a.zip.CreateRaw(header(name, crc32.ChecksumIEEE(content), uint64(len(content)), a.day))
	if err == nil {
		_, err = w.Write(content)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

// close writes the manifest and the directory of the zip.
func (a *archive) close() error {
	if err := a.write(manifestFile, []byte(a.sums.String())); err != nil {
		return err
	}
	return a.zip.Close()
}

// header returns the header of a file that lies in a packet uncompressed: how
// a compressor works may change from one version to the next, and certificates
// are compressed by themselves. The sizes stand in front of the content, which
// every reader of zip files understands, and the day has no time zone.
func header(name string, crc uint32, size uint64, day ledger.Date) *zip.FileHeader {
	h := &zip.FileHeader{
		Name: name, Method: zip.Store, CreatorVersion: 20, ReaderVersion: 20,
		CRC32: crc, CompressedSize64: size, UncompressedSize64: size,
		ModifiedDate: dosDate(day), //nolint:staticcheck // CreateRaw writes no other field
	}
	h.SetMode(0o644)
	return h
}

// dosDate returns a day as zip files have it, from 1980 to 2107; the nearest
// day that can be written for all others.
func dosDate(day ledger.Date) uint16 {
	day = min(max(day, ledger.MakeDate(1980, 1, 1)), ledger.MakeDate(2107, 12, 31))
	year, month, dayOfMonth := day.YMD()
	return uint16((year-1980)<<9 | month<<5 | dayOfMonth)
}
