package prompt_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/prompt"
)

// The keys that tests press, as a terminal sends them.
const (
	enter, tab, backspace = "\r", "\t", "\x7f"
	left, home, ctrlU     = "\x1b[D", "\x01", "\x15"
	ctrlC, ctrlD, ctrlZ   = "\x03", "\x04", "\x1a"
	paste, pasted         = "\x1b[200~", "\x1b[201~"
)

// A device is a terminal that only counts what is asked of it.
type device struct {
	raw, restored, suspended int
	columns                  int
	out                      bytes.Buffer
}

func (d *device) console() prompt.Console {
	return prompt.Console{
		Raw: func() (func(), error) {
			d.raw++
			return func() { d.restored++ }, nil
		},
		Columns: func() int { return d.columns },
		Suspend: func() { d.suspended++ },
	}
}

// slowly hands on one byte at a time.
type slowly struct{ io.Reader }

func (s slowly) Read(b []byte) (int, error) { return s.Reader.Read(b[:min(1, len(b))]) }

func fruits() prompt.Completer {
	return prompt.Words(",;", []prompt.Candidate{
		{Text: "apple", Name: "Red or green"}, {Text: "apricot"}, {Text: "xy/banana"}, {Text: "Cherry"},
	})
}

func TestLine(t *testing.T) {
	tests := []struct{ name, text, keys, want string }{
		{"typed", "", "hello" + enter, "hello"},
		{"nothing", "", enter, ""},
		{"blanks around it", "", "  hello  " + enter, "hello"},
		{"a mistake mended", "", "hexlo" + left + left + backspace + "l" + enter, "hello"},
		{"not only ASCII", "", "血液é" + backspace + "x" + enter, "血液x"},
		{"text to begin with", "1,5", backspace + backspace + ".5" + enter, "1.5"},
		{"text that is cleared", "1,5", ctrlU + "2" + enter, "2"},
		{"a control character", "", "a\x00\x07b" + enter, "ab"},
		{"Ctrl-D within a line removes a character", "", "abc" + home + ctrlD + enter, "bc"},
		{"completed where only one fits", "", "c" + tab + enter, "Cherry"},
		{"completed as far as is certain", "", "a" + tab + enter, "ap"},
		{"completed behind a separator", "", "Cherry, apr" + tab + enter, "Cherry, apricot"},
		{"completed within a line", "", "c;x" + left + left + tab + enter, "Cherry;x"},
		{"completed behind a slash", "", "ban" + tab + enter, "xy/banana"},
		{"completed by what it stands for", "", "green" + tab + enter, "apple"},
		{"nothing to complete to", "", "zz" + tab + tab + enter, "zz"},
		{"nothing typed to complete", "", tab + tab + enter, ""},
		{"pasted", "", paste + "hello" + pasted + enter, "hello"},
		{"pasted lines are one", "", paste + "one\r\ntwo\n\nthree\tfour\r" + pasted + enter, "one two three four"},
		{"pasted behind what was typed", "", "zero " + paste + "one\rtwo" + pasted + " three" + enter, "zero one two three"},
		{"pasted with an indent", "", paste + "one  two\n   three" + pasted + enter, "one  two three"},
		{"a tab that completes nothing when pasted", "", paste + "a\tb" + pasted + enter, "a b"},
	}
	for _, tt := range tests {
		for how, in := range map[string]io.Reader{"at once": strings.NewReader(tt.keys), "slowly": slowly{strings.NewReader(tt.keys)}} {
			t.Run(tt.name+" "+how, func(t *testing.T) {
				d := &device{columns: 40}
				p := prompt.New(in, &d.out, d.console())
				got, err := p.Line("Say: ", tt.text, fruits())
				p.Close()
				if got != tt.want || err != nil {
					t.Errorf("Line() = %q, %v; want %q", got, err, tt.want)
				}
				if d.raw != 1 || d.restored != 1 {
					t.Errorf("the terminal was changed %d times and changed back %d times", d.raw, d.restored)
				}
			})
		}
	}
}

// A long text is one answer, and what follows it is another.
func TestLineIsLong(t *testing.T) {
	long := strings.Repeat("long words ", 1000) + "end"
	d := &device{columns: 20}
	p := prompt.New(strings.NewReader(paste+long+pasted+enter+"next"+enter), &d.out, d.console())
	defer p.Close()
	for _, want := range []string{long, "next"} {
		if got, err := p.Line("Say: ", "", nil); got != want || err != nil {
			t.Errorf("Line() = %.40q... of %d bytes, %v; want %d bytes", got, len(got), err, len(want))
		}
	}
}

func TestLeave(t *testing.T) {
	for name, keys := range map[string]string{"Ctrl-C": "abc" + ctrlC, "Ctrl-D": ctrlD, "end of input": "abc"} {
		t.Run(name, func(t *testing.T) {
			d := &device{columns: 80}
			p := prompt.New(strings.NewReader(keys), &d.out, d.console())
			if _, err := p.Line("Say: ", "", nil); !errors.Is(err, prompt.ErrLeft) {
				t.Errorf("Line() fails with %v, want ErrLeft", err)
			}
			p.Close()
			if d.restored != 1 || !strings.Contains(d.out.String(), "\r\n") {
				t.Errorf("restored %d times, said %q", d.restored, d.out.String())
			}
		})
	}
}

