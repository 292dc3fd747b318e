//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestSoak lets six processes at a time do all kinds of things to one ledger, and
// now and then to a second one that is merged with it, while signals end some of
// them. It runs as long as CMP_TEST_SOAK says:
//
//	CMP_TEST_SOAK=60s go test ./cmd/cmp -run Soak -v
//	CMP_TEST_SOAK=1h go test ./cmd/cmp -run Soak -v -timeout 0
//
// CMP_TEST_SEED=N makes the choices of an earlier run again; only when each
// process comes to its turn is left to chance. A round lasts a while, and the
// next one begins with new ledgers. In a round with an even seed commands are
// also killed (SIGKILL); in the others INT, TERM and HUP end them, and nothing
// may be left of what they began.
//
// What must be there is judged by the log, for it needs no order among the six:
//
//  1. Every command line has a mark of its own (--holder MARK), and the log keeps
//     command lines. A command that was acknowledged (exit code 0) and that
//     surely writes has one entry; one that may write, or that a signal ended, has
//     at most one; one that only reads, was refused, or was a rehearsal has none.
//  2. What was acknowledged stands in its entry as it was typed: title and points
//     of a credit, number of a credential, name of a certificate.
//  3. From the tables as they are now, going back change by change leads to
//     nothing at all: every record that an entry added is there until a later
//     entry took it away, and no record is there that no entry added.
//  4. A log only grows. A restore brings back an older one, but first it keeps
//     the ledger with its log as a backup: what was acknowledged is in one of both.
//
// So an acknowledged credit is in the ledger, or the log shows the command that
// took it away. Every few seconds all six wait, and the ledgers are looked at.
func TestSoak(t *testing.T) {
	text := os.Getenv("CMP_TEST_SOAK")
	if text == "" {
		t.Skip("CMP_TEST_SOAK says how long: 60s, 1h")
	}
	lasts, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal("CMP_TEST_SOAK: ", err)
	}
	seed := testSeed(t, uint64(time.Now().UnixNano()%1_000_000))
	for _, ignored := range []os.Signal{syscall.SIGINT, syscall.SIGHUP} { // as in a job in the background
		if signal.Ignored(ignored) {
			signal.Notify(make(chan os.Signal, 1), ignored) // so commands heed it
		}
	}
	bin := t.TempDir()
	install(t, bin)
	end := time.Now().Add(lasts)
	total, bad := tally{}, 0
	for ; time.Now().Before(end) && bad < 5; seed++ {
		s := newSoak(t, filepath.Join(bin, "cmp"), seed)
		s.round(min(20*time.Second, time.Until(end)))
		total.add(s.counts)
		if !s.close() {
			bad++
		}
	}
	t.Log("\n" + total.String())
}

// testSeed returns what CMP_TEST_SEED says, or else the number.
func testSeed(t *testing.T, otherwise uint64) uint64 {
	t.Helper()
	if text := os.Getenv("CMP_TEST_SEED"); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatal("CMP_TEST_SEED: ", err)
		}
		otherwise = n
	}
	t.Logf("CMP_TEST_SEED=%d", otherwise)
	return otherwise
}

// A tally counts what happened, by kind and name.
type tally map[[2]string]int

func (c tally) add(other tally) {
	for k, n := range other {
		c[k] += n
	}
}

func (c tally) String() string {
	var b strings.Builder
	last := ""
	for _, k := range slices.SortedFunc(maps.Keys(c), func(a, b [2]string) int { return strings.Compare(a[0]+"\x00"+a[1], b[0]+"\x00"+b[1]) }) {
		if k[0] != last {
			fmt.Fprintf(&b, "\n%s:", k[0])
			last = k[0]
		}
		fmt.Fprintf(&b, "\n  %7d  %s", c[k], k[1])
	}
	return strings.TrimPrefix(b.String(), "\n")
}

// A soak is one round. All its files are below one folder.
type soak struct {
	t       *testing.T
	program string
	folder  string
	seed    uint64
	hard    bool // commands are also killed
	kinds   []kind
	homes   []*home

	quiet sync.RWMutex // held for reading while a command runs

	mu       sync.Mutex // of what follows
	counts   tally
	runs     []*run // since the ledgers were looked at last
	lines    []string
	faults   []string
	restores int // since then
	killed   bool
}

// A home is the folder of a ledger.
type home struct {
	folder, ledger string
	log            []string // as it was at the last look
	seen           map[string]bool
}

