package cli

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/transcript"
	"cmpledger/internal/words"
)

// formats offers the formats of the command.
func formats(t typing) ([]offer, cobra.ShellCompDirective) { return fixed(formatsOf(t.cmd)...)(t) }

// recentDays offers the days on which most is done.
func (a *app) recentDays(typing) ([]offer, error) {
	today, yesterday := a.today.String(), (a.today - 1).String()
	return []offer{{"today", today}, {"yesterday", yesterday}, {today, "today"}, {yesterday, "yesterday"}}, nil
}

// dueDays offers how far to look ahead.
func (a *app) dueDays(typing) (all []offer, err error) {
	for _, n := range []int{30, 60, 90, 180} {
		all = append(all, offer{fmt.Sprintf("%dd", n), "until " + (a.today + ledger.Date(n)).String()})
	}
	return all, nil
}

// topicWords offers the topics that are known.
func (a *app) topicWords(typing) (all []offer, err error) {
	known, err := a.book.Topics()
	for _, topic := range known.Topics() {
		all = append(all, offer{string(topic), topic.Name()})
	}
	return all, err
}

// meantTopics offers topics behind the text that means them.
func (a *app) meantTopics(t typing) ([]offer, error) {
	all, err := a.topicWords(t)
	text := t.word[:strings.LastIndex(t.word, "=")+1]
	if text == "" {
		return nil, err
	}
	for i := range all {
		all[i].word = text + all[i].word
	}
	return all, err
}

// fieldWords are the fields that a column can be named for.
func fieldWords() []string {
	all := words.Of(transcript.ColumnFields())
	for i := range all {
		all[i] += "="
	}
	return all
}

// profileWords offers the names of profiles.
func (a *app) profileWords(typing) (all []offer, err error) {
	for _, name := range a.profileNames() {
		all = append(all, offer{word: name})
	}
	return all, nil
}

// packWords offers the names of packs: those that are active, and those that
// ship.
func (a *app) packWords(typing) (all []offer, err error) {
	active, err := a.packFiles()
	for _, name := range slices.Compact(slices.Sorted(slices.Values(packNames(append(active, rules.Examples()...))))) {
		all = append(all, offer{word: name})
	}
	return all, err
}

// backupNames offers the backups of the ledger that can be restored, the newest
// first.
func (a *app) backupNames(typing) (all []offer, err error) {
	backups, err := store.Backups(a.settings.DB)
	for _, b := range backups {
		if b.Reason != store.Damaged {
			all = append(all, offer{filepath.Base(b.Path), a.madeAt(b) + ", " + strings.ReplaceAll(string(b.Reason), "-", " ")})
		}
	}
	return all, err
}

// helpWords offers the commands below the one that is named, and the topics
// where none is.
func helpWords(t typing) (all []offer, err error) {
	found, rest, err := t.cmd.Root().Find(t.args)
	if err != nil || len(rest) > 0 {
		return nil, err
	}
	for _, c := range found.Commands() {
		if c.IsAvailableCommand() {
			all = append(all, offer{c.Name(), c.Short})
		}
	}
	for _, topic := range HelpTopics() {
		if len(t.args) == 0 && !topic.IsCommand(found) {
			all = append(all, offer{topic.Name, topic.Short})
		}
	}
	return all, nil
}
