package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"cmpledger/internal/atomicfile"
)

// A stopper ends the program where it is told to: by Ctrl-C, by kill, or since its window was
// closed. It does so between two steps, whatever the command is at: no command looks for it.
type stopper struct {
	told  chan os.Signal
	begun atomic.Bool
	ended chan struct{} // closed when the command has said all
	say   io.Writer     // nil where nobody looks
}

// watch makes the program stop as it should.
func watch(e *Env) {
	s := &stopper{told: make(chan os.Signal, 1), ended: make(chan struct{})}
	if e.ErrTerminal {
		s.say = e.Err
	}
	s.notify(syscall.SIGQUIT)  // at once: Go would list what it does
	atomicfile.Before(func() { // it takes 0.1 ms, of 5 for cmp status
		s.notify(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
		go s.wait()
	})
	e.Ended = s.end
	e.Console.Interrupt = func() { s.told <- os.Interrupt; select {} }
	if raw := e.Console.Raw; raw != nil {
		e.Console.Raw = func() func() { return restored(raw, e.Err) }
	}
}

// notify makes signals come to the stopper, unless nohup or the like wants them ignored.
func (s *stopper) notify(signals ...os.Signal) {
	for _, sig := range signals {
		if !signal.Ignored(sig) {
			signal.Notify(s.told, sig)
		}
	}
}

// wait waits for a signal and ends the program, once what it had begun is undone. A second
// signal ends it at once. Where something was kept, the command has a second to say so.
func (s *stopper) wait() {
	sig := <-s.told
	s.begun.Store(true)
	go func() { die(<-s.told) }()
	if atomicfile.Stop(false) {
		if s.say != nil {
			fmt.Fprintln(s.say, "\nStopped. Nothing was written.")
		}
		die(sig)
	}
	select {
	case <-s.ended:
	case <-time.After(time.Second):
	}
	atomicfile.Stop(true)
	die(sig)
}

// end is for when all is said. It does not return where the program is being stopped.
func (s *stopper) end() {
	if s.begun.Load() {
		close(s.ended)
		select {}
	}
}

// die ends the program by the signal itself, which a shell sees and stops its loop. Go would
// list what it does at a SIGQUIT, and Windows has no such end: then only the number is the same.
func die(sig os.Signal) {
	number := 128 + int(sig.(syscall.Signal)) // every signal is one
	if self, err := os.FindProcess(os.Getpid()); err == nil && sig != syscall.SIGQUIT {
		signal.Reset(sig)
		if self.Signal(sig) == nil {
			<-time.After(time.Second)
		}
	}
	os.Exit(number) //nolint:forbidigo // main may wait for something that does not come
}

// restored makes a terminal hand over each key, until that is undone or the program stopped.
func restored(raw func() func(), out io.Writer) func() {
	var restore func()
	begun, err := atomicfile.Begin(func() (func(), error) {
		if restore = raw(); restore == nil {
			return nil, errors.ErrUnsupported
		}
		return func() {
			_, _ = io.WriteString(out, "\x1b[?2004l") // pasted text is as typed again
			restore()
		}, nil
	})
	if err != nil {
		return nil
	}
	return func() {
		restore()
		begun.End()
	}
}
