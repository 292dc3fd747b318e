package answer_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/answer"
)

// A clock is moved by hand.
type clock struct{ time.Time }

func (c *clock) now() time.Time          { return c.Time }
func (c *clock) after(d time.Duration)   { c.Time = c.Time.Add(d) }
func (c *clock) millis(milliseconds int) { c.after(time.Duration(milliseconds) * time.Millisecond) }

func newClock() *clock { return &clock{time.Date(2026, 11, 21, 14, 2, 11, 0, time.UTC)} }

func TestProgress(t *testing.T) {
	type step struct {
		after int // milliseconds
		what  string
		done  int
	}
	for _, test := range []struct {
		name  string
		width int
		ascii bool
		steps []step
		want  []string // lines on the screen
	}{
		{"done at once", 0, false, []step{{0, "looking up", 0}, {499, "writing", 999}}, nil},
		{"half a second", 0, false, []step{{500, "looking up", 450}}, []string{"████░░░░░░  45 %  looking up", ""}},
		{"at most ten times a second", 0, true, []step{{600, "looking up", 450}, {99, "looking up", 460}, {1, "writing", 999}},
			[]string{"####------  45 %  looking up", "#########-  99 %  writing", ""}},
		{"all of it", 0, true, []step{{500, "writing", 1000}}, []string{"########## 100 %  writing", ""}},
		{"more than all of it", 0, true, []step{{500, "writing", 1001}}, []string{"########## 100 %  writing", ""}},
		{"narrow", 20, true, []step{{500, "looking up", 0}}, []string{"----------   0 %  l", ""}},
		{"what cannot be shown", 0, true, []step{{500, "a\nb\x1b", 0}}, []string{`----------   0 %  a\nb\x1b`, ""}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b bytes.Buffer
			c := newClock()
			p := answer.NewProgress(answer.Screen{Out: &b, Width: test.width, ASCII: test.ascii}, c.now)
			for _, s := range test.steps {
				c.millis(s.after)
				p.Step(s.what, s.done, 1000)
			}
			p.End()
			p.End()
			if diff := cmp.Diff(test.want, linesSeen(b.String())); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if seen := onScreen(b.String()); seen != "" {
				t.Errorf("left on the screen: %q", seen)
			}
		})
	}
}

// linesSeen returns what was written over the line, one after the other.
func linesSeen(written string) []string {
	var all []string
	for _, line := range strings.Split(strings.TrimSuffix(written, "\r"), "\r") {
		all = append(all, strings.TrimRight(line, " "))
	}
	if len(all) > 0 {
		all = all[1:]
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

// onScreen returns what a terminal shows of text without wide characters.
func onScreen(written string) string {
	var line []rune
	at := 0
	for _, r := range written {
		if r == '\r' {
			at = 0
			continue
		}
		if at == len(line) {
			line = append(line, ' ')
		}
		line[at] = r
		at++
	}
	return strings.TrimRight(string(line), " ")
}

// However a work goes on, nothing of its line is left on the screen, and no
// more than ten lines are drawn in a second.
func TestProgressLeavesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b bytes.Buffer
		c := newClock()
		p := answer.NewProgress(answer.Screen{Out: &b, Width: rapid.SampledFrom([]int{0, 10, 25, 80}).Draw(t, "width"), ASCII: true}, c.now)
		spent := 0
		for range rapid.IntRange(0, 30).Draw(t, "steps") {
			ms := rapid.IntRange(0, 400).Draw(t, "ms")
			c.millis(ms)
			spent += ms
			p.Step(rapid.SampledFrom([]string{"", "reading", "a much longer text than the others are"}).Draw(t, "what"),
				rapid.IntRange(-1, 12).Draw(t, "done"), rapid.IntRange(0, 11).Draw(t, "all"))
		}
		if n := strings.Count(b.String(), "\r"); n > spent/100+1 || spent < 500 && n > 0 {
			t.Errorf("%d lines in %d milliseconds", n, spent)
		}
		p.End()
		if seen := onScreen(b.String()); seen != "" {
			t.Errorf("left on the screen: %q", seen)
		}
	})
}

func TestNoProgress(t *testing.T) {
	var p *answer.Progress
	p.Step("nothing", 1, 2) // panics if it is drawn
	p.End()
}
