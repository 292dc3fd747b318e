package audit

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"cmpledger/internal/ledger"
	"cmpledger/internal/page"
	"cmpledger/internal/words"
)

// index writes the page that an auditor reads.
func (c *compiled) index(w io.Writer) error {
	d := c.Declaration
	title := fmt.Sprintf("%s, declared %s: audit packet", page.Clean(d.Designation), d.Date)
	if c.Holder != "" {
		title = page.Clean(c.Holder) + ": " + title
	}
	return page.Write(w, title, h.Main(h.Class("sheet"), page.Lines(
		h.H1(g.Text("Continuing education for "), page.Text(d.Designation)),
		g.If(d.Title != "", h.P(h.Class("of"), page.Text(d.Title))),
		c.facts(),
		c.changed(),
		h.H2(g.Text("Requirements")),
		required(d),
		h.H2(g.Text("Activities")),
		g.Map(c.Groups, group.credits),
		h.H2(g.Text("Files")),
		h.P(g.Text("The folder "), code("certificates"), g.Text(" has the certificates. Their names begin with the number of the activity.")),
		h.P(code(csvFile), g.Text(" has the activities as a table, and in full the texts that are cut here.")),
		h.P(code(manifestFile), g.Text(" has a checksum of every other file. In the unpacked folder, "),
			code("sha256sum -c "+manifestFile), g.Text(" shows whether a file was changed.")),
	)))
}

func code(s string) g.Node { return h.Code(g.Text(s)) }

func (c *compiled) facts() g.Node {
	d := c.Declaration
	points := fmt.Sprintf("%s of %s required", d.Counted, d.Required)
	if m := d.Margin(); m != 0 {
		points += fmt.Sprintf(", and %s more", m)
	}
	return h.Dl(page.Lines(
		g.If(c.Holder != "", fact("Name", page.Text(c.Holder))),
		g.If(d.Number != "", fact("Number of the credential", page.Text(d.Number))),
		fact("Cycle", g.Textf("%s to %s, both days included", d.First, d.Last)),
		fact("Declared on", g.Text(d.Date.String())),
		fact("Points", g.Text(points)),
		fact("Activities", g.Text(strconv.Itoa(c.Summary.Credits))),
		fact("Certificates", g.Text(words.Count(c.Summary.Certificates, "file"))),
	))
}

func fact(name string, value g.Node) g.Node {
	return g.Group{h.Dt(g.Text(name)), h.Dd(value)}
}

// changed says what has changed since the declaration, if anything has.
func (c *compiled) changed() g.Node {
	if len(c.Changes) == 0 {
		return nil
	}
	return g.Group{
		h.H2(g.Text("Changed since the declaration")),
		h.P(g.Text("The tables below show the activities as they were declared. Since then:")),
		h.Ul(h.Class("notes"), page.Lines(g.Map(c.Changes, func(s string) g.Node { return h.Li(page.Text(s)) }))),
	}
}

func required(d ledger.Declaration) g.Node {
	return h.Table(h.Class("required"), page.Lines(
		h.Caption(g.Text("Points required and counted on the day of the declaration")),
		h.THead(h.Tr(page.Column("Requirement"), page.Numbers("Required"), page.Numbers("Counted"))),
		h.TBody(page.Lines(g.Map(d.Requirements, requirement))),
		h.TFoot(page.Lines(requirement(d.Total()))),
	))
}

func requirement(r ledger.DeclaredRequirement) g.Node {
	return h.Tr(
		h.Th(h.Scope("row"), page.Text(r.Title)),
		page.Cell("r", "Required", g.Text(r.Required.String())),
		page.Cell("r", "Counted", g.Text(r.Counted.String())),
	)
}

// credits returns the table of a group that has any.
func (r group) credits() g.Node {
	if len(r.Lines) == 0 {
		return nil
	}
	return g.Group{h.H3(page.Text(r.Title)), h.Table(h.Class("declared"), page.Lines(
		h.Caption(g.Textf("%d %s", len(r.Lines), words.Verb(len(r.Lines), "activity", "activities"))),
		h.THead(h.Tr(page.Column("No."), page.Column("Date"), page.Column("Title, provider"), page.Numbers("Points"),
			page.Column("Reference"), page.Column("Certificates"))),
		h.TBody(page.Lines(g.Map(r.Lines, line.credit))),
		h.TFoot(h.Tr(h.Th(h.Scope("row"), h.ColSpan("3"), g.Text("Sum")), page.Cell("r", "Points", g.Text(r.Sum.String())), h.Td(h.ColSpan("2")))),
	))}
}

func (l line) credit() g.Node {
	c := l.Credit
	return h.Tr(
		h.Th(h.Scope("row"), h.Data("label", "No."), g.Text(strconv.Itoa(l.Number))),
		h.Td(h.Data("label", "Date"), g.Text(c.Date.String())),
		h.Td(page.Text(c.Title), page.More(page.Text(c.Provider)), page.More(l.address())),
		page.Cell("r", "Points", g.Text(l.Points.String()), g.If(l.Points != c.Points, page.More(g.Textf("of %s", c.Points)))),
		h.Td(h.Data("label", "Reference"), page.Text(c.Reference)),
		h.Td(h.Data("label", "Certificates"), l.files()),
	)
}

// address returns where to read of a credit, as a link where that is safe.
func (l line) address() g.Node {
	if !l.Linked() {
		return page.Text(l.Credit.URL)
	}
	return h.A(h.Href(l.Credit.URL), page.Text(l.Credit.URL))
}

func (l line) files() g.Node {
	if len(l.Files) == 0 {
		return g.Text("not enclosed")
	}
	return g.Map(l.Files, func(name string) g.Node {
		return h.A(h.Href(name), g.Text(strings.TrimPrefix(name, folder)))
	})
}
