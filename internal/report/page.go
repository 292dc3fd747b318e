package report

import (
	"fmt"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
	"cmpledger/internal/markup"
)

// The states of a credential, as they are told.
const (
	declared   = "declared"
	expired    = "expired"
	ready      = "ready"
	inProgress = "in-progress"
)

// isolated returns a text as an element of its own.
func isolated(s string) string { return markup.Text(s, most) }

// summary writes what all credentials come to, and a card for each.
func (r Report) summary(b *strings.Builder) {
	b.WriteString("<section aria-labelledby=\"summary\">\n<h2 id=\"summary\">Summary</h2>\n")
	if r.LeftOut != "" {
		fmt.Fprintf(b, "<p>Not shown: %s</p>\n", sentence(r.LeftOut))
	}
	if len(r.Credentials) == 0 {
		fmt.Fprintf(b, "<p class=\"none\">No credentials yet. %s</p>\n</section>\n",
			sentence("Record the first: cmp credential add MLS --expires DATE"))
		return
	}
	fmt.Fprintf(b, "<p class=\"lead\">%s</p>\n<ul class=\"cards\" role=\"list\">\n", sentence(r.Summary))
	for i, c := range r.Credentials {
		id := anchor(i)
		b.WriteString("<li class=\"card\">\n")
		c.ring(b, id)
		fmt.Fprintf(b, "<div>\n<h3><a href=\"#%s\">%s</a></h3>\n<p>%s</p>\n", id, isolated(c.Designation), r.chip(c))
		for _, phrase := range c.Days {
			fmt.Fprintf(b, "<p>%s</p>\n", sentence(phrase))
		}
		if c.ToDo != "" {
			fmt.Fprintf(b, "<p class=\"todo\">%s</p>\n", sentence(c.ToDo))
		}
		b.WriteString("</div>\n</li>\n")
	}
	b.WriteString("</ul>\n</section>\n")
}

// anchor returns the identity of a credential within the page.
func anchor(i int) string { return fmt.Sprintf("credential-%d", i+1) }

// chip returns the state of a credential as a word.
func (r Report) chip(c Credential) string {
	words := map[string]string{declared: "Declared", expired: "Expired", ready: "Ready to declare", inProgress: "In progress"}[c.State]
	if r.Day < c.Cycle.First {
		words = "Not begun"
	}
	return fmt.Sprintf(`<span class="chip %s">%s</span>`, escaped(c.State), words)
}

// section writes all about one credential.
func (r Report) section(b *strings.Builder, i int) {
	c, id := r.Credentials[i], anchor(i)
	fmt.Fprintf(b, "<section class=\"credential\" id=\"%[1]s\" aria-labelledby=\"%[1]s-name %[1]s-days\">\n<h2 id=\"%[1]s-name\">%[2]s <small>%[3]s</small></h2>\n",
		id, isolated(c.Designation), isolated(c.Title))
	fmt.Fprintf(b, "<p class=\"days\" id=\"%s-days\">%s", id, r.chip(c))
	for _, phrase := range c.Days {
		fmt.Fprintf(b, " <span>%s</span>", sentence(phrase))
	}
	fmt.Fprintf(b, "</p>\n<p class=\"soft\">%s</p>\n", c.basis())
	c.requirements(b)
	fmt.Fprintf(b, "<div class=\"timeline\">\n<h3>Timeline and pace</h3>\n<p>%s</p>\n", sentence(c.outlook(r.Day)))
	if r.drawn(i) {
		b.WriteString("<figure>\n")
		r.chart(b, i, id)
		c.legend(b, r.Day)
		b.WriteString("</figure>\n")
	}
	b.WriteString("</div>\n")
	sentences(b, "Open warnings", "warnings", c.Warnings, "No open warnings.")
	sentences(b, "Notes", "notes", c.Notes, "")
	b.WriteString("</section>\n")
}

// basis says which days count, by which rules.
func (c Credential) basis() string {
	s := fmt.Sprintf("Cycle %s to %s.", c.Cycle.First, c.Cycle.Last)
	if c.Cycle.Last == 0 {
		s = "No cycle yet."
	}
	if c.moving() {
		s += fmt.Sprintf(" Credits count from %s to %s.", c.Window.First, c.Window.Last)
	}
	return s + fmt.Sprintf(" Rules: %s (%s).", isolated(c.Edition), isolated(c.Confidence))
}

