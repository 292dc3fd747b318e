package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"path"

	"github.com/spf13/cobra"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/audit"
	"cmpledger/internal/evidence"
	"cmpledger/internal/handover"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

// auditFlags say which cycle is audited and what is wanted.
type auditFlags struct {
	cycle  ledger.Day
	output string
	check  bool
	yes    bool
}

func (a *app) newAudit() *cobra.Command {
	var f auditFlags
	cmd := &cobra.Command{
		Use:   "audit CODE {--output FILE.zip | --check}",
		Short: "Write the packet for an audit, or check whether you would pass",
		Long: `Write the packet that an audit asks for: what you declared for a cycle, as it
was on that day, with every certificate. The packet is a zip file. It has an
index to print, the same index as CSV, and checksums (SHA-256). Your name is on
it if you give it in the setting holder.

--check says whether the cycle would pass an audit today. The exit code is 3
when it would not.

The same ledger always makes the same packet. cmp audit verify and sha256sum -c
tell whether somebody changed it.`,
		Example: `  cmp audit MLS --check
  cmp audit MLS --output packet.zip
  cmp audit MLS --cycle 2024-03-31 --output packet.zip
  cmp audit verify packet.zip`,
		Args: func(cmd *cobra.Command, args []string) error {
			if err := oneCredential(cmd, args); err != nil {
				return err
			}
			switch {
			case handover.Like(args[0], below(cmd)) != nil:
				return noSuchCommand(cmd, args)
			case f.check && f.output != "":
				return usage("--check and --output: only one can be done at a time").try("give one of them")
			case f.check && f.yes:
				return usage("--yes: goes with --output only")
			case !f.check && f.output == "":
				return usage("audit %s: needs --output FILE.zip, or --check", args[0]).
					try("%s", ledger.Command{"audit", args[0], "--output", path.Base(args[0]) + ".zip"})
			}
			return nil
		},
		RunE: a.run(func(ctx context.Context, args []string) error {
			if f.check {
				return a.auditCheck(ctx, args[0], f)
			}
			return a.auditPacket(ctx, args[0], f)
		}),
	}
	flags := cmd.Flags()
	flags.TextVar(&f.cycle, "cycle", ledger.Day{}, "a `day` of the cycle, such as its last (default: the last one you declared, or with --check the running one)")
	flags.StringVarP(&f.output, "output", "o", "", "write the packet to this `file`; - is standard output")
	flags.BoolVar(&f.check, "check", false, "say whether you would pass today")
	flags.BoolVar(&f.yes, "yes", false, "replace the file if it exists")
	cmd.AddCommand(a.newAuditVerify())
	return cmd
}

// driftOf says which credits are no longer as they were declared.
func driftOf(d ledger.Declaration, now []ledger.Credit) []string {
	var all []string
	for _, c := range rules.Drift(d, now) {
		all = append(all, c.Sentences...)
	}
	return all
}

// audited returns the credential and its cycle that is to be audited: that of
// the given day, else for a packet the last one that was declared, and for a
// check that of today or else the newest.
func (a *app) audited(s snapshot, text string, f auditFlags) (ledger.Credential, ledger.Cycle, error) {
	c, err := a.held(s, text)
	if err != nil {
		return c, ledger.Cycle{}, err
	}
	on, given := a.today, !f.cycle.IsZero()
	if given {
		on = f.cycle.Date(a.today)
	}
	found, cycle := false, c.Current()
	for _, y := range c.Cycles {
		holds := y.First <= on && on <= y.Last
		if holds && (given || f.check) || y.Declared != 0 && !given && !f.check {
			found, cycle = true, y
		}
	}
	switch {
	case given && !found:
		return c, cycle, notFound("--cycle %s: in no cycle of %s", on, a.designation(c)).
			try("%s shows its cycles", ledger.Command{"credential", "show", c.Code})
	case f.check || cycle.Declared != 0:
		return c, cycle, nil
	}
	which := "has no cycle yet"
	if cycle.Last != 0 {
		which = fmt.Sprintf("its cycle to %s was not declared", cycle.Last)
	}
	return c, cycle, refused("%s: %s, so nobody can audit it yet", a.designation(c), which).
		try("%s says whether it would pass", ledger.Command{"audit", s.ShortName(c), "--check"})
}

