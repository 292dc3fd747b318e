package evidence_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/evidence"
	"cmpledger/internal/ledger"
)

func TestLint(t *testing.T) {
	credit := func(id int64) ledger.Credit { return ledger.Credit{ID: id} }
	of := func(id int64) *ledger.Credit { return &ledger.Credit{ID: id} }
	file := func(id, credit int64, mediaType string, content int64) ledger.Evidence {
		return ledger.Evidence{ID: id, Credit: credit, MediaType: mediaType, Content: content}
	}
	one, two, zip := file(1, 1, "application/pdf", 1), file(2, 2, "application/pdf", 1), file(3, 2, "application/zip", 2)
	tests := []struct {
		name    string
		credits []ledger.Credit
		all     []ledger.Evidence
		want    []evidence.Finding
	}{
		{"nothing to prove", nil, []ledger.Evidence{one}, nil},
		{"proved", []ledger.Credit{credit(1)}, []ledger.Evidence{one}, nil},
		{"missing", []ledger.Credit{credit(3)}, []ledger.Evidence{one}, []evidence.Finding{{Credit: of(3), Kind: evidence.Missing, Evidence: &ledger.Evidence{}}}},
		{"two files of one credit", []ledger.Credit{credit(1)}, []ledger.Evidence{one, file(4, 1, "image/png", 3)}, nil},
		{
			"shared with a credit that is not asked for, and unfit", []ledger.Credit{credit(2)}, []ledger.Evidence{one, two, zip},
			[]evidence.Finding{
				{Credit: of(2), Kind: evidence.Shared, Evidence: &two, Others: []int64{1}},
				{Credit: of(2), Kind: evidence.Unfit, Evidence: &zip, Reason: evidence.Reject("application/zip")},
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, evidence.Lint(tt.credits, tt.all)); diff != "" {
				t.Errorf("Lint() mismatch (-want +got):\n%s", diff)
			}
		})
	}
}
