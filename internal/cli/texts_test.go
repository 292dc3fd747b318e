package cli_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/cli"
	"cmpledger/internal/prose"
)

// mostWords is how many words a sentence may have: a tired reader loses longer ones.
const mostWords = 25

// riddles are turns of phrase that people read twice, and what to write for them.
var riddles = map[string]string{
	`\black(s|ed|ing)?\b`:                         "still needs, has no, is missing",
	`\bthose (that|who|which)\b`:                  "the thing by its name",
	`\b(as it stands|as they stand|in force)\b`:   "as it is, what is used",
	`\bheld for\b|\btaken as\b|\bas good as\b`:    "counts as, is the same as",
	`\bgoes? before\b`:                            "is used instead of, wins over",
	`\bleaves less\b|\bclose(s|d)? (the )?most\b`: "is best, helps most",
	`\band so (is|are|do|does)\b`:                 "also, too",
	`\bis (told|found|read) by what\b`:            "cmp looks at …",
}

// A shown is a text that a user can see.
type shown struct {
	place string // "cmp add", "help dates", "cli/add.go:27" or "$ cmp status"
	text  string
}

// No sentence that a user can see is long or a riddle. The list of all texts is
// written by CMP_TEST_TEXTS=FILE go test ./internal/cli -run TestSentences
func TestSentences(t *testing.T) {
	var list bytes.Buffer
	total, long, odd := 0, 0, 0
	all := shownTexts(t)
	for _, s := range all {
		n := len(strings.Fields(s.text))
		total += n
		fmt.Fprintf(&list, "%s\t%d\t%s\n", s.place, n, strings.Join(strings.Fields(s.text), " "))
		for _, sentence := range sentences(s.text) {
			fault := ""
			if n := wordsOf(sentence); n > mostWords {
				fault = fmt.Sprintf("%d words, want at most %d", n, mostWords)
				long++
			} else if word, better := riddle(sentence); word != "" {
				fault = fmt.Sprintf("%q is read twice, write: %s", word, better)
				odd++
			}
			if fault == "" {
				continue
			}
			fmt.Fprintf(&list, "\t%s: %s\n", fault, sentence)
			t.Errorf("%s: %s\n%s", s.place, fault, sentence)
		}
	}
	fmt.Fprintf(&list, "%d texts, %d words, %d sentences over %d words, %d riddles\n", len(all), total, long, mostWords, odd)
	if file := os.Getenv("CMP_TEST_TEXTS"); file != "" {
		need(t, os.WriteFile(file, list.Bytes(), 0o600))
	}
}

func TestWordsOf(t *testing.T) {
	for sentence, want := range map[string]int{
		"You still need 2 points":                                       5,
		"A transcript is a table: CSV, a workbook, a mail or a PDF":     6,
		"Look at it with cmp list --duplicates and cmp import FILE":     7,
		"It has one point, and the day is missing there, so you ask it": 14,
	} {
		if got := wordsOf(sentence); got != want {
			t.Errorf("%s: %d words, want %d", sentence, got, want)
		}
	}
}

// riddle returns the first turn of phrase that is read twice, and what to write.
func riddle(sentence string) (word, better string) {
	for pattern, better := range riddles {
		if word := regexp.MustCompile("(?i)" + pattern).FindString(sentence); word != "" {
			return word, better
		}
	}
	return "", ""
}

// sentences returns the sentences of a text: what ends at a full stop, a question
// mark or a semicolon. Each meaning of a list of terms is one or more of its own;
// what stands verbatim is none.
func sentences(text string) (all []string) {
	for _, block := range prose.Parse(text) {
		if block.Kind == prose.Verbatim {
			continue
		}
		all = append(all, sentenceEnd.Split(block.Text, -1)...)
		for _, term := range block.Terms {
			all = append(all, sentenceEnd.Split(term.Text, -1)...)
		}
	}
	return all
}

var sentenceEnd = regexp.MustCompile(`[.?!]["')]?\s+|;\s| · `)

// wordsOf returns how many words of a sentence have to be kept in mind. A list of
// three things or more, each of three words at most or an amount with what it is of,
// is looked over and counts as one; a command counts as one too.
func wordsOf(sentence string) int {
	sentence = aCommand.ReplaceAllString(sentence, "COMMAND")
	return len(strings.Fields(aList.ReplaceAllString(sentence, "LIST")))
}

