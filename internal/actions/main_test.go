package actions_test

import (
	"flag"
	"os"
	"testing"

	_ "pgregory.net/rapid"
)

// TestMain tries fewer cases of each property than the library would, unless
// CMP_TEST_FULL is set: a case here is several whole ledgers, and .ci/run has the
// time for all.
func TestMain(m *testing.M) {
	if os.Getenv("CMP_TEST_FULL") == "" {
		_ = flag.Set("rapid.checks", "25")
	}
	os.Exit(m.Run())
}
