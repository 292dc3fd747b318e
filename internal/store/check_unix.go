//go:build linux || darwin

package store

import (
	"fmt"
	"io/fs"
	"os/user"
	"syscall"
)

// mayRead reports whether the user may read a file or folder.
func mayRead(path string) bool { return syscall.Access(path, 4) == nil }

// mayWrite reports whether the user may write a file or folder.
func mayWrite(path string) bool { return syscall.Access(path, 2) == nil }

// readers says who may read a file that its mode lets not everybody read:
// "root (mode 0600)".
func readers(info fs.FileInfo) string {
	name := "its owner"
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		name = fmt.Sprintf("user %d", s.Uid)
		if u, err := user.LookupId(fmt.Sprint(s.Uid)); err == nil {
			name = u.Username
		}
	}
	if info.Mode()&0o040 != 0 {
		name += " and its group"
	}
	return fmt.Sprintf("%s (mode %04o)", name, info.Mode().Perm())
}
