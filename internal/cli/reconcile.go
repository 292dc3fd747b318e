package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/document"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/transcript"
	"cmpledger/internal/words"
)

// reconcileFlags say how to read a file and what to compare.
type reconcileFlags struct {
	readFlags
	credential   string
	since, until ledger.Day
	skipBad      bool
}

func (a *app) newReconcile() *cobra.Command {
	var f reconcileFlags
	var options transcript.Options
	cmd := withRecords(a.writing(&cobra.Command{
		Use:   "reconcile FILE",
		Short: "Compare your credits with a portal's transcript",
		Long: `Compare your credits with the transcript of a portal. You see what you still
have to type into the portal, what you can import from it, and what differs in
date, title or points. cmp reads the file as cmp import does. The name - is
standard input. The exit code is 3 when anything differs.

A row is the same activity as a credit if cmp import says so, or if both have
the same reference. It is the same, too, if the titles are similar, and the
dates are at most a month apart or the points are equal.

Many portals show the current cycle alone. So cmp leaves out credits before the
first day of the file, unless --since or --credential says what to compare.

Your credits stay as they are. cmp remembers which of them the portal has: cmp
status and cmp list --not-in-portal say what you still have to type. A file
replaces what cmp remembered for its days, from its first row to its last. So
you can save the portal year by year. What you import later counts as not in the
portal until you reconcile again.

If you hold credentials of several boards, --credential says whose portal it is.
With --since, --until or --dry-run nothing is remembered.`,
		Example: `  cmp reconcile transcript.csv
  cmp reconcile portal.csv --credential MLS
  cmp reconcile portal.csv --since 2024-04-01 --format csv`,
		Args: func(cmd *cobra.Command, args []string) (err error) {
			if err := oneArgument("a file")(cmd, args); err != nil {
				return err
			}
			options, err = f.options()
			return err
		},
		RunE: a.run(func(ctx context.Context, args []string) error { return a.reconcile(ctx, args[0], f, options) }),
	}))
	flags := cmd.Flags()
	f.readFlags.add(flags)
	flags.StringVar(&f.credential, "credential", "", "compare the credits of days that count for the credential with this `code`")
	flags.BoolVar(&f.skipBad, "skip-bad", false, "compare the other rows when some cannot be used")
	flags.TextVar(&f.since, "since", ledger.Day{}, "compare only what is of this `day` or later")
	flags.TextVar(&f.until, "until", ledger.Day{}, "compare only what is of this `day` or earlier")
	return cmd
}

type reconcileAnswer struct {
	Schema string `json:"schema" shape:"cmp.reconcile/1" title:"How a transcript differs from the ledger" doc:"Written by cmp reconcile."`
	DryRun bool   `json:"dry_run,omitempty" doc:"It was asked for, and nothing was remembered. Absent otherwise."`
	actions.Reconciliation
}

