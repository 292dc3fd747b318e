package prompt_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/prompt"
)

// The keys that tests press, as a terminal sends them.
const (
	enter, tab, backspace = "\r", "\t", "\x7f"
	left, home, ctrlU     = "\x1b[D", "\x01", "\x15"
	ctrlC, ctrlD          = "\x03", "\x04"
	paste, pasted         = "\x1b[200~", "\x1b[201~"
)

// A device is a terminal that only counts what is asked of it.
type device struct {
	raw, restored int
	out           bytes.Buffer
}

// prompt returns a prompt on the terminal, where the keys are pressed one by one.
func (d *device) prompt(keys string) *prompt.Prompt {
	return prompt.New(iotest.OneByteReader(strings.NewReader(keys)), &d.out, prompt.Console{Raw: func() func() {
		d.raw++
		return func() { d.restored++ }
	}})
}

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
		{"a tab that completes nothing when pasted", "", paste + "a\tb" + pasted + enter, "a b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var d device
			p := d.prompt(tt.keys)
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

// However a question is left, the terminal is as before.
func TestLeave(t *testing.T) {
	for name, keys := range map[string]string{"Ctrl-C": "abc" + ctrlC, "Ctrl-D": ctrlD, "end of input": "abc", "end of a paste": paste + "a\rb"} {
		t.Run(name, func(t *testing.T) {
			var d device
			p := d.prompt(keys)
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

// Where Tab is not certain it shows what there is to choose from.
func TestListed(t *testing.T) {
	var many []prompt.Candidate
	for i := range 150 {
		many = append(many, prompt.Candidate{Text: fmt.Sprintf("word-%03d", i)})
	}
	tests := []struct {
		name     string
		complete prompt.Completer
		keys     string
		want     []string
		wantNot  string
	}{
		{"something was completed", fruits(), "a" + tab, nil, "apricot"},
		{"nothing was", fruits(), "a" + tab + tab, []string{"  apple    Red or green\r\n", "  apricot"}, "Cherry"},
		{"many", prompt.Words("", many), tab + tab, []string{"  word-000", "  word-034", "  and 115 more; type a letter\r\n"}, "word-035"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var d device
			p := d.prompt(tt.keys + enter)
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
		})
	}
}

// Where lines cannot be edited they are read as they come, and no code is
// written.
func TestPlain(t *testing.T) {
	for name, console := range map[string]prompt.Console{"none": {}, "one that fails": {Raw: func() func() { return nil }}} {
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

// Whatever keys are pressed, an answer is text on one line, and the questions
// come to an end.
func FuzzLine(f *testing.F) {
	for _, seed := range []string{"a" + tab + tab + enter, paste + "a\nb" + pasted, "\x1b\x1b[", "\x1a" + ctrlC, "血\xe8\xa1", left + home + ctrlU + "\x0b\x0c\x14\x17", "\x1b[" + strings.Repeat("1", 300)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, keys string) {
		var d device
		p := d.prompt(keys)
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