// drawn reports whether there is anything to draw: not before a cycle begins,
// unless it has credits already.
func (r Report) drawn(i int) bool {
	return r.Day >= r.Credentials[i].Window.First || slices.ContainsFunc(r.Credits, func(c Credit) bool { return c.of(i) >= 0 })
}

// requirements writes how far each requirement is met, as a table with bars.
func (c Credential) requirements(b *strings.Builder) {
	fmt.Fprintf(b, `<table class="figures">
<caption>Points required and counted for %s</caption>
<thead><tr><th scope="col">Requirement</th><th scope="col">Progress</th><th scope="col" class="r">Required</th><th scope="col" class="r">Counted</th><th scope="col" class="r">Remaining</th></tr></thead>
<tbody>
`, isolated(c.Designation))
	row := func(title string, required, counted ledger.Points) {
		remaining := fmt.Sprintf("<strong data-label=\"Remaining\">%s</strong>", required-counted)
		if counted >= required {
			remaining = `<span class="met"><span aria-hidden="true">✓</span> met</span>`
		}
		fmt.Fprintf(b, `<tr><th scope="row">%s</th><td class="progress">`, isolated(title))
		bar(b, title, counted, required)
		fmt.Fprintf(b, `</td><td class="r" data-label="Required">%s</td><td class="r" data-label="Counted">%s</td><td class="r remaining">%s</td></tr>`+"\n",
			required, counted, remaining)
	}
	for _, q := range c.Requirements {
		row(q.Title, q.Required, q.Counted)
	}
	b.WriteString("</tbody>\n<tfoot>\n")
	row("Total", c.Required, c.Counted)
	b.WriteString("</tfoot>\n</table>\n")
}

// legend says what the lines and bars of the chart are.
func (c Credential) legend(b *strings.Builder, day ledger.Date) {
	b.WriteString(`<figcaption class="legend">`)
	swatch := func(class, shape, words string) {
		fmt.Fprintf(b, `<span><svg class="swatch" width="22" height="12" aria-hidden="true"><path class="%s" d="%s"/></svg> %s</span> `, class, shape, words)
	}
	swatch("steps", "M1 6H21", "counted so far")
	if _, ok := c.Pace(day); ok {
		swatch("straight", "M1 6H21", "straight line to all that is required")
	}
	swatch("counts", "M11 12V0", "points that count")
	swatch("rest", "M11 12V0", "points that do not count")
	b.WriteString("</figcaption>\n")
}

// sentences writes a list under a heading, or says that there is nothing.
func sentences(b *strings.Builder, heading, class string, all []string, nothing string) {
	if len(all) == 0 && nothing == "" {
		return
	}
	fmt.Fprintf(b, "<h3>%s</h3>\n", heading)
	if len(all) == 0 {
		fmt.Fprintf(b, "<p class=\"soft\">%s</p>\n", nothing)
		return
	}
	fmt.Fprintf(b, "<ul class=\"%s\">\n", class)
	for _, s := range all {
		fmt.Fprintf(b, "<li>%s</li>\n", sentence(s))
	}
	b.WriteString("</ul>\n")
}

// sentence returns a sentence in which commands to be typed stand out, and
// days are not broken at the end of a line. A
// command begins with cmp and ends with the sentence, before a parenthesis, or
// with a mark such as a comma; three dots are part of it.
func sentence(s string) string {
	var out, command []string
	before := ""
	end := func(behind string) {
		if len(command) > 0 {
			out = append(out, `<span class="try">`+before+"<code>"+escaped(strings.Join(command, " "))+"</code>"+behind+"</span>")
		}
		command = nil
	}
	for _, word := range strings.Fields(s) {
		plain := strings.TrimPrefix(word, "(")
		if plain != word || plain == "cmp" {
			end("")
			before = word[:len(word)-len(plain)]
		}
		if len(command) == 0 && plain != "cmp" {
			out = append(out, shown(word))
			continue
		}
		bare := strings.TrimRight(plain, ".,;:)")
		if strings.HasSuffix(plain, "...") {
			bare = plain
		}
		command = append(command, bare)
		if bare != plain {
			end(plain[len(bare):])
		}
	}
	end("")
	return strings.Join(out, " ")
}

// shown returns a word of a sentence.
func shown(word string) string {
	s := escaped(word)
	if _, err := ledger.ParseDate(strings.Trim(word, "().,;:")); err == nil {
		s = `<span class="date">` + s + "</span>"
	}
	return s
}
