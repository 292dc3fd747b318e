package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/handover"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

func (a *app) newRulesList() *cobra.Command {
	var state string
	cmd := withRecords(&cobra.Command{
		Use:   "list [WORD...]",
		Short: "List the credentials that cmp has rules for",
		Long: `List every credential that cmp has rules for, by who grants it, with the points
of a cycle that ends today. Words narrow the list: the name of a credential, its
code, its board, or a topic that it requires. In other commands, type what is
written before the name. Rules of your own are marked (cmp help packs).`,
		Example: `  cmp rules list
  cmp rules list florida
  cmp rules list --state fl
  cmp rules list histology --format json`,
		RunE: a.run(func(_ context.Context, args []string) error { return a.rulesList(strings.Join(args, " "), state) }),
	})
	cmd.Flags().StringVar(&state, "state", "", "only licences of this `state`, such as fl")
	return cmd
}

type rulesListAnswer struct {
	Schema      string       `json:"schema" shape:"cmp.rules-list/1" title:"Credentials that the rules know" doc:"Written by cmp rules list."`
	Credentials []listedItem `json:"credentials" records:"designation name required confidence=rules.confidence"`
}

type listedItem struct {
	naming
	BodyName string        `json:"body_name" doc:"Who grants it, in words."`
	Name     string        `json:"name" doc:"In words."`
	Required ledger.Points `json:"required"`
	Rules    editionRef    `json:"rules"`
	edition  *rules.Edition
}

func (a *app) rulesList(text, state string) error {
	found, err := a.foundBy(text)
	if err == nil {
		found, err = a.inState(found, state)
	}
	if err != nil {
		return err
	}
	var out rulesListAnswer
	for _, e := range found {
		if today, err := a.book.Edition(e.Name, a.today); err == nil {
			e = today
		}
		item := listedItem{naming{e.Name, e.Name.Designation()}, e.Programme.Name, e.Title, e.Total.Points, refTo(e), e}
		out.Credentials = append(out.Credentials, item)
	}
	switch {
	case a.settings.Format != answer.Table:
		return a.print(out)
	case out.Credentials == nil:
		a.say("No credential fits that. To see all: %s. To add rules of your own: %s",
			ledger.Command{"rules", "list"}, ledger.Command{"rules", "check", "--help"})
		return nil
	}
	a.showListed(out.Credentials)
	if text+state == "" {
		return nil // the list fits two screens
	}
	code := "CODE"
	if len(out.Credentials) == 1 {
		code = a.book.ShortName(out.Credentials[0].CredentialName)
	}
	a.tell("Next: %s, or %s", ledger.Command{"rules", "show", code}, ledger.Command{"credential", "add", code, "--expires", "DATE"})
	return nil
}

// foundBy returns the newest edition of each credential that a text is about, or else names,
// such as MLS(ASCP)CM; of "" it is all. It refuses a text that finds none.
func (a *app) foundBy(text string) ([]*rules.Edition, error) {
	if text == "" {
		return a.book.Credentials()
	}
	found, err := a.book.Find(text)
	if err != nil || found != nil {
		return found, err
	}
	names, err := a.book.Resolve(text)
	if err != nil {
		return nil, err
	}
	all, err := a.book.Credentials()
	return slices.DeleteFunc(all, func(e *rules.Edition) bool { return !slices.Contains(names, e.Name) }), err
}

// inState returns what the bodies of a state grant, which is named by its short name or
// the beginning of its name. It refuses one that no rules know.
func (a *app) inState(found []*rules.Edition, state string) ([]*rules.Edition, error) {
	elsewhere := func(e *rules.Edition) bool {
		return !strings.EqualFold(state, e.Name.Body) && !strings.HasPrefix(strings.ToLower(e.Programme.Name), strings.ToLower(state))
	}
	all, err := a.book.Credentials()
	if err == nil && len(slices.DeleteFunc(all, elsewhere)) == 0 {
		err = usage("--state %q: cmp has no rules for it", state).
			try("to see all: %s; to add rules of your own: %s", ledger.Command{"rules", "list"}, ledger.Command{"rules", "check", "--help"})
	}
	return slices.DeleteFunc(found, elsewhere), err
}

// showListed shows credentials by who grants them: first the bodies whose codes do
// without their name, then the others, such as states, beside their names.
func (a *app) showListed(all []listedItem) {
	p := a.paper(a.screen())
	var small [][]listedItem
	large := false
	for _, body := range grouped(all, func(x listedItem) string { return x.Body }) {
		if body[0].edition.Programme.NeedsBody {
			small = append(small, body)
			continue
		}
		if large {
			p.gap()
		}
		large = true
		p.head(body[0].place() + ", points in " + body[0].cycle())
		for _, same := range byPoints(body) {
			lead := fmt.Sprintf("  %2s  ", same[0].Required)
			for _, texts := range a.listedTexts(same) {
				p.Run(lead, texts)
				lead = strings.Repeat(" ", len(lead))
			}
		}
	}
	if small == nil {
		return
	}
	if large {
		p.gap()
	}
	p.head("States and other boards")
	slices.SortStableFunc(small, func(x, y []listedItem) int { return cmp.Compare(x[0].place(), y[0].place()) })
	p.showBoards(small)
}

