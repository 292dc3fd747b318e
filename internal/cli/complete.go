package cli

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/answer"
	"cmpledger/internal/handover"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/transcript"
	"cmpledger/internal/words"
)

// A typing is a word on its way, when a shell asks what fits.
type typing struct {
	cmd  *cobra.Command
	args []string // the arguments before it
	word string   // as far as it goes
}

// flag returns the value of a flag on the same line, or "".
func (t typing) flag(name string) string {
	if f := t.cmd.Flags().Lookup(name); f != nil {
		return f.Value.String()
	}
	return ""
}

// An offer is a word that fits, and what there is to say about it.
type offer struct{ word, about string }

// A completer returns what fits, and what the shell is to make of it. It is
// silent: what cannot be had is not offered.
type completer func(typing) ([]offer, cobra.ShellCompDirective)

// flagCompleters says what completes the value of a flag, by its name. Of all
// others it is a text, a number or a day that only the holder knows.
func (a *app) flagCompleters() map[string]completer {
	codes, credits := a.consult(a.heldCodes), a.consult(creditNumbers)
	days, cycleDays := a.complete(a.recentDays), a.consult(a.cycleDays)
	topics := a.complete(a.topicWords).unspaced()
	return map[string]completer{
		"--activity":    fixed(words.Of(ledger.Activities())...),
		"--as-of":       days,
		"--certified":   days,
		"--config":      files,
		"--credential":  codes,
		"--cycle":       cycleDays,
		"--date":        days,
		"--date-format": fixed(words.Of(transcript.DateFormats())...),
		"--db":          files,
		"--drop":        codes,
		"--due":         fixed("30d", "60d", "90d", "180d"),
		"--evidence":    files,
		"--format":      func(t typing) ([]offer, cobra.ShellCompDirective) { return fixed(formatsOf(t.cmd)...)(t) },
		"--join":        credits,
		"--map":         fixed(words.Of(transcript.ColumnFields())...).unspaced(),
		"--map-topic":   topics,
		"--output":      files,
		"--profile":     a.complete(a.profileWords).orFiles(),
		"--provider":    a.consult(providers),
		"--since":       cycleDays,
		"--topic":       topics,
		"--until":       cycleDays,
		"--without":     credits,
	}
}

// argumentCompleters says what completes an argument, by the name that it has in
// the usage line. A command where that means something else says so itself.
func (a *app) argumentCompleters() map[string]completer {
	credits := a.consult(creditNumbers)
	return map[string]completer{
		"CODE":        a.consult(a.heldCodes),
		"CREDIT":      credits,
		"ENTRY":       a.consult(entries),
		"EVIDENCE":    a.consult(evidenceNumbers),
		"FILE":        files,
		"FILE.zip":    files,
		"ID":          credits,
		"KEEP":        credits,
		"NAME":        a.complete(a.packWords),
		"OTHER":       credits,
		"PROFILE":     a.complete(a.profileWords).orFiles(),
		"REQUIREMENT": a.consult(a.requirementWords),
		"SHELL":       fixed(shells()...),
		"TOPIC":       a.consult(a.requirementsFor).unspaced(),
	}
}

// addCompletions gives every argument, and every flag that takes a value, what
// completes it.
func (a *app) addCompletions(cmd *cobra.Command, flags, arguments map[string]completer) {
	register := func(f *pflag.Flag) {
		_, f.Usage = pflag.UnquoteUsage(f) // completion shows it as it is
		complete, ok := flags["--"+f.Name]
		if c, one := f.Value.(choice); one {
			complete, ok = fixed(c.of...), true
		}
		if ok && f.NoOptDefVal == "" {
			_ = cmd.RegisterFlagCompletionFunc(f.Name, complete.shell)
		}
	}
	cmd.LocalNonPersistentFlags().VisitAll(register)
	cmd.PersistentFlags().VisitAll(register)
	if cmd.ValidArgsFunction == nil {
		cmd.ValidArgsFunction = argumentsOf(cmd.Use, arguments).shell
	}
	for _, c := range cmd.Commands() {
		a.addCompletions(c, flags, arguments)
	}
}

