package report

import (
	"fmt"
	"strings"

	"cmpledger/internal/ledger"
)

// credits writes the table of the credits.
func (r Report) credits(b *strings.Builder) {
	b.WriteString("<section class=\"all\" aria-labelledby=\"credits\">\n<h2 id=\"credits\">Credits</h2>\n")
	switch {
	case len(r.Credentials) == 0 && r.Elsewhere > 0:
		fmt.Fprintf(b, "<p class=\"none\">The ledger has %s, and no credential for which any could count.</p>\n</section>\n", count(r.Elsewhere, "credit"))
		return
	case len(r.Credits)+r.Elsewhere == 0:
		fmt.Fprintf(b, "<p class=\"none\">No credits yet. %s</p>\n", sentence("Record them: cmp import FILE, or cmp add TITLE --points P"))
	case len(r.Credits) == 0:
		b.WriteString("<p class=\"none\">None is dated in the days that count for a credential above.</p>\n")
	default:
		r.creditTable(b)
	}
	if r.Elsewhere > 0 {
		fmt.Fprintf(b, "<p class=\"soft\">%s of the ledger %s dated outside these days. %s</p>\n",
			count(r.Elsewhere, "other credit"), are(r.Elsewhere), sentence("All of them: cmp list"))
	}
	b.WriteString("</section>\n")
}

func are(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func (r Report) creditTable(b *strings.Builder) {
	var sum ledger.Points
	proved := 0
	for _, c := range r.Credits {
		sum += c.Points
		if c.Proof {
			proved++
		}
	}
	fmt.Fprintf(b, `<table class="credits">
<caption>%s, %s; %d with evidence</caption>
<thead><tr><th scope="col" class="r">No.</th><th scope="col">Date</th><th scope="col">Title, provider</th><th scope="col" class="r">Points</th><th scope="col">Topics</th><th scope="col">Evidence</th><th scope="col">Counts for</th></tr></thead>
<tbody>
`, count(len(r.Credits), "credit"), points(sum), proved)
	for _, c := range r.Credits {
		evidence := `<span class="lacking"><span aria-hidden="true">○</span> none</span>`
		if c.Proof {
			evidence = `<span class="met"><span aria-hidden="true">✓</span> proof</span>`
		}
		fmt.Fprintf(b, `<tr><td class="r number" data-label="No.">%d</td><td class="date">%s</td><th scope="row">%s%s</th>`+
			`<td class="r points" data-label="Points">%s</td><td class="topics">%s</td><td class="evidence">%s</td><td class="uses">%s</td></tr>`+"\n",
			c.ID, c.Date, isolated(c.Title), c.provider(), c.Points, isolated(c.topics()), evidence, r.uses(c))
	}
	b.WriteString("</tbody>\n</table>\n")
}

func (c Credit) provider() string {
	if c.Provider == "" {
		return ""
	}
	return ` <span class="provider">` + isolated(c.Provider) + "</span>"
}

func (c Credit) topics() string {
	if c.Topics == "" {
		return "no topic"
	}
	return c.Topics
}

// uses says what a credit is to each credential.
func (r Report) uses(c Credit) string {
	var all []string
	for _, u := range c.Uses {
		class := "use"
		if u.Counted == 0 {
			class = "use soft"
		}
		all = append(all, fmt.Sprintf(`<span class="%s"><b>%s</b> %s</span>`, class, escaped(r.Credentials[u.Credential].Code), isolated(u.Fate)))
	}
	return strings.Join(all, " ")
}
