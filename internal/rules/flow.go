package rules

import "cmpledger/internal/ledger"

// unlimited is a capacity that no ledger reaches.
const unlimited ledger.Points = 1 << 50

// A network carries points from node to node along arcs of limited capacity.
// Nodes are numbers from 0; what is added first is tried first, so that the
// same network always ends in the same flow.
type network struct {
	arcs []arc     // arc i and arc i^1 are each other's reverse
	out  [][]int32 // the arcs that leave each node
	// level, at and queue are the working state of maximise.
	level, at, queue []int32
	// price is what a point costs on the way from the source to each node, in
	// which maximise then goes on; nil where it may go anywhere.
	price []int64
}

type arc struct {
	to   int32
	room ledger.Points // what it can still carry
	cost int64         // of each point that it carries
}

func (n *network) node() int32 {
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
	n.arcs[arc].cost, n.arcs[arc^1].cost = cost, -cost
}

// cheapest finds, of the greatest flows from s to t of a network that carries
// nothing yet, one that costs the least. It goes from the cheapest ways to the
// dearest, and there are few prices.
func (n *network) cheapest(s, t int32) {
	for n.appraise(s, t) {
		n.maximise(s, t)
	}
	n.price = nil
}

// appraise sets the price of every node, and reports whether t can be reached.
func (n *network) appraise(s, t int32) bool {
	const never int64 = 1 << 60
	n.price = make([]int64, len(n.out))
	for i := range n.price {
		n.price[i] = never
	}
	n.price[s] = 0
	waiting := make([]bool, len(n.out))
	for queue := []int32{s}; len(queue) > 0; queue = queue[1:] {
		node := queue[0]
		waiting[node] = false
		for _, a := range n.out[node] {
			to, price := n.arcs[a].to, n.price[node]+n.arcs[a].cost
			if n.arcs[a].room == 0 || price >= n.price[to] {
				continue
			}
			if n.price[to] = price; !waiting[to] {
				queue, waiting[to] = append(queue, to), true
			}
		}
	}
	return n.price[t] < never
}

// open reports whether an arc that leaves a node can carry more, at the price.
func (n *network) open(node, a int32) bool {
	return n.arcs[a].room > 0 && (n.price == nil || n.price[node]+n.arcs[a].cost == n.price[n.arcs[a].to])
}

// maximise adds to the flow from s to t until no more can be added, by
// Dinic's method: shortest paths first. A flow that was there already may be
// moved, but what enters t along any arc never becomes less.
func (n *network) maximise(s, t int32) {
	n.level, n.at = make([]int32, len(n.out)), make([]int32, len(n.out))
	for n.rank(s, t) {
		clear(n.at)
		for n.augment(s, t, unlimited) > 0 {
		}
	}
}

// rank sets the level of every node to its distance from s, -1 where it
// cannot be reached, and reports whether t can.
func (n *network) rank(s, t int32) bool {
	for i := range n.level {
		n.level[i] = -1
	}
	n.level[s] = 0
	n.queue = append(n.queue[:0], s)
	for i := 0; i < len(n.queue); i++ {
		for _, a := range n.out[n.queue[i]] {
			if to := n.arcs[a].to; n.level[to] < 0 && n.open(n.queue[i], a) {
				n.level[to] = n.level[n.queue[i]] + 1
				n.queue = append(n.queue, to)
			}
		}
	}
	return n.level[t] >= 0
}

// augment sends at most the given points from node to t along arcs that go
// one level up, and returns what it sent.
func (n *network) augment(node, t int32, most ledger.Points) ledger.Points {
	if node == t {
		return most
	}
	for ; int(n.at[node]) < len(n.out[node]); n.at[node]++ {
		a := n.out[node][n.at[node]]
		to := n.arcs[a].to
		if n.level[to] != n.level[node]+1 || !n.open(node, a) {
			continue
		}
		if sent := n.augment(to, t, min(most, n.arcs[a].room)); sent > 0 {
			n.arcs[a].room -= sent
			n.arcs[a^1].room += sent
			return sent
		}
	}
	return 0
}

// origins reports for every node whether points that enter there could be
// moved on to one of the given nodes without passing through the node without.
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
