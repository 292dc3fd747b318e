package store

import (
	"cmp"
	"encoding/json"
	"fmt"

	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
	"cmpledger/internal/sorted"
)

// A row is one row of a table as the log holds it.
type row struct {
	place
	image image
}

// The columns of rows that a portable record has.
type (
	credentialRow struct {
		UID       string      `json:"uid"`
		Number    string      `json:"number"`
		Certified ledger.Date `json:"certified"`
		Voluntary int         `json:"voluntary"`
	}
	cycleRow struct {
		Credential int64       `json:"credential"`
		First      ledger.Date `json:"first_day"`
		Last       ledger.Date `json:"last_day"`
		Closed     int         `json:"closed"`
	}
	creditRow struct {
		Removed          int         `json:"removed"`
		Date             ledger.Date `json:"date"`
		Title            string      `json:"title"`
		Provider         string      `json:"provider"`
		Points           hundredths  `json:"points"`
		Activity         string      `json:"activity"`
		Reference        string      `json:"reference"`
		URL              string      `json:"url"`
		Note             string      `json:"note"`
		Import           int64       `json:"import"`
		ImportedIdentity string      `json:"imported_identity"`
		MergedInto       int64       `json:"merged_into"`
	}
	topicRow struct {
		Position int        `json:"position"`
		Topic    string     `json:"topic"`
		Limit    hundredths `json:"limit_points"`
	}
	allocationRow struct {
		Cycle       int64      `json:"cycle"`
		Requirement string     `json:"requirement"`
		Points      hundredths `json:"points"`
		By          string     `json:"allocated_by"`
	}
	declarationRow struct {
		UID         string      `json:"uid"`
		Date        ledger.Date `json:"date"`
		Designation string      `json:"designation"`
		Title       string      `json:"credential_title"`
		Number      string      `json:"credential_number"`
		Edition     string      `json:"edition"`
		First       ledger.Date `json:"first_day"`
		Last        ledger.Date `json:"last_day"`
		Required    hundredths  `json:"required_points"`
		Counted     hundredths  `json:"counted_points"`
		Confidence  string      `json:"confidence"`
		Source      string      `json:"source"`
		Fee         int         `json:"fee"`
		Currency    string      `json:"currency"`
	}
	requirementRow struct {
		Position    int        `json:"position"`
		Requirement string     `json:"requirement"`
		Title       string     `json:"title"`
		Required    hundredths `json:"required_points"`
		Counted     hundredths `json:"counted_points"`
		Confidence  string     `json:"confidence"`
		Source      string     `json:"source"`
	}
	declaredRow struct {
		Position    int         `json:"position"`
		Requirement string      `json:"requirement"`
		Counted     hundredths  `json:"counted_points"`
		UID         string      `json:"uid"`
		Date        ledger.Date `json:"date"`
		Title       string      `json:"title"`
		Provider    string      `json:"provider"`
		Points      hundredths  `json:"points"`
		Topics      string      `json:"topics"`
		Activity    string      `json:"activity"`
		Reference   string      `json:"reference"`
		URL         string      `json:"url"`
		Note        string      `json:"note"`
	}
	evidenceRow struct {
		Credit    int64       `json:"credit"`
		Content   int64       `json:"content"`
		Name      string      `json:"name"`
		MediaType string      `json:"media_type"`
		Added     ledger.Date `json:"added"`
	}
	courseRow struct {
		Title    string      `json:"title"`
		Provider string      `json:"provider"`
		Points   *hundredths `json:"points"`
		Topics   string      `json:"topics"`
		Free     *int        `json:"free"`
		Price    *hundredths `json:"price"`
		URL      string      `json:"url"`
	}
)

// hundredths are hundredths, as the database holds them.
type hundredths int64

func (p hundredths) portable() exchange.Points { return exchange.Points(p) }

// columnsIn reads the columns of a row.
func columnsIn[T any](r row) (v T, err error) {
	err = json.Unmarshal(r.image, &v)
	return v, wrap(err, "%s %s", r.record, r.key)
}

