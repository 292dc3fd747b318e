// Package rules decides whether credits satisfy a credential's rules: what
// counts, what remains, what must still be earned, how best to allocate, by
// when to declare and at what fee.
//
// It is pure: it reads no clock, no file and no database, so the same
// arguments always give the same result. Callers pass the day to judge by.
//
// The rules themselves are data. The folder data holds, for every body, its
// programme (ascp.yaml), its fees and its activities, and one file for each edition
// of a family of credentials. Its name is the family and the day from which it holds:
// ascp-technologist@2024-01-01.yaml is for cycles that end on that day or later. Every
// figure states its source and how sure it is. A new credential or edition adds a
// file and its cases, and changes no code. Of a body such as a state one file has all,
// editions too (fl.yaml).
//
// A [Pack] is a file of the holder's own rules with the same keys: a body with its
// credentials, coming editions, corrected figures, and topics that the program does
// not know. Callers read packs and give them to [Book.With].
package rules
