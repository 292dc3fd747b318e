package cli

import (
	"cmpledger/internal/ledger"
	"cmpledger/internal/transcript"
	"cmpledger/internal/words"
)

// flagCompleters says what completes the value of a flag: of all commands that
// have it, or of one.
func (a *app) flagCompleters() map[string]completer {
	credits, credentials := a.consult(newestCredits), a.consult(a.heldCodes)
	days, topics := a.complete(a.recentDays), a.complete(a.topicWords)
	editionDays := a.complete(a.editionDays)
	return map[string]completer{
		"--as-of":    days,
		"--color":    fixed(words.Of(colorModes())...),
		"--allocate": fixed(words.Of(allocateModes())...),
		"--config":   files("yaml", "yml"),
		"--db":       files("db"),
		"--format":   formats,

		"--activity":              fixed(words.Of(ledger.Activities())...),
		"--add":                   nothing, // shells split it at its colon
		"--ceu":                   nothing,
		"--certified":             days,
		"--credential":            credentials,
		"--cycle":                 a.consult(a.cycleDays),
		"--date":                  days,
		"--date-format":           fixed(words.Of(transcript.DateFormats())...),
		"--drop":                  credentials,
		"--due":                   a.complete(a.dueDays),
		"--edition":               a.consult(a.editionWords),
		"--evidence":              files(),
		"--expires":               nothing, // only the body knows
		"--from":                  editionDays,
		"--hours":                 nothing,
		"--join":                  credits,
		"--limit":                 nothing,
		"--map":                   fixed(fieldWords()...).unspaced(),
		"--map-topic":             a.complete(a.meantTopics),
		"--max-price":             nothing,
		"--name":                  nothing,
		"--note":                  nothing,
		"--number":                nothing,
		"--only":                  nothing, // rows of a file
		"--output":                files(),
		"--points":                nothing,
		"--profile":               a.complete(a.profileWords).orFiles("yaml"),
		"--provider":              a.consult(usedProviders),
		"--quarter-hours":         nothing,
		"--reference":             nothing,
		"--semester-hours":        nothing,
		"--sheet":                 nothing,
		"--since":                 a.consult(a.firstDays),
		"--start":                 nothing, // follows from the expiry
		"--title":                 nothing,
		"--to":                    editionDays,
		"--topic":                 topics,
		"--until":                 a.consult(a.lastDays),
		"--url":                   nothing,
		"--without":               credits,
		"add --topic":             topics.orAmount(),
		"courses list --provider": a.consult(courseProviders),
		"edit --topic":            topics.orAmount(),
		"plan --expires":          a.complete(a.codesToExpire).unspaced(),
		"rules show --expires":    editionDays,
	}
}

// argumentCompleters says what completes the arguments of a command.
func (a *app) argumentCompleters() map[string]completer {
	credits, credentials := a.consult(newestCredits), a.consult(a.heldCodes)
	codes, evidence := a.complete(a.knownCodes), a.consult(evidenceNumbers)
	packs := a.complete(a.packWords).orFiles("yaml")
	profiles := a.complete(a.profileWords).orFiles("yaml")
	transcripts := files("csv", "tsv", "txt", "xlsx", "jsonl")
	return map[string]completer{
		"add":               nothing,
		"allocate":          repeated(credits, a.consult(a.requirementsFor).orAmount()),
		"audit":             inTurn(credentials),
		"audit verify":      inTurn(files("zip")),
		"backup":            inTurn(files("db")),
		"calendar":          repeated(credentials),
		"completion":        inTurn(fixed(shells()...)),
		"courses import":    inTurn(transcripts),
		"courses list":      repeated(credentials),
		"courses remove":    repeated(a.consult(courseNumbers)),
		"credential add":    inTurn(codes),
		"credential edit":   inTurn(credentials),
		"credential remove": inTurn(credentials),
		"credential show":   inTurn(credentials),
		"deallocate":        repeated(credits, a.consult(a.requirementsOf)),
		"declare":           repeated(a.consult(a.openCodes)),
		"edit":              repeated(credits),
		"evidence add":      repeated(credits, files()),
		"evidence get":      repeated(evidence),
		"evidence list":     repeated(credits),
		"evidence remove":   repeated(evidence),
		"explain":           inTurn(a.consult(a.explainable), a.consult(a.requirementWords)),
		"help":              repeated(a.complete(helpWords)),
		"import":            inTurn(transcripts),
		"log":               inTurn(a.consult(entries)),
		"merge":             inTurn(credits, credits),
		"keep":              repeated(credits),
		"plan":              repeated(credentials),
		"profile check":     inTurn(profiles, transcripts),
		"profile new":       inTurn(transcripts),
		"profile show":      inTurn(profiles),
		"reconcile":         inTurn(transcripts),
		"remove":            repeated(credits),
		"renew":             inTurn(credentials),
		"report":            repeated(credentials),
		"restore":           inTurn(a.complete(a.backupNames).orFiles("db")),
		"rules check":       inTurn(packs),
		"rules diff":        inTurn(codes),
		"rules show":        inTurn(codes),
		"rules use":         inTurn(packs),
		"schema":            inTurn(a.complete(shapeWords)),
		"show":              inTurn(credits),
		"status":            repeated(credentials),
		"undo":              inTurn(a.consult(standing)),
	}
}
