package ledger

// A Requirement is the name under which rules ask for points: mostly a topic.
type Requirement string

// Other is the requirement that accepts every topic and credits without one.
const Other Requirement = "other"

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

// By the holder's own hand, or by itself, and then it moves where that is better.
const (
	ByHand Allocator = "hand"
	ByAuto Allocator = "auto"
)
