package ledger

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A CredentialName is a code and the body that grants it. Two bodies grant an MT.
type CredentialName struct {
	// Code is as the body writes it; a trailing "i" marks the international twin.
	Code string `json:"credential" doc:"Code of the credential: MLS."`
	Body string `json:"body" doc:"Who grants it: ascp."` // lower case: "ascp", "amt"
}

// String returns the name that is unique among all bodies: "ascp/MLS".
func (n CredentialName) String() string { return n.Body + "/" + n.Code }

// Designation returns "MLS(ASCP)", or "MLS(ASCPi)" for the international twin.
func (n CredentialName) Designation() string {
	body := strings.ToUpper(n.Body)
	if code, twin := strings.CutSuffix(n.Code, "i"); twin {
		return code + "(" + body + "i)"
	}
	return n.Code + "(" + body + ")"
}

// Matches reports whether text names the credential: by code, body and code, or
// designation with or without CM. Case and blanks do not matter.
func (n CredentialName) Matches(text string) bool {
	if !utf8.ValidString(text) {
		return false
	}
	text = strings.Join(strings.Fields(text), "")
	text = strings.Replace(text, "ᶜᵐ", "CM", 1)
	return strings.EqualFold(text, n.Code) || strings.EqualFold(text, n.String()) ||
		strings.EqualFold(text, n.Designation()) || strings.EqualFold(text, n.Designation()+"CM")
}

// A Credential is what a body granted to the holder of the ledger.
type Credential struct {
	ID  int64
	UID string // stable and unique among all ledgers
	CredentialName
	Number    string // as the body numbers it, or ""
	Certified Date   // day of first certification, or none
	Voluntary bool   // the holder may, but need not, maintain it
	// Categories are those that a licence is held in, in the holder's order, each once.
	Categories []Topic
	Cycles     []Cycle // in the order in which they were opened, at least one
}

// Current returns the cycle that was opened last.
func (c Credential) Current() Cycle { return c.Cycles[len(c.Cycles)-1] }

// Before returns the cycle that was opened before that, or none.
func (c Credential) Before() Cycle {
	if n := len(c.Cycles); n > 1 {
		return c.Cycles[n-2]
	}
	return Cycle{}
}

// Completed reports whether any cycle was declared.
func (c Credential) Completed() bool {
	return slices.ContainsFunc(c.Cycles, func(y Cycle) bool { return y.Declared != 0 })
}

// A Cycle is the time in which the points for one renewal are earned, both days
// included. A voluntary credential that never began a cycle has neither day.
type Cycle struct {
	ID       int64
	UID      string
	First    Date `json:"first_day"`
	Last     Date `json:"last_day"`
	Stated   bool // the holder stated the first day
	Declared Date // the day it was declared, or none
	Closed   bool // a later cycle was opened
}

// IsZero reports whether the cycle has no days, because it never began.
func (c Cycle) IsZero() bool { return c.Last == 0 }

// A Requirement is the name by which rules ask for points: mostly a topic.
type Requirement string

// Other is the requirement that accepts every topic and credits without one.
const Other Requirement = "other"

// Margin is the name that lines of a declaration have instead of a requirement where
// points were declared beyond what is required.
const Margin Requirement = "margin"

// Title returns the requirement as it reads in a table: "Blood banking".
func (r Requirement) Title() string { return Topic(r).Name() }

// An Allocation puts points of a credit towards a requirement of a cycle. For one
// credential they never exceed the credit's points.
type Allocation struct {
	Credit      int64       // ID of the credit
	Cycle       int64       // ID of the cycle
	Requirement Requirement `json:"requirement"`
	Points      Points      `json:"points"`
	By          Allocator   `json:"by"`
}

// An Allocator says who chose an allocation.
type Allocator string

// The allocators. Only what cmp allocated by itself may be moved by it.
const (
	ByHand Allocator = "hand"
	ByAuto Allocator = "auto"
)
