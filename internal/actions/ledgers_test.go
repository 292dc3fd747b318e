package actions

import (
	"bytes"
	stdcmp "cmp"
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cmpledger/internal/exchange"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
	"cmpledger/internal/store"
)

// A computer is one on which a holder keeps the ledger.
type computer struct {
	t     *rapid.T
	name  string
	path  string
	hour  *int // the clock
	fresh *int // numbers of titles
}

var ctx = context.Background()

func (c computer) open() *store.DB {
	*c.hour++
	// Clocks of computers differ by years.
	year := 2020 + 3*int(c.name[0]-'A')
	at := fmt.Sprintf("%d-01-01T%02d:%02d:%02dZ", year, *c.hour/3600, *c.hour/60%60, *c.hour%60)
	db, err := store.Open(c.path, store.Origin{At: at, Command: "cmp"})
	if err != nil {
		c.t.Fatal(err)
	}
	return db
}

func (c computer) update(fn func(tx *store.Tx) error) {
	db := c.open()
	defer db.Close()
	if err := db.Update(ctx, func(tx *store.Tx) (string, error) { return "", fn(tx) }); err != nil {
		c.t.Fatalf("%s: %v", c.name, err)
	}
}

// ledger returns what the computer has, as it travels.
func (c computer) ledger() (l exchange.Ledger) {
	db := c.open()
	defer db.Close()
	var b bytes.Buffer
	err := db.View(ctx, func(tx *store.Tx) error {
		l, err := tx.Ledger(ctx)
		if err == nil {
			err = l.Check()
		}
		if err == nil {
			err = exchange.Write(&b, l)
		}
		return err
	})
	if err == nil {
		l, err = exchange.Read(bytes.NewReader(b.Bytes()))
	}
	if err != nil {
		c.t.Fatalf("%s: %v\n%s", c.name, err, b.String())
	}
	return l
}

func (c computer) takeIn(l exchange.Ledger) {
	c.update(func(tx *store.Tx) error {
		_, err := Judge{Book: rules.Builtin(), Today: ledger.MakeDate(2026, 11, 21)}.ImportLedger(ctx, tx, l)
		return err
	})
}