func (a *app) reconcile(ctx context.Context, path string, f reconcileFlags, o transcript.Options) error {
	r, err := a.openTranscript(path, f.readFlags, o)
	if d, none := document.Read(r.data); err != nil && none == nil && d.Kind != "" && r.like < 2 {
		return badFile("%s: a %s without a table of credits", r.name, d.Kind).try("if it is a certificate: %s", ledger.Command{"import", ledger.File(path)})
	}
	if err != nil {
		if command := failureOf(err).hint.Command(); len(command) > 2 && command[0] == "import" {
			command[0] = "reconcile" // with flags, which are the same
		}
		return err
	}
	bad := r.file.Rejected()
	if len(bad) > 0 && !f.skipBad {
		return r.notTaken(", so nothing was compared", "compare")
	}
	for _, row := range bad {
		a.say("Not compared: %s", row.Text())
	}
	if n := len(r.file.LeftOut); n > 0 {
		a.say("%s: %d of %s %s", r.name, n, words.Count(r.file.All(), "row"), leftOut(r.file))
	}
	q := actions.Reconciling{Rows: r.file.Usable(), Asked: actions.Days{First: f.since.Date(a.today), Last: f.until.Date(a.today)}}
	var s snapshot
	err = a.view(ctx, func(tx *store.Tx) error {
		if s, err = a.judged(ctx, tx); err == nil {
			q.Known, err = tx.Known(ctx)
		}
		return err
	})
	if err != nil {
		return err
	}
	q.Credits = s.Credits
	if f.credential != "" {
		accounts, err := a.currentOf(s, f.credential)
		if err != nil {
			return err
		}
		q.Of = new(rules.Evaluate(accounts[0], a.today))
	}
	q.Portal = s.Portals[s.PortalOf(q.Of)]
	out := reconcileAnswer{DryRun: a.dryRun, Reconciliation: q.Compare()}
	remembered := a.remember(ctx, s, q, r.name, f.credential, &out)
	if remembered != "" { // first, as who compares may not expect it
		a.tell("%s", remembered)
	}
	if a.settings.Format != answer.Table {
		err = a.print(out)
	} else {
		err = a.showReconciliation(out, q, f.command("import", path))
	}
	if err == nil && len(out.Different)+len(out.OnlyHere)+len(out.OnlyThere) > 0 {
		if a.dryRun {
			a.tell("Nothing was written.")
		}
		return errSilentNo
	}
	return err
}

// remember writes which credits the portal has, unless only a part was compared, and
// says so. A ledger that cannot be written has been compared all the same.
func (a *app) remember(ctx context.Context, s snapshot, q actions.Reconciling, name, code string, out *reconcileAnswer) string {
	if q.Asked != (actions.Days{}) || len(q.Rows) == 0 || len(s.Credentials) == 0 || len(s.Credits) == 0 || a.dryRun {
		return ""
	}
	body := s.PortalOf(q.Of)
	if body == "" {
		return "You hold credentials of several boards. To remember what this portal has, say whose it is: --credential CODE"
	}
	has := "none of your credits"
	if n := len(out.Found); n > 0 {
		has = fmt.Sprintf("%d of your credits", n)
	}
	var left []ledger.Credit
	err := a.change(ctx, func(tx *store.Tx) (_ string, err error) {
		if err = tx.SeenPortal(ctx, body, a.today, true, out.Found); err == nil {
			err = tx.SeenPortal(ctx, body, a.today, false, out.Lacking)
		}
		if err == nil {
			s.Portals, err = tx.Portals(ctx)
		}
		if err == nil {
			left, err = a.toType(s, s.Credits, code)
		}
		return fmt.Sprintf("reconcile of %s: the portal has %s", name, has), err
	})
	if err != nil {
		a.say("What the portal has could not be saved: %s", a.classify(nil, err).line())
		return ""
	}
	out.Portal = body
	return a.text("Saved what the portal has: %s %s.", has, q.Days()) + a.leftToType(left, code, len(out.OnlyThere) > 0)
}

// leftToType says how many credits the portal of a credential, or of all, still lacks.
func (a *app) leftToType(left []ledger.Credit, code string, others bool) string {
	text, list := " You have nothing left to type.", ledger.Command{"list", "--not-in-portal"}
	if code != "" {
		list = append(list, "--credential", code)
	}
	if n := len(left); n > 0 {
		text = a.text(" Still to type: %s (%s).", words.Count(n, "credit"), list)
	}
	if others {
		text += " After you import the other rows, reconcile again."
	}
	return text
}

// tellOnlyThere says how to import rows: those that were removed here come back
// only where it is asked for.
func (a *app) tellOnlyThere(rows []actions.OnlyThere, toImport ledger.Command) {
	var gone []string
	for _, row := range rows {
		if row.Removed {
			gone = append(gone, strconv.Itoa(row.Row))
		}
	}
	if len(gone) < len(rows) {
		a.tell("To import: %s", toImport)
	}
	if len(gone) > 0 {
		a.tell("You removed %s %s earlier. To bring %s back: %s", words.Verb(len(gone), "row", "rows"), words.List("and", gone),
			words.Verb(len(gone), "it", "them"), append(toImport, "--only", strings.Join(gone, ","), "--restore"))
	}
}

