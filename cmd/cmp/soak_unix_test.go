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
	if err != nil {
		t.Fatal(err)
	}
	s := &soak{t: t, program: program, folder: folder, seed: seed, hard: seed%2 == 0, kinds: readKinds(), counts: tally{}}
	for _, name := range []string{"first", "second"} {
		s.homes = append(s.homes, &home{filepath.Join(folder, name), filepath.Join(folder, name, "ledger.db"), nil, map[string]bool{}})
	}
	for _, name := range []string{"first", "second", "files", "tmp"} {
		if err := os.Mkdir(filepath.Join(folder, name), 0o700); err != nil {
			t.Fatal(err)
		}
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
		fmt.Fprintf(&b, "2026-%02d-%02d,Transcript course %d,LabCE,%d.5,%s\n", 1+n%9, 1+n, n, 1+n%2, soakTopics[n%len(soakTopics)])
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
			r := w.line(h, kind{effect: "writes", line: line}, strings.Fields(line))
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

// A kind of command, and what it does to the ledger when it is acknowledged:
// it writes an entry, may write one, or reads.
type kind struct {
	weight       int
	effect, line string
}

// name returns the words of the command itself.
func (k kind) name() string {
	words := strings.Fields(k.line)
	if len(words) == 0 {
		return "(alone)"
	}
	if len(words) > 1 && regexp.MustCompile(`^(credential|evidence|courses|export|backup|completion)$`).MatchString(words[0]) && !strings.HasPrefix(words[1], "$") {
		return words[0] + " " + words[1]
	}
	return words[0]
}

func readKinds() []kind {
	var all []kind
	for row := range strings.Lines(strings.TrimSpace(soakKinds)) {
		words := strings.Fields(row)
		weight, err := strconv.Atoi(words[0])
		if err != nil {
			panic(row)
		}
		all = append(all, kind{weight, words[1], strings.Join(words[2:], " ")})
	}
	return all
}

const soakKinds = `
20 writes add $title --points $points --date $day --topic $topic
 5 writes add $title --points $points --date $day --reference $mark --evidence $paper
 8 writes import $fresh --add-alike
 5 may    import $overlap
 2 may    import $overlap --update
 1 may    import $overlap --restore --add-alike
 1 may    import $bad --skip-bad
 1 may    import $bad
 2 may    import $certificate --yes
 4 writes edit $id --title $title --points $points
 2 may    edit $id $other --topic $topic
 4 writes remove $gone --yes
 3 writes merge $id $other --yes
 3 may    keep $id $other
 3 may    allocate $id $topic
 1 may    allocate --auto
 1 may    allocate --auto --fresh
 2 may    deallocate $id
 3 may    topics --suggest --apply
 2 writes credential add $code --expires $expiry --number $number
 2 writes credential edit MLS --number $number
 1 may    credential edit $code --expires $expiry
 1 writes credential remove $code --yes
 2 writes declare QIHC
 1 writes declare $code --all
 1 writes renew QIHC --yes
 1 writes renew $code --yes
 4 writes evidence add $id $paper
 2 writes evidence remove $few
 1 may    courses import $courses
 1 may    courses import --starter
 1 may    courses remove $few
 5 writes undo
 2 may    undo $entry
 4 writes redo
 5 writes restore $saved --yes
 3 may    reconcile $overlap
 4 may    import $dump
 3 reads  export ledger --output $dump --yes
 7 reads  backup $saved --yes
 1 reads  backup
 1 reads  backup list
 1 reads  export credits
 1 reads  export credits --output $table --yes
 3 reads  status
 2 reads  status --check
 2 reads  status --short
 2 reads
 2 reads  plan
 2 reads  cost
 3 reads  list
 1 reads  list --duplicates
 2 reads  show $id
 2 reads  explain $id
 2 reads  explain $code
 2 reads  log
 2 reads  log $entry
 1 reads  audit QIHC --check
 1 reads  audit QIHC --output $packet --yes
 1 reads  report --output $page --yes
 1 reads  calendar
 1 reads  calendar --output $dates --yes
 2 reads  doctor
 1 reads  evidence list
 1 reads  evidence verify
 1 reads  evidence get $few --output $proof --yes
 1 reads  credential list
 1 reads  courses list --needed
 1 reads  topics
 2 reads  __complete show ''
 1 reads  __complete allocate 1 ''
`

var soakTopics = []string{"safety", "ethics", "chemistry", "hematology", "microbiology", "blood-banking", "immunohistochemistry"}

// A worker is one of the six. What it chooses depends on its number and the seed alone.
type worker struct {
	s      *soak
	number int
	random *rand.Rand
	made   int // command lines
	id     int // that the line named last
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

// step runs one command.
func (w *worker) step() {
	weights := 0
	for _, k := range w.s.kinds {
		weights += k.weight
	}
	n := w.random.IntN(weights)
	i := 0
	for n >= w.s.kinds[i].weight {
		n -= w.s.kinds[i].weight
		i++
	}
	h := w.s.homes[0]
	if w.random.IntN(8) == 0 {
		h = w.s.homes[1]
	}
	r := w.command(h, w.s.kinds[i])
	sent, after := syscall.Signal(0), time.Duration(0)
	if w.random.IntN(5) == 0 {
		signals := []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}
		if w.s.hard {
			signals = append(signals, syscall.SIGKILL, syscall.SIGKILL, syscall.SIGKILL)
		}
		sent, after = signals[w.random.IntN(len(signals))], time.Duration(w.random.IntN(60_000))*time.Microsecond
	}
	if r.args[0] == "restore" && !r.dry && !w.s.mayRestore() {
		return
	}
	w.s.run(r, sent, after)
}

// mayRestore keeps restores fewer than the backups that the program keeps of them.
func (s *soak) mayRestore() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.restores++
	return s.restores <= 6
}

