package cli

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"cmpledger/internal/actions"
	"cmpledger/internal/answer"
	"cmpledger/internal/evidence"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
	"cmpledger/internal/words"
)

func (a *app) newEvidence() *cobra.Command {
	cmd := a.newGroup("evidence", "Keep the certificates that prove your credits",
		a.newEvidenceAdd(), a.newEvidenceList(), a.newEvidenceGet(), a.newEvidenceRemove(), a.newEvidenceVerify())
	cmd.Long = `Keep the files that prove your credits: certificates, letters, transcripts. cmp
keeps them inside the ledger. A file that proves several credits is kept once.`
	cmd.Example = `  cmp evidence add 12 certificate.pdf
  cmp evidence list --missing`
	return cmd
}

// size returns a number of bytes as people read it: "1.2 MiB".
func size(bytes int64) string { return humanize.IBytes(uint64(max(bytes, 0))) }

type evidenceAnswer struct {
	Schema   string         `json:"schema" shape:"cmp.evidence/1" title:"Files that prove credits" doc:"Written by cmp evidence add, list, get and remove."`
	DryRun   bool           `json:"dry_run,omitempty" doc:"It was asked for, and nothing was written. Absent otherwise."`
	Evidence []evidenceItem `json:"evidence" records:"id credit name media_type size sha256 added" table:"id|Certificate|right; credit|Credit|right; name|File|cut; Bytes|Size|right; added|Added; Title|Title|cut wide"`
}

type evidenceItem struct {
	ledger.Evidence
	File  string `json:"file,omitempty" doc:"Where cmp evidence get wrote it. Absent otherwise."`
	Bytes string // as people read them
	Title string // of the credit, where it is listed
}

func (a *app) evidenceAnswer(all []ledger.Evidence) evidenceAnswer {
	out := evidenceAnswer{DryRun: a.dryRun}
	for _, e := range all {
		out.Evidence = append(out.Evidence, evidenceItem{Evidence: e, Bytes: size(e.Size)})
	}
	return out
}

func evidenceArguments(cmd *cobra.Command, args []string) error {
	for _, arg := range args {
		if _, err := parseID(arg); err != nil {
			return usage("%q: not the number of a certificate, such as 3", arg).try("%s shows the certificates", ledger.Command{"evidence", "list"})
		}
	}
	return someArguments("the number of a certificate, such as 3")(cmd, args)
}

// evidenceNumbered also finds that of credits that were removed.
func evidenceNumbered(ctx context.Context, tx *store.Tx, args []string) (found []ledger.Evidence, err error) {
	all, err := tx.AllEvidence(ctx)
	if err != nil {
		return nil, err
	}
	ids, err := parseIDs(args)
	for _, id := range ids {
		i := slices.IndexFunc(all, func(e ledger.Evidence) bool { return e.ID == id })
		if i < 0 {
			return nil, notFound("certificate %d: not in this ledger", id).try("%s shows the certificates", ledger.Command{"evidence", "list"})
		}
		found = append(found, all[i])
	}
	return found, err
}

// titleOf returns the title of a credit, which may have been removed.
func titleOf(s snapshot, credit int64) string {
	c, err := s.Credit(credit)
	if err != nil {
		return "which you removed"
	}
	return c.Title
}

func fileNames(all []ledger.Evidence) string {
	return strings.Join(words.Map(all, func(e ledger.Evidence) string { return e.Name }), ", ")
}

func (a *app) newEvidenceAdd() *cobra.Command {
	var credit int64
	return a.writing(&cobra.Command{
		Use:   "add CREDIT FILE...",
		Short: "Add certificates to a credit",
		Long: `Add files that prove a credit: PDF, pictures, text, mail or any other kind, up
to 25 MiB each. cmp copies them into the ledger, so they are safe there even if
you lose the files.`,
		Example: `  cmp evidence add 12 certificate.pdf
  cmp evidence add 12 page1.jpg page2.jpg`,
		Args: func(cmd *cobra.Command, args []string) (err error) {
			if err = someArguments("the number of a credit, such as 12, and files")(cmd, args); err != nil {
				return err
			}
			if credit, err = parseID(args[0]); err == nil && len(args) == 1 {
				return usage("evidence add %s: needs a file", args[0]).
					try("such as: %s", ledger.Command{"evidence", "add", args[0], "certificate.pdf"})
			}
			return err
		},
		RunE: a.run(func(ctx context.Context, args []string) error {
			var added []ledger.Evidence
			s, err := a.alter(ctx, func(tx *store.Tx, s *snapshot) (_ string, err error) {
				if _, err = s.Credit(credit); err == nil {
					added, err = a.addEvidence(ctx, tx, *s, credit, args[1:])
				}
				return fmt.Sprintf("certificate of credit %d added: %s", credit, fileNames(added)), err
			})
			if err != nil {
				return err
			}
			for _, e := range added {
				a.tell("%s certificate %d to credit %d, %s: %s (%s, %s)", a.did("Added", "add"), e.ID, credit, titleOf(s, credit), e.Name, e.MediaType, size(e.Size))
			}
			err = a.reply(a.evidenceAnswer(added))
			a.sayOfEvidence(s, credit, added)
			return err
		}),
	})
}