func newSoak(t *testing.T, program string, seed uint64) *soak {
	t.Helper()
	folder, err := os.MkdirTemp("", "cmp-soak-")
	need(t, err)
	s := &soak{t: t, program: program, folder: folder, seed: seed, hard: seed%2 == 0, kinds: readKinds(), counts: tally{}}
	for _, name := range []string{"first", "second"} {
		s.homes = append(s.homes, &home{filepath.Join(folder, name), filepath.Join(folder, name, "ledger.db"), nil, map[string]bool{}})
	}
	for _, name := range []string{"first", "second", "files", "tmp"} {
		need(t, os.Mkdir(filepath.Join(folder, name), 0o700))
	}
	s.write("config.yaml", "")
	for i := range 4 {
		s.write(fmt.Sprintf("overlap%d.csv", i), overlapping(i))
	}
	s.write("bad.csv", "title,date,points\nGood one,2026-03-02,1\nBad one,2026-02-30,1\n")
	s.write("courses.csv", "title,provider,points,topic,price\nGram stains,LabCE,1,microbiology,0\nBlood films,LabCE,2,hematology,19.5\n")
	return s
}

// write makes a file that commands read, and returns its path.
func (s *soak) write(name, text string) string {
	path := filepath.Join(s.folder, "files", name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		s.fault("%v", err)
	}
	return path
}

// overlapping makes a transcript, half of which is in the next one too.
func overlapping(number int) string {
	var b strings.Builder
	b.WriteString("date,title,provider,points,topics\n")
	for i := range 12 {
		n := number*6 + i
		fmt.Fprintf(&b, "2026-%02d-%02d,Transcript course %d,LabCE,%d.5,%s\n", 1+n%9, 1+n%28, n, 1+n%2, soakTopics[n%len(soakTopics)])
	}
	return b.String()
}

// round runs six processes at a time.
func (s *soak) round(lasts time.Duration) {
	s.begin()
	end := time.Now().Add(lasts)
	var together sync.WaitGroup
	for i := range 6 {
		w := &worker{s: s, number: i, random: rand.New(rand.NewPCG(s.seed, uint64(i)))}
		together.Go(func() {
			for time.Now().Before(end) && !s.failed() {
				s.quiet.RLock()
				w.step()
				s.quiet.RUnlock()
			}
		})
	}
	looks := rand.New(rand.NewPCG(s.seed, 99))
	for time.Now().Before(end) && !s.failed() {
		time.Sleep(min(time.Duration(1500+looks.IntN(3000))*time.Millisecond, time.Until(end)))
		s.quiet.Lock()
		s.look(looks)
		s.quiet.Unlock()
	}
	together.Wait()
	if !s.failed() {
		s.look(looks)
	}
}

// begin fills the ledgers a little, so that there is something to declare.
func (s *soak) begin() {
	w := &worker{s: s, number: 9, random: rand.New(rand.NewPCG(s.seed, 9))}
	for _, h := range s.homes {
		for _, line := range []string{
			"credential add MLS --expires 2027-03-31",
			"credential add QIHC --expires 2026-12-31",
			"add Staining --points 8 --topic ihc=6 --topic safety=1 --topic ethics=1 --date 2026-01-02",
		} {
			r := w.line(h, kind{effect: "writes", line: line}, w.mark(), strings.Fields(line))
			s.run(r, 0, 0)
			if r.exit != 0 {
				s.fault("the round cannot begin")
			}
		}
	}
}

func (s *soak) failed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.faults) > 0
}

// fault notes something that must not be. The round ends.
func (s *soak) fault(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, fmt.Sprintf(format, args...))
}

// close removes the files of a good round, or says where those of a bad one are.
func (s *soak) close() bool {
	s.counts[[2]string{"rounds", map[bool]string{true: "with SIGKILL", false: "without SIGKILL"}[s.hard]}]++
	if len(s.faults) == 0 {
		os.RemoveAll(s.folder)
		return true
	}
	last := strings.Join(s.lines[max(0, len(s.lines)-50):], "\n")
	s.write("last-commands.txt", last+"\n")
	s.t.Errorf("CMP_TEST_SEED=%d: %d faults; ledgers and files are kept in %s\n%s\nThe last commands, each when it ended:\n%s",
		s.seed, len(s.faults), s.folder, strings.Join(s.faults[:min(len(s.faults), 20)], "\n"), last)
	return false
}

// A run is a command and what became of it.
type run struct {
	kind
	mark  string
	home  *home
	args  []string
	dry   bool
	facts [][]string // all texts of each stand in one record that it wrote
	// Of its end:
	exit     int // or -1
	ended    string
	out, err string
}

// mayRestore keeps restores fewer than the backups that the program keeps of them.
func (s *soak) mayRestore() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.restores++
	return s.restores <= 6
}

