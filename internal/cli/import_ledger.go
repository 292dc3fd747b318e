package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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

// ledgerAnswer is what the import of a ledger says.
type ledgerAnswer struct {
	importAnswer
	actions.LedgerImport `optional:"where it is one"`
}

// forCredits returns a flag that makes sense with a file of credits alone, or
// "".
func (f importFlags) forCredits() string {
	for _, flag := range []struct {
		name  string
		given bool
	}{
		{"--map", len(f.columns) > 0}, {"--map-topic", len(f.topics.given) > 0}, {"--date-format", f.dateFormat != ""},
		{"--profile", f.profile != ""}, {"--sheet", f.sheet != ""}, {"--skip-bad", f.skipBad}, {"--update", f.update}, {"--restore", f.restore},
		{"--keep-status", f.keepStatus}, {"--only", len(f.only) > 0}, {"--add-alike", f.addAlike}, {"--join", f.join != 0},
	} {
		if flag.given {
			return flag.name
		}
	}
	return ""
}

// importLedger merges a file that cmp export ledger wrote into the ledger.
func (a *app) importLedger(ctx context.Context, name string, data []byte, f importFlags) error {
	if flag := f.forCredits(); flag != "" {
		return usage("%s: goes with a file of credits, and %s is a ledger, which is merged whole", flag, name).
			try("%s without %s", ledger.Command{"import"}, flag)
	}
	bad := func(err error) error {
		again := badFile("%s: %w", name, err)
		if errors.Is(err, exchange.ErrNewer) {
			return again.try("nothing was written; install the newer one here too")
		}
		return again.try("nothing was written; write it again where it comes from: %s", ledger.Command{"export", "ledger"})
	}
	theirs, err := exchange.Read(data)
	if err != nil {
		return bad(err)
	}
	if err := a.knowsAll(name, theirs); err != nil {
		return err
	}
	a.say("%s: a ledger of cmp: %s", name, words.Count(len(theirs.Records), "record"))
	merged := ledgerAnswer{importAnswer: importAnswer{
		DryRun: a.dryRun, Rows: len(theirs.Records), Understood: "a ledger of cmp",
	}}
	err = a.update(ctx, func(tx *store.Tx) (string, error) {
		merged.LedgerImport, err = a.judgeOn(a.today).ImportLedger(ctx, tx, theirs)
		return "import of the ledger " + name + ": " + didMerge(merged.Report), err
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
	a.tell("%s.", words.Upper(didMerge(merged.Report)))
	var lines []string
	for _, c := range merged.Conflicts {
		lines = append(lines, conflictSentence(c))
	}
	lines = append(lines, merged.Told...)
	const most = 20
	for _, line := range lines[:min(most, len(lines))] {
		a.tell("%s", line)
	}
	if len(lines) > most {
		a.tell("and %d more: --format json lists them all", len(lines)-most)
	}
	return a.reply(merged)
}

// knowsAll refuses a ledger with a credential that the rules do not know: no
// command could judge it.
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
		f := badFile("%s: %s: not a credential that the rules here know", name, c.Name)
		if unknown.Example != "" {
			return f.try("nothing was written; %s brings its rules", ledger.Command{"rules", "use", unknown.Example})
		}
		return f.try("nothing was written; put the pack that has it into %s, or install a newer cmp, which may know it", a.rulesFolder())
	}
	return nil
}

// didMerge says what was merged: "2 credits added, 1 cycle changed".
func didMerge(r exchange.Report) string {
	var parts []string
	for _, kind := range exchange.Kinds() {
		n := r.Merged[kind]
		for _, one := range []struct {
			n    int
			what string
		}{{n.Added, "added"}, {n.Changed, "changed"}, {n.Removed, "removed"}} {
			switch {
			case one.n == 0:
			case kind == exchange.EvidenceKind:
				parts = append(parts, words.Count(one.n, "file")+" of evidence "+one.what)
			case kind == exchange.ApartKind:
				parts = append(parts, words.Count(one.n, "pair")+" of look-alikes that are two "+one.what)
			default:
				parts = append(parts, words.Count(one.n, string(kind))+" "+one.what)
			}
		}
	}
	if len(parts) == 0 {
		return "nothing new"
	}
	return strings.Join(parts, ", ")
}

// conflictSentence says what both ledgers made of a record.
func conflictSentence(c exchange.Conflict) string {
	var ours, theirs map[string]json.RawMessage
	_ = json.Unmarshal(c.Ours, &ours) // what exchange wrote
	_ = json.Unmarshal(c.Theirs, &theirs)
	var fields []string
	for _, name := range slices.Sorted(maps.Keys(ours)) {
		if string(ours[name]) == string(theirs[name]) || slices.Contains([]string{"uid", "import", "aliases", "forms"}, name) {
			continue
		}
		fields = append(fields, fmt.Sprintf("%s %s here, %s there", strings.ReplaceAll(name, "_", " "), shortValue(ours[name]), shortValue(theirs[name])))
	}
	kept := "here"
	if c.Kept == "theirs" {
		kept = "there"
	}
	return fmt.Sprintf("Both sides changed %s: %s. Kept what is %s.", conflictName(c), strings.Join(fields, "; "), kept)
}

// conflictName names the record of a conflict.
func conflictName(c exchange.Conflict) string {
	var is struct{ Title, Requirement, Credential string }
	_ = json.Unmarshal(c.Ours, &is)
	switch c.Record {
	case exchange.CreditKind:
		return fmt.Sprintf("credit %d (%s)", c.Credit, is.Title)
	case exchange.AllocationKind:
		return fmt.Sprintf("credit %d to %s of %s", c.Credit, is.Requirement, is.Credential)
	case exchange.CourseKind:
		return "course " + is.Title
	}
	return string(c.Record) + " " + c.Key
}

// shortValue returns a field of a record for a sentence.
func shortValue(raw json.RawMessage) string {
	const most = 40
	var topics []ledger.CreditTopic
	if json.Unmarshal(raw, &topics) == nil && len(topics) > 0 {
		return ledger.FormatCreditTopics(topics)
	}
	text := []rune(string(raw))
	if word, ok := map[string]string{`""`: "none", "[]": "none", "null": "none", "true": "yes", "false": "no"}[string(text)]; ok {
		return word
	}
	if len(text) > most {
		return string(text[:most-3]) + "..."
	}
	return string(text)
}
