package report

import (
	"fmt"
	"io"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"cmpledger/internal/ledger"
	"cmpledger/internal/page"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

// Write writes the page.
func Write(w io.Writer, r Report) error {
	pictures := make([]picture, len(r.Credentials))
	for i, c := range r.Credentials {
		pictures[i] = picture{c, r.Credits, i}
	}
	title := "Credentials"
	if r.Holder != "" {
		title += " of " + page.Clean(r.Holder)
	}
	return page.Write(w, fmt.Sprintf("%s on %s", title, r.Day),
		r.header(),
		h.Main(page.Lines(r.summary(pictures), g.Map(pictures, picture.credential), r.credits())),
		h.Footer(page.Lines(h.P(g.Text("Made by cmp from published rules. The board’s own page has the last word.")))),
	)
}

func (r *Report) header() g.Node {
	entry, holds := "", words.Count(r.All(), "credit")
	if r.Entry != 0 {
		entry = fmt.Sprintf(" (log entry %d)", r.Entry)
	}
	if r.Elsewhere > 0 && len(r.Credentials) > 0 {
		holds += fmt.Sprintf(", %d of them in the days that count", len(r.Credits))
	}
	return h.Header(page.Lines(
		h.H1(g.Text("Credentials"), g.If(r.Holder != "", g.Text(" of ")), page.Text(r.Holder)),
		h.P(g.Text("As of "), h.Strong(g.Text(r.Day.String())), g.Textf("%s: %s, %s.", entry, words.Count(r.Held, "credential"), holds)),
	))
}

func (r *Report) summary(pictures []picture) g.Node {
	all := g.Group{none("No credentials yet. ", "Add the first: cmp credential add MLS --expires DATE")}
	if len(pictures) > 0 {
		all = g.Group{
			h.P(h.Class("lead"), page.Sentence(r.Summary)),
			h.Ul(h.Class("cards"), h.Role("list"), page.Lines(g.Map(pictures, picture.card))),
		}
	}
	return h.Section(h.Aria("labelledby", "summary"), page.Lines(h.H2(h.ID("summary"), g.Text("Summary")), all))
}

// none says that there is nothing to show, and what to do.
func none(text, todo string) g.Node {
	return h.P(h.Class("none"), g.Text(text), page.Sentence(todo))
}

func (p picture) card() g.Node {
	todo := words.Outlook(p.Standing)
	return h.Li(h.Class("card"), page.Lines(
		p.ring(),
		h.Div(page.Lines(
			h.H3(h.A(h.Href("#"+p.ID()), page.Text(p.Designation()))),
			h.P(p.chip()),
			g.Map(words.Days(p.Standing), func(s string) g.Node { return h.P(page.Sentence(s)) }),
			g.If(todo != "", h.P(h.Class("todo"), page.Sentence(todo))),
		)),
	))
}

func (p picture) ring() g.Node {
	id, total := p.ID()+"-ring", p.Total()
	shape := attrs("cx", "60", "cy", "60", "r", "51")
	done := g.Group{
		h.Class(total.Class()), shape,
		attrs("pathLength", "10000", "stroke-dasharray", fmt.Sprintf("%d 10000", total.Share()), "transform", "rotate(-90 60 60)"),
	}
	return h.SVG(h.Class("ring"), attrs("viewBox", "0 0 120 120", "role", "img", "aria-labelledby", id),
		h.TitleEl(h.ID(id), g.Textf("%s: %s of %s counted", page.Clean(p.Designation()), p.Counted, words.Points(p.Required))),
		g.El("circle", h.Class("track"), shape),
		g.If(total.Share() != 0, g.El("circle", done)),
		text("value", p.Counted.String(), "font-size", strconv.Itoa(p.ValueSize()), "x", "60", "y", "66"),
		text("unit", "of "+p.Required.String(), "x", "60", "y", "84"),
	)
}

func (p picture) chip() g.Node {
	state := "In progress"
	switch {
	case !p.Begun():
		state = "Not begun"
	case p.State == rules.Declared:
		state = "Declared"
	case p.State == rules.Expired:
		state = "Expired"
	case p.State == rules.Ready:
		state = "Ready"
	}
	return h.Span(h.Class("chip "+string(p.State)), g.Text(state))
}

func (p picture) credential() g.Node {
	id := p.ID()
	return h.Section(h.Class("credential"), h.ID(id), h.Aria("labelledby", id+"-name "+id+"-days"), page.Lines(
		h.H2(h.ID(id+"-name"), page.Text(p.Designation()), g.Text(" "), h.Small(page.Text(p.Edition.Title))),
		h.P(h.Class("days"), h.ID(id+"-days"), p.chip(), g.Map(words.Days(p.Standing), func(s string) g.Node {
			return g.Group{g.Text(" "), h.Span(page.Sentence(s))}
		})),
		h.P(h.Class("soft"), g.Text(p.span()+" Rules: "), page.Text(p.Edition.ID), g.Textf(" (%s).", p.Edition.Confidence())),
		p.figures(),
		p.timeline(),
		h.H3(g.Text("Warnings")),
		p.warnings(),
		g.If(len(p.Notes) > 0, h.H3(g.Text("Notes"))),
		g.If(len(p.Notes) > 0, sentences("notes", p.Notes)),
	))
}

// span says on what days the cycle is, and on which its credits count.
func (p picture) span() string {
	s := "No cycle yet."
	if p.Cycle.Last != 0 {
		s = fmt.Sprintf("Cycle %s to %s.", p.Cycle.First, p.Cycle.Last)
	}
	if p.Moving() {
		s += fmt.Sprintf(" Credits count from %s to %s.", p.First, p.Last)
	}
	return s
}

func (p picture) figures() g.Node {
	return h.Table(h.Class("figures"), page.Lines(
		h.Caption(g.Text("Points required and counted for "), page.Text(p.Designation())),
		h.THead(h.Tr(page.Column("Requirement"), page.Column("Progress"),
			page.Numbers("Required"), page.Numbers("Counted"), page.Numbers("Remaining"))),
		h.TBody(page.Lines(g.Map(p.Rows(), row.requirement))),
		h.TFoot(page.Lines(p.Total().requirement())),
	))
}

func (r row) requirement() g.Node {
	remaining := met("met", "✓", "met")
	if n := r.Remaining(); n != 0 {
		remaining = h.Strong(h.Data("label", "Remaining"), g.Text(n.String()))
	}
	return h.Tr(
		h.Th(h.Scope("row"), page.Text(r.Title)),
		h.Td(h.Class("progress"), r.bar()),
		page.Cell("r", "Required", g.Text(r.Required.String())),
		page.Cell("r", "Counted", g.Text(r.Counted.String())),
		h.Td(h.Class("r remaining"), remaining),
	)
}

func (r row) bar() g.Node {
	shape := attrs("height", "10", "rx", "5")
	return h.SVG(h.Class("bar"), attrs("role", "img", "width", "100%", "height", "10"),
		h.TitleEl(g.Textf("%s: %s of %s", page.Clean(r.Title), r.Counted, words.Points(r.Required))),
		g.El("rect", h.Class("track"), h.Width("100%"), shape),
		g.If(r.Share() != 0, g.El("rect", h.Class(r.Class()), h.Width(r.Share().At()), shape)),
	)
}

// met returns a word behind a mark that only the eye needs.
func met(class, mark, word string) g.Node {
	return h.Span(h.Class(class), h.Span(h.Aria("hidden", "true"), g.Text(mark)), g.Text(" "+word))
}

func (p picture) timeline() g.Node {
	var figure g.Node
	if c := p.Chart(); c != nil {
		figure = h.Figure(page.Lines(c.chart(), c.legend()))
	}
	return h.Div(h.Class("timeline"), page.Lines(
		h.H3(g.Text("Timeline and pace")),
		h.P(page.Sentence(p.Outlook())),
		figure,
	))
}

func (c *chart) legend() g.Node {
	swatch := func(class, what string) g.Node {
		return h.Span(h.SVG(h.Class("swatch"), h.Width("22"), h.Height("12"), h.Aria("hidden", "true"), path(class, "M1 6H21")), g.Text(" "+what))
	}
	return h.FigCaption(h.Class("legend"), swatch("steps", "counted so far"), g.Text("\n"),
		g.If(c.Straight != "", swatch("straight", "even pace to what is required")))
}

func (p picture) warnings() g.Node {
	if len(p.Warnings) == 0 {
		return h.P(h.Class("soft"), g.Text("No warnings."))
	}
	return sentences("warnings", p.Warnings)
}

func sentences(class string, all []string) g.Node {
	return h.Ul(h.Class(class), page.Lines(g.Map(all, func(s string) g.Node { return h.Li(page.Sentence(s)) })))
}

func (c *chart) chart() g.Node {
	title, desc := c.ID()+"-chart", c.ID()+"-chart-words"
	return h.SVG(h.Class("chart"), attrs("role", "img", "width", "100%", "height", strconv.Itoa(c.Height), "aria-labelledby", title+" "+desc),
		h.TitleEl(h.ID(title), g.Textf("Credits of %s over time", page.Clean(c.Designation()))),
		g.El("desc", h.ID(desc), g.Text(c.Outlook())), g.Text("\n"),
		g.El("g", attrs("transform", fmt.Sprintf("translate(0 %d)", c.Top)), page.Lines(
			g.Map(c.Ticks(), tick.line),
			g.El("line", h.Class("grid"), attrs("x2", "100%")), text("axis end", c.Required.String(), "dx", "-6", "y", "4"),
			c.level("75", c.Half, "79"), c.level("150", 0, "154"),
			c.plot(),
			g.Map(c.Marks, label.mark),
			text("panel", "points that count", "dx", "5", "y", "13"),
			c.Now.point(),
		)))
}

func (t tick) line() g.Node {
	return g.Group{
		g.El("line", h.Class("grid"), attrs("x1", t.At(), "x2", t.At(), "y2", "154")),
		g.If(t.Label != "", text("axis", t.Label, "x", t.At(), "dx", "3", "y", "166")),
	}
}

// level returns a line across at y, with the points there.
func (c *chart) level(y string, points ledger.Points, below string) g.Node {
	return g.Group{
		g.El("line", h.Class("grid"), attrs("x2", "100%", "y1", y, "y2", y)),
		text("axis end", points.String(), "dx", "-6", "y", below),
	}
}

func (c *chart) plot() g.Node {
	return h.SVG(h.Class("plot"),
		attrs("width", "100%", "height", "150", "viewBox", fmt.Sprintf("0 0 %d %d", c.Width, c.Required), "preserveAspectRatio", "none"),
		g.If(c.Straight != "", path("straight", c.Straight)),
		path("area", fmt.Sprintf("%sV%dH0Z", c.Steps, c.Required)),
		path("steps", c.Steps),
	)
}

func (l label) mark() g.Node {
	line := attrs("x1", l.At(), "x2", l.At(), "y1", strconv.Itoa(l.From), "y2", "154")
	return g.Group{g.El("line", h.Class("mark "+l.Class), line), l.label()}
}

func (l *label) point() g.Node {
	if l == nil {
		return nil
	}
	return g.Group{
		g.El("circle", h.Class("point"), attrs("cx", l.At(), "cy", strconv.Itoa(l.From), "r", "3.5")),
		l.label(),
	}
}

func (l label) label() g.Node {
	class, dx := "label "+l.Class, "5"
	if l.Right() {
		class, dx = class+" end", "-5"
	}
	return text(class, l.Text, "x", l.At(), "dx", dx, "y", strconv.Itoa(l.Y))
}

// text returns a text in a picture; pairs are the names and values of its attributes.
func text(class, s string, pairs ...string) g.Node {
	return g.El("text", h.Class(class), attrs(pairs...), g.Text(s))
}

func path(class, d string) g.Node { return g.El("path", h.Class(class), g.Attr("d", d)) }

// attrs returns attributes from their names and values in turn.
func attrs(pairs ...string) g.Group {
	var all g.Group
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, g.Attr(pairs[i], pairs[i+1]))
	}
	return all
}

