module cmpledger

go 1.26.8

require (
	github.com/agnivade/levenshtein v1.2.2 // indirect
	golang.org/x/text v0.43.0 // indirect
)
