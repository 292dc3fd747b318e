package main

import (
	"math"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"
)

// Go initialises every package that is linked, whatever a command needs. So
// none may take more than 0.2 ms of every start. The least of many runs is what
// it takes: the others were disturbed.
func TestStart(t *testing.T) {
	const most, runs = 0.2, 30 // ms
	given := map[string]bool{
		"modernc.org/libc": true, // of SQLite: 0.19 ms where all others are below 0.1
	}
	least := map[string]float64{}
	program := built(t)
	line := regexp.MustCompile(`(?m)^init (\S+) @\S+ ms, (\S+) ms clock`)
	for range runs {
		cmd := exec.Command(program, "status", "--help")
		cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1", "HOME="+t.TempDir())
		talk, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, talk)
		}
		for _, found := range line.FindAllStringSubmatch(string(talk), -1) {
			took, err := strconv.ParseFloat(found[2], 64)
			if err != nil {
				t.Fatal(err)
			}
			before, known := least[found[1]]
			if !known {
				before = math.Inf(1)
			}
			least[found[1]] = min(before, took)
		}
	}
	if _, ok := least["modernc.org/libc"]; !ok {
		t.Errorf("of %d packages none is SQLite's: the trace is not understood", len(least))
	}
	for name, took := range least {
		if took > most && !given[name] {
			t.Errorf("%s takes %.2f ms of every start, more than %.1f", name, took, most)
		}
	}
}
