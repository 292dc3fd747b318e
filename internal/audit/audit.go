// Package audit writes the packet that answers a board's audit of one declaration,
// and verifies it later: a zip file with an index to read, the same as CSV, every
// certificate, and SHA-256 sums in the form of sha256sum. It speaks to an auditor: it has
// what was declared and the proof of it, and nothing of how sure we are of the rules.
// It reads no clock: the same packet gives the same bytes. The sums do not show who
// made them.
// Texts of the ledger are not trusted: the index escapes and cleans them, file names
// have their letters and digits only; the CSV has them so that none is a formula.
package audit

import (
	"archive/zip"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/csv"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"cmpledger/internal/ledger"
	"cmpledger/internal/page"
)

// A Packet is what is handed out for one declaration.
type Packet struct {
	Holder       string // whose declaration it is, or ""
	Declaration  ledger.Declaration
	Certificates []Certificate // in the order to be shown; those of other credits are left out
	Drift        []string      // sentences on what changed in the credits since declaring; may be empty
}

// A Certificate is one file that proves a declared credit.
type Certificate struct {
	Evidence ledger.Evidence
	// Content writes the whole file. [Write] asks for one at a time, each SHA-256 once.
	Content func(io.Writer) error
}

// A Summary says what a packet holds, and what it lacks.
type Summary struct {
	Holder       string      `json:"holder,omitempty" doc:"The setting holder. Absent where it is not set."`
	Designation  string      `json:"designation" doc:"Of the credential as it was: MLS(ASCP)CM."`
	Declared     ledger.Date `json:"declared"`
	Credits      int         `json:"credits"`
	Certificates int         `json:"certificates" doc:"Files of evidence."` // one that proves several credits is there once
	NoEvidence   []int64     `json:"no_evidence" doc:"Numbers of credits without any."`
	Drift        []string    `json:"drift" doc:"What has changed in credits since they were declared."`
}

// Names of the files that every packet has.
const (
	indexFile    = "index.html"
	csvFile      = "index.csv"
	manifestFile = "SHA256SUMS"
	folder       = "certificates/"
)

// Write writes the packet. A content that proves several credits is in it once,
// under the first. Where that is an error, what was written is no packet.
func Write(w io.Writer, p Packet) (Summary, error) {
	c, err := compile(p)
	if err != nil {
		return c.Summary, err
	}
	var index bytes.Buffer
	if err := c.index(&index); err != nil {
		return c.Summary, err
	}
	year, month, day := p.Declaration.Date.YMD()
	out := archive{zip: zip.NewWriter(w), day: time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)}
	out.add(indexFile, text(index.Bytes()))
	out.add(csvFile, text(c.csv()))
	for _, f := range c.stored {
		out.add(f.name, f.Content)
	}
	out.add(manifestFile, text([]byte(out.sums.String())))
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
	Changes []string // the drift, with the numbers of the packet
	stored  []stored
}

// A group is the lines of one requirement, or of what was declared beyond them.
type group struct {
	ledger.DeclaredRequirement
	Lines []line
	Sum   ledger.Points
}

// A line is a declared line with the number of its credit in the packet, and its
// files.
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
	c := compiled{Packet: p, Summary: Summary{Holder: p.Holder, Designation: d.Designation, Declared: d.Date, Drift: p.Drift}}
	for _, r := range d.Requirements {
		c.Groups = append(c.Groups, group{DeclaredRequirement: r})
	}
	c.Groups = append(c.Groups, group{DeclaredRequirement: ledger.DeclaredRequirement{Name: ledger.Margin, Title: "More than required"}})
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
	for _, sentence := range p.Drift {
		c.Changes = append(c.Changes, numbered(sentence, numbers))
	}
	return c, nil
}