// argumentsOf completes those of a usage line, place by place: a bar stands between
// what may stand in the same one, and dots behind what may be repeated. What was
// given already is not offered again.
func argumentsOf(use string, known map[string]completer) completer {
	use, _, _ = strings.Cut(use, "--") // only flags are behind it
	places := [][]completer{}
	either := false
	for _, word := range strings.Fields(use)[1:] {
		name, _, _ := strings.Cut(strings.Trim(word, "[{}]."), "[") // TOPIC[=P]
		if !either && name != "" && word != "|" {
			places = append(places, nil)
		}
		if complete, ok := known[name]; ok {
			places[len(places)-1] = append(places[len(places)-1], complete)
		}
		either = word == "|"
	}
	return func(t typing) (all []offer, directive cobra.ShellCompDirective) {
		at := min(len(t.args), len(places)-1)
		if at < 0 || len(places[at]) == 0 || len(t.args) >= len(places) && !strings.Contains(use, "...") {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		directive = ^directive
		for _, complete := range places[at] {
			offers, d := complete(t)
			all, directive = append(all, offers...), directive&d
		}
		return slices.DeleteFunc(all, func(o offer) bool {
			return slices.ContainsFunc(t.args, func(arg string) bool {
				given, _, _ := strings.Cut(arg, "=")
				return strings.EqualFold(given, o.word)
			})
		}), directive
	}
}

// shell is the completer as Cobra calls it.
func (c completer) shell(cmd *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	offers, directive := c(typing{cmd, args, word})
	out := make([]cobra.Completion, len(offers))
	for i, o := range offers {
		out[i] = cobra.CompletionWithDesc(o.word, o.about)
	}
	return out, directive
}

// first completes the first argument alone.
func (c completer) first() completer {
	return func(t typing) ([]offer, cobra.ShellCompDirective) {
		if len(t.args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return c(t)
	}
}

// complete offers what find returns, by the settings of the line.
func (a *app) complete(find func(typing) ([]offer, error)) completer {
	return func(t typing) (fits []offer, directive cobra.ShellCompDirective) {
		directive = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
		if a.settle(t.cmd.Flags()) != nil {
			return nil, directive
		}
		if all, err := find(t); err == nil {
			fits = fitting(all, t.word)
		}
		for i := range fits {
			fits[i].about = a.screen().Cut(answer.Text(fits[i].about), 72)
		}
		return fits, directive
	}
}

// consult is complete for what the ledger knows. Nobody waits for it.
func (a *app) consult(find func(*store.Tx, typing) ([]offer, error)) completer {
	return a.complete(func(t typing) (all []offer, err error) {
		db, err := store.Glance(a.settings.DB)
		if err != nil {
			return nil, err
		}
		defer db.Close()
		err = db.View(t.cmd.Context(), func(tx *store.Tx) error {
			all, err = find(tx, t)
			return err
		})
		return all, err
	})
}

// fixed offers words that never change.
func fixed(parts ...string) completer {
	return func(t typing) ([]offer, cobra.ShellCompDirective) {
		return fitting(bare(parts), t.word), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}

// bare returns offers of which there is nothing to say.
func bare(parts []string) (all []offer) {
	for _, word := range parts {
		all = append(all, offer{word: word})
	}
	return all
}

// files leaves it to the shell.
func files(typing) ([]offer, cobra.ShellCompDirective) { return nil, cobra.ShellCompDirectiveDefault }

// orFiles offers files where nothing else fits.
func (c completer) orFiles() completer {
	return func(t typing) ([]offer, cobra.ShellCompDirective) {
		offers, _ := c(t)
		return offers, cobra.ShellCompDirectiveKeepOrder
	}
}

// unspaced is for words that go on behind what is offered.
func (c completer) unspaced() completer {
	return func(t typing) ([]offer, cobra.ShellCompDirective) {
		offers, directive := c(t)
		return offers, directive | cobra.ShellCompDirectiveNoSpace
	}
}

// fitting returns the offers that go on from a word, each once, with what is said
// of all that have the same one, and without those that shells would take for
// something else. Where case does not matter to us it does to bash, which offers
// only what begins as it was typed.
func fitting(all []offer, word string) []offer {
	var fits []offer
	at := map[string]int{}
	for _, o := range all {
		if !goesOn(o.word, word) || !isPlain(o.word) {
			continue
		}
		if !strings.HasPrefix(o.word, word) {
			o.word = strings.ToLower(o.word)
		}
		if i, ok := at[o.word]; ok {
			fits[i].about += "; " + o.about
			continue
		}
		at[o.word] = len(fits)
		fits = append(fits, o)
	}
	return fits
}

// goesOn reports whether a word begins like another, whatever their case.
func goesOn(word, beginning string) bool {
	return len(word) >= len(beginning) && strings.EqualFold(word[:len(beginning)], beginning)
}

// isPlain reports whether all shells take a word for one, escaped by their
// scripts. That much holds for St. John's (West).
func isPlain(word string) bool {
	return word != "" && !strings.ContainsAny(word, ":;|$<>[]{}*?!~#\"`\\") && !strings.ContainsFunc(word, func(r rune) bool {
		return !unicode.IsPrint(r)
	})
}

// otherProgram leaves files to the shell where the first word is no command
// of ours: another program is called cmp too, and compares files.
func otherProgram(t typing) ([]offer, cobra.ShellCompDirective) {
	ours := t.word == "" || slices.ContainsFunc(t.cmd.Commands(), func(c *cobra.Command) bool {
		return c.IsAvailableCommand() && strings.HasPrefix(c.Name(), t.word)
	})
	if t.cmd.Name() != handover.Own || len(t.args) == 0 && ours {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return files(t)
}

// recentDays offers the days on which most is done.
func (a *app) recentDays(typing) ([]offer, error) {
	today, yesterday := a.today.String(), (a.today - 1).String()
	return []offer{{"today", today}, {"yesterday", yesterday}, {today, "today"}, {yesterday, "yesterday"}}, nil
}

// cycleDays offers the first and the last day of each cycle, the newest first, of the
// credential that is named or of all.
func (a *app) cycleDays(tx *store.Tx, t typing) (all []offer, err error) {
	code := t.flag("credential")
	if t.cmd.Name() == "audit" && len(t.args) > 0 {
		code = t.args[0]
	}
	credentials, err := tx.Credentials(t.cmd.Context())
	for _, c := range credentials {
		if code != "" && !c.Matches(code) {
			continue
		}
		for _, y := range slices.Backward(c.Cycles) {
			if y.Last != 0 {
				all = append(all, offer{y.First.String(), "first day of a cycle of " + a.designation(c)},
					offer{y.Last.String(), "last day of a cycle of " + a.designation(c)})
			}
		}
	}
	return all, err
}

// topicWords offers the topics that are known, also behind the text that means
// one, as in "Transfusion Medicine=blood-banking".
func (a *app) topicWords(t typing) (all []offer, err error) {
	known, err := a.book.Topics()
	text := ""
	if t.cmd.Flags().Lookup("map-topic") != nil {
		text = t.word[:strings.LastIndex(t.word, "=")+1]
	}
	for _, topic := range known.Topics() {
		all = append(all, offer{text + string(topic), topic.Name()})
	}
	return all, err
}

// profileWords offers the names of profiles.
func (a *app) profileWords(typing) ([]offer, error) { return bare(a.profileNames()), nil }

// packWords offers the names of packs: those that are active, and those that
// ship.
func (a *app) packWords(typing) ([]offer, error) {
	active, err := a.packFiles()
	names := packNames(append(active, rules.Examples()...))
	slices.Sort(names)
	return bare(slices.Compact(names)), err
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

// heldCodes offers the holder's credentials; to declare, those that are not.
func (a *app) heldCodes(tx *store.Tx, t typing) (all []offer, err error) {
	s, err := readCredentials(tx, t)
	for _, c := range s.Credentials {
		cycle := c.Current()
		if t.cmd.Name() == "declare" && cycle.Declared != 0 {
			continue
		}
		about := a.designation(c)
		switch {
		case cycle.Last == 0:
		case cycle.Last < a.today:
			about += ", expired " + cycle.Last.String()
		default:
			about += ", expires " + cycle.Last.String()
		}
		all = append(all, offer{codeFor(s.shortName(c), c.CredentialName, t.word), about})
	}
	return all, err
}

func readCredentials(tx *store.Tx, t typing) (s snapshot, err error) {
	s.Credentials, err = tx.Credentials(t.cmd.Context())
	return s, err
}

// codeFor returns what to type for a credential: its short name, or what goes
// on from what is typed.
func codeFor(short string, name ledger.CredentialName, typed string) string {
	switch {
	case typed == "":
		return short
	case goesOn(name.Code, typed):
		return name.Code
	}
	return name.String()
}

// knownCodes offers the credentials that there are rules for.
func (a *app) knownCodes(t typing) (all []offer, err error) {
	listed, err := a.book.Credentials()
	bodies := map[string]int{}
	for _, l := range listed {
		bodies[strings.ToLower(l.Name.Code)]++
	}
	for _, l := range listed {
		short, about := l.Name.Code, l.Name.Designation()
		if bodies[strings.ToLower(short)] > 1 {
			short, about = l.Name.String(), l.Name.String()
		}
		all = append(all, offer{codeFor(short, l.Name, t.word), about + ", " + l.Title})
	}
	return all, err
}

// openAccounts returns the accounts of the newest cycles of the credential that
// code names, or of all, but for those whose rules are unknown.
func (a *app) openAccounts(s snapshot, code string) (all []rules.Account) {
	for _, c := range s.Credentials {
		if code != "" && !c.Matches(code) {
			continue
		}
		if account, err := a.account(s, c, c.Current()); err == nil {
			all = append(all, account)
		}
	}
	return all
}

// requirementWords offers the requirements of the credential that is named.
func (a *app) requirementWords(tx *store.Tx, t typing) (all []offer, err error) {
	s, err := readCredentials(tx, t)
	for _, account := range a.openAccounts(s, t.args[0]) {
		for _, r := range account.Edition.Requirements {
			all = append(all, offer{string(r.Name), fmt.Sprintf("%s, %s", r.Title, words.Points(r.Points))})
		}
	}
	return all, err
}

// requirementsFor offers the requirements that could take points of the credit
// that is named by its date and topics; of cmp deallocate, those that have some.
func (a *app) requirementsFor(tx *store.Tx, t typing) (all []offer, err error) {
	id, err := parseID(t.args[0])
	if err != nil {
		return nil, err
	}
	s, err := a.judged(t.cmd.Context(), tx)
	for _, account := range a.openAccounts(s, t.flag("credential")) {
		judged := rules.Evaluate(account, a.today)
		i := slices.IndexFunc(judged.Findings, func(f rules.Finding) bool { return f.Credit.ID == id })
		if i < 0 || account.Cycle.Declared != 0 || !judged.Holds(judged.Findings[i].Credit.Date) {
			continue
		}
		for _, r := range judged.Requirements {
			most, _ := judged.Room(judged.Findings[i], r.Name)
			has := slices.ContainsFunc(s.AllocationsOf(id), func(x ledger.Allocation) bool {
				return x.Cycle == account.Cycle.ID && x.Requirement == r.Name
			})
			if t.cmd.Name() == "allocate" && most > 0 || t.cmd.Name() == "deallocate" && has {
				about := fmt.Sprintf("%s: %s of %s remaining", s.shortName(account.Credential), r.Remaining, r.Points)
				all = append(all, offer{string(r.Name), about})
			}
		}
	}
	return all, err
}

// numbered offers what has a number, with what a person knows it by.
func numbered[T any](all []T, err error, known func(T) (id int64, about string)) ([]offer, error) {
	offers := make([]offer, len(all))
	for i, x := range all {
		id, about := known(x)
		offers[i] = offer{strconv.FormatInt(id, 10), about}
	}
	return offers, err
}

// creditNumbers offers credits, the newest first.
func creditNumbers(tx *store.Tx, t typing) ([]offer, error) {
	credits, err := tx.Credits(t.cmd.Context())
	slices.Reverse(credits)
	return numbered(credits, err, func(c ledger.Credit) (int64, string) { return c.ID, c.Date.String() + " " + c.Title })
}

// evidenceNumbers offers evidence, what was added last first.
func evidenceNumbers(tx *store.Tx, t typing) ([]offer, error) {
	all, err := tx.Evidence(t.cmd.Context())
	slices.SortStableFunc(all, func(a, b ledger.Evidence) int { return cmp.Compare(b.ID, a.ID) })
	return numbered(all, err, func(e ledger.Evidence) (int64, string) {
		return e.ID, fmt.Sprintf("credit %d, %s", e.Credit, e.Name)
	})
}

// courseNumbers offers the courses of the catalogue.
func courseNumbers(tx *store.Tx, t typing) ([]offer, error) {
	all, err := tx.Courses(t.cmd.Context())
	return numbered(all, err, func(c ledger.Course) (int64, string) { return c.ID, c.Title })
}

// entries offers the entries of the log, the newest first; to undo, those that are
// not taken back, and no restores.
func entries(tx *store.Tx, t typing) ([]offer, error) {
	all, err := tx.Entries(t.cmd.Context(), 0)
	all = slices.DeleteFunc(all, func(e ledger.Entry) bool { return t.cmd.Name() == "undo" && (e.UndoneBy != 0 || e.Restore) })
	return numbered(all, err, func(e ledger.Entry) (int64, string) { return e.ID, shortTime(e.At) + " " + e.Summary })
}

// providers offers the providers of credits.
func providers(tx *store.Tx, t typing) ([]offer, error) {
	names, err := tx.Providers(t.cmd.Context())
	return bare(names), err
}
