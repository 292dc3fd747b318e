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
	if a.settings.Format == answer.Table {
		return a.printActivities(all)
	}
	var out activitiesAnswer
	for _, b := range all {
		out.Activities = append(out.Activities, activityItems(b.programme.Body, b.rules)...)
	}
	return a.print(out)
}

func activityNames(all []ledger.Activity, separator string) string {
	return strings.Join(words.Of(all), separator)
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

type activitiesAnswer struct {
	Schema     string         `json:"schema" shape:"cmp.activities/1" title:"What activities are worth and what proves them" doc:"Written by cmp rules activities."`
	Activities []activityItem `json:"activities" records:"body kind activities=Names points cap proof confidence source"`
}

type activityItem struct {
	Body string `json:"body" doc:"Whose programme it is: ascp."`
	rules.ActivityRule
	Names string
}

// activityItems returns what one body grants points for.
func activityItems(body string, all []rules.ActivityRule) []activityItem {
	var out []activityItem
	for _, r := range all {
		out = append(out, activityItem{body, r, activityNames(r.Activities, " ")})
	}
	return out
}
