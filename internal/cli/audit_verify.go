package cli

import (
	"cmp"
	"context"
	"os"

	"github.com/spf13/cobra"

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
	for _, f := range report.Findings {
		a.tell("%s %s", cmp.Or(f.File, "the packet"), f.Problem)
	}
	a.tell("%s: %s as written, %s", path, words.Count(report.Files, "file"), words.Count(len(report.Findings), "finding"))
	if err := a.reply(verifiedPacket{File: path, Report: report}); err != nil || len(report.Findings) == 0 {
		return err
	}
	return errSilentNo
}

type verifiedPacket struct {
	Schema string `json:"schema" shape:"cmp.verify-packet/1" title:"Audit packet that was verified" doc:"Written by cmp audit verify."`
	File   string `json:"file" doc:"Path of the packet."`
	audit.Report
}