// act does something that a holder does.
func (c computer) act() {
	pick := func(label string, most int) int { return rapid.IntRange(0, most).Draw(c.t, label) }
	day := ledger.MakeDate(2026, 5, 1)
	what := pick("what", 14)
	if what == 0 {
		c.undo()
		return
	}
	c.update(func(tx *store.Tx) error {
		all, err := tx.Known(ctx)
		if err != nil {
			return err
		}
		if what <= 2 || len(all) == 0 {
			title := fmt.Sprintf("Shared %d", pick("activity", 3)) // done once, or twice, and typed everywhere
			if what == 1 {
				*c.fresh++
				title = fmt.Sprintf("Own %d", *c.fresh)
			}
			*c.fresh++
			x := ledger.Credit{UID: sum(fmt.Append(nil, *c.fresh))[:32], Date: day, Title: title, Points: 200, Activity: "course", Topics: []ledger.CreditTopic{{Topic: "safety"}}}
			return tx.AddCredit(ctx, &x)
		}
		k := all[pick("credit", len(all)-1)]
		id := k.Credit.ID
		if k.Removed {
			if what == 3 {
				_, err = tx.RestoreCredit(ctx, k.Credit.UID)
			}
			return err
		}
		credentials, err := tx.Credentials(ctx)
		if err != nil {
			return err
		}
		switch what {
		case 3:
			return tx.RemoveCredit(ctx, id)
		case 4, 5:
			x, err := tx.Credit(ctx, id)
			if err != nil || !strings.HasPrefix(x.Title, "Own") {
				return err
			}
			*c.fresh++
			x.Title, x.Note = fmt.Sprintf("Own %d", *c.fresh), c.name
			return tx.UpdateCredit(ctx, x)
		case 6:
			data := []byte{byte(pick("file", 2))}
			e := ledger.Evidence{Credit: id, Name: "f", Size: 1, SHA256: sum(data), Added: day}
			if err := tx.AddEvidence(ctx, &e, data); err != nil {
				return nil // it has it
			}
			return nil
		case 7, 8:
			for _, k := range credentials {
				requirement := []ledger.Requirement{"safety", "other"}[pick("requirement", 1)]
				points := ledger.Points(100 * pick("points", 2))
				a := ledger.Allocation{Credit: id, Cycle: k.Current().ID, Requirement: requirement, Points: points, By: ledger.ByHand}
				_ = tx.SetAllocation(ctx, a) // more than the credit has is refused
			}
		case 9:
			if other := all[pick("other", len(all)-1)]; other.Credit.ID != id && !other.Removed && strings.HasPrefix(k.Credit.Title, "Own") {
				if err := tx.MoveEvidence(ctx, id, other.Credit.ID); err != nil {
					return err
				}
				return tx.MergeCredit(ctx, id, other.Credit.ID)
			}
		case 10:
			if len(credentials) == 0 {
				return tx.AddCredential(ctx, &ledger.Credential{
					CredentialName: ledger.CredentialName{Body: "ascp", Code: "MLS"},
					Cycles:         []ledger.Cycle{{First: ledger.MakeDate(2024, 4, 1), Last: ledger.MakeDate(2027, 3, 31)}},
				})
			}
			y := credentials[0].Current()
			if y.Declared != 0 {
				return nil
			}
			y.Last = ledger.MakeDate(2027, 3+pick("months", 3), 30)
			for _, other := range credentials[0].Cycles {
				if other.ID != y.ID {
					return nil
				}
			}
			return tx.UpdateCycle(ctx, y)
		case 12: // declared
			if len(credentials) > 0 && credentials[0].Current().Declared == 0 {
				y := credentials[0].Current()
				return tx.AddDeclaration(ctx, &ledger.Declaration{
					Cycle: y.ID, Date: day, Designation: c.name, First: y.First, Last: y.Last, Required: 3600, Counted: 3600,
					Credits: []ledger.DeclaredCredit{{Requirement: "safety", Points: 100, Credit: k.Credit}},
				})
			}
		case 13: // renewed
			if len(credentials) > 0 && len(credentials[0].Cycles) < 3 {
				y := credentials[0].Current()
				y.Closed = true
				if err := tx.UpdateCycle(ctx, y); err != nil {
					return err
				}
				return tx.AddCycle(ctx, credentials[0].ID, &ledger.Cycle{First: y.Last + 1, Last: y.Last + 1000})
			}
		case 14: // reconciled
			return tx.SeenPortal(ctx, "ascp", day+ledger.Date(pick("day", 2)), pick("found", 1) == 1, []int64{id})
		case 11:
			if other := all[pick("other", len(all)-1)]; other.Credit.ID != id && !other.Removed {
				return tx.KeepApart(ctx, id, other.Credit.ID)
			}
		}
		return nil
	})
}

// undo takes back the last entry, where that is possible.
func (c computer) undo() {
	db := c.open()
	defer db.Close()
	_, _ = db.TakeBack(ctx, func(tx *store.Tx) (ledger.Entry, error) { return tx.LastStanding(ctx) }, false, nil)
}

// tempDir returns a folder in memory, where that is to be had.
func tempDir(t *rapid.T) string {
	folder, err := os.MkdirTemp(shm(), "ledgers")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	return folder
}

func shm() string {
	if _, err := os.Stat("/dev/shm"); err != nil {
		return ""
	}
	return "/dev/shm"
}

func (c computer) entries() (n int) {
	db := c.open()
	defer db.Close()
	_ = db.View(ctx, func(tx *store.Tx) error {
		all, err := tx.Entries(ctx, 0)
		n = len(all)
		return err
	})
	return n
}

func sum(data []byte) string { return fmt.Sprintf("%x", sha256.Sum256(data)) }

// text returns the file of a ledger.
func text(l exchange.Ledger) string {
	var b bytes.Buffer
	if err := exchange.Write(&b, l); err != nil {
		panic(err)
	}
	return b.String()
}

