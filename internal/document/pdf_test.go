package document_test

import (
	"bytes"
	"compress/zlib"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/document"
	"cmpledger/internal/ledger"
)

// A file is a PDF with these objects, from 1 on, of which 1 is the catalogue.
func file(objects ...string) []byte {
	var b strings.Builder
	b.WriteString("%PDF-1.4\n")
	for i, o := range objects {
		fmt.Fprintf(&b, "%d 0 obj %s endobj\n", i+1, o)
	}
	b.WriteString("trailer << /Root 1 0 R >>\n")
	return []byte(b.String())
}

const (
	catalogue = "<< /Pages 2 0 R >>"
	helvetica = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
	bold      = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>"
	courier   = "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>"
)

func stream(header, content string) string {
	return fmt.Sprintf("<< %s /Length %d >> stream\n%s\nendstream", header, len(content), content)
}

func packed(content string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	fmt.Fprint(w, content)
	w.Close()
	return b.String()
}

// pages has the fonts /F, /G and /C, of which each letter has 6 points, and a page for each content.
func pages(contents ...string) []byte {
	kids, objects := "", []string{catalogue, "", helvetica, bold, courier}
	for _, c := range contents {
		kids += fmt.Sprintf(" %d 0 R", len(objects)+1)
		objects = append(objects, fmt.Sprintf("<< /Contents %d 0 R >>", len(objects)+2), stream("", c))
	}
	objects[1] = "<< /Kids [" + kids + "] /Resources << /Font << /F 3 0 R /G 4 0 R /C 5 0 R >> >> >>"
	return file(objects...)
}

// at shows a text of 10 points.
func at(x, y float64, text string) string {
	return fmt.Sprintf("BT /F 10 Tf %g %g Td (%s) Tj ET\n", x, y, text)
}

// line draws a line over all columns.
func line(y float64) string { return fmt.Sprintf("40 %g m 400 %g l S\n", y, y) }

// row shows cells in columns of 200, 100 and 100 points.
func row(y float64, cells ...string) (all string) {
	for i, cell := range cells {
		if cell != "" {
			all += at([]float64{40, 240, 340}[i], y, cell)
		}
	}
	return all
}

var table = row(700, "Title", "Date", "Points") + row(680, "Warm Autoantibodies", "2026-03-16", "1.5") + row(660, "Office Ethics", "2025-02-02", "1")

var tableRows = [][]string{{"Title", "Date", "Points"}, {"Warm Autoantibodies", "2026-03-16", "1.5"}, {"Office Ethics", "2025-02-02", "1"}}

