package cli

import (
	"strings"

	"github.com/spf13/pflag"

	"cmpledger/internal/ledger"
)

// A topicFlag is a flag that names topics. Which topics there are is known only
// when the packs are, and where those are the configuration says. So it keeps
// what was given, and prepare has it read before the command runs.
type topicFlag struct {
	given []string
	read  func(known ledger.Vocabulary, text string) error // takes the value of one
}

// Set keeps what was given.
func (f *topicFlag) Set(s string) error {
	f.given = append(f.given, s)
	return nil
}

func (f *topicFlag) String() string { return strings.Join(f.given, ";") }

// Type names the kind of value in help.
func (f *topicFlag) Type() string { return "topic" }

// GetSlice tells completion that the flag may be given again.
func (f *topicFlag) GetSlice() []string { return f.given }

func (a *app) readTopics(flags *pflag.FlagSet) (err error) {
	flags.Visit(func(flag *pflag.Flag) {
		f, ok := flag.Value.(*topicFlag)
		if !ok || err != nil {
			return
		}
		known, unknown := a.book.Topics()
		err = unknown
		for _, text := range f.given {
			if err != nil {
				return
			}
			if wrong := f.read(known, text); wrong != nil {
				err = usage("--%s %q: %w", flag.Name, text, wrong)
			}
		}
	})
	return err
}