// named gives every credit the least of all its uids, since each ledger has its
// own, and leaves out what is not of the records themselves.
func named(l exchange.Ledger) []string {
	least := map[string]string{}
	for _, r := range l.Records {
		if c, ok := r.Value.(exchange.Credit); ok {
			for _, uid := range c.Aliases {
				least[c.UID] = min(uid, c.UID, stdcmp.Or(least[c.UID], uid))
			}
		}
	}
	merged, _ := exchange.Merge(exchange.Ledger{}, l, least)
	var all []string
	for _, r := range merged.Records {
		switch v := r.Value.(type) {
		case exchange.Credit:
			v.Aliases, v.Forms = nil, nil
			all = append(all, exchange.Text(v))
		case exchange.Gone:
		default:
			all = append(all, exchange.Text(v))
		}
	}
	sort.Strings(all)
	return all
}

// contents returns the credits without what names them. Of several equal ones it
// does not say which are removed: if A has two, B removed its only one and C one of
// A's, A and B alone cannot know which of the two B's is; C would have told them.
func contents(l exchange.Ledger) []string {
	text := func(c exchange.Credit) string {
		c.UID, c.Aliases, c.Forms, c.Removed, c.MergedInto = "", nil, nil, false, ""
		return exchange.Text(c)
	}
	equal := map[string]int{}
	for _, r := range l.Records {
		if c, ok := r.Value.(exchange.Credit); ok {
			equal[text(c)]++
		}
	}
	var all []string
	for _, r := range l.Records {
		c, ok := r.Value.(exchange.Credit)
		switch {
		case ok && equal[text(c)] > 1:
			all = append(all, text(c))
		case ok:
			all = append(all, fmt.Sprint(text(c), c.Removed, c.MergedInto != ""))
		}
	}
	sort.Strings(all)
	return all
}

func merged(ours, theirs exchange.Ledger) exchange.Ledger {
	l, _ := exchange.Merge(ours, theirs, sameCredits(ours, theirs))
	return l
}

// Three computers, on which a holder does this and that and now and then takes in
// the ledger of another one. Their clocks are years apart.
func TestLedgersOfThreeComputers(t *testing.T) {
	fewCases()
	rapid.Check(t, func(t *rapid.T) {
		hour, fresh, folder := 0, 0, tempDir(t)
		var all []computer
		for _, name := range []string{"A", "B", "C"} {
			all = append(all, computer{t, name, filepath.Join(folder, name+".db"), &hour, &fresh})
		}
		for range rapid.IntRange(1, 25).Draw(t, "acts") {
			c := all[rapid.IntRange(0, 2).Draw(t, "computer")]
			if from := rapid.IntRange(0, 11).Draw(t, "from"); from < 3 && all[from] != c {
				c.takeIn(all[from].ledger())
				continue
			}
			c.act()
		}
		a, b, c := all[0].ledger(), all[1].ledger(), all[2].ledger()
		same(t, "into an empty ledger", text(a), text(merged(exchange.Ledger{}, a)))
		ab := merged(a, b)
		if err := ab.Check(); err != nil {
			t.Fatalf("A and B: %v", err)
		}
		same(t, "twice", text(ab), text(merged(ab, b)))
		same(t, "A into B, B into A", named(ab), named(merged(b, a)))
		want := contents(merged(ab, c))
		same(t, "A, then B and C", want, contents(merged(a, merged(b, c))))
		same(t, "C, A, B", want, contents(merged(merged(c, a), b)))
		same(t, "B, C, A", want, contents(merged(merged(b, c), a)))

		before := all[0].entries()
		all[0].takeIn(b)
		same(t, "merged and written", text(ab), text(all[0].ledger()))
		empty := computer{t, "D", filepath.Join(folder, "D.db"), &hour, &fresh}
		empty.takeIn(ab)
		same(t, "written into an empty ledger", text(ab), text(empty.ledger()))
		if all[0].entries() > before { // else nothing was new
			all[0].undo()
			same(t, "undone", contents(a), contents(all[0].ledger()))
		}
	})
}

