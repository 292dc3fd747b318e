package cli_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"pgregory.net/rapid"
)

// A chance chooses commands. Each choice is as likely as another one, which
// those of rapid are not: with them, few commands would succeed.
type chance struct{ *rand.Rand }

// doSomething runs a random command that may or may not succeed, or a few of
// them that lead up to a declaration.
func (h *history) doSomething(t *rapid.T) {
	t.Helper()
	c := chance{rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), uint64(h.tried)))}
	credit := func() string {
		last, _ := strconv.Atoi(strings.Join(h.query(t, `SELECT coalesce(max(id), 0) FROM credit`), ""))
		return strconv.Itoa(1 + c.IntN(last+1))
	}
	// code is that of a credential, as a rule of one that there is.
	code := func() string {
		return c.pick(append(h.query(t, `SELECT code FROM credential`), c.pick("PBT", "QLS", "RPT", "SBB"))...)
	}
	switch kind := c.pick(kinds()...); kind {
	case "credential add":
		h.do(t, "credential", "add", c.pick("PBT", "QLS", "amt/RPT"), "--expires", c.pick("2027-03-31", "2026-12-31"))
		if c.maybe() {
			h.do(t, "credential", "add", "SBB", "--voluntary")
		}
	case "credential edit":
		h.do(t, "credential", "edit", code(), c.pick(
			"--expires=2027-06-30", "--expires=2024-01-31", "--number=7", "--number=", "--voluntary", "--certified=2020-02-29", "--start=2024-04-15"))
	case "credential remove":
		h.do(t, "credential", "remove", code(), "--yes")
	case "renew":
		h.do(t, c.some([]string{"renew", code()}, "--yes")...)
	case "declare":
		h.do(t, "add", "Enough of everything", "--points", "60", "--date", "2026-01-05",
			"--topic", "safety", "--topic", "ethics", "--topic", "phlebotomy", "--topic", "blood-banking")
		h.do(t, "allocate", "--auto", "--fresh")
		declared := code()
		h.do(t, "declare", declared)
		if c.maybe() {
			h.do(t, "renew", declared)
		}
	case "add":
		h.do(t, append([]string{"add", c.pick("Journal club", "It's \"quoted\" \u2028 {}"),
			"--date", c.date(), "--points", c.points()}, c.topics()...)...)
	case "edit":
		args := []string{"edit", credit()}
		if c.maybe() {
			args = append(args, credit())
		}
		h.do(t, append(args, c.change()...)...)
	case "remove":
		h.do(t, "remove", credit(), "--yes")
	case "import":
		file := h.write(t, "import.csv", c.transcript())
		h.do(t, c.some([]string{"import", file}, "--update", "--restore", "--skip-bad", "--allocate")...)
		if c.maybe() {
			h.do(t, c.some([]string{"import", file}, "--update", "--restore", "--skip-bad")...)
		}
	case "allocate":
		h.do(t, "allocate", credit(), c.pick("safety", "other", "safety=0.5", "other=0.25", "other=1"))
	case "allocate --auto":
		h.do(t, c.some([]string{"allocate", "--auto"}, "--fresh")...)
	case "deallocate":
		h.do(t, "deallocate", credit())
	case "reconcile":
		h.do(t, "reconcile", h.write(t, "portal.csv", c.transcript()), "--credential", code(), "--skip-bad")
	case "merge":
		h.do(t, c.some([]string{"merge", credit(), credit()}, "--yes")...)
	case "evidence add":
		file := h.write(t, "proof.txt", "This certifies attendance, number "+c.pick("1", "2", "3"))
		h.do(t, "evidence", "add", credit(), file)
	case "evidence remove":
		h.do(t, "evidence", "remove", c.pick("1", "2", "3"))
	case "courses import":
		h.do(t, "courses", "import", h.write(t, "courses.csv", c.catalogue()))
	case "courses remove":
		h.do(t, "courses", "remove", c.pick("1", "2", "3"), c.pick("1", "2"))
	default:
		t.Fatalf("no command %q", kind)
	}
}

// kinds are the commands that there may be, those that others rest on more
// than once.
func kinds() []string {
	return []string{
		"add", "credential add", "import", "edit", "allocate", "allocate --auto", "deallocate", "declare", "remove",
		"evidence add", "evidence remove", "merge", "reconcile", "courses import", "courses remove", "credential edit", "credential remove", "renew",
		"add", "credential add", "allocate", "allocate --auto", "edit",
	}
}

func (c chance) pick(of ...string) string { return of[c.IntN(len(of))] }

func (c chance) maybe() bool { return c.IntN(2) == 0 }

func (c chance) date() string {
	return c.pick("2026-01-01", "2026-03-09", "2025-12-31", "2023-06-30", "2027-02-01")
}

func (c chance) points() string { return c.pick("1", "0.5", "2.25", "9") }

// some appends any of the flags.
func (c chance) some(args []string, flags ...string) []string {
	for _, f := range flags {
		if c.maybe() {
			args = append(args, f)
		}
	}
	return args
}

func (c chance) topics() []string {
	return c.some(nil, "--topic=safety", "--topic=phlebotomy=0.5", "--topic=blood-banking")
}

// change returns flags of cmp edit.
func (c chance) change() []string {
	switch c.IntN(4) {
	case 0:
		return []string{"--points", c.points()}
	case 1:
		return []string{"--date", c.date()}
	case 2:
		return []string{"--no-topic", "--note", c.pick("", "a\tb\n'c'")}
	}
	return append(c.topics(), "--title", c.pick("Journal club", "Another title"))
}

// catalogue returns a small catalogue of courses, with or without prices.
func (c chance) catalogue() string {
	prices := c.maybe()
	text := "title,points,topics,url"
	if prices {
		text += ",price"
	}
	for row := range 3 {
		if c.maybe() {
			continue
		}
		text += fmt.Sprintf("\nLesson %d,%s,%s,%s", row, c.points(), c.pick("", "safety", "safety=0.5;ethics"), c.pick("", "https://example.org/"))
		if prices {
			text += "," + c.pick("", "0", "19.50")
		}
	}
	return text + "\n"
}

// transcript returns a small file. Its rows are few, so that files have rows
// in common; one may be wrong.
func (c chance) transcript() string {
	var b strings.Builder
	b.WriteString("date,title,provider,points,topics,activity,reference,url,note\n")
	for range 1 + c.IntN(4) {
		row := c.IntN(6)
		fmt.Fprintf(&b, "2026-02-0%d,Lesson %d,ASCP,%s,safety=0.5;phlebotomy,course,CE-%d,,\n", row, row, c.points(), row)
	}
	return b.String()
}
