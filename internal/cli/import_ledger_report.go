package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
	"cmpledger/internal/render"
)

// printJoining says what the import of a ledger did.
func (a *app) printJoining(in *joining) error {
	if a.settings.Format == render.JSON {
		return render.WriteJSON(a.env.Out, a.joiningToJSON(in))
	}
	a.tell("%s.", upper(in.did()))
	if in.alike > 0 {
		a.tell("%s that came in %s alike with others: cmp list --duplicates. Those that both ledgers imported: cmp merge --twins",
			count(in.alike, "credit"), verb(in.alike, "looks", "look"))
	}
	var lines []string
	for _, c := range in.report.Conflicts {
		lines = append(lines, in.conflictSentence(c))
	}
	for _, r := range in.report.Repairs {
		lines = append(lines, in.repairSentence(r))
	}
	const most = 20
	for i, line := range lines {
		if i == most {
			a.tell("and %d more: --format json lists them all", len(lines)-most)
			break
		}
		a.tell("%s", line)
	}
	return nil
}

// conflictSentence says what both ledgers made of a record.
func (in *joining) conflictSentence(c exchange.Conflict) string {
	dropped, kept := c.Theirs, "what is here"
	if c.Kept == c.Theirs {
		dropped, kept = c.Ours, "what is there"
	}
	here, there, field := "", "", ""
	switch fields := unequalFields(c.Ours.Value, c.Theirs.Value); {
	case c.Ours.Value == "" || c.Theirs.Value == "":
		here, there = hasOrNot(c.Ours), hasOrNot(c.Theirs)
	case len(fields) == 1:
		f := fields[0]
		here, there = f.before, f.after
		if field = ", " + f.name; c.Kind == exchange.AllocationsKind {
			field = ""
		}
		if kept = f.before; c.Kept == c.Theirs {
			kept = f.after
		}
	default:
		var ours, theirs []string
		for _, f := range fields {
			ours, theirs = append(ours, f.name+" "+f.before), append(theirs, f.name+" "+f.after)
		}
		here, there = strings.Join(ours, ", "), strings.Join(theirs, ", ")
	}
	since, until := bothTimes(c.Ours.At, c.Theirs.At)
	text := fmt.Sprintf("Conflict: %s%s: here %s%s, there %s%s: kept %s.",
		in.recordName(c.ID, cmp.Or(c.Ours.Value, c.Theirs.Value)), field, here, since, there, until, kept)
	if dropped.Entry != "" {
		text += " The other is in the log: cmp log " + shortUID(dropped.Entry)
	}
	return text
}

func hasOrNot(v exchange.Version) string {
	if v.Value == "" {
		return "removed"
	}
	return "changed"
}

// bothTimes returns two times, each in brackets, to the second where they would
// else look the same.
func bothTimes(a, b string) (string, string) {
	show := shortTime
	if show(a) == show(b) {
		show = fullTime
	}
	inBrackets := func(at string) string {
		if at == "" {
			return ""
		}
		return " (" + show(at) + ")"
	}
	return inBrackets(a), inBrackets(b)
}

// repairSentence says what had to be changed so that records fit together.
func (in *joining) repairSentence(r exchange.Repair) string {
	what := "Changed"
	if r.Kind == exchange.AllocationsKind {
		what = "Trimmed"
	}
	switch {
	case r.After == "":
		what = "Dropped"
	case r.Before == "":
		what = "Kept"
	}
	return fmt.Sprintf("%s: %s: %s", what, in.recordName(r.ID, cmp.Or(r.Before, r.After)), r.Why)
}

// unequalFields returns the fields in which two values differ.
func unequalFields(ours, theirs string) []field {
	var a, b map[string]json.RawMessage
	if json.Unmarshal([]byte(ours), &a) != nil || json.Unmarshal([]byte(theirs), &b) != nil {
		return nil
	}
	var all []field
	for _, name := range slices.Sorted(maps.Keys(a)) {
		if string(a[name]) != string(b[name]) {
			all = append(all, field{strings.ReplaceAll(name, "_", " "), shortValue(a[name]), shortValue(b[name])})
		}
	}
	return all
}

// shortValue returns a field of a record for a sentence.
func shortValue(raw json.RawMessage) string {
	const most = 40
	text := []rune(string(raw))
	if words := listed(raw); words != nil {
		text = []rune(strings.Join(words, ", "))
	}
	if len(text) > most {
		return string(text[:most-3]) + "..."
	}
	return string(text)
}

// listed words a list of topics or of allocations: "safety 0.5"; nil is
// another field.
func listed(raw json.RawMessage) []string {
	var all []struct {
		Topic       string          `json:"topic"`
		Requirement string          `json:"requirement"`
		Points      exchange.Points `json:"points"`
	}
	if len(raw) == 0 || raw[0] != '[' || json.Unmarshal(raw, &all) != nil {
		return nil
	}
	words := []string{}
	for _, x := range all {
		word := cmp.Or(x.Topic, x.Requirement)
		if x.Points != 0 {
			word += " " + ledger.Points(x.Points).String()
		}
		words = append(words, word)
	}
	if len(words) == 0 {
		return []string{"none"}
	}
	return words
}