func (p *paper) showBoards(boards [][]listedItem) {
	indent := strings.Repeat(" ", 17) // so wide that names fit; the codes have the short ones
	if p.Width > 0 && p.Width < 72 {
		indent = "    "
	}
	for _, board := range boards {
		lead := fmt.Sprintf("  %-*s", len(indent)-2, board[0].edition.Programme.Place())
		if len(lead) > len(indent) {
			p.Line([]answer.Cell{{Text: lead}})
			lead = indent
		}
		for _, same := range byPoints(board) {
			points := fmt.Sprintf("%s in %s: ", same[0].Required, same[0].cycle())
			for _, texts := range p.app.listedTexts(same) {
				texts[0] = points + texts[0]
				p.Run(lead, texts)
				lead, points = strings.Repeat(" ", len(lead)), ""
			}
		}
	}
}

// place returns a short name of who grants it: "Florida (fl)".
func (x listedItem) place() string { return x.edition.Programme.Place() + " (" + x.Body + ")" }

// cycle says how long a cycle is and, where the body is the holder's own, whose rules those
// are: "2 years, your own florida.yaml".
func (x listedItem) cycle() string {
	of := x.edition.Programme
	text := strings.TrimSuffix(words.Months(of.Cycle.Months)+", "+of.Cycle.Owner(), ", ")
	if of.Replaces {
		text += " instead of what comes with cmp"
	}
	return text
}

// byPoints returns the credentials of a body in groups of the same points, the largest first.
func byPoints(body []listedItem) [][]listedItem {
	groups := grouped(body, func(x listedItem) ledger.Points { return x.Required })
	slices.SortStableFunc(groups, func(x, y []listedItem) int { return cmp.Compare(len(y), len(x)) })
	return groups
}

// listedTexts returns runs of credentials, each with what to type for it. What several
// names begin with, such as "Specialist in", is said once, and of the international twins
// there are only the codes.
func (a *app) listedTexts(all []listedItem) [][]string {
	typed := func(x listedItem) string { return a.book.ShortName(x.CredentialName) }
	sharing := map[string]int{}
	for _, x := range all {
		sharing[x.beginning()]++
	}
	shared := func(x listedItem) string {
		if same := x.beginning(); same == international || sharing[same] > 1 {
			return same
		}
		return ""
	}
	var plain, twins []string
	var runs [][]string
	for _, group := range grouped(all, shared) {
		same := shared(group[0])
		texts := words.Map(group, func(x listedItem) string { return typed(x) + " " + strings.TrimPrefix(x.Name, same) + x.ownEdition() })
		switch same {
		case international:
			twins = []string{international + ": " + strings.Join(words.Map(group, typed), ", ")}
		case "":
			plain = texts
		default:
			texts[0] = strings.TrimSpace(same) + ": " + texts[0]
			runs = append(runs, texts)
		}
	}
	if runs == nil {
		return [][]string{append(plain, twins...)}
	}
	runs = slices.Concat([][]string{plain}, runs, [][]string{twins})
	return slices.DeleteFunc(runs, func(run []string) bool { return run == nil })
}

const international = "international"

// beginning returns what the credential's name may share with others: "Specialist in ".
func (x listedItem) beginning() string {
	if strings.HasSuffix(x.Code, "i") {
		return international
	}
	before, _, ok := strings.Cut(x.Name, " in ")
	if !ok {
		return ""
	}
	return before + " in "
}

// ownEdition says that the rules of a body that ships are the holder's own.
func (x listedItem) ownEdition() string {
	if x.edition.Pack == "" || x.edition.Pack == x.edition.Programme.Cycle.Pack {
		return ""
	}
	return " (" + x.edition.Total.Owner() + ")"
}

// mostLike is how many credentials that a text could mean are named.
const mostLike = 6

// notKnown says that a text names no credential, which ones it could mean, and what to
// type then.
func notKnown(cmd *cobra.Command, unknown *rules.UnknownCredentialError) *failure {
	like := unknown.Like
	switch {
	case handover.Meant(unknown.Text) != nil || slices.Contains([]string{"all", "both", "everything"}, unknown.Text):
		return usage("%s: not a credential that cmp knows", unknown.Text).try("%s shows yours", ledger.Command{"credential", "list"})
	case len(like) > mostLike:
		return usage("%s: could be %s", unknown.Text, words.Count(len(like), "credential")).
			try("to see them: %s", ledger.Command{"rules", "list"}.About(unknown.Text))
	case like != nil:
		could := words.Map(like, func(e *rules.Edition) string {
			return fmt.Sprintf("%s (%s, %s)", e.Name, e.Title, e.Programme.Place())
		})
		try := ledger.Command{"credential", "add", like[0].Name.String(), "--expires", "DATE"}
		if cmd != nil && strings.HasPrefix(named(cmd), "rules ") {
			try = append(strings.Fields(named(cmd)), like[0].Name.String())
		}
		return usage("%s: could be %s", unknown.Text, words.List("or", could)).try("%s", try)
	}
	f := usage("%s: not a credential that cmp knows", unknown.Text)
	switch {
	case unknown.Nearest != "":
		return f.try("did you mean %s?", unknown.Nearest)
	case cmd != nil && named(cmd) == "rules list":
		return f.try("to see all: %s; to add rules of your own: %s", ledger.Command{"rules", "list"}, ledger.Command{"rules", "check", "--help"})
	}
	return f.try("to see all: %s", ledger.Command{"rules", "list"})
}