// fewCases lets a test try few cases, since each is several ledgers, unless
// CMP_TEST_FULL is set, as .ci/run does.
func fewCases() {
	if f := flag.Lookup("rapid.checks"); os.Getenv("CMP_TEST_FULL") == "" && f.Value.String() == f.DefValue {
		_ = f.Value.Set("10")
	}
}

// Two computers place points by themselves after every act, then each takes in the
// ledger of the other. Both then place them in the same way, and a second time
// changes nothing.
func TestTwoComputersPlaceAlike(t *testing.T) {
	fewCases()
	rapid.Check(t, func(t *rapid.T) {
		hour, fresh, folder := 0, 0, tempDir(t)
		a := computer{t, "A", filepath.Join(folder, "A.db"), &hour, &fresh}
		b := computer{t, "B", filepath.Join(folder, "B.db"), &hour, &fresh}
		a.credential()
		b.takeIn(a.ledger())
		for range rapid.IntRange(2, 12).Draw(t, "acts") {
			[]computer{a, b}[rapid.IntRange(0, 1).Draw(t, "computer")].credit()
		}
		ours, theirs := a.ledger(), b.ledger()
		a.placing(theirs)
		b.placing(ours)
		same(t, "A into B, B into A", placed(a.ledger()), placed(b.ledger()))
		again := a.entries()
		a.placing(theirs)
		same(t, "twice", again, a.entries())
		a.placing(b.ledger())
		same(t, "and back", placed(b.ledger()), placed(a.ledger()))
	})
}

func (c computer) credential() {
	c.update(func(tx *store.Tx) error {
		return tx.AddCredential(ctx, &ledger.Credential{
			CredentialName: ledger.CredentialName{Body: "ascp", Code: "MLS"},
			Cycles:         []ledger.Cycle{{First: ledger.MakeDate(2024, 4, 1), Last: ledger.MakeDate(2027, 3, 31)}},
		})
	})
}

// credit adds a credit, or changes one, and places points.
func (c computer) credit() {
	pick := func(label string, most int) int { return rapid.IntRange(0, most).Draw(c.t, label) }
	c.placingAfter(func(tx *store.Tx) error {
		all, err := tx.Credits(ctx)
		*c.fresh++
		x := ledger.Credit{
			UID: sum(fmt.Append(nil, *c.fresh))[:32], Date: ledger.MakeDate(2026, 5, 1+pick("day", 1)), Title: fmt.Sprintf("Own %d", 100-*c.fresh),
			Points: ledger.Points(50 * (1 + pick("points", 5))), Activity: "course",
			Topics: []ledger.CreditTopic{{Topic: []ledger.Topic{"safety", "hematology", "chemistry"}[pick("topic", 2)]}},
		}
		if err != nil || len(all) == 0 || pick("what", 2) > 0 {
			return errors.Join(err, tx.AddCredit(ctx, &x))
		}
		s, err := Read(ctx, tx)
		was := all[pick("credit", len(all)-1)]
		x.ID, x.UID = was.ID, was.UID
		if err == nil {
			_, err = auto().EditCredit(ctx, tx, &s, x)
		}
		return err
	})
}

func auto() Judge {
	return Judge{Book: rules.Builtin(), Today: ledger.MakeDate(2026, 11, 21), Auto: true}
}

func (c computer) placing(l exchange.Ledger) {
	c.placingAfter(func(tx *store.Tx) error {
		_, err := auto().ImportLedger(ctx, tx, l)
		return err
	})
}

func (c computer) placingAfter(change func(*store.Tx) error) {
	c.update(func(tx *store.Tx) error {
		_, err := auto().Placing(ctx, tx, func() error { return change(tx) })
		return err
	})
}

// placed returns all that is allocated.
func placed(l exchange.Ledger) (all []string) {
	for _, r := range l.Records {
		if a, ok := r.Value.(exchange.Allocation); ok {
			all = append(all, fmt.Sprint(a))
		}
	}
	sort.Strings(all)
	return all
}

func same[T any](t *rapid.T, what string, want, got T) {
	t.Helper()
	if diff := cmp.Diff(lines(want), lines(got)); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

func lines(v any) any {
	if s, ok := v.(string); ok {
		return strings.Split(s, "\n")
	}
	return v
}
