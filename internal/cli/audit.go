package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
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
		Args: func(cmd *cobra.Command, args []string) error { return a.auditArguments(cmd, args, f) },
		RunE: a.run(func(ctx context.Context, args []string) error {
			if f.check {
				return a.auditCheck(ctx, args[0], f.cycle)
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

// auditArguments accepts a code, or explains what is wrong with the flags.
func (a *app) auditArguments(cmd *cobra.Command, args []string, f auditFlags) error {
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
}

// cycleOn returns the cycle of a credential that holds the day.
func (a *app) cycleOn(c ledger.Credential, day ledger.Date) (ledger.Cycle, error) {
	for _, y := range c.Cycles {
		if y.First <= day && day <= y.Last {
			return y, nil
		}
	}
	return ledger.Cycle{}, notFound("--cycle %s: in no cycle of %s", day, a.designation(c)).
		try("cmp credential show %s shows its cycles", c.Code)
}

// declaredCycle returns the cycle to be audited: that of the day, or the last
// one that was declared.
func (a *app) declaredCycle(s snapshot, c ledger.Credential, day ledger.Day) (y ledger.Cycle, err error) {
	if !day.IsZero() {
		y, err = a.cycleOn(c, day.Date(a.today))
	} else {
		for _, cycle := range c.Cycles {
			if cycle.Declared != 0 || y.Declared == 0 {
				y = cycle
			}
		}
	}
	if err == nil && y.Declared == 0 {
		which := "has no cycle yet"
		if y.Last != 0 {
			which = fmt.Sprintf("its cycle to %s was not declared", y.Last)
		}
		err = refused("%s: %s, so there is nothing to audit", a.designation(c), which).
			try("cmp audit %s --check says whether it would pass", s.shortName(c))
	}
	return y, err
}

func (a *app) auditPacket(ctx context.Context, text string, f auditFlags) error {
	if f.output == "-" {
		return a.sendPacket(ctx, text, f)
	}
	p, err := a.savePacket(ctx, text, f)
	if err != nil {
		return err
	}
	return a.printPacket(p, f.output)
}

// sendPacket writes a packet to standard output, from a temporary file: who
// reads it may be slow, and the ledger is not to be held meanwhile.
func (a *app) sendPacket(ctx context.Context, text string, f auditFlags) (err error) {
	folder, err := os.MkdirTemp("", "cmp-packet-")
	if err != nil {
		return badFile("the folder for temporary files: %s", fileReason(err))
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	f.output = filepath.Join(folder, "packet.zip")
	if _, err := a.savePacket(ctx, text, f); err != nil {
		return err
	}
	file, err := os.Open(f.output)
	if err != nil {
		return badFile("%s: %s", f.output, fileReason(err))
	}
	defer func() { _ = file.Close() }() // it was only read
	_, err = io.Copy(a.out, file)
	return err
}

// savePacket writes a packet to a file.
func (a *app) savePacket(ctx context.Context, text string, f auditFlags) (p audit.Packet, err error) {
	err = a.view(ctx, func(tx *store.Tx) error {
		s, err := a.judged(ctx, tx)
		if err != nil {
			return err
		}
		c, err := a.held(s, text)
		if err != nil {
			return err
		}
		cycle, err := a.declaredCycle(s, c, f.cycle)
		if err != nil {
			return err
		}
		if p, err = a.packet(ctx, tx, s, c, cycle); err != nil {
			return err
		}
		return a.writeFile(f.output, f.yes, func(w io.Writer) error { return audit.Write(w, p) })
	})
	return p, err
}

// packet gathers what was declared of a cycle and what proves it. It needs the
// rules only of what was declared before the ledger kept them.
func (a *app) packet(ctx context.Context, tx *store.Tx, s snapshot, c ledger.Credential, cycle ledger.Cycle) (audit.Packet, error) {
	d, err := tx.Declaration(ctx, cycle.ID)
	if err == nil && len(d.Requirements) == 0 {
		var account rules.Account
		if account, err = a.account(s, c, cycle); err == nil {
			d.Designation, d.Number = a.designation(c), c.Number
			actions.StateRules(&d, account.Edition)
		}
	}
	if err != nil {
		return audit.Packet{}, err
	}
	p := audit.Packet{Declaration: d, Drift: driftOf(d, s.Credits)}
	seen := map[int64]bool{}
	for _, line := range d.Credits {
		if seen[line.Credit.ID] {
			continue
		}
		seen[line.Credit.ID] = true
		proofs, err := tx.EvidenceOf(ctx, line.Credit.ID)
		if err != nil {
			return p, err
		}
		for _, e := range proofs {
			content := func() ([]byte, error) { return tx.Content(ctx, e.SHA256) }
			p.Certificates = append(p.Certificates, audit.Certificate{Evidence: e, Content: content})
		}
	}
	return p, nil
}

// printPacket says what the packet holds, and what it lacks.
func (a *app) printPacket(p audit.Packet, file string) error {
	credits, lacking := map[int64]bool{}, []int64{}
	proved, files := map[int64]bool{}, map[string]bool{}
	for _, x := range p.Certificates {
		proved[x.Evidence.Credit] = true
		files[x.Evidence.SHA256] = true // one that proves several credits is in the packet once
	}
	for _, line := range p.Declaration.Credits {
		if id := line.Credit.ID; !credits[id] {
			credits[id] = true
			if !proved[id] {
				lacking = append(lacking, id)
			}
		}
	}
	slices.Sort(lacking)
	if a.settings.Format == answer.JSON {
		return a.print(packetAnswer{
			File: file, Designation: p.Declaration.Designation, Declared: p.Declaration.Date, Credits: len(credits), Certificates: len(files),
			NoEvidence: lacking, Drift: p.Drift, Figures: declaredFigures(p.Declaration),
		})
	}
	a.tell("Wrote %s: %s, declared %s: %s, %s.", file, p.Declaration.Designation, p.Declaration.Date,
		words.Count(len(credits), "credit"), words.Count(len(files), "certificate"))
	if len(lacking) > 0 {
		a.tell("%s no evidence: %s", words.Count(len(lacking), "credit")+" "+words.Verb(len(lacking), "has", "have"), words.Numbers(lacking, ", "))
	}
	for _, line := range p.Drift {
		a.tell("%s; the packet says so.", words.Upper(line))
	}
	a.tell("Check it at any time: cmp audit verify %s", file)
	return nil
}

type packetAnswer struct {
	Schema       string          `json:"schema" shape:"cmp.packet/1" title:"Audit packet that was written" doc:"Written by cmp audit --output."`
	File         string          `json:"file" doc:"Path of the packet."`
	Designation  string          `json:"designation" doc:"Of the credential as it was: MLS(ASCP)CM."`
	Declared     ledger.Date     `json:"declared"`
	Credits      int             `json:"credits"`
	Certificates int             `json:"certificates" doc:"Files of evidence."`
	NoEvidence   []int64         `json:"no_evidence" doc:"Numbers of credits without any."`
	Drift        []string        `json:"drift" doc:"How credits are no longer as they were declared."`
	Figures      []auditedFigure `json:"figures" doc:"That it was judged by."`
}

// auditedFigure is points that were required, and where that is from.
type auditedFigure struct {
	Requirement ledger.Requirement `json:"requirement" as:"string" doc:"The requirement, or total."`
	Name        string             `json:"name" doc:"In words."`
	Required    ledger.Points      `json:"required"`
	Counted     ledger.Points      `json:"counted"`
	Confidence  rules.Confidence   `json:"confidence"`
	Source      string             `json:"source" doc:"Where the figure comes from."`
}

func declaredFigures(d ledger.Declaration) (all []auditedFigure) {
	for _, r := range d.Requirements {
		all = append(all, auditedFigure{r.Name, r.Title, r.Required, r.Counted, rules.Confidence(r.Confidence), r.Source})
	}
	return append(all, auditedFigure{rules.Total, "Total", d.Required, d.Counted, rules.Confidence(d.Confidence), d.Source})
}
