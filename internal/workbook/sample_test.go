package workbook_test

import (
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

var update = flag.Bool("update", false, "make the sample workbook again")

const portal = "../../testdata/import/portal.xlsx"

// TestSample reads a workbook as a portal exports it: lines above the header,
// real dates in the format of the United States, one with a time of day,
// numbers, an empty row between the years, and totals on a sheet of their own.
func TestSample(t *testing.T) {
	if *update {
		makePortal(t)
	}
	data, err := os.ReadFile(portal)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"Continuing education of Jane Doe", "",
		"Activity Title|Sponsor|Date Completed|Contact Hours|Category|Certificate Number",
		"Bloodborne pathogens update|ASCP|2026-03-09|1|Safety|0071204",
		"Coagulation cascade in practice|LabCE|2026-03-02|1.5|Hematology|LC-4471",
		"",
		"Antibody identification workshop|AABB|2025-10-17|2|Transfusion Medicine|100234567890",
		"Sepsis markers & lactate|AACC|2025-06-30|0.25|Chemistry",
	}
	if diff := cmp.Diff(want, read(t, data, "")); diff != "" {
		t.Errorf("first sheet (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Year|Hours", "2025|2.25", "2026|2.5"}, read(t, data, "SUMMARY")); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
}

// A portalSheet is a sheet of the sample, with values as a program has them.
type portalSheet struct {
	name string
	rows [][]any
}

func portalSheets() []portalSheet {
	day := func(year int, month time.Month, day, hour int) time.Time {
		return time.Date(year, month, day, hour, 0, 0, 0, time.UTC)
	}
	return []portalSheet{
		{"Transcript", [][]any{
			{"Continuing education of Jane Doe"}, {},
			{"Activity Title", "Sponsor", "Date Completed", "Contact Hours", "Category", "Certificate Number"},
			{"Bloodborne pathogens update", "ASCP", day(2026, 3, 9, 0), 1, "Safety", "0071204"},
			{"Coagulation cascade in practice", "LabCE", day(2026, 3, 2, 14), 1.5, "Hematology", "LC-4471"},
			{},
			{"Antibody identification workshop", "AABB", day(2025, 10, 17, 0), 2, "Transfusion Medicine", 100234567890},
			{"Sepsis markers & lactate", "AACC", day(2025, 6, 30, 0), 0.25, "Chemistry"},
		}},
		{"Summary", [][]any{{"Year", "Hours"}, {2025, 2.25}, {2026, 2.5}}},
	}
}

// makePortal writes the sample.
func makePortal(t *testing.T) {
	t.Helper()
	try := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	f := excelize.NewFile()
	defer f.Close()
	for _, s := range portalSheets() {
		_, err := f.NewSheet(s.name)
		try(err)
		for i, row := range s.rows {
			try(f.SetSheetRow(s.name, fmt.Sprintf("A%d", i+1), &row))
		}
	}
	try(f.DeleteSheet("Sheet1"))
	american := "m/d/yyyy"
	style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &american})
	try(err)
	try(f.SetCellStyle("Transcript", "C4", "C8", style))
	try(f.SaveAs(portal))
}
