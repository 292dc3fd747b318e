package document_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func part(kind, encoding, body string) string {
	return "Content-Type: " + kind + "\r\nContent-Transfer-Encoding: " + encoding + "\r\n\r\n" + body
}

func mail(kind string, parts ...string) string {
	return "Received: by x\r\nSubject: Title\tDate\tHours\r\nDate: Mon, 2 Nov 2026 10:00:00 +0000\r\nContent-Type: multipart/" + kind +
		"; boundary=b\r\n\r\n--b\r\n" + strings.Join(parts, "\r\n--b\r\n") + "\r\n--b--\r\n"
}

func TestMail(t *testing.T) {
	const csv = "Title,Date,Hours\nA,1/2/2026,1\n"
	attached := part("text/csv; name=\"=?utf-8?q?cr=C3=A9dits.csv?=\"", "base64", base64.StdEncoding.EncodeToString([]byte(csv)))
	page := part("text/html; charset=iso-8859-1", "quoted-printable", "<table><tr><td>Caf=E9<td>1/2/=\r\n2026</table>")
	text := part("text/plain", "7bit", "Hello,\r\nthese are yours:\r\n\r\nTitle    Date      Hours\r\n\r\n> B  2/3/2026  2\r\nRegards")
	single := "From: a@b.org\nSubject: x\n\nTitle\tDate\tHours\nB\t2/3/2026\t2\n"
	tests := []struct{ name, mail, want string }{
		{"an attachment before the body", mail("mixed", text, attached), "crédits.csv:" + csv + "\ntable 2:\nTitle|Date|Hours\nB|2/3/2026|2"},
		{"the page rather than its text", mail("mixed", mail("alternative", text, page)[len("Received: by x\r\n"):]), "table 1:\nCafé|1/2/2026"},
		{"a text alone", single, "table 1:\nTitle|Date|Hours\nB|2/3/2026|2"},
		{"a page attached", mail("mixed", part("text/html; name=t.htm", "7bit", "<table><tr><td>A</table>")), "t.htm:\nA"},
		{"a mail attached", mail("mixed", part("message/rfc822", "7bit", single)), "table 1:\nTitle|Date|Hours\nB|2/3/2026|2"},
		{"a picture beside it", mail("mixed", part("image/png; name=logo.png", "7bit", "\x89PNG\r\n"), page), "table 1:\nCafé|1/2/2026"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, strings.Join(tables(t, tt.mail), "\n")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestMailRefused(t *testing.T) {
	within := "From: a@b.org\n\nTitle\tDate\tHours\nB\t2/3/2026\t2\n"
	for range 1000 {
		within = "MIME-Version: 1.0\nContent-Type: message/rfc822\n\n" + within
	}
	tests := []struct{ name, mail, want string }{
		{"no table", "From: a@b.org\n\nHello", "an email without a table"},
		{"only a picture", mail("mixed", part("image/png; name=scan.png", "7bit", "\x89PNG\r\n")), "a picture (PNG)"},
		{"a mail in a mail in a mail", within, "nested more than 8 times"},
		{"parts", mail("mixed", strings.Split(strings.Repeat(part("text/plain", "", "x")+"\x00", 600), "\x00")...), "more than 500 parts"},
		{"small pages that are large tables", mail("mixed", slices.Repeat([]string{part("text/html", "", "<table><tr>"+strings.Repeat("<td colspan=1000>a", 400)+"</table>")}, 20)...), "parts together are too large"},
		{"small PDFs that unpack to large ones", mail("mixed", slices.Repeat([]string{part("application/pdf; name=a.pdf", "base64", base64.StdEncoding.EncodeToString(
			file(catalogue, "<< /Kids [3 0 R] >>", "<< /Contents 4 0 R >>", stream("/Filter /FlateDecode", packed(strings.Repeat(" ", 31<<20))))))}, 20)...), "parts together are too large"},
		{"cut off", strings.TrimSuffix(mail("mixed", "X: y\r\n\r\nx"), "\r\n--b--\r\n"), "breaks off or is damaged"},
		{"bad base64", mail("mixed", part("text/csv; name=a.csv", "base64", "VGl0bGU=VGl0bGU=!")), "breaks off or is damaged"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			checkRefused(t, tt.mail, tt.want)
		})
	}
}
