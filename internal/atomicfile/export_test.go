package atomicfile

import "io"

// Claim is what names a file where nothing may be written over.
var Claim = claim

// Write writes data as the file at path. See [WriteFunc].
func Write(path string, data []byte, overwrite bool) error {
	return WriteFunc(path, overwrite, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}
