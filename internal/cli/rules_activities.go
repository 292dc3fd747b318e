package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/words"
)

func (a *app) newRulesActivities() *cobra.Command {
	return withRecords(&cobra.Command{
		Use:   "activities",
		Short: "Show what bodies grant points for, and the proof they accept",
		Long: `Show for each body what it grants points for: the kinds of activity, as --activity
of cmp add takes them, how many points each is worth, which caps hold, and the
proof that is accepted. Points that no body publishes are stated by you, and are
never made up here.`,
		Example: `  cmp rules activities
  cmp rules activities --format json`,
		Args: noArguments,
		RunE: a.run(func(context.Context, []string) error { return a.rulesActivities() }),
	})
}

// bodyActivities are the activities of one body.
type bodyActivities struct {
	programme *rules.Programme
	rules     []rules.ActivityRule
}

// allActivities returns those of every body that there are rules for.
func (a *app) allActivities() ([]bodyActivities, error) {
	listings, err := a.book.Credentials()
	if err != nil {
		return nil, err
	}
	var all []bodyActivities
	for i, l := range listings {
		if i > 0 && listings[i-1].Name.Body == l.Name.Body {
			continue
		}
		p, err := a.book.Programme(l.Name.Body)
		if err != nil {
			return nil, err
		}
		of, err := a.book.Activities(l.Name.Body)
		if err != nil {
			return nil, err
		}
		if len(of) > 0 {
			all = append(all, bodyActivities{p, of})
		}
	}
	return all, nil
}

func (a *app) rulesActivities() error {
	all, err := a.allActivities()
	if err != nil {
		return err
	}
	switch a.settings.Format {
	case answer.JSON:
		return a.activitiesJSON(all)
	case answer.Table:
		return a.printActivities(all)
	}
	var rows [][]string
	for _, b := range all {
		for _, r := range b.rules {
			rows = append(rows, []string{b.programme.Body, r.Kind, activityNames(r.Activities, " "), r.Points, r.Cap, r.Proof, string(r.Confidence), r.Source})
		}
	}
	header := []string{"body", "kind", "activities", "points", "cap", "proof", "confidence", "source"}
	return answer.Records(a.env.Out, a.settings.Format, header, rows)
}

func activityNames(all []ledger.Activity, separator string) string {
	words := make([]string, len(all))
	for i, k := range all {
		words[i] = string(k)
	}
	return strings.Join(words, separator)
}

func (a *app) printActivities(all []bodyActivities) error {
	screen := a.screen()
	for i, b := range all {
		if i > 0 {
			fmt.Fprintln(a.env.Out)
		}
		screen.Line([]answer.Cell{{Text: b.programme.Name, Style: answer.Strong}})
		var sources []string
		for _, r := range b.rules {
			fmt.Fprintln(a.env.Out)
			printActivity(screen, r, &sources)
		}
		a.printSources(sources)
	}
	return nil
}

// printActivity shows what a body grants for one kind of activity.
func printActivity(screen answer.Screen, r rules.ActivityRule, sources *[]string) {
	screen.Paragraph(words.Upper(r.Kind) + " " + mark(sources, r.Provenance))
	for _, line := range [][2]string{
		{"recorded as", activityNames(r.Activities, ", ")}, {"points", r.Points}, {"cap", r.Cap}, {"proof", r.Proof}, {"note", r.Note},
	} {
		if line[1] != "" {
			screen.Item("-", line[0]+": "+line[1])
		}
	}
}

type activityJSON struct {
	Body       string            `json:"body"`
	Kind       string            `json:"kind"`
	Activities []ledger.Activity `json:"activities"`
	Points     string            `json:"points"`
	Rates      []rateJSON        `json:"rates"`
	Cap        string            `json:"cap"`
	Proof      string            `json:"proof"`
	Note       string            `json:"note"`
	Confidence rules.Confidence  `json:"confidence"`
	Source     string            `json:"source"`
	Pack       string            `json:"pack"` // of the holder's own that states it, or ""
}

type rateJSON struct {
	Unit   string        `json:"unit"`
	Points ledger.Points `json:"points"`
}

func (a *app) activitiesJSON(all []bodyActivities) error {
	out := struct {
		Schema     string         `json:"schema"`
		Activities []activityJSON `json:"activities"`
	}{"cmp.activities/1", []activityJSON{}}
	for _, b := range all {
		out.Activities = append(out.Activities, activitiesOf(b.programme.Body, b.rules)...)
	}
	return answer.WriteJSON(a.env.Out, out)
}

// activitiesOf returns what one body grants points for.
func activitiesOf(body string, all []rules.ActivityRule) []activityJSON {
	out := []activityJSON{}
	for _, r := range all {
		j := activityJSON{
			Body: body, Kind: r.Kind, Activities: append([]ledger.Activity{}, r.Activities...), Points: r.Points,
			Rates: []rateJSON{}, Cap: r.Cap, Proof: r.Proof, Note: r.Note, Confidence: r.Confidence, Source: r.Source, Pack: r.Pack,
		}
		for _, rate := range r.Rates {
			j.Rates = append(j.Rates, rateJSON{rate.Unit, rate.Points})
		}
		out = append(out, j)
	}
	return out
}
