//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// asked is what a damaged ledger is asked, before doctor.
var asked = []string{
	"status --format json", "list --format json", "explain MLS", "explain 1", "log --format json", "export ledger", "evidence verify", "audit QIHC --output -",
}

// TestFlips changes a sound ledger in one place: a byte, a few bytes, a page, its
// end. Then there are two laws. Where a command fails, doctor says that something
// is wrong, and what. Where doctor finds nothing wrong, every answer is that of
// before; but for one record that may as well be true, such as another letter in
// a title, or for one that says what was deleted, which nobody can know: these are
// counted, and named where points of the status change. No command panics, hangs, takes 500 MB, or writes.
//
//	CMP_TEST_FULL=1 CMP_TEST_SEED=7 go test ./cmd/cmp -run Flips -v
func TestFlips(t *testing.T) {
	t.Parallel()
	flips := 100
	if full() {
		flips = 1000
	}
	f := &flipper{t: t, place: newPlace(t), seed: testSeed(t, 1), counts: tally{}}
	f.fill()
	var together sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		together.Go(func() {
			for i := range next {
				f.flip(i)
			}
		})
	}
	for i := range flips {
		next <- i
	}
	close(next)
	together.Wait()
	t.Logf("%d flips of a ledger of %d bytes\n%s", flips, len(f.sound), f.counts)
}

// A flipper knows a sound ledger and what it answers.
type flipper struct {
	t       *testing.T
	place   place
	seed    uint64
	sound   []byte
	records []string
	answers []reply

	mu     sync.Mutex
	counts tally
}

// A reply is how a command ends and what it says.
type reply struct {
	out, err string
	code     int
}

func (f *flipper) count(kind, name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.counts[[2]string{kind, name}]++
}

// fill makes a ledger of all kinds of records, about 200 KB.
func (f *flipper) fill() {
	t, p := f.t, f.place
	random := rand.New(rand.NewPCG(f.seed, 0))
	var transcript, portal strings.Builder
	transcript.WriteString("date,title,provider,points,topics,activity,reference,url,note\n")
	portal.WriteString("date,title,provider,points\n")
	for i := range 60 {
		fmt.Fprintf(&transcript, "2026-%02d-%02d,Course %d of laboratory practice,LabCE,1.5,%s,course,CE-%d,https://example.org/%d,\n", 1+i%9, 1+i%28, i, soakTopics[i%6], i, i)
		fmt.Fprintf(&portal, "2026-%02d-%02d,Course %d of laboratory practice,LabCE,1.5\n", 1+i%9, 1+i%28, i)
	}
	write(t, p.folder, 0o600, "transcript.csv", transcript.String(), "portal.csv", portal.String())
	for i := range 3 {
		paper := make([]byte, 15_000)
		for j := range paper {
			paper[j] = byte(random.Uint32())
		}
		write(t, p.folder, 0o600, fmt.Sprintf("proof%d.pdf", i), "%PDF-1.4 "+string(paper))
	}
	for _, line := range []string{
		"credential add MLS --expires 2027-03-31 --number 1234567", "credential add QIHC --expires 2026-12-31", "credential add amt/MT --expires 2028-01-31",
		"add Staining --points 8 --topic ihc=6 --topic safety=1 --topic ethics=1 --date 2026-01-02 --evidence proof0.pdf",
		"import transcript.csv", "evidence add 2 proof1.pdf", "evidence add 3 proof1.pdf proof2.pdf", "evidence add 4 proof2.pdf", "evidence remove 5",
		"allocate 5 other --credential MLS", "declare QIHC", "add Same --points 1 --date 2026-08-08", "add Same --points 1 --date 2026-08-08", "keep 62 63",
		"merge 8 9 --yes", "remove 10", "edit 11 --title Another --points 1", "undo", "reconcile portal.csv --since 2020-01-01", "courses import --starter",
	} {
		cmd := p.command(strings.Fields(line)...)
		cmd.Dir = p.folder
		if out, err := cmd.CombinedOutput(); err != nil && cmd.ProcessState.ExitCode() != 3 {
			t.Fatalf("cmp %s: %v\n%s", line, err, out)
		}
	}
	var err error
	if f.sound, err = os.ReadFile(p.ledger); err != nil {
		t.Fatal(err)
	}
	f.records = records(p.ledger)
	for _, line := range append(slices.Clone(asked), "doctor --format json") {
		answer := f.ask(p.ledger, line, "the sound ledger")
		if answer.code != 0 {
			t.Fatalf("cmp %s: exit code %d\n%s%s", line, answer.code, answer.out, answer.err)
		}
		f.answers = append(f.answers, answer)
	}
}

