// Package audit writes the packet that answers a board's audit of one
// declaration, and verifies such a packet later: one zip file with an index to
// read, the same index as CSV, the rules that were judged by, every
// certificate, and the SHA-256 sums of all of them in the form that sha256sum
// reads.
//
// It reads no clock: the same packet gives the same bytes on every day and
// every system. The sums show that nothing was changed after they were made;
// they do not show who made them, and the package claims nothing else.
//
// Texts of the ledger are not trusted. In the index they are escaped, isolated
// and rid of control characters; file names are made of their letters and
// digits only; the CSV has them unchanged.
package audit

import (
	"archive/zip"
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed" // the index
	"encoding/csv"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strconv"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/page"
)

//go:embed index.html
var body string

// A Packet is what is handed out for one declaration.
type Packet struct {
	Declaration  ledger.Declaration
	Certificates []Certificate // in the order to be shown; those of other credits are left out
	Drift        []string      // sentences on what changed in the credits since declaring; may be empty
}

// A Certificate is one file that proves a declared credit.
type Certificate struct {
	Evidence ledger.Evidence
	// Content returns the whole file, as its SHA-256 states. [Write] asks for one
	// at a time, and for each SHA-256 once.
	Content func() ([]byte, error)
}

// A Summary says what a packet holds, and what it lacks.
type Summary struct {
	Designation  string      `json:"designation" doc:"Of the credential as it was: MLS(ASCP)CM."`
	Declared     ledger.Date `json:"declared"`
	Credits      int         `json:"credits"`
	Certificates int         `json:"certificates" doc:"Files of evidence."` // one that proves several credits is there once
	NoEvidence   []int64     `json:"no_evidence" doc:"Numbers of credits without any."`
	Drift        []string    `json:"drift" doc:"How credits are no longer as they were declared."`
}

// Names of the files that every packet has.
const (
	indexFile    = "index.html"
	csvFile      = "index.csv"
	rulesFile    = "rules.txt"
	manifestFile = "SHA256SUMS"
	folder       = "certificates/"
)

// Write writes the packet as a zip file. Files in it bear the day of the
// declaration. A content that proves several credits is in it once, under the
// first of them.
//
// Where that is an error, what was written by then is no packet.
func Write(w io.Writer, p Packet) (Summary, error) {
	c, err := compile(p)
	if err != nil {
		return c.Summary, err
	}
	var index bytes.Buffer
	if err := page.Write(&index, body, c); err != nil {
		return c.Summary, err
	}
	out := archive{zip: zip.NewWriter(w), day: p.Declaration.Date}
	out.add(indexFile, index.Bytes())
	out.add(csvFile, c.csv())
	out.add(rulesFile, c.rules())
	for _, f := range c.stored {
		content, err := f.Content()
		if err != nil {
			return c.Summary, err
		}
		out.add(f.name, content)
	}
	out.write(manifestFile, []byte(out.sums.String()))
	if out.err == nil {
		out.err = out.zip.Close()
	}
	return c.Summary, out.err
}

// compiled is a packet with all that its files have in common.
type compiled struct {
	Packet
	Summary Summary
	Groups  []group
	Bare    []int // numbers in the packet of the credits without a file
	Shared  bool  // a file proves several credits
	stored  []stored
}

// A group is the lines of one requirement.
type group struct {
	ledger.DeclaredRequirement
	Lines []line
	Sum   ledger.Points
}

// A line is a declared line with the number of its credit in the packet, from
// 1 in the order in which the declaration first names them, and its files.
type line struct {
	ledger.DeclaredCredit
	Number int
	Files  []string
}

// stored is a certificate with its name in the packet.
type stored struct {
	Certificate
	name string
}

func compile(p Packet) (compiled, error) {
	d := p.Declaration
	c := compiled{Packet: p, Summary: Summary{Designation: d.Designation, Declared: d.Date, Drift: p.Drift}}
	for _, r := range d.Requirements {
		c.Groups = append(c.Groups, group{DeclaredRequirement: r})
	}
	numbers, files := map[int64]int{}, map[int64][]string{}
	names := map[string]string{}
	for _, l := range d.Credits {
		id := l.Credit.ID
		if numbers[id] == 0 {
			numbers[id] = len(numbers) + 1
			files[id] = c.nameFiles(numbers[id], l.Credit, names)
		}
		i := slices.IndexFunc(c.Groups, func(g group) bool { return g.Name == l.Requirement })
		if i < 0 {
			return c, fmt.Errorf("credit %d was declared for %s, which was not required", id, l.Requirement)
		}
		g := &c.Groups[i]
		g.Lines = append(g.Lines, line{l, numbers[id], files[id]})
		g.Sum += l.Points
	}
	c.Summary.Credits, c.Summary.Certificates = len(numbers), len(c.stored)
	slices.Sort(c.Summary.NoEvidence)
	return c, nil
}

// nameFiles gives the certificates of a credit their names in the packet. Those
// that earlier credits have are in names, by content.
func (c *compiled) nameFiles(number int, credit ledger.Credit, names map[string]string) (files []string) {
	nth := 0
	for _, f := range c.Certificates {
		if f.Evidence.Credit != credit.ID {
			continue
		}
		name, known := names[f.Evidence.SHA256]
		if !known {
			nth++
			name = fileName(number, len(c.Declaration.Credits), credit, nth, f.Evidence)
			names[f.Evidence.SHA256] = name
			c.stored = append(c.stored, stored{f, name})
		}
		c.Shared = c.Shared || known
		files = append(files, name)
	}
	if files == nil {
		c.Bare = append(c.Bare, number)
		c.Summary.NoEvidence = append(c.Summary.NoEvidence, credit.ID)
	}
	return files
}

