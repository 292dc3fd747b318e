package cli

import (
	"fmt"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"cmpledger/internal/evidence"
	"cmpledger/internal/ledger"
	"cmpledger/internal/words"
)

func (a *app) newEvidence() *cobra.Command {
	cmd := a.newGroup("evidence", "Keep the certificates and letters that prove credits",
		a.newEvidenceAdd(), a.newEvidenceList(), a.newEvidenceGet(), a.newEvidenceRemove(), a.newEvidenceVerify())
	cmd.Long = `Keep the files that prove credits, in the ledger itself: certificates, letters,
transcripts. Each file is kept whole with its SHA-256, once however many credits
it proves.`
	cmd.Example = `  cmp evidence add 12 certificate.pdf
  cmp evidence list --missing`
	return cmd
}

// evidenceOf returns the evidence of a credit.
func (s snapshot) evidenceOf(credit int64) []ledger.Evidence {
	var all []ledger.Evidence
	for _, e := range s.Evidence {
		if e.Credit == credit {
			all = append(all, e)
		}
	}
	return all
}

// size returns a number of bytes as people read it: "1.2 MiB".
func size(bytes int64) string { return humanize.IBytes(uint64(max(bytes, 0))) }

// lintSentence says what a finding is about, behind the number of the credit.
func lintSentence(f evidence.Finding) string {
	switch f.Kind {
	case evidence.Missing:
		return "no evidence yet"
	case evidence.Shared:
		return fmt.Sprintf("%s is evidence of %s %s too", f.Evidence.Name, words.Verb(len(f.Others), "credit", "credits"), words.Numbers(f.Others, ", "))
	}
	return fmt.Sprintf("%s %s", f.Evidence.Name, f.Reason)
}

// evidenceRemark says in one line what would be missed in an audit of the
// credits, or nothing.
func evidenceRemark(found []evidence.Finding) string {
	n, seen := map[evidence.Kind]int{}, map[evidence.Kind]int64{}
	for _, f := range found {
		if f.Kind == evidence.Unfit || seen[f.Kind] != f.Credit.ID { // of a credit with several files, one counts
			n[f.Kind]++
		}
		seen[f.Kind] = f.Credit.ID
	}
	var parts []string
	for _, k := range []struct {
		kind      evidence.Kind
		one, many string
	}{
		{evidence.Missing, "1 credit has no evidence yet", "%d credits have no evidence yet"},
		{evidence.Shared, "1 credit shares its evidence with another", "%d credits share their evidence with others"},
		{evidence.Unfit, "1 file may not be accepted", "%d files may not be accepted"},
	} {
		switch n[k.kind] {
		case 0:
		case 1:
			parts = append(parts, k.one)
		default:
			parts = append(parts, fmt.Sprintf(k.many, n[k.kind]))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return words.List("and", parts) + ": cmp evidence list --missing"
}

type evidenceAnswer struct {
	Schema   string         `json:"schema" shape:"cmp.evidence/1" title:"Files that prove credits" doc:"Written by cmp evidence add, list, get and remove."`
	DryRun   bool           `json:"dry_run,omitempty" doc:"It was asked for, and nothing was written. Absent otherwise."`
	Evidence []evidenceItem `json:"evidence" records:"id credit name media_type size sha256 added" table:"id|Evidence|right; credit|Credit|right; name|File|cut; Bytes|Size|right; added|Added; Title|Title|cut wide"`
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