// ask runs a command on a ledger, and checks what must never be.
func (f *flipper) ask(ledger, line, what string) reply {
	ctx, cancel := context.WithTimeout(f.t.Context(), 30*time.Second)
	defer cancel()
	var out, talk bytes.Buffer
	cmd := exec.CommandContext(ctx, f.place.program, strings.Fields(line)...)
	cmd.Env = append(f.place.command().Env, "CMP_DB="+ledger, "CMP_TRACE=1")
	cmd.Stdout, cmd.Stderr = &out, &talk
	_ = cmd.Run() // how it ended is in its state
	if cmd.ProcessState == nil || ctx.Err() != nil {
		f.t.Errorf("%s: cmp %s: no end after 30 seconds", what, line)
		return reply{}
	}
	const most = 500_000 // KB
	use, _ := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if use != nil && runtime.GOOS == "linux" && use.Maxrss > most {
		f.t.Errorf("%s: cmp %s: took %d KB of memory", what, line, use.Maxrss)
	}
	r := reply{out.String(), talk.String(), cmd.ProcessState.ExitCode()}
	if r.code < 0 || r.code == 2 || inner.MatchString(r.err) {
		f.t.Errorf("%s: cmp %s: ended by %s\n%.2000s", what, line, cmd.ProcessState, r.err)
	}
	return r
}

// flip damages a copy of the ledger, the same for a seed and number.
func (f *flipper) flip(number int) {
	kind, what, damaged := damage(rand.New(rand.NewPCG(f.seed, uint64(number)+1)), slices.Clone(f.sound))
	what = fmt.Sprintf("CMP_TEST_SEED=%d, flip %d, %s", f.seed, number, what)
	folder := filepath.Join(f.place.folder, fmt.Sprint("flip", number))
	ledger := filepath.Join(folder, "ledger.db")
	write(f.t, folder, 0o600, "ledger.db", string(damaged))
	keep := false
	defer func() {
		if !keep {
			os.RemoveAll(folder)
		}
	}()
	f.count("damage", kind)
	var failed, differ []string
	for i, line := range asked {
		answer := f.ask(ledger, line, what)
		switch {
		case answer.code != f.answers[i].code:
			failed = append(failed, fmt.Sprintf("cmp %s: exit code %d: %.300s", line, answer.code, answer.err))
		case answer.out != f.answers[i].out:
			differ = append(differ, line)
		}
	}
	doctor := f.ask(ledger, "doctor --format json", what)
	if after, err := os.ReadFile(ledger); err != nil || !bytes.Equal(after, damaged) {
		f.t.Errorf("%s: a command that reads changed the ledger: %v", what, err)
	}
	switch wrong := wrongs(doctor.out); {
	case doctor.code == 3 && len(wrong) > 0:
		f.count("doctor", "says what is wrong")
		f.count("where doctor says what is wrong", map[bool]string{true: "a command fails too", false: "no command fails"}[len(failed) > 0])
	case doctor.code != 0 || len(failed) > 0:
		keep = true
		f.count("doctor", "AGAINST THE LAW")
		f.t.Errorf("%s: doctor has exit code %d and says %q, and yet\n%s\n%s", what, doctor.code, wrong, strings.Join(failed, "\n"), doctor.err)
	default:
		f.count("doctor", "finds nothing wrong")
		f.compare(ledger, what, differ)
	}
}