func TestReadPDF(t *testing.T) {
	with := func(title string, more ...[]string) [][]string {
		return append([][]string{{"Title", "Date", "Points"}, {title, "2026-03-16", "1.5"}}, more...)
	}
	header, last := row(700, "Title", "Date", "Points"), []string{"Office Ethics", "2025-02-02", "1"}
	for _, c := range []struct {
		name string
		data []byte
		want [][]string
	}{
		{"a table", pages(table), tableRows},
		{"text above and below", pages(at(40, 740, "Transcript of all that was completed in these years, by day") + table + at(240, 20, "Page 1 of 1, printed")), tableRows},
		{"a second line below", pages(header + row(680, "Warm", "2026-03-16", "1.5") + row(668, "Autoantibodies") + row(648, last...)),
			with("Warm Autoantibodies", last)},
		{"centred cells", pages(header + row(680, "Warm") + row(674, "", "2026-03-16", "1.5") + row(668, "Autoantibodies") + row(648, last...)),
			with("Warm Autoantibodies", last)},
		{"a line that breaks behind a hyphen", pages(header + row(680, "Follow-", "2026-03-16", "1.5") + row(668, "up") + row(648, last...)),
			with("Follow-up", last)},
		{"pages with the header", pages(header+row(680, tableRows[1]...), header+row(680, last...)), tableRows},
		{"pages without it", pages(header+row(680, tableRows[1]...), row(700, last...)), tableRows},
		{"a row over two pages", pages(header+row(680, last...)+row(660, "Warm", "2026-03-16", "1.5"), header+row(680, "Autoantibodies")+row(660, last...)),
			[][]string{tableRows[0], last, {"Warm Autoantibodies", "2026-03-16", "1.5"}, last}},
		{"a row without points", pages(table + row(640, "The Mixing Study", "2026-04-01") + row(620, last...)),
			append(tableRows[:3:3], []string{"The Mixing Study", "2026-04-01", ""}, last)},
		{"lines between rows of which each line has most cells", pages(header + line(690) + row(680, "Warm", "2026-", "1.5") + row(668, "Autoantibodies", "03-16") + line(660) +
			row(650, last...) + line(640)), with("Warm Autoantibodies", last)},
		{"boxes of which each has most cells twice", pages(header + "40 650 360 40 re f\n" + row(680, "Warm", "2026-03-16", "1.5") + row(668, "Autoantibodies", "at", "points") + row(640, last...) + line(630)),
			[][]string{tableRows[0], {"Warm Autoantibodies", "2026-03-16 at", "1.5 points"}, last}},
		{"boxes that are cut out of what is painted", pages(header + "q 40 650 360 40 re W n 0 0 600 800 re f Q\n" + row(680, "Warm", "2026-03-16", "1.5") + row(668, "Autoantibodies", "at", "points") + row(640, last...) + line(630)),
			[][]string{tableRows[0], {"Warm Autoantibodies", "2026-03-16 at", "1.5 points"}, last}},
		{"a row between lines over two pages", pages(header+line(690)+row(680, last...)+line(660)+row(650, "Warm", "2026-03-16", "1.5")+at(200, 20, "Page 1"), header+line(690)+row(680, "Autoantibodies", "twice")+line(660)+row(650, last...)+line(640)),
			[][]string{tableRows[0], last, {"Warm Autoantibodies", "2026-03-16 twice", "1.5"}, group("Page 1"), last}},
		{"a row over two pages, whose last line is drawn off the page", pages("0 30 m 600 30 l 600 830 l 0 830 l h W n\n"+header+line(690)+row(680, last...)+line(660)+row(650, "Warm", "2026-03-16", "1.5")+line(10), row(680, "Autoantibodies", "twice")+line(660)+row(650, last...)+line(640)),
			[][]string{tableRows[0], last, {"Warm Autoantibodies", "2026-03-16 twice", "1.5"}, last}},
		{"headings between lines", pages(header + line(690) + row(680, "2026") + line(670) + row(660, tableRows[1]...) + line(650) + at(40, 640, "All of what was done in 2025, by the day") + line(630) + row(620, last...) + line(610)),
			[][]string{tableRows[0], {"2026", "2026", "2026"}, tableRows[1], group("All of what was done in 2025, by the day"), last}},
		{"headings in bold, no further away than lines of a row", pages(header + row(688, tableRows[1]...) + strings.ReplaceAll(row(676, "Ethics"), "/F", "/G") + row(664, last...) + row(652, last...)),
			[][]string{tableRows[0], tableRows[1], group("Ethics"), last, last}},
		{"second lines no further away than rows", pages(header + row(688, "Warm", "2026-03-16", "1.5") + row(676, "Autoantibodies", "at noon") + row(664, last...)),
			[][]string{tableRows[0], {"Warm Autoantibodies", "2026-03-16 at noon", "1.5"}, last}},
		{"a total no further away than a second line", pages(header + row(688, last...) + row(676, "Total", "", "1")), [][]string{tableRows[0], last, {"Total", "", "1"}}},
		{"what ends a line in a cell", pages(header + row(680, "Ethics", "2026-03-16", "1.5") + row(668, "ASCP") + row(640, "Warm Autoantibodies", last[1], last[2]) + row(628, "# 20-123")),
			[][]string{tableRows[0], {"Ethics\nASCP", "2026-03-16", "1.5"}, {"Warm Autoantibodies\n# 20-123", last[1], last[2]}}},
		{"another table below", pages(table + row(600, "Topic", "Needed", "Earned") + row(580, "Ethics", "1", "1")), append(tableRows[:3:3], group("Topic"+" Needed Earned"))},
		{"a header of which no line has all columns", pages(row(700, "", "Completed", "Points") + row(694, "Title") + row(688, "", "on") + table[len(header):]),
			[][]string{{"Title", "Completed on", "Points"}, tableRows[1], tableRows[2]}},
		{"a header between the same lines as the row below it", pages(line(712) + header + row(680, tableRows[1]...) + row(668, "(Part 2)") + line(660) + row(650, last...) + line(640) + row(630, last...) + line(620)),
			[][]string{tableRows[0], {"Warm Autoantibodies (Part 2)", "2026-03-16", "1.5"}, last, last}},
		{"tables with columns of their own", pages(at(40, 720, "Ethics") + line(710) + header + line(690) + row(680, last...) + line(670) +
			at(40, 650, "Heme") + line(640) + at(40, 630, "Title") + at(90, 630, "Date") + at(300, 630, "Points") + line(620) + at(40, 610, "Mix") + at(90, 610, "2025-02-02") + at(300, 610, "1") + line(600)),
			[][]string{tableRows[0], last, group("Heme"), {"Mix", "2025-02-02", "1"}}},
		{"what stands above the table on each page", pages(at(40, 740, "Printed 11/30/26")+header+row(680, tableRows[1]...), at(40, 740, "Printed 11/30/26")+row(720, last...)), tableRows},
		{"a day above the header", pages(row(720, "A. Holder", "of 2026-01-01", "12345") + table), tableRows},
		{"a line below that runs over the columns", pages(table + row(640, last...) + row(620, last...) + at(40, 580, "All contact hours of these years, each of them as it was approved by the board")),
			append(tableRows[:3:3], last, last, group("All contact hours of these years, each of them as it was approved by the board"))},
		{"letters one by one", pages(strings.ReplaceAll(table, "(Warm Autoantibodies) Tj", "[(W) 20 (arm) -278 (Auto) -20 (antibodies)] TJ")), tableRows},
		{"bold by drawing twice", pages(header + header + table[len(header):]), tableRows},
		{"operators of lines", pages(`BT /F 10 Tf 20 TL 1 0 0 1 40 700 Tm (Title) Tj T* (Warm Autoantibodies) Tj (Office Ethics) ' ` +
			`1 0 0 1 240 720 Tm (Date) ' (2026-03-16) ' 0 0 (2025-02-02) " ET BT 340 700 TD (Points) Tj 0 -20 TD (1.5) Tj T* (1) Tj ET`), tableRows},
		{"a turned page", turned(), tableRows},
		{"a form with a matrix", form(), tableRows},
		{"objects in a stream", inStream(), tableRows},
		{"no checksum behind a stream", onePage(stream("/Filter /Fl", unchecked)), tableRows},
		{"a wrong checksum", onePage(stream("/Filter /Fl", unchecked+"abcd")), tableRows},
		{"more behind a stream", onePage(stream("/Filter /Fl", packed(table)+"some more that is no part of it")), tableRows},
		{"a stream of nothing", onePage(stream("/Filter /Fl", packed(table)), "<< /Contents 7 0 R >>", stream("/Filter /Fl", "")), tableRows},
		{"half a byte", onePage(stream("/Filter /AHx", fmt.Sprintf("%x2>", table))), tableRows},
		{"a font with codes of two bytes", wide(), tableRows},
		{"encrypted by RC4", byRC4(), tableRows},
		{"encrypted by AES", byAES(), tableRows},
		{"names of letters", named(), with("é½ Office", last)},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := document.Read(c.data)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, d.Tables[0].Rows); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

// A table with columns of its own is one of its own, wherever it stands. That of which
// rows can be told, and not columns, is not left out in silence.
func TestTablesOfPDF(t *testing.T) {
	// shown shows the cells of rows in columns that begin there.
	shown := func(y float64, rows [][]string, columns ...float64) (all string) {
		for i, r := range rows {
			for c, x := range columns {
				all += at(x, y-20*float64(i), r[c])
			}
		}
		return all
	}
	first := [][]string{{"Completed", "Course", "Hours"}, {"2026-01-20", "Immunohematology", "1.0"}, {"2026-02-20", "Immunohematology", "2.0"}}
	second := [][]string{{"Title", "Date", "Provider", "Points"}, {"Titers", "2026-03-16", "Haematologists", "1.5"}, {"Ethics", "2025-02-02", "Haematologists", "1"}}
	above := pages(shown(700, first, 40, 108, 222), shown(700, second, 40, 104, 172, 264))
	oneAbove := pages(shown(700, first[:2], 40, 108, 222), shown(700, second, 40, 104, 172, 264))
	below := pages(table + row(640, tableRows[2]...) + shown(560, first, 40, 150, 300))
	labels := shown(760, [][]string{{"License:", "2026-01-01", "12345"}, {"Board:", "2025-01-01", "6789"}}, 40, 150, 300)
	for _, c := range []struct {
		name string
		data []byte
		want [][][]string
	}{
		{"below, on the same page", below, [][][]string{append(tableRows[:3:3], tableRows[2]), first}},
		{"above, with fewer columns", above, [][][]string{first, second}},
		{"one row above", oneAbove, [][][]string{first[:2], second}},
		{"labels above are none", pages(labels + table), [][][]string{tableRows}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := document.Read(c.data)
			if err != nil {
				t.Fatal(err)
			}
			var got [][][]string
			for _, table := range d.Tables {
				got = append(got, table.Rows)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("tables (-want +got):\n%s", diff)
			}
		})
	}
}

