package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"cmpledger/internal/exchange"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/transcript"
)

// A joining is the import of a ledger on its way.
type joining struct {
	name    string // of the file, as it is shown
	theirs  exchange.Ledger
	report  exchange.Report
	counts  map[exchange.Kind]changeCount
	entries int              // of the log that were brought
	equal   int              // records of the file that were there already
	alike   int              // credits that came in and look like others
	numbers map[string]int64 // of credits, by uid
}

// changeCount counts what became of the records of a kind.
type changeCount struct {
	Added   int `json:"added"`
	Changed int `json:"changed"`
	Removed int `json:"removed"`
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
			try("cmp import without %s", flag)
	}
	in := &joining{name: name}
	var err error
	if in.theirs, err = exchange.Read(data); err != nil {
		hint := "nothing was written; write it again where it comes from: cmp export ledger"
		if strings.Contains(err.Error(), "newer cmp") {
			hint = "nothing was written; install the newer one here too"
		}
		return badFile("%s: %w", name, err).try("%s", hint)
	}
	if err := a.knowsAll(in); err != nil {
		return err
	}
	a.say("%s: a ledger of cmp: %s, %s of its log", name, count(len(in.theirs.Records), "record"), logEntries(len(in.theirs.Log)))
	err = a.update(ctx, func(tx *store.Tx) (string, error) {
		if err := a.mergeLedger(ctx, tx, in); err != nil {
			return "", err
		}
		return "import of the ledger " + name + ": " + in.did(), nil
	})
	if errors.Is(err, store.ErrDamagedContent) {
		return refused("%w", err).try("cmp evidence verify names the credits; cmp evidence add the file again mends it")
	}
	if err != nil {
		return err
	}
	return a.printJoining(in)
}

// knowsAll refuses a ledger with a credential that the rules do not know: no
// command could judge it.
func (a *app) knowsAll(in *joining) error {
	for _, r := range in.theirs.Records {
		if r.Kind != exchange.CredentialKind {
			continue
		}
		_, err := a.book.Editions(r.Credential())
		var unknown *rules.UnknownCredentialError
		switch {
		case errors.As(err, &unknown) && unknown.Example != "":
			return badFile("%s: %s: not a credential that the rules here know", in.name, r.Key).try("nothing was written; cmp rules use %s brings its rules", unknown.Example)
		case errors.As(err, &unknown):
			return badFile("%s: %s: not a credential that the rules here know", in.name, r.Key).
				try("nothing was written; put the pack that has it into %s, or install a newer cmp, which may know it", a.rulesFolder())
		case err != nil:
			return err
		}
	}
	return nil
}

// mergeLedger merges the file with the ledger and writes the result.
func (a *app) mergeLedger(ctx context.Context, tx *store.Tx, in *joining) error {
	ours, err := tx.Ledger(ctx)
	if err != nil {
		return err
	}
	merged, report := exchange.Merge(ours, in.theirs)
	report.Repairs = append(report.Repairs, a.trimMerged(ours, in.theirs, &merged)...)
	if err := merged.Check(); err != nil {
		return refused("%s: cannot be merged: %w", in.name, err).try("cmp doctor says whether the ledger itself is right")
	}
	if err := tx.Become(ctx, ours, merged); err != nil {
		return err
	}
	in.report = report
	in.compare(ours, merged)
	if in.numbers, err = tx.CreditNumbers(ctx); err == nil {
		err = in.findAlike(ctx, tx, ours)
	}
	return err
}

// findAlike counts the credits that came in and look like others.
func (in *joining) findAlike(ctx context.Context, tx *store.Tx, ours exchange.Ledger) error {
	had := map[string]bool{}
	for _, r := range ours.Records {
		if r.Kind == exchange.CreditKind {
			had[r.Key] = true
		}
	}
	credits, err := tx.Credits(ctx, store.CreditFilter{})
	if err != nil || len(had) == 0 { // what comes into an empty ledger is as it was
		return err
	}
	for _, g := range transcript.Duplicates(credits) {
		for _, c := range g.Credits {
			if !had[c.UID] {
				in.alike++
			}
		}
	}
	return nil
}

// compare counts what became of the records.
func (in *joining) compare(ours, merged exchange.Ledger) {
	in.counts = map[exchange.Kind]changeCount{}
	before := make(map[exchange.ID]string, len(ours.Records))
	for _, r := range ours.Records {
		before[r.ID] = r.Value
	}
	for _, r := range in.theirs.Records {
		if before[r.ID] == r.Value {
			in.equal++
		}
	}
	for _, r := range merged.Records {
		n := in.counts[r.Kind]
		switch was := before[r.ID]; {
		case was == "":
			n.Added++
		case was == r.Value:
		case r.Kind == exchange.CreditKind && removedNow(was, r):
			n.Removed++
		default:
			n.Changed++
		}
		in.counts[r.Kind] = n
		delete(before, r.ID)
	}
	for id := range before {
		n := in.counts[id.Kind]
		n.Removed++
		in.counts[id.Kind] = n
	}
	in.entries = len(merged.Log) - len(ours.Log)
}

// removedNow reports whether a credit that was there is removed.
func removedNow(was string, r exchange.Record) bool {
	return exchange.Of[exchange.Credit](r).Removed && !exchange.Of[exchange.Credit](exchange.Record{ID: r.ID, Value: was}).Removed
}

// did says what was merged: "2 credits added, 1 cycle changed, 3 entries of
// its log".
func (in *joining) did() string {
	var words []string
	for _, kind := range exchange.Kinds() {
		n := in.counts[kind]
		for _, one := range []struct {
			n    int
			what string
		}{{n.Added, "added"}, {n.Changed, "changed"}, {n.Removed, "removed"}} {
			if one.n > 0 {
				words = append(words, kindCount(kind, one.n)+" "+one.what)
			}
		}
	}
	if in.entries > 0 {
		words = append(words, logEntries(in.entries)+" of its log")
	}
	if len(words) == 0 {
		return "nothing new"
	}
	return strings.Join(words, ", ")
}

// kindCount returns "1 credit" or "2 files of evidence".
func kindCount(kind exchange.Kind, n int) string {
	switch kind {
	case exchange.AllocationsKind:
		return fmt.Sprintf("allocations of %s", count(n, "credit"))
	case exchange.EvidenceKind:
		return count(n, "file") + " of evidence"
	}
	return count(n, string(kind))
}
