package answer

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/clipperhouse/displaywidth"
)

// A Progress is a line at the foot of a screen that says how far a long work
// has come, and is gone when it is done. A nil Progress shows nothing.
type Progress struct {
	screen       Screen
	now          func() time.Time
	begun, drawn time.Time
	shown        int // columns of the line on the screen
}

const (
	patience = 500 * time.Millisecond // what is done sooner needs no line
	pause    = 100 * time.Millisecond // between two lines
)

// NewProgress begins a work. The screen has to be a terminal, and now returns
// the time.
func NewProgress(s Screen, now func() time.Time) *Progress {
	return &Progress{screen: s, now: now, begun: now()}
}

// Step says what is being done, and how much of it has been.
func (p *Progress) Step(what string, done, all int) {
	if p == nil || all <= 0 {
		return
	}
	now := p.now()
	if now.Sub(p.begun) < patience || now.Sub(p.drawn) < pause {
		return
	}
	p.drawn = now
	done = min(max(done, 0), all)
	p.show(fmt.Sprintf("%s %3d %%  %s", p.screen.Bar(int64(done), int64(all)), done*100/all, Text(what)))
}

// End takes the line from the screen. More may follow all the same.
func (p *Progress) End() {
	if p != nil && p.shown > 0 {
		p.show("")
	}
}

// show writes a text over the line. It leaves the last column free, where
// some terminals would begin another line.
func (p *Progress) show(text string) {
	const usual = 80
	most := p.screen.Width
	if most == 0 {
		most = usual
	}
	text = displaywidth.TruncateString(text, most-1, "")
	n := width(text)
	line := "\r" + text + strings.Repeat(" ", max(0, p.shown-n))
	if n == 0 {
		line += "\r"
	}
	_, _ = io.WriteString(p.screen.Out, line)
	p.shown = n
}