// numbered returns a sentence on a credit, such as "credit 12: …", with its number in the
// packet: an auditor has no other one.
func numbered(sentence string, numbers map[int64]int) string {
	begin, rest, _ := strings.Cut(strings.TrimPrefix(sentence, "credit "), " ")
	id, _ := strconv.ParseInt(strings.TrimSuffix(begin, ":"), 10, 64)
	if n := numbers[id]; n > 0 && strings.HasPrefix(sentence, "credit ") {
		return fmt.Sprintf("No. %d%s %s", n, strings.TrimPrefix(begin, strconv.FormatInt(id, 10)), rest)
	}
	return sentence
}

// nameFiles names the certificates of a credit; names has those of earlier credits.
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
		files = append(files, name)
	}
	if files == nil {
		c.Summary.NoEvidence = append(c.Summary.NoEvidence, credit.ID)
	}
	return files
}

// Linked reports whether the address of a credit becomes a link.
func (l line) Linked() bool {
	url := l.Credit.URL
	return (strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://")) && page.Clean(url) == url
}

// csv returns one row a declared line; points are those that counted, or
// that were declared beyond what is required.
func (c compiled) csv() []byte {
	var b bytes.Buffer
	records := [][]string{{
		"number", "date", "title", "provider", "points", "requirement", "activity", "reference", "url", "certificates",
	}}
	for _, g := range c.Groups {
		for _, l := range g.Lines {
			credit := l.Credit
			records = append(records, []string{
				strconv.Itoa(l.Number), credit.Date.String(), ledger.Disarmed(credit.Title), ledger.Disarmed(credit.Provider),
				l.Points.String(), string(l.Requirement), string(credit.Activity), ledger.Disarmed(credit.Reference), ledger.Disarmed(credit.URL),
				strings.Join(l.Files, ";"),
			})
		}
	}
	_ = csv.NewWriter(&b).WriteAll(records) // into memory
	return b.Bytes()
}

// An archive is a packet that is being written.
type archive struct {
	zip  *zip.Writer
	day  time.Time
	sums strings.Builder // the manifest
	err  error           // the first
}

// add writes a file and notes its sum. It is not compressed: how that works may
// change from one version to the next.
func (a *archive) add(name string, fill func(io.Writer) error) {
	if a.err != nil {
		return
	}
	sum := sha256.New()
	w, err := a.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store, Modified: a.day})
	if err == nil {
		err = fill(io.MultiWriter(sum, w))
	}
	a.err = err
	fmt.Fprintf(&a.sums, "%x  %s\n", sum.Sum(nil), name)
}

// text is the content of a file that is there already.
func text(data []byte) func(io.Writer) error {
	return func(to io.Writer) error {
		_, err := to.Write(data)
		return err
	}
}

// fileName returns the name in the packet of the nth certificate of a credit:
// unique, and begun with digits, so that no system reserves it.
func fileName(number, credits int, credit ledger.Credit, nth int, e ledger.Evidence) string {
	digits := max(2, len(strconv.Itoa(credits)))
	name := fmt.Sprintf("%s%0*d-%s-%s", folder, digits, number, credit.Date, slug(credit.Title))
	if nth > 1 {
		name += "-" + strconv.Itoa(nth)
	}
	return name + "." + extension(e)
}

// slug returns the ASCII letters and digits of a title, up to 60 with hyphens
// between.
func slug(title string) string {
	s := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(title))
	s = strings.Join(strings.FieldsFunc(s, isGap), "-")
	return cmp.Or(strings.Trim(s[:min(len(s), 60)], "-"), "credit")
}

func isGap(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }

// extension fits the media type, else is the file's own if short, else "bin".
func extension(e ledger.Evidence) string {
	mediaType, _, _ := strings.Cut(e.MediaType, ";")
	known := map[string]string{
		"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/tiff": "tif",
		"image/webp": "webp", "image/heic": "heic", "text/plain": "txt", "message/rfc822": "eml",
	}[strings.ToLower(strings.TrimSpace(mediaType))]
	own := strings.ToLower(path.Ext(e.Name))
	switch {
	case known != "":
		return known
	case len(own) < 2 || len(own) > 6 || strings.ContainsFunc(own[1:], isGap):
		return "bin"
	}
	return own[1:]
}
