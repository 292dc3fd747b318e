package ledger

// Evidence is a file that proves a credit. Its content is kept once per SHA-256.
type Evidence struct {
	ID        int64  `json:"id" doc:"Number in this ledger."`
	UID       string // stable and unique among all ledgers
	Credit    int64  `json:"credit" doc:"Number of the credit that it proves."`
	Content   int64  // ID of the content; the same file has the same
	Name      string `json:"name" doc:"Of the file, without a folder."` // not to be trusted as a path
	MediaType string `json:"media_type" doc:"Such as application/pdf."`
	Size      int64  `json:"size" min:"0" doc:"In bytes."`
	SHA256    string `json:"sha256" as:"sha256"` // in lower case; "" when the content is gone
	Added     Date   `json:"added" doc:"Day it was added."`
}
