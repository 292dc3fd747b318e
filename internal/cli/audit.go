package cli

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"cmpledger/internal/actions"
	"cmpledger/internal/audit"
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
		Short: "Hand out the packet that an audit asks for, or see whether you would pass",
		Long: `Write what was declared of a cycle, as it stood when it was declared, with every
certificate: an index to print, the same as CSV, the rules with their sources,
and SHA-256 sums that cmp audit verify and sha256sum -c accept. The same ledger
gives the same packet, byte for byte.

With --check, say whether the cycle would pass an audit today, how many points
an auditor could strike before something is missing, and which single credits
everything hangs on. It exits with 3 when the cycle would not pass.`,
		Example: `  cmp audit MLS --check
  cmp audit MLS --output packet.zip
  cmp audit MLS --cycle 2024-03-31 --output packet.zip
  cmp audit verify packet.zip`,
		Args: func(cmd *cobra.Command, args []string) error {
			if err := oneArgument("the code of a credential, such as MLS")(cmd, args); err != nil {
				return err
			}
			switch {
			case len(cmd.SuggestionsFor(args[0])) > 0:
				return a.noSuchCommand(cmd, args)
			case f.check && f.output != "":
				return usage("--check and --output: contradict each other").try("give one of them")
			case f.check && f.yes:
				return usage("--yes: goes with --output only")
			case !f.check && f.output == "":
				return usage("audit %s: needs --output FILE.zip, or --check", args[0]).try("%s --help lists the commands", cmd.CommandPath())
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
	flags.TextVar(&f.cycle, "cycle", ledger.Day{}, "a `day` of the cycle, such as its last (default: the last one declared, or with --check the running one)")
	flags.StringVarP(&f.output, "output", "o", "", "write the packet to this `file`; - is standard output")
	flags.BoolVar(&f.check, "check", false, "say whether it would pass today")
	flags.BoolVar(&f.yes, "yes", false, "replace the file if it exists")
	cmd.AddCommand(a.newAuditVerify())
	return cmd
}

// lookDeclared reads the ledger with all that was declared.
func (a *app) lookDeclared(ctx context.Context) (s snapshot, err error) {
	err = a.view(ctx, func(tx *store.Tx) error {
		s, err = a.judgedDeclared(ctx, tx)
		return err
	})
	return s, err
}

func (a *app) judgedDeclared(ctx context.Context, tx *store.Tx) (snapshot, error) {
	s, err := a.judged(ctx, tx)
	if err == nil {
		s.Declarations, err = actions.Declarations(ctx, tx, s.Credentials, allCycles)
	}
	return s, err
}

func allCycles(c ledger.Credential) []ledger.Cycle { return c.Cycles }

// driftOf says which credits are no longer as they were declared.
func driftOf(d ledger.Declaration, now []ledger.Credit) []string {
	var all []string
	for _, c := range rules.Drift(d, now) {
		all = append(all, c.Sentences()...)
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
	return c, cycle, refused("%s: %s, so there is nothing to audit", a.designation(c), which).
		try("%s says whether it would pass", ledger.Command{"audit", s.shortName(c), "--check"})
}

type packetAnswer struct {
	Schema string `json:"schema" shape:"cmp.packet/1" title:"Audit packet that was written" doc:"Written by cmp audit --output."`
	File   string `json:"file" doc:"Path of the packet."`
	audit.Summary
	Figures []auditedFigure `json:"figures" doc:"That it was judged by."`
}

// auditedFigure is points that were required, and where that is from.
type auditedFigure struct {
	Name       ledger.Requirement `json:"requirement" as:"string" doc:"The requirement, or total."`
	Title      string             `json:"name" doc:"In words."`
	Required   ledger.Points      `json:"required"`
	Counted    ledger.Points      `json:"counted"`
	Confidence string             `json:"confidence" as:"confidence"`
	Source     string             `json:"source" doc:"Where the figure comes from."`
}

// auditPacket writes a packet to a file, or to standard output once it is whole:
// who reads it may be slow, and the ledger is not to be held meanwhile.
func (a *app) auditPacket(ctx context.Context, text string, f auditFlags) error {
	var whole bytes.Buffer
	out := packetAnswer{File: f.output}
	err := a.view(ctx, func(tx *store.Tx) error {
		s, err := a.judgedDeclared(ctx, tx)
		if err != nil {
			return err
		}
		_, cycle, err := a.audited(s, text, f)
		if err != nil {
			return err
		}
		p, err := a.packet(ctx, tx, s, s.Declarations[cycle.ID])
		if err != nil {
			return err
		}
		for _, r := range p.Declaration.Figures() {
			r.Name = cmp.Or(r.Name, rules.Total)
			out.Figures = append(out.Figures, auditedFigure(r))
		}
		fill := func(w io.Writer) (err error) {
			out.Summary, err = audit.Write(w, p)
			return err
		}
		if f.output == "-" {
			return fill(&whole)
		}
		return a.writeFile(f.output, f.yes, fill)
	})
	if err != nil {
		return err
	}
	if f.output == "-" {
		_, err := a.out.Write(whole.Bytes())
		return err
	}
	a.tell("Wrote %s: %s, declared %s: %s, %s.", f.output, out.Designation, out.Declared,
		words.Count(out.Credits, "credit"), words.Count(out.Certificates, "certificate"))
	if len(out.NoEvidence) > 0 {
		a.tell("%s", noEvidence(out.NoEvidence))
	}
	for _, line := range out.Drift {
		a.tell("%s; the packet says so.", words.Upper(line))
	}
	a.tell("Check it at any time: %s", ledger.Command{"audit", "verify", f.output})
	return a.reply(out)
}

// packet gathers what proves the credits of a declaration.
func (a *app) packet(ctx context.Context, tx *store.Tx, s snapshot, d ledger.Declaration) (audit.Packet, error) {
	p := audit.Packet{Declaration: d, Drift: driftOf(d, s.Credits)}
	seen := map[int64]bool{}
	for _, line := range d.Credits {
		if seen[line.Credit.ID] {
			continue
		}
		seen[line.Credit.ID] = true
		proofs, err := tx.EvidenceOf(ctx, line.Credit.ID) // also of a credit that was removed since
		if err != nil {
			return p, err
		}
		for _, e := range proofs {
			content := func() ([]byte, error) { return a.content(ctx, tx, e) }
			p.Certificates = append(p.Certificates, audit.Certificate{Evidence: e, Content: content})
		}
	}
	return p, nil
}

// noEvidence says which credits have none.
func noEvidence(credits []int64) string {
	slices.Sort(credits)
	n := len(credits)
	return words.Count(n, "credit") + " " + words.Verb(n, "has", "have") + " no evidence: " + words.Numbers(credits, ", ")
}

func (a *app) newAuditVerify() *cobra.Command {
	return &cobra.Command{
		Use:   "verify FILE.zip",
		Short: "Check that a packet is what was written",
		Long: `Check every file of an audit packet against its SHA-256 sum, and that nothing was
added or taken out. Exits with 3 and names what is wrong.`,
		Example: `  cmp audit verify packet.zip
  cmp audit verify packet.zip --format json`,
		Args: oneArgument("a packet, such as packet.zip"),
		RunE: a.run(func(_ context.Context, args []string) error {
			data, err := a.readInput(args[0])
			if err != nil {
				return err
			}
			report, err := audit.Verify(data)
			if err != nil {
				return badFile("%s: %w", args[0], err).try("name a packet that %s wrote", ledger.Command{"audit"})
			}
			for _, f := range report.Findings {
				a.tell("%s %s", cmp.Or(f.File, "the packet"), f.Problem)
			}
			a.tell("%s: %s as written, %s", args[0], words.Count(report.Files, "file"), words.Count(len(report.Findings), "finding"))
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