// Linked reports whether the address of a credit becomes a link: only those of
// the web do that are shown as they are.
func (l line) Linked() bool {
	url := l.Credit.URL
	return (strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://")) && page.Clean(url) == url
}

// csv returns one row a declared line; points are those that counted for the
// requirement, confidence and source those of what it required. Texts are
// unchanged.
func (c compiled) csv() []byte {
	var b bytes.Buffer
	records := [][]string{{
		"number", "credit", "date", "title", "provider", "points", "requirement", "activity", "reference", "url", "certificates",
		"confidence", "source",
	}}
	for _, g := range c.Groups {
		for _, l := range g.Lines {
			credit := l.Credit
			records = append(records, []string{
				strconv.Itoa(l.Number), strconv.FormatInt(credit.ID, 10), credit.Date.String(), credit.Title, credit.Provider,
				l.Points.String(), string(l.Requirement), string(credit.Activity), credit.Reference, credit.URL,
				strings.Join(l.Files, ";"), g.Confidence, g.Source,
			})
		}
	}
	_ = csv.NewWriter(&b).WriteAll(records) // into memory
	return b.Bytes()
}

// rules returns what the cycle was judged by, as text to read.
func (c compiled) rules() []byte {
	d := c.Declaration
	var b bytes.Buffer
	fmt.Fprintf(&b, "Rules that %s was declared by on %s\n\n", page.Clean(d.Designation), d.Date)
	fmt.Fprintf(&b, "Edition: %s\n", page.Clean(d.Edition))
	fmt.Fprintf(&b, "Credits count from %s to %s, both days included.\n", d.First, d.Last)
	for _, r := range d.Figures() {
		title := r.Title
		if r.Name != "" {
			title += fmt.Sprintf(" (%s)", r.Name)
		}
		fmt.Fprintf(&b, "\n%s\n  required:   %s\n  counted:    %s\n  confidence: %s\n  source:     %s\n", page.Clean(title),
			r.Required, r.Counted, page.Clean(cmp.Or(r.Confidence, unknown)), page.Clean(cmp.Or(r.Source, unknown)))
	}
	b.WriteString("\nHow sure a required figure is:\n")
	for _, m := range c.Confidences() {
		fmt.Fprintf(&b, "  %-8s  %s\n", m.Word, m.Meaning)
	}
	return b.Bytes()
}

const (
	assumed = "assumed"      // the confidence of a figure that nobody could confirm
	unknown = "not recorded" // what stands for a confidence or source that is not
)

// A meaning is a word for how sure a figure is, and what it says.
type meaning struct{ Word, Meaning string }

// Confidences returns the words for how sure a figure is.
func (compiled) Confidences() []meaning {
	return []meaning{
		{"official", "read on the body's own page"},
		{"reported", "stated by a professional society, a vendor or a guide"},
		{"derived", "calculated from official and reported figures"},
		{assumed, "confirmed by nobody"},
	}
}

// Assumed lists what was required by assumed figures.
func (c compiled) Assumed() string {
	var titles []string
	for _, r := range c.Declaration.Figures() {
		if r.Confidence == assumed {
			titles = append(titles, r.Title)
		}
	}
	return strings.Join(titles, ", ")
}

// An archive is a packet that is being written.
type archive struct {
	zip  *zip.Writer
	day  ledger.Date
	sums strings.Builder // the manifest
	err  error           // the first
}

// add writes a file and notes its sum.
func (a *archive) add(name string, content []byte) {
	fmt.Fprintf(&a.sums, "%x  %s\n", sha256.Sum256(content), name)
	a.write(name, content)
}

// write writes a file as it lies in a packet, uncompressed: how a compressor
// works may change from one version to the next, and certificates are compressed
// by themselves. The sizes stand in front of the content, which every reader of
// zip files understands, and the day has no time zone.
func (a *archive) write(name string, content []byte) {
	if a.err != nil {
		return
	}
	size := uint64(len(content))
	h := &zip.FileHeader{
		Name: name, Method: zip.Store, CreatorVersion: 20, ReaderVersion: 20,
		CRC32: crc32.ChecksumIEEE(content), CompressedSize64: size, UncompressedSize64: size,
		ModifiedDate: dosDate(a.day), //nolint:staticcheck // CreateRaw writes no other field
	}
	h.SetMode(0o644)
	w, err := a.zip.CreateRaw(h)
	if err == nil {
		_, err = w.Write(content)
	}
	if err != nil {
		a.err = fmt.Errorf("write %s: %w", name, err)
	}
}

// dosDate returns a day as zip files have it, from 1980 to 2107; the nearest
// day that can be written for all others.
func dosDate(day ledger.Date) uint16 {
	day = min(max(day, ledger.MakeDate(1980, 1, 1)), ledger.MakeDate(2107, 12, 31))
	year, month, dayOfMonth := day.YMD()
	return uint16((year-1980)<<9 | month<<5 | dayOfMonth)
}