var (
	aCommand = regexp.MustCompile(`\bcmp(?: [a-z-]+)(?: --?[a-z-]+| [A-Z]+\b)*`)
	aList    = regexp.MustCompile(strings.ReplaceAll(`ITEM(?:, ITEM)+(?:,? (?:and|or) ITEM|, ITEM)`, "ITEM", `(?:\d[\d.]* (?:[^\s,:]+ ){0,6}|(?:[^\s,:]+ ){0,2})[^\s,:]+`))
)

// shownTexts returns every text that a user can see, each once: the help of every
// command and topic, what else stands in the source and in the data, and the
// screens of a ledger that has everything.
func shownTexts(t *testing.T) (all []shown) {
	t.Helper()
	known := map[string]bool{}
	add := func(place, text string) {
		if !known[text] {
			known[text] = true
			all = append(all, shown{place, text})
		}
	}
	for _, topic := range cli.HelpTopics() {
		add("help "+topic.Name, topic.Short)
		add("help "+topic.Name, topic.Text)
	}
	eachCommand(cli.Command("cmp"), func(c *cobra.Command) {
		known[c.Example] = true // commands and no sentences
		add(c.CommandPath(), c.Short)
		add(c.CommandPath(), c.Long)
		c.LocalFlags().VisitAll(func(f *pflag.Flag) { add(c.CommandPath()+" --"+f.Name, f.Usage) })
	})
	sourceTexts(t, "..", add)
	sourceTexts(t, "../../cmd/manual", add)
	w := richWorld(t)
	w.Width, w.UTF8 = 0, true
	for _, line := range walked() {
		for _, cell := range regexp.MustCompile(`\n| {2,}| · `).Split(w.screen(t, line)+w.err.String(), -1) {
			if isText(cell) && !strings.Contains(cell, "quality assurance of coagulation") { // a title
				add("$ cmp "+line, cell)
			}
		}
	}
	return all
}

// sourceTexts adds the texts of the source: what rules say, literals, put together
// where a + stands between them, and what schemas say of a field.
func sourceTexts(t *testing.T, root string, add func(place, text string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "testdata") {
			return err
		}
		data, err := os.ReadFile(path)
		place := strings.TrimLeft(filepath.ToSlash(path), "./")
		switch filepath.Ext(path) {
		case ".yaml":
			for _, m := range regexp.MustCompile(`\btext: "([^"]+)"`).FindAllSubmatch(data, -1) {
				add(place, string(m[1]))
			}
		case ".go":
			return goTexts(place, data, add)
		}
		return err
	})
	need(t, err)
}

// goTexts adds the texts of a file of the program.
func goTexts(place string, source []byte, add func(place, text string)) error {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, place, source, 0)
	if err != nil {
		return err
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if field, ok := n.(*ast.Field); ok && field.Tag != nil {
			tag, _ := literal(field.Tag)
			if doc := reflect.StructTag(tag).Get("doc"); doc != "" {
				add(fmt.Sprintf("%s:%d", place, files.Position(n.Pos()).Line), doc)
			}
			field.Tag = nil
		}
		text, ok := literal(n)
		if ok && isText(text) {
			add(fmt.Sprintf("%s:%d", place, files.Position(n.Pos()).Line), text)
		}
		return !ok
	})
	return nil
}

// literal returns a string of the source, or a sum of them.
func literal(n ast.Node) (string, bool) {
	switch e := n.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, e.Kind == token.STRING && err == nil
	case *ast.BinaryExpr:
		x, left := literal(e.X)
		y, right := literal(e.Y)
		return x + y, e.Op == token.ADD && left && right
	}
	return "", false
}

// isText reports whether people read it: two words in a row, and no query, page,
// pattern, script or list of words to look for.
func isText(text string) bool { return twoWords.MatchString(text) && !forMachines.MatchString(text) }

var (
	twoWords    = regexp.MustCompile(`[a-z%][A-Za-z']*[,:;.]? [A-Za-z%"]`)
	forMachines = regexp.MustCompile(`\b(SELECT|INSERT INTO|DELETE FROM|CREATE|PRAGMA|VACUUM|WHERE|ORDER BY|LEFT JOIN|IS NULL|STRICT)\b|UPDATE \w+ SET|^\s*(<|#!|_cmp|complete )|\(\?|\\[bds]|[{;]\s*\n|numbersign|^\s*([a-z0-9-]+\s+|\S{1,3}\s+){14}`)
)
