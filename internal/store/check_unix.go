//go:build linux || darwin

package store

import "syscall"

// mayWrite reports whether the user may write a file or folder.
func mayWrite(path string) bool { return syscall.Access(path, 2) == nil }