// Of two tables, each with columns of its own, no row is lost: its day is in a table that is
// read, or the PDF is refused.
func TestNoTableIsLost(t *testing.T) {
	all, read := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		contents, y := []string{""}, 760.0
		var days []string
		for range 2 {
			columns := rapid.Permutation([]string{"Date", "Title", "Hours", "Provider"}[:rapid.IntRange(3, 4).Draw(t, "number")]).Draw(t, "columns")
			wide := rapid.Float64Range(105, 140).Draw(t, "wide")
			for n := range 1 + rapid.IntRange(1, 6).Draw(t, "rows") {
				day := fmt.Sprintf("2026-01-%02d", 1+len(days))
				for c, text := range columns {
					if n > 0 {
						text = map[string]string{"Date": day, "Title": "Gram Stains", "Hours": "1.5", "Provider": "ASCP"}[text]
					}
					if contents[len(contents)-1] += at(40+wide*float64(c), y, text); text == day {
						days = append(days, day)
					}
				}
				y -= 18
			}
			if y -= 30; rapid.Bool().Draw(t, "page") {
				contents, y = append(contents, ""), 760
			}
		}
		d, err := document.Read(pages(contents...))
		if all++; err != nil || len(d.Tables) == 0 {
			return
		}
		read++
		for _, day := range days {
			if !strings.Contains(fmt.Sprint(d.Tables), day) {
				t.Fatalf("%s is lost: %v", day, d.Tables)
			}
		}
	})
	if all >= 100 && read < all/2 { // a share of fewer says nothing
		t.Errorf("%d of %d were read, want most", read, all)
	}
}

