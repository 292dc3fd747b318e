package handover

import (
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Leave is the meaning of a word that leaves another tool. Nothing has to be left here.
const Leave = "-"

// otherWords are words that other tools have for commands, each behind the command of
// ours that it means. What is in brackets is typed where nothing follows the word. A | stands
// between two commands that it may mean. [Leave] stands for leaving a tool.
const otherWords = `
add [TITLE --points P]: new create insert record enter
allocate: assign apply put move place distribute
backup: bak copy
calendar --output cmp.ics: ical ics
: next todo agenda
config: settings setting configure prefs preferences options
config path: db database path where
cost: fees fee price prices dues pay payment
courses list: course class classes catalog catalogue
credential add [CODE --expires DATE]: init start setup begin
credential list: deadlines deadline expiry expires expiration renewals certifications certification
credential [list]: credentials creds cred licence licences license licenses
credential list|evidence list: cert certs
deallocate: unassign release
declare [CODE]: done submit finish complete
demo: tour tutorial example sample
doctor: health repair fix
edit [ID]: update change set modify rename mv amend tag
evidence list: certificates certificate proof proofs attachments attachment
evidence add [ID FILE]: attach
explain [ID]: why reason
export credits --format csv: csv excel xlsx spreadsheet
export credits --format json: json
export ledger: dump save
help: man docs manual usage how what who when me /? /help /h -? ?
import [FILE]: upload load read ingest
list [WORD]: find search grep filter query
list --duplicates: dup dups dupe dupes duplicate duplicates dedupe dedup
list: ls ll dir credits credit ce ces ceu ceus cme cmes transcript transcripts activities count
log: history journal changes
merge: combine join
reconcile [FILE]: sync portal match compare diff
remove [ID]: rm del delete erase drop discard
remind show: reminder reminders alert alerts notify notification
renew [CODE]: renewal extend
report --output report.html: html page print pdf
restore [FILE]: recover
rules list: rule boards board bodies states
rules show [CODE]: requirements requirement req
show [ID]: get cat view info display open detail details
status --check: check ready
status --due [90d]: due
status: progress summary overview dashboard remaining needs need missing left points total stats
topics: category categories subject subjects
undo: cancel revert rollback back
version: ver about
-: quit exit bye q
`

// Meant returns the commands of ours that a word of another tool may mean, with what is
// typed in brackets where nothing follows: "remove [ID]" for rm. It is nil for all other words.
func Meant(word string) []string {
	word = strings.ToLower(word)
	for row := range strings.Lines(otherWords) {
		command, words, ok := strings.Cut(row, ": ")
		if ok && slices.Contains(strings.Fields(words), word) {
			return strings.Split(command, "|")
		}
	}
	return nil
}

// NearOther returns the word of another tool that a word most likely is, with a letter wrong
// in five, or "".
func NearOther(word string) string {
	all := OtherWords()
	i := slices.IndexFunc(all, func(other string) bool {
		return levenshtein.ComputeDistance(strings.ToLower(word), other) <= len(word)/5
	})
	if i < 0 {
		return ""
	}
	return all[i]
}

// OtherWords returns all words of other tools.
func OtherWords() (all []string) {
	for row := range strings.Lines(otherWords) {
		if _, words, ok := strings.Cut(row, ": "); ok {
			all = append(all, strings.Fields(words)...)
		}
	}
	return all
}