// addEvidence leaves out a file that the credit has already, and mends one that was damaged.
func (a *app) addEvidence(ctx context.Context, tx *store.Tx, s snapshot, credit int64, paths []string) ([]ledger.Evidence, error) {
	has := map[string]ledger.Evidence{}
	for _, e := range s.EvidenceOf(credit) {
		has[e.SHA256] = e
	}
	var added []ledger.Evidence
	for _, path := range paths {
		if path == "-" {
			return nil, usage("-: a certificate comes from a file, not from standard input").try("save it to a file, and name that")
		}
		if err := store.Apart(a.settings.DB, path); err != nil { // to close it would give up its locks
			return nil, err
		}
		e, data, err := evidence.Read(path)
		if err != nil {
			return nil, err
		}
		if old, ok := has[e.SHA256]; ok {
			mended, err := tx.MendEvidence(ctx, old, data)
			switch {
			case err != nil:
				return nil, err
			case mended:
				a.say("%s: certificate %d of credit %d was damaged; this file repairs it", e.Name, old.ID, credit)
			default:
				a.say("%s: credit %d has that file already", e.Name, credit)
			}
			continue
		}
		e.Credit, e.Added = credit, a.today
		if err := tx.AddEvidence(ctx, &e, data); err != nil {
			return nil, err
		}
		has[e.SHA256] = e
		added = append(added, e)
	}
	return added, nil
}

// sayOfEvidence warns of files that prove other credits too, or may not be accepted.
func (a *app) sayOfEvidence(s snapshot, credit int64, added []ledger.Evidence) {
	for _, f := range evidence.Lint([]ledger.Credit{{ID: credit}}, append(s.Evidence, added...)) {
		if slices.ContainsFunc(added, func(e ledger.Evidence) bool { return e.ID == f.Evidence }) {
			a.say("Credit %d: %s", credit, f.Message)
		}
	}
}

func (a *app) newEvidenceList() *cobra.Command {
	var ids []int64
	var codes []string
	var missing bool
	cmd := withRecords(&cobra.Command{
		Use:   "list [CREDIT...]",
		Short: "List certificates, or the credits without one",
		Long: `List the files that prove your credits: all of them, or only for the credits you
name.

--missing lists what an audit would object to in your open and declared cycles.
These are credits without a file, one file for several credits, and kinds of
files that may not be accepted. If you hold no credential, cmp looks at all
credits. --credential narrows this to one credential.`,
		Example: `  cmp evidence list
  cmp evidence list 12
  cmp evidence list --missing --format csv
  cmp evidence list --missing --credential SBB`,
		Args: func(_ *cobra.Command, args []string) (err error) {
			ids, err = parseIDs(args)
			return err
		},
		RunE: a.run(func(ctx context.Context, _ []string) error {
			s, err := a.look(ctx, actions.AllCycles)
			if err != nil {
				return err
			}
			if _, err := s.CreditsOf(ids); err != nil {
				return err
			}
			asked := s.Credits
			if missing && len(s.Credentials) > 0 || len(codes) > 0 {
				standings, err := a.standings(s, codes)
				if err != nil {
					return err
				}
				asked = toProve(s, standings, codes)
			}
			asked = slices.DeleteFunc(slices.Clone(asked), func(c ledger.Credit) bool { return len(ids) > 0 && !slices.Contains(ids, c.ID) })
			if missing {
				return a.missingEvidence(s, asked)
			}
			return a.listEvidence(s, asked, ids, codes)
		}),
	})
	cmd.Flags().StringArrayVar(&codes, "credential", nil, "only what an audit of the credential with this `code` asks for; may be repeated")
	cmd.Flags().BoolVar(&missing, "missing", false, "list what an audit would object to")
	return cmd
}