func (r *Report) credits() g.Node {
	rest := ""
	if n := len(r.Credits) - len(r.listed()); n > 0 {
		rest = fmt.Sprintf("… and %s that %s not count. ", words.Count(n, "older credit"), words.Verb(n, "does", "do"))
	}
	if r.Elsewhere > 0 && len(r.Credentials) > 0 {
		rest += fmt.Sprintf("%s %s dated outside these days. ", words.Count(r.Elsewhere, "other credit"), words.Verb(r.Elsewhere, "is", "are"))
	}
	return h.Section(h.Class("all"), h.Aria("labelledby", "credits"), page.Lines(
		h.H2(h.ID("credits"), g.Text("Credits")),
		r.table(),
		g.If(rest != "", h.P(h.Class("soft"), g.Text(rest), page.Sentence("To see all: cmp list"))),
	))
}

func (r *Report) table() g.Node {
	switch {
	case len(r.Credits) == 0 && r.Elsewhere == 0:
		return none("No credits yet. ", "Add some: cmp import FILE, or cmp add TITLE --points P")
	case len(r.Credits) == 0 && len(r.Credentials) > 0:
		return none("None of your credits is dated in the days that count for these credentials.", "")
	case len(r.Credits) == 0:
		return none(fmt.Sprintf("You have %s, but no credential yet.", words.Count(r.Elsewhere, "credit")), "")
	}
	return h.Table(h.Class("credits"), page.Lines(
		h.Caption(g.Textf("%s, %s; %d with a certificate", words.Count(len(r.Credits), "credit"), words.Points(r.Points()), r.Proved())),
		h.THead(h.Tr(page.Numbers("No."), page.Column("Date"), page.Column("Title, provider"), page.Numbers("Points"),
			page.Column("Topics"), page.Column("Certificate"), page.Column("Counts for"))),
		h.TBody(page.Lines(g.Map(r.listed(), r.credit))),
	))
}

func (r *Report) credit(c Credit) g.Node {
	proof := met("lacking", "○", "none")
	if c.Proof {
		proof = met("met", "✓", "yes")
	}
	return h.Tr(
		page.Cell("r number", "No.", g.Text(strconv.FormatInt(c.ID, 10))),
		h.Td(h.Class("date"), g.Text(c.Date.String())),
		h.Th(h.Scope("row"), page.Text(c.Title), page.More(page.Text(c.Provider))),
		page.Cell("r points", "Points", g.Text(c.Points.String())),
		h.Td(h.Class("topics"), page.Text(words.Topics(c.Topics))),
		h.Td(h.Class("evidence"), proof),
		h.Td(h.Class("uses"), r.uses(c)),
	)
}

func (r *Report) uses(c Credit) (all g.Group) {
	for i, u := range c.Uses {
		class := "use"
		if u.Counted == 0 {
			class += " soft"
		}
		all = append(all, g.If(i > 0, g.Text(" ")), h.Span(h.Class(class),
			h.B(g.Text(page.Clean(r.Credentials[u.Credential].Code))), g.Text(" "), page.Text(words.Fate(u.Finding))))
	}
	return all
}