// showDifferent shows which fields differ, and the commands that make them as the
// portal has them.
func (a *app) showDifferent(all []actions.Different, toImport ledger.Command) error {
	var rows [][]any
	var edits, numbers []string
	for _, d := range all {
		row, edit := []any{d.Credit, d.Row, d.Title}, ofCredits([]int64{d.Credit}, "edit")
		for _, field := range d.Fields {
			rows = append(rows, append(row, field.Field, field.Here, field.There))
			row = []any{"", "", ""}
			edit = edit.With("--"+string(field.Field), fmt.Sprint(field.There))
		}
		edits = append(edits, edit.As(a.call...))
		numbers = append(numbers, strconv.Itoa(d.Row))
	}
	if err := a.screen().Table("Credit|right; Row|right; Title|cut wide; Field; Here|wrap wide; Portal|wrap wide", rows); err != nil {
		return err
	}
	a.tell("If the portal is right:")
	a.screen().Paragraph(atMost(edits, "")...)
	a.tell("If row %s is another activity: %s", numbers[0], slices.Concat(toImport, ledger.Command{"--only", numbers[0], "--add-alike"}))
	fmt.Fprintln(a.env.Out)
	return nil
}

// showReconciliation shows a table for each kind of difference, and what to do
// about it.
func (a *app) showReconciliation(out reconcileAnswer, q actions.Reconciling, toImport ledger.Command) error {
	screen := a.screen()
	// Nothing of what somebody types into a form is cut.
	typed := "|right; Date; Points|right; " + titled(screen, "Title", "provider") + "|wrap wide; Topics|wrap; Reference|wrap wide"
	row := func(number any, e actions.Entered) []any {
		return []any{number, e.Date, e.Points, titled(screen, e.Title, e.Provider), e.Topics, e.Reference}
	}
	heading := func(format string, n int) {
		fmt.Fprintln(a.env.Out, screen.Paint(answer.Strong, fmt.Sprintf(format, n)))
	}
	if n := len(out.Different); n > 0 {
		heading("Different: %d", n)
		if err := a.showDifferent(out.Different, toImport); err != nil {
			return err
		}
	}
	if n := len(out.OnlyHere); n > 0 {
		heading("Only here, type them into the portal: %d", n)
		rows := words.Map(out.OnlyHere, func(x actions.OnlyHere) []any { return row(x.Credit, x.Entered) })
		if err := screen.Table("Credit"+typed, rows); err != nil {
			return err
		}
		fmt.Fprintln(a.env.Out)
	}
	if n := len(out.OnlyThere); n > 0 {
		heading("Only in the portal, ready to import: %d", n)
		rows := words.Map(out.OnlyThere, func(x actions.OnlyThere) []any { return row(x.Row, x.Entered) })
		if err := screen.Table("Row"+typed, rows); err != nil {
			return err
		}
		a.tellOnlyThere(out.OnlyThere, toImport)
		fmt.Fprintln(a.env.Out)
	}
	a.tell("%s: %d in both, %d different, %d only here, %d only in the portal.", words.Count(out.Rows, "row"),
		len(out.Both), len(out.Different), len(out.OnlyHere), len(out.OnlyThere))
	switch {
	case out.Credential != "":
		a.tell("Compared: credits that may count for %s, %s.", out.Credential, out.Scope)
	case out.Since != "" && q.Asked.First == 0 && out.Earlier > 0:
		a.tell("Not compared: %s before %s, the first day of the file. To compare from an earlier day: --since DATE",
			words.Count(out.Earlier, "credit"), out.Since)
	}
	if n := out.Known; n > 0 {
		a.tell("Not in this file: %s that an earlier reconcile found in the portal.", words.Count(n, "credit"))
	}
	return nil
}
