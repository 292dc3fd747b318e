//go:build !linux && !darwin

package store

// mayWrite leaves it to the first command that writes.
func mayWrite(string) bool { return true }