// compare judges other answers where doctor finds nothing wrong.
func (f *flipper) compare(ledger, what string, differ []string) {
	if len(differ) == 0 {
		f.count("where doctor finds nothing wrong", "all answers are those of before")
		return
	}
	var lost, found []string
	now := records(ledger)
	for _, record := range f.records {
		if !slices.Contains(now, record) {
			lost = append(lost, record)
		}
	}
	for _, record := range now {
		if !slices.Contains(f.records, record) {
			found = append(found, record)
		}
	}
	changed := fmt.Sprintf("%s\n- %s\n+ %s", what, strings.Join(lost, "\n- "), strings.Join(found, "\n+ "))
	switch {
	case len(lost) == 1 && len(found) == 0 && strings.HasPrefix(lost[0], "gone ") && slices.Equal(differ, []string{"export ledger"}):
		f.count("where doctor finds nothing wrong", "it is forgotten that one record was deleted, all answers but the export are those of before")
	case len(lost) != 1 || len(found) != 1:
		f.t.Errorf("doctor finds nothing wrong, but other answers: %q: %s", differ, changed)
	case differ[0] == asked[0]:
		f.count("where doctor finds nothing wrong", "one record says something else, and the status too")
		f.t.Logf("the status is another: %s", changed)
	default:
		f.count("where doctor finds nothing wrong", "one record says something else, the status is that of before")
	}
}

// wrongs returns what doctor found to be wrong.
func wrongs(out string) (all []string) {
	var answer struct {
		Findings []struct{ Result, Message string }
	}
	_ = json.Unmarshal([]byte(out), &answer) // no answer is none that says what is wrong
	for _, f := range answer.Findings {
		if f.Result == "wrong" && f.Message != "" {
			all = append(all, f.Message)
		}
	}
	return all
}

// records returns all records of a ledger as texts, or why they cannot be read.
func records(ledger string) (all []string) {
	err := lookInto(ledger, func(q querier) {
		for _, query := range q(`SELECT printf('SELECT concat_ws('' '', ''%s'', %s) FROM %s', t.name, group_concat('quote(' || c.name || ')', ', '), t.name)
				FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table' AND t.name <> 'sqlite_sequence' GROUP BY t.name`) {
			for _, record := range q(query[0]) {
				all = append(all, record[0])
			}
		}
	})
	if err != nil {
		all = append(all, err.Error())
	}
	return all
}

// damage changes a ledger in one place, and says how.
func damage(random *rand.Rand, file []byte) (kind, what string, damaged []byte) {
	at := random.IntN(len(file))
	size := int(binary.BigEndian.Uint16(file[16:]))
	page := func() []byte {
		n := random.IntN(len(file) / size)
		what = fmt.Sprintf("%s page %d", what, n+1)
		return file[n*size : (n+1)*size]
	}
	fill := func(part []byte, with func() byte) {
		for i := range part {
			part[i] = with()
		}
		what = fmt.Sprintf("%d bytes at %d", len(part), at)
	}
	other := func() byte { return byte(random.Uint32()) }
	switch n := random.IntN(20); {
	case n < 13:
		was := file[at]
		file[at] ^= byte(1 + random.IntN(255))
		return "one byte", fmt.Sprintf("byte %d from %#02x to %#02x", at, was, file[at]), file
	case n < 15:
		fill(file[at:min(len(file), at+2+random.IntN(63))], other)
		return "a run of bytes", what + " by chance", file
	case n < 16:
		fill(file[at:min(len(file), at+1+random.IntN(2*size))], func() byte { return 0 })
		return "a run of zeros", what + " are zeros", file
	case n < 18:
		return "cut short", fmt.Sprintf("cut to %d bytes", at), file[:at]
	case n < 19:
		what = "swapped:"
		a, b := page(), page()
		kept := slices.Clone(a)
		copy(a, b)
		copy(b, kept)
		return "two pages swapped", what, file
	}
	what = "copied over each other:"
	a, b := page(), page()
	copy(a, b)
	return "a page over another", what, file
}
