//go:build linux || darwin

package store

import "syscall"

// mayRead reports whether the user may read a file or folder.
func mayRead(path string) bool { return syscall.Access(path, 4) == nil }

// mayWrite reports whether the user may write a file or folder.
func mayWrite(path string) bool { return syscall.Access(path, 2) == nil }
