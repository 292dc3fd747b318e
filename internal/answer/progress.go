package answer

import (
	"cmp"
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
	text := fmt.Sprintf("%s %3d %%  %s", p.screen.Bar(int64(done), int64(all)), done*100/all, Text(what))
	// In the last column some terminals would begin another line.
	text = displaywidth.TruncateString(text, cmp.Or(p.screen.Width, 80)-1, "")
	n := width(text)
	_, _ = io.WriteString(p.screen.Out, "\r"+text+strings.Repeat(" ", max(0, p.shown-n)))
	p.shown = n
}

// End takes the line from the screen. More may follow all the same.
func (p *Progress) End() {
	if p != nil && p.shown > 0 {
		_, _ = io.WriteString(p.screen.Out, "\r"+strings.Repeat(" ", p.shown)+"\r")
		p.shown = 0
	}
}