type packetAnswer struct {
	Schema string `json:"schema" shape:"cmp.packet/1" title:"Audit packet that was written" doc:"Written by cmp audit --output."`
	File   string `json:"file" doc:"Path of the packet."`
	audit.Summary
	Figures []auditedFigure `json:"figures" doc:"That it was judged by, the total last."`
}

// auditedFigure is a declared requirement with the names that status has for it.
type auditedFigure struct {
	Name       ledger.Requirement `json:"requirement" as:"string" doc:"The requirement, or total."`
	Title      string             `json:"name" doc:"In words."`
	Required   ledger.Points      `json:"required"`
	Counted    ledger.Points      `json:"counted"`
	Confidence string             `json:"confidence" as:"confidence"`
	Source     string             `json:"source" doc:"Where the figure comes from."`
}

func (a *app) auditPacket(ctx context.Context, text string, f auditFlags) error {
	out := packetAnswer{File: f.output}
	fill := func(to io.Writer) error {
		return a.view(ctx, func(tx *store.Tx) error { return a.fillPacket(ctx, tx, text, f, to, &out) })
	}
	if f.output == "-" {
		return a.writeOut(fill)
	}
	if err := a.writeFile(f.output, f.yes, fill); err != nil {
		return err
	}
	a.tell("Wrote %s: %s, declared %s: %s, %s.", f.output, out.Designation, out.Declared,
		words.Count(out.Credits, "credit"), words.Count(out.Certificates, "certificate"))
	if len(out.NoEvidence) > 0 {
		a.tell("%s", words.NoCertificate(out.NoEvidence, out.Credits, text))
	}
	for _, line := range out.Drift {
		a.tell("%s; the packet says so.", words.Upper(line))
	}
	if len(out.Drift) > 0 {
		a.tell("To see when that changed: %s", ledger.Command{"log"})
	}
	if out.Holder == "" {
		a.tell("The packet has no name on it. To add yours: %s", append(ledger.Command{"audit", text, "--output", ledger.File(f.output), "--yes"}, "--holder", "NAME"))
	}
	a.tell("Check it at any time: %s", ledger.Command{"audit", "verify", ledger.File(f.output)})
	return a.reply(out)
}

// fillPacket writes a packet, and fills in what it says.
func (a *app) fillPacket(ctx context.Context, tx *store.Tx, text string, f auditFlags, to io.Writer, out *packetAnswer) error {
	s, err := a.judged(ctx, tx, actions.AllCycles)
	if err != nil {
		return err
	}
	c, cycle, err := a.audited(s, text, f)
	if err != nil {
		return err
	}
	d := s.Declarations[cycle.ID]
	d.Number = cmp.Or(d.Number, c.Number)
	for _, r := range d.Figures() {
		r.Name = cmp.Or(r.Name, rules.Total)
		out.Figures = append(out.Figures, auditedFigure(r))
	}
	p := audit.Packet{Holder: a.settings.Holder, Declaration: d, Drift: driftOf(d, s.Credits)}
	all, err := tx.AllEvidence(ctx) // also of credits that were removed since
	for _, e := range all {
		content := func(to io.Writer) error { return a.content(ctx, tx, e, to) }
		p.Certificates = append(p.Certificates, audit.Certificate{Evidence: e, Content: content})
	}
	if err == nil {
		out.Summary, err = audit.Write(to, p)
	}
	return err
}

func (a *app) newAuditVerify() *cobra.Command {
	return &cobra.Command{
		Use:   "verify FILE.zip",
		Short: "Check that nobody changed a packet",
		Long: `Check that an audit packet is as it was written: every file has its checksum
(SHA-256), none is missing and none was added. cmp names what is wrong; the exit
code is then 3.`,
		Example: `  cmp audit verify packet.zip
  cmp audit verify packet.zip --format json`,
		Args: oneArgument("a packet, such as packet.zip"),
		RunE: a.run(func(_ context.Context, args []string) error {
			if args[0] == "-" {
				a.sayWaiting()
			}
			packet, size, err := a.openInput(args[0])
			if err != nil {
				return err
			}
			defer packet.Close() //nolint:errcheck // it is read
			report, err := audit.Verify(packet, size)
			if err != nil {
				return badFile("%s: %w", args[0], err).try("name a packet that %s wrote", ledger.Command{"audit"})
			}
			for _, f := range report.Findings {
				a.tell("%s %s", cmp.Or(f.File, "the packet"), f.Problem)
			}
			if n := len(report.Findings); n == 0 {
				a.tell("The packet is unchanged: %s.", words.Count(report.Files, "file"))
			} else {
				a.tell("The packet is changed: %s.", words.Count(n, "finding"))
			}
			if err := a.reply(verifiedPacket{File: args[0], Report: report}); err != nil || len(report.Findings) == 0 {
				return err
			}
			return errSilentNo
		}),
	}
}