// recordName names a record for people: "credit 12".
func (in *joining) recordName(id exchange.ID, value string) string {
	r := exchange.Record{ID: id, Value: value}
	switch id.Kind {
	case exchange.CredentialKind:
		return "credential " + id.Key
	case exchange.CycleKind:
		c := exchange.Of[exchange.Cycle](r)
		if c.Last == 0 {
			return "cycle of " + c.Credential
		}
		return fmt.Sprintf("cycle %s to %s of %s", c.First, c.Last, c.Credential)
	case exchange.DeclarationKind:
		d := exchange.Of[exchange.Declaration](r)
		return fmt.Sprintf("declaration of %s on %s", d.Designation, d.Date)
	case exchange.CourseKind:
		return "course " + exchange.Of[exchange.Course](r).Title
	case exchange.ImportKind:
		return "import of " + exchange.Of[exchange.Import](r).File
	case exchange.CreditKind:
		return in.creditName(id.Key) + " (" + exchange.Of[exchange.Credit](r).Title + ")"
	case exchange.AllocationsKind:
		return "allocations of " + in.creditName(exchange.CreditOf(id)) + " for " + id.Credential().String()
	}
	e := exchange.Of[exchange.Evidence](r)
	return "evidence " + e.Name + " of " + in.creditName(e.Credit)
}

func (in *joining) creditName(uid string) string {
	if n := in.numbers[uid]; n != 0 {
		return fmt.Sprintf("credit %d", n)
	}
	return "a credit that is gone"
}

// shortUID returns the beginning of the uid of an entry, by which cmp log
// finds it. Those of entries from before schema 3 all begin alike.
func shortUID(uid string) string {
	if rest, ok := strings.CutPrefix(uid, "schema2-"); ok {
		number, _, _ := strings.Cut(rest, "-")
		return "schema2-" + number
	}
	return uid[:min(len(uid), 8)]
}

type joiningJSON struct {
	importJSON
	// Merged counts records by kind, allocations by credit and credential.
	Merged    map[exchange.Kind]changeCount `json:"merged"`
	Entries   int                           `json:"entries"` // of the log
	Conflicts []conflictJSON                `json:"conflicts"`
	Repairs   []repairJSON                  `json:"repairs"`
}

type conflictJSON struct {
	Record string      `json:"record"`
	Key    string      `json:"key"`
	Ours   versionJSON `json:"ours"`
	Theirs versionJSON `json:"theirs"`
	Kept   string      `json:"kept"` // "ours" or "theirs"
}

type versionJSON struct {
	Value json.RawMessage `json:"value"` // null where it has none
	Entry string          `json:"entry"` // the uid of the entry that made it so
	At    string          `json:"at"`
}

type repairJSON struct {
	Record string          `json:"record"`
	Key    string          `json:"key"`
	Before json.RawMessage `json:"before"`
	After  json.RawMessage `json:"after"`
	Why    string          `json:"why"`
}

func (a *app) joiningToJSON(in *joining) joiningJSON {
	out := joiningJSON{
		importJSON: importJSON{
			Schema: "cmp.import/1", DryRun: a.dryRun, Rows: len(in.theirs.Records), Duplicates: in.equal, LookAlikes: in.alike, Understood: "a ledger of cmp", Warnings: []string{},
			Rejects: []rejectJSON{}, Changes: []importChangeJSON{},
		},
		Merged: map[exchange.Kind]changeCount{}, Entries: in.entries, Conflicts: []conflictJSON{}, Repairs: []repairJSON{},
	}
	for _, kind := range exchange.Kinds() {
		n := in.counts[kind]
		out.Merged[kind] = n
		out.Added += n.Added
		out.Changed += n.Changed
	}
	for _, c := range in.report.Conflicts {
		kept := "ours"
		if c.Kept == c.Theirs {
			kept = "theirs"
		}
		out.Conflicts = append(out.Conflicts, conflictJSON{string(c.Kind), c.Key, versionToJSON(c.Ours), versionToJSON(c.Theirs), kept})
	}
	for _, r := range in.report.Repairs {
		out.Repairs = append(out.Repairs, repairJSON{string(r.Kind), r.Key, valueToJSON(r.Before), valueToJSON(r.After), r.Why})
	}
	return out
}

func versionToJSON(v exchange.Version) versionJSON {
	return versionJSON{valueToJSON(v.Value), v.Entry, v.At}
}

func valueToJSON(value string) json.RawMessage {
	if value == "" {
		return nil
	}
	return json.RawMessage(value)
}
