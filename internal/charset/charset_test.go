package charset_test

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"cmpledger/internal/charset"
)

func TestOf(t *testing.T) {
	windows, mac := charmap.Windows1252, charmap.Macintosh
	tests := []struct {
		name  string
		in    encoding.Encoding
		text  string
		want  string // the encoding, or "" where nothing fits
		other string
	}{
		{"curly quotes and a dash", windows, "The “left shift” – what’s new", "Windows-1252", ""},
		{"curly quotes and a dash", mac, "The “left shift” – what’s new", "Mac Roman", "Windows-1252"},
		{"one apostrophe", windows, "Don’t panic", "Windows-1252", ""},
		{"one apostrophe", mac, "Don’t panic", "Mac Roman", "Windows-1252"},
		{"an apostrophe at the end", windows, "The technologists’ role", "Windows-1252", ""},
		{"single quotes", windows, "The ‘ABO’ system", "Windows-1252", ""},
		{"French", windows, "Étude de l’hémoglobine à l’hôpital, où naît l’œuf", "Windows-1252", ""},
		{"French", mac, "Étude de l’hémoglobine à l’hôpital, où naît l’œuf", "Mac Roman", "Windows-1252"},
		{"Spanish", windows, "Diagnóstico clínico en el país: así se hace, año tras año", "Windows-1252", ""},
		{"Spanish", mac, "Diagnóstico clínico: ¿qué análisis?", "Mac Roman", "Windows-1252"},
		{"German", windows, "Größe der Erythrozyten, Müller und Söhne, Übung", "Windows-1252", ""},
		{"German", mac, "Größe der Erythrozyten, Müller und Söhne, Übung", "Mac Roman", "Windows-1252"},
		{"a name", mac, "María Díaz-O’Brien", "Mac Roman", "Windows-1252"},
		{"a name", windows, "Maria-Elena Díaz-O’Brien", "Windows-1252", ""},
		{"capitals", windows, "RÉSUMÉ DE L’ANALYSE", "Windows-1252", ""},
		{"capitals", mac, "RÉSUMÉ", "Mac Roman", "Windows-1252"},
		{"trade marks", windows, "LabCE™ and MediaLab®", "Windows-1252", ""},
		{"trade marks", mac, "LabCE™ and MediaLab®", "Mac Roman", "Windows-1252"},
		{"degrees", windows, "Storage at 4°C, 1½ hours", "Windows-1252", ""},
		{"degrees", mac, "Storage at 4°C, ≥ 37°C", "Mac Roman", "Windows-1252"},
		{"bullets", windows, "• Anti-K\n• Anti-D", "Windows-1252", ""},
		{"bullets", mac, "• Anti-K\n• Anti-D", "Mac Roman", "Windows-1252"},
		{"the same in both", mac, "5 ± 1 µL", "Windows-1252", ""},
		{"what could be both", windows, "Gram–positive cocci", "Windows-1252", "Mac Roman"},
		{"what could be both, with lines that end in CR", mac, "Schrödinger\rA", "Mac Roman", "Windows-1252"},
		{"DOS", charmap.CodePage437, "Résumé à la carte, Müller, naïve", "", ""},
		{"Czech", charmap.Windows1250, "Vyšetření krve: příčiny a průběh, měření", "", ""},
		{"Turkish", charmap.Windows1254, "Kan sayımı ve değerlendirmesi: başlangıç eğitimi", "", ""},
		{"Russian", charmap.Windows1251, "Переливание крови", "", ""},
		{"Russian", charmap.KOI8R, "Переливание крови", "", ""},
		{"Greek", charmap.Windows1253, "Μετάγγιση αίματος", "", ""},
		{"Chinese", simplifiedchinese.GBK, "输血医学基础", "", ""},
		{"Chinese", traditionalchinese.Big5, "輸血醫學基礎", "", ""},
		{"Japanese", japanese.ShiftJIS, "輸血検査の基礎", "", ""},
		{"Japanese in katakana", japanese.ShiftJIS, "テスト", "", ""},
		{"Japanese", japanese.EUCJP, "輸血検査の基礎", "", ""},
		{"Korean", korean.EUCKR, "수혈 의학", "", ""},
	}
	for _, tt := range tests {
		around := []string{"Title,Date\n", ",2026-03-02\n"}
		if strings.Contains(tt.text, "\r") {
			around = []string{"", ""}
		}
		data, err := tt.in.NewEncoder().String(around[0] + tt.text + around[1])
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		g := charset.Of(data)
		if g.Encoding != tt.want || g.Other != tt.other || tt.want != "" && !strings.Contains(g.Text, tt.text) {
			t.Errorf("%s, %v: %q, %q, %s or %s, %q; want %q and %q", tt.name, tt.in, g.Encoding, g.Other, g.Word, g.OtherWord, g.Text, tt.want, tt.other)
		}
		page := charset.Of("<td>" + strings.TrimSuffix(strings.TrimPrefix(data, around[0]), around[1]) + "</td>\n")
		if page.Encoding != tt.want && around[0] != "" {
			t.Errorf("%s, %v, in a page: %q", tt.name, tt.in, page.Encoding)
		}
	}
}

// Those that come first tell the encoding of a long text: to judge each of 128 MB would
// take a minute.
func TestOfLongText(t *testing.T) {
	french, _ := charmap.Windows1252.NewEncoder().String(strings.Repeat("Étude à l’hôpital\n", 10_000))
	if g := charset.Of(french + strings.Repeat("\xff", 100_000)); g.Encoding != "Windows-1252" {
		t.Errorf("%q, want the encoding of its beginning", g.Encoding)
	}
	same := strings.Repeat("\xb1", 10_000) // ± in both
	if g := charset.Of(same + " caf\x8e"); g.Encoding != "Mac Roman" {
		t.Errorf("%q, want that of the first word that tells", g.Encoding)
	}
}

func TestEscaped(t *testing.T) {
	for text, want := range map[string]string{
		"Title\nCaf+AOk-":            "UTF-7",
		"1 +- 2, Gr+APYA3w-e":        "UTF-7",
		"+ZeVnLIqe-":                 "UTF-7",
		"Anti-K+Fya-":                "",
		"Rh+ve- and HBsAg+HCV-":      "",
		"A + B":                      "",
		"CK+MB":                      "",
		"1 +- 2":                     "",
		"Café, Caf+AOk-":             "",
		"\x1b$BM\"7l\x1b(B":          "ISO-2022-JP",
		"Plain":                      "",
		"+//0":                       "",
		"+1 800 555 0100, +ABCDEFGH": "",
	} {
		if got := charset.Escaped(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
