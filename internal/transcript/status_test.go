package transcript_test

import (
	"strings"
	"testing"

	"cmpledger/internal/transcript"
)

// A status says that something was earned, that nothing was, or it is not known.
func TestStatus(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, earned, leftOut, unknown string }{
		{"words", "Completed|PASSED|Attended|approved|Earned|Awarded|Granted|Accepted|Verified|yes|1|Present|Satisfactory",
			"Failed|Overdue|Abandoned|Submitted|Browsed|Due|Audit|Waived|No show|Expired|Withdrawn|Cancelled|Waitlisted|Registered|0|No",
			"Archived|Not applicable|N/A|Not graded|Noted"},
		{"not, and not yet", "", "Not Yet Completed|Awaiting approval|Not Attempted|Not Reviewed|not-started|Notcompleted|Pending review|Waiting list", ""},
		{"with a reason", "Completed (late)|Passed: 92%|Passed 92%|Completed 05/20/2026", "Declined (late)|Failed - no quiz|In progress, 50%|Fail 50%|70% - Failed|50 Failed|Expired 01/02/2026|Cancelled – flood|Completed (pending approval)|Completed - credit denied|Passed - revoked|Completed - Not Passed", "Completed 2 of 3|2 of 3|Passed on 2nd attempt|Approved - expired"},
		{"an amount or a day", "92%|88|05/20/2026", "", "Score: 12"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			for i, group := range []string{tc.earned, tc.leftOut, tc.unknown} {
				for cell := range strings.SplitSeq(group, "|") {
					if cell == "" {
						continue
					}
					f := read(t, "Course,Completed,Hours,Status\nA,2026-05-20,1,\""+cell+"\"\n", transcript.Options{})
					warned := len(f.Warnings) == 1 && strings.Contains(f.Warnings[0], ", counted as earned in 1 row.")
					if left := len(f.LeftOut) == 1; left != (i == 1) || warned != (i == 2) {
						t.Errorf("%q: left out %v, warnings %q", cell, left, f.Warnings)
					}
				}
			}
		})
	}
}
