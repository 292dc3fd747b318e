package transcript_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/transcript"
)

func TestLook(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"own", "date,title,points,topics\n2026-03-16,A,1,safety\n",
			"own true, 0 skipped; date=date@0 title=title@1 points=points@2 topics=topics@3; dates YYYY-MM-DD, comma false; []; map[]"},
		{"foreign", "Mine\nCourse,,Completed,Hours,Category,Status\n" +
			"A,,3/16/2026,\"0,5\",\"Yoga; Safety\",x\nB,,5/5/2026,1,YOGA,x\nC,,4/5/2026,1,Other,x\nD,,4/5/2026,1,safety=1,x\nE,,4/5/2026,1,Chem/Micro\n",
			"own false, 1 skipped; title=Course@0 date=Completed@2 points=Hours@3 topics=Category@4; " +
				"dates MM/DD/YYYY, comma true; [Yoga 2]; map[]"},
		{"decimals of both kinds", "Title;Date;Hours\nA;2026-03-16;1,5\nB;Mar 16, 2026;1.5\n",
			"own false, 0 skipped; title=Title@0 date=Date@1 points=Hours@2; dates , comma false; []; map[]"},
		{"dates of which either order is the same", "Title;Date;Hours\nA;5/5/2026;1\n",
			"own false, 0 skipped; title=Title@0 date=Date@1 points=Hours@2; dates , comma false; []; map[]"},
		{"short years", "Title;Date;Hours\nA;3/16/26;1\n",
			"own false, 0 skipped; title=Title@0 date=Date@1 points=Hours@2; dates , comma false; []; " +
				"map[date:years have two digits; MM/DD/YY or DD/MM/YY says what they mean]"},
		{"units and decimal commas", "Title;Date;Duration;Unit\nA;2026-03-16;1,5;hours\nB;2026-03-16;90;min\n",
			"own false, 0 skipped; title=Title@0 date=Date@1 points=Duration@2 unit=Unit@3; dates YYYY-MM-DD, comma true; []; map[]"},
		{"what is open in units", "Title;Date;Length;Unit;Units\nA;2026-03-16;1;min;min\n",
			"own false, 0 skipped; title=Title@0 date=Date@1; dates YYYY-MM-DD, comma false; []; " +
				`map[points:the points may be in column "Length", counted in minutes (60 to the point) or in hours ` +
				`unit:columns "Unit" and "Units" could both be the unit]`},
		{"what is open", "Course;Event;Date;CEU\nA;B;3/5/2026;1\n",
			"own false, 0 skipped; date=Date@2; dates , comma false; []; " +
				`map[date:line 2: Date: "3/5/2026" may have the month or the day first, and no other row tells ` +
				`points:the points may be in column "CEU", counted in CEUs (10 points each) or in hours title:columns "Course" and "Event" could both be the title]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := transcript.Text([]byte(tt.text)).Look(nil)
			need(t, err)
			columns := ""
			for _, c := range s.Columns {
				columns += fmt.Sprintf(" %s=%s@%d", c.Field, c.Header, c.Index)
			}
			var texts []string
			for _, topic := range transcript.UnknownTopics(s.Rows) {
				texts = append(texts, fmt.Sprint(topic.Text, " ", topic.Rows))
			}
			got := fmt.Sprintf("own %v, %d skipped;%s; dates %s, comma %v; %v; %v", s.Own, s.Skipped, columns, s.DateOrder, s.DecimalComma, texts, s.Open)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Look (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLookRows(t *testing.T) {
	s, err := transcript.Sheet("S", [][]string{nil, {"Title", "Date", "Hours", "Category"}, {"A", "2026-03-16", "1"}, {"B", "2026-03-16", "1", "Yoga"}}).Look(nil)
	if err != nil || len(s.Columns) != 4 || len(transcript.UnknownTopics(s.Rows)) != 1 {
		t.Errorf("LookRows: %+v, %v", s, err)
	}
	if _, err := transcript.Sheet("S", nil).Look(nil); err == nil {
		t.Error("no error for a sheet without cells")
	}
}