// listEvidence lists the evidence of some credits, chosen by numbers and codes.
func (a *app) listEvidence(s snapshot, asked []ledger.Credit, ids []int64, codes []string) error {
	all := slices.DeleteFunc(slices.Clone(s.Evidence), func(e ledger.Evidence) bool {
		return !slices.ContainsFunc(asked, func(c ledger.Credit) bool { return c.ID == e.Credit })
	})
	if a.settings.Format == answer.Table && len(all) == 0 {
		of := ""
		switch {
		case len(ids) > 0:
			of = " of " + words.Credits(ids)
		case len(codes) > 0:
			of = " of " + words.List("and", codes)
		}
		a.say("No certificate%s yet: %s", of, ledger.Command{"evidence", "add", "CREDIT", "FILE"})
		return nil
	}
	out := a.evidenceAnswer(all)
	for i, e := range all {
		c, _ := s.Credit(e.Credit)
		out.Evidence[i].Title = c.Title
	}
	return a.print(out)
}

type missingAnswer struct {
	Schema  string             `json:"schema" shape:"cmp.missing/1" title:"What an audit would miss" doc:"Written by cmp evidence list --missing."`
	Missing []evidence.Finding `json:"missing" records:"credit kind name message"`
	Bare    []ledger.Credit    `table:"ID|No certificate|right; date|Date; points|Points|right; title|Title|cut wide"`
}

// toProve returns the credits that an audit of the credentials named, or of all, may
// ask for: what counts in the cycles of their standings, and what was declared.
func toProve(s snapshot, standings []rules.Standing, codes []string) []ledger.Credit {
	wanted := map[int64]bool{}
	for _, t := range standings {
		for _, c := range s.ToProve(t) {
			wanted[c.ID] = true
		}
	}
	for cycle, d := range s.Declarations {
		of := s.OfCycle(cycle).ID
		if len(codes) > 0 && !slices.ContainsFunc(standings, func(t rules.Standing) bool { return t.Credential.ID == of }) {
			continue
		}
		maps.Copy(wanted, d.Numbers())
	}
	return s.Among(wanted)
}

// missingEvidence shows what an audit would miss of some credits.
func (a *app) missingEvidence(s snapshot, credits []ledger.Credit) (err error) {
	out := missingAnswer{Missing: evidence.Lint(credits, s.Evidence)}
	for _, f := range out.Missing {
		if c, _ := s.Credit(f.Credit); f.Kind == evidence.Missing {
			out.Bare = append(out.Bare, c)
		}
	}
	switch {
	case a.settings.Format != answer.Table:
		return a.print(out)
	case len(credits) == 0:
		a.say("Nothing to prove: no credit counts for an open cycle, and none was declared.")
	case len(out.Missing) == 0:
		of := " of your open and declared cycles"
		if len(s.Credentials) == 0 {
			of = ""
		}
		a.tell("Nothing is missing: %s%s, each with its certificate.", words.Count(len(credits), "credit"), of)
	case len(out.Bare) > 0:
		err = a.print(out)
		a.tell("Next: %s", ledger.Command{"evidence", "add", "CREDIT", "FILE"})
	}
	for _, f := range out.Missing {
		if f.Kind != evidence.Missing {
			a.tell("Credit %d: %s", f.Credit, f.Message)
		}
	}
	return err
}

func (a *app) newEvidenceGet() *cobra.Command {
	var output string
	var yes bool
	cmd := &cobra.Command{
		Use:   "get EVIDENCE",
		Short: "Save a certificate to a file",
		Long: `Save a file that proves a credit, exactly as you added it. It goes into the
folder you are in, or to --output: a file, a folder, or - for standard output.
An existing file is replaced only with --yes. cmp may change the name so that
any system takes it.

To get all files of a cycle at once, use cmp audit.`,
		Example: `  cmp evidence get 3
  cmp evidence get 3 --output certificates
  cmp evidence get 3 --output - > copy.pdf`,
		Args: func(cmd *cobra.Command, args []string) error {
			if output == "" {
				return usage("--output: needs a path").try("leave it out for the folder you are in")
			}
			if err := oneArgument("the number of one certificate, such as 3")(cmd, args); err != nil {
				return err
			}
			return evidenceArguments(cmd, args)
		},
		RunE: a.run(func(ctx context.Context, args []string) error { return a.evidenceGet(ctx, args, output, yes) }),
	}
	cmd.Flags().StringVarP(&output, "output", "o", ".", "write to this `path`")
	cmd.Flags().BoolVar(&yes, "yes", false, "replace the file if it exists")
	return cmd
}