// start makes the command of a run.
func (s *soak) start(ctx context.Context, r *run) *exec.Cmd {
	cmd := exec.CommandContext(ctx, s.program, r.args...)
	cmd.Dir = filepath.Join(s.folder, "files")
	cmd.Env = append(os.Environ(), "CMP_DB="+r.home.ledger, "CMP_AS_OF=2026-11-21", "CMP_CONFIG="+filepath.Join(s.folder, "files", "config.yaml"),
		"CMP_FORMAT=", "CMP_TRACE=1", "LC_ALL=C.UTF-8", "TMPDIR="+filepath.Join(s.folder, "tmp"), "HOME="+s.folder, "XDG_DATA_HOME="+s.folder, "XDG_STATE_HOME="+s.folder)
	return cmd
}

// run runs a command, sends it a signal after a while unless that is 0, and
// judges what it says and how it ends.
func (s *soak) run(r *run, sent syscall.Signal, after time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var out, talk bytes.Buffer
	cmd := s.start(ctx, r)
	cmd.Stdout, cmd.Stderr = &out, &talk
	began := time.Now()
	if err := cmd.Start(); err != nil {
		s.fault("%v", err)
		return
	}
	if sent != 0 {
		defer time.AfterFunc(after, func() { _ = cmd.Process.Signal(sent) }).Stop()
	}
	_ = cmd.Wait() // how it ended is in its state
	r.exit, r.ended, r.out, r.err = cmd.ProcessState.ExitCode(), cmd.ProcessState.String(), out.String(), talk.String()
	status, _ := cmd.ProcessState.Sys().(syscall.WaitStatus)
	ours := sent != 0 && status.Signaled() && status.Signal() == sent
	s.note(r, ours, sent, began)
	switch {
	case ctx.Err() != nil:
		s.fault("no end after a minute: %s", r)
	case !ours && r.exit != 0 && r.exit != 1 && r.exit != 3 && !strings.Contains(r.err, "before its cycle begins"):
		s.fault("ended by %s: %s\n%s", r.ended, r, r.err)
	case inner.MatchString(r.err):
		s.fault("says what is meant for nobody: %s\n%s", r, r.err)
	case r.exit == 0 && slices.Contains(r.args, "json") && !slices.Contains(r.args, "--output") && !json.Valid(out.Bytes()):
		s.fault("no JSON: %s\n%.500s", r, r.out)
	case r.exit == 1 && troubled.MatchString(r.err) && !slices.Contains(r.args, "--short"): // which waits for nobody
		s.fault("others were in its way: %s\n%s", r, r.err)
	}
}

// inner finds what only those may see who wrote the program.
var inner = regexp.MustCompile(`panic|goroutine|SQL logic|runtime error|made a mistake`)

// troubled finds refusals that no command line here deserves.
var troubled = regexp.MustCompile(`in use by|damaged|cut short|not as cmp makes|not a ledger|may not be written|cannot be [^u]|journal|was moved|was replaced|disk`)

// note counts a run, and keeps it for the next look.
func (s *soak) note(r *run, ours bool, sent syscall.Signal, began time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines = append(s.lines, fmt.Sprintf("%s %4d ms  %-16s %s", time.Now().Format("15:04:05.000"), time.Since(began).Milliseconds(), r.ended, r))
	s.runs = append(s.runs, r)
	s.counts[[2]string{"all", "processes"}]++
	s.counts[[2]string{"by command", r.name()}]++
	if r.dry {
		s.counts[[2]string{"all", "of them with --dry-run"}]++
	}
	if ours {
		s.killed = s.killed || sent == syscall.SIGKILL
		s.counts[[2]string{"by end", sent.String()}]++
		return
	}
	s.counts[[2]string{"by end", r.ended}]++
	if r.args[0] == "restore" && r.exit == 0 && !r.dry {
		s.counts[[2]string{"all", "restores done"}]++
	}
}

// String returns the command line, as one can type it.
func (r *run) String() string {
	words := []string{"CMP_DB=" + r.home.ledger, "cmp"}
	for _, arg := range r.args {
		if arg == "" || strings.ContainsAny(arg, " $'\"") {
			arg = "'" + arg + "'"
		}
		words = append(words, arg)
	}
	return strings.Join(words, " ")
}

// must runs a command at a quiet moment, and returns what it answers.
func (s *soak) must(h *home, args ...string) string {
	r := &run{kind: kind{effect: "reads", line: args[0]}, home: h, args: args}
	s.run(r, 0, 0)
	s.mu.Lock()
	s.runs = s.runs[:len(s.runs)-1] // nobody else runs
	s.mu.Unlock()
	if r.exit != 0 {
		s.fault("at a quiet moment: %s: %s\n%s%s", r.ended, r, r.out, r.err)
	}
	return r.out
}
