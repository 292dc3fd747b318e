package cli

import (
	"bufio"
	"fmt"
	"strings"
)

// errMeanwhile is said when what was to be confirmed is no longer so.
func errMeanwhile(what string) error {
	return refused("%s: was changed by another program meanwhile, nothing was done", what).try("look again and repeat it")
}

// confirm asks before something that is not easily mended. Where nobody can
// answer it fails and names the flag to give.
func (a *app) confirm(yes bool, consequence string) error {
	if a.dryRun {
		a.say("%s.", consequence)
	}
	if yes || a.dryRun {
		return nil
	}
	if !a.env.canAsk() {
		return usage("%s", consequence).try("give --yes to do it")
	}
	switch strings.ToLower(a.answer(consequence + ". Go on? [y/N]")) {
	case "y", "yes":
		return nil
	}
	return refused("not confirmed, nothing was changed")
}

// answer asks a question on the terminal and returns what is typed.
func (a *app) answer(question string) string {
	_ = a.out.Flush()
	fmt.Fprint(a.env.Err, question+" ")
	if a.typed == nil {
		a.typed = bufio.NewReader(a.env.In)
	}
	answer, _ := a.typed.ReadString('\n')
	return strings.TrimSpace(answer)
}
