package cli

import (
	"fmt"
	"io"
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

// shells are those that there is a script for.
func shells() []string { return []string{"bash", "zsh", "fish", "powershell"} }

func (a *app) newCompletion() *cobra.Command {
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print the script for completion with the Tab key",
		Long: `Print the script that makes the Tab key complete what you type, in bash, zsh,
fish and PowerShell. It completes commands, flags, your credentials, credits and
requirements. It only reads the ledger, and offers nothing if it cannot.

In bash, put the line of the first example into ~/.bashrc. It needs the package
bash-completion. In zsh and fish, run the other examples once, and again after
each new version of cmp. In PowerShell, put this line into the file that
$PROFILE names:

    cmp completion powershell | Out-String | Invoke-Expression`,
		Example: `  source <(cmp completion bash)
  cmp completion zsh > "${fpath[1]}/_` + a.name + `"
  cmp completion fish > ~/.config/fish/completions/` + a.name + `.fish`,
		Args: func(cmd *cobra.Command, args []string) error {
			if err := oneArgument("a shell: "+words.List("or", shells()))(cmd, args); err != nil {
				return err
			}
			if !slices.Contains(shells(), args[0]) {
				return usage("%q: %w", args[0], ledger.Unknown("a shell that is known", "shells", args[0], shells()))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			a.running = true
			return WriteCompletion(a.out, cmd.Root(), args[0])
		},
	}
}

// WriteCompletion writes the script by which a shell of the given name completes
// what is typed for the program that the root of all commands is called.
func WriteCompletion(out io.Writer, root *cobra.Command, shell string) error {
	switch shell {
	case "bash":
		return root.GenBashCompletionV2(out, true)
	case "zsh":
		return root.GenZshCompletion(out)
	case "fish":
		return root.GenFishCompletion(out, true)
	}
	return root.GenPowerShellCompletionWithDesc(out)
}

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

// completers says what completes the value of a flag, and an argument by the name
// that it has in the usage line; the command stands before it where they mean
// something else there. Of all others it is a text, a number or a day that only the
// holder knows.
func (a *app) completers() map[string]completer {
	codes, credits, cycleDays := a.consult(a.heldCodes), a.consult(creditNumbers), a.consult(a.cycleDays)
	days, profiles := fixed("today", "yesterday", "tomorrow"), a.complete(a.profileWords).orFiles()
	known, editions := a.complete(a.knownCodes), a.complete(a.editionDays)
	topics := a.complete(a.topicWords).unspaced()
	return map[string]completer{
		"--activity":    fixed(words.Strings(ledger.Activities())...),
		"--as-of":       days,
		"--category":    a.complete(a.categoryWords),
		"--certified":   days,
		"--config":      files,
		"--credential":  codes,
		"--cycle":       cycleDays,
		"--date":        days,
		"--date-order":  fixed(string(ledger.MonthFirst), string(ledger.DayFirst)),
		"--unit":        fixed(words.Strings(transcript.Units())...),
		"--date-format": fixed(words.Strings(transcript.DateFormats())...),
		"--db":          files,
		"--due":         fixed("30d", "60d", "90d", "180d"),
		"--evidence":    files,
		"--from":        editions,
		"--format":      func(t typing) ([]offer, cobra.ShellCompDirective) { return fixed(formatsOf(t.cmd)...)(t) },
		"--join":        credits,
		"--map":         fixed(words.Strings(transcript.ColumnFields())...).unspaced(),
		"--map-topic":   topics,
		"--output":      files,
		"--profile":     profiles,
		"--provider":    a.consult(providers),
		"--since":       cycleDays,
		"--state":       a.complete(a.boardWords),
		"--to":          editions,
		"--topic":       topics,
		"--until":       cycleDays,

		"CODE":        codes,
		"CREDIT":      credits,
		"ENTRY":       a.consult(entries),
		"EVIDENCE":    a.consult(evidenceNumbers),
		"FILE":        files,
		"FILE.zip":    files,
		"ID":          credits,
		"KEEP":        credits,
		"NAME":        a.complete(a.packWords),
		"OTHER":       credits,
		"PROFILE":     profiles,
		"REQUIREMENT": a.consult(a.requirementsOf),
		"SHELL":       fixed(shells()...),
		"TOPIC":       a.consult(a.requirementsFor).unspaced(),
		"WORD":        a.complete(a.listWords),

		"courses list --provider": a.consult(courseProviders),
		"courses remove ID":       a.consult(courseNumbers),
		"credential add CODE":     known,
		"list WORD":               a.consult(providers),
		"plan --expires":          a.complete(a.supposedCodes).unspaced(),
		"restore FILE":            a.complete(a.backupNames).orFiles(),
		"rules diff CODE":         known,
		"rules show --expires":    editions,
		"rules show CODE":         known,
		"schema NAME":             a.complete(shapeNames),
	}
}

// completerOf returns what completes a flag or an argument of a command.
func completerOf(cmd *cobra.Command, name string, known map[string]completer) (c completer, ok bool) {
	if c, ok = known[named(cmd)+" "+name]; !ok {
		c, ok = known[name]
	}
	return c, ok
}

// addCompletions gives every argument, and every flag that takes a value, what
// completes it.
func addCompletions(cmd *cobra.Command, known map[string]completer) {
	register := func(f *pflag.Flag) {
		_, f.Usage = pflag.UnquoteUsage(f) // completion shows it as it is
		complete, ok := completerOf(cmd, "--"+f.Name, known)
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
		cmd.ValidArgsFunction = argumentsOf(cmd, known).shell
	}
	for _, c := range cmd.Commands() {
		addCompletions(c, known)
	}
}

// argumentsOf completes those of a usage line, place by place: a bar stands between
// what may stand in the same one, and dots behind what may be repeated. What was
// given already is not offered again.
func argumentsOf(cmd *cobra.Command, known map[string]completer) completer {
	use, _, _ := strings.Cut(cmd.Use, "--") // only flags are behind it
	places := [][]completer{}
	either := false
	for _, word := range strings.Fields(use)[1:] {
		name, _, _ := strings.Cut(strings.Trim(word, "[{}]."), "[") // TOPIC[=P]
		if !either && name != "" && word != "|" {
			places = append(places, nil)
		}
		if complete, ok := completerOf(cmd, name, known); ok {
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
	return words.Map(offers, func(o offer) cobra.Completion { return cobra.CompletionWithDesc(o.word, o.about) }), directive
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
func bare(parts []string) []offer {
	return words.Map(parts, func(word string) offer { return offer{word: word} })
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
// something else, though their scripts escape St. John's (West). Where case does not
// matter to us it does to bash, which offers only what begins as it was typed.
func fitting(all []offer, word string) []offer {
	var fits []offer
	at := map[string]int{}
	for _, o := range all {
		odd := o.word == "" || strings.ContainsAny(o.word, ":;|$<>[]{}*?!~#\"`\\") ||
			strings.ContainsFunc(o.word, func(r rune) bool { return !unicode.IsPrint(r) })
		if odd || len(o.word) < len(word) || !strings.EqualFold(o.word[:len(word)], word) {
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

// cycleDays offers the first and the last day of each cycle, the newest first: of
// the credential that is named, if any is.
func (a *app) cycleDays(tx *store.Tx, t typing) (all []offer, err error) {
	credentials, err := tx.Credentials(t.cmd.Context())
	code := t.flag("credential")
	if t.cmd.Name() == "audit" && len(t.args) > 0 {
		code = t.args[0]
	}
	for _, c := range credentials {
		for _, y := range slices.Backward(c.Cycles) {
			if y.Last != 0 && (code == "" || c.Matches(code)) {
				all = append(all, offer{y.First.String(), "first day of a cycle of " + a.designation(c)},
					offer{y.Last.String(), "last day of a cycle of " + a.designation(c)})
			}
		}
	}
	return all, err
}

// topicWords offers the topics that are known, also behind others and a comma, or the
// text that means one, as in "Transfusion Medicine=blood-banking".
func (a *app) topicWords(t typing) ([]offer, error) {
	known, err := a.book.Topics()
	text := t.word[:strings.LastIndex(t.word, ",")+1]
	if t.cmd.Flags().Lookup("map-topic") != nil {
		text = t.word[:strings.LastIndex(t.word, "=")+1]
	}
	return words.Map(known.Topics(), func(topic ledger.Topic) offer { return offer{text + string(topic), topic.Name()} }), err
}

// profileWords offers the names of profiles.
func (a *app) profileWords(typing) ([]offer, error) { return bare(a.profileNames()), nil }

// packWords offers the names of the holder's packs.
func (a *app) packWords(typing) ([]offer, error) {
	active, err := a.packFiles()
	return bare(packNames(active)), err
}

// heldCodes offers the holder's credentials.
func (a *app) heldCodes(tx *store.Tx, t typing) (all []offer, err error) {
	var s snapshot
	s.Credentials, err = tx.Credentials(t.cmd.Context())
	for _, c := range s.Credentials {
		about := a.designation(c)
		if last := c.Current().Last; last != 0 {
			about += ", expires " + last.String()
		}
		all = append(all, offer{s.ShortName(c), about})
	}
	return all, err
}

// backupNames offers the backups that can be restored, the newest first.
func (a *app) backupNames(typing) (all []offer, err error) {
	backups, err := store.Backups(a.settings.DB)
	for _, b := range backups {
		if b.Reason != store.Damaged {
			all = append(all, offer{filepath.Base(b.Path), a.madeAt(b) + " " + madeFor(b)})
		}
	}
	return all, err
}

// shapeNames offers the shapes of JSON that there are.
func shapeNames(typing) ([]offer, error) {
	return words.Map(shapes(), func(s answer.Shape) offer { return offer{s.Name, s.Title} }), nil
}

// knownCodes offers the credentials that there are rules for, as they are understood. Shells
// offer only what begins as it was typed, so for the beginning of a state, such as flo, it
// offers words that name one of its licences: "florida/clt". They have no blanks, which bash
// does not escape where several go on alike.
func (a *app) knownCodes(t typing) (all []offer, err error) {
	listed, err := a.book.Credentials()
	of := map[*rules.Programme]int{}
	for _, e := range listed {
		of[e.Programme]++
	}
	for _, e := range listed {
		word, place := a.book.ShortName(e.Name), strings.Join(strings.Fields(e.Programme.Place()), "-")
		if strings.Contains(t.word, "/") {
			word = e.Name.String()
		}
		all = append(all, offer{word, e.Name.Designation() + ", " + e.Title})
		if of[e.Programme] > 1 {
			place += "/" + e.Name.Code
		}
		if e.Programme.NeedsBody && t.word != "" && len(fitting([]offer{{word: word}}, t.word)) == 0 {
			all = append(all, offer{place, e.Name.String() + ", " + e.Title})
		}
	}
	return all, err
}

// supposedCodes offers the same, to go on with a day behind.
func (a *app) supposedCodes(t typing) ([]offer, error) {
	all, err := a.knownCodes(t)
	return words.Map(all, func(o offer) offer { return offer{o.word + "=", o.about} }), err
}

// categoryWords offers the disciplines that the credential that is named can be held in, but
// for those that are given, also behind a comma.
func (a *app) categoryWords(t typing) (all []offer, err error) {
	var rulesOf *rules.Edition
	if len(t.args) > 0 {
		if name, err := a.known(t.args[0], true); err == nil {
			rulesOf, _ = a.book.Edition(name, a.today)
		}
	}
	before := t.word[:strings.LastIndex(t.word, ",")+1]
	given := strings.FieldsFunc(before+";"+t.flag("category"), func(r rune) bool { return strings.ContainsRune(topicSeparators, r) })
	known, err := a.book.Topics()
	for _, topic := range known.Topics() {
		fits := rulesOf == nil || rulesOf.CheckCategories([]ledger.Topic{topic}) == nil
		if fits && topic.IsDiscipline() && !slices.Contains(given, string(topic)) {
			all = append(all, offer{before + string(topic), topic.Name()})
		}
	}
	return all, err
}

// listWords offers boards and, behind a word, the codes and places of what it finds.
func (a *app) listWords(t typing) (all []offer, err error) {
	if len(t.args) == 0 {
		return a.boardWords(t)
	}
	found, err := a.book.Find(strings.Join(t.args, " "))
	for _, e := range found {
		all = append(all, offer{e.Name.Code, e.Name.String() + ", " + e.Title})
		if e.Programme.NeedsBody {
			for word := range strings.FieldsSeq(e.Programme.Place()) {
				all = append(all, offer{word, e.Programme.Name})
			}
		}
	}
	return all, err
}

// boardWords offers the bodies whose codes need them, such as states, by their short names
// and, once something is typed, by the beginning of their names.
func (a *app) boardWords(t typing) (all []offer, err error) {
	listed, err := a.book.Credentials()
	for _, granted := range grouped(listed, func(e *rules.Edition) *rules.Programme { return e.Programme }) {
		of := granted[0].Programme
		if of.NeedsBody {
			all = append(all, offer{of.Body, of.Name})
		}
		if of.NeedsBody && t.word != "" {
			all = append(all, offer{of.Place(), of.Name})
		}
	}
	return all, err
}

// editionDays offers the first day of each edition of the rules of the credential
// that is named, the newest first.
func (a *app) editionDays(t typing) (all []offer, err error) {
	if len(t.args) == 0 {
		return nil, nil
	}
	names, err := a.book.Resolve(t.args[0])
	for _, name := range names {
		editions, err := a.book.Editions(name)
		for _, e := range slices.Backward(editions) {
			all = append(all, offer{e.From.String(), e.ID + ", " + words.Points(e.Total.Points)})
		}
		if err != nil {
			return nil, err
		}
	}
	return all, err
}

// requirementsOf offers the requirements of the credential that is named.
func (a *app) requirementsOf(tx *store.Tx, t typing) ([]offer, error) {
	return a.requirementsWhere(tx, t, t.args[0], func(snapshot, rules.Standing, ledger.Requirement) bool { return true })
}

// requirementsFor offers the requirements that could take points of the credit
// that is named by its date and topics; of cmp deallocate, those that have some.
func (a *app) requirementsFor(tx *store.Tx, t typing) ([]offer, error) {
	id, err := parseID(t.args[0])
	if err != nil {
		return nil, err
	}
	return a.requirementsWhere(tx, t, t.flag("credential"), func(s snapshot, judged rules.Standing, r ledger.Requirement) bool {
		i := slices.IndexFunc(judged.Findings, func(f rules.Finding) bool { return f.Credit.ID == id })
		if i < 0 || judged.Cycle.Declared != 0 || !judged.Holds(judged.Findings[i].Credit.Date) {
			return false
		}
		if t.cmd.Name() == "allocate" {
			most, _ := judged.Room(judged.Findings[i], r)
			return most > 0
		}
		return slices.ContainsFunc(s.AllocationsOf(id), func(x ledger.Allocation) bool {
			return x.Cycle == judged.Cycle.ID && x.Requirement == r
		})
	})
}

// requirementsWhere offers the requirements that fit, of the credential with that
// code or of all.
func (a *app) requirementsWhere(
	tx *store.Tx, t typing, code string, fit func(snapshot, rules.Standing, ledger.Requirement) bool,
) (all []offer, err error) {
	s, err := a.judged(t.cmd.Context(), tx)
	for _, c := range s.Credentials {
		account, err := a.account(s, c, c.Current())
		if err != nil || code != "" && !c.Matches(code) {
			continue
		}
		judged := rules.Evaluate(account, a.today)
		for _, r := range judged.Requirements {
			if fit(s, judged, r.Name) {
				all = append(all, offer{string(r.Name), fmt.Sprintf("%s: %s of %s remaining", s.ShortName(c), r.Remaining, r.Points)})
			}
		}
	}
	return all, err
}

// creditNumbers offers credits, the newest first.
func creditNumbers(tx *store.Tx, t typing) ([]offer, error) {
	credits, err := tx.Credits(t.cmd.Context())
	offers := words.Map(credits, func(c ledger.Credit) offer { return offer{id(c), c.Date.String() + " " + c.Title} })
	slices.Reverse(offers)
	return offers, err
}

// evidenceNumbers offers files of evidence.
func evidenceNumbers(tx *store.Tx, t typing) ([]offer, error) {
	all, err := tx.Evidence(t.cmd.Context())
	return words.Map(all, func(e ledger.Evidence) offer {
		return offer{strconv.FormatInt(e.ID, 10), fmt.Sprintf("credit %d, %s", e.Credit, e.Name)}
	}), err
}

// courseNumbers offers the courses of the catalogue.
func courseNumbers(tx *store.Tx, t typing) ([]offer, error) {
	courses, err := tx.Courses(t.cmd.Context())
	return words.Map(courses, func(c ledger.Course) offer { return offer{strconv.FormatInt(c.ID, 10), c.Title} }), err
}

// courseProviders offers the providers of courses.
func courseProviders(tx *store.Tx, t typing) ([]offer, error) {
	courses, err := tx.Courses(t.cmd.Context())
	return words.Map(courses, func(c ledger.Course) offer { return offer{word: c.Provider} }), err
}

// entries offers the entries of the log, the newest first; to undo, those that are
// not taken back, and no restores.
func entries(tx *store.Tx, t typing) (all []offer, err error) {
	logged, err := tx.Entries(t.cmd.Context(), 0)
	for _, e := range logged {
		if t.cmd.Name() != "undo" || e.UndoneBy == 0 && !e.Restore {
			all = append(all, offer{strconv.FormatInt(e.ID, 10), shortTime(e.At) + " " + e.Summary})
		}
	}
	return all, err
}

// providers offers the providers of credits.
func providers(tx *store.Tx, t typing) ([]offer, error) {
	names, err := tx.Providers(t.cmd.Context())
	return bare(names), err
}