// rowsIn reads the rows of one table, in the order that compare makes.
func rowsIn[T any](rows []row, table string, compare func(a, b T) int) ([]T, error) {
	var all []T
	for _, r := range rows {
		if r.record != table {
			continue
		}
		v, err := columnsIn[T](r)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	sorted.By(all, compare)
	return all, nil
}

// value returns the portable value of the record that these rows are, or ""
// where they are none.
func (n names) value(id exchange.ID, rows []row) (string, error) {
	if len(rows) == 0 {
		return "", nil
	}
	v, err := n.portable(id, rows)
	if err != nil || v == nil {
		return "", err
	}
	r, err := exchange.Make(id, v)
	return r.Value, err
}

func (n names) portable(id exchange.ID, rows []row) (any, error) {
	switch id.Kind {
	case exchange.AllocationsKind:
		return n.allocations(rows)
	case exchange.CreditKind:
		return n.credit(rows)
	case exchange.DeclarationKind:
		return n.declaration(rows)
	}
	switch r := rows[0]; id.Kind {
	case exchange.CredentialKind:
		v, err := columnsIn[credentialRow](r)
		return exchange.Credential{UID: v.UID, Number: v.Number, Certified: v.Certified, Voluntary: v.Voluntary == 1}, err
	case exchange.CycleKind:
		v, err := columnsIn[cycleRow](r)
		if err != nil {
			return nil, err
		}
		credential, err := n.name("credential", v.Credential)
		return exchange.Cycle{Credential: credential, First: v.First, Last: v.Last, Closed: v.Closed == 1}, err
	case exchange.CourseKind:
		return courseOf(r)
	case exchange.ImportKind:
		return columnsIn[exchange.Import](r)
	default:
		v, err := columnsIn[evidenceRow](r)
		if err != nil {
			return nil, err
		}
		credit, err := n.name("credit", v.Credit)
		if err != nil {
			return nil, err
		}
		content, err := n.name("content", v.Content)
		return exchange.Evidence{Credit: credit, SHA256: content, Name: v.Name, MediaType: v.MediaType, Added: v.Added}, err
	}
}

func courseOf(r row) (any, error) {
	c, err := columnsIn[courseRow](r)
	if err != nil {
		return nil, err
	}
	v := exchange.Course{Title: c.Title, Provider: c.Provider, URL: c.URL}
	if c.Points != nil {
		p := c.Points.portable()
		v.Points = &p
	}
	if c.Free != nil {
		free := *c.Free == 1
		v.Free = &free
	}
	if c.Price != nil {
		p := ledger.Price(*c.Price)
		v.Price = &p
	}
	v.Topics, err = portableTopics(c.Topics)
	return v, wrap(err, "course %s", r.key)
}

// portableTopics reads topics that are one text.
func portableTopics(text string) ([]exchange.Topic, error) {
	topics, err := readTopicList(text)
	var all []exchange.Topic
	for _, t := range topics {
		all = append(all, exchange.Topic{Topic: string(t.Topic), Points: exchange.Points(t.Limit)})
	}
	return all, err
}

func (n names) allocations(rows []row) (any, error) {
	all, err := rowsIn(rows, "allocation", func(allocationRow, allocationRow) int { return 0 })
	if err != nil || len(all) == 0 {
		return nil, err
	}
	var v exchange.Allocations
	for _, a := range all {
		cycle, err := n.name("cycle", a.Cycle)
		if err != nil {
			return nil, err
		}
		v.Allocations = append(v.Allocations, exchange.Allocation{
			Cycle: cycle, Requirement: a.Requirement, Points: a.Points.portable(), By: a.By,
		})
	}
	return v, nil
}

func (n names) credit(rows []row) (any, error) {
	all, err := rowsIn(rows, "credit", func(creditRow, creditRow) int { return 0 })
	if err != nil || len(all) == 0 {
		return nil, err
	}
	c := all[0]
	v := exchange.Credit{
		Date: c.Date, Title: c.Title, Provider: c.Provider, Points: c.Points.portable(), Activity: c.Activity,
		Reference: c.Reference, URL: c.URL, Note: c.Note, Removed: c.Removed == 1, ImportedIdentity: exchange.OrNull(c.ImportedIdentity),
	}
	if c.Import != 0 {
		uid, err := n.name("import", c.Import)
		if err != nil {
			return nil, err
		}
		v.Import = exchange.OrNull(uid)
	}
	if c.MergedInto != 0 {
		uid, err := n.name("credit", c.MergedInto)
		if err != nil {
			return nil, err
		}
		v.MergedInto = exchange.OrNull(uid)
	}
	topics, err := rowsIn(rows, "credit_topic", func(a, b topicRow) int { return cmp.Compare(a.Position, b.Position) })
	for _, t := range topics {
		v.Topics = append(v.Topics, exchange.Topic{Topic: t.Topic, Points: t.Limit.portable()})
	}
	return v, err
}

func (n names) declaration(rows []row) (any, error) {
	all, err := rowsIn(rows, "declaration", func(declarationRow, declarationRow) int { return 0 })
	if err != nil || len(all) == 0 {
		return nil, err
	}
	d := all[0]
	v := exchange.Declaration{
		UID: d.UID, Date: d.Date, Designation: d.Designation, Title: d.Title, Number: d.Number, Edition: d.Edition,
		First: d.First, Last: d.Last, Required: d.Required.portable(), Counted: d.Counted.portable(),
		Confidence: d.Confidence, Source: d.Source, Fee: d.Fee, Currency: d.Currency,
	}
	requirements, err := rowsIn(rows, "declared_requirement", func(a, b requirementRow) int { return cmp.Compare(a.Position, b.Position) })
	if err != nil {
		return nil, err
	}
	for _, r := range requirements {
		v.Requirements = append(v.Requirements, exchange.DeclaredRequirement{
			Requirement: r.Requirement, Title: r.Title, Required: r.Required.portable(), Counted: r.Counted.portable(),
			Confidence: r.Confidence, Source: r.Source,
		})
	}
	credits, err := rowsIn(rows, "declared_credit", func(a, b declaredRow) int { return cmp.Compare(a.Position, b.Position) })
	if err != nil {
		return nil, err
	}
	for _, c := range credits {
		line := exchange.DeclaredCredit{
			Requirement: c.Requirement, Counted: c.Counted.portable(), Credit: c.UID, Date: c.Date, Title: c.Title, Provider: c.Provider,
			Points: c.Points.portable(), Activity: c.Activity, Reference: c.Reference, URL: c.URL, Note: c.Note,
		}
		if line.Topics, err = portableTopics(c.Topics); err != nil {
			return nil, fmt.Errorf("declaration %s: %w", d.UID, err)
		}
		v.Credits = append(v.Credits, line)
	}
	return v, nil
}