func group(text string) []string { return []string{text, text, text} }

func turned() []byte {
	return file(catalogue, "<< /Kids [4 0 R] /Rotate 90 /Resources << /Font << /F 3 0 R >> >> >>", helvetica,
		"<< /Contents 5 0 R >>", stream("", "q 0 1 -1 0 800 0 cm "+table+" Q"))
}

func form() []byte {
	return file(catalogue, "<< /Kids [3 0 R] >>", "<< /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>", stream("", "q 2 0 0 2 0 0 cm /X Do Q"),
		stream("/Subtype /Form /Matrix [0.5 0 0 0.5 10 10] /Resources << /Font << /F 6 0 R >> >>", table), helvetica)
}

func inStream() []byte {
	inner := "<< /Kids [3 0 R] >> << /Contents 5 0 R /Resources << /Font << /F 6 0 R >> >> >> "
	content := packed(fmt.Sprintf("2 0 3 %d %s", strings.Index(inner, "<< /Contents"), inner))
	first := len(fmt.Sprintf("2 0 3 %d ", strings.Index(inner, "<< /Contents")))
	return file(catalogue, "null", "null", stream(fmt.Sprintf("/Type /ObjStm /N 2 /First %d /Filter /FlateDecode", first), content),
		stream("/Filter [/FlateDecode]", packed(table)), helvetica)
}

// wide shows each letter by a code of its own, 3 above it.
func wide() []byte {
	var content strings.Builder
	for part := range strings.SplitAfterSeq(table, "(") {
		text, rest, shown := strings.Cut(part, ")")
		if !shown {
			content.WriteString(strings.TrimSuffix(part, "("))
			continue
		}
		content.WriteString("<")
		for _, c := range text {
			fmt.Fprintf(&content, "%04x", c+3)
		}
		content.WriteString(">" + strings.TrimSuffix(rest, "("))
	}
	return file(catalogue, "<< /Kids [3 0 R] >>", "<< /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>", stream("", content.String()),
		"<< /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>", "<< /DW 500 /W [35 [278] 36 126 500] >>",
		stream("", "1 begincodespacerange <0000> <ffff> endcodespacerange 1 beginbfchar <0023> <0020> endbfchar 1 beginbfrange <0024> <0081> <0021> endbfrange"))
}

func named() []byte {
	return file(catalogue, "<< /Kids [3 0 R] >>", "<< /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
		stream("", strings.Replace(table, "Warm Autoantibodies", "\\001\\002 Office", 1)),
		"<< /Subtype /Type1 /BaseFont /Times /Encoding << /Differences [1 /eacute /onehalf] >> >>")
}

// encrypted is a table whose content, object 4, is encrypted, and a dictionary of how.
func encrypted(content, how string) []byte {
	data := file(catalogue, "<< /Kids [3 0 R] /Resources << /Font << /F 5 0 R >> >> >>", "<< /Contents 4 0 R >>", stream("", content), helvetica)
	return bytes.Replace(data, []byte("/Root 1 0 R"), []byte("/Root 1 0 R /ID [<01> <01>] /Encrypt << /Filter /Standard "+how+" >>"), 1)
}

