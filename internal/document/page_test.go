package document_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/document"
	"cmpledger/internal/ledger"
)

// tables returns the tables of a document, a line for each row, with bars between cells.
func tables(t *testing.T, data string) (all []string) {
	t.Helper()
	d, err := document.Read([]byte(data))
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	for _, table := range d.Tables {
		lines := []string{table.Name + ":" + string(table.Data)}
		for _, row := range table.Rows {
			lines = append(lines, strings.ReplaceAll(strings.Join(row, "|"), "\n", "¶"))
		}
		all = append(all, strings.Join(lines, "\n"))
	}
	return all
}

// checkRefused holds that no table is read, and that the refusal says what and what to do.
func checkRefused(t *testing.T, data, what string) {
	t.Helper()
	d, err := document.Read([]byte(data))
	if err == nil && len(d.Tables) == 0 {
		err = d.NoTable()
	}
	var e *ledger.Error
	if !errors.As(err, &e) || !strings.Contains(e.What, what) || e.Try.IsEmpty() {
		t.Errorf("%v, want %q and what to do", err, what)
	}
}

const head = "<tr><th>Title<th>Date<th>Hours"

func TestPage(t *testing.T) {
	const row = "\nTitle|Date|Hours\n"
	tests := []struct{ name, page, want string }{
		{"nothing is closed", "<table>" + head + "<tr><td>A &amp; B<td>1/2/2026<td>1", "table 1:" + row + "A & B|1/2/2026|1"},
		{"blanks and marks", "<table>" + head + "<tr><td> A\n &nbsp;<b>B</b>c<sup>CM</sup>&shy;d<td>1/2/2026<td>½", "table 1:" + row + "A BcCMd|1/2/2026|½"},
		{"hidden", "<table>" + head + "<tr hidden><td>A<td>1<td>1<tr style='display: none'><td>B<td>1<td>1<tr><td>C<script>var x='</td>'</script><style>td{}</style><span style=display:none>D</span><td>1<td>1", "table 1:" + row + "C|1|1"},
		{"a hidden table", "<div hidden><table><tr><td>x<td>y</table></div><table>" + head + "</table>", "table 1:\nTitle|Date|Hours"},
		{"a list", "<table>" + head + "<tr><td><ul><li>Safety<li>Ethics</ul><td>1<td>1", "table 1:" + row + "Safety; Ethics|1|1"},
		{"lines", "<table>" + head + "<tr><td>A<br>B<div>C</div><td>1<td>1", "table 1:" + row + "A¶B¶C|1|1"},
		{"a text over all columns", "<table>" + head + "<tr><td colspan=3>Year 2026<tr><td>A<td>1<td>1", "table 1:" + row + "Year 2026|Year 2026|Year 2026\nA|1|1"},
		{"a text above the header", "<table><tr><th colspan=3>My courses" + head + "<tr><td>A<td>1<td>1", "table 1:" + row + "A|1|1"},
		{"a title alone is a row", "<table>" + head + "<tr><td>A<td><td>", "table 1:" + row + "A||"},
		{"a cell over columns", "<table>" + head + "<tr><td colspan=2>Total<td>3", "table 1:" + row + "Total||3"},
		{"a day over rows", "<table>" + head + "<tr><td>A<td rowspan=2>1/2/2026<td>1<tr><td>B<td>2", "table 1:" + row + "A|1/2/2026|1\nB|1/2/2026|2"},
		{"points over rows are earned once", "<table>" + head + "<tr><td>A<td>1/2/2026<td rowspan=2>1.5 CE<tr><td>B<td>1/2/2026", "table 1:" + row + "A; B|1/2/2026; 1/2/2026|1.5 CE"},
		{"subjects of one course", "<table>" + head + "<th>Subject<tr><td rowspan=2>A<td rowspan=2>1/2/2026<td rowspan=2>2<td>Safety<tr><td>Ethics", "table 1:\nTitle|Date|Hours|Subject\nA|1/2/2026|2|Safety; Ethics"},
		{"headers over headers", "<table><tr><th rowspan=2>Title<th rowspan=2>Date<th colspan=2>Credits<tr><th>CE<th>CME<tr><td>A<td>1<td>2<td>3", "table 1:\nTitle|Date|Credits (CE)|CME\nA|1|2|3"},
		{"a number below each title", "<table>" + head + "<tr><td>A<br># 20-1<td>1<td>1<tr><td>B<div># 20-2</div><td>1<td>1", "table 1:" + row + "A¶# 20-1|1|1\nB¶# 20-2|1|1"},
		{"a table a year", "<table>" + head + "<tr><td>A<td>1<td>1</table><table>" + head + "<tr><td>B<td>2<td>2</table>", "table 1:" + row + "A|1|1\nB|2|2"},
		{"a table below each heading", "<h3>Done</h3><table>" + head + "<tr><td>A<td>1<td>1</table><h3>In <b>progress</b></h3><table>" + head + "<tr><td>B<td>2<td>2</table>", "table 1:\nTitle|Date|Hours\nDone|Done|Done\nA|1|1\nIn progress|In progress|In progress\nB|2|2"},
		{"a footnote's number", "<table>" + head + "<tr><td>A<sup>2</sup><td>1<td>2.0<sup>1</sup>", "table 1:" + row + "A|1|2.0"},
		{"a table for narrow screens too", "<table>" + head + "<tr><td>A<td>1<td>1</table><table>" + head + "<tr><td>A<td>1<td>1</table>", "table 1:" + row + "A|1|1"},
		{"a table below it without a header", "<table>" + head + "<tr><td>A<td>1/2/2026<td>1</table><table><tr><td>B<td>1/3/2026<td>0.5 CE</table>", "table 1:" + row + "A|1/2/2026|1\nB|1/3/2026|0.5 CE"},
		{"one with other cells", "<table>" + head + "<tr><td>A<td>1/2/2026<td>1</table><table><tr><td>1/3/2026<td>B<td>2</table>", "table 1:" + row + "A|1/2/2026|1\ntable 2:\n1/3/2026|B|2"},
		{"one with more columns", "<table>" + head + "<tr><td>A<td>1/2/2026<td>1</table><table><tr><td>B<td>1/3/2026<td>2<td>x</table>", "table 1:" + row + "A|1/2/2026|1\ntable 2:\nB|1/3/2026|2|x"},
		{"a name", "<table><caption>My <i>courses</i></caption>" + head, "My courses:\nTitle|Date|Hours"},
		{"own tags, forms, sections", "<app-root><table><form><thead>" + head + "<tbody><tr><td><app-x>A</app-x><td>1<td>1</form></table></app-root>", "table 1:" + row + "A|1|1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := strings.Join(tables(t, "<!doctype html><title>x</title>"+tt.page+"</table>"), "\n")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// A table that is in a cell is a table, and text of that cell.
func TestNestedTables(t *testing.T) {
	got := tables(t, "<html><table><tr><td>Menu<td><table>"+head+"<tr><td>A<td>1<td>1</table></table>")
	want := []string{"table 1:\nMenu|Title Date Hours¶A 1 1", "table 2:\nTitle|Date|Hours\nA|1|1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestCharsets(t *testing.T) {
	tests := []struct{ name, charset, cell string }{
		{"UTF-8", "", "é"},
		{"none said", "", "\xe9"},
		{"Latin 1 as browsers read it", "<meta charset=iso-8859-1>", "\xe9"},
		{"Mac Roman", `<meta http-equiv="Content-Type" content="text/html; charset=macintosh">`, "\x8e"},
	}
	for _, tt := range tests {
		got := tables(t, "<html>"+tt.charset+"<table><tr><td>"+tt.cell+"</table>")
		if want := []string{"table 1:\né"}; !cmp.Equal(want, got) {
			t.Errorf("%s: %q, want %q", tt.name, got, want)
		}
	}
}

// What is no document is left to others.
func TestNoDocument(t *testing.T) {
	for _, data := range []string{"", "Title,Date\nA,1\n", "<Title>,<Date>\n", "< 5 years,Date\n", "From: Smith, To: Jones\nTitle,Date", "Title:,Date\n", "PK\x03\x04xl/workbook.xml"} {
		if d, err := document.Read([]byte(data)); d.Kind != "" || err != nil {
			t.Errorf("%q is %q, %v", data, d.Kind, err)
		}
	}
}

// A page that ends between two rows may have lost some; one whose end is there has not.
func TestPageThatMayBreakOff(t *testing.T) {
	row := "<table>" + head + "<tr><td>A</td><td>1/2/2026</td><td>1</td></tr>"
	for _, tt := range []struct{ page, doubt string }{
		{row, "the page ends within a table, so rows may be missing"}, {row + "</table>", ""}, {row + "</body>", ""}, {row + "<tr><td>B</html>", ""}, {row + "</table><p>x<b", ""},
	} {
		if d, err := document.Read([]byte(tt.page)); err != nil || d.Doubt != tt.doubt {
			t.Errorf("%q: %q, %v, want %q", tt.page, d.Doubt, err, tt.doubt)
		}
	}
}

func TestRefused(t *testing.T) {
	many := func(s string, n int) string { return "<html>" + strings.Repeat(s, n) }
	tests := []struct{ name, data, want string }{
		{"no table", "<html><p>A", "a page without a table"},
		{"nested", many("<div>", 10_000), "nested more than 512 times"},
		{"nested tables", many("<table><tr><td>", 10_000), "nested more than 512 times"},
		{"formats", many("<p><b><font size=1>", 200_000), "more than 300000 tags"},
		{"tags", many("<br>", 400_000), "more than 300000 tags"},
		{"a tag", "<html a='" + strings.Repeat("a ", 3<<20) + "'>", "more than 4 MB"},
		{"spans", many("<table><tr>"+strings.Repeat("<td colspan=9999 rowspan=99999>", 100), 10) + "</body>", "500000 cells"},
		{"text in nested tables", "<html>" + strings.Repeat("<table><tr><td>", 150) + strings.Repeat("text ", 200_000) + "</body>", "32 MB of text"},
		{"tables", many("<table><tr><td>A<td>B<td>C</table>", 2000), "more than 1000 tables"},
		{"a long text over many rows", "<html><table><tr><td rowspan=9999>" + strings.Repeat("text<br>", 10_000) + "<td>1" + strings.Repeat("<tr><td>A", 10_000) + "</body>", "32 MB of text"},
		{"size", many("<p>"+strings.Repeat("a", 1000), 40_000), "more than 32 MB"},
		{"size of a page", many("<p>"+strings.Repeat("a", 1000), 17_000), "more than 16 MB"},
		{"a header without end", "From: a@b.c\nMIME-Version: 1.0\n" + strings.Repeat("X: a\n", 500_000), "a header of more than 1 MB"},
		{"Mac Roman that does not say so", "<html><table><tr><td>Caf\x8e", "a text that does not say in which encoding it is"},
		{"Shift-JIS that does not say so", "<html><table><tr><td>\x97A\x8c\x8c", "a text that does not say in which encoding it is"},
		{"ISO-2022-JP that does not say so", "<html><table><tr><td>\x1b$BM\"7l\x1b(B", `a text in "ISO-2022-JP", which is not read`},
		{"a mail in UTF-7", "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-7\n\nA", "a text in \"utf7\""},
		{"a charset", "<html><meta charset=gb2312>", `a text in "gb2312"`},
		{"a page that ends in a cell", "<table>" + head + "<tr><td>A<td>1/2/20", "a page that breaks off within a table"},
		{"a page that ends between cells", "<table>" + head + "<tr><td>A</td>", "a page that breaks off within a table"},
		{"a page that ends in a tag", "<table>" + head + "<tr><td>A</td><td>1/2/2026</td><td>1</td></tr><tr cl", "a page that breaks off within a table"},
		{"spreadsheet", `<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">`, "a spreadsheet in XML"},
		{"Word", "PK\x03\x04 word/document.xml", "a Word document"},
		{"Outlook", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 _\x00_\x00s\x00u\x00b\x00s\x00t\x00g\x001\x00", "an email of Outlook"},
		{"picture", "\xff\xd8\xff\xe0", "a picture"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			checkRefused(t, tt.data, tt.want)
			if d := time.Since(start); d > time.Minute {
				t.Errorf("took %v", d)
			}
		})
	}
}

// Rows of which each adds to the one above take no longer than others.
func TestManyJoined(t *testing.T) {
	start := time.Now()
	got := tables(t, "<table>"+head+"<tr><td>A<td>B<td rowspan=99999>1"+strings.Repeat("<tr><td>A title of some length<td>1/2/2026", 50_000)+"</table>")
	if n := strings.Count(got[0], "\n"); n != 2 || time.Since(start) > time.Minute {
		t.Errorf("%d lines in %v", n, time.Since(start))
	}
}

// check holds of whatever is read: a refusal says what to do, every table has a name of
// its own and something in it.
func check(t *testing.T, data []byte) {
	d, err := document.Read(data)
	var e *ledger.Error
	if err != nil {
		if !errors.As(err, &e) || e.What == "" || e.Try.IsEmpty() {
			t.Fatalf("%v (%T), want a *ledger.Error", err, err)
		}
		return
	}
	names := map[string]bool{}
	cells, size := 0, 0
	for _, table := range d.Tables {
		if names[table.Name] || table.Name == "" || len(table.Rows)+len(table.Data) == 0 {
			t.Fatalf("table %q: %d rows", table.Name, len(table.Rows))
		}
		names[table.Name] = true
		size += len(table.Data)
		for _, row := range table.Rows {
			if strings.Join(row, "") == "" {
				t.Fatalf("table %q: an empty row", table.Name)
			}
			cells, size = cells+len(row), size+len(strings.Join(row, ""))
		}
	}
	if cells > 1_000_000 || size > 64<<20 {
		t.Fatalf("%d cells with %d bytes of %d", cells, size, len(data))
	}
}

func FuzzPage(f *testing.F) {
	f.Add("<table>" + head + "<tr><td rowspan=2>A<br># 1<td colspan=3><ul><li>x<li>y</ul><td>1<tr hidden><td>1.5</table>")
	f.Add("<table><caption>a</caption><tr><th rowspan=2>T<th colspan=2>C<tr><th>D<th>E<tr><td>1<td><table><tr><td>2</table>")
	f.Fuzz(func(t *testing.T, page string) { check(t, []byte("<!doctype html>"+page)) })
}

func FuzzMail(f *testing.F) {
	f.Add(mail("mixed", part("text/plain", "", "a\tb\tc\n1\t2\t3"), part("text/csv; name=a.csv", "base64", "VGl0bGU=")))
	f.Add("MIME-Version: 1.0\nContent-Type: message/rfc822\n\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-16\n\n<table>")
	f.Fuzz(func(t *testing.T, mail string) { check(t, []byte(mail)) })
}

func BenchmarkPage(b *testing.B) {
	var page strings.Builder
	page.WriteString("<html><table>" + head)
	for i := range 60 {
		fmt.Fprintf(&page, "<tr><td>Hemolytic disease of the fetus (%d)</td><td>01/02/2026</td><td>1.5</td></tr>", i)
	}
	for b.Loop() {
		if _, err := document.Read([]byte(page.String())); err != nil {
			b.Fatal(err)
		}
	}
}