type verifiedPacket struct {
	Schema string `json:"schema" shape:"cmp.verify-packet/1" title:"Audit packet that was verified" doc:"Written by cmp audit verify."`
	File   string `json:"file" doc:"Path of the packet."`
	audit.Report
}

type auditAnswer struct {
	Schema string      `json:"schema" shape:"cmp.audit/1" title:"Whether a cycle would pass an audit" doc:"Written by cmp audit --check."`
	AsOf   ledger.Date `json:"as_of" doc:"Day it was judged by."`
	naming
	Cycle  ledger.Cycle  `json:"cycle" null:"before the first cycle of a voluntary credential"`
	State  rules.State   `json:"state"`
	Passes bool          `json:"passes"`
	Fails  []auditRemark `json:"fails" doc:"Why it would not pass."`
	Notes  []auditRemark `json:"notes" doc:"What is worth a look."`
}

// An auditRemark is what speaks against passing an audit, or is worth a look.
type auditRemark struct {
	Code    string `json:"code" enum:"remaining,drift,look-alikes,no-topic,outside-window,over-cap,assumed-rules,own-figures,shared,unfit,no-evidence,damaged"`
	Message string `json:"message" doc:"For people; its words may change."`
}

// An inquiry is an audit of one cycle as it would go today.
type inquiry struct {
	*app
	s        snapshot
	standing rules.Standing
	claimed  []ledger.Credit // those declared, as far as the ledger still has them, else those of which anything counts
	auditAnswer
}

// fail adds why the cycle would not pass.
func (q *inquiry) fail(code, format string, args ...any) {
	q.Fails = append(q.Fails, auditRemark{code, q.text(format, args...)})
}

// note adds what may matter and does not decide it.
func (q *inquiry) note(code, format string, args ...any) {
	q.Notes = append(q.Notes, auditRemark{code, q.text(format, args...)})
}

func (a *app) auditCheck(ctx context.Context, text string, f auditFlags) error {
	q := inquiry{app: a}
	err := a.view(ctx, func(tx *store.Tx) (err error) {
		if q.s, err = a.judged(ctx, tx, actions.AllCycles); err != nil {
			return err
		}
		c, cycle, err := a.audited(q.s, text, f)
		if err != nil {
			return err
		}
		account, err := a.account(q.s, c, cycle)
		if err != nil {
			return err
		}
		q.judge(account)
		return q.files(ctx, tx)
	})
	if err != nil {
		return err
	}
	q.Passes = len(q.Fails) == 0
	if err = a.reply(q.auditAnswer); a.settings.Format != answer.JSON {
		err = q.show()
	}
	if err == nil && !q.Passes {
		return errSilentNo
	}
	return err
}

// judge judges the cycle as an auditor would: a declared one by the credits that
// were declared, as far as the ledger has them, in the days that counted.
func (q *inquiry) judge(account rules.Account) {
	cycle := account.Cycle
	d, declared := q.s.Declarations[cycle.ID]
	if declared {
		account.Cycle.First, account.Cycle.Last = d.First, d.Last
		account.Credits = q.s.DeclaredIn(d)
	}
	t := rules.Evaluate(account, q.today)
	t.Cycle = cycle
	q.standing = t
	q.AsOf, q.naming, q.Cycle, q.State = t.Today, nameOf(t), cycle, t.State
	q.claimed = q.s.ToProve(t)
	switch {
	case t.Remaining > 0:
		q.fail("remaining", "%s: %s", words.Upper(missing(t)), ledger.Command{"explain", q.s.ShortName(t.Credential)})
	case t.ToEarn > 0:
		q.fail("remaining", "%s %s for a requirement that does not fit the topics of the credit: %s",
			words.Points(t.ToEarn), words.Agree(t.ToEarn, "counts", "count"), ledger.Command{"allocate", "--auto", "--fresh"})
	}
	for _, c := range rules.Drift(d, q.s.Credits) {
		add := q.note
		if c.Claim {
			add = q.fail
		}
		for _, line := range c.Sentences {
			add(rules.RemarkDrift.Code(), "%s", words.Upper(line))
		}
	}
	q.evidence()
	if line := q.alikeLine(q.s.Alike(q.claimed)); line != "" {
		q.note(rules.RemarkLookAlikes.Code(), "%s", line)
	}
	for _, r := range t.NotCounted(q.auto()) {
		q.note(r.Kind.Code(), "%s", words.Remark(r, t, q.s.ShortName(t.Credential)))
	}
	shown := ledger.Command{"rules", "show", q.s.ShortName(t.Credential)}
	if titles := words.Assumed(t.Edition); titles != "" {
		q.note(rules.RemarkAssumed.Code(), "Nobody has confirmed these figures: %s. Check them on the board's page. %s", titles, shown)
	}
	if own := words.OwnFigures(t.Edition); own != "" {
		q.note("own-figures", "%s. %s", own, shown)
	}
}