// byRC4 is encrypted as by Acrobat 3, without a password: ISO 32000-1, 7.6.2 and 7.6.3.
func byRC4() []byte {
	pad := "\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A"
	key := md5.Sum([]byte(pad + "owner" + "\xfc\xff\xff\xff" + "\x01"))
	of := md5.Sum(append(key[:5:5], 4, 0, 0, 0, 0))
	over := func(key []byte, text string) string {
		c, _ := rc4.NewCipher(key)
		out := []byte(text)
		c.XORKeyStream(out, out)
		return string(out)
	}
	return encrypted(over(of[:10], table), fmt.Sprintf("/V 1 /R 2 /O (owner) /U <%x> /P -4", over(key[:5], pad)))
}

// byAES is encrypted as by Acrobat 9, without a password.
func byAES() []byte {
	over := func(key []byte, iv, text string) string {
		block, _ := aes.NewCipher(key)
		out := []byte(text)
		cipher.NewCBCEncrypter(block, []byte(iv)).CryptBlocks(out, out)
		return string(out)
	}
	key, check, of := []byte("a key of thirty-two bytes, chosen"[:32]), sha256.Sum256([]byte("to check")), sha256.Sum256([]byte("the key:"))
	u, ue := string(check[:])+"to checkthe key:", over(of[:], strings.Repeat("\x00", 16), string(key))
	iv, content := "sixteen bytes iv", table+strings.Repeat("\n", 16-len(table)%16)
	return encrypted(iv+over(key, iv, content), fmt.Sprintf("/V 5 /R 5 /U <%x> /UE <%x> /StmF /S /CF << /S << /CFM /AESV3 >> >>", u, ue))
}

// onePage has a page with that content, the sixth object and those after it.
func onePage(content string, more ...string) []byte {
	return file(append([]string{catalogue, "<< /Kids [3 0 R 6 0 R] /Resources << /Font << /F 5 0 R >> /XObject << /X 9 0 R >> >> >>",
		"<< /Contents 4 0 R >>", content, helvetica}, append(more, "<< >>")...)...)
}

// unchecked is a stream without its checksum.
var unchecked = packed(table)[:len(packed(table))-4]

func TestRefuseBrokenOffPDF(t *testing.T) {
	for _, c := range []struct {
		name string
		data []byte
	}{
		{"a stream", onePage(stream("/Filter /Fl", packed(table)[:100]))},
		{"a stream in letters", onePage(stream("/Filter /A85", "9jqo^\x7f~>"))},
		{"a stream that is none", onePage(stream("/Filter /Fl", "not packed"))},
		{"a wrong checksum, and more behind it", onePage(stream("/Filter /Fl", unchecked+"some more that is no part of it"))},
		{"a wrong checksum, and no content", onePage(stream("/Filter /Fl", packed(table + " xxxxx")[:len(packed(table+" xxxxx"))-4]+"abcd"))},
		{"a content that is no stream", onePage("<< /Length 5 >>")},
		{"a content that is missing", onePage(stream("", table), "<< /Contents 8 0 R >>")},
		{"a page that is missing", file(catalogue, "<< /Kids [3 0 R 6 0 R] >>", "<< /Contents 4 0 R >>", stream("", table))},
		{"a form that is missing", onePage(stream("", table+" /X Do"))},
		{"the file within a stream", file(catalogue+" endobj trailer << /Root 1 0 R >>", "<< /Kids [3 0 R] >>", "<< /Contents 4 0 R >>",
			strings.TrimSuffix(stream("", table), "endstream"))},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkRefused(t, string(c.data), "a PDF that breaks off or is damaged")
		})
	}
}