// command makes a command line of a kind.
func (w *worker) command(h *home, k kind) *run {
	w.made++
	mark := fmt.Sprintf("m%d-%d-%d", w.s.seed, w.number, w.made)
	var facts [][]string
	var args []string
	for _, word := range strings.Fields(strings.ReplaceAll(k.line, "--points $points", "--points=$points")) {
		arg := os.Expand(word, func(name string) string { return w.value(name, mark, &facts) })
		args = append(args, strings.ReplaceAll(arg, "''", ""))
	}
	r := w.line(h, k, args)
	r.facts = facts
	if k.effect != "reads" && w.random.IntN(10) == 0 {
		r.dry, r.args = true, append(r.args, "--dry-run")
	}
	if k.effect != "reads" && w.random.IntN(8) == 0 {
		r.args = append(r.args, "--allocate", "manual")
	}
	if w.random.IntN(6) == 0 && len(args) > 0 && args[0] != "__complete" && !slices.Contains(args, "--short") {
		r.args = append(r.args, "--format", "json")
	}
	return r
}

// line makes a command line of arguments, with a mark.
func (w *worker) line(h *home, k kind, args []string) *run {
	if w.made == 0 || w.number == 9 {
		w.made++
	}
	mark := fmt.Sprintf("m%d-%d-%d", w.s.seed, w.number, w.made)
	r := &run{kind: k, mark: mark, home: h, args: args}
	if len(args) == 0 || args[0] != "__complete" { // whose last word is completed
		r.args = append(r.args, "--holder", mark)
	}
	return r
}

