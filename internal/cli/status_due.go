package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"cmpledger/internal/rules"
)

// days is a number of days such as 90d; 0 is none given.
type days int

// UnmarshalText accepts 1d to 9999d.
func (d *days) UnmarshalText(text []byte) error {
	number, ok := strings.CutSuffix(string(text), "d")
	n, err := strconv.ParseUint(number, 10, 16)
	if !ok || err != nil || n == 0 || n > 9999 {
		return errors.New("not a number of days such as 90d")
	}
	*d = days(n)
	return nil
}

// MarshalText returns what UnmarshalText accepts.
func (d days) MarshalText() ([]byte, error) {
	if d == 0 {
		return nil, nil
	}
	return fmt.Appendf(nil, "%dd", int(d)), nil
}

// has reports whether something undeclared is to be declared or expires within
// so many days, that day included.
func (d days) has(s rules.Standing) bool {
	if s.State == rules.Declared || s.Cycle.Last == 0 {
		return false
	}
	by := s.Cycle.Last
	if s.DeclareBy != 0 {
		by = min(by, s.DeclareBy)
	}
	return int(by-s.Today) <= int(d)
}
