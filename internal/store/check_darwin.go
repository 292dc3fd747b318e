package store

import (
	"slices"
	"strings"
	"syscall"
)

// disk returns how many bytes are free for the user where the folder is, and
// whether its file system is one that locks may not work on.
func disk(folder string) (free uint64, kind string, remote, ok bool) {
	var s syscall.Statfs_t
	if syscall.Statfs(folder, &s) != nil {
		return 0, "", false, false
	}
	var name strings.Builder
	for _, b := range s.Fstypename {
		if b == 0 {
			break
		}
		name.WriteByte(byte(b))
	}
	kind = name.String()
	remote = slices.Contains([]string{"nfs", "smbfs", "afpfs", "webdav", "macfuse", "osxfuse"}, kind)
	return s.Bavail * uint64(s.Bsize), kind, remote, true
}