func TestRefusePDF(t *testing.T) {
	nested := strings.Repeat("[", 10_000)
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"no text", pages("q 100 0 0 100 0 0 cm Q"), "a PDF without text, such as a scan or a photo"},
		{"no table", pages(at(40, 700, "Certificate of Completion")), "a PDF without a table of credits"},
		{"a row that runs over all columns", pages(table + at(150, 640, "2026-04-01 Haemoglobinopathies/thalassaemias/of/neonates 2.0") + row(620, tableRows[1]...)),
			"a table whose columns run into each other"},
		{"rows above the header that no table has", pages(at(40, 780, "2026-04-01 Panels 2.0") + at(40, 760, "2026-04-02 Titers 1.0") + at(40, 740, "2026-04-03 Ethics 1.0") + table),
			"a table whose columns run into each other"},
		{"nothing", []byte("%PDF-1.4\n"), "a PDF that cannot be read: it has no pages"},
		{"a page within itself", file(catalogue, "<< /Kids [2 0 R] >>"), "a PDF that cannot be read: a page is within itself"},
		{"a form within itself", file(catalogue, "<< /Kids [3 0 R] >>", "<< /Contents 4 0 R /Resources << /XObject << /X 4 0 R >> >> >>", stream("/Subtype /Form", "/X Do")),
			"a PDF that cannot be read: a part is within itself"},
		{"a reference to itself", file("1 0 R"), "a PDF that cannot be read: it has no pages"},
		{"lists in lists", pages(nested), "a PDF with more than 32 levels of parts"},
		{"an unknown filter", file(catalogue, "<< /Kids [3 0 R] >>", "<< /Contents 4 0 R >>", stream("/Filter /LZWDecode", "x")),
			`a PDF that cannot be read: it is packed by "LZWDecode"`},
		{"a bomb", file(catalogue, "<< /Kids [3 0 R] >>", "<< /Contents 4 0 R >>", stream("/Filter /FlateDecode", packed(strings.Repeat(" ", 65<<20)))),
			"a PDF with more than 32 MB unpacked"},
		{"work without end", pages(strings.Repeat("1 ", 5_000_000)), "a PDF with more than 5000000 parts"},
		{"objects without end", []byte("%PDF-1.4\n" + strings.Repeat("1 0 obj ", 700_000)), "a PDF with more than 5000000 parts"},
		{"a file of objects within itself", file(catalogue, "<< /Kids [3 0 R] >>", "<< /Contents 5 0 R >>", stream("/Type /ObjStm /N 2 /First 8 /Extends 4 0 R", "4 0 5 6 4 0 R 5 0 R")),
			"a PDF that breaks off or is damaged"},
		{"a font within itself", file(catalogue, "<< /Kids [3 0 R] >>", "<< /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>", stream("", "BT /F 1 Tf (ab) Tj"),
			"<< /Subtype /Type0 /DescendantFonts [5 0 R] /ToUnicode 5 0 R /Encoding 5 0 R /W 5 0 R >>"), "a PDF without text, such as a scan or a photo"},
		{"forms of forms", file(append(append([]string{catalogue, "<< /Kids [3 0 R] >>", "<< /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>", stream("", "/X Do")},
			forms(20)...), stream("/Subtype /Form", "(a) Tj"))...), "a PDF with more than 5000000 parts"},
		{"letters without width", file(catalogue, "<< /Kids [3 0 R] >>", "<< /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
			stream("/Filter /FlateDecode", packed("BT /F 10 Tf ("+strings.Repeat("a", 4_000_000)+") Tj")), "<< /Subtype /Type1 /FirstChar 97 /Widths [0] >>"),
			"a PDF without a table of credits"},
		{"many pages", pages(make([]string, 201)...), "a PDF with more than 200 pages"},
		{"a large file", append([]byte("%PDF-1.4\n"), make([]byte, 32<<20)...), "a PDF with more than 32 MB"},
		{"a password", bytes.Replace(pages(table), []byte("/Root 1 0 R"),
			[]byte("/Root 1 0 R /Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /O (o) /U (u) /P -4 >>"), 1), "a PDF that needs a password"},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkRefused(t, string(c.data), c.want)
		})
	}
}

// forms returns forms of which each draws the next one ten times.
func forms(n int) (all []string) {
	for i := range n {
		all = append(all, stream(fmt.Sprintf("/Subtype /Form /Resources << /XObject << /X %d 0 R >> >>", i+6), strings.Repeat("/X Do ", 10)))
	}
	return all
}

// checkPDF holds of whatever is read: a refusal says why, and all rows are as wide as the
// header, which is there once.
func checkPDF(t *testing.T, data []byte) {
	t.Helper()
	d, err := document.Read(data)
	var refused *ledger.Error
	switch {
	case err != nil && (!errors.As(err, &refused) || refused.What == "" || refused.Try.IsEmpty()):
		t.Fatalf("Read: %v (%T), want a *ledger.Error", err, err)
	case err != nil, d.Kind != "PDF", len(d.Tables) == 0: // a changed one may be something else
		return
	}
	rows := d.Tables[0].Rows
	for i, r := range rows {
		if len(r) != len(rows[0]) || i > 0 && cmp.Equal(r, rows[0]) {
			t.Fatalf("row %d is %q below %q", i, r, rows[0])
		}
	}
}

func FuzzPDF(f *testing.F) {
	for _, data := range [][]byte{pages(table), pages(table, table), turned(), form(), inStream(), wide(), named(), byRC4(), byAES()} {
		f.Add(data)
	}
	f.Fuzz(checkPDF)
}

