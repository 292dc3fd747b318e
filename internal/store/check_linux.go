package store

import "syscall"

// remoteKinds are the file systems on which locks cannot be relied upon, by
// the numbers that statfs gives them.
var remoteKinds = map[uint32]string{
	0x6969: "NFS", 0xff534d42: "CIFS", 0xfe534d42: "SMB", 0x517b: "SMB", 0x65735546: "FUSE",
	0x01021997: "9P", 0x5346414f: "AFS", 0x00c36400: "Ceph", 0x564c: "NCP",
}

// disk returns how many bytes are free for the user where the folder is, and
// whether its file system is one that locks may not work on.
func disk(folder string) (free uint64, kind string, remote, ok bool) {
	var s syscall.Statfs_t
	if syscall.Statfs(folder, &s) != nil {
		return 0, "", false, false
	}
	kind, remote = remoteKinds[uint32(s.Type)]
	return uint64(s.Bavail) * uint64(s.Bsize), kind, remote, true //nolint:unconvert // their types differ among processors
}
