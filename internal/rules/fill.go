package rules

import (
	"cmp"
	"math/bits"
	"slices"

	"cmpledger/internal/ledger"
)

// A supply is points that may be put towards requirements: what is left of one credit or
// of several alike, or an allocation that stays.
type supply struct {
	points  ledger.Points
	cap     int      // index of the cap that limits it, or -1
	whole   set      // requirements that may take all of it
	parts   []part   // topics of which only a part may be taken
	members []member // the credits whose points they are; none for an allocation
	// credit and allocation are the indexes of an allocation that stays.
	credit, allocation int
}

// A member is a credit, by its index, and the points it has left.
type member struct {
	credit int
	free   ledger.Points
}

// serves returns the requirements that may take any of the supply.
func (s supply) serves() set {
	to := s.whole
	for _, p := range s.parts {
		to |= p.to
	}
	return to
}

// mostFor returns the most that the supply can give to a set of requirements.
func (s supply) mostFor(among set) ledger.Points {
	if s.whole&among != 0 {
		return s.points
	}
	var most ledger.Points
	for _, p := range s.parts {
		if p.to&among != 0 {
			most += p.limit
		}
	}
	return min(most, s.points)
}

// A part is a topic of limited points, and the requirements that accept it.
type part struct {
	limit ledger.Points
	to    set
}

// set is a set of requirements, by their index in the edition.
type set uint64

// mostRequirements is how many requirements a set holds.
const mostRequirements = 64

func (s set) contains(i int) bool { return s>>i&1 != 0 }

func (s set) first() int { return bits.TrailingZeros64(uint64(s)) }
func (s set) size() int  { return bits.OnesCount64(uint64(s)) }

// requirementsOf returns the requirements of an edition that are in the set.
func (s set) requirementsOf(e *Edition) []Requirement {
	var all []Requirement
	for i, r := range e.Requirements {
		if s.contains(i) {
			all = append(all, r)
		}
	}
	return all
}

// A filling says how far supplies fill requirements.
type filling struct {
	required, filled []ledger.Points // of each requirement
	net              network
	outlet           []outlet // one for each supply
	sinks            []int32  // the arc from each requirement into the sink
}

// An outlet connects one supply to the network.
type outlet struct {
	feed   int32 // the arc into it
	routes []route
}

// A route is an arc from a supply, or from a topic of it, to a requirement.
type route struct {
	requirement int
	arc         int32 // into the requirement
}

// Nodes that every network has.
const (
	source int32 = iota
	sink
	firstRequirement // the other requirements follow
)

// build makes the network of a filling, without any flow. Its arcs into the sink are
// closed; see complete.
func build(required, caps []ledger.Points, supplies []supply) *filling {
	f := &filling{required: required, sinks: make([]int32, len(required))}
	n := &f.net
	n.addNode()
	n.addNode()
	for i := range required {
		f.sinks[i] = n.connect(n.addNode(), sink, 0)
	}
	capped := make([]int32, len(caps)) // nodes
	for i, points := range caps {
		capped[i] = n.addNode()
		n.connect(source, capped[i], points)
	}
	f.outlet = make([]outlet, 0, len(supplies))
	for _, s := range supplies {
		from := source
		if s.cap >= 0 {
			from = capped[s.cap]
		}
		f.add(s, from)
	}
	return f
}

// add connects a supply to a node from which its points come.
func (f *filling) add(s supply, from int32) {
	var o outlet
	node := f.net.addNode()
	o.feed = f.net.connect(from, node, s.points)
	f.route(&o, node, s.whole)
	for _, p := range s.parts {
		topic := f.net.addNode()
		f.net.connect(node, topic, p.limit)
		f.route(&o, topic, p.to&^s.whole)
	}
	f.outlet = append(f.outlet, o)
}

// route connects a node of a supply to the requirements.
func (f *filling) route(o *outlet, node int32, to set) {
	for i := range f.sinks {
		if to.contains(i) {
			o.routes = append(o.routes, route{i, f.net.connect(node, firstRequirement+int32(i), unlimited)})
		}
	}
}

// fill puts the supplies towards the requirements: as much as possible in all, and each
// requirement in order as far as the earlier ones allow. What each requirement gets is
// unique, though several flows may reach it.
func fill(required, caps []ledger.Points, supplies []supply) *filling {
	f := build(required, caps, supplies)
	f.complete()
	return f
}

