package cli

import (
	"cmpledger/internal/render"
	"cmpledger/internal/transcript"
)

type importJSON struct {
	Schema       string             `json:"schema"`
	Batch        int64              `json:"batch"` // 0 when nothing was added
	DryRun       bool               `json:"dry_run"`
	Rows         int                `json:"rows"`
	Added        int                `json:"added"`
	Duplicates   int                `json:"duplicates"`
	Changed      int                `json:"changed"`
	Rejected     int                `json:"rejected"`
	LookAlikes   int                `json:"look_alikes"`
	Understood   string             `json:"understood"` // how the file was
	Warnings     []string           `json:"warnings"`
	Rejects      []rejectJSON       `json:"rejects"`
	RejectedFile string             `json:"rejected_file"` // "" when none was written
	Changes      []importChangeJSON `json:"changes"`
}

type rejectJSON struct {
	Row     int    `json:"row"`
	Line    int    `json:"line"`
	Column  string `json:"column"`
	Value   string `json:"value"`
	Message string `json:"message"`
}

// importChangeJSON is a row that is changed, whether or not that was written.
type importChangeJSON struct {
	Row    int         `json:"row"`
	Line   int         `json:"line"`
	Credit int64       `json:"credit"`
	Fields []fieldJSON `json:"fields"`
}

// fieldJSON is a field that differs: a text, or a number of points.
type fieldJSON struct {
	Field  string `json:"field"`
	Before any    `json:"before"`
	After  any    `json:"after"`
}

// printImportJSON counts credits that were removed earlier as duplicates: the
// ledger knows them.
func (a *app) printImportJSON(in *importing) error {
	kinds := in.kinds()
	out := importJSON{
		Schema: "cmp.import/1", Batch: in.batch, DryRun: a.dryRun, Rows: len(in.verdicts), Added: in.countAdded(),
		Duplicates: kinds[transcript.Duplicate] + kinds[transcript.Removed], Changed: kinds[transcript.Changed],
		Rejected: kinds[transcript.Rejected], LookAlikes: len(in.alike), Understood: in.file.Assumptions(), Warnings: append([]string{}, in.file.Warnings...),
		Rejects: in.rejectsJSON(), Changes: in.changes(),
	}
	if a.dryRun {
		out.Batch = 0
	}
	if in.rejects.written || in.rejects.there {
		out.RejectedFile = in.rejects.path
	}
	if in.flags.restore {
		out.Duplicates -= kinds[transcript.Removed]
	}
	return render.WriteJSON(a.env.Out, out)
}

// changes lists the rows that are changed.
func (in *importing) changes() []importChangeJSON {
	all := []importChangeJSON{}
	for _, v := range in.verdicts {
		if v.Kind != transcript.Changed {
			continue
		}
		c := importChangeJSON{Row: v.Row.Number, Line: v.Row.Line, Credit: v.Existing.ID, Fields: []fieldJSON{}}
		for _, field := range v.Changes {
			switch transcript.Field(field) {
			case transcript.Title:
				c.Fields = append(c.Fields, fieldJSON{field, v.Existing.Title, v.Row.Credit.Title})
			case transcript.Points:
				c.Fields = append(c.Fields, fieldJSON{field, v.Existing.Points, v.Row.Credit.Points})
			}
		}
		all = append(all, c)
	}
	return all
}
