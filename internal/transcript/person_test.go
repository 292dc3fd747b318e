package transcript_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/transcript"
)

// sameName compares the first name, or its initial, and the last.
func sameName(a, b string) bool {
	given := func(s string) (first, last string) {
		if family, first, ok := strings.Cut(strings.ToLower(s), ", "); ok {
			return first, family
		}
		all := strings.Fields(strings.ToLower(s))
		return strings.TrimSuffix(all[0], "."), all[len(all)-1]
	}
	first, last := given(a)
	other, family := given(b)
	return last == family && (first == other || len(first) == 1 && strings.HasPrefix(other, first) || len(other) == 1 && strings.HasPrefix(first, other))
}

// Of a file with rows of several people, those of the holder are read, or none.
func TestPerson(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, header, people, holder, want string }{
		{"nobody set, one person", "Employee", "Doe, Jane|Jane Doe|J. Doe", "", "2 3 4"},
		{"nobody set, several", "Employee", "Doe, Jane|Roe, Al|Jane Doe", "", `column "Employee" names several people: "Doe, Jane" and "Roe, Al"`},
		{"nobody set, many", "Learner Name", "A|B|C|D|E", "", `column "Learner Name" names several people: "A", "B", "C" and others`},
		{"the holder's", "Student", "Doe, Jane|Roe, Al|JANE Q. DOE", "Jane Doe", "2 4; left out 3 of somebody else"},
		{"nobody of them", "Attendee", "Roe, Al|Poe, B.", "Jane Doe", `column "Attendee" names several people: "Roe, Al" and "Poe, B."`},
		{"two who may be", "Participant", "Doe, Jane|Roe, Al|Doe, Jim", "J. Doe", `column "Participant" names several people: "Doe, Jane" and "Doe, Jim"`},
		{"one who is somebody else", "User", "Roe, Al|Roe, Al", "Jane Doe", `2 3; all rows are of "Roe, Al", but you are "Jane Doe" (setting holder)`},
		{"a row without a name", "Employee", "Doe, Jane||Roe, Al", "Jane Doe", "2 3!must not be empty, because the file has several people; left out 4 of somebody else"},
		{"one person and rows without", "Employee", "Doe, Jane||-", "Jane Doe", "2 3 4"},
		{"numbers", "Employee", "4455|4456", "4456", "3; left out 2 of somebody else"},
		{"a name beside a title", "Name", "Jane Doe|Al Roe", "Jane Doe", "2; left out 3 of somebody else"},
		{"family names alone", "Last Name", "Doe|Roe", "Doe", "2; left out 3 of somebody else"},
		{"first names beside them", "First Name,Last Name", "Jane,Doe|Al,Doe|Jane,Roe", "Jane Doe", "2; left out 3 of somebody else; left out 4 of somebody else"},
		{"two columns", "Learner,User", "A B,ab|C D,cd", "A B", "2; left out 3 of somebody else"},
		{"a column of another name", "Speaker", "Jane Doe|Al Roe", "", "2 3"},
		{"an employee's number is no name", "Employee ID", "1|2", "", "2 3"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			text := "Course,Completed,Hours," + tc.header + "\n"
			for person := range strings.SplitSeq(tc.people, "|") {
				if !strings.Contains(tc.header, ",") {
					person = `"` + person + `"`
				}
				text += "A,2026-05-20,1," + person + "\n"
			}
			f, err := transcript.Text([]byte(text)).Read(transcript.Options{Holder: tc.holder, Same: sameName})
			var got []string
			for _, row := range f.Rows {
				n := fmt.Sprint(row.Number)
				if row.Problem != nil {
					n += "!" + row.Problem.Message
				}
				got = append(got, n)
			}
			said := []string{strings.Join(got, " ")}
			for _, row := range f.LeftOut {
				said = append(said, fmt.Sprintf("left out %d %s", row.Row, row.Status))
			}
			all := strings.Join(append(said, f.Warnings...), "; ")
			if err != nil {
				all, _, _ = strings.Cut(err.Error(), ";")
			}
			if diff := cmp.Diff(tc.want, all); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