// Ctrl-Z gives the terminal back while the program is stopped, and the line is
// still there afterwards.
func TestSuspend(t *testing.T) {
	d := &device{columns: 80}
	p := prompt.New(strings.NewReader("hel"+ctrlZ+"lo"+enter), &d.out, d.console())
	got, err := p.Line("Say: ", "", nil)
	p.Close()
	if got != "hello" || err != nil || d.suspended != 1 || d.restored != 2 || d.raw != 2 {
		t.Errorf("Line() = %q, %v; suspended %d times, restored %d, raw %d", got, err, d.suspended, d.restored, d.raw)
	}
}

// What there is to choose from is shown when Tab is pressed again: a few with
// what they stand for, more side by side, and no line wider than the terminal.
func TestListed(t *testing.T) {
	var many []prompt.Candidate
	for i := range 150 {
		many = append(many, prompt.Candidate{Text: fmt.Sprintf("word-%03d", i), Name: "never shown"})
	}
	tests := []struct {
		name     string
		complete prompt.Completer
		keys     string
		want     []string
		wantNot  string
	}{
		{"once", fruits(), "a" + tab, nil, "apricot"},
		{"twice where something was completed", fruits(), "a" + tab + tab, []string{"  apple    Red or green", "  apricot"}, "Cherry"},
		{"not twice in a row", fruits(), "ap" + tab + "r" + backspace + tab, nil, "apricot"},
		{"wide characters", prompt.Whole([]prompt.Candidate{{Text: "臨床検査", Name: strings.Repeat("長", 40)}, {Text: "ascii", Name: "Narrow"}}), tab + tab,
			[]string{"  臨床検査  " + strings.Repeat("長", 13) + "\r\n", "  ascii     Narrow\r\n"}, strings.Repeat("長", 14)},
		{"many", prompt.Whole(many), tab + tab + tab, []string{"  word-000  word-001  word-002", "... and more"}, "word-100"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := &device{columns: 40}
			p := prompt.New(slowly{strings.NewReader(tt.keys + enter)}, &d.out, d.console())
			defer p.Close()
			if _, err := p.Line("", "", tt.complete); err != nil {
				t.Fatal(err)
			}
			for _, want := range tt.want {
				if !strings.Contains(d.out.String(), want) {
					t.Errorf("%q was not shown: %q", want, d.out.String())
				}
			}
			if strings.Contains(d.out.String(), tt.wantNot) {
				t.Errorf("%q was shown: %q", tt.wantNot, d.out.String())
			}
			for line := range strings.Lines(d.out.String()) {
				if len(strings.TrimRight(line, "\r\n")) > 40 && !strings.Contains(line, "\x1b") {
					t.Errorf("a line of %d columns: %q", len(line), line)
				}
			}
		})
	}
}

// Where lines cannot be edited they are read as they come, and no code is
// written.
func TestPlain(t *testing.T) {
	failing := prompt.Console{Raw: func() (func(), error) { return nil, errors.New("no terminal") }}
	for name, console := range map[string]prompt.Console{"none": {}, "one that fails": failing} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			p := prompt.New(strings.NewReader(" one \r\n\xff\nlast"), &out, console)
			defer p.Close()
			if p.Edits() || p.Columns() != 80 {
				t.Errorf("Edits() = %v, Columns() = %d", p.Edits(), p.Columns())
			}
			for _, want := range []string{"one", "\ufffd", "last"} {
				if got, err := p.Line("Say: ", "", nil); got != want || err != nil {
					t.Errorf("Line() = %q, %v; want %q", got, err, want)
				}
			}
			if _, err := p.Line("Say: ", "", nil); !errors.Is(err, prompt.ErrLeft) {
				t.Errorf("Line() fails with %v, want ErrLeft", err)
			}
			if diff := cmp.Diff(strings.Repeat("Say: ", 4)+"\r\n", out.String()); diff != "" {
				t.Errorf("said (-want +got):\n%s", diff)
			}
		})
	}
}

// A text without control characters arrives as it was pasted, however the
// terminal breaks it into pieces.
func TestPasteArrives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom(nil, unicode.L, unicode.N, unicode.P, unicode.S)).Draw(t, "text")
		text = strings.ReplaceAll(text, "\ufffd", "")
		d := &device{columns: rapid.IntRange(1, 100).Draw(t, "columns")}
		var in io.Reader = strings.NewReader(paste + text + pasted + enter)
		if rapid.Bool().Draw(t, "slowly") {
			in = slowly{in}
		}
		p := prompt.New(in, &d.out, d.console())
		defer p.Close()
		if got, err := p.Line("Say: ", "", fruits()); got != strings.TrimSpace(text) || err != nil {
			t.Fatalf("Line() = %q, %v; want %q", got, err, text)
		}
	})
}

// Whatever keys are pressed, an answer is text on one line, and the questions
// come to an end.
func FuzzLine(f *testing.F) {
	for _, seed := range []string{"a" + tab + tab + enter, paste + "a\nb" + pasted, "\x1b\x1b[", ctrlZ + ctrlC, "血\xe8\xa1", left + home + ctrlU + "\x0b\x0c\x14\x17", "\x1b[" + strings.Repeat("1", 300)} {
		f.Add(seed, 40)
	}
	f.Fuzz(func(t *testing.T, keys string, columns int) {
		d := &device{columns: columns % 200}
		p := prompt.New(strings.NewReader(keys), &d.out, d.console())
		defer p.Close()
		for range len(keys) + 1 {
			answer, err := p.Line("Say: ", "before", fruits())
			if err != nil {
				return
			}
			if !utf8.ValidString(answer) || strings.ContainsAny(answer, "\n\r\t\x00\x1b") {
				t.Fatalf("Line() = %q", answer)
			}
		}
		t.Fatalf("%q never ends", keys)
	})
}
