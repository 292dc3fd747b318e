package evidence_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/evidence"
	"cmpledger/internal/ledger"
)

func TestRead(t *testing.T) {
	const ofX = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
	tests := []struct {
		name, file, data string
		want             ledger.Evidence
	}{
		{"a document", "Bloodborne pathogens.pdf", "%PDF-1.7\n", ledger.Evidence{
			Name: "Bloodborne pathogens.pdf", MediaType: "application/pdf", Size: 9,
			SHA256: "0716f9264c9fe19f5d7455276107f3ddcc1d3497f63d60689a73558ae8a1bf5e",
		}},
		{"a name of another script, with what hurts elsewhere", "証明書 – 2026?.txt", "x", ledger.Evidence{
			Name: "証明書 – 2026?.txt", MediaType: "text/plain", Size: 1, SHA256: ofX,
		}},
		{"a name that is not UTF-8", "Gr\xfc\xdfe.txt", "x", ledger.Evidence{
			Name: "Gr\uFFFDe.txt", MediaType: "text/plain", Size: 1, SHA256: ofX,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), tt.file)
			if err := os.WriteFile(path, []byte(tt.data), 0o600); err != nil {
				t.Skip(err) // not a name on this system
			}
			got, data, err := evidence.Read(path)
			if err != nil || string(data) != tt.data {
				t.Fatalf("Read() = %q, %v", data, err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Read() (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadThroughLink(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "a.txt"), "text")
	link := filepath.Join(folder, "link.txt")
	if err := os.Symlink("a.txt", link); err != nil {
		t.Skip(err)
	}
	got, data, err := evidence.Read(link)
	if err != nil || got.Name != "link.txt" || string(data) != "text" {
		t.Errorf("Read() = %+v, %v", got, err)
	}
}

func TestReadSizes(t *testing.T) {
	tests := []struct {
		name string
		size int64
		want string // the message, or ""
	}{
		{"empty", 0, "is empty"},
		{"one byte", 1, ""},
		{"at the limit", ledger.MostEvidence, ""},
		{"a byte more", ledger.MostEvidence + 1, "is larger than 25 MiB, the most that one file may have"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "scan.pdf")
			write(t, path, "")
			if err := os.Truncate(path, tt.size); err != nil {
				t.Skip(err) // the disk has no holes
			}
			_, data, err := evidence.Read(path)
			if tt.want != "" {
				checkRefused(t, err, path, tt.want)
				return
			}
			if err != nil || int64(len(data)) != tt.size {
				t.Errorf("Read() = %d bytes, %v; want %d", len(data), err, tt.size)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	folder := t.TempDir()
	secret := filepath.Join(folder, "secret.pdf")
	write(t, secret, "%PDF-")
	if err := os.Chmod(secret, 0); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		path string
		want string
		is   error
	}{
		{"a folder", folder, "is a folder", nil},
		{"missing", filepath.Join(folder, "none.pdf"), "no such file", fs.ErrNotExist},
		{"a device", os.DevNull, "is not a file", nil},
		{"not readable", secret, "permission denied", fs.ErrPermission},
		{"a name with NUL", "a\x00b", "invalid argument", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.path == secret && (os.Geteuid() == 0 || runtime.GOOS == "windows") {
				t.Skip("permissions do not bind this user")
			}
			_, _, err := evidence.Read(tt.path)
			checkRefused(t, err, tt.path, tt.want)
			if tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("Read() = %v, want %v", err, tt.is)
			}
		})
	}
}

func checkRefused(t *testing.T, err error, path, message string) {
	t.Helper()
	var refused *ledger.Error
	if !errors.As(err, &refused) {
		t.Fatalf("Read() = %v, want a ledger.Error", err)
	}
	if want := path + ": " + message; err.Error() != want {
		t.Errorf("Read() = %v, want %v", err, want)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestLint(t *testing.T) {
	file := func(id, credit int64, mediaType string, content int64) ledger.Evidence {
		return ledger.Evidence{ID: id, Credit: credit, Name: "a.pdf", MediaType: mediaType, Content: content}
	}
	one, two, zip := file(1, 1, "application/pdf", 1), file(2, 2, "application/pdf", 1), file(3, 2, "application/zip", 2)
	tests := []struct {
		name   string
		credit int64
		all    []ledger.Evidence
		want   []evidence.Finding
	}{
		{"proved", 1, []ledger.Evidence{one}, nil},
		{"missing", 3, []ledger.Evidence{one}, []evidence.Finding{{3, evidence.Missing, 0, "", "no certificate yet"}}},
		{"two files of one credit", 1, []ledger.Evidence{one, file(4, 1, "image/png", 3)}, nil},
		{"shared with a credit that is not asked for, and unfit", 2, []ledger.Evidence{one, two, zip}, []evidence.Finding{
			{2, evidence.Shared, 2, "a.pdf", "a.pdf is also the certificate of credit 1"},
			{2, evidence.Unfit, 3, "a.pdf", "a.pdf is an archive; add the certificate that is in it"},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, evidence.Lint([]ledger.Credit{{ID: tt.credit}}, tt.all)); diff != "" {
				t.Errorf("Lint() mismatch (-want +got):\n%s", diff)
			}
		})
	}
}
