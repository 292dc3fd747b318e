//go:build unix

package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

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

// command makes a command line of a kind.
func (w *worker) command(h *home, k kind) *run {
	mark := w.mark()
	var facts [][]string
	var args []string
	for _, word := range strings.Fields(strings.ReplaceAll(k.line, "--points $points", "--points=$points")) {
		arg := os.Expand(word, func(name string) string { return w.value(name, mark, &facts) })
		args = append(args, strings.ReplaceAll(arg, "''", ""))
	}
	r := w.line(h, k, mark, args)
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

// mark returns a mark that no other command line has.
func (w *worker) mark() string {
	w.made++
	return fmt.Sprintf("m%d-%d-%d", w.s.seed, w.number, w.made)
}

// line makes a command line of arguments, with a mark.
func (w *worker) line(h *home, k kind, mark string, args []string) *run {
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
	}
	return w.file(name, mark, facts)
}

// file returns the path of a file that a line names, which it makes where that is
// to be read.
func (w *worker) file(name, mark string, facts *[][]string) string {
	switch name {
	case "paper":
		*facts = append(*facts, []string{`"name":"` + mark + `.pdf"`})
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
	}
	ending := map[string]string{"saved": ".db", "dump": ".jsonl", "table": ".csv", "packet": ".zip", "page": ".html", "dates": ".ics", "proof": ".pdf"}[name]
	return filepath.Join(w.s.folder, "files", fmt.Sprintf("%s%d-%d%s", name, w.number, w.random.IntN(2), ending))
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
