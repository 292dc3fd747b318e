package atomicfile

import "io"

// ClaimEmpty is what names a file where there are no hard links.
var ClaimEmpty = claimEmpty

// Write writes data as the file at path. See [WriteFunc].
func Write(path string, data []byte, overwrite bool) error {
	return WriteFunc(path, overwrite, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}