// value chooses what a variable in a line stands for. What must be found in what
// the command writes is added to the facts.
func (w *worker) value(name, mark string, facts *[][]string) string {
	pick := func(from ...string) string { return from[w.random.IntN(len(from))] }
	fact := func(texts ...string) { *facts = append(*facts, texts) }
	file := func(prefix string, n int, ending string) string {
		return filepath.Join(w.s.folder, "files", fmt.Sprintf("%s%d-%d%s", prefix, w.number, w.random.IntN(n), ending))
	}
	switch name {
	case "mark":
		return mark
	case "title":
		title := pick("Gram stains", "Blood films", "Crossmatch", "Electrolytes", "Flow cytometry", "Panels") + " " + mark
		fact(`"title":"` + title + `"`)
		return title
	case "points":
		n := 1 + w.random.IntN(12)
		last := &(*facts)[len(*facts)-1]
		*last = append(*last, fmt.Sprintf(`"points":%d,`, n*25), `"removed":0,`)
		return fmt.Sprintf("%d.%02d", n*25/100, n*25%100)
	case "day":
		return time.Date(2024, 4, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, w.random.IntN(960)).Format(time.DateOnly)
	case "topic":
		return pick(soakTopics...)
	case "id":
		w.id = 1 + w.random.IntN(40)
		return strconv.Itoa(w.id)
	case "other":
		return strconv.Itoa(w.id + 1 + w.random.IntN(5))
	case "gone":
		id := strconv.Itoa(1 + w.random.IntN(60))
		fact(`"id":`+id+`,`, `"removed":1,`)
		return id
	case "few", "entry":
		return strconv.Itoa(1 + w.random.IntN(12))
	case "code":
		return pick("MLS", "QIHC", "SBB", "amt/MT", "SCYM", "RPT")
	case "expiry":
		return pick("2026-12-31", "2027-03-31", "2028-10-31", "2029-01-31")
	case "number":
		fact(`"number":"` + mark + `"`)
		return mark
	case "paper":
		fact(`"name":"` + mark + `.pdf"`)
		return w.s.write(mark+".pdf", "%PDF-1.4 "+mark+strings.Repeat(" proof", w.random.IntN(4000)))
	case "fresh":
		return w.fresh(mark, facts)
	case "certificate":
		return w.s.write(mark+".txt", "Certificate of Completion\n\nThis certifies that\nA. Holder\nhas successfully completed\nCertified course "+mark+
			"\nand is awarded 1.5 contact hours\nDate of Completion: March 2, 2026\nProvider: LabCE\n")
	case "overlap":
		return filepath.Join(w.s.folder, "files", fmt.Sprintf("overlap%d.csv", w.random.IntN(4)))
	case "bad", "courses":
		return filepath.Join(w.s.folder, "files", name+".csv")
	case "saved":
		return file(name, 2, ".db")
	case "dump":
		return file(name, 2, ".jsonl")
	}
	return file(name, 2, map[string]string{"table": ".csv", "packet": ".zip", "page": ".html", "dates": ".ics", "proof": ".pdf"}[name])
}

// fresh makes a transcript that no other command imports.
func (w *worker) fresh(mark string, facts *[][]string) string {
	text := "date,title,provider,points,reference\n"
	for i := range 1 + w.random.IntN(20) {
		title := fmt.Sprintf("Row %d of %s", i, mark)
		text += fmt.Sprintf("2026-%02d-%02d,%s,LabCE,1.5,%s-%d\n", 1+w.random.IntN(10), 1+w.random.IntN(28), title, mark, i)
		*facts = append(*facts, []string{`"title":"` + title + `"`, `"points":150,`, `"removed":0,`})
	}
	return w.s.write(mark+".csv", text)
}

// start makes the command of a run.
func (s *soak) start(ctx context.Context, r *run) *exec.Cmd {
	cmd := exec.CommandContext(ctx, s.program, r.args...)
	cmd.Dir = filepath.Join(s.folder, "files")
	cmd.Env = append(os.Environ(), "CMP_DB="+r.home.ledger, "CMP_AS_OF=2026-11-21", "CMP_CONFIG="+filepath.Join(s.folder, "files", "config.yaml"),
		"CMP_FORMAT=", "LC_ALL=C.UTF-8", "TMPDIR="+filepath.Join(s.folder, "tmp"), "HOME="+s.folder, "XDG_DATA_HOME="+s.folder, "XDG_STATE_HOME="+s.folder)
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
	case !ours && r.exit != 0 && r.exit != 1 && r.exit != 3:
		s.fault("ended by %s: %s\n%s", r.ended, r, r.err)
	case inner.MatchString(r.err):
		s.fault("says what is meant for nobody: %s\n%s", r, r.err)
	case r.exit == 0 && slices.Contains(r.args, "json") && !slices.Contains(r.args, "--output") && !json.Valid(out.Bytes()):
		s.fault("no JSON: %s\n%.500s", r, r.out)
	case strings.Contains(r.err, "in use by another program"):
		s.fault("had to wait too long: %s\n%s", r, r.err)
	}
}

// inner finds what only those may see who wrote the program.
var inner = regexp.MustCompile(`panic|goroutine|SQL logic|runtime error`)

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
	if r.exit == 1 {
		first, _, _ := strings.Cut(r.err, "\n")
		first = regexp.MustCompile(`/\S+`).ReplaceAllString(first, "FILE")
		s.counts[[2]string{"refused", fmt.Sprintf("%.90s", regexp.MustCompile(`\bm?\d[-\d.]*`).ReplaceAllString(first, "N"))}]++
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