// evidence adds which of the credits that are claimed lack a certificate, and which
// files may not be accepted. A missing file decides; the others are only worth a look.
func (q *inquiry) evidence() {
	for _, f := range evidence.Lint(q.claimed, q.s.Evidence) {
		if f.Kind != evidence.Missing {
			q.note(string(f.Kind), "Credit %d: %s", f.Credit, f.Message)
		}
	}
	if bare := evidence.Bare(q.claimed, q.s.Evidence); bare != nil {
		text, add := words.NoCertificate(bare, len(q.claimed), q.s.ShortName(q.standing.Credential)), ledger.Say(" %s", ledger.Command{"evidence", "add", "CREDIT", "FILE"})
		if text.Command() != nil { // it names what lists them
			add = ledger.Text{}
		}
		q.fail(rules.RemarkNoEvidence.Code(), "%s%s", text, add)
	}
}

// files adds the files of evidence that are no longer what was added: those of
// credits that are claimed, and of credits that were declared.
func (q *inquiry) files(ctx context.Context, tx *store.Tx) error {
	wanted := q.s.Declarations[q.Cycle.ID].Numbers()
	for _, c := range q.claimed {
		wanted[c.ID] = true
	}
	verified, err := actions.Verify(ctx, tx, func(credit int64) bool { return wanted[credit] })
	for _, d := range verified.Findings {
		q.fail("damaged", "%s", damageText(d))
	}
	return err
}

func (q *inquiry) show() error {
	screen, t := q.page(), q.standing
	screen.Line(headline(t))
	fmt.Fprintln(q.env.Out)
	var rows [][]any
	for _, r := range t.Requirements {
		rows = append(rows, []any{r.Title, r.Points, r.Counted})
	}
	if err := screen.Table("Requirement|cut; Required|right; Counted|right", rows); err != nil {
		return err
	}
	if line := q.margin(); line != "" {
		fmt.Fprintln(q.env.Out)
		screen.Paragraph(line)
	}
	q.list(screen, "To fix:", q.Fails)
	q.list(screen, "Worth a look:", q.Notes)
	verdict := answer.Cell{Text: fmt.Sprintf("As of %s this cycle would pass.", t.Today), Style: answer.Done}
	if !q.Passes {
		verdict = answer.Cell{Text: fmt.Sprintf("As of %s this cycle would not pass.", t.Today), Style: answer.Warning}
	}
	fmt.Fprintln(q.env.Out)
	screen.Line([]answer.Cell{verdict})
	return nil
}

// margin says how many more points than required were declared, or could be.
func (q *inquiry) margin() string {
	t := q.standing
	d, declared := q.s.Declarations[t.Cycle.ID]
	could := ledger.Declaration{Credits: t.Margin()}.Margin()
	switch {
	case d.Margin() > 0:
		return fmt.Sprintf("You declared %s more than required, in case the auditor refuses some.", words.Points(d.Margin()))
	case !declared && could > 0:
		return q.text("%s more could be declared as a margin: %s", words.Points(could), ledger.Command{"declare", q.s.ShortName(t.Credential), "--all"})
	}
	return ""
}

// list shows remarks of one kind, if there are any.
func (q *inquiry) list(screen answer.Screen, title string, all []auditRemark) {
	for i, r := range all {
		if i == 0 {
			fmt.Fprintf(q.env.Out, "\n%s\n", title)
		}
		screen.Paragraph(r.Message)
	}
}
