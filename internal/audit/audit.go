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
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"cmpledger/internal/ledger"
)

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
	out := newArchive(w, p.Declaration.Date)
	for _, f := range []struct {
		name    string
		content []byte
	}{{indexFile, c.html()}, {csvFile, table}, {rulesFile, c.rules()}} {
		if err := out.add(f.name, f.content); err != nil {
			return err
		}
	}
	for _, f := range c.stored {
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
	groups []group
	stored []stored
	files  map[int64][]string // by credit: names of the files that prove it
	total  int                // number of declared credits
	bare   []int              // numbers of the credits without a file
	shared bool               // a file proves several credits
}

// A group is the lines of one requirement.
type group struct {
	ledger.DeclaredRequirement
	lines []line
	sum   ledger.Points
}

// A line is a declared line with the number of its credit in the packet: from
// 1 in the order in which the declaration first names them.
type line struct {
	ledger.DeclaredCredit
	number int
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
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != e.SHA256 {
		return nil, fmt.Errorf("credit %d: certificate %q: its content is not the one that was recorded; add the file again", e.Credit, e.Name)
	}
	return content, nil
}

func compile(p Packet) (compiled, error) {
	c := compiled{Packet: p, files: map[int64][]string{}}
	for _, r := range p.Declaration.Requirements {
		c.groups = append(c.groups, group{DeclaredRequirement: r})
	}
	var credits []ledger.Credit
	numbers := map[int64]int{}
	for _, l := range p.Declaration.Credits {
		if numbers[l.Credit.ID] == 0 {
			credits = append(credits, l.Credit)
			numbers[l.Credit.ID] = len(credits)
		}
		g := c.group(l.Requirement)
		g.lines = append(g.lines, line{l, numbers[l.Credit.ID]})
		g.sum += l.Points
	}
	for _, f := range p.Certificates {
		if e := f.Evidence; numbers[e.Credit] == 0 {
			return c, fmt.Errorf("certificate %q: credit %d was not declared", e.Name, e.Credit)
		}
	}
	c.total = len(credits)
	c.nameFiles(credits)
	if n := len(c.stored); n+3 > maxFiles {
		return c, fmt.Errorf("%d certificates: a packet holds at most %d", n, maxFiles-3)
	}
	return c, nil
}

// group returns the group of a requirement. One that the declaration does not
// list, as in old ledgers, comes behind those that it does.
func (c *compiled) group(name ledger.Requirement) *group {
	for i := range c.groups {
		if c.groups[i].Name == name {
			return &c.groups[i]
		}
	}
	c.groups = append(c.groups, group{DeclaredRequirement: ledger.DeclaredRequirement{Name: name, Title: name.Title()}})
	return &c.groups[len(c.groups)-1]
}

// nameFiles gives the certificates their names in the packet.
func (c *compiled) nameFiles(credits []ledger.Credit) {
	byCredit := map[int64][]Certificate{}
	for _, f := range c.Certificates {
		byCredit[f.Evidence.Credit] = append(byCredit[f.Evidence.Credit], f)
	}
	type seen struct {
		name   string
		credit int64
	}
	known := map[string]seen{}
	for i, credit := range credits {
		nth := 0
		for _, f := range byCredit[credit.ID] {
			first, again := known[f.Evidence.SHA256]
			switch {
			case again && first.credit == credit.ID:
				continue
			case again:
				c.shared = true
			default:
				nth++
				name := fileName(i+1, len(credits), credit, nth, f.Evidence)
				first = seen{name, credit.ID}
				c.stored = append(c.stored, stored{f, name})
			}
			known[f.Evidence.SHA256] = seen{first.name, credit.ID}
			c.files[credit.ID] = append(c.files[credit.ID], first.name)
		}
		if len(c.files[credit.ID]) == 0 {
			c.bare = append(c.bare, i+1)
		}
	}
}
