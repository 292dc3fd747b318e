package audit

import (
	_ "embed" // the style sheet
	"fmt"
	"html"
	"strconv"
	"strings"

	"cmpledger/internal/ledger"
)

//go:embed style.css
var style string

// html returns the index: one page that needs no network, no script and no
// other file to be read.
func (c compiled) html() []byte {
	d := c.Declaration
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
`)
	fmt.Fprintf(&b, "<title>%s, declared %s: audit packet</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n",
		escaped(d.Designation), d.Date, style)
	fmt.Fprintf(&b, "<h1>Audit packet: %s</h1>\n", text(d.Designation))
	if title := c.Declaration.Title; title != "" {
		fmt.Fprintf(&b, "<p class=\"of\">%s</p>\n", text(title))
	}
	c.facts(&b)
	c.remarks(&b)
	c.figures(&b)
	b.WriteString("<h2>Declared credits</h2>\n<p>No. is the number of a credit in this packet; its number in the holder's ledger stands below its title.</p>\n")
	if c.shared {
		b.WriteString("<p>A certificate that proves several credits is in the packet once, under the number of the first; the others link to it.</p>\n")
	}
	for _, g := range c.groups {
		c.credits(&b, g)
	}
	b.WriteString(`<h2>Files of this packet</h2>
<p><code>index.csv</code> has the declared credits as a table, and in full the texts that are cut here. <code>rules.txt</code> has the figures that were judged by.</p>
<p><code>SHA256SUMS</code> has the SHA-256 sum of every other file. In the unpacked folder, <code>sha256sum -c SHA256SUMS</code> shows whether any was changed since; <code>cmp audit verify FILE.zip</code> shows it for the whole packet.</p>
</main>
</body>
</html>
`)
	return []byte(b.String())
}

// facts writes what was declared, and when.
func (c compiled) facts(b *strings.Builder) {
	d := c.Declaration
	b.WriteString("<dl>\n")
	fact := func(name, value string) {
		if value != "" {
			fmt.Fprintf(b, "<dt>%s</dt><dd>%s</dd>\n", name, value)
		}
	}
	fact("Number", text(d.Number))
	fact("Declared on", d.Date.String())
	fact("Credits count from", fmt.Sprintf("%s to %s, both days included", d.First, d.Last))
	fact("Points", fmt.Sprintf("%s of %s", d.Counted, d.Required))
	fact("Edition of the rules", text(d.Edition))
	fact("Credits", strconv.Itoa(c.total))
	fact("Certificates", c.coverage())
	b.WriteString("</dl>\n")
}

// coverage says which credits have a certificate.
func (c compiled) coverage() string {
	files := count(len(c.stored), "file")
	if len(c.bare) == 0 {
		return files + "; every credit has one"
	}
	numbers := make([]string, len(c.bare))
	for i, n := range c.bare {
		numbers[i] = strconv.Itoa(n)
	}
	return fmt.Sprintf(`%s; <span class="none">none for No. %s</span>`, files, strings.Join(numbers, ", "))
}

func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

// remarks writes what a reader has to know before the tables.
func (c compiled) remarks(b *strings.Builder) {
	if titles := c.assumedTitles(); len(titles) > 0 {
		fmt.Fprintf(b, "<p class=\"note\">Assumed figures: %s. Nobody could confirm them when this was declared.</p>\n",
			text(strings.Join(titles, ", ")))
	}
	if len(c.Drift) == 0 {
		return
	}
	b.WriteString("<h2>Changed since declaring</h2>\n<p>The tables below show the credits as they were declared. Since then:</p>\n<ul>\n")
	for _, sentence := range c.Drift {
		fmt.Fprintf(b, "<li>%s</li>\n", text(sentence))
	}
	b.WriteString("</ul>\n")
}

// figures writes the table of what was required.
func (c compiled) figures(b *strings.Builder) {
	d := c.Declaration
	b.WriteString(`<h2>Requirements</h2>
<table class="figures">
<caption>Points required and counted on the day of declaring</caption>
<thead><tr><th scope="col">Requirement</th><th scope="col" class="r">Required</th><th scope="col" class="r">Counted</th><th scope="col">Confidence</th><th scope="col">Source</th></tr></thead>
<tbody>
`)
	row := func(title string, required, counted ledger.Points, confidence, source string) {
		fmt.Fprintf(b, "<tr><th scope=\"row\">%s</th><td class=\"r\" data-label=\"Required\">%s</td><td class=\"r\" data-label=\"Counted\">%s</td>"+
			"<td data-label=\"Confidence\">%s</td><td data-label=\"Source\">%s</td></tr>\n",
			text(title), required, counted, text(orNone(confidence)), text(orNone(source)))
	}
	for _, r := range d.Requirements {
		row(r.Title, r.Required, r.Counted, r.Confidence, r.Source)
	}
	b.WriteString("</tbody>\n<tfoot>\n")
	row("Total", d.Required, d.Counted, d.Confidence, d.Source)
	b.WriteString("</tfoot>\n</table>\n<p class=\"soft\">Confidence of a required figure:")
	for _, m := range confidences() {
		fmt.Fprintf(b, "<br>%s: %s\n", m.word, m.meaning)
	}
	b.WriteString("</p>\n")
}

// credits writes the table of the credits of one requirement.
func (c compiled) credits(b *strings.Builder, g group) {
	if len(g.lines) == 0 {
		return
	}
	fmt.Fprintf(b, `<h3>%s</h3>
<table class="credits">
<caption>%s declared for this requirement</caption>
<thead><tr><th scope="col">No.</th><th scope="col">Date</th><th scope="col">Title, provider</th><th scope="col" class="r">Points</th><th scope="col">Reference</th><th scope="col">Certificates</th></tr></thead>
<tbody>
`, text(g.Title), count(len(g.lines), "credit"))
	for _, l := range g.lines {
		points := l.Points.String()
		if l.Points != l.Credit.Points {
			points += fmt.Sprintf(" <span class=\"soft\">of %s</span>", l.Credit.Points)
		}
		fmt.Fprintf(b, "<tr><th scope=\"row\" data-label=\"No.\">%d</th><td data-label=\"Date\">%s</td><td>%s</td><td class=\"r\" data-label=\"Points\">%s</td>"+
			"<td data-label=\"Reference\">%s</td><td data-label=\"Certificates\">%s</td></tr>\n",
			l.number, l.Credit.Date, described(l.Credit), points, text(l.Credit.Reference), c.links(l.Credit.ID))
	}
	fmt.Fprintf(b, "</tbody>\n<tfoot><tr><th scope=\"row\" colspan=\"3\">Sum</th><td class=\"r\" data-label=\"Points\">%s</td><td colspan=\"2\"></td></tr></tfoot>\n</table>\n", g.sum)
}

// described returns what a credit is, who gave it and where to read of it. Only
// addresses of the web that are shown as they are become links.
func described(c ledger.Credit) string {
	s := text(c.Title) + ` <span class="soft">`
	if c.Provider != "" {
		s += text(c.Provider) + ", "
	}
	s += fmt.Sprintf("credit %d</span>", c.ID)
	address := text(c.URL)
	web := strings.HasPrefix(c.URL, "https://") || strings.HasPrefix(c.URL, "http://")
	if web && clean(c.URL) == c.URL {
		address = fmt.Sprintf(`<a href="%s">%s</a>`, html.EscapeString(c.URL), address)
	}
	if address != "" {
		s += ` <span class="soft">` + address + "</span>"
	}
	return s
}

// links returns the certificates of a credit.
func (c compiled) links(credit int64) string {
	if len(c.files[credit]) == 0 {
		return `<span class="none">no certificate</span>`
	}
	var b strings.Builder
	for _, name := range c.files[credit] {
		fmt.Fprintf(&b, `<a href="%s">%s</a>`, name, strings.TrimPrefix(name, folder))
	}
	return b.String()
}
