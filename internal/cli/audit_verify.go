package cli

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"cmpledger/internal/answer"
	"cmpledger/internal/audit"
	"cmpledger/internal/words"
)

func (a *app) newAuditVerify() *cobra.Command {
	return &cobra.Command{
		Use:   "verify FILE.zip",
		Short: "Check that a packet is what was written",
		Long: `Check every file of an audit packet against its SHA-256 sum, and that nothing was
added or taken out. Exits with 3 and names what is wrong.`,
		Example: `  cmp audit verify packet.zip
  cmp audit verify packet.zip --format json`,
		Args: oneArgument("a packet, such as packet.zip"),
		RunE: a.run(func(_ context.Context, args []string) error { return a.auditVerify(args[0]) }),
	}
}

func (a *app) auditVerify(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return badFile("%s: %s", path, fileReason(err))
	}
	defer func() { _ = file.Close() }() // it was only read
	info, err := file.Stat()
	if err != nil {
		return badFile("%s: %s", path, fileReason(err))
	}
	if !info.Mode().IsRegular() {
		return badFile("%s: no regular file", path).try("name a packet that cmp audit wrote")
	}
	report, err := audit.Verify(file, info.Size())
	if err != nil {
		return badFile("%s: %s", path, fileReason(err)).try("name a packet that cmp audit wrote")
	}
	if a.settings.Format == answer.JSON {
		out := verifiedPacketJSON{Schema: "cmp.verify-packet/1", File: path, Files: report.Files, Findings: []packetFindingJSON{}}
		for _, f := range report.Findings {
			out.Findings = append(out.Findings, packetFindingJSON{f.File, f.Problem})
		}
		if err := answer.WriteJSON(a.env.Out, out); err != nil {
			return err
		}
	} else {
		for _, f := range report.Findings {
			a.tell("%s %s", subject(f.File), f.Problem)
		}
		a.tell("%s: %s as written, %s", path, words.Count(report.Files, "file"), words.Count(len(report.Findings), "finding"))
	}
	if len(report.Findings) > 0 {
		return errSilentNo
	}
	return nil
}

// subject names a file of a packet, or the packet.
func subject(file string) string {
	if file == "" {
		return "the packet"
	}
	return file
}

type verifiedPacketJSON struct {
	Schema   string              `json:"schema"`
	File     string              `json:"file"`
	Files    int                 `json:"files"`
	Findings []packetFindingJSON `json:"findings"`
}

type packetFindingJSON struct {
	File    string `json:"file"`
	Problem string `json:"problem"`
}