// FuzzPDFContent reaches what shows text, behind the objects of a file.
func FuzzPDFContent(f *testing.F) {
	f.Add(table, "1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <20> <7e> <0020> endbfrange", "[32 [278 278]]")
	f.Add("BT /F 10 Tf 2 Tc 3 Tw 90 Tz 12 TL 1 Ts [(a) -900 (b)] TJ T* (c) ' 1 2 (d) \" ET BI /W 1 ID x EI Q q", "", "[32 40 500]")
	f.Fuzz(func(t *testing.T, content, texts, widths string) {
		checkPDF(t, file(catalogue, "<< /Kids [3 0 R 3 0 R] >>", "<< /Contents 4 0 R /Resources << /Font << /F 5 0 R /G 6 0 R >> /XObject << /X 4 0 R >> >> >>",
			stream("/Subtype /Form", content), "<< /ToUnicode 7 0 R /FirstChar 32 /Widths "+widths+" >>",
			"<< /Subtype /Type0 /ToUnicode 7 0 R /DescendantFonts [<< /W "+widths+" >>] >>", stream("", texts)))
	})
}

// However a table is laid out, with lines between its rows or only gaps, its cells at the
// top or centred, over one page or more: each row comes out whole, once.
func TestLayouts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ruled, centred, heads := rapid.Bool().Draw(t, "ruled"), rapid.Bool().Draw(t, "centred"), rapid.Bool().Draw(t, "headings")
		gap := rapid.Float64Range(3, 12).Draw(t, "gap")
		want := [][]string{{"Title", "Date", "Points"}}
		var all []string
		y := 0.0
		turn := func() { all, y = append(all, row(700, want[0]...)+line(694)), 690-gap }
		put := func(height float64, content func(y float64) string) {
			if y-height < 40 {
				turn()
			}
			all[len(all)-1] += content(y - 8)
			if y -= height + gap; ruled {
				all[len(all)-1] += line(y + gap/2)
			}
		}
		turn()
		for i := range rapid.IntRange(2, 40).Draw(t, "rows") {
			if heads && i%7 == 1 {
				put(10, func(y float64) string { return strings.ReplaceAll(at(40, y, fmt.Sprint("Part ", i)), "/F", "/G") })
				want = append(want, group(fmt.Sprint("Part ", i)))
			}
			title := rapid.SliceOfN(rapid.SampledFrom([]string{"Panels", "Gram stains", "Warm autoantibodies", "Ethics", "in 2026"}), 1, 3).Draw(t, "title")
			cells := []string{strings.Join(title, " "), fmt.Sprintf("%d/%d/2026", 1+i%12, 1+i%28), rapid.SampledFrom([]string{"1", "1.5", "2 CE"}).Draw(t, "points")}
			want = append(want, cells)
			height := 12 * float64(len(title))
			put(height-2, func(y float64) (content string) {
				for n, text := range title {
					content += row(y-12*float64(n), text)
				}
				if centred {
					y -= (height - 12) / 2
				}
				return content + row(y, "", cells[1], cells[2])
			})
		}
		d, err := document.Read(pages(all...))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range d.Tables[0].Rows {
			r[0] = strings.ReplaceAll(r[0], "\n", " ")
		}
		if diff := cmp.Diff(want, d.Tables[0].Rows); diff != "" {
			t.Fatalf("(-want +got)\n%s", diff)
		}
	})
}

// A drawn table is as a browser lays it out without a style: each column is as wide as
// its widest text, and little is between them.
type drawnTable struct {
	rows    [][][]string // cells, of which each has lines
	left    []float64    // of the columns
	width   []float64
	middle  bool // cells stand in the middle of their row
	content []string
	y       float64
}

const blank = 3 // points

// wide returns how wide words are, a blank apart.
func wideOf(text string) float64 {
	words := strings.Fields(text)
	return float64(6*len(strings.Join(words, "")) + blank*(len(words)-1))
}

func drawWords(x, y float64, text string) (content string) {
	for _, w := range strings.Fields(text) {
		content += strings.Replace(at(x, y, w), "/F", "/C", 1)
		x += wideOf(w) + blank
	}
	return content
}