// complete opens one requirement after the other and adds all the flow it can. The flow
// into an opened requirement never becomes less, so each gets the most that the earlier
// ones leave, and the whole is a maximum flow.
func (f *filling) complete() {
	for i, a := range f.sinks {
		f.net.arcs[a].room = f.required[i]
		f.net.maximise(source, sink)
	}
	f.count()
}

// count notes how far each requirement is filled.
func (f *filling) count() {
	f.filled = make([]ledger.Points, len(f.sinks))
	for i, a := range f.sinks {
		f.filled[i] = f.net.carried(a)
	}
}

// with returns a complete filling, everything times the same, with more points in its
// last supplies. What the others give stays.
func (f *filling) with(points []int64, times ledger.Points) *filling {
	g := &filling{net: f.net, outlet: f.outlet, sinks: f.sinks}
	for _, p := range f.required {
		g.required = append(g.required, p*times)
	}
	g.net.arcs = slices.Clone(f.net.arcs)
	for i := range g.net.arcs {
		room := &g.net.arcs[i].room
		*room = min(*room, unlimited/times) * times
	}
	for i, o := range f.outlet[len(f.outlet)-len(points):] {
		g.net.arcs[o.feed].room = ledger.Points(points[i])
	}
	g.net.maximise(source, sink)
	g.count()
	return g
}

// prefer sets costs on a supply: it is used after allocations that stay, and first where
// its points were before. kept returns how many were in a requirement.
func (f *filling) prefer(supply int, kept func(requirement int) ledger.Points) {
	n, o := &f.net, &f.outlet[supply]
	n.charge(o.feed, 1<<20)
	for _, r := range o.routes {
		n.charge(r.arc, 1)
	}
	for i := range f.sinks {
		points := kept(i)
		if points == 0 {
			continue
		}
		node := n.addNode()
		for _, r := range o.routes {
			if r.requirement == i {
				n.connect(n.arcs[r.arc^1].to, node, unlimited)
			}
		}
		o.routes = append(o.routes, route{i, n.connect(node, firstRequirement+int32(i), points)})
	}
}

// givenBy returns what a supply gives to each requirement.
func (f *filling) givenBy(supply int) []ledger.Points {
	to := make([]ledger.Points, len(f.sinks))
	for _, r := range f.outlet[supply].routes {
		to[r.requirement] += f.net.carried(r.arc)
	}
	return to
}

// shortfall returns how many of the required points the filling lacks.
func (f *filling) shortfall() ledger.Points {
	var lacks ledger.Points
	for i, required := range f.required {
		lacks += required - f.filled[i]
	}
	return lacks
}

// unfilled returns the requirements that are not full.
func (f *filling) unfilled() set {
	var among set
	for i, required := range f.required {
		if f.filled[i] < required {
			among |= 1 << i
		}
	}
	return among
}

// exchange returns the given requirements and those from which points could be moved to
// them. For a requirement that lacks points, that is the smallest set that all its
// possible supplies serve already.
func (f *filling) exchange(among set) set {
	var given []int32
	for i := range f.sinks {
		if among.contains(i) {
			given = append(given, firstRequirement+int32(i))
		}
	}
	seen := f.net.origins(sink, given)
	for i := range f.sinks {
		if seen[int(firstRequirement)+i] {
			among |= 1 << i
		}
	}
	return among
}

// shortages returns what the filling lacks, in the order of the requirements. Each
// shortage has the set of requirements between which it could be moved: a point earned
// for any of them makes it smaller. The requirement other is always a set of its own.
func (f *filling) shortages(other int) []shortage {
	var all []shortage
	for i, required := range f.required {
		if f.filled[i] == required {
			continue
		}
		s := shortage{points: required - f.filled[i], among: 1 << i}
		if i != other {
			s.among = f.exchange(s.among)
			if other >= 0 {
				s.among &^= 1 << other
			}
		}
		apart := []shortage{}
		for _, t := range all {
			if t.among&s.among != 0 { // sets that share a requirement are one
				s.points, s.among = s.points+t.points, s.among|t.among
			} else {
				apart = append(apart, t)
			}
		}
		all = append(apart, s)
	}
	slices.SortStableFunc(all, func(a, b shortage) int { return cmp.Compare(a.among.first(), b.among.first()) })
	return all
}

// A shortage is points that are lacking in a set of requirements.
type shortage struct {
	points ledger.Points
	among  set
}
