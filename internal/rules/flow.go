package rules

import (
	"slices"

	"cmpledger/internal/ledger"
)

// unlimited is a capacity that no ledger reaches.
const unlimited ledger.Points = 1 << 50

// A network carries points from node to node along arcs of limited capacity.
// Nodes are numbers from 0; what is added first is tried first, so that the
// same network always ends in the same flow.
type network struct {
	arcs []arc     // arc i and arc i^1 are each other's reverse
	out  [][]int32 // the arcs that leave each node
	// price and at are used by maximise: the cost of a point from the source to each
	// node, and which of the node's arcs to try next.
	price []int64
	at    []int32
}

type arc struct {
	to   int32
	room ledger.Points // what it can still carry; an arc without any is closed
	cost int64         // of each point that it carries, in steps; see dear
}

func (n *network) addNode() int32 {
	n.out = append(n.out, make([]int32, 0, 4)) // most nodes have no more arcs
	return int32(len(n.out) - 1)
}

// connect adds an arc and returns its number.
func (n *network) connect(from, to int32, capacity ledger.Points) int32 {
	id := int32(len(n.arcs))
	n.arcs = append(n.arcs, arc{to: to, room: capacity}, arc{to: from})
	n.out[from], n.out[to] = append(n.out[from], id), append(n.out[to], id+1)
	return id
}

// carried returns what flows along an arc.
func (n *network) carried(arc int32) ledger.Points { return n.arcs[arc^1].room }

// charge sets the cost of each point that an arc carries.
func (n *network) charge(arc int32, cost int64) {
	n.arcs[arc].cost, n.arcs[arc^1].cost = cost*dear, -cost*dear
}

// dear is how many steps a cost of 1 is worth. An arc costs one step more, so that the
// shorter of two paths of equal cost goes first.
const dear = 1 << 20

// maximise adds to the flow from s to t until no more fits, by Dinic's method: cheapest
// paths first, of these the shortest. In a network without flow, the result is the
// cheapest maximum flow. Flow that is there may be moved, but never becomes less along
// an arc into t.
func (n *network) maximise(s, t int32) {
	for n.appraise(s, t) {
		n.at = make([]int32, len(n.out))
		for n.augment(s, t, unlimited) > 0 {
		}
	}
}

// appraise sets the price of every node, and reports whether t can be reached.
func (n *network) appraise(s, t int32) bool {
	const never int64 = 1 << 60
	n.price = slices.Repeat([]int64{never}, len(n.out))
	n.price[s] = 0
	waiting := make([]bool, len(n.out))
	for queue := []int32{s}; len(queue) > 0; queue = queue[1:] {
		node := queue[0]
		waiting[node] = false
		for _, a := range n.out[node] {
			to, price := n.arcs[a].to, n.price[node]+n.arcs[a].cost+1
			if n.arcs[a].room <= 0 || price >= n.price[to] {
				continue
			}
			if n.price[to] = price; !waiting[to] {
				queue, waiting[to] = append(queue, to), true
			}
		}
	}
	return n.price[t] < never
}

// augment sends at most the given points from node to t along a cheapest path, and
// returns how many it sent.
func (n *network) augment(node, t int32, most ledger.Points) ledger.Points {
	if node == t {
		return most
	}
	for ; int(n.at[node]) < len(n.out[node]); n.at[node]++ {
		a := n.out[node][n.at[node]]
		arc := n.arcs[a]
		if arc.room <= 0 || n.price[node]+arc.cost+1 != n.price[arc.to] {
			continue
		}
		if sent := n.augment(arc.to, t, min(most, arc.room)); sent > 0 {
			n.arcs[a].room -= sent
			n.arcs[a^1].room += sent
			return sent
		}
	}
	return 0
}

// origins reports for every node whether points there could be moved to one of the given
// nodes, without passing through the node without.
func (n *network) origins(without int32, given []int32) []bool {
	seen := make([]bool, len(n.out))
	for _, node := range given {
		seen[node] = true
	}
	for queue := given; len(queue) > 0; queue = queue[1:] {
		for _, a := range n.out[queue[0]] {
			if from := n.arcs[a].to; n.arcs[a^1].room > 0 && !seen[from] && from != without {
				seen[from] = true
				queue = append(queue, from)
			}
		}
	}
	return seen
}
