//go:build !unix

package handover

import "os"

// Where programs are kept that have no place on PATH, and how they end.
var system []string

const extension = ".exe"

// run runs the program beside this process, on its streams, and waits for the
// end.
func run(program string, argv, environment []string) (code int, err error) {
	p, err := os.StartProcess(program, argv, &os.ProcAttr{
		Env:   environment,
		Files: []*os.File{os.Stdin, os.Stdout, os.Stderr},
	})
	if err != nil {
		return 0, err
	}
	state, err := p.Wait()
	if err != nil {
		return 0, err
	}
	return state.ExitCode(), nil
}
