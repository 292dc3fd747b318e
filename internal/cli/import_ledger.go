package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"cmpledger/internal/actions"
	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

type ledgerAnswer struct {
	importAnswer
	actions.LedgerImport `optional:"where it is one"`
}

func (a *app) importLedger(ctx context.Context, name string, file io.ReaderAt, f importFlags) error {
	if flag := f.given; flag != "" {
		return usage("%s: does not work with %s, which is a whole ledger", flag, name).
			try("leave %s out", flag)
	}
	bad := func(err error) error {
		again := badFile("%s: %w", name, err)
		if errors.Is(err, exchange.ErrNewer) {
			return again.try("nothing was written; install the newer cmp on this computer too")
		}
		return again.try("nothing was written; write the file again on the other computer: cmp export ledger --output all.jsonl")
	}
	theirs, err := exchange.Read(file)
	if err != nil {
		return bad(err)
	}
	if err := a.knowsAll(name, theirs); err != nil {
		return err
	}
	a.say("%s: a whole ledger of cmp, %s", name, words.Count(len(theirs.Records), "record"))
	merged := ledgerAnswer{importAnswer: importAnswer{ImportReport: actions.ImportReport{
		DryRun: a.dryRun, Rows: len(theirs.Records), Understood: "a ledger of cmp",
	}}}
	err = a.update(ctx, func(tx *store.Tx) (string, error) {
		merged.LedgerImport, err = a.judgeOn(a.today).ImportLedger(ctx, tx, theirs)
		return "import of the ledger " + name + ": " + didMerge(merged.LedgerImport), err
	})
	if errors.Is(err, store.ErrUnsound) {
		return bad(err)
	}
	if err != nil {
		return err
	}
	for _, e := range merged.Trimmed {
		merged.Told = append(merged.Told, a.saidOfTrimmed(e.Credit, e.Trimmings)...)
	}
	for _, n := range merged.Merged {
		merged.Added += n.Added
		merged.Changed += n.Changed
		merged.Duplicates += n.Added + n.Changed + n.Removed
	}
	merged.Duplicates = max(0, merged.Rows-merged.Duplicates)
	a.tell("%s.", words.Upper(didMerge(merged.LedgerImport)))
	lines := words.Map(merged.Conflicts, conflictSentence)
	a.tellLines(atMost(append(lines, merged.Told...), ": --format json lists them all"))
	return a.reply(merged)
}

// knowsAll refuses a ledger with a credential that no command could judge.
func (a *app) knowsAll(name string, theirs exchange.Ledger) error {
	for _, r := range theirs.Records {
		c, ok := r.Value.(exchange.Credential)
		if !ok {
			continue
		}
		body, code, _ := strings.Cut(c.Name, "/")
		_, err := a.book.Editions(ledger.CredentialName{Body: body, Code: code})
		var unknown *rules.UnknownCredentialError
		switch {
		case err == nil:
			continue
		case !errors.As(err, &unknown):
			return err
		}
		return badFile("%s: %s: no rules for this credential on this computer", name, c.Name).try("nothing was written; copy the rule pack that has them into %s", a.rulesFolder())
	}
	return nil
}

func didMerge(r actions.LedgerImport) string {
	var parts []string
	names := map[exchange.Kind]string{exchange.EvidenceKind: "certificate", exchange.PortalKind: "portal record", exchange.ApartKind: "pair"}
	for _, kind := range exchange.Kinds() {
		one, of := cmp.Or(names[kind], string(kind)), " "
		if kind == exchange.ApartKind {
			of = " of credits that look alike but are different "
		}
		add := func(n int, what string) {
			if n > 0 {
				parts = append(parts, words.Count(n, one)+of+what)
			}
		}
		add(r.Merged[kind].Added, "added")
		add(r.Merged[kind].Changed, "changed")
		add(r.Merged[kind].Removed, "removed")
	}
	switch {
	case len(parts) == 0 && r.Moved:
		return "no new records, but points placed anew"
	case len(parts) == 0:
		return "nothing new"
	}
	return strings.Join(parts, ", ")
}

func conflictSentence(c exchange.Conflict) string {
	var is struct{ Title, Requirement, Credential string }
	var ours, theirs map[string]json.RawMessage
	_ = errors.Join(json.Unmarshal(c.Ours, &is), json.Unmarshal(c.Ours, &ours), json.Unmarshal(c.Theirs, &theirs)) // what exchange wrote
	name := string(c.Record) + " " + c.Key
	switch c.Record {
	case exchange.CreditKind:
		name = fmt.Sprintf("credit %d (%s)", c.Credit, is.Title)
	case exchange.AllocationKind:
		name = fmt.Sprintf("credit %d to %s of %s", c.Credit, is.Requirement, is.Credential)
	case exchange.CourseKind:
		name = "course " + is.Title
	}
	var fields []string
	for _, field := range slices.Sorted(maps.Keys(ours)) {
		here, there := string(ours[field]), string(theirs[field])
		if here == there || slices.Contains([]string{"uid", "import", "aliases", "forms"}, field) {
			continue
		}
		field = strings.ReplaceAll(field, "_", " ")
		if here, there = shortValue(here), shortValue(there); here == there {
			fields = append(fields, field+" not the same")
		} else {
			fields = append(fields, fmt.Sprintf("%s %s here, %s there", field, here, there))
		}
	}
	kept := map[string]string{"ours": "here", "theirs": "there"}[c.Kept]
	return fmt.Sprintf("You changed %s on both computers: %s. Kept the newer one, from %s.", name, strings.Join(fields, "; "), kept)
}

// shortValue returns a field of a record, in JSON, for a sentence.
func shortValue(value string) string {
	const most = 40
	var topics []ledger.CreditTopic
	if json.Unmarshal([]byte(value), &topics) == nil && len(topics) > 0 {
		if topics[0].Topic == "" { // they are none, but what was declared
			return "some"
		}
		return ledger.FormatCreditTopics(topics)
	}
	if word, ok := map[string]string{`""`: "none", "[]": "none", "null": "none", "true": "yes", "false": "no"}[value]; ok {
		return word
	}
	if text := []rune(value); len(text) > most {
		return string(text[:most-3]) + "..."
	}
	return value
}
