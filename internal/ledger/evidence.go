package ledger

// Evidence is a file that proves a credit: a certificate, letter or
// transcript. Its content is kept in the ledger, once for each SHA-256,
// whatever number of credits it proves.
type Evidence struct {
	ID        int64
	UID       string // stable and unique among all ledgers
	Credit    int64  // ID of the credit that it proves
	Content   int64  // ID of the content; the same file has the same
	Name      string // the file's own name, without a folder; not to be trusted as a path
	MediaType string // "application/pdf"
	Size      int64  // of the content, in bytes
	SHA256    string // of the content, 64 hexadecimal digits in lower case; "" when the content is gone
	Added     Date   // the day it was added
}