// drawTable draws a table, whose headings between rows have one cell.
func drawTable(rows [][][]string, gap, padding float64, centred, middle, repeated bool) []byte {
	t := drawnTable{rows: rows, middle: middle, width: make([]float64, len(rows[0]))}
	x := 40.0
	for c := range t.width {
		for _, r := range rows {
			for _, text := range r[min(c, len(r)-1)] {
				if len(r) > 1 {
					t.width[c] = max(t.width[c], wideOf(text))
				}
			}
		}
		t.left = append(t.left, x)
		x += t.width[c] + gap
	}
	t.y = -1
	for i, r := range rows {
		high := 0
		for _, cell := range r {
			high = max(high, len(cell))
		}
		if t.y-float64(high)*12 < 400 {
			t.content, t.y = append(t.content, at(40, 760, "Credits of A. Holder")), 700
			if repeated && i > 0 {
				t.drawRow(rows[0], 1, centred)
				t.y -= 12 + padding
			}
		}
		t.drawRow(r, high, centred && i == 0)
		t.y -= 12*float64(high) + padding
	}
	return pages(t.content...)
}

func (t *drawnTable) drawRow(r [][]string, high int, centred bool) {
	for c, cell := range r {
		y := t.y
		if t.middle {
			y -= 6 * float64(high-len(cell))
		}
		for n, text := range cell {
			x := t.left[c]
			if centred {
				x += (t.width[c] - wideOf(text)) / 2
			}
			t.content[len(t.content)-1] += drawWords(x, y-12*float64(n), text)
		}
	}
}

// No line of a table is lost without a word, however close its columns are: each word of
// a row is in the rows that are read, or the table is refused.
func TestNoLineIsLost(t *testing.T) {
	all, exact := 0, 0
	days := []string{"2026-03-16", "11/02/2025", "November 2, 2025", "May 24, 2019", "October 10-11, 2025", "Wednesday, 2 September 2026, 3:15 PM", "20190524", "2026-05-21 16:10"}
	rapid.Check(t, func(t *rapid.T) {
		rows := [][][]string{{{"Date"}, {"Title"}, {"Hours"}}}
		provider := rapid.Bool().Draw(t, "provider")
		if provider {
			rows[0] = append(rows[0], []string{"Provider"})
		}
		mixed, lines := rapid.Bool().Draw(t, "mixed days"), rapid.IntRange(1, 3).Draw(t, "lines")
		day := rapid.SampledFrom(days)
		same := day.Draw(t, "day")
		for range rapid.IntRange(2, 12).Draw(t, "rows") {
			if mixed {
				same = day.Draw(t, "day")
			}
			title := rapid.SliceOfN(rapid.SampledFrom([]string{"Panel", "Panel two", "Webinar on immunology", "P", "of 2025", "Gram stains"}), 1, lines).Draw(t, "title")
			r := [][]string{{same}, title, {rapid.SampledFrom([]string{"1", "0.5", "10.25", "1.5 CE"}).Draw(t, "hours")}}
			if provider {
				r = append(r, []string{rapid.SampledFrom([]string{"LabCE", "ASCP", "State Society"}).Draw(t, "provider")})
			}
			if rows = append(rows, r); rapid.IntRange(0, 9).Draw(t, "heading") == 0 {
				rows = append(rows, [][]string{{rapid.SampledFrom([]string{"Part 2", "2025 Total: 6.0", "Safety and all of what was done for it"}).Draw(t, "text")}})
			}
		}
		data := drawTable(rows, rapid.Float64Range(2, 12).Draw(t, "gap"), rapid.Float64Range(1, 8).Draw(t, "padding"),
			rapid.Bool().Draw(t, "centred header"), rapid.Bool().Draw(t, "middle"), rapid.Bool().Draw(t, "repeated"))
		d, err := document.Read(data)
		if all++; err != nil || len(d.Tables) == 0 {
			return
		}
		if got := d.Tables[0].Rows; checkWords(t, rows, got) {
			exact++
		}
	})
	if all >= 100 && exact < all*3/4 { // a share of fewer says nothing
		t.Errorf("%d of %d tables were read row by row, want most", exact, all)
	}
}

// checkWords fails where a word of the rows is in no row that was read, and reports
// whether the rows are the same.
func checkWords(t *rapid.T, rows [][][]string, got [][]string) bool {
	left := map[string]int{}
	same := len(rows) == len(got)
	for i, r := range got {
		if len(r) > 1 && r[0] == r[1] { // a heading
			r = r[:1]
		}
		for _, w := range strings.Fields(strings.Join(r, " ")) {
			left[w]++
		}
		for c := 0; same && c < len(r); c++ {
			same = len(r) == len(rows[i]) && strings.Join(strings.Fields(r[c]), " ") == strings.Join(rows[i][c], " ")
		}
	}
	for i, r := range rows {
		for _, cell := range r {
			for _, w := range strings.Fields(strings.Join(cell, " ")) {
				if left[w]--; left[w] < 0 && i < len(rows)-1 {
					t.Fatalf("%q of row %q is lost: %q", w, r, got)
				}
			}
		}
	}
	return same
}