func (a *app) evidenceGet(ctx context.Context, args []string, output string, yes bool) error {
	var found []ledger.Evidence
	err := a.view(ctx, func(tx *store.Tx) (err error) {
		found, err = evidenceNumbered(ctx, tx, args)
		return err
	})
	if err != nil {
		return err
	}
	e := found[0]
	fill := func(to io.Writer) error {
		return a.view(ctx, func(tx *store.Tx) error { return a.content(ctx, tx, e, to) })
	}
	if output == "-" {
		return a.writeOut(fill)
	}
	if info, err := os.Stat(output); err == nil && info.IsDir() {
		output = filepath.Join(output, evidence.SafeName(e.Name))
	}
	if err := a.writeFile(output, yes, fill); err != nil {
		return err
	}
	a.tell("Wrote certificate %d of credit %d to %s (%s)", e.ID, e.Credit, output, size(e.Size))
	out := a.evidenceAnswer(found)
	out.Evidence[0].File = output
	return a.reply(out)
}

// content writes a file of evidence, and is an error where it is not as it was added.
func (a *app) content(ctx context.Context, tx *store.Tx, e ledger.Evidence, to io.Writer) error {
	err := tx.Content(ctx, e.SHA256, to)
	if damage, _ := actions.Damage(err); damage != "" {
		err = refused("certificate %d, %s: %s", e.ID, e.Name, damage).try("add the file again: %s; or find a backup: %s",
			ledger.Command{"evidence", "add", fmt.Sprint(e.Credit), "FILE"}, ledger.Command{"backup", "list"})
	}
	return err
}

func (a *app) newEvidenceRemove() *cobra.Command {
	return a.writing(&cobra.Command{
		Use:   "remove EVIDENCE...",
		Short: "Remove a certificate from its credit",
		Long: `Remove a file from the credit that it proves. Its content stays in the ledger,
so cmp undo can bring it back.`,
		Example: `  cmp evidence remove 3
  cmp evidence remove 3 4 --dry-run`,
		Args: evidenceArguments,
		RunE: a.run(func(ctx context.Context, args []string) error {
			var removed []ledger.Evidence
			s, err := a.alter(ctx, func(tx *store.Tx, _ *snapshot) (_ string, err error) {
				removed, err = evidenceNumbered(ctx, tx, args)
				for _, e := range removed {
					if err := tx.RemoveEvidence(ctx, e.ID); err != nil {
						return "", err
					}
				}
				return "certificate removed: " + fileNames(removed), err
			})
			if err != nil {
				return err
			}
			for _, e := range removed {
				a.tell("%s certificate %d from credit %d, %s: %s", a.did("Removed", "remove"), e.ID, e.Credit, titleOf(s, e.Credit), e.Name)
			}
			return a.reply(a.evidenceAnswer(removed))
		}),
	})
}

func (a *app) newEvidenceVerify() *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Check that no certificate has changed",
		Long: `Check that every file is still what you added, by its checksum (SHA-256). cmp
names what is wrong; the exit code is then 3.`,
		Example: `  cmp evidence verify
  cmp evidence verify --format json`,
		Args: noArguments,
		RunE: a.run(func(ctx context.Context, _ []string) error {
			var out verifiedAnswer
			err := a.view(ctx, func(tx *store.Tx) (err error) {
				out.Verified, err = actions.Verify(ctx, tx, func(int64) bool { return true })
				return err
			})
			if err != nil {
				return err
			}
			for _, d := range out.Findings {
				a.tell("%s", damageText(d))
			}
			a.tell("%s checked, %s damaged", words.Count(out.Contents, "file"), words.Count(out.Damaged, "file"))
			if err := a.reply(out); err != nil || out.Damaged == 0 {
				return err
			}
			return errSilentNo
		}),
	}
}

type verifiedAnswer struct {
	Schema string `json:"schema" shape:"cmp.verify/1" title:"Evidence that was verified" doc:"Written by cmp evidence verify."`
	actions.Verified
}

func damageText(d actions.Damaged) ledger.Text {
	return ledger.Say("Certificate %d of credit %d, %s: %s; add the file again: %s", d.Evidence, d.Credit, d.Name, d.Message,
		ledger.Command{"evidence", "add", fmt.Sprint(d.Credit), "FILE"})
}
