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
	"crypto/sha256"
	_ "embed" // the index
	"fmt"
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
	Certificates []Certificate // of the declared credits, in the order to be shown
	Drift        []string      // sentences on what changed in the credits since declaring; may be empty
}

// A Certificate is one file that proves a declared credit.
type Certificate struct {
	Evidence ledger.Evidence
	// Content returns the whole file. [Write] asks for one at a time, and for
	// each SHA-256 once.
	Content func() ([]byte, error)
}

// Names of the files that every packet has.
const (
	indexFile    = "index.html"
	csvFile      = "index.csv"
	rulesFile    = "rules.txt"
	manifestFile = "SHA256SUMS"
	folder       = "certificates/"
)

// maxFiles is how many files a packet may hold, its sums not counted.
const maxFiles = 5000

// Write writes the packet as a zip file. Files in it bear the day of the
// declaration. A content that proves several credits is in it once, under the
// first of them.
//
// A certificate of a credit that was not declared, or whose content is not the
// one that its record states, is an error that names it; what was written by
// then is no packet.
func Write(w io.Writer, p Packet) error {
	c, err := compile(p)
	if err != nil {
		return err
	}
	table, err := c.csv()
	if err != nil {
		return err
	}
	var index bytes.Buffer
	if err := page.Write(&index, body, c); err != nil {
		return err
	}
	out := archive{zip: zip.NewWriter(w), day: p.Declaration.Date}
	for _, f := range []struct {
		name    string
		content []byte
	}{{indexFile, index.Bytes()}, {csvFile, table}, {rulesFile, c.rules()}} {
		if err := out.add(f.name, f.content); err != nil {
			return err
		}
	}
	for _, f := range c.Stored {
		content, err := f.content()
		if err != nil {
			return err
		}
		if err := out.add(f.name, content); err != nil {
			return err
		}
	}
	return out.close()
}

// compiled is a packet with all that its files have in common.
type compiled struct {
	Packet
	Groups []group
	Stored []stored
	Total  int                // number of declared credits
	Bare   string             // numbers of the credits without a file
	Shared bool               // a file proves several credits
	files  map[int64][]string // by credit: names of the files that prove it
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

// content returns the content, which is what the record says or an error.
func (f stored) content() ([]byte, error) {
	e := f.Evidence
	content, err := f.Certificate.Content()
	if err != nil {
		return nil, fmt.Errorf("credit %d: certificate %q: %w", e.Credit, e.Name, err)
	}
	if fmt.Sprintf("%x", sha256.Sum256(content)) != e.SHA256 {
		return nil, fmt.Errorf("credit %d: certificate %q: its content is not the one that was recorded; add the file again", e.Credit, e.Name)
	}
	return content, nil
}

func compile(p Packet) (compiled, error) {
	c := compiled{Packet: p, files: map[int64][]string{}}
	var credits []ledger.Credit
	numbers := map[int64]int{}
	for _, l := range p.Declaration.Credits {
		if numbers[l.Credit.ID] == 0 {
			credits = append(credits, l.Credit)
			numbers[l.Credit.ID] = len(credits)
		}
	}
	for _, f := range p.Certificates {
		if e := f.Evidence; numbers[e.Credit] == 0 {
			return c, fmt.Errorf("certificate %q: credit %d was not declared", e.Name, e.Credit)
		}
	}
	c.Total = len(credits)
	c.nameFiles(credits)
	if n := len(c.Stored); n+3 > maxFiles {
		return c, fmt.Errorf("%d certificates: a packet holds at most %d", n, maxFiles-3)
	}
	for _, r := range p.Declaration.Requirements {
		c.Groups = append(c.Groups, group{DeclaredRequirement: r})
	}
	for _, l := range p.Declaration.Credits {
		g := c.group(l.Requirement)
		g.Lines = append(g.Lines, line{l, numbers[l.Credit.ID], c.files[l.Credit.ID]})
		g.Sum += l.Points
	}
	return c, nil
}

// group returns the group of a requirement. One that the declaration does not
// list, as in old ledgers, comes behind those that it does.
func (c *compiled) group(name ledger.Requirement) *group {
	i := slices.IndexFunc(c.Groups, func(g group) bool { return g.Name == name })
	if i < 0 {
		i = len(c.Groups)
		c.Groups = append(c.Groups, group{DeclaredRequirement: ledger.DeclaredRequirement{Name: name, Title: name.Title()}})
	}
	return &c.Groups[i]
}

// nameFiles gives the certificates their names in the packet.
func (c *compiled) nameFiles(credits []ledger.Credit) {
	byCredit := map[int64][]Certificate{}
	for _, f := range c.Certificates {
		byCredit[f.Evidence.Credit] = append(byCredit[f.Evidence.Credit], f)
	}
	var bare []string
	names := map[string]string{} // by content
	for i, credit := range credits {
		nth := 0
		for _, f := range byCredit[credit.ID] {
			name, known := names[f.Evidence.SHA256]
			if !known {
				nth++
				name = fileName(i+1, len(credits), credit, nth, f.Evidence)
				names[f.Evidence.SHA256] = name
				c.Stored = append(c.Stored, stored{f, name})
			}
			if !slices.Contains(c.files[credit.ID], name) {
				c.Shared = c.Shared || known
				c.files[credit.ID] = append(c.files[credit.ID], name)
			}
		}
		if len(c.files[credit.ID]) == 0 {
			bare = append(bare, strconv.Itoa(i+1))
		}
	}
	c.Bare = strings.Join(bare, ", ")
}
