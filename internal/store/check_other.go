//go:build !linux && !darwin

package store

// disk cannot tell.
func disk(string) (free uint64, kind string, remote, ok bool) { return 0, "", false, false }

// mayRead leaves it to the first command that reads.
func mayRead(string) bool { return true }

// mayWrite leaves it to the first command that writes.
func mayWrite(string) bool { return true }
